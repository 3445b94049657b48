"""Answer from SQLite what an addition asks of an archive: its readings, the new ones included, and what it concluded before these came."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from threadkit.archive.stored_readings import StoredReadings
from threadkit.records import Attachment, KeptDocument, MailboxUse, OccurrenceKey, SignatureUse, Span
from threadkit.resolve.earlier import ToldDocument

_BATCH = 500
_SUPERSEDED = "SELECT id FROM occurrence_rows WHERE source_id IN (SELECT id FROM sources WHERE superseded_by IS NOT NULL)"
_KEPT_DOCUMENTS = """
SELECT id, source_id, first_line, last_line, kind, rule, confidence, title, names, occurrence_id, filename, filename_key, attachment_id, variant
FROM kept_documents
"""
_DOCUMENTS = "SELECT id, source_id, first_line, last_line, kind, title, attachment_id, rule, confidence FROM documents"


class StoredConclusions(StoredReadings):
    """An archive that new sources were written to, and that is still concluded without them."""

    def __init__(self, connection: sqlite3.Connection, new_sources: Sequence[int]) -> None:
        super().__init__(connection)
        self._new_sources = tuple(new_sources)

    # ---------------------------------------------------------------- readings

    def keys_of_sources(self, sources: Sequence[int]) -> list[OccurrenceKey]:
        """Return the keys of the occurrences of some sources, in the fixed order."""
        return [key for id_ in self.source_ids() if id_ in sources for key in self.keys_of_source(id_)]

    def keys_of(self, ids: Collection[int]) -> list[OccurrenceKey]:
        """Return the keys of some occurrences, in the fixed order."""
        rank = {id_: place for place, id_ in enumerate(self.source_ids())}
        found = [pair for batch in _batches(ids) for pair in self.keys_with_ordinals(batch)]
        return [key for _, key in sorted(found, key=lambda pair: (rank[pair[1].source_id], pair[0]))]

    def subjects(self) -> list[str]:
        """Return the distinct base subjects of the old sources."""
        sql = f"SELECT DISTINCT subject_base FROM occurrence_rows WHERE subject_base > '' AND {self._counts('id', new=False)}"
        return [row[0] for row in self._connection.execute(sql)]

    def held_files_before(self) -> list[tuple[str, str]]:
        """Return the distinct (filename, SHA-256) of the files that the mail files among the old sources hold, sorted."""
        return self.held_files(f"s.id NOT IN ({', '.join(map(str, self._new_sources))})")

    def mailbox_uses_of(self, sources: Sequence[int], *, new: bool) -> Iterator[MailboxUse]:
        """Yield the distinct mailboxes of these sources (`new`), or of all others."""
        return self.mailbox_uses(self._counts("occurrence_id", new=new, sources=sources))

    def signature_uses_of(self, sources: Sequence[int], *, new: bool) -> Iterator[SignatureUse]:
        """Yield the distinct signatures of these sources (`new`), or of all others."""
        return self.signature_uses(self._counts("o.id", new=new, sources=sources))

    def printed(self) -> list[tuple[int, str | None, str | None, str | None]]:
        """Return (number, name, email, unit) of each distinct mailbox as printed."""
        return self._connection.execute("SELECT id, name, email, unit FROM printed_mailboxes ORDER BY id").fetchall()

    def printing(self, printed: Collection[int], *, senders: bool) -> set[int]:
        """Return the occurrences that print one of these mailboxes anywhere, or (`senders`) as their first author."""
        if not printed:
            return set()
        first = "AND field = 'from' AND position = 1" if senders else ""
        sql = f"SELECT DISTINCT occurrence_id FROM mailbox_rows WHERE printed_id IN (SELECT value FROM json_each(?)) {first}"
        found = {row[0] for row in self._connection.execute(sql, (_json(printed),))}
        return found.difference(row[0] for row in self._connection.execute(_SUPERSEDED))

    def signed_with(self, emails: Collection[str]) -> set[int]:
        """Return the occurrences whose signature holds one of these addresses."""
        wanted = tuple(emails)
        texts = self._connection.execute("SELECT id, text FROM signatures WHERE instr(text, '@')")
        ids = [id_ for id_, text in texts if any(email in text.lower() for email in wanted)]
        sql = "SELECT id FROM occurrence_rows WHERE signature_id IN (SELECT value FROM json_each(?))"
        found = {row[0] for row in self._connection.execute(sql, (_json(ids),))} if ids else set()
        return found.difference(row[0] for row in self._connection.execute(_SUPERSEDED))

    def within(self, ids: Collection[int]) -> set[int]:
        """Return what is printed directly inside these occurrences, and what they are printed in."""
        found = self._collect("SELECT within_id FROM occurrence_rows WHERE within_id IS NOT NULL AND id IN {}", ids)
        return found | self._collect("SELECT id FROM occurrence_rows WHERE within_id IN {}", ids)

    def positions(self, source_id: int, span: Span) -> tuple[int, ...]:
        """Return the positions of the segments that documents of a source are made of, which begin between two lines."""
        sql = """
            SELECT s.position FROM documents AS d JOIN segment_rows AS s ON s.document_id = d.id
            WHERE d.source_id = ? AND d.first_line BETWEEN ? AND ? ORDER BY s.position
        """
        return tuple(row[0] for row in self._connection.execute(sql, (source_id, span.first_line, span.last_line)))

    # ---------------------------------------------------------------- conclusions

    def sharing(self, alike: Iterable[tuple[int, int, int]]) -> set[int]:
        """Return the old occurrences kept under (number of what is alike, first day, last day)."""
        sql = "SELECT occurrence_id FROM kept_alike WHERE alike = ? AND day BETWEEN ? AND ?"
        return {row[0] for each in alike for row in self._connection.execute(sql, each)}

    def messages_of(self, ids: Collection[int]) -> dict[int, int]:
        """Return occurrence -> message, as concluded last; new occurrences have none."""
        sql = "SELECT id, message_id FROM occurrence_rows WHERE message_id IS NOT NULL AND id IN {}"
        return dict(self._select(sql, ids))

    def occurrences_of(self, messages: Collection[int]) -> dict[int, list[int]]:
        """Return message -> its occurrences, as concluded last."""
        found: dict[int, list[int]] = {}
        for message_id, id_ in self._select("SELECT message_id, id FROM occurrence_rows WHERE message_id IN {} ORDER BY 1, 2", messages):
            found.setdefault(message_id, []).append(id_)
        return found

    def kept_documents(self) -> Iterator[KeptDocument]:
        """Yield the old documents as their own sources tell them."""
        for id_, source_id, first, last, kind, rule, confidence, title, names, *bound in self._connection.execute(_KEPT_DOCUMENTS):
            told = tuple(json.loads(names)) if names != "[]" else ()
            yield KeptDocument(id_, source_id, Span(first, last), kind, rule, confidence, title, told, *bound)

    def kept_namesakes(self) -> list[tuple[str, str, str | None, str | None]]:
        """Return the names that fitted two people, and whom single messages told apart."""
        return self._connection.execute("SELECT name_key, unit, email, rule FROM kept_namesakes").fetchall()

    def documents(self) -> Iterator[ToldDocument]:
        """Yield the documents as concluded last."""
        for id_, source_id, first, last, *told in self._connection.execute(_DOCUMENTS):
            yield ToldDocument(id_, source_id, Span(first, last), *told)

    def attachments(self) -> dict[int, Attachment]:
        """Return the attached files as concluded last."""
        rows = self._connection.execute("SELECT id, filename, extension, rule FROM attachments")
        return {row[0]: Attachment(*row) for row in rows}

    def named_in(self, messages: Collection[int]) -> set[int]:
        """Return the attached files that messages name, as concluded last."""
        return self._collect("SELECT attachment_id FROM message_attachments WHERE message_id IN {}", messages)

    def crosses_attached(self, sources: Sequence[int]) -> bool:
        """Tell whether a new source holds, as an attachment, the bytes of an old one, or the other way round."""
        asked = {id_ for _, id_, _ in self.attached_sources()}
        of_source = dict(self._connection.execute(f"SELECT id, source_id FROM occurrence_rows WHERE id IN ({', '.join(map(str, asked))})"))
        return any((source_id in sources) != (of_source[id_] in sources) for source_id, id_, _ in self.attached_sources())

    def held(self, attachments: Collection[int], gone: Collection[int]) -> set[int]:
        """Return which of these attached files a mail file holds, as concluded last; messages that are `gone` do not count."""
        sql = "SELECT DISTINCT attachment_id, message_id FROM message_attachments WHERE byte_count > 0"
        return {id_ for id_, message in self._connection.execute(sql) if id_ in attachments and message not in gone}

    def namers(self, attachments: Collection[int]) -> list[tuple[int, int, str | None, str]]:
        """Return (attachment, message that names it, when that was sent, the name there), as concluded last."""
        sql = """
            SELECT a.attachment_id, a.message_id, m.sent_at, a.filename FROM message_attachments AS a JOIN messages AS m ON m.id = a.message_id
            WHERE a.attachment_id IN {} ORDER BY a.attachment_id, a.message_id, a.position
        """
        return list(self._select(sql, attachments))

    def not_released(self) -> dict[int, int]:
        """Return attachment -> source of its first naming, for those whose text is nowhere, as concluded last."""
        return dict(self._connection.execute("SELECT attachment_id, source_id FROM findings WHERE kind = 'attachment-not-released'"))

    # ---------------------------------------------------------------- how it is asked

    def _counts(self, column: str, *, new: bool, sources: Sequence[int] | None = None) -> str:
        """Return the condition that an occurrence is of the new sources, or of the others that count."""
        listed = ", ".join(str(int(id_)) for id_ in (self._new_sources if sources is None else sources))
        own = f"SELECT id FROM occurrence_rows WHERE source_id IN ({listed})"
        if new:
            return f"{column} IN ({own})"
        return f"{column} NOT IN ({own} UNION ALL {_SUPERSEDED})"

    def _collect(self, sql: str, values: Collection[int]) -> set[int]:
        return {row[0] for row in self._select(sql, values)}

    def _select(self, sql: str, values: Collection[int]) -> Iterator[Any]:
        for batch in _batches(values):
            yield from self._connection.execute(sql.format(f"({', '.join('?' * len(batch))})"), batch)


def _batches(values: Iterable[int]) -> Iterator[list[int]]:
    ordered = sorted(values)
    for start in range(0, len(ordered), _BATCH):
        yield ordered[start : start + _BATCH]


def _json(values: Iterable[int]) -> str:
    return json.dumps(list(values))
