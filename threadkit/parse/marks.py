"""Mark what findings may be made of: masks, emptied contact labels, attachments mentioned in the text, torn headers."""

from __future__ import annotations

import re
from collections.abc import Iterable

from threadkit.parse.lines import Lines, span
from threadkit.records import Mark
from threadkit.words import Words

RULES = ("visible-mask", "article-mask", "silent-mask", "attachment-mention")


class Marker:
    """Finds the marks of one source. One search over the whole text for each kind; lines are looked up at the hits."""

    def __init__(self, lines: Lines, words: Words) -> None:
        self._lines = lines
        self._masks = words.any_of("mask")
        self._articles = words.any_of("article-mask")
        self._silent = words.any_of("silent-mask")
        self._mentions = words.any_of("attachment-mention")

    def marks(self, runs: Iterable[tuple[int, int, str, int | None]]) -> list[Mark]:
        """Return the marks in runs of (first line, last line, segment kind, occurrence id), in order."""
        found: list[Mark] = []
        for first, last, kind, occurrence in runs:
            text = "\n".join(self._lines.shown[first : last + 1])
            if kind in ("body", "signature", "document", "header"):
                found.extend(self._search(self._masks, text, first, occurrence, "redaction", "visible-mask"))
            if kind in ("body", "signature", "header"):
                found.extend(self._search(self._articles, text, first, occurrence, "redaction", "article-mask"))
            if kind in ("body", "signature"):
                found.extend(self._emptied(first, last, occurrence))
            if kind == "body":
                found.extend(self._search(self._mentions, text, first, occurrence, "attachment-mention", "attachment-mention")[:1])
        return found

    def _search(self, pattern: re.Pattern[str], text: str, first: int, occurrence: int | None, kind: str, rule: str) -> list[Mark]:
        hits: dict[int, re.Match[str]] = {}
        for match in pattern.finditer(text):
            hits.setdefault(first + text.count("\n", 0, match.start()), match)
        return [Mark(kind, span(line, line), occurrence, match.group(0).strip(), rule) for line, match in sorted(hits.items())]

    def _emptied(self, first: int, last: int, occurrence: int | None) -> list[Mark]:
        return [
            Mark("redaction", span(index, index), occurrence, self._lines.shown[index].strip(), "silent-mask")
            for index in range(first, last + 1)
            if len(self._lines.shown[index]) < 60 and self._silent.match(self._lines.shown[index])
        ]
