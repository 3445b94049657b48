"""The lists that the command line prints: threads, people, findings, and what an archive holds in all."""

from __future__ import annotations

import sqlite3

from threadkit.queries.functions import register_functions
from threadkit.queries.reader import Row, rows

__all__ = ["FINDING_ORDER", "Counts", "counts", "finding", "finding_kinds", "findings", "findings_by_kind", "people", "threads"]

Counts = dict[str, int]

#: The order in which a reader wants the kinds; kinds not named here follow in alphabetical order.
FINDING_ORDER = (
    "attachment-not-released",
    "attachment-mentioned-not-named",
    "redaction",
    "hidden-text",
    "page-without-text",
    "columns-doubtful",
    "bookmark-without-message",
    "variant",
    "parent-missing",
    "parent-ambiguous",
    "person-ambiguous",
    "date-conflict",
    "header-incomplete",
    "quotation-end-unclear",
    "only-quoted",
    "correction-without-effect",
)

_COUNTS = {
    "sources": "SELECT count(*) FROM sources WHERE superseded_by IS NULL",
    "messages": "SELECT count(*) FROM messages",
    "released": "SELECT count(*) FROM messages WHERE standing = 'released'",
    "only_quoted": "SELECT count(*) FROM messages WHERE standing = 'quoted'",
    "enclosed": "SELECT count(*) FROM messages WHERE standing = 'enclosed'",
    "occurrences": "SELECT count(*) FROM occurrences",
    "threads": "SELECT count(*) FROM threads",
    "people": "SELECT count(*) FROM people",
    "attachment_names": "SELECT count(*) FROM message_attachments",
    "attachments": "SELECT count(*) FROM attachments",
    "attachments_found": "SELECT count(DISTINCT attachment_id) FROM documents WHERE attachment_id IS NOT NULL",
    "documents": "SELECT count(*) FROM documents",
    "findings": "SELECT count(*) FROM findings",
    "defects": "SELECT count(*) FROM defects",
    "lines": "SELECT coalesce(sum(line_count), 0) FROM sources WHERE superseded_by IS NULL",
    "lines_accounted": (
        "SELECT coalesce(sum(s.last_line - s.first_line + 1), 0) FROM segments s JOIN sources o ON o.id = s.source_id"
        " WHERE o.superseded_by IS NULL"
    ),
}

_THREADS = """
SELECT t.id, t.first_sent_at, t.last_sent_at, t.message_count, t.person_count, t.subject
FROM threads t ORDER BY t.first_sent_at IS NULL, t.first_sent_at, t.id LIMIT :limit
"""

_PEOPLE = """
SELECT p.id, p.name, p.kind,
  (SELECT count(*) FROM messages m WHERE m.sender_id = p.id) AS sent,
  (SELECT count(DISTINCT message_id) FROM participants x WHERE x.person_id = p.id AND x.role IN ('to', 'cc', 'bcc')) AS received,
  (SELECT group_concat(email, ', ') FROM (SELECT email FROM addresses a WHERE a.person_id = p.id ORDER BY email)) AS addresses
FROM people p ORDER BY threadkit_fold(p.sort_name), p.id LIMIT :limit
"""

_FINDINGS = """
SELECT f.id, f.kind, f.certainty, f.detail, f.rule, f.message_id, f.attachment_id, f.document_id, f.person_id,
  m.sent_at, sender.name AS sender, m.subject, a.filename, d.title AS document, p.name AS person,
  (SELECT n.name FROM source_names n WHERE n.source_id = f.source_id ORDER BY n.name LIMIT 1) AS source,
  f.first_line, f.last_line
FROM findings f
LEFT JOIN messages m ON m.id = f.message_id LEFT JOIN people sender ON sender.id = m.sender_id
LEFT JOIN attachments a ON a.id = f.attachment_id LEFT JOIN documents d ON d.id = f.document_id
LEFT JOIN people p ON p.id = f.person_id
"""
_FINDING_ROWS = "ORDER BY f.certainty, m.sent_at IS NULL, m.sent_at, f.source_id, f.first_line, f.id LIMIT :limit"


def counts(connection: sqlite3.Connection) -> Counts:
    """Return how much an archive holds, by name, and the findings by kind as `finding:KIND`."""
    found = {name: int(connection.execute(sql).fetchone()[0]) for name, sql in _COUNTS.items()}
    for kind, number in connection.execute("SELECT kind, count(*) FROM findings GROUP BY kind ORDER BY kind"):
        found[f"finding:{kind}"] = number
    return found


def threads(connection: sqlite3.Connection, limit: int) -> list[Row]:
    """Return the threads, oldest first; `limit` -1 for all."""
    return rows(connection, _THREADS, {"limit": limit})


def people(connection: sqlite3.Connection, limit: int) -> list[Row]:
    """Return the people in the order of their names as a dictionary has it, with how many messages each sent and received."""
    register_functions(connection)
    return rows(connection, _PEOPLE, {"limit": limit})


def finding_kinds(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Return every kind of finding: those that there are, in the order in which a reader wants them, and any other that the archive holds."""
    held = sorted(row[0] for row in connection.execute("SELECT DISTINCT kind FROM findings"))
    return tuple(dict.fromkeys((*FINDING_ORDER, *held)))


def findings_by_kind(connection: sqlite3.Connection, kind: str | None) -> Counts:
    """Return how many findings there are of each kind (or of one), in the order in which a reader wants them."""
    counted = dict(
        connection.execute("SELECT kind, count(*) FROM findings WHERE :kind IS NULL OR kind = :kind GROUP BY kind", {"kind": kind})
    )
    order = {each: position for position, each in enumerate(FINDING_ORDER)}
    return dict(sorted(counted.items(), key=lambda item: (order.get(item[0], len(order)), item[0])))


def findings(connection: sqlite3.Connection, kind: str | None, limit: int) -> list[Row]:
    """Return the findings with what they are about, of one kind or all, at most `limit` (-1: all) of each kind."""
    kinds = findings_by_kind(connection, kind)
    return [
        row
        for each in kinds
        for row in rows(connection, f"{_FINDINGS} WHERE f.kind = :kind {_FINDING_ROWS}", {"kind": each, "limit": limit})
    ]


def finding(connection: sqlite3.Connection, row_id: int) -> Row:
    """Return one finding with what it is about."""
    (found,) = rows(connection, f"{_FINDINGS} WHERE f.id = :id", {"id": row_id})
    return found
