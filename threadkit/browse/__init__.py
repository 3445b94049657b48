"""The Datasette plugin: words searched as the command line searches them, and cells in which no control character hides.

Datasette finds it by its entry point. It registers the SQL functions of docs/queries.md, and the pages of the reading room under
`/DATABASE/-/threadkit`; on a database that is no archive it does nothing.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from datasette import hookimpl

from threadkit.browse.actions import database_links, row_links, table_links
from threadkit.browse.cells import Cell, shown_cell
from threadkit.browse.routes import routes
from threadkit.queries.functions import register_functions

__all__ = ["database_actions", "prepare_connection", "register_routes", "render_cell", "row_actions", "table_actions"]


@hookimpl  # type: ignore[untyped-decorator]
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Give every connection the functions that the canned queries use."""
    register_functions(conn)


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Any]]:
    """Add the pages of the reading room."""
    return list(routes())


@hookimpl  # type: ignore[untyped-decorator]
def render_cell(row: Any, value: Any, column: str, table: str | None, database: str, datasette: Any) -> Any:
    """Show control characters as marks and times as people write them, and lead from an answer to its rows and to the source."""
    return shown_cell(Cell(row, value, column, table, database, datasette))


@hookimpl  # type: ignore[untyped-decorator]
def database_actions(datasette: Any, database: str) -> Any:
    """Lead from the archive's own page to the reading room."""
    return database_links(datasette, database)


@hookimpl  # type: ignore[untyped-decorator]
def table_actions(datasette: Any, database: str, table: str) -> Any:
    """Lead from a table to the page of the reading room that lists the same."""
    return table_links(datasette, database, table)


@hookimpl(optionalhook=True)  # type: ignore[untyped-decorator]
def row_actions(datasette: Any, database: str, table: str, row: Any) -> Any:
    """Lead from a row to its page of the reading room; the 0.65 line has no such menu."""
    return row_links(datasette, database, table, row)
