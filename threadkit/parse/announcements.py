"""Read what a sender says of his answers: that they stand among the words that he quotes, and how they are told from these."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from threadkit.frozen import record
from threadkit.parse.headers import Header
from threadkit.parse.known_lines import lines_holding
from threadkit.parse.lines import Lines
from threadkit.parse.sender_names import sender_names
from threadkit.parse.signatures import OwnWords
from threadkit.words import Words

_SIGN = re.compile(r"(?:\*{1,4}|/{2,4}|#{1,4}|[-=]{1,3}>|\u2192|>{2,4}|\+{2,4}|@{2,4}|~{2,4}|={2,4})")


@record(frozen=True, slots=True)
class Said:
    """What a sender says: the `names` of his words (answers, comments), the `ways` in which they are told, and the `signs` that he types."""

    names: frozenset[str]
    ways: frozenset[str]
    signs: frozenset[str]


class Announcements:
    """Says of each message of one source what its sender says of answers among the words that he quotes."""

    def __init__(self, lines: Lines, own: OwnWords, headers: Sequence[Header], words: Words) -> None:
        self._lines, self._own, self._headers, self._words = lines, own, headers, words
        self._inside, self._below = lines_holding(words, "answers-announced"), lines_holding(words, "answers-announced-below")
        self._known: dict[int, Said | None] = {}

    def of(self, number: int) -> Said | None:
        """Return what the sender of a message says above what he quotes, or None."""
        if number not in self._known:
            self._known[number] = self._read(number)
        return self._known[number]

    def _read(self, number: int) -> Said | None:
        first = self._headers[number].block.last + 1
        stop = self._headers[number + 1].block.first if number + 1 < len(self._headers) else first
        shown = self._lines.shown
        told = [index for index in range(first, stop) if self._inside[shown[index]]]
        roles: Mapping[str, Sequence[int]] = {"answers-announced": told}
        if not told:
            below = [index for index in range(first, stop) if self._below[shown[index]]]
            roles = {"answers-announced-below": below[-1:]} if below and self._ends_words(below[-1], stop, number) else {}
        lines = [index for found in roles.values() for index in found]
        if not lines:
            return None
        text = "\n".join(shown[index] for index in lines)
        names = {p.value for role in roles for p in self._words.patterns(role) for index in lines if p.regex.search(shown[index])}
        ways = {pattern.value for pattern in self._words.patterns("answers-way") if pattern.regex.search(text)}
        return Said(frozenset(names), frozenset(ways), frozenset(_SIGN.findall(text)))

    def _ends_words(self, index: int, stop: int, number: int) -> bool:
        """Say whether no other words stand below a line: nothing but a closing formula and a signature."""
        signature = self._own.signature(index, stop, sender_names(self._words, self._headers[number]))
        end = stop if signature is None or signature[0] <= index else signature[0]
        return all(self._own.is_closing(line) or self._own.is_mobile(line) for line in self._own.lines.between(index + 1, end))
