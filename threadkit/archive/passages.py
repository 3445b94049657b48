"""Read passages of a source's text out of its pages, one stretch of text at a time."""

from __future__ import annotations

import codecs
import sqlite3
from collections.abc import Iterable, Iterator

_STRETCH = 1 << 20
# Small pages are handed over together, so many characters at a time.
_GATHERED = 1 << 17


def read_passages(connection: sqlite3.Connection, source_id: int, kinds: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield (position, text) for the segments of the given kinds of one source, in order.

    Memory stays bounded by the longest passage: a page larger than a megabyte is decoded as it is read.
    """
    wanted = tuple(kinds)
    marks = ", ".join("?" * len(wanted))
    ranges = connection.execute(
        "SELECT position, first_char, last_char + 1 FROM segment_rows WHERE source_id = ? "
        f"AND what_id IN (SELECT id FROM segment_kinds WHERE kind IN ({marks})) ORDER BY position",
        (source_id, *wanted),
    )
    return cut_passages(_stretches(connection, source_id), ranges)


def read_text(connection: sqlite3.Connection, source_id: int) -> str:
    """Return the whole text of a source: its pages joined by form feeds."""
    return "".join(_stretches(connection, source_id))


def cut_passages(stretches: Iterator[str], ranges: Iterable[tuple[int, int, int]]) -> Iterator[tuple[int, str]]:
    """Yield (key, text) for each (key, start, end) of ordered, disjoint ranges into the joined stretches.

    >>> list(cut_passages(iter(["abc", "def"]), [(1, 0, 2), (2, 2, 5)]))
    [(1, 'ab'), (2, 'cde')]
    """
    start_of_held, held = 0, ""
    for key, start, end in ranges:
        while start_of_held + len(held) <= start:
            start_of_held += len(held)
            held = next(stretches, "")
            if not held:
                return
        parts, length = [held], len(held)
        while start_of_held + length < end:
            stretch = next(stretches, "")
            if not stretch:
                break
            parts.append(stretch)
            length += len(stretch)
        held = parts[0] if len(parts) == 1 else "".join(parts)
        yield key, held[start - start_of_held : end - start_of_held]


def _stretches(connection: sqlite3.Connection, source_id: int) -> Iterator[str]:
    """Yield the text of the source, page after page with a form feed between, in stretches that are never empty."""
    small = "CASE WHEN length(CAST(text AS BLOB)) <= ? THEN text END"
    pages = connection.execute(f"SELECT rowid, {small} FROM pages WHERE source_id = ? ORDER BY number", (_STRETCH, source_id))
    waiting, size = [], 0
    for place, (rowid, text) in enumerate(pages):
        if place:
            waiting.append("\f")
        waiting.append(text or "")
        size += 1 + len(waiting[-1])
        if text is None or size > _GATHERED:
            yield from filter(None, ("".join(waiting),))
            waiting, size = [], 0
        if text is None:
            yield from _decoded(connection, rowid)
    yield from filter(None, ("".join(waiting),))


def _decoded(connection: sqlite3.Connection, rowid: int) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with connection.blobopen("pages", "text", rowid, readonly=True) as blob:
        for _ in range(0, len(blob), _STRETCH):
            text = decoder.decode(blob.read(_STRETCH))
            if text:
                yield text
