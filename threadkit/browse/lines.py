"""Lines of a source, read out of its pages: as many as are asked for, whatever the page's size."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from threadkit.browse.questions import load_questions
from threadkit.browse.room import Room

__all__ = ["Line", "find_place", "read_lines", "read_page_lines"]

_CHUNK = 1 << 20
_MOST_PAGES = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a source, or the part of it that stands on one page; `is_whole` is False where it was cut off."""

    number: int
    text: str
    is_whole: bool = True


async def read_lines(room: Room, source_id: int, first: int, last: int, most_bytes: int) -> list[Line]:
    """Return the lines `first` to `last` of a source; of a longer stretch than `most_bytes` its beginning."""
    start = await find_place(room, "page", source_id, first)
    if start is None:
        return []
    found: list[Line] = []
    for page in await room.ask("source.pages_from", source=source_id, number=start, most=_MOST_PAGES):
        if page["first_line"] > last or most_bytes <= 0:
            break
        lines = await read_page_lines(room, page["page_row"], page["first_line"], first, last, most_bytes)
        most_bytes -= sum(len(line.text) for line in lines)
        found += lines
    return found


async def read_page_lines(room: Room, page_row: int, starts: int, first: int, last: int, most_bytes: int) -> list[Line]:
    """Return the lines `first` to `last` of one page whose first line is `starts`, cut off after `most_bytes`."""
    await room.require("pages")
    first = max(first, starts)
    return [
        Line(number, text, is_whole)
        for number, (text, is_whole) in enumerate(
            await room.database.execute_fn(lambda connection: _cut(connection, page_row, first - starts, last - first + 1, most_bytes)),
            first,
        )
    ]


async def find_place(room: Room, of: str, source_id: int, line: int) -> int | None:
    """Return the place of the last page (`of` is page) or segment that begins at or before a line, by halving; None in an empty source."""
    bounds, probe = (load_questions()[f"source.{of}_{what}"] for what in ("bounds", "probe"))
    for table in bounds.tables | probe.tables:
        await room.require(table)
    found: int | None = await room.database.execute_fn(lambda connection: _halve(connection, bounds.sql, probe.sql, source_id, line))
    return found


def _halve(connection: sqlite3.Connection, bounds: str, probe: str, source_id: int, line: int) -> int | None:
    low, high = connection.execute(bounds, {"source": source_id}).fetchone()
    if low is None:
        return None
    while low < high:
        middle = (low + high + 1) // 2
        place, starts = connection.execute(probe, {"source": source_id, "place": middle}).fetchone()
        low, high = (place, high) if starts <= line else (low, middle - 1)
    return int(low)


def _cut(connection: sqlite3.Connection, page_row: int, skip: int, count: int, most_bytes: int) -> list[tuple[str, bool]]:
    """Return `count` lines after the first `skip`, without decoding what stands before or after them; the last may be cut off."""
    if count <= 0:
        return []
    held, skipped = bytearray(), 0
    with connection.blobopen("pages", "text", page_row, readonly=True) as blob:
        while chunk := blob.read(_CHUNK):
            if skipped < skip:
                newlines = chunk.count(b"\n")
                if skipped + newlines < skip:
                    skipped += newlines
                    continue
                chunk, skipped = chunk[_after(chunk, skip - skipped) :], skip
            held += chunk
            if len(held) > most_bytes or held.count(b"\n") >= count:
                break
    if skipped < skip or not held:
        return []
    return _split(bytes(held), count, most_bytes)


def _split(content: bytes, count: int, most_bytes: int) -> list[tuple[str, bool]]:
    kept = content[:most_bytes]
    parts = kept.decode("utf-8", "replace").split("\n")
    ends = content[len(kept) : len(kept) + 1] in (b"", b"\n")  # what is kept ends where a line does
    lines = [(text, True) for text in parts[:count]]
    if len(parts) <= count and not ends:
        lines[-1] = (lines[-1][0].rstrip("\ufffd"), False)
    return lines[:-1] if kept.endswith(b"\n") and len(parts) <= count else lines


def _after(chunk: bytes, newlines: int) -> int:
    """Return the place behind the n-th newline of a chunk that has so many."""
    place = 0
    for _ in range(newlines):
        place = chunk.index(b"\n", place) + 1
    return place
