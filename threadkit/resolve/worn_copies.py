"""Unite copies of one message whose subjects damage has parted: letters lost or mistaken, the end cut off, a stamp or a greeting joined."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations

from threadkit.records import Occurrence
from threadkit.resolve.mail_copies import Group, Merging
from threadkit.resolve.subjects import Subjects
from threadkit.resolve.times import PRECISIONS

RULES = ("worn-subject",)

SHORTEST = 3
LONGEST = 400

Test = Callable[[Occurrence, Occurrence], bool]


class WornSubjects:
    """Unites groups of one minute; `headers_agree` and `share_words` compare two occurrences."""

    def __init__(self, headers_agree: Test, share_words: Test, subjects: Subjects) -> None:
        self._headers_agree = headers_agree
        self._share_words = share_words
        self._subjects = subjects

    def unite(self, groups: list[Group]) -> list[Group]:
        """Return the groups with those of one minute, sender and eight words or more made one whose subjects can have been one.

        A group that fits two which do not fit each other stays as it is.
        """
        minutes: dict[str, list[int]] = {}
        for place, (group, _) in enumerate(groups):
            for minute in {o.sent.value[: PRECISIONS["minute"]] for o in group if o.sent and o.sent.value}:
                if len(minute) == PRECISIONS["minute"]:
                    minutes.setdefault(minute, []).append(place)
        fitting: dict[int, set[int]] = {}
        for places in minutes.values():
            for a, b in combinations(places, 2):
                if self._fit(groups[a][0], groups[b][0]):
                    fitting.setdefault(a, {a}).add(b)
                    fitting.setdefault(b, {b}).add(a)
        merging = Merging(groups)
        for place, near in sorted(fitting.items()):
            if all(near == fitting[other] for other in near):
                for other in near - {place}:
                    merging.merge(place, other, "worn-subject")
        return merging.groups()

    def _fit(self, one: Sequence[Occurrence], other: Sequence[Occurrence]) -> bool:
        pairs = [(a, b) for a in one for b in other]
        return (
            any(self._subjects_fit(a, b) for a, b in pairs)
            and all(self._headers_agree(a, b) for a, b in pairs)
            and any(_have_senders(a, b) and self._share_words(a, b) for a, b in pairs)
        )

    def _subjects_fit(self, a: Occurrence, b: Occurrence) -> bool:
        """Tell whether two subjects are one but for wear, or one begins or ends with the whole of the other."""
        if not a.subject_base or not b.subject_base:
            return False
        if self._subjects.wear.are_same(a.subject_base, b.subject_base):
            return True
        words = self._subjects.words.folding.words
        (short, cut), (long, _) = sorted(((words(o.subject_base or ""), o) for o in (a, b)), key=lambda pair: len(pair[0]))
        if not 0 < len(short) < len(long):
            return False
        if short == long[: len(short)]:
            return _is_telling(rest := long[len(short) :]) or words(cut.body[:LONGEST])[: len(rest)] == rest
        return short == long[-len(short) :] and _is_telling(long[: -len(short)])


def _is_telling(rest: Sequence[str]) -> bool:
    """Tell whether what one of two subjects has more is words: a number can be what makes it another subject (`Lot 2`)."""
    return any(len(word) >= SHORTEST for word in rest) and not any(c.isdigit() for word in rest for c in word)


def _have_senders(a: Occurrence, b: Occurrence) -> bool:
    return all(any(use.field == "from" for use in o.mailboxes) for o in (a, b))
