"""When messages were sent: months, days, who and which conversation in a period, and the messages of the period to open."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from datasette.utils.asgi import Response

from threadkit.browse.charts import chart_of, month_after
from threadkit.browse.pages.page import Page
from threadkit.browse.room import Room, Row

__all__ = ["PAGES", "Period", "read_period"]

_ON_A_PAGE, _LANES = 50, 12
#: So many messages of a period are looked at for its lanes, and so many days are drawn.
_SCANNED, _MOST_DAYS = 5000, 62
_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")


@dataclass(frozen=True, slots=True)
class Period:
    """From the beginning of `start` to the end of `end`: years, months or days as the reader gave them."""

    start: str
    end: str

    @property
    def bounds(self) -> dict[str, object]:
        """The values for SQL: a letter sorts behind every digit that a time may go on with."""
        return {"from": self.start, "to": f"{self.end}z"}

    @property
    def days(self) -> list[str]:
        """Its days, none where they are too many to be drawn."""
        first, last = _day(self.start, end=False), _day(self.end, end=True)
        if first is None or last is None or not 0 <= (last - first).days < _MOST_DAYS:
            return []
        return [(first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1)]


def _day(text: str, *, end: bool) -> date | None:
    try:
        if len(text) == 10:
            return date.fromisoformat(text)
        if len(text) == 7:
            following = month_after(text)
            return date.fromisoformat(f"{following}-01") - timedelta(days=1) if end and following else date.fromisoformat(f"{text}-01")
        return date(int(text), 12 if end else 1, 31 if end else 1)
    except ValueError:
        return None


def read_period(start: str, end: str, month: str) -> Period | None:
    """Return the period that is asked for: a month (or a day, or a year), or from one to another; None where none is.

    >>> read_period("2023-02", "", "")
    Period(start='2023-02', end='9999')
    """
    if _DATE.fullmatch(month):
        return Period(month, month)
    start, end = (text if _DATE.fullmatch(text) else "" for text in (start.strip(), end.strip()))
    if not start and not end:
        return None
    return Period(start or "0000", end or "9999")


#: What a timeline can be narrowed to: the parameter of the address, and the page about it. `sender` is what a person wrote, `person` also what was received.
_ABOUT = {"sender": "person", "person": "person", "thread": "thread"}


async def _timeline(room: Room) -> Response:
    about = await _about(room)
    of = f"_of_{about['kind']}" if about else ""
    values: dict[str, object] = {about["kind"]: about["id"]} if about else {}
    months = await room.ask(f"timeline.months{of}", **values)
    undated = room.given("month") == "none" and not about
    period = None if undated else read_period(room.given("from"), room.given("to"), room.given("month"))
    dated = [row["month"] for row in months if row["month"]]
    if period is None and dated and not undated:
        period = Period(dated[-1], dated[-1])
    page = room.number("page", 1)
    found: dict[str, Any] = {"days": [], "people": [], "threads": [], "messages": [], "pages": (None, None), "scanned": None}
    if undated:
        found |= _page_of(room, await room.ask("timeline.undated", **_span(page)), page)
    elif period:
        found = await _found(room, period, of, values, page)
    return room.show(
        "timeline.html", period=period, undated=undated, about=about, chart=chart_of(months, "messages", "released"), **found
    )


async def _about(room: Room) -> dict[str, Any] | None:
    """Return what the timeline is narrowed to, with its name and the page about it."""
    for kind, page in _ABOUT.items():
        if id_ := room.number(kind, 0, low=0, high=1 << 53):
            row = await room.ask_one("people.person" if page == "person" else "thread.thread", id=id_)
            name = (row["name"] if page == "person" else row["subject"]) if row else str(id_)
            return {"kind": kind, "page": page, "id": id_, "name": name}
    return None


def _span(page: int) -> dict[str, int]:
    return {"most": _ON_A_PAGE + 1, "skip": (page - 1) * _ON_A_PAGE}


def _page_of(room: Room, rows: list[Row], page: int) -> dict[str, Any]:
    more = len(rows) > _ON_A_PAGE
    return {
        "messages": rows[:_ON_A_PAGE],
        "pages": (room.here(page=page - 1) if page > 1 else None, room.here(page=page + 1) if more else None),
    }


async def _found(room: Room, period: Period, of: str, values: dict[str, object], page: int) -> dict[str, Any]:
    given = period.bounds | values
    days = period.days
    counted: dict[str, int] = {}
    lanes: dict[str, list[dict[str, Any]]] = {"people": [], "threads": []}
    if days:
        scanned = {"scanned": _SCANNED} if of == "_of_person" else {}
        counted = {row["day"]: row["messages"] for row in await room.ask(f"timeline.days{of}", **given, **scanned, most=_MOST_DAYS)}
    scanned_rows: list[Row] = []
    if not of:
        scanned_rows = await room.ask("timeline.scanned", **period.bounds, scanned=_SCANNED)
        for name, key in (("people", "sender_id"), ("threads", "thread_id")):
            lanes[name] = await _lanes(room, scanned_rows, key, name, days)
    most = max(counted.values(), default=1)
    return {
        "days": [{"day": day, "messages": counted.get(day, 0), "height": round(100 * counted.get(day, 0) / most, 2)} for day in days],
        **lanes,
        "scanned": _SCANNED if sum(row["messages"] for row in scanned_rows) >= _SCANNED else None,
        **_page_of(room, await room.ask(f"timeline.messages{of}", **given, **_span(page)), page),
    }


async def _lanes(room: Room, rows: Iterable[Row], key: str, of: str, days: list[str]) -> list[dict[str, Any]]:
    """Return the people or conversations with the most messages, each with its days as parts of a hundred of its fullest one."""
    found: dict[int, Counter[str]] = {}
    for row in rows:
        if row[key]:
            found.setdefault(row[key], Counter())[row["day"]] += row["messages"]
    chosen = sorted(found, key=lambda id_: (-found[id_].total(), id_))[:_LANES]
    names = {row["id"]: row["name"] for row in await room.ask(f"timeline.{of}_named", ids=json.dumps(chosen))}
    places = {day: place for place, day in enumerate(days)}
    return [
        {
            "id": id_,
            "name": names.get(id_),
            "messages": found[id_].total(),
            "marks": [
                (places[day], max(20, round(100 * count / max(found[id_].values()))))
                for day, count in sorted(found[id_].items())
                if day in places
            ],
        }
        for id_ in chosen
    ]


PAGES = (Page("timeline", _timeline),)
