"""A union-find over plain integers: what belongs together, in near-linear time and eight bytes an item."""

from __future__ import annotations

from array import array
from collections.abc import Iterable


class Unions:
    """Sets of integers from 0. The set's name is its smallest member, whatever the order of `join`."""

    def __init__(self, size: int = 0) -> None:
        self._above = array("q", range(size))

    def __len__(self) -> int:
        return len(self._above)

    def extend(self, count: int) -> None:
        """Add so many items, each alone in its set."""
        self._above.extend(range(len(self._above), len(self._above) + count))

    def find(self, item: int) -> int:
        """Return the name of the set that holds `item`."""
        above = self._above
        while above[item] != item:
            above[item] = item = above[above[item]]
        return item

    def join(self, a: int, b: int) -> None:
        """Make one set of the sets that hold `a` and `b`."""
        self.join_all(((a, b),))

    def join_all(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Make one set of the sets that hold the two of each pair. What `find` does is written out here, for it is asked twice a pair."""
        above = self._above
        for one, other in pairs:
            a, b = one, other
            while (over := above[a]) != a:
                above[a] = a = above[over]
            while (over := above[b]) != b:
                above[b] = b = above[over]
            if a < b:
                above[b] = a
            elif b < a:
                above[a] = b

    def parts(self) -> list[list[int]]:
        """Return the sets, each with its members in order, by their names.

        A name is no greater than what it names, so one look upwards leads every item, taken in order, to its name.
        """
        above = self._above
        parts: dict[int, list[int]] = {}
        for item, over in enumerate(above):
            if over == item:
                parts[item] = [item]
            else:
                above[item] = name = above[over]
                parts[name].append(item)
        return list(parts.values())
