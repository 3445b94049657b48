"""Compare the words of two copies of a message: equal, one inside the other, alike, or different; masks stand for any words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from threadkit.words import Words

SHINGLE = 3
ALIKE = 0.6
CONTAINED = 0.8
DAMAGED_WORDS = 4
MASKED = "\x00"

_NOT_WORD = re.compile(r"[^\w\x00]+|_+")


class BodyReader:
    """Folds bodies to words for comparing, with each mask as one wildcard."""

    def __init__(self, words: Words) -> None:
        self._folding = words.folding
        self._masks = tuple(p.regex for p in words.patterns("mask"))
        self._lost = words.any_of("lost-letter")

    def has_mask(self, text: str) -> bool:
        """Tell whether something in `text` is visibly masked."""
        return any(mask.search(text) for mask in self._masks)

    def words(self, text: str) -> list[str]:
        """Return the folded words of `text`; a mask is the one word MASKED."""
        for mask in self._masks:
            text = mask.sub(f" {MASKED} ", text)
        return [w for w in _NOT_WORD.split(self._folding.plain(text)) if w]

    def have_lost_letters(self, a: str, b: str) -> bool:
        """Tell whether letters are lost in one of two texts alone (`r?union`)."""
        return (self._lost.search(a) is None) != (self._lost.search(b) is None)

    def undamaged_words(self, text: str) -> list[str]:
        """Return the folded words of `text` without those in which letters are lost, or could be lost in a copy."""
        whole = (w for w in text.split() if "?" not in w and (w.isascii() or any(mask.search(w) for mask in self._masks)))
        return self.words(" ".join(whole))

    def are_alike(self, a: str, b: str) -> bool:
        """Tell whether two bodies can be copies of one: one empty, one within the other, or most runs of three words shared.

        Where letters are lost in one of them, words that could have lost any do not count.
        """
        if alike_words(self.words(a), self.words(b)):
            return True
        return self.have_lost_letters(a, b) and alike_words(self.undamaged_words(a), self.undamaged_words(b), known=DAMAGED_WORDS)


def _shingles(words: Sequence[str]) -> set[tuple[str, ...]]:
    runs = (tuple(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1))
    return {run for run in runs if MASKED not in run}


def _contains(long: Sequence[str], short: Sequence[str]) -> bool:
    text = " ".join(long)
    return f" {' '.join(short)} " in f" {text} "


def alike_words(a: Sequence[str], b: Sequence[str], known: int = 0) -> bool:
    """Tell whether two lists of words can be copies of one text; `known`: how many words of each must be there to tell.

    Limit: under three words only containment counts, and a text that is all mask is like any other.
    """
    short, long = sorted(([w for w in a if w != MASKED], [w for w in b if w != MASKED]), key=lambda w: (len(w), w))
    if len(short) < known:
        return False
    if not short or _contains(long, short):
        return True
    left, right = _shingles(a), _shingles(b)
    if not left or not right:
        return False
    shared = len(left & right)
    return shared / len(left | right) >= ALIKE or shared / min(len(left), len(right)) >= CONTAINED


def shared_run(a: Sequence[str], b: Sequence[str], length: int) -> bool:
    """Tell whether a run of `length` words stands in both."""
    runs = {tuple(a[i : i + length]) for i in range(len(a) - length + 1)}
    return any(tuple(b[i : i + length]) in runs for i in range(len(b) - length + 1))
