"""Bars of months for the charts of several pages; a chart is SVG made by a template, and its numbers stand beside it as text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from threadkit.browse.room import Row

__all__ = ["Bar", "Chart", "bars_of", "chart_of", "month_after"]

_MOST_MONTHS = 600
#: In shares of a hundred of the chart's width: few months do not become walls, many still leave a gap.
_WIDEST, _FILLED = 100 / 24, 0.8
#: So many years can be told apart below a chart on a phone.
_MOST_YEARS = 9


@dataclass(frozen=True, slots=True)
class Bar:
    """One month: `lower` of its `total` are drawn in the strong colour; heights are parts of a hundred of the fullest month."""

    month: str
    total: int
    lower: int
    height: float
    lower_height: float
    opens_year: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars with where each stands: `left` and `width` are shares of a hundred; `years` are (left, text); `most` is the fullest bar, told above it."""

    bars: tuple[tuple[float, Bar], ...]
    width: float
    years: tuple[tuple[float, str], ...]
    most: Bar
    most_left: float
    undated: int


def chart_of(rows: Sequence[Row], total: str, lower: str) -> Chart | None:
    """Return the chart of some months, None where none has a date; a row whose month is '' counts what has no date.

    Args:
        rows: each with `month` as YYYY-MM, or ''.
        total: name of the column with the whole.
        lower: name of the column with the part in the strong colour.
    """
    bars = bars_of(rows, total, lower)
    if not bars:
        return None
    step = min(100 / len(bars), _WIDEST)
    placed = tuple((round(place * step, 3), bar) for place, bar in enumerate(bars))
    opening = [(left, bar.month[:4]) for left, bar in placed if bar.opens_year]
    if not opening or opening[0][0] > 100 / _MOST_YEARS:
        opening.insert(0, (0.0, bars[0].month[:4]))
    every = -(-len(opening) // _MOST_YEARS)
    left, most = max(placed, key=lambda pair: (pair[1].total, -pair[0]))
    undated = sum(row[total] for row in rows if row["month"] == "")
    return Chart(placed, round(step * _FILLED, 3), tuple(opening[::every]), most, left, undated)


def bars_of(rows: Iterable[Row], total: str, lower: str) -> list[Bar]:
    """Return one bar for each month from the first to the last, empty months included; of more than fifty years the last fifty.

    Args:
        rows: each with `month` as YYYY-MM; what is no month is left out.
        total: name of the column with the whole.
        lower: name of the column with the part in the strong colour.
    """
    known = {place: row for row in rows if (place := _place(row["month"])) is not None}
    if not known:
        return []
    most = max(1, *(row[total] for row in known.values()))
    last, bars = max(known), []
    for place in range(max(min(known), last - _MOST_MONTHS + 1), last + 1):
        row = known.get(place, {total: 0, lower: 0})
        height, lower_height = (round(100 * row[column] / most, 2) for column in (total, lower))
        bars.append(Bar(_month(place), row[total], row[lower], height, lower_height, place % 12 == 0))
    return bars


def month_after(month: str) -> str | None:
    """Return the month that follows a month, None for what is none.

    >>> month_after("2023-12")
    '2024-01'
    """
    place = _place(month)
    return None if place is None else _month(place + 1)


def _month(place: int) -> str:
    return f"{place // 12:04d}-{place % 12 + 1:02d}"


def _place(month: str) -> int | None:
    """Return the rank of a month since year 0, None for what is none."""
    year, dash, number = month.partition("-")
    if not (
        dash
        and len(year) == 4
        and len(number) == 2
        and f"{year}{number}".isascii()
        and f"{year}{number}".isdigit()
        and 1 <= int(number) <= 12
    ):
        return None
    return int(year) * 12 + int(number) - 1
