"""Faults of the system while an archive is written: an error of the disk at any write, flush or rename, a signal, a pipe that closes.

Each leaves the old archive, or the new one, and nothing else; what failed is said, with an exit code that is not 0. The errors are injected
with strace, which must have fired.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from threadkit.importing import import_paths
from threadkit.verifying import verify

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="strace injects faults on Linux alone")

LETTER = """De : Côté, Odile <odile.cote@rivage.example>
Envoyé : {day} mars 2024 09:12
À : Roy, Paul <paul.roy@rivage.example>
Objet : Les quais, jour {day}

La visite du {day} est remise.
"""
COMMAND = [sys.executable, "-B", "-m", "threadkit"]


@pytest.fixture
def given(tmp_path: Path) -> Path:
    folder = tmp_path / "given"
    folder.mkdir()
    for day in range(10, 16):
        (folder / f"{day}.txt").write_text(LETTER.format(day=day), encoding="utf-8")
    return folder


@pytest.fixture
def db(tmp_path: Path, given: Path) -> Path:
    (tmp_path / "place").mkdir()
    import_paths([given / "10.txt"], tmp_path / "place" / "archive.db")
    return tmp_path / "place" / "archive.db"


def beside(db: Path) -> list[str]:
    """Return what lies in the archive's folder, but for the lock file."""
    return sorted(path.name for path in db.parent.iterdir() if not path.name.endswith(".lock"))


def strace() -> str:
    found = shutil.which("strace")
    if found is None:
        pytest.skip("strace is not installed")
    tried = subprocess.run([found, "-o", os.devnull, "true"], capture_output=True, check=False)
    if tried.returncode:
        pytest.skip("strace may not trace here")
    return found


def run(*arguments: str | Path, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    surroundings = {**os.environ, "LANGUAGE": "en", "LC_ALL": "C.UTF-8"}
    command = [*before, *COMMAND, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=surroundings, timeout=300)


def traced(call: str, log: Path, *arguments: str | Path, inject: str = "") -> subprocess.CompletedProcess[str]:
    """Run threadkit with every use of a system call logged, and made to fail as `inject` says."""
    fault = ("-e", f"inject={call}:{inject}") if inject else ()
    return run(*arguments, before=(strace(), "-f", "-qq", "-o", str(log), "-e", f"trace={call}", *fault))


def count_of(call: str, given: Path, db: Path, log: Path) -> int:
    """Return how often an import calls the system so, on a copy of the archive."""
    copy = log.parent / "copy" / db.name
    copy.parent.mkdir()
    shutil.copy(db, copy)
    assert traced(call, log, "import", given, "--db", copy, "--jobs", "1").returncode == 0
    return len(re.findall(rf"^\d+ +{call}\(", log.read_text(), re.MULTILINE))


# Of all calls of one import, the first, one in the middle, the last but one: what fails, and the error of the system.
WRITES = [(0.0, "EIO"), (0.3, "ENOSPC"), (0.7, "EIO"), (1.0, "ENOSPC")]


@pytest.mark.parametrize(("share", "error"), WRITES)
def test_an_error_at_any_write_leaves_the_old_archive(share: float, error: str, given: Path, db: Path, tmp_path: Path) -> None:
    count = count_of("pwrite64", given, db, tmp_path / "log")
    assert count > 20
    before = db.read_bytes()
    at = max(round(share * count), 1)
    ended = traced("pwrite64", tmp_path / "log", "import", given, "--db", db, "--jobs", "1", inject=f"error={error}:when={at}+")
    assert "(INJECTED)" in (tmp_path / "log").read_text()
    assert ended.returncode == 3
    assert f"{db}: could not be written" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert db.read_bytes() == before
    assert beside(db) == [db.name]
    assert run("import", given, "--db", db).returncode == 0
    assert verify(db).problems == ()


@pytest.mark.parametrize("call", ["fsync", "rename"])
def test_an_error_when_the_new_archive_takes_its_place_leaves_the_old_one(call: str, given: Path, db: Path, tmp_path: Path) -> None:
    before = db.read_bytes()
    ended = traced(call, tmp_path / "log", "import", given, "--db", db, inject="error=EIO:when=1")
    assert "(INJECTED)" in (tmp_path / "log").read_text()
    assert ended.returncode == 3
    assert f"{db}: could not be written" in ended.stderr
    assert db.read_bytes() == before
    assert beside(db) == [db.name]


def test_an_error_when_the_folder_is_forced_to_the_disk_is_told_and_the_new_archive_is_there(given: Path, db: Path, tmp_path: Path) -> None:
    ended = traced("fsync", tmp_path / "log", "import", given, "--db", db, inject="error=EIO:when=2")
    assert "(INJECTED)" in (tmp_path / "log").read_text()
    assert ended.returncode != 0
    assert "is complete, but the system could not force its folder to the disk" in ended.stderr
    assert verify(db).problems == ()
    assert run("import", given, "--db", db).returncode == 0


@pytest.mark.parametrize("error", ["EIO", "EACCES"])
def test_an_error_while_a_source_is_read_costs_that_source(error: str, given: Path, db: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    fault = ("-P", str(given / "12.txt"), "-e", "trace=read,openat", "-e", f"inject={'read' if error == 'EIO' else 'openat'}:error={error}")
    ended = run("import", given, "--db", db, "--jobs", "1", before=(strace(), "-f", "-qq", "-o", str(log), *fault))
    assert "(INJECTED)" in log.read_text()
    assert ended.returncode == 2
    assert "given/12.txt: cannot be read" in ended.stderr + ended.stdout
    assert verify(db).problems == ()


def test_a_disk_that_is_full_under_the_first_import_leaves_no_archive(given: Path, tmp_path: Path) -> None:
    (tmp_path / "place").mkdir()
    db = tmp_path / "place" / "archive.db"
    ended = traced("pwrite64", tmp_path / "log", "import", given, "--db", db, inject="error=ENOSPC:when=40+")
    assert "(INJECTED)" in (tmp_path / "log").read_text()
    assert (ended.returncode, beside(db)) == (3, [])


# ---------------------------------------------------------------- signals, pipes, memory, rights


#: Starts a command that heeds signals, though the tests themselves were started to ignore them (in the background, by nohup).
HEEDS_SIGNALS = """
import os, signal, sys
for name in ("SIGTERM", "SIGINT", "SIGHUP"):
    signal.signal(getattr(signal, name), signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])
"""


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_an_import_that_is_ended_leaves_the_old_archive_and_nothing_else(name: str, given: Path, db: Path) -> None:
    for day in range(16, 29):
        (given / f"{day}.txt").write_text(LETTER.format(day=day) * 400, encoding="utf-8")
    before = db.read_bytes()
    listening = [sys.executable, "-c", HEEDS_SIGNALS, *COMMAND]
    started = subprocess.Popen([*listening, "import", given, "--db", db], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not (db.parent / f".{db.name}.building").exists() and time.monotonic() < deadline and started.poll() is None:
        time.sleep(0.01)
    started.send_signal(getattr(signal, name))
    _, told = started.communicate(timeout=60)
    assert started.returncode in ((130,) if name == "SIGINT" else (130, 128 + getattr(signal, name), -getattr(signal, name)))
    assert "Traceback" not in told
    assert db.read_bytes() == before
    assert run("import", given, "--db", db).returncode == 0
    assert beside(db) == [db.name]


def test_a_pipe_that_closes_ends_a_list_quietly(db: Path, given: Path) -> None:
    run("import", given, "--db", db)
    for command in (["findings"], ["threads"], ["search", "visite"], ["log"]):
        started = subprocess.Popen([*COMMAND, *command, "--db", db], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert started.stdout is not None
        started.stdout.close()
        assert started.stderr is not None
        told = started.stderr.read()
        started.wait(timeout=60)
        assert "Traceback" not in told, command


LITTLE_MEMORY = """
import resource, sys
from threadkit.cli import main
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]), int(sys.argv[1])))
sys.argv[:2] = ["threadkit"]
main()
"""


def test_an_import_that_has_no_memory_left_leaves_the_old_archive(given: Path, db: Path) -> None:
    (given / "grand.txt").write_text(LETTER.format(day=20) * 60_000, encoding="utf-8")
    before = db.read_bytes()
    command = [sys.executable, "-c", LITTLE_MEMORY, str(330 * 1024 * 1024), "import", given, "--db", db, "--jobs", "1"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert ended.returncode in (2, 3)
    assert "Traceback" not in ended.stderr
    assert "memory" in ended.stderr + ended.stdout
    if ended.returncode == 3:
        assert db.read_bytes() == before
    assert verify(db).problems == ()


def test_a_folder_that_may_not_be_written_to_is_named_with_exit_code_3(given: Path, db: Path, tmp_path: Path) -> None:
    """Root may write anywhere: the error is injected."""
    before = db.read_bytes()
    log = tmp_path / "log"
    path = db.parent / f".{db.name}.building"
    fault = ("-P", str(path), "-e", "trace=openat", "-e", "inject=openat:error=EACCES")
    ended = run("import", given, "--db", db, before=(strace(), "-f", "-qq", "-o", str(log), *fault))
    assert "(INJECTED)" in log.read_text()
    assert (ended.returncode, "Traceback" in ended.stderr) == (3, False)
    assert str(db.parent) in ended.stderr
    assert db.read_bytes() == before
    assert beside(db) == [db.name]
