"""A small archive written row by row, so that the pages and commands are tested whatever the parser does.

Two conversations between invented people; one subject and one name hold characters that a terminal or a page must not obey.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path

from threadkit.archive.counts import write_counts
from threadkit.archive.migrations import create_indexes, migrate
from threadkit.archive.schema import load_schema

SOURCE, THREAD, OTHER_THREAD, ALICE, HERVE, NOBODY = 11, 21, 22, 31, 32, 33
FIRST, ANSWER, HOSTILE, OLD_ID = 41, 42, 43, 49
ATTACHMENT, MISSING, DOCUMENT, FINDING = 51, 52, 61, 71
HOSTILE_TEXT = "Rouge \x1b[31m et \u202eenvers <script>alert(1)</script>"

_PEOPLE = [
    (ALICE, "Alice Côté", "Côté, Alice", "person"),
    (HERVE, "Hervé Élie", "Élie, Hervé", "person"),
    (NOBODY, "Greffe municipal", "Greffe municipal", "role"),
]
_PRINTED = {row[0]: row[2] for row in _PEOPLE}
_MESSAGES = [
    (
        FIRST,
        THREAD,
        None,
        None,
        "released",
        ALICE,
        "2023-09-22T10:33",
        "Évaluation du pont",
        "Voici les évaluations demandées.\nBonne lecture.",
    ),
    (ANSWER, THREAD, FIRST, "reply", "quoted", HERVE, "2023-10-02T08:00:05", "RE: Évaluation du pont", "Merci Alice, j'ai participé."),
    (HOSTILE, OTHER_THREAD, None, "reply", "released", ALICE, None, HOSTILE_TEXT, HOSTILE_TEXT),
]


def _insert(connection: sqlite3.Connection, table_name: str, /, **given: object) -> None:
    """Insert a row; what is not given is NULL, or a plain value where NULL is not allowed."""
    plain: Mapping[str, object] = {"INTEGER": 1, "TEXT": "", "REAL": 0.5, "BLOB": b""}
    table = load_schema().table(table_name)
    assert given.keys() <= set(table.column_names), given.keys() - set(table.column_names)
    row = [given.get(c.name, ("by-hand" if c.name == "rule" else plain[c.type]) if c.not_null else None) for c in table.columns]
    connection.execute(table.insert_sql, row)


def _insert_sources(connection: sqlite3.Connection) -> None:
    _insert(connection, "sources", id=SOURCE, sha256="ab" * 32, media_type="text/plain", encoding="utf-8", byte_count=2048, line_count=2838)
    _insert(connection, "source_names", source_id=SOURCE, name="dump.txt")
    _insert(connection, "pages", source_id=SOURCE, number=1, label="p. 7", first_line=1, text="...")
    _insert(connection, "segment_kinds", id=1, kind="other")
    _insert(connection, "segment_rows", source_id=SOURCE, position=1, what_id=1, first_line=1, last_line=2838, first_char=0, last_char=9)
    _insert(connection, "defects", source_id=SOURCE, position=1, stage="read", code="nul-character", first_line=5, last_line=5)
    for position, (message, *_) in enumerate(_MESSAGES, 1):
        _insert(
            connection,
            "occurrence_rows",
            id=100 + message,
            message_id=message,
            source_id=SOURCE,
            ordinal=position,
            standing="released",
            depth=0,
            first_line=10 * position,
            last_line=10 * position + 5,
            first_page=1,
            layout="outlook-print",
            kind="message",
        )


def _insert_people(connection: sqlite3.Connection) -> None:
    for row in _PEOPLE:
        _insert(connection, "people", **dict(zip(("id", "name", "sort_name", "kind"), row, strict=True)))
        _insert(connection, "names", name=row[2], person_id=row[0])
    _insert(connection, "addresses", email="herve.elie@ville.example", person_id=HERVE)
    for sender, recipient, sent_at in (
        (ALICE, HERVE, "2023-09-22T10:33"), (ALICE, NOBODY, "2023-09-22T10:33"), (HERVE, ALICE, "2023-10-02T08:00:05"),
    ):  # fmt: skip
        _insert(
            connection, "correspondence", sender_id=sender, recipient_id=recipient, messages=1, first_sent_at=sent_at, last_sent_at=sent_at
        )


def _insert_participant(connection: sqlite3.Connection, message: int, role: str, person: int) -> None:
    printed = 1000 * message + 100 * ("from", "to", "cc").index(role) + person
    _insert(connection, "printed_participants", id=printed, name=_PRINTED[person])
    _insert(connection, "participant_rows", message_id=message, role=role, position=1, person_id=person, printed_id=printed)


def _insert_messages(connection: sqlite3.Connection) -> None:
    _insert(
        connection,
        "threads",
        id=THREAD,
        subject="Évaluation du pont",
        first_sent_at="2023-09-22T10:33",
        last_sent_at="2023-10-02T08:00:05",
        message_count=2,
        person_count=3,
    )
    _insert(connection, "threads", id=OTHER_THREAD, subject=HOSTILE_TEXT, message_count=1, person_count=1)
    keys = ("id", "thread_id", "parent_id", "relation", "standing", "sender_id", "sent_at", "subject", "body")
    for position, row in enumerate(_MESSAGES, 1):
        given = dict(zip(keys, row, strict=True))
        _insert(connection, "messages", **given, kind="message", occurrence_id=100 + row[0], search_row=position, sent_text=row[6])
        connection.execute(
            "INSERT INTO messages_fts (rowid, subject, body, signature, header, stems) VALUES (?, ?, ?, '', '', ?)",
            (position, row[7], row[8], ("evalu", "evalu particip", "")[position - 1]),
        )
        _insert_participant(connection, row[0], "from", row[5])
    for message, role, person in ((FIRST, "to", HERVE), (FIRST, "cc", NOBODY), (ANSWER, "to", ALICE)):
        _insert_participant(connection, message, role, person)
    _insert(
        connection,
        "links",
        child_id=ANSWER,
        parent_id=FIRST,
        relation="reply",
        confidence=0.9,
        verdict="chosen",
        rule="quoted-below",
        evidence="cited right below",
    )
    _insert(connection, "former_ids", former_id=OLD_ID, message_id=ANSWER)


def _insert_attachments(connection: sqlite3.Connection) -> None:
    for id_, name in ((ATTACHMENT, "Bilan été.pdf"), (MISSING, "Plan.pptx")):
        _insert(connection, "attachments", id=id_, filename=name, extension=name.rpartition(".")[2])
        _insert(connection, "message_attachments", message_id=FIRST, position=id_, attachment_id=id_, filename=name, text=name)
    text = "BILAN DE L'ÉTÉ\nLes évaluations du pont sont terminées."
    _insert(
        connection,
        "documents",
        id=DOCUMENT,
        source_id=SOURCE,
        attachment_id=ATTACHMENT,
        kind="attachment-text",
        title="BILAN DE L'ÉTÉ",
        first_line=60,
        last_line=80,
        search_row=1,
        text=text,
    )
    connection.execute("INSERT INTO documents_fts (rowid, title, text, stems) VALUES (1, 'BILAN DE L''ÉTÉ', ?, 'evalu')", (text,))
    _insert(
        connection,
        "findings",
        id=FINDING,
        kind="attachment-not-released",
        certainty="certain",
        message_id=FIRST,
        attachment_id=MISSING,
        detail="named, text nowhere",
    )
    _insert(
        connection,
        "findings",
        id=FINDING + 1,
        kind="only-quoted",
        certainty="certain",
        message_id=ANSWER,
        source_id=SOURCE,
        first_line=20,
        last_line=25,
        detail="",
    )
    _insert(connection, "findings", id=FINDING + 2, kind="parent-missing", certainty="certain", message_id=HOSTILE, detail="")


def write_archive(path: Path) -> Path:
    """Write the archive at `path` and return it."""
    connection = sqlite3.connect(path, isolation_level=None)
    migrate(connection)
    connection.execute("BEGIN")
    for insert in (_insert_sources, _insert_people, _insert_messages, _insert_attachments):
        insert(connection)
    _insert(connection, "imports", id=1, command="import", started_at="2024-01-01T00:00:00+00:00", options="{}")
    _insert(connection, "exceptions", import_id=1, position=1, name="empty.txt", detail="is empty")
    write_counts(connection)
    connection.execute("COMMIT")
    create_indexes(connection)
    connection.close()
    return path
