"""The record of each release, as the archive holds it: what its letter and cover sheets say of the request, each with its place."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from threadkit.audit.points import Place, Places
from threadkit.queries.reader import Row, rows
from threadkit.resolve.laws import Article, Laws
from threadkit.words import Words

__all__ = ["Printed", "ReleaseRecord", "read_releases"]

_RELEASES = "SELECT r.* FROM releases r JOIN documents d ON d.id = r.document_id ORDER BY r.source_id, d.first_line"


_CORRECTED = "SELECT document_id, names, made_by, made_on, reason FROM corrections WHERE kind = 'release' AND unfit IS NULL ORDER BY number"


@dataclass(frozen=True, slots=True)
class Printed:
    """One thing that a letter or a cover sheet prints: the value read, and where."""

    value: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class ReleaseRecord:
    """What one decision letter and the cover sheets of its source say of the request; None where they do not say.

    `corrected`: by field, who corrected it, when and why.
    """

    source_id: int
    document_id: int
    law: str
    public_body: Printed | None
    request_number: Printed | None
    requested_on: Printed | None
    decided_on: Printed | None
    review_days: Printed | None
    review_until: str | None
    articles: tuple[tuple[Article, Place | None], ...]
    custodians: tuple[Printed, ...]
    corrected: Mapping[str, str]


def read_releases(connection: sqlite3.Connection, words: Words, places: Places) -> tuple[ReleaseRecord, ...]:
    """Return the record of each decision letter in an archive; none from an archive that was made before it kept them."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'releases'").fetchone():
        return ()
    laws = Laws(words)
    corrected: dict[object, dict[str, str]] = {}
    known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'corrections'").fetchone()
    for document_id, names, by, on, why in connection.execute(_CORRECTED) if known else ():
        corrected.setdefault(document_id, {})[json.loads(names)[0]] = f"{by}, {on}: {why}"
    return tuple(_record(row, laws, places, corrected.get(row["document_id"], {})) for row in rows(connection, _RELEASES, {}))


def _record(row: Row, laws: Laws, places: Places, corrected: Mapping[str, str]) -> ReleaseRecord:
    source_id, document_id, law = int(str(row["source_id"])), int(str(row["document_id"])), str(row["law"] or "")

    def printed(column: str) -> Printed | None:
        value, line = row[column], row[f"{column}_line"]
        return Printed(str(value), places.at(source_id, int(str(line))) if line is not None else None) if value is not None else None

    def listed(column: str) -> list[tuple[str, Place | None]]:
        values, lines = (json.loads(str(row[name])) for name in (column, f"{column}_lines"))
        return [(value, places.at(source_id, line)) for value, line in zip(values, lines, strict=True)]

    return ReleaseRecord(
        source_id,
        document_id,
        law,
        printed("public_body"),
        printed("request_number"),
        printed("requested_on"),
        printed("decided_on"),
        printed("review_days"),
        str(row["review_until"]) if row["review_until"] is not None else None,
        tuple((laws.article(law, number), place) for number, place in listed("articles")),
        tuple(Printed(value, place) for value, place in listed("custodians")),
        corrected,
    )
