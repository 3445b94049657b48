"""The archive: it gives back what was written, finds what a reader finds, and refuses what it cannot be."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadkit.archive import building, readings_writer
from threadkit.archive.building import build_beside, changing
from threadkit.archive.digest import archive_digest
from threadkit.archive.lock import archive_lock
from threadkit.archive.migrations import create_reading_order
from threadkit.archive.opening import open_archive
from threadkit.archive.passages import cut_passages, read_passages, read_text
from threadkit.archive.schema import load_schema
from threadkit.archive.search import count_found, match_expression, search
from threadkit.archive.stored_readings import StoredReadings
from threadkit.importing import import_paths
from threadkit.parse import parse_source
from threadkit.read import read_bytes
from threadkit.records import Page, Reading, Segment, Source, Span, ThreadkitError
from threadkit.words import Words

SAMPLES = Path(__file__).parent.parent / "samples"

LETTERS = """De : Côté, Odile <odile.cote@rivage.example>
Envoyé : 14 mars 2024 09:12
À : Roy, Paul <paul.roy@rivage.example>
Objet : Évaluation des quais
Pièces jointes : Bilan_quais.pdf

Paul,

J’ai parƟcipé hier à la visite. Les œuvres du parc et l’éva\u00adcuation du bassin avancent. Voici le plan d’action.

Odile Côté
Conseillère en ouvrages

De : Roy, Paul <paul.roy@rivage.example>
Envoyé : 15 mars 2024 10:00
À : Côté, Odile <odile.cote@rivage.example>
Objet : Budget

Les évaluations coûtent cher. Le plan et son action attendront. Numéro de projet : 2024-117.

Paul Roy
"""


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    folder = tmp_path_factory.mktemp("letters")
    (folder / "letters.txt").write_text(LETTERS, encoding="utf-8")
    import_paths([folder / "letters.txt"], folder / "archive.db")
    connection = open_archive(folder / "archive.db")
    yield connection
    connection.close()


def found(connection: sqlite3.Connection, query: str) -> set[str | None]:
    return {hit.title for hit in search(connection, query) if hit.kind == "message"}


# ---------------------------------------------------------------- search

QUAYS, BUDGET = "Évaluation des quais", "Budget"
QUERIES = [
    ("as printed", "Évaluation", {QUAYS, BUDGET}),
    ("without accents", "evaluation", {QUAYS, BUDGET}),
    ("the plural finds the singular", "évaluations", {QUAYS, BUDGET}),
    ("capitals", "ÉVALUATIONS", {QUAYS, BUDGET}),
    ("damaged letters", "participé", {QUAYS}),
    ("another form of the verb", "participer", {QUAYS}),
    ("a ligature typed as two letters", "oeuvre", {QUAYS}),
    ("a ligature as printed", "œuvres", {QUAYS}),
    ("a soft hyphen inside the word", "évacuation", {QUAYS}),
    ("all words must be found", "plan participé", {QUAYS}),
    ("and not one alone", "budget participé", set()),
    ("a phrase", '"plan d\'action"', {QUAYS}),
    ("a phrase in guillemets", "« plan d'action »", {QUAYS}),
    ("the words of a phrase in any order", "action plan", {QUAYS, BUDGET}),
    ("an elision", "l'évaluation", {QUAYS}),
    ("a person", "odile côté", {QUAYS, BUDGET}),
    ("an address", "odile.cote@rivage.example", {QUAYS, BUDGET}),
    ("part of an address is no address", "odile@rivage.example", set()),
    ("an attachment", "Bilan_quais.pdf", {QUAYS}),
    ("the signature", "conseillère ouvrages", {QUAYS}),
    ("a number with a hyphen", "2024-117", {BUDGET}),
    ("the beginning of a word", "particip*", {QUAYS}),
    ("a quotation mark without its pair", '"participé', {QUAYS}),
    ("no word", "« »", set()),
    ("nothing", "", set()),
    ("operators are words", "budget AND", set()),
    ("a column is a word", "subject:budget", set()),
]


@pytest.mark.parametrize(("query", "expected"), [case[1:] for case in QUERIES], ids=[case[0] for case in QUERIES])
def test_a_search_finds_what_a_reader_finds(letters: sqlite3.Connection, query: str, expected: set[str]) -> None:
    assert found(letters, query) == expected
    assert count_found(letters, query)[0] == len(expected)


@given(st.text(max_size=40) | st.text(alphabet="\"'*()-+^:{}[]@. ANDORTE\x00\u00ad", max_size=30))
def test_no_query_is_an_error(query: str) -> None:
    expression = match_expression(query)
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE t USING fts5(a)")
    if expression is not None:
        assert connection.execute("SELECT count(*) FROM t WHERE t MATCH ?", (expression,)).fetchone() == (0,)
    connection.close()


def test_a_snippet_shows_the_text_as_printed_and_marks_what_was_found(letters: sqlite3.Connection) -> None:
    (hit,) = search(letters, "participe")
    assert [hit.snippet[start:end] for start, end in hit.marked] == ["parƟcipé"]


def test_the_best_hit_comes_first(letters: sqlite3.Connection) -> None:
    assert [hit.title for hit in search(letters, "evaluation")] == [QUAYS, BUDGET]
    assert [hit.title for hit in search(letters, "evaluation", limit=1, offset=1)] == [BUDGET]
    assert search(letters, "evaluation", kinds=("document",)) == []


# ---------------------------------------------------------------- readings


@pytest.mark.parametrize("name", ["courriels-municipaux.txt", "demande-2024-117.txt"])
def test_the_readings_come_back_as_they_were_written(tmp_path: Path, words: Words, name: str) -> None:
    source = read_bytes((SAMPLES / name).read_bytes(), name)
    reading = parse_source(source, words)
    with changing(tmp_path / "a.db") as archive, build_beside(archive) as built:
        readings_writer.write_source(built.connection, source, "1", None)
        readings_writer.write_reading(built.connection, reading)
        create_reading_order(built.connection)
        readings = StoredReadings(built.connection)
        by_rank = readings.occurrences([key.id for key in readings.keys()])  # noqa: SIM118 - a method, not a dict's keys
        assert [sorted_mailboxes(o) for o in by_rank] == [sorted_mailboxes(o) for o in reading.occurrences]
        assert readings.marks(source.id) == list(reading.marks)
        assert readings.source_ids() == [source.id]
        pieces = {piece.position: piece for piece in readings.pieces(source.id)}
        wanted = [s for s in reading.segments if s.kind == "document"]
        assert list(pieces) == [s.position for s in wanted]
        for segment in wanted:
            piece = pieces[segment.position]
            assert (piece.span, piece.after_id, piece.rule) == (segment.span, segment.after_id, segment.rule)
            assert source.text[segment.first_char : segment.last_char + 1].replace("\f", "").rstrip("\n") == piece.text.rstrip("\n")


def sorted_mailboxes(occurrence: object) -> object:
    from dataclasses import replace

    return replace(occurrence, mailboxes=tuple(sorted(occurrence.mailboxes, key=lambda m: (m.field, m.position))))  # type: ignore[attr-defined, type-var]


def test_a_header_field_is_told_as_printed(letters: sqlite3.Connection) -> None:
    rows = letters.execute(
        "SELECT field, label, text FROM header_fields WHERE occurrence_id = (SELECT id FROM occurrences WHERE first_line = 1) ORDER BY position"
    ).fetchall()
    assert rows == [
        ("from", "De", "Côté, Odile <odile.cote@rivage.example>"),
        ("date", "Envoyé", "14 mars 2024 09:12"),
        ("to", "À", "Roy, Paul <paul.roy@rivage.example>"),
        ("subject", "Objet", QUAYS),
        ("attachments", "Pièces jointes", "Bilan_quais.pdf"),
    ]


def test_who_sent_what_when_answers_in_one_row_a_message(letters: sqlite3.Connection) -> None:
    cursor = letters.execute("SELECT * FROM who_sent_what_when ORDER BY sent_at")
    names = [column[0] for column in cursor.description]
    first = dict(zip(names, cursor.fetchone(), strict=True))
    ids = letters.execute("SELECT id, thread_id FROM messages ORDER BY sent_at").fetchone()
    assert first == {
        "sent_at": "2024-03-14T09:12", "sender": "Odile Côté", "recipients_to": "Paul Roy", "recipients_cc": None, "subject": QUAYS,
        "attachments": "Bilan_quais.pdf", "thread": QUAYS, "standing": "released", "source": "letters.txt", "page": 1, "line": 1,
        "message_id": ids[0], "thread_id": ids[1],
    }  # fmt: skip


def test_every_reference_leads_somewhere(tmp_path: Path) -> None:
    import_paths([SAMPLES], tmp_path / "a.db")
    connection = open_archive(tmp_path / "a.db")
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert connection.execute("SELECT count(*) FROM occurrences WHERE message_id IS NULL OR body IS NULL").fetchone() == (0,)
    assert connection.execute("SELECT count(*) FROM header_fields WHERE text IS NULL").fetchone() == (0,)
    connection.close()


# ---------------------------------------------------------------- passages


@given(st.lists(st.text(min_size=1, max_size=9), min_size=1, max_size=8), st.data())
def test_passages_are_cut_wherever_the_stretches_end(stretches: list[str], data: st.DataObject) -> None:
    text = "".join(stretches)
    ends = sorted(data.draw(st.sets(st.integers(0, len(text)), min_size=2, max_size=6)))
    ranges = [(n, a, b) for n, (a, b) in enumerate(pairwise(ends)) if a < b][::2]
    assert list(cut_passages(iter(stretches), ranges)) == [(n, text[a:b]) for n, a, b in ranges]


def test_a_page_of_several_megabytes_is_read_stretch_by_stretch(tmp_path: Path) -> None:
    line = "Été à l’œuvre 🦆\n"
    pages = (Page(1, None, 1, line * 3), Page(2, None, 4, line * 150_000))
    text = "\f".join(page.text for page in pages)
    first, start = len(line) * 3 + 1, len(line) * 100_000
    segments = (
        Segment(0, "other", Span(1, 3), 0, first - 1, None, None, "by-hand"),
        Segment(1, "disclaimer", Span(4, 4), first + start, first + start + len(line) - 1, None, None, "by-hand"),
    )
    source = Source("big.txt", "ab" * 32, "text/plain", "utf-8", b"", text, pages)
    with changing(tmp_path / "a.db") as archive, build_beside(archive) as built:
        readings_writer.write_source(built.connection, source, "1", None)
        readings_writer.write_reading(built.connection, Reading(source.id, (), segments, (), ()))
        assert list(read_passages(built.connection, source.id, ("disclaimer",))) == [(1, line)]
        assert read_text(built.connection, source.id) == text


# ---------------------------------------------------------------- what it refuses


def damaged(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[2000:6000] = b"\xff" * 4000
    path.write_bytes(content)


def other_database(path: Path) -> None:
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()


def newer(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {load_schema().version + 1}")
    connection.close()


REFUSED = [
    ("a missing file", lambda path: path.unlink(), 1, "no such archive"),
    ("a text file", lambda path: path.write_text("De : Roy, Paul\n" * 20), 4, "no archive of threadkit"),
    ("an empty file", lambda path: path.write_bytes(b""), 4, "no archive of threadkit"),
    ("another database", other_database, 1, "not an archive of threadkit"),
    ("half an archive", lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]), 4, "is damaged"),
    ("a damaged page", damaged, 4, "is damaged"),
    ("an archive of a later version", newer, 1, "newer threadkit"),
]


@pytest.mark.parametrize(("spoil", "exit_code", "what"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_what_is_no_sound_archive_is_refused_with_the_files_name(tmp_path: Path, spoil: object, exit_code: int, what: str) -> None:
    path = tmp_path / "archive.db"
    import_paths([SAMPLES / "courriels-municipaux.txt"], path)
    spoil(path)  # type: ignore[operator]
    with pytest.raises(ThreadkitError) as caught:
        open_archive(path)
    assert caught.value.exit_code == exit_code
    assert what in caught.value.what
    assert caught.value.where == str(path)
    assert caught.value.hint


def test_an_archive_opened_for_reading_cannot_be_changed(letters: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        letters.execute("DELETE FROM messages")


def test_two_files_of_one_number_are_told_apart(tmp_path: Path) -> None:
    source = read_bytes(b"De : Roy, Paul\n", "one.txt")
    with changing(tmp_path / "a.db") as archive, build_beside(archive) as built:
        readings_writer.write_source(built.connection, source, "1", None)
        built.connection.execute("UPDATE sources SET sha256 = 'another'")
        with pytest.raises(ThreadkitError, match="same number"):
            readings_writer.write_source(built.connection, source, "1", None)


# ---------------------------------------------------------------- locks and building

HOLD = "import sys; from pathlib import Path; from threadkit.archive.lock import archive_lock\n"
HOLD += "with archive_lock(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "a.db")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_two_importers_are_kept_apart(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(ThreadkitError) as caught, archive_lock(tmp_path / "a.db"):
        pass
    assert caught.value.exit_code == 5


def test_a_killed_importer_leaves_no_lock(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait()
    with archive_lock(tmp_path / "a.db"):
        assert (tmp_path / "a.db.lock").exists()
    assert not (tmp_path / "a.db.lock").exists()


def test_a_failure_while_building_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), changing(tmp_path / "a.db") as archive, build_beside(archive):
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_a_small_archive_has_small_pages(tmp_path: Path) -> None:
    import_paths([SAMPLES], tmp_path / "a.db")
    connection = open_archive(tmp_path / "a.db")
    assert connection.execute("PRAGMA page_size").fetchone()[0] in building._PAGE_SIZES[0][1]
    assert connection.execute("PRAGMA freelist_count").fetchone() == (0,)
    connection.close()


def test_a_program_that_writes_the_archive_is_waited_for_no_longer_than_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.db"
    import_paths([SAMPLES / "courriels-municipaux.txt"], path)
    before = digest_of(path)
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("BEGIN IMMEDIATE")
    with pytest.raises(ThreadkitError) as caught:
        import_paths([SAMPLES], path)
    assert caught.value.exit_code == 5
    writer.close()
    assert digest_of(path) == before


def digest_of(path: Path) -> str:
    connection = open_archive(path)
    try:
        return archive_digest(connection)
    finally:
        connection.close()
