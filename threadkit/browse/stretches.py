"""Read a part of a long text without the rest of it: a body may have a hundred megabytes, and a page shows a few."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Stretch", "read_stretches"]

#: A character of UTF-8 has at most three bytes after its first.
_REST = 3


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a text: `start` and `end` are bytes of its UTF-8, `size` all of them."""

    text: str
    start: int
    end: int
    size: int

    @property
    def is_whole(self) -> bool:
        """Whether nothing stands before or after it."""
        return self.start == 0 and self.end == self.size


def read_stretches(
    connection: sqlite3.Connection, table: str, column: str, ids: Sequence[int], most: int, start: int = 0
) -> dict[int, Stretch]:
    """Return for each row that exists at most `most` bytes of its text from byte `start`, cut between characters.

    `table` has an integer key; its name and the column's are ours, never the reader's.
    """
    found = {}
    for id_ in dict.fromkeys(ids):
        try:
            with connection.blobopen(table, column, id_, readonly=True) as blob:
                found[id_] = _stretch(blob, most, start)
        except sqlite3.OperationalError:  # no such row, or no text in it
            continue
    return found


def _stretch(blob: sqlite3.Blob, most: int, start: int) -> Stretch:
    size = len(blob)
    start = min(start, size)
    blob.seek(start)
    content = blob.read(most + _REST)
    first = next((place for place, byte in enumerate(content[: _REST + 1]) if byte & 0xC0 != 0x80), 0) if start else 0
    last = min(most, len(content))
    if start + last < size:
        while last > first and content[last : last + 1] and content[last] & 0xC0 == 0x80:
            last -= 1
    return Stretch(content[first:last].decode("utf-8", "replace"), start + first, start + last, size)
