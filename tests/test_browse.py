"""The archive in Datasette, on whichever line is installed: every page answers, says what it holds, and shows text as text."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from datasette import __version__
from datasette.app import Datasette
from markupsafe import escape

from tests import hand_archive
from tests.serving import close, page
from threadkit.archive.schema import load_schema
from threadkit.browse.metadata import make_metadata
from threadkit.browse.server import make_datasette
from threadkit.queries import load_canned

pytestmark = pytest.mark.asyncio(loop_scope="module")

METADATA = Path(__file__).parents[1] / "datasette_metadata.json"
TABLES = [table.name for table in (*load_schema().tables, *load_schema().views, *load_schema().search)]
QUERIES = {query.name: query for query in load_canned()}
FILLED = {
    "who": "herve",
    "one": "alice",
    "other": "elie",
    "since": "2023",
    "until": "2023-12",
    "words": "evaluation",
    "phrase": "voici les",
    "page": "1",
    "filename": "bilan",
    "thread": str(hand_archive.THREAD),
    "message": str(hand_archive.FIRST),
}


@pytest.fixture(scope="module")
def with_file(archive: Path) -> Iterator[Datasette]:
    served = serve_with_file(archive)
    yield served
    close(served)


def serve_with_file(archive: Path) -> Datasette:
    """Return Datasette as its own command line makes it of datasette_metadata.json: -m FILE on 0.65, -m FILE -c FILE on 1.0."""
    content = json.loads(METADATA.read_text(encoding="utf-8"))
    options: dict[str, Any] = {"metadata": content}
    if not __version__.startswith("0."):
        options["config"] = content
    return Datasette([str(archive)], **options)


async def answer(datasette: Datasette, query: str, **parameters: str) -> list[dict[str, Any]]:
    filled = "".join(f"&{name}={quote(value)}" for name, value in parameters.items())
    response = await datasette.client.get(f"/archive/{query}.json?_shape=array{filled}")
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()
    return found


@pytest.mark.parametrize("table", TABLES)
async def test_every_table_has_a_page_that_says_what_it_and_its_columns_hold(datasette: Datasette, table: str) -> None:
    shown = await page(datasette, f"/archive/{table}")
    described = make_metadata("archive", "en")["databases"]["archive"]["tables"][table]
    assert_shown(described["description"], shown)
    for text in described["columns"].values():
        assert_shown(text, shown)


async def list_of_queries(datasette: Datasette, database: str) -> str:
    """Return the page that lists all queries: 0.65 lists them on the database's page, 1.0 the first five there and all on their own."""
    own = f"{datasette.urls.database(database)}/-/queries"
    response = await datasette.client.get(own)
    return own if response.status_code == 200 else str(datasette.urls.database(database))


def assert_shown(text: str, html: str) -> None:
    assert str(escape(text)) in html or json.dumps(text)[1:-1] in html, text


async def test_every_row_has_a_page(datasette: Datasette, archive: Path) -> None:
    connection = sqlite3.connect(archive)
    paths = [
        f"/archive/{table.name}/" + ",".join(quote(str(value), safe="").replace("%", "~").replace(".", "~2E") for value in row)
        for table in load_schema().tables
        for row in connection.execute(f"SELECT {', '.join(table.key)} FROM {table.name}")
    ]
    connection.close()
    assert len(paths) > 30
    for path in paths:
        await page(datasette, path)


@pytest.mark.parametrize("query", QUERIES)
async def test_every_canned_query_answers_without_its_parameters(datasette: Datasette, query: str) -> None:
    shown = await page(datasette, f"/archive/{query}")
    assert_shown(QUERIES[query].title["en"], shown)
    assert_shown(QUERIES[query].about["en"], shown)


@pytest.mark.parametrize("query", QUERIES)
async def test_every_canned_query_answers_with_its_parameters(datasette: Datasette, query: str) -> None:
    rows = await answer(datasette, query, **{name: FILLED[name] for name in QUERIES[query].parameters})
    assert rows
    assert all(value is not None for value in (rows[0].get("message_id", 1), rows[0].get("thread_id", 1)) if "kind" not in rows[0])


@pytest.mark.parametrize("query", QUERIES)
async def test_every_canned_query_answers_from_the_metadata_file(with_file: Datasette, query: str) -> None:
    rows = await answer(with_file, query, **{name: FILLED[name] for name in QUERIES[query].parameters if name != "who"})
    assert rows


ANSWERS = [
    ("a person by a part of the name, accents aside", "who_wrote_what", {"who": "cote"}, {hand_archive.FIRST, hand_archive.HOSTILE}),
    ("a person by address", "who_wrote_what", {"who": "herve.elie@"}, {hand_archive.ANSWER}),
    ("everyone in a month", "who_wrote_what", {"until": "2023-09"}, {hand_archive.FIRST}),
    ("the last day is included", "in_a_period", {"since": "2023-10-02", "until": "2023-10-02"}, {hand_archive.ANSWER}),
    (
        "a pair, in both directions",
        "between_two_people",
        {"one": "Côté, Alice", "other": "ÉLIE"},
        {hand_archive.FIRST, hand_archive.ANSWER},
    ),
    ("a pair with one who never writes", "between_two_people", {"one": "greffe", "other": "alice"}, {hand_archive.FIRST}),
    ("an inflection", "said_about", {"words": "evaluation"}, {hand_archive.FIRST, hand_archive.ANSWER, None}),
    ("no word at all", "said_about", {"words": "..."}, set()),
    ("junk that is no FTS5", "said_about", {"words": "l'été \"a@b.c NEAR("}, set()),
    ("a phrase", "said_exactly", {"phrase": "j'AI participe"}, {hand_archive.ANSWER}),
    ("a phrase with a quotation mark", "said_exactly", {"phrase": 'voici "les'}, {hand_archive.FIRST}),
    ("an attachment", "around_an_attachment", {"filename": "PLAN"}, {hand_archive.FIRST}),
    ("a thread", "thread_in_order", {"thread": str(hand_archive.THREAD)}, {hand_archive.FIRST, hand_archive.ANSWER}),
]


@pytest.mark.parametrize(("query", "given", "expected"), [case[1:] for case in ANSWERS], ids=[case[0] for case in ANSWERS])
async def test_a_canned_query_finds_what_a_reader_finds(
    datasette: Datasette, query: str, given: dict[str, str], expected: set[int | None]
) -> None:
    assert {row["message_id"] for row in await answer(datasette, query, **given)} == expected


async def test_who_is_copied_and_never_writes(datasette: Datasette) -> None:
    assert [(row["person"], row["copied"]) for row in await answer(datasette, "copied_but_silent")] == [("Greffe municipal", 1)]


async def test_messages_are_counted_by_month_and_those_without_date_come_last(datasette: Datasette) -> None:
    rows = await answer(datasette, "messages_per_month")
    assert [(row["month"], row["messages"]) for row in rows] == [("2023-09", 1), ("2023-10", 1), (None, 1)]


async def test_the_missing_attachment_stands_first(datasette: Datasette) -> None:
    rows = await answer(datasette, "attachments_and_their_texts")
    assert [(row["filename"], row["not_released"], row["document_id"]) for row in rows] == [
        ("Plan.pptx", "certain", None), ("Bilan été.pdf", None, hand_archive.DOCUMENT),
    ]  # fmt: skip


async def test_the_search_box_of_the_messages_ignores_accents(datasette: Datasette) -> None:
    shown = await page(datasette, "/archive/messages?_search=participe")
    assert "j&#39;ai participé" in shown
    assert "Voici les évaluations" not in shown


async def test_a_page_shows_control_characters_as_marks_and_tags_as_text(datasette: Datasette) -> None:
    for path in (
        "/archive/messages", f"/archive/messages/{hand_archive.HOSTILE}", "/archive/threads", "/archive/who_sent_what_when", "/archive/who_wrote_what",
        f"/archive/thread_in_order?thread={hand_archive.OTHER_THREAD}",
    ):  # fmt: skip
        shown = await page(datasette, path)
        assert "Rouge &lt;U+001B&gt;[31m et &lt;U+202E&gt;envers &lt;script&gt;alert(1)&lt;/script&gt;" in shown, path
        body = re.sub(r"<[^>]*>", " ", shown[shown.index("<body") :])
        assert "\x1b" not in body, path
        assert "\u202e" not in body, path
        assert "<script>alert(1)" not in shown, path


async def test_an_answer_leads_to_the_message_it_names(datasette: Datasette) -> None:
    shown = await page(datasette, "/archive/who_wrote_what")
    assert f'<a href="/archive/messages/{hand_archive.FIRST}">{hand_archive.FIRST}</a>' in shown


async def test_a_subject_leads_to_the_message_in_full_a_line_to_the_source_and_a_thread_to_its_messages(datasette: Datasette) -> None:
    shown = await page(datasette, "/archive/who_sent_what_when")
    assert f'<a href="/archive/-/threadkit/message/{hand_archive.FIRST}">Évaluation du pont</a>' in shown
    assert f'<a href="/archive/-/threadkit/message/{hand_archive.FIRST}/place">10</a>' in shown
    assert f'<a href="/archive/-/threadkit/thread/{hand_archive.THREAD}">' in shown
    assert f'<a href="/archive/-/threadkit/thread/{hand_archive.THREAD}">2</a>' in await page(datasette, "/archive/threads")


ROWS_AND_PAGES = [
    ("messages", hand_archive.FIRST, "message", "Évaluation du pont"),
    ("threads", hand_archive.THREAD, "thread", "Évaluation du pont"),
    ("people", hand_archive.HERVE, "person", "Hervé Élie"),
    ("attachments", hand_archive.ATTACHMENT, "attachment", "Bilan été.pdf"),
    ("documents", hand_archive.DOCUMENT, "document", "BILAN DE L&#39;ÉTÉ"),
]


@pytest.mark.parametrize(("table", "id_", "kind", "name"), ROWS_AND_PAGES, ids=[case[0] for case in ROWS_AND_PAGES])
async def test_what_names_a_row_leads_to_its_page_of_the_reading_room(
    datasette: Datasette, table: str, id_: int, kind: str, name: str
) -> None:
    for path in (f"/archive/{table}", f"/archive/{table}/{id_}"):
        assert f'<a href="/archive/-/threadkit/{kind}/{id_}">{name}</a>' in await page(datasette, path)


async def test_the_menus_of_database_and_table_lead_to_the_reading_room(datasette: Datasette) -> None:
    shown = await page(datasette, "/archive")
    assert "Open in the reading room" in shown
    assert 'href="/archive/-/threadkit"' in shown
    assert "/archive/-/threadkit/people" in await page(datasette, "/archive/people")


async def test_the_menu_of_a_row_leads_to_the_reading_room_where_datasette_has_one(datasette: Datasette) -> None:
    if __version__.startswith("0."):
        pytest.skip("Datasette 0.65 has no menu for a row")
    shown = await page(datasette, f"/archive/people/{hand_archive.HERVE}")
    assert f'"/archive/-/threadkit/person/{hand_archive.HERVE}"' in shown


async def test_without_the_questions_a_subject_leads_to_its_page(archive: Path) -> None:
    served = Datasette([str(archive)])
    shown = await page(served, "/archive/who_sent_what_when")
    assert f'<a href="/archive/-/threadkit/message/{hand_archive.FIRST}">Évaluation du pont</a>' in shown
    close(served)


async def test_the_page_of_a_row_leads_to_the_rows_that_it_names(datasette: Datasette) -> None:
    shown = await page(datasette, f"/archive/messages/{hand_archive.ANSWER}")
    assert f'<a href="/archive/people/{hand_archive.HERVE}">Hervé Élie</a>' in shown
    assert f'<a href="/archive/messages/{hand_archive.FIRST}">Évaluation du pont</a>' in shown


async def test_a_source_goes_by_its_name(datasette: Datasette) -> None:
    for path in (f"/archive/documents/{hand_archive.DOCUMENT}", "/archive/documents"):
        assert f'<a href="/archive/sources/{hand_archive.SOURCE}">dump.txt</a>' in await page(datasette, path)


async def test_times_are_shown_as_people_write_them_and_kept_as_they_are(datasette: Datasette) -> None:
    assert ">2023-10-02 08:00:05</td>" in await page(datasette, "/archive/who_sent_what_when")
    assert {row["sent_at"] for row in await answer(datasette, "who_wrote_what", who="herve")} == {"2023-10-02T08:00:05"}


async def test_the_pages_have_their_style_sheet_and_what_they_are_for_stands_first(datasette: Datasette) -> None:
    for path in ("/", "/archive"):
        shown = await page(datasette, path)
        (style,) = re.findall(r'href="([^"]*browse\.css[^"]*)"', shown)
        assert (await datasette.client.get(style)).status_code == 200
        opening = shown.index("threadkit-opening")
        assert opening < shown.find('id="sql-editor"') or 'id="sql-editor"' not in shown
        assert opening < shown.index("archive/one_message")
    assert "/archive/_sqlite_migrations" not in await page(datasette, "/archive")


async def test_who_sent_what_when_is_in_order_of_time(datasette: Datasette) -> None:
    rows = (await datasette.client.get("/archive/who_sent_what_when.json?_shape=array")).json()
    assert [row["sent_at"] for row in rows] == [None, "2023-09-22T10:33", "2023-10-02T08:00:05"]


async def test_a_number_in_a_database_that_is_no_archive_leads_nowhere(tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE t (message_id INTEGER)")
    connection.execute("INSERT INTO t VALUES (5)")
    connection.commit()
    connection.close()
    shown = await page(Datasette([str(other)]), "/other?sql=select+message_id+from+t")
    assert "/other/messages" not in shown


async def test_the_metadata_fits_an_archive_of_any_name(tmp_path: Path) -> None:
    datasette = make_datasette(hand_archive.write_archive(tmp_path / "Demande 2024.été.db"), "fr")
    (database,) = [name for name in datasette.databases if name.startswith("Demande")]
    shown = await page(datasette, await list_of_queries(datasette, database))
    assert_shown("Qui a écrit quoi, quand, par personne", shown)


async def test_pages_speak_the_language_asked_for(archive: Path) -> None:
    shown = await page(make_datasette(archive, "fr"), "/archive/messages")
    assert_shown("Un message distinct, quel que soit le nombre de ses occurrences.", shown)
    assert "One distinct message" not in shown


async def test_the_metadata_file_says_both_languages(with_file: Datasette) -> None:
    shown = await page(with_file, await list_of_queries(with_file, "archive"))
    assert_shown("Qui a écrit quoi, quand, par personne · Who sent what when, by person", shown)
