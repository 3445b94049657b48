"""Sentences with their slots filled: numbers, days, places, people of the world."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from tests.generator.chance import Chance
from tests.generator.stock import read_data, read_prose
from tests.generator.world import World

_SLOT = re.compile(r"\{(\w+)\}")


class Writer:
    """Fills slots for one world; what it writes does not come twice but by rare chance."""

    def __init__(self, world: World, chance: Chance) -> None:
        self._world, self._chance = world, chance

    def fill(self, text: str, language: str, **given: str) -> str:
        """Fill the slots of a text."""
        return _SLOT.sub(lambda found: given[found[1]] if found[1] in given else self._slot(found[1], language), text)

    def sentence(self, language: str) -> str:
        """Return one sentence."""
        return self.fill(self._chance.pick(read_prose(language)), language)

    def paragraph(self, language: str, fewest: int = 1, most: int = 4) -> str:
        """Return some sentences."""
        templates = self._chance.some(read_prose(language), self._chance.between(fewest, most))
        return " ".join(self.fill(template, language) for template in templates)

    def day_month(self, language: str) -> str:
        """Return a day of the year that the dump is about."""
        day = self._world.start.replace(month=1, day=1) + timedelta(days=self._chance.between(0, 364))
        month = read_data("dates")["months"][language][day.month - 1]
        return f"{month} {day.day}" if language == "en" else f"{day.day} {month}"

    def _slot(self, name: str, language: str) -> str:
        chance, world = self._chance, self._world
        numbers = {"digit": (2, 9), "number": (11, 89), "hour": (8, 16), "day": (1, 28)}
        if name in numbers:
            return str(chance.between(*numbers[name]))
        if name in {"thing", "thing_of"}:
            thing = chance.pick(read_data("subjects")["things"][language])
            return f"le dossier « {thing} »" if name == "thing_of" else thing
        if name in {"person", "person_last"}:
            person = chance.pick(world.people)
            return person.natural(world.start) if name == "person" else person.last
        made: dict[str, Callable[[], str]] = {
            "amount": lambda: f"{chance.between(2, 98)} {chance.between(100, 999)}",
            "ref": lambda: f"{chance.between(100, 999)}-{chance.between(10, 99)}",
            "year": lambda: str(world.year),
            "place": lambda: str(chance.pick(world.organisation["places"])),
            "day_month": lambda: self.day_month(language),
            "organisation": lambda: str(world.organisation["name"]),
            "place_date": lambda: f"{world.organisation['places'][0]}, {self.day_month(language)} {world.year}",
        }
        return made[name]()
