"""Find the lines on which an introduction of a quotation may end: with a colon or dashes, and by rarer signs without."""

from __future__ import annotations

import re
from collections.abc import Iterable

from threadkit.parse.lines import Lines

_ENDING = re.compile(r"(?:[:\uff1a][ \t\u00a0]*(?:-{2,}[ \t\u00a0]*)?|[^\W\d_][ \t\u00a0]?-{2,}[ \t\u00a0]*)\Z")
_LAST = re.compile("[:\uff1a-]")
_COLONS = (":", "\uff1a")
_MOST_BLANKS = 1


def compile_bare_verbs(verbs: Iterable[str]) -> re.Pattern[str]:
    """Return the pattern of an address and a verb at a line's end, with no colon behind them: `<paul@b.example> wrote`."""
    words = "|".join(re.escape(verb) for verb in sorted({verb for verb in verbs if verb}, key=len, reverse=True))
    return re.compile(rf">[ \t\u00a0]{{1,2}}(?:{words})[ \t\u00a0]*$", re.IGNORECASE | re.MULTILINE)


def find_ends(lines: Lines, bare_verbs: re.Pattern[str]) -> tuple[list[int], frozenset[int]]:
    """Return the lines on which an introduction may end, in order, and those among them that have no colon.

    Without colon it ends in an address and a verb, or begins with a digit right above quoted lines: `2013/10/2 Paul Roy <paul@b.example>`.
    """
    ends = [index for index in lines.ending_in(_LAST) if _ENDING.search(lines.raw[index]) is not None]
    bare: set[int] = set()
    if "@" in lines.text:
        counted = place = 0
        for match in bare_verbs.finditer(lines.text):
            place += lines.text.count("\n", counted, match.start())
            counted = match.start()
            if lines.firsts[place + 1 : place + 2] not in _COLONS:
                bare.add(place)
    if lines.quotes:
        bare.update(_above_quotations(lines))
    bare -= set(ends)
    return (sorted({*ends, *bare}) if bare else ends), frozenset(bare)


def _above_quotations(lines: Lines) -> Iterable[int]:
    """Yield the lines that begin with a digit right above a quotation."""
    place = lines.firsts.find(">")
    while place > 0:
        above = lines.previous_text(place - 1)
        if above >= 0 and place - above <= 1 + _MOST_BLANKS and lines.firsts[above].isdigit():
            yield above
        while place < lines.count and lines.firsts[place] == ">":
            place += 1
        place = lines.firsts.find(">", place)
