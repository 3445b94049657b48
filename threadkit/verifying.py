"""Verify an archive: its sources by their hashes and their bytes, and everything read and concluded by doing it again beside it."""

from __future__ import annotations

import bz2
import contextlib
import hashlib
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from threadkit.accounting import Progress
from threadkit.archive.differences import TwoTables
from threadkit.archive.digest import HISTORY
from threadkit.archive.opening import check_archive, open_archive, uri_of
from threadkit.archive.readings_writer import pack_content, source_rows
from threadkit.archive.schema import Table, load_schema
from threadkit.importing import no_progress, rebuild
from threadkit.parse import PARSER_VERSION
from threadkit.read import read_bytes
from threadkit.records import Phrase, Source, ThreadkitError

__all__ = ["Problem", "VerifyReport", "check_rows", "check_sources", "check_tiling", "verify"]

#: The row in the full-text table follows the order of writing; bytes and container are checked by themselves.
_NOT_COMPARED = frozenset({"search_row", "content"})
_SOURCES = """
SELECT s.id, s.sha256, s.encoding, s.byte_count, s.content, s.parser_version, (SELECT min(name) FROM source_names WHERE source_id = s.id)
FROM sources s ORDER BY s.sha256
"""
_SEGMENTS = "SELECT position, first_char, last_char, first_line, last_line FROM segment_rows WHERE source_id = ? ORDER BY position"
_TEXT = "SELECT text FROM pages WHERE source_id = ? ORDER BY number"
#: Columns of a source's own row that follow from reading its bytes.
_RECOGNISED = "SELECT DISTINCT source_id FROM source_notes WHERE kind = 'ocr' AND value <> 'text layer'"
_READ_COLUMNS = ("media_type", "encoding", "byte_count", "line_count", "page_count")
_MOST_TOLD = 1000


@dataclass(frozen=True, slots=True)
class Problem:
    """One row that does not hold: its table and key, the source and line where it has them, and what is wrong."""

    table: str
    row: str
    source: str
    line: int | None
    what: Phrase


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What was checked and what does not hold. `notes` say what could not be checked, and why."""

    archive: Path
    sources: int
    rows: int
    problems: tuple[Problem, ...]
    notes: tuple[Phrase, ...]


def verify(db: Path, progress: Progress = no_progress) -> VerifyReport:
    """Check every source, read and conclude everything again in a copy, and compare row by row.

    Where another version of threadkit read the sources, what it read may rightly differ from what this one reads: then hashes, bytes and
    tiling are checked, and a note says so.

    Raises:
        ThreadkitError: there is no such archive, or its structure is damaged (exit code 4).
    """
    with contextlib.closing(open_archive(db)) as connection:
        check_archive(connection, db)
        problems, notes = [*check_sources(connection), *check_tiling(connection)], list(_notes(connection))
        sources, versions = _count(connection, "sources"), _versions(connection)
        rows = 0
        if versions <= {PARSER_VERSION}:
            with tempfile.TemporaryDirectory(prefix="threadkit-verify-") as folder:
                again = Path(folder, "again.db")
                shutil.copyfile(db, again)
                rebuild(again, progress)
                rows = sum(_count(connection, table.name) for table in _compared())
                problems += check_rows(connection, again)
        else:
            theirs = ", ".join(sorted(versions - {PARSER_VERSION}))
            notes.append(
                Phrase("The sources were read by another version ({theirs}); run threadkit rebuild, then verify again.", theirs=theirs)
            )
    return VerifyReport(db, sources, rows, tuple(problems), tuple(notes))


def _versions(connection: sqlite3.Connection) -> set[str]:
    return {row[0] for row in connection.execute("SELECT DISTINCT parser_version FROM sources")}


def _count(connection: sqlite3.Connection, table: str) -> int:
    (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(count)


def _notes(connection: sqlite3.Connection) -> Iterator[Phrase]:
    without = connection.execute("SELECT count(*) FROM sources WHERE content IS NULL AND page_count > 0").fetchone()[0]
    if without:
        yield Phrase("{n} sources were archived without their bytes: their text cannot be checked against its hash.", n=without)
    recognised = connection.execute(f"SELECT count(*) FROM ({_RECOGNISED})").fetchone()[0]
    if recognised:
        yield Phrase("The words of {n} sources were recognised in pictures: they are not recognised again.", n=recognised)


def check_sources(connection: sqlite3.Connection) -> Iterator[Problem]:
    """Yield what does not hold of the sources: the hash of their bytes, their size, and each page against the bytes read again."""
    recognised = {row[0] for row in connection.execute(_RECOGNISED)}
    for source_id, sha256, encoding, byte_count, packed, _, name in connection.execute(_SOURCES).fetchall():
        shown = name or sha256
        if packed is None:
            continue
        try:
            content = bz2.decompress(packed)
        except (OSError, ValueError, EOFError):
            yield Problem("sources", str(source_id), shown, None, Phrase("its stored bytes cannot be unpacked."))
            continue
        if hashlib.sha256(content).hexdigest() != sha256:
            yield Problem("sources", str(source_id), shown, None, Phrase("its stored bytes do not have its SHA-256."))
        elif len(content) != byte_count:
            yield Problem(
                "sources", str(source_id), shown, None, Phrase("its stored bytes are {n}, not {size}.", n=len(content), size=byte_count)
            )
        elif source_id in recognised and pack_content(content) == packed:
            continue
        elif pack_content(content) != packed:  # a byte of the wrapping alone, which unpacks to the same
            yield Problem("sources", str(source_id), shown, None, Phrase("its stored bytes are not packed as they were."))
        else:
            yield from _reread(connection, source_id, shown, content, encoding)


def _reread(connection: sqlite3.Connection, source_id: int, name: str, content: bytes, encoding: str) -> Iterator[Problem]:
    """Yield where the stored text of a source is not what its bytes say."""
    try:
        fresh = source_rows(_read_as_before(content, name, encoding), "")
    except ThreadkitError as error:
        yield Problem("sources", str(source_id), name, None, Phrase("its stored bytes cannot be read here: {detail}", detail=str(error)))
        return
    table = load_schema().table("sources")
    row = dict(zip(table.column_names, fresh["sources"][0], strict=True))
    held = connection.execute(f"SELECT {', '.join(_READ_COLUMNS)} FROM sources WHERE id = ?", (source_id,)).fetchone()
    for column, value in zip(_READ_COLUMNS, held, strict=True):
        if value != row[column]:
            yield Problem("sources", str(source_id), name, None, Phrase("column {column} is not what its bytes say.", column=column))
    for table_name in ("pages", "source_notes"):
        columns = ", ".join(load_schema().table(table_name).column_names)
        stored = {tuple(row) for row in connection.execute(f"SELECT {columns} FROM {table_name} WHERE source_id = ?", (source_id,))}
        for number in sorted({str(row[1]) for row in stored.symmetric_difference(fresh[table_name])}):
            yield Problem(table_name, f"{source_id}, {number}", name, None, Phrase("is not what the source's bytes say."))


def _read_as_before(content: bytes, name: str, encoding: str) -> Source:
    """Return the source as it was read: by itself where its encoding is told by itself, else by the encoding that was given."""
    source = read_bytes(content, name)
    return source if source.encoding == encoding or "+" in encoding else read_bytes(content, name, encoding)


def check_tiling(connection: sqlite3.Connection) -> Iterator[Problem]:
    """Yield where the segments of a source do not tile its text: every character in exactly one."""
    for source_id, name in connection.execute("SELECT source_id, min(name) FROM source_names GROUP BY source_id").fetchall():
        length = len("\f".join(row[0] for row in connection.execute(_TEXT, (source_id,))))
        expected = 0
        for position, first_char, last_char, first_line, last_line in connection.execute(_SEGMENTS, (source_id,)):
            if first_char != expected or last_char < first_char or last_line < first_line:
                what = Phrase("begins at character {n}, where {expected} was expected.", n=first_char, expected=expected)
                yield Problem("segments", f"{source_id}, {position}", name, first_line, what)
            expected = last_char + 1
        if expected != length:
            what = Phrase("the segments end at character {n} of {length}.", n=expected, length=length)
            yield Problem("segments", str(source_id), name, None, what)


def _compared() -> Iterable[Table]:
    return (table for table in load_schema().tables if table.name not in HISTORY and table.layer != "upkeep")


def check_rows(connection: sqlite3.Connection, again: Path, only: str | None = None) -> Iterator[Problem]:
    """Yield each row (of the table `only`, where given) that is otherwise in the archive `again`, which was read and concluded anew."""
    connection.execute("ATTACH ? AS again", (uri_of(again, "ro"),))
    try:
        for table in _compared():
            if only in (None, table.name):
                yield from _differing(connection, table)
    finally:
        connection.execute("DETACH again")


def _differing(connection: sqlite3.Connection, table: Table) -> Iterator[Problem]:
    both = TwoTables(connection, table, "again", _NOT_COMPARED)
    names, held, right = both.names, both.rows_here(_MOST_TOLD), both.rows_there(_MOST_TOLD)
    for row_key in sorted(held.keys() | right.keys(), key=repr):
        row = held.get(row_key) or right[row_key]
        said = dict(zip(names, row, strict=True))
        line = said.get("first_line")
        yield Problem(
            table.name,
            ", ".join(map(str, row_key)),
            _source_name(connection, said.get("source_id")),
            line if isinstance(line, int) else None,
            _what(names, held.get(row_key), right.get(row_key)),
        )


def _what(names: Sequence[str], held: tuple[object, ...] | None, right: tuple[object, ...] | None) -> Phrase:
    if held is None:
        return Phrase("is missing: the sources say it, and the archive does not.")
    if right is None:
        return Phrase("should not be here: the sources do not say it.")
    wrong = ", ".join(name for name, ours, theirs in zip(names, held, right, strict=True) if ours != theirs)
    return Phrase("column {column} is not what the sources say.", column=wrong)


def _source_name(connection: sqlite3.Connection, source_id: object) -> str:
    if not isinstance(source_id, int):
        return ""
    row = connection.execute("SELECT min(name) FROM source_names WHERE source_id = ?", (source_id,)).fetchone()
    return str(row[0] or "") if row else ""
