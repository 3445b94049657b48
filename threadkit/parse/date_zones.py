"""Read the zone printed after a clock: an offset, a zone's letters, or its name. Only an offset that is told is given."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from threadkit.parse.date_grammar import Form, Grammar, Zone, load_grammar

__all__ = ["NO_ZONE", "offset_on", "printed_zone"]

NO_ZONE = Zone(None)


def offset_on(zone: Zone, day: date) -> int | None:
    """Return the zone's minutes from UTC on a day, None where its name does not tell them.

    A name that clients print all year ("Eastern Standard Time", "(UTC-05:00) Est") tells them only from 8 November to 7 March.
    """
    if not zone.winter_only:
        return zone.offset_minutes
    first, last = load_grammar().winter
    return zone.offset_minutes if not last < day.isoformat()[5:] < first else None


def printed_zone(form: Form, rest: str) -> tuple[Zone, str] | None:
    """Return the zone and what contradicts it, or None where `rest` is no zone."""
    if form.rule == "iso8601":
        minutes = 0 if len(rest) == 1 else _minutes(rest[0], rest[1:3], rest[-2:])
        return None if minutes is None else (Zone(minutes), "")
    return _zone(rest)


@lru_cache(maxsize=4096)
def _zone(rest: str) -> tuple[Zone, str] | None:
    grammar = load_grammar()
    if rest.count("(") != rest.count(")"):
        return None
    for form in grammar.zone_forms:
        match = form.regex.fullmatch(rest)
        if match and (read := _zone_by_form(match.groupdict(), grammar)):
            return read
    return None


def _zone_by_form(printed: Mapping[str, str | None], grammar: Grammar) -> tuple[Zone, str] | None:
    if sign := printed.get("sign"):
        if printed["minutes"] == "00" and printed["hours"] and len(printed["hours"]) == 1:
            return None
        minutes = _minutes(sign, printed["hours"] or "", printed["minutes"] or "00")
        comment = (printed["comment"] or "").strip()
        named = grammar.zones.get(comment, NO_ZONE)
        contradicted = minutes is not None and not named.winter_only and named.offset_minutes not in (None, minutes)
        return None if minutes is None else (Zone(minutes), f"printed {comment}, the offset is {minutes} minutes" if contradicted else "")
    if sign := printed.get("base_sign"):
        minutes = _minutes(sign, printed["base_hours"] or "", printed["base_minutes"] or "")
        named = grammar.zones.get((printed["name"] or "").strip(), NO_ZONE)
        return (named if named.offset_minutes == minutes else NO_ZONE, "") if minutes is not None else None
    word = printed.get("word") or printed.get("name")
    if word:
        zone = grammar.zones.get(word.strip(" ,"))
        return None if zone is None else (zone, "")
    return (NO_ZONE, "") if "word" not in printed and "name" not in printed else None


def _minutes(sign: str, hours: str, minutes: str) -> int | None:
    """Return minutes from UTC, or None where no place on Earth keeps such a time."""
    total = int(hours) * 60 + int(minutes)
    if int(minutes) % 15 or int(minutes) > 45 or total > (840 if sign == "+" else 720):
        return None
    return total if sign == "+" else -total
