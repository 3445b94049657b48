"""Unite the mailboxes that the copies of one message print: one row a mailbox, matched by address, else by name."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from threadkit.frozen import record
from threadkit.records import Mailbox, Occurrence, Participant
from threadkit.resolve.names import NameForm, fits_local_part, match_lossy
from threadkit.resolve.people import Directory, Match

RULES = ("mailbox-address", "mailbox-name", "mailbox-place")

_ROLES = ("from", "on-behalf-of", "to", "cc", "bcc", "reply-to")
CACHED_ROWS = 16384
_OPEN = ("list", "masked", "undisclosed", "role")


@record(frozen=True, slots=True)
class Party:
    """Who takes part, as comparing needs it: a person, or an unresolved name with the people it fits.

    `kind` is that of the printed name, or empty.
    """

    role: str
    identity: int | str
    candidates: tuple[int, ...]
    kind: str = ""

    @property
    def is_open(self) -> bool:
        """Whether anybody may stand behind it: a list, a role, a mask or hidden recipients."""
        return self.kind in _OPEN

    @property
    def is_masked(self) -> bool:
        """Whether it is a mask."""
        return self.kind == "masked"

    def matches(self, other: Party) -> bool:
        """Tell whether two parties are, or can be, one person. Two masks are never told to be one."""
        if self.is_masked or other.is_masked:
            return False
        return self.identity == other.identity or self.identity in other.candidates or other.identity in self.candidates


@record(frozen=True, slots=True)
class Parties:
    """The participants of one message as rows and as parties, in the same order, and what each name matched.

    `sender` is the first printed author; `recipients` are those to whom it went: to, cc and bcc.
    """

    rows: tuple[Participant, ...]
    parties: tuple[Party, ...]
    matches: tuple[Match, ...]
    sender: Party | None
    recipients: tuple[Party, ...]


NOBODY = Parties((), (), (), None, ())


@record(frozen=True, slots=True)
class _Printed:
    """One mailbox as printed in one copy, with the reading of its name, and its person where copies are to be matched."""

    mailbox: Mailbox
    form: NameForm | None
    place: int
    person_id: int | None


_Row = tuple[Participant, Party, Match]


class ParticipantUniter:
    """Unites the participants of messages; one answer a mailbox and place, kept: the same few people write most of a release."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._alone = lru_cache(maxsize=CACHED_ROWS)(self._read_alone)

    def unite(self, occurrences: Sequence[Occurrence]) -> Parties:
        """Return the participants of a message whose fullest occurrence comes first."""
        signature = next((o.signature for o in occurrences if o.signature), "")
        lists = _lists_by_role(occurrences)
        found: list[_Row] = []
        for role in _ROLES:
            if role in lists:
                found.extend(self._rows(role, lists[role], signature if role == "from" else ""))
        if not found:
            return NOBODY
        rows, parties, matches = zip(*found, strict=True)
        sender = parties[0] if parties[0].role == "from" else None
        return Parties(rows, parties, matches, sender, tuple([party for party in parties if party.role in ("to", "cc", "bcc")]))

    def _rows(self, role: str, lists: Sequence[Sequence[Mailbox]], signature: str) -> list[_Row]:
        """Return the rows of one field, of which the copies print the given distinct lists."""
        if len(lists) > 1:
            united = _united([self._printed(boxes) for boxes in lists])
            return [_row(role, position, printed, self._directory, signature) for position, printed in enumerate(united, 1)]
        rows = [self._alone(role, i, box.text, box.name, box.email, box.unit) for i, box in enumerate(lists[0], 1)]
        if signature and any(match.candidates for _, _, match in rows):
            printed = self._printed(lists[0])
            return [_row(role, position, [one], self._directory, signature) for position, one in enumerate(printed, 1)]
        return rows

    def _read_alone(self, role: str, position: int, text: str, name: str | None, email: str | None, unit: str | None) -> _Row:
        printed = _Printed(Mailbox(text, name, email, unit), self._directory.reader.read(name), position, None)
        return _row(role, position, [printed], self._directory, "")

    def _printed(self, boxes: Sequence[Mailbox]) -> list[_Printed]:
        read, find = self._directory.reader.read, self._directory.find
        return [_Printed(box, read(box.name), i, find(box.name, box.email, box.unit).person_id) for i, box in enumerate(boxes)]


def _lists_by_role(occurrences: Sequence[Occurrence]) -> dict[str, list[list[Mailbox]]]:
    """Return role -> the distinct lists that the copies print in that field, the fullest copy's first."""
    lists: dict[str, list[list[Mailbox]]] = {}
    principals = principals_of(occurrences)
    for occurrence in occurrences:
        own: dict[str, list[Mailbox]] = {}
        for use in occurrence.mailboxes:
            own.setdefault(use.field, []).append(use.mailbox)
        if principals and "on-behalf-of" not in own and "from" in own and all(principals & keys_of(box) for box in own["from"]):
            own["on-behalf-of"] = own.pop("from")  # a copy that names the principal as its author
        for role, boxes in own.items():
            known = lists.setdefault(role, [])
            if boxes not in known:
                known.append(boxes)
    return lists


def principals_of(occurrences: Sequence[Occurrence]) -> set[str]:
    """Return the addresses and names of those on whose behalf occurrences say that they were sent."""
    return {key for o in occurrences for use in o.mailboxes if use.field == "on-behalf-of" for key in keys_of(use.mailbox)}


def keys_of(mailbox: Mailbox) -> set[str]:
    """Return the address and the name of a mailbox, as printed."""
    return {key for key in (mailbox.email, mailbox.name) if key}


def _united(lists: list[list[_Printed]]) -> list[list[_Printed]]:
    """Return one list of printings a mailbox, in the order of the first list, then of what only others print."""
    shown = max(sum(1 for p in printed if not _is_masked(p)) for printed in lists)
    groups: list[list[_Printed]] = [[printed] for printed in lists[0] if not (_is_masked(printed) and shown >= len(lists[0]))]
    for printed in lists[1:]:
        known = _Known(groups)
        taken: set[int] = set()
        for one in printed:
            if _is_masked(one) and shown >= len(printed):
                continue
            place = next((i for i in known.near(one) if i not in taken and _is_same(groups[i], one, lists)), None)
            if place is None:
                place = len(groups)
                groups.append([])
            groups[place].append(one)
            taken.add(place)
    return groups


class _Known:
    """Finds the groups that a printing could belong to: by address, by name, at its place, and those with letters lost."""

    def __init__(self, groups: list[list[_Printed]]) -> None:
        self._places: dict[tuple[str, str | int], list[int]] = {}
        for i, group in enumerate(groups):
            for one in group:
                for name in self._names(one):
                    self._places.setdefault(name, []).append(i)
        self._count = len(groups)

    def near(self, one: _Printed) -> list[int]:
        if one.form is not None and one.form.lossy:
            return list(range(self._count))
        names = [*self._names(one), ("lossy", "")]
        return sorted({i for name in names for i in self._places.get(name, ())})

    @staticmethod
    def _names(one: _Printed) -> list[tuple[str, str | int]]:
        names: list[tuple[str, str | int]] = [("place", one.place)]
        if one.mailbox.email:
            names.append(("email", one.mailbox.email))
        if one.person_id is not None:
            names.append(("person", one.person_id))
        if one.form is not None:
            names.append(("lossy", "") if one.form.lossy else ("name", one.form.key))
        return names


def _is_masked(printed: _Printed) -> bool:
    return printed.form is not None and printed.form.kind == "masked" and not printed.mailbox.email


def _is_same(group: list[_Printed], one: _Printed, lists: list[list[_Printed]]) -> bool:
    emails = {p.mailbox.email for p in group if p.mailbox.email}
    if one.mailbox.email and emails:
        return one.mailbox.email in emails
    forms = [p.form for p in group if p.form is not None]
    if one.form is not None and forms:
        units = {p.mailbox.unit for p in group if p.mailbox.unit}
        if one.mailbox.unit and units and one.mailbox.unit not in units:
            return False
        return any(one.form.key == f.key or ((one.form.lossy or f.lossy) and match_lossy(one.form, f)) for f in forms)
    if one.person_id is not None and any(p.person_id == one.person_id for p in group):
        return True
    return _same_place(group[0], one, lists)


def _same_place(first: _Printed, one: _Printed, lists: list[list[_Printed]]) -> bool:
    """Tell whether a bare name and a bare address at one place of lists of one length are one mailbox: the only ones, or they fit."""
    lengths = {len(printed) for printed in lists}
    if first.place != one.place or len(lengths) != 1:
        return False
    if lengths == {1}:
        return True
    form, email = (first.form, one.mailbox.email) if first.form is not None else (one.form, first.mailbox.email)
    return form is not None and email is not None and fits_local_part(form, email)


def _fullness(printed: _Printed) -> tuple[object, ...]:
    form, name = printed.form, printed.mailbox.name or ""
    if form is None:
        return (1, 0, 0)
    return (0, form.lossy, -len(form.words) if not form.lossy else 0, -sum(not c.isascii() for c in name))


def _row(role: str, position: int, group: list[_Printed], directory: Directory, signature: str) -> tuple[Participant, Party, Match]:
    named = min(group, key=_fullness)
    name = named.mailbox.name or None
    email = next((p.mailbox.email for p in group if p.mailbox.email), None)
    unit = next((p.mailbox.unit for p in group if p.mailbox.unit), None)
    match = directory.find(name, email, unit, signature)
    form = named.form
    told = None if directory.reader.is_mask_alone(form) else name
    row = Participant(role, position, match.person_id, told, email, group[0].mailbox.text, match.rule)
    unnamed = form.key if form is not None else (email or group[0].mailbox.text)
    identity: int | str = match.person_id if match.person_id is not None else unnamed
    kind = form.kind if form is not None and not (form.kind == "masked" and email) else ""
    return row, Party(role, identity, match.candidates, kind), match
