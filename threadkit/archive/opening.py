"""Open an archive, and refuse what is none or is damaged."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath

from threadkit.archive.migrations import APPLICATION_ID
from threadkit.archive.schema import load_schema
from threadkit.records import Phrase, ThreadkitError

_MAGIC = b"SQLite format 3\x00"
#: Archives up to this size are checked for damage whenever they are opened, larger ones before they are changed.
CHECKED_BYTES = 64 * 1024 * 1024


def open_archive(path: Path) -> sqlite3.Connection:
    """Open an archive for reading alone.

    Raises:
        ThreadkitError: there is no such file or it is another kind of database (exit code 1), or it is damaged (4).
    """
    refuse_foreign(path)
    connection = connect(path, "ro")
    try:
        with damage_told(path):
            if path.stat().st_size <= CHECKED_BYTES:
                check_archive(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """Open the SQLite file at `path` (`mode` is ro, rw or rwc) with explicit transactions.

    Raises:
        ThreadkitError: SQLite cannot open it.
    """
    try:
        return sqlite3.connect(uri_of(path.absolute(), mode), uri=True, isolation_level=None, timeout=10)
    except sqlite3.Error as error:
        raise ThreadkitError(
            Phrase("cannot be opened: {detail}.", detail=error), where=str(path), hint="Check the path and the rights."
        ) from error


def uri_of(path: PurePath, mode: str) -> str:
    r"""Return how SQLite is told of the file at a full path.

    Of one on another machine SQLite wants no authority, but four slashes.

    >>> from pathlib import PureWindowsPath
    >>> uri_of(PureWindowsPath(r"\\greffe\releases\a.db"), "ro")
    'file:////greffe/releases/a.db?mode=ro'
    """
    told = path.as_uri()
    if not told.startswith("file:///"):
        told = f"file:////{told.removeprefix('file://')}"
    return f"{told}?mode={mode}"


def refuse_foreign(path: Path) -> None:
    """Raise where the file at `path` is missing, no SQLite database, or a database that threadkit did not make."""
    hint = Phrase("Name the archive with --db, or make one with: threadkit import FILE")
    try:
        with path.open("rb") as file:
            header = file.read(100)
    except FileNotFoundError:
        raise ThreadkitError("there is no such archive.", where=str(path), hint=hint, exit_code=1) from None
    except OSError as error:
        raise ThreadkitError(
            Phrase("cannot be read: {detail}.", detail=error.strerror or error), where=str(path), hint=hint, exit_code=1
        ) from error
    if not header.startswith(_MAGIC) or len(header) < 100:
        what = Phrase("is no archive of threadkit, or is damaged: it does not begin as a SQLite file does.")
        hint = Phrase("{restore} Or name another file with --db.", restore=_restore(path))
        raise ThreadkitError(what, where=str(path), hint=hint, exit_code=4)
    if int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise ThreadkitError("is a SQLite database, but not an archive of threadkit.", where=str(path), hint=hint, exit_code=1)
    version = int.from_bytes(header[60:64], "big")
    if version > load_schema().version:
        what = Phrase(
            "was written by a newer threadkit (schema {theirs}, this one knows {ours}).", theirs=version, ours=load_schema().version
        )
        raise ThreadkitError(what, where=str(path), hint="Upgrade threadkit.", exit_code=1)


def check_archive(connection: sqlite3.Connection, path: Path) -> None:
    """Read the whole file and raise where its structure is damaged. A flipped letter inside a text is not seen."""
    with damage_told(path):
        found = [row[0] for row in connection.execute("PRAGMA quick_check(1)")]
    if found != ["ok"]:
        raise _damaged(path, found[0])


@contextmanager
def damage_told(path: Path) -> Iterator[None]:
    """Turn what SQLite says of a damaged file into an error that says what to do."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if "malformed" in str(error) or "not a database" in str(error) or "disk I/O" in str(error):
            raise _damaged(path, str(error)) from error
        raise
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # SQLite tells of damage in its schema with the damaged bytes
        raise _damaged(path, str(error)) from error


def _restore(path: Path) -> Phrase:
    return Phrase("Restore {name} from a copy, or move it away and import the sources again.", name=path.name)


def _damaged(path: Path, detail: str) -> ThreadkitError:
    return ThreadkitError(Phrase("is damaged: {detail}.", detail=detail), where=str(path), hint=_restore(path), exit_code=4)
