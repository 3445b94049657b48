"""Copies of one message that do not say the same, aligned word by word: masked here and visible there, or altered."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from threadkit.audit.points import CERTAIN, POSSIBLE, About, Place, Places, Point, make_point
from threadkit.records import Phrase
from threadkit.resolve.aligning import Change
from threadkit.resolve.differences import Copy, Differences
from threadkit.words import Words

__all__ = ["RULES", "Variant", "find_variant_points", "read_variants"]

RULES = ("masked-in-one-copy", "altered-copy")

_MASKING = ("masked", "shown")
_SHOWN_WORDS = 24
_LONG_BAR = re.compile(r"([^\w\s])\1{5,}")
_DIFFERING = """
SELECT DISTINCT f.message_id, m.occurrence_id, m.sent_at, p.name, m.subject FROM findings f JOIN messages m ON m.id = f.message_id
LEFT JOIN people p ON p.id = m.sender_id WHERE f.kind = 'variant' ORDER BY m.sent_at IS NULL, m.sent_at, m.id
"""
_COPIES = """
SELECT o.id, o.standing, o.source_id, o.first_line, o.last_line, o.body,
  (SELECT g.text FROM occurrence_rows r JOIN signatures g ON g.id = r.signature_id WHERE r.id = o.id)
FROM occurrences o WHERE o.message_id = ? AND o.body <> '' ORDER BY o.source_id, o.first_line
"""
_FURNITURE = "SELECT DISTINCT first_line, last_line FROM segments WHERE source_id = ? AND kind = 'furniture'"


@dataclass(frozen=True, slots=True)
class Variant:
    """One copy of a message that differs from its fullest copy: both places, both standings, and the words that differ as printed.

    In `changes` the old text is the fullest copy's. `is_masked` tells that masks alone make the difference; `certainty` is possible where
    one copy only goes on below its end, or has only lines more that end no sentence.
    """

    message_id: int
    about: About
    fullest: Place | None
    fullest_standing: str
    other: Place | None
    other_standing: str
    is_masked: bool
    changes: tuple[Change, ...]
    certainty: str


def read_variants(connection: sqlite3.Connection, words: Words, places: Places) -> Iterator[Variant]:
    """Yield each copy that says something else than the fullest copy of its message; wrapping, bullets and accents make no difference."""
    differences = Differences(words)
    furniture = _Furniture(connection, differences, places)
    for message_id, fullest_id, sent_at, sender, subject in connection.execute(_DIFFERING).fetchall():
        copies = {row[0]: row[1:] for row in connection.execute(_COPIES, (message_id,))}
        if fullest_id not in copies:
            continue
        told: list[tuple[Copy, Place | None, str]] = []
        signed = tuple(differences.words(signature) for *_, signature in copies.values() if signature)
        standing, *place, body, signature = copies.pop(fullest_id)
        full = Copy(body, signature or "")
        for other_standing, *other_place, other_body, other_signature in copies.values():
            other = Copy(other_body, other_signature or "")
            changes = differences.between(full, other, (*signed, *furniture.lines(place[0]), *furniture.lines(other_place[0])))
            if not changes:
                continue
            is_masked = all(change.kind in _MASKING for change in changes)
            is_doubtful = differences.is_ending(changes, full, other) or differences.are_lines_apart(changes, full, other)
            certainty = POSSIBLE if is_doubtful else CERTAIN
            about, at = About(sent_at, sender, subject), places.at(*other_place)
            yield Variant(message_id, about, places.at(*place), standing, at, other_standing, is_masked, changes, certainty)
            # What the fullest copy masks, two others may show, and not say the same.
            for known, known_at, known_standing in told if is_masked else ():
                between = differences.between(known, other, signed)
                if any(change.kind not in _MASKING for change in between):
                    yield Variant(message_id, about, known_at, known_standing, at, other_standing, False, between, certainty)
                    break
            told += [(other, at, other_standing)] if is_masked else []


class _Furniture:
    """The words of each line of a source that is page furniture: where one stands in a body, the page put it there."""

    def __init__(self, connection: sqlite3.Connection, differences: Differences, places: Places) -> None:
        self._connection, self._differences, self._places = connection, differences, places
        self._known: dict[int, frozenset[tuple[str, ...]]] = {}

    def lines(self, source_id: int) -> frozenset[tuple[str, ...]]:
        """Return the folded words of each line of furniture of a source."""
        if source_id not in self._known:
            rows = self._connection.execute(_FURNITURE, (source_id,)).fetchall()
            texts = self._places.lines(source_id, (line for first, last in rows for line in range(first, last + 1)))
            self._known[source_id] = frozenset(found for text in texts if (found := self._differences.words(text)))
        return self._known[source_id]


def find_variant_points(connection: sqlite3.Connection, words: Words, places: Places) -> Iterator[Point]:
    """Yield a point for each copy that differs: what one says and the other masks, leaves out or says otherwise."""
    for variant in read_variants(connection, words, places):
        # What is altered comes before what is masked.
        first = next((change for change in variant.changes if change.kind not in _MASKING), variant.changes[0])
        kind = "variant-masked" if variant.is_masked else "variant-altered"
        rule = RULES[0] if variant.is_masked else RULES[1]
        said = {"old": _cut(first.old), "new": _cut(first.new), "place": _where(variant.fullest)}
        more = len(variant.changes) - 1
        detail = _differing(said)
        if more:
            detail = Phrase("{first}, and so on ({n} more)", first=detail, n=more)
        evidence = f"{_cut(first.old)} / {_cut(first.new)}"
        yield make_point(kind, variant.certainty, rule, detail, variant.other, evidence, about=variant.about, message_id=variant.message_id)


def _differing(said: Mapping[str, str]) -> Phrase:
    """Return what a copy says for what; words that one of them lacks are told as such."""
    if not said["new"]:
        return Phrase("“{old}” stands in one copy ({place}), and not in the other", **said)
    if not said["old"]:
        return Phrase("“{new}” stands in the other copy, and not in the one at {place}", **said)
    return Phrase("“{old}” in one copy ({place}) is “{new}” in the other", **said)


def _where(place: Place | None) -> str:
    return f"{place.source}:{place.first_line}" if place else "?"


def _cut(text: str) -> str:
    """Return the first words of a text; a long bar is shown short."""
    words = _LONG_BAR.sub(r"\1\1\1\1\1", text).split()
    return " ".join(words[:_SHOWN_WORDS]) + (" …" if len(words) > _SHOWN_WORDS else "")
