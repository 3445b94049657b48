"""How one cell is shown where Datasette's own way would hide or break something; everything else is left to Datasette.

A plain string is returned wherever text is shown, so that Datasette escapes it; markup is made only of addresses that Datasette itself
makes and of escaped text.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable
from typing import Any

from markupsafe import Markup

from threadkit.archive.schema import load_schema

__all__ = ["shown_cell", "with_marks"]

# C0 but tab and newline, DEL, C1, bidi controls, line and paragraph separators, interlinear marks, tag characters.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_LINK = Markup('<a href="{address}">{text}</a>')

#: Columns of answers and views that hold the number of a row; in tables Datasette's own foreign keys lead there.
_ROWS = {
    "message_id": "messages",
    "thread_id": "threads",
    "person_id": "people",
    "attachment_id": "attachments",
    "document_id": "documents",
    "source_id": "sources",
    "occurrence_id": "occurrence_rows",
}


def with_marks(text: str) -> str:
    """Return `text` with its control characters as visible marks, as the command line shows them.

    >>> with_marks("a\\x1bb")
    'a<U+001B>b'
    """
    return _HIDDEN.sub(lambda match: f"<U+{ord(match.group()):04X}>", text)


def shown_cell(value: Any, column: str, table: str | None, database: str, datasette: Any) -> str | Awaitable[Markup | None] | None:
    """Return what to show for a cell, or None to leave it to Datasette."""
    if isinstance(value, str):
        return with_marks(value) if _HIDDEN.search(value) else None
    if isinstance(value, dict) and table and isinstance(value.get("label"), str) and _HIDDEN.search(value["label"]):
        return _labelled_link(value, column, table, database, datasette)
    target = _target(column)
    if isinstance(value, int) and target and (table is None or table in _view_names()):
        return _row_link(value, target, database, datasette)
    return None


def _target(column: str) -> str | None:
    return next((table for ending, table in _ROWS.items() if column == ending or column.endswith(f"_{ending}")), None)


def _view_names() -> frozenset[str]:
    return frozenset(view.name for view in load_schema().views)


async def _row_link(value: int, target: str, database: str, datasette: Any) -> Markup | None:
    if not await datasette.get_database(database).table_exists(target):
        return None
    return _LINK.format(address=datasette.urls.row(database, target, str(value)), text=value)


async def _labelled_link(value: dict[str, Any], column: str, table: str, database: str, datasette: Any) -> Markup | None:
    keys = await datasette.get_database(database).foreign_keys_for_table(table)
    target = next((key["other_table"] for key in keys if key["column"] == column), None)
    if target is None:
        return None
    return _LINK.format(address=datasette.urls.row(database, target, str(value["value"])), text=with_marks(value["label"]))
