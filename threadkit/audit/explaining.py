"""Why the archive says what it says of a message or a person: the lines, the rule, the evidence, and the alternatives refused."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from threadkit.records import Phrase, ThreadkitError

__all__ = ["Conclusion", "Refused", "Witness", "explain_row"]

_PLACE = "(SELECT min(n.name) FROM source_names n WHERE n.source_id = o.source_id)"
_FIELDS = {"sender": ("from", "on-behalf-of"), "recipients": ("to", "cc", "bcc"), "sent_at": ("date",), "subject": ("subject",)}
_WITNESSES = f"""
SELECT {_PLACE}, o.first_page, f.first_line, f.last_line, f.label, f.text
FROM occurrences o JOIN header_fields f ON f.occurrence_id = o.id WHERE o.message_id = :id AND f.field IN (%s)
ORDER BY o.standing = 'quoted', 1, f.first_line, f.position
"""
_OCCURRENCES = f"""
SELECT {_PLACE}, o.first_page, o.first_line, o.last_line, o.standing, o.layout FROM occurrences o WHERE o.message_id = :id
ORDER BY o.standing = 'quoted', 1, o.first_line
"""
_LINKS = """
SELECT l.parent_id, l.verdict, l.relation, l.rule, l.confidence, l.evidence, m.sent_at, p.name, m.subject
FROM links l LEFT JOIN messages m ON m.id = l.parent_id LEFT JOIN people p ON p.id = m.sender_id WHERE l.child_id = :id
ORDER BY l.verdict, l.confidence DESC, l.parent_id
"""
_PARTICIPANT = """
SELECT x.role, x.position, coalesce(p.name, x.name, x.email, x.text), x.person_id, x.rule FROM participants x
LEFT JOIN people p ON p.id = x.person_id WHERE x.message_id = :id ORDER BY x.role, x.position
"""
_MESSAGE = """
SELECT m.sent_at, m.sent_text, m.subject, m.rule, m.thread_id, t.subject, t.rule, m.relation, m.parent_id,
  coalesce(
    (SELECT o.sent_rule FROM occurrence_rows o WHERE o.id = m.occurrence_id),
    (SELECT min(o.sent_rule) FROM occurrence_rows o WHERE o.message_id = m.id))
FROM messages m JOIN threads t ON t.id = m.thread_id WHERE m.id = :id
"""
_PRINTED = f"""
SELECT {_PLACE}, min(o.first_page), min(o.first_line), min(o.first_line), b.field, b.text
FROM participants x JOIN occurrences o ON o.message_id = x.message_id
JOIN mailboxes b ON b.occurrence_id = o.id AND b.text = x.text WHERE x.person_id = :id GROUP BY b.text, 1 ORDER BY 1, 3 LIMIT 50
"""


@dataclass(frozen=True, slots=True)
class Witness:
    """Lines of a source that say it: `label` and `text` as printed."""

    source: str | None
    page: int | None
    first_line: int
    last_line: int
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Refused:
    """An alternative that was considered and refused, by which rule and why."""

    id: int
    shown: str
    rule: str
    confidence: float
    evidence: str


@dataclass(frozen=True, slots=True)
class Conclusion:
    """One thing that the archive says: `what` (sender, sent_at, subject, parent, thread, one-message, person...), its value and its rule."""

    what: str
    value: str
    rule: str
    evidence: str = ""
    witnesses: tuple[Witness, ...] = ()
    refused: tuple[Refused, ...] = ()


def explain_row(connection: sqlite3.Connection, table: str, row_id: int) -> tuple[Conclusion, ...]:
    """Return what the archive concludes about a message or a person, and from what.

    Args:
        connection: an archive.
        table: messages or people (see `queries.find_kind`).
        row_id: the row's id.

    Raises:
        ThreadkitError: rows of that table are explained by `threadkit show`.
    """
    if table == "messages":
        return _message(connection, row_id)
    if table == "people":
        return (_person(connection, row_id), *_corrected(connection, "person_id", row_id))
    hint = Phrase("threadkit show {id} tells its rule and its place.", id=str(row_id))
    raise ThreadkitError("messages and people are explained.", where=str(row_id), hint=hint, exit_code=1)


def _message(connection: sqlite3.Connection, row_id: int) -> tuple[Conclusion, ...]:
    here = {"id": row_id}
    row = connection.execute(_MESSAGE, here).fetchone()
    sent_at, sent_text, subject, rule, thread_id, thread, thread_rule, relation, parent_id, sent_rule = row
    found = [
        Conclusion("one-message", str(row_id), rule, witnesses=tuple(_places(connection, row_id))),
        Conclusion(
            "sent_at",
            f"{sent_at or ''} ({sent_text})" if sent_text else "",
            sent_rule or "",
            witnesses=_said(connection, row_id, "sent_at"),
        ),
        Conclusion("subject", subject or "", "", witnesses=_said(connection, row_id, "subject")),
    ]
    for role, _, name, person_id, person_rule in connection.execute(_PARTICIPANT, here):
        what = "sender" if role in _FIELDS["sender"] else "recipients"
        shown = f"{name} [{person_id}]" if person_id else str(name)
        witnesses = _said(connection, row_id, what, (role,))
        found.append(Conclusion(role, shown, person_rule, witnesses=witnesses))
    found.append(_parent(connection, row_id, relation, parent_id))
    found.append(Conclusion("thread", f"{thread or ''} [{thread_id}]", thread_rule))
    return (*found, *_corrected(connection, "message_id", row_id))


def _corrected(connection: sqlite3.Connection, column: str, row_id: int) -> Iterator[Conclusion]:
    """Yield the corrections that act on a message or a person: what each says, who made it, when and why."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'corrections'").fetchone():
        return
    sql = f"SELECT kind, coalesce(value, names, ''), rule, made_by, made_on, reason FROM corrections WHERE {column} = ? ORDER BY number"
    for kind, value, rule, by, on, why in connection.execute(sql, (row_id,)):
        yield Conclusion("correction", f"{kind} {value}".strip(), rule, f"{by}, {on}: {why}")


def _parent(connection: sqlite3.Connection, row_id: int, relation: str | None, parent_id: int | None) -> Conclusion:
    chosen, refused = None, []
    for other, verdict, link_relation, rule, confidence, evidence, sent_at, sender, subject in connection.execute(_LINKS, {"id": row_id}):
        shown = " · ".join(str(part).replace("T", " ") for part in (sent_at, sender, subject) if part)
        if verdict == "chosen":
            chosen = Conclusion("parent", f"{link_relation}: {shown} [{other}]", rule, f"{evidence} ({confidence})")
        else:
            refused.append(Refused(other, shown, rule, confidence, evidence))
    if chosen is None:
        return Conclusion("parent", relation or "" if parent_id is None else str(parent_id), "", refused=tuple(refused))
    return Conclusion(chosen.what, chosen.value, chosen.rule, chosen.evidence, refused=tuple(refused))


def _said(connection: sqlite3.Connection, row_id: int, what: str, fields: tuple[str, ...] = ()) -> tuple[Witness, ...]:
    """Return the printed header fields that say it, in every occurrence."""
    fields = fields or _FIELDS[what]
    sql = _WITNESSES % ", ".join("?" * len(fields))
    return tuple(Witness(*row) for row in connection.execute(sql.replace(":id", "?"), (row_id, *fields)))


def _places(connection: sqlite3.Connection, row_id: int) -> list[Witness]:
    return [Witness(*row) for row in connection.execute(_OCCURRENCES, {"id": row_id})]


def _person(connection: sqlite3.Connection, row_id: int) -> Conclusion:
    name, kind, rule = connection.execute("SELECT name, kind, rule FROM people WHERE id = ?", (row_id,)).fetchone()
    names = [row[0] for row in connection.execute("SELECT name FROM names WHERE person_id = ? ORDER BY name", (row_id,))]
    emails = [row[0] for row in connection.execute("SELECT email FROM addresses WHERE person_id = ? ORDER BY email", (row_id,))]
    witnesses = tuple(Witness(*row) for row in connection.execute(_PRINTED, {"id": row_id}))
    return Conclusion("person", f"{name} ({kind})", rule, "; ".join((*names, *emails)), witnesses)
