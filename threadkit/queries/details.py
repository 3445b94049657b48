"""Everything an archive knows about one row: message, thread, person, attachment, document or finding, by its id or a former id."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from threadkit.queries.lists import finding
from threadkit.queries.reader import Row, rows

__all__ = ["describe", "find_kind"]

#: SQLite's integers end here.
_NO_ID = 1 << 63
_KINDS = ("messages", "threads", "people", "attachments", "documents", "findings")

_MESSAGE_LINE = """
SELECT m.id, m.sent_at, p.name AS sender, m.subject, m.standing FROM messages m LEFT JOIN people p ON p.id = m.sender_id
"""

_PLACES = """
SELECT o.id, o.standing, o.depth, s.name AS source, o.first_page AS page, g.label AS page_label, o.first_line, o.last_line, o.layout
FROM occurrences o
LEFT JOIN (SELECT source_id, min(name) AS name FROM source_names GROUP BY source_id) s ON s.source_id = o.source_id
LEFT JOIN pages g ON g.source_id = o.source_id AND g.number = o.first_page
WHERE o.message_id = :id ORDER BY CASE o.standing WHEN 'released' THEN 0 WHEN 'quoted' THEN 1 ELSE 2 END, s.name, o.first_line
"""

_ATTACHMENTS = """
SELECT x.attachment_id AS id, x.filename, x.text, d.id AS document_id, d.first_line, d.last_line
FROM message_attachments x
LEFT JOIN documents d ON d.id = (SELECT min(id) FROM documents WHERE attachment_id = x.attachment_id)
WHERE x.message_id = :id ORDER BY x.position
"""

_MESSAGE = """
SELECT m.*, sender.name AS sender, t.subject AS thread_subject, t.message_count AS thread_messages
FROM messages m LEFT JOIN people sender ON sender.id = m.sender_id LEFT JOIN threads t ON t.id = m.thread_id WHERE m.id = :id
"""

_LINKS = """
SELECT l.parent_id AS id, m.sent_at, p.name AS sender, m.subject, l.relation, l.rule, l.confidence, l.evidence, l.verdict
FROM links l LEFT JOIN messages m ON m.id = l.parent_id LEFT JOIN people p ON p.id = m.sender_id
WHERE l.child_id = :id ORDER BY l.verdict, l.confidence DESC, l.parent_id
"""

_PERSON_LISTS = {
    "names": "SELECT name FROM names WHERE person_id = :id ORDER BY name",
    "addresses": "SELECT email FROM addresses WHERE person_id = :id ORDER BY email",
}


def find_kind(connection: sqlite3.Connection, row_id: int) -> tuple[str, int] | None:
    """Return the table and the current id that `row_id` names; a former id leads to the row that has replaced it."""
    if not 0 < row_id < _NO_ID:
        return None
    for former in (False, True):
        current = _current_id(connection, row_id) if former else row_id
        if current is None:
            return None
        for table in _KINDS:
            if connection.execute(f"SELECT 1 FROM {table} WHERE id = ?", (current,)).fetchone():
                return table, current
    return None


def _current_id(connection: sqlite3.Connection, former_id: int) -> int | None:
    found = connection.execute("SELECT message_id FROM former_ids WHERE former_id = ?", (former_id,)).fetchone()
    return None if found is None else int(found[0])


def describe(connection: sqlite3.Connection, table: str, row_id: int) -> Row:
    """Return one row of `table` (see `find_kind`) with everything around it, as nested dictionaries and lists."""
    return _DESCRIPTIONS[table](connection, row_id)


def _message(connection: sqlite3.Connection, row_id: int) -> Row:
    here = {"id": row_id}
    (message,) = rows(connection, _MESSAGE, here)
    message["participants"] = rows(
        connection,
        "SELECT role, position, person_id, name, email, text FROM participants WHERE message_id = :id ORDER BY role, position",
        here,
    )
    message["attachments"] = rows(connection, _ATTACHMENTS, here)
    message["places"] = rows(connection, _PLACES, here)
    message["links"] = rows(connection, _LINKS, here)
    message["children"] = rows(connection, f"{_MESSAGE_LINE} WHERE m.parent_id = :id ORDER BY m.sent_at IS NULL, m.sent_at, m.id", here)
    message["findings"] = rows(
        connection, "SELECT id, kind, certainty, detail FROM findings WHERE message_id = :id ORDER BY kind, id", here
    )
    return message


def _thread(connection: sqlite3.Connection, row_id: int) -> Row:
    (thread,) = rows(connection, "SELECT * FROM threads WHERE id = :id", {"id": row_id})
    thread["messages"] = rows(
        connection,
        "SELECT m.id, m.parent_id, m.sent_at, p.name AS sender, m.subject, m.standing FROM messages m LEFT JOIN people p ON p.id = m.sender_id"
        " WHERE m.thread_id = :id ORDER BY m.sent_at IS NULL, m.sent_at, m.id",
        {"id": row_id},
    )
    return thread


def _person(connection: sqlite3.Connection, row_id: int) -> Row:
    here = {"id": row_id}
    (person,) = rows(connection, "SELECT * FROM people WHERE id = :id", here)
    for name, sql in _PERSON_LISTS.items():
        person[name] = [value for (value,) in connection.execute(sql, here)]
    person["sent"] = rows(connection, f"{_MESSAGE_LINE} WHERE m.sender_id = :id ORDER BY m.sent_at IS NULL, m.sent_at, m.id", here)
    person["received"] = rows(
        connection,
        f"{_MESSAGE_LINE} WHERE m.id IN (SELECT message_id FROM participants WHERE person_id = :id AND role IN ('to', 'cc', 'bcc'))"
        " ORDER BY m.sent_at IS NULL, m.sent_at, m.id",
        here,
    )
    return person


def _attachment(connection: sqlite3.Connection, row_id: int) -> Row:
    here = {"id": row_id}
    (attachment,) = rows(connection, "SELECT * FROM attachments WHERE id = :id", here)
    named = "m.id IN (SELECT message_id FROM message_attachments WHERE attachment_id = :id)"
    attachment["messages"] = rows(connection, f"{_MESSAGE_LINE} WHERE {named} ORDER BY m.sent_at IS NULL, m.sent_at, m.id", here)
    attachment["documents"] = rows(
        connection,
        "SELECT id, kind, title, source_id, first_line, last_line, confidence FROM documents WHERE attachment_id = :id ORDER BY id",
        here,
    )
    attachment["findings"] = rows(
        connection, "SELECT id, kind, certainty, detail FROM findings WHERE attachment_id = :id ORDER BY kind, id", here
    )
    return attachment


def _document(connection: sqlite3.Connection, row_id: int) -> Row:
    (document,) = rows(
        connection,
        "SELECT d.*, a.filename, (SELECT min(name) FROM source_names n WHERE n.source_id = d.source_id) AS source"
        " FROM documents d LEFT JOIN attachments a ON a.id = d.attachment_id WHERE d.id = :id",
        {"id": row_id},
    )
    return document


_DESCRIPTIONS: dict[str, Callable[[sqlite3.Connection, int], Row]] = {
    "findings": finding,
    "messages": _message,
    "threads": _thread,
    "people": _person,
    "attachments": _attachment,
    "documents": _document,
}
