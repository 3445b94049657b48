"""Write what follows from all readings together: people, messages, threads, documents, findings; and lead old message ids to new ones."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from threadkit.archive.counts import write_counts
from threadkit.archive.keeping import write_kept
from threadkit.archive.schema import load_schema
from threadkit.records import (
    Attachment,
    Conversation,
    Document,
    Finding,
    KeptDocument,
    Message,
    Participant,
    Person,
    Phrase,
    ThreadkitError,
    content_id,
)

Row = tuple[object, ...]

_FLUSH_ROWS = 4000
_FILL_OCCURRENCE = """
UPDATE occurrence_rows SET message_id = ?1, own_body = CASE WHEN own_body = ?2 THEN NULL ELSE own_body END WHERE id = ?3
"""
_COUNT_PAIRS = """
INSERT INTO correspondence (sender_id, recipient_id, messages, first_sent_at, last_sent_at, rule)
SELECT m.sender_id, r.person_id, count(DISTINCT m.id), min(m.sent_at), max(m.sent_at), 'pair-counted'
FROM participant_rows AS r JOIN messages AS m ON m.id = r.message_id
WHERE r.role IN ('to', 'cc', 'bcc') AND r.person_id IS NOT NULL AND m.sender_id IS NOT NULL
GROUP BY m.sender_id, r.person_id ORDER BY m.sender_id, r.person_id
"""

#: The rules that this wing concludes by; each has a heading in docs/rules.md.
RULES = ("pair-counted",)


class Concluded(Protocol):
    """What the resolve wing hands over. Each part is asked for once, in the order written here."""

    @property
    def people(self) -> Iterable[Person]:
        """The people."""
        ...

    def conversations(self) -> Iterator[Conversation]:
        """Yield the conversations."""
        ...

    @property
    def attachments(self) -> Iterable[Attachment]:
        """The distinct attached files."""
        ...

    def documents(self) -> Iterator[Document]:
        """Yield the documents."""
        ...

    def findings(self) -> Iterator[Finding]:
        """Yield the findings that no conversation holds."""
        ...

    def kept_alike(self) -> Iterator[tuple[int, int, int]]:
        """Yield (number of what is alike, day, occurrence) for each occurrence."""
        ...

    def kept_documents(self) -> Iterator[KeptDocument]:
        """Yield the documents as their own sources tell them."""
        ...

    def kept_namesakes(self) -> Iterator[tuple[str, str, str, str]]:
        """Yield (key of a name, unit, address, rule) for the namesakes whom single messages tell apart."""
        ...


def write_correspondence(
    connection: sqlite3.Connection, concluded: Concluded, progress: Callable[[int], object]
) -> tuple[array[int], array[int]]:
    """Write the correspondence into an archive that holds none, and fill the columns of the readings that come from it.

    Args:
        connection: the archive being built.
        concluded: what the resolve wing concluded.
        progress: called now and then with the number of messages written so far.

    Returns:
        The ids of the messages and of the documents in the order of their `search_row`, from 1.

    Raises:
        ThreadkitError: two rows have the same key: a fault of a rule, or two 53-bit ids that met.
    """
    rows = _Rows(connection)
    messages, documents = array("q"), array("q")
    try:
        _add_people(rows, concluded)
        for conversation in concluded.conversations():
            _add_conversation(rows, conversation, messages)
            if rows.flush_when_full():
                progress(len(messages))
        for attachment in concluded.attachments:
            rows.add("attachments", (attachment.id, attachment.filename, attachment.extension, attachment.rule))
        for document in concluded.documents():
            _add_document(rows, document, documents)
            rows.flush_when_full()
        for finding in concluded.findings():
            rows.add("findings", _finding_row(finding))
        rows.flush()
        connection.execute(_COUNT_PAIRS)
        write_counts(connection)
        write_kept(connection, concluded)
    except sqlite3.IntegrityError as error:
        what = Phrase("the correspondence holds two rows of one key ({detail}).", detail=error)
        raise ThreadkitError(what, hint="Please report it: two numbers met by chance, or a rule is at fault.") from error
    progress(len(messages))
    return messages, documents


class _Rows:
    """Rows on their way, by table, so that few statements write many."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._waiting: dict[str, list[Row]] = {table.insert_sql: [] for table in load_schema().of_layer("correspondence")}
        self._sql = {table.name: table.insert_sql for table in load_schema().of_layer("correspondence")}
        self._count = 0
        self._printed: dict[tuple[str | None, str | None, str, str], int] = {}

    def add_printed(self, participant: Participant) -> int:
        """Write what is printed of a participant, once, and return its number."""
        printed = (participant.name, participant.email, participant.text, participant.rule)
        id_ = self._printed.get(printed)
        if id_ is None:
            id_ = self._printed[printed] = content_id("participant", repr(printed))
            self.add("printed_participants", (id_, *printed))
        return id_

    def add(self, table: str, row: Row) -> None:
        self._waiting[self._sql[table]].append(row)
        self._count += 1

    def update(self, sql: str, row: Row) -> None:
        self._waiting.setdefault(sql, []).append(row)
        self._count += 1

    def flush_when_full(self) -> bool:
        if self._count < _FLUSH_ROWS:
            return False
        self.flush()
        return True

    def flush(self) -> None:
        for sql, rows in self._waiting.items():
            if rows:
                self._connection.executemany(sql, rows)
                rows.clear()
        self._count = 0


def _add_people(rows: _Rows, concluded: Concluded) -> None:
    for person in concluded.people:
        rows.add("people", (person.id, person.name, person.sort_name, person.kind, person.rule))
        for email in person.emails:
            rows.add("addresses", (email, person.id, person.rule))
        for name in person.names:
            rows.add("names", (name, person.id, person.rule))
        rows.flush_when_full()


def _add_conversation(rows: _Rows, conversation: Conversation, messages: array[int]) -> None:
    for thread in conversation.threads:
        rows.add(
            "threads",
            (
                thread.id, thread.subject, thread.first_sent_at, thread.last_sent_at, thread.message_count, thread.person_count,
                thread.rule,
            ),
        )  # fmt: skip
    for message in conversation.messages:
        messages.append(message.id)
        _add_message(rows, message, len(messages))
    for link in conversation.links:
        rows.add("links", (link.child_id, link.parent_id, link.relation, link.confidence, link.verdict, link.rule, link.evidence))
    for finding in dict.fromkeys(conversation.findings):  # the same said twice is said once
        rows.add("findings", _finding_row(finding))


def _add_message(rows: _Rows, m: Message, search_row: int) -> None:
    rows.add(
        "messages",
        (
            m.id, m.kind, m.thread_id, m.parent_id, m.relation, m.standing, m.sender_id, m.sent_at, m.sent_precision, m.sent_utc,
            m.sent_text, m.subject, m.subject_base, m.body_occurrence_id, len(m.occurrence_ids), search_row, m.rule, m.body,
        ),
    )  # fmt: skip
    for p in m.participants:
        rows.add("participant_rows", (m.id, p.role, p.position, p.person_id, rows.add_printed(p)))
    for a in m.attachments:
        rows.add("message_attachments", (m.id, a.position, a.attachment_id, a.filename, a.text, a.rule))
    for occurrence_id in m.occurrence_ids:
        rows.update(_FILL_OCCURRENCE, (m.id, m.body, occurrence_id))


def _add_document(rows: _Rows, d: Document, documents: array[int]) -> None:
    documents.append(d.id)
    rows.add(
        "documents",
        (
            d.id, d.source_id, d.attachment_id, d.kind, d.title, d.span.first_line, d.span.last_line, d.confidence, len(documents),
            d.rule, d.text,
        ),
    )  # fmt: skip
    for position in d.positions:
        rows.update("UPDATE segment_rows SET document_id = ? WHERE source_id = ? AND position = ?", (d.id, d.source_id, position))


def _finding_row(f: Finding) -> Row:
    first, last = (f.span.first_line, f.span.last_line) if f.span else (None, None)
    return (
        f.id, f.kind, f.certainty, f.message_id, f.attachment_id, f.document_id, f.person_id, f.source_id, first, last, f.rule, f.detail,
    )  # fmt: skip
