"""The lines that words stand on: those of a source that are neither blank nor furniture."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from itertools import compress
from operator import not_, or_

from threadkit.parse.lazily import lazily
from threadkit.parse.line_shapes import is_masthead
from threadkit.parse.lines import Lines, indexes_between

_SHORT = 80
_TOP = re.compile(rb"(?:\A|\x01)\x00")


class OwnLines:
    """The lines of one source with words on them, once its furniture is known."""

    def __init__(self, lines: Lines, furniture: Mapping[int, str]) -> None:
        self._lines = lines
        self._furniture = furniture

    @lazily
    def furniture_row(self) -> bytes:
        """One byte a line: 1 for furniture, 0 for another."""
        row = bytearray(self._lines.count)
        for index in self._furniture:
            row[index] = 1
        return bytes(row)

    @lazily
    def _mask(self) -> bytes:
        """One byte a line: 0 for a line with words, 1 for another. It is searched instead of the lines."""
        mask = bytearray(self._lines.blanks)
        for index in self._furniture:
            mask[index] = 1
        return bytes(mask)

    @lazily
    def apart_row(self) -> bytes:
        """One byte a line: 1 for a line that has none with words right above it or begins a page, 0 for another."""
        mask, count = self._mask, self._lines.count
        return bytes(map(or_, b"\x00" + mask[: count - 1], self._lines.page_row)) if count else b""

    @lazily
    def _all(self) -> list[int]:
        return list(compress(range(self._lines.count), map(not_, self._mask)))

    @lazily
    def _tops(self) -> list[int]:
        """The lines with words that have none right above them."""
        return [found.end() - 1 for found in _TOP.finditer(self._mask)]

    @lazily
    def _apart(self) -> list[int]:
        mask = self._mask
        return sorted({*self._tops, *(index for index in self._lines.page_starts if not mask[index])})

    @lazily
    def _headed(self) -> list[int]:
        lines, mask = self._lines, self._mask
        stamps = (index for index in self._furniture if index and mask[index - 1] and not lines.blank[index])
        return sorted({*self._tops, *stamps, *(index for index in self._lines.capitals if not lines.blank[index])})

    @lazily
    def _openings(self) -> list[int]:
        """The lines with words that may open a text, whatever part of the source it stands in."""
        lines, mask, shown = self._lines, self._mask, self._lines.shown
        alone = (index for index in lines.paragraph_ends if not mask[index] and len(shown[index]) <= _SHORT)
        return sorted({*self._apart, *alone, *(index for index in self._lines.capitals if not mask[index]), *self.mastheads})

    @lazily
    def mastheads(self) -> list[int]:
        """The lines that are printed like the head of a form; most sources have none, and are asked for them line by line."""
        mask, shown = self._mask, self._lines.shown
        return [index for index in self._lines.with_gaps if not mask[index] and is_masthead(shown[index])]

    def is_masthead(self, index: int) -> bool:
        """Say whether line `index`, one with words, is printed like the head of a form: `ACME LTÉE          Facture 19-0418`."""
        return index in self.mastheads

    def above(self, index: int) -> int:
        """Return the last line with words above line `index`, or -1."""
        return self._mask.rfind(b"\x00", 0, index)

    def next(self, index: int, stop: int) -> int:
        """Return the first line with words at or after `index`, or `stop`."""
        found = self._mask.find(0, index, stop)
        return found if found >= 0 else max(index, stop)

    def between(self, start: int, stop: int) -> list[int]:
        """Return those of lines `start` to `stop` (not included) that have words."""
        return indexes_between(self._all, start, stop)

    def first_between(self, start: int, stop: int, most: int) -> list[int]:
        """Return the first lines with words, at most so many, of lines `start` to `stop` (not included)."""
        first = bisect_left(self._all, start)
        return [index for index in self._all[first : first + most] if index < stop]

    def among(self, indexes: list[int], start: int, stop: int) -> list[int]:
        """Return those of some lines, in order, that have words and are among lines `start` to `stop` (not included)."""
        mask = self._mask
        return [index for index in indexes_between(indexes, start, stop) if not mask[index]]

    def apart(self, start: int, stop: int) -> list[int]:
        """Return those of lines `start` to `stop` (not included) with words that begin a paragraph or a page of the source."""
        return indexes_between(self._apart, start, stop)

    def openings(self, start: int, stop: int) -> list[int]:
        """Return those of lines `start` to `stop` (not included) with words that may open a text.

        The first, the first of a paragraph or page, one in capitals or a masthead, and a short one with nothing right below it.
        """
        first, last = self._mask.find(0, start, stop), stop - 1
        if first < 0:
            return []
        found = indexes_between(self._openings, start, stop)
        if found[:1] != [first]:
            found.insert(0, first)
        if found[-1] < last and not self._mask[last] and len(self._lines.shown[last]) <= _SHORT:
            found.append(last)
        return found

    def headed(self, start: int, stop: int) -> list[int]:
        """Return those of lines `start` to `stop` (not included), furniture too, with no words right above them or in capitals."""
        return indexes_between(self._headed, start, stop)
