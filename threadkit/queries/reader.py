"""Rows as dictionaries; and a user's own SQL, which reads and never writes."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Mapping, Sequence

from threadkit.archive.schema import load_schema
from threadkit.queries.functions import register_functions
from threadkit.records import Phrase, ThreadkitError

__all__ = ["Row", "read_only_rows", "rows"]

Row = dict[str, object]

#: The parameter of a query that was given no value, as SQLite names it.
_UNBOUND = re.compile(r"(?<=binding parameter )[:@$]?\w+")
_READING = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_RECURSIVE,
}
_READING_PRAGMAS = {
    "table_info",
    "table_xinfo",
    "table_list",
    "index_list",
    "index_info",
    "index_xinfo",
    "foreign_key_list",
    "database_list",
    "data_version",
    "user_version",
    "application_id",
    "encoding",
    "page_count",
    "page_size",
    "compile_options",
    "function_list",
    "integrity_check",
    "quick_check",
    "foreign_key_check",
}


def rows(connection: sqlite3.Connection, sql: str, parameters: Sequence[object] | Mapping[str, object] = ()) -> list[Row]:
    """Return the rows of a question as dictionaries in column order."""
    cursor = connection.execute(sql, parameters)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def _authorizer() -> Callable[..., int]:
    def allow(action: int, first: str | None, second: str | None, *_: object) -> int:
        if action == sqlite3.SQLITE_PRAGMA:
            return sqlite3.SQLITE_OK if (first or "").lower() in _READING_PRAGMAS else sqlite3.SQLITE_DENY
        if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() == "load_extension":
            return sqlite3.SQLITE_DENY
        return sqlite3.SQLITE_OK if action in _READING else sqlite3.SQLITE_DENY

    return allow


def read_only_rows(connection: sqlite3.Connection, sql: str, parameters: dict[str, object]) -> tuple[list[str], list[tuple[object, ...]]]:
    """Return the column names and rows of a user's own SQL, which may read and nothing else: no write, no ATTACH, no pragma that sets.

    Two columns may share a name, hence tuples.

    Raises:
        ThreadkitError: exit code 1, with what SQLite says, where the SQL is wrong or would write.
    """
    register_functions(connection)
    for search in load_schema().search:  # SQLite sets a full-text table up on first use, by statements that a reader may not give
        connection.execute(f"SELECT 1 FROM {search.name} LIMIT 0")
    connection.set_authorizer(_authorizer())
    connection.set_progress_handler(lambda: 0, 100_000)  # lets Ctrl-C in
    try:
        cursor = connection.execute(sql, parameters)
        found = [tuple(row) for row in cursor]
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise _sql_error(error, sql) from error
    if cursor.description is None:
        raise ThreadkitError("this SQL asks nothing: no rows can come of it.", hint="Begin with SELECT or WITH.", exit_code=1)
    return [column[0] for column in cursor.description], found


def _sql_error(error: Exception, sql: str) -> Exception:
    said = str(error)
    if "interrupted" in said:
        return KeyboardInterrupt()  # type: ignore[return-value]
    if "authoriz" in said or "prohibited" in said:
        return ThreadkitError("`threadkit sql` only reads, and this would write.", where=_start(sql), exit_code=1)
    code = getattr(error, "sqlite_errorcode", 1) & 0xFF
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return error
    unbound = _UNBOUND.search(said)
    if unbound:
        what = Phrase("the parameter {name} has no value.", name=unbound[0])
        return ThreadkitError(what, where=_start(sql), exit_code=1, hint=Phrase("Give it one: -p {name} VALUE", name=unbound[0].lstrip(":@$")))
    hint = "docs/archive.md lists every table and column."
    return ThreadkitError(Phrase("SQLite says: {detail}.", detail=said.rstrip(".")), where=_start(sql), exit_code=1, hint=hint)


def _start(sql: str) -> str:
    line = " ".join(sql.split())
    return line if len(line) <= 60 else line[:59] + "…"
