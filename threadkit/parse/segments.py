"""Lay the lines of a source out as segments that tile it: every line in exactly one."""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

from threadkit.parse.lines import Lines
from threadkit.records import Segment, Span


class Tag(NamedTuple):
    """What a line is. Lines with equal tags, and the blanks between them, make one segment; `piece` keeps document pieces apart."""

    kind: str
    occurrence_id: int | None
    after_id: int | None
    rule: str
    piece: int = 0


_BLANK = Tag("blank", None, None, "blank")
_OTHER = Tag("other", None, None, "unclaimed")


class Floor:
    """The plan on which lines are claimed, each once."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._tags: list[Tag | None] = [None] * lines.count

    def claim(self, first: int, last: int, tag: Tag) -> None:
        """Give the lines `first` to `last` that are not blank and not yet claimed to `tag`."""
        tags, blank = self._tags, self._lines.blank
        size = last + 1 - first
        if tags[first : last + 1].count(None) == size:
            tags[first : last + 1] = [tag] * size
            return
        for index in range(first, last + 1):
            if tags[index] is None and not blank[index]:
                tags[index] = tag

    def tag(self, index: int) -> Tag | None:
        """Return what line `index` is, None where it is blank or not claimed."""
        return None if self._lines.blank[index] else self._tags[index]

    def segments(self) -> tuple[Segment, ...]:
        """Return the segments in order. A blank between two lines of one tag belongs to their segment."""
        starts = self._lines.offsets()
        found: list[Segment] = []
        for first, last, tag in self._tiles():
            place = Span(first + 1, last + 1)
            chars = starts[first], starts[last + 1] - 1
            found.append(Segment(len(found), tag.kind, place, *chars, tag.occurrence_id, tag.after_id, tag.rule))
        return tuple(found)

    def _tiles(self) -> list[tuple[int, int, Tag]]:
        """Return the runs with the blanks between them."""
        found: list[tuple[int, int, Tag]] = []
        line = 0
        for first, last, tag in self._runs():
            if first > line:
                found.append((line, first - 1, _BLANK))
            found.append((first, last, tag))
            line = last + 1
        if line < self._lines.count:
            found.append((line, self._lines.count - 1, _BLANK))
        return found

    def _runs(self) -> list[tuple[int, int, Tag]]:
        """Return first and last line of each run of one tag, without blanks at its ends."""
        blank = self._lines.blank
        runs: list[tuple[int, int, Tag]] = []
        stop = 0
        for claimed, group in groupby(self._tags):
            first, stop = stop, stop + len(list(group))
            last = stop - 1
            while first <= last and blank[first]:
                first += 1
            if first > last:
                continue
            while blank[last]:
                last -= 1
            tag = claimed or _OTHER
            if runs and runs[-1][2] == tag:
                first = runs.pop()[0]
            runs.append((first, last, tag))
        return runs
