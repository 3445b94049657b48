"""The small world of one dump: an organisation, its people, strangers, lists and roles."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from tests.generator.chance import Chance
from tests.generator.stock import read_data, read_profile

Kind = Literal["person", "list", "role"]


@dataclass(frozen=True, slots=True)
class Person:
    """One person, list or role. `new_last` is the family name from `renamed` on; `other_email` a second address of the same person."""

    key: int
    kind: Kind
    first: str
    last: str
    unit: str | None
    email: str
    language: str
    client: str
    title: str
    inside: bool
    other_email: str | None = None
    new_last: str | None = None
    renamed: datetime | None = None

    def last_at(self, moment: datetime) -> str:
        """Return the family name at a moment."""
        return self.new_last if self.new_last and self.renamed and moment >= self.renamed else self.last

    def natural_with(self, last: str) -> str:
        """Return `Prénom Nom` with this family name."""
        return f"{self.first} {last}" if self.first else self.last

    def natural(self, moment: datetime) -> str:
        """Return `Prénom Nom`."""
        return self.natural_with(self.last_at(moment))

    def directory(self, moment: datetime) -> str:
        """Return `Nom, Prénom (UNITÉ)`, as the organisation's own directory has it."""
        if not self.first:
            return self.last
        name = f"{self.last_at(moment)}, {self.first}"
        return f"{name} ({self.unit})" if self.unit else name


@dataclass(frozen=True, slots=True)
class World:
    """Who may write to whom in one dump, and where and when."""

    organisation: dict[str, Any]
    language: str
    europe: bool
    people: tuple[Person, ...]
    strangers: tuple[Person, ...]
    groups: tuple[Person, ...]
    start: datetime
    year: int

    @property
    def everybody(self) -> tuple[Person, ...]:
        """Return people, strangers, lists and roles."""
        return (*self.people, *self.strangers, *self.groups)


def make_world(chance: Chance) -> World:
    """Invent the world of one dump."""
    rates = read_profile()["world"]
    language = "fr" if chance.share(rates["french_world_share"]) else "en"
    europe = language == "fr" and chance.share(rates["europe_share"])
    country = "eu" if europe else "ca"
    choices = [o for o in read_data("organisations")["organisation"] if (o["language"], o["country"]) == (language, country)]
    organisation = chance.pick(choices)
    year = chance.between(2009, 2025)
    start = datetime.fromisoformat(f"{year}-01-06") + timedelta(days=chance.between(0, 300))
    makers = _Maker(chance, organisation, language, start)
    people = tuple(makers.person(True) for _ in range(chance.between(*rates["people"])))
    people = _vary(people, chance, rates, start)
    strangers = tuple(makers.person(False) for _ in range(chance.between(*rates["strangers"])))
    groups = makers.groups() if chance.share(rates["lists_share"]) else ()
    return World(organisation, language, europe, people, strangers, groups, start, year)


def _vary(people: tuple[Person, ...], chance: Chance, rates: dict[str, Any], start: datetime) -> tuple[Person, ...]:
    """Give somebody a namesake, somebody a second address, somebody a new name."""
    varied = list(people)
    if chance.share(rates["namesakes_share"]):
        model = varied[0]
        units = [p.unit for p in varied if p.unit and p.unit != model.unit]
        other = replace(varied[1], first=model.first, last=model.last, email=_number(model.email), unit=units[0] if units else model.unit)
        varied[1] = other
    if chance.share(rates["two_addresses_share"]):
        address = (
            fold(f"{varied[2].first}.{varied[2].last}") + "@" + chance.pick(read_data("organisations")["strangers"][varied[2].language])
        )
        varied[2] = replace(varied[2], other_email=address)
    if chance.share(rates["new_name_share"]):
        new = f"{varied[3].last}-{varied[4].last.split('-')[0]}" if " " not in varied[4].last else varied[4].last
        varied[3] = replace(varied[3], new_last=new, renamed=start + timedelta(days=chance.between(5, 60)))
    return tuple(varied)


def _number(email: str) -> str:
    local, domain = email.split("@")
    return f"{local}2@{domain}"


def fold(text: str) -> str:
    """Return a name as addresses have it: no accents, no blanks or apostrophes."""
    plain = unicodedata.normalize("NFD", text.replace("œ", "oe"))
    return "".join(c for c in plain if not unicodedata.combining(c) and c not in " '’")


class _Maker:
    """Draws people who all have names of their own."""

    def __init__(self, chance: Chance, organisation: dict[str, Any], language: str, start: datetime) -> None:
        self._chance, self._organisation, self._language, self._start = chance, organisation, language, start
        self._profile = read_profile()
        self._names: set[str] = set()
        self._count = 0
        self._units = chance.share(0.5)
        self._cased = chance.share(0.5)

    def person(self, inside: bool) -> Person:
        chance = self._chance
        other = "fr" if self._language == "en" else "en"
        language = other if chance.share(self._profile["world"]["other_language_share"]) else self._language
        first, last = self._name(chance.pick(["fr", language, language]))
        domain = self._organisation["domain"] if inside else chance.pick(read_data("organisations")["strangers"][language])
        unit = chance.pick(self._organisation["units"])[0] if inside and self._units else None
        local = fold(f"{first}.{last}") if inside or chance.share(0.6) else fold(f"{first[0]}{last}")
        email = f"{local if inside and self._cased else local.lower()}@{domain}"
        client = chance.weighted(self._profile["quoted"]["weights"])
        title = chance.pick(read_data("phrases")[language]["titles"])
        return Person(self._next(), "person", first, last, unit, email, language, client, title, inside)

    def groups(self) -> tuple[Person, ...]:
        list_name, role = self._chance.pick(self._organisation["lists"]), self._chance.pick(self._organisation["roles"])
        return (self._group("list", list_name), self._group("role", role))

    def _group(self, kind: Kind, name: str) -> Person:
        local = fold(name).lower().strip("_").replace("_", "-")
        return Person(
            self._next(), kind, "", name, None, f"{local}@{self._organisation['domain']}", self._language, "outlook-inline", "", True
        )

    def _next(self) -> int:
        self._count += 1
        return self._count

    def _name(self, language: str) -> tuple[str, str]:
        names = read_data("names")[language]
        while True:
            first, last = self._chance.pick(names["first"]), self._chance.pick(names["last"])
            if last not in self._names and first not in self._names:
                self._names |= {first, last}
                return first, last
