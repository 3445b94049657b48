"""How one cell is shown where Datasette's own way would hide or break something; everything else is left to Datasette.

A plain string is returned wherever text is shown, so that Datasette escapes it; markup is made only of addresses that Datasette itself
makes and of escaped text.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from threadkit.archive.schema import load_schema
from threadkit.browse.access import has_tables, is_archive
from threadkit.hidden import has_hidden, with_marks

__all__ = ["Cell", "shown_cell", "with_marks"]

_TIME = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d(?::\d\d)?)")
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
#: Columns of answers and views whose words lead to the row that the answer is about, by the first of these numbers that it has.
_NAMING = {
    "subject": ("message_id", "thread_id"),
    "subject_or_title": ("message_id", "document_id"),
    "subject_or_detail": ("message_id", "document_id", "attachment_id"),
    "filename": ("attachment_id",),
    "person": ("person_id",),
}
#: Columns that lead to a page of the reading room about the row: the page, and the column with its number.
_ASKED = {
    "page": ("message/place", "message_id"),
    "line": ("message/place", "message_id"),
    "occurrence_count": ("message", "message_id"),
    "thread": ("thread", "thread_id"),
    "message_count": ("thread", "thread_id"),
}
#: In these tables the words that name a row lead to its page of the reading room.
_NAMED: Mapping[tuple[str | None, str], str] = {
    ("messages", "subject"): "message",
    ("threads", "subject"): "thread",
    ("people", "name"): "person",
    ("attachments", "filename"): "attachment",
    ("documents", "title"): "document",
    ("sources", "sha256"): "source",
}
#: The page of the reading room for a number of this name.
_ROOMS = {"message_id": "message", "thread_id": "thread", "person_id": "person", "attachment_id": "attachment", "document_id": "document"}
#: In these tables the row's own number is what other rows call so.
_OWN_NUMBER = {"messages": "message_id", "threads": "thread_id"}
#: A source is known by the name it was given under, which stands in a table of its own: it may have several.
_SOURCE = "source_id"
#: A body in an answer is there to be read; what is longer is read on the message's own page.
_BODY, _LONGEST_BODY = "body", 4000


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell with its row, as Datasette's hook gives it; `table` is None in an answer."""

    row: Any
    value: Any
    column: str
    table: str | None
    database: str
    datasette: Any

    @property
    def in_answer(self) -> bool:
        """Whether it is in an answer or a view, where Datasette leads nowhere by itself."""
        return self.table is None or self.table in _view_names()

    def other(self, column: str) -> Any:
        """Return another value of the row, None where it has no such column; a table's own number goes by the name that others give it."""
        try:
            return self.row["id" if _OWN_NUMBER.get(self.table or "") == column else column]
        except (KeyError, IndexError, TypeError):
            return None

    async def has_table(self, table: str) -> bool:
        """Tell whether the database has that table: the plugin also meets databases that are no archive."""
        return await has_tables(self.datasette.get_database(self.database), table)


def shown_cell(cell: Cell) -> str | Awaitable[Markup | str | None] | None:
    """Return what to show for a cell, or None to leave it to Datasette."""
    value, column = cell.value, cell.column
    if column in _ASKED and isinstance(value, int | str):
        return _room_link(cell, *_ASKED[column])
    if (cell.table, column) in _NAMED and isinstance(value, str):
        return _room_link(cell, _NAMED[cell.table, column], "id")
    if cell.in_answer and column in _NAMING and isinstance(value, str):
        return _naming_link(cell)
    if isinstance(value, str):
        return _shown_text(cell)
    if isinstance(value, dict) and cell.table and isinstance(value.get("label"), str):
        return _labelled_link(cell) if column == _SOURCE or has_hidden(value["label"]) else None
    if isinstance(value, int):
        return _number_link(cell)
    return None


async def _number_link(cell: Cell) -> Markup | None:
    """Lead from a number to its row. In a table Datasette does that, but the 0.65 line not on the page of one row."""
    if not cell.in_answer:
        return await _labelled_link(cell)
    target = next((table for ending, table in _ROWS.items() if cell.column == ending or cell.column.endswith(f"_{ending}")), None)
    return await _row_link(cell, target, cell.value, str(cell.value)) if target else None


def _shown_text(cell: Cell) -> str | None:
    time = _TIME.fullmatch(cell.value) if cell.column.endswith("sent_at") else None
    if time:
        return f"{time[1]} {time[2]}"
    if cell.column == _BODY and cell.table is None:
        return with_marks(cell.value if len(cell.value) <= _LONGEST_BODY else f"{cell.value[:_LONGEST_BODY]}…")
    if cell.column == "lines" and cell.table is None:
        return with_marks(cell.value)
    return with_marks(cell.value) if has_hidden(cell.value) else None


def _view_names() -> frozenset[str]:
    return frozenset(view.name for view in load_schema().views)


async def _row_link(cell: Cell, target: str, number: int, text: str) -> Markup | None:
    if not await cell.has_table(target):
        return None
    return _LINK.format(address=cell.datasette.urls.row(cell.database, target, str(number)), text=text)


async def _naming_link(cell: Cell) -> Markup | str | None:
    for column in _NAMING[cell.column]:
        if isinstance(cell.other(column), int):
            return await _room_link(cell, _ROOMS[column], column)
    return _shown_text(cell)


async def _room_link(cell: Cell, page: str, column: str) -> Markup | str | None:
    """Lead to the page of the reading room about the row with a number of this row; in a database that is no archive nowhere."""
    number, kind = cell.other(column), page.partition("/")[0]
    if not isinstance(number, int) or not await is_archive(cell.datasette.get_database(cell.database)):
        return _shown_text(cell) if isinstance(cell.value, str) else None
    behind = page.partition("/")[2]
    address = f"{cell.datasette.urls.database(cell.database)}/-/threadkit/{kind}/{number}{f'/{behind}' if behind else ''}"
    return _LINK.format(address=address, text=with_marks(str(cell.value)) or "—")


async def _labelled_link(cell: Cell) -> Markup | None:
    database = cell.datasette.get_database(cell.database)
    keys = await database.foreign_keys_for_table(cell.table)
    target = next((key["other_table"] for key in keys if key["column"] == cell.column), None)
    if target is None:
        return None
    number, label = (cell.value["value"], cell.value["label"]) if isinstance(cell.value, dict) else (cell.value, None)
    if cell.column == _SOURCE and await cell.has_table("source_names"):
        found = await database.execute("SELECT min(name) FROM source_names WHERE source_id = ?", (number,))
        label = found.first()[0] or label
    elif label is None and (column := await database.label_column_for_table(target)):
        found = await database.execute(f'SELECT "{column}" FROM "{target}" WHERE id = ?', (number,))
        label = found.first()[0] if found.rows else None
    return await _row_link(cell, target, number, with_marks(str(label or number)))
