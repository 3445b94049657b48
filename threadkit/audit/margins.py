"""Masks that no mark in the text tells: what a page of a PDF covers without a bar, and articles of the law printed in the margin."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from threadkit.words import Words

__all__ = ["RULES", "Beside", "find_beside"]

RULES = ("covered-without-a-bar", "colour-of-its-ground", "article-at-margin")

#: Why a page does not show words, as its note says, and what of it is a mask: what is covered is, what has the colour of its ground may be.
_WHY = {"covered": ("certain", RULES[0]), "colour of the ground": ("possible", RULES[1])}
_HIDDEN = """
SELECT f.source_id, f.first_line, f.detail, f.message_id, f.document_id FROM findings f WHERE f.kind = 'hidden-text' AND f.first_line IS NOT NULL
AND NOT EXISTS (SELECT 1 FROM findings r WHERE r.kind = 'redaction' AND r.source_id = f.source_id AND r.first_line = f.first_line)
ORDER BY f.source_id, f.first_line, f.id
"""
_PAGES = "SELECT source_id, first_line, text FROM pages ORDER BY source_id, number"
_STANDS_IN = """
SELECT o.message_id, s.document_id, d.kind FROM segments s LEFT JOIN occurrence_rows o ON o.id = s.occurrence_id LEFT JOIN documents d ON d.id = s.document_id
WHERE s.source_id = :source AND s.first_line <= :line AND s.last_line >= :line
  AND NOT EXISTS (SELECT 1 FROM findings r WHERE r.kind = 'redaction' AND r.source_id = :source AND r.first_line = :line)
ORDER BY s.position LIMIT 1
"""
#: What cites the law instead of masking by it.
_CITING = ("decision-letter", "legal-notice", "cover-sheet")


@dataclass(frozen=True, slots=True)
class Beside:
    """One such mask: its kind in the ledger, how sure it is, the rule, the words that tell, and where."""

    kind: str
    certainty: str
    rule: str
    text: str
    source_id: int
    line: int
    message_id: int | None
    document_id: int | None


def find_beside(connection: sqlite3.Connection, words: Words) -> Iterator[Beside]:
    """Yield every such mask on whose line no other is told."""
    for source_id, line, detail, message_id, document_id in connection.execute(_HIDDEN):
        said = _WHY.get(detail.rpartition(": ")[2])
        if said is not None:
            yield Beside("covered", *said, detail, source_id, line, message_id, document_id)
    patterns = tuple(pattern.regex for pattern in words.patterns("article-at-margin"))
    for source_id, first_line, text in connection.execute(_PAGES).fetchall():
        for regex in patterns:
            for match in regex.finditer(text):
                line = first_line + text.count("\n", 0, match.start("articles"))
                yield from _at_margin(connection, source_id, line, match["articles"].strip())


def _at_margin(connection: sqlite3.Connection, source_id: int, line: int, articles: str) -> Iterator[Beside]:
    """Yield an article in the margin, unless it stands in what cites the law, or on a line whose mask is told."""
    row = connection.execute(_STANDS_IN, {"source": source_id, "line": line}).fetchone()
    if row is not None and row[2] not in _CITING:
        yield Beside("article", "possible", RULES[2], articles, source_id, line, row[0], row[1])
