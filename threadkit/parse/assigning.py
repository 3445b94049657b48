"""Assign values to labels that stand apart from them: every way in which the lines may be the labels' values, in the labels' order.

A label may have lost its value, a value may be wrapped, and below the last value the message begins. What all ways say alike is certain; nothing else is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from threadkit.parse.dates import prints_time
from threadkit.parse.known_lines import lines_that_are
from threadkit.parse.mailboxes import read_mailbox
from threadkit.parse.subjects import subject_reader
from threadkit.words import Words

__all__ = ["Fits", "PrintedValue", "Way", "find_ways"]

_PEOPLE = frozenset({"from", "to", "cc", "bcc", "reply-to", "on-behalf-of"})
_AUTHORS = frozenset({"from", "on-behalf-of"})
_LONGEST_DATE = 60
_LEAST_WRAPPED = 40
_MOST_FILES = 6
_NAME = re.compile(r"^[^\W\d_a-zß-ÿ][\w'’.-]*(?:,? (?:[^\W\d_a-zß-ÿ][\w'’.-]*|[a-zà-ÿ]{1,3}))*(?: \([^()\n]{1,60}\))*$")
_MOST_NAME_WORDS = 7
_LONGEST_INITIALS = 3
_FEW_WORDS = 3
_CALL = re.compile(r"^[^\W\d_a-zß-ÿ][\w'’.-]*(?: [^\W\d_a-zß-ÿ][\w'’.-]*){0,2},$")
#: An initial ends a name as well.
_SENTENCE_END = re.compile(r"(?:[^\W\d_]{2}\.|[\d.)»\"]\.|[!?…])[\"»”)]?$")
_ONE_WORD = re.compile(r"^[^\W\d_]{2,14}$")


class PrintedValue(NamedTuple):
    """One line that may be a value, or several that the wrap made of one: first and last line index, text, and whether a gap stands above it."""

    first: int
    last: int
    text: str
    apart: bool


Way = tuple[tuple[int, int] | None, ...]
"""One way to assign: for each label the first value and the one after its last, None where it has none."""


class Fits:
    """Says what a line can be: somebody, a date, a subject, a list of files, or words of the message.

    Recipients may be offices (`Direction des parcs`), whose words are like those of a subject: a line without a digit can be both.
    """

    def __init__(self, words: Words) -> None:
        self._subjects = subject_reader(words)
        self._greetings = words.any_of("greeting")
        self._spelled = words.any_of("spelled-address")
        self._files = words.any_of("filename")
        self._masks = lines_that_are(words, "mask", "section-mask")

    def may_be(self, field: str, text: str) -> bool:
        """Say whether a line can be the value of a label of such a meaning."""
        if field == "date":
            return self.is_date(text)
        if self.is_date(text):
            return False
        if field in _PEOPLE:
            return self._is_people(text) and not (field in _AUTHORS and ";" in text.rstrip("; "))
        if field == "attachments":
            return self.is_files(text)
        if field == "subject":
            return not self._is_surely_people(text)
        return _ONE_WORD.match(text) is not None and not self.answers(text)

    def is_date(self, text: str) -> bool:
        """Say whether a line is a date with a time of day, and nothing else."""
        return len(text) <= _LONGEST_DATE and any(map(str.isdigit, text)) and prints_time(text)

    def is_files(self, text: str) -> bool:
        """Say whether a line is the names of files."""
        return all(match is not None and match.end() == len(name) for name, match in ((n, self._files.search(n)) for n in _parts(text)))

    def answers(self, text: str) -> bool:
        """Say whether a line begins with a prefix of subjects."""
        return self._subjects.read(text).relation is not None

    def is_words(self, text: str) -> bool:
        """Say whether a line reads like the words of a message: a greeting, a call or a sentence."""
        if self.answers(text) or self.is_date(text) or self.is_files(text):
            return False
        return self._greetings.match(text) is not None or _CALL.match(text) is not None or _SENTENCE_END.search(text) is not None

    def may_be_words(self, text: str) -> bool:
        """Say whether a line may be words of a message too: it begins small, or is so short that it may be all of them (`FYI`, `See below`)."""
        if self.answers(text) or self.is_date(text) or self.is_files(text) or self._is_surely_people(text):
            return False
        return len(text.split()) <= _FEW_WORDS or text[:1].islower()

    def may_begin(self, text: str) -> bool:
        """Say whether words of a message can begin with a line, below a gap."""
        return not (self.answers(text) or self.is_date(text))

    def is_author(self, text: str) -> bool:
        """Say whether a line is one person, or an address: no stamp and no office, whose words are like any others."""
        if ";" in text.rstrip("; ") or self.answers(text) or _is_stamp(text):
            return False
        return self._is_name(text) or self._is_addressed(text) or self._is_mask(text)

    def _is_people(self, text: str) -> bool:
        may_be = (self._is_name, self._is_addressed, self._is_mask, self._may_be_office)
        return not self.answers(text) and all(any(kind(part) for kind in may_be) for part in _parts(text))

    def _may_be_office(self, text: str) -> bool:
        return len(text.split()) <= _MOST_NAME_WORDS and not any(map(str.isdigit, text)) and not self.is_words(text)

    def _is_surely_people(self, text: str) -> bool:
        """Say whether a line can only be people: an address, or a list."""
        parts = _parts(text)
        if self.answers(text) or not parts:
            return False
        return all(self._is_addressed(part) or (len(parts) > 1 and self._is_name(part)) for part in parts)

    def _is_addressed(self, text: str) -> bool:
        return ("@" in text or self._spelled.search(text) is not None) and read_mailbox(text).email is not None

    def _is_mask(self, text: str) -> bool:
        return self._masks[text]

    @staticmethod
    def _is_name(text: str) -> bool:
        return _NAME.match(text) is not None and len(text.split()) <= _MOST_NAME_WORDS and _SENTENCE_END.search(text) is None


def _is_stamp(text: str) -> bool:
    """Say whether a line is in capitals, as stamps are, and neither a name with its comma nor initials."""
    return text.isupper() and len(text) > _LONGEST_INITIALS and "," not in text and "@" not in text and "(" not in text


def _parts(text: str) -> list[str]:
    return [part.strip(" ,'\"") for part in text.split(";") if part.strip(" ,'\"")]


def find_ways(fields: Sequence[str], values: Sequence[PrintedValue], fits: Fits, ends: Callable[[int], bool]) -> list[Way]:
    """Return every way in which the first of some lines may be the values of labels, in their order.

    A date's label has its value in each. `ends` says whether the header may end before a value, by its number.
    """
    found: list[Way] = []
    for way, stop in _ways(fields, values, fits, 0, 0):
        if ends(stop):
            found.append(way)
    return found


def _ways(fields: Sequence[str], values: Sequence[PrintedValue], fits: Fits, label: int, value: int) -> Iterator[tuple[Way, int]]:
    if label == len(fields):
        yield (), value
        return
    if fields[label] != "date":
        for rest, stop in _ways(fields, values, fits, label + 1, value):
            yield (None, *rest), stop
    for after in _stops(fields[label], values, fits, value):
        for rest, stop in _ways(fields, values, fits, label + 1, after):
            yield ((value, after), *rest), stop


def _stops(field: str, values: Sequence[PrintedValue], fits: Fits, value: int) -> Iterator[int]:
    """Yield behind which value a label's own may end: subjects may be wrapped, files have a line each."""
    if value >= len(values) or not fits.may_be(field, values[value].text):
        return
    if values[value].apart and value and fits.is_words(values[value].text):
        return
    if field == "from" and value + 1 < len(values) and values[value + 1].apart and not values[value].apart:
        return
    yield value + 1
    after = value + 1
    if field == "subject" and _is_wrapped(values, value) and fits.may_be(field, values[after].text) and not fits.answers(values[after].text):
        yield after + 1
    while field == "attachments" and after < len(values) and after - value < _MOST_FILES and fits.is_files(values[after].text):
        after += 1
        yield after


def _is_wrapped(values: Sequence[PrintedValue], value: int) -> bool:
    """Say whether a value is so long that the next line may go on with it."""
    return value + 1 < len(values) and len(values[value].text) >= _LEAST_WRAPPED and not values[value + 1].apart
