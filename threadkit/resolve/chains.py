"""Tell which occurrences of a source are printed inside which: a chain is one of them and all inside it."""

from __future__ import annotations

from collections.abc import Iterable


class Chains:
    """The occurrences of one source in the order of the keys, where all that is printed inside one follows it directly."""

    def __init__(self, nested: Iterable[tuple[int, int | None]]) -> None:
        self._ids: list[int] = []
        self._places: dict[int, int] = {}
        #: The place of the occurrence around each one; -1 for none.
        self._within: list[int] = []
        for id_, within_id in nested:
            self._places[id_] = len(self._ids)
            self._ids.append(id_)
            self._within.append(-1 if within_id is None else self._places.get(within_id, -1))

    def chain(self, occurrence_id: int) -> list[int]:
        """Return an occurrence and all that are printed inside it, as printed; none for one of another source."""
        place = self._places.get(occurrence_id)
        if place is None:
            return []
        end = place + 1
        while end < len(self._ids) and self._within[end] >= place:
            end += 1
        return self._ids[place:end]
