"""Read what a reader typed into the search box, or behind `threadkit search`: words, and conditions such as `de:Roy` or `after:2023-05`.

Nothing typed is an error.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from threadkit.words import load_words

__all__ = ["Asked", "is_date", "read_query"]

_PART = re.compile(r'(?P<name>[^\W\d_][\w-]{0,20}):(?:"(?P<quoted>[^"]*)"|(?P<plain>[^\s"]+))|"[^"]*"|\S+')
_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
#: What completes a year, or a month, to a day.
_ANY_DAY = "0001-01-01"
_PEOPLE = ("from", "to", "copied")
_QUOTES = str.maketrans(dict.fromkeys("«»“”„", '"'))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: `words` to be found, people it is from, to or copied to, dates that it is before or not before.

    And what made no condition, as typed: `no_date` is left out; `no_thing` (`avec:Gagnon`) and `nobody` are among the words.
    """

    words: str = ""
    senders: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    copied: tuple[str, ...] = ()
    before: str = ""
    after: str = ""
    with_attachment: bool = False
    no_date: tuple[str, ...] = ()
    no_thing: tuple[str, ...] = ()
    nobody: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is asked for."""
        return self == Asked()

    @property
    def names(self) -> tuple[str, ...]:
        """The names and addresses behind conditions, in order."""
        return (*self.senders, *self.recipients, *self.copied)


@cache
def _content() -> Mapping[str, Any]:
    return tomllib.loads(resources.files("threadkit.queries").joinpath("search_words.toml").read_text(encoding="utf-8"))


@cache
def _operators() -> Mapping[str, str]:
    fold = load_words().folding.fold
    return MappingProxyType({fold(word): each["kind"] for each in _content()["operator"] for word in each["words"]})


@cache
def _had() -> frozenset[str]:
    return frozenset(map(load_words().folding.fold, _content()["has"]["attachment"]))


def read_query(text: str, nobody: Collection[str] = ()) -> Asked:
    """Return what a reader asks for. What makes no condition is told beside it: `avant:2024-13-45` is no date.

    Args:
        text: what was typed.
        nobody: names that nobody in the archive has. Where all names behind a condition are such, what was typed stands for words (`pour:mémoire`).

    >>> read_query('rapport de:"Inès Delorme" après:2023').senders
    ('Inès Delorme',)
    """
    fold = load_words().folding.fold
    found: dict[str, list[tuple[str, str]]] = {kind: [] for kind in (*_PEOPLE, "before", "after", "has")}
    words, no_date, no_thing, unknown = [], [], [], []
    for match in _PART.finditer(text.replace("\x00", " ").translate(_QUOTES)):
        kind = _operators().get(fold(match["name"])) if match["name"] else None
        value = (match["quoted"] or match["plain"] or "").strip()
        if kind is None or not value:
            words.append(match.group())
        elif kind in ("before", "after") and not is_date(value):
            no_date.append(match.group())
        elif kind == "has" and fold(value) not in _had():
            no_thing.append(match.group())
            words.append(match.group().replace(":", " ", 1))
        else:
            found[kind].append((value, match.group()))
    for kind in _PEOPLE:
        if found[kind] and all(name in nobody for name, _ in found[kind]):
            unknown += [typed for _, typed in found[kind]]
            words += [typed.replace(":", " ", 1) for _, typed in found[kind]]
            found[kind] = []
    values = {kind: tuple(value for value, _ in each) for kind, each in found.items()}
    return Asked(
        " ".join(words),
        values["from"],
        values["to"],
        values["copied"],
        min(values["before"], default=""),
        max(values["after"], default=""),
        bool(values["has"]),
        tuple(no_date),
        tuple(no_thing),
        tuple(unknown),
    )


def is_date(text: str) -> bool:
    """Tell whether a day, a month or a year as the archive writes it is one: `2024-13-45` is none."""
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text + _ANY_DAY[len(text) :])
    except ValueError:
        return False
    return True
