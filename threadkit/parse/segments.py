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
        starts, found, line = self._lines.printed_offsets(), list[Segment](), 0
        for first, last, tag in (*self._runs(), (self._lines.count, None, _BLANK)):
            if first > line:
                found.append(Segment(len(found), "blank", Span(line + 1, first), starts[line], starts[first] - 1, None, None, "blank"))
            if last is None:
                break
            kind, occurrence, after, rule, _ = tag
            line = last + 1
            found.append(Segment(len(found), kind, Span(first + 1, line), starts[first], starts[line] - 1, occurrence, after, rule))
        return tuple(found)

    def _runs(self) -> list[tuple[int, int, Tag]]:
        """Return first and last line of each run of one tag, without blanks at its ends."""
        blanks = self._lines.blanks
        runs: list[tuple[int, int, Tag]] = []
        stop, tag_above = 0, _BLANK
        for claimed, group in groupby(self._tags):
            start, stop = stop, stop + len(list(group))
            first = blanks.find(0, start, stop)
            if first < 0:
                continue
            tag = claimed or _OTHER
            if tag == tag_above:
                first = runs.pop()[0]
            runs.append((first, blanks.rfind(0, start, stop), tag))
            tag_above = tag
        return runs
