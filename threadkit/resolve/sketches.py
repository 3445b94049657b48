"""Tell alike texts by sketches of them: the 64 least numbers of their runs of four words, which alike texts share."""

from __future__ import annotations

import zlib

from threadkit.words import Words

SKETCH = 64
SAME_TEXT = 0.5
SHINGLE = 4
FEWEST = 3

Sketch = frozenset[int]


def sketch(text: str, words: Words) -> Sketch:
    """Return the sketch of a text; of one under four words, one number."""
    found = words.folding.words(text)
    runs = zip(*(found[i:] for i in range(SHINGLE)), strict=False) if len(found) >= SHINGLE else (found,)
    return frozenset(sorted(set(map(zlib.crc32, map(str.encode, map(" ".join, runs)))))[:SKETCH])


def are_alike(a: Sketch, b: Sketch) -> bool:
    """Tell whether two sketches are of texts half or more of which is the same."""
    return _overlap(a, b) >= SAME_TEXT


def is_part(a: Sketch, b: Sketch) -> bool:
    """Tell whether one of two sketches may be of a part of the other's text: cut, or continued elsewhere.

    Compared below the greatest number of a whole sketch, where the other text, had it all, would show them too.
    """
    return any(_is_within(short, long) for short, long in ((a, b), (b, a)))


def _is_within(short: Sketch, long: Sketch) -> bool:
    limit = max(long, default=0) if len(long) == SKETCH else max((*short, *long), default=0)
    asked = [x for x in short if x <= limit]
    return len(asked) >= FEWEST and sum(x in long for x in asked) / len(asked) >= SAME_TEXT


def _overlap(a: Sketch, b: Sketch) -> float:
    least = sorted(a | b)[:SKETCH]
    return sum(x in a and x in b for x in least) / len(least) if least else 1.0
