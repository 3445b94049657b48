"""A changed byte is found, wherever in the archive it is."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from pathlib import Path

import pytest

from threadkit.archive.schema import load_schema
from threadkit.importing import import_paths, rebuild
from threadkit.verifying import check_rows, check_sources, check_tiling, verify

TEXT = """De : Roy, Odile <odile.roy@ville.example>
Envoyé : 4 mai 2023 10:00
À : Caron, Luc <luc.caron@ville.example>
Objet : RE: Passerelle
Pièces jointes : Plan.pdf

Le plan, ci-joint. [caviardé]

Odile Roy
Tél. 418 555-0101

De : Caron, Luc <luc.caron@ville.example>
Envoyé : 3 mai 2023 11:00
À : Roy, Odile <odile.roy@ville.example>
Objet : Passerelle

Avez-vous le plan?
\fPLAN DE LA PASSERELLE
Trois travées.
"""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("verify")
    (folder / "dump.txt").write_text(TEXT, encoding="utf-8")
    import_paths([folder / "dump.txt"], folder / "archive.db")
    return folder / "archive.db"


@pytest.fixture(scope="module")
def again(archive: Path) -> Path:
    copy = archive.with_name("again.db")
    shutil.copyfile(archive, copy)
    rebuild(copy)
    return copy


def flipped(value: str | bytes, at: int) -> str | bytes:
    if isinstance(value, bytes):
        return value[:at] + bytes([value[at] ^ 1]) + value[at + 1 :]
    return value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :]


def test_an_archive_as_it_was_made_holds(archive: Path) -> None:
    report = verify(archive)
    assert (report.problems, report.notes) == ((), ())
    assert report.sources == 1
    assert report.rows > 50


@pytest.mark.parametrize("table", [t.name for t in load_schema().tables if t.layer in ("readings", "correspondence")])
def test_a_byte_changed_in_a_text_column_is_found_at_every_offset(archive: Path, again: Path, table: str, tmp_path: Path) -> None:
    shutil.copyfile(archive, tmp_path / "bad.db")
    schema = load_schema().table(table)
    with contextlib.closing(sqlite3.connect(tmp_path / "bad.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        missed = [
            (column, row_key, at)
            for column in (c.name for c in schema.columns if c.type == "TEXT" and c.name not in schema.key)
            for *row_key, value in connection.execute(f"SELECT {', '.join(schema.key)}, {column} FROM {table}").fetchall()
            for at in range(len(value or ""))
            if not found_when_flipped(connection, again, table, column, schema.key, row_key, value, at)
        ]
    assert missed == []


def found_when_flipped(
    connection: sqlite3.Connection, again: Path, table: str, column: str, key: tuple[str, ...], row_key: list[object], value: str, at: int
) -> bool:
    where = " AND ".join(f"{name} IS ?" for name in key)
    connection.execute("BEGIN")
    connection.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (flipped(value, at), *row_key))
    wrong = connection.execute(f"SELECT {column} FROM {table} WHERE {where}", row_key).fetchone()
    connection.execute("COMMIT")
    found = wrong is not None and any(problem.table == table for problem in check_rows(connection, again, only=table))
    connection.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (value, *row_key))
    return found


@pytest.mark.parametrize(
    ("table", "column"),
    [("sources", "content"), ("sources", "sha256"), ("sources", "encoding"), ("sources", "media_type"), ("pages", "text")],
)
def test_a_byte_changed_in_a_source_is_found_at_every_offset(archive: Path, table: str, column: str, tmp_path: Path) -> None:
    shutil.copyfile(archive, tmp_path / "bad.db")
    with contextlib.closing(sqlite3.connect(tmp_path / "bad.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        rows = connection.execute(f"SELECT rowid, {column} FROM {table}").fetchall()
        for rowid, value in rows:
            for at in range(len(value)):
                connection.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (flipped(value, at), rowid))
                assert list(check_sources(connection)), (column, at)
            connection.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (value, rowid))
        assert not list(check_sources(connection))


def test_a_segment_that_leaves_a_character_out_is_found(archive: Path, tmp_path: Path) -> None:
    shutil.copyfile(archive, tmp_path / "bad.db")
    with contextlib.closing(sqlite3.connect(tmp_path / "bad.db", isolation_level=None)) as connection:
        connection.execute("UPDATE segment_rows SET last_char = last_char - 1 WHERE position = 2")
        (problem,) = check_tiling(connection)
    assert (problem.table, problem.source) == ("segments", "dump.txt")


def test_a_row_taken_out_and_a_row_too_many_are_told(archive: Path, again: Path, tmp_path: Path) -> None:
    shutil.copyfile(archive, tmp_path / "bad.db")
    with contextlib.closing(sqlite3.connect(tmp_path / "bad.db", isolation_level=None)) as connection:
        connection.execute("DELETE FROM links")
        connection.execute("INSERT INTO attachments (id, filename, extension, rule) VALUES (1, 'x.pdf', 'pdf', 'name')")
        told = {problem.table: str(problem.what) for problem in check_rows(connection, again)}
    assert told["links"].startswith("is missing")
    assert told["attachments"].startswith("should not be here")


def test_sources_read_by_another_version_are_checked_by_their_bytes_alone(archive: Path, tmp_path: Path) -> None:
    shutil.copyfile(archive, tmp_path / "old.db")
    with contextlib.closing(sqlite3.connect(tmp_path / "old.db", isolation_level=None)) as connection:
        connection.execute("UPDATE sources SET parser_version = '0.0.1'")
    report = verify(tmp_path / "old.db")
    assert report.problems == ()
    assert "rebuild" in str(report.notes[0])
