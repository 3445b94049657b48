"""One line of the table, and how the table is printed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """One measure. `at_least` says on which side of `target` the figure must lie; without a target it is there to be read."""

    measure: str
    figure: float
    unit: str = "times"
    target: float | None = None
    at_least: bool = False
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        if self.target is None:
            return None
        return self.figure >= self.target if self.at_least else self.figure <= self.target

    def as_json(self) -> dict[str, Any]:
        """Return the row for `--json`."""
        return {**asdict(self), "met": self.met}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A measure that was not taken, and why."""

    measure: str
    reason: str


def ratio(above: list[float], below: list[float]) -> float:
    """Return the median of the ratios of two series timed in turns."""
    return median(a / b for a, b in zip(above, below, strict=True))


HEADING = f"{'measure':<60} {'figure':>12} {'target':>8}"


def line(row: Row) -> str:
    """Return a row for a terminal, its note below it."""
    figure = f"{row.figure:,.2f} {row.unit}" if row.figure < 100 else f"{row.figure:,.0f} {row.unit}"
    target = "" if row.target is None else f"{'>=' if row.at_least else '<='} {row.target:g}"
    verdict = {True: "met", False: "NOT MET", None: ""}[row.met]
    told = f"{row.measure:<60} {figure:>12} {target:>8}  {verdict}".rstrip()
    return f"{told}\n    {row.note}" if row.note else told
