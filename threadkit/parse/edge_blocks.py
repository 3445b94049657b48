"""Find the lines of a release's stamp that no word file knows, by its known lines beside them: the body's name, `Date: 03/02/2020  HARB-0004418`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from threadkit.parse.line_shapes import before_gap, numbers_alike
from threadkit.parse.lines import Lines

_MOST_LINES = 4
_LEAST_COPIES = 3
_LEAST_HEADS = 2
_LONGEST = 120
_ENDS = (".", ",", "!", "?", ":", ";")


def find_edge_blocks(lines: Lines, labelled: Mapping[int, object], found: dict[int, str]) -> None:
    """Add to the lines of a release's stamps that are `found` what stands without a blank line beside it again and again, in the same words but for numbers.

    Three copies are asked for, each beside a known line or beside another of the block, and two of them in the lines with which a page
    begins: a signature above a page's foot comes again too. A label alone (`Date:`) may be one; a label of a header has another beside it.
    """
    copies: dict[str, set[int]] = defaultdict(set)
    for index in sorted(found):
        for step in (-1, 1):
            place = index + step
            while 0 < abs(place - index) <= _MOST_LINES and _may_stamp(lines, labelled, found, place):
                copies[_first_cell(lines, place)].add(place)
                place += step
    for index in found if copies else ():
        if (key := _first_cell(lines, index)) in copies:
            copies[key].add(index)
    for places in copies.values():
        if len(places) >= _LEAST_COPIES and sum(_heads_page(lines, place) for place in places) >= _LEAST_HEADS:
            found.update(dict.fromkeys(places, "release-stamp"))


def _first_cell(lines: Lines, index: int) -> str:
    """Return what stands before the first wide gap of a line, its numbers made alike."""
    return numbers_alike(before_gap(lines.stripped[index]))


def _may_stamp(lines: Lines, labelled: Mapping[int, object], found: Mapping[int, str], place: int) -> bool:
    """Say whether a line could be a stamp's: it is short, ends no sentence, and no other label stands beside its own."""
    if not 0 <= place < lines.count or place in found or lines.blank[place]:
        return False
    line = lines.stripped[place]
    if len(line) > _LONGEST or line.endswith(_ENDS) or not any(map(str.isupper, line)):
        return False
    return place not in labelled or not {place - 1, place + 1} & labelled.keys()


def _heads_page(lines: Lines, place: int) -> bool:
    """Say whether a line stands in the lines without a blank with which the source or a page begins."""
    top = place
    while top > 0 and not lines.blank[top - 1] and top not in lines.hard_start and place - top < _MOST_LINES:
        top -= 1
    return top <= lines.top or top in lines.hard_start
