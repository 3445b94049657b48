"""Tell a date that says a day and no year (`hier`, `mardi matin`, `4 mars`) from other words: it is kept as printed, and read as no date."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from threadkit.frozen import record
from threadkit.words import Words

_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_LONGEST = 60
_YEAR = 4
_SMALL = ("articles", "at", "of", "hour_marks", "minute_marks", "clock_words")
_ANY = "any"


@record(frozen=True, slots=True)
class _Vocabulary:
    """The words of one language that stand in such a date: those that tell a day alone, the months, and those beside them."""

    days: frozenset[str]
    months: frozenset[str]
    beside: frozenset[str]


@lru_cache(maxsize=1024)
def is_of_mail(label: str, words: Words) -> bool:
    """Say whether a date's label is one that only mail prints (`Envoyé`), not the `Date` of every form."""
    return words.folding.fold(label) not in words.folded_terms("date-of-forms") and label != label.upper()


@cache
def label_languages(words: Words) -> Mapping[str, frozenset[str]]:
    """Return folded label -> the languages that print it."""
    found: dict[str, set[str]] = {}
    for label in words.labels:
        found.setdefault(words.folding.fold(label.text), set()).add(label.language)
    return {label: frozenset(languages) for label, languages in found.items()}


@lru_cache(maxsize=4096)
def is_loose_date(words: Words, label: str, text: str) -> bool:
    """Say whether a date's text is a day without its year, every word of it one of the language that prints the date's label.

    `Tarih : 2 novembre` is none: the label is Turkish, and the month is not.
    """
    if len(text) > _LONGEST:
        return False
    tokens = _TOKEN.findall(words.folding.fold(text))
    spoken = label_languages(words).get(words.folding.fold(label), frozenset())
    return any(_tells_day(tokens, vocabulary) for language, vocabulary in _vocabularies(words).items() if language in spoken or _ANY in spoken)


def _tells_day(tokens: list[str], vocabulary: _Vocabulary) -> bool:
    named = [token for token in tokens if not token.isdigit()]
    if not all(token in vocabulary.days or token in vocabulary.months or token in vocabulary.beside for token in named):
        return False
    if any(token.isdigit() and len(token) >= _YEAR for token in tokens):
        return False
    numbered = len(tokens) > len(named) and any(token in vocabulary.months for token in named)
    return numbered or any(token in vocabulary.days for token in named)


@cache
def _vocabularies(words: Words) -> Mapping[str, _Vocabulary]:
    """Return language -> its words of days, by its table of dates and its terms of the role `loose-day`."""
    fold, found = words.folding.fold, {}
    for language, table in words.table("dates").items():
        if language == _ANY:
            continue
        days = {fold(word) for names in table["weekdays"] for word in names}
        beside = {fold(word) for key in _SMALL for word in table.get(key, ())} | {fold(word) for word in table.get("ordinals", ())}
        for term in words.terms("loose-day"):
            if term.language == language:
                (days if term.value == "day" else beside).update(_TOKEN.findall(fold(term.text)))
        months = frozenset(fold(word) for names in table["months"] for word in names)
        found[language] = _Vocabulary(frozenset(days), months, frozenset(beside))
    return found
