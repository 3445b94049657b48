"""Who writes to whom, as a drawing and as a table of the same pairs: in all, around a person, in a period, a conversation, or under a subject."""

from __future__ import annotations

import json
from typing import Any

from datasette.utils.asgi import Response

from threadkit.archive.search import match_expression
from threadkit.browse.charts import month_after
from threadkit.browse.pages.page import Page
from threadkit.browse.pages.people import people_named
from threadkit.browse.pages.timeline import Period, read_period
from threadkit.browse.room import Room, Row

__all__ = ["PAGES"]

#: What can still be read in a drawing: so many pairs, the ones with the most messages. Of a period or subject so many messages are counted.
_MOST_PAIRS, _SCANNED = 120, 5_000
_ALWAYS = Period("", "z")


async def _network(room: Room) -> Response:
    thread, subject = room.number("thread", 0, low=0, high=1 << 53), room.given("subject").strip()[:200]
    subject = "" if thread else subject
    period = read_period(room.given("from"), room.given("to"), room.given("month"))
    person, named = await _person(room)
    around = await room.ask_one("people.person", id=person) if person else None
    pairs, is_scan = await _pairs(room, person, thread, subject, period)
    ids = list(dict.fromkeys(id_ for pair in pairs for id_ in (pair["sender_id"], pair["recipient_id"])))
    people = {row["id"]: row for row in await room.ask("network.names", ids=json.dumps(ids))}
    about = await room.ask_one("thread.thread", id=thread) if thread else None
    return room.show(
        "network.html",
        pairs=[pair for pair in pairs if pair["sender_id"] in people and pair["recipient_id"] in people],
        people=people,
        is_cut=len(pairs) >= _MOST_PAIRS,
        most=_MOST_PAIRS,
        scanned=_SCANNED if is_scan else None,
        person=around,
        asked_name=named,
        subject=subject,
        thread=about,
        period=period,
        counted_words=_counted_words(period) if not (thread or subject) else None,
        months=[row["month"] for row in await room.ask("timeline.months") if row["month"]],
    )


def _counted_words(period: Period | None) -> str | None:
    """Return the words of a search for the messages of a period, '' for all; None where a search cannot say the period."""
    if period is None:
        return ""
    following = month_after(period.end)
    if not following and period.end != "9999":
        return None
    return f"after:{period.start}" + (f" before:{following}" if following else "")


async def _person(room: Room) -> tuple[int, str]:
    """Return the person around whom the network is drawn, by number or by a part of the name; 0 for everyone."""
    name = room.given("name").strip()[:100]
    if name:
        found = await people_named(room, name, 1)
        return (found[0]["id"] if found else 0), name
    return room.number("person", 0, low=0, high=1 << 53), ""


async def _pairs(room: Room, person: int, thread: int, subject: str, period: Period | None) -> tuple[list[Row], bool]:
    """Return the pairs, and whether they were counted from messages rather than known beforehand."""
    most = _SCANNED if person else _MOST_PAIRS
    limits: dict[str, Any] = {**(period or _ALWAYS).bounds, "most": most, "scanned": _SCANNED}
    if thread:
        pairs = await room.ask("network.pairs_of_thread", thread=thread, **limits)
    elif subject:
        expression = match_expression(subject)
        pairs = await room.ask("network.pairs_of_subject", match=f"subject : ({expression})", **limits) if expression else []
    elif period:
        pairs = await room.ask("network.pairs_of_period", **limits)
    elif person:
        around = await room.ask("network.pairs_of_person", person=person, most=_MOST_PAIRS // 2)
        ids = list(dict.fromkeys(id_ for pair in around for id_ in (pair["sender_id"], pair["recipient_id"])))
        among = await room.ask("network.pairs_among", ids=json.dumps(ids), most=_MOST_PAIRS)
        known = {(pair["sender_id"], pair["recipient_id"]): pair for pair in (*around, *among)}
        return list(known.values())[:_MOST_PAIRS], False
    else:
        return await room.ask("network.pairs", most=_MOST_PAIRS), False
    if person:
        pairs = [pair for pair in pairs if person in (pair["sender_id"], pair["recipient_id"])]
    return pairs[:_MOST_PAIRS], True


PAGES = (Page("network", _network),)
