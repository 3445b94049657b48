"""What `datasette publish` and `datasette package` would send away, made on this machine and run as the host would run it: there is no host here."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from datasette import __version__

from tests.serving import ROOM

OPTIONS = "--setting default_allow_sql off --setting allow_download off --setting sql_time_limit_ms 1000"
#: Stands in for the program that would build the image: it keeps what it is given.
DOCKER = '#!/bin/sh\ncp -r . "$KEPT"\n'
pytestmark = pytest.mark.skipif(os.name != "posix", reason="the stand-in for docker is a shell script")


def run(*command: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, check=False, timeout=300)


@pytest.fixture(scope="module")
def image(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that `datasette package` gives to docker."""
    folder = tmp_path_factory.mktemp("package")
    shutil.copy(archive, folder / "archive.db")
    made = run(sys.executable, "-m", "threadkit.browse.publish", "archive.db", folder=folder)
    assert made.returncode == 0, made.stderr
    (folder / "metadata.json").write_text(made.stdout, encoding="utf-8")
    docker = folder / "bin" / "docker"
    docker.parent.mkdir()
    docker.write_text(DOCKER, encoding="utf-8")
    docker.chmod(0o755)
    command = [
        "package",
        "archive.db",
        "--metadata",
        "metadata.json",
        "--install",
        "threadkit",
        "-t",
        "mail:latest",
        "--extra-options",
        OPTIONS,
    ]
    kept = tmp_path_factory.mktemp("image") / "app"
    path = f"{docker.parent}{os.pathsep}{os.environ['PATH']}"
    packaged = run(sys.executable, "-m", "datasette", *command, folder=folder, PATH=path, KEPT=str(kept))
    assert packaged.returncode == 0, packaged.stderr
    return kept


def served(image: Path, address: str) -> subprocess.CompletedProcess[str]:
    """Return what the image's own command line answers to one address."""
    (line,) = re.findall(r"^CMD datasette (.+)$", (image / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    command = shlex.split(line.replace("--host 0.0.0.0", "").replace("--port $PORT", ""))
    return run(sys.executable, "-m", "datasette", *command, "--get", address, folder=image)


def test_an_image_holds_the_archive_its_metadata_and_the_plugin_and_serves_the_room(image: Path) -> None:
    steps = (image / "Dockerfile").read_text(encoding="utf-8")
    assert re.search(r"^RUN pip install -U datasette threadkit$", steps, re.MULTILINE)
    (inspect,) = re.findall(r"^RUN datasette (inspect .+)$", steps, re.MULTILINE)
    inspected = run(sys.executable, "-m", "datasette", *shlex.split(inspect), folder=image)
    assert inspected.returncode == 0, inspected.stderr
    assert json.loads((image / "inspect-data.json").read_text(encoding="utf-8"))["archive"]["tables"]["messages"]["count"] == 3
    shown = served(image, ROOM)
    assert "Who wrote what to whom, and when" in shown.stdout, shown.stderr
    refused = served(image, "/archive.json?sql=select+1")
    assert refused.returncode != 0
    assert '"rows"' not in refused.stdout
    if __version__.startswith("0."):
        assert "herve" in served(image, "/archive/who_wrote_what?who=herve").stdout.lower()
