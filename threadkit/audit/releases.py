"""The record of each release: public body, request, dates, deadline, articles and custodians, as its letter and cover sheets print them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from threadkit.audit.laws import Article, Laws
from threadkit.audit.points import Place, Places
from threadkit.parse.dates import read_date
from threadkit.words import Words

__all__ = ["Printed", "ReleaseRecord", "read_releases"]

#: A letterhead and a date stand in the first lines of a letter.
_HEAD_LINES, _LETTERHEAD_LINES, _LONGEST_NAME = 25, 12, 90
_DAY = re.compile(
    r"(?:^|,\s*|\ble\s+)(\d{1,2}(?:er)?\s+[^\W\d_]{3,9}\.?\s+(?:19|20)\d\d|[^\W\d_]{3,9}\.?\s+\d{1,2},\s+(?:19|20)\d\d|(?:19|20)\d\d-\d\d-\d\d)\s*$"
)
_NUMBER_WORDS = {"trente": 30, "thirty": 30, "sixty": 60}
_NOTICES = "SELECT first_line, last_line, text FROM documents WHERE source_id = ? AND kind = 'legal-notice' ORDER BY first_line"
_LETTERS = "SELECT id, source_id, first_line, last_line, text FROM documents WHERE kind = 'decision-letter' ORDER BY source_id, first_line"
_PAGES = "SELECT first_line, text FROM pages WHERE source_id = ? ORDER BY number"


@dataclass(frozen=True, slots=True)
class Printed:
    """One thing that a letter or a cover sheet prints: the value read, the words as printed, and where."""

    value: str
    text: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class ReleaseRecord:
    """What one decision letter and the cover sheets of its source say of the request; None where they do not say."""

    source_id: int
    document_id: int
    law: str
    public_body: Printed | None
    request_number: Printed | None
    requested_on: Printed | None
    decided_on: Printed | None
    review_days: Printed | None
    review_until: str | None
    articles: tuple[tuple[Article, Place | None], ...]
    custodians: tuple[Printed, ...]


def read_releases(connection: sqlite3.Connection, words: Words, places: Places) -> tuple[ReleaseRecord, ...]:
    """Return the record of each decision letter in an archive."""
    reader = _RecordReader(connection, words, places)
    return tuple(reader.read(*row) for row in connection.execute(_LETTERS).fetchall())


class _Text(NamedTuple):
    """A letter or a notice, with the lines of the source that it stands on."""

    source_id: int
    first_line: int
    last_line: int
    text: str


class _RecordReader:
    def __init__(self, connection: sqlite3.Connection, words: Words, places: Places) -> None:
        self._connection, self._words, self._places = connection, words, places
        self._laws, self._folding = Laws(words), words.folding
        self._bodies = frozenset(words.folded_terms("public-body-word"))

    def read(self, document_id: int, source_id: int, first_line: int, last_line: int, text: str) -> ReleaseRecord:
        """Return what one letter says. The deadline for review is counted from the letter's own date."""
        letter, law = _Text(source_id, first_line, last_line, text), self._laws.law_of(text)
        decided = self._decided_on(letter)
        notices = [_Text(source_id, *row) for row in self._connection.execute(_NOTICES, (source_id,)).fetchall()]
        days = next(filter(None, (self._first(each, "review-deadline", "days") for each in (letter, *notices))), None)
        return ReleaseRecord(
            source_id,
            document_id,
            law,
            self._public_body(letter),
            self._first(letter, "request-number", "number"),
            self._first(letter, "request-received", "date"),
            decided,
            days,
            _deadline(decided, days),
            self._articles(letter, law),
            self._custodians(source_id),
        )

    def _first(self, printed: _Text, role: str, group: str) -> Printed | None:
        """Return what the first match of a role prints; a date is read, a number of days turned into digits."""
        found = [match for pattern in self._words.patterns(role) if (match := pattern.regex.search(printed.text))]
        if not found:
            return None
        match = min(found, key=lambda match: match.start())
        text = " ".join(match.group(group).split()).rstrip(".,;")
        value = text
        if group == "date":
            value = (read_date(text).value or text)[:10]
        elif group == "days":
            value = str(_NUMBER_WORDS.get(text.lower(), text))
        return Printed(value, text, self._at(printed, match.start(group)))

    def _decided_on(self, letter: _Text) -> Printed | None:
        """Return the date of the letter: a line of its head that ends in one."""
        for line, offset in _head(letter.text, _HEAD_LINES):
            match = _DAY.search(line.rstrip())
            if match and (value := read_date(match.group(1)).value):
                return Printed(value[:10], line.strip(), self._at(letter, offset))
        return None

    def _public_body(self, letter: _Text) -> Printed | None:
        """Return the line of the letterhead that begins with a word for a public body, as `Régie` or `Ministry`."""
        for line, offset in _head(letter.text, _LETTERHEAD_LINES):
            words = self._folding.words(line)
            is_name = ":" not in line and len(line) <= _LONGEST_NAME and not line.rstrip().endswith(".")
            if is_name and len(words) > 1 and words[0] in self._bodies:
                return Printed(" ".join(line.split()), line.strip(), self._at(letter, offset))
        return None

    def _articles(self, letter: _Text, law: str) -> tuple[tuple[Article, Place | None], ...]:
        seen: dict[str, tuple[Article, Place | None]] = {}
        for article, start in self._laws.cited(letter.text, law):
            seen.setdefault(article.number, (article, self._at(letter, start)))
        return tuple(seen.values())

    def _custodians(self, source_id: int) -> tuple[Printed, ...]:
        """Return the custodians that lines of the source name ("Détenteur no 1"), each where it is named first."""
        found: dict[str, Printed] = {}
        for first_line, text in self._connection.execute(_PAGES, (source_id,)).fetchall():
            for pattern in self._words.patterns("custodian"):
                for match in pattern.regex.finditer(text):
                    printed = " ".join(match.group("custodian").split())
                    place = self._places.at(source_id, first_line + text.count("\n", 0, match.start("custodian")))
                    found.setdefault(printed.casefold(), Printed(printed, printed, place))
        return tuple(found.values())

    def _at(self, printed: _Text, offset: int) -> Place | None:
        return self._places.of_line(printed.source_id, printed.first_line, printed.last_line, printed.text, offset)


def _head(text: str, count: int) -> Iterator[tuple[str, int]]:
    """Yield the first lines of a text with their offsets."""
    offset = 0
    for line in text.split("\n")[:count]:
        yield line, offset
        offset += len(line) + 1


def _deadline(decided: Printed | None, days: Printed | None) -> str | None:
    if decided is None or days is None or not days.value.isdecimal():
        return None
    return (date.fromisoformat(decided.value) + timedelta(days=int(days.value))).isoformat()
