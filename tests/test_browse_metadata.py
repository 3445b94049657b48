"""Datasette's metadata, the canned queries and the SQL functions: in step with the archive, and plain where they must be."""

from __future__ import annotations

import json
import re
import socket
import sqlite3
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from tests import hand_archive
from threadkit import browse
from threadkit.archive.schema import load_schema
from threadkit.browse.cells import with_marks
from threadkit.browse.metadata import make_metadata
from threadkit.browse.server import free_port
from threadkit.queries import load_canned, register_functions

METADATA = Path(__file__).parents[1] / "datasette_metadata.json"
QUERIES = {query.name: query for query in load_canned()}
NEED_THE_PLUGIN = {"said_about", "where_it_stands"}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return hand_archive.write_archive(tmp_path / "archive.db")


def test_the_metadata_file_is_in_step_with_schema_queries_and_pages() -> None:
    written = json.loads(METADATA.read_text(encoding="utf-8"))
    assert written == make_metadata("archive"), "run: python -m threadkit.browse.metadata"


def test_every_table_and_column_of_an_archive_is_described(archive: Path) -> None:
    described = make_metadata("archive")["databases"]["archive"]["tables"]
    connection = sqlite3.connect(archive)
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")]
    ours = [name for name in names if not name.startswith(("sqlite_", "_")) and not is_shadow(name)]
    held = {name: {row[1] for row in connection.execute(f"PRAGMA table_info({name})")} for name in ours}
    connection.close()
    assert {name: set(entry["columns"]) for name, entry in described.items() if name != "_sqlite_migrations"} == held


def is_shadow(name: str) -> bool:
    return any(name.startswith(f"{search.name}_") for search in load_schema().search)


def test_facets_sorts_and_labels_name_columns_that_have_an_index_to_answer_from() -> None:
    indexed = {table.name: {index.columns[0] for index in table.indexes} | {table.key[0]} for table in load_schema().tables}
    indexed["who_sent_what_when"] = indexed["messages"]  # its plain columns are those of messages
    for name, entry in make_metadata("archive")["databases"]["archive"]["tables"].items():
        wanted = {*entry.get("facets", ()), *(entry[key] for key in ("sort", "sort_desc") if key in entry)}
        assert wanted <= indexed.get(name, set()), name
        assert entry.get("label_column") in {None, *entry.get("columns", ())}, name


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_a_canned_query_names_its_parameters_and_no_others(query: Any) -> None:
    assert set(re.findall(r"(?<!:):([a-z]+)", query.sql)) == set(query.parameters)
    assert all(query.title[language] and query.about[language] for language in ("en", "fr"))


@pytest.mark.parametrize("query", [query for query in QUERIES.values() if query.name not in NEED_THE_PLUGIN], ids=lambda query: query.name)
def test_every_question_but_two_is_plain_sqlite_in_the_metadata_file(archive: Path, query: Any) -> None:
    sql = json.loads(METADATA.read_text(encoding="utf-8"))["databases"]["archive"]["queries"][query.name]["sql"]
    connection = sqlite3.connect(archive)
    parameters = {name: "Bilan" if name == "filename" else "" for name in query.parameters}
    try:
        assert connection.execute(sql, parameters | ({"phrase": "pont"} if "phrase" in parameters else {})) is not None
    finally:
        connection.close()


@pytest.fixture
def connection(archive: Path) -> Iterator[sqlite3.Connection]:
    opened = sqlite3.connect(archive)
    register_functions(opened)
    yield opened
    opened.close()


FUNCTIONS = [
    ("fold", "threadkit_fold('  ÉTÉ  Œuvre')", "ete oeuvre"),
    ("fold of nothing", "threadkit_fold(NULL)", None),
    ("match without words", "threadkit_match('!?')", '""'),
    ("match of nothing", "threadkit_match(NULL)", '""'),
    ("excerpt marks an inflection", "threadkit_excerpt('Voici les évaluations.', 'evaluation')", "Voici les «évaluations»."),
    ("lines of a page", "threadkit_lines('a' || char(10) || 'b' || char(10) || 'c', 7, 8, 9)", "     8  b\n     9  c"),
    ("lines from before the page", "threadkit_lines('a' || char(10) || 'b', 7, 4, 7)", "     7  a"),
    ("lines behind the page", "threadkit_lines('a', 7, 8, 9)", ""),
    ("lines of nothing", "threadkit_lines(NULL, 1, 1, 1)", None),
    ("excerpt of nothing", "threadkit_excerpt(NULL, 'a')", None),
]


@pytest.mark.parametrize(("call", "expected"), [case[1:] for case in FUNCTIONS], ids=[case[0] for case in FUNCTIONS])
def test_the_sql_functions_fold_match_and_cut_as_the_search_does(connection: sqlite3.Connection, call: str, expected: str | None) -> None:
    assert connection.execute(f"SELECT {call}").fetchone()[0] == expected


def test_a_mark_names_the_character_it_stands_for() -> None:
    assert with_marks("a\x00b\x9bc\u2066d\te\nf") == "a<U+0000>b<U+009B>c<U+2066>d\te\nf"


def test_a_free_port_is_found_and_a_taken_one_refused() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match=r".*"):
            free_port(port)
        assert free_port(None) != port


def test_what_the_contract_names_is_listed_and_what_it_is_made_of_is_hidden() -> None:
    described = make_metadata("archive")["databases"]["archive"]["tables"]
    hidden = {name for name, entry in described.items() if entry.get("hidden")}
    views = {view.name for view in load_schema().views}
    assert not hidden & views
    assert {name for name in described if name.endswith("_rows") or name.startswith("printed_")} <= hidden


def test_the_first_page_leads_to_lists_and_columns_that_exist_and_to_every_question() -> None:
    described = make_metadata("a b", "fr")["databases"]["a b"]
    html = described["description_html"]
    assert re.findall(r'href="a\+b/([a-z_]+)"', html)[-len(QUERIES) :] == list(QUERIES)
    for table, columns in re.findall(r'href="a\+b/([a-z_]+)\?([^"]*)"', html):
        wanted = {column.removeprefix("_col=") for column in unescape(columns).split("&")}
        assert wanted <= set(described["tables"][table]["columns"]), table


def test_the_style_sheet_is_made_for_rows_as_wide_as_the_widest_table() -> None:
    style = (Path(browse.__file__).parent / "static" / "browse.css").read_text(encoding="utf-8")
    widest = max(len(table.columns) for table in (*load_schema().tables, *load_schema().views))
    assert f"td:nth-child({widest})" in style
