"""Mark what findings may be made of: masks, emptied contact labels, attachments mentioned in the text, torn headers."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import AnyStr

from threadkit.parse.lines import Lines, span
from threadkit.parse.segments import Floor
from threadkit.records import Mark
from threadkit.words import Pattern, Words

RULES = ("visible-mask", "article-mask", "silent-mask", "attachment-mention")

_OWN = frozenset({"body", "signature"})
_PLACES = (
    # role of the patterns, kind of mark, rule, kinds of segment in which it counts
    ("mask", "redaction", "visible-mask", frozenset({"body", "signature", "document", "header"})),
    ("article-mask", "redaction", "article-mask", frozenset({"body", "signature", "header"})),
    ("silent-mask", "redaction", "silent-mask", _OWN),
    ("attachment-mention", "attachment-mention", "attachment-mention", frozenset({"body"})),
)


_LOWER = bytes(ord(char.lower()) for char in map(chr, range(256)))
_LATIN = re.compile("[\x00-\xff]*")


class Marker:
    """Finds the marks of one source: lines that hold what a pattern needs are looked up in the whole text, and only they are matched."""

    def __init__(self, lines: Lines, words: Words) -> None:
        self._lines = lines
        self._words = words

    def marks(self, floor: Floor) -> list[Mark]:
        """Return the marks of a source whose lines are claimed: one a line and rule, and one attachment mentioned a message."""
        text = self._lines.text
        lowered = text.encode("latin-1", "replace").translate(_LOWER)
        found: dict[tuple[int, str], Mark] = {}
        for role, kind, rule, places in _PLACES:
            for pattern in self._words.patterns(role):
                for index in self._candidates(text, lowered, pattern):
                    tag = floor.tag(index)
                    match = pattern.regex.search(self._lines.shown[index]) if tag and tag.kind in places else None
                    if tag and match and (index, rule) not in found:
                        found[index, rule] = Mark(kind, span(index, index), tag.occurrence_id, match.group(0).strip(), rule)
        return _one_mention_a_message([mark for _, mark in sorted(found.items())])

    def _candidates(self, text: str, lowered: bytes, pattern: Pattern) -> Iterator[int]:
        """Yield the lines that hold one of the texts that the pattern needs (every line, where it needs none).

        `lowered` has one byte for each character of `text`: bytes are searched and made small much faster.
        """
        if not pattern.needs:
            yield from range(self._lines.count)
        for needed in pattern.needs:
            sign = next((char for char in needed if not char.isalnum()), None)
            if sign is not None and sign not in text:
                continue
            if needed.isascii() or _LATIN.fullmatch(needed):
                yield from self._lines_with(lowered, needed.encode("latin-1"))
            else:
                yield from self._lines_with(text.lower() if needed.upper() != needed else text, needed)

    def _lines_with(self, text: AnyStr, needed: AnyStr) -> Iterator[int]:
        """Yield the lines in which a text stands, each once."""
        starts, count = self._lines.offsets(), self._lines.count
        place = text.find(needed)
        while place >= 0:
            index = bisect_right(starts, place) - 1
            if index >= count:
                return
            yield index
            place = text.find(needed, starts[index + 1])


def _one_mention_a_message(marks: list[Mark]) -> list[Mark]:
    seen: set[int | None] = set()
    kept = []
    for mark in marks:
        if mark.kind == "attachment-mention":
            if mark.occurrence_id in seen:
                continue
            seen.add(mark.occurrence_id)
        kept.append(mark)
    return kept
