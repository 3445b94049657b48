"""Fill the full-text tables: every word of every message and document once, and the stems of its words."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence

from threadkit.archive.passages import read_passages
from threadkit.archive.stems import Stems

_BATCH = 400
_HASH_BYTES = 2 * 1024 * 1024
#: The columns in the order in which their texts come here.
MESSAGE_COLUMNS = ("subject", "body", "signature", "header", "stems")
DOCUMENT_COLUMNS = ("title", "text", "stems")
_IN_OTHER_COLUMNS = "('subject')"
Rows = Iterator[tuple[object, ...]]


def index_messages(connection: sqlite3.Connection, ids: Sequence[int], stems: Stems) -> None:
    """Index the messages with these ids, in the order of their `search_row` from 1, with their signatures, disclaimers and header texts."""
    stage_disclaimers(connection)
    _fill(connection, "messages_fts", MESSAGE_COLUMNS, message_rows(connection, ids, stems))
    connection.execute("DROP TABLE staged_disclaimers")


def index_documents(connection: sqlite3.Connection, ids: Sequence[int], stems: Stems) -> None:
    """Index the documents with these ids, in the order of their `search_row` from 1: title, file's name, text."""
    _fill(connection, "documents_fts", DOCUMENT_COLUMNS, document_rows(connection, ids, stems))


def _fill(connection: sqlite3.Connection, table: str, columns: tuple[str, ...], rows: Rows) -> None:
    connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('hashsize', {_HASH_BYTES})")
    marks = ", ".join("?" * (len(columns) + 1))
    connection.executemany(f"INSERT INTO {table} (rowid, {', '.join(columns)}) VALUES ({marks})", rows)
    connection.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")


def stage_disclaimers(connection: sqlite3.Connection, sources: Collection[int] | None = None) -> None:
    """Cut disclaimers and words quoted without a header out of the text of sources, where alone they stand, into a table for the index only.

    Args:
        connection: the archive; its table `staged_disclaimers` is to be dropped when the index is made.
        sources: the sources to cut them out of; by default all.
    """
    connection.execute("CREATE TABLE staged_disclaimers (occurrence_id INTEGER, text TEXT)")
    kinds = "SELECT id FROM segment_kinds WHERE kind IN ('disclaimer', 'other')"
    owned = f"SELECT source_id, position, occurrence_id FROM segment_rows WHERE what_id IN ({kinds}) AND occurrence_id IS NOT NULL"
    for (source_id,) in connection.execute(f"SELECT DISTINCT source_id FROM ({owned}) ORDER BY source_id").fetchall():
        if sources is not None and source_id not in sources:
            continue
        owners = {row[1]: row[2] for row in connection.execute(f"{owned} AND source_id = ?", (source_id,))}
        connection.executemany(
            "INSERT INTO staged_disclaimers VALUES (?, ?)",
            (
                (owners[position], text)
                for position, text in read_passages(connection, source_id, ("disclaimer", "other"))
                if position in owners
            ),
        )
    connection.execute("CREATE INDEX staged_disclaimers_occurrence ON staged_disclaimers (occurrence_id)")


def message_rows(connection: sqlite3.Connection, ids: Sequence[int], stems: Stems) -> Rows:
    """Yield what is indexed of each message, after its place among `ids`, from 1; the disclaimers are staged."""
    for start in range(0, len(ids), _BATCH):
        batch = tuple(ids[start : start + _BATCH])
        marks = f"({', '.join('?' * len(batch))})"
        bodies = dict(connection.execute(f"SELECT id, body FROM messages WHERE id IN {marks}", batch))
        of_message = f"FROM occurrence_rows AS o {{}} WHERE o.message_id IN {marks} ORDER BY o.message_id, o.id"
        subjects = _gathered(connection.execute(f"SELECT o.message_id, o.subject {of_message.format('')}", batch))
        join = "JOIN signatures AS s ON s.id = o.signature_id"
        signatures = _gathered(connection.execute(f"SELECT o.message_id, s.text {of_message.format(join)}", batch))
        join = "JOIN staged_disclaimers AS d ON d.occurrence_id = o.id"
        disclaimers = _gathered(connection.execute(f"SELECT o.message_id, d.text {of_message.format(join)}", batch))
        join = f"JOIN header_fields AS h ON h.occurrence_id = o.id AND h.field NOT IN {_IN_OTHER_COLUMNS}"
        headers = _gathered(connection.execute(f"SELECT o.message_id, h.text {of_message.format(join)}", batch))
        for place, id_ in enumerate(batch, start + 1):
            small = "\n".join(filter(None, (signatures.get(id_), disclaimers.get(id_))))
            yield (place, *_indexed(stems, subjects.get(id_, ""), bodies[id_], small, headers.get(id_, "")))


def document_rows(connection: sqlite3.Connection, ids: Sequence[int], stems: Stems) -> Rows:
    """Yield what is indexed of each document, after its place among `ids`, from 1."""
    sql = "SELECT d.title, a.filename, d.text FROM documents AS d LEFT JOIN attachments AS a ON a.id = d.attachment_id WHERE d.id = ?"
    for place, id_ in enumerate(ids, 1):
        title, filename, text = connection.execute(sql, (id_,)).fetchone()
        yield (place, *_indexed(stems, "\n".join(filter(None, (title, filename))), text))


def _gathered(rows: Iterable[tuple[int, str | None]]) -> dict[int, str]:
    """Join the distinct texts of each key, in order."""
    texts: dict[int, dict[str, None]] = {}
    for key, text in rows:
        if text:
            texts.setdefault(key, {})[text] = None
    return {key: "\n".join(found) for key, found in texts.items()}


def _indexed(stems: Stems, *texts: str) -> tuple[str, ...]:
    """Return the texts ready to index, and the distinct stems of their words in one more column, in a fixed order."""
    joined = "\n".join(texts)
    found = " ".join(sorted(stems.of_text(joined)))
    return (*(texts if stems.is_safe(joined) else map(stems.indexable, texts)), found)
