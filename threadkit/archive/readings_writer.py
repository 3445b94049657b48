"""Write sources and what was read in them; take them out again."""

from __future__ import annotations

import bz2
import sqlite3
from collections.abc import Iterable, Iterator

from threadkit.archive.schema import load_schema
from threadkit.records import AttachmentName, Occurrence, Phrase, Reading, Source, ThreadkitError, content_id, mail_id_number

Row = tuple[object, ...]
Rows = dict[str, list[Row]]

# A segment's kind is one of a few dozen: 24 bits tell them apart in three bytes instead of eight.
_KIND_BITS_LESS = 53 - 24
# Rows that several sources may bring.
_WRITTEN_ONCE = frozenset({"signatures", "printed_mailboxes", "segment_kinds", "mail_ids"})
_OF_OCCURRENCES = ("header_field_rows", "mailbox_rows", "attachment_names", "mail_id_rows")
_OF_SOURCES = ("marks", "segment_rows", "occurrence_rows", "defects")


def pack_content(content: bytes) -> bytes:
    """Return a file's bytes as the archive keeps them: compressed with bzip2."""
    return bz2.compress(content)


def source_rows(source: Source, parser_version: str) -> Rows:
    """Return the rows of one source: its own (without its bytes and container), its name, pages, notes, and the defects met while reading."""
    byte_count = len(source.content) if source.byte_count is None else source.byte_count
    row = (
        source.id, source.sha256, source.media_type, source.encoding, byte_count, source.line_count, len(source.pages),
        None, None, None, parser_version, None,
    )  # fmt: skip
    defects = enumerate(source.defects, 1)
    return {
        "sources": [row],
        "source_names": [(source.id, source.name)],
        "pages": [(source.id, page.number, page.label, page.first_line, page.text) for page in source.pages],
        "source_notes": [
            (source.id, position, n.kind, n.page, n.span.first_line, n.span.last_line, n.text, n.value)
            for position, n in enumerate(source.notes, 1)
        ],
        "defects": [(source.id, n, "read", d.span.first_line, d.span.last_line, d.code, d.detail) for n, d in defects],
    }


def write_source(connection: sqlite3.Connection, source: Source, parser_version: str, content: bytes | None) -> None:
    """Write one source that the archive lacks, and its bytes as `pack_content` made them, if any.

    Raises:
        ThreadkitError: another file has the same id (two 53-bit ids met).
    """
    write_source_rows(connection, source_rows(source, parser_version))
    if content is not None:
        write_content(connection, source.id, content)


def write_source_rows(connection: sqlite3.Connection, rows: Rows) -> None:
    """Write what `source_rows` returned.

    Raises:
        ThreadkitError: another file has the same id (two 53-bit ids met).
    """
    id_, name = rows["source_names"][0]
    known = connection.execute("SELECT sha256 FROM sources WHERE id = ?", (id_,)).fetchone()
    if known:
        what = Phrase("has the same number ({id}) as another file (SHA-256 {sha256}), by chance.", id=str(id_), sha256=known[0])
        raise ThreadkitError(what, where=str(name), hint="Append an empty line to it and import it again.")
    _insert_all(connection, rows)


def rewrite_source_rows(connection: sqlite3.Connection, rows: Rows) -> None:
    """Write what `source_rows` returned in place of how the source was read before; its names, bytes and places stay."""
    source_id, _, media_type, encoding, _, line_count, page_count, _, _, _, parser_version, _ = rows["sources"][0]
    remove_reading(connection, int(str(source_id)))
    for table in ("defects", "pages", "source_notes"):
        connection.execute(f"DELETE FROM {table} WHERE source_id = ?", (source_id,))
    sql = "UPDATE sources SET media_type = ?, encoding = ?, line_count = ?, page_count = ?, parser_version = ? WHERE id = ?"
    connection.execute(sql, (media_type, encoding, line_count, page_count, parser_version, source_id))
    _insert_all(connection, {table: rows[table] for table in ("pages", "source_notes", "defects")})


def write_content(connection: sqlite3.Connection, source_id: int, content: bytes) -> None:
    """Write the bytes of a source that stands in the archive, as `pack_content` made them."""
    connection.execute("UPDATE sources SET content = ? WHERE id = ?", (content, source_id))


def add_name(connection: sqlite3.Connection, source_id: int, name: str) -> bool:
    """Record a name under which a source was given; return whether it is a new one."""
    return connection.execute("INSERT OR IGNORE INTO source_names (source_id, name) VALUES (?, ?)", (source_id, name)).rowcount > 0


def reading_rows(reading: Reading, defects_before: int) -> Rows:
    """Return the rows of everything that the parser read in one source, of which `defects_before` defects were met before the parse."""
    source_id, occurrences = reading.source_id, sorted(reading.occurrences, key=lambda occurrence: occurrence.id)
    signatures = {o.signature: content_id("signature", o.signature) for o in occurrences if o.signature}
    defects = enumerate(reading.defects, defects_before + 1)
    return {
        "signatures": [(id_, text) for text, id_ in signatures.items()],
        "occurrence_rows": [_occurrence_row(o, signatures.get(o.signature)) for o in occurrences],
        "header_field_rows": list(_header_rows(occurrences)),
        **_mailbox_rows(occurrences),
        "attachment_names": [_attachment_row(o.id, name) for o in occurrences for name in o.attachments],
        **_mail_id_rows(occurrences),
        **_segment_rows(reading),
        "marks": [
            (source_id, position, m.kind, m.occurrence_id, m.span.first_line, m.span.last_line, m.rule, m.text)
            for position, m in enumerate(reading.marks, 1)
        ],
        "defects": [(source_id, n, "parse", d.span.first_line, d.span.last_line, d.code, d.detail) for n, d in defects],
    }


def write_reading(connection: sqlite3.Connection, reading: Reading) -> None:
    """Write everything that the parser read in one source.

    Raises:
        ThreadkitError: as `write_reading_rows`.
    """
    sql = "SELECT coalesce(max(position), 0) FROM defects WHERE source_id = ?"
    write_reading_rows(connection, reading_rows(reading, connection.execute(sql, (reading.source_id,)).fetchone()[0]))


def write_reading_rows(connection: sqlite3.Connection, rows: Rows) -> None:
    """Write what `reading_rows` returned.

    Raises:
        ThreadkitError: two rows have the same key: a fault of the parser, or two 53-bit ids that met.
    """
    try:
        _insert_all(connection, rows)
    except sqlite3.IntegrityError as error:
        what = Phrase("was read into two rows of one key ({detail}).", detail=error)
        raise ThreadkitError(what, hint="Please report it, with the file if you may.") from error


def remove_source(connection: sqlite3.Connection, source_id: int) -> None:
    """Take one source and everything read in it out of the archive. The correspondence must be remade afterwards."""
    remove_reading(connection, source_id)
    for table in ("defects", "pages", "source_notes", "source_names", "places", "source_members"):
        connection.execute(f"DELETE FROM {table} WHERE source_id = ?", (source_id,))
    connection.execute("UPDATE sources SET superseded_by = NULL WHERE superseded_by = ?", (source_id,))
    connection.execute("UPDATE sources SET container_id = NULL WHERE container_id = ?", (source_id,))
    connection.execute("DELETE FROM source_members WHERE container_id = ?", (source_id,))
    connection.execute("DELETE FROM sources WHERE id = ?", (source_id,))


def remove_reading(connection: sqlite3.Connection, source_id: int) -> None:
    """Take out what was read in one source; the source and the defects met while reading its bytes stay."""
    for table in _OF_OCCURRENCES:
        connection.execute(f"DELETE FROM {table} WHERE occurrence_id IN (SELECT id FROM occurrence_rows WHERE source_id = ?)", (source_id,))
    for table in _OF_SOURCES:
        stage = " AND stage = 'parse'" if table == "defects" else ""
        connection.execute(f"DELETE FROM {table} WHERE source_id = ?{stage}", (source_id,))
    connection.execute("DELETE FROM printed_mailboxes WHERE id NOT IN (SELECT printed_id FROM mailbox_rows)")
    connection.execute("DELETE FROM segment_kinds WHERE id NOT IN (SELECT what_id FROM segment_rows)")
    connection.execute("DELETE FROM mail_ids WHERE id NOT IN (SELECT mail_id FROM mail_id_rows)")
    kept = "SELECT signature_id FROM occurrence_rows WHERE signature_id IS NOT NULL"
    connection.execute(f"DELETE FROM signatures WHERE id NOT IN ({kept})")


def _insert_all(connection: sqlite3.Connection, rows: Rows) -> None:
    for table, of_table in rows.items():
        if table in _WRITTEN_ONCE:
            _write_once(connection, table, of_table)
        else:
            connection.executemany(load_schema().table(table).insert_sql, of_table)


def _occurrence_row(o: Occurrence, signature_id: int | None) -> Row:
    sent = o.sent
    date: Row = (None,) * 6
    if sent is not None:
        date = (sent.value, sent.precision, sent.offset_minutes, sent.text, sent.rule, sent.conflict or None)
    return (
        o.id, None, o.source_id, o.ordinal, o.standing, o.depth, o.within_id, o.span.first_line, o.span.last_line, o.first_page, o.layout,
        o.kind, *date, o.subject, o.subject_base, o.relation, o.body_print, o.body_words, signature_id, o.doubt, o.body,
    )  # fmt: skip


def _header_rows(occurrences: list[Occurrence]) -> Iterator[Row]:
    for o in occurrences:
        elsewhere = _texts_elsewhere(o)
        for position, field in enumerate(o.fields, 1):
            own_text = None if elsewhere.get(field.field) == field.text else field.text
            yield o.id, position, field.field, field.label, field.span.first_line, field.span.last_line, own_text


def _texts_elsewhere(o: Occurrence) -> dict[str, str | None]:
    """Return the texts that the view `header_fields` can make from other columns, by field."""
    texts: dict[str, str | None] = {}
    for use in sorted(o.mailboxes, key=lambda use: use.position):
        before = texts.get(use.field)
        texts[use.field] = use.mailbox.text if before is None else f"{before}; {use.mailbox.text}"
    return texts | {"subject": o.subject, "date": o.sent.text if o.sent else None}


def _mailbox_rows(occurrences: list[Occurrence]) -> Rows:
    """Return each distinct mailbox once, and where each is printed."""
    printed = {use.mailbox: 0 for o in occurrences for use in o.mailboxes}
    for box in printed:
        printed[box] = content_id("mailbox", repr((box.text, box.name, box.email, box.unit, box.rule)))
    return {
        "printed_mailboxes": [(id_, box.text, box.name, box.email, box.unit, box.rule) for box, id_ in printed.items()],
        "mailbox_rows": [(o.id, use.field, use.position, printed[use.mailbox]) for o in occurrences for use in o.mailboxes],
    }


def _segment_rows(reading: Reading) -> Rows:
    """Return the segments, and once each what a segment may be."""
    kinds = {(s.kind, s.rule): 0 for s in reading.segments}
    for kind, rule in kinds:
        kinds[kind, rule] = content_id("segment-kind", kind, rule) >> _KIND_BITS_LESS
    rows: list[Row] = [
        (
            reading.source_id, s.position, s.span.first_line, s.span.last_line, s.first_char, s.last_char, s.occurrence_id, None, s.after_id,
            kinds[s.kind, s.rule],
        )
        for s in reading.segments
    ]  # fmt: skip
    return {"segment_kinds": [(id_, kind, rule) for (kind, rule), id_ in kinds.items()], "segment_rows": rows}


def _write_once(connection: sqlite3.Connection, table: str, rows: Iterable[Row]) -> None:
    """Write the rows that another source has not brought already."""
    for row in rows:
        known = connection.execute(f"SELECT * FROM {table} WHERE id = ?", row[:1]).fetchone()
        if known is None:
            connection.execute(load_schema().table(table).insert_sql, row)
        elif known != row:
            raise sqlite3.IntegrityError(f"{table}: {row[1]!r} and {known[1]!r} have one number")


def _attachment_row(occurrence_id: int, name: AttachmentName) -> Row:
    row = (occurrence_id, name.position, name.filename, name.text, name.span.first_line, name.span.last_line)
    return (*row, name.file.media_type, name.file.byte_count, name.file.sha256) if name.file is not None else (*row, None, None, None)


def _mail_id_rows(occurrences: list[Occurrence]) -> Rows:
    """Return each identifier that mail files give once, and where each stands."""
    texts: dict[int, str] = {}
    rows: list[Row] = []
    for o in occurrences:
        for role, position, text in o.mail_ids.by_role() if o.mail_ids is not None else ():
            number = mail_id_number(text)
            texts[number] = text
            rows.append((o.id, role, position, number))
    return {"mail_ids": list(texts.items()), "mail_id_rows": rows} if rows else {}
