"""Write what an import keeps so that the next one need not conclude all anew."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Protocol

from threadkit.archive.schema import load_schema
from threadkit.records import KeptDocument

Row = tuple[object, ...]

#: So many rows are sorted at a time, so that they are written near to each other and never all in memory.
_SORTED = 50_000


class Keeping(Protocol):
    """What a resolution hands over for the next one."""

    def kept_alike(self) -> Iterator[tuple[int, int, int]]:
        """Yield (number of what is alike, day, occurrence) for each occurrence."""
        ...

    def kept_documents(self) -> Iterator[KeptDocument]:
        """Yield the documents as their own sources tell them."""
        ...

    def kept_namesakes(self) -> Iterator[tuple[str, str, str | None, str | None]]:
        """Yield (key of a name, unit, address, rule) for the names that fit two people, and whom single messages tell apart."""
        ...


def write_kept(connection: sqlite3.Connection, concluded: Keeping) -> None:
    """Write all of it into an archive that holds none."""
    alike = concluded.kept_alike()
    while stretch := sorted(islice(alike, _SORTED)):
        _insert(connection, "kept_alike", stretch)
    _insert(connection, "kept_documents", map(document_row, concluded.kept_documents()))
    _insert(connection, "kept_namesakes", concluded.kept_namesakes())


def add_kept(
    connection: sqlite3.Connection,
    alike: Iterable[tuple[int, int, int]],
    documents: Iterable[KeptDocument],
    namesakes: Iterable[tuple[str, str, str | None, str | None]],
) -> None:
    """Add what is kept of new occurrences, change what is kept of documents, and write anew all that is kept of namesakes."""
    _insert(connection, "kept_alike", alike)
    changed = list(documents)
    connection.executemany("DELETE FROM kept_documents WHERE id = ?", ((kept.id,) for kept in changed))
    _insert(connection, "kept_documents", map(document_row, changed))
    connection.execute("DELETE FROM kept_namesakes")
    _insert(connection, "kept_namesakes", namesakes)


def document_row(kept: KeptDocument) -> Row:
    """Return one document as a row of `kept_documents`."""
    return (
        kept.id, kept.source_id, kept.span.first_line, kept.span.last_line, kept.kind, kept.rule, kept.confidence, kept.title,
        kept.occurrence_id, kept.filename, kept.filename_key, kept.attachment_id, kept.variant, json.dumps(kept.names, ensure_ascii=False),
    )  # fmt: skip


def _insert(connection: sqlite3.Connection, table: str, rows: Iterable[Row]) -> None:
    connection.executemany(load_schema().table(table).insert_sql, rows)
