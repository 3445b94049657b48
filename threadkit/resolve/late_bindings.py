"""Bind texts that follow no attachment list to attachments named anywhere, where an opening spells out one whole filename and no other.

Asked after all messages are made, of what is then still open on both sides. One text and one attachment that fit each other alone are bound;
where two of either fit, none is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from threadkit.records import DocumentPiece, Readings, Span
from threadkit.resolve.attachments import Naming
from threadkit.resolve.documents import DocumentPlanner, Plan, piece_title
from threadkit.resolve.openings import OpeningReader, Spelled

RULES = ("title-anywhere",)

CONFIDENCE = 0.7


class LateBinder:
    """Binds what is left over when all messages are known."""

    def __init__(self, readings: Readings, planner: DocumentPlanner, openings: OpeningReader) -> None:
        self._readings = readings
        self._planner = planner
        self._openings = openings

    def bind(self, plans: Sequence[Plan], namings: Mapping[int, Naming], released: frozenset[int]) -> tuple[Plan, ...]:
        """Return the plans with those bound that can be, cut where a bound text begins; `released` are the attachments that have a text."""
        by_word = self._open_names(namings, released)
        loose = [i for i, plan in enumerate(plans) if plan.kind == "unknown"]
        if not by_word or not loose:
            return tuple(plans)
        fits = {
            (place, index): found
            for place, pieces in self._pieces(plans, loose)
            for index, may_begin in enumerate(self._planner.beginnings(pieces))
            if may_begin and (found := self._spelled_at(pieces, index, by_word))
        }
        starts: dict[int, dict[int, int]] = {}
        for (place, index), attachment_id in _only_pairs(fits).items():
            starts.setdefault(place, {})[index] = attachment_id
        cut = {place: self._cut(plans[place], pieces, starts[place]) for place, pieces in self._pieces(plans, sorted(starts))}
        return tuple(new for place, plan in enumerate(plans) for new in cut.get(place, (plan,)))

    def _open_names(self, namings: Mapping[int, Naming], released: frozenset[int]) -> dict[str, list[tuple[int, Spelled]]]:
        """Return word -> (attachment, filename as spelled), for the attachments without a text: each under one word that must stand there."""
        by_word: dict[str, list[tuple[int, Spelled]]] = {}
        for attachment_id, naming in namings.items():
            filename = naming.attachment.filename
            if attachment_id in released or not self._planner.has_words(filename):
                continue
            spelled = self._openings.spell(filename)
            for word in spelled.needed:
                by_word.setdefault(word, []).append((attachment_id, spelled))
        return by_word

    def _pieces(self, plans: Sequence[Plan], places: Iterable[int]) -> Iterator[tuple[int, list[DocumentPiece]]]:
        """Yield each of the plans at `places` with its pieces; a source's pieces are asked for once."""
        source_id, pieces = None, {}
        for place in places:
            if plans[place].source_id != source_id:
                source_id = plans[place].source_id
                pieces = {piece.position: piece for piece in self._readings.pieces(source_id)}
            yield place, [pieces[position] for position in plans[place].positions]

    def _spelled_at(
        self, pieces: Sequence[DocumentPiece], index: int, by_word: Mapping[str, Sequence[tuple[int, Spelled]]]
    ) -> frozenset[int]:
        opening = self._openings.read_spelling(pieces[index].text)
        near = ((i, spelled) for word in sorted(opening.words) for i, spelled in by_word.get(word, ()))
        return frozenset(i for i, spelled in near if self._openings.is_spelled(spelled, opening))

    def _cut(self, plan: Plan, pieces: Sequence[DocumentPiece], starts: Mapping[int, int]) -> list[Plan]:
        """Return the plans of one, cut where a bound text begins or, other files being open, may end."""
        begins, first_start = self._planner.beginnings(pieces), min(starts)
        ends = [i for i in range(first_start + 1, len(pieces)) if self._planner.may_end_before(pieces, i, may_begin=begins[i])]
        cuts = sorted({0, *starts, *ends, len(pieces)})
        parts = []
        for first, stop in pairwise(cuts):
            part = pieces[first:stop]
            parts.append(
                replace(
                    plan,
                    positions=tuple(p.position for p in part),
                    span=Span(part[0].span.first_line, part[-1].span.last_line),
                    title=piece_title(part[0].text),
                )
            )
            if first in starts:
                parts[-1] = replace(
                    parts[-1], kind="attachment-text", attachment_id=starts[first], rule="title-anywhere", confidence=CONFIDENCE
                )
        return parts


def _only_pairs(fits: Mapping[tuple[int, int], frozenset[int]]) -> dict[tuple[int, int], int]:
    """Return start -> attachment where they fit each other alone; of starts in one text, the first is its beginning."""
    first: dict[tuple[int, frozenset[int]], tuple[int, int]] = {}
    for (place, index), found in sorted(fits.items(), key=lambda item: item[0]):
        first.setdefault((place, found), (place, index))
    starts = {start: fits[start] for start in first.values()}
    uses = Counter(attachment for found in starts.values() for attachment in found)
    return {start: min(found) for start, found in starts.items() if len(found) == 1 and uses[min(found)] == 1}
