"""What a requester should ask for or look at: the points of an audit, certain and possible, each with its place."""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from threadkit.records import Phrase, content_id

__all__ = ["CERTAIN", "POSSIBLE", "About", "Place", "Places", "Point", "make_point"]

CERTAIN, POSSIBLE = "certain", "possible"

_NAMES = "SELECT source_id, min(name) FROM source_names GROUP BY source_id"
_PAGES = "SELECT number, label, first_line FROM pages WHERE source_id = ? ORDER BY number"
_OCCURRENCE = """
SELECT o.source_id, o.first_line, o.last_line FROM occurrence_rows o JOIN messages m ON m.occurrence_id = o.id WHERE m.id = ?
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: the source's name, its page (number and printed label) and its lines."""

    source_id: int
    source: str
    page: int | None
    page_label: str | None
    first_line: int
    last_line: int


@dataclass(frozen=True, slots=True)
class About:
    """The message that a point is about, as a reader knows it, and the file, where it is about one."""

    sent_at: str | None = None
    sender: str | None = None
    subject: str | None = None
    filename: str | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """One point of an audit. `detail` is a `Phrase` that says it in plain words; `evidence` are words as printed, "" where none are."""

    id: int
    kind: str
    certainty: str
    rule: str
    detail: Phrase
    evidence: str
    place: Place | None
    about: About
    message_id: int | None = None
    attachment_id: int | None = None
    document_id: int | None = None
    person_id: int | None = None


_NOTHING = About()


class Places:
    """Finds the name and the page of lines in the sources of an archive."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._names: dict[int, str] = dict(connection.execute(_NAMES))
        self._pages: dict[int, list[tuple[int, str | None, int]]] = {}

    def at(self, source_id: int | None, first_line: int | None, last_line: int | None = None) -> Place | None:
        """Return the place of some lines; None where the source or the line is not known."""
        if source_id is None or first_line is None:
            return None
        pages = self._pages.get(source_id)
        if pages is None:
            pages = self._pages[source_id] = self._connection.execute(_PAGES, (source_id,)).fetchall()
        index = bisect_right(pages, first_line, key=lambda page: page[2]) - 1
        number, label = (pages[index][0], pages[index][1]) if index >= 0 else (None, None)
        return Place(source_id, self._names.get(source_id, str(source_id)), number, label, first_line, last_line or first_line)

    def pages_of(self, source_id: int, first_line: int, last_line: int) -> list[int]:
        """Return the numbers of the pages on which some lines of a source stand."""
        self.at(source_id, first_line)
        pages = self._pages.get(source_id, [])
        start = max(bisect_right(pages, first_line, key=lambda page: page[2]) - 1, 0)
        return [number for number, _, first in pages[start:] if first <= last_line]

    def of_message(self, message_id: int) -> Place | None:
        """Return where a message stands most fully."""
        row = self._connection.execute(_OCCURRENCE, (message_id,)).fetchone()
        return self.at(*row) if row else None

    def of_words(self, message_id: int, words: str) -> Place | None:
        """Return the line of a message's own words on which `words` begin as printed, else where the message stands."""
        place = self.of_message(message_id)
        if place is None:
            return None
        beginning = words[:40].partition("\n")[0]
        line = next((number for number, text in self._lines(place) if beginning in text), None)
        return place if line is None else self.at(place.source_id, line)

    def of_line(self, source_id: int, first_line: int, last_line: int, text: str, offset: int) -> Place | None:
        """Return where the line of `text` at `offset` stands in a source; `text` is that of lines `first_line` to `last_line`, some left out."""
        wanted = text[text.rfind("\n", 0, offset) + 1 :].partition("\n")[0].strip()
        whole = self.at(source_id, first_line, last_line)
        if whole is None:
            return None
        line = next((number for number, found in self._lines(whole) if wanted and wanted == found.strip()), None)
        return whole if line is None else self.at(source_id, line)

    def lines(self, source_id: int, numbers: Iterable[int]) -> list[str]:
        """Return the lines of a source with these numbers, each text once."""
        wanted = set(numbers)
        whole = self.at(source_id, min(wanted), max(wanted)) if wanted else None
        return list(dict.fromkeys(text for number, text in self._lines(whole) if number in wanted)) if whole else []

    def last_line_of(self, source_id: int, first_line: int, last_line: int, text: str) -> int:
        """Return the line, of some lines of a source, that ends as the last line of `text` does; the last of them where none does."""
        whole, wanted = self.at(source_id, first_line, last_line), text.rstrip().rpartition("\n")[2].strip()
        found = [number for number, line in self._lines(whole) if wanted and line.strip().endswith(wanted)] if whole else []
        return found[-1] if found else last_line

    def _lines(self, place: Place) -> Iterator[tuple[int, str]]:
        """Yield the lines of a place with their numbers, from the pages that hold them."""
        sql = "SELECT first_line, text FROM pages WHERE source_id = ? AND first_line <= ? ORDER BY number"
        for first_line, text in self._connection.execute(sql, (place.source_id, place.last_line)):
            for number, line in enumerate(text.split("\n"), first_line):
                if place.first_line <= number <= place.last_line:
                    yield number, line


def make_point(
    kind: str,
    certainty: str,
    rule: str,
    detail: Phrase,
    place: Place | None,
    evidence: str = "",
    *,
    about: About = _NOTHING,
    message_id: int | None = None,
    attachment_id: int | None = None,
    document_id: int | None = None,
    person_id: int | None = None,
) -> Point:
    """Return a point with an id made from what it is about."""
    where = (place.source_id, place.first_line) if place else (None, None)
    number = content_id("point", kind, rule, *map(str, (message_id, attachment_id, document_id, person_id, *where)), str(detail))
    return Point(number, kind, certainty, rule, detail, evidence, place, about, message_id, attachment_id, document_id, person_id)
