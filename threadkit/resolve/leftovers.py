"""What stands in a source and may be the text of a file that has none: as long as it is there, nobody can be certain that the file is not.

Such are lines that may head a text, pages of which nothing is read, mails printed inside other texts, and tables.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from threadkit.frozen import record
from threadkit.records import Readings, Span
from threadkit.resolve.subjects import Subjects

__all__ = ["RULES", "Answer", "Asked", "Found", "look_through"]

RULES = ("perhaps-printed", "perhaps-unexplained")

#: What a reader may be shown of what is found: the words ("" for a page), and the lines.
Found = tuple[str, Span]

_KNOWN = frozenset({"header", "furniture", "quote-marker"})
_EDGE_KINDS = frozenset({"furniture", "blank"})
_OWN = frozenset({"body", "signature", "other"})
#: What is printed at the edges of a page without words has no more lines than this.
_EDGES = 4
#: A title has no more words than this, holds this share of a filename's words, and at least so many of them (or a telling number).
_WIDEST = 200
#: A line of no more words above a title is a name, the end of a signature, or blank.
_SIGNED = 4
#: Behind a gap other words stand beside a title.
_WIDE_GAP = re.compile(r" {3,}|\t")
#: A word with letters left out has so many left.
_SHORTENED = (3, 4)
_LONGEST, _SHARE, _FEWEST, _SHOWN = 12, 0.6, 2, 3
_SENTENCE_END = (".", ",", ";", ":", "!", "?", "…")
_FULL_STOP = (".", "!", "?", "…")
#: A number that is no year, day or month tells a text by itself: `PV-118.pdf`, "118e SÉANCE".
_TELLING = re.compile(r"[03-9]\d{2,}|1[0-8]\d+|2[1-9]\d+|1\d\d|2\d\d")
_PART = re.compile(r"[^\W\d_]{3,}|\d{2,}")
#: A row of three columns or more, the last of them figures; in a message's words, one of two, and so many of them together.
_ROW = re.compile(r"\S.*?(?: {2,}|\t+)\S.*?(?: {2,}|\t+)\d")
#: So many lines in a row of a word and a colon, with something after it, head a memo.
_LABELLED, _LABELS = re.compile(r"[^\W\d_][\w .'’]{0,14}?\s?:\s{0,40}\S"), 3
_PAIR, _ROWS = re.compile(r"\S.*?(?: {2,}|\t+)\d"), 3


@record(frozen=True, slots=True)
class Asked:
    """What is to be looked for in one source: `files` are the names of files without a text, each with the line that names it; `bound` are the
    lines that are the text of some file, in order.
    """

    source_id: int
    bound: tuple[Span, ...]
    files: tuple[tuple[str, int], ...]


#: The rule by which something in a source may be a file, and what may; "" and nothing where nothing may.
Answer = tuple[str, list[Found]]


def look_through(readings: Readings, subjects: Subjects, asked: Asked) -> list[Answer]:
    """Return for each of the files of one source what may be its text."""
    leftovers = _Leftovers(readings, subjects, asked)
    return [leftovers.fitting(filename, line) for filename, line in asked.files]


@dataclass(slots=True)
class _Page:
    """What was seen of a page so far: its first line, how many lines of furniture it has, and whether anything else."""

    first: int
    edges: int = 0
    holds: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is printed on it but its edges."""
        return not self.holds and self.edges <= _EDGES


class _Leftovers:
    """What one source leaves over."""

    def __init__(self, readings: Readings, subjects: Subjects, asked: Asked) -> None:
        words, source_id = subjects.words, asked.source_id
        self._readings, self._subjects, self._bound = readings, subjects, asked.bound
        self._fold, self._stands = words.folding.plain, words.any_of("unread-page")
        self._mails, self._sheets = (frozenset(words.folded_terms(role)) for role in ("mail-file-extension", "sheet-file-extension"))
        self._source_id, self._heads = source_id, frozenset(span.first_line for span in asked.bound)
        self._wanted = frozenset(word for filename, _ in asked.files for word in self._parts(filename))
        self._titles: dict[str, list[tuple[str, Found]]] = defaultdict(list)
        self._in_words: set[int] = set()
        self._pages: list[Found] = []
        self._tables: list[Found] | None = None
        prints = readings.prints(source_id)
        self._prints = [(line, subjects.fold(base)) for line, standing, base in prints if standing == "released"]
        self._bases = {subjects.fold(base) for _, _, base in prints if base}
        self._enclosed: list[Found] = [(base or "", Span(line, line)) for line, standing, base in prints if standing == "enclosed"]
        self._read()

    def fitting(self, filename: str, line: int) -> Answer:
        """Return the rule by which something here may be a file that is named on a line, and what."""
        if found := self._titled(filename, line):
            return RULES[0], found
        found = [each for each in self._candidates(filename) if self._is_below(each[1].first_line, line)]
        return (RULES[1], found[:_SHOWN]) if found else ("", [])

    def _titled(self, filename: str, named: int) -> list[Found]:
        """Return the lines that may head a file's text: they share most of the words of its name.

        In a message's words a text stands below the line that names its file.
        """
        wanted = self._parts(filename)
        near = {found: title for word in sorted(wanted) for title, found in self._titles.get(word, ()) if self._may_head(found[1], named)}
        fitting = [
            found
            for found, title in near.items()
            if _fits(wanted, frozenset(_PART.findall(title)), found, is_told=found[1].first_line in self._heads)
        ]
        return sorted(fitting, key=lambda found: found[1].first_line)[:_SHOWN]

    def _may_head(self, span: Span, named: int) -> bool:
        return span.first_line > named or span.first_line not in self._in_words

    def _parts(self, filename: str) -> frozenset[str]:
        """Return the words and numbers of a filename."""
        return frozenset(_PART.findall(self._fold(filename.rpartition(".")[0] or filename)))

    def _candidates(self, filename: str) -> list[Found]:
        extension = filename.rpartition(".")[2].strip().lower()
        found = list(self._pages)
        if extension in self._mails:
            found += self._enclosed
        if extension in self._sheets:
            if self._tables is None:
                self._tables = list(self._find_tables())
            found += self._tables
        return sorted(found, key=lambda each: each[1].first_line)

    def _is_below(self, line: int, named: int) -> bool:
        """Tell whether a line stands below the one that names a file, and below a print of the same subject."""
        return line > named and self._subject_at(line) == self._subject_at(named)

    def _subject_at(self, line: int) -> str | None:
        place = bisect_right(self._prints, line, key=lambda each: each[0]) - 1
        return self._prints[place][1] if place >= 0 else None

    # ------------------------------------------------------------ one source

    def _read(self) -> None:
        page, above, is_known = _Page(1), "", True
        for kind, first, text in self._readings.printed_segments(self._source_id):
            page = self._count(page, kind, first, text)
            if kind == "blank":
                above = ""
            elif kind in _KNOWN:
                is_known = True
            else:
                if kind in _OWN:
                    self._in_words.update(range(first, first + text.count("\n") + 1))
                if kind == "body":
                    self._pages += self._heads_of_memos(first, text.removesuffix("\n").split("\n"))
                above = self._note_lines(first, text, above, is_known=is_known)
                is_known = False

    def _count(self, page: _Page, kind: str, first: int, text: str) -> _Page:
        """Count a segment on its page, and return the page on which it ends; pages that end with it and are empty are noted."""
        if "\f" not in text:
            page.edges += text.count("\n") if kind == "furniture" else 0
            page.holds = page.holds or kind not in _EDGE_KINDS
            return page
        for number, line in enumerate(text.split("\n"), first):
            if "\f" in line:
                if page.is_empty:
                    self._pages.append(("", Span(page.first, page.first)))
                page = _Page(number)
            if line.strip():
                page.edges += kind == "furniture"
                page.holds = page.holds or kind not in _EDGE_KINDS
        return page

    def _note_lines(self, first: int, text: str, above: str, *, is_known: bool) -> str:
        """Note the lines of a segment that may head a text or stand for a page; return the last line. Few segments have a word of a filename.

        Args:
            first: the number of the first line.
            text: the segment.
            above: the line above, "" where it is blank.
            is_known: whether the line above is a header, furniture, or the text of a file.
        """
        lines = [line.strip() for line in text.removesuffix("\n").split("\n")]
        self._pages += [(line, Span(number, number)) for number, line in enumerate(lines, first) if self._stands.match(line) and len(line) <= _WIDEST]
        folded = self._fold(text)
        wanted = [word for word in self._wanted if word in folded]
        if wanted:
            holding = {at for at, line in enumerate(folded.split("\n")) if any(word in line for word in wanted)}
            self._note_titles(first, lines, above, holding, is_known=is_known)
        return lines[-1]

    def _note_titles(self, first: int, lines: Sequence[str], above: str, holding: Collection[int], *, is_known: bool) -> None:
        """Note which of the lines `holding` a word of a filename may head a text."""
        for at, line in enumerate(lines):
            if at in holding and len(line) <= _WIDEST:
                begins = len(above.split()) <= _SIGNED or (is_known and at == 0) or line.isupper()
                is_apart = above.endswith(_FULL_STOP) and not "".join(lines[at + 1 : at + 2])
                title = _WIDE_GAP.split(line, maxsplit=1)[0]
                if (begins or is_apart) and _is_title(title) and self._subjects.fold(title.partition(":")[2].strip()) not in self._bases:
                    self._note_title(title, first + at)
            above = line

    def _heads_of_memos(self, first: int, lines: Sequence[str]) -> Iterator[Found]:
        """Yield the runs of lines that look like the head of a memo: what stands below may be a text of its own, pasted into a message's words.

        One that names the subject of a mail of the source speaks of that mail, as a receipt does.
        """
        run: list[int] = []
        for at, line in enumerate([*lines, ""]):
            if ":" in line and _LABELLED.match(line.strip()):
                run.append(at)
                continue
            if len(run) >= _LABELS and not any(self._subjects.fold(lines[n].partition(":")[2].strip()) in self._bases for n in run):
                yield " ".join(lines[run[0]].split()), Span(first + run[0], first + run[-1])
            run = []

    def _note_title(self, line: str, number: int) -> None:
        folded, found = self._fold(line), (" ".join(line.split()), Span(number, number))
        for word in self._wanted.intersection(_PART.findall(folded)):
            self._titles[word].append((folded, found))

    def _find_tables(self) -> Iterator[Found]:
        """Yield the texts of files that end with two rows of a table (what follows a text without a mark may be a file of its own), and the tables
        that stand in a message's words.
        """
        ends: dict[int, tuple[int, list[str]]] = {}
        for kind, first, text in self._readings.printed_segments(self._source_id):
            lines = text.removesuffix("\n").split("\n")
            if kind in _OWN:
                yield from _tables(first, lines)
            elif kind == "document" and (place := _stands_in(first, self._bound)):
                ends[place] = first, [line for line in lines if line.strip()][-2:]
        for place, (_, rows) in ends.items():
            if len(rows) > 1 and all(_has_gap(row) and _ROW.search(row) for row in rows):
                yield " ".join(rows[0].split()), self._bound[place - 1]


def _stands_in(line: int, spans: Sequence[Span]) -> int:
    """Return the rank (from 1) of the span in which a line stands, 0 where in none."""
    place = bisect_right(spans, line, key=lambda span: span.first_line)
    return place if place and line <= spans[place - 1].last_line else 0


def _is_title(line: str) -> bool:
    return len(line.split()) <= _LONGEST and not line.endswith(_SENTENCE_END)


def _fits(wanted: frozenset[str], title: frozenset[str], found: Found, *, is_told: bool) -> bool:
    """Tell whether a title may be that of a file: by a telling number, by its share of the name's words, or in capitals by all of its own.

    The title of a text that is told to be another file's must have all words of the name.
    """
    shared = wanted & title
    if is_told or not shared:
        return bool(shared) and shared == wanted
    numbers = {word for word in wanted if _TELLING.fullmatch(word)}
    if len(wanted) <= _FEWEST and any(number in word for number in numbers for word in title):
        return True
    if shared == title and found[0].isupper():
        return True
    shared |= {word for word in wanted - shared if any(_is_short_for(word, other) for other in title)}
    words = {word for word in wanted if not word[0].isdigit()}
    if len(words) > 1 and words <= shared:
        return True
    return len(shared) >= min(_FEWEST, len(wanted)) and len(shared) / len(wanted) >= _SHARE


def _is_short_for(short: str, word: str) -> bool:
    """Tell whether a word is another one with letters left out, as names of files have it.

    >>> _is_short_for("mtg", "meeting"), _is_short_for("mtg", "mountain")
    (True, False)
    """
    letters = iter(word)
    return (
        _SHORTENED[0] <= len(short) <= _SHORTENED[1]
        and short[:1] == word[:1]
        and short[-1:] == word[-1:]
        and all(char in letters for char in short)
    )


def _has_gap(line: str) -> bool:
    return "  " in line or "\t" in line


def _tables(first: int, lines: Sequence[str]) -> Iterator[Found]:
    """Yield the tables among some lines: three rows in a row, of two columns or more, the last of them figures."""
    run: list[int] = []
    for at, line in enumerate([*lines, ""]):
        if _has_gap(line.strip()) and _PAIR.search(line):
            run.append(at)
            continue
        if len(run) >= _ROWS:
            yield " ".join(lines[run[0]].split()), Span(first + run[0], first + run[-1])
        run = []
