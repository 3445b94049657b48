"""Take a source out of the archive with all that came with it: what lies in it, and was given in no other way."""

from __future__ import annotations

import sqlite3

from threadkit.archive.readings_writer import remove_source
from threadkit.archive.superseding import write_first_containers


def remove_with_members(connection: sqlite3.Connection, source_id: int) -> None:
    """Take out a source and its members: a mail's attachments, a zip's files. The correspondence must be remade afterwards.

    A member that was also given on its own, or lies in another source too, stays, without the names that it had in this one.
    """
    names, places = _names(connection, source_id), _places(connection, source_id)
    sql = "SELECT member, source_id FROM source_members WHERE container_id = ? ORDER BY member"
    members = connection.execute(sql, (source_id,)).fetchall()
    remove_source(connection, source_id)
    for member, inner in members:
        _take_out_of(connection, inner, {f"{name}/{member}" for name in names}, {f"{place}/{member}" for place in places})


def remove_as_given(connection: sqlite3.Connection, source_id: int, asked: str) -> None:
    """Take out what the user names. A file that was given on its own and lies in another source too (attached to a mail) stays in that one.

    Where the user names it by its place in the other source, or it was given in no other way, it goes.
    """
    inside = _names_in_containers(connection, source_id)
    own = _names(connection, source_id) - inside
    if not inside or not own or asked in inside:
        remove_with_members(connection, source_id)
        return
    places = _places(connection, source_id) - _places_in_containers(connection, source_id)
    _take_out_of(connection, source_id, own, places)


def _take_out_of(connection: sqlite3.Connection, member: int, names: set[str], places: set[str]) -> None:
    """Forget the names and places that a member had in what was removed, and the member where it had no others."""
    kept = _names_in_containers(connection, member)
    if _names(connection, member) <= names - kept:
        remove_with_members(connection, member)
        return
    gone = [(member, name) for name in sorted(names - kept)]
    connection.executemany("DELETE FROM source_names WHERE source_id = ? AND name = ?", gone)
    connection.executemany("DELETE FROM places WHERE source_id = ? AND place = ?", ((member, place) for place in sorted(places)))
    write_first_containers(connection, [member])
    sql = "SELECT member, source_id FROM source_members WHERE container_id = ? ORDER BY member"
    for inside, inner in connection.execute(sql, (member,)).fetchall():
        _take_out_of(connection, inner, {f"{name}/{inside}" for _, name in gone}, {f"{place}/{inside}" for place in places})


def _names(connection: sqlite3.Connection, source_id: int) -> set[str]:
    return {row[0] for row in connection.execute("SELECT name FROM source_names WHERE source_id = ?", (source_id,))}


def _places(connection: sqlite3.Connection, source_id: int) -> set[str]:
    return {row[0] for row in connection.execute("SELECT place FROM places WHERE source_id = ?", (source_id,))}


def _names_in_containers(connection: sqlite3.Connection, member: int) -> set[str]:
    """Return the names that a source has in the sources that contain it."""
    sql = """
        SELECT n.name || '/' || m.member FROM source_members AS m JOIN source_names AS n ON n.source_id = m.container_id
        WHERE m.source_id = ?
    """
    return {row[0] for row in connection.execute(sql, (member,))}


def _places_in_containers(connection: sqlite3.Connection, member: int) -> set[str]:
    sql = """
        SELECT p.place || '/' || m.member FROM source_members AS m JOIN places AS p ON p.source_id = m.container_id
        WHERE m.source_id = ?
    """
    return {row[0] for row in connection.execute(sql, (member,))}
