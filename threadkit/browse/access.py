"""Who may read what: Datasette checks its own pages, and a page of a plugin has to ask. Both lines of Datasette are asked in their own way."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from datasette.utils.asgi import Forbidden

from threadkit.archive.schema import load_schema

__all__ = ["has_tables", "is_archive", "is_current", "may_see_database", "may_see_table", "refuse_unseen"]

#: What makes a database an archive; a later schema may add to it.
_CORE = frozenset(
    {"sources", "pages", "segment_rows", "occurrence_rows", "messages", "participant_rows", "people", "threads", "links", "findings"}
)

_ARCHIVES: WeakKeyDictionary[Any, frozenset[str]] = WeakKeyDictionary()


async def may_see_database(datasette: Any, actor: Any, database: str) -> bool:
    """Tell whether the reader may see the database at all."""
    if hasattr(datasette, "allowed"):
        from datasette.resources import DatabaseResource  # noqa: PLC0415 - the 0.65 line has no such module

        return bool(await datasette.allowed(action="view-database", resource=DatabaseResource(database), actor=actor))
    return await _ensured(datasette, actor, [("view-database", database), "view-instance"])


async def may_see_table(datasette: Any, actor: Any, database: str, table: str) -> bool:
    """Tell whether the reader may see one table or view."""
    if hasattr(datasette, "allowed"):
        from datasette.resources import TableResource  # noqa: PLC0415 - the 0.65 line has no such module

        return bool(await datasette.allowed(action="view-table", resource=TableResource(database, table), actor=actor))
    return await _ensured(datasette, actor, [("view-table", (database, table)), ("view-database", database), "view-instance"])


async def _ensured(datasette: Any, actor: Any, permissions: list[Any]) -> bool:
    """Ask the 0.65 line, as its own pages do; the most particular permission that says yes or no decides."""
    try:
        await datasette.ensure_permissions(actor, permissions)
    except Forbidden:
        return False
    return True


async def refuse_unseen(datasette: Any, actor: Any, database: str, table: str) -> None:
    """Raise where the reader may not see the table.

    Raises:
        Forbidden: Datasette turns it into its own page (or a plugin's, such as one that asks for a password).
    """
    if not await may_see_table(datasette, actor, database, table):
        raise Forbidden("view-table")


async def _names(database: Any) -> frozenset[str]:
    """Return the tables and views of a database; of an archive they are remembered, for its file is never changed in place."""
    known = _ARCHIVES.get(database)
    if known is None:
        found = await database.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
        known = frozenset(row[0] for row in found.rows)
        if known >= _CORE:
            _ARCHIVES[database] = known
    return known


async def has_tables(database: Any, *tables: str) -> bool:
    """Tell whether a database of Datasette has all these tables."""
    return await _names(database) >= set(tables)


async def is_archive(database: Any) -> bool:
    """Tell whether a database of Datasette is an archive of threadkit."""
    return await _names(database) >= _CORE


async def is_current(database: Any) -> bool:
    """Tell whether an archive has every table and view that the pages of this version read."""
    schema = load_schema()
    wanted = {*(table.name for table in schema.tables), *(view.name for view in schema.views), *(search.name for search in schema.search)}
    return await _names(database) >= wanted
