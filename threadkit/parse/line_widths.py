"""Say at what width the lines around one were wrapped, and whether one of them was."""

from __future__ import annotations

from threadkit.parse.lines import Lines

_ABOVE, _BELOW = 12, 25
_SLACK = 2
_NARROWEST = 40
_SLACK_OF_NARROW = 10
_LEAST_NEAR = 4
_SHORT_REST = 0.75
_ATTESTED = 3


class LineWidths:
    """The widths of one source's lines."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines

    def longest(self, index: int) -> int:
        """Return the length of the longest line near line `index`: the width at which this text was wrapped."""
        return max(self._near(index))

    def usual(self, index: int) -> int:
        """Return the third greatest length of the lines near `index`: the width at which they were wrapped, whatever one long line does."""
        lengths = sorted(self._near(index))
        return lengths[-3] if len(lengths) >= _ATTESTED else 0

    def fills(self, index: int) -> bool:
        """Say whether line `index` was wrapped: the first word of the next line has no room on it, at the width of the lines around."""
        word = self._lines.unquoted(index + 1).split(maxsplit=1)[0]
        length, width = len(self._lines.shown[index].rstrip()), self.usual(index)
        return length <= width + _SLACK and length + 1 + len(word) > width

    def is_narrow(self, index: int) -> bool:
        """Say whether the text around a line is wrapped at a small width: four lines or more come near it."""
        width = self.usual(index)
        return width >= _NARROWEST and sum(width - _SLACK_OF_NARROW <= length <= width + _SLACK for length in self._near(index)) >= _LEAST_NEAR

    def is_short_rest(self, index: int) -> bool:
        """Say whether line `index` stops well before the width of the lines around and holds no sentence."""
        line = self._lines.shown[index].rstrip()
        return len(line) < _SHORT_REST * self.usual(index) and not any(mark in line for mark in (". ", "; ", "! ", "? "))

    def _near(self, index: int) -> list[int]:
        return [len(line.rstrip()) for line in self._lines.shown[max(0, index - _ABOVE) : index + _BELOW]]
