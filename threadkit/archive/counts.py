"""Count what pages ask again and again, once an import: each table of the layer `counts` holds the answer to the question in schema.toml."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

from threadkit.archive.schema import load_schema

__all__ = ["fill_counts", "write_counts"]


def write_counts(connection: sqlite3.Connection) -> None:
    """Fill the tables of counts anew from the correspondence that is in the archive, in the order of the schema."""
    fill_counts(connection, [table.name for table in load_schema().of_layer("counts")])


def fill_counts(connection: sqlite3.Connection, names: Collection[str]) -> None:
    """Fill some of the tables of counts anew, in the order of the schema."""
    for table in load_schema().of_layer("counts"):
        if table.name in names:
            connection.execute(f"DELETE FROM {table.name}")
            connection.execute(f"INSERT INTO {table.name} ({', '.join(table.column_names)}) {table.fill}")
