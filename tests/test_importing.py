"""The pipeline: what is imported once is there once, in any order, and nothing that fails costs what was archived."""

from __future__ import annotations

import bz2
import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from threadkit.archive.digest import HISTORY, archive_digest
from threadkit.archive.opening import open_archive
from threadkit.archive.schema import load_schema
from threadkit.importing import ImportOptions, ImportReport, import_paths, rebuild, remove
from threadkit.records import ThreadkitError

FIRST = """De : Côté, Odile <odile.cote@rivage.example>
Envoyé : 14 mars 2024 09:12
À : Roy, Paul <paul.roy@rivage.example>
Objet : Les quais

Paul,

La visite des quais est remise à jeudi, à cause des vents forts.

Odile Côté
"""
ANSWER = """De : Roy, Paul <paul.roy@rivage.example>
Envoyé : 15 mars 2024 10:00:30
À : Côté, Odile <odile.cote@rivage.example>
Objet : RE: Les quais

Entendu pour jeudi.

Paul

De : Côté, Odile <odile.cote@rivage.example>
Envoyé : 14 mars 2024 09:12
À : Roy, Paul <paul.roy@rivage.example>
Objet : Les quais

Paul,

La visite des quais est remise à jeudi, à cause des vents forts.

Odile Côté
"""
OTHER = FIRST.replace("quais", "berges").replace("14 mars", "2 avril")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    given = tmp_path / "given"
    given.mkdir()
    for name, text in (("first.txt", FIRST), ("answer.txt", ANSWER), ("other.txt", OTHER)):
        (given / name).write_text(text, encoding="utf-8")
    return given


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


def rows(db: Path, sql: str) -> list[tuple[object, ...]]:
    connection = open_archive(db)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def digest(db: Path) -> str:
    connection = open_archive(db)
    try:
        return archive_digest(connection)
    finally:
        connection.close()


def beside(db: Path) -> list[str]:
    return sorted(path.name for path in db.parent.iterdir() if path.is_file())


# ---------------------------------------------------------------- idempotence and order


def test_an_import_says_what_it_did(folder: Path, db: Path) -> None:
    report = import_paths([folder], db)
    assert report == ImportReport(db, 3, ("given/answer.txt", "given/first.txt", "given/other.txt"), (), (), (), counts=report.counts)
    assert report.exit_code == 0
    assert (report.counts["sources"], report.counts["occurrences"], report.counts["messages"]) == (3, 4, 3)
    assert beside(db) == ["archive.db"]


def test_importing_twice_changes_nothing_but_the_list_of_runs(folder: Path, db: Path) -> None:
    import_paths([folder], db)
    before = digest(db)
    report = import_paths([folder], db)
    assert (report.added, report.known, report.exit_code) == ((), ("given/answer.txt", "given/first.txt", "given/other.txt"), 0)
    assert digest(db) == before
    assert rows(db, "SELECT id, command, sources_given, sources_added, sources_known FROM imports") == [
        (1, "import", 3, 3, 0), (2, "import", 3, 0, 3),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "runs",
    [
        [["first.txt", "answer.txt", "other.txt"]],
        [["other.txt", "answer.txt", "first.txt"]],
        [["first.txt"], ["answer.txt"], ["other.txt"]],
        [["other.txt"], ["first.txt", "answer.txt"]],
        [["answer.txt"], ["first.txt"], ["answer.txt", "other.txt"]],
    ],
    ids=lambda runs: " then ".join("+".join(name[0] for name in run) for run in runs),
)
def test_the_order_of_import_does_not_matter(folder: Path, db: Path, tmp_path: Path, runs: list[list[str]]) -> None:
    for run in runs:
        import_paths([folder / name for name in run], db)
    together = tmp_path / "together.db"
    import_paths([folder / "answer.txt", folder / "first.txt", folder / "other.txt"], together)
    assert digest(db) == digest(together)
    for table in load_schema().tables:
        if table.name not in HISTORY:
            assert sorted(map(repr, rows(db, f"SELECT * FROM {table.name}"))) == sorted(
                map(repr, rows(together, f"SELECT * FROM {table.name}"))
            )


def test_the_same_bytes_under_two_names_are_one_source(folder: Path, db: Path) -> None:
    (folder / "copy.txt").write_bytes((folder / "first.txt").read_bytes())
    report = import_paths([folder / "first.txt", folder / "copy.txt"], db)
    assert (report.added, report.known) == (("first.txt",), ("copy.txt",))
    assert rows(db, "SELECT name FROM source_names ORDER BY name") == [("copy.txt",), ("first.txt",)]
    assert rows(db, "SELECT count(*) FROM sources") == [(1,)]


def test_a_new_name_of_a_known_source_is_noted(folder: Path, db: Path) -> None:
    import_paths([folder / "first.txt"], db)
    (folder / "first.txt").rename(folder / "renamed.txt")
    import_paths([folder / "renamed.txt"], db)
    assert rows(db, "SELECT name FROM source_names ORDER BY name") == [("first.txt",), ("renamed.txt",)]


def test_importing_more_leaves_the_sources_and_readings_as_they_were(folder: Path, db: Path) -> None:
    tables = ("sources", "pages", "header_fields", "mailboxes", "segments", "defects", "marks", "attachment_names")
    columns = {"segments": "source_id, position, kind, first_line, last_line, first_char, last_char, occurrence_id, rule"}
    import_paths([folder / "first.txt"], db)
    before = {table: set(rows(db, f"SELECT {columns.get(table, '*')} FROM {table}")) for table in tables}
    bodies = set(rows(db, "SELECT id, standing, depth, first_line, last_line, body FROM occurrences"))
    import_paths([folder], db)
    for table, held in before.items():
        assert held <= set(rows(db, f"SELECT {columns.get(table, '*')} FROM {table}")), table
    assert bodies <= set(rows(db, "SELECT id, standing, depth, first_line, last_line, body FROM occurrences"))


# ---------------------------------------------------------------- what cannot be imported


def test_a_file_that_cannot_be_read_is_an_exception_and_the_others_go_on(folder: Path, db: Path) -> None:
    (folder / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    report = import_paths([folder, folder / "missing.txt"], db)
    assert report.exit_code == 2
    assert len(report.added) == 3
    assert report.given == len(report.added) + len(report.known) + len(report.exceptions) == 5
    told = rows(db, "SELECT import_id, name, detail FROM exceptions ORDER BY position")
    assert [(row[0], row[1]) for row in told] == [(1, str(folder / "missing.txt")), (1, "given/picture.txt")]
    assert "is a picture" in str(told[1][2])
    assert rows(db, "SELECT exception_count FROM imports") == [(2,)]


def test_where_nothing_can_be_imported_no_archive_is_made(folder: Path, db: Path) -> None:
    (folder / "empty").write_bytes(b"")
    report = import_paths([folder / "empty"], db)
    assert (report.exit_code, len(report.exceptions)) == (3, 1)
    assert not db.exists()


def test_a_failed_import_is_noted_in_the_archive_that_is_there(folder: Path, db: Path) -> None:
    import_paths([folder], db)
    before = digest(db)
    report = import_paths([folder / "missing.txt"], db)
    assert report.exit_code == 3
    assert digest(db) == before
    assert rows(db, "SELECT import_id, name FROM exceptions") == [(2, str(folder / "missing.txt"))]


def test_the_archive_itself_is_no_source(folder: Path) -> None:
    import_paths([folder], folder / "archive.db")
    report = import_paths([folder], folder / "archive.db")
    assert (report.exit_code, len(report.known), report.exceptions) == (0, 3, ())


@pytest.mark.parametrize(
    ("path", "exit_code"), [("missing-folder/archive.db", 3), ("given/first.txt", 4)], ids=["no folder", "a file that is no archive"]
)
def test_an_archive_that_cannot_be_written_is_refused(folder: Path, tmp_path: Path, path: str, exit_code: int) -> None:
    with pytest.raises(ThreadkitError) as caught:
        import_paths([folder], tmp_path / path)
    assert caught.value.exit_code == exit_code
    assert (folder / "first.txt").read_text(encoding="utf-8") == FIRST


def test_a_time_zone_that_does_not_exist_is_refused(folder: Path, db: Path) -> None:
    with pytest.raises(ThreadkitError) as caught:
        import_paths([folder], db, ImportOptions(timezone="America/Rimouski"))
    assert caught.value.exit_code == 1
    assert not db.exists()


# ---------------------------------------------------------------- options that the archive keeps


def test_the_time_zone_is_kept_for_later_imports(folder: Path, db: Path, tmp_path: Path) -> None:
    import_paths([folder / "first.txt"], db, ImportOptions(timezone="America/Toronto"))
    import_paths([folder / "answer.txt", folder / "other.txt"], db)
    together = tmp_path / "together.db"
    import_paths([folder / "first.txt", folder / "answer.txt", folder / "other.txt"], together, ImportOptions(timezone="America/Toronto"))
    assert digest(db) == digest(together)
    assert rows(db, "SELECT sent_utc FROM messages WHERE sent_at = '2024-03-14T09:12'") == [("2024-03-14T13:12Z",)]


def test_a_time_zone_named_later_holds_for_what_is_there(folder: Path, db: Path) -> None:
    import_paths([folder], db)
    import_paths([folder], db, ImportOptions(timezone="Europe/Paris"))
    assert rows(db, "SELECT sent_utc FROM messages WHERE sent_at = '2024-03-14T09:12'") == [("2024-03-14T08:12Z",)]


def test_the_bytes_of_a_file_are_kept_unless_the_user_says_no(folder: Path, db: Path, tmp_path: Path) -> None:
    import_paths([folder / "first.txt"], db)
    ((content,),) = rows(db, "SELECT content FROM sources")
    assert bz2.decompress(content) == FIRST.encode()  # type: ignore[arg-type]
    without = tmp_path / "without.db"
    import_paths([folder / "first.txt"], without, ImportOptions(keep_content=False))
    assert rows(without, "SELECT content, byte_count FROM sources") == [(None, len(FIRST.encode()))]
    assert json.loads(str(rows(without, "SELECT options FROM imports")[0][0])) == {
        "encoding": None,
        "format": None,
        "keep_content": False,
        "ocr": False,
        "timezone": None,
    }


# ---------------------------------------------------------------- rebuild and remove


@pytest.mark.parametrize("keep_content", [True, False])
def test_a_rebuild_under_the_same_version_changes_nothing(folder: Path, db: Path, keep_content: bool) -> None:
    import_paths([folder], db, ImportOptions(keep_content=keep_content, timezone="America/Toronto"))
    before = digest(db)
    report = rebuild(db)
    assert digest(db) == before
    assert report.sources == 3
    assert [change for change in report.changes if change.added or change.gone or change.changed] == []
    assert report.parents_changed == 0
    assert rows(db, "SELECT command FROM imports ORDER BY id") == [("import",), ("rebuild",)]


def test_a_rebuild_says_what_changed(folder: Path, db: Path) -> None:
    import_paths([folder], db)
    before = digest(db)
    connection = sqlite3.connect(db)
    connection.execute("UPDATE messages SET subject = 'Autre', parent_id = NULL WHERE parent_id IS NOT NULL")
    connection.execute("DELETE FROM findings")
    connection.commit()
    connection.close()
    report = rebuild(db)
    changed = {change.table: (change.added, change.gone, change.changed) for change in report.changes}
    assert changed["messages"] == (0, 0, 1)
    assert changed["findings"] == (report.counts["findings"], 0, 0)
    assert report.parents_changed == 1
    assert digest(db) == before


@pytest.mark.parametrize("name", ["answer.txt", "first.txt", "other.txt"])
def test_what_is_removed_was_never_there(folder: Path, db: Path, tmp_path: Path, name: str) -> None:
    import_paths([folder / "first.txt", folder / "answer.txt", folder / "other.txt"], db)
    remove(db, name)
    rest = tmp_path / "rest.db"
    import_paths([path for path in sorted(folder.iterdir()) if path.name != name], rest)
    assert digest(db) == digest(rest)


def test_a_source_is_removed_by_number_or_fingerprint_too(folder: Path, db: Path) -> None:
    import_paths([folder], db)
    ((number, sha256),) = rows(db, "SELECT id, sha256 FROM sources JOIN source_names ON source_id = id WHERE name LIKE '%other.txt'")
    remove(db, str(number))
    import_paths([folder], db)
    report = remove(db, str(sha256)[:12])
    assert report.counts["sources"] == 2


def test_what_names_no_source_or_several_removes_none(folder: Path, db: Path, tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    (tmp_path / "again" / "first.txt").write_text(OTHER + "\n", encoding="utf-8")
    import_paths([folder / "first.txt", tmp_path / "again" / "first.txt"], db)
    before = digest(db)
    for name, what in (("second.txt", "no such source"), ("first.txt", "2 sources")):
        with pytest.raises(ThreadkitError, match=what) as caught:
            remove(db, name)
        assert caught.value.exit_code == 1
    assert digest(db) == before


def test_an_old_number_of_a_message_leads_to_the_message(folder: Path, db: Path) -> None:
    import_paths([folder], db)
    connection = sqlite3.connect(db)
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute(
        "UPDATE occurrence_rows SET message_id = 99 WHERE message_id = (SELECT id FROM messages WHERE subject = 'Les quais')"
    )
    connection.execute("UPDATE messages SET id = 99 WHERE subject = 'Les quais'")
    connection.execute("INSERT INTO former_ids VALUES (98, 99), (97, 1234)")
    connection.commit()
    connection.close()
    rebuild(db)
    ((number,),) = rows(db, "SELECT id FROM messages WHERE subject = 'Les quais'")
    assert rows(db, "SELECT former_id, message_id FROM former_ids ORDER BY former_id") == [(98, number), (99, number)]


# ---------------------------------------------------------------- faults

INTERRUPTED = """
import os, signal, sys
from threadkit.importing import import_paths
def stop(step, done, total, name):
    if step == sys.argv[3]:
        print("stopped", flush=True)
        os.kill(os.getpid(), getattr(signal, sys.argv[4]))
import_paths([sys.argv[1]], sys.argv[2], progress=stop)
print("finished", flush=True)
"""
STEPS = ("read", "resolve", "index", "finish")


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("step", STEPS)
def test_a_killed_import_leaves_the_old_archive_and_the_next_one_goes_through(folder: Path, db: Path, step: str) -> None:
    import_paths([folder / "first.txt"], db)
    before = db.read_bytes()
    ended = subprocess.run([sys.executable, "-c", INTERRUPTED, folder, db, step, "SIGKILL"], capture_output=True, text=True, check=False)
    assert (ended.stdout, ended.returncode) == ("stopped\n", -signal.SIGKILL)
    assert db.read_bytes() == before
    import_paths([folder], db)
    assert beside(db) == ["archive.db"]
    assert rows(db, "SELECT count(*) FROM sources") == [(3,)]


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_killed_first_import_leaves_no_archive(folder: Path, db: Path) -> None:
    subprocess.run([sys.executable, "-c", INTERRUPTED, folder, db, "finish", "SIGKILL"], capture_output=True, check=False)
    assert not db.exists()
    assert import_paths([folder], db).exit_code == 0
    assert beside(db) == ["archive.db"]


@pytest.mark.parametrize("step", STEPS)
def test_an_interrupted_import_leaves_the_old_archive_and_nothing_else(folder: Path, db: Path, step: str) -> None:
    import_paths([folder / "first.txt"], db)
    before = db.read_bytes()

    def interrupt(at: str, done: int, total: int, name: str) -> None:
        if at == step:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_paths([folder], db, progress=interrupt)
    assert db.read_bytes() == before
    assert beside(db) == ["archive.db"]


NO_SPACE = """
import resource, signal, sys
from threadkit.importing import import_paths
from threadkit.records import ThreadkitError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
import threadkit.archive.search
threadkit.archive.search.load_stems().of("chaud")
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
try:
    import_paths([sys.argv[1]], sys.argv[2])
except ThreadkitError as error:
    print(error)
    sys.exit(error.exit_code)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files")
@pytest.mark.parametrize("limit", [0, 1000, 20_000, 60_000, 100_000])
def test_a_full_disk_leaves_the_old_archive(folder: Path, db: Path, limit: int) -> None:
    import_paths([folder / "first.txt"], db)
    before = db.read_bytes()
    ended = subprocess.run([sys.executable, "-B", "-c", NO_SPACE, folder, db, str(limit)], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (3, "")
    assert f"{db}: could not be written" in ended.stdout
    assert "Nothing was changed" in ended.stdout
    assert db.read_bytes() == before
    assert beside(db) == ["archive.db"]


@pytest.mark.skipif(sys.platform == "win32" or not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is read-only to root")
def test_a_folder_that_may_not_be_written_to_is_named(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    with pytest.raises(ThreadkitError, match="cannot be written"):
        import_paths([folder], tmp_path / "closed" / "archive.db")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not replace a file that is open")
def test_a_reader_keeps_the_old_archive_while_a_new_one_takes_its_place(folder: Path, db: Path) -> None:
    import_paths([folder / "first.txt"], db)
    reader = open_archive(db)
    count = "SELECT count(*) FROM messages"
    seen: list[int] = []
    import_paths([folder], db, progress=lambda step, done, total, name: seen.append(reader.execute(count).fetchone()[0]))
    assert set(seen) == {1}
    assert reader.execute(count).fetchone() == (1,)
    reader.close()
    assert rows(db, count) == [(3,)]


def test_an_archive_keeps_its_place_and_rights_behind_a_link(folder: Path, db: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    try:
        link.symlink_to(db)
    except OSError:
        pytest.skip("no links here")
    import_paths([folder / "first.txt"], link)
    db.chmod(0o640)
    import_paths([folder], link)
    assert link.is_symlink()
    assert db.stat().st_mode & 0o777 == (0o666 if sys.platform == "win32" else 0o640)
