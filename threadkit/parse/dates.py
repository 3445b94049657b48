"""Read one printed date: a closed grammar for the printed forms, dateparser behind it for the rest. No date is ever invented.

What is read is what is printed: no year, no date; no time, precision "day"; an impossible day, month or hour, or a digit that is a
letter, is unreadable and never mended. Digits are day first. Whatever the words after the date are, they make it unreadable.
"""

from __future__ import annotations

import difflib
import html
import quopri
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache

from threadkit.frozen import record
from threadkit.parse.date_clock import lacks_zero, printed_clock
from threadkit.parse.date_grammar import Form, Grammar, MonthWord, date_rules, load_grammar
from threadkit.parse.date_zones import NO_ZONE, offset_on, printed_zone
from threadkit.records import DateReading

__all__ = ["RULES", "could_stand_in_date", "looks_like_date", "names_month", "prints_time", "read_date", "read_printed"]

RULES: tuple[str, ...] = (
    *date_rules(),
    "month-first-weekday",
    "month-first-digits",
    "lost-accent",
    "damaged-weekday",
    "mojibake",
    "quoted-printable",
    "entities",
    "dateparser",
    "trailing-text",
    "ambiguous-order",
    "day-without-zero",
    "unreadable",
    "empty",
)
"""The names `DateReading.rule` may take; the last five go with no value."""

_CLOCK_LAST = re.compile(r"(.*[0-9]{4},?) ((?:[01][0-9]|2[0-3]):[0-5][0-9])(:[0-5][0-9])?", re.DOTALL)
_ANY_MINUTE, _ANY_SECOND = "T13:47", "T13:47:29"
_DAY = len("2024-12-04")
_LONGEST = 160
_MONTHS = 12
_FALLBACK_LONGEST = 60
_WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SHORTEST_DAMAGED_WEEKDAY = 5
_FEWEST_DIGITS = 10
_LIKENESS = 0.8
_LIKENESS_WITH_SAME_END = 0.7


@record(frozen=True, slots=True)
class _Found:
    """What a form says: a value with its precision, or why there is none."""

    rule: str
    value: str | None = None
    precision: str | None = None
    offset_minutes: int | None = None
    conflict: str = ""


_UNREADABLE = _Found("unreadable")
_NO_FORM = _Found(_UNREADABLE.rule)
"""No form matched, so dateparser may be asked; what a form matched and refused stays refused."""


def read_date(text: str) -> DateReading:
    """Read the whole printed value of a date field, without its label.

    The value is None where the text is empty (`empty`), holds more than a date (`trailing-text`), puts digits below 13 beside am or pm,
    where both orders are in use (`ambiguous-order`), or a day without its zero beside a month with one, of which a digit may be lost
    (`day-without-zero`), or is no date that can be read (`unreadable`). An offset is given only where one is
    printed, or a zone's letters that mean one; a zone's name that clients print all year gives none between March and November.

    Args:
        text: as printed, unfolded or not; kept in the reading as it is.

    >>> read_date("mer. 4 déc. 2024, 11 h 07").value
    '2024-12-04T11:07'
    >>> read_date("l5 mars 2024").rule
    'unreadable'
    """
    return _cached(text) if len(text) <= _LONGEST else _reading(text)


def looks_like_date(text: str) -> bool:
    """Say whether every word of `text` could stand in a printed date, and one is a number or a month.

    Cheap, and true of a piece of a date too ("2023 10:33", "mardi 2 novembre"): it serves to join a date that a wrap cut. What is joined
    is a date only if `read_date` says so. A page number passes.
    """
    if len(text) > _LONGEST:
        return False
    grammar = load_grammar()
    tidy = grammar.tidy(text)
    telling = False
    for word in tidy.split(" "):
        if not _could_stand(word, grammar):
            return False
        telling = telling or any(c.isdigit() for c in word) or _month(word.strip(".,()"), grammar) is not None
    return telling


def prints_time(text: str) -> bool:
    """Say whether a text is a date with a time of day, whether or not it can be read (`02/13/2007 04:22 PM`)."""
    return read_date(text).precision in ("minute", "second") or (looks_like_date(text) and sum(map(str.isdigit, text)) >= _FEWEST_DIGITS)


def could_stand_in_date(word: str, grammar: Grammar) -> bool:
    """Say whether one printed word could stand in a date: a number, a month, a weekday, a zone, or one of the small words between them."""
    return _could_stand(grammar.tidy(word) or word, grammar)


def names_month(word: str, grammar: Grammar) -> bool:
    """Say whether one printed word names a month."""
    return _month((grammar.tidy(word) or word).strip(".,()"), grammar) is not None


def _could_stand(word: str, grammar: Grammar) -> bool:
    bare = word.strip(".,()")
    if _month(bare, grammar) is not None or grammar.token.regex.fullmatch(word):
        return True
    return bare in grammar.weekdays or bare in grammar.small_words or bare in grammar.zones


def read_printed(text: str) -> DateReading:
    """Read a date by the grammar alone: without undoing wrong decodings, and without dateparser behind it."""
    grammar = load_grammar()
    tidy = grammar.tidy(text[: 2 * _LONGEST])
    found = _by_grammar(tidy, grammar) if tidy else _UNREADABLE
    return DateReading(text, found.value, found.precision, found.offset_minutes, found.rule, found.conflict)


def _reading(text: str) -> DateReading:
    grammar = load_grammar()
    tidy = grammar.tidy(text[: 2 * _LONGEST])
    if not tidy:
        return DateReading(text, None, None, None, "unreadable" if text.strip() else "empty")
    found = _by_grammar(tidy, grammar)
    if found.rule == _UNREADABLE.rule and len(text) <= _LONGEST:
        found = _by_undoing(text, grammar) or (_by_dateparser(tidy, grammar) if found is _NO_FORM else None) or found
    return DateReading(text, found.value, found.precision, found.offset_minutes, found.rule, found.conflict)


def _reading_by_day(text: str) -> DateReading:
    """Read a date with a clock at its end by its day: many messages are of one day, and the clock of a day is read as any other is."""
    clocked = _CLOCK_LAST.fullmatch(text)
    if clocked:
        day, clock, second = clocked.groups()
        found = _reading_of_day(day, second is not None)
        if found.value is not None and found.value.endswith(_ANY_SECOND if second else _ANY_MINUTE):
            return DateReading(text, f"{found.value[:_DAY]}T{clock}{second or ''}", found.precision, found.offset_minutes, found.rule, found.conflict)
    return _reading(text)


@lru_cache(maxsize=1 << 12)
def _reading_of_day(day: str, to_the_second: bool) -> DateReading:
    return _reading(f"{day} {(_ANY_SECOND if to_the_second else _ANY_MINUTE)[1:]}")


_cached = lru_cache(maxsize=1 << 12)(_reading_by_day)


def _by_grammar(tidy: str, grammar: Grammar) -> _Found:
    """Return what the first form that reads `tidy` whole says, else why none does."""
    failure = _NO_FORM
    for form in grammar.forms:
        match = form.regex.fullmatch(tidy)
        if match:
            found = _by_form(form, match.groupdict(), grammar)
            if found.value:
                return found
            if failure.rule == _UNREADABLE.rule:
                failure = found
    return failure


def _by_form(form: Form, printed: dict[str, str | None], grammar: Grammar) -> _Found:
    day, rule = _printed_day(form, printed, grammar)
    settled = _day_of_weekday(form, printed, grammar)
    if settled is not None:
        day, rule = settled
    if day is None:
        return _Found("day-without-zero") if form.rule == "day-first-digits" and lacks_zero(printed) else _UNREADABLE
    rest = printed.get("rest") or printed.get("zone") or printed.get("offset") or ""
    if rest and printed.get("hour") is None and (match := grammar.lost_colon.regex.fullmatch(rest)):
        printed, rule = printed | match.groupdict(), grammar.lost_colon.rule
        rest = match["rest"]
    clock = printed_clock(printed)
    if clock is None:
        return _UNREADABLE
    zone, conflict = NO_ZONE, ""
    if rest:
        read = printed_zone(form, rest) if clock else None
        if read is None:
            return _Found("trailing-text") if _is_words(rest) else _UNREADABLE
        zone, conflict = read
    if settled is None and _two_orders(form, printed):
        return _Found("ambiguous-order")
    weekday = printed.get("weekday")
    if weekday:
        named = grammar.weekdays.get(weekday)
        if named is None:
            if not _is_damaged_weekday(weekday, day.weekday(), grammar):
                return _UNREADABLE
            rule = "damaged-weekday"
        elif day.weekday() not in named.days:
            conflict = f"printed {weekday}, {day.isoformat()} is a {_WEEKDAY_NAMES[day.weekday()]}"
    precision = "day" if not clock else "minute" if len(clock) == len("T10:33") else "second"
    return _Found(rule, day.isoformat() + clock, precision, offset_on(zone, day), conflict)


def _printed_day(form: Form, printed: Mapping[str, str | None], grammar: Grammar) -> tuple[date | None, str]:
    """Return the day, or None where it cannot be, and the rule that reads it."""
    day, month, year, rule = printed["day"] or "", printed["month"] or "", printed["year"] or "", form.rule
    mark, ordinal = printed.get("first_mark"), printed.get("ordinal")
    if ordinal and int(day) not in grammar.ordinals[ordinal]:
        return None, rule
    if mark and (mark != printed["second_mark"] or _one_padded(day, month)):
        return None, rule
    if month.isdigit():
        number = int(month)
    else:
        named = grammar.months.get(month)
        if named is None:
            named, rule = _month(month, grammar), "lost-accent"
            if named is None:
                return None, rule
        elif rule == "words":
            rule = _language_rule(named, printed.get("weekday"), grammar)
        number = named.month
    full = int(year)
    if len(year) == 2:
        if mark and mark.strip() == "-":
            return None, rule
        full += 1900 if full >= grammar.pivot else 2000
    if not grammar.first_year <= full <= grammar.last_year:
        return None, rule
    try:
        return date(full, number, int(day)), rule
    except ValueError:
        return None, rule


def _one_padded(day: str, month: str) -> bool:
    """Tell whether one is padded with a zero and the other not: a digit is lost."""
    return len(day) != len(month) and (day[0] == "0" or month[0] == "0")


def _day_of_weekday(form: Form, printed: Mapping[str, str | None], grammar: Grammar) -> tuple[date, str] | None:
    """Return the day of two orders of digits beside am or pm that the printed weekday tells, or a number that is no month; None where nothing does."""
    weekday = grammar.weekdays.get(printed.get("weekday") or "")
    if not printed.get("half") or form.rule != "day-first-digits":
        return None
    swapped = {**printed, "day": printed["month"], "month": printed["day"]}
    if weekday is None:
        only = None if printed.get("weekday") or printed.get("first_mark") != "/" else _printed_day(form, swapped, grammar)[0]
        return (only, "month-first-digits") if only is not None and only.day > _MONTHS else None
    orders = (_printed_day(form, printed, grammar), (_printed_day(form, swapped, grammar)[0], "month-first-weekday"))
    agreeing = {day: rule for day, rule in orders if day is not None and day.weekday() in weekday.days}
    return next(iter(agreeing.items())) if len(agreeing) == 1 else None


def _two_orders(form: Form, printed: Mapping[str, str | None]) -> bool:
    """Tell whether 06/11/2007 9:05 AM may be June or November: English prints am and pm beside both orders."""
    if not printed.get("half") or form.rule != "day-first-digits":
        return False
    return printed["day"] != printed["month"] and int(printed["day"] or 0) <= 12


def _language_rule(named: MonthWord, weekday: str | None, grammar: Grammar) -> str:
    if weekday and len(named.rules) > 1 and (day := grammar.weekdays.get(weekday)):
        return next((rule for rule in named.rules if rule in day.rules), named.rules[0])
    return named.rules[0]


def _month(word: str, grammar: Grammar) -> MonthWord | None:
    """Return the one month that fits a word with lost letters, each mark standing for one letter, or a run for fewer; else None."""
    if not any(mark in word for mark in grammar.lost):
        return grammar.months.get(word)
    return _month_with_lost_letters(word)


@lru_cache(maxsize=1024)
def _month_with_lost_letters(word: str) -> MonthWord | None:
    grammar = load_grammar()
    runs = re.split(f"([{re.escape(grammar.lost)}]+)", word)
    regex = re.compile("".join(f"[a-z]{{1,{len(run)}}}" if index % 2 else re.escape(run) for index, run in enumerate(runs)))
    fitting = {named.month: named for name, named in grammar.months.items() if regex.fullmatch(name)}
    known = sum(len(run) for run in runs[::2])
    return next(iter(fitting.values())) if len(fitting) == 1 and known >= 2 else None


def _is_damaged_weekday(word: str, weekday: int, grammar: Grammar) -> bool:
    """Tell whether a word is the date's own weekday with letters misread: much alike, or alike with the same end.

    A town before a date (Montréal, 4 décembre 2024) is none, and makes the text unreadable.
    """
    names = [name for name, named in grammar.weekdays.items() if weekday in named.days and len(name) >= _SHORTEST_DAMAGED_WEEKDAY]
    return any(
        ratio >= _LIKENESS or (ratio >= _LIKENESS_WITH_SAME_END and name[-2:] == word[-2:])
        for name in names
        if (ratio := difflib.SequenceMatcher(None, name, word, autojunk=False).ratio())
    )


def _is_words(rest: str) -> bool:
    """Tell whether what follows the date begins with a word, apart from the date, and not with more digits."""
    first = next((c for c in rest if c.isalnum()), "")
    return not rest[0].isalnum() and not first.isdigit()


def _by_undoing(text: str, grammar: Grammar) -> _Found | None:
    """Return what the text says once a wrong decoding is undone, under the name of that rule."""
    for rule, undone in _undone(text):
        found = _by_grammar(grammar.tidy(undone), grammar)
        if found.value:
            return replace(found, rule=rule)
    return None


def _undone(text: str) -> Iterator[tuple[str, str]]:
    try:
        if not text.isascii():
            yield "mojibake", text.encode("cp1252").decode("utf-8")
        if "=" in text:
            yield "quoted-printable", quopri.decodestring(text.encode("ascii")).decode("utf-8")
    except UnicodeError:
        pass
    if "&" in text:
        yield "entities", html.unescape(text)


def _by_dateparser(tidy: str, grammar: Grammar) -> _Found | None:
    """Ask dateparser about a text whose words are all date words, and believe only what is printed.

    The month must be a word of the text, the year its four-digit number, the day and the clock its other numbers, with none left over.
    Whatever has a zone, more or fewer numbers, or a word besides, is not asked.
    """
    if len(tidy) > _FALLBACK_LONGEST:
        return None
    numbers, clocks, words = _sorted_words(tidy, grammar)
    months = [word for word in words if word in grammar.months and word not in grammar.weekdays]
    weekdays = [word for word in words if word in grammar.weekdays]
    joining = [word for word in words if word in grammar.joining_words]
    if len(numbers) != 2 or len(clocks) > 1 or len(months) != 1 or len(words) != len(months) + len(weekdays) + len(joining):
        return None
    asked = _dateparser_says(tidy)
    times = clocks[0] if clocks else []
    if asked is None or sorted((asked.day, asked.year)) != sorted(numbers) or asked.month != grammar.months[months[0]].month:
        return None
    says = [asked.hour, asked.minute, asked.second][: len(times)]
    contradicted = any(asked.weekday() not in grammar.weekdays[word].days for word in weekdays)
    if says != times or contradicted or not grammar.first_year <= asked.year <= grammar.last_year:
        return None
    suffix = "".join(f":{number:02d}" for number in times).replace(":", "T", 1)
    return _Found("dateparser", asked.date().isoformat() + suffix, ("day", "minute", "second")[max(0, len(times) - 1)])


def _sorted_words(tidy: str, grammar: Grammar) -> tuple[list[int], list[list[int]], list[str]]:
    """Return the numbers, the clocks and the words of a text."""
    numbers: list[int] = []
    clocks: list[list[int]] = []
    words: list[str] = []
    for word in tidy.split(" "):
        if grammar.asked_number.regex.fullmatch(word):
            numbers.append(int(word.rstrip(",")))
        elif clock := grammar.asked_clock.regex.fullmatch(word):
            clocks.append([int(part) for part in clock.groups() if part])
        else:
            words.append(word.rstrip(".,"))
    return numbers, clocks, words


@lru_cache(maxsize=4096)
def _dateparser_says(tidy: str) -> datetime | None:
    import dateparser  # noqa: PLC0415  it takes half a second to import, and few texts need it

    return dateparser.parse(
        tidy,
        languages=list(load_grammar().languages),
        settings={
            "DATE_ORDER": "DMY",
            "PARSERS": ["absolute-time"],
            "REQUIRE_PARTS": ["day", "month", "year"],
            "RELATIVE_BASE": datetime(2000, 1, 1),  # noqa: DTZ001  a wall time, as printed
            "RETURN_AS_TIMEZONE_AWARE": False,
        },
    )
