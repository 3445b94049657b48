"""The archive's home: what is in it, how complete it is, when its mail was sent, and where to begin."""

from __future__ import annotations

from collections.abc import Mapping

from datasette.utils.asgi import Response

from threadkit.browse.charts import chart_of
from threadkit.browse.pages.page import Page
from threadkit.browse.room import Room
from threadkit.queries import FINDING_ORDER

__all__ = ["PAGES"]

_MOST_THREADS, _MOST_PEOPLE, _MOST_SOURCES = 8, 10, 20


async def _home(room: Room) -> Response:
    counts = {row["name"]: row["amount"] for row in await room.ask("home.counts")}
    (period,) = await room.ask("home.period")
    return room.show(
        "home.html",
        counts=counts,
        period=period,
        findings=_findings(counts),
        chart=chart_of(await room.ask("home.months"), "messages", "released"),
        threads=await room.ask("home.longest_threads", most=_MOST_THREADS),
        people=await room.ask("home.busiest_people", most=_MOST_PEOPLE),
        sources=await room.ask("home.sources", most=_MOST_SOURCES),
    )


def _findings(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return how many findings there are of each kind, in the order in which a reader wants them."""
    order = {kind: place for place, kind in enumerate(FINDING_ORDER)}
    found = {name.removeprefix("findings:"): amount for name, amount in counts.items() if name.startswith("findings:")}
    return sorted(found.items(), key=lambda item: (order.get(item[0], len(order)), item[0]))


PAGES = (Page("", _home),)
