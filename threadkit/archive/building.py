"""Build the next archive beside the present one, then put it in its place in one step.

Whatever happens before that step (a kill, a full disk, an error) leaves the present archive as it was.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from threadkit.archive.lock import archive_lock
from threadkit.archive.migrations import migrate
from threadkit.archive.opening import check_archive, connect, damage_told, refuse_foreign, uri_of
from threadkit.records import Phrase, ThreadkitError

_BUILD_PAGE = 16384
#: (largest text in bytes, page sizes): small archives get small pages, for each table and index takes at least one. Of two sizes the one
#: is taken that makes the smaller file.
_PAGE_SIZES = ((1 << 20, (512, 1024)), (1 << 22, (2048, 8192)), (1 << 24, (2048,)), (1 << 28, (8192,)))
_CACHE_KIB = 24 * 1024


@dataclass(frozen=True, slots=True)
class Building:
    """The archive being built: `connection` writes it; the present archive, if any, is attached as `old`."""

    archive: Path
    connection: sqlite3.Connection
    has_old: bool


@contextmanager
def changing(archive: Path) -> Iterator[Path]:
    """Hold the archive's lock for the length of a block, check what stands there, and yield its real path.

    Raises:
        ThreadkitError: it is locked (exit code 5), damaged (4) or no archive of threadkit, or the folder cannot be written to.
    """
    archive = Path(os.path.realpath(archive))
    with archive_lock(archive):
        with _errors_told(archive, *_scratch(archive)):
            pass  # what a killed import left is removed
        if archive.exists():
            refuse_foreign(archive)
            _check_at_rest(archive)
        yield archive


@contextmanager
def build_beside(archive: Path) -> Iterator[Building]:
    """Yield an empty archive with today's schema, to be filled; when the block ends without error it takes the archive's place.

    The rows are written in any order, without journal, into a file that is then copied in order into the final one: the final file has
    no gaps, and pages of a size that fits it. Only inside `changing`.
    """
    building, final, _ = _scratch(archive)
    with _errors_told(archive, building, final):
        connection = connect(building, "rwc")
        try:
            _set_fast(connection)
            connection.execute(f"PRAGMA page_size = {_BUILD_PAGE}")
            migrate(connection)
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")  # again: SQLite counts it in pages, which have become larger
            if archive.exists():
                connection.execute("ATTACH ? AS old", (uri_of(archive, "ro"),))
            connection.execute("BEGIN")
            yield Building(archive, connection, archive.exists())
            connection.execute("COMMIT")
            _detach(connection)
            size = connection.execute("SELECT coalesce(sum(byte_count), 0) FROM sources").fetchone()[0]
            _pack(connection, final, next((sizes for limit, sizes in _PAGE_SIZES if size <= limit), (_BUILD_PAGE,)))
        finally:
            connection.close()
        _replace(final, archive)


@contextmanager
def copy_beside(archive: Path) -> Iterator[Building]:
    """Yield a copy of the archive for a small change; when the block ends without error it takes the archive's place.

    Only inside `changing`.
    """
    _, final, _ = _scratch(archive)
    with _errors_told(archive, final):
        _copy(archive, final)
        connection = connect(final, "rw")
        try:
            _set_fast(connection)
            migrate(connection)
            connection.execute("BEGIN")
            yield Building(archive, connection, False)
            connection.execute("COMMIT")
        finally:
            connection.close()
        _replace(final, archive)


@contextmanager
def copy_to_read(built: Building) -> Iterator[Path]:
    """Yield a copy of what is written so far, for other processes to read while this one writes on; it goes with the block."""
    copy = _scratch(built.archive)[-1]
    with _errors_told(built.archive, copy):
        with closing(connect(copy, "rwc")) as target:
            _set_fast(target)
            target.execute("PRAGMA cache_size = 16")  # pages, which become as large as those copied; none is looked at again
            built.connection.execute("COMMIT")  # what is not committed cannot be copied
            built.connection.backup(target)
            built.connection.execute("BEGIN")
        yield copy


def _copy(archive: Path, final: Path) -> None:
    """Copy the archive, byte by byte, while no other program can write it."""
    with closing(connect(archive, "ro")) as present:
        present.execute("BEGIN")
        present.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        shutil.copyfile(archive, final)


def _scratch(archive: Path) -> tuple[Path, Path, Path]:
    """Return where the next archive is built and packed, and where others read while it is."""
    building, final, copy = (archive.with_name(f".{archive.name}.{name}") for name in ("building", "next", "reading"))
    return building, final, copy


def _set_fast(connection: sqlite3.Connection) -> None:
    """Write without journal or sync: a file that is not finished is thrown away."""
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE", f"cache_size = -{_CACHE_KIB}"):
        connection.execute(f"PRAGMA {pragma}")


def _pack(connection: sqlite3.Connection, final: Path, page_sizes: tuple[int, ...]) -> None:
    """Write the archive in order and without gaps to `final`, with the page size that makes it smallest."""
    packed: dict[int, int] = {}
    for page_size in page_sizes:
        _pack_with(connection, final, page_size)
        packed[page_size] = final.stat().st_size
    best = min(packed, key=lambda page_size: packed[page_size])
    if best != page_sizes[-1]:
        _pack_with(connection, final, best)


def _pack_with(connection: sqlite3.Connection, final: Path, page_size: int) -> None:
    final.unlink(missing_ok=True)
    connection.execute(f"PRAGMA page_size = {page_size}")
    connection.execute("VACUUM INTO ?", (str(final),))


def _detach(connection: sqlite3.Connection) -> None:
    if any(name == "old" for _, name, _ in connection.execute("PRAGMA database_list")):
        connection.execute("DETACH old")


def _check_at_rest(archive: Path) -> None:
    """Check the archive for damage, and that no other program is in the middle of writing it.

    Opening it for writing lets SQLite undo what a killed program left in a journal, which must not be found beside another file later.
    """
    connection = connect(archive, "rw")
    try:
        with damage_told(archive):
            check_archive(connection, archive)
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        raise _in_use(archive, str(error)) from error
    finally:
        connection.close()
    for suffix in ("-journal", "-wal"):
        if archive.with_name(archive.name + suffix).exists():
            raise _in_use(archive, Phrase("{name} stands beside it", name=archive.name + suffix))


def _in_use(archive: Path, detail: str) -> ThreadkitError:
    return ThreadkitError(
        Phrase("is being written by another program ({detail}).", detail=detail),
        where=str(archive),
        hint="Close that program, then try again.",
        exit_code=5,
    )


@contextmanager
def _errors_told(archive: Path, *scratch: Path) -> Iterator[None]:
    """Remove the unfinished files on any failure, and say what failed where SQLite or the system refuses."""
    try:
        yield
    except BaseException as error:
        for path in _with_journals(scratch):
            with suppress(OSError):
                path.unlink(missing_ok=True)
        if isinstance(error, (sqlite3.Error, OSError)):
            raise ThreadkitError(
                Phrase("could not be written: {detail}.", detail=error),
                where=str(archive),
                hint="Nothing was changed. Check the free space and the rights of its folder, then try again.",
            ) from error
        raise
    for path in _with_journals(scratch):
        path.unlink(missing_ok=True)


def _with_journals(files: Iterable[Path]) -> Iterator[Path]:
    """Yield each file, and the journal that SQLite may leave beside it: found beside a later file of that name, it would be written into it."""
    for path in files:
        yield path
        yield path.with_name(f"{path.name}-journal")


def _replace(final: Path, archive: Path) -> None:
    """Force the finished file to the disk and rename it over the archive."""
    if archive.exists():
        os.chmod(final, archive.stat().st_mode & 0o777)
    with final.open("rb+") as file:
        os.fsync(file.fileno())
    try:
        os.replace(final, archive)
    except PermissionError as error:
        raise ThreadkitError(
            "could not be replaced: another program has it open.",
            where=str(archive),
            hint="Nothing was changed. Close that program (threadkit browse, for example), then try again.",
        ) from error
    if sys.platform != "win32":
        _force_folder(archive)


def _force_folder(archive: Path) -> None:
    folder = os.open(archive.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    except OSError as error:
        what = Phrase("is complete, but the system could not force its folder to the disk: {detail}.", detail=error)
        raise ThreadkitError(what, where=str(archive), hint="Check the disk.") from error
    finally:
        os.close(folder)
