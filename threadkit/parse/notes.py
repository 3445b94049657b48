"""Mark what a file says beside its text: words that a page does not show, pages that are pictures, bookmarks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from threadkit.parse.bookmarks import bookmark_marks
from threadkit.records import Mark, Note, Occurrence, Reading, Source, Span
from threadkit.words import Words

RULES = ("words-not-shown", "page-is-picture", "page-not-read", "columns-not-told")


def with_notes(reading: Reading, source: Source, words: Words) -> Reading:
    """Return the reading with marks for what the source's notes tell; a mark stands in the innermost message around its line."""
    found = [*_hidden(source.notes), *_pictures(source.notes), *_columns(source.notes), *bookmark_marks(reading, source, words)]
    if not found:
        return reading
    placed = (
        mark if mark.occurrence_id is not None else replace(mark, occurrence_id=_occurrence_at(reading.occurrences, mark.span))
        for mark in found
    )
    marks = sorted((*reading.marks, *placed), key=lambda mark: mark.span.first_line)
    return replace(reading, marks=tuple(marks))


def _hidden(notes: Sequence[Note]) -> Iterator[Mark]:
    for note in notes:
        if note.kind == "hidden":
            count, blank, place = note.value.partition(" ")
            yield Mark("hidden-text", note.span, None, f"{count} characters, page {note.page}{blank}{place}: {note.text}", "words-not-shown")


def _columns(notes: Sequence[Note]) -> Iterator[Mark]:
    for note in notes:
        if note.kind == "columns":
            yield Mark("columns-doubtful", note.span, None, f"page {note.page}", "columns-not-told")


def _pictures(notes: Sequence[Note]) -> Iterator[Mark]:
    """Yield one mark a run of pages."""
    runs: list[list[Note]] = []
    for note in sorted((note for note in notes if note.kind == "scan"), key=lambda note: note.page):
        if runs and (runs[-1][-1].page, runs[-1][-1].text) == (note.page - 1, note.text):
            runs[-1].append(note)
        else:
            runs.append([note])
    for run in runs:
        pages = f"page {run[0].page}" if len(run) == 1 else f"pages {run[0].page}-{run[-1].page}"
        rule = "page-not-read" if run[0].text else "page-is-picture"
        yield Mark("page-without-text", Span(run[0].span.first_line, run[-1].span.last_line), None, pages, rule)


def _occurrence_at(occurrences: Sequence[Occurrence], span: Span) -> int | None:
    around = [each for each in occurrences if each.span.first_line <= span.first_line <= each.span.last_line]
    return max(around, key=lambda each: (each.depth, each.span.first_line)).id if around else None
