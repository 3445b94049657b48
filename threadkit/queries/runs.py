"""The log of an archive: its imports, rebuilds and removals, each with its exceptions."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from threadkit.queries.reader import Row, rows

__all__ = ["runs"]

_RUNS = "SELECT * FROM imports ORDER BY id DESC LIMIT :limit"
_EXCEPTIONS = "SELECT name, member, detail FROM exceptions WHERE import_id = :id ORDER BY position"


def runs(connection: sqlite3.Connection, limit: int) -> list[dict[str, Any]]:
    """Return the runs, newest first, at most `limit` (-1 for all): options and versions as JSON told, and what could not be archived.

    A run of an older threadkit has None for what was not recorded then.
    """
    return [_run(connection, row) for row in rows(connection, _RUNS, {"limit": limit})]


def _run(connection: sqlite3.Connection, row: Row) -> dict[str, Any]:
    options = json.loads(str(row["options"]))
    return {
        "id": row["id"],
        "command": row["command"],
        "started_at": row["started_at"],
        "seconds": row.get("seconds"),
        "options": options,
        "threadkit_version": row["threadkit_version"],
        "versions": json.loads(str(row.get("versions") or "{}")),
        "given": row["sources_given"],
        "added": row["sources_added"],
        "known": row["sources_known"],
        "left_out": row.get("left_out_count"),
        "messages": row["message_count"],
        "exceptions": rows(connection, _EXCEPTIONS, {"id": row["id"]}),
    }
