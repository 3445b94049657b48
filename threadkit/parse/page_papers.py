"""Tell what begins a paper by its shape alone: a table, or lines that each begin with a time, as a transcript and a chat have them."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from threadkit.parse.breaks import SURE_PAGE, DocumentBreaks
from threadkit.parse.file_titles import LABELLED
from threadkit.parse.known_lines import lines_beginning
from threadkit.parse.line_shapes import is_row
from threadkit.parse.lines import Lines, ends_sentence
from threadkit.parse.signatures import OwnWords
from threadkit.words import Words

__all__ = ["RULES", "PagePapers"]

RULES = ("document-in-shape",)

_LOOKED_AT = 6
_ROWS, _TIMES = 3, 2
_TITLE_WORDS, _HEAD_LINES = 2, 3


class PagePapers:
    """The papers of one source that no title opens."""

    def __init__(self, lines: Lines, own: OwnWords, breaks: DocumentBreaks, words: Words) -> None:
        self._lines, self._own, self._breaks = lines, own, breaks
        self._times = lines_beginning(words, "timed-line")
        self._sheets = frozenset(words.folded_terms("sheet-file-extension"))
        self._presences = lines_beginning(words, "minutes-present")

    def is_table(self, index: int, stop: int) -> bool:
        """Say whether a table begins at line `index`: three rows of three cells or more, none between them that is none, and nobody's telephone."""
        rows = self._own.lines.between(index, stop)[:_ROWS]
        return len(rows) == _ROWS and all(is_row(self._lines.stripped[row]) and not self._own.is_contact(row) for row in rows)

    def heads_of_minutes(self, first: int, last: int) -> Iterator[int]:
        """Yield the lines of a document run right above a list of those who were present, which head minutes: no sentence, and no label."""
        for index in self._own.lines.among(self._lines.with_colons, first + 2, last + 1):
            above = self._lines.stripped[index - 1]
            if not self._presences[self._lines.shown[index]] or self._own.lines.above(index) != index - 1:
                continue
            if not (LABELLED.match(above) or ends_sentence(above) or above.endswith((",", ";"))):
                yield index - 1

    def heads_minutes(self, index: int) -> bool:
        """Say whether minutes begin at line `index`: words in capitals, apart from those above, and within a few lines who was present."""
        line = self._lines.stripped[index]
        if not line.isupper() or len(line.split()) < _TITLE_WORDS or not self._lines.blank[index - 1]:
            return False
        return any(self._presences[self._lines.shown[below]] for below in self._own.lines.between(index + 1, index + _LOOKED_AT)[:_HEAD_LINES])

    def is_timed(self, index: int, stop: int) -> bool:
        """Say whether lines that begin with a time stand at line `index` and again among the few below."""
        below = self._own.lines.between(index, stop)[:_LOOKED_AT]
        return self._times[self._lines.shown[index]] and sum(self._times[self._lines.shown[line]] for line in below) >= _TIMES

    def opens_chat(self, index: int, stop: int, attached: frozenset[str]) -> bool:
        """Say whether timed lines begin at line `index` or right below it, below a mail.

        Of a mail without files (`attached`), or with a title above them, a page must surely begin there, and nothing announce them.
        """
        first = index if self.has_time(index) else self._own.next_own(index + 1, stop)
        if first >= stop or not self.is_timed(first, stop):
            return False
        if first == index and attached:
            return True
        above = self._own.lines.above(index)
        return self._breaks.page_break(index) == SURE_PAGE and (above < 0 or not self._lines.stripped[above].endswith(":"))

    def has_time(self, index: int) -> bool:
        """Say whether line `index` begins with the time at which what it says was said or done."""
        return self._times[self._lines.shown[index]]

    def tables(self, first: int, last: int, attached: frozenset[str], cuts: Collection[int]) -> Iterator[int]:
        """Yield the paragraph of a run besides its `cuts` from which on all is a table, where one of the files of which `attached` are the words is one.

        Whether it is that file only the rest of the files tells (`resolve`). A table with words below it is one of a text.
        """
        if self._sheets.isdisjoint(attached) or not is_row(self._lines.stripped[last]):
            return
        for index in self._own.lines.apart(first + 1, last + 1):
            if all(is_row(self._lines.stripped[line]) for line in self._own.lines.between(index, last + 1)):
                if index not in cuts and self.is_table(index, last + 1):
                    yield index
                return

    def within(self, first: int, last: int, cuts: Collection[int]) -> Iterator[int]:
        """Yield the lines of a document run besides its `cuts` at which a page surely begins in a shape that the lines above it have not."""
        for index in self._own.lines.apart(first + 1, last + 1):
            if index in cuts or self._breaks.page_break(index) != SURE_PAGE:
                continue
            above = self._own.lines.between(first, index)[-_LOOKED_AT:]
            rows = [is_row(self._lines.stripped[line]) for line in above]
            tabled = self.is_table(index, last + 1) and 2 * sum(rows) < len(above) and not rows[-1]  # a row above is of the same table
            if tabled or (self.is_timed(index, last + 1) and not any(self._times[self._lines.shown[line]] for line in above)):
                yield index
