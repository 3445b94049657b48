"""Lines of a source, read out of its pages: as many as are asked for, whatever the page's size."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from threadkit.browse.room import Room

__all__ = ["Line", "read_lines", "read_page_lines"]

_CHUNK = 1 << 20
_MOST_PAGES = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a source, or the part of it that stands on one page."""

    number: int
    text: str


async def read_lines(room: Room, source_id: int, first: int, last: int, most_bytes: int) -> list[Line]:
    """Return the lines `first` to `last` of a source; of a longer stretch than `most_bytes` its beginning."""
    start = await room.ask_one("source.page_of_line", source=source_id, line=first)
    if start is None:
        return []
    found: list[Line] = []
    for page in await room.ask("source.pages_from", source=source_id, number=start["number"], most=_MOST_PAGES):
        if page["first_line"] > last or most_bytes <= 0:
            break
        lines = await read_page_lines(room, page["page_row"], page["first_line"], first, last, most_bytes)
        most_bytes -= sum(len(line.text) for line in lines)
        found += lines
    return found


async def read_page_lines(room: Room, page_row: int, starts: int, first: int, last: int, most_bytes: int) -> list[Line]:
    """Return the lines `first` to `last` of one page whose first line is `starts`, cut off after `most_bytes`."""
    await room.require("pages")
    before = max(0, first - starts)
    wanted = last - max(first, starts) + 1
    content = await room.database.execute_fn(lambda connection: _cut(connection, page_row, before, wanted, most_bytes))
    return [Line(number, text) for number, text in enumerate(content, max(first, starts))]


def _cut(connection: sqlite3.Connection, page_row: int, skip: int, count: int, most_bytes: int) -> list[str]:
    """Return `count` lines after the first `skip`, without decoding what stands before or after them."""
    parts: list[bytes] = []
    held, seen = 0, 0
    with connection.blobopen("pages", "text", page_row, readonly=True) as blob:
        while (chunk := blob.read(_CHUNK)) and held < most_bytes and seen <= skip + count:
            newlines = chunk.count(b"\n")
            if seen + newlines >= skip:
                start = _after(chunk, skip - seen) if seen < skip else 0
                parts.append(chunk[start : start + most_bytes - held])
                held += len(parts[-1])
            seen += newlines
    lines = b"".join(parts).decode("utf-8", "replace").split("\n")
    if seen < skip:
        return []
    return lines[:count] if lines[-1] or len(lines) > count else lines[:-1][:count]


def _after(chunk: bytes, newlines: int) -> int:
    """Return the place behind the n-th newline of a chunk that has so many."""
    place = 0
    for _ in range(newlines):
        place = chunk.index(b"\n", place) + 1
    return place
