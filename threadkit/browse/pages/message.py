"""A message: all that is known of it, and every place where it stands."""

from __future__ import annotations

from datasette.utils.asgi import Response

from threadkit.browse.letters import read_letters
from threadkit.browse.pages.page import ID, Page
from threadkit.browse.room import Room

__all__ = ["PAGES"]

_MOST_BODY = 200_000
_MOST_OCCURRENCES, _MOST_FIELDS, _MOST_CHILDREN = 50, 500, 100


async def _message(room: Room) -> Response:
    start = room.number("byte", 0, low=0, high=1 << 40)
    found = await read_letters(room, [room.id()], _MOST_BODY, start)
    if not found:
        return await _former(room)
    (letter,) = found
    occurrences = await room.ask("message.occurrences", id=letter["id"], most=_MOST_OCCURRENCES)
    return room.show(
        "message.html",
        letter=letter,
        occurrences=occurrences,
        thread=await room.ask_one("message.thread", id=letter["thread_id"]),
        children=await room.ask("message.children", id=letter["id"], most=_MOST_CHILDREN),
        rfc_ids=[row["rfc_message_id"] for row in await room.ask("message.rfc_ids", id=letter["id"])],
    )


async def _former(room: Room) -> Response:
    """Lead from a number that a message once had to the one that it has now."""
    former = await room.ask_one("message.former", id=room.id())
    if former is None:
        raise room.missing("message")
    return Response.redirect(room.url("message", former["message_id"]), status=301)


PAGES = (Page(f"message/{ID}", _message),)
