"""Read zip archives: each member by the table of formats, within limits that a bomb meets before the memory does."""

from __future__ import annotations

import io
import mmap
import re
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from threadkit.read.folders import unwanted
from threadkit.read.given import MAX_BYTES, Claim, Format, Found, Given, Member, ReadOptions, Skipped
from threadkit.records import Phrase, Source, ThreadkitError

#: So many members, and so many bytes in all of them, are read.
MOST_MEMBERS = 100_000
MOST_UNPACKED = 16 * 1024 * 1024 * 1024
#: A member over so many bytes that grows more than so many times is a bomb.
SUSPECT_BYTES, MOST_GROWTH = 5 * 1024 * 1024, 250
#: The largest zip that is read.
LARGEST = 16 * 1024 * 1024 * 1024

_MARKS = (b"PK\x03\x04", b"PK\x05\x06")
# Office documents are zips too, and formats of their own. Their programs begin them with one of these; a zip may hold such a document unpacked.
_OFFICE_FIRST = re.compile(rb"\[Content_Types\]\.xml|(?:_rels|docProps|customXml|word|xl|ppt)/.*\.(?:xml|rels)")
_OFFICE_TYPE = b"mimetypeapplication/"
_OFFICE_NAMES = (b"[Content_Types].xml", b"_rels/.rels")
_OFFICE_ENDS = (".docx", ".docm", ".xlsx", ".xlsm", ".pptx", ".pptm", ".ppsx")
_NAME_AT, _NAME_LENGTH_AT = 30, 26
# Parts of a path that name no file or folder: members are never written to the disk, so they lead nowhere.
_NOWHERE = ("", ".", "..")
_ENCRYPTED, _UTF8_NAME = 0x1, 0x800
# What Windows writes names in, where it does not say that they are UTF-8.
_OLD_NAMES = "cp850"
_UNPACK = Phrase("Unpack it, look at it, and import the folder.")
_AGAIN = Phrase("Ask for it again, or unpack what can be unpacked and import the folder.")


def is_office(head: bytes, name: str) -> bool:
    """Tell whether a zip is one of the documents that office programs write: by its first member, or by its own name and any member."""
    length = int.from_bytes(head[_NAME_LENGTH_AT : _NAME_LENGTH_AT + 2], "little")
    if _OFFICE_FIRST.fullmatch(head, _NAME_AT, _NAME_AT + length) or head.startswith(_OFFICE_TYPE, _NAME_AT):
        return True
    return name.lower().endswith(_OFFICE_ENDS) and any(part in head for part in _OFFICE_NAMES)


def identify_zip(head: bytes, name: str) -> Claim:
    """Claim zips that are no Office documents."""
    return Claim.CONTENT if head.startswith(_MARKS) and not is_office(head, name) else Claim.NONE


def read_zip(given: Given, options: ReadOptions) -> Iterator[Found]:  # noqa: ARG001 - the members' readers want the options
    """Yield the zip as a source without text, then its members, and an error for each that cannot be unpacked.

    Raises:
        ThreadkitError: it is damaged, empty, or larger inside than the limits.
    """
    try:
        opened = zipfile.ZipFile(given.content if isinstance(given.content, mmap.mmap) else io.BytesIO(given.content))  # type: ignore[arg-type]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ThreadkitError(Phrase("is a damaged zip: {detail}.", detail=str(error)), where=given.name, hint=_AGAIN) from None
    with opened as container:
        entries = [entry for entry in container.infolist() if not entry.is_dir()]
        _check(entries, given.name)
        yield _source_of(given)
        met: Counter[str] = Counter()
        for entry in entries:
            name = _name(entry)
            met[name] += 1
            yield _taken(container, entry, name if met[name] == 1 else f"{name} ({met[name]})", given.name)


def _source_of(given: Given) -> Source:
    return Source(given.name, given.sha256, "application/zip", "zip", b"", "", (), byte_count=len(given.content))


def _check(entries: list[zipfile.ZipInfo], name: str) -> None:
    if not entries:
        raise ThreadkitError("is an empty zip archive.", where=name, hint="Check how the file was made.")
    if len(entries) > MOST_MEMBERS:
        raise ThreadkitError(Phrase("is a zip of more than {most:,} members.", most=MOST_MEMBERS), where=name, hint=_UNPACK)
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        most = MOST_UNPACKED // 1024**3
        raise ThreadkitError(Phrase("is a zip that unpacks to more than {most} GB.", most=most), where=name, hint=_UNPACK)
    places = sorted((entry.header_offset, entry.header_offset + entry.compress_size) for entry in entries)
    if any(end > start for (_, end), (start, _) in pairwise(places)):
        raise ThreadkitError("is a zip whose members overlap, as those of a zip bomb do.", where=name, hint=_UNPACK)


def _name(entry: zipfile.ZipInfo) -> str:
    """Return a member's name as whoever packed it read it: zipfile takes every old name for one of the first IBM PC."""
    if entry.flag_bits & _UTF8_NAME:
        return entry.filename.encode("utf-8", "replace").decode("utf-8")
    raw = entry.filename.encode("cp437", "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode(_OLD_NAMES)


def _taken(container: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, where: str) -> Member | Skipped | ThreadkitError:
    parts = [part for part in name.replace("\\", "/").split("/") if part not in _NOWHERE]
    reason = next(filter(None, map(unwanted, parts)), "")
    if reason:
        return Skipped(f"{where}/{name}", reason, refused=False)
    problem = _problem(entry)
    if not problem:
        try:
            with container.open(entry) as file:
                content = file.read(min(entry.file_size, MAX_BYTES) + 1)
            if len(content) == entry.file_size:
                return Member(name, content)
            problem = Phrase("is not as large as the zip says.")
        except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError, zlib.error) as error:
            problem = Phrase("cannot be unpacked: {detail}.", detail=str(error) or type(error).__name__)
    return ThreadkitError(problem, where=f"{where}/{name}", hint=_AGAIN, member=name)


def _problem(entry: zipfile.ZipInfo) -> str:
    """Return why a member is not even unpacked, "" where it is."""
    mode = entry.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return Phrase("is a link or a device inside a zip.")
    if entry.flag_bits & _ENCRYPTED:
        return Phrase("is locked with a password.")
    if entry.file_size > MAX_BYTES:
        return Phrase("is larger than {limit} MB.", limit=MAX_BYTES // 1024**2)
    if entry.file_size > SUSPECT_BYTES and entry.file_size > MOST_GROWTH * max(entry.compress_size, 1):
        return Phrase("would grow more than {times} times when unpacked, as a zip bomb does.", times=MOST_GROWTH)
    return ""


ZIP = Format("zip", "a zip archive", "application/zip", (".zip",), identify_zip, read_zip, largest=LARGEST)
