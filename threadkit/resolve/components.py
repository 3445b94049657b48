"""Cut all occurrences into components that may concern each other: one holds at most what grouping and the search for parents must see.

Two occurrences are in one component where one is printed inside the other, where their base subjects are alike, or (without a subject)
where minute or words are, and where sender and minute are. A subject that many unrelated messages have (`Bonjour`) joins only what lies
close in time. Holds integers alone, which `alike` reads of each source; two that meet by chance only make a component larger than need be.
"""

from __future__ import annotations

import itertools
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from threadkit.resolve.alike import ANY_DAY, Signs
from threadkit.resolve.subjects import GENERIC_DAYS
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


class Components:
    """The components of all occurrences; `ids` in the order of the signs. `joined`: pairs that must be looked at together."""

    def __init__(self, signs: Iterable[Signs], joined: Iterable[tuple[int, int]] = ()) -> None:
        self.ids = array("q")
        self._alike, self._days, self._moments = array("q"), array("i"), array("q")
        self._mails: list[tuple[int, int]] = []
        #: The base subjects in which letters are lost.
        self.damaged: set[str] = set()
        self._unions = Unions()
        #: Number of what is shared -> the first place that shares it.
        self._firsts: dict[int, int] = {}
        #: Number of a subject that says little -> (day, place) of each that has it.
        self._generic: dict[int, list[tuple[int, int]]] = {}
        for each in signs:
            self._add(each)
        self._join_generic()
        for a, b in joined:
            if a in self.ids and b in self.ids:
                self._unions.join(self.ids.index(a), self.ids.index(b))

    def _add(self, signs: Signs) -> None:
        start = len(self.ids)
        self._unions.extend(len(signs.ids))
        inside = [(place, start + above) for place, above in enumerate(signs.above, start) if above >= 0]
        first = self._firsts.setdefault
        if any(signs.days):
            for place, (number, day) in enumerate(zip(signs.alike, signs.days, strict=True), start):
                if day != ANY_DAY:
                    self._generic.setdefault(number, []).append((day, place))
                elif (one := first(number, place)) != place:
                    inside.append((place, one))
        else:
            inside += [(place, one) for place, number in enumerate(signs.alike, start) if (one := first(number, place)) != place]
        inside += [(place, one) for place, number in enumerate(signs.moments, start) if number and (one := first(number, place)) != place]
        inside += [(start + place, first(number, start + place)) for place, number in signs.mails]
        self._unions.join_all(inside)
        self._keep(signs)

    def _keep(self, signs: Signs) -> None:
        self.ids += signs.ids
        self._alike += signs.alike
        self._days += signs.days
        self._moments += signs.moments
        self.damaged |= signs.damaged
        self._mails += [(number, signs.ids[place]) for place, number in signs.mails]

    def _join_generic(self) -> None:
        for places in self._generic.values():
            places.sort()
            near = [(one, other) for (day, one), (next_day, other) in itertools.pairwise(places) if next_day - day <= GENERIC_DAYS]
            self._unions.join_all(near)
        self._generic.clear()
        self._firsts.clear()

    def alike(self) -> Iterator[tuple[int, int, int]]:
        """Yield (number of what is alike, day, occurrence) for each occurrence, its moment and each identifier, as the archive keeps it."""
        yield from zip(self._alike, self._days, self.ids, strict=True)
        yield from ((moment, ANY_DAY, id_) for moment, id_ in zip(self._moments, self.ids, strict=True) if moment)
        yield from ((number, ANY_DAY, id_) for number, id_ in sorted(set(self._mails)))

    def batches(self, size: int = 500) -> Iterator[list[list[int]]]:
        """Yield lists of components (each a list of occurrence ids) that together hold about `size` occurrences."""
        batch: list[list[int]] = []
        count = 0
        for part in self._unions.parts():
            if count >= size:
                yield batch
                batch, count = [], 0
            batch.append([self.ids[place] for place in part])
            count += len(part)
        if batch:
            yield batch
