"""Find the titles that fit a filename without comparing it with each: a clue is looked up by its first letters, its initials or its year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise

from threadkit.resolve.openings import Clue, Opening, OpeningReader

FITS = 0.5


class TitleIndex:
    """Titles of texts by what the clues of a filename can meet in them. `fitting` tells the same as scoring every title would."""

    def __init__(self, titles: Iterable[str], reader: OpeningReader) -> None:
        self._reader = reader
        self._openings = [reader.read_opening(title) for title in titles]
        self._places: dict[str, list[int]] = {}
        for place, opening in enumerate(self._openings):
            for key in _keys_of_opening(opening):
                self._places.setdefault(key, []).append(place)
        self._fits = cache(self._find_fits)

    def fitting(self, clues: Sequence[Clue]) -> Iterator[int]:
        """Yield the places of the titles that bear out half or more of a filename, in order."""
        total = sum(clue.weight for clue in clues)
        borne_out: dict[int, float] = {}
        for clue in clues:
            for place, fit in self._fits(clue):
                borne_out[place] = borne_out.get(place, 0.0) + clue.weight * fit
        return (place for place in sorted(borne_out) if borne_out[place] / total >= FITS)

    def _find_fits(self, clue: Clue) -> tuple[tuple[int, float], ...]:
        near = {place for key in _keys_of_clue(clue) for place in self._places.get(key, ())}
        return tuple((place, fit) for place in near if (fit := self._reader.fit(clue, self._openings[place])))


def _keys_of_opening(opening: Opening) -> set[str]:
    """Return the keys under which an opening is found: the first letters of its words, two initials in a row, the years of its dates."""
    begins = {word[:2] for word in opening.words.words}
    initials = {f"{a}{b}." for a, b in pairwise(opening.words.initials)}
    return begins | initials | {date[0] for date in opening.dates}


def _keys_of_clue(clue: Clue) -> set[str]:
    """Return the keys of all openings that can bear out a clue (see `OpeningReader.fit`)."""
    begins = {form[0][:2] for form in clue.forms}
    initials = {f"{form[0][:2]}." for form in clue.forms if len(form) == 1}
    return begins | initials | set(clue.date[:1])
