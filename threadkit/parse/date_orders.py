"""Read the dates of which the digits alone do not tell the day from the month (`01/09/01 08:14 AM`) where the other headers of the source tell.

One mailbox prints all its dates in one order. Two headers of one layout with a number beyond twelve in the second place (`01/18/01 08:00 AM`) tell that
the month stands first in it, and none may tell the contrary. A day without a zero beside a month with one (`6/05/2019 8:50 AM`) is how some systems print
the day first; two such dates tell that no digit is lost, where no header of that layout prints its day with a zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from threadkit.frozen import record
from threadkit.parse.date_grammar import load_grammar
from threadkit.parse.dates import read_printed
from threadkit.parse.judge import JudgedBlock

__all__ = ["RULES", "with_orders"]

RULES = ("month-first-by-source", "day-first-by-source")

_AMBIGUOUS, _WITHOUT_ZERO = "ambiguous-order", "day-without-zero"
_DAY_FIRST = "day-first-digits"
_MIXED = "mixed"
_MONTHS = 12
_LEAST = 2
_ONE_PROGRAM = {"unlabelled": "lotus"}


@record(frozen=True, slots=True)
class _Digits:
    """The two numbers of a date as printed, what both orders make of it, and whether am or pm stands behind it."""

    first: str
    second: str
    day_first: str
    month_first: str
    halved: bool


@lru_cache(maxsize=4096)
def _digits(text: str) -> _Digits | None:
    grammar = load_grammar()
    tidy = grammar.tidy(text)
    for form in grammar.forms:
        match = form.regex.fullmatch(tidy) if form.rule == _DAY_FIRST else None
        said = match.groupdict() if match else {}
        if match is None or said.get("first_mark") != "/":
            continue
        year = int(said["year"])
        if len(said["year"]) == len("01"):
            year += 1900 if year >= grammar.pivot else 2000
        first, second, clock = int(said["day"]), int(said["month"]), tidy[match.end("year") :]
        swapped = f"{year}-{first:02}-{second:02}{clock}"
        return _Digits(said["day"], said["month"], f"{year}-{second:02}-{first:02}{clock}", swapped, bool(said.get("half")))
    return None


def with_orders(judged: Sequence[JudgedBlock]) -> list[JudgedBlock]:
    """Return the judged blocks of a source; dates of either order are read in the one that the other headers tell."""
    if not any(item.sent is not None and item.sent.rule in (_AMBIGUOUS, _WITHOUT_ZERO) for item in judged):
        return list(judged)
    programs = set(map(_program, judged))
    month_first = {layout for layout in programs if layout != _MIXED and _tells_month_first(item for item in judged if _program(item) == layout)}
    day_first = programs - month_first if _drops_zeros(judged) else set()
    day_first = {layout for layout in day_first if not _pads_days(item for item in judged if _program(item) == layout)}
    return [_ordered(item, month_first=_program(item) in month_first, day_first=_program(item) in day_first) for item in judged]


def _program(item: JudgedBlock) -> str:
    return _ONE_PROGRAM.get(item.layout, item.layout)


def _all_digits(items: Iterable[JudgedBlock]) -> list[_Digits]:
    printed = {item.sent.text for item in items if item.sent is not None and item.verdict in ("message", "intro")}
    return [found for found in map(_digits, printed) if found is not None]


def _tells_month_first(items: Iterable[JudgedBlock]) -> bool:
    digits = [found for found in _all_digits(items) if found.halved]
    return sum(int(found.second) > _MONTHS for found in digits) >= _LEAST and not any(int(found.first) > _MONTHS for found in digits)


def _drops_zeros(judged: Iterable[JudgedBlock]) -> bool:
    """Say whether two dates of a source print a day without its zero beside a month with one."""
    return len({item.sent.text for item in judged if item.sent is not None and item.sent.rule == _WITHOUT_ZERO and item.verdict != "none"}) >= _LEAST


def _pads_days(items: Iterable[JudgedBlock]) -> bool:
    """Say whether a date prints its first number with a zero, or a month without one: its system is another one."""
    return any(found.first[0] == "0" or len(found.second) == 1 or int(found.second) > _MONTHS for found in _all_digits(items))


def _ordered(item: JudgedBlock, *, month_first: bool, day_first: bool) -> JudgedBlock:
    """Return a block with its date of either order read in the one that is told; one without its zero is read with its day first."""
    sent = item.sent
    if sent is None or not ((sent.rule == _AMBIGUOUS and (month_first or day_first)) or (sent.rule == _WITHOUT_ZERO and day_first)):
        return item
    digits = _digits(sent.text)
    if digits is None:
        return item
    read = read_printed(digits.month_first if month_first else digits.day_first)
    return replace(item, sent=replace(read, text=sent.text, rule=RULES[not month_first])) if read.value is not None else item
