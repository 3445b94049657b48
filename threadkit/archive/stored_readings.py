"""Answer from SQLite what the resolve wing asks of the readings."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import Any

from threadkit.archive.passages import read_passages
from threadkit.records import (
    AttachedFile,
    AttachmentName,
    DateReading,
    DocumentPiece,
    FieldMailbox,
    HeaderField,
    Mailbox,
    MailboxUse,
    MailIds,
    Mark,
    Occurrence,
    OccurrenceKey,
    SignatureUse,
    Span,
)

_BATCH = 500
_KEPT_MAILBOXES = 20_000
_KEYS = """
SELECT o.id, o.source_id, o.standing, o.depth, o.within_id, b.name, b.email, o.sent_at, o.subject_base, o.relation, o.body_print,
       o.body_words, {} AS mail_ids
FROM occurrence_rows AS o LEFT JOIN mailbox_rows AS r ON r.occurrence_id = o.id AND r.field = 'from' AND r.position = 1
LEFT JOIN printed_mailboxes AS b ON b.id = r.printed_id
"""
_MAIL_NUMBERS = "(SELECT group_concat(i.mail_id) FROM mail_id_rows AS i WHERE i.occurrence_id = o.id)"
_OCCURRENCES = """
SELECT id, source_id, ordinal, standing, depth, within_id, first_line, last_line, first_page, layout, kind, sent_text, sent_at,
       sent_precision, sent_offset_minutes, sent_rule, sent_conflict, subject, subject_base, relation, body, body_print, body_words,
       signature, doubt
FROM occurrences WHERE id IN
"""
_FIELDS = """
SELECT occurrence_id, field, label, own_text, first_line, last_line FROM header_field_rows WHERE occurrence_id IN {} ORDER BY 1, position
"""
_BOXES = """
SELECT occurrence_id, field, position, printed_id FROM mailbox_rows WHERE occurrence_id IN {} ORDER BY 1, 2, 3
"""
_PRINTED = "SELECT id, text, name, email, unit, rule FROM printed_mailboxes WHERE id IN {}"
_NAMES = """
SELECT occurrence_id, position, filename, text, first_line, last_line, media_type, byte_count, sha256
FROM attachment_names WHERE occurrence_id IN {} ORDER BY 1, 2
"""
_ATTACHED_SOURCES = """
SELECT s.id, a.occurrence_id, a.position, a.filename, a.text, a.first_line, a.last_line, a.media_type, a.byte_count, a.sha256
FROM attachment_names AS a JOIN sources AS s ON s.sha256 = a.sha256 JOIN occurrence_rows AS o ON o.id = a.occurrence_id
JOIN sources AS c ON c.id = o.source_id
WHERE a.sha256 IS NOT NULL AND c.superseded_by IS NULL ORDER BY s.id, a.occurrence_id, a.position
"""
_HELD_FILES = """
SELECT DISTINCT a.filename, a.sha256 FROM attachment_names AS a JOIN occurrence_rows AS o ON o.id = a.occurrence_id
JOIN sources AS s ON s.id = o.source_id WHERE a.byte_count > 0 AND s.superseded_by IS NULL
"""
_MAIL_IDS = """
SELECT r.occurrence_id, r.role, i.rfc_message_id FROM mail_id_rows AS r JOIN mail_ids AS i ON i.id = r.mail_id
WHERE r.occurrence_id IN {} ORDER BY 1, 2, r.position
"""
_SUPERSEDED = "SELECT o.id FROM occurrence_rows AS o JOIN sources AS s ON s.id = o.source_id WHERE s.superseded_by IS NOT NULL"


class StoredReadings:
    """The readings of an archive that is being built, as `records.Readings` asks for them; superseded sources do not count."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._mailboxes: dict[int, Mailbox] = {}

    @cached_property
    def _has_mail_ids(self) -> bool:
        return self._connection.execute("SELECT 1 FROM mail_id_rows LIMIT 1").fetchone() is not None

    def source_ids(self) -> list[int]:
        """Return the sources that count, by SHA-256."""
        return [row[0] for row in self._connection.execute("SELECT id FROM sources WHERE superseded_by IS NULL ORDER BY sha256")]

    def keys(self) -> Iterator[OccurrenceKey]:
        """Yield one key an occurrence, by (source SHA-256, ordinal)."""
        for source_id in self.source_ids():
            yield from self.keys_of_source(source_id)

    def keys_of_source(self, source_id: int) -> Iterator[OccurrenceKey]:
        """Yield the keys of one source's occurrences, in order."""
        numbers = _MAIL_NUMBERS if self._has_mail_ids else "NULL"
        for row in self._connection.execute(f"{_KEYS.format(numbers)} WHERE o.source_id = ? ORDER BY o.ordinal", (source_id,)):
            yield OccurrenceKey(*row)

    def nested(self, source_id: int) -> Iterator[tuple[int, int | None]]:
        """Yield (occurrence, the one that it is printed inside) for each occurrence of a source, in order."""
        return iter(self._connection.execute("SELECT id, within_id FROM occurrence_rows WHERE source_id = ? ORDER BY ordinal", (source_id,)))

    def keys_with_ordinals(self, ids: Sequence[int]) -> Iterator[tuple[int, OccurrenceKey]]:
        """Yield (rank in its source, key) for each of a few hundred occurrences, in any order."""
        keys = _KEYS.format(_MAIL_NUMBERS).replace("AS mail_ids", "AS mail_ids, o.ordinal")
        sql = f"{keys} WHERE o.id IN {_marks(ids)}"
        for *key, ordinal in self._connection.execute(sql, ids):
            yield ordinal, OccurrenceKey(*key)

    def occurrences(self, ids: Sequence[int]) -> list[Occurrence]:
        """Return full occurrences, in the order of `ids`.

        Raises:
            KeyError: the archive holds no such occurrence.
        """
        found: dict[int, Occurrence] = {}
        for start in range(0, len(ids), _BATCH):
            found.update(self._fetch(ids[start : start + _BATCH]))
        return [found[id_] for id_ in ids]

    def attachment_names(self, ids: Sequence[int]) -> list[tuple[int, AttachmentName]]:
        """Return (occurrence, name) for each attachment that the occurrences print, in the order of `ids` and as printed."""
        found: dict[int, list[AttachmentName]] = {}
        for start in range(0, len(ids), _BATCH):
            batch = ids[start : start + _BATCH]
            for occurrence_id, *name in self._connection.execute(_NAMES.format(_marks(batch)), batch):
                found.setdefault(occurrence_id, []).append(_name(*name))
        return [(id_, name) for id_ in ids for name in found.get(id_, ())]

    def attached_sources(self) -> list[tuple[int, int, AttachmentName]]:
        """Return (source, occurrence, name) where a mail file holds, as an attachment, the very bytes of a source; sorted."""
        return [(source_id, id_, _name(*name)) for source_id, id_, *name in self._connection.execute(_ATTACHED_SOURCES)]

    def held_files(self, counting: str = "TRUE") -> list[tuple[str, str]]:
        """Return the distinct (filename, SHA-256) of the files that mail files hold, sorted; `counting`: in which sources, in SQL."""
        return self._connection.execute(f"{_HELD_FILES} AND {counting} ORDER BY 1, 2").fetchall()

    def mailbox_uses(self, counting: str = f"occurrence_id NOT IN ({_SUPERSEDED})") -> Iterator[MailboxUse]:
        """Yield the distinct mailboxes, sorted, each with the number of occurrences that print it; `counting`: which occurrences, in SQL."""
        sql = f"""
            SELECT name, email, unit, field, count(DISTINCT occurrence_id)
            FROM mailbox_rows JOIN printed_mailboxes AS p ON p.id = printed_id WHERE {counting}
            GROUP BY name, email, unit, field ORDER BY name, email, unit, field
        """
        return (MailboxUse(*row) for row in self._connection.execute(sql))

    def signature_uses(self, counting: str = f"o.id NOT IN ({_SUPERSEDED})") -> Iterator[SignatureUse]:
        """Yield the distinct signatures, sorted, each with the number of occurrences that show it; `counting`: which occurrences, in SQL.

        A link behind a printed name counts as the signature of that name.
        """
        sql = f"""
            SELECT name, email, text, sum(uses) FROM (
            SELECT b.name, b.email, s.text, count(*) AS uses FROM occurrence_rows AS o JOIN signatures AS s ON s.id = o.signature_id
            LEFT JOIN mailbox_rows AS r ON r.occurrence_id = o.id AND r.field = 'from' AND r.position = 1
            LEFT JOIN printed_mailboxes AS b ON b.id = r.printed_id
            WHERE {counting} GROUP BY b.name, b.email, s.text
            UNION ALL SELECT n.text, NULL, n.value, count(DISTINCT o.id) FROM source_notes AS n JOIN occurrence_rows AS o
            ON o.source_id = n.source_id AND n.first_line BETWEEN o.first_line AND o.last_line
            WHERE n.kind = 'link' AND {counting} GROUP BY n.text, n.value
            ) GROUP BY name, email, text ORDER BY name, email, text
        """
        return (SignatureUse(*row) for row in self._connection.execute(sql))

    def pieces(self, source_id: int) -> list[DocumentPiece]:
        """Return a source's document pieces in order.

        A piece's text is its lines as printed, without the last newline; where a page ends inside it, the form feed is left out.
        """
        sql = """
            SELECT s.position, s.first_line, s.last_line, s.after_id, k.rule FROM segment_rows AS s CROSS JOIN segment_kinds AS k ON k.id = s.what_id
            WHERE s.source_id = ? AND k.kind = 'document'
        """
        about = {row[0]: row[1:] for row in self._connection.execute(sql, (source_id,))}
        pieces = []
        for position, text in read_passages(self._connection, source_id, ("document",)):
            first, last, after_id, rule = about[position]
            pieces.append(DocumentPiece(source_id, position, Span(first, last), after_id, _without_page_ends(text), rule))
        return pieces

    def marks(self, source_id: int) -> list[Mark]:
        """Return a source's marks in order."""
        sql = "SELECT kind, first_line, last_line, occurrence_id, text, rule FROM marks WHERE source_id = ? ORDER BY position"
        return [
            Mark(kind, Span(first, last), occurrence_id, text, rule)
            for kind, first, last, occurrence_id, text, rule in self._connection.execute(sql, (source_id,))
        ]

    def printed_subjects(self, source_id: int) -> list[tuple[str, Span]]:
        """Return the subject and place of each message of a source that is not quoted, in order."""
        sql = """
            SELECT subject, first_line, last_line FROM occurrence_rows
            WHERE source_id = ? AND standing <> 'quoted' AND subject IS NOT NULL ORDER BY ordinal
        """
        return [(subject, Span(first, last)) for subject, first, last in self._connection.execute(sql, (source_id,))]

    def prints(self, source_id: int) -> list[tuple[int, str, str | None]]:
        """Return (first line, standing, base subject) of each message of a source that is not quoted, in order."""
        sql = "SELECT first_line, standing, subject_base FROM occurrence_rows WHERE source_id = ? AND standing <> 'quoted' ORDER BY first_line"
        return self._connection.execute(sql, (source_id,)).fetchall()

    def printed_segments(self, source_id: int) -> Iterator[tuple[str, int, str]]:
        """Yield (kind, first line, text) of each segment of a source, in order: the source's whole text."""
        sql = """
            SELECT s.position, k.kind, s.first_line FROM segment_rows AS s CROSS JOIN segment_kinds AS k ON k.id = s.what_id WHERE s.source_id = ?
        """
        about = {row[0]: row[1:] for row in self._connection.execute(sql, (source_id,))}
        for position, text in read_passages(self._connection, source_id, {kind for kind, _ in about.values()}):
            yield *about[position], text

    def _fetch(self, ids: Sequence[int]) -> dict[int, Occurrence]:
        marks = _marks(ids)
        asked = (_FIELDS, _BOXES, _NAMES, _MAIL_IDS)
        fields, boxes, names, mail_ids = (_grouped(self._connection.execute(sql.format(marks), ids)) for sql in asked)
        printed = self._printed({row[3] for rows in boxes.values() for row in rows})
        found: dict[int, Occurrence] = {}
        for row in self._connection.execute(_OCCURRENCES + marks, ids):
            uses = tuple([FieldMailbox(field, position, printed[id_]) for _, field, position, id_ in boxes.get(row[0], ())])
            attached = tuple([_name(*name[1:]) for name in names.get(row[0], ())])
            found[row[0]] = _occurrence(row, fields.get(row[0], ()), uses, attached, mail_ids.get(row[0], ()))
        return found

    def _printed(self, ids: set[int]) -> dict[int, Mailbox]:
        """Return the distinct mailboxes by their numbers; many are asked for again and again, and kept."""
        if len(self._mailboxes) > _KEPT_MAILBOXES:
            self._mailboxes.clear()
        wanted = list(ids.difference(self._mailboxes))
        for start in range(0, len(wanted), _BATCH):
            batch = wanted[start : start + _BATCH]
            for id_, *printed in self._connection.execute(_PRINTED.format(_marks(batch)), batch):
                self._mailboxes[id_] = Mailbox(*printed)
        return self._mailboxes


def _marks(values: Sequence[object]) -> str:
    return f"({', '.join('?' * len(values))})"


def _grouped(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[tuple[Any, ...]]]:
    """Return the rows by their first column, in whose order they come."""
    return {key: list(own) for key, own in groupby(rows, itemgetter(0))}


def _without_page_ends(text: str) -> str:
    if "\f" in text:
        text = text.replace("\n\f", "\n").replace("\f", "\n")
    return text.removesuffix("\n")


def _field(row: tuple[Any, ...], boxes: Sequence[FieldMailbox], sent_text: str | None, subject: str | None) -> HeaderField:
    """Return one field; a text that stands elsewhere is not stored with it."""
    _, field, label, text, first, last = row
    if text is None:
        if field == "date":
            text = sent_text
        elif field == "subject":
            text = subject
        else:
            text = "; ".join([use.mailbox.text for use in boxes if use.field == field])
    return HeaderField(field, label, text, Span(first, last))


def _name(
    position: int, filename: str, text: str, first: int, last: int, media_type: str | None, byte_count: int, sha256: str
) -> AttachmentName:
    file = AttachedFile(media_type, byte_count, sha256) if media_type is not None else None
    return AttachmentName(position, filename, text, Span(first, last), file)


def _mail_ids(rows: Sequence[tuple[int, str, str]]) -> MailIds | None:
    roles: dict[str, tuple[str, ...]] = {}
    for _, role, text in rows:
        roles[role] = (*roles.get(role, ()), text)
    own = roles.get("message-id", (None,))[0]
    return MailIds(own, roles.get("in-reply-to", ()), roles.get("references", ())) if rows else None


def _occurrence(
    row: Sequence[Any],
    fields: Iterable[tuple[Any, ...]],
    boxes: tuple[FieldMailbox, ...],
    names: tuple[AttachmentName, ...],
    mail_ids: Sequence[tuple[int, str, str]],
) -> Occurrence:
    (
        id_, source_id, ordinal, standing, depth, within_id, first, last, page, layout, kind, sent_text, sent_at, precision, offset,
        sent_rule, conflict, subject, base, relation, body, body_print, body_words, signature, doubt,
    ) = row  # fmt: skip
    sent = None if sent_text is None else DateReading(sent_text, sent_at, precision, offset, sent_rule, conflict or "")
    printed = tuple([_field(field, boxes, sent_text, subject) for field in fields])
    return Occurrence(
        id_, source_id, ordinal, standing, depth, within_id, Span(first, last), page, layout, kind, printed, boxes, sent,
        subject, base, relation, names, body, body_print, body_words, signature, _mail_ids(mail_ids), doubt,
    )  # fmt: skip
