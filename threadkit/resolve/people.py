"""Conclude from all printed mailboxes and signatures who is one person, and find the person of a mailbox.

One address is one person, unless the names printed with it cannot be one person's. One name is one person only while it stands with
one address; with two it is two people, and the bare name is nobody's: `person_id` stays NULL.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from threadkit.records import MailboxUse, Person, SignatureUse, content_id
from threadkit.resolve.name_order import turned_keys
from threadkit.resolve.names import NameForm, NameReader, fits_domain, fits_local_part, is_telling, match_lossy, match_names
from threadkit.resolve.people_corrections import PeopleCorrection, join_people, take_apart
from threadkit.resolve.unions import Unions

RULES = (
    "address",
    "address-role",
    "address-shared",
    "signature-address",
    "name-one-address",
    "name-unit",
    "name-alone",
    "name-worn",
    "name-order",
    "name-two-people",
    "name-masked",
    "name-undisclosed",
    "name-none",
)

_PERSONAL = ("person", "unknown")

Evidence = Mapping[tuple[str, str], tuple[str, str]]
NO_EVIDENCE: Evidence = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Match:
    """Whom a mailbox names: one person, or none with those whom it fits."""

    person_id: int | None
    rule: str
    candidates: tuple[int, ...] = ()


@dataclass(slots=True)
class _Address:
    """What is printed with one address; filled while the uses are read."""

    names: dict[str, int] = field(default_factory=dict)
    units: set[str] = field(default_factory=set)
    by_signature: bool = False


@dataclass(slots=True)
class _Entity:
    """One person in the making: addresses, keys of names, and the printed names with their uses."""

    emails: tuple[str, ...]
    keys: set[str]
    units: set[str]
    names: dict[str, int]
    kind: str
    rule: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a directory is made of: the people in a fixed order, whom each address means, whom each name (as compared) and unit.

    `corrected`: the person of each correction of people, in their order; None where it fits nobody.
    """

    people: tuple[Person, ...]
    by_email: dict[str, Match]
    by_name: dict[tuple[str, str], Match]
    corrected: tuple[int | None, ...] = ()


class Directory:
    """All people of the readings. `find` answers for one printed mailbox."""

    def __init__(self, told: Told, reader: NameReader) -> None:
        self.told = told
        self.people = told.people
        self.corrected = told.corrected
        self.reader = reader
        #: The keys of the names that fit two or more people.
        self.ambiguous_keys = frozenset(key for (key, _), match in told.by_name.items() if len(match.candidates) > 1)
        self._by_email = told.by_email
        self._by_name = told.by_name

    def find(self, name: str | None, email: str | None, unit: str | None = None, signature: str = "") -> Match:
        """Return whom a mailbox names; `signature` is the block under the sender's words, which may tell namesakes apart."""
        form = self.reader.read(name)
        if email is not None and email in self._by_email:
            match = self._by_email[email]
            impersonal = match.rule in ("address-role", "address-shared")
            if not impersonal or form is None or form.kind not in _PERSONAL or self.reader.names_office(form, email):
                return match
        if form is None:
            return Match(None, "name-none")
        if form.kind in ("masked", "undisclosed"):
            return Match(None, f"name-{form.kind}")
        match = self._by_name.get((form.key, (unit or "").casefold()), Match(None, "name-none"))
        if match.person_id is None and match.candidates and signature:
            return self._by_signature(form, signature, match)
        return match

    def _by_signature(self, form: NameForm, signature: str, match: Match) -> Match:
        fitting = {e for e in self.reader.emails(signature) if fits_local_part(form, e)}
        people = {m.person_id for e in fitting if (m := self._by_email.get(e)) is not None and m.person_id in match.candidates}
        return Match(people.pop(), "signature-address") if len(people) == 1 else match


def resolve_people(
    uses: Iterable[MailboxUse],
    signatures: Iterable[SignatureUse],
    reader: NameReader,
    evidence: Evidence = NO_EVIDENCE,
    corrections: Sequence[PeopleCorrection] = (),
) -> Directory:
    """Conclude who is one person from the distinct mailboxes and signatures; the same whatever their order.

    `evidence`: (key of a name, unit) -> (address, rule), for namesakes whom single messages tell apart. `corrections`: what readers know.
    """
    addresses, bare = _collect(uses, reader)
    joined = _read_signatures(signatures, addresses, reader)
    joined, never = take_apart(corrections, addresses, bare, joined, reader)
    entities = _address_entities(addresses, joined, reader, bare)
    by_key = _by_key(entities, never)
    told = _use_evidence({name: way for name, way in evidence.items() if (name[0], way[0]) not in never}, entities)
    named = _place_bare_names(bare, by_key, entities, reader, told)
    corrected = join_people(corrections, entities, named, reader)  # type: ignore[arg-type]  # a list of what it asks for
    ids = _entity_ids(entities)
    by_email = {e: Match(i, entity.rule) for i, entity in zip(ids, entities, strict=True) for e in entity.emails}
    by_name = {k: _as_match(indexes, rule, ids) for k, (indexes, rule) in named.items()}
    people = sorted((_person(i, entity, reader) for i, entity in zip(ids, entities, strict=True)), key=lambda p: (p.sort_name, p.id))
    return Directory(Told(tuple(people), by_email, by_name, tuple(ids[i] if i is not None else None for i in corrected)), reader)


def _by_key(entities: Sequence[_Entity], never: Collection[tuple[str, str]]) -> dict[str, list[int]]:
    by_key: dict[str, list[int]] = {}
    for index, entity in enumerate(entities):
        for key in entity.keys:
            if not any((key, email) in never for email in entity.emails):
                by_key.setdefault(key, []).append(index)
    return by_key


def _as_match(indexes: tuple[int, ...], rule: str, ids: list[int]) -> Match:
    if len(indexes) == 1:
        return Match(ids[indexes[0]], rule)
    return Match(None, rule, tuple(sorted(ids[i] for i in indexes)))


_Bare = dict[tuple[str, str], dict[str, int]]


def _collect(uses: Iterable[MailboxUse], reader: NameReader) -> tuple[dict[str, _Address], _Bare]:
    addresses: dict[str, _Address] = {}
    bare: _Bare = {}
    for use in uses:
        form = reader.read(f"{use.name} ({use.unit})" if use.name and use.unit else use.name)
        unit = (use.unit or "").casefold()
        if use.email:
            address = addresses.setdefault(use.email, _Address())
            if unit:
                address.units.add(unit)
            if form is not None and form.kind not in ("masked", "undisclosed"):
                address.names[form.text] = address.names.get(form.text, 0) + use.uses
        elif form is not None and form.kind not in ("masked", "undisclosed"):
            counts = bare.setdefault((form.key, unit), {})
            counts[form.text] = counts.get(form.text, 0) + use.uses
    return addresses, bare


def _forms(address: _Address, reader: NameReader) -> list[NameForm]:
    return [f for n in sorted(address.names) if (f := reader.read(n)) is not None]


def _status(email: str, address: _Address, reader: NameReader) -> str:
    """Return own, role, list or shared: whether an address can stand for one person."""
    forms = _forms(address, reader)
    kinds = {f.kind for f in forms}
    if "list" in kinds or reader.is_list_mailbox(email):
        return "list"
    if "role" in kinds or reader.is_role_mailbox(email) or any(fits_domain(f, email) for f in forms):
        return "role"
    personal = sorted((f for f in forms if f.kind in _PERSONAL), key=lambda f: (f.lossy, -len(f.words), -address.names[f.text], f.text))
    if any(not match_names(personal[0], f) for f in personal[1:]):
        return "shared"
    return "own"


def _read_signatures(signatures: Iterable[SignatureUse], addresses: dict[str, _Address], reader: NameReader) -> list[tuple[str, str]]:
    """Give senders the addresses that their own signatures show; return the pairs of addresses that one message shows for one sender."""
    joined: set[tuple[str, str]] = set()
    for use in sorted(signatures, key=lambda s: (s.sender_name or "", s.sender_email or "", s.text)):
        form = reader.read(use.sender_name)
        if form is None or form.kind != "person" or "@" not in use.text:
            continue
        fitting = sorted({e for e in reader.emails(use.text) if fits_local_part(form, e)})
        fitting = [e for e in fitting if _may_have(addresses.get(e), form, reader)]
        for email in fitting:
            address = addresses.setdefault(email, _Address(by_signature=True))
            address.names.setdefault(form.text, use.uses)
        shown = [*fitting, use.sender_email] if use.sender_email and fitting else fitting
        joined.update((shown[0], other) for other in shown[1:])
    return sorted(joined)


def _may_have(address: _Address | None, form: NameForm, reader: NameReader) -> bool:
    return address is None or all(f.kind in _PERSONAL and match_names(form, f) for f in _forms(address, reader))


def _address_entities(addresses: dict[str, _Address], joined: list[tuple[str, str]], reader: NameReader, bare: _Bare) -> list[_Entity]:
    """Return one entity a set of joined addresses; names that do not go with their address are added to `bare`."""
    emails = sorted(addresses)
    place = {email: i for i, email in enumerate(emails)}
    status = {email: _status(email, addresses[email], reader) for email in emails}
    unions = Unions(len(emails))
    for a, b in joined:
        if status[a] == status[b] == "own":
            unions.join(place[a], place[b])
    groups: dict[int, list[str]] = {}
    for email in emails:
        groups.setdefault(unions.find(place[email]), []).append(email)
    return [_address_entity(tuple(group), status[group[0]], addresses, reader, bare) for group in groups.values()]


def _address_entity(group: tuple[str, ...], status: str, addresses: dict[str, _Address], reader: NameReader, bare: _Bare) -> _Entity:
    names: dict[str, int] = {}
    units: set[str] = set()
    for email in group:
        units |= addresses[email].units
        for form in _forms(addresses[email], reader):
            uses = addresses[email].names[form.text]
            if status == "own" or (status != "shared" and (form.kind not in _PERSONAL or reader.names_office(form, email))):
                names[form.text] = names.get(form.text, 0) + uses
            else:
                counts = bare.setdefault((form.key, ""), {})
                counts[form.text] = counts.get(form.text, 0) + uses
    forms = [f for n in names if (f := reader.read(n)) is not None]
    kind = status if status in ("role", "list") else ("person" if any(f.kind == "person" for f in forms) else "unknown")
    rule = {"own": "address", "shared": "address-shared"}.get(status, "address-role")
    if len(group) > 1 or all(addresses[e].by_signature for e in group):
        rule = "signature-address"
    return _Entity(group, {f.key for f in forms if not f.lossy}, units, names, kind, rule)


def _place_bare_names(
    bare: _Bare, by_key: dict[str, list[int]], entities: list[_Entity], reader: NameReader, told: dict[tuple[str, str], tuple[int, str]]
) -> dict[tuple[str, str], tuple[tuple[int, ...], str]]:
    """Return (key, unit) -> (entities that fit, rule); a name that fits none gets an entity of its own."""
    placed: dict[tuple[str, str], tuple[tuple[int, ...], str]] = {}
    own: dict[str, list[int]] = {}
    whole, turned = _whole_keys(bare, entities, reader), turned_keys(bare, entities, reader)
    for (printed, unit), names in sorted(bare.items(), key=lambda item: (item[0][0] in whole, item[0][0], not item[0][1], item[0][1])):
        key = whole.get(printed, printed)
        if not unit and printed not in by_key and len(by_key.get(turned.get(printed, ""), ())) == 1:
            key = turned[printed]
        with_address = by_key.get(key, [])
        if (key, unit) in told:
            index, rule = told[key, unit]
            _add_names(entities[index], names)
            placed[printed, unit] = ((index,), rule)
            continue
        fitting = _fitting(with_address, unit, entities) if unit else [*with_address, *own.get(key, [])]
        if not fitting:
            form = reader.read(min(names))
            entities.append(_Entity((), {printed}, {unit} - {""}, {}, form.kind if form else "unknown", "name-alone"))
            _add_names(entities[-1], names)
            own.setdefault(printed, []).append(len(entities) - 1)
            placed[printed, unit] = ((len(entities) - 1,), "name-alone")
            continue
        rule = "name-two-people"
        if len(fitting) == 1:
            rule = ("name-unit" if unit in entities[fitting[0]].units else "name-one-address") if with_address else "name-alone"
            rule = ("name-worn" if printed in whole else "name-order") if key != printed else rule
            _add_names(entities[fitting[0]], names)
        placed[printed, unit] = (tuple(fitting), rule)
    return placed


def _whole_keys(bare: _Bare, entities: Sequence[_Entity], reader: NameReader) -> dict[str, str]:
    """Return key of a bare name in which letters are lost -> key of the one whole name, printed anywhere, that it can have been."""
    forms = {key: form for (key, _), names in bare.items() if (form := reader.read(min(names))) is not None}
    worn = {key: form for key, form in forms.items() if form.lossy and is_telling(form)}
    if not worn:
        return {}
    near: dict[str, set[NameForm]] = {reader.worn(form): set() for form in worn.values()}
    printed = (form for entity in entities for name in entity.names if (form := reader.read(name)) is not None)
    for form in (*forms.values(), *printed):
        if form.kind == "person" and not form.lossy and (found := near.get(reader.worn(form))) is not None:
            found.add(form)
    fitting = {key: {whole.key for whole in near[reader.worn(form)] if match_lossy(form, whole)} for key, form in worn.items()}
    return {key: next(iter(keys)) for key, keys in fitting.items() if len(keys) == 1}


def _add_names(entity: _Entity, names: dict[str, int]) -> None:
    for text, uses in names.items():
        entity.names[text] = entity.names.get(text, 0) + uses


def _use_evidence(evidence: Evidence, entities: list[_Entity]) -> dict[tuple[str, str], tuple[int, str]]:
    """Return (key, unit) -> (entity, rule); the entities learn their units, which tell other namesakes apart."""
    place = {email: i for i, entity in enumerate(entities) for email in entity.emails}
    told = {name: (place[email], rule) for name, (email, rule) in evidence.items() if email in place}
    for (_, unit), (index, _) in told.items():
        entities[index].units.add(unit)
    return told


def _fitting(with_address: list[int], unit: str, entities: list[_Entity]) -> list[int]:
    """Return the people of a name whose printed units agree with `unit`: those printed with it, else those printed with none."""
    same = [i for i in with_address if unit in entities[i].units]
    return same or [i for i in with_address if not entities[i].units]


def _primary_key(entity: _Entity) -> str:
    return min(entity.keys, key=lambda k: (-len(k.split()), -len(k), k), default=entity.emails[0] if entity.emails else "")


def _entity_ids(entities: list[_Entity]) -> list[int]:
    """Return ids made of the name where it is one person's alone, else of name and address or unit."""
    owners: dict[str, int] = {}
    for entity in entities:
        key = _primary_key(entity)
        owners[key] = owners.get(key, 0) + 1
    ids = []
    for entity in entities:
        key = _primary_key(entity)
        more = () if owners[key] == 1 else (min(entity.emails, default=""), min(entity.units, default=""))
        ids.append(content_id("person", key, *more))
    return ids


def _person(person_id: int, entity: _Entity, reader: NameReader) -> Person:
    forms = [f for n in sorted(entity.names) if (f := reader.read(n)) is not None]
    if not forms:
        email = entity.emails[0]
        return Person(person_id, email, email, entity.kind, (), entity.emails, entity.rule)

    def quality(form: NameForm) -> tuple[object, ...]:
        accents = sum(not c.isascii() for c in form.text)
        loud = sum(len(w) > 2 and w.isupper() for w in form.display.split())
        turned = not form.lossy and form.key not in entity.keys
        return (form.lossy, turned, loud, -len(form.words), -accents, form.family is None, -entity.names[form.text], form.text)

    best = min(forms, key=quality)
    told = [f for f in forms if f.family is not None and f.key == best.key]
    sort = min(told, key=quality).sort if told else best.sort
    return Person(person_id, best.display, sort, entity.kind, tuple(sorted(entity.names)), entity.emails, entity.rule)
