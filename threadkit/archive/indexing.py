"""Make messages and documents ready for full-text search: every word once, and the stems of its words."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence

from threadkit.archive.passages import read_passages
from threadkit.archive.stems import Stems
from threadkit.archive.stored_readings import StoredReadings
from threadkit.records import Occurrence

_BATCH = 400
_HASH_BYTES = 8 * 1024 * 1024
#: The columns in the order in which their texts come here.
MESSAGE_COLUMNS = ("subject", "body", "signature", "header", "stems")
DOCUMENT_COLUMNS = ("title", "text", "stems")
COLUMNS = {"messages_fts": MESSAGE_COLUMNS, "documents_fts": DOCUMENT_COLUMNS}
_IN_OTHER_COLUMNS = "subject"
_DISCLAIMERS = "SELECT occurrence_id, text FROM staged_disclaimers WHERE occurrence_id IN ({}) ORDER BY rowid"
Rows = Iterator[tuple[object, ...]]


class Searched:
    """Returns the texts by which messages and documents are found, in the order of the columns. Disclaimers must be staged."""

    def __init__(self, connection: sqlite3.Connection, stems: Stems) -> None:
        self._connection, self._stems = connection, stems
        self._disclaimers: dict[int, list[str]] = {}

    def prepare(self, occurrence_ids: Sequence[int]) -> None:
        """Fetch the disclaimers of these occurrences, whose messages are asked for next."""
        self._disclaimers.clear()
        for start in range(0, len(occurrence_ids), _BATCH):
            batch = occurrence_ids[start : start + _BATCH]
            for id_, text in self._connection.execute(_DISCLAIMERS.format(", ".join("?" * len(batch))), batch):
                self._disclaimers.setdefault(id_, []).append(text)

    def message(self, copies: Sequence[Occurrence], body: str) -> tuple[str, ...]:
        """Return the texts of a message, given its occurrences by their ids: with their signatures, disclaimers and header texts."""
        small = (
            _joined(o.signature for o in copies),
            _joined(text for o in copies for text in self._disclaimers.get(o.id, ())),
        )
        headers = _joined(field.text for o in copies for field in o.fields if field.field != _IN_OTHER_COLUMNS)
        return _indexed(self._stems, _joined(o.subject for o in copies), body, "\n".join(filter(None, small)), headers)

    def document(self, title: str | None, filename: str | None, text: str) -> tuple[str, ...]:
        """Return the texts of a document: title, file's name, text."""
        return _indexed(self._stems, "\n".join(filter(None, (title, filename))), text)


def insert_sql(table: str) -> str:
    """Return the statement that adds one row to a full-text table: its number, then its texts."""
    columns = COLUMNS[table]
    return f"INSERT INTO {table} (rowid, {', '.join(columns)}) VALUES ({', '.join('?' * (len(columns) + 1))})"


def open_index(connection: sqlite3.Connection) -> None:
    """Make ready to fill the full-text tables in one go."""
    for table in COLUMNS:
        connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('hashsize', {_HASH_BYTES})")


def close_index(connection: sqlite3.Connection) -> None:
    """Pack the full-text tables when they are filled."""
    for table in COLUMNS:
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


def drop_disclaimers(connection: sqlite3.Connection) -> None:
    """Drop what was staged."""
    connection.execute("DROP TABLE staged_disclaimers")


def message_rows(connection: sqlite3.Connection, ids: Sequence[int], stems: Stems) -> Rows:
    """Yield what is indexed of each message, after its place among `ids`, from 1; the disclaimers are staged."""
    readings, searched = StoredReadings(connection), Searched(connection, stems)
    for start in range(0, len(ids), _BATCH):
        batch = tuple(ids[start : start + _BATCH])
        marks = f"({', '.join('?' * len(batch))})"
        bodies = dict(connection.execute(f"SELECT id, body FROM messages WHERE id IN {marks}", batch))
        places = connection.execute(f"SELECT id, message_id FROM occurrence_rows WHERE message_id IN {marks} ORDER BY id", batch).fetchall()
        copies: dict[int, list[Occurrence]] = {}
        ids_of_places = [id_ for id_, _ in places]
        searched.prepare(ids_of_places)
        for (_, message_id), occurrence in zip(places, readings.occurrences(ids_of_places), strict=True):
            copies.setdefault(message_id, []).append(occurrence)
        for place, id_ in enumerate(batch, start + 1):
            yield (place, *searched.message(copies.get(id_, ()), bodies[id_]))


def document_rows(connection: sqlite3.Connection, ids: Sequence[int], stems: Stems) -> Rows:
    """Yield what is indexed of each document, after its place among `ids`, from 1."""
    searched = Searched(connection, stems)
    sql = "SELECT d.title, a.filename, d.text FROM documents AS d LEFT JOIN attachments AS a ON a.id = d.attachment_id WHERE d.id = ?"
    for place, id_ in enumerate(ids, 1):
        yield (place, *searched.document(*connection.execute(sql, (id_,)).fetchone()))


def _joined(texts: Iterable[str | None]) -> str:
    """Join the distinct texts, in order."""
    return "\n".join(dict.fromkeys(filter(None, texts)))


def _indexed(stems: Stems, *texts: str) -> tuple[str, ...]:
    """Return the texts ready to index, and the distinct stems of their words in one more column, in a fixed order."""
    joined = "\n".join(texts)
    found = " ".join(sorted(stems.of_text(joined)))
    return (*(texts if stems.is_safe(joined) else map(stems.indexable, texts)), found)
