"""Chance with a seed: the same seed draws the same on every machine and Python."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """Draws from one seed. `fork` gives a stream of its own, so that a change in one part of a dump does not change the others."""

    def __init__(self, *seed: object) -> None:
        self._seed = ":".join(map(str, seed))
        self._random = random.Random(self._seed)

    def fork(self, name: object) -> Chance:
        """Return chance for one part, which depends on the seed and the part's name alone."""
        return Chance(self._seed, name)

    def share(self, probability: float) -> bool:
        """Return True with this probability."""
        return self._random.random() < probability

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of some."""
        return choices[int(self._random.random() * len(choices))]

    def between(self, fewest: int, most: int) -> int:
        """Return a whole number, both ends included."""
        return fewest + int(self._random.random() * (most - fewest + 1))

    def weighted(self, weights: Mapping[str, float]) -> str:
        """Return one of the names, each as often as its weight says."""
        at = self._random.random() * sum(weights.values())
        for name, weight in weights.items():
            at -= weight
            if at < 0:
                return name
        return list(weights)[-1]

    def some(self, choices: Sequence[T], count: int) -> list[T]:
        """Return some of them, each once, in the order drawn."""
        left = list(choices)
        return [left.pop(int(self._random.random() * len(left))) for _ in range(min(count, len(left)))]
