"""What stands in a source and may be the text of a file that has none: as long as it is there, nobody can be certain that the file is not.

Such are lines that may head a text, pages of which nothing is read, mails printed inside other texts, and tables.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from threadkit.records import Readings, Span
from threadkit.resolve.subjects import Subjects

__all__ = ["RULES", "Found", "Leftovers"]

RULES = ("perhaps-printed", "perhaps-unexplained")

#: What a reader may be shown of what is found: the words ("" for a page), and the lines.
Found = tuple[str, Span]

_KNOWN = frozenset({"header", "furniture", "quote-marker"})
_OWN = frozenset({"body", "signature", "other"})
#: What is printed at the edges of a page without words has no more lines than this.
_EDGES = 4
#: A title has no more words than this, holds this share of a filename's words, and at least so many of them (or a telling number).
_LONGEST, _SHARE, _FEWEST, _SHOWN = 12, 0.6, 2, 3
_SENTENCE_END = (".", ",", ";", ":", "!", "?", "…")
_FULL_STOP = (".", "!", "?", "…")
#: A number that is no year, day or month tells a text by itself: `PV-118.pdf`, "118e SÉANCE".
_TELLING = re.compile(r"[03-9]\d{2,}|1[0-8]\d+|2[1-9]\d+|1\d\d|2\d\d")
_PART = re.compile(r"[^\W\d_]{3,}|\d{2,}")
#: A row of three columns or more, the last of them figures; in a message's words, one of two, and so many of them together.
_ROW = re.compile(r"\S.*?(?: {2,}|\t+)\S.*?(?: {2,}|\t+)\d")
_PAIR, _ROWS = re.compile(r"\S.*?(?: {2,}|\t+)\d"), 3


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a source that is not blank: its number, the kind of its segment, its text; whether a blank or the page's edge is above, below."""

    number: int
    kind: str
    text: str
    begins: bool
    ends: bool


class Leftovers:
    """Looks through one source after another; what the last one holds is kept. `bound` tells the lines that are the text of some file."""

    def __init__(self, readings: Readings, subjects: Subjects, bound: dict[int, list[Span]]) -> None:
        words = subjects.words
        self._readings, self._subjects, self._bound = readings, subjects, bound
        self._fold, self._stands = words.folding.plain, words.any_of("unread-page")
        self._mails, self._sheets = (frozenset(words.folded_terms(role)) for role in ("mail-file-extension", "sheet-file-extension"))
        self._source_id: int | None = None
        self._titles: dict[str, list[tuple[str, Found]]] = {}
        self._prints: list[tuple[int, str]] = []
        self._loose: dict[str, list[Found]] = {}

    def fitting(self, filename: str, source_id: int, line: int) -> tuple[str, list[Found]]:
        """Return the rule by which something in a source may be a file that is named on a line, and what; "" and nothing where nothing may."""
        self._read(source_id)
        if found := self._titled(filename):
            return RULES[0], found
        found = [each for kind in self._kinds(filename) for each in self._loose[kind] if self._is_below(each[1].first_line, line)]
        found.sort(key=lambda each: each[1].first_line)
        return (RULES[1], found[:_SHOWN]) if found else ("", [])

    def _titled(self, filename: str) -> list[Found]:
        """Return the lines that may head a file's text: they share most of the words of its name."""
        wanted = frozenset(_PART.findall(self._fold(filename.rpartition(".")[0] or filename)))
        near = {found: title for word in sorted(wanted) for title, found in self._titles.get(word, ())}
        fitting = [found for found, title in near.items() if _fits(wanted, frozenset(_PART.findall(title)))]
        return sorted(fitting, key=lambda found: found[1].first_line)[:_SHOWN]

    def _kinds(self, filename: str) -> Iterator[str]:
        extension = filename.rpartition(".")[2].strip().lower()
        yield "page"
        if extension in self._mails:
            yield "mail"
        if extension in self._sheets:
            yield "sheet"

    def _is_below(self, line: int, named: int) -> bool:
        """Tell whether a line stands below the one that names a file, or in its message, and below a print of the same subject."""
        return line > named and self._subject_at(line) == self._subject_at(named)

    def _subject_at(self, line: int) -> str | None:
        place = bisect_right(self._prints, line, key=lambda each: each[0]) - 1
        return self._prints[place][1] if place >= 0 else None

    # ------------------------------------------------------------ one source

    def _read(self, source_id: int) -> None:
        if self._source_id == source_id:
            return
        self._source_id = source_id
        prints = self._readings.prints(source_id)
        self._prints = [(line, self._subjects.fold(base)) for line, standing, base in prints if standing == "released"]
        spans = self._bound.get(source_id, [])
        known = {line for span in spans for line in range(span.first_line, span.last_line + 1)}
        lines, empty_pages = self._lines(source_id)
        self._titles = self._index(lines, known)
        stands = [(each.text, Span(each.number, each.number)) for each in lines if self._stands.match(each.text)]
        self._loose = {
            "page": [*(("", Span(line, line)) for line in empty_pages), *stands],
            "mail": [(base or "", Span(line, line)) for line, standing, base in prints if standing == "enclosed"],
            "sheet": [*_ended_tables(lines, spans), *_tables_in_words(lines)],
        }

    def _lines(self, source_id: int) -> tuple[list[_Line], list[int]]:
        """Return the lines that are not blank, and the first lines of the pages between others on which nothing but their edges is printed."""
        found: list[_Line] = []
        pages: list[tuple[int, bool]] = []
        printed = [
            (number, kind, line)
            for kind, first, text in self._readings.printed_segments(source_id)
            for number, line in enumerate(text.removesuffix("\n").split("\n"), first)
        ]
        edge, held, first = 0, 0, 1
        for at, (number, kind, line) in enumerate(printed):
            if "\f" in line:
                pages.append((first, held == 0 and edge <= _EDGES))
                edge, held, first = 0, 0, number
            if not line.strip():
                continue
            edge, held = edge + (kind == "furniture"), held + (kind != "furniture")
            begins = at == 0 or "\f" in line or not printed[at - 1][2].strip()
            ends = at + 1 == len(printed) or "\f" in printed[at + 1][2] or not printed[at + 1][2].strip()
            found.append(_Line(number, kind, line.strip(), begins, ends))
        return found, [first for first, is_empty in pages if is_empty]

    def _index(self, lines: Sequence[_Line], known: Collection[int]) -> dict[str, list[tuple[str, Found]]]:
        """Return the lines that look like titles, under each of their words."""
        titles: dict[str, list[tuple[str, Found]]] = defaultdict(list)
        above: _Line | None = None
        for line in lines:
            if line.kind not in _KNOWN and line.number not in known and _is_title(line, above, known):
                folded, found = self._fold(line.text), (" ".join(line.text.split()), Span(line.number, line.number))
                for word in set(_PART.findall(folded)):
                    titles[word].append((folded, found))
            above = line
        return titles


def _is_title(line: _Line, above: _Line | None, known: Collection[int]) -> bool:
    """Tell whether a line is short, no sentence, and begins a paragraph, or stands between the end of a sentence and a blank."""
    begins = line.begins or above is None or above.kind in _KNOWN or above.number in known or line.text.isupper()
    begins = begins or (line.ends and above is not None and above.text.endswith(_FULL_STOP))
    return begins and len(line.text.split()) <= _LONGEST and not line.text.endswith(_SENTENCE_END)


def _fits(wanted: frozenset[str], title: frozenset[str]) -> bool:
    shared = wanted & title
    numbers = {word for word in wanted if _TELLING.fullmatch(word)}
    if len(wanted) <= _FEWEST and any(number in word for number in numbers for word in title):
        return True
    return bool(wanted) and len(shared) >= min(_FEWEST, len(wanted)) and len(shared) / len(wanted) >= _SHARE


def _ended_tables(lines: Sequence[_Line], spans: Sequence[Span]) -> Iterator[Found]:
    """Yield the texts of files that end with two rows of a table: what follows a text without a mark may be a file of its own."""
    numbers = [line.number for line in lines if line.kind == "document"]
    texts = [line.text for line in lines if line.kind == "document"]
    for span in spans:
        end = bisect_right(numbers, span.last_line)
        if end > 1 and numbers[end - 2] >= span.first_line and all(_ROW.search(text) for text in texts[end - 2 : end]):
            yield " ".join(texts[end - 2].split()), span


def _tables_in_words(lines: Sequence[_Line]) -> Iterator[Found]:
    """Yield the tables that stand in a message's words: rows of two columns or more, the last of them figures."""
    run: list[_Line] = []
    for line in [*lines, None]:
        if line is not None and line.kind in _OWN and _PAIR.search(line.text) and not (run and line.begins):
            run.append(line)
            continue
        if len(run) >= _ROWS:
            yield " ".join(run[0].text.split()), Span(run[0].number, run[-1].number)
        run = [line] if line is not None and line.kind in _OWN and _PAIR.search(line.text) else []
