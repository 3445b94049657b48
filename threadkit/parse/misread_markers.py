"""Know a quotation's marker in which recognition took letters for others: `-----Message d'origlne-----`, `-----0riginal Messaqe-----`."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import cache, lru_cache

from threadkit.words import Words

__all__ = ["is_misread_marker"]

_BETWEEN_DASHES = re.compile(r"[\s>]*[-_–—~]{3,}\s*([^\s\d_–—-][^\n–—]{8,40}?)\s*[-_–—~]{3,}\s*")
_MOST_OTHERS = 2
_LEAST = 9


@cache
def _known(words: Words) -> frozenset[str]:
    """Return the letters of the markers that stand between dashes, as the word files print them."""
    shown = (example for pattern in words.patterns("quote-marker") for example in pattern.examples)
    found = (match for match in map(_BETWEEN_DASHES.fullmatch, shown) if match is not None)
    return frozenset(letters for match in found if len(letters := words.folding.letters(match[1])) > _LEAST)


@lru_cache(maxsize=4096)
def is_misread_marker(line: str, words: Words) -> bool:
    """Say whether a line of words between dashes is a marker but for two letters."""
    match = _BETWEEN_DASHES.fullmatch(line)
    if match is None:
        return False
    letters = words.folding.letters(match[1])
    return any(abs(len(letters) - len(known)) <= _MOST_OTHERS and _others(letters, known) <= _MOST_OTHERS for known in _known(words))


def _others(letters: str, known: str) -> int:
    """Return how many letters of the longer text have no fellow, in order, in the other."""
    alike = sum(block.size for block in SequenceMatcher(None, letters, known, autojunk=False).get_matching_blocks())
    return max(len(letters), len(known)) - alike
