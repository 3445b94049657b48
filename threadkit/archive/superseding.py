"""Where each source was found, what lies in what, and which source a changed file supersedes."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_SEPARATOR = "/"


@dataclass(frozen=True, slots=True)
class Seen:
    """One source that a run came across: at which place ("" is nowhere on the disk), and inside which source under what name, if any."""

    place: str
    source_id: int
    container_id: int | None = None
    member: str | None = None


def place_of(path: str | os.PathLike[str], within: str = "") -> str:
    """Return what a place is called in the archive: a hash of the full path, so that no folder of anyone's machine is told.

    Args:
        path: of the file on the disk.
        within: what leads from the file to its member, with a slash before each name.
    """
    full = os.path.normcase(os.path.abspath(path))
    return hashlib.sha256(full.encode("utf-8", "surrogateescape")).hexdigest()[:32] + within


def needs_writing(connection: sqlite3.Connection, seen: Iterable[Seen]) -> bool:
    """Tell whether a run that brought no new source changes which sources count: a file became what it was before."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'places'").fetchone():
        return False
    return any(_found_at(connection, each.place) not in (None, each.source_id) for each in seen if each.place)


def write_seen(connection: sqlite3.Connection, seen: Sequence[Seen]) -> int:
    """Note where a run found what, and let a changed file supersede what it was; return how many sources no longer count.

    A source is superseded when it is found nowhere any more: each place where it was holds other bytes now, or its container changed and
    no longer contains it. What a run did not look at stays.
    """
    before = _superseded(connection)
    _write_members(connection, seen)
    for old, new in _replaced(connection, seen):
        if not connection.execute("SELECT 1 FROM places WHERE source_id = ?", (old,)).fetchone():
            connection.execute("UPDATE sources SET superseded_by = ? WHERE id = ?", (new, old))
    connection.executemany("UPDATE sources SET superseded_by = NULL WHERE id = ?", ((each.source_id,) for each in seen))
    return len(_superseded(connection) - before)


def _superseded(connection: sqlite3.Connection) -> set[int]:
    return {row[0] for row in connection.execute("SELECT id FROM sources WHERE superseded_by IS NOT NULL")}


def _found_at(connection: sqlite3.Connection, place: str) -> int | None:
    row = connection.execute("SELECT source_id FROM places WHERE place = ?", (place,)).fetchone()
    return row[0] if row else None


def _write_members(connection: sqlite3.Connection, seen: Iterable[Seen]) -> None:
    """Note what lies in what; where a source lies in several, its own row names the first by SHA-256, whatever the order of import."""
    rows = sorted({(each.container_id, each.member, each.source_id) for each in seen if each.container_id is not None and each.member})
    connection.executemany("INSERT OR REPLACE INTO source_members (container_id, member, source_id) VALUES (?, ?, ?)", rows)
    write_first_containers(connection, [source_id for _, _, source_id in rows])


def write_first_containers(connection: sqlite3.Connection, sources: Iterable[int]) -> None:
    """Write in each source's own row which of those that contain it is the first by SHA-256, if any does."""
    sql = """
        UPDATE sources SET (container_id, member) = (
            SELECT m.container_id, m.member FROM source_members AS m JOIN sources AS c ON c.id = m.container_id
            WHERE m.source_id = sources.id ORDER BY c.sha256, m.member LIMIT 1
        ) WHERE id = ?
    """
    connection.executemany(sql, ((source_id,) for source_id in sources))


def _replaced(connection: sqlite3.Connection, seen: Sequence[Seen]) -> list[tuple[int, int]]:
    """Move the places to what is there now, and return (source that was there, source that replaces it)."""
    replaced = []
    for each in seen:
        if not each.place:
            continue
        old = _found_at(connection, each.place)
        if old is not None and old != each.source_id:
            replaced.append((old, each.source_id))
            if _SEPARATOR not in each.place:
                replaced.extend(_no_longer_inside(connection, each, seen))
        connection.execute("INSERT OR REPLACE INTO places (place, source_id) VALUES (?, ?)", (each.place, each.source_id))
    return replaced


def _no_longer_inside(connection: sqlite3.Connection, container: Seen, seen: Iterable[Seen]) -> list[tuple[int, int]]:
    """Forget the places inside a changed file that the file no longer has, and return what was there."""
    start = container.place + _SEPARATOR
    now = {each.place for each in seen if each.place.startswith(start)}
    sql = "SELECT place, source_id FROM places WHERE substr(place, 1, ?) = ?"
    gone = [(place, id_) for place, id_ in connection.execute(sql, (len(start), start)) if place not in now]
    connection.executemany("DELETE FROM places WHERE place = ?", ((place,) for place, _ in gone))
    return [(id_, container.source_id) for _, id_ in gone]
