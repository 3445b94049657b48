"""Copies of one message that do not say the same, aligned word by word: masked here and visible there, or altered."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from threadkit.audit.points import About, Place, Places, Point, make_point
from threadkit.records import Phrase
from threadkit.resolve.aligning import Aligner, Change
from threadkit.words import Words

__all__ = ["RULES", "Variant", "find_variant_points", "read_variants"]

RULES = ("masked-in-one-copy", "altered-copy")

_MASKING = ("masked", "shown")
_SHOWN_WORDS = 24
_MOST_WORDS, _LOST = 40, re.compile("\\w\\?\\w|\\s\\?\\w|[\ufffd]")
_FEWEST_WORDS, _ENDS, _WORDS = 4, ".!?…", re.compile(r"\w")
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

    In `changes` the old text is the fullest copy's. `is_masked` tells that masks alone make the difference.
    """

    message_id: int
    about: About
    fullest: Place | None
    fullest_standing: str
    other: Place | None
    other_standing: str
    is_masked: bool
    changes: tuple[Change, ...]


def read_variants(connection: sqlite3.Connection, words: Words, places: Places) -> Iterator[Variant]:
    """Yield each copy that says something else than the fullest copy of its message; wrapping, bullets and accents make no difference."""
    aligner, furniture, closing = Aligner(words), _Furniture(connection, words, places), words.any_of("closing")
    for message_id, fullest_id, sent_at, sender, subject in connection.execute(_DIFFERING).fetchall():
        copies = {row[0]: row[1:] for row in connection.execute(_COPIES, (message_id,))}
        if fullest_id not in copies:
            continue
        signed = tuple(aligner.words(signature) for *_, signature in copies.values() if signature)
        standing, *place, body, _ = copies.pop(fullest_id)
        for other_standing, *other_place, other_body, _ in copies.values():
            beside = (*signed, *furniture.lines(place[0]), *furniture.lines(other_place[0]))
            changes = tuple(
                change
                for change in aligner.changes(body, other_body)
                if not _is_beside(change, aligner, beside) and not _is_left_of_parting(change, body, other_body, closing)
            )
            if changes:
                is_masked = all(change.kind in _MASKING for change in changes)
                about = About(sent_at, sender, subject)
                yield Variant(message_id, about, places.at(*place), standing, places.at(*other_place), other_standing, is_masked, changes)


class _Furniture:
    """The words of each line of a source that is page furniture: where one stands in a body, the page put it there."""

    def __init__(self, connection: sqlite3.Connection, words: Words, places: Places) -> None:
        self._connection, self._aligner, self._places = connection, Aligner(words), places
        self._known: dict[int, frozenset[tuple[str, ...]]] = {}

    def lines(self, source_id: int) -> frozenset[tuple[str, ...]]:
        """Return the folded words of each line of furniture of a source."""
        if source_id not in self._known:
            rows = self._connection.execute(_FURNITURE, (source_id,)).fetchall()
            texts = self._places.lines(source_id, (line for first, last in rows for line in range(first, last + 1)))
            self._known[source_id] = frozenset(found for text in texts if (found := self._aligner.words(text)))
        return self._known[source_id]


def _is_beside(change: Change, aligner: Aligner, beside: Sequence[tuple[str, ...]]) -> bool:
    """Tell whether words that one copy has more are no part of what it says: of a signature of the message, or a line of page furniture."""
    if change.kind not in ("added", "gone"):
        return False
    more = aligner.words(change.new or change.old)
    return any(_holds(words, more) for words in beside)


def _is_left_of_parting(change: Change, old: str, new: str, closing: re.Pattern[str]) -> bool:
    """Tell whether words of one copy alone are what parting its words from header, stamps or signature left.

    Such are a line in capitals, a closing formula, and at the very beginning or end what is no sentence.
    """
    text, at, more = (old, change.old_start, change.old) if change.kind == "gone" else (new, change.new_start, change.new)
    if change.kind not in ("added", "gone"):
        return False
    whole = " ".join(text.split())
    rest = whole[len(" ".join(text[:at].split())) :].strip()
    is_first, is_last = not _WORDS.search(text[:at]), not _WORDS.search(rest[len(more) :])
    is_alone = _stands_on_its_own(text, at, more)
    if is_alone and (more.isupper() or closing.search(more)):
        return True
    if not (is_first or is_last):
        return False
    # Beside letters that were lost nothing at the edge is told; a page of words more is a text of its own that was read with the message.
    if _LOST.search(more) or len(more.split()) > _MOST_WORDS:
        return True
    return not (len(more.split()) > _FEWEST_WORDS and more[:1].isupper() and (rest[len(more) :].lstrip()[:1] or " ") in _ENDS)


def _stands_on_its_own(text: str, at: int, more: str) -> bool:
    """Tell whether words are all that their lines hold."""
    first = text.rfind("\n", 0, at) + 1
    last = text.find("\n", at + len(more))
    return " ".join(text[first : last if last >= 0 else len(text)].split()) == more


def _holds(words: tuple[str, ...], run: tuple[str, ...]) -> bool:
    return any(words[at : at + len(run)] == run for at in range(len(words) - len(run) + 1))


def find_variant_points(connection: sqlite3.Connection, words: Words, places: Places) -> Iterator[Point]:
    """Yield a point for each copy that differs: what one says and the other masks, leaves out or says otherwise."""
    for variant in read_variants(connection, words, places):
        # What is altered comes before what is masked.
        first = next((change for change in variant.changes if change.kind not in _MASKING), variant.changes[0])
        kind = "variant-masked" if variant.is_masked else "variant-altered"
        rule = RULES[0] if variant.is_masked else RULES[1]
        said = {"old": _cut(first.old), "new": _cut(first.new), "place": _where(variant.fullest)}
        more = len(variant.changes) - 1
        detail = Phrase("“{old}” in one copy ({place}) is “{new}” in the other", **said)
        if more:
            detail = Phrase("{first}, and so on ({n} more)", first=detail, n=more)
        evidence = f"{_cut(first.old)} / {_cut(first.new)}"
        yield make_point(kind, "certain", rule, detail, variant.other, evidence, about=variant.about, message_id=variant.message_id)


def _where(place: Place | None) -> str:
    return f"{place.source}:{place.first_line}" if place else "?"


def _cut(text: str) -> str:
    """Return the first words of a text; a long bar is shown short."""
    words = _LONG_BAR.sub(r"\1\1\1\1\1", text).split()
    return " ".join(words[:_SHOWN_WORDS]) + (" …" if len(words) > _SHOWN_WORDS else "")
