"""Write sources and what was read in them; take them out again."""

from __future__ import annotations

import bz2
import sqlite3
from collections.abc import Iterator

from threadkit.archive.schema import load_schema
from threadkit.records import AttachmentName, Occurrence, Phrase, Reading, Source, ThreadkitError, content_id

Row = tuple[object, ...]

# A segment's kind is one of a few dozen: 24 bits tell them apart in three bytes instead of eight.
_KIND_BITS_LESS = 53 - 24
_OF_OCCURRENCES = ("header_field_rows", "mailbox_rows", "attachment_names")
_OF_SOURCES = ("marks", "segment_rows", "occurrence_rows", "defects")


def pack_content(content: bytes) -> bytes:
    """Return a file's bytes as the archive keeps them: compressed with bzip2."""
    return bz2.compress(content)


def write_source(connection: sqlite3.Connection, source: Source, parser_version: str, content: bytes | None) -> None:
    """Write one source that the archive lacks: its row, its name, its pages, and the defects met while reading it.

    `content` is what `pack_content` made of its bytes, or None where the archive is not to keep them.

    Raises:
        ThreadkitError: another file has the same id (two 53-bit ids met).
    """
    known = connection.execute("SELECT sha256 FROM sources WHERE id = ?", (source.id,)).fetchone()
    if known:
        what = Phrase("has the same number ({id}) as another file (SHA-256 {sha256}), by chance.", id=str(source.id), sha256=known[0])
        raise ThreadkitError(what, where=source.name, hint="Append an empty line to it and import it again.")
    container_id = content_id("source", source.container_sha256) if source.container_sha256 else None
    row = (
        source.id, source.sha256, source.media_type, source.encoding, len(source.content), source.line_count, len(source.pages),
        container_id, source.member, None, parser_version, content,
    )  # fmt: skip
    _insert(connection, "sources", iter((row,)))
    add_name(connection, source.id, source.name)
    _insert(connection, "pages", ((source.id, page.number, page.label, page.first_line, page.text) for page in source.pages))
    _insert(
        connection,
        "defects",
        ((source.id, n, "read", d.span.first_line, d.span.last_line, d.code, d.detail) for n, d in enumerate(source.defects, 1)),
    )


def add_name(connection: sqlite3.Connection, source_id: int, name: str) -> bool:
    """Record a name under which a source was given; return whether it is a new one."""
    return connection.execute("INSERT OR IGNORE INTO source_names (source_id, name) VALUES (?, ?)", (source_id, name)).rowcount > 0


def write_reading(connection: sqlite3.Connection, reading: Reading) -> None:
    """Write everything that the parser read in one source.

    Raises:
        ThreadkitError: two rows have the same key: a fault of the parser, or two 53-bit ids that met.
    """
    source_id, occurrences = reading.source_id, sorted(reading.occurrences, key=lambda occurrence: occurrence.id)
    taken = connection.execute("SELECT coalesce(max(position), 0) FROM defects WHERE source_id = ?", (source_id,)).fetchone()[0]
    defects = enumerate(reading.defects, taken + 1)
    marks = (
        (source_id, position, m.kind, m.occurrence_id, m.span.first_line, m.span.last_line, m.rule, m.text)
        for position, m in enumerate(reading.marks, 1)
    )
    try:
        signatures = {o.signature: content_id("signature", o.signature) for o in occurrences if o.signature}
        _write_once(connection, "signatures", ((id_, text) for text, id_ in signatures.items()))
        _insert(connection, "occurrence_rows", (_occurrence_row(o, signatures.get(o.signature)) for o in occurrences))
        _insert(connection, "header_field_rows", _header_rows(occurrences))
        _write_mailboxes(connection, occurrences)
        _insert(connection, "attachment_names", _attachment_rows(occurrences))
        _write_segments(connection, reading)
        _insert(connection, "marks", marks)
        _insert(connection, "defects", ((source_id, n, "parse", d.span.first_line, d.span.last_line, d.code, d.detail) for n, d in defects))
    except sqlite3.IntegrityError as error:
        what = Phrase("was read into two rows of one key ({detail}).", detail=error)
        raise ThreadkitError(what, hint="Please report it, with the file if you may.") from error


def remove_source(connection: sqlite3.Connection, source_id: int) -> None:
    """Take one source and everything read in it out of the archive. The correspondence must be remade afterwards."""
    remove_reading(connection, source_id)
    for table in ("defects", "pages", "source_names"):
        connection.execute(f"DELETE FROM {table} WHERE source_id = ?", (source_id,))
    connection.execute("UPDATE sources SET superseded_by = NULL WHERE superseded_by = ?", (source_id,))
    connection.execute("UPDATE sources SET container_id = NULL WHERE container_id = ?", (source_id,))
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
    kept = "SELECT signature_id FROM occurrence_rows WHERE signature_id IS NOT NULL"
    connection.execute(f"DELETE FROM signatures WHERE id NOT IN ({kept})")


def _insert(connection: sqlite3.Connection, table: str, rows: Iterator[Row]) -> None:
    connection.executemany(load_schema().table(table).insert_sql, rows)


def _occurrence_row(o: Occurrence, signature_id: int | None) -> Row:
    sent = o.sent
    date: Row = (None,) * 6
    if sent is not None:
        date = (sent.value, sent.precision, sent.offset_minutes, sent.text, sent.rule, sent.conflict or None)
    return (
        o.id, None, o.source_id, o.ordinal, o.standing, o.depth, o.within_id, o.span.first_line, o.span.last_line, o.first_page, o.layout,
        o.kind, *date, o.subject, o.subject_base, o.relation, o.body_print, o.body_words, signature_id, o.body,
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


def _write_mailboxes(connection: sqlite3.Connection, occurrences: list[Occurrence]) -> None:
    """Write each distinct mailbox once, and where each is printed."""
    printed = {use.mailbox: 0 for o in occurrences for use in o.mailboxes}
    for box in printed:
        printed[box] = content_id("mailbox", repr((box.text, box.name, box.email, box.unit, box.rule)))
    rows = ((id_, box.text, box.name, box.email, box.unit, box.rule) for box, id_ in printed.items())
    _write_once(connection, "printed_mailboxes", rows)
    uses = ((o.id, use.field, use.position, printed[use.mailbox]) for o in occurrences for use in o.mailboxes)
    _insert(connection, "mailbox_rows", uses)


def _write_segments(connection: sqlite3.Connection, reading: Reading) -> None:
    """Write the segments, and once each what a segment may be."""
    kinds = {(s.kind, s.rule): 0 for s in reading.segments}
    for kind, rule in kinds:
        kinds[kind, rule] = content_id("segment-kind", kind, rule) >> _KIND_BITS_LESS
    _write_once(connection, "segment_kinds", ((id_, kind, rule) for (kind, rule), id_ in kinds.items()))
    rows = (
        (
            reading.source_id, s.position, s.span.first_line, s.span.last_line, s.first_char, s.last_char, s.occurrence_id, None, s.after_id,
            kinds[s.kind, s.rule],
        )
        for s in reading.segments
    )  # fmt: skip
    _insert(connection, "segment_rows", rows)


def _write_once(connection: sqlite3.Connection, table: str, rows: Iterator[Row]) -> None:
    """Write the rows that another source has not brought already."""
    for row in rows:
        known = connection.execute(f"SELECT * FROM {table} WHERE id = ?", row[:1]).fetchone()
        if known is None:
            connection.execute(load_schema().table(table).insert_sql, row)
        elif known != row:
            raise sqlite3.IntegrityError(f"{table}: {row[1]!r} and {known[1]!r} have one number")


def _attachment_rows(occurrences: list[Occurrence]) -> Iterator[Row]:
    for o in occurrences:
        for name in o.attachments:
            yield _attachment_row(o.id, name)


def _attachment_row(occurrence_id: int, name: AttachmentName) -> Row:
    return occurrence_id, name.position, name.filename, name.text, name.span.first_line, name.span.last_line
