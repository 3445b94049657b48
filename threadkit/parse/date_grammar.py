"""The closed grammar of printed dates: the `[dates]` tables of the word files, checked, joined and compiled once.

`any.dates.toml` holds the forms; the other files hold the words of one language each. A language more is one file more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from threadkit.frozen import record
from threadkit.records import Phrase, ThreadkitError
from threadkit.words import load_words
from threadkit.words.folding import Folding

__all__ = ["Form", "Grammar", "MonthWord", "WeekdayWord", "Zone", "date_rules", "load_grammar"]

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_WORD_LISTS = ("articles", "at", "of", "hour_marks", "minute_marks", "second_marks", "clock_words", "year_marks", "utc")
_LANGUAGE_KEYS = {*_WORD_LISTS, "rule", "months", "weekdays", "ordinals", "trailers", "zones", "zone_names", "winter_names"}
_SHARED_KEYS = {
    *_WORD_LISTS,
    "trailers",
    "first_year",
    "last_year",
    "pivot",
    "languages",
    "lost",
    "dashes",
    "dropped",
    "leading_edges",
    "trailing_edges",
    "winter_first",
    "winter_last",
    "pieces",
    "form",
    "lost_colon",
    "zone",
    "token",
    "asked_clock",
    "asked_number",
    "zones",
    "zones_without_offset",
}


@record(frozen=True, slots=True)
class Form:
    """One printed form: its rule, its expression, and what it matches and does not (folded)."""

    rule: str
    regex: re.Pattern[str]
    examples: tuple[str, ...]
    counterexamples: tuple[str, ...]


@record(frozen=True, slots=True)
class MonthWord:
    """The month a word means, and the rules of the languages that print it, the preferred one first."""

    month: int
    rules: tuple[str, ...]


@record(frozen=True, slots=True)
class WeekdayWord:
    """The weekdays a word may mean (0 is Monday), and the rules of the languages that print it."""

    days: frozenset[int]
    rules: frozenset[str]


@record(frozen=True, slots=True)
class Zone:
    """Minutes from UTC (None: not told); `winter_only` where the name is printed in summer too."""

    offset_minutes: int | None
    winter_only: bool = False


class _Tidying(dict[int, str | None]):
    """A table for str.translate that folds each character once, the first time it is met."""

    def __init__(self, folding: Folding, dropped: Iterable[str], dashes: Iterable[str]) -> None:
        super().__init__({ord(mark): None for mark in dropped} | {ord(dash): "-" for dash in dashes})
        self._folding = folding

    def __missing__(self, code: int) -> str:
        character = chr(code)
        # A digit of another shape (², ①, ٣) stays as it is: folded to an ASCII digit it would invent a number.
        ascii_digit_or_letter = code < 128 or not character.isnumeric()
        folded = character if character.isspace() or not ascii_digit_or_letter else self._folding.plain(character)
        self[code] = folded
        return folded


@record(frozen=True, slots=True)
class Grammar:
    """Everything that reads a printed date."""

    forms: tuple[Form, ...]
    lost_colon: Form
    zone_forms: tuple[Form, ...]
    token: Form
    asked_clock: Form
    asked_number: Form
    months: Mapping[str, MonthWord]
    weekdays: Mapping[str, WeekdayWord]
    joining_words: frozenset[str]
    small_words: frozenset[str]
    ordinals: Mapping[str, frozenset[int]]
    zones: Mapping[str, Zone]
    languages: tuple[str, ...]
    lost: str
    leading_edges: str
    trailing_edges: str
    first_year: int
    last_year: int
    pivot: int
    winter: tuple[str, str]
    tidying: _Tidying

    def tidy(self, text: str) -> str:
        """Return `text` folded, with single blanks, plain dashes and nothing at its edges that says nothing.

        A mark that touches the first digit stays, unless it closes the text too: it may stand where a digit was.
        """
        plain = text.lower() if text.isascii() else text.translate(self.tidying)
        single = " ".join(plain.split())
        bare = single.rstrip(self.trailing_edges)
        if single[:1] in self.leading_edges and (single[:1] == single[-1:] or not single[1:2].isdigit()):
            return bare.lstrip(self.leading_edges)
        return bare


def _checked_tables() -> tuple[Mapping[str, Any], list[tuple[str, Mapping[str, Any]]]]:
    tables = dict(load_words().table("dates"))
    shared = tables.pop("any")
    for language, table in (("any", shared), *tables.items()):
        unknown = table.keys() - (_SHARED_KEYS if language == "any" else _LANGUAGE_KEYS)
        if unknown:
            raise ThreadkitError(Phrase("[dates] has unknown keys {unknown}.", unknown=sorted(unknown)), where=f"words/{language}.dates.toml")
    first = list(shared["languages"])
    order = [name for name in first if name in tables] + sorted(tables.keys() - set(first))
    return shared, [(name, tables[name]) for name in order]


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda word: (-len(word), word)))


def _pieces(shared: Mapping[str, Any], tables: Iterable[tuple[str, Mapping[str, Any]]], folding: Folding) -> dict[str, str]:
    everyone = [shared, *(table for _, table in tables)]
    pieces = {key: _alternatives(folding.fold(word) for table in everyone for word in table.get(key, ())) for key in _WORD_LISTS}
    pieces["ordinals"] = _alternatives(word for table in everyone for word in table.get("ordinals", ()))
    pieces["trailers"] = "|".join(f"(?:{trailer})" for table in everyone for trailer in table.get("trailers", ()))
    pieces["lost"] = "".join(re.escape(mark) for mark in shared["lost"])
    pieces.update(shared["pieces"])
    return pieces


def _compiled(entry: Mapping[str, Any], pieces: Mapping[str, str]) -> Form:
    regex = entry["regex"]
    try:
        while _PLACEHOLDER.search(regex):
            regex = _PLACEHOLDER.sub(lambda match: pieces[match[1]], regex)
        return Form(entry.get("rule", ""), re.compile(regex), tuple(entry["examples"]), tuple(entry["counterexamples"]))
    except (re.error, KeyError) as error:
        what = Phrase("a [dates] form does not compile: {detail} in {regex}.", detail=repr(error), regex=repr(regex))
        raise ThreadkitError(what, where="words/any.dates.toml") from error


def _month_words(tables: Iterable[tuple[str, Mapping[str, Any]]], folding: Folding) -> dict[str, MonthWord]:
    found: dict[str, MonthWord] = {}
    for language, table in tables:
        for month, words in enumerate(table["months"], start=1):
            for word in {folding.fold(word) for word in words}:
                known = found.get(word, MonthWord(month, ()))
                if known.month != month:
                    raise ThreadkitError(Phrase("{word} means two months.", word=repr(word)), where=f"words/{language}.dates.toml")
                found[word] = MonthWord(month, (*known.rules, table["rule"]))
    return found


def _weekday_words(tables: Iterable[tuple[str, Mapping[str, Any]]], folding: Folding) -> dict[str, WeekdayWord]:
    found: dict[str, WeekdayWord] = {}
    for _, table in tables:
        for day, words in enumerate(table["weekdays"]):
            for word in (folding.fold(word) for word in words):
                known = found.get(word, WeekdayWord(frozenset(), frozenset()))
                found[word] = WeekdayWord(known.days | {day}, known.rules | {table["rule"]})
    return found


def _zones(shared: Mapping[str, Any], tables: Iterable[tuple[str, Mapping[str, Any]]], folding: Folding) -> dict[str, Zone]:
    found = {word: Zone(None) for word in shared["zones_without_offset"]["words"]}
    for table in (shared, *(table for _, table in tables)):
        for key, winter_only in (("zones", False), ("zone_names", False), ("winter_names", True)):
            found |= {folding.fold(word): Zone(minutes, winter_only) for word, minutes in table.get(key, {}).items()}
    return found


@cache
def load_grammar() -> Grammar:
    """Join and compile the `[dates]` tables; once a process.

    Raises:
        ThreadkitError: a table has an unknown key, a form does not compile, or one word means two months.
    """
    folding = load_words().folding
    shared, tables = _checked_tables()
    pieces = _pieces(shared, tables, folding)
    everyone = [shared, *(table for _, table in tables)]
    words = {key: {folding.fold(word) for table in everyone for word in table.get(key, ())} for key in _WORD_LISTS}
    return Grammar(
        forms=tuple(_compiled(entry, pieces) for entry in shared["form"]),
        lost_colon=_compiled(shared["lost_colon"][0], pieces),
        zone_forms=tuple(_compiled(entry, pieces) for entry in shared["zone"]),
        token=_compiled(shared["token"][0], pieces),
        asked_clock=_compiled(shared["asked_clock"][0], pieces),
        asked_number=_compiled(shared["asked_number"][0], pieces),
        months=_month_words(tables, folding),
        weekdays=_weekday_words(tables, folding),
        joining_words=frozenset(word for key in ("articles", "at", "of") for word in words[key] if word.isalpha()),
        small_words=frozenset().union(*words.values()),
        ordinals={word: frozenset(days) for table in everyone for word, days in table.get("ordinals", {}).items()},
        zones=_zones(shared, tables, folding),
        languages=tuple(name for name, _ in tables),
        lost="".join(shared["lost"]),
        leading_edges=shared["leading_edges"],
        trailing_edges=shared["trailing_edges"],
        first_year=shared["first_year"],
        last_year=shared["last_year"],
        pivot=shared["pivot"],
        winter=(shared["winter_first"], shared["winter_last"]),
        tidying=_Tidying(folding, shared["dropped"], shared["dashes"]),
    )


def date_rules() -> tuple[str, ...]:
    """Return the rules of the grammar's forms, each once, the words' rules by language."""
    shared, tables = _checked_tables()
    forms = [entry["rule"] for entry in (*shared["form"], *shared["lost_colon"]) if entry["rule"] != "words"]
    return tuple(dict.fromkeys([*(table["rule"] for _, table in tables), *forms]))
