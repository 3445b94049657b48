"""Links from Datasette's own pages to the reading room: of a database, a table and a row, where the version has a menu for them."""

from __future__ import annotations

from typing import Any

from threadkit.browse.access import is_archive

__all__ = ["database_links", "row_links", "table_links"]

Links = list[dict[str, str]]

#: The page of the reading room that lists what a table holds.
_LISTS = {
    "messages": "timeline",
    "who_sent_what_when": "timeline",
    "threads": "threads",
    "people": "people",
    "correspondence": "network",
    "attachments": "attachments",
    "documents": "documents",
    "findings": "missing",
    "sources": "sources",
}
#: The page of the reading room about one row of a table.
_ROWS = {
    "messages": "message",
    "threads": "thread",
    "people": "person",
    "attachments": "attachment",
    "documents": "document",
    "sources": "source",
}


async def _links(datasette: Any, database: str, path: str | None) -> Links:
    if path is None or not await is_archive(datasette.get_database(database)):
        return []
    # Datasette's menus speak English, whatever the reader's language.
    return [{"href": f"{datasette.urls.database(database)}/-/threadkit{path}", "label": "Open in the reading room"}]


async def database_links(datasette: Any, database: str) -> Links:
    """Return the link to the archive's home."""
    return await _links(datasette, database, "")


async def table_links(datasette: Any, database: str, table: str) -> Links:
    """Return the link to the page that lists what a table holds, where there is one."""
    return await _links(datasette, database, f"/{_LISTS[table]}" if table in _LISTS else None)


async def row_links(datasette: Any, database: str, table: str, row: Any) -> Links:
    """Return the link to the page about a row, where there is one."""
    return await _links(datasette, database, f"/{_ROWS[table]}/{row['id']}" if table in _ROWS else None)
