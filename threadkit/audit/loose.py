"""What stands unexplained among the messages of a conversation: as long as it is there, nobody can be certain that a file of that conversation is not."""

from __future__ import annotations

import re
import sqlite3
from bisect import bisect_right
from collections.abc import Iterator

from threadkit.audit.unread import PageReader
from threadkit.words import Words

__all__ = ["LooseTexts"]

_SHOWN = 3
_MESSAGES = """
SELECT o.first_line, m.thread_id FROM occurrence_rows o JOIN messages m ON m.id = o.message_id
WHERE o.source_id = ? AND o.standing = 'released' ORDER BY o.first_line
"""
_UNBOUND = """
SELECT first_line, coalesce(title, '') FROM documents
WHERE source_id = ? AND attachment_id IS NULL AND kind IN ('unknown', 'attachment-text') ORDER BY first_line
"""
_ENCLOSED = (
    "SELECT first_line, coalesce(subject, '') FROM occurrence_rows WHERE source_id = ? AND standing = 'enclosed' ORDER BY first_line"
)
_TEXTS = """
SELECT d.first_line, d.text FROM documents d WHERE d.source_id = ? AND d.attachment_id IS NOT NULL ORDER BY d.first_line
"""
_NAMES = "SELECT min(name) FROM source_names WHERE source_id = ?"
#: A row of three columns or more, the last of them figures.
_ROW = re.compile(r"\S.*?(?: {2,}|\t+)\S.*?(?: {2,}|\t+)\d")


class LooseTexts:
    """Finds, below the header that names a file and among the messages of its conversation, what the file may be."""

    def __init__(self, connection: sqlite3.Connection, words: Words) -> None:
        self._connection, self._pages = connection, PageReader(connection, words)
        self._mails = frozenset(words.folded_terms("mail-file-extension"))
        self._sheets = frozenset(words.folded_terms("sheet-file-extension"))
        self._source_id: int | None = None
        self._lines: list[int] = []
        self._threads: list[int | None] = []
        self._loose: dict[str, list[tuple[int, str]]] = {}

    def fitting(self, filename: str, source_id: int, line: int) -> list[str]:
        """Return what may be the file's text, each with its place: pages that are not read, texts that nothing explains; for a mail, mails printed
        inside other texts; for a sheet, tables at the end of other texts. The first of them.
        """
        self._read(source_id)
        extension = filename.rpartition(".")[2].strip().lower()
        kinds = ["", *(["mail"] if extension in self._mails else []), *(["sheet"] if extension in self._sheets else [])]
        (source,) = self._connection.execute(_NAMES, (source_id,)).fetchone()
        found = sorted(
            {each for kind in kinds for each in self._loose[kind] if each[0] > line and self._thread(each[0]) == self._thread(line)}
        )
        return [f"{shown} ({source}:{at})" if shown else f"{source}:{at}" for at, shown in found[:_SHOWN]]

    def _thread(self, line: int) -> int | None:
        place = bisect_right(self._lines, line) - 1
        return self._threads[place] if place >= 0 else None

    def _read(self, source_id: int) -> None:
        if self._source_id == source_id:
            return
        self._source_id = source_id
        messages = self._connection.execute(_MESSAGES, (source_id,)).fetchall()
        self._lines, self._threads = [line for line, _ in messages], [thread for _, thread in messages]
        unread = [(each.line, each.words) for each in self._pages.unread(source_id)]
        self._loose = {
            "": [*unread, *self._connection.execute(_UNBOUND, (source_id,))],
            "mail": self._connection.execute(_ENCLOSED, (source_id,)).fetchall(),
            "sheet": list(self._tables(source_id)),
        }

    def _tables(self, source_id: int) -> Iterator[tuple[int, str]]:
        """Yield the texts that end with two rows of a table: what follows a text without a mark may be a file of its own."""
        for first_line, text in self._connection.execute(_TEXTS, (source_id,)):
            last = text.rstrip().split("\n")[-2:]
            if len(last) > 1 and all(_ROW.search(line) for line in last):
                yield first_line, " ".join(last[0].split())
