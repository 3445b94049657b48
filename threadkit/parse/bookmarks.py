"""Compare a file's bookmarks with what was read where they lead: a bookmark that names a message is evidence of it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from threadkit.parse.subjects import subject_reader
from threadkit.records import Mark, Note, Occurrence, Reading, Source
from threadkit.words import Words

RULES = ("bookmark-names-message", "bookmark-alone")
#: The kind of a mark that agrees with what was read, and of which there is nothing to find.
AGREES = "bookmark"
_DOCUMENT = "document"
_BETWEEN = ("blank", "furniture")


def bookmark_marks(reading: Reading, source: Source, words: Words) -> Iterator[Mark]:
    """Yield a mark for each bookmark that names a message which begins on its page, and for those that lead where nothing begins.

    A bookmark names a message where its words are the message's subject, prefixes and tags left out. Of one that leads where nothing
    begins something is said only where another names a message, so that the bookmarks are known to be of messages; inside a document
    only where it bears the prefix of an answer or a forward, since a document has chapters.
    """
    notes = [note for note in source.notes if note.kind == "bookmark"]
    if not notes:
        return
    place = _Places(reading, source, words)
    named = [(note, found) for note in notes if (found := place.named_by(note)) is not None]
    yield from (Mark(AGREES, note.span, found.id, note.text, "bookmark-names-message") for note, found in named)
    if named:
        alone = {(note.text, note.span): note for note in notes if place.is_alone(note)}
        yield from (Mark("bookmark-without-message", span, None, text, "bookmark-alone") for text, span in alone)


class _Places:
    """What begins on which page."""

    def __init__(self, reading: Reading, source: Source, words: Words) -> None:
        self._firsts = [page.first_line for page in source.pages]
        self._subjects = subject_reader(words)
        self._fold = words.folding.letters
        self._documents = [segment.span for segment in reading.segments if segment.kind == _DOCUMENT]
        self._begun: dict[int, list[Occurrence]] = {}
        for occurrence in reading.occurrences:
            self._begun.setdefault(self._page(occurrence.span.first_line), []).append(occurrence)
        self._document_pages = {self._page(line) for line in _first_lines(reading)}

    def _page(self, line: int) -> int:
        return bisect_right(self._firsts, line)

    def named_by(self, note: Note) -> Occurrence | None:
        """Return the message whose subject a bookmark is, of several that nearest to where it leads."""
        title = self._fold(self._subjects.read(note.text).base)
        begun = [each for each in self._begun.get(note.page, ()) if title and self._fold(each.subject_base or "") == title]
        return min(begun, key=lambda each: (abs(each.span.first_line - note.span.first_line), each.depth, each.ordinal), default=None)

    def is_alone(self, note: Note) -> bool:
        """Tell whether nothing begins on a bookmark's page, although it is no chapter of a document."""
        if note.page in self._begun or note.page in self._document_pages:
            return False
        reading = self._subjects.read(note.text)
        inside = any(span.first_line <= note.span.first_line <= span.last_line for span in self._documents)
        return bool(self._fold(reading.base)) and (reading.relation is not None or not inside)


def _first_lines(reading: Reading) -> Iterator[int]:
    """Yield the line on which each run of document text begins; page numbers and blanks inside one part nothing."""
    last = ""
    for segment in reading.segments:
        if segment.kind == _DOCUMENT and last != _DOCUMENT:
            yield segment.span.first_line
        if segment.kind not in _BETWEEN:
            last = segment.kind
