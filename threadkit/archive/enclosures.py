"""Which sources were given only as files attached to mails: what is printed in them was never released on its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable

from threadkit.archive.superseding import Seen

_MAILS = "SELECT id FROM sources WHERE media_type IN ('message/rfc822', 'application/mbox', 'application/vnd.ms-outlook')"
_INSIDE = """
SELECT m.source_id, m.container_id, n.name || '/' || m.member FROM source_members AS m JOIN source_names AS n ON n.source_id = m.container_id
"""
_NAMES = "SELECT source_id, name FROM source_names WHERE source_id IN (SELECT source_id FROM source_members)"


def find_attached(connection: sqlite3.Connection) -> set[int]:
    """Return the sources that were given only attached to mails, or in a zip that was.

    One that was given under a name of its own too, or in a zip that was, is none.
    """
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'source_members'").fetchone():
        return set()  # an archive of an older version
    containers: dict[tuple[int, str], set[int]] = {}
    for source_id, container_id, name in connection.execute(_INSIDE):
        containers.setdefault((source_id, name), set()).add(container_id)
    names: dict[int, list[str]] = {}
    for source_id, name in connection.execute(_NAMES):
        names.setdefault(source_id, []).append(name)
    mails = {row[0] for row in connection.execute(_MAILS)}
    attached: set[int] = set()
    while True:
        found = {id_ for id_, own in names.items() if all(containers.get((id_, name), set()) & (mails | attached) for name in own)}
        if found == attached:
            return attached
        attached = found


def gives_alone(connection: sqlite3.Connection, seen: Iterable[Seen]) -> bool:
    """Tell whether a run came across a source outside of any mail that was given only attached to mails before."""
    attached = find_attached(connection)
    if not attached:
        return False
    mails = {row[0] for row in connection.execute(_MAILS)}
    return any(each.source_id in attached and each.container_id not in mails | attached for each in seen)


def enclose(connection: sqlite3.Connection, attached: Collection[int]) -> None:
    """Write of every mail printed in these sources that it is enclosed, unless another one there quotes it."""
    sql = "UPDATE occurrence_rows SET standing = 'enclosed' WHERE source_id = ? AND standing = 'released'"
    connection.executemany(sql, ((source_id,) for source_id in sorted(attached)))
