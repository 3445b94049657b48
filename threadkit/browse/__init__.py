"""The Datasette plugin: words searched as the command line searches them, and cells in which no control character hides.

Datasette finds it by its entry point. It registers the SQL functions of docs/queries.md, and the pages of the reading room under
`/DATABASE/-/threadkit`; on a database that is no archive it does nothing.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from datasette import hookimpl

from threadkit.browse.cells import Cell, shown_cell
from threadkit.browse.routes import routes
from threadkit.queries.functions import register_functions

__all__ = ["prepare_connection", "register_routes", "render_cell"]


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
