"""Read the numbers of a paper's headings: `2. Analyse`, `II. ANALYSIS`, `Témoin 2`. A heading below that bears the next number says that the paper goes on."""

from __future__ import annotations

import re
from collections.abc import Iterable

from threadkit.parse.lines import Lines, ends_sentence

__all__ = ["goes_on_in_sections"]

_LONGEST_HEADING = 60
_NUMBERED = re.compile(r"(\d{1,2}|[IVX]{1,5})(?:[.)]|\s?[-–—:]|(?=\s))\s*(?=[^\W_])\S")
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
#: A word, its number, and what the heading is about: `Témoin 2`, `Question 3 : que faire?`.
_WORDED = re.compile(r"([^\W\d_]{4,14}) (\d{1,2})(?=$|[.]?$|\s?[:–—-])")


def goes_on_in_sections(above: Iterable[int], below: Iterable[int], lines: Lines, *, worded: bool = False) -> bool:
    """Say whether a heading with a number stands among the lines above, and the one with the next number among those below.

    It may be a word with its number only where the caller says so (`worded`): pages have such heads too.
    """
    last = dict(order for index in above if (order := _order(index, lines)) is not None and (worded or not order[0]))
    return bool(last) and any(order is not None and last.get(order[0]) == order[1] - 1 for order in (_order(index, lines) for index in below))


def _order(index: int, lines: Lines) -> tuple[str, int] | None:
    """Return what a line that is a heading counts ("" where its number stands first) and its number, or None."""
    line = lines.unquoted(index).strip()
    if not line or len(line) > _LONGEST_HEADING:
        return None
    worded = _WORDED.match(line)
    if worded is not None:
        return worded[1], int(worded[2])
    found = _NUMBERED.match(line) if not ends_sentence(line) else None
    if found is None or (index and not lines.blank[index - 1] and lines.stripped[index - 1][-1:].islower()):
        return None
    number = int(found[1]) if found[1].isdigit() else _ROMAN.index(found[1]) + 1 if found[1] in _ROMAN else None
    return None if number is None else ("", number)
