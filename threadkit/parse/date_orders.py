"""Read the dates of which the digits alone do not tell the day from the month (`01/09/01 08:14 AM`) where the other headers of the source tell.

One mailbox prints all its dates in one order. Two headers of one layout with a number beyond twelve in the second place (`01/18/01 08:00 AM`) tell that
the month stands first in it, and none may tell the contrary.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from threadkit.frozen import record
from threadkit.parse.date_grammar import load_grammar
from threadkit.parse.dates import read_printed
from threadkit.parse.judge import JudgedBlock
from threadkit.records import DateReading

__all__ = ["RULES", "with_orders"]

RULES = ("month-first-by-source",)

_AMBIGUOUS = "ambiguous-order"
_DAY_FIRST = "day-first-digits"
_MIXED = "mixed"
_MONTHS = 12
_LEAST = 2
_ONE_PROGRAM = {"unlabelled": "lotus"}


@record(frozen=True, slots=True)
class _Digits:
    """The two numbers of a date with am or pm, as printed, and the date with the first of them for its month."""

    first: int
    second: int
    swapped: str


@lru_cache(maxsize=4096)
def _digits(text: str) -> _Digits | None:
    grammar = load_grammar()
    tidy = grammar.tidy(text)
    for form in grammar.forms:
        match = form.regex.fullmatch(tidy) if form.rule == _DAY_FIRST else None
        said = match.groupdict() if match else {}
        if match is None or not said.get("half") or said.get("first_mark") != "/":
            continue
        year = int(said["year"])
        if len(said["year"]) == len("01"):
            year += 1900 if year >= grammar.pivot else 2000
        first, second = int(said["day"]), int(said["month"])
        return _Digits(first, second, f"{year}-{first:02}-{second:02}{tidy[match.end('year'):]}")
    return None


def with_orders(judged: Sequence[JudgedBlock]) -> list[JudgedBlock]:
    """Return the judged blocks of a source; dates of either order are read with the month first where the other headers of their layout tell so."""
    if not any(item.sent is not None and item.sent.rule == _AMBIGUOUS for item in judged):
        return list(judged)
    told = {layout for layout in map(_program, judged) if layout != _MIXED and _tells_month_first(item for item in judged if _program(item) == layout)}
    return [replace(item, sent=_month_first(item.sent)) if _program(item) in told else item for item in judged]


def _program(item: JudgedBlock) -> str:
    return _ONE_PROGRAM.get(item.layout, item.layout)


def _tells_month_first(items: Iterable[JudgedBlock]) -> bool:
    printed = {item.sent.text for item in items if item.sent is not None and item.verdict == "message"}
    digits = [found for found in map(_digits, printed) if found is not None]
    return sum(found.second > _MONTHS for found in digits) >= _LEAST and not any(found.first > _MONTHS for found in digits)


def _month_first(sent: DateReading | None) -> DateReading | None:
    digits = _digits(sent.text) if sent is not None and sent.rule == _AMBIGUOUS else None
    if sent is None or digits is None:
        return sent
    read = read_printed(digits.swapped)
    return replace(read, text=sent.text, rule=RULES[0]) if read.value is not None else sent
