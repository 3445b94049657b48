"""What reaches a terminal: text with its control characters made visible, tables that fit, JSON that is JSON on any console."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TextIO

import click

from threadkit.hidden import HIDDEN, with_marks

__all__ = ["columns", "fields", "json_text", "one_line", "say", "when", "width"]

#: A whole message in one cell of a list is no list any more: --json and `show` give it in full.
_WIDEST_CELL = 400
_BLANKS = re.compile(r"[\s\u2028\u2029]+")
_PLAIN = str.maketrans({"\u202f": " ", "\u00a0": " ", "\u2019": "'", "\u2026": "...", "\u2014": "-", "\u2013": "-", "\u00b7": "-"})


def one_line(value: object) -> str:
    """Return a value for a table's cell: one line, blanks run together, nothing a terminal would obey."""
    if value is None:
        return ""
    if isinstance(value, bytes):
        return f"<{len(value)} B>"
    return _BLANKS.sub(" ", with_marks(str(value).replace("\r\n", "\n"))).strip()


def when(moment: object) -> str:
    """Return a date and a time as a reader sees them, "" for none."""
    return str(moment).replace("T", " ").replace("+00:00", " UTC") if moment else ""


def _encodable(text: str, encoding: str) -> str:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(_PLAIN).encode(encoding, "backslashreplace").decode(encoding)
    return text


def say(text: str = "", *, err: bool = False) -> None:
    """Print a line to standard output (or error) on a console of any encoding: what it lacks is shown as an escape."""
    stream: TextIO = sys.stderr if err else sys.stdout
    click.echo(_encodable(text, stream.encoding or "utf-8"), file=stream)


def width() -> int | None:
    """Return the columns of the terminal, None where output goes to a file or a pipe and may be as wide as it is."""
    if sys.stdout.isatty() or os.environ.get("COLUMNS"):
        return max(40, shutil.get_terminal_size().columns)
    return None


def _cells(text: str) -> int:
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _cut(text: str, room: int) -> str:
    if _cells(text) <= room:
        return text
    kept: list[str] = []
    used = 0
    for character in text:
        used += _cells(character)
        if used > room - 1:
            break
        kept.append(character)
    return "".join(kept) + "\u2026"


def _pad(text: str, room: int, right: bool) -> str:
    blanks = " " * (room - _cells(text))
    return blanks + text if right else text + blanks


def _rooms(widths: list[int], total: int | None) -> list[int]:
    """Share `total` among the columns: the widest give way first, none below eight cells."""
    rooms = [min(room, _WIDEST_CELL) for room in widths]
    if total is None:
        return rooms
    spare = sum(rooms) + 2 * (len(rooms) - 1) - total
    while spare > 0 and max(rooms) > 8:
        widest = max(range(len(rooms)), key=lambda i: rooms[i])
        next_widest = max((room for i, room in enumerate(rooms) if i != widest and room < rooms[widest]), default=8)
        step = min(spare, max(1, rooms[widest] - max(8, next_widest)))
        rooms[widest] -= step
        spare -= step
    return rooms


def columns(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return rows as aligned columns that fit the terminal; numbers to the right, what does not fit cut with an ellipsis."""
    headings, raw = [one_line(heading) for heading in headings], [list(row) for row in rows]
    table = [[one_line(value) for value in row] for row in raw]
    widths = [max([_cells(heading), *(_cells(row[i]) for row in table)]) for i, heading in enumerate(headings)]
    rooms = _rooms(widths, width())
    right = [bool(raw) and all(isinstance(row[i], int | float | None) for row in raw) for i in range(len(headings))]
    lines = [headings, ["-" * room for room in rooms], *table]
    return "\n".join(
        "  ".join(_pad(_cut(cell, room), room, r) for cell, room, r in zip(line, rooms, right, strict=True)).rstrip() for line in lines
    )


def fields(pairs: Iterable[tuple[str, object]], indent: str = "  ") -> str:
    """Return label and value pairs, one a line, values aligned; a pair whose value is None is left out."""
    shown = [(label[:1].upper() + label[1:], one_line(value)) for label, value in pairs if value is not None]
    room = max((_cells(label) for label, _ in shown), default=0)
    return "\n".join(f"{indent}{_pad(label, room, False)}  {value}".rstrip() for label, value in shown)


def _json_value(value: object) -> object:
    if isinstance(value, bytes):
        return {"$base64": True, "encoded": base64.b64encode(value).decode("ascii")}
    raise TypeError(f"{type(value).__name__} has no JSON form")


def json_text(value: object, encoding: str | None = None) -> str:
    """Return the raw data as JSON. Control characters are JSON escapes, so that the data is whole and a terminal obeys none of it."""
    encoding = encoding or sys.stdout.encoding or "utf-8"
    unicode_console = encoding.lower().replace("-", "").startswith("utf")
    text = json.dumps(value, ensure_ascii=not unicode_console, indent=2, default=_json_value)
    return HIDDEN.sub(lambda match: "".join(f"\\u{unit:04x}" for unit in _utf16(match.group())), text)


def _utf16(character: str) -> list[int]:
    units = character.encode("utf-16-be", "surrogatepass")
    return [int.from_bytes(units[i : i + 2], "big") for i in range(0, len(units), 2)]
