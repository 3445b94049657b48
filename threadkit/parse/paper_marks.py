"""Find what was put on the paper after a mail was printed: stamps of receipt (`REÇU LE / 1 2 MARS 2009`) and notes by hand that say so."""

from __future__ import annotations

from collections.abc import Mapping

from threadkit.parse.known_lines import lines_beginning
from threadkit.parse.lines import Lines
from threadkit.words import Words

RULES = ("paper-mark",)

_RULE = RULES[0]
_STAMP, _DATE, _NOTE = "receipt-stamp", "stamp-date", "handwritten-note"
_MOST_BELOW = 2
_LONGEST_BELOW = 30


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
    for index in _matching(lines, words, _NOTE, labelled, found):
        found[index] = _RULE
    for index in _matching(lines, words, _STAMP, labelled, found):
        dated = index if any(map(str.isdigit, lines.stripped[index])) else index + 1
        if dated > index and (dated >= lines.count or dated in labelled or not dates[lines.stripped[dated]]):
            continue
        found.update(dict.fromkeys(range(index, dated + 1 + _count_below(lines, labelled, found, dated + 1)), _RULE))


def _matching(lines: Lines, words: Words, role: str, labelled: Mapping[int, str], found: Mapping[int, str]) -> list[int]:
    """Return the lines, no header's and no furniture, that a pattern of a role matches."""
    return sorted(
        {
            index
            for pattern in words.patterns(role)
            for index in lines.holding_any(pattern.needs)
            if index not in labelled and index not in found and pattern.regex.match(lines.stripped[index])
        }
    )


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
