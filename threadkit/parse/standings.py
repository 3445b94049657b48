"""Doubt the standing of a quotation that stands where a print of its own may begin: at the head of a page, behind empty lines, below a document."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from threadkit.parse.lines import Lines
from threadkit.records import Occurrence, Segment

__all__ = ["RULES", "doubt_standings"]

RULES = ("perhaps-a-print",)

#: So many blank lines part two prints as well as a page does.
_GAP = 3
_OF_MAIL = frozenset({"header", "body", "signature", "disclaimer"})
_OF_RELEASE = frozenset({"document", "furniture", "other"})
#: The layouts of quotations that a sentence introduces: it cannot head a print.
_INTRODUCED = "intro"


def doubt_standings(occurrences: Sequence[Occurrence], segments: Sequence[Segment], lines: Lines) -> tuple[Occurrence, ...]:
    """Return the occurrences of a release; a quoted one that may be a print of its own bears the rule `perhaps-a-print`.

    It is none where a mark or an introduction opens it, where marks stand before its lines, or where it goes on in the middle of a page.
    """
    firsts = [segment.span.first_line for segment in segments]
    return tuple([
        replace(each, doubt=RULES[0])
        if each.standing == "quoted" and not each.layout.startswith(_INTRODUCED) and not _is_sure(each.span.first_line - 1, segments, firsts, lines)
        else each
        for each in occurrences
    ])  # fmt: skip


def _is_sure(index: int, segments: Sequence[Segment], firsts: Sequence[int], lines: Lines) -> bool:
    """Tell whether only a quotation can begin on line `index`."""
    if lines.stripped[index].startswith(">"):
        return True
    above, page = index - 1, lines.page_of(index)
    while above >= 0 and lines.blank[above]:
        above -= 1
    if above < 0 or lines.page_of(above) != page:
        return False
    for segment in reversed(segments[: bisect_left(firsts, index + 1)]):
        if segment.kind == "quote-marker":
            return True
        if segment.kind in _OF_MAIL:
            return index - 1 - above < _GAP and lines.page_of(segment.span.last_line - 1) == page
        if segment.kind in _OF_RELEASE:
            return False
    return False
