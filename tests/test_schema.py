"""The schema is data: the archive, its documentation and the contract say the same."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from threadkit.archive.documentation import write_documentation
from threadkit.archive.migrations import APPLICATION_ID, create_indexes, migrate
from threadkit.archive.schema import Table, load_schema

ROOT = Path(__file__).parent.parent

# What every import must leave behind, as tables or views.
CONTRACT = {
    "sources": "id sha256 media_type encoding byte_count line_count page_count container_id member content superseded_by",
    "source_names": "source_id name",
    "pages": "source_id number label first_line text",
    "imports": "id started_at options threadkit_version",
    "exceptions": "import_id name member detail",
    "segments": "source_id position kind first_line last_line first_char last_char occurrence_id document_id rule",
    "occurrences": "id message_id source_id standing depth within_id first_line last_line first_page layout body",
    "header_fields": "occurrence_id position field label text first_line last_line",
    "mailboxes": "occurrence_id field position text name email rule",
    "defects": "source_id first_line last_line code detail",
    "messages": "id kind thread_id parent_id relation standing sender_id sent_at sent_precision sent_utc sent_text subject subject_base body rule",
    "message_ids": "message_id rfc_message_id rule",
    "participants": "message_id role position person_id name email text rule",
    "people": "id name sort_name kind rule",
    "addresses": "email person_id rule",
    "names": "name person_id rule",
    "threads": "id subject first_sent_at last_sent_at message_count person_count rule",
    "links": "child_id parent_id relation confidence evidence verdict rule",
    "attachments": "id filename extension rule",
    "message_attachments": "message_id attachment_id position filename text rule",
    "documents": "id source_id attachment_id kind title text first_line last_line confidence rule",
    "findings": "id kind certainty message_id attachment_id document_id person_id source_id first_line last_line detail rule",
    "correspondence": "sender_id recipient_id messages first_sent_at last_sent_at rule",
    "former_ids": "former_id message_id",
    "who_sent_what_when": ("sent_at sender recipients_to recipients_cc subject attachments thread standing source page line message_id"),
}
# Few rows, and no page asks which of them refer to a given row.
WITHOUT_INDEX = {("sources", "container_id"), ("sources", "superseded_by"), ("former_ids", "message_id"), ("marks", "occurrence_id")}
WITHOUT_INDEX |= {("segment_rows", "after_id"), ("mailbox_rows", "printed_id"), ("messages", "occurrence_id")}
WITHOUT_INDEX |= {
    ("occurrence_rows", "signature_id"),
    ("segment_rows", "what_id"),
    ("participant_rows", "printed_id"),
    ("mail_id_rows", "mail_id"),
}


@pytest.fixture
def empty() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection)
    create_indexes(connection)
    yield connection
    connection.close()


def columns_of(connection: sqlite3.Connection, name: str) -> list[str]:
    return [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]


def test_the_documentation_is_the_schema() -> None:
    assert (ROOT / "docs" / "archive.md").read_text(encoding="utf-8") == write_documentation(), (
        "write it again with: python -m threadkit.archive.documentation > docs/archive.md"
    )


@pytest.mark.parametrize("name", CONTRACT)
def test_the_archive_has_every_column_of_the_contract(empty: sqlite3.Connection, name: str) -> None:
    assert set(CONTRACT[name].split()) <= set(columns_of(empty, name))


@pytest.mark.parametrize("table", load_schema().tables, ids=lambda table: table.name)
def test_a_table_is_made_as_declared(empty: sqlite3.Connection, table: Table) -> None:
    made = {row[1]: (row[2], bool(row[3]), row[5]) for row in empty.execute(f"PRAGMA table_info({table.name})")}
    assert list(made) == list(table.column_names)
    assert {name: kind for name, (kind, _, _) in made.items()} == {c.name: c.type.replace("REAL", made[c.name][0]) for c in table.columns}
    assert tuple(name for name, row in sorted(made.items(), key=lambda item: item[1][2]) if row[2]) == table.key
    rowid_key = len(table.key) == 1 and made[table.key[0]][0] == "INTEGER"
    for column in table.columns:
        assert made[column.name][1] == column.not_null or (rowid_key and column.name in table.key)
    references = {row[3]: (row[2], row[4]) for row in empty.execute(f"PRAGMA foreign_key_list({table.name})")}
    assert references == {column.name: (column.references, "id") for column in table.columns if column.references}


@pytest.mark.parametrize("view", load_schema().views, ids=lambda view: view.name)
def test_a_view_shows_the_columns_that_are_described(empty: sqlite3.Connection, view: object) -> None:
    assert columns_of(empty, view.name) == [column.name for column in view.columns]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "described",
    [*load_schema().tables, *load_schema().views, *load_schema().search],
    ids=lambda described: described.name,
)
def test_everything_is_described_in_both_languages(described: Table) -> None:
    for thing in (described, *described.columns):
        assert thing.en.strip()
        assert thing.fr.strip()


def test_every_reference_is_indexed(empty: sqlite3.Connection) -> None:
    missing = []
    for table in load_schema().tables:
        indexed = {table.key[0]}
        for (name,) in empty.execute("SELECT name FROM pragma_index_list(?)", (table.name,)).fetchall():
            indexed.add(empty.execute("SELECT name FROM pragma_index_info(?) WHERE seqno = 0", (name,)).fetchone()[0])
        missing += [(table.name, c.name) for c in table.columns if c.references and c.name not in indexed]
    assert set(missing) == WITHOUT_INDEX


def test_every_conclusion_names_its_rule() -> None:
    assert [table.name for table in load_schema().of_layer("correspondence") if "rule" not in table.column_names] == ["participant_rows"]
    assert "rule" in load_schema().table("printed_participants").column_names


def test_nothing_stands_in_the_archive_that_is_not_described(empty: sqlite3.Connection) -> None:
    schema = load_schema()
    described = {thing.name for thing in (*schema.tables, *schema.views, *schema.search)}
    made = {row[0] for row in empty.execute("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')")}
    unknown = {name for name in made - described if not name.startswith(tuple(f"{search.name}_" for search in schema.search))}
    assert unknown == {"_sqlite_migrations"}


def test_an_archive_is_stamped_as_one(empty: sqlite3.Connection) -> None:
    assert empty.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    assert empty.execute("PRAGMA user_version").fetchone()[0] == load_schema().version


def test_migrations_are_applied_once(empty: sqlite3.Connection) -> None:
    before = empty.execute("SELECT * FROM _sqlite_migrations").fetchall()
    migrate(empty)
    assert empty.execute("SELECT * FROM _sqlite_migrations").fetchall() == before
    assert len(before) == 3
