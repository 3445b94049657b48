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
    joining = _Joining(entities, placed, reader)
    found = [joining.correct(items, is_apart=is_apart) for items, is_apart in corrections]
    number = joining.renumber()
    return [number[i] if i is not None else None for i in found]


class _Joining:
    """People while corrections are made: those who became part of another stay in their places until all are made."""

    def __init__(self, entities: list[Entity], placed: _Placed, reader: NameReader) -> None:
        self._entities, self._placed, self._reader = entities, placed, reader
        self._moved: dict[int, int] = {}

    def correct(self, items: Sequence[str], *, is_apart: bool) -> int | None:
        """Join the people of one correction, or mark them as kept apart; return one of them, None where it fits nobody."""
        keys, emails = keys_and_emails(items, self._reader)
        by_email = [i for email in emails for i, entity in self._standing() if email in entity.emails]
        if len(items) < 2 or len(set(emails)) > len(by_email) or not all(self._is_known(key) for key in keys):
            return None
        people = sorted({*by_email, *(i for key in keys for i in self._named(key, by_email))})
        if is_apart:
            for place in people:
                self._entities[place].rule = RULE
            return people[-1] if len(people) > 1 else None
        return self._join(people, keys) if people else None

    def renumber(self) -> dict[int, int]:
        """Leave out who became part of another, everywhere; return the new place of each old one."""
        kept = [i for i, _ in self._standing()]
        new = {i: n for n, i in enumerate(kept)}
        number = {i: new[self._at(i)] for i in range(len(self._entities))}
        for spot, (indexes, rule) in self._placed.items():
            self._placed[spot] = (tuple(sorted({number[i] for i in indexes})), rule)
        self._entities[:] = [self._entities[i] for i in kept]
        return number

    def _standing(self) -> list[tuple[int, Entity]]:
        """Return who is part of nobody else, with their places."""
        return [(i, entity) for i, entity in enumerate(self._entities) if i not in self._moved]

    def _at(self, place: int) -> int:
        while place in self._moved:
            place = self._moved[place]
        return place

    def _spots(self, key: str) -> list[tuple[str, str]]:
        return [spot for spot in self._placed if spot[0] == key]

    def _is_known(self, key: str) -> bool:
        return bool(self._spots(key)) or any(key in entity.keys for _, entity in self._standing())

    def _named(self, key: str, by_email: Sequence[int]) -> list[int]:
        """Return the people whom a name means: those without an address, and the one who has it with another address, where nobody else does."""
        named = {i for i, entity in self._standing() if key in entity.keys}
        lone = {indexes[0] for spot in self._spots(key) if len(indexes := self._placed[spot][0]) == 1}
        named |= lone - self._moved.keys()
        with_address = {i for i in named if self._entities[i].emails}
        if len(with_address) == 1 and not with_address & set(by_email):
            return sorted(named)
        return sorted(named - with_address)

    def _join(self, people: Sequence[int], keys: Sequence[str]) -> int:
        """Make one of some people, and place the names with him."""
        first = people[0]
        _merge(self._entities, people, keys)
        self._moved.update(dict.fromkeys(people[1:], first))
        for spot in [spot for key in keys for spot in self._spots(key)]:
            if len(self._placed[spot][0]) > 1:
                self._entities[first].units.update({spot[1]} - {""})
            self._placed[spot] = ((first,), RULE)
        return first


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
