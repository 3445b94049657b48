"""The archive's tables, views, columns and indexes, read from schema.toml beside this module and checked once."""

from __future__ import annotations

import builtins
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

LAYERS = ("sources", "readings", "correspondence", "kept", "counts", "upkeep")
_TYPES = {"INTEGER": int, "TEXT": str, "REAL": float, "BLOB": bytes}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: `references` is the table that it points to (by its `id`), if any."""

    name: str
    type: str
    not_null: bool
    references: str | None
    en: str
    fr: str

    @property
    def python_type(self) -> builtins.type:
        """The Python type that sqlite-utils takes for this column."""
        return _TYPES[self.type]


@dataclass(frozen=True, slots=True)
class Index:
    """One index; `partial` keeps it to the rows where its first column is filled."""

    columns: tuple[str, ...]
    unique: bool
    partial: bool


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its columns in order, its primary key and its indexes.

    Without `rowid` the rows are stored in the order of the key itself: 20 bytes a row less.
    `fill` is the question whose answer a table of counts holds.
    """

    name: str
    layer: str
    key: tuple[str, ...]
    rowid: bool
    columns: tuple[Column, ...]
    indexes: tuple[Index, ...]
    en: str
    fr: str
    fill: str = ""

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def insert_sql(self) -> str:
        """The statement that inserts one row given as a tuple in column order."""
        return f"INSERT INTO {self.name} ({', '.join(self.column_names)}) VALUES ({', '.join('?' * len(self.columns))})"


@dataclass(frozen=True, slots=True)
class SearchTable:
    """One full-text table over `table`; its rowid is that table's `search_row`."""

    name: str
    table: str
    columns: tuple[Column, ...]
    en: str
    fr: str


@dataclass(frozen=True, slots=True)
class View:
    """One view: its columns are its own and those that it shows of the table under it."""

    name: str
    layer: str
    columns: tuple[Column, ...]
    sql: str
    en: str
    fr: str


@dataclass(frozen=True, slots=True)
class Schema:
    """Everything that schema.toml says."""

    version: int
    tables: tuple[Table, ...]
    search: tuple[SearchTable, ...]
    views: tuple[View, ...]

    def table(self, name: str) -> Table:
        """Return the table of that name.

        Raises:
            KeyError: there is none.
        """
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(name)

    def of_layer(self, *layers: str) -> Iterator[Table]:
        """Yield the tables of the given layers, in order."""
        return (table for table in self.tables if table.layer in layers)


def _column(entry: list[str]) -> Column:
    declared, en, fr = entry
    words, _, target = (part.strip() for part in declared.partition(">"))
    name, *rest = words.split()
    type_name = rest[0] if rest else "TEXT"
    if type_name not in _TYPES or rest[1:] not in ([], ["!"]):
        raise ValueError(f"schema.toml: column {declared!r} is not 'name TYPE [!] [> table.id]'")
    return Column(name, type_name, rest[1:] == ["!"], target.removesuffix(".id") or None, en, fr)


def _index(entry: str) -> Index:
    words = entry.split()
    columns = tuple(word for word in words if word not in ("unique", "?"))
    return Index(columns, "unique" in words, "?" in words)


def _table(entry: Mapping[str, Any]) -> Table:
    if entry["layer"] not in LAYERS:
        raise ValueError(f"schema.toml: table {entry['name']!r} is of no layer: {entry['layer']!r}")
    columns = tuple(_column(column) for column in entry["columns"])
    indexes = tuple(_index(index) for index in entry.get("index", ()))
    names = {column.name for column in columns}
    unknown = {name for index in indexes for name in index.columns} | set(entry["key"])
    if unknown - names:
        raise ValueError(f"schema.toml: {entry['name']} has no column {sorted(unknown - names)}")
    rowid = entry.get("rowid", False) or (columns[0].type == "INTEGER" and entry["key"] == [columns[0].name])
    return Table(
        entry["name"], entry["layer"], tuple(entry["key"]), rowid, columns, indexes, entry["en"], entry["fr"], entry.get("fill", "").strip()
    )


def _view(entry: Mapping[str, Any], tables: Mapping[str, Table]) -> View:
    own = tuple(_column(column) for column in entry["columns"])
    under = tables[entry["table"]].columns if "table" in entry else ()
    shown = tuple(column for column in under if f" o.{column.name}," in entry["sql"])
    return View(entry["name"], entry["layer"], shown + own, entry["sql"].strip(), entry["en"], entry["fr"])


@cache
def load_schema() -> Schema:
    """Read and check schema.toml; once a process."""
    content = tomllib.loads(resources.files("threadkit.archive").joinpath("schema.toml").read_text(encoding="utf-8"))
    tables = {entry["name"]: _table(entry) for entry in content["table"]}
    search = tuple(
        SearchTable(entry["name"], entry["table"], tuple(_column(column) for column in entry["columns"]), entry["en"], entry["fr"])
        for entry in content["search"]
    )
    return Schema(content["version"], tuple(tables.values()), search, tuple(_view(entry, tables) for entry in content["view"]))
