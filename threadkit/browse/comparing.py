"""Align two copies of a message word by word, so that a reader sees what one shows and the other masks, changes or leaves out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from threadkit.words import load_words

__all__ = ["Passage", "align", "differing"]

_WORD = re.compile(r"\S+\s*")
#: Aligning takes time with the square of the words; what follows these is not compared.
_MOST_WORDS = 4000


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of words: in both copies (`kind` is same), in the `first` alone, in the `second` alone, or other words in each (changed)."""

    kind: str
    first: str
    second: str


def align(first: str, second: str) -> tuple[list[Passage], bool]:
    """Return the passages of two texts in order, and whether all of both was compared.

    Case, accents, ligatures and blanks do not count, as they do not where copies are compared for findings.

    >>> [(p.kind, p.first, p.second) for p in align("Call Paul now", "Call [masked] now")[0]]
    [('same', 'Call ', 'Call '), ('changed', 'Paul ', '[masked] '), ('same', 'now', 'now')]
    """
    words, others = _WORD.findall(first.strip()), _WORD.findall(second.strip())
    whole = max(len(words), len(others)) <= _MOST_WORDS
    words, others = words[:_MOST_WORDS], others[:_MOST_WORDS]
    matcher = SequenceMatcher(None, _keys(words), _keys(others), autojunk=False)
    kinds = {"equal": "same", "delete": "first", "insert": "second", "replace": "changed"}
    return [Passage(kinds[tag], "".join(words[a:b]), "".join(others[c:d])) for tag, a, b, c, d in matcher.get_opcodes()], whole


def _keys(words: Sequence[str]) -> list[str]:
    fold = load_words().folding.fold
    return [fold(word) or word.strip() for word in words]


def differing(passages: Sequence[Passage]) -> int:
    """Return how many words stand in one copy alone."""
    return sum(len(_WORD.findall(text)) for each in passages if each.kind != "same" for text in (each.first, each.second))
