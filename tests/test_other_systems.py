"""Systems that lack what Linux has: the same archive, read by the same processes."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

pytest.importorskip("pypdfium2", reason="needs the extra pdf")

from threadkit.archive.digest import archive_digest
from threadkit.archive.opening import open_archive
from threadkit.importing import ImportOptions, import_paths

SAMPLES = Path(__file__).parents[1] / "samples"
# Every process reads this first. What Python's own library takes from Linux is imported before it is taken away.
WITHOUT = """
import asyncio, concurrent.futures, ctypes, getpass, multiprocessing, os, shutil, signal, subprocess, sys, tempfile, types
for name in ("fcntl", "grp", "pwd", "resource", "termios"):
    sys.modules[name] = None
for module, names in (
    (os, ("fork", "geteuid", "getuid", "killpg", "mkfifo", "O_CLOEXEC", "O_DIRECTORY", "O_NOFOLLOW", "O_NONBLOCK", "sched_getaffinity", "setsid")),
    (signal, ("SIGALRM", "SIGHUP", "SIGPIPE", "SIGUSR1")),
):
    for name in names:
        if hasattr(module, name):
            delattr(module, name)
sys.modules["msvcrt"] = types.SimpleNamespace(LK_NBLCK=2, locking=lambda descriptor, mode, count: None)
"""
# Where our modules ask for the system while they are imported, they are told that it is Windows.
AS_ON_WINDOWS = """
import sys
system, sys.platform = sys.platform, "win32"
import threadkit.archive.lock
sys.platform = system
from threadkit.cli import main
main()
"""


def digest_of(db: Path) -> str:
    with closing(open_archive(db)) as connection:
        return archive_digest(connection)


def import_without(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    (folder / "sitecustomize.py").write_text(WITHOUT, encoding="utf-8")
    surroundings = {**os.environ, "PYTHONPATH": str(folder), "PYTHONUTF8": "0", "PYTHONIOENCODING": "cp850", "LC_ALL": "C"}
    command = [sys.executable, "-c", AS_ON_WINDOWS, "import", *arguments]
    return subprocess.run(list(map(str, command)), env=surroundings, capture_output=True, check=False, timeout=300)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_without_what_windows_lacks_the_archive_is_the_same(jobs: str, tmp_path: Path) -> None:
    """Locks, limits on memory, forks, signals, UTF-8 consoles: none is needed to read a PDF, a mailbox and a text."""
    files = sorted(path for path in SAMPLES.iterdir() if path.suffix in (".txt", ".pdf", ".mbox"))
    done = import_without(tmp_path, *files, "--db", tmp_path / "there.db", "--jobs", jobs, "--lang", "fr")
    assert done.returncode == 0, done.stderr.decode("cp850")
    assert "pièces jointes non transmises" in done.stdout.decode("cp850")
    import_paths(files, tmp_path / "here.db", ImportOptions(jobs=1))
    assert digest_of(tmp_path / "there.db") == digest_of(tmp_path / "here.db")
