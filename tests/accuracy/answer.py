"""What an archive says, read through nothing but the tables and columns that docs/archive.md promises."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.accuracy.compare import fold_text

Box = tuple[str | None, str | None]
Id = int | str


@dataclass(frozen=True, slots=True)
class Place:
    """One occurrence, at the first line of its header."""

    id: Id
    message: Id
    standing: str
    first_line: int
    header_line: int


@dataclass(frozen=True, slots=True)
class Participant:
    """One mailbox of a message and the person that it was found to be."""

    box: Box
    person: Id | None


@dataclass(frozen=True, slots=True)
class Attached:
    """One name in a message's attachment list."""

    attachment: Id
    filename: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message as the archive holds it."""

    id: Id
    kind: str
    thread: Id | None
    parent: Id | None
    relation: str | None
    standing: str
    sent_at: str | None
    subject: str | None
    body: str
    participants: Mapping[str, tuple[Participant, ...]]
    attached: tuple[Attached, ...]

    def boxes(self, role: str) -> list[Box]:
        """Return the mailboxes of one role."""
        return [participant.box for participant in self.participants.get(role, ())]


@dataclass(frozen=True, slots=True)
class Document:
    """One document with the attachment that its text was found to be."""

    id: Id
    kind: str
    span: tuple[int, int]
    attachment: Id | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding."""

    kind: str
    certainty: str
    message: Id | None
    attachment: Id | None
    document: Id | None
    span: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Answer:
    """All that is measured of one archive."""

    places: tuple[Place, ...]
    messages: Mapping[Id, Message]
    person_kinds: Mapping[Id, str]
    filenames: Mapping[Id, frozenset[str]]
    documents: tuple[Document, ...]
    findings: tuple[Finding, ...]
    lines: Mapping[int, frozenset[str]]


def read_answer(archive: Path) -> Answer:
    """Read an archive of one source."""
    with closing(sqlite3.connect(archive)) as db:
        return Answer(
            places=_places(db),
            messages=_messages(db),
            person_kinds=dict(db.execute("SELECT id, kind FROM people")),
            filenames=_filenames(db),
            documents=_documents(db),
            findings=_findings(db),
            lines=_lines(db),
        )


def _places(db: sqlite3.Connection) -> tuple[Place, ...]:
    headers = dict(db.execute("SELECT occurrence_id, min(first_line) FROM header_fields GROUP BY occurrence_id"))
    rows = db.execute("SELECT id, message_id, standing, first_line FROM occurrences ORDER BY first_line, id")
    return tuple(Place(id_, message, standing, line, headers.get(id_, line)) for id_, message, standing, line in rows)


def _messages(db: sqlite3.Connection) -> dict[Id, Message]:
    participants: dict[Id, dict[str, list[Participant]]] = defaultdict(lambda: defaultdict(list))
    for message, role, name, email, person in db.execute(
        "SELECT message_id, role, name, email, person_id FROM participants ORDER BY message_id, role, position"
    ):
        participants[message][role].append(Participant((name, email), person))
    attached = defaultdict(list)
    for message, *rest in db.execute("SELECT message_id, attachment_id, filename FROM message_attachments ORDER BY message_id, position"):
        attached[message].append(Attached(*rest))
    columns = "id, kind, thread_id AS thread, parent_id AS parent, relation, standing, sent_at, subject, body"
    messages = {}
    for row in _rows(db, f"SELECT {columns} FROM messages"):
        id_, body = row["id"], fold_text(row.pop("body"))
        roles = {role: tuple(found) for role, found in participants[id_].items()}
        messages[id_] = Message(**row, body=body, participants=roles, attached=tuple(attached[id_]))
    return messages


def _rows(db: sqlite3.Connection, query: str) -> Iterator[dict[str, Any]]:
    cursor = db.execute(query)
    names = [column[0] for column in cursor.description]
    for row in cursor:
        yield dict(zip(names, row, strict=True))


def _filenames(db: sqlite3.Connection) -> dict[Id, frozenset[str]]:
    rows = db.execute("SELECT id, filename FROM attachments UNION SELECT attachment_id, filename FROM message_attachments")
    names: dict[Id, set[str]] = defaultdict(set)
    for attachment, filename in rows:
        names[attachment].add(fold_text(filename))
    return {attachment: frozenset(found) for attachment, found in names.items()}


def _documents(db: sqlite3.Connection) -> tuple[Document, ...]:
    rows = db.execute("SELECT id, kind, first_line, last_line, attachment_id FROM documents ORDER BY first_line")
    return tuple(Document(row[0], row[1], (row[2], row[3]), row[4]) for row in rows)


def _findings(db: sqlite3.Connection) -> tuple[Finding, ...]:
    columns = "kind, certainty, message_id AS message, attachment_id AS attachment, document_id AS document, first_line, last_line"
    found = []
    for row in _rows(db, f"SELECT {columns} FROM findings ORDER BY first_line, kind, certainty"):
        first, last = row.pop("first_line"), row.pop("last_line")
        found.append(Finding(**row, span=(first, last or first) if first else None))
    return tuple(found)


def _lines(db: sqlite3.Connection) -> dict[int, frozenset[str]]:
    """Return line -> the kinds of its segments, `blank` only where there is no other."""
    kinds: dict[int, set[str]] = defaultdict(set)
    for kind, first, last in db.execute("SELECT kind, first_line, last_line FROM segments"):
        for line in range(first, last + 1):
            kinds[line].add(kind)
    return {line: frozenset(found - {"blank"} or found) for line, found in kinds.items()}
