"""What new sources add to an archive is what they would have made of it had all been imported at once: row for row, word for word."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.expected import cases
from tests.pdfs import PdfSheet, pdf_of
from tests.releases import draw_prose, draw_source
from tests.test_invariants import dumps
from threadkit import concluding
from threadkit.archive import upkeep
from threadkit.archive.digest import HISTORY, archive_digest
from threadkit.archive.opening import open_archive
from threadkit.archive.schema import load_schema
from threadkit.importing import ImportOptions, import_paths, rebuild, remove
from threadkit.records import ThreadkitError

ROOT = Path(__file__).parents[1]
SAMPLES = sorted((ROOT / "samples").glob("*.txt"))
READ_BY_HAND = sorted((ROOT / "tests" / "accuracy").rglob("*.txt"))
FIRST = "De : Côté, Odile <odile.cote@rivage.example>\nEnvoyé : 14 mars 2024 09:12\nÀ : Roy, Paul\nObjet : Les quais\n\nLa visite est remise à jeudi.\n"
ANSWER = (
    f"De : Roy, Paul <paul.roy@rivage.example>\nEnvoyé : 15 mars 2024 10:00\nÀ : Côté, Odile\nObjet : RE: Les quais\n\nEntendu.\n\n{FIRST}"
)
OTHER = FIRST.replace("quais", "berges").replace("14 mars", "2 avril")


@pytest.fixture
def always_adding(monkeypatch: pytest.MonkeyPatch) -> None:
    """Add whatever comes, however small the archive and however much is touched."""
    monkeypatch.setattr(upkeep, "MOST_ADDED", 1e6)
    monkeypatch.setattr(concluding, "FEW_TOUCHED", 10**9)


def archive_of(folder: Path, runs: Sequence[Sequence[Path]], *, adding: bool) -> Path:
    """Import run after run, by adding, or each time anew."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(upkeep, "MOST_ADDED", 1e6 if adding else 0.0)
        patch.setattr(concluding, "FEW_TOUCHED", 10**9)
        archive = folder / ("added.db" if adding else "anew.db")
        for paths in runs:
            import_paths(paths, archive, ImportOptions(jobs=1))
    return archive


def rows_of(archive: Path) -> dict[str, set[tuple[object, ...]]]:
    """Return every row of every table but the history, and every word of the full-text tables with the row that it leads to."""
    connection = open_archive(archive)
    try:
        found: dict[str, set[tuple[object, ...]]] = {}
        for table in load_schema().tables:
            if table.name not in HISTORY:
                names = ", ".join(name for name in table.column_names if name != "search_row")
                found[table.name] = set(connection.execute(f"SELECT {names} FROM {table.name}"))
        for search in load_schema().search:
            found[search.name] = set(words_of(archive, search.name, search.table))
        return found
    finally:
        connection.close()


def words_of(archive: Path, search: str, table: str) -> Iterator[tuple[object, ...]]:
    with sqlite3.connect(archive) as connection:
        connection.execute(f"CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, {search}, instance)")
        sql = f"SELECT w.term, t.id, w.col, w.offset FROM words AS w LEFT JOIN {table} AS t ON t.search_row = w.doc"
        yield from connection.execute(sql)
        connection.execute("DROP TABLE temp.words")
        connection.execute(f"INSERT INTO {search} ({search}) VALUES ('integrity-check')")
    connection.close()


def extents(archive: Path) -> list[str]:
    connection = open_archive(archive)
    try:
        return [row[0] for row in connection.execute("SELECT extent FROM imports ORDER BY id")]
    finally:
        connection.close()


def digest(archive: Path) -> str:
    connection = open_archive(archive)
    try:
        return archive_digest(connection)
    finally:
        connection.close()


def check(runs: Sequence[Sequence[Path]], folder: Path, touched: int | None = None) -> None:
    """Compare what adding run after run makes with what one import makes."""
    added = archive_of(folder, runs, adding=True)
    anew = archive_of(folder, [[path for run in runs for path in run]], adding=False)
    assert len(extents(added)) == len(runs)
    if touched is not None:
        assert extents(added).count("touched") == touched
    theirs = rows_of(anew)
    for name, rows in rows_of(added).items():
        assert rows - theirs[name] == set(), name
        assert theirs[name] - rows == set(), name
    assert digest(added) == digest(anew)


def written(folder: Path, texts: Sequence[str]) -> list[Path]:
    paths = []
    for number, text in enumerate(texts):
        paths.append(folder / f"{number}.txt")
        paths[-1].write_text(text, encoding="utf-8", newline="")
    return paths


# ---------------------------------------------------------------- the same rows


def test_bookmarks_say_the_same_when_a_print_of_the_same_mails_comes_later(tmp_path: Path) -> None:
    pytest.importorskip("pypdfium2", reason="needs the extra pdf")
    sheets = [PdfSheet(), PdfSheet()]
    sheets[0].lines(72, 720, FIRST.split("\n"))
    sheets[1].lines(72, 720, ["La suite du courriel tient sur cette page."])
    outline = [("RE: Les quais", 0, 760), ("RE: Budget", 1, 760)]
    (tmp_path / "release.pdf").write_bytes(pdf_of(sheets, outline=outline))
    release = tmp_path / "release.pdf"
    texts = written(tmp_path, [ANSWER, OTHER, FIRST])
    check([[release], texts], tmp_path)
    (tmp_path / "again").mkdir()
    check([texts, [release]], tmp_path / "again")


@given(st.integers(0, 10**6), st.integers(2, 5), st.data())
@settings(max_examples=25)
def test_what_meets_in_every_way_is_concluded_as_if_it_had_come_at_once(seed: int, count: int, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        paths = written(Path(name), [draw_source(seed, number) for number in range(count)])
        cuts = sorted(data.draw(st.sets(st.integers(1, count - 1), min_size=1)))
        check([paths[a:b] for a, b in zip([0, *cuts], [*cuts, count], strict=True)], Path(name))


@given(st.lists(dumps(5), min_size=2, max_size=3, unique=True))
@settings(max_examples=15)
def test_any_text_is_added_as_if_it_had_come_at_once(texts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        check([[path] for path in written(Path(name), texts)], Path(name))


def mail(
    sender: str, subject: str, day: int, words: str = "Voir le document.", files: str = "", signature: str = "", to: str = "Roy, Paul"
) -> str:
    named = f"Pièces jointes : {files}\n" if files else ""
    return f"De : {sender}\nEnvoyé : {day} mars 2024 09:12\nÀ : {to}\nObjet : {subject}\n{named}\n{words}\n\n{signature}\n"


def text(title: str, seed: int) -> str:
    return f"\n\f\n{title}\n\n{draw_prose(seed, 8)}\n"


LONG = "Les bouées sont à l'eau depuis mardi, toutes les huit, et la neuvième suit bientôt."
ANNE, OTHER_ANNE = "Roy, Anne <anne.roy@voirie.example>", "Roy, Anne <aroy@ville.example>"
MEETINGS: list[tuple[str, list[str]]] = [
    ("copies of one mail are followed by different texts", [
        mail("Côté, Odile", "Schéma", 1, files="Schema.pdf") + text("Vues", 1),
        mail("Côté, Odile", "Schéma", 1, files="Schema.pdf") + text("Notes", 2),
        mail("Côté, Odile", "Suivi", 4, files="schema.pdf"),
    ]),
    ("a text told by its title takes the name from one bound by place", [
        mail("Côté, Odile", "Envoi", 1, files="Rapport annuel 2023.docx") + text("Vues", 1),
        mail("Diagne, Fatou", "Dossier", 2, files="Rapport annuel 2023.docx") + text("RAPPORT ANNUEL 2023", 2),
    ]),
    ("a file is better named by another source, and its text is searched by that name", [
        mail("Côté, Odile", "Envoi", 1, files="resumeete2023.docx") + text("Vues", 1),
        mail("Diagne, Fatou", "Dossier", 2, files="Résumé été 2023.docx"),
    ]),
    ("a text at the end is the file of another source's mail", [
        mail("Côté, Odile", "Envoi", 1) + text("ENTENTE 4512 RIVAGE", 1),
        mail("Diagne, Fatou", "Dossier", 2, files="Entente 4512 Rivage.pdf"),
    ]),
    ("a text at the end is the file of another source's mail, until a second one fits", [
        mail("Côté, Odile", "Envoi", 1) + text("ENTENTE 4512 RIVAGE", 1),
        mail("Diagne, Fatou", "Dossier", 2, files="Entente 4512 Rivage.pdf"),
        mail("Roy, Paul", "Suivi", 3) + text("ENTENTE 4512 RIVAGE", 2),
    ]),
    ("a second person of a name comes, whom old copies tell apart", [
        mail("Roy, Anne (DRH)", "Bouées", 1, LONG),
        mail(ANNE, "Bouées", 1, LONG) + "\n\n\n" + mail("Roy, Anne (DRH)", "Quais", 2),
        mail("Côté, Odile", "Berges", 3, to=OTHER_ANNE),
    ]),
    ("an address under the words of a name of several turns out to be somebody else's", [
        mail(ANNE, "Berges", 1) + "\n\n\n" + mail(OTHER_ANNE, "Rives", 2),
        mail("Roy, Anne", "Quais", 3, signature="Anne Roy\naroy@ville.example"),
        mail("Tremblay, Luc <aroy@ville.example>", "Ponts", 4),
    ]),
    ("a signature gives a second address to a person", [
        mail("Roy, Anne <roy.anne@voirie.example>", "Berges", 1) + "\n\n\n" + mail("Roy, Anne", "Rives", 2),
        mail("Roy, Anne <roy.anne@voirie.example>", "Quais", 3, signature="Anne Roy\nanne.roy@ville.example"),
        mail("Côté, Odile", "Ponts", 4, to="Roy, Anne <anne.roy@ville.example>; Roy, Anne"),
    ]),
]  # fmt: skip


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)], ids=["as given", "backwards", "turned"])
@pytest.mark.parametrize("texts", [case[1] for case in MEETINGS], ids=[case[0] for case in MEETINGS])
def test_what_one_source_says_of_another_is_said_whichever_comes_first(tmp_path: Path, texts: list[str], order: tuple[int, ...]) -> None:
    paths = written(tmp_path, texts)
    check([[paths[place]] for place in order if place < len(paths)], tmp_path)


def test_the_corpus_is_the_same_one_by_one(tmp_path: Path) -> None:
    check([[case.dump] for case in cases()], tmp_path)


@pytest.mark.parametrize("first", [0, 1], ids=["the small one first", "the large one first"])
def test_the_samples_are_the_same_in_either_order(tmp_path: Path, first: int) -> None:
    check([[SAMPLES[first]], [SAMPLES[1 - first]]], tmp_path, touched=1)


@pytest.mark.parametrize("folder", sorted({path.parent for path in READ_BY_HAND}), ids=lambda path: path.name)
def test_what_was_read_by_hand_is_the_same_one_by_one(tmp_path: Path, folder: Path) -> None:
    paths = sorted(folder.rglob("*.txt"))
    check([[path] for path in paths], tmp_path)
    for path in ("added.db", "anew.db"):
        (tmp_path / path).unlink()
    check([paths[len(paths) // 2 :], paths[: len(paths) // 2]], tmp_path)


@pytest.mark.parametrize("pair", list(combinations(["first", "answer", "other"], 2)), ids=" then ".join)
def test_an_old_number_leads_to_its_message_whichever_way_it_was_written(tmp_path: Path, pair: tuple[str, str]) -> None:
    texts = {"first": FIRST, "answer": ANSWER, "other": OTHER}
    paths = written(tmp_path, [texts[name] for name in pair])
    found = []
    for adding in (True, False):
        archive = archive_of(tmp_path, [[path] for path in paths], adding=adding)
        connection = open_archive(archive)
        found.append(connection.execute("SELECT former_id, message_id FROM former_ids ORDER BY 1").fetchall())
        connection.close()
    assert found[0] == found[1]


# ---------------------------------------------------------------- when it is added, and when all is concluded anew


def test_little_is_added_to_much_and_much_makes_the_archive_anew(tmp_path: Path) -> None:
    large = "\n\n\n\n".join(FIRST.replace("quais", f"quais {n}") for n in range(40))
    paths = written(tmp_path, [large, OTHER, large.replace("jeudi", "mardi")])
    archive = tmp_path / "archive.db"
    for path in (*paths, paths[0]):
        import_paths([path], archive)
    assert extents(archive) == ["whole", "touched", "whole", "noted"]


def test_after_a_quarter_of_the_messages_was_added_the_archive_is_written_anew(tmp_path: Path) -> None:
    large = "\n\n\n\n".join(FIRST.replace("quais", f"quais {n}") for n in range(20))
    small = ["\n\n\n\n".join(FIRST.replace("quais", f"berges {n}{m}") for m in "abc") for n in range(4)]
    archive = tmp_path / "archive.db"
    for path in written(tmp_path, [large, *small]):
        import_paths([path], archive)
    assert extents(archive) == ["whole", "touched", "touched", "whole", "touched"]


@pytest.mark.usefixtures("always_adding")
def test_another_time_zone_concludes_all_anew(tmp_path: Path) -> None:
    first, other = written(tmp_path, [FIRST, OTHER])
    archive = tmp_path / "archive.db"
    import_paths([first], archive, ImportOptions(timezone="America/Toronto"))
    import_paths([other], archive, ImportOptions(timezone="Europe/Paris"))
    assert extents(archive) == ["whole", "whole"]


@pytest.mark.usefixtures("always_adding")
def test_conclusions_of_another_version_are_not_added_to(tmp_path: Path) -> None:
    first, other = written(tmp_path, [FIRST, OTHER])
    archive = tmp_path / "archive.db"
    import_paths([first], archive)
    with sqlite3.connect(archive) as connection:
        connection.execute("UPDATE settings SET value = '0.0' WHERE name = ?", (upkeep.CONCLUDED_WITH,))
    connection.close()
    import_paths([other], archive)
    assert extents(archive) == ["whole", "whole"]


@pytest.mark.usefixtures("always_adding")
def test_a_file_that_supersedes_another_concludes_all_anew(tmp_path: Path) -> None:
    (path,) = written(tmp_path, [FIRST])
    archive = tmp_path / "archive.db"
    import_paths([path], archive)
    path.write_text(ANSWER, encoding="utf-8")
    import_paths([path], archive)
    assert extents(archive) == ["whole", "whole"]
    connection = open_archive(archive)
    assert connection.execute("SELECT count(*) FROM messages").fetchone() == (2,)
    connection.close()


@pytest.mark.usefixtures("always_adding")
def test_a_whole_subject_that_repairs_a_damaged_one_concludes_all_anew(tmp_path: Path) -> None:
    paths = written(tmp_path, [FIRST.replace("Les quais", "R?union du comit?"), FIRST.replace("Les quais", "Réunion du comité")])
    check([[path] for path in paths], tmp_path, touched=0)


@pytest.mark.usefixtures("always_adding")
def test_what_is_added_can_be_removed_and_rebuilt(tmp_path: Path) -> None:
    paths = written(tmp_path, [FIRST, ANSWER, OTHER])
    archive = tmp_path / "archive.db"
    for path in paths:
        import_paths([path], archive)
    before = digest(archive)
    report = rebuild(archive)
    assert digest(archive) == before
    assert [change for change in report.changes if change.added or change.gone or change.changed] == []
    remove(archive, "1.txt")
    rest = tmp_path / "rest.db"
    import_paths([paths[0], paths[2]], rest)
    assert digest(archive) == digest(rest)


# ---------------------------------------------------------------- faults

INTERRUPTED = """
import os, signal, sys
from threadkit import concluding, importing
from threadkit.archive import upkeep
upkeep.MOST_ADDED = 1e6
def stop(step, done, total, name):
    if step == sys.argv[3]:
        print("stopped", flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
importing.import_paths([sys.argv[1]], sys.argv[2], progress=stop)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("step", ["read", "resolve", "index", "finish"])
@pytest.mark.usefixtures("always_adding")
def test_a_killed_addition_leaves_the_old_archive_and_the_next_one_goes_through(tmp_path: Path, step: str) -> None:
    (tmp_path / "given").mkdir()
    first, answer = written(tmp_path / "given", [FIRST, ANSWER])
    archive = tmp_path / "archive.db"
    import_paths([first], archive)
    before = archive.read_bytes()
    ended = subprocess.run([sys.executable, "-c", INTERRUPTED, answer, archive, step], capture_output=True, text=True, check=False)
    assert (ended.stdout, ended.returncode) == ("stopped\n", -signal.SIGKILL)
    assert archive.read_bytes() == before
    import_paths([answer], archive)
    assert extents(archive) == ["whole", "touched"]
    assert sorted(os.listdir(tmp_path)) == ["archive.db", "given"]


@pytest.mark.usefixtures("always_adding")
def test_an_error_while_adding_leaves_the_old_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, other = written(tmp_path, [FIRST, OTHER])
    archive = tmp_path / "archive.db"
    import_paths([first], archive)
    before = archive.read_bytes()

    def fail(step: str, done: int, total: int, name: str) -> None:
        if step == "finish":
            raise OSError("no space left")

    with pytest.raises(ThreadkitError, match="could not be written"):
        import_paths([other], archive, progress=fail)
    assert archive.read_bytes() == before
    assert sorted(os.listdir(tmp_path)) == ["0.txt", "1.txt", "archive.db"]
