"""Read the record of each release: public body, request, dates, deadline, articles and custodians, as its letter and cover sheets print them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from threadkit.parse.dates import read_date
from threadkit.resolve.laws import Laws
from threadkit.words import Words

__all__ = ["RULES", "Letter", "Release", "ReleaseReader", "Said", "deadline_of"]

RULES = ("release-letter",)

RULE = "release-letter"
#: A letterhead and a date stand in the first lines of a letter.
_HEAD_LINES, _LETTERHEAD_LINES, _LONGEST_NAME = 25, 12, 90
_DAY = re.compile(
    r"(?:^|,\s*|\ble\s+)(\d{1,2}(?:er)?\s+[^\W\d_]{3,9}\.?\s+(?:19|20)\d\d|[^\W\d_]{3,9}\.?\s+\d{1,2},\s+(?:19|20)\d\d|(?:19|20)\d\d-\d\d-\d\d)\s*$"
)
_NUMBER_WORDS = {"trente": 30, "thirty": 30, "sixty": 60}


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that a letter or a cover sheet says, and its line."""

    value: str
    line: int


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter or a notice, with the lines of the source that it stands on."""

    id: int
    source_id: int
    first_line: int
    last_line: int
    text: str


@dataclass(frozen=True, slots=True)
class Release:
    """What one decision letter and the cover sheets of its source say of the request; None where they do not say. `articles` are numbers."""

    source_id: int
    document_id: int
    law: str
    public_body: Said | None
    request_number: Said | None
    requested_on: Said | None
    decided_on: Said | None
    review_days: Said | None
    review_until: str | None
    articles: tuple[Said, ...]
    custodians: tuple[Said, ...]


class ReleaseReader:
    """Reads the records of releases; knows words and laws."""

    def __init__(self, words: Words) -> None:
        self._words, self._laws, self._folding = words, Laws(words), words.folding
        self._bodies = frozenset(words.folded_terms("public-body-word"))

    def read(self, letter: Letter, notices: Sequence[Letter], pages: Sequence[tuple[int, str]]) -> Release:
        """Return what one letter says. The deadline for review is counted from the letter's own date.

        Args:
            letter: the decision letter.
            notices: the legal notices of the same source, which may tell the deadline.
            pages: (first line, text) of each page of the source.
        """
        source, law = _Lines(pages), self._laws.law_of(letter.text)
        decided = self._decided_on(letter, source)
        days = next(filter(None, (self._first(each, "review-deadline", "days", source) for each in (letter, *notices))), None)
        return Release(
            letter.source_id,
            letter.id,
            law,
            self._public_body(letter, source),
            self._first(letter, "request-number", "number", source),
            self._first(letter, "request-received", "date", source),
            decided,
            days,
            deadline_of(decided.value if decided else None, days.value if days else None),
            self._articles(letter, law, source),
            self._custodians(pages),
        )

    def _first(self, printed: Letter, role: str, group: str, source: _Lines) -> Said | None:
        """Return what the first match of a role says; a date is read, a number of days turned into digits."""
        found = [match for pattern in self._words.patterns(role) if (match := pattern.regex.search(printed.text))]
        if not found:
            return None
        match = min(found, key=lambda match: match.start())
        value = " ".join(match.group(group).split()).rstrip(".,;")
        if group == "date":
            value = (read_date(value).value or value)[:10]
        elif group == "days":
            value = str(_NUMBER_WORDS.get(value.lower(), value))
        return Said(value, source.line(printed, match.start(group)))

    def _decided_on(self, letter: Letter, source: _Lines) -> Said | None:
        """Return the date of the letter: a line of its head that ends in one."""
        for line, offset in _head(letter.text, _HEAD_LINES):
            match = _DAY.search(line.rstrip())
            if match and (value := read_date(match.group(1)).value):
                return Said(value[:10], source.line(letter, offset))
        return None

    def _public_body(self, letter: Letter, source: _Lines) -> Said | None:
        """Return the line of the letterhead that begins with a word for a public body, as `Régie` or `Ministry`."""
        for line, offset in _head(letter.text, _LETTERHEAD_LINES):
            words = self._folding.words(line)
            is_name = ":" not in line and len(line) <= _LONGEST_NAME and not line.rstrip().endswith(".")
            if is_name and len(words) > 1 and words[0] in self._bodies:
                return Said(" ".join(line.split()), source.line(letter, offset))
        return None

    def _articles(self, letter: Letter, law: str, source: _Lines) -> tuple[Said, ...]:
        seen: dict[str, Said] = {}
        for article, start in self._laws.cited(letter.text, law):
            if article.number not in seen:
                seen[article.number] = Said(article.number, source.line(letter, start))
        return tuple(seen.values())

    def _custodians(self, pages: Sequence[tuple[int, str]]) -> tuple[Said, ...]:
        """Return the custodians that lines of the source name ("Détenteur no 1"), each where it is named first."""
        found: dict[str, Said] = {}
        for first_line, text in pages:
            lowered = text.lower()
            for pattern in self._words.patterns("custodian"):
                if pattern.needs and not any(map(lowered.__contains__, pattern.needs)):
                    continue
                for match in pattern.regex.finditer(text):
                    printed = " ".join(match.group("custodian").split())
                    found.setdefault(printed.casefold(), Said(printed, first_line + text.count("\n", 0, match.start("custodian"))))
        return tuple(found.values())


class _Lines:
    """The lines of a source, as its pages hold them."""

    def __init__(self, pages: Sequence[tuple[int, str]]) -> None:
        self._pages = pages
        self._known: dict[int, list[tuple[int, str]]] = {}

    def line(self, letter: Letter, offset: int) -> int:
        """Return on which line of the source the line of the letter's text at `offset` stands; its first line where none is the same."""
        wanted = letter.text[letter.text.rfind("\n", 0, offset) + 1 :].partition("\n")[0].strip()
        if letter.id not in self._known:
            self._known[letter.id] = list(self._within(letter))
        return next((number for number, text in self._known[letter.id] if wanted and wanted == text.strip()), letter.first_line)

    def _within(self, letter: Letter) -> Iterator[tuple[int, str]]:
        """Yield the lines of the source between the first and the last of the letter; what stands below is not cut into lines."""
        ends = [first_line for first_line, _ in self._pages[1:]]
        for (first_line, text), end in zip(self._pages, [*ends, letter.last_line], strict=True):
            if first_line <= letter.last_line and end >= letter.first_line:
                above, count = max(letter.first_line - first_line, 0), letter.last_line - first_line + 1
                yield from enumerate(text.split("\n", count)[above:count], first_line + above)


def _head(text: str, count: int) -> Iterator[tuple[str, int]]:
    """Yield the first lines of a text with their offsets."""
    offset = 0
    for line in text.split("\n")[:count]:
        yield line, offset
        offset += len(line) + 1


def deadline_of(decided_on: str | None, review_days: str | None) -> str | None:
    """Return the day by which a review must be asked for; None where the decision has no day, or no number of days is known.

    >>> deadline_of("2024-11-12", "30")
    '2024-12-12'
    """
    if decided_on is None or review_days is None or not review_days.isdecimal():
        return None
    return (date.fromisoformat(decided_on[:10]) + timedelta(days=int(review_days))).isoformat()
