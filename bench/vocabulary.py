"""The words of the generated corpus: sentences, people and public bodies, expanded from words.toml."""

from __future__ import annotations

import tomllib
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

PEOPLE_A_BODY = 60
_SENTENCES, _TELLING, _LISTINGS = 6000, 1000, 1000
_FIRST_DAY, _DAYS = date(2019, 1, 7), 2000


@dataclass(frozen=True, slots=True)
class Person:
    """One correspondent: the name as a memo prints it, the mailbox as a quotation prints it, and the lines under his words."""

    given: str
    short: str
    listed: str
    mailbox: str
    signature: str


@dataclass(frozen=True, slots=True)
class Day:
    """One calendar day as Outlook prints it."""

    plain: str
    with_weekday: str


def wrap(text: str, width: int) -> str:
    """Break one paragraph at blanks so that no line is longer than `width` (several times as fast as textwrap).

    >>> wrap("un deux trois", 8)
    'un deux\\ntrois'
    """
    if len(text) <= width:
        return text
    lines, start, end = [], 0, len(text)
    while end - start > width:
        cut = text.rfind(" ", start, start + width + 1)
        lines.append(text[start:cut])
        start = cut + 1
    lines.append(text[start:])
    return "\n".join(lines)


def _listed(text: str) -> list[str]:
    return [" ".join(item.split()) for item in text.split(";")]


def _letters(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.replace("’", "").replace("'", ""))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


class Vocabulary:
    """Everything that the generator draws from; the same for every dump of one seed."""

    def __init__(self, seed: int) -> None:
        with (Path(__file__).parent / "words.toml").open("rb") as file:
            words: dict[str, Any] = tomllib.load(file)
        self.printed, self._people, self._bodies = words["printed"], words["people"], words["bodies"]
        self.prose, self.subjects, self.attached, self.release = words["prose"], words["subjects"], words["attached"], words["release"]
        self.towns: list[str] = self._bodies["towns"]
        self._given, self._family = self._people["given"].split(), self._people["family"].split()
        heads, middles, tails = (self.prose[f"firm_{part}"].split() for part in ("heads", "middles", "tails"))
        #: Invented companies, some twenty thousand, so that an archive's distinct words are not few.
        self.firms = [head + middle + tail for head in heads for middle in middles for tail in tails]
        self._slots = {name: _listed(self.prose[name]) for name in ("objects", "themes", "groups", "meetings", "days", "requests")}
        self._slots |= {name: _listed(self.prose[name]) for name in ("consequences", "causes")}
        self.days = [self._day(_FIRST_DAY + timedelta(n)) for n in range(_DAYS)]
        rng = Random(seed)
        self.sentences = [self.filled(rng.choice(self.prose["sentences"]), rng) for _ in range(_SENTENCES)]
        self.telling = [self._cut(rng) for _ in range(_TELLING)]
        self.listings = [self._listing(rng) for _ in range(_LISTINGS)]

    def filled(self, template: str, rng: Random, **more: str) -> str:
        """Return a template with every slot filled."""
        pick = rng.choice
        text = template.format(
            object=pick(self._slots["objects"]), theme=pick(self._slots["themes"]), theme2=pick(self._slots["themes"]),
            group=pick(self._slots["groups"]), meeting=pick(self._slots["meetings"]), day=pick(self._slots["days"]),
            request=pick(self._slots["requests"]), consequence=pick(self._slots["consequences"]), cause=pick(self._slots["causes"]),
            count=pick(self.prose["numbers"]), town=pick(self.towns), **more,
        )  # fmt: skip
        for apart, joined in self.prose["joined"]:
            text = text.replace(apart, joined)
        return text

    def theme(self, rng: Random) -> str:
        """Return what a subject could be about."""
        return rng.choice(self._slots["themes"])

    def object(self, rng: Random) -> str:
        """Return a thing that people write about."""
        return rng.choice(self._slots["objects"])

    def unique(self, rng: Random) -> str:
        """Return a sentence that no other message holds: with a number and a company of its own."""
        draw = rng.random
        before, between, after, firm_first = self.telling[int(draw() * len(self.telling))]
        number, firm = str(10_000 + int(draw() * 990_000)), self.firms[int(draw() * len(self.firms))]
        return before + (firm if firm_first else number) + between + (number if firm_first else firm) + after

    def _cut(self, rng: Random) -> tuple[str, str, str, bool]:
        """Return a sentence in three parts, between which a number and a company stand, and whether the company stands first."""
        text = self.filled(rng.choice(self.prose["unique"]), rng, number="\0", firm="\1")
        parts = text.replace("\1", "\0").split("\0")
        return parts[0], parts[1], parts[2], text.index("\1") < text.index("\0")

    def _day(self, day: date) -> Day:
        ordinal = "1er" if day.day == 1 else str(day.day)
        plain = f"{ordinal} {self.printed['months'][day.month - 1]} {day.year}"
        return Day(plain, f"{self.printed['weekdays'][day.weekday()]} {plain}")

    def section(self, rng: Random, width: int) -> list[str]:
        """Return the lines of one section of an attached document: a heading, then prose, or a list, a table or a form."""
        draw, told = rng.random, self.sentences
        heading = self.attached["headings"][int(draw() * len(self.attached["headings"]))]
        lines = ["", heading, ""]
        if draw() < 0.3:
            return lines + self.listings[int(draw() * len(self.listings))]
        for _ in range(1 + int(draw() * 3)):
            few = [told[int(draw() * len(told))] for _ in range(3 + int(draw() * 3))]
            lines.append(wrap(" ".join(few), width))
            lines.append("")
        return lines

    def _listing(self, rng: Random) -> list[str]:
        """Return the lines of a list, a table or a form."""
        templates = rng.choice(([self.attached["bullet"]], [self.attached["row"]], self.attached["form"]))
        return [self.filled(rng.choice(templates), rng, number=str(rng.randrange(10_000))) for _ in range(rng.randrange(4, 10))]

    @cache  # noqa: B019 - one vocabulary lives as long as the run
    def body(self, number: int) -> PublicBody:
        """Return the public body of that number, with its people."""
        return PublicBody(self._bodies, self._people["titles"], self._given, self._family, number)


class PublicBody:
    """One public body: its people write to each other, and its releases come in one or several dumps."""

    def __init__(self, words: dict[str, Any], titles: list[str], given: list[str], family: list[str], number: int) -> None:
        rng = Random(number)
        name, letters = words["names"][number % len(words["names"])]
        round_ = number // len(words["names"])
        town = words["towns"][round_ % len(words["towns"])]
        domain = f"{letters}{round_ or ''}.{words['domain']}"
        self.disclaimer: str = rng.choice([*words["disclaimers"], "", ""])
        self.people = [
            self._person(rng, words, rng.choice(titles), rng.choice(given), rng.choice(family), f"{name} ({town})" if round_ else name, domain)
            for _ in range(PEOPLE_A_BODY)
        ]

    @staticmethod
    def _person(rng: Random, words: dict[str, Any], title: str, given: str, family: str, body: str, domain: str) -> Person:
        unit, code = rng.choice(words["units"])
        email = f"{_letters(given)}.{_letters(family)}@{domain}"
        signature = rng.choice(words["signature"]).format(
            given=given, family=family, title=title, lower_title=title.lower(), unit=unit, code=code, body=body, email=email.lower(),
            number=rng.randrange(10, 9000), street=rng.choice(words["streets"]), town=rng.choice(words["towns"]),
            phone=f"555 {rng.randrange(200, 1000)}-{rng.randrange(10_000):04}",
        )  # fmt: skip
        short = f"{family}, {given}"
        return Person(given, short, f"{short} ({code})" if rng.random() < 0.5 else short, f"{short} <{email}>", signature)
