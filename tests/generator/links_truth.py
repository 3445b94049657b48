"""Which parents, threads and relations the prints tell, and which a careful reader would leave open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from tests.generator.lines import Occurrence
from tests.generator.mails import Mail


@dataclass(frozen=True, slots=True)
class Link:
    """The parent of one mail, as printed. `others`: parents (or None) that are defensible too; given one of these nothing is measured."""

    parent: int | None
    others: tuple[int | None, ...]

    @property
    def is_sure(self) -> bool:
        """Tell whether the link to a parent is demanded."""
        return self.parent is not None and not self.others


class Links:
    """The links among the mails that are printed."""

    def __init__(self, occurrences: Iterable[Occurrence], tempting: Iterable[tuple[int, int]] = ()) -> None:
        self._tempting: dict[int, set[int | None]] = defaultdict(set)
        for child, other in tempting:
            self._tempting[child].add(other)
        self._places: dict[int, list[Occurrence]] = defaultdict(list)
        self._by_number: dict[int, Occurrence] = {}
        for occurrence in occurrences:
            self._by_number[occurrence.number] = occurrence
            if occurrence.alive:
                self._places[occurrence.mail.key].append(occurrence)
        self._mails = {key: places[0].mail for key, places in self._places.items()}
        self.links = {key: self._link(mail) for key, mail in self._mails.items()}

    def _link(self, mail: Mail) -> Link:
        below = {self._nearest(place) for place in self._places[mail.key]} - {None}
        parent = mail.parent.key if mail.parent is not None else None
        if parent is not None and parent in below:
            return Link(parent, tuple(sorted(key for key in below | self._tempting[mail.key] if key is not None and key != parent)))
        fitting = self._fitting(mail)
        told = [key for key in fitting if self._tells_all(key)]
        alone: set[int | None] = set(told) if len(told) == 1 else set()
        tempting = {*below, *self._tempting[mail.key], *alone}
        if parent in self._mails:
            sure = told == fitting == [parent] and self._is_clear(mail) and not below
            others = sorted(key for key in tempting if key is not None and key != parent)
            return Link(parent, (*others, *(() if sure else (None,))))
        tempting |= self._ancestors(mail) if below else set()
        return Link(None, tuple(sorted(key for key in tempting if key is not None)))

    def _tells_all(self, key: int) -> bool:
        """Tell whether subject, time and people of a mail are printed somewhere."""
        return any(p.shown.sender and p.shown.date and p.shown.subject and (p.shown.to or p.shown.cc) for p in self._places[key])

    def _nearest(self, place: Occurrence) -> int | None:
        """Return the mail that is printed below a place: the quoted one, or what is left below it where its header is lost."""
        number = place.below
        while number is not None:
            below = self._by_number[number]
            if below.alive:
                return below.mail.key
            number = below.below
        return None

    def has_fitting(self, key: int) -> bool:
        """Tell whether an earlier mail that is printed could be what a mail answers or passes on, by subject, time and people."""
        return bool(self._fitting(self._mails[key]))

    def _ancestors(self, mail: Mail) -> set[int]:
        found, parent = set(), mail.parent
        while parent is not None:
            if parent.key in self._mails:
                found.add(parent.key)
            parent = parent.parent
        return found

    def _fitting(self, mail: Mail) -> list[int]:
        """Return the earlier mails of the same base subject that people and time let it answer or pass on."""
        return sorted(other.key for other in self._mails.values() if other.key != mail.key and _fits(mail, other))

    def _is_clear(self, mail: Mail) -> bool:
        """Tell whether subject, time and people of a mail are all printed, and it says that it answers."""
        places = self._places[mail.key]
        whole = any(p.shown.sender and p.shown.date and p.shown.to and p.shown.subject and not p.damages for p in places)
        return whole and mail.subject != mail.base and mail.kind == "message" and not any(p.kind != "person" for p in (*mail.to, *mail.cc))

    def threads(self) -> tuple[list[list[int]], list[tuple[int, int]]]:
        """Return the threads that sure links make, and the pairs about which nothing is measured."""
        root = {key: key for key in self._mails}

        def find(key: int) -> int:
            while root[key] != key:
                key = root[key]
            return key

        for key, link in self.links.items():
            if link.is_sure:
                root[find(key)] = find(link.parent or 0)
        groups: dict[int, list[int]] = defaultdict(list)
        for key in sorted(self._mails):
            groups[find(key)].append(key)
        return list(groups.values()), sorted(self._open_pairs(groups))

    def _open_pairs(self, groups: dict[int, list[int]]) -> set[tuple[int, int]]:
        """Return the pairs of mails in threads that may be one: of one conversation, or joined by a link that is left open."""
        thread = {key: number for number, keys in groups.items() for key in keys}
        joined: dict[int, set[int]] = defaultdict(set)
        by_conversation: dict[int, set[int]] = defaultdict(set)
        for key, mail in self._mails.items():
            by_conversation[mail.conversation].add(thread[key])
            link = self.links[key]
            for other in (link.parent, *link.others):
                if other is not None:
                    joined[thread[key]].add(thread[other])
        edges = [(a, b) for a, others in joined.items() for b in others if a != b]
        edges += [pair for found in by_conversation.values() for pair in combinations(sorted(found), 2)]
        clusters = _cluster(groups, edges)
        pairs = set()
        for cluster in clusters:
            for one, other in combinations(sorted(cluster), 2):
                pairs |= {(a, b) for a in groups[one] for b in groups[other]}
        return pairs


def _cluster(groups: Iterable[int], edges: list[tuple[int, int]]) -> list[set[int]]:
    clusters = {number: {number} for number in groups}
    for one, other in edges:
        together = clusters[one] | clusters[other]
        for number in together:
            clusters[number] = together
    return [cluster for number, cluster in clusters.items() if number == min(cluster)]


def _fits(mail: Mail, other: Mail) -> bool:
    """Tell whether a mail may answer or pass on another: earlier, of one base subject, and the people allow it (a list may hold anybody)."""
    if other.sent >= mail.sent or other.base.casefold() != mail.base.casefold():
        return False
    addressed = (*other.to, *other.cc)
    got_it = mail.sender in addressed or any(p.kind != "person" for p in addressed)
    if mail.relation == "forward":
        return got_it or other.sender == mail.sender
    answers = other.sender in (*mail.to, *mail.cc) or any(p.kind != "person" for p in (*mail.to, *mail.cc))
    return (got_it and answers) or (other.sender == mail.sender and set(mail.to) == set(other.to))
