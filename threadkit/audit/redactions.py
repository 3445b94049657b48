"""The ledger of every mask in a release: visible and silent, each with its place, its message and the articles cited at it."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from threadkit.audit.points import Place, Places
from threadkit.resolve.laws import Article, Laws
from threadkit.words import Words

__all__ = ["Ledger", "Redaction", "read_ledger"]

_SILENT = ("silent-mask", "emptied-label")
_REDACTIONS = """
SELECT f.id, f.certainty, f.rule, f.detail, f.message_id, f.document_id, f.source_id, f.first_line, f.last_line,
  p.name, m.thread_id, t.subject
FROM findings f LEFT JOIN messages m ON m.id = f.message_id LEFT JOIN people p ON p.id = m.sender_id
LEFT JOIN threads t ON t.id = m.thread_id WHERE f.kind = 'redaction' ORDER BY f.source_id, f.first_line, f.id
"""
_LETTERS = "SELECT source_id, text FROM documents WHERE kind IN ('decision-letter', 'legal-notice') ORDER BY source_id, first_line"


@dataclass(frozen=True, slots=True)
class Redaction:
    """One mask: `kind` is visible (a bar, a word in brackets), article (an article in place of the words) or silent (an emptied label)."""

    id: int
    kind: str
    certainty: str
    rule: str
    text: str
    place: Place | None
    message_id: int | None
    document_id: int | None
    sender: str | None
    thread_id: int | None
    thread: str | None
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Ledger:
    """All redactions, and how many there are by kind, by the sender of the message, by thread and by article."""

    redactions: tuple[Redaction, ...]
    by_kind: Mapping[str, int]
    by_person: Mapping[str, int]
    by_thread: Mapping[str, int]
    by_article: Mapping[str, int]


def read_ledger(connection: sqlite3.Connection, words: Words, places: Places) -> Ledger:
    """Return every mask of an archive. The law of an article is the one that the decision letter of the same source speaks of."""
    laws = Laws(words)
    letters: dict[int, str] = {}
    for source_id, text in connection.execute(_LETTERS):
        letters[source_id] = f"{letters.get(source_id, '')}\n{text}"
    by_source = {source_id: laws.law_of(text) for source_id, text in letters.items()}
    found = []
    for id_, certainty, rule, text, message_id, document_id, source_id, first, last, sender, thread_id, thread in connection.execute(
        _REDACTIONS
    ):
        articles = tuple(article for article, _ in laws.cited(text, by_source.get(source_id, "")))
        kind = "silent" if rule in _SILENT else "article" if rule == "article-mask" else "visible"
        place = places.at(source_id, first, last)
        found.append(Redaction(id_, kind, certainty, rule, text, place, message_id, document_id, sender, thread_id, thread, articles))
    return Ledger(
        tuple(found),
        _counted(redaction.kind for redaction in found),
        _counted(redaction.sender for redaction in found if redaction.sender),
        _counted(redaction.thread for redaction in found if redaction.thread),
        _counted(article.number for redaction in found for article in redaction.articles),
    )


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items(), key=lambda item: (-item[1], item[0])))
