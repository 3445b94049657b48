"""What stands in the pages of a source without being text: pictures, words in the place of a page, blank pages; and pages that count themselves."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from threadkit.words import Words

__all__ = ["BLANK", "PICTURE", "STANDS", "Counted", "PageReader", "Unread"]

PICTURE, STANDS, BLANK = "page-is-a-picture", "words-for-a-page", "page-is-blank"

#: Lines that count pages, or stand for one, are no longer than this; what is printed at the edges of a blank page has no more lines than that.
_LONGEST, _FEWEST = 90, 4
_PAGES = "SELECT number, first_line, text FROM pages WHERE source_id = ? ORDER BY number"
_FURNITURE = "SELECT first_line, last_line FROM segments WHERE source_id = ? AND kind = 'furniture'"
_SCANS = "SELECT page FROM source_notes WHERE source_id = ? AND kind = 'scan'"


@dataclass(frozen=True, slots=True)
class Unread:
    """A page of which nothing is read, or the words that stand for one: the line, why (its rule), and the words, "" for a page."""

    line: int
    page: int
    why: str
    words: str


@dataclass(frozen=True, slots=True)
class Counted:
    """A line that says which page of how many this is."""

    line: int
    number: int
    total: int
    words: str


class PageReader:
    """Finds them source by source; the pages of the last source that was asked for are kept."""

    def __init__(self, connection: sqlite3.Connection, words: Words) -> None:
        self._connection = connection
        self._stands = words.any_of("unread-page")
        self._counts = tuple(pattern.regex for pattern in words.patterns("page-of-count"))
        self._source_id: int | None = None
        self._unread: list[Unread] = []
        self._counted: list[Counted] = []

    def unread(self, source_id: int) -> list[Unread]:
        """Return what is not read of a source, in order."""
        self._read(source_id)
        return self._unread

    def counted(self, source_id: int) -> list[Counted]:
        """Return the lines of a source that count its pages, in order."""
        self._read(source_id)
        return self._counted

    def _read(self, source_id: int) -> None:
        if self._source_id == source_id:
            return
        self._source_id, self._unread, self._counted = source_id, [], []
        scans = {page for (page,) in self._connection.execute(_SCANS, (source_id,))}
        furniture: set[int] = set()
        for first, last in self._connection.execute(_FURNITURE, (source_id,)):
            furniture.update(range(first, last + 1))
        for number, first_line, text in self._connection.execute(_PAGES, (source_id,)):
            lines = [line for line, shown in enumerate(text.split("\n"), first_line) if shown.strip()]
            if len(lines) <= _FEWEST and furniture.issuperset(lines):
                self._unread.append(Unread(first_line, number, PICTURE if number in scans else BLANK, ""))
            for line, shown in enumerate(text.split("\n"), first_line):
                if 0 < len(shown) <= _LONGEST:
                    self._unread += [Unread(line, number, STANDS, shown.strip())] if self._stands.match(shown) else []
                    self._counted += self._counts_of(line, shown)

    def _counts_of(self, line: int, shown: str) -> Iterator[Counted]:
        match = next((found for regex in self._counts if (found := regex.search(shown))), None)
        if match and 0 < int(match["page"]) <= int(match["count"]):
            yield Counted(line, int(match["page"]), int(match["count"]), match.group().strip())
