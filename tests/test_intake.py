"""Reading in several processes: the same archive as with one, and a process that dies costs the file it read and no other."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

import pytest

from threadkit import processes
from threadkit.archive.digest import archive_digest
from threadkit.archive.opening import open_archive
from threadkit.importing import ImportOptions, import_paths
from threadkit.records import Phrase, ThreadkitError

LETTER = """De : Côté, Odile <odile.cote@rivage.example>
Envoyé : {day} mars 2024 09:12
À : Roy, Paul <paul.roy@rivage.example>
Objet : Les quais, jour {day}

Paul,

La visite des quais est remise au lendemain, à cause des vents forts.

Odile Côté
"""
NAMES = tuple(f"given/{day}.txt" for day in range(10, 18))
#: A process that is killed whenever it is to read one of the files.
KILLED = """
import os, sys; sys.path[:] = {path!r}
from threadkit import intake, processes
import {module} as asked
take = intake.take_file
intake.take_file = lambda file, *rest: os._exit(9) if file.name.endswith("13.txt") else take(file, *rest)
processes.serve(asked.answer_items)
"""
#: A process that is killed whenever it is to make conversations.
ENDING = """
import os, sys; sys.path[:] = {path!r}
from threadkit import processes
from threadkit.resolve.working import Worker
import {module} as asked
Worker.make = lambda *_: os._exit(9)
processes.serve(asked.answer_items)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    given = tmp_path / "given"
    given.mkdir()
    for day in range(10, 18):
        (given / f"{day}.txt").write_text(LETTER.format(day=day), encoding="utf-8")
    return given


def digest(db: Path) -> str:
    connection = open_archive(db)
    try:
        return archive_digest(connection)
    finally:
        connection.close()


def test_several_processes_make_the_archive_that_one_makes(folder: Path, tmp_path: Path) -> None:
    (folder / "16.txt").write_bytes(b"\x00\x01\x02" * 4000)
    (folder / "17.txt").write_bytes((folder / "10.txt").read_bytes())
    one, two = tmp_path / "one.db", tmp_path / "two.db"
    alone = import_paths([folder], one, ImportOptions(jobs=1))
    together = import_paths([folder], two, ImportOptions(jobs=2))
    assert (together.added, together.known) == (alone.added, alone.known) == (NAMES[:6], NAMES[7:])
    assert (together.exceptions, together.exit_code) == (alone.exceptions, 2)
    assert digest(two) == digest(one)


def test_what_is_archived_is_read_and_not_parsed_again(folder: Path, tmp_path: Path) -> None:
    db = tmp_path / "archive.db"
    import_paths([folder], db, ImportOptions(jobs=2))
    again = import_paths([folder], db, ImportOptions(jobs=2))
    assert (again.added, again.known) == ((), NAMES)


def test_the_work_of_a_process_that_dies_while_resolving_is_done_all_the_same(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone, shared = tmp_path / "alone.db", tmp_path / "shared.db"
    import_paths([folder], alone, ImportOptions(jobs=1))
    monkeypatch.setattr(processes, "_START", ENDING)
    report = import_paths([folder], shared, ImportOptions(jobs=2))
    assert report.exit_code == 0
    assert digest(shared) == digest(alone)


def test_a_process_that_dies_costs_the_file_that_it_read(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_START", KILLED)
    report = import_paths([folder], tmp_path / "archive.db", ImportOptions(jobs=2))
    assert report.added == tuple(name for name in NAMES if name != "given/13.txt")
    (lost,) = report.exceptions
    assert (lost.name, report.exit_code) == ("given/13.txt", 2)
    assert lost.detail.startswith("could not be read: the process that read it ended (exit code 9).")


def test_where_no_process_starts_the_import_reads_by_itself(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-such-python"))
    assert import_paths([folder], tmp_path / "archive.db", ImportOptions(jobs=3)).added == NAMES


def test_an_error_comes_whole_out_of_another_process() -> None:
    error = ThreadkitError(Phrase("is larger than {limit} MB.", limit=512), where="a.txt", hint=Phrase("Split {name}.", name="it"))
    copy = pickle.loads(pickle.dumps(error))
    assert (str(copy), copy.exit_code, copy.what.template, copy.hint.values) == (
        str(error),
        3,
        "is larger than {limit} MB.",
        {"name": "it"},
    )
