"""People: as a list, and each with the names and addresses that are one person, what is printed under their mail, whom they write to, and when."""

from __future__ import annotations

import json
from typing import Any

from datasette.utils.asgi import Response

from threadkit.browse.charts import chart_of, month_after
from threadkit.browse.pages.page import ID, Page
from threadkit.browse.room import Room, Row
from threadkit.queries.functions import name_patterns
from threadkit.words import load_words

__all__ = ["PAGES", "people_named"]

_ON_A_PAGE, _MESSAGES, _MOST_NAMED = 100, 50, 200
#: So many people are put in the order of a dictionary, which knows no accents; more are listed in the order of their letters' numbers.
_MOST_SORTED = 5000
_MOST_NAMES, _MOST_PRINTED, _MOST_SIGNATURES, _MOST_CORRESPONDENTS = 200, 30, 12, 12
#: Of a person with more messages than this, what is printed of them is looked at in so many.
_SCANNED = 1000
_MOST_SIGNATURE_BYTES = 2000


async def people_named(room: Room, words: str, most: int = _MOST_NAMED) -> list[Row]:
    """Return the people with a name or address that holds some words, whatever their accents."""
    patterns = name_patterns(words)
    return await room.ask("people.named", **patterns, most=most) if patterns else []


async def _people(room: Room) -> Response:
    order = "sent" if room.given("order") == "sent" else "name"
    page, wanted = room.number("page", 1), room.given("name").strip()[:100]
    if wanted:
        rows = await people_named(room, wanted, _ON_A_PAGE + 1)
    elif order == "name" and (ids := await _in_order(room)):
        rows = await room.ask("people.these", ids=json.dumps(ids[(page - 1) * _ON_A_PAGE : page * _ON_A_PAGE + 1]))
    else:
        rows = await room.ask(f"people.by_{order}", most=_ON_A_PAGE + 1, skip=(page - 1) * _ON_A_PAGE)
    more = len(rows) > _ON_A_PAGE
    return room.show(
        "people.html",
        people=rows[:_ON_A_PAGE],
        order=order,
        wanted=wanted,
        cut=bool(wanted) and more,
        pages=(None, None) if wanted else (room.here(page=page - 1) if page > 1 else None, room.here(page=page + 1) if more else None),
    )


async def _in_order(room: Room) -> list[int]:
    """Return everybody in the order of a dictionary; nobody where they are too many to be sorted for one page."""
    rows = await room.ask("people.sort_names", most=_MOST_SORTED + 1)
    if len(rows) > _MOST_SORTED:
        return []
    fold = load_words().folding.fold
    return [row["id"] for row in sorted(rows, key=lambda row: (fold(row["sort_name"]), row["sort_name"], row["id"]))]


async def _person(room: Room) -> Response:
    id_ = room.id()
    person = await room.ask_one("people.person", id=id_)
    if person is None:
        raise room.missing("person")
    months = await room.ask("people.months", id=id_)
    listed = await _messages(room, id_, months)
    return room.show(
        "person.html",
        person=person,
        names=await room.ask("people.names", id=id_, most=_MOST_NAMES),
        addresses=await room.ask("people.addresses", id=id_, most=_MOST_NAMES),
        printed=await room.ask("people.printed", id=id_, scanned=_SCANNED, most=_MOST_PRINTED),
        signatures=await _signatures(room, id_),
        units=await room.ask("people.units", id=id_, scanned=_SCANNED, most=_MOST_SIGNATURES),
        writes_to=await room.ask("people.writes_to", id=id_, most=_MOST_CORRESPONDENTS),
        hears_from=await room.ask("people.hears_from", id=id_, most=_MOST_CORRESPONDENTS),
        most_correspondents=_MOST_CORRESPONDENTS,
        findings=await room.ask("people.findings", id=id_, most=_MOST_NAMES),
        chart=chart_of(months, "both_ways", "sent"),
        months=[row["month"] for row in reversed(months) if row["month"]],
        **listed,
    )


async def _signatures(room: Room, person_id: int) -> list[Row]:
    rows = await room.ask("people.signatures", id=person_id, scanned=_SCANNED, most=_MOST_SIGNATURES)
    texts = await room.stretches("signatures", "text", [row["signature_id"] for row in rows], _MOST_SIGNATURE_BYTES)
    return [row | {"text": texts[row["signature_id"]].text} for row in rows if row["signature_id"] in texts]


async def _messages(room: Room, person_id: int, months: list[Row]) -> dict[str, Any]:
    """Return the person's messages of one month: the one asked for, else the latest; `none` asks for those without a date."""
    dated = [row["month"] for row in months if month_after(row["month"])]
    has_undated = any(not row["month"] for row in months)
    asked = room.given("month")
    month = asked if asked in dated or (asked == "none" and has_undated) else (dated[-1] if dated else "none")
    page = room.number("page", 1)
    span = {"id": person_id, "most": _MESSAGES + 1, "skip": (page - 1) * _MESSAGES}
    following = month_after(month)
    rows = await (
        room.ask("people.messages_of_month", month=month, next=following, **span)
        if following
        else room.ask("people.messages_without_date", **span)
    )
    place = dated.index(month) if month in dated else -1
    return {
        "messages": rows[:_MESSAGES],
        "month": month,
        "has_undated": has_undated,
        "before": dated[place - 1] if place > 0 else None,
        "after": dated[place + 1] if -1 < place < len(dated) - 1 else None,
        "pages": (room.here(page=page - 1) if page > 1 else None, room.here(page=page + 1) if len(rows) > _MESSAGES else None),
    }


PAGES = (Page("people", _people), Page(f"person/{ID}", _person))
