"""An address of the room where no page is: a page that helps, on every Datasette, rather than its error."""

from __future__ import annotations

from datasette.utils.asgi import Response

from threadkit.browse.pages.page import Page
from threadkit.browse.room import Room

__all__ = ["PAGES"]


async def _nowhere(room: Room) -> Response:
    raise room.missing("page")


PAGES = (Page(".+", _nowhere),)
