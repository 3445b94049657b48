"""Datasette's metadata, made from data: the archive's schema, the canned queries, and `pages.toml` beside this module.

`python -m threadkit.browse.metadata` rewrites `datasette_metadata.json` at the top of the repository, in both languages; a test keeps it in
step. `threadkit browse` makes the same for its user's language and its archive's name.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from datasette.utils import tilde_encode

from threadkit.archive.schema import Column, SearchTable, Table, View, load_schema
from threadkit.queries.canned import CannedQuery, load_canned

__all__ = ["make_metadata", "write_metadata"]

#: Where both languages stand together, French first: most readers of a French release read French.
_TOGETHER = ("fr", "en")
_PAGE_KEYS = {"label": "label_column", "facets": "facets", "sort": "sort", "sort_desc": "sort_desc", "units": "units", "size": "size"}


#: What only spares the plugin work: without it names are compared one by one.
_LOOSE = re.compile(r"\w+ LIKE threadkit_loose\(:\w+\) AND ")


@cache
def _pages() -> Mapping[str, Any]:
    return tomllib.loads(resources.files("threadkit.browse").joinpath("pages.toml").read_text(encoding="utf-8"))


def _said(texts: Mapping[str, str], language: str | None) -> str:
    return texts[language] if language else " · ".join(texts[each] for each in _TOGETHER)


def _columns(columns: tuple[Column, ...], language: str | None) -> dict[str, str]:
    return {column.name: _said({"en": column.en, "fr": column.fr}, language) for column in columns}


def _tables(language: str | None) -> dict[str, Any]:
    schema = load_schema()
    found: dict[str, Any] = {}
    shown: list[Table | View | SearchTable] = [*schema.tables, *schema.views, *schema.search]
    for table in shown:
        entry: dict[str, Any] = {
            "description": _said({"en": table.en, "fr": table.fr}, language),
            "columns": _columns(table.columns, language),
        }
        page = _pages()["tables"].get(table.name, {})
        found[table.name] = entry | {_PAGE_KEYS[key]: value for key, value in page.items()}
    for name in _pages()["archive"]["hidden"]:
        found.setdefault(name, {})["hidden"] = True
    for search in schema.search:
        found[search.table] |= {"fts_table": search.name, "fts_pk": "search_row"}
        found[search.name]["hidden"] = True
    return found


def _query(query: CannedQuery, language: str | None, folding: bool) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "title": _said(query.title, language),
        "description": _said(query.about, language),
        "sql": query.sql if folding else _LOOSE.sub("", query.sql).replace("threadkit_fold(", "lower("),
        "hide_sql": True,
    }
    if query.parameters:
        entry["params"] = list(query.parameters)
    return entry


def _opening(database: str, language: str | None) -> str:
    """Return what stands first on the pages of the archive: links to its best lists and to every question.

    The links are relative, so that they lead there from the home page and from the archive's own, wherever Datasette is mounted.
    """
    about, base = _pages()["archive"], tilde_encode(database)
    lists = [
        (f"{base}/{first['name']}" + _columns_wanted(first.get("columns", ())), _said(first["says"], language), "")
        for first in _pages()["first"]
    ]
    questions = [(f"{base}/{query.name}", _said(query.title, language), _said(query.about, language)) for query in load_canned()]
    room = f'<a href="{escape(base)}/-/threadkit">{escape(_said(about["room"], language))}</a>'
    parts = [f"<p>{escape(_said(about['description'], language))}</p><p><strong>{room}</strong></p>"]
    for title, links in ((about["tables"], lists), (about["questions"], questions)):
        items = "".join(f'<li><a href="{escape(href)}" title="{escape(tip)}">{escape(text)}</a></li>' for href, text, tip in links)
        parts.append(f'<h2>{escape(_said(title, language))}</h2><ul class="bullets">{items}</ul>')
    return f'<div class="threadkit-opening">{"".join(parts)}</div>'


def _columns_wanted(columns: Sequence[str]) -> str:
    return "?" + urlencode([("_col", column) for column in columns]) if columns else ""


def make_metadata(database: str, language: str | None = None, *, folding: bool = False) -> dict[str, Any]:
    """Return metadata for an archive that Datasette calls `database` (the stem of its file's name).

    Args:
        database: the key under which Datasette finds it.
        language: fr or en; None for both together.
        folding: whether threadkit's plugin is sure to be there, so that accents need not count in people's names.
    """
    about = _pages()["archive"]
    title, description, opening = _said(about["title"], language), _said(about["description"], language), _opening(database, language)
    return {
        "title": title,
        "description": description,
        "description_html": opening,
        "databases": {
            database: {
                "description": description,
                "description_html": opening,
                "queries": {query.name: _query(query, language, folding) for query in load_canned()},
                "tables": _tables(language),
            }
        },
    }


def write_metadata(path: Path) -> None:
    """Write the metadata of both languages for an archive named archive.db."""
    text = json.dumps(make_metadata("archive"), ensure_ascii=False, indent=2)
    path.write_text(f"{text}\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write_metadata(Path(__file__).parents[2] / "datasette_metadata.json")
