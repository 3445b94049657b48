"""Align two texts word by word: what one masks, shows, adds, leaves out or says otherwise. Damage of letters and of pages is no difference."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain

from threadkit.words import Words

__all__ = ["MASK", "Aligner", "Change", "Token", "could_be_one", "merged"]

#: What a mask is folded into: no word is.
MASK = "\x00"
#: Above so many words on both sides, words that are very common in the text no longer anchor the alignment, which keeps it fast.
LONG = 4000
#: A run of so many words that stands beside itself is a line that a page break doubled.
DOUBLED = 3
#: So many letters may have been lost as one: `œ`.
JOINED = 2
#: Longer runs than this are not asked whether lost letters make the difference.
LOST_AT_MOST = 300

_WORD = re.compile(r"[^\W_]+")
_WORD_WITH_LOSSES = re.compile("(?:[^\\W_]|[?\ufffd])+")
_BLANKS = {ord("\n"): " ", ord("\u00a0"): " "}
_LOST = re.compile("[?\ufffd]")
_MASKS = ("mask", "article-mask", "section-mask", "section-mask-in-mail")
_BRACKETED = re.compile(r"\[([^\[\]]{1,60})\]")
Run = tuple[int, int]


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
    and `new` are the words as printed, "" where there are none; `old_start` and `new_start` say where they begin in their text, `old_end` and
    `new_end` where they end.
    """

    kind: str
    old: str
    new: str
    old_start: int
    new_start: int
    old_end: int
    new_end: int


class Aligner:
    """Aligns texts by their folded words, so that wrapping, bullets, case, lost letters and doubled lines make no difference."""

    def __init__(self, words: Words) -> None:
        self._folding = words.folding
        self._masks = tuple(p.regex for role in _MASKS for p in words.patterns(role))
        self._lost = words.any_of("lost-letter")
        examples = (
            example.strip("[] ")
            for role in _MASKS
            for p in words.patterns(role)
            for example in p.examples
            if "[" in example
        )
        self._mask_words = frozenset(self._folding.plain(example) for example in examples if example.isalpha())

    def tokens(self, text: str, *, has_losses: bool = False) -> list[Token]:
        """Return the words and masks of `text` in order; a mask swallows the words that it is written with.

        With `has_losses`, question marks count as the letters that they may stand for (`r?union`).
        """
        masks = self._find_masks(text)
        tokens: list[Token] = []
        position = 0
        for start, end in chain(masks, ((len(text), len(text)),)):
            tokens += self._words(text, position, start, has_losses=has_losses)
            if end > start:
                tokens.append(Token(MASK, start, end))
            position = max(position, end)
        return tokens

    def words(self, text: str) -> tuple[str, ...]:
        """Return the folded words of `text`, each mask as MASK."""
        return tuple(token.folded for token in self.tokens(text))

    def changes(self, old: str, new: str) -> tuple[Change, ...]:
        """Return where the two texts differ, in order; nothing where they say the same."""
        before, after, runs = self._align(old, new)
        return tuple(_change(kind, old, new, before, after, i, k) for kind, i, k in runs if kind != "same")

    def _align(self, old: str, new: str) -> tuple[list[Token], list[Token], list[tuple[str, Run, Run]]]:
        """Return the tokens of both texts, and their runs in order: kind, tokens of the old and tokens of the new text."""
        has_losses = self._lost.search(old) is not None or self._lost.search(new) is not None
        before, after = (_once(text, self.tokens(text, has_losses=has_losses)) for text in (old, new))
        left, right = [t.folded for t in before], [t.folded for t in after]
        if left == right:
            return before, after, [("same", (0, len(left)), (0, len(right)))]
        matcher = SequenceMatcher(None, left, right, autojunk=min(len(left), len(right)) > LONG)
        runs: list[tuple[str, Run, Run]] = []
        for tag, i, j, k, m in matcher.get_opcodes():
            pieces = [("same", (i, j), (k, m))] if tag == "equal" else _differing(left, right, (i, j), (k, m))
            for kind, a, b in pieces:
                if kind == "same" and runs and runs[-1][0] == "same":
                    runs[-1] = ("same", (runs[-1][1][0], a[1]), (runs[-1][2][0], b[1]))
                else:
                    runs.append((kind, a, b))
        return before, after, runs

    def _find_masks(self, text: str) -> list[tuple[int, int]]:
        """Return the masks as (start, end); those that touch or overlap are one. A mask of several words may stand on two lines."""
        flat = text.translate(_BLANKS)
        texts = (text,) if flat == text else (text, flat)
        spans = (match.span() for each in texts for mask in self._masks for match in mask.finditer(each))
        return merged((*spans, *self._damaged_masks(text)))

    def _damaged_masks(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the brackets around a word for a mask in which letters are lost (`[caviard?]`)."""
        for match in _BRACKETED.finditer(text) if "[" in text else ():
            words = self._folding.plain(match.group(1)).split()
            if any(could_be_one(word, known) for word in words if _LOST.search(word) and len(word) > 1 for known in self._mask_words):
                yield match.span()

    def _words(self, text: str, start: int, end: int, *, has_losses: bool) -> Iterator[Token]:
        fold = self._folding.plain if has_losses else self._folding.letters
        for match in (_WORD_WITH_LOSSES if has_losses else _WORD).finditer(text, start, end):
            folded = fold(match.group())
            if folded:
                yield Token(folded, match.start(), match.end())


def _once(text: str, tokens: list[Token]) -> list[Token]:
    """Return the tokens without those of a line that is printed twice in a row, as a page break doubles it."""
    doubled: set[int] = set()
    at, above = 0, ""
    for line in text.splitlines(keepends=True):
        shown = " ".join(line.split())
        if shown and shown == above and shown.count(" ") + 1 >= DOUBLED:
            doubled.update(range(at, at + len(line)))
        at, above = at + len(line), shown
    return [token for token in tokens if token.start not in doubled] if doubled else tokens


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans in order; those that touch or overlap are one, and an empty one is none.

    >>> merged([(4, 6), (0, 2), (2, 3)])
    [(0, 3), (4, 6)]
    """
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        elif end > start:
            found.append((start, end))
    return found


def _differing(left: Sequence[str], right: Sequence[str], old: Run, new: Run) -> list[tuple[str, Run, Run]]:
    """Return what two unequal runs of words are: cut down at both ends to what no lost letter explains, then one difference, or none."""
    (i, j), (k, m) = old, new
    while i < j and k < m and could_be_one(left[i], right[k]):
        i, k = i + 1, k + 1
    while j > i and m > k and could_be_one(left[j - 1], right[m - 1]):
        j, m = j - 1, m - 1
    kind = _kind(left, right, (i, j), (k, m))
    pieces = [("same", (old[0], i), (new[0], k)), (kind, (i, j), (k, m)), ("same", (j, old[1]), (m, new[1]))]
    return [(kind, a, b) for kind, a, b in pieces if a[0] < a[1] or b[0] < b[1]]


def _kind(left: Sequence[str], right: Sequence[str], old: Run, new: Run) -> str:
    """Return the kind of a difference; same where damage explains it, or where both are masks alone (one long mask, or several short ones)."""
    gone, came = left[slice(*old)], right[slice(*new)]
    words_before, words_after = [w for w in gone if w != MASK], [w for w in came if w != MASK]
    masked_before, masked_after = len(words_before) < len(gone), len(words_after) < len(came)
    if not words_before and not words_after and bool(gone) == bool(came):
        return "same"
    if not (masked_before or masked_after) and _is_damage(left, right, old, new):
        return "same"
    if not (gone and came):
        return _kind_beside_masks(left, right, old, new)
    if masked_after == masked_before:
        return "changed"
    return "masked" if masked_after else "shown"


def _kind_beside_masks(left: Sequence[str], right: Sequence[str], old: Run, new: Run) -> str:
    """Return the kind of words that one text has more: next to a mask that both have, the mask hides them; a mask more hides points alone.

    A mask beside one that both have is the same mask, in two pieces or with its exemption printed below.
    """
    (i, j), (k, m) = old, new
    is_beside = MASK in (*left[max(0, i - 1) : i], *left[j : j + 1], *right[max(0, k - 1) : k], *right[m : m + 1])
    is_mask = not any(word != MASK for word in (*left[i:j], *right[k:m]))
    if is_mask and is_beside:
        return "same"
    if i < j:
        return "shown" if is_mask else "masked" if is_beside else "gone"
    return "masked" if is_mask else "shown" if is_beside else "added"


def _is_damage(left: Sequence[str], right: Sequence[str], old: Run, new: Run) -> bool:
    """Tell whether lost letters or a line that a page break doubled explain a difference."""
    gone, came = left[slice(*old)], right[slice(*new)]
    if not (gone and came) and (_is_doubled(left, old) or _is_doubled(right, new)):
        return True
    return could_be_one("".join(gone), "".join(came))


def _is_doubled(words: Sequence[str], run: Run) -> bool:
    first, end = run
    length, repeated = end - first, words[first:end]
    if length >= DOUBLED and repeated in (words[max(0, first - length) : first], words[end : end + length]):
        return True
    # Where the words between are alike too, the alignment may begin in the middle of the line.
    beside = Counter((*words[max(0, first - length) : first], *words[end : end + length]))
    return length >= 2 * DOUBLED and not Counter(repeated) - beside


def could_be_one(a: str, b: str) -> bool:
    """Tell whether two folded words are one, where a question mark may stand for a letter (or for two that were printed as one), or be one.

    >>> could_be_one("r?union", "reunion"), could_be_one("?", "a"), could_be_one("reunion", "union")
    (True, True, False)
    """
    if a == b:
        return True
    if MASK in a or MASK in b or max(len(a), len(b)) > LOST_AT_MOST or not (_LOST.search(a) or _LOST.search(b)):
        return False
    reached = _past_losses({0}, b)
    for char in a:
        step: set[int] = set()
        for at in reached:
            if _LOST.match(char):
                step.update(range(at, min(at + JOINED, len(b)) + 1))
            elif at < len(b) and char == b[at]:
                step.add(at + 1)
            elif at < len(b) and _LOST.match(b[at]):
                # What is lost in b may be this letter, and the next one too.
                step.update((at, at + 1))
        reached = _past_losses(step, b)
    return len(b) in reached


def _past_losses(reached: set[int], text: str) -> set[int]:
    """Return the places reached, and those behind question marks that stand there: each may be one, and no letter."""
    return {end for at in reached for end in range(at, at + len(text) - at - len(text[at:].lstrip("?\ufffd")) + 1)}


def _change(kind: str, old: str, new: str, before: Sequence[Token], after: Sequence[Token], left: Run, right: Run) -> Change:
    gone, came = before[slice(*left)], after[slice(*right)]
    starts = (_start(old, before, left[0]), _start(new, after, right[0]))
    ends = (gone[-1].end if gone else starts[0], came[-1].end if came else starts[1])
    return Change(kind, _printed(old, gone), _printed(new, came), *starts, *ends)


def _printed(text: str, tokens: Sequence[Token]) -> str:
    return " ".join(text[tokens[0].start : tokens[-1].end].split()) if tokens else ""


def _start(text: str, tokens: Sequence[Token], index: int) -> int:
    return tokens[index].start if index < len(tokens) else len(text)
