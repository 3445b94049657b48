"""Read one file whole: a regular file that stands still, or standard input."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

from threadkit.read.formats import read_bytes
from threadkit.records import Phrase, Source, ThreadkitError

#: The largest file that is read, in bytes.
MAX_BYTES = 512 * 1024 * 1024
#: The path that means standard input.
STANDARD_INPUT = "-"

_KINDS = (
    (stat.S_ISDIR, Phrase("is a folder")),
    (stat.S_ISFIFO, Phrase("is a named pipe")),
    (stat.S_ISSOCK, Phrase("is a socket")),
    (stat.S_ISCHR, Phrase("is a device")),
    (stat.S_ISBLK, Phrase("is a device")),
)


def printable_name(name: str) -> str:
    """Return `name` without lone surrogates, which a name in another encoding than the system's leaves and SQLite refuses."""
    return os.fsencode(name).decode("utf-8", "backslashreplace") if os.name != "nt" else name.encode("utf-8", "replace").decode("utf-8")


def read_path(path: str | os.PathLike[str], encoding: str | None = None, name: str | None = None) -> Source:
    """Read the file at `path` (`-` is standard input) and return its source.

    Args:
        path: a regular file; a link to one is followed.
        encoding: what the user says the encoding is, else None.
        name: what the source is called; by default the file's own name without folders.

    Raises:
        ThreadkitError: the file is missing, unreadable, no regular file, too large, changes while it is read, or is no text.
    """
    if os.fspath(path) == STANDARD_INPUT:
        shown = name or "standard input"
        return read_bytes(_checked_size(sys.stdin.buffer.read(MAX_BYTES + 1), shown), shown, encoding)
    shown = name or printable_name(Path(path).name)
    try:
        content = _read_regular(Path(path), shown)
    except OSError as error:
        raise ThreadkitError(
            Phrase("cannot be read: {detail}.", detail=error.strerror or error), where=shown, hint="Check the path and the rights."
        ) from error
    return read_bytes(content, shown, encoding)


def refuse_irregular(mode: int, name: str) -> None:
    """Raise where a file's mode says that it is no regular file: reading it might never end."""
    if stat.S_ISREG(mode):
        return
    what = next((text for is_kind, text in _KINDS if is_kind(mode)), Phrase("is no regular file"))
    raise ThreadkitError(
        Phrase("{what}, not a file that can be imported.", what=what), where=name, hint="Copy its content to a file first."
    )


def _read_regular(path: Path, name: str) -> bytes:
    refuse_irregular(path.stat().st_mode, name)
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
    with open(os.open(path, flags), "rb") as file:
        before = os.fstat(file.fileno())
        refuse_irregular(before.st_mode, name)
        if before.st_size > MAX_BYTES:
            _checked_size(b"", name, before.st_size)
        content = file.read(MAX_BYTES + 1)
        after = os.fstat(file.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or len(content) != after.st_size:
        raise ThreadkitError("changed while it was read.", where=name, hint="Import it again once it stands still.")
    return content


def _checked_size(content: bytes, name: str, size: int | None = None) -> bytes:
    size = len(content) if size is None else size
    if size > MAX_BYTES:
        limit = MAX_BYTES // 1024**2
        raise ThreadkitError(
            Phrase("is larger than {limit} MB.", limit=limit), where=name, hint="Split it, between two messages, into smaller files."
        )
    return content
