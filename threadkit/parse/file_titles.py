"""Tell the lines that name an attached file as its title does: in capitals, whole, or with its kind of document."""

from __future__ import annotations

import re
from collections.abc import Collection

from threadkit.parse.breaks import SURE_PAGE, DocumentBreaks, stem_words, telling_words
from threadkit.parse.known_lines import lines_beginning, lines_holding
from threadkit.parse.line_shapes import is_row
from threadkit.parse.lines import Lines, ends_sentence
from threadkit.parse.signatures import OwnWords
from threadkit.words import Words

__all__ = ["LABELLED", "LONGEST_TITLE", "FileTitles", "may_head"]

LABELLED = re.compile(r"^[^\W\d_a-zß-ÿ][^\n:?]{1,40}? ?:(?:\s|$)")
LONGEST_TITLE = 90

_LONG_WORD = 6
_SEVERAL = 2
#: So many lines above a title may be of the same one: above a whole file's name, above a kind of document (its letterhead, a cover).
_TITLE_LINES, _HEAD_LINES = 2, 4
_OPENING_LINES = 3


def may_head(line: str) -> bool:
    """Say whether a line is short and no sentence, as a title is.

    >>> may_head("Annexe A"), may_head("Voici l'annexe A.")
    (True, False)
    """
    return len(line) <= LONGEST_TITLE and not ends_sentence(line) and not line.endswith((",", ";", ":"))


class FileTitles:
    """The titles of the files that the messages of one source name. `attached` are the words of the names of those of one message."""

    def __init__(self, lines: Lines, own: OwnWords, breaks: DocumentBreaks, files: Collection[str], words: Words) -> None:
        self._lines, self._own, self._breaks = lines, own, breaks
        self._headings = lines_beginning(words, "numbered-heading")
        self._inner = lines_holding(words, "inner-heading")
        self._telling: dict[str, list[frozenset[str]]] = {}
        for telling in {telling_words(file, words) for file in files}:
            if len(telling) > 1:
                self._telling.setdefault(min(telling), []).append(telling)
        self._names = frozenset(stem_words(file, words) for file in files)
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        for name in self._names:
            self._by_first.setdefault(name[0] if name else "", []).append(name)

    def is_named(self, index: int, attached: frozenset[str]) -> bool:
        """Say whether line `index` is in capitals with attached files' telling words alone, or the whole name of one and nothing besides."""
        return bool(attached) and (self._in_capitals(index, attached) or self._is_whole_name(index, attached))

    def _in_capitals(self, index: int, attached: frozenset[str]) -> bool:
        words = self._breaks.telling(index) if self._lines.stripped[index].isupper() else frozenset()
        return words <= attached and any(len(word) >= _LONG_WORD for word in words)

    def _is_whole_name(self, index: int, attached: frozenset[str]) -> bool:
        """Say whether the words of line `index` are those of the name of one of the attached files, in their order and none besides: `Annexe A`."""
        line = self._lines.stripped[index]
        words = tuple(self._breaks.words_of(index)) if len(line) <= LONGEST_TITLE else ()
        return words in self._names and attached.issuperset(words)

    def holds_name(self, index: int) -> bool:
        """Say whether line `index` holds all telling words, two or more, of the name of some file, and few others."""
        return self._breaks.names_whole_file(index, self._telling)

    def names_other(self, index: int, first: int, attached: frozenset[str]) -> bool:
        """Say whether a paragraph begins at line `index` with two words in capitals, one of them a file's and none the sender's on line `first`."""
        line = self._lines.stripped[index]
        if not line.isupper() or not self._lines.blank[index - 1] or len(line.split()) < _SEVERAL or self._own.is_contact(index):
            return False
        return self._breaks.shares_words(index, attached) and not self._breaks.shares_words(index, self._breaks.telling(first))

    def within(self, first: int, last: int, attached: frozenset[str], cuts: Collection[int]) -> list[int]:
        """Return the lines of a document run besides its `cuts` at which one of several files may begin: paragraphs that open with a title of it.

        Whether one does only the rest of the files tells, so `resolve` decides; where none is told to begin there, the run goes on.
        """
        if not self._are_several(attached):
            return []
        found: list[int] = []
        for index in self._own.lines.apart(first + 1, last + 1):
            if index in cuts or not (apart := self._lines_apart(index, attached)):
                continue
            begun = max(cut for cut in (*cuts, *found) if cut < index)
            if len(self._own.lines.between(begun, index)) > apart:
                found.append(index)
        return found

    def pages(self, first: int, last: int, attached: frozenset[str]) -> dict[int, bool]:
        """Return the lines of a document run at which a page surely begins, where several files are named, and whether it may open another of them.

        It does not where a sentence, a list, a numbered section or a table goes on. Whether it does only the number of pages and files tells
        (`resolve`).
        """
        if not self._are_several(attached):
            return {}
        tops = (index for index in self._own.lines.apart(first + 1, last + 1) if self._breaks.page_break(index) == SURE_PAGE)
        return {index: self._opens_page(index) for index in tops}

    def _opens_page(self, index: int) -> bool:
        line, above = self._lines.stripped[index], self._lines.stripped[self._own.lines.above(index)]
        if not (line[0].isalnum() and not line[0].islower()) or self._headings[self._lines.shown[index]]:
            return False
        if is_row(line):
            return not is_row(above)
        if len(line.split()) < _SEVERAL or self._inner[line]:
            return False
        return may_head(line) and not above.endswith((",", ";", ":")) and (ends_sentence(above) or len(above) <= LONGEST_TITLE)

    def _are_several(self, attached: frozenset[str]) -> bool:
        awaited = [name for word in (*attached, "") for name in self._by_first.get(word, ()) if attached.issuperset(name)]
        return len(awaited) >= _SEVERAL

    def _lines_apart(self, index: int, attached: frozenset[str]) -> int:
        """Return 0 where line `index` is no title of a file, else how many lines above it may be the same title, its letterhead or its cover.

        A title is a whole file's name, or a kind of document with a file's word on it or right below.
        """
        line = self._lines.stripped[index]
        if not may_head(line) or LABELLED.match(line):
            return 0
        if self._is_whole_name(index, attached) or self.holds_name(index):
            return _TITLE_LINES
        opening = range(index, min(index + _OPENING_LINES, self._lines.count))
        if self._breaks.is_kind(index) and any(self._breaks.shares_words(line, attached) for line in opening):
            return _HEAD_LINES
        below = index + 1  # a letterhead in capitals, and below it what the paper is
        headed = line.isupper() and below < self._lines.count and self._breaks.is_kind(below) and self._breaks.shares_words(below, attached)
        return _HEAD_LINES if headed else 0
