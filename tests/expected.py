"""What an archive holds of one dump, as JSON that a person can read and approve: lines instead of ids, in the order of the source."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from threadkit.importing import ImportOptions, import_paths

CORPUS = Path(__file__).parent / "corpus"
FOLDERS = ("in-the-wild", "synthetic", "negative", "known-failures")
KNOWN_FAILURES = "known-failures"
_ROLES = ("from", "on-behalf-of", "to", "cc", "bcc", "reply-to")


@dataclass(frozen=True, slots=True)
class Case:
    """One dump of the corpus with the files beside it."""

    dump: Path

    @property
    def id(self) -> str:
        return f"{self.dump.parent.name}/{self.dump.stem}"

    @property
    def fails(self) -> bool:
        return self.dump.parent.name == KNOWN_FAILURES

    @property
    def expected(self) -> Path:
        return self.dump.with_suffix(".expected.json")

    @property
    def about(self) -> Path:
        return self.dump.with_suffix(".about.md")


def cases() -> list[Case]:
    return [Case(path) for folder in FOLDERS for path in sorted((CORPUS / folder).glob("*.txt"))]


def import_dump(dump: Path, folder: Path) -> dict[str, Any]:
    """Import `dump` into a new archive in `folder` and return what the archive says."""
    archive = folder / "archive.db"
    archive.unlink(missing_ok=True)
    report = import_paths([dump], archive, ImportOptions())
    assert report.exit_code == 0, report.exceptions
    connection = sqlite3.connect(archive)
    connection.row_factory = sqlite3.Row
    try:
        return told(connection)
    finally:
        connection.close()


def told(connection: sqlite3.Connection) -> dict[str, Any]:
    """Return what an archive of one source says."""
    places = {
        row["message_id"]: f"line {row['line']}"
        for row in connection.execute(
            "SELECT message_id, min(first_line) AS line FROM occurrences WHERE message_id IS NOT NULL GROUP BY message_id"
        )
    }
    (source,) = connection.execute("SELECT encoding, line_count, page_count FROM sources")
    return {
        "source": dict(source),
        "messages": [message(connection, row, places) for row in in_order(connection, places)],
        "people": people(connection),
        "documents": documents(connection),
        "findings": findings(connection, places),
        "segments": segments(connection),
        "defects": defects(connection),
    }


def in_order(connection: sqlite3.Connection, places: dict[int, str]) -> list[sqlite3.Row]:
    rows = connection.execute("SELECT * FROM messages").fetchall()
    return sorted(rows, key=lambda row: int(places[row["id"]].removeprefix("line ")))


def message(connection: sqlite3.Connection, row: sqlite3.Row, places: dict[int, str]) -> dict[str, Any]:
    root = connection.execute(
        "SELECT id FROM messages WHERE thread_id = ? AND (parent_id IS NULL OR parent_id NOT IN (SELECT id FROM messages WHERE thread_id = ?))",
        (row["thread_id"], row["thread_id"]),
    ).fetchall()
    found: dict[str, Any] = {"place": places[row["id"]], "kind": row["kind"], "standing": row["standing"]}
    found |= {key: row[key] for key in ("sent_text", "sent_at", "sent_precision", "sent_utc", "subject", "subject_base", "relation")}
    found |= mailboxes(connection, row["id"])
    found["attachments"] = [
        told_row["filename"]
        for told_row in connection.execute("SELECT filename FROM message_attachments WHERE message_id = ? ORDER BY position", (row["id"],))
    ]
    found["parent"] = places.get(row["parent_id"])
    found["thread of"] = sorted(places[each["id"]] for each in root)
    found["links"] = links(connection, row["id"], places)
    found["body"] = row["body"].split("\n")
    found["occurrences"] = occurrences(connection, row["id"])
    found["rule"] = row["rule"]
    return found


def mailboxes(connection: sqlite3.Connection, message_id: int) -> dict[str, list[str]]:
    """Return the participants by role as `name <address> = person`; where neither is told, what is printed stands in brackets."""
    found: dict[str, list[str]] = {}
    for role in _ROLES:
        rows = connection.execute(
            "SELECT coalesce(p.name, iif(p.email IS NULL, '(' || p.text || ')', NULL)) AS name, p.email, q.name AS person"
            " FROM participants p LEFT JOIN people q ON q.id = p.person_id"
            " WHERE p.message_id = ? AND p.role = ? ORDER BY p.position",
            (message_id, role),
        ).fetchall()
        if rows:
            found[role] = [f"{row['name']} <{row['email']}> = {row['person']}" for row in rows]
    return found


def links(connection: sqlite3.Connection, message_id: int, places: dict[int, str]) -> list[str]:
    rows = connection.execute("SELECT * FROM links WHERE child_id = ?", (message_id,))
    return sorted(
        f"{row['verdict']}: {row['relation']} of {places[row['parent_id']]} by {row['rule']}, {row['confidence']:.2f}" for row in rows
    )


def occurrences(connection: sqlite3.Connection, message_id: int) -> list[str]:
    rows = connection.execute("SELECT * FROM occurrences WHERE message_id = ? ORDER BY first_line", (message_id,)).fetchall()
    return [f"{row['first_line']}-{row['last_line']} {row['standing']}, depth {row['depth']}, {row['layout']}" for row in rows]


def people(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    def column(statement: str, person: int) -> list[str]:
        return sorted(row[0] for row in connection.execute(statement, (person,)))

    found = [
        {
            "name": row["name"],
            "sort_name": row["sort_name"],
            "kind": row["kind"],
            "names": column("SELECT name FROM names WHERE person_id = ?", row["id"]),
            "addresses": column("SELECT email FROM addresses WHERE person_id = ?", row["id"]),
            "rule": row["rule"],
        }
        for row in connection.execute("SELECT * FROM people")
    ]
    return sorted(found, key=lambda person: (str(person["sort_name"]), person["names"], person["addresses"]))


def documents(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute(
        "SELECT d.*, a.filename FROM documents d LEFT JOIN attachments a ON a.id = d.attachment_id ORDER BY d.first_line"
    )
    return [f"{row['first_line']}-{row['last_line']} {row['kind']} {row['title']!r} is {row['filename']} by {row['rule']}" for row in rows]


def findings(connection: sqlite3.Connection, places: dict[int, str]) -> list[str]:
    statement = "SELECT f.*, a.filename, p.name FROM findings f LEFT JOIN attachments a ON a.id = f.attachment_id LEFT JOIN people p ON p.id = f.person_id"
    found = []
    for row in connection.execute(statement):
        about = [places.get(row["message_id"], ""), row["filename"] or "", row["name"] or "", "document" if row["document_id"] else ""]
        lines = f"{row['first_line']}-{row['last_line']}"
        found.append(
            (row["first_line"] or 0, f"{row['kind']}, {row['certainty']}, {lines}: {', '.join(filter(None, about))} | {row['detail']}")
        )
    return [text for _, text in sorted(found)]


def segments(connection: sqlite3.Connection) -> list[str]:
    starts = dict(connection.execute("SELECT id, first_line FROM occurrences").fetchall())
    rows = connection.execute("SELECT * FROM segments ORDER BY position")
    return [
        f"{row['first_line']}-{row['last_line']} {row['kind']}"
        + (f" of {starts[row['occurrence_id']]}" if row["occurrence_id"] is not None else "")
        + (f" ({row['rule']})" if row["rule"] else "")
        for row in rows
    ]


def defects(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute("SELECT * FROM defects ORDER BY first_line, last_line, code, detail")
    return [f"{row['first_line']}-{row['last_line']} {row['code']}: {row['detail']}" for row in rows]


def written(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def differences(expected: object, found: object, place: str = "") -> Iterator[str]:
    """Yield what `expected` says and `found` does not; a key that `expected` leaves out is not compared."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key, value in expected.items():
            yield from differences(value, found.get(key), f"{place}.{key}")
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for number, (one, other) in enumerate(zip(expected, found, strict=True)):
            yield from differences(one, other, f"{place}[{number}]")
    elif expected != found:
        yield f"{place}: expected {expected!r}, found {found!r}"
