"""Show two copies of a message beside each other, word by word: what one shows and the other masks, changes or leaves out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

from threadkit.resolve.aligning import Aligner, Change
from threadkit.words import load_words

__all__ = ["Passage", "align", "differing"]

_WORD = re.compile(r"\S+")
#: Aligning takes time with the square of the words; what follows these is not compared.
_MOST_WORDS = 3000


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of words: in both copies (`kind` is same), or where they differ, as `aligning.Change` calls it: masked, shown, gone, added, changed."""

    kind: str
    first: str
    second: str


@cache
def _aligner() -> Aligner:
    return Aligner(load_words())


def align(first: str, second: str) -> tuple[list[Passage], bool]:
    """Return the passages of two texts in order, and whether all of both was compared.

    Words are compared as for findings: case, accents, wrapping, bullets and punctuation do not count, and a mask is a mask however it is written.

    >>> [(p.kind, p.first, p.second) for p in align("Call Paul now", "Call [caviardé] now")[0]]
    [('same', 'Call ', ''), ('masked', 'Paul', '[caviardé]'), ('same', ' now', '')]
    """
    texts = (first.strip(), second.strip())
    first, second = map(_beginning, texts)
    passages, done = [], 0
    for change in _aligner().changes(first, second):
        passages += [Passage("same", first[done : change.old_start], ""), _passage(change, first, second)]
        done = change.old_end
    passages.append(Passage("same", first[done:], ""))
    return [each for each in passages if each.first or each.second], (first, second) == texts


def _beginning(text: str) -> str:
    last = next(islice(_WORD.finditer(text), _MOST_WORDS - 1, None), None)
    return text[: last.end()] if last else text


def _passage(change: Change, first: str, second: str) -> Passage:
    return Passage(change.kind, first[change.old_start : change.old_end], second[change.new_start : change.new_end])


def differing(passages: Sequence[Passage]) -> int:
    """Return how many words stand in one copy alone."""
    return sum(len(text.split()) for each in passages if each.kind != "same" for text in (each.first, each.second))
