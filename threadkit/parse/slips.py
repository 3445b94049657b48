"""Find slips: what whoever released the papers put between them, `DOCUMENT 3`, `REFUSÉ EN TOTALITÉ`, `Pages 12 to 15 are withheld`.

A slip is a paragraph of its own, each line of which reads like one. What says only which piece comes next must have a header, or another
slip, right below it; a sentence about pages must name the law. Other words of the kind stay the message's: it may speak of such pages.
"""

from __future__ import annotations

from collections.abc import Mapping

from threadkit.parse.lines import Lines
from threadkit.words import Words

RULES = ("release-slip",)

SLIP = "release-slip"
_LONGEST = 140
_MOST_LINES = 7
_HEADING, _SENTENCE = "heading", "sentence"


def find_slips(lines: Lines, words: Words, labelled: Mapping[int, str], found: dict[int, str]) -> None:
    """Add the lines of slips to the furniture.

    Args:
        lines: the source's lines.
        words: the word files (roles `release-slip`, `slip-continuation`).
        labelled: line index -> field; those lines are headers'.
        found: the furniture so far; added to.
    """
    openings = _openings(lines, words, labelled, found)
    if not openings:
        return
    goes_on = words.any_of("slip-continuation")
    for first in sorted(openings, reverse=True):
        paragraph = _paragraph(lines, labelled, found, first)
        if not paragraph or len(paragraph) > _MOST_LINES:
            continue
        more = [index for index in paragraph[1:] if index not in openings and not is_rule(lines, index)]
        if not all(goes_on.search(lines.stripped[index]) for index in more):
            continue
        if _is_borne_out(lines, labelled, found, openings[first], paragraph, named=bool(more)):
            above = range(first - 1, first - 2, -1)
            found.update((index, SLIP) for index in (*paragraph, *above) if index in paragraph or (index >= 0 and is_rule(lines, index)))


def _openings(lines: Lines, words: Words, labelled: Mapping[int, str], found: Mapping[int, str]) -> dict[int, str]:
    """Return the lines that may begin a slip, with what their pattern says that they are."""
    openings: dict[int, str] = {}
    for pattern in words.patterns("release-slip"):
        for index in lines.holding_any(pattern.needs):
            line = lines.stripped[index]
            if len(line) <= _LONGEST and index not in labelled and index not in found and pattern.regex.match(line):
                openings.setdefault(index, pattern.value)
    return openings


def _paragraph(lines: Lines, labelled: Mapping[int, str], found: Mapping[int, str], first: int) -> list[int]:
    """Return the lines of the paragraph that line `first` begins, none where words stand right above it."""
    above = first - 1
    if above >= 0 and not lines.blank[above] and above not in found and not is_rule(lines, above) and not lines.starts_page(first):
        return []
    last = first
    while last + 1 < lines.count and not lines.blank[last + 1] and last + 1 not in labelled and last + 1 not in found:
        last += 1
    return list(range(first, last + 1))


def is_rule(lines: Lines, index: int) -> bool:
    """Say whether line `index` is a rule across the page: no letter and no digit."""
    line = lines.stripped[index]
    return len(line) > 1 and not any(char.isalnum() for char in line)


def _is_borne_out(
    lines: Lines, labelled: Mapping[int, str], found: Mapping[int, str], value: str, paragraph: list[int], *, named: bool
) -> bool:
    """Say whether what stands below, or the law that is named, bears out that a paragraph is a slip."""
    if value == _HEADING:
        below = lines.next_text(paragraph[-1] + 1)
        return below in labelled or found.get(below) == SLIP
    return value != _SENTENCE or named


def below_slip(first: int, lines: Lines, furniture: Mapping[int, str]) -> bool:
    """Say whether a slip stands right above line `first`: what is below it is another piece than what is above."""
    return furniture.get(lines.previous_text(first - 1)) == SLIP
