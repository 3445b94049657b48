"""Findings in the words of a reader: the archive keeps a detail for programs, and a page says what it means."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from threadkit.browse.room import Room, Row

__all__ = ["told"]

#: How details are written in an archive; see `detail` of findings in docs/archive.md.
_VARIANT = re.compile(r"« (?P<first>.*?) » / « (?P<second>.*?) »(?: \(\+(?P<more>\d+)\))?", re.DOTALL)
_HIDDEN = re.compile(r"(?P<what>.+?) \([-\d., ]+\): (?P<cause>.+)", re.DOTALL)
_LINES = re.compile(r"(?P<title>.*) \((?P<first>\d+)-(?P<last>\d+)\)", re.DOTALL)
_MOST = 1000


def told(room: Room, finding: Row) -> str:
    """Return what a finding says besides its kind, its message and its place, '' where those say all."""
    kind, detail = finding["kind"], (finding["detail"] or "")[:_MOST]
    tell = _TOLD.get(kind)
    if tell is None:
        return room.texts.archived(kind, detail)
    return tell(room, finding, detail)


def _of_its_message(_room: Room, finding: Row, detail: str) -> str:
    """Say nothing where the detail names the message that the page names already."""
    return "" if finding["message_id"] else detail


def _not_released(room: Room, finding: Row, detail: str) -> str:
    _, colon, candidates = detail.partition(": ")
    if not colon or finding["certainty"] != "possible":
        return "" if detail == (finding.get("filename") or "")[:_MOST] else detail
    shown = []
    for candidate in candidates.split("; "):
        found = _LINES.fullmatch(candidate)
        lines = room.say("lines {first} to {last}", first=found["first"], last=found["last"]) if found else ""
        shown.append(f"{found['title']}, {lines}" if found else candidate)
    return room.say("It may be this text, which bears no file’s name: {texts}", texts="; ".join(shown))


def _redaction(room: Room, finding: Row, detail: str) -> str:
    if finding["rule"] in ("silent-mask", "emptied-label"):
        return room.say("nothing is printed after “{label}”", label=detail)
    return detail


def _variant(room: Room, _finding: Row, detail: str) -> str:
    found = _VARIANT.fullmatch(detail)
    if found is None:
        return room.texts.archived("variant", detail)
    nothing = room.say("(nothing)")
    first, second = (found[name].strip() for name in ("first", "second"))
    said = room.say("one copy: “{first}”; another: “{second}”", first=first or nothing, second=second or nothing)
    more = int(found["more"] or 0)
    return f"{said} {room.catalogue.counted('and {n} more place', 'and {n} more places', more).format(n=more)}" if more else said


def _several(room: Room, _finding: Row, detail: str) -> str:
    name, colon, people = detail.partition(": ")
    return room.say("“{name}” may be {people}", name=name, people=people) if colon else detail


def _several_originals(room: Room, _finding: Row, detail: str) -> str:
    return room.say("it may answer: {messages}", messages=detail)


def _hidden(room: Room, _finding: Row, detail: str) -> str:
    """Leave out where on the page it stands in points: the page's number is enough to look."""
    shown = room.texts.archived("hidden-text", detail)
    found = _HIDDEN.fullmatch(shown.replace("\u00a0: ", ": ").replace(" : ", ": "))
    return f"{found['what']}{room.say(': ')}{found['cause']}" if found else shown


def _quoted(room: Room, _finding: Row, detail: str) -> str:
    return room.say("“{text}”", text=detail) if detail else ""


_TOLD: Mapping[str, Callable[[Room, Row, str], str]] = {
    "only-quoted": _of_its_message,
    "parent-missing": _of_its_message,
    "parent-ambiguous": _several_originals,
    "attachment-not-released": _not_released,
    "attachment-mentioned-not-named": _quoted,
    "header-incomplete": _quoted,
    "quotation-end-unclear": _quoted,
    "redaction": _redaction,
    "variant": _variant,
    "person-ambiguous": _several,
    "hidden-text": _hidden,
}
