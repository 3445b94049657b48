"""Decide whether a line without label continues a list of attached files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from threadkit.parse.ahead import LONGEST_BREAK, Ahead, holds_sentence
from threadkit.parse.labels import LabelLine
from threadkit.parse.lines import Lines
from threadkit.words import Words

#: A comma before a digit may be that of a size: `(1,2 Mo)`.
_BETWEEN_NAMES = re.compile(r";|,(?!\d)")
_LONGEST_CUT_NAME = 60
_LONGEST_SIZE = 16
_MOST_INDENTED = 5


@cache
def _file_names(words: Words) -> tuple[re.Pattern[str], ...]:
    return tuple(pattern.regex for pattern in words.patterns("filename"))


class FilesRule:
    """The rule of attachment lists in one source."""

    def __init__(self, lines: Lines, labels: Mapping[int, LabelLine], furniture: Mapping[int, str], ahead: Ahead, words: Words) -> None:
        self._lines = lines
        self._labels = labels
        self._furniture = furniture
        self._ahead = ahead
        self._file_names = _file_names(words)

    def continues(self, text: str, line: str, index: int, gap: int) -> bool:
        """Take a line for more attachment names where the list is open or the whole line is file names."""
        if gap > LONGEST_BREAK:
            return False
        if all(self._ends_file(name) for part in _BETWEEN_NAMES.split(line.rstrip(" ;,")) if (name := part.strip())):
            return True
        if text.endswith(";") and self._is_cut_name(line, index):
            return True
        if gap:
            return text.endswith(";") and self.names_file(line) and not holds_sentence(line)
        if self._is_cut_by_page(line, index) or (self._lines.shown[index][:1] == " " and self._runs_on_indented(text, index)):
            return True
        is_open = text.endswith((";", ",")) or not self._ends_file(text.rstrip(" ;,"))
        return is_open and self.names_file(line)

    def names_file(self, text: str) -> bool:
        """Say whether a file's name stands in a text."""
        return any(regex.search(text) for regex in self._file_names)

    def _is_cut_name(self, line: str, index: int) -> bool:
        """Say whether a line and the one below it are one file's name."""
        return len(line) <= _LONGEST_CUT_NAME and index + 1 < self._lines.count and self._ends_file(f"{line} {self._ahead.words_below(index)}")

    def _is_cut_by_page(self, line: str, index: int) -> bool:
        """Say whether a line and the one below a page's furniture are one file's name: `Lettre aux` and, a page number further, `parents.docx`."""
        if len(line) > _LONGEST_CUT_NAME or index + 1 not in self._furniture:
            return False
        below = self._ahead.past_break(index)
        shown = self._lines.unquoted(below).strip() if below < self._lines.count and below not in self._labels else ""
        return bool(shown) and self._ends_file(f"{line} {shown}")

    def _runs_on_indented(self, text: str, index: int) -> bool:
        """Say whether a list of files that stops inside a name goes on in indented lines, as PDFMaker wraps it, up to one that ends a name."""
        if self._ends_file(text.rstrip(" ;,").rpartition(";")[2]):
            return False
        for ahead in range(index, min(index + _MOST_INDENTED, self._lines.count)):
            shown = self._lines.shown[ahead]
            if self._lines.blank[ahead] or shown[:1] != " " or ahead in self._labels:
                return False
            if self.names_file(shown):
                return True
        return False

    def _ends_file(self, text: str) -> bool:
        """Say whether a text ends as a file's name does, its size in brackets apart."""
        ends = ([found.end() for found in regex.finditer(text)][-1:] for regex in self._file_names)
        rests = [text[end:].strip() for last in ends for end in last]
        return any(not rest or (rest[0] in "([" and rest[-1] in ")]" and len(rest) <= _LONGEST_SIZE) for rest in rests)
