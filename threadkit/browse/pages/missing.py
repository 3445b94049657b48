"""What is missing, masked or uncertain: every finding, by kind, each with its place in the source."""

from __future__ import annotations

import json

from datasette.utils.asgi import Response

from threadkit.browse.pages.page import Page
from threadkit.browse.room import Room, Row
from threadkit.queries import FINDING_ORDER

__all__ = ["PAGES"]

#: On the page of all kinds five of each are shown, of a few all.
_OF_EACH, _FEW, _ON_A_PAGE = 5, 8, 50
#: More findings than this of one kind are shown as they lie, not sorted by their places.
_MOST_SORTED = 5000


async def _missing(room: Room) -> Response:
    counted = {row["kind"]: row["amount"] for row in await room.ask("missing.kinds")}
    order = {kind: place for place, kind in enumerate(FINDING_ORDER)}
    kinds = sorted(counted, key=lambda kind: (order.get(kind, len(order)), kind))
    chosen, page = room.given("kind"), room.number("page", 1)
    if chosen not in counted:
        groups = [(kind, counted[kind], await _findings(room, kind, counted[kind], _OF_EACH if counted[kind] > _FEW else _FEW, 0)) for kind in kinds]
        return room.show(
            "missing.html", groups=groups, chosen=None, pages=(None, None), exceptions=await room.ask("missing.exceptions", most=50)
        )
    rows = await _findings(room, chosen, counted[chosen], _ON_A_PAGE, (page - 1) * _ON_A_PAGE)
    pages = (room.here(page=page - 1) if page > 1 else None, room.here(page=page + 1) if page * _ON_A_PAGE < counted[chosen] else None)
    return room.show("missing.html", groups=[(chosen, counted[chosen], rows)], chosen=chosen, pages=pages, exceptions=[])


async def _findings(room: Room, kind: str, amount: int, most: int, skip: int) -> list[Row]:
    question = "missing.in_order" if amount <= _MOST_SORTED else "missing.as_they_lie"
    ids = [row["id"] for row in await room.ask(question, kind=kind, most=most, skip=skip)]
    found = {row["id"]: row for row in await room.ask("missing.shown", ids=json.dumps(ids))}
    return [found[id_] for id_ in ids if id_ in found]


PAGES = (Page("missing", _missing),)
