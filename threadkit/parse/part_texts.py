"""Cut out the text of a message's parts: its own words, its signature."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from threadkit.parse.bodies import Part
from threadkit.parse.lines import Lines
from threadkit.parse.own_lines import OwnLines

_PAGE_GAP = b"\x01\x01\x01"
_EDGES = "\n \t\u00a0"


class PartTexts:
    """The texts of the parts of one source's messages.

    `leads` says of which lines only the first characters are the words of the one who writes: an introduction stands behind them.
    """

    def __init__(self, lines: Lines, own: OwnLines, furniture: Mapping[int, str], leads: Mapping[int, int]) -> None:
        self._lines = lines
        self._own = own
        self._furniture = furniture
        self._leads = leads

    def text(self, parts: Iterable[Part], kind: str) -> str:
        """Return the lines of all parts of a kind, without furniture and quotation marks."""
        return "\n".join([line for part in parts if part.kind == kind for line in self._shown(part)])

    def body(self, parts: Sequence[Part], torn: bool) -> tuple[str, list[int]]:
        """Return a message's own words, and the lines left out because a page break printed them twice; `torn`: one stands in its header."""
        bodies = [part for part in parts if part.kind == "body"]
        if len(bodies) == 1 and not torn and not self._may_be_torn(bodies[0]):
            return "\n".join(self._shown(bodies[0])).strip(_EDGES), []
        kept: list[str] = []
        doubled: list[int] = []
        previous: int | None = None
        for index in (line for part in bodies for line in range(part.first, part.last + 1) if line not in self._furniture):
            if not self._lines.blank[index]:
                if previous is not None and self._is_doubled(previous, index, torn):
                    doubled.append(index)
                    continue
                previous = index
            kept.append(self._lines.unquoted(index)[: self._leads.get(index)])
        return "\n".join(kept).strip(_EDGES), doubled

    def _shown(self, part: Part) -> list[str]:
        lines, stop = self._lines, part.last + 1
        if not (lines.quotes or self._leads) and self._own.furniture_row.find(1, part.first, stop) < 0:
            return lines.shown[part.first : stop]
        return [lines.unquoted(index)[: self._leads.get(index)] for index in range(part.first, stop) if index not in self._furniture]

    def _may_be_torn(self, part: Part) -> bool:
        """Say whether anything of a page break stands in a part: furniture, a page's start, three blank lines."""
        lines, stop = self._lines, part.last + 1
        return (
            self._own.furniture_row.find(1, part.first, stop) >= 0
            or lines.blanks.find(_PAGE_GAP, part.first, stop) >= 0
            or lines.page_row.find(1, part.first, stop) >= 0
        )

    def _is_doubled(self, previous: int, index: int, torn: bool) -> bool:
        """Say whether line `index` repeats the line above it because a page break in the header, or between them, printed it twice."""
        mine, above = self._lines.stripped[index], self._lines.stripped[previous]
        if mine[:1] != above[:1] or mine.split() != above.split():
            return False
        between = range(previous + 1, index)
        return (
            torn
            or any(line in self._furniture for line in between)
            or self._lines.starts_page(index)
            or len(between) >= len(_PAGE_GAP)
        )
