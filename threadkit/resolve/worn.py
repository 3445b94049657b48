"""Compare texts through wear: letters lost with their accents (`r?union`), letters taken for one another (`l5`, `0bjet`, `thc`).

For asking whether two prints of one minute and one sender are one; never for reading a value.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from threadkit.words import Words

LOST = "?"
SHORTEST = 6
_TOKENS = re.compile(r"(?:[^\W_]|\?)+")
_NUMBERS = re.compile(r"\d+")


class WearReader:
    """Reads texts so that wear no longer tells them apart."""

    def __init__(self, words: Words) -> None:
        self._folding = words.folding
        twins = [(term.text, term.value) for term in words.terms("worn-letter")]
        self._pairs = tuple((text, value) for text, value in twins if len(text) > 1)
        self._classes = {ord(text): value for text, value in twins if len(text) == 1}
        lost = {self._classes.get(ord(term.text), term.text) for term in words.terms("lost-with-accent")}
        self._gone = {ord(letter): None for letter in (*lost, LOST)}

    def words(self, text: str) -> list[str]:
        """Return the words of a text without the letters that wear can take or change; words of nothing else are left out."""
        return [word for token in _TOKENS.findall(self._plain(text)) if (word := token.translate(self._classes).translate(self._gone))]

    def letters(self, text: str) -> str:
        """Return the letters of a text that wear leaves alone, joined: texts that wear alone parts have the same."""
        return "".join(self.words(text))

    def numbers(self, text: str) -> list[str]:
        """Return the numbers of a text, sorted."""
        return sorted(_NUMBERS.findall(text))

    def are_same(self, a: str, b: str) -> bool:
        """Tell whether two short texts are equal but for wear: each `?` stands for up to two letters, look-alikes for each other.

        Numbers that stand apart stay apart. Limit: where fewer than six letters are left only equal texts are the same.
        """
        x, y = self._joined(a), self._joined(b)
        if x == y:
            return True
        if min(len(x.replace(LOST, "")), len(y.replace(LOST, ""))) < SHORTEST:
            return False
        return any(LOST in one and _matches(one, other) for one, other in ((x, y), (y, x)))

    def _joined(self, text: str) -> str:
        joined = ""
        for token in _TOKENS.findall(self._plain(text)):
            joined += f" {token}" if joined[-1:].isdigit() and token[0].isdigit() else token
        return joined.translate(self._classes)

    def _plain(self, text: str) -> str:
        plain = self._folding.plain(text.replace("\ufffd", LOST))
        for pair, letter in self._pairs:
            plain = plain.replace(pair, letter)
        return plain


def _matches(worn: str, whole: str) -> bool:
    return re.fullmatch("[^ ]{0,2}".join(re.escape(part) for part in re.split(r"\?", worn)), whole) is not None


def stands_in_order(short: Sequence[str], long: Sequence[str]) -> bool:
    """Tell whether all words of `short` stand in `long` in their order, whatever stands between them."""
    rest = iter(long)
    return all(word in rest for word in short)
