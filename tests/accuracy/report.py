"""What is printed: the table, the mistakes, and what changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from tests.accuracy.figures import BY_NAME, FIGURES, Figures
from tests.accuracy.tally import Tally
from tests.accuracy.truth import Truth


@dataclass(frozen=True, slots=True)
class Change:
    """One figure that is not as recorded."""

    corpus: str
    figure: str
    before: float | None
    now: float | None

    @property
    def direction(self) -> Literal["new", "fell", "rose"]:
        """Say whether the figure is worse (one that is gone is worse), better, or not recorded yet."""
        if self.before is None:
            return "new"
        if self.now is None or BY_NAME[self.figure].is_worse(self.now, self.before):
            return "fell"
        return "rose"

    def __str__(self) -> str:
        said = {"new": "not recorded yet", "fell": "worse than recorded", "rose": "better than recorded"}[self.direction]
        return f"{said}: {self.corpus}, {self.figure}: {_cell(self.figure, self.before)} -> {_cell(self.figure, self.now)}"


def write_table(figures: Mapping[str, Figures]) -> str:
    """Return the table: a row for each figure, a column for each corpus, `-` where a corpus has nothing to measure."""
    width = max(len(figure.name) for figure in FIGURES)
    columns = [max(11, len(corpus) + 1) for corpus in figures]
    rows = [f"{'':{width}}" + "".join(f"{corpus:>{column}}" for corpus, column in zip(figures, columns, strict=True))]
    for figure in FIGURES:
        cells = (_cell(figure.name, values.get(figure.name)) for values in figures.values())
        rows.append(f"{figure.name:{width}}" + "".join(f"{cell:>{column}}" for cell, column in zip(cells, columns, strict=True)))
    return "\n".join(rows) + "\n"


def _cell(figure: str, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.0f}" if figure in BY_NAME and BY_NAME[figure].is_count else f"{value:.2f}"


def list_mistakes(corpus: str, truth: Truth, tally: Tally) -> Iterator[str]:
    """Return one line for each answer that is not right, in the order of the dump."""
    for mistake in sorted(tally.mistakes):
        yield f"{corpus}/{truth.dump.name}:{mistake.line or '-'}: {mistake.figure}: {mistake.outcome}: {mistake.detail}"


def find_changes(now: Mapping[str, Figures], before: Mapping[str, Figures]) -> list[Change]:
    """Return what differs from the recorded figures; one that the code no longer computes is left out."""
    changes = []
    for corpus in {**before, **now}:
        new, old = now.get(corpus, {}), before.get(corpus, {})
        differing = [figure.name for figure in FIGURES if new.get(figure.name) != old.get(figure.name)]
        changes += [Change(corpus, name, old.get(name), new.get(name)) for name in differing]
    return changes
