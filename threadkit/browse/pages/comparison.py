"""What changed from another archive to this one: messages, words, attachments and documents that one has and the other has not, or masks."""

from __future__ import annotations

import asyncio
from typing import Any

from datasette.utils import tilde_encode
from datasette.utils.asgi import Forbidden, Response

from threadkit.audit.comparison import Comparison, Side, compare_sides, read_side
from threadkit.browse.access import is_archive, may_see_database, may_see_table
from threadkit.browse.pages.page import Page
from threadkit.browse.room import PREFIX, Room
from threadkit.words import load_words

__all__ = ["PAGES"]

#: More messages than this are compared by `threadkit compare`, which takes its time; and so many rows of each kind are shown.
_MOST_MESSAGES, _MOST_SHOWN = 20_000, 200
#: What is read of either archive.
_TABLES = ("messages", "participants", "people", "occurrence_rows", "signatures", "source_names", "attachments", "documents")
_COUNT = "SELECT count(*) FROM messages"


async def _comparison(room: Room) -> Response:
    others = await _others(room)
    chosen = room.given("with")
    if chosen not in others:
        return room.show("comparison.html", others=others, chosen=None, found=None, large=False, shown={}, old_url="", most=_MOST_SHOWN)
    found = await _compared(room, chosen)
    return room.show(
        "comparison.html",
        others=others,
        chosen=chosen,
        found=found,
        large=found is None,
        shown=_shown(found) if found else {},
        old_url=f"{room.datasette.urls.path(tilde_encode(room.datasette.get_database(chosen).route))}{PREFIX}",
        most=_MOST_SHOWN,
    )


async def _others(room: Room) -> list[str]:
    """Return the other archives that are served here and that the reader may see."""
    found = []
    for name, database in room.datasette.databases.items():
        if (
            name not in (room.name, "_internal")
            and await may_see_database(room.datasette, room.request.actor, name)
            and await is_archive(database)
        ):
            found.append(name)
    return found


async def _compared(room: Room, other: str) -> Comparison | None:
    """Return what changed from another archive to this one; None where they are too large for a page.

    Raises:
        Forbidden: the reader may not see one of the tables of either.
    """
    sides: list[Side] = []
    for name in (other, room.name):
        for table in _TABLES:
            if not await may_see_table(room.datasette, room.request.actor, name, table):
                raise Forbidden(f"view-table {table}")
        database: Any = room.datasette.get_database(name)
        if (await database.execute(_COUNT)).rows[0][0] > _MOST_MESSAGES:
            return None
        sides.append(await database.execute_fn(read_side))
    old, new = sides
    return await asyncio.to_thread(compare_sides, old, new, load_words())


def _shown(found: Comparison) -> dict[str, Any]:
    """Return the lists of the page by their keys in the locale, those that hold something, in the order of the command."""
    kinds = (
        "added", "gone", "changed", "attachments_added", "attachments_gone", "texts_added", "texts_gone", "documents_added", "documents_gone",
        "documents_changed",
    )  # fmt: skip
    return {kind: rows for kind in kinds if (rows := getattr(found, kind))}


PAGES = (Page("compare", _comparison),)
