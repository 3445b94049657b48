"""Write docs/archive.md from the schema: `python -m threadkit.archive.documentation > docs/archive.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from threadkit.archive.schema import Column, Index, SearchTable, Table, View, load_schema

_TITLES = {
    "sources": ("Sources", "The files and their text. Never changed by a later import; taken out by `threadkit remove` alone."),
    "readings": (
        "Readings",
        "What the parser read in one source, and where. A function of the source and the parser's version, remade by `threadkit rebuild`.",
    ),
    "correspondence": (
        "Correspondence",
        "What follows from all readings, the same in any order of import (not `search_row`). `rule` names what concluded a row (docs/rules.md).",
    ),
    "kept": (
        "Kept",
        "What an import keeps of its conclusions, so that the next one, of few sources, need not draw them all anew. It answers no question.",
    ),
    "counts": (
        "Counts",
        "Sums of the correspondence that pages ask so often that counting a million messages anew would keep a reader waiting. Remade with it.",
    ),
    "upkeep": ("Upkeep", "What the archive says about itself."),
}
_OPENING = """# The archive

Made from `threadkit/archive/schema.toml` by `python -m threadkit.archive.documentation > docs/archive.md`; a test holds them together.

`NULL` means that the document does not say (no such label). `''` means a label with nothing after it, or an empty body. Lines count
from 1, on `\\n`; characters count from 0; both ends are included. Ids are made from content, never from order: the same sources give the
same ids on any machine. sqlite-utils notes the migrations that were applied in `_sqlite_migrations`.

Every table and column is described in English, then in French.
"""


def write_documentation() -> str:
    """Return the whole of docs/archive.md."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    schema = load_schema()
    yield _OPENING
    for layer, (title, text) in _TITLES.items():
        yield from (f"## {title}", "", text, "")
        for table in schema.of_layer(layer):
            yield from _table(table)
        for view in schema.views:
            if view.layer == layer:
                yield from _view(view)
    yield from ("## Search", "", "Full-text tables (FTS5). They hold the index, not the text.", "")
    for search in schema.search:
        yield from _search(search)


def _table(table: Table) -> Iterator[str]:
    yield from (f"### `{table.name}`", "", table.en, f"*{table.fr}*", "", f"Primary key: {_code(table.key)}.")
    if table.indexes:
        yield f"Indexes: {'; '.join(map(_index, table.indexes))}."
    yield from ("", "| column | type | meaning | sens |", "|---|---|---|---|")
    yield from (_column(column) for column in table.columns)
    yield ""


def _view(view: View) -> Iterator[str]:
    yield from (f"### `{view.name}` (view)", "", view.en, f"*{view.fr}*", "", "| column | meaning | sens |", "|---|---|---|")
    yield from (f"| `{column.name}` | {column.en} | {column.fr} |" for column in view.columns)
    yield ""


def _search(search: SearchTable) -> Iterator[str]:
    yield from (f"### `{search.name}`", "", search.en, f"*{search.fr}*", "", "| column | meaning | sens |", "|---|---|---|")
    yield from (f"| `{column.name}` | {column.en} | {column.fr} |" for column in search.columns)
    yield ""


def _column(column: Column) -> str:
    words = [column.type, "NOT NULL" if column.not_null else "", f"→ `{column.references}`" if column.references else ""]
    return f"| `{column.name}` | {' '.join(filter(None, words))} | {column.en} | {column.fr} |"


def _index(index: Index) -> str:
    words = ["unique" if index.unique else "", _code(index.columns), "where filled" if index.partial else ""]
    return " ".join(filter(None, words))


def _code(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    sys.stdout.write(write_documentation())
