"""The corrections of an archive: the text file beside it, what the archive remembers of it, and the rows that say where each acts."""

from __future__ import annotations

import json
import sqlite3
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from threadkit.archive import upkeep
from threadkit.archive.schema import load_schema
from threadkit.records import Phrase, ThreadkitError
from threadkit.resolve.corrections import KINDS, RELEASE_FIELDS, UNFIT, Acted, Bound, Correction, Corrections

__all__ = [
    "RULES", "bind_corrections", "corrections_file", "corrections_text", "differ", "in_force", "read_corrections", "remember",
    "sources_read_otherwise", "write_corrections", "write_file",
]  # fmt: skip

RULES: tuple[str, ...] = ()
SETTING = "corrections"
#: The key that holds a correction's value, by kind; with an empty default it may be left out.
_VALUES = {"parent": "answers", "date": "sent_at", "attachment": "filename", "release": "value"}
_DATES = ("requested_on", "decided_on", "review_until")
_SAID = ("by", "on", "why")
_SHORTEST_PREFIX = 8
_HEAD = """\
# What readers know better than threadkit's rules. It is replayed at every import and rebuild; threadkit correct writes it.
# A place is SOURCE:LINE; a source is named by the start of its SHA-256, or by its name where only one has it.
"""


def corrections_file(archive: Path) -> Path:
    """Return the file of an archive's corrections: `archive.corrections.toml` beside `archive.db`."""
    return archive.with_name(f"{archive.stem}.corrections.toml")


def read_corrections(path: Path) -> tuple[Correction, ...]:
    """Return the corrections that a file holds, kind by kind, each kind in the order of the file.

    Raises:
        ThreadkitError: it is no such file, or an entry lacks a key or has an unknown one (exit code 1).
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _unreadable(path, str(error)) from error
    if unknown := sorted(content.keys() - set(KINDS)):
        raise _unreadable(path, f"[[{unknown[0]}]]")
    return tuple(_correction(path, kind, number, entry) for kind in KINDS for number, entry in enumerate(_entries(path, content, kind), 1))


def _entries(path: Path, content: Mapping[str, Any], kind: str) -> list[Any]:
    entries = content.get(kind, [])
    if not isinstance(entries, list):
        raise _unreadable(path, f"[[{kind}]]")
    return entries


def _unreadable(path: Path, detail: str) -> ThreadkitError:
    what = Phrase("is no file of corrections: {detail}", detail=detail)
    return ThreadkitError(what, where=str(path), hint="Mend it, or take it away; nothing was changed.", exit_code=1)


def _correction(path: Path, kind: str, number: int, entry: Any) -> Correction:
    try:
        correction = _read_entry(kind, dict(entry))
    except (KeyError, TypeError, ValueError) as error:
        raise _unreadable(path, f"[[{kind}]] {number}: {error}") from error
    return correction


def _read_entry(kind: str, entry: dict[str, Any]) -> Correction:
    by, on, why = (str(entry.pop(key)).strip() for key in _SAID)
    if not (by and on and why):
        raise ValueError("by, on, why")
    names: tuple[str, ...] = ()
    is_apart = "apart" in entry
    if kind == "people":
        names = tuple(map(str, entry.pop("apart" if is_apart else "one")))
    elif kind == "release":
        names = (str(entry.pop("field")),)
        if names[0] not in RELEASE_FIELDS:
            raise ValueError(names[0])
    at = "" if kind == "people" else str(entry.pop("at"))
    value = str(entry.pop(_VALUES[kind])) if kind in _VALUES else ""
    if kind == "message" and entry.pop("is_message") is not False:
        raise ValueError("is_message")
    if kind == "date" or (kind == "release" and value and names[0] in _DATES):
        value = datetime.fromisoformat(value.replace(" ", "T")).isoformat()[: len(value)]
    if entry:
        raise ValueError(", ".join(sorted(entry)))
    return Correction(kind, names, is_apart, at, value, by, on, why)


def corrections_text(corrections: Iterable[Correction]) -> str:
    """Return corrections as the text of their file."""
    parts = [_HEAD]
    for correction in sorted(corrections, key=lambda each: KINDS.index(each.kind)):
        lines = [f"[[{correction.kind}]]", *(f"{key} = {_quoted(value)}" for key, value in _pairs(correction))]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _pairs(correction: Correction) -> Iterator[tuple[str, object]]:
    if correction.kind == "people":
        yield ("apart" if correction.is_apart else "one"), list(correction.names)
    else:
        yield "at", correction.at
    if correction.kind == "release":
        yield "field", correction.names[0]
    if correction.kind == "message":
        yield "is_message", False
    elif correction.kind in _VALUES:
        yield _VALUES[correction.kind], correction.value
    yield from (("by", correction.by), ("on", correction.on), ("why", correction.why))


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def write_file(archive: Path, corrections: Iterable[Correction]) -> None:
    """Write the file of an archive's corrections anew; it stays where none is left, for without it those of the archive hold.

    Raises:
        ThreadkitError: it cannot be written (exit code 3).
    """
    path = corrections_file(archive)
    beside = path.with_name(f"{path.name}.new")
    try:
        beside.write_text(corrections_text(corrections), encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        what = Phrase("could not be written: {detail}.", detail=error)
        raise ThreadkitError(what, where=str(path), hint="Check the rights of its folder.") from error


# ---------------------------------------------------------------- what holds, and where


def in_force(connection: sqlite3.Connection, archive: Path) -> tuple[Correction, ...]:
    """Return the corrections that hold: those of the file beside the archive; without a file, those that the archive was concluded with.

    Raises:
        ThreadkitError: as `read_corrections`.
    """
    path = corrections_file(archive)
    return read_corrections(path) if path.exists() else _remembered(connection)


def _remembered(connection: sqlite3.Connection) -> tuple[Correction, ...]:
    text = upkeep.read_setting(connection, SETTING)
    return tuple(Correction(**{**each, "names": tuple(each["names"])}) for each in json.loads(text)) if text else ()


def remember(connection: sqlite3.Connection, corrections: Sequence[Correction]) -> None:
    """Keep in the archive which corrections it is concluded with; nothing where there are none."""
    shown = [{name: getattr(each, name) for name in Correction.__dataclass_fields__} for each in corrections]
    upkeep.write_setting(connection, SETTING, json.dumps(shown, ensure_ascii=False) if shown else None)


def differ(connection: sqlite3.Connection, archive: Path) -> tuple[bool, bool]:
    """Return whether an archive has corrections, now or as concluded, and whether those that hold now are others than then."""
    now, then = in_force(connection, archive), _remembered(connection)
    return bool(now or then), now != then


def bind_corrections(connection: sqlite3.Connection, corrections: Sequence[Correction]) -> Corrections:
    """Find the sources, lines and occurrences that corrections name; one that names what is not there, or several things, says so."""
    return Corrections(tuple(_bind(connection, number, each) for number, each in enumerate(corrections, 1)))


def _bind(connection: sqlite3.Connection, number: int, correction: Correction) -> Bound:
    if correction.kind == "people":
        return Bound(number, correction)
    source_id, line, unfit = find_place(connection, correction.at)
    if unfit or source_id is None or line is None:
        return Bound(number, correction, source_id, line, unfit=unfit)
    if correction.kind in ("message", "attachment", "release"):
        return Bound(number, correction, source_id, line)
    occurrence_id = _occurrence_at(connection, source_id, line)
    if occurrence_id is None:
        return Bound(number, correction, source_id, line, unfit="no message stands there")
    if correction.kind == "date" or not correction.value:
        return Bound(number, correction, source_id, line, occurrence_id)
    other_source, other_line, unfit = find_place(connection, correction.value)
    other = _occurrence_at(connection, other_source or 0, other_line or 0) if not unfit else None
    unfit = unfit or ("" if other is not None else "no message stands at the place that is answered")
    return Bound(number, correction, source_id, line, occurrence_id, other, unfit)


def find_place(connection: sqlite3.Connection, place: str) -> tuple[int | None, int | None, str]:
    """Return (source, line, why it is none) of a place written `SOURCE:LINE`."""
    name, _, digits = place.rpartition(":")
    if not name or not digits.isdecimal():
        return None, None, "no place (SOURCE:LINE)"
    line = int(digits)
    found = connection.execute("SELECT DISTINCT source_id FROM source_names WHERE name = ?", (name,)).fetchall()
    if not found and len(name) >= _SHORTEST_PREFIX:
        found = connection.execute("SELECT id FROM sources WHERE substr(sha256, 1, length(?1)) = lower(?1)", (name,)).fetchall()
    if len(found) != 1:
        return None, line, "several sources have that name" if found else "no such source"
    source_id: int = found[0][0]
    (count,) = connection.execute("SELECT line_count FROM sources WHERE id = ?", (source_id,)).fetchone()
    return source_id, line, "" if 1 <= line <= count else "no such line"


def _occurrence_at(connection: sqlite3.Connection, source_id: int, line: int) -> int | None:
    """Return the occurrence whose lines hold a line: of those printed in each other, the innermost."""
    sql = "SELECT id FROM occurrence_rows WHERE source_id = ? AND first_line <= ? AND last_line >= ? ORDER BY first_line DESC, depth DESC LIMIT 1"
    row = connection.execute(sql, (source_id, line, line)).fetchone()
    return int(row[0]) if row else None


def sources_read_otherwise(connection: sqlite3.Connection, corrections: Sequence[Correction]) -> dict[int, list[Correction]]:
    """Return the sources of which a header is, or was, declared to be none, with the corrections that hold of each."""
    found: dict[int, list[Correction]] = {}
    for each in _remembered(connection):
        source_id, _, _ = find_place(connection, each.at) if each.kind == "message" else (None, None, "")
        if source_id is not None:
            found.setdefault(source_id, [])
    for each in corrections:
        source_id, _, unfit = find_place(connection, each.at) if each.kind == "message" else (None, None, "")
        if source_id is not None and not unfit:
            found.setdefault(source_id, []).append(each)
    return found


def write_corrections(connection: sqlite3.Connection, acted: Iterable[Acted]) -> None:
    """Write a row for each correction, and on what it acts."""
    rows = []
    for each in acted:
        bound, said = each.bound, each.bound.correction
        names = json.dumps(said.names, ensure_ascii=False) if said.names else None
        rows.append((
            bound.number, said.kind, said.at or None, names, int(said.is_apart), said.value or None, said.by, said.on, bound.source_id,
            bound.line, each.message_id, each.person_id, each.document_id, UNFIT if each.unfit else "correction", each.unfit or None,
            said.why,
        ))  # fmt: skip
    connection.executemany(load_schema().table("corrections").insert_sql, rows)
