"""Conversations as a list: the longest, the latest, the oldest, or those that began in one month."""

from __future__ import annotations

import json

from datasette.utils.asgi import Response

from threadkit.browse.charts import month_after
from threadkit.browse.pages.page import Page
from threadkit.browse.room import Room

__all__ = ["PAGES"]

_ON_A_PAGE = 50
#: So many of a conversation's messages are asked who wrote them, and so many names are shown.
_LOOKED, _NAMES = 12, 3
_ORDERS = ("longest", "latest", "oldest")


async def _threads(room: Room) -> Response:
    order = room.given("order") if room.given("order") in _ORDERS else "longest"
    month, page = room.given("month"), room.number("page", 1)
    following = month_after(month)
    span = {"most": _ON_A_PAGE + 1, "skip": (page - 1) * _ON_A_PAGE}
    if following is None:
        month, rows = "", await room.ask(f"threads.{order}", **span)
    else:
        rows = await room.ask("threads.of_month", month=month, next=following, **span)
    shown = rows[:_ON_A_PAGE]
    ids = json.dumps([row["id"] for row in shown])
    written = {row["id"]: row["names"] for row in await room.ask("threads.written_by", ids=ids, looked=_LOOKED)}
    return room.show(
        "threads.html",
        threads=[row | {"written_by": json.loads(written.get(row["id"]) or "[]")} for row in shown],
        most_names=_NAMES,
        order=order,
        month=month,
        months=[row["month"] for row in await room.ask("threads.months")],
        pages=(room.here(page=page - 1) if page > 1 else None, room.here(page=page + 1) if len(rows) > _ON_A_PAGE else None),
    )


PAGES = (Page("threads", _threads),)
