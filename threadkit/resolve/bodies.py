"""Compare the words of two copies of a message: equal, one inside the other, alike, or different; masks stand for any words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from threadkit.resolve.invitation_heads import InvitationHeads
from threadkit.resolve.worn import WearReader, stands_in_order
from threadkit.words import Words

SHINGLE = 3
ALIKE = 0.6
CONTAINED = 0.8
WORN_WORDS = 6
FIRM_WORDS = 8
LINE_WORDS = 5
MASKED = "\x00"

_NOT_WORD = re.compile(r"[^\w\x00]+|_+")


class BodyReader:
    """Folds bodies to words for comparing, with each mask as one wildcard."""

    def __init__(self, words: Words) -> None:
        self._folding = words.folding
        self._masks = (*words.patterns("mask"), *words.patterns("section-mask"), *words.patterns("section-mask-in-mail"))
        self._heads = InvitationHeads(words)
        self._wear = WearReader(words)

    def has_mask(self, text: str) -> bool:
        """Tell whether something in `text` is visibly masked."""
        return any(mask.search(text) for mask in self._possible_masks(text))

    def _possible_masks(self, text: str) -> list[re.Pattern[str]]:
        """Return the masks that can stand in `text`: those of which it holds what they need, where they need anything."""
        lowered = text.lower()
        return [mask.regex for mask in self._masks if not mask.needs or any(map(lowered.__contains__, mask.needs))]

    def words(self, text: str) -> list[str]:
        """Return the folded words of `text`; a mask is the one word MASKED."""
        for mask in self._possible_masks(text):
            text = mask.sub(f" {MASKED} ", text)
        return [w for w in _NOT_WORD.split(self._folding.plain(text)) if w]

    def are_alike(self, a: str, b: str) -> bool:
        """Tell whether two bodies can be copies of one: one empty, one within the other, or most runs of three words shared.

        Where letters are lost or mistaken for others, by the letters that wear leaves alone; where lines are lost, by the words that are
        left, five or more, in their order.
        """
        a, b = a[self._heads.end(a) :], b[self._heads.end(b) :]
        x, y = self.words(a), self.words(b)
        if alike_words(x, y) or _lacks_lines(x, y):
            return True
        return alike_words(self.worn_words(a), self.worn_words(b), known=WORN_WORDS)

    def share_most(self, a: str, b: str) -> bool:
        """Tell whether two bodies have most words of the shorter one in common, in whatever order; an empty one has none."""
        short, long = sorted(([w for w in self.words(text) if w != MASKED] for text in (a, b)), key=len)
        return bool(short) and (Counter(short) & Counter(long)).total() / len(short) >= ALIKE

    def share_words(self, a: str, b: str) -> bool:
        """Tell whether two bodies are alike by eight words or more of each, and not only as a short text is like many."""
        x, y = self.words(a), self.words(b)
        return min(len(x), len(y)) >= FIRM_WORDS and (
            alike_words(x, y) or alike_words(self.worn_words(a), self.worn_words(b), known=WORN_WORDS)
        )

    def are_worn_copies(self, a: str, b: str) -> bool:
        """Tell whether two bodies are the same but for a worn letter here and there: their numbers are equal, and nearly all words."""
        x, y = self.worn_words(a), self.worn_words(b)
        if min(len(x), len(y)) < WORN_WORDS or self._wear.numbers(a) != self._wear.numbers(b):
            return False
        left, right = _shingles(x), _shingles(y)
        return len(left & right) >= CONTAINED * max(len(left), len(right))

    def worn_words(self, text: str) -> list[str]:
        """Return the words of `text` by the letters that wear leaves alone; a mask is the one word MASKED."""
        pieces = [text]
        for mask in self._possible_masks(text):
            pieces = [part for piece in pieces for part in mask.sub(MASKED, piece).split(MASKED)]
        words = [[MASKED, *self._wear.words(piece)] for piece in pieces]
        return [word for piece in words for word in piece][1:]


def _lacks_lines(a: Sequence[str], b: Sequence[str]) -> bool:
    short, long = sorted((a, b), key=len)
    return len(short) >= LINE_WORDS and MASKED not in short and stands_in_order(short, long)


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
