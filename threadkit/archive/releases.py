"""Write the record of each release that the archive holds, as its decision letter says it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence

from threadkit.archive.schema import load_schema
from threadkit.resolve.corrections import CORRECTION, RELEASE_FIELDS
from threadkit.resolve.releases import RULE, Letter, Release, ReleaseReader, Said, deadline_of
from threadkit.words import Words

__all__ = ["correct_releases", "write_releases"]

_DOCUMENTS = """
SELECT kind, id, source_id, first_line, last_line, text FROM documents
WHERE kind IN ('decision-letter', 'legal-notice') AND (?1 IS NULL OR source_id IN (SELECT value FROM json_each(?1)))
ORDER BY source_id, first_line
"""
_CORRECTED = "SELECT document_id, names, value FROM corrections WHERE kind = 'release' AND unfit IS NULL ORDER BY number"
_PAGES = "SELECT first_line, text FROM pages WHERE source_id = ? ORDER BY number"
_GONE = "DELETE FROM releases WHERE ?1 IS NULL OR source_id IN (SELECT value FROM json_each(?1))"


def write_releases(connection: sqlite3.Connection, words: Words, sources: Iterable[int] | None = None) -> None:
    """Write a row for each decision letter among the documents of some sources (None: all), in place of what stood there."""
    asked = None if sources is None else json.dumps(sorted(sources))
    connection.execute(_GONE, (asked,))
    rows = connection.execute(_DOCUMENTS, (asked,)).fetchall()
    if not any(kind == "decision-letter" for kind, *_ in rows):
        return
    reader, sql = ReleaseReader(words), load_schema().table("releases").insert_sql
    notices: dict[int, list[Letter]] = {}
    for kind, *letter in rows:
        if kind == "legal-notice":
            notices.setdefault(letter[1], []).append(Letter(*letter))
    pages: dict[int, list[tuple[int, str]]] = {}
    for kind, *row in rows:
        if kind == "decision-letter":
            letter = Letter(*row)
            if letter.source_id not in pages:
                pages = {letter.source_id: connection.execute(_PAGES, (letter.source_id,)).fetchall()}
            connection.execute(sql, _row(reader.read(letter, notices.get(letter.source_id, ()), pages[letter.source_id])))


def correct_releases(connection: sqlite3.Connection) -> None:
    """Put what readers know better of a release in the place of what its letter was read to say; the deadline follows from what it says now."""
    corrected: dict[int, set[str]] = {}
    for document_id, names, value in connection.execute(_CORRECTED).fetchall():
        (field,) = json.loads(names)
        if field in RELEASE_FIELDS:
            connection.execute(f"UPDATE releases SET {field} = ?, rule = ? WHERE document_id = ?", (value, CORRECTION, document_id))
            corrected.setdefault(document_id, set()).add(field)
    for document_id, fields in corrected.items():
        if "review_until" not in fields and fields & {"decided_on", "review_days"}:
            dates = connection.execute("SELECT decided_on, review_days FROM releases WHERE document_id = ?", (document_id,)).fetchone()
            connection.execute("UPDATE releases SET review_until = ? WHERE document_id = ?", (deadline_of(*dates), document_id))


def _row(release: Release) -> tuple[object, ...]:
    said = (release.public_body, release.request_number, release.requested_on, release.decided_on, release.review_days)
    parts = [part for each in said for part in ((each.value, each.line) if each is not None else (None, None))]
    return (
        release.document_id, release.source_id, *parts, release.review_until, release.law or None, *_listed(release.articles),
        *_listed(release.custodians), RULE,
    )  # fmt: skip


def _listed(said: Sequence[Said]) -> tuple[str, str]:
    return json.dumps([each.value for each in said], ensure_ascii=False), json.dumps([each.line for each in said])
