"""Read what a sender says of his answers: that they stand among the words that he quotes, and how they are told from these."""

from __future__ import annotations

import re
from collections.abc import Sequence

from threadkit.frozen import record
from threadkit.parse.headers import Header
from threadkit.parse.known_lines import find_holding
from threadkit.parse.line_shapes import ANSWER_SIGNS
from threadkit.parse.lines import Lines
from threadkit.parse.sender_names import sender_names
from threadkit.parse.signatures import OwnWords
from threadkit.words import Words

_INSIDE, _BELOW = "answers-announced", "answers-announced-below"
_SIGN = re.compile(rf"(?:\*{{1,4}}|#{{1,4}}|>{{2,4}}|\[[^\W\d_a-zß-ÿ]{{2,4}}\]|{ANSWER_SIGNS})")


@record(frozen=True, slots=True)
class Said:
    """What a sender says: the `names` of the words (answers, comments), the `ways` in which they are told, and the `signs` that are typed.

    With `own` False he says so of another's answers (`voir les réponses de Luc dans le texte`).
    """

    names: frozenset[str]
    ways: frozenset[str]
    signs: frozenset[str]
    own: bool


class Announcements:
    """Says of each message of one source what its sender says of answers among the words that he quotes."""

    def __init__(self, lines: Lines, own: OwnWords, headers: Sequence[Header], words: Words) -> None:
        self._lines, self._own, self._headers, self._words = lines, own, headers, words
        self._of_another = words.any_of("answers-of-another")
        self._known: dict[int, Said | None] = {}

    def of(self, number: int) -> Said | None:
        """Return what the sender of a message says above what he quotes, or None."""
        if number not in self._known:
            self._known[number] = self._read(number)
        return self._known[number]

    def _read(self, number: int) -> Said | None:
        first = self._headers[number].block.last + 1
        stop = self._headers[number + 1].block.first if number + 1 < len(self._headers) else first
        role, lines = _INSIDE, find_holding(self._lines, self._words, _INSIDE, first, stop)
        if not lines:
            below = find_holding(self._lines, self._words, _BELOW, first, stop)[-1:]
            role, lines = _BELOW, below if below and self._ends_words(below[-1], stop, number) else []
        if not lines:
            return None
        shown = [self._lines.shown[index] for index in lines]
        text = "\n".join(shown)
        names = {pattern.value for pattern in self._words.patterns(role) if any(map(pattern.regex.search, shown))}
        ways = {pattern.value for pattern in self._words.patterns("answers-way") if pattern.regex.search(text)}
        own = self._of_another.search(text) is None
        return Said(frozenset(names), frozenset(ways), frozenset(_SIGN.findall(text)), own)

    def _ends_words(self, index: int, stop: int, number: int) -> bool:
        """Say whether no other words stand below a line: nothing but a closing formula and a signature."""
        signature = self._own.signature(index, stop, sender_names(self._words, self._headers[number]))
        end = stop if signature is None or signature[0] <= index else signature[0]
        return all(self._own.is_closing(line) or self._own.is_mobile(line) for line in self._own.lines.between(index + 1, end))
