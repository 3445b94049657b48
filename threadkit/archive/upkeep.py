"""What the archive says about itself: its settings, the runs that made it, which sources it holds, and what a rebuild changed."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from threadkit import __version__
from threadkit.archive.differences import TwoTables
from threadkit.archive.enclosures import find_attached
from threadkit.archive.migrations import is_current
from threadkit.archive.opening import connect
from threadkit.archive.passages import read_text
from threadkit.archive.schema import load_schema
from threadkit.records import Note, Page, Phrase, Source, Span, ThreadkitError

_COUNTED = ("sources", "occurrence_rows", "messages", "threads", "people", "attachments", "documents", "findings", "defects")
_COMPARED = (
    "occurrence_rows", "segment_rows", "defects", "messages", "threads", "people", "links", "attachments", "documents", "findings",
)  # fmt: skip
_SHOWN_AS = {"occurrence_rows": "occurrences", "segment_rows": "segments"}
#: New sources larger than this share of the archive's, or than so many bytes, are not added: all is concluded and written anew.
MOST_ADDED, MOST_ADDED_BYTES = 0.25, 16 * 1024 * 1024
#: The setting that tells which version of threadkit drew the conclusions.
CONCLUDED_WITH = "concluded_with"
_VARYING = frozenset({"search_row", "own_body", "message_id", "document_id"})


@dataclass(frozen=True, slots=True)
class NotArchived:
    """One thing that was given and could not be archived, and why."""

    name: str
    member: str | None
    detail: str


@dataclass(frozen=True, slots=True)
class Run:
    """One run of import, rebuild or remove, as `imports` tells it. `started_at` is universal time.

    `extent`: what it wrote: all anew (whole), what new sources touch (touched), or only its own line (noted). `seconds`: how long it took.
    """

    command: str
    started_at: str
    options: Mapping[str, object]
    version: str
    given: int
    added: int
    known: int
    extent: str
    seconds: float
    versions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NamedOutcome:
    """What became of one thing that was given: added, known or left-out, and the source that it is, if any."""

    name: str
    outcome: str
    source_id: int | None


@dataclass(frozen=True, slots=True)
class Started:
    """When a run started, in universal time, and by a clock that nobody sets."""

    at: str
    begun: float

    @classmethod
    def now(cls) -> Self:
        """Return this moment."""
        return cls(datetime.now(UTC).isoformat(timespec="seconds"), time.monotonic())

    @property
    def seconds(self) -> float:
        """How long ago that was."""
        return time.monotonic() - self.begun


@dataclass(frozen=True, slots=True)
class Change:
    """How many rows of one table a rebuild added, dropped and changed."""

    table: str
    added: int
    gone: int
    changed: int


def read_setting(connection: sqlite3.Connection, name: str) -> str | None:
    """Return a setting of the archive, None where it has none of that name."""
    row = connection.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
    return row[0] if row else None


def write_setting(connection: sqlite3.Connection, name: str, value: str | None) -> None:
    """Set or, with None, drop a setting of the archive."""
    connection.execute("DELETE FROM settings WHERE name = ?", (name,))
    if value is not None:
        connection.execute("INSERT INTO settings (name, value) VALUES (?, ?)", (name, value))


def write_run(connection: sqlite3.Connection, run: Run, exceptions: Sequence[NotArchived], outcomes: Sequence[NamedOutcome] = ()) -> None:
    """Record one run, what became of each thing given, and what it could not archive."""
    run_id = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM imports").fetchone()[0]
    messages = connection.execute("SELECT count(*) FROM messages").fetchone()[0]
    options = json.dumps(dict(run.options), ensure_ascii=False, sort_keys=True)
    row = (
        run_id, run.command, run.started_at, options, run.version, run.given, run.added, run.known, len(exceptions), messages,
        run.extent, round(run.seconds, 3), json.dumps(dict(run.versions), sort_keys=True),
        sum(each.outcome == "left-out" for each in outcomes),
    )  # fmt: skip
    connection.execute(load_schema().table("imports").insert_sql, row)
    connection.executemany(
        load_schema().table("exceptions").insert_sql,
        ((run_id, position, e.name, e.member, e.detail) for position, e in enumerate(exceptions, 1)),
    )
    connection.executemany(
        load_schema().table("import_names").insert_sql,
        ((run_id, position, each.name, each.outcome, each.source_id) for position, each in enumerate(outcomes, 1)),
    )


def room_to_add(archive: Path) -> int:
    """Return how many bytes of new sources may be added to an archive; 0 where it is better written anew, or was concluded otherwise.

    What is added lies less densely in the file than what is written in one go: that is done again when a quarter more messages are there.
    """
    with closing(connect(archive, "ro")) as connection:
        if not is_current(connection) or read_setting(connection, CONCLUDED_WITH) != __version__:
            return 0
        sql = "SELECT message_count FROM imports WHERE extent = 'whole' ORDER BY id DESC LIMIT 1"
        written = (connection.execute(sql).fetchone() or (0,))[0]
        messages, size = (
            connection.execute(f"SELECT {what}").fetchone()[0] for what in ("count(*) FROM messages", "total(byte_count) FROM sources")
        )
    return min(int(size * MOST_ADDED), MOST_ADDED_BYTES) if messages <= written * (1 + MOST_ADDED) else 0


def known_sources(connection: sqlite3.Connection) -> dict[str, int]:
    """Return the ids of the archived sources by their SHA-256."""
    return dict(connection.execute("SELECT sha256, id FROM sources"))


def unfinished_sources(connection: sqlite3.Connection) -> set[str]:
    """Return the SHA-256 of the containers of which a member could not be archived: another run may read more of them."""
    sql = """
        SELECT DISTINCT s.sha256 FROM exceptions AS e JOIN source_names AS n
        ON substr(e.name || '/' || e.member, 1, length(n.name) + 1) = n.name || '/' JOIN sources AS s ON s.id = n.source_id
    """
    return {row[0] for row in connection.execute(sql)}


def pictured_sources(connection: sqlite3.Connection) -> set[str]:
    """Return the SHA-256 of the sources with pages that are pictures without text."""
    sql = "SELECT DISTINCT s.sha256 FROM sources AS s JOIN source_notes AS n ON n.source_id = s.id WHERE n.kind = 'scan'"
    return {row[0] for row in connection.execute(sql)}


def count_rows(connection: sqlite3.Connection) -> dict[str, int]:
    """Return how many rows the tables hold that a summary speaks of."""
    return {_SHOWN_AS.get(table, table): connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in _COUNTED}


def find_source(connection: sqlite3.Connection, wanted: str) -> int:
    """Return the id of the one source that `wanted` means: a name under which it was given, its id, or the start of its SHA-256.

    Raises:
        ThreadkitError: none or several fit (exit code 1).
    """
    ids = [row[0] for row in connection.execute("SELECT DISTINCT source_id FROM source_names WHERE name = ? ORDER BY 1", (wanted,))]
    if not ids:
        start = wanted.lower() if len(wanted) >= 8 and wanted.isalnum() else "-"
        sql = "SELECT id FROM sources WHERE CAST(id AS TEXT) = ? OR substr(sha256, 1, length(?)) = ? ORDER BY id"
        ids = [row[0] for row in connection.execute(sql, (wanted, start, start))]
    if len(ids) == 1:
        return int(ids[0])
    if ids:
        hint = Phrase("Give one of their numbers: {numbers}", numbers=", ".join(map(str, ids)))
        raise ThreadkitError(Phrase("{n} sources bear that name.", n=len(ids)), where=wanted, hint=hint, exit_code=1)
    names = [row[0] for row in connection.execute("SELECT name FROM source_names ORDER BY name LIMIT 10")]
    hint = Phrase("It holds: {names}", names=", ".join(names)) if names else Phrase("It holds no source.")
    raise ThreadkitError("the archive holds no such source.", where=wanted, hint=hint, exit_code=1)


def stored_sources(connection: sqlite3.Connection, only: int | None = None) -> Iterator[Source]:
    """Yield the sources (or `only` one) as they were read, from their stored pages, by SHA-256. Their bytes are not needed and not given."""
    sql = "SELECT id, sha256, media_type, encoding, member FROM sources WHERE ?1 IS NULL OR id = ?1 ORDER BY sha256"
    attached = find_attached(connection)
    for source_id, sha256, media_type, encoding, member in connection.execute(sql, (only,)).fetchall():
        name = connection.execute("SELECT min(name) FROM source_names WHERE source_id = ?", (source_id,)).fetchone()[0]
        pages = tuple(
            Page(*row)
            for row in connection.execute(
                "SELECT number, label, first_line, text FROM pages WHERE source_id = ? ORDER BY number", (source_id,)
            )
        )
        text = pages[0].text if len(pages) == 1 else read_text(connection, source_id)
        notes = _notes(connection, source_id)
        yield Source(
            name or sha256, sha256, media_type, encoding, b"", text, pages, member=member, notes=notes, is_attached=source_id in attached
        )


def _notes(connection: sqlite3.Connection, source_id: int) -> tuple[Note, ...]:
    sql = "SELECT kind, page, first_line, last_line, text, value FROM source_notes WHERE source_id = ? ORDER BY position"
    rows = connection.execute(sql, (source_id,))
    return tuple(Note(kind, page, Span(first, last), text, value) for kind, page, first, last, text, value in rows)


def compare_with_old(connection: sqlite3.Connection) -> tuple[tuple[Change, ...], int]:
    """Return what differs from the archive attached as `old`, table by table, and how many messages have another parent."""
    changes = tuple(_compare(connection, table) for table in _COMPARED)
    parents = connection.execute(
        "SELECT count(*) FROM messages AS m JOIN old.messages AS w ON w.id = m.id WHERE m.parent_id IS NOT w.parent_id"
    ).fetchone()[0]
    return changes, parents


def _compare(connection: sqlite3.Connection, name: str) -> Change:
    return Change(_SHOWN_AS.get(name, name), *TwoTables(connection, load_schema().table(name), "old", _VARYING).counts())
