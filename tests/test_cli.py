"""The command line: what it prints in two languages, what it never lets through to a terminal, and how it fails."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import sqlite3
import string
import subprocess
import sys
import tomllib
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from tests import hand_archive
from tests.hand_archive import (
    ALICE,
    ANSWER,
    ATTACHMENT,
    DOCUMENT,
    FINDING,
    FIRST,
    HOSTILE,
    HOSTILE_TEXT,
    MISSING,
    OLD_ID,
    OTHER_THREAD,
    THREAD,
)
from threadkit import __version__, cli
from threadkit.cli.frame import Frame
from threadkit.cli.summary import summary_of
from threadkit.cli.terminal import columns, json_text, one_line
from threadkit.hidden import with_marks
from threadkit.importing import import_paths
from threadkit.locale import LANGUAGES, choose_language, load_texts
from threadkit.queries import counts

SAMPLE = Path(__file__).parents[1] / "samples" / "courriels-municipaux.txt"
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]")
COMMANDS = (
    "import", "browse", "rebuild", "remove", "search", "threads", "people", "findings", "show", "sql", "audit", "redactions", "compare", "knew",
    "explain", "verify", "digest", "correct", "review", "formats", "log", "reveal",
)  # fmt: skip


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


Threadkit = Callable[..., Said]


@pytest.fixture
def threadkit(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Threadkit:
    """Return a function that runs one command line in an empty folder, in English where nothing else is asked for."""
    monkeypatch.chdir(tmp_path)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("THREADKIT_LANG", "en")

    def run(*arguments: object) -> Said:
        capsys.readouterr()
        code = cli.run([str(argument) for argument in arguments])
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return Said(code, said.out, said.err)

    return run


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return hand_archive.write_archive(tmp_path / "archive.db")


# ---------------------------------------------------------------- language


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_languages_have_the_same_texts_with_the_same_places(language: str) -> None:
    ours, theirs = load_texts(language).table, load_texts("en").table
    places = {key: {name for _, name, _, _ in string.Formatter().parse(text) if name} for key, text in ours.items()}
    assert places == {key: {name for _, name, _, _ in string.Formatter().parse(text) if name} for key, text in theirs.items()}
    assert all(ours.values())


def test_every_text_that_the_code_asks_for_by_name_is_there() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (Path(cli.__file__).parent).glob("*.py"))
    asked = set(re.findall(r"texts\(\s*[\"']([a-z_.-]+)[\"']", code))
    counted = set(re.findall(r"texts\.count\(\s*[\"']([a-z_.-]+)[\"']", code))
    table = load_texts("en").table
    assert {key for key in asked if not key.endswith(".")} - table.keys() == set()
    assert {f"{key}.{form}" for key in counted for form in ("one", "other")} - table.keys() == set()


LANGUAGE_CASES = [
    ("the option", ["--lang", "fr", "threads"], {"THREADKIT_LANG": "en"}, "fr"),
    ("the option behind the command", ["threads", "--lang=fr"], {}, "fr"),
    ("the variable", ["threads"], {"THREADKIT_LANG": "fr", "LANG": "en_CA.UTF-8"}, "fr"),
    ("the locale", ["threads"], {"LANG": "fr_CA.UTF-8"}, "fr"),
    ("LC_ALL before LANG", ["threads"], {"LC_ALL": "en_CA.UTF-8", "LANG": "fr_CA.UTF-8"}, "en"),
    ("another language", ["threads"], {"LANG": "de_DE.UTF-8"}, "en"),
    ("the plain locale", ["threads"], {"LC_ALL": "C"}, "en"),
    ("what follows -- is no option", ["search", "--", "--lang", "fr"], {"LC_ALL": "C"}, "en"),
    ("the last of two", ["--lang", "en", "threads", "--lang=fr"], {}, "fr"),
    ("a language it does not know", ["threads", "--lang", "de"], {"LANG": "fr_CA"}, "fr"),
]


@pytest.mark.parametrize(("arguments", "environment", "expected"), [c[1:] for c in LANGUAGE_CASES], ids=[c[0] for c in LANGUAGE_CASES])
def test_the_language_is_the_one_asked_for_else_the_environments(arguments: list[str], environment: dict[str, str], expected: str) -> None:
    assert choose_language(arguments, environment) == expected


@pytest.mark.parametrize("command", COMMANDS)
def test_help_speaks_the_users_language(threadkit: Threadkit, command: str) -> None:
    english, french = threadkit(command, "--help"), threadkit(command, "--help", "--lang", "fr")
    assert (english.code, french.code) == (0, 0)
    assert english.out.startswith("Usage: threadkit")
    assert french.out.startswith("Usage : threadkit")
    first = [re.sub(r"\s+", " ", load_texts(language)(f"help.{command}"))[:40] for language in LANGUAGES]
    assert first[0] in re.sub(r"\s+", " ", english.out)
    assert first[1] in re.sub(r"\s+", " ", french.out)
    assert "Show this help" not in french.out


def test_the_commands_are_listed_in_the_order_in_which_they_are_used() -> None:
    assert tuple(cli.build_cli(Frame(load_texts("en"))).commands) == COMMANDS


def test_click_itself_can_run_a_command(archive: Path) -> None:
    done = CliRunner().invoke(cli.build_cli(Frame(load_texts("en"))), ["threads", "--db", str(archive), "--json"])
    assert [row["id"] for row in json.loads(done.output)] == [THREAD, OTHER_THREAD]


def test_the_version_is_told(threadkit: Threadkit) -> None:
    assert threadkit("--version").out == f"threadkit {__version__}\n"


def test_numbers_are_written_as_the_language_writes_them() -> None:
    assert load_texts("en").number(2838) == "2,838"
    assert load_texts("fr").number(1234567) == "1\u00a0234\u00a0567"
    assert [load_texts(language).count("search.found", 0) for language in LANGUAGES] == ["0 results", "0 résultat"]


# ---------------------------------------------------------------- reading an archive


ROWS = (FIRST, ANSWER, HOSTILE, THREAD, OTHER_THREAD, ALICE, ATTACHMENT, MISSING, DOCUMENT, FINDING, OLD_ID)
READING = [
    ["threads"],
    ["people"],
    ["findings"],
    ["search", "evaluation"],
    ["sql", "SELECT * FROM messages"],
    *(["show", str(row)] for row in ROWS),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("arguments", READING, ids=" ".join)
def test_every_reading_command_prints_lines_and_json(threadkit: Threadkit, archive: Path, arguments: list[str], language: str) -> None:
    said = threadkit(*arguments, "--lang", language)
    assert (said.code, bool(said.out.strip())) == (0, True)
    assert not CONTROLS.search(said.out)
    as_json = threadkit(*arguments, "--json", "--lang", language)
    assert as_json.code == 0
    assert json.loads(as_json.out)
    assert not CONTROLS.search(as_json.out)


def test_threads_are_listed_oldest_first_with_their_numbers(threadkit: Threadkit, archive: Path) -> None:
    lines = threadkit("threads").out.splitlines()
    assert re.split(r"\s{2,}", lines[2].strip()) == ["2023-09-22 10:33", "2023-10-02 08:00:05", "2", "3", "Évaluation du pont", "21"]


def test_a_limit_is_kept_and_told(threadkit: Threadkit, archive: Path) -> None:
    said = threadkit("threads", "--limit", 1)
    assert len(said.out.splitlines()) == 3
    assert "--limit 0" in said.err


def test_people_are_listed_with_what_they_sent_and_received(threadkit: Threadkit, archive: Path) -> None:
    people = {row["name"]: (row["sent"], row["received"], row["addresses"]) for row in json.loads(threadkit("people", "--json").out)}
    assert people == {"Alice Côté": (2, 1, None), "Greffe municipal": (0, 1, None), "Hervé Élie": (1, 1, "herve.elie@ville.example")}


def test_a_kind_with_many_findings_is_cut_and_says_how_to_see_the_rest(threadkit: Threadkit, archive: Path) -> None:
    connection = sqlite3.connect(archive)
    columns_of = ", ".join(row[1] for row in connection.execute("PRAGMA table_info(findings)") if row[1] != "id")
    for number in range(1000, 1030):
        connection.execute(
            f"INSERT INTO findings (id, {columns_of}) SELECT ?, {columns_of} FROM findings WHERE id = ?", (number, FINDING + 2)
        )
    connection.commit()
    connection.close()
    assert "... and 11 more: threadkit findings --kind parent-missing\n" in threadkit("findings").out
    assert len(json.loads(threadkit("findings", "--json").out)) == 33


def test_findings_can_be_asked_for_by_kind(threadkit: Threadkit, archive: Path) -> None:
    assert [row["filename"] for row in json.loads(threadkit("findings", "--kind", "attachment-not-released", "--json").out)] == [
        "Plan.pptx"
    ]
    assert "parent-missing" not in threadkit("findings", "--kind", "attachment-not-released").out
    assert threadkit("findings", "--kind", "bookmark-without-message").out == "No findings.\n"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("evaluation", {FIRST, ANSWER, DOCUMENT}),
        ("participé", {ANSWER}),
        ('"voici les"', {FIRST}),
        ("zzz", set()),
        ('"', set()),
        ("l'", {DOCUMENT}),
    ],
)
def test_search_finds_accents_and_inflections_and_takes_any_words(
    threadkit: Threadkit, archive: Path, words: str, expected: set[int]
) -> None:
    said = threadkit("search", "--json", words)
    assert (said.code, {hit["id"] for hit in json.loads(said.out)}) == (0, expected)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("de:côté", {FIRST, 43}),
        ("from:cote voici", {FIRST}),
        ("évaluation de:cote", {FIRST}),
        ("evaluation after:2023-09-22 de:cote", {FIRST}),
        ("evaluation before:2023-09", set()),
        ("has:pj", {FIRST}),
        ('à:"Hervé Élie"', {FIRST}),
        ("cc:greffe", {FIRST}),
        ("cc:élie", set()),
        ("de:personne evaluation", set()),
        ("merci:alice", {ANSWER}),
        ("pour:elie avant:2024", {FIRST}),
        ("evaluation before:2024-13-45", {FIRST, ANSWER, 61}),
        ("evaluation after:2023-02-30", {FIRST, ANSWER, 61}),
    ],
)
def test_search_takes_the_conditions_of_the_search_box(threadkit: Threadkit, archive: Path, words: str, expected: set[int]) -> None:
    said = threadkit("search", "--json", words)
    assert (said.code, {hit["id"] for hit in json.loads(said.out)}) == (0, expected)


def test_search_takes_words_and_conditions_however_many(threadkit: Threadkit, archive: Path) -> None:
    many = ["voici"] * 120
    assert json.loads(threadkit("search", "--json", *many, "de:cote").out)[0]["id"] == FIRST
    assert json.loads(threadkit("search", "--json", *many, "cc:élie").out) == []


def test_search_says_what_it_did_not_understand_and_whom_nobody_here_is(threadkit: Threadkit, archive: Path) -> None:
    said = threadkit("search", "avant:hier", "de:personne", "evaluation")
    assert said.code == 0
    assert "“avant:hier” names no date and was left out." in said.err
    assert "“de:personne” is searched for as words: nobody here has that name or address." in said.err
    assert said.err.endswith("0 results\n")


def test_a_word_before_a_colon_is_a_word_where_nobody_is_called_what_follows(
    threadkit: Threadkit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    body = "Aide-mémoire pour mémoire, avec Roy."
    dump = f"De : [caviardé]\nEnvoyé : 3 avril 2024 10:05\nÀ : Lavoie, Denis\nObjet : Rappel\n\n{body}\n"
    Path("dump.txt").write_text(dump, encoding="utf-8")
    threadkit("import", "dump.txt")
    for typed, said in (
        ("pour:mémoire", "“pour:mémoire” is searched for as words: nobody here"),
        ("avec:Roy", "“avec:Roy” is searched for as words: only attachments"),
    ):
        found = threadkit("search", typed)
        assert said in found.err
        assert "· [caviardé] · Rappel" in found.out


def test_show_gives_a_message_with_its_people_places_parent_answers_and_words(threadkit: Threadkit, archive: Path) -> None:
    first, answer = threadkit("show", FIRST).out, threadkit("show", ANSWER).out
    for part in ("Côté, Alice [31]", "Élie, Hervé [32]", "dump.txt, page 1 (p. 7), lines 10 to 15", "Plan.pptx [52]: no text of it found",
                 "Bilan été.pdf [51]: text in document 61, lines 60 to 80", f"[{ANSWER}]", "Voici les évaluations demandées.\nBonne lecture."):  # fmt: skip
        assert part in first
    assert f"reply to: 2023-09-22 10:33 · Alice Côté · Évaluation du pont  [{FIRST}]" in answer
    assert "quoted-below, 0.9: cited right below" in answer


def test_a_former_number_leads_to_the_message(threadkit: Threadkit, archive: Path) -> None:
    said = threadkit("show", OLD_ID)
    assert said.out.startswith(f"Message {ANSWER}\n")
    assert said.err == f"{OLD_ID} is a former number; this message is now {ANSWER}.\n"


@pytest.mark.parametrize("number", [999, 0, 10**30])
def test_a_number_that_is_nowhere_is_a_mistake_of_the_command(threadkit: Threadkit, archive: Path, number: int) -> None:
    said = threadkit("show", number)
    assert (said.code, said.out) == (1, "")
    assert f"archive.db: nothing here has the number {number}." in said.err


@pytest.mark.parametrize("command", [["threads"], ["people"], ["findings"], ["search", "evaluation"]], ids=" ".join)
def test_a_limit_may_be_as_large_as_one_likes(threadkit: Threadkit, archive: Path, command: list[str]) -> None:
    assert threadkit(*command, "--limit", 10**30).out == threadkit(*command, "--limit", 0).out


def test_a_thread_is_shown_as_a_tree(threadkit: Threadkit, archive: Path) -> None:
    assert "\n2023-09-22 10:33 · Alice Côté · Évaluation du pont  [41]\n  2023-10-02 08:00:05 ·" in threadkit("show", THREAD).out


def test_a_chain_of_fifty_thousand_answers_is_shown(threadkit: Threadkit, archive: Path) -> None:
    connection = sqlite3.connect(archive)
    names = [row[1] for row in connection.execute("PRAGMA table_info(messages)")]
    row = dict(zip(names, connection.execute("SELECT * FROM messages WHERE id = ?", (ANSWER,)).fetchone(), strict=True))
    chain = [tuple((row | {"id": n, "parent_id": n - 1, "search_row": n}).values()) for n in range(100_001, 150_001)]
    connection.executemany(f"INSERT INTO messages VALUES ({', '.join('?' * len(names))})", chain)
    connection.commit()
    connection.close()
    said = threadkit("show", THREAD)
    assert (said.code, len(said.out.splitlines()) > 50_000) == (0, True)


# ---------------------------------------------------------------- sql


WRITES = [
    "DELETE FROM messages", "UPDATE people SET name = ''", "DROP TABLE messages", "CREATE TABLE t (a)", "INSERT INTO names VALUES ('a', 1, 'b')",
    "ATTACH 'other.db' AS o", "PRAGMA journal_mode = wal", "PRAGMA user_version = 9", "VACUUM INTO 'copy.db'", "REINDEX", "BEGIN IMMEDIATE",
    "CREATE TEMP TABLE t (a)", "INSERT INTO messages_fts(messages_fts) VALUES ('optimize')",
]  # fmt: skip


@pytest.mark.parametrize("statement", WRITES)
def test_sql_that_would_write_is_refused(threadkit: Threadkit, archive: Path, statement: str) -> None:
    before = archive.read_bytes()
    said = threadkit("sql", statement)
    assert (said.code, said.out) == (1, "")
    assert archive.read_bytes() == before
    assert sorted(path.name for path in archive.parent.iterdir()) == ["archive.db"]


def test_sql_with_a_mistake_says_what_sqlite_says(threadkit: Threadkit, archive: Path) -> None:
    said = threadkit("sql", "SELECT nowhere FROM messages")
    assert said.code == 1
    assert "no such column: nowhere" in said.err


def test_sql_takes_parameters_and_knows_the_search_functions(threadkit: Threadkit, archive: Path) -> None:
    query = "SELECT m.id FROM messages_fts f JOIN messages m ON m.search_row = f.rowid WHERE messages_fts MATCH threadkit_match(:w) AND m.id = :id"
    said = threadkit("sql", query, "-p", "w", "évaluation", "-p", "id", FIRST, "--json")
    assert json.loads(said.out) == [{"id": FIRST}]


def test_a_column_of_bytes_is_json_too(threadkit: Threadkit, archive: Path) -> None:
    assert json.loads(threadkit("sql", "SELECT x'00ff' AS b", "--json").out) == [{"b": {"$base64": True, "encoded": "AP8="}}]


# ---------------------------------------------------------------- what reaches the terminal


@given(st.text())
def test_nothing_that_a_terminal_obeys_is_printed(text: str) -> None:
    assert not CONTROLS.search(with_marks(text))
    assert "\n" not in one_line(text)
    assert not CONTROLS.search(columns(["a", "b"], [(text, 1)]))


@given(st.text(st.characters(exclude_categories=())))
def test_json_is_the_data_whole_and_harmless(text: str) -> None:
    for encoding in ("utf-8", "ascii"):
        written = json_text({"text": text}, encoding)
        assert not CONTROLS.search(written)
        assert json.loads(written) == {"text": text}


@given(st.text(st.characters(blacklist_categories=("Cc", "Cs", "Cf", "Zl", "Zp"))))
def test_text_without_control_characters_is_printed_as_it_is(text: str) -> None:
    assert with_marks(text) == text


def test_headings_are_shown_and_not_obeyed() -> None:
    assert columns(["a\x1b[31m"], [(1,)]).splitlines()[0] == "a<U+001B>[31m"


def test_columns_fit_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    lines = columns(["number", "subject", "name"], [(1, "a" * 200, "b" * 90), (20, "é" * 3, "")]).splitlines()
    assert max(map(len, lines)) <= 40
    assert lines[3].split() == ["20", "ééé"]


CONSOLES = ["ascii", "cp1252", "cp850", "utf-8", "latin-1", "utf-16"]


@pytest.mark.parametrize("encoding", CONSOLES)
def test_any_console_shows_what_it_can_and_marks_the_rest(archive: Path, encoding: str) -> None:
    done = in_a_process(["show", str(FIRST), "--lang", "fr"], archive.parent, PYTHONIOENCODING=encoding)
    assert done.returncode == 0, done.stderr.decode(encoding)
    assert "valuations demand" in done.stdout.decode(encoding)
    assert json.loads(in_a_process(["people", "--json"], archive.parent, PYTHONIOENCODING=encoding).stdout.decode(encoding))


def in_a_process(arguments: list[str], folder: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    kept = {name: value for name, value in os.environ.items() if name not in ("LC_ALL", "COLUMNS")}
    return subprocess.run(
        [sys.executable, "-m", "threadkit", *arguments],
        cwd=folder,
        env={**kept, "LANG": "C", **environment},
        capture_output=True,
        check=False,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="pipes close otherwise there")
def test_a_reader_that_goes_away_is_no_failure(archive: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "threadkit",
        "sql",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 200000) SELECT i FROM n",
    ]
    running = subprocess.Popen(command, cwd=archive.parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert running.stdout is not None
    assert running.stderr is not None
    running.stdout.readline()
    running.stdout.close()
    assert running.stderr.read() == b""
    running.stderr.close()
    assert running.wait(30) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="pipes close otherwise there")
def test_a_reader_that_goes_away_between_two_lines_is_no_failure(archive: Path) -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    done = subprocess.run(
        [sys.executable, "-m", "threadkit", "findings"], cwd=archive.parent, stdout=write_end, stderr=subprocess.PIPE, check=False
    )
    os.close(write_end)
    assert (done.returncode, done.stderr) == (0, b"")


def test_an_error_is_told_in_the_users_language(threadkit: Threadkit) -> None:
    english, french = threadkit("threads", "--db", "none.db"), threadkit("threads", "--db", "none.db", "--lang", "fr")
    assert english.err.splitlines()[0] == "threadkit: none.db: there is no such archive."
    assert french.err.splitlines() == [
        "threadkit: none.db : cette archive n'existe pas.",
        "  Nommez l'archive avec --db, ou faites-en une avec : threadkit import FICHIER",
    ]


def test_what_could_not_be_imported_is_told_in_french_and_kept_in_english(threadkit: Threadkit) -> None:
    Path("scan.pdf").write_bytes(b"%PDF-1.7")
    Path("bad.txt").write_bytes(b"ok\n\x81\n")
    said = threadkit("import", SAMPLE, "scan.pdf", "bad.txt", "--lang", "fr")
    assert said.code == 2
    assert "  scan.pdf : est endommagé : il ne s'ouvre pas comme un PDF. Redemandez-le" in said.err
    assert "  bad.txt, ligne 2 : n'est ni de l'UTF-8 ni du Windows-1252 : octet 0x81 à la position 3. Précisez son encodage" in said.err
    kept = json.loads(threadkit("sql", "SELECT detail FROM exceptions WHERE name = 'scan.pdf'", "--json").out)
    assert kept[0]["detail"].startswith("is damaged: it cannot be opened as a PDF. Ask for it again")


# ---------------------------------------------------------------- failures


USAGE = [
    (["--no-such-option"], "--no-such-option"),
    (["nosuch"], "nosuch"),
    (["threads", "--limit", "many"], "--limit"),
    (["threads", "--limit"], "--limit"),
    (["show"], "ID"),
    (["show", "x"], "ID"),
    (["threads", "--lang", "de"], "en, fr"),
    (["threads", "--db"], "--db"),
    (["threads", "--db", "."], "--db"),
    (["browse", "--port", "0"], "65535"),
    ([], "threadkit"),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("arguments", "named"), USAGE, ids=[" ".join(case[0]) for case in USAGE])
def test_a_command_line_that_is_not_understood_is_told_with_code_one(
    threadkit: Threadkit, monkeypatch: pytest.MonkeyPatch, arguments: list[str], named: str, language: str
) -> None:
    monkeypatch.setenv("THREADKIT_LANG", language)
    said = threadkit(*arguments)
    assert (said.code, said.out) == (1, "")
    assert named in said.err.replace("'en', 'fr'", "en, fr")


def damaged(path: Path) -> None:
    hand_archive.write_archive(path)
    content = bytearray(path.read_bytes())
    content[1024:-512] = b"\xff" * (len(content) - 1536)
    path.write_bytes(content)


def of_another_program(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (a)")
    connection.close()


ARCHIVES: list[tuple[str, Callable[[Path], Any], set[int]]] = [
    ("missing", lambda path: None, {1}),
    ("empty", lambda path: path.write_bytes(b""), {4}),
    ("text", lambda path: path.write_text("De : Roy\n" * 50), {4}),
    ("damaged", damaged, {4}),
    ("cut short", lambda path: path.write_bytes(hand_archive.write_archive(path).read_bytes()[:3000]), {4}),
    ("of another program", of_another_program, {1, 4}),
    ("a folder", lambda path: path.mkdir(), {1}),
]


@pytest.mark.parametrize(
    "command", [["threads"], ["show", "1"], ["search", "a"], ["sql", "SELECT 1"], ["browse", "--no-open"], ["findings"]], ids=" ".join
)
@pytest.mark.parametrize(("make", "codes"), [case[1:] for case in ARCHIVES], ids=[case[0] for case in ARCHIVES])
def test_an_archive_that_cannot_be_read_is_named(
    threadkit: Threadkit, tmp_path: Path, make: Callable[[Path], Any], codes: set[int], command: list[str]
) -> None:
    make(tmp_path / "bad.db")
    said = threadkit(*command, "--db", "bad.db")
    assert said.code in codes
    assert "bad.db" in said.err


def test_what_was_not_expected_is_told_in_a_line_and_kept_in_the_log(
    threadkit: Threadkit, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the moon \x1b[31m fell")

    monkeypatch.setattr("threadkit.queries.threads", broken)
    said = threadkit("threads")
    assert (said.code, said.out) == (3, "")
    assert "RuntimeError: the moon <U+001B>[31m fell" in said.err
    assert "--log" in said.err
    logged = threadkit("threads", "--log", "log.txt")
    assert "log.txt" in logged.err
    assert "RuntimeError: the moon" in Path("log.txt").read_text(encoding="utf-8")


FAILURES = [
    (MemoryError(), 3), (OSError(28, "No space left on device"), 3), (PermissionError(13, "Permission denied", "archive.db"), 3), (KeyboardInterrupt(), 130),
]  # fmt: skip


@pytest.mark.parametrize(("failure", "code"), FAILURES, ids=[type(case[0]).__name__ for case in FAILURES])
def test_each_failure_has_its_code_and_no_traceback(
    threadkit: Threadkit, archive: Path, monkeypatch: pytest.MonkeyPatch, failure: BaseException, code: int
) -> None:
    def failing(*_: object) -> None:
        raise failure

    monkeypatch.setattr("threadkit.queries.threads", failing)
    said = threadkit("threads")
    assert (said.code, bool(said.err)) == (code, True)


def test_a_log_that_cannot_be_written_hides_no_failure(threadkit: Threadkit, tmp_path: Path) -> None:
    said = threadkit("threads", "--log", "nowhere/log.txt")
    assert said.code == 1
    assert "archive.db" in said.err


# ---------------------------------------------------------------- import, rebuild, remove


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[bytes]]:
    folder = tmp_path_factory.mktemp("imported")
    return folder, in_a_process(["import", str(SAMPLE)], folder)


def test_an_import_says_at_a_glance_what_it_brought_and_what_to_type_next(
    imported: tuple[Path, subprocess.CompletedProcess[bytes]],
) -> None:
    folder, done = imported
    said = done.stdout.decode()
    assert (done.returncode, done.stderr) == (0, b"")
    assert said.startswith("archive.db: 1 source (1 new)\n")
    connection = sqlite3.connect(folder / "archive.db")
    held = counts(connection)
    connection.close()
    assert re.search(
        rf"^  Messages +{held['messages']}  {held['released']} released, {held['only_quoted']} only quoted$", said, re.MULTILINE
    )
    assert f"all {held['lines']} lines accounted for" in said
    assert "  threadkit browse " in said


def test_importing_again_says_that_nothing_is_new(imported: tuple[Path, subprocess.CompletedProcess[bytes]]) -> None:
    folder, _ = imported
    again = in_a_process(["import", str(SAMPLE), "--json"], folder)
    report = json.loads(again.stdout)
    assert (again.returncode, report["added"], len(report["known"])) == (0, [], 1)
    assert report["counts"]["lines"] == report["counts"]["lines_accounted"]


def test_a_file_that_is_not_there_is_named_and_the_others_are_imported(threadkit: Threadkit) -> None:
    both = threadkit("import", SAMPLE, "nosuch.txt", "--db", "both.db")
    assert both.code == 2
    assert "nosuch.txt" in both.err
    assert "1 source" in both.out
    none = threadkit("import", "nosuch.txt", "--db", "none.db")
    assert (none.code, none.out, Path("none.db").exists()) == (3, "", False)


def test_standard_input_is_a_source(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "threadkit", "import", "-", "--json"],
        cwd=tmp_path,
        input=SAMPLE.read_bytes(),
        capture_output=True,
        check=False,
    )
    assert (done.returncode, len(json.loads(done.stdout)["added"])) == (0, 1)


def test_a_time_zone_that_is_none_is_refused(threadkit: Threadkit) -> None:
    said = threadkit("import", SAMPLE, "--timezone", "Mars/Olympus")
    assert said.code == 1
    assert "Mars/Olympus" in said.err


def test_a_rebuild_under_the_same_version_changes_nothing(threadkit: Threadkit) -> None:
    threadkit("import", SAMPLE)
    assert "Nothing changed." in threadkit("rebuild").out
    assert json.loads(threadkit("rebuild", "--json").out)["sources"] == 1


def test_a_source_is_taken_out_by_name_and_one_that_is_not_there_is_told(threadkit: Threadkit) -> None:
    threadkit("import", SAMPLE)
    missing = threadkit("remove", "nosuch.txt")
    assert (missing.code, "nosuch.txt" in missing.err) == (1, True)
    assert threadkit("remove", SAMPLE.name).code == 0
    assert json.loads(threadkit("sql", "SELECT count(*) AS n FROM messages", "--json").out) == [{"n": 0}]


def test_an_import_that_is_interrupted_says_that_the_archive_is_as_it_was(threadkit: Threadkit, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("threadkit.importing.import_paths", interrupted)
    said = threadkit("import", SAMPLE)
    assert said.code == 130
    assert "as it was" in said.err


def test_an_interruption_after_the_archive_was_written_says_so(threadkit: Threadkit, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(paths: object, db: Path, *_: object) -> None:
        hand_archive.write_archive(db)
        raise KeyboardInterrupt

    monkeypatch.setattr("threadkit.importing.import_paths", interrupted)
    said = threadkit("import", SAMPLE)
    assert (said.code, "the change is in it" in said.err) == (130, True)


def test_lines_that_are_not_accounted_for_are_told() -> None:
    held = dict.fromkeys(
        ("sources", "messages", "released", "only_quoted", "enclosed", "threads", "people", "attachments", "attachment_names", "attachments_found",
         "documents", "findings", "defects"), 0,
    ) | {"lines": 2838, "lines_accounted": 2830}  # fmt: skip
    assert "2,830 of 2,838 lines accounted for" in summary_of(load_texts("en"), held, "a.db: 1 source", Path("a b.db"))
    assert 'threadkit browse --db "a b.db"' in summary_of(load_texts("en"), held, "a.db: 1 source", Path("a b.db"))
    assert "les 2\u00a0838 lignes ont toutes leur place" in summary_of(
        load_texts("fr"), held | {"lines_accounted": 2838}, "a.db", Path("archive.db")
    )


def test_every_finding_kind_of_the_contract_has_its_words() -> None:
    kinds = tomllib.loads(resources.files("threadkit.locale").joinpath("fr.toml").read_text(encoding="utf-8"))["finding"]
    assert {"attachment-not-released", "attachment-mentioned-not-named", "only-quoted", "parent-missing", "parent-ambiguous", "person-ambiguous",
            "redaction", "variant", "date-conflict", "header-incomplete"} <= set(kinds)  # fmt: skip


# ---------------------------------------------------------------- browse


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C cannot be sent to one process there")
def test_browse_serves_this_machine_alone_until_ctrl_c(archive: Path) -> None:
    running = subprocess.Popen(
        [sys.executable, "-m", "threadkit", "browse", "--no-open", "--lang", "en"],
        cwd=archive.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert running.stdout is not None
        address = running.stdout.readline().split()[-1]
        assert running.stdout.readline() == "Ctrl-C ends.\n"
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/archive/-/threadkit", address)
        with urllib.request.urlopen(address) as answer:
            assert "Alice Côté" in answer.read().decode()
        with urllib.request.urlopen(f"{address.removesuffix('/-/threadkit')}/who_wrote_what?who=herve") as answer:
            assert "Merci" not in answer.read().decode()
            assert "default-src 'self'" in answer.headers["content-security-policy"]
        with pytest.raises(urllib.error.HTTPError, match="421"):
            urllib.request.urlopen(urllib.request.Request(address, headers={"Host": "evil.example"}))
    finally:
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=30)
    assert (running.returncode, out, err) == (0, "", "")


def test_a_port_that_is_taken_is_told(threadkit: Threadkit, archive: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = threadkit("browse", "--no-open", "--port", port)
    assert said.code == 1
    assert str(port) in said.err


def test_hostile_text_is_whole_in_json(threadkit: Threadkit, archive: Path) -> None:
    assert json.loads(threadkit("show", HOSTILE, "--json").out)["subject"] == HOSTILE_TEXT


# ---------------------------------------------------------------- auditing


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    db = tmp_path_factory.mktemp("audited") / "archive.db"
    import_paths([SAMPLE], db)
    return db


@pytest.mark.parametrize("command", [("audit",), ("redactions",), ("knew", "passerelle"), ("verify",), ("digest",)])
def test_an_audit_prints_json_for_programs(threadkit: Threadkit, audited: Path, command: tuple[str, ...]) -> None:
    done = threadkit(*command, "--db", str(audited), "--json")
    assert isinstance(json.loads(done.out), dict)


def test_where_nothing_is_missing_no_letter_is_written(threadkit: Threadkit, tmp_path: Path) -> None:
    note, db, file = tmp_path / "note.txt", tmp_path / "note.db", tmp_path / "lettre.txt"
    note.write_text("Une note.\n", encoding="utf-8")
    threadkit("import", str(note), "--db", str(db))
    written = threadkit("audit", "--letter", str(file), "--db", str(db), "--lang", "fr")
    assert (written.code, file.exists(), "rien à demander" in written.out) == (0, False, True)


def test_the_letter_is_written_to_a_file_or_to_the_terminal(threadkit: Threadkit, audited: Path, tmp_path: Path) -> None:
    file = tmp_path / "lettre.txt"
    written = threadkit("audit", "--letter", str(file), "--db", str(audited), "--lang", "fr")
    printed = threadkit("audit", "--letter", "-", "--db", str(audited), "--lang", "fr")
    assert str(file) in written.out
    assert file.read_text(encoding="utf-8") == printed.out
    assert "Madame, Monsieur," in printed.out


def test_a_letter_is_never_written_over_a_file_that_is_there(threadkit: Threadkit, audited: Path, tmp_path: Path) -> None:
    before = audited.read_bytes()
    refused = threadkit("audit", "--letter", str(audited), "--db", str(audited))
    assert (refused.code, "exists already" in refused.err, audited.read_bytes() == before) == (1, True, True)


#: What is asked for and is not there, or does not go together -> what the answer names.
NOT_THERE: list[tuple[tuple[str, ...], str]] = [
    (("findings", "--kind", "nonsense"), "attachment-not-released, attachment-mentioned-not-named"),
    (("audit", "--letter", "lettre.pdf"), ".docx"),
    (("audit", "--letter", "nowhere/lettre.txt"), "lettre.txt"),
    (("import", "passerelle.txt", "--encoding", "nonsense"), "nonsense"),
    (("audit", "--csv", "--json"), "--csv, --json"),
    (("audit", "--json", "--letter", "lettre.txt"), "--json, --letter"),
    (("redactions", "--csv", "--json"), "--csv, --json"),
    (("correct", "message", "nowhere.txt:1", "--why", "lu"), "nowhere.txt:1"),
    (("correct", "parent", "passerelle.txt:1", "nowhere.txt:1", "--why", "lu"), ":1"),
    (("sql", "SELECT :x"), ":x"),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("arguments", "named"), NOT_THERE, ids=[" ".join(case[0]) for case in NOT_THERE])
def test_what_is_not_there_or_does_not_go_together_is_refused_and_nothing_is_written(
    threadkit: Threadkit, audited: Path, tmp_path: Path, arguments: tuple[str, ...], named: str, language: str
) -> None:
    before = audited.read_bytes()
    refused = threadkit(*arguments, "--db", str(audited), "--lang", language)
    assert (refused.code, refused.out, named in refused.err) == (1, "", True)
    assert (audited.read_bytes(), list(tmp_path.glob("lettre*"))) == (before, [])


def test_a_text_is_not_read_as_a_format_that_it_is_not(threadkit: Threadkit, tmp_path: Path) -> None:
    note, db = tmp_path / "note.txt", tmp_path / "note.db"
    note.write_text("Une note.\n", encoding="utf-8")
    refused = threadkit("import", str(note), "--format", "pdf", "--db", str(db))
    assert (refused.code, "is no pdf" in refused.err, db.exists()) == (3, True, False)
    assert threadkit("import", str(note), "--format", "text", "--db", str(db)).code == 0


def test_every_kind_of_correction_is_in_the_help(threadkit: Threadkit) -> None:
    told = threadkit("correct", "--help", "--lang", "en").out
    assert [kind for kind in ("people", "parent", "message", "date", "attachment", "release") if f"\n  {kind} " not in told] == []


def test_one_source_is_one_source(threadkit: Threadkit, audited: Path) -> None:
    assert "1 source and" in threadkit("verify", "--db", str(audited), "--lang", "en").out


def test_a_log_is_never_written_over_a_file_that_is_no_log(threadkit: Threadkit, audited: Path) -> None:
    before = audited.read_bytes()
    threadkit("sql", "SELECT nope", "--db", str(audited), "--log", str(audited))
    assert audited.read_bytes() == before


def test_a_file_can_be_compared_with_an_archive(threadkit: Threadkit, tmp_path: Path) -> None:
    threadkit("import", str(SAMPLE), "--db", str(tmp_path / "old.db"))
    done = threadkit("compare", str(tmp_path / "old.db"), str(SAMPLE.parent / "revision" / SAMPLE.name), "--json")
    found = json.loads(done.out)
    assert (found["same"], len(found["added"]), len(found["changed"])) == (3, 1, 2)


def test_a_message_is_explained_and_what_is_none_is_refused(threadkit: Threadkit, audited: Path) -> None:
    (message, *_) = json.loads(threadkit("sql", "SELECT id FROM messages", "--db", str(audited), "--json").out)
    assert threadkit("explain", str(message["id"]), "--db", str(audited)).code == 0
    assert threadkit("explain", "12345", "--db", str(audited)).code == 1


def test_an_archive_that_does_not_hold_ends_with_the_code_of_damage(threadkit: Threadkit, audited: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.db"
    shutil.copyfile(audited, bad)
    with contextlib.closing(sqlite3.connect(bad, isolation_level=None)) as connection:
        connection.execute("UPDATE messages SET subject = 'Autre'")
    done = threadkit("verify", "--db", str(bad))
    assert done.code == 4
    assert "messages" in done.out
