"""Keep two importers of one archive apart, with a lock that the system releases when a process ends, however it ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from threadkit.records import Phrase, ThreadkitError

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def archive_lock(archive: Path) -> Iterator[None]:
    """Hold the lock file beside `archive` for the length of a block.

    A lock file left by a process that was killed locks nothing: the lock is the system's, not the file's.

    Raises:
        ThreadkitError: another process holds it (exit code 5), or the folder cannot be written to.
    """
    path = archive.with_name(archive.name + ".lock")
    descriptor = _acquire(path, archive)
    try:
        yield
    finally:
        if sys.platform == "win32":
            os.close(descriptor)
            with suppress(OSError):
                path.unlink()
        else:
            with suppress(OSError):
                path.unlink()
            os.close(descriptor)


def _acquire(path: Path, archive: Path) -> int:
    while True:
        descriptor = _open(path, archive)
        try:
            _lock(descriptor)
            if _is_at(descriptor, path):
                return descriptor
        except OSError as error:
            os.close(descriptor)
            raise ThreadkitError(
                "is locked: another import, rebuild or remove is at work on it.",
                where=str(archive),
                hint="Wait until it ends, then try again.",
                exit_code=5,
            ) from error
        os.close(descriptor)


def _open(path: Path, archive: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise ThreadkitError(
            Phrase("cannot be written: {detail}.", detail=error.strerror or error),
            where=str(archive),
            hint="Name an archive in a folder that exists and that you may write to, with --db.",
        ) from error


def _is_at(descriptor: int, path: Path) -> bool:
    """Tell whether the file that was locked is still the one at `path`: its last holder may have removed it in between."""
    try:
        return sys.platform == "win32" or os.path.samestat(os.fstat(descriptor), os.stat(path))
    except OSError:
        return False
