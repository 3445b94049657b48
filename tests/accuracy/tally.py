"""What was counted: how often each figure's answer was right, wrong, missing or invented, and where it was not right."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Literal

Outcome = Literal["right", "wrong", "missing", "invented"]


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One answer that is not right: the figure that it lowers, and the line where a reader finds it (0 for the dump as a whole)."""

    line: int
    figure: str
    outcome: Outcome
    detail: str


@dataclass(slots=True)
class Tally:
    """The answers counted so far. `sums` holds what is no count: the shares that B-cubed adds up."""

    counts: Counter[tuple[str, Outcome]] = field(default_factory=Counter)
    sums: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    mistakes: list[Mistake] = field(default_factory=list)

    def note(self, figure: str, outcome: Outcome, detail: str = "", line: int | None = None) -> None:
        """Count one answer; what is not right is kept as a mistake."""
        self.counts[figure, outcome] += 1
        if outcome != "right":
            self.mistakes.append(Mistake(line or 0, figure, outcome, detail))

    def count(self, figure: str, outcome: Outcome) -> None:
        """Count one answer that says again, in another way, what is noted elsewhere: no mistake of its own."""
        self.counts[figure, outcome] += 1

    def add(self, other: Tally) -> None:
        """Count all that another tally counted."""
        self.counts.update(other.counts)
        for name, value in other.sums.items():
            self.sums[name] += value
        self.mistakes.extend(other.mistakes)

    def of(self, figure: str, *outcomes: Outcome) -> int:
        """Return how many answers of a figure had one of these outcomes."""
        return sum(self.counts[figure, outcome] for outcome in outcomes)
