"""The parts of the reading room, each by itself: languages, questions, trees, copies, lines, what may be a link."""

from __future__ import annotations

import gettext
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from docs.collect_texts import said
from tests.serving import ROOT
from threadkit.archive.migrations import create_indexes, migrate
from threadkit.archive.schema import load_schema
from threadkit.archive.search_conditions import ASKED
from threadkit.browse.charts import bars_of, month_after
from threadkit.browse.comparing import align
from threadkit.browse.language import choose_page_language
from threadkit.browse.lines import Line, _cut
from threadkit.browse.pages.source import runs_of
from threadkit.browse.pages.thread import place_in_tree
from threadkit.browse.questions import load_questions
from threadkit.browse.search_plan import Plan
from threadkit.browse.stretches import read_stretches
from threadkit.browse.visible import linked, safe_address
from threadkit.locale.catalogue import load_catalogue, read_entries
from threadkit.queries import register_functions

# ---------------------------------------------------------------- languages

CHOSEN = [
    ("the address", "fr", {"threadkit_lang": "en"}, "en", "fr"),
    ("what was asked before", None, {"threadkit_lang": "fr"}, "en", "fr"),
    ("the browser", None, {}, "de, fr-CA;q=0.9, en;q=0.8", "fr"),
    ("the browser's refusal", None, {}, "fr;q=0, en;q=0.1", "en"),
    ("nothing", None, {}, "", "en"),
    ("junk everywhere", "xx", {"threadkit_lang": "<b>"}, ";;q=é,fr;q=x", "en"),
]


@pytest.mark.parametrize(("given", "cookies", "accepted", "expected"), [case[1:] for case in CHOSEN], ids=[case[0] for case in CHOSEN])
def test_the_language_is_chosen_by(given: str | None, cookies: dict[str, str], accepted: str, expected: str) -> None:
    assert choose_page_language(given, cookies, accepted) == expected


def test_the_catalogue_holds_every_text_of_the_pages_and_no_other() -> None:
    french, texts = load_catalogue("fr"), said()
    known = set(french.texts) | set(french.plurals)
    assert {text for text in texts if text not in known} == set(), "run: python -m docs.collect_texts"
    assert known - set(texts) == set(), "run: python -m docs.collect_texts"


def test_a_translation_fills_the_same_places() -> None:
    places = re.compile(r"\{(\w+)\}")
    hours = {"hour", "hour2"}
    french = load_catalogue("fr")
    for text, translation in french.texts.items():
        assert set(places.findall(text)) - hours == set(places.findall(translation)) - hours, text
    for text, forms in french.plurals.items():
        assert all(forms), text
        assert all(set(places.findall(form)) <= set(places.findall(text)) | {"n"} for form in forms), text


def test_french_counts_nothing_as_one_thing() -> None:
    assert load_catalogue("fr").counted("{n} message", "{n} messages", 0) == "{n} message"
    assert load_catalogue("en").counted("{n} message", "{n} messages", 0) == "{n} messages"


@pytest.mark.skipif(shutil.which("msgfmt") is None, reason="no msgfmt on the PATH: apt install gettext")
def test_the_catalogue_says_the_same_when_it_is_compiled(tmp_path: Path) -> None:
    file = ROOT / "threadkit" / "locale" / "pages.fr.po"
    subprocess.run(["msgfmt", "--check", "--output-file", tmp_path / "pages.mo", file], check=True)
    with (tmp_path / "pages.mo").open("rb") as compiled:
        known = gettext.GNUTranslations(compiled)
    french = load_catalogue("fr")
    assert {text: known.gettext(text) for text in french.texts} == dict(french.texts)
    for one, other in said().items():
        if other is not None:
            assert [known.ngettext(one, other, n) for n in range(5)] == [french.counted(one, other, n) for n in range(5)]


def test_a_catalogue_is_read_as_translators_write_it() -> None:
    text = '# a comment\nmsgid ""\nmsgstr "Language: fr\\n"\n\n#: page.html\nmsgid "one "\n"two"\nmsgstr "un \\"deux\\""\n#, fuzzy\nmsgid "x"\nmsgstr "y"\n'
    assert list(read_entries(text)) == [{"msgid": "", "msgstr": "Language: fr\n"}, {"msgid": "one two", "msgstr": 'un "deux"'}]
    with pytest.raises(ValueError, match="line 1"):
        list(read_entries("msgid one"))


# ---------------------------------------------------------------- the questions


@pytest.fixture(scope="module")
def empty() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection)
    create_indexes(connection)
    register_functions(connection)
    yield connection
    connection.close()


@pytest.mark.parametrize("name", [name for name in load_questions() if ".if_" not in name])
def test_a_question_names_every_table_that_it_reads(empty: sqlite3.Connection, name: str) -> None:
    question, read = load_questions()[name], set()

    def note(action: int, table: str | None, _column: str | None, _database: str | None, view: str | None) -> int:
        if action == sqlite3.SQLITE_READ and view is None:
            read.add(table)
        return sqlite3.SQLITE_OK

    schema = load_schema()
    ours = {table.name for table in schema.tables} | {search.name for search in schema.search}
    empty.set_authorizer(note)
    try:
        empty.execute(
            question.sql.replace("{conditions}", "").replace("{weights}", "1"),
            dict.fromkeys(re.findall(r":(\w+)", question.sql), 1) | {"ids": "[]"},
        )
    finally:
        empty.set_authorizer(None)
    assert {table for table in read if table in ours} <= question.tables


_CONDITIONS = {name.removeprefix("search.if_few_") for name in load_questions() if name.startswith("search.if_few_")}


@pytest.mark.parametrize("rarest_first", [False, True])
@pytest.mark.parametrize("name", sorted(_CONDITIONS | set(ASKED)))
def test_a_condition_of_a_search_fits_its_questions(empty: sqlite3.Connection, name: str, rarest_first: bool) -> None:
    for match, question in (('"x"', "hits"), (None, "hits_without_words")):
        plan = Plan(match)
        plan.add(name, 1)
        asked = plan.question(question, rarest_first=rarest_first)
        values = dict.fromkeys(re.findall(r":(\w+)", asked.sql), 1) | {"senders": "[]", "recipients": "[]", "copied": "[]", "match": match}
        assert empty.execute(asked.sql, values).fetchall() == []
        assert asked.tables >= {"messages"}


def test_a_source_is_asked_of_documents_too(empty: sqlite3.Connection) -> None:
    plan = Plan('"x"')
    plan.add("source", 1)
    assert empty.execute(plan.of_documents().sql, {"match": '"x"', "source": 1, "most": 1}).fetchall() == []


# ---------------------------------------------------------------- trees


def member(id_: int, parent: int | None, sent_at: str | None = "2023-01-01") -> dict[str, Any]:
    return {"id": id_, "parent_id": parent, "sent_at": sent_at}


TREES = [
    ("a chain is not set in", [(1, None), (2, 1), (3, 2)], [(1, 0, 0), (2, 0, 1), (3, 0, 2)]),
    ("two answers are branches", [(1, None), (2, 1), (3, 1), (4, 2)], [(1, 0, 0), (2, 1, 1), (4, 1, 2), (3, 1, 1)]),
    ("a parent elsewhere is none", [(1, 99), (2, 1)], [(1, 0, 0), (2, 0, 1)]),
    ("a circle is shown all the same", [(1, 2), (2, 1)], [(1, 0, 0), (2, 0, 1)]),
    ("a circle beside a tree", [(1, None), (2, 3), (3, 2)], [(1, 0, 0), (2, 0, 0), (3, 0, 0)]),
    ("nothing", [], []),
]


@pytest.mark.parametrize(("given", "expected"), [case[1:] for case in TREES], ids=[case[0] for case in TREES])
def test_a_conversation_reads_from_top_to_bottom(given: list[tuple[int, int | None]], expected: list[tuple[int, int, int]]) -> None:
    places = place_in_tree([member(*each) for each in given])
    assert [(place.member["id"], place.branch, place.depth) for place in places] == expected


def test_answers_stand_in_order_of_time_and_those_without_date_last() -> None:
    places = place_in_tree([member(1, None), member(2, 1, None), member(3, 1, "2023-02"), member(4, 1, "2023-01")])
    assert [place.member["id"] for place in places] == [1, 4, 3, 2]


def test_a_chain_of_any_length_is_walked() -> None:
    places = place_in_tree([member(number, number - 1 or None) for number in range(1, 50_001)])
    assert (places[-1].member["id"], places[-1].branch, places[-1].depth) == (50_000, 0, 49_999)


# ---------------------------------------------------------------- copies

COPIES = [
    ("a mask", "Call Paul now.", "Call [caviardé] now.", [("same", "Call ", ""), ("masked", "Paul", "[caviardé]"), ("same", " now.", "")]),
    ("a mask lifted", "Le ████ dit", "Le maire dit", [("same", "Le ", ""), ("shown", "████", "maire"), ("same", " dit", "")]),
    ("a mask written otherwise", "Le ████ dit", "Le [caviardé] dit", [("same", "Le ████ dit", "")]),
    ("wrapping and accents do not count", "l'été\nfinit", "l'ete finit", [("same", "l'été\nfinit", "")]),
    ("other words", "one two", "one three", [("same", "one ", ""), ("changed", "two", "three")]),
    ("a copy without the end", "one two", "one", [("same", "one ", ""), ("gone", "two", "")]),
    ("a word more in the midst", "one two", "one and two", [("same", "one ", ""), ("added", "", "and"), ("same", "two", "")]),
    ("an empty copy", "", "one", [("added", "", "one")]),
    ("two empty copies", " ", "\n", []),
]


@pytest.mark.parametrize(("one", "two", "expected"), [case[1:] for case in COPIES], ids=[case[0] for case in COPIES])
def test_copies_are_aligned_word_by_word(one: str, two: str, expected: list[tuple[str, str, str]]) -> None:
    passages, whole = align(one, two)
    assert whole
    assert [(passage.kind, passage.first, passage.second) for passage in passages] == expected
    assert "".join(passage.first for passage in passages) == one.strip()


def test_very_long_copies_are_compared_at_their_beginning() -> None:
    _, whole = align("a " * 5000, "b " * 10)
    assert not whole


# ---------------------------------------------------------------- months

MONTHS = [
    ("2023-12", "2024-01"),
    ("2023-01", "2023-02"),
    ("2023-13", None),
    ("2023", None),
    ("", None),
    ("²023-01", None),
    ("2023-1", None),
]


@pytest.mark.parametrize(("month", "expected"), MONTHS)
def test_a_month_has_a_next_one_and_what_is_no_month_has_none(month: str, expected: str | None) -> None:
    assert month_after(month) == expected


def test_empty_months_between_are_shown_and_the_fullest_is_a_hundred() -> None:
    rows = [{"month": "2022-11", "n": 4, "m": 1}, {"month": "2023-01", "n": 2, "m": 2}, {"month": "", "n": 9, "m": 9}]
    bars = bars_of(rows, "n", "m")
    assert [(bar.month, bar.height, bar.lower_height, bar.opens_year) for bar in bars] == [
        ("2022-11", 100.0, 25.0, False), ("2022-12", 0.0, 0.0, False), ("2023-01", 50.0, 50.0, True),
    ]  # fmt: skip


# ---------------------------------------------------------------- lines and stretches


@pytest.fixture(scope="module")
def pages() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE pages (id INTEGER PRIMARY KEY, text TEXT)")
    long = "\n".join(f"line {number} é" for number in range(1, 200_001))
    connection.executemany(
        "INSERT INTO pages VALUES (?, ?)", [(1, "one\ntwo\nthree\n"), (2, "one\ntwo"), (3, ""), (4, long), (5, "é" * 1000)]
    )
    yield connection
    connection.close()


CUT = [
    ("all", 1, 0, 9, 99, [("one", True), ("two", True), ("three", True)]),
    ("some", 1, 1, 1, 99, [("two", True)]),
    ("a last line without end", 2, 1, 5, 99, [("two", True)]),
    ("behind the end", 2, 5, 5, 99, []),
    ("nothing", 3, 0, 5, 99, []),
    ("no lines wanted", 1, 0, 0, 99, []),
    ("cut inside a line", 1, 0, 9, 5, [("one", True), ("t", False)]),
    ("cut at the end of a line", 1, 0, 9, 3, [("one", True)]),
    ("far inside a large page", 4, 150_000, 2, 99, [("line 150001 é", True), ("line 150002 é", True)]),
    ("a character is not cut in two", 5, 0, 1, 3, [("é", False)]),
]


@pytest.mark.parametrize(("row", "skip", "count", "most", "expected"), [case[1:] for case in CUT], ids=[case[0] for case in CUT])
def test_lines_are_cut_out_of_a_page(
    pages: sqlite3.Connection, row: int, skip: int, count: int, most: int, expected: list[tuple[str, bool]]
) -> None:
    assert _cut(pages, row, skip, count, most) == expected


@pytest.mark.parametrize("most", [1, 2, 3, 7, 100, 5000])
def test_a_text_is_read_stretch_by_stretch_without_loss(pages: sqlite3.Connection, most: int) -> None:
    text, start = "", 0
    for _ in range(3000):
        stretch = read_stretches(pages, "pages", "text", [5], max(most, 2), start)[5]
        text += stretch.text
        start = stretch.end
        if start >= stretch.size:
            break
    assert text == "é" * 1000


def test_a_row_that_is_not_there_has_no_stretch(pages: sqlite3.Connection) -> None:
    assert set(read_stretches(pages, "pages", "text", [1, 77], 10)) == {1}


def test_lines_stand_with_the_segment_that_they_are_in() -> None:
    segments = [
        {"first_line": 1, "last_line": 2, "kind": "header", "document_id": None},
        {"first_line": 4, "last_line": 4, "kind": "document", "document_id": 7},
        {"first_line": 5, "last_line": 5, "kind": "document", "document_id": 7},
    ]
    runs = runs_of([Line(number, "") for number in range(1, 7)], segments)
    assert [([line.number for line in run.lines], run.segment and run.segment["kind"], run.starts) for run in runs] == [
        ([1, 2], "header", True), ([3], None, False), ([4], "document", True), ([5], "document", False), ([6], None, False),
    ]  # fmt: skip


# ---------------------------------------------------------------- links in what a person wrote

ADDRESSES = [
    ("https://ville.example/a?b=c", True),
    ("HTTP://ville.example", True),
    ("mailto:a@b.example", True),
    ("javascript:alert(1)", False),
    ("java\tscript:alert(1)", False),
    (" \x01javascript:alert(1)", False),
    ("data:text/html,<b>", False),
    ("vbscript:x", False),
    ("file:///etc/passwd", False),
    ("//evil.example", False),
    ("/local", False),
    ("http://[", False),
    ("", False),
]


@pytest.mark.parametrize(("address", "expected"), ADDRESSES)
def test_only_http_and_mail_addresses_may_be_links(address: str, expected: bool) -> None:
    assert (safe_address(address) is not None) is expected


LINKED = [
    ("an address", "voir https://a.example/x.", 'voir <a href="https://a.example/x" rel="noreferrer noopener nofollow">https://a.example/x</a>.'),
    ("a mailbox", "à b@c.example,", 'à <a href="mailto:b@c.example" rel="noreferrer noopener nofollow">b@c.example</a>,'),
    ("no scheme of ours", "javascript:alert(1)", "javascript:alert(1)"),
    ("quotes end it", 'https://a.example/"onmouseover="x', '<a href="https://a.example/" rel="noreferrer noopener nofollow">https://a.example/</a>&#34;onmouseover=&#34;x'),
    ("tags are text", "<b>https://a.example</b>", '&lt;b&gt;<a href="https://a.example" rel="noreferrer noopener nofollow">https://a.example</a>&lt;/b&gt;'),
    ("marks are shown", "https://a.example/\u202egpj", None),
]  # fmt: skip


@pytest.mark.parametrize(("given", "expected"), [case[1:] for case in LINKED], ids=[case[0] for case in LINKED])
def test_addresses_in_a_text_become_links_and_the_text_stays(given: str, expected: str | None) -> None:
    shown = str(linked(given))
    if expected is not None:
        assert shown == expected
    assert "\u202e" not in shown
