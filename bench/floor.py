"""The floor under an import: all the same rows by `executemany`, and one rebuild of full-text search over the same columns.

Only the statements are timed. What they write is read out of a finished archive beforehand, a stretch at a time, stems included.
"""

from __future__ import annotations

import re
import sqlite3
from array import array
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from time import perf_counter
from typing import Any

from threadkit.archive.indexing import index_documents, index_messages
from threadkit.archive.migrations import migrate
from threadkit.archive.search import load_stems
from threadkit.archive.stems import Stems
from threadkit.words import load_words

_STRETCH = 20_000
_HASH_BYTES = 16 * 1024 * 1024
_PRAGMAS = ("page_size = 16384", "journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE", "cache_size = -49152")
_SEARCH_INSERT = re.compile(r"INSERT INTO (\w+_fts) \(rowid, ([\w, ]+)\) VALUES")
_SEARCH_COMMAND = re.compile(r"INSERT INTO (\w+_fts) \(\1")
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%_fts%' AND name NOT LIKE 'sqlite_%'"
_IDS = "SELECT id FROM {} ORDER BY search_row"


def time_floor(archive: Path, scratch: Path) -> dict[str, float]:
    """Return the seconds that the rows and the search index take at least, written into a fresh file at `scratch`."""
    with closing(sqlite3.connect(archive)) as source, closing(sqlite3.connect(scratch, isolation_level=None)) as target:
        for pragma in _PRAGMAS:
            target.execute(f"PRAGMA {pragma}")
        migrate(target)
        rows = _time_rows(source, target)
        search = _time_search(archive, target)
    return {"rows": rows, "search": search}


def time_stemming(archive: Path) -> dict[str, float]:
    """Return the seconds that stemming takes, each distinct word once, and how many distinct words there are."""
    found: set[str] = set()
    known = load_stems()

    def keep(_table: str, _columns: str, rows: Iterable[Sequence[Any]]) -> None:
        for row in rows:
            found.update(known.words("\n".join(row[1:-1])))

    _Gathering.gather(archive, keep)
    stems = Stems(load_words().folding)
    start = perf_counter()
    for word in found:
        stems.of(word)
    return {"seconds": perf_counter() - start, "words": len(found)}


def _time_rows(source: sqlite3.Connection, target: sqlite3.Connection) -> float:
    seconds = 0.0
    target.execute("BEGIN")
    for (table,) in source.execute(_TABLES).fetchall():
        if table == "_sqlite_migrations":
            continue
        cursor = source.execute(f"SELECT * FROM {table}")
        insert = f"INSERT INTO {table} VALUES ({', '.join('?' * len(cursor.description))})"
        while rows := cursor.fetchmany(_STRETCH):
            start = perf_counter()
            target.executemany(insert, rows)
            seconds += perf_counter() - start
    start = perf_counter()
    target.execute("COMMIT")
    return seconds + perf_counter() - start


def _time_search(archive: Path, target: sqlite3.Connection) -> float:
    """Keep the columns that search holds in plain tables, and time one rebuild of a search table over each."""
    kept: dict[str, str] = {}

    def keep(table: str, columns: str, rows: Iterable[Sequence[Any]]) -> None:
        kept[table] = columns
        target.execute(f"CREATE TABLE {table}_texts (id INTEGER PRIMARY KEY, {columns})")
        target.executemany(f"INSERT INTO {table}_texts VALUES ({', '.join('?' * (columns.count(',') + 2))})", rows)

    target.execute("BEGIN")
    _Gathering.gather(archive, keep)
    target.execute("COMMIT")
    seconds = 0.0
    for table, columns in kept.items():
        options = f"content='{table}_texts', content_rowid='id', tokenize='unicode61 remove_diacritics 2'"
        target.execute(f"CREATE VIRTUAL TABLE floor_{table} USING fts5({columns}, {options})")
        target.execute(f"INSERT INTO floor_{table} (floor_{table}, rank) VALUES ('hashsize', {_HASH_BYTES})")
        start = perf_counter()
        target.execute(f"INSERT INTO floor_{table} (floor_{table}) VALUES ('rebuild')")
        seconds += perf_counter() - start
    return seconds


class _Gathering(sqlite3.Connection):
    """Hands the rows meant for the search tables to `keep` instead of writing them."""

    keep: Any = None

    @classmethod
    def gather(cls, archive: Path, keep: Any) -> None:
        """Call `keep(table, columns, rows)` for each search table of an archive, which stays as it is."""
        connection = sqlite3.connect(archive, factory=cls, isolation_level=None)
        connection.keep = keep
        connection.execute("BEGIN")
        for table, index in (("messages", index_messages), ("documents", index_documents)):
            index(connection, array("q", [row[0] for row in connection.execute(_IDS.format(table))]), load_stems())
        connection.execute("ROLLBACK")
        connection.close()

    def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        """Leave out the commands to a search table."""
        return super().execute("SELECT NULL" if _SEARCH_COMMAND.match(sql) else sql, *parameters)

    def executemany(self, sql: str, rows: Any) -> sqlite3.Cursor:
        """Hand over the rows for a search table."""
        found = _SEARCH_INSERT.match(sql)
        if found is None:
            return super().executemany(sql, rows)
        self.keep(found[1], found[2], rows)
        return self.cursor()
