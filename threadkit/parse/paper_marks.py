"""Find what was put on the paper after a mail was printed: stamps of receipt (`REÇU LE / 1 2 MARS 2009`) and notes by hand that say so."""

from __future__ import annotations

import re
from collections.abc import Mapping

from threadkit.parse.known_lines import lines_beginning
from threadkit.parse.lines import Lines
from threadkit.words import Words

RULES = ("paper-mark",)

_RULE = RULES[0]
_STAMP, _DATE, _NOTE = "receipt-stamp", "stamp-date", "handwritten-note"
_MOST_BELOW = 2
_LONGEST_BELOW = 30
_BRACKET = re.compile(r"[\[(]")


def find_paper_marks(lines: Lines, words: Words, labelled: Mapping[int, str], found: dict[int, str]) -> None:
    """Add stamps of receipt and notes by hand to the furniture.

    A stamp has its day on its own line or right below, in capitals, and below that up to two short lines in capitals (the office), if a
    blank line, furniture or the end comes then. A note by hand says in brackets at its beginning that it is one.

    Args:
        lines: the source's lines.
        words: the word files (roles `receipt-stamp`, `stamp-date`, `handwritten-note`).
        labelled: line index -> field; those lines are headers'.
        found: the furniture so far; added to.
    """
    dates = lines_beginning(words, _DATE)
    notes, stamps, stripped = lines_beginning(words, _NOTE), lines_beginning(words, _STAMP), lines.stripped
    for index in lines.beginning_in(_BRACKET):
        if index not in labelled and index not in found and notes[stripped[index]]:
            found[index] = _RULE
    for index in [index for index in lines.capitals if index not in labelled and index not in found and stamps[stripped[index]]]:
        dated = index if any(map(str.isdigit, lines.stripped[index])) else index + 1
        if dated > index and (dated >= lines.count or dated in labelled or not dates[lines.stripped[dated]]):
            continue
        found.update(dict.fromkeys(range(index, dated + 1 + _count_below(lines, labelled, found, dated + 1)), _RULE))


def _count_below(lines: Lines, labelled: Mapping[int, str], found: Mapping[int, str], first: int) -> int:
    """Return how many lines below a stamp's day are the stamp's."""
    for count in range(_MOST_BELOW + 1):
        place = first + count
        if place >= lines.count or lines.blank[place] or place in found:
            return count
        line = lines.stripped[place]
        if place in labelled or len(line) > _LONGEST_BELOW or not line.isupper():
            break
    return 0
