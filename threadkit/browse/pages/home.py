"""The archive's home: what is in it, how complete it is, when its mail was sent, and where to begin."""

from __future__ import annotations

from dataclasses import dataclass

from datasette.utils.asgi import Response

from threadkit.browse.pages.page import Page
from threadkit.browse.room import Room, Row
from threadkit.queries import FINDING_ORDER

__all__ = ["PAGES"]

_MOST_THREADS, _MOST_PEOPLE, _MOST_SOURCES = 8, 10, 20
_MOST_MONTHS = 600


@dataclass(frozen=True, slots=True)
class Bar:
    """One month of the chart: heights are parts of a hundred of the fullest month."""

    month: str
    message_count: int
    released_count: int
    height: float
    released_height: float
    is_first_of_year: bool


async def _home(room: Room) -> Response:
    (counts,) = await room.ask("home.counts")
    standings = {row["standing"]: row["message_count"] for row in await room.ask("home.standings")}
    found = {row["kind"]: row["finding_count"] for row in await room.ask("home.findings")}
    return room.show(
        "home.html",
        counts=counts,
        standings=standings,
        message_count=sum(standings.values()),
        findings=_in_order(found),
        bars=_bars(await room.ask("home.months")),
        threads=await room.ask("home.longest_threads", most=_MOST_THREADS),
        people=await room.ask("home.busiest_people", most=_MOST_PEOPLE),
        sources=await room.ask("home.sources", most=_MOST_SOURCES),
    )


def _in_order(found: dict[str, int]) -> list[tuple[str, int]]:
    order = {kind: place for place, kind in enumerate(FINDING_ORDER)}
    return sorted(found.items(), key=lambda item: (order.get(item[0], len(order)), item[0]))


def _bars(months: list[Row]) -> list[Bar]:
    """Return one bar for each month from the first to the last, empty months included; of a longer span the last fifty years."""
    known = {row["month"]: row for row in months if _place(row["month"]) is not None}
    if not known:
        return []
    places = [place for place in map(_place, known) if place is not None]
    last = max(places)
    most = max(row["message_count"] for row in known.values())
    bars = []
    for place in range(max(min(places), last - _MOST_MONTHS + 1), last + 1):
        month = f"{place // 12:04d}-{place % 12 + 1:02d}"
        row = known.get(month, {"message_count": 0, "released_count": 0})
        height, released = (round(100 * row[key] / most, 2) for key in ("message_count", "released_count"))
        bars.append(Bar(month, row["message_count"], row["released_count"], height, released, place % 12 == 0))
    return bars


def _place(month: str) -> int | None:
    """Return the rank of a month since year 0, None for what is none."""
    year, _, number = month.partition("-")
    if not (year.isdigit() and number.isdigit() and 1 <= int(number) <= 12):
        return None
    return int(year) * 12 + int(number) - 1


PAGES = (Page("", _home),)
