"""Unite the copies that only mail files let one see: by Message-ID, by what an answer quotes, and across time zones.

A mail file tells its time with an offset, often that of a server (`+0000`); prints and quotations tell the wall clock of whoever printed.
So the same message may be dated hours apart. What unites two such copies is never the time alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from threadkit.records import Occurrence
from threadkit.resolve.times import PRECISIONS, minutes_between

RULES = ("same-mail-id", "quoted-in-answer", "other-time-zone")

#: The farthest that two clocks on earth are apart, and the least by which offsets differ, in minutes.
FARTHEST = 26 * 60
STEP = 15
TELLING_WORDS = 8

Group = tuple[tuple[Occurrence, ...], str]
Test = Callable[[Occurrence, Occurrence], bool]


def own_id(occurrence: Occurrence) -> str | None:
    """Return the identifier under which a mail file holds a message, if it does."""
    return occurrence.mail_ids.own if occurrence.mail_ids is not None else None


def ids_contradict(a: Occurrence, b: Occurrence) -> bool:
    """Tell whether two occurrences have identifiers, and not the same."""
    mine, other = own_id(a), own_id(b)
    return mine is not None and other is not None and mine != other


def need_uniting(groups: Sequence[Group]) -> bool:
    """Tell whether any occurrence comes from a mail file or has an offset: elsewhere there is nothing to unite here."""
    return any(o.mail_ids is not None or (o.sent is not None and o.sent.offset_minutes is not None) for group, _ in groups for o in group)


class MailUniter:
    """Unites groups of copies; knows when senders agree and words are alike."""

    def __init__(self, senders_agree: Test, words_agree: Test, folded: Callable[[str | None], str]) -> None:
        self._senders_agree = senders_agree
        self._words_agree = words_agree
        self._folded = folded

    def unite(self, groups: Sequence[Group]) -> list[Group]:
        """Return the groups, those united that are copies of one message. Their order does not matter."""
        found = self._by_id(sorted(groups, key=_first))
        found = self._by_answer(found)
        return self._across_zones(found)

    def _by_id(self, groups: list[Group]) -> list[Group]:
        """Unite what has one identifier; where sender, time and words say otherwise, a program has used it twice, and each stays alone."""
        by_id: dict[str, list[int]] = {}
        for place, (group, _) in enumerate(groups):
            for mail_id in {own for o in group if (own := own_id(o)) is not None}:
                by_id.setdefault(mail_id, []).append(place)
        merged = Merging(groups)
        for mail_id in sorted(by_id):
            for place, other in pairwise(by_id[mail_id]):
                if self._may_be_one(groups[place][0][0], groups[other][0][0]):
                    merged.merge(place, other, "same-mail-id")
        return merged.groups()

    def _may_be_one(self, a: Occurrence, b: Occurrence) -> bool:
        same_time = a.sent is not None and b.sent is not None and a.sent.value is not None and a.sent.value == b.sent.value
        return self._senders_agree(a, b) and (same_time or self._words_agree(a, b))

    def _by_answer(self, groups: list[Group]) -> list[Group]:
        """Unite what an answer quotes first with the mail that its In-Reply-To names, where sender, subject and minutes allow that."""
        place_of = {o.id: place for place, (group, _) in enumerate(groups) for o in group}
        of_id: dict[str, set[int]] = {}
        for place, (group, _) in enumerate(groups):
            for o in group:
                if (own := own_id(o)) is not None:
                    of_id.setdefault(own, set()).add(place)
        merged = Merging(groups)
        for answer, quoted in _first_quoted(groups):
            named = answer.mail_ids.in_reply_to if answer.mail_ids is not None else ()
            places = of_id.get(named[0], set()) if len(named) == 1 else set()
            below = place_of[quoted.id]
            if len(places) != 1 or below in places or any(own_id(o) for o in groups[below][0]):
                continue
            place = next(iter(places))
            if self._may_be_quoted(groups[place][0], groups[below][0]):
                merged.merge(place, below, "quoted-in-answer")
        return merged.groups()

    def _may_be_quoted(self, mail: Sequence[Occurrence], quoted: Sequence[Occurrence]) -> bool:
        a, b = mail[0], quoted[0]
        return (
            self._subjects_agree(a, b)
            and self._senders_agree(a, b)
            and (_minutes_apart(a, b) is None or _is_zone_apart(a, b, or_same=True))
        )

    def _subjects_agree(self, mail: Occurrence, quoted: Occurrence) -> bool:
        return quoted.subject is None or self._folded(mail.subject_base) == self._folded(quoted.subject_base)

    def _across_zones(self, groups: list[Group]) -> list[Group]:
        """Unite a copy without an offset with the one mail of the same sender, subject and eight words or more that whole quarters part."""
        mails: dict[str, set[int]] = {}
        for place, (group, _) in enumerate(groups):
            for o in group:
                if o.sent is not None and o.sent.offset_minutes is not None and o.body_print and o.body_words >= TELLING_WORDS:
                    mails.setdefault(o.body_print, set()).add(place)
        merged = Merging(groups)
        for place, (group, _) in enumerate(groups):
            if any(o.sent is not None and o.sent.offset_minutes is not None for o in group) or not mails:
                continue
            near = {i for o in group for i in mails.get(o.body_print, ())}
            fitting = [i for i in sorted(near) if i != place and self._are_zone_copies(groups[i][0], group)]
            if len(fitting) == 1:
                merged.merge(fitting[0], place, "other-time-zone")
        return merged.groups()

    def _are_zone_copies(self, mail: Sequence[Occurrence], other: Sequence[Occurrence]) -> bool:
        with_offset = next(o for o in mail if o.sent is not None and o.sent.offset_minutes is not None)
        return all(
            self._subjects_agree(with_offset, o) and self._senders_agree(with_offset, o) and _is_zone_apart(with_offset, o) for o in other
        )


class Merging:
    """Groups while they are united: none is united with two that stay apart."""

    def __init__(self, groups: list[Group]) -> None:
        self._groups = groups
        self._head = list(range(len(groups)))
        self._rules: dict[int, str] = {}

    def merge(self, place: int, other: int, rule: str) -> None:
        """Make one group of the groups that two places are in."""
        head, tail = sorted((self._find(place), self._find(other)))
        if head == tail:
            return
        self._head[tail] = head
        self._rules[head] = rule
        self._rules.pop(tail, None)

    def _find(self, place: int) -> int:
        while self._head[place] != place:
            place = self._head[place]
        return place

    def groups(self) -> list[Group]:
        """Return the groups as they are now, each with the rule that united it last."""
        united: dict[int, list[Occurrence]] = {}
        for place, (group, _) in enumerate(self._groups):
            united.setdefault(self._find(place), []).extend(group)
        return [
            (tuple(sorted(found, key=lambda o: o.id)), self._rules[place]) if place in self._rules else self._groups[place]
            for place, found in united.items()
        ]


def _first(group: Group) -> int:
    return min(o.id for o in group[0])


def _first_quoted(groups: Sequence[Group]) -> list[tuple[Occurrence, Occurrence]]:
    """Return each mail file's own message that answers something, with what is quoted first in it."""
    answers = {o.id: o for group, _ in groups for o in group if o.mail_ids is not None and o.mail_ids.in_reply_to}
    found: dict[int, Occurrence] = {}
    for group, _ in groups:
        for o in group:
            if o.standing == "quoted" and o.within_id in answers and o.depth == answers[o.within_id].depth + 1:
                known = found.get(o.within_id)
                if known is None or o.ordinal < known.ordinal:
                    found[o.within_id] = o
    return [(answers[id_], found[id_]) for id_ in sorted(found)]


def _minutes_apart(a: Occurrence, b: Occurrence) -> int | None:
    """Return the minutes between two printed times; None where one of them is not told to the minute."""
    x, y = (o.sent.value if o.sent is not None else None for o in (a, b))
    if x is None or y is None or min(len(x), len(y)) < PRECISIONS["minute"]:
        return None
    return minutes_between(x[: PRECISIONS["minute"]], y[: PRECISIONS["minute"]])


def _is_zone_apart(a: Occurrence, b: Occurrence, *, or_same: bool = False) -> bool:
    """Tell whether two wall times can be one moment on two clocks; an equal wall time is none, unless `or_same`."""
    apart = _minutes_apart(a, b)
    return apart is not None and abs(apart) <= FARTHEST and apart % STEP == 0 and (or_same or apart != 0)
