"""Write what follows from all readings together: people, messages, threads, documents, findings; and lead old message ids to new ones."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Protocol

from threadkit.archive.counts import write_counts
from threadkit.archive.indexing import COLUMNS, close_index, insert_sql, open_index
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
COUNT_PAIRS = """
INSERT INTO correspondence (sender_id, recipient_id, messages, first_sent_at, last_sent_at, rule)
SELECT m.sender_id, r.person_id, count(DISTINCT m.id), min(m.sent_at), max(m.sent_at), 'pair-counted'
FROM participant_rows AS r JOIN messages AS m ON m.id = r.message_id
WHERE r.role IN ('to', 'cc', 'bcc') AND r.person_id IS NOT NULL AND m.sender_id IS NOT NULL {}
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
        """Yield the findings that no conversation holds; the work on them may begin before the first is taken."""
        ...

    def kept_alike(self) -> Iterator[tuple[int, int, int]]:
        """Yield (number of what is alike, day, occurrence) for each occurrence."""
        ...

    def kept_documents(self) -> Iterator[KeptDocument]:
        """Yield the documents as their own sources tell them."""
        ...

    def kept_namesakes(self) -> Iterator[tuple[str, str, str | None, str | None]]:
        """Yield (key of a name, unit, address, rule) for the names that fit two people, and whom single messages tell apart."""
        ...


def write_correspondence(
    connection: sqlite3.Connection, concluded: Concluded, progress: Callable[[int], object]
) -> int:
    """Write the correspondence into an archive that holds none, index it, and fill the columns of the readings that come from it.

    Args:
        connection: the archive being built.
        concluded: what the resolve wing concluded.
        progress: called now and then with the number of messages written so far.

    Returns:
        How many messages there are.

    Raises:
        ThreadkitError: two rows have the same key: a fault of a rule, or two 53-bit ids that met.
    """
    rows = Rows(connection)
    open_index(connection)
    messages, documents = SearchRows(), SearchRows()
    try:
        for person in concluded.people:
            rows.add_person(person)
            rows.flush_when_full()
        for conversation in concluded.conversations():
            rows.add_conversation(conversation, messages)
            if rows.flush_when_full():
                progress(len(messages.ids))
        for attachment in concluded.attachments:
            rows.add_attachment(attachment)
        for document in concluded.documents():
            rows.add_document(document, documents)
            rows.flush_when_full()
        findings = concluded.findings()
        rows.flush()
        close_index(connection)  # while others look for the texts of files that have none
        for finding in findings:
            rows.add_finding(finding)
        rows.flush()
        connection.execute(COUNT_PAIRS.format(""))
        write_counts(connection)
        write_kept(connection, concluded)
    except sqlite3.IntegrityError as error:
        raise two_rows_of_one_key(error) from error
    progress(len(messages.ids))
    return len(messages.ids)


def two_rows_of_one_key(error: sqlite3.IntegrityError) -> ThreadkitError:
    """Return what is said where two rows of the correspondence have one key."""
    what = Phrase("the correspondence holds two rows of one key ({detail}).", detail=error)
    return ThreadkitError(what, hint="Please report it: two numbers met by chance, or a rule is at fault.")


class SearchRows:
    """Gives messages, or documents, their rows in the full-text table; `ids` in the order in which they were given one."""

    def __init__(self, first: int = 1, known: Mapping[int, int] = MappingProxyType({})) -> None:
        self.ids = array("q")
        self._next = first
        self._known = known

    def number(self, id_: int) -> int:
        """Return the row of one that is written: the one known, else the next one."""
        self.ids.append(id_)
        known = self._known.get(id_)
        if known is not None:
            return known
        self._next += 1
        return self._next - 1


class Rows:
    """Rows of the correspondence on their way, by table, so that few statements write many.

    `printed`: the numbers of the printed participants that are written already.
    """

    def __init__(self, connection: sqlite3.Connection, printed: Container[int] = ()) -> None:
        self._connection = connection
        self._waiting: dict[str, list[Row]] = {table.insert_sql: [] for table in load_schema().of_layer("correspondence")}
        self._sql = {table.name: table.insert_sql for table in load_schema().of_layer("correspondence")}
        self._sql |= {table: insert_sql(table) for table in COLUMNS}
        self._waiting |= {self._sql[table]: [] for table in COLUMNS}
        self._count = 0
        self._printed: dict[tuple[str | None, str | None, str, str], int] = {}
        self._present = printed

    def flush_when_full(self) -> bool:
        """Write what is waiting, where that is much."""
        if self._count < _FLUSH_ROWS:
            return False
        self.flush()
        return True

    def flush(self) -> None:
        """Write what is waiting."""
        for sql, rows in self._waiting.items():
            if rows:
                self._connection.executemany(sql, rows)
                rows.clear()
        self._count = 0

    def add_person(self, person: Person) -> None:
        """Add one person with addresses and names."""
        self._add("people", (person.id, person.name, person.sort_name, person.kind, person.rule))
        for email in person.emails:
            self._add("addresses", (email, person.id, person.rule))
        for name in person.names:
            self._add("names", (name, person.id, person.rule))

    def add_conversation(self, conversation: Conversation, messages: SearchRows) -> None:
        """Add the threads, messages, links and findings of one conversation."""
        for t in conversation.threads:
            self._add("threads", (t.id, t.subject, t.first_sent_at, t.last_sent_at, t.message_count, t.person_count, t.rule))
        for message in conversation.messages:
            self._add_message(message, messages.number(message.id))
        for link in conversation.links:
            self._add("links", (link.child_id, link.parent_id, link.relation, link.confidence, link.verdict, link.rule, link.evidence))
        for finding in dict.fromkeys(conversation.findings):  # the same said twice is said once
            self.add_finding(finding)

    def add_attachment(self, attachment: Attachment) -> None:
        """Add one attached file."""
        self._add("attachments", (attachment.id, attachment.filename, attachment.extension, attachment.rule))

    def add_document(self, d: Document, documents: SearchRows) -> None:
        """Add one document, and lead its segments to it."""
        search_row = documents.number(d.id)
        self._add(
            "documents",
            (
                d.id, d.source_id, d.attachment_id, d.kind, d.title, d.span.first_line, d.span.last_line, d.confidence, search_row, d.rule,
                d.text,
            ),
        )  # fmt: skip
        if d.searched:
            self._add("documents_fts", (search_row, *d.searched))
        for position in d.positions:
            self._update("UPDATE segment_rows SET document_id = ? WHERE source_id = ? AND position = ?", (d.id, d.source_id, position))

    def add_finding(self, f: Finding) -> None:
        """Add one finding."""
        first, last = (f.span.first_line, f.span.last_line) if f.span else (None, None)
        self._add(
            "findings",
            (
                f.id, f.kind, f.certainty, f.message_id, f.attachment_id, f.document_id, f.person_id, f.source_id, first, last, f.rule,
                f.detail,
            ),
        )  # fmt: skip

    def _add_message(self, m: Message, search_row: int) -> None:
        self._add(
            "messages",
            (
                m.id, m.kind, m.thread_id, m.parent_id, m.relation, m.standing, m.sender_id, m.sent_at, m.sent_precision, m.sent_utc,
                m.sent_text, m.subject, m.subject_base, m.body_occurrence_id, len(m.occurrence_ids), search_row, m.rule, m.body,
            ),
        )  # fmt: skip
        if m.searched:
            self._add("messages_fts", (search_row, *m.searched))
        for p in m.participants:
            self._add("participant_rows", (m.id, p.role, p.position, p.person_id, self._add_printed(p)))
        for a in m.attachments:
            file = (a.file.media_type, a.file.byte_count, a.file.sha256) if a.file is not None else (None, None, None)
            self._add("message_attachments", (m.id, a.position, a.attachment_id, a.filename, a.text, *file, a.rule))
        for mail_id in m.mail_ids:
            self._add("message_ids", (m.id, mail_id, "mail-header"))
        for occurrence_id in m.occurrence_ids:
            self._update(_FILL_OCCURRENCE, (m.id, m.body, occurrence_id))

    def _add_printed(self, participant: Participant) -> int:
        """Add what is printed of a participant, once, and return its number."""
        printed = (participant.name, participant.email, participant.text, participant.rule)
        id_ = self._printed.get(printed)
        if id_ is None:
            id_ = self._printed[printed] = content_id("participant", repr(printed))
            if id_ not in self._present:
                self._add("printed_participants", (id_, *printed))
        return id_

    def _add(self, table: str, row: Row) -> None:
        self._waiting[self._sql[table]].append(row)
        self._count += 1

    def _update(self, sql: str, row: Row) -> None:
        self._waiting.setdefault(sql, []).append(row)
        self._count += 1
