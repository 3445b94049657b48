"""What a reader is given and what it gives back: the records between the table of formats and the readers."""

from __future__ import annotations

import hashlib
import mmap
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from threadkit.records import Source, ThreadkitError

#: The path that means standard input.
STANDARD_INPUT = "-"
#: So many bytes from the start of a file tell its format.
HEAD_BYTES = 64 * 1024
#: The largest file that is read whole, in bytes.
MAX_BYTES = 512 * 1024 * 1024


def printable_name(name: str) -> str:
    """Return `name` without lone surrogates, which a name in another encoding than the system's leaves and SQLite refuses."""
    return os.fsencode(name).decode("utf-8", "backslashreplace") if os.name != "nt" else name.encode("utf-8", "replace").decode("utf-8")


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the user may say about the files given: their encoding, the format that decides a tie, whether pictures are read by OCR."""

    encoding: str | None = None
    format: str | None = None
    ocr: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """One file, or member of one, as it was given.

    `content` holds all bytes: as `bytes`, or, where the file is larger than `MAX_BYTES` and its format allows that, mapped into memory
    (slices of it are bytes; `find` and patterns work on it). `path` is where it lies on the disk, None for a member and standard input.
    """

    name: str
    content: bytes | mmap.mmap
    sha256: str
    path: Path | None = None

    @classmethod
    def of(cls, content: bytes | mmap.mmap, name: str, path: Path | None = None) -> Given:
        """Return what `content` is as a file given under `name`."""
        return cls(name, content, hashlib.sha256(content).hexdigest(), path)

    @property
    def head(self) -> bytes:
        """The first bytes: enough to tell the format."""
        return self.content[:HEAD_BYTES]


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside the one that is read, which the table of formats shall read in its turn.

    `member` names it inside its container and is the same whatever the order of import; a reader numbers names that occur twice.
    """

    member: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Known:
    """A file, or member of one, whose bytes the archive holds already."""

    sha256: str
    name: str = ""
    container_sha256: str | None = None
    member: str | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """One path that is not imported, and why. `refused` is False where nobody would miss it (hidden and system files)."""

    name: str
    reason: str
    refused: bool


class Claim(IntEnum):
    """How surely a format claims a file: not at all, as anything that nobody else claims, by its name, or by its content."""

    NONE = 0
    ANYTHING = 1
    NAME = 2
    CONTENT = 3


#: What a reader yields. First the source of the file itself, then its members, if any; an error costs what it names, and the rest goes on.
Found = Source | Member | Skipped | ThreadkitError


#: Tells of a file that is attached to a mail why no format reads it, "" where one does. The table of formats knows.
WhyUnread = Callable[[Given, ReadOptions], str]


@dataclass(frozen=True, slots=True)
class Format:
    """One format that is read: how it is told, and what reads it.

    Args:
        name: what `--format` calls it.
        what: what a message calls a file of it ("a PDF"); told in the user's language.
        media_type: as in `sources.media_type`.
        extensions: with their dots, small letters, for `threadkit formats`; what they decide is up to `identify`.
        identify: from the first bytes and the name; pure and quick.
        read: yields what is in the file; a `ThreadkitError` may be yielded or raised, any other exception is a fault of ours.
        extra: the extra of threadkit that installs what `needs` names; "" where threadkit alone reads it.
        needs: the modules that must be importable.
        programs: programs of the system, one of which must be installed.
        largest: files over so many bytes are refused; above `MAX_BYTES` the content is mapped, not read.
    """

    name: str
    what: str
    media_type: str
    extensions: tuple[str, ...]
    identify: Callable[[bytes, str], Claim]
    read: Callable[[Given, ReadOptions], Iterable[Found]]
    extra: str = ""
    needs: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    largest: int = MAX_BYTES
