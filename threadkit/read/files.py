"""Read one file whole: a regular file that stands still, or standard input."""

from __future__ import annotations

import mmap
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from threadkit.read.formats import FORMATS, first_source, read_given
from threadkit.read.given import MAX_BYTES, STANDARD_INPUT, Given, ReadOptions, printable_name
from threadkit.records import Phrase, Source, ThreadkitError

_KINDS = (
    (stat.S_ISDIR, Phrase("is a folder")),
    (stat.S_ISFIFO, Phrase("is a named pipe")),
    (stat.S_ISSOCK, Phrase("is a socket")),
    (stat.S_ISCHR, Phrase("is a device")),
    (stat.S_ISBLK, Phrase("is a device")),
)


def read_path(path: str | os.PathLike[str], encoding: str | None = None, name: str | None = None) -> Source:
    """Read the file at `path`, which is no container (`-` is standard input), and return its source.

    Args:
        path: a regular file; a link to one is followed.
        encoding: what the user says the encoding is, else None.
        name: what the source is called; by default the file's own name without folders.

    Raises:
        ThreadkitError: the file is missing, unreadable, no regular file, too large, changes while it is read, or is no text.
    """
    with open_path(path, name) as given:
        return first_source(read_given(given, ReadOptions(encoding)))


@contextmanager
def open_path(path: str | os.PathLike[str], name: str | None = None) -> Iterator[Given]:
    """Give the file at `path` (`-` is standard input) to be read: its bytes, and what they are called.

    A file over `MAX_BYTES` is mapped, not read: only for formats that say so (`Format.largest`).

    Raises:
        ThreadkitError: the file is missing, unreadable, no regular file, too large, or changes while it is read.
    """
    if os.fspath(path) == STANDARD_INPUT:
        shown = name or "standard input"
        yield Given.of(_checked_size(sys.stdin.buffer.read(MAX_BYTES + 1), shown), shown)
        return
    shown = name or printable_name(Path(path).name)
    try:
        opened = _open_regular(Path(path), shown)
    except OSError as error:
        raise _unreadable(shown, error) from error
    with opened as file:
        before = os.fstat(file.fileno())
        try:
            content = _content(file, before, shown)
        except OSError as error:
            raise _unreadable(shown, error) from error
        _check_still(file, before, len(content), shown)
        yield Given.of(content, shown, Path(path))
        if isinstance(content, mmap.mmap):
            _check_still(file, before, len(content), shown)


def _unreadable(name: str, error: OSError) -> ThreadkitError:
    what = Phrase("cannot be read: {detail}.", detail=error.strerror or error)
    return ThreadkitError(what, where=name, hint="Check the path and the rights.")


def refuse_irregular(mode: int, name: str) -> None:
    """Raise where a file's mode says that it is no regular file: reading it might never end."""
    if stat.S_ISREG(mode):
        return
    what = next((text for is_kind, text in _KINDS if is_kind(mode)), Phrase("is no regular file"))
    raise ThreadkitError(
        Phrase("{what}, not a file that can be imported.", what=what), where=name, hint="Copy its content to a file first."
    )


def _open_regular(path: Path, name: str) -> BinaryIO:
    refuse_irregular(path.stat().st_mode, name)
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
    return open(os.open(path, flags), "rb")


def _content(file: BinaryIO, before: os.stat_result, name: str) -> bytes | mmap.mmap:
    refuse_irregular(before.st_mode, name)
    if before.st_size <= MAX_BYTES:
        return file.read(MAX_BYTES + 1)
    if before.st_size > max(each.largest for each in FORMATS):
        _checked_size(b"", name, before.st_size)
    return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _check_still(file: BinaryIO, before: os.stat_result, size: int, name: str) -> None:
    after = os.fstat(file.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or size != after.st_size:
        raise ThreadkitError("changed while it was read.", where=name, hint="Import it again once it stands still.")


def _checked_size(content: bytes, name: str, size: int | None = None) -> bytes:
    size = len(content) if size is None else size
    if size > MAX_BYTES:
        limit = MAX_BYTES // 1024**2
        raise ThreadkitError(
            Phrase("is larger than {limit} MB.", limit=limit), where=name, hint="Split it, between two messages, into smaller files."
        )
    return content
