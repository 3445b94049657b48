"""The floor under an import: all the same rows by `executemany`, and one rebuild of full-text search over the same columns.

Only the statements are timed. What they write is read out of a finished archive beforehand, a stretch at a time, stems included.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from time import perf_counter

from threadkit.archive.indexing import COLUMNS, Rows, document_rows, message_rows, stage_disclaimers
from threadkit.archive.migrations import migrate
from threadkit.archive.search import load_stems
from threadkit.archive.stems import Stems
from threadkit.words import load_words

_STRETCH = 20_000
_HASH_BYTES = 16 * 1024 * 1024
_PRAGMAS = ("page_size = 16384", "journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE", "cache_size = -49152")
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

    for _, _, rows in _searched(archive):
        for row in rows:
            found.update(known.words("\n".join(map(str, row[1:-1]))))
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
    target.execute("BEGIN")
    for table, names, rows in _searched(archive):
        kept[table] = columns = ", ".join(names)
        target.execute(f"CREATE TABLE {table}_texts (id INTEGER PRIMARY KEY, {columns})")
        target.executemany(f"INSERT INTO {table}_texts VALUES ({', '.join('?' * (len(names) + 1))})", rows)
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


def _searched(archive: Path) -> Iterator[tuple[str, tuple[str, ...], Rows]]:
    """Yield each search table of an archive, its columns, and the rows that are indexed, each after its number."""
    with closing(sqlite3.connect(archive, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        stage_disclaimers(connection)
        for table, rows in (("messages", message_rows), ("documents", document_rows)):
            ids = array("q", [row[0] for row in connection.execute(_IDS.format(table))])
            yield f"{table}_fts", COLUMNS[f"{table}_fts"], rows(connection, ids, load_stems())
        connection.execute("ROLLBACK")
