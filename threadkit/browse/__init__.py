"""The Datasette plugin: words searched as the command line searches them, and cells in which no control character hides.

Datasette finds it by its entry point. It registers two SQL functions, `threadkit_match(words)` and `threadkit_fold(text)`, and adds no page
and no route.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from datasette import hookimpl

from threadkit.browse.cells import shown_cell
from threadkit.queries.functions import register_functions

__all__ = ["prepare_connection", "render_cell"]


@hookimpl  # type: ignore[untyped-decorator]
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Give every connection the functions that the canned queries use."""
    register_functions(conn)


@hookimpl  # type: ignore[untyped-decorator]
def render_cell(value: Any, column: str, table: str | None, database: str, datasette: Any) -> Any:
    """Show control characters as marks, and lead from numbers in answers to their rows."""
    return shown_cell(value, column, table, database, datasette)
