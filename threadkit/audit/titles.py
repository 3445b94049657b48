"""Lines that may head the text of an attached file, wherever they stand: as long as one is there, nobody can be certain that it is not."""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator

from threadkit.words import Words

__all__ = ["TitleLines"]

_SEGMENTS = "SELECT first_line, last_line FROM segments WHERE source_id = ? AND kind IN ('header', 'furniture', 'quote-marker')"
_BOUND = "SELECT first_line, last_line FROM documents WHERE source_id = ? AND attachment_id IS NOT NULL"
_PAGES = "SELECT first_line, text FROM pages WHERE source_id = ? ORDER BY number"
_SOURCES = "SELECT source_id, min(name) FROM source_names GROUP BY source_id ORDER BY source_id"
#: A title has no more words than this, holds this share of a filename's words, and at least so many of them (or a telling number).
_LONGEST, _SHARE, _FEWEST, _SHOWN = 12, 0.6, 2, 3
_SENTENCE_END = (".", ",", ";", ":", "!", "?", "…")
#: A number that is no year, day or month tells a text by itself: `PV-118.pdf`, "118e SÉANCE".
_TELLING = re.compile(r"[03-9]\d{2,}|1[0-8]\d+|2[1-9]\d+|1\d\d|2\d\d")
_PART = re.compile(r"[^\W\d_]{3,}|\d{2,}")


class TitleLines:
    """Finds lines that begin a paragraph, are short and no sentence, and share most of the words of a filename."""

    def __init__(self, connection: sqlite3.Connection, words: Words) -> None:
        self._connection, self._fold = connection, words.folding.plain
        self._titles: dict[str, list[tuple[str, str]]] | None = None

    def fitting(self, filename: str) -> list[str]:
        """Return the lines that may head a file's text, each with its place; the first of them."""
        stem = filename.rpartition(".")[0] or filename
        wanted = frozenset(_PART.findall(self._fold(stem)))
        found: dict[str, None] = {}
        for word in sorted(wanted):
            for title, place in self._index().get(word, ()):
                if _fits(wanted, frozenset(_PART.findall(title))):
                    found[place] = None
        return list(found)[:_SHOWN]

    def _index(self) -> dict[str, list[tuple[str, str]]]:
        if self._titles is None:
            self._titles = defaultdict(list)
            for source_id, name in self._connection.execute(_SOURCES).fetchall():
                for number, line in self._lines(source_id):
                    folded = self._fold(line)
                    for word in set(_PART.findall(folded)):
                        self._titles[word].append((folded, f"{' '.join(line.split())} ({name}:{number})"))
        return self._titles

    def _lines(self, source_id: int) -> Iterator[tuple[int, str]]:
        """Yield the lines of a source that look like titles, outside of headers, page furniture and texts that are bound to a file."""
        known: set[int] = set()
        for sql in (_SEGMENTS, _BOUND):
            for first, last in self._connection.execute(sql, (source_id,)):
                known.update(range(first, last + 1))
        for first_line, text in self._connection.execute(_PAGES, (source_id,)):
            above = ""
            for number, line in enumerate(text.split("\n"), first_line):
                shown = line.strip()
                begins = not above or number - 1 in known or shown.isupper()
                if shown and begins and number not in known and _is_title(shown):
                    yield number, shown
                above = shown


def _is_title(line: str) -> bool:
    return len(line.split()) <= _LONGEST and not line.endswith(_SENTENCE_END)


def _fits(wanted: frozenset[str], title: frozenset[str]) -> bool:
    shared = wanted & title
    numbers = {word for word in wanted if _TELLING.fullmatch(word)}
    if len(wanted) <= _FEWEST and any(number in word for number in numbers for word in title):
        return True
    return len(shared) >= min(_FEWEST, len(wanted)) and len(shared) / len(wanted) >= _SHARE
