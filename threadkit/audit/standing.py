"""How surely a message that is read as quoted is one: a header at the head of a page may as well begin a print of its own."""

from __future__ import annotations

import sqlite3

__all__ = ["is_surely_quoted"]

#: So many blank lines part two prints as well as a page does.
_GAP = 3
_PRINTED = "SELECT standing, source_id, first_line, layout FROM occurrence_rows WHERE message_id = ?"
_ABOVE = """
SELECT kind, last_line FROM segments WHERE source_id = ? AND last_line < ? ORDER BY position DESC LIMIT 12
"""
_PAGE = "SELECT first_line, text FROM pages WHERE source_id = ? AND first_line <= ? ORDER BY number DESC LIMIT 1"


def is_surely_quoted(connection: sqlite3.Connection, message_id: int) -> bool:
    """Tell whether each copy of a message that is only quoted stands where only a quotation can stand.

    A mark or an introduction opens it, marks stand before its lines, or it goes on in the middle of a page.
    """
    rows = connection.execute(_PRINTED, (message_id,)).fetchall()
    return all(standing == "quoted" and _is_sure(connection, *row) for standing, *row in rows)


def _is_sure(connection: sqlite3.Connection, source_id: int, first_line: int, layout: str) -> bool:
    if layout.startswith("intro"):
        return True
    start, text = connection.execute(_PAGE, (source_id, first_line)).fetchone()
    lines = text.split("\n")
    if lines[first_line - start].lstrip().startswith(">"):
        return True
    above = lines[: first_line - start]
    blank = next((n for n, line in enumerate(reversed(above)) if line.strip()), len(above))
    if blank == len(above):
        return False
    for kind, last_line in connection.execute(_ABOVE, (source_id, first_line)):
        if kind == "quote-marker":
            return True
        if kind in ("body", "signature", "disclaimer", "header"):
            return blank < _GAP and last_line >= start
        if kind in ("document", "furniture", "other"):
            return False
    return False
