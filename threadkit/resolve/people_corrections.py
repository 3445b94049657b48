"""Join the people whom a reader knows to be one, and take apart those whom he knows to be several."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from typing import Protocol

from threadkit.resolve.names import NameReader

RULE = "correction"

#: (names and addresses, whether they are kept apart).
PeopleCorrection = tuple[tuple[str, ...], bool]
_Placed = MutableMapping[tuple[str, str], tuple[tuple[int, ...], str]]


class Entity(Protocol):
    """One person in the making."""

    emails: tuple[str, ...]
    keys: set[str]
    units: set[str]
    names: dict[str, int]
    kind: str
    rule: str


class Address(Protocol):
    """What is printed with one address."""

    names: dict[str, int]


def _is_address(item: str) -> bool:
    return "@" in item and " " not in item.strip()


def keys_and_emails(items: Sequence[str], reader: NameReader) -> tuple[list[str], list[str]]:
    """Return the keys of the names among what a correction lists, and the addresses, lower case."""
    emails = [item.strip().lower() for item in items if _is_address(item)]
    forms = [reader.read(item) for item in items if not _is_address(item)]
    return [form.key for form in forms if form is not None], emails


def take_apart(
    corrections: Sequence[PeopleCorrection],
    addresses: Mapping[str, Address],
    bare: MutableMapping[tuple[str, str], dict[str, int]],
    joined: Sequence[tuple[str, str]],
    reader: NameReader,
) -> tuple[list[tuple[str, str]], set[tuple[str, str]]]:
    """Take names from the addresses that are somebody else's; return the pairs of addresses still joined, and (key, address) never to be one."""
    kept, never = list(joined), set()
    for items, is_apart in corrections:
        if not is_apart:
            continue
        keys, emails = keys_and_emails(items, reader)
        kept = [(a, b) for a, b in kept if not (a in emails and b in emails)]
        never |= {(key, email) for key in keys for email in emails}
        for email, address in addresses.items():
            held = {key for name in address.names if (form := reader.read(name)) is not None and (key := form.key) in keys}
            if len(held) > 1:
                never |= {(key, email) for key in keys[1:]}
    for key, email in sorted(never):
        names = addresses[email].names if email in addresses else {}
        for name in [n for n in names if (form := reader.read(n)) is not None and form.key == key]:
            counts = bare.setdefault((key, ""), {})
            counts[name] = counts.get(name, 0) + names.pop(name)
    return kept, never


def join_people(corrections: Sequence[PeopleCorrection], entities: list[Entity], placed: _Placed, reader: NameReader) -> list[int | None]:
    """Make one of the people whom each correction names, and return the person of each correction by its place; None where it fits nobody.

    A name that fits several people is placed with the one whom the correction names by an address; the others keep theirs.
    """
    found: list[int | None] = []
    moved: dict[int, int] = {}

    def at(place: int) -> int:
        while place in moved:
            place = moved[place]
        return place

    for items, is_apart in corrections:
        keys, emails = keys_and_emails(items, reader)
        by_email = [at(i) for email in emails for i, entity in enumerate(entities) if i not in moved and email in entity.emails]
        spots = {key: [spot for spot in placed if spot[0] == key] for key in keys}
        lone = [at(i) for key in keys for i in _named(key, entities, placed, moved, by_email)]
        if len(set(emails)) > len(by_email) or any(not spots[k] and not _holds(k, entities, moved) for k in keys) or len(items) < 2:
            found.append(None)
            continue
        people = sorted({*by_email, *lone})
        if is_apart:
            for place in people:
                entities[place].rule = RULE
            found.append(people[-1] if len(people) > 1 else None)
            continue
        if not people:
            found.append(None)
            continue
        first = people[0]
        _merge(entities, people, keys)
        moved.update(dict.fromkeys(people[1:], first))
        for spot in (spot for key in keys for spot in spots[key]):
            if len(placed[spot][0]) > 1:
                entities[first].units.update({spot[1]} - {""})
            placed[spot] = ((first,), RULE)
        found.append(first)
    kept = [i for i in range(len(entities)) if i not in moved]
    number = {i: n for n, i in enumerate(kept)}
    for spot, (indexes, rule) in placed.items():
        placed[spot] = (tuple(sorted({number[at(i)] for i in indexes})), rule)
    entities[:] = [entities[i] for i in kept]
    return [number[at(i)] if i is not None else None for i in found]


def _holds(key: str, entities: Sequence[Entity], moved: Mapping[int, int]) -> bool:
    return any(key in entity.keys for i, entity in enumerate(entities) if i not in moved)


def _named(key: str, entities: Sequence[Entity], placed: _Placed, moved: Mapping[int, int], by_email: Sequence[int]) -> list[int]:
    """Return the people whom a name means: those without an address, and the one who has it with another address, where nobody else does."""
    named = {i for i, entity in enumerate(entities) if i not in moved and key in entity.keys}
    named |= {i for spot, (indexes, _) in placed.items() if spot[0] == key and len(indexes) == 1 for i in indexes if i not in moved}
    with_address = {i for i in named if entities[i].emails}
    if len(with_address) == 1 and not with_address & set(by_email):
        return sorted(named)
    return sorted(named - with_address)


def _merge(entities: Sequence[Entity], people: Sequence[int], keys: Sequence[str]) -> None:
    """Make the first of some people all of them."""
    entity = entities[people[0]]
    entity.rule = RULE
    entity.keys.update(keys)
    for other in (entities[place] for place in people[1:]):
        entity.emails = tuple(sorted({*entity.emails, *other.emails}))
        entity.keys |= other.keys
        entity.units |= other.units
        for name, uses in other.names.items():
            entity.names[name] = entity.names.get(name, 0) + uses
        if entity.kind == "unknown":
            entity.kind = other.kind
