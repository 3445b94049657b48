"""Write the archive that says exactly what a truth says: what the scorer must give full marks."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from tests.accuracy.truth import Box, TrueMessage, Truth

# The tables and columns of docs/archive.md that the scorer reads.
TABLES = {
    "occurrences": "id, message_id, standing, first_line",
    "header_fields": "occurrence_id, first_line",
    "messages": "id, kind, thread_id, parent_id, relation, standing, sent_at, subject, body",
    "participants": "message_id, role, position, person_id, name, email",
    "people": "id, kind",
    "attachments": "id, filename",
    "message_attachments": "message_id, attachment_id, position, filename",
    "documents": "id, kind, first_line, last_line, attachment_id",
    "findings": "kind, certainty, message_id, attachment_id, document_id, first_line, last_line",
    "segments": "kind, first_line, last_line",
}
Row = tuple[object, ...]


def write_exact(truth: Truth, archive: Path) -> None:
    """Write the archive; optional findings are left out, and of several right answers the first is given."""
    rows = {
        "occurrences": _occurrences(truth),
        "header_fields": ((line, line) for m in truth.messages for line, _ in m.places),
        "messages": _messages(truth),
        "participants": (row for m in truth.messages for row in _participants(truth, m)),
        "people": ((number, person.kind or "unknown") for number, person in enumerate(truth.people)),
        "attachments": ((number, group[0]) for number, group in enumerate(truth.attachments)),
        "message_attachments": _message_attachments(truth),
        "documents": ((n, d.kinds[0], *d.span, _attachment(truth, d.attachment)) for n, d in enumerate(truth.documents)),
        "findings": _findings(truth),
        "segments": ((kinds[0], line, line) for line, kinds in truth.lines.items()),
    }
    with closing(sqlite3.connect(archive)) as db, db:
        for table, columns in TABLES.items():
            db.execute(f"CREATE TABLE {table} ({columns})")
            marks = ", ".join("?" for _ in columns.split(", "))
            db.executemany(f"INSERT INTO {table} VALUES ({marks})", rows[table])


def _occurrences(truth: Truth) -> Iterator[Row]:
    for message in truth.messages:
        for line, standing in message.places:
            yield line, message.key, standing, line


def _messages(truth: Truth) -> Iterator[Row]:
    thread_of = truth.thread_of()
    for m in truth.messages:
        said = (m.parent, m.relation[0], m.standing, m.sent_at[0], m.subject[0])
        body = " ".join(m.bodies[0].words) if m.bodies else " [...] ".join(m.contains)
        yield m.key, m.kind, thread_of[m.key], *said, body


def _participants(truth: Truth, message: TrueMessage) -> Iterator[Row]:
    for role, boxes in message.boxes.items():
        yield from _boxes(truth, message.key, role, boxes)
    if message.on_behalf_of:
        yield from _boxes(truth, message.key, "on-behalf-of", [(message.on_behalf_of, None)])


def _boxes(truth: Truth, key: str, role: str, boxes: Iterable[Box]) -> Iterator[Row]:
    for position, box in enumerate(boxes, 1):
        yield key, role, position, None if truth.is_ambiguous(box) else truth.find_person(box), *box


def _attachment(truth: Truth, filename: str | None) -> int | None:
    return next((number for number, group in enumerate(truth.attachments) if filename in group), None)


def _message_attachments(truth: Truth) -> Iterator[Row]:
    for message in truth.messages:
        for position, filename in enumerate(message.attachments, 1):
            yield message.key, _attachment(truth, filename), position, filename


def _findings(truth: Truth) -> Iterator[Row]:
    for f in truth.findings:
        if not f.optional:
            yield f.kind, f.certainty, f.message, _attachment(truth, f.attachment), None, f.line, f.line
