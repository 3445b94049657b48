"""Write into an archive what an addition changes: take out what is said otherwise now, write what is said now, and keep the rest.

The rows are the same as if all had been written anew; only the rows of the full-text tables have other numbers.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Protocol

from threadkit.archive.correspondence_writer import Rows, SearchRows, two_rows_of_one_key
from threadkit.archive.indexing import (
    DOCUMENT_COLUMNS,
    MESSAGE_COLUMNS,
    document_rows,
    drop_disclaimers,
    message_rows,
    stage_disclaimers,
)
from threadkit.archive.keeping import add_kept
from threadkit.archive.recounting import Counted, count_again, counted, read_counted
from threadkit.archive.stems import Stems
from threadkit.records import Attachment, Conversation, Document, Finding, KeptDocument, Message, Person

_LISTED = "(SELECT value FROM json_each(?))"
_EMPTY_OCCURRENCES = f"""
UPDATE occurrence_rows
SET own_body = coalesce(own_body, (SELECT body FROM messages WHERE id = message_id)), message_id = NULL WHERE message_id IN {_LISTED}
"""
_OF_MESSAGES = (
    f"DELETE FROM threads WHERE id IN (SELECT thread_id FROM messages WHERE id IN {_LISTED})",
    f"DELETE FROM links WHERE child_id IN {_LISTED}",
    f"DELETE FROM participant_rows WHERE message_id IN {_LISTED}",
    f"DELETE FROM message_attachments WHERE message_id IN {_LISTED}",
    f"DELETE FROM message_ids WHERE message_id IN {_LISTED}",
    f"DELETE FROM findings WHERE message_id IN {_LISTED}",
    f"DELETE FROM messages WHERE id IN {_LISTED}",
)
_OF_PEOPLE = (
    f"DELETE FROM people WHERE id IN {_LISTED}",
    f"DELETE FROM addresses WHERE person_id IN {_LISTED}",
    f"DELETE FROM names WHERE person_id IN {_LISTED}",
    f"DELETE FROM findings WHERE message_id IS NULL AND person_id IN {_LISTED}",
)
_OF_DOCUMENTS = (
    f"UPDATE segment_rows SET document_id = NULL WHERE document_id IN {_LISTED}",
    f"DELETE FROM documents WHERE id IN {_LISTED}",
)
_OF_SOURCES = f"""
DELETE FROM findings WHERE message_id IS NULL AND attachment_id IS NULL AND person_id IS NULL AND source_id IN {_LISTED}
"""
_UNUSED_PRINTED = f"DELETE FROM printed_participants WHERE id IN {_LISTED} AND id NOT IN (SELECT printed_id FROM participant_rows)"
# A message that is only written again keeps its row in the full-text table.
_OLD_MESSAGES = f"SELECT id, search_row, body FROM messages WHERE id IN {_LISTED}"


class Added(Protocol):
    """What the resolve wing hands over of an addition; `messages_gone` come again in `conversations`, most of them."""

    @property
    def people_gone(self) -> Collection[int]:
        """The people who are nobody any more."""
        ...

    @property
    def people(self) -> Collection[Person]:
        """The people who are new or of whom something else is known."""
        ...

    @property
    def messages_gone(self) -> Collection[int]:
        """The messages of all touched components."""
        ...

    @property
    def conversations(self) -> Collection[Conversation]:
        """The conversations of these components."""
        ...

    @property
    def attachments_gone(self) -> Collection[int]:
        """The attached files that nothing names any more."""
        ...

    @property
    def attachments(self) -> Collection[Attachment]:
        """The attached files that are new or have another name."""
        ...

    @property
    def documents_gone(self) -> Collection[int]:
        """The documents that are no more or are told otherwise."""
        ...

    @property
    def documents(self) -> Collection[Document]:
        """The documents that are new or told otherwise."""
        ...

    @property
    def attachments_asked(self) -> Collection[int]:
        """The attached files of which all is said anew that can be found."""
        ...

    @property
    def sources_asked(self) -> Collection[int]:
        """The sources of which all is said anew that can be found outside of messages."""
        ...

    @property
    def findings(self) -> Collection[Finding]:
        """The findings that no conversation holds."""
        ...

    @property
    def kept_alike(self) -> Collection[tuple[int, int, int]]:
        """What is to be kept of the new occurrences."""
        ...

    @property
    def kept_documents(self) -> Collection[KeptDocument]:
        """What is to be kept of documents, anew or otherwise."""
        ...

    @property
    def kept_namesakes(self) -> Collection[tuple[str, str, str | None, str | None]]:
        """All that is to be kept of namesakes."""
        ...


@dataclass(frozen=True, slots=True)
class _Before:
    """What stood in the archive of the messages that are gone: rows in the full-text table, occurrences, bodies, what is counted of them, and
    what is printed of their participants.
    """

    rows: dict[int, int]
    occurrences: dict[int, tuple[int, ...]]
    bodies: dict[int, str]
    counted: set[Counted]
    printed: frozenset[int]


def write_addition(connection: sqlite3.Connection, added: Added, stems: Stems) -> None:
    """Write what an addition changes, and index it.

    Raises:
        ThreadkitError: two rows have the same key: a fault of a rule, or two 53-bit ids that met.
    """
    before = _read_before(connection, added.messages_gone)
    now = {m.id: m for conversation in added.conversations for m in conversation.messages}
    same = {id_ for id_, message in now.items() if _is_indexed_alike(message, before)}
    renamed = _documents_of(connection, added.attachments) - set(added.documents_gone)
    sources = _sources_of(connection, before.rows.keys() - same, [m for id_, m in now.items() if id_ not in same])
    stage_disclaimers(connection, sources)
    _unindex_messages(connection, {id_: row for id_, row in before.rows.items() if id_ not in same}, stems)
    document_places = _search_rows(connection, "documents", renamed.union(added.documents_gone))
    _unindex_documents(connection, document_places, stems)
    _take_out(connection, added)
    try:
        messages, documents = _write(connection, added, before.rows, document_places)
    except sqlite3.IntegrityError as error:
        raise two_rows_of_one_key(error) from error
    connection.execute(_UNUSED_PRINTED, (_json(before.printed),))
    count_again(connection, before.counted, {counted(message) for message in now.values()})
    _lead_old_ids(connection, before, now)
    _index(connection, "messages", [id_ for id_ in messages.ids if id_ not in same], stems)
    _index(connection, "documents", [*documents.ids, *sorted(renamed)], stems)
    drop_disclaimers(connection)


# ---------------------------------------------------------------- what stood there


def _read_before(connection: sqlite3.Connection, messages: Collection[int]) -> _Before:
    listed = (_json(messages),)
    rows, bodies = {}, {}
    for id_, search_row, body in connection.execute(_OLD_MESSAGES, listed):
        rows[id_], bodies[id_] = search_row, body
    occurrences: dict[int, tuple[int, ...]] = {}
    sql = f"SELECT message_id, id FROM occurrence_rows WHERE message_id IN {_LISTED} ORDER BY message_id, id"
    for message_id, id_ in connection.execute(sql, listed):
        occurrences[message_id] = (*occurrences.get(message_id, ()), id_)
    sql = f"SELECT DISTINCT printed_id FROM participant_rows WHERE message_id IN {_LISTED}"
    printed = frozenset(row[0] for row in connection.execute(sql, listed))
    return _Before(rows, occurrences, bodies, read_counted(connection, messages), printed)


def _is_indexed_alike(message: Message, before: _Before) -> bool:
    """Tell whether a message is made of the same occurrences as before: then the same words are found in it."""
    return before.occurrences.get(message.id) == message.occurrence_ids and before.bodies.get(message.id) == message.body


def _documents_of(connection: sqlite3.Connection, attachments: Iterable[Attachment]) -> set[int]:
    """Return the documents that are the text of files whose name is said otherwise now."""
    sql = f"SELECT id FROM documents WHERE attachment_id IN {_LISTED}"
    return {row[0] for row in connection.execute(sql, (_json(a.id for a in attachments),))}


def _sources_of(connection: sqlite3.Connection, gone: Iterable[int], messages: Iterable[Message]) -> set[int]:
    """Return the sources in which messages stand that are to be indexed, or were."""
    sql = f"SELECT DISTINCT source_id FROM occurrence_rows WHERE message_id IN {_LISTED} OR id IN {_LISTED}"
    new = [occurrence for message in messages for occurrence in message.occurrence_ids]
    return {row[0] for row in connection.execute(sql, (_json(gone), _json(new)))}


# ---------------------------------------------------------------- what is taken out


def _take_out(connection: sqlite3.Connection, added: Added) -> None:
    messages = _json(added.messages_gone)
    connection.execute(_EMPTY_OCCURRENCES, (messages,))
    for sql in _OF_MESSAGES:
        connection.execute(sql, (messages,))
    people = _json([*added.people_gone, *(person.id for person in added.people)])
    for sql in _OF_PEOPLE:
        connection.execute(sql, (people,))
    for sql in _OF_DOCUMENTS:
        connection.execute(sql, (_json(added.documents_gone),))
    attachments = _json([*added.attachments_gone, *(attachment.id for attachment in added.attachments)])
    connection.execute(f"DELETE FROM attachments WHERE id IN {_LISTED}", (attachments,))
    connection.execute(f"DELETE FROM findings WHERE attachment_id IN {_LISTED}", (_json(added.attachments_asked),))
    connection.execute(_OF_SOURCES, (_json(added.sources_asked),))


# ---------------------------------------------------------------- what is written


def _write(
    connection: sqlite3.Connection, added: Added, message_rows_: dict[int, int], document_rows_: dict[int, int]
) -> tuple[SearchRows, SearchRows]:
    rows = Rows(connection, {row[0] for row in connection.execute("SELECT id FROM printed_participants")})
    messages = SearchRows(_next_row(connection, "messages", message_rows_), message_rows_)
    documents = SearchRows(_next_row(connection, "documents", document_rows_), document_rows_)
    for person in added.people:
        rows.add_person(person)
    for conversation in added.conversations:
        rows.add_conversation(conversation, messages)
    for attachment in added.attachments:
        rows.add_attachment(attachment)
    for document in added.documents:
        rows.add_document(document, documents)
    for finding in added.findings:
        rows.add_finding(finding)
    rows.flush()
    add_kept(connection, added.kept_alike, added.kept_documents, added.kept_namesakes)
    return messages, documents


def _next_row(connection: sqlite3.Connection, table: str, taken: dict[int, int]) -> int:
    """Return the first row of the full-text table that no row of `table` has had, those taken out included."""
    last = connection.execute(f"SELECT coalesce(max(search_row), 0) FROM {table}").fetchone()[0]
    return int(max([last, *taken.values()])) + 1


def _lead_old_ids(connection: sqlite3.Connection, before: _Before, now: dict[int, Message]) -> None:
    """Lead the ids that messages had to those that now hold their first occurrences."""
    message_of = {occurrence: id_ for id_, message in now.items() for occurrence in message.occurrence_ids}
    led = {old: message_of[min(ids)] for old, ids in before.occurrences.items() if old not in now}
    pairs = sorted(led.items())
    connection.executemany("UPDATE former_ids SET message_id = ?2 WHERE message_id = ?1", pairs)
    connection.executemany("INSERT OR REPLACE INTO former_ids (former_id, message_id) VALUES (?, ?)", pairs)
    connection.execute(f"DELETE FROM former_ids WHERE former_id IN {_LISTED}", (_json(now),))


# ---------------------------------------------------------------- the full-text tables


def _search_rows(connection: sqlite3.Connection, table: str, ids: Iterable[int]) -> dict[int, int]:
    return dict(connection.execute(f"SELECT id, search_row FROM {table} WHERE id IN {_LISTED}", (_json(ids),)))


def _unindex_messages(connection: sqlite3.Connection, rows: dict[int, int], stems: Stems) -> None:
    ids = sorted(rows)
    found = message_rows(connection, ids, stems)
    _change_index(
        connection, "messages_fts", MESSAGE_COLUMNS, [(rows[id_], *row[1:]) for id_, row in zip(ids, found, strict=True)], "delete"
    )


def _unindex_documents(connection: sqlite3.Connection, rows: dict[int, int], stems: Stems) -> None:
    ids = sorted(rows)
    found = document_rows(connection, ids, stems)
    _change_index(
        connection, "documents_fts", DOCUMENT_COLUMNS, [(rows[id_], *row[1:]) for id_, row in zip(ids, found, strict=True)], "delete"
    )


def _index(connection: sqlite3.Connection, table: str, ids: list[int], stems: Stems) -> None:
    rows = _search_rows(connection, table, ids)
    columns = MESSAGE_COLUMNS if table == "messages" else DOCUMENT_COLUMNS
    found = message_rows(connection, ids, stems) if table == "messages" else document_rows(connection, ids, stems)
    _change_index(connection, f"{table}_fts", columns, [(rows[id_], *row[1:]) for id_, row in zip(ids, found, strict=True)])


def _change_index(
    connection: sqlite3.Connection, table: str, columns: tuple[str, ...], rows: Iterable[tuple[object, ...]], how: str = ""
) -> None:
    """Add rows to a full-text table, or with `delete` take out what was added under the same words."""
    command, value = (f"{table}, ", "'delete', ") if how else ("", "")
    marks = ", ".join("?" * (len(columns) + 1))
    connection.executemany(f"INSERT INTO {table} ({command}rowid, {', '.join(columns)}) VALUES ({value}{marks})", rows)


def _json(values: Iterable[int]) -> str:
    return json.dumps(list(values))
