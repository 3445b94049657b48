"""What differs between one table of an archive and the same table of another one, attached to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence

from threadkit.archive.schema import Table

__all__ = ["TwoTables"]

_Row = tuple[object, ...]
_HERE = "main"


class TwoTables:
    """The same table in this archive and in the one attached as `there`: the columns that both have, but for `left_out`."""

    def __init__(self, connection: sqlite3.Connection, table: Table, there: str, left_out: Collection[str]) -> None:
        held = {row[0] for row in connection.execute("SELECT name FROM pragma_table_info(?, ?)", (table.name, there))}
        self.names = tuple(name for name in table.column_names if name in held and name not in left_out)
        self._connection, self._table, self._there = connection, table, there

    def rows_here(self, most: int) -> dict[_Row, _Row]:
        """Return key -> row for the rows that the other archive has not, or not so; no more than `most`."""
        return self._rows(_HERE, self._there, most)

    def rows_there(self, most: int) -> dict[_Row, _Row]:
        """Return key -> row for the rows of the other archive that this one has not, or not so; no more than `most`."""
        return self._rows(self._there, _HERE, most)

    def counts(self) -> tuple[int, int, int]:
        """Return how many rows are added here, how many are gone, and how many of the others are not as they are there."""
        added, gone = self._count(self._table.key, _HERE, self._there), self._count(self._table.key, self._there, _HERE)
        return added, gone, self._count(self.names, _HERE, self._there) - added

    def _rows(self, ours: str, theirs: str, most: int) -> dict[_Row, _Row]:
        places = [self.names.index(name) for name in self._table.key]
        found = self._connection.execute(f"{self._except(self.names, ours, theirs)} LIMIT ?", (most,))
        return {tuple(row[place] for place in places): row for row in found}

    def _count(self, names: Sequence[str], ours: str, theirs: str) -> int:
        (count,) = self._connection.execute(f"SELECT count(*) FROM ({self._except(names, ours, theirs)})").fetchone()
        return int(count)

    def _except(self, names: Sequence[str], ours: str, theirs: str) -> str:
        columns = ", ".join(names)
        return f"SELECT {columns} FROM {ours}.{self._table.name} EXCEPT SELECT {columns} FROM {theirs}.{self._table.name}"
