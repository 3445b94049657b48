"""Doubt the standing of a quotation that stands where a print of its own may begin: at the head of a page, behind empty lines, below a document."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace

from threadkit.parse.comparing_headers import MINUTE
from threadkit.parse.lines import Lines
from threadkit.records import Occurrence, Segment

__all__ = ["RULES", "doubt_standings"]

RULES = ("perhaps-a-print",)

#: So many blank lines part two prints as well as a page does.
_GAP = 3
_OF_MAIL = frozenset({"header", "body", "signature", "disclaimer"})
_MARKER, _EDGE, _OWN_WORDS = "quote-marker", "edge", "words"
#: Notices answer what they stand below; hardly anybody quotes them.
_NOTICES = frozenset({"automatic-reply", "meeting-response", "receipt", "recall"})
#: The layouts of quotations that a sentence introduces: it cannot head a print.
_INTRODUCED = "intro"


def doubt_standings(occurrences: Sequence[Occurrence], segments: Sequence[Segment], lines: Lines) -> tuple[Occurrence, ...]:
    """Return the occurrences of a release; a quoted one that may be a print of its own bears the rule `perhaps-a-print`.

    It is none where a mark or an introduction opens it, or marks stand before its lines. Where it only goes on in the middle of a page, it is none
    but for a notice, which answers what it stands below, for what was sent no earlier than the message in which it stands, and where prints of its
    layout go on in the middle of a page too.
    """
    firsts = [segment.span.first_line for segment in segments]
    held, above = {each.id: each for each in occurrences}, {}
    for each in occurrences:
        if not each.layout.startswith(_INTRODUCED) and not lines.stripped[each.span.first_line - 1].startswith(">"):
            above[each.id] = _above(each, segments, firsts, lines)
    printed = frozenset(each.layout for each in occurrences if each.standing == "released" and above.get(each.id) == _OWN_WORDS)
    return tuple(
        replace(each, doubt=RULES[0]) if each.standing == "quoted" and _is_doubtful(each, above.get(each.id), held, printed) else each
        for each in occurrences
    )


def _above(occurrence: Occurrence, segments: Sequence[Segment], firsts: Sequence[int], lines: Lines) -> str:
    """Return what stands right above a header: a page's edge or a gap, a mark, or the words of another message on the same page."""
    index = occurrence.span.first_line - 1
    above, page = index - 1, lines.page_of(index)
    while above >= 0 and lines.blank[above]:
        above -= 1
    near = next((segments[place] for place in range(bisect_left(firsts, index + 1) - 1, -1, -1) if segments[place].kind != "blank"), None)
    on_page = above >= 0 and lines.page_of(above) == page
    if not on_page or near is None:
        return _EDGE
    if near.kind == _MARKER:
        return _MARKER
    if near.kind not in _OF_MAIL or index - 1 - above >= _GAP or lines.page_of(near.span.last_line - 1) != page:
        return _EDGE
    return _OWN_WORDS


def _is_doubtful(occurrence: Occurrence, above: str | None, held: Mapping[int, Occurrence], printed: frozenset[str]) -> bool:
    if above is None or above == _EDGE:
        return above is not None
    quoting = held.get(occurrence.within_id or 0)
    if above == _MARKER:
        # A rule under a message may part two prints; what answers the message above it later is hardly quoted there.
        return occurrence.kind in _NOTICES and _is_against_quoting(occurrence, quoting)
    return occurrence.layout in printed or _is_against_quoting(occurrence, quoting)


def _is_against_quoting(occurrence: Occurrence, quoting: Occurrence | None) -> bool:
    """Tell whether a message can hardly be quoted by another one: it is a notice, or was not sent earlier."""
    if occurrence.kind in _NOTICES or quoting is None:
        return True
    own, other = (each.sent.value or "" if each.sent else "" for each in (occurrence, quoting))
    return min(len(own), len(other)) >= MINUTE and own[:MINUTE] >= other[:MINUTE]
