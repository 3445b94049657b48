"""One fingerprint of everything that an archive says, whatever the order in which it was made."""

from __future__ import annotations

import hashlib
import sqlite3

from threadkit.archive.schema import Table, load_schema

#: Tables that tell how the archive came to be, not what it holds.
HISTORY = ("imports", "exceptions", "former_ids", "places", "import_names")
# The row in the full-text table follows the order of writing.
_NOT_CONTENT = ("search_row",)


def archive_digest(connection: sqlite3.Connection) -> str:
    """Return the SHA-256 of all rows of all tables but the history, in the order of their keys.

    Two archives of the same sources have the same digest on any machine, whatever the order of import.
    """
    total = hashlib.sha256()
    for table in load_schema().tables:
        if table.name not in HISTORY:
            total.update(f"{table.name} {table_digest(connection, table)}\n".encode())
    return total.hexdigest()


def table_digest(connection: sqlite3.Connection, table: Table) -> str:
    """Return the SHA-256 of one table's rows in the order of its key."""
    digest = hashlib.sha256()
    names = ", ".join(name for name in table.column_names if name not in _NOT_CONTENT)
    for row in connection.execute(f"SELECT {names} FROM {table.name} ORDER BY {', '.join(table.key)}"):
        digest.update(repr(row).encode("utf-8", "surrogatepass"))
        digest.update(b"\n")
    return digest.hexdigest()
