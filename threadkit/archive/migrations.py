"""Make the archive's tables, indexes and views from the schema, and bring an older archive up to it.

Every step is a migration of sqlite-utils, which records what was applied. The steps compare the archive with schema.toml and add what it
lacks, so that they give the same archive whether it is new or old.
"""

from __future__ import annotations

import sqlite3

from sqlite_utils import Database, Migrations

from threadkit.archive.schema import Index, Table, load_schema

#: Marks a SQLite file as an archive of threadkit ("tkit").
APPLICATION_ID = 0x746B6974

MIGRATIONS = Migrations("threadkit")


@MIGRATIONS()
def m0001_tables(db: Database) -> None:
    """Create every table that the schema declares and the archive lacks."""
    _create_tables(db)


@MIGRATIONS()
def m0002_search(db: Database) -> None:
    """Create the full-text tables."""
    create_search_tables(db.conn)


@MIGRATIONS()
def m0003_views(db: Database) -> None:
    """Create the views."""
    for view in load_schema().views:
        db.create_view(view.name, view.sql, replace=True)


def migrate(connection: sqlite3.Connection) -> None:
    """Apply the migrations that this archive has not seen, and stamp it with the schema's version."""
    MIGRATIONS.apply(Database(connection, recursive_triggers=False, execute_plugins=False))
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {load_schema().version}")


def is_current(connection: sqlite3.Connection) -> bool:
    """Tell whether the archive has all tables and columns of the schema; one that lacks some is brought up to it when it is written anew."""
    return all(
        set(table.column_names) <= {row[0] for row in connection.execute("SELECT name FROM pragma_table_info(?)", (table.name,))}
        for table in load_schema().tables
    )


def _create_tables(db: Database) -> None:
    """Create the missing tables.

    Tables refer to each other in circles, and sqlite-utils wants what is referred to in place: it writes each statement beside a blueprint
    in memory that holds the tables without references.
    """
    tables = load_schema().tables
    blueprint = Database(memory=True, execute_plugins=False)
    for table in tables:
        blueprint.create_table(table.name, _columns(table), pk=_key(table))
    for table in tables:
        if db[table.name].exists():
            continue
        sql = blueprint.create_table_sql(
            table.name,
            _columns(table),
            pk=_key(table),
            not_null=[column.name for column in table.columns if column.not_null and column.name != _key(table)],
            foreign_keys=[(column.name, column.references, "id") for column in table.columns if column.references],
        )
        db.conn.execute(sql.strip().rstrip(";") + ("" if table.rowid else " WITHOUT ROWID"))


def _columns(table: Table) -> dict[str, type]:
    return {column.name: column.python_type for column in table.columns}


def _key(table: Table) -> str | tuple[str, ...]:
    return table.key[0] if len(table.key) == 1 else table.key


def create_search_tables(connection: sqlite3.Connection) -> None:
    """Create the full-text tables; they hold the index alone, for the text stands in messages and documents already."""
    for search in load_schema().search:
        columns = ", ".join(column.name for column in search.columns)
        connection.execute(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {search.name} USING fts5({columns}, content='', tokenize='unicode61 remove_diacritics 2')"
        )


def create_indexes(connection: sqlite3.Connection) -> None:
    """Create the indexes that the archive lacks; best after the rows are in."""
    for table in load_schema().tables:
        for index in table.indexes:
            _create_index(connection, table, index)


def create_reading_order(connection: sqlite3.Connection) -> None:
    """Create the one index that the resolve wing needs to read the occurrences in order."""
    table = load_schema().table("occurrence_rows")
    _create_index(connection, table, next(index for index in table.indexes if index.unique))


def _create_index(connection: sqlite3.Connection, table: Table, index: Index) -> None:
    unique = "UNIQUE " if index.unique else ""
    where = f" WHERE {index.columns[0]} IS NOT NULL" if index.partial else ""
    name = f"{table.name}_{'_'.join(index.columns)}"
    connection.execute(f"CREATE {unique}INDEX IF NOT EXISTS {name} ON {table.name} ({', '.join(index.columns)}){where}")
