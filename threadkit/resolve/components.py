"""Cut all occurrences into components that may concern each other: one holds at most what grouping and the search for parents must see.

Two occurrences are in one component where one is printed inside the other, where their base subjects are alike, or (without a subject)
where minute or words are, and where sender and minute are. A subject that many unrelated messages have (`Bonjour`) joins only what lies
close in time. Holds integers and the distinct subjects, never a full occurrence.
"""

from __future__ import annotations

import itertools
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from threadkit.records import OccurrenceKey, content_id
from threadkit.resolve.subjects import GENERIC_DAYS, Subjects
from threadkit.resolve.times import PRECISIONS, days_of
from threadkit.resolve.unions import Unions


class Index:
    """Integers about every occurrence: its message, and what the message shows of attachments. Seventeen bytes an occurrence."""

    UNTOLD, NONE_NAMED, NAMED = 0, 1, 2

    def __init__(self, ids: array[int]) -> None:
        self._ids = array("q", sorted(ids))
        self._messages = array("q", bytes(8 * len(ids)))
        self._attached = array("b", bytes(len(ids)))

    def note(self, occurrence_id: int, message_id: int, attached: int) -> None:
        """Note the message that an occurrence is a copy of, and whether it names attachments (NAMED, NONE_NAMED, or UNTOLD)."""
        place = bisect_left(self._ids, occurrence_id)
        self._messages[place] = message_id
        self._attached[place] = attached

    def message(self, occurrence_id: int | None) -> int | None:
        """Return the message of an occurrence; None for no occurrence or an unknown one."""
        place = self._place(occurrence_id)
        return self._messages[place] or None if place is not None else None

    def attached(self, occurrence_id: int | None) -> int:
        """Return whether the message of an occurrence names attachments."""
        place = self._place(occurrence_id)
        return self._attached[place] if place is not None else self.UNTOLD

    def _place(self, occurrence_id: int | None) -> int | None:
        if occurrence_id is None:
            return None
        place = bisect_left(self._ids, occurrence_id)
        return place if place < len(self._ids) and self._ids[place] == occurrence_id else None


#: Of no day: what makes two occurrences alike holds at any time.
ANY_DAY = 0

MOMENT_WORDS = 8

Alike = tuple[str, str, int]


def read_alike(key: OccurrenceKey, subjects: Subjects) -> Alike:
    """Return what an occurrence must share with another one for both to be in one component: what it is, its text, and the day.

    With a day, another one shares it when it is at most `GENERIC_DAYS` before or after; else the day is `ANY_DAY`.
    """
    folded = subjects.fold(key.subject_base)
    if folded and not subjects.is_generic(folded):
        return "subject", folded, ANY_DAY
    if key.sent_at is None:
        return "print", f"{folded}\x1f{key.body_print}", ANY_DAY
    if folded:
        return "generic", folded, days_of(key.sent_at)
    return "minute", key.sent_at[: PRECISIONS["minute"]], ANY_DAY


def read_moment(key: OccurrenceKey, subjects: Subjects) -> int:
    """Return a number that copies of one minute, sender and eight words or more share, whatever damage made of their subject; 0 for none."""
    if key.sent_at is None or len(key.sent_at) < PRECISIONS["minute"] or key.body_words < MOMENT_WORDS:
        return 0
    sender = subjects.worn_name(key.sender_name or (key.sender_email or "").partition("@")[0])
    return content_id("moment", key.sent_at[: PRECISIONS["minute"]], sender) if sender else 0


def alike_id(alike: Alike) -> int:
    """Return the number under which the archive keeps what is alike; the day is kept beside it."""
    return content_id("alike", *alike[:2])


class Components:
    """The components of all occurrences; `ids` in the fixed order of the keys. `joined`: pairs that must be looked at together."""

    def __init__(self, keys: Iterable[OccurrenceKey], subjects: Subjects, joined: Iterable[tuple[int, int]] = ()) -> None:
        self.ids = array("q")
        self._alike = array("q")
        self._days = array("i")
        self._moments = array("q")
        self._unions = Unions()
        self._subjects = subjects
        #: What is alike -> its number, and the first place that has it.
        self._firsts: dict[tuple[str, str], tuple[int, int]] = {}
        #: A base subject that joins by itself -> the same.
        self._told: dict[str | None, tuple[int, int]] = {}
        self._generic: dict[str, list[tuple[int, int]]] = {}
        #: Number of an identifier that mail files give -> the first place that names it; and each place that names one.
        self._mail_ids: dict[int, int] = {}
        self._named = (array("q"), array("q"))
        self._join(keys)
        self._join_generic()
        for a, b in joined:
            if a in self.ids and b in self.ids:
                self._unions.join(self.ids.index(a), self.ids.index(b))

    def _join(self, keys: Iterable[OccurrenceKey]) -> None:
        source: int | None = None
        places: dict[int, int] = {}
        moments: dict[int, int] = {}
        for key in keys:
            if key.source_id != source:
                source, places = key.source_id, {}
            place = self._unions.add()
            self.ids.append(key.id)
            places[key.id] = place
            above = places.get(key.within_id, -1) if key.within_id is not None else -1
            if above >= 0:
                self._unions.join(place, above)
            self._join_alike(place, key)
            self._moments.append(moment := read_moment(key, self._subjects))
            if moment:
                self._unions.join(moments.setdefault(moment, place), place)
            for number in key.mail_ids:
                self._join_mail(place, number)

    def _join_alike(self, place: int, key: OccurrenceKey) -> None:
        first, day = self._told.get(key.subject_base), ANY_DAY
        if first is None:
            alike = read_alike(key, self._subjects)
            kind, text, day = alike
            if (first := self._firsts.get((kind, text))) is None:
                first = self._firsts[kind, text] = (alike_id(alike), place)
            if kind == "subject":
                self._told[key.subject_base] = first
            if day != ANY_DAY:
                self._generic.setdefault(text, []).append((day, place))
        self._alike.append(first[0])
        self._days.append(day)
        if day == ANY_DAY and first[1] != place:
            self._unions.join(first[1], place)

    def _join_mail(self, place: int, number: int) -> None:
        """Join what names one identifier: a mail, its answers and theirs belong together whatever their subjects."""
        self._unions.join(self._mail_ids.setdefault(number, place), place)
        self._named[0].append(number)
        self._named[1].append(self.ids[place])

    def _join_generic(self) -> None:
        for places in self._generic.values():
            places.sort()
            for (day, place), (next_day, next_place) in itertools.pairwise(places):
                if next_day - day <= GENERIC_DAYS:
                    self._unions.join(place, next_place)
        self._generic.clear()
        self._firsts.clear()
        self._told.clear()

    def alike(self) -> Iterator[tuple[int, int, int]]:
        """Yield (number of what is alike, day, occurrence) for each occurrence, its moment and each identifier, as the archive keeps it."""
        yield from zip(self._alike, self._days, self.ids, strict=True)
        yield from ((moment, ANY_DAY, id_) for moment, id_ in zip(self._moments, self.ids, strict=True) if moment)
        yield from ((number, ANY_DAY, id_) for number, id_ in sorted(set(zip(*self._named, strict=True))))

    def batches(self, size: int = 500) -> Iterator[list[list[int]]]:
        """Yield lists of components (each a list of occurrence ids) that together hold about `size` occurrences."""
        order = sorted(range(len(self.ids)), key=self._unions.find)
        batch: list[list[int]] = []
        count, last = 0, -1
        for place in order:
            name = self._unions.find(place)
            if name != last and count >= size:
                yield batch
                batch, count = [], 0
            if name != last:
                batch.append([])
                last = name
            batch[-1].append(self.ids[place])
            count += 1
        if batch:
            yield batch
