"""Who is who, as far as the prints tell: names and addresses are one person only where something printed connects them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.generator.damage_letters import strip_accents
from tests.generator.lines import Box, Occurrence
from tests.generator.world import Person

Mention = tuple[Person, Box, Occurrence]


def list_mentions(occurrences: Iterable[Occurrence]) -> Iterator[Mention]:
    """Yield every mailbox that a header shows."""
    for occurrence in occurrences:
        shown = occurrence.shown
        if shown.sender:
            yield occurrence.mail.sender, shown.sender, occurrence
        for person, box in (*shown.to, *shown.cc):
            yield person, box, occurrence


@dataclass(slots=True)
class _Print:
    """All prints of one family name of one person, and whether an address stands beside one of them."""

    names: set[str] = field(default_factory=set)
    beside_address: bool = False


def write_people(mentions: list[Mention]) -> dict[str, Any]:
    """Return the keys `people`, `ambiguous_names` and `names_alike` of a truth.

    People with two addresses are left out: whether they are one is not printed. A name that two people bear binds nothing, but with the
    unit of one of them it is that one's.
    """
    prints: dict[tuple[int, str], _Print] = defaultdict(_Print)
    emails: dict[int, set[str]] = defaultdict(set)
    people = {person.key: person for person, _, _ in mentions}
    shared = _shared_names(people.values())
    ambiguous = set()
    for person, (name, email), occurrence in mentions:
        last = person.last_at(occurrence.mail.sent)
        if email:
            emails[person.key].add(email)
        if name and person.natural_with(last) in shared and not _names_unit(name, person, people.values()):
            ambiguous.add(name)
        elif name:
            prints[person.key, last].names.add(name)
            prints[person.key, last].beside_address |= bool(email)
    told = [
        entry for key, person in people.items() for entry in _entries(person, emails[key], [p for (k, _), p in prints.items() if k == key])
    ]
    return {"people": told, "ambiguous_names": sorted(ambiguous), "names_alike": _alike(prints.values())}


def _entries(person: Person, emails: set[str], prints: list[_Print]) -> Iterator[dict[str, Any]]:
    """Yield one entry for all that addresses join, and one for each name that stands beside none."""
    if len(emails) > 1:
        return
    kind = person.kind if person.kind != "role" else None
    joined = sorted({name for found in prints if found.beside_address for name in found.names})
    if emails or joined:
        yield {"names": joined, "emails": sorted(emails), "kind": kind}
    for found in prints:
        if not found.beside_address:
            yield {"names": sorted(found.names), "emails": [], "kind": kind}


def _names_unit(name: str, person: Person, people: Iterable[Person]) -> bool:
    """Tell whether a name is printed with a unit that no namesake has."""
    others = {p.unit for p in people if p.natural_with(p.last) == person.natural_with(person.last) and p.key != person.key}
    return person.unit is not None and person.unit not in others and (f"({person.unit})" in name or f"/{person.unit}/" in name)


def _shared_names(people: Iterable[Person]) -> set[str]:
    bearers: dict[str, set[int]] = defaultdict(set)
    for person in people:
        bearers[person.natural_with(person.last)].add(person.key)
    return {name for name, keys in bearers.items() if len(keys) > 1}


def _alike(prints: Iterable[_Print]) -> list[list[str]]:
    """Return the names that are prints of one name: damaged, in Lotus's form, in another order."""
    found = []
    for one in prints:
        names = one.names | {name.split("/")[0] for name in one.names if "/" in name}
        if len({strip_accents(name).lower() for name in names}) > 1:
            found.append(sorted(names))
    return found
