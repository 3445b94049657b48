"""Doubt the standing of a quotation that stands where a print of its own may begin: at the head of a page, behind empty lines, below a document."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace

from threadkit.parse.lines import Lines
from threadkit.records import Occurrence, Segment

__all__ = ["RULES", "doubt_standings"]

RULES = ("perhaps-a-print",)

#: So many blank lines part two prints as well as a page does.
_GAP = 3
_OF_MAIL = frozenset({"header", "body", "signature", "disclaimer"})
_MARKER = "quote-marker"
#: Notices answer what they stand below; hardly anybody quotes them.
_NOTICES = frozenset({"automatic-reply", "meeting-response", "receipt", "recall"})
_MINUTE = len("2023-05-03T10:00")
#: The layouts of quotations that a sentence introduces: it cannot head a print.
_INTRODUCED = "intro"


def doubt_standings(occurrences: Sequence[Occurrence], segments: Sequence[Segment], lines: Lines) -> tuple[Occurrence, ...]:
    """Return the occurrences of a release; a quoted one that may be a print of its own bears the rule `perhaps-a-print`.

    It is none where a mark or an introduction opens it, or marks stand before its lines. Where it only goes on in the middle of a page, it is none
    but for a notice, which answers what it stands below, and for what was sent no earlier than the message in which it stands.
    """
    firsts = [segment.span.first_line for segment in segments]
    held = {each.id: each for each in occurrences}
    return tuple(
        replace(each, doubt=RULES[0]) if each.standing == "quoted" and _is_doubtful(each, held, segments, firsts, lines) else each
        for each in occurrences
    )


def _is_doubtful(
    occurrence: Occurrence, held: Mapping[int, Occurrence], segments: Sequence[Segment], firsts: Sequence[int], lines: Lines
) -> bool:
    index = occurrence.span.first_line - 1
    if occurrence.layout.startswith(_INTRODUCED) or lines.stripped[index].startswith(">"):
        return False
    above, page = index - 1, lines.page_of(index)
    while above >= 0 and lines.blank[above]:
        above -= 1
    near = next((segments[place] for place in range(bisect_left(firsts, index + 1) - 1, -1, -1) if segments[place].kind != "blank"), None)
    on_page = above >= 0 and lines.page_of(above) == page
    if not on_page or near is None:
        return True
    if near.kind == _MARKER:
        # A rule under a message may part two prints; what answers the message above it later is hardly quoted there.
        return occurrence.kind in _NOTICES and _is_against_quoting(occurrence, held.get(occurrence.within_id or 0))
    if near.kind not in _OF_MAIL or index - 1 - above >= _GAP or lines.page_of(near.span.last_line - 1) != page:
        return True
    return _is_against_quoting(occurrence, held.get(occurrence.within_id or 0))


def _is_against_quoting(occurrence: Occurrence, quoting: Occurrence | None) -> bool:
    """Tell whether a message can hardly be quoted by another one: it is a notice, or was not sent earlier."""
    if occurrence.kind in _NOTICES or quoting is None:
        return True
    own, other = (each.sent.value or "" if each.sent else "" for each in (occurrence, quoting))
    return min(len(own), len(other)) >= _MINUTE and own[:_MINUTE] >= other[:_MINUTE]
