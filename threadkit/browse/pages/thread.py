"""A conversation: a tree that reads from top to bottom, or the same messages in order of time."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from datasette.utils.asgi import Response

from threadkit.browse.letters import read_letters, sorted_by_time
from threadkit.browse.pages.page import ID, Page
from threadkit.browse.room import Room, Row

__all__ = ["PAGES", "Place", "place_in_tree"]

_PAGE, _MOST_MEMBERS, _MOST_OUTLINE = 30, 100_000, 200
_MOST_BODY = 20_000
_DEEPEST = 6
_ORDERS = ("tree", "time")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands in the tree: how far its branch is set in, and how many steps it is from the first message."""

    member: Row
    branch: int
    depth: int


async def _thread(room: Room) -> Response:
    thread = await room.ask_one("thread.thread", id=room.id())
    if thread is None:
        raise room.missing("thread")
    members = await room.ask("thread.places", id=thread["id"], most=_MOST_MEMBERS)
    order = room.given("order") if room.given("order") in _ORDERS else "tree"
    places = place_in_tree(members) if order == "tree" else [Place(member, 0, 0) for member in sorted_by_time(members)]
    start = _start(room, places)
    shown = places[start : start + _PAGE]
    by_id = {place.member["id"]: place.member for place in places}
    outline = places if len(places) <= _MOST_OUTLINE else shown
    await _name_senders(room, [*(place.member for place in outline), *(by_id.get(place.member["parent_id"]) for place in shown)])
    letters = {row["id"]: row for row in await read_letters(room, [place.member["id"] for place in shown], _MOST_BODY)}
    return room.show(
        "thread.html",
        thread=thread,
        order=order,
        places=[(place, letters[place.member["id"]]) for place in shown if place.member["id"] in letters],
        by_id=by_id,
        outline=outline,
        shown_ids={place.member["id"] for place in shown},
        total=len(places),
        start=start,
        page_size=_PAGE,
    )


async def _name_senders(room: Room, members: Iterable[Row | None]) -> None:
    """Put the senders' names to the messages that the page names; of a long conversation those are few."""
    named = [member for member in members if member is not None]
    ids = json.dumps(sorted({member["sender_id"] for member in named if member["sender_id"]}))
    names = {row["id"]: row["name"] for row in await room.ask("timeline.people_named", ids=ids)}
    for member in named:
        member["sender"] = names.get(member["sender_id"])


def _start(room: Room, places: list[Place]) -> int:
    """Return the rank of the first message shown: `?message=` opens the page that it is on, `?from=` counts from 1."""
    wanted = room.number("message", 0, low=0, high=1 << 53)
    rank = next((rank for rank, place in enumerate(places) if place.member["id"] == wanted), room.number("from", 1) - 1)
    return min(rank, max(len(places) - 1, 0)) // _PAGE * _PAGE


def place_in_tree(members: Iterable[Row]) -> list[Place]:
    """Return the messages of a thread in reading order: each before what answers it, answers by time, a branch set in where two answer one.

    A chain of any length is walked without recursion; messages in a circle (there should be none) stand at the end.
    """
    ordered = sorted_by_time(members)
    known = {member["id"] for member in ordered}
    children: dict[int | None, list[Row]] = {}
    for member in ordered:
        children.setdefault(member["parent_id"] if member["parent_id"] in known else None, []).append(member)
    placed: dict[int, Place] = {}
    waiting = [Place(root, 0, 0) for root in reversed(children.get(None, []))]
    waiting[:0] = [Place(member, 0, 0) for member in reversed(ordered)] if not waiting else []
    while waiting:
        place = waiting.pop()
        id_ = place.member["id"]
        if id_ in placed:
            continue
        placed[id_] = place
        answers = children.get(id_, [])
        branch = min(place.branch + (len(answers) > 1), _DEEPEST)
        waiting += [Place(answer, branch, place.depth + 1) for answer in reversed(answers)]
    return [*placed.values(), *(Place(member, 0, 0) for member in ordered if member["id"] not in placed)]


PAGES = (Page(f"thread/{ID}", _thread),)
