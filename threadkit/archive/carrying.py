"""Carry rows over from the present archive (attached as `old`) into the one being built."""

from __future__ import annotations

import sqlite3

from threadkit.archive.schema import Table, load_schema

# Where a message's id changed, the message that now holds its first occurrence takes the old id over.
_NEW_FORMER_IDS = """
INSERT OR REPLACE INTO former_ids (former_id, message_id)
SELECT was.message_id, now.message_id
FROM old.occurrence_rows AS was JOIN occurrence_rows AS now ON now.id = was.id
WHERE was.message_id IS NOT NULL AND now.message_id IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM messages WHERE id = was.message_id)
ORDER BY was.message_id, was.id DESC
"""
_OLDER_FORMER_IDS = """
INSERT OR IGNORE INTO former_ids (former_id, message_id)
SELECT f.former_id, coalesce(m.id, n.message_id)
FROM old.former_ids AS f LEFT JOIN messages AS m ON m.id = f.message_id LEFT JOIN former_ids AS n ON n.former_id = f.message_id
WHERE coalesce(m.id, n.message_id) IS NOT NULL AND NOT EXISTS (SELECT 1 FROM messages WHERE id = f.former_id)
"""
# The body of an occurrence may stand in its message alone, and messages are made anew.
_WHOLE_BODY = "coalesce(own_body, (SELECT m.body FROM old.messages AS m WHERE m.id = message_id))"


def carry_upkeep(connection: sqlite3.Connection) -> None:
    """Carry the runs, their exceptions and the settings over."""
    for table in load_schema().of_layer("upkeep"):
        if table.name != "former_ids":
            _carry(connection, table)


def carry_sources(connection: sqlite3.Connection) -> None:
    """Carry the sources over, with the defects met while reading their bytes, but nothing that was read in them."""
    for table in load_schema().of_layer("sources"):
        _carry(connection, table)
    _carry(connection, load_schema().table("defects"), "WHERE stage = 'read'")


def carry_readings(connection: sqlite3.Connection) -> None:
    """Carry over what was read in the sources; the columns that come from the correspondence stay empty."""
    for table in load_schema().of_layer("readings"):
        _carry(connection, table, "WHERE stage = 'parse'" if table.name == "defects" else "")


def carry_former_ids(connection: sqlite3.Connection) -> int:
    """Lead every id that a message had to the message that now holds what it held; return how many ids lead somewhere."""
    connection.execute(_NEW_FORMER_IDS)
    connection.execute(_OLDER_FORMER_IDS)
    count: int = connection.execute("SELECT count(*) FROM former_ids").fetchone()[0]
    return count


def _carry(connection: sqlite3.Connection, table: Table, where: str = "") -> None:
    held = {row[0] for row in connection.execute("SELECT name FROM pragma_table_info(?, 'old')", (table.name,))}
    if not held:
        return
    filled_later = {c.name for c in table.columns if table.layer == "readings" and c.references in ("messages", "documents")}
    names = [name for name in table.column_names if name in held and name not in filled_later]
    shown = [_WHOLE_BODY if name == "own_body" else name for name in names]
    into = f"INSERT INTO main.{table.name} ({', '.join(names)})"
    connection.execute(f"{into} SELECT {', '.join(shown)} FROM old.{table.name} {where} ORDER BY {', '.join(table.key)}")
