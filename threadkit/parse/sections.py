"""Read the numbers of a paper's headings: `2. Analyse`, `II. ANALYSIS`. A heading below that bears the next number says that the paper goes on."""

from __future__ import annotations

import re

from threadkit.parse.lines import Lines, ends_sentence

__all__ = ["goes_on_in_sections"]

_LONGEST_HEADING = 60
_NUMBERED = re.compile(r"(\d{1,2}|[IVX]{1,5})(?:[.)]|\s?[-–—:]|(?=\s))\s*(?=[^\W_])\S")
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


def goes_on_in_sections(above: range, below: range, lines: Lines) -> bool:
    """Say whether a heading with a number stands among the lines above, and the one with the next number among those below."""
    orders = [order for index in above if (order := _order(index, lines)) is not None]
    return bool(orders) and any(_order(index, lines) == orders[-1] + 1 for index in below)


def _order(index: int, lines: Lines) -> int | None:
    """Return the number of a line that is a heading and bears one, or None."""
    line = lines.stripped[index]
    found = _NUMBERED.match(line) if line and len(line) <= _LONGEST_HEADING and not ends_sentence(line) else None
    if found is None or (index and not lines.blank[index - 1] and lines.stripped[index - 1][-1:].islower()):
        return None
    return int(found[1]) if found[1].isdigit() else _ROMAN.index(found[1]) + 1 if found[1] in _ROMAN else None
