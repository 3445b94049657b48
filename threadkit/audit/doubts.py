"""What the rules concluded with doubt, or left open: most doubtful first, each with the correction that would settle it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Answer", "Doubt", "find_doubts", "place_of"]

#: Conclusions at least so sure are not asked about.
SURE = 0.85
_LINKS = """
SELECT l.child_id, l.parent_id, l.confidence, l.rule, l.evidence FROM links l
WHERE l.verdict = 'chosen' AND l.rule <> 'correction' AND l.confidence < ? ORDER BY l.confidence, l.child_id
"""
_OPEN = """
SELECT f.message_id, f.rule, f.detail, f.kind FROM findings f WHERE f.kind = ? AND f.message_id IS NOT NULL ORDER BY f.message_id, f.id
"""
_REFUSED = "SELECT parent_id FROM links WHERE child_id = ? AND verdict = 'refused' ORDER BY confidence DESC, parent_id"
_TEXTS = """
SELECT d.source_id, d.first_line, d.confidence, d.rule, d.title, a.filename FROM documents d JOIN attachments a ON a.id = d.attachment_id
WHERE d.rule <> 'correction' AND d.confidence < ? ORDER BY d.confidence, d.id
"""
_MESSAGE = """
SELECT m.sent_at, coalesce(p.name, (SELECT x.text FROM participants x WHERE x.message_id = m.id AND x.role = 'from' LIMIT 1)), m.subject
FROM messages m LEFT JOIN people p ON p.id = m.sender_id WHERE m.id = ?
"""
_FIRST = """
SELECT s.sha256, o.first_line, (SELECT min(name) FROM source_names WHERE source_id = s.id)
FROM occurrence_rows o JOIN messages m ON m.occurrence_id = o.id JOIN sources s ON s.id = o.source_id WHERE m.id = ?
"""
_SOURCE = "SELECT sha256, (SELECT min(name) FROM source_names WHERE source_id = id) FROM sources WHERE id = ?"
_PREFIX = 12


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer that a reader may give: what it means, and the value of the correction (a place, a filename, "" for nothing)."""

    shown: str
    value: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """One doubtful conclusion. `kind` is that of the correction; `at` is the place to correct; the first answer is what is concluded, if anything.

    A doubt about people has no answers: only names can settle it.
    """

    kind: str
    confidence: float
    rule: str
    evidence: str
    shown: str
    source: str
    line: int
    at: str
    answers: tuple[Answer, ...]
    message_id: int | None = None


def find_doubts(connection: sqlite3.Connection) -> tuple[Doubt, ...]:
    """Return the doubtful conclusions of an archive, most doubtful first; what a reader has settled is none."""
    found = [*_links(connection), *_open_parents(connection), *_texts(connection), *_names(connection)]
    return tuple(sorted(found, key=lambda doubt: (doubt.confidence, doubt.source, doubt.line, doubt.kind)))


def place_of(connection: sqlite3.Connection, message_id: int) -> str:
    """Return where a message stands most fully, as a correction names it: the start of the source's SHA-256, and the line."""
    sha256, line, _ = connection.execute(_FIRST, (message_id,)).fetchone()
    return f"{sha256[:_PREFIX]}:{line}"


def _links(connection: sqlite3.Connection) -> Iterator[Doubt]:
    for child, parent, confidence, rule, evidence in connection.execute(_LINKS, (SURE,)).fetchall():
        yield _about_parent(connection, child, [parent, *_refused(connection, child)], (confidence, rule, evidence))


def _open_parents(connection: sqlite3.Connection) -> Iterator[Doubt]:
    for message_id, rule, detail, _ in connection.execute(_OPEN, ("parent-ambiguous",)).fetchall():
        candidates = _refused(connection, message_id)
        yield _about_parent(connection, message_id, candidates, (round(1 / (len(candidates) + 1), 2), rule, detail))


def _refused(connection: sqlite3.Connection, child: int) -> list[int]:
    return [row[0] for row in connection.execute(_REFUSED, (child,))]


def _about_parent(connection: sqlite3.Connection, child: int, parents: list[int], said: tuple[float, str, str]) -> Doubt:
    answers = tuple(Answer(_shown(connection, parent), place_of(connection, parent)) for parent in dict.fromkeys(parents))
    _, line, source = connection.execute(_FIRST, (child,)).fetchone()
    return Doubt("parent", *said, _shown(connection, child), source, line, place_of(connection, child), answers, child)


def _texts(connection: sqlite3.Connection) -> Iterator[Doubt]:
    for source_id, line, confidence, rule, title, filename in connection.execute(_TEXTS, (SURE,)).fetchall():
        sha256, source = connection.execute(_SOURCE, (source_id,)).fetchone()
        at = f"{sha256[:_PREFIX]}:{line}"
        yield Doubt("attachment", confidence, rule, "", title or "", source, line, at, (Answer(filename, filename),))


def _names(connection: sqlite3.Connection) -> Iterator[Doubt]:
    seen: set[str] = set()
    for message_id, rule, detail, _ in connection.execute(_OPEN, ("person-ambiguous",)).fetchall():
        if detail not in seen:
            seen.add(detail)
            _, line, source = connection.execute(_FIRST, (message_id,)).fetchone()
            yield Doubt("people", 0.5, rule, detail, _shown(connection, message_id), source, line, "", (), message_id)


def _shown(connection: sqlite3.Connection, message_id: int) -> str:
    parts = connection.execute(_MESSAGE, (message_id,)).fetchone()
    return " · ".join(str(part).replace("T", " ", 1) if i == 0 else str(part) for i, part in enumerate(parts) if part)
