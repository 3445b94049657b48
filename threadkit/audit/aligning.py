"""Align two texts word by word: what one masks, shows, adds, leaves out or says otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain

from threadkit.words import Words

__all__ = ["MASK", "Aligner", "Change", "Token"]

#: What a mask is folded into: no word is.
MASK = "\x00"
#: Above so many words on both sides, words that are very common in the text no longer anchor the alignment, which keeps it fast.
LONG = 4000

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Token:
    """One word or one mask of a text: folded for comparing, and its characters (`end` excluded)."""

    folded: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Change:
    """One place where two texts differ.

    `kind` is masked (words of the old text stand behind a mask in the new one), shown (the other way round), gone, added or changed. `old`
    and `new` are the words as printed, "" where there are none; `old_start` and `old_end`, `new_start` and `new_end` say where they stand in their text.
    """

    kind: str
    old: str
    new: str
    old_start: int
    old_end: int
    new_start: int
    new_end: int


class Aligner:
    """Aligns texts by their folded words, so that wrapping, bullets, case and lost accents make no difference."""

    def __init__(self, words: Words) -> None:
        self._folding = words.folding
        self._masks = tuple(p.regex for role in ("mask", "article-mask") for p in words.patterns(role))

    def tokens(self, text: str) -> list[Token]:
        """Return the words and masks of `text` in order; a mask swallows the words that it is written with."""
        masks = self._find_masks(text)
        tokens: list[Token] = []
        position = 0
        for start, end in chain(masks, ((len(text), len(text)),)):
            tokens += self._words(text, position, start)
            if end > start:
                tokens.append(Token(MASK, start, end))
            position = max(position, end)
        return tokens

    def words(self, text: str) -> tuple[str, ...]:
        """Return the folded words of `text`, each mask as MASK."""
        return tuple(token.folded for token in self.tokens(text))

    def changes(self, old: str, new: str) -> tuple[Change, ...]:
        """Return where the two texts differ, in order; nothing where they say the same."""
        before, after = self.tokens(old), self.tokens(new)
        left, right = [t.folded for t in before], [t.folded for t in after]
        if left == right:
            return ()
        matcher = SequenceMatcher(None, left, right, autojunk=min(len(left), len(right)) > LONG)
        return tuple(
            change
            for tag, i, j, k, m in matcher.get_opcodes()
            if tag != "equal" and (change := _change(old, new, before, after, (i, j), (k, m))) is not None
        )

    def _find_masks(self, text: str) -> list[tuple[int, int]]:
        """Return the masks as (start, end); those that touch or overlap are one."""
        merged: list[tuple[int, int]] = []
        for start, end in sorted(match.span() for mask in self._masks for match in mask.finditer(text)):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            elif end > start:
                merged.append((start, end))
        return merged

    def _words(self, text: str, start: int, end: int) -> Iterator[Token]:
        for match in _WORD.finditer(text, start, end):
            folded = self._folding.letters(match.group())
            if folded:
                yield Token(folded, match.start(), match.end())


def _change(
    old: str, new: str, before: Sequence[Token], after: Sequence[Token], left: tuple[int, int], right: tuple[int, int]
) -> Change | None:
    """Return the change between two runs of tokens; None where both are masks alone (one long mask, or several short ones)."""
    gone, came = before[slice(*left)], after[slice(*right)]
    masked_before, masked_after = any(t.folded == MASK for t in gone), any(t.folded == MASK for t in came)
    words_before, words_after = any(t.folded != MASK for t in gone), any(t.folded != MASK for t in came)
    if not words_before and not words_after and gone and came:
        return None
    if masked_after and not masked_before:
        kind = "masked"
    elif masked_before and not masked_after:
        kind = "shown"
    elif gone and came:
        kind = "changed"
    else:
        kind = "added" if came else "gone"
    return Change(kind, _printed(old, gone), _printed(new, came), *_span(old, before, left), *_span(new, after, right))


def _printed(text: str, tokens: Sequence[Token]) -> str:
    return " ".join(text[tokens[0].start : tokens[-1].end].split()) if tokens else ""


def _span(text: str, tokens: Sequence[Token], part: tuple[int, int]) -> tuple[int, int]:
    """Return where a run of tokens stands; of an empty one the place before the token that follows it, twice."""
    first, last = part
    start = tokens[first].start if first < len(tokens) else len(text)
    return start, tokens[last - 1].end if last > first else start
