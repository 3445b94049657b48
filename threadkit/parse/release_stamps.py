"""Find the stamps that a department prints at the head and foot of the pages that it releases: `UNCLASSIFIED`, `Case No. F-...`, `RELEASE IN PART`.

Such a stamp has several lines. One that nothing else can be tells of the others beside it, which by themselves could be words or a header.
"""

from __future__ import annotations

from threadkit.parse.edge_blocks import find_edge_blocks
from threadkit.parse.known_lines import lines_beginning
from threadkit.parse.labels import LabelLine
from threadkit.parse.lines import Lines
from threadkit.words import Words

RULES = ("release-stamp",)

_SURE, _BESIDE = "release-stamp", "release-stamp-beside"
_WIDEST_GAP = 2


def part_stamps(labels: dict[int, LabelLine], lines: Lines, words: Words) -> tuple[dict[int, LabelLine], dict[int, str]]:
    """Return the labels that no stamp prints, and the stamps: line index -> rule."""
    stamped = find_release_stamps(lines, words)
    if stamped:
        find_edge_blocks(lines, labels, stamped)
    return ({index: label for index, label in labels.items() if index not in stamped} if stamped else labels), stamped


def find_release_stamps(lines: Lines, words: Words) -> dict[int, str]:
    """Return line index -> rule for the lines of a release's stamps.

    Args:
        lines: the source's lines.
        words: the word files (roles `release-stamp`, and `release-stamp-beside` for lines that are one beside such a line alone).
    """
    found: dict[int, str] = {}
    if not any(lines.may_hold(pattern.needs) for pattern in words.patterns(_SURE)):
        return found
    sure = lines_beginning(words, _SURE)
    for index in [index for index in range(lines.count) if not lines.blank[index] and sure[lines.shown[index]]]:
        found[index] = RULES[0]
        for step in (-1, 1):
            _take_beside(lines, words, index, step, found)
    return found


def _take_beside(lines: Lines, words: Words, index: int, step: int, found: dict[int, str]) -> None:
    """Take the lines above (`step` -1) or below (1) a stamp's line that belong to it, blank lines between them."""
    beside, gap = lines_beginning(words, _BESIDE), 0
    place = index + step
    while 0 <= place < lines.count and gap <= _WIDEST_GAP:
        if lines.blank[place]:
            gap += 1
        elif beside[lines.shown[place]]:
            found[place], gap = RULES[0], 0
        else:
            return
        place += step
