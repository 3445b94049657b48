"""Folded words as openings are searched for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property


class Wording:
    """Folded words as they are searched: `joined` by blanks, and those that tell something, taken apart once they are asked for."""

    def __init__(self, words: tuple[str, ...], generic: frozenset[str]) -> None:
        self.words = words
        self.joined = joined(words)
        self._generic = generic

    @cached_property
    def telling(self) -> tuple[str, ...]:
        """The words that many filenames do not have, without numbers and single letters."""
        generic = self._generic
        return tuple([w for w in self.words if len(w) > 1 and w not in generic and not w.isdigit()])

    @cached_property
    def initials(self) -> str:
        """The first letters of the telling words."""
        return "".join([w[0] for w in self.telling])

    @cached_property
    def starts(self) -> Mapping[str, Sequence[int]]:
        """Two letters -> the places of the telling words that begin with them."""
        starts: dict[str, list[int]] = {}
        for place, word in enumerate(self.telling):
            starts.setdefault(word[:2], []).append(place)
        return starts

    def places(self, start: str) -> Sequence[int]:
        """Return the places of the telling words that begin with two letters."""
        return self.starts.get(start, ()) if f" {start}" in self.joined else ()


def joined(words: Sequence[str]) -> str:
    """Return words as they are searched: between blanks."""
    return f" {' '.join(words)} "
