"""The lines that words stand on: those of a source that are neither blank nor furniture."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from functools import cached_property
from itertools import compress, pairwise
from operator import not_

from threadkit.parse.lines import Lines


class OwnLines:
    """The lines of one source with words on them, once its furniture is known."""

    def __init__(self, lines: Lines, furniture: Mapping[int, str]) -> None:
        self._lines = lines
        self._furniture = furniture

    @cached_property
    def _all(self) -> list[int]:
        return [index for index in self._filled if index not in self._furniture] if self._furniture else self._filled

    @cached_property
    def _filled(self) -> list[int]:
        """The lines that are not blank."""
        return list(compress(range(self._lines.count), map(not_, self._lines.blank)))

    @cached_property
    def _apart(self) -> list[int]:
        """The lines with words that begin a paragraph or a page: no words stand right above them."""
        pages = self._lines.page_starts
        return [index for above, index in pairwise([-2, *self._all]) if index - above > 1 or index in pages]

    @cached_property
    def _headed(self) -> list[int]:
        """The lines, furniture too, that have no words right above them, or are in capitals."""
        shown, blank, furniture = self._lines.shown, self._lines.blank, self._furniture
        return [index for index in self._filled if blank[index - 1] or index - 1 in furniture or shown[index].isupper()]

    def between(self, start: int, stop: int) -> list[int]:
        """Return those of lines `start` to `stop` (not included) that have words."""
        return _between(self._all, start, stop)

    def apart(self, start: int, stop: int) -> list[int]:
        """Return those of lines `start` to `stop` (not included) with words that begin a paragraph or a page of the source."""
        return _between(self._apart, start, stop)

    def headed(self, start: int, stop: int) -> list[int]:
        """Return those of lines `start` to `stop` (not included), furniture too, with no words right above them or in capitals."""
        return _between(self._headed, start, stop)


def _between(indexes: list[int], start: int, stop: int) -> list[int]:
    return indexes[bisect_left(indexes, start) : bisect_left(indexes, stop)]
