"""Who is who, as far as the prints tell: names and addresses are one person only where something printed connects them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
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


def write_people(mentions: list[Mention]) -> dict[str, Any]:
    """Return the keys `people`, `ambiguous_names` and `names_alike` of a truth.

    People with two addresses are left out: whether they are one is not printed. A name that two people bear binds nothing.
    """
    names: dict[tuple[int, str], set[str]] = defaultdict(set)
    emails: dict[int, set[str]] = defaultdict(set)
    together: dict[int, set[str]] = defaultdict(set)
    people = {person.key: person for person, _, _ in mentions}
    for person, (name, email), occurrence in mentions:
        last = person.last_at(occurrence.mail.sent)
        if name:
            names[person.key, last].add(name)
        if email:
            emails[person.key].add(email)
            if name:
                together[person.key].add(last)
    shared = _shared_names(people.values())
    told: list[dict[str, Any]] = []
    for key, person in people.items():
        if len(emails[key]) > 1:
            continue
        kind = person.kind if person.kind != "role" else None
        joined = {last for last in together[key] if person.natural_with(last) not in shared}
        bound = sorted({name for last in joined for name in names[key, last]})
        if emails[key] or bound:
            told.append({"names": bound, "emails": sorted(emails[key]), "kind": kind})
        apart = {last for other, last in names if other == key} - joined
        told += [
            {"names": sorted(names[key, last]), "emails": [], "kind": kind}
            for last in sorted(apart)
            if person.natural_with(last) not in shared
        ]
    ambiguous = sorted({name for (key, last), found in names.items() if people[key].natural_with(last) in shared for name in found})
    return {"people": told, "ambiguous_names": ambiguous, "names_alike": _alike(names)}


def _shared_names(people: Iterable[Person]) -> set[str]:
    bearers: dict[str, set[int]] = defaultdict(set)
    for person in people:
        bearers[person.natural_with(person.last)].add(person.key)
    return {name for name, keys in bearers.items() if len(keys) > 1}


def _alike(names: dict[tuple[int, str], set[str]]) -> list[list[str]]:
    """Return the names that are prints of one name: damaged, in Lotus's form, in another order."""
    found = []
    for prints in names.values():
        lotus = {name.split("/")[0] for name in prints if "/" in name}
        if len({strip_accents(name).lower() for name in prints | lotus}) > 1:
            found.append(sorted(prints | lotus))
    return found
