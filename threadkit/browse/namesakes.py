"""People who share a name are told apart wherever they are named: by address, else by the unit printed with them, else by number.

What is known of them is remembered as long as the archive's file is the same.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from threadkit.browse.access import may_see_table
from threadkit.browse.questions import load_questions

if TYPE_CHECKING:
    from threadkit.browse.room import Room

__all__ = ["read_namesakes"]

#: An archive in which more people share a name names them without more; so many are looked up.
_MOST = 2000
_QUESTIONS = ("namesakes.ids", "namesakes.emails", "namesakes.units")
_File = tuple[int, int, int]
_KNOWN: WeakKeyDictionary[Any, tuple[_File, Mapping[int, str]]] = WeakKeyDictionary()


async def read_namesakes(room: Room) -> Mapping[int, str]:
    """Return for each person who shares a name what tells this one from the others; nothing where the reader may not see what tells it."""
    questions = load_questions()
    for table in sorted(frozenset().union(*(questions[name].tables for name in _QUESTIONS))):
        if not await may_see_table(room.datasette, room.request.actor, room.name, table):
            return MappingProxyType({})
    file = _file(room.database)
    known = _KNOWN.get(room.database)
    if known is None or known[0] != file:
        known = _KNOWN[room.database] = (file, MappingProxyType(await _read(room)))
    return known[1]


def _file(database: Any) -> _File:
    """Return what changes when another file takes the archive's place."""
    path = Path(database.path or "")
    if not path.is_file():
        return (0, 0, 0)
    found = path.stat()
    return (found.st_ino, found.st_mtime_ns, found.st_size)


async def _read(room: Room) -> dict[int, str]:
    ids = [row["id"] for row in await room.ask("namesakes.ids", most=_MOST)]
    if not ids:
        return {}
    wanted = json.dumps(ids)
    units = {row["person_id"]: row["unit"] for row in await room.ask("namesakes.units", ids=wanted)}
    emails = {row["person_id"]: row["email"] for row in await room.ask("namesakes.emails", ids=wanted)}
    return {id_: emails.get(id_) or units.get(id_) or f"no. {id_}" for id_ in ids}
