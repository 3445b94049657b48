"""What every test shares: words loaded once, archives in a folder that goes away, and no network."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from threadkit.words import Words, load_words

if TYPE_CHECKING:
    from datasette.app import Datasette

# The same examples on every machine, and no clock: a slow machine is no failure.
settings.register_profile("threadkit", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("search", derandomize=False, deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("THREADKIT_HYPOTHESIS", "threadkit"))


@pytest.fixture(scope="session")
def words() -> Words:
    return load_words()


@pytest.fixture(scope="session")
def dumps() -> Path:
    """Return the folder of real dumps, which are no part of the repository; without it the test is left out."""
    folder = os.environ.get("THREADKIT_DUMPS", "")
    if not folder:
        pytest.skip("THREADKIT_DUMPS names no folder of real dumps")
    return Path(folder)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing leave this machine."""
    connect = socket.socket.connect

    def connect_here(self: socket.socket, address: object) -> None:
        outside = self.family in (socket.AF_INET, socket.AF_INET6) and str(address[0]) not in ("127.0.0.1", "::1", "localhost")  # type: ignore[index]
        assert not outside, f"a test reached for the network: {address}"
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", connect_here)


# ---------------------------------------------------------------- what the tests of the pages share


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the small archive that is written row by row."""
    from tests import hand_archive

    return hand_archive.write_archive(tmp_path_factory.mktemp("by-hand") / "archive.db")


@pytest.fixture(scope="module")
def datasette(archive: Path) -> Iterator[Datasette]:
    """Return Datasette on the small archive, as `threadkit browse` serves it."""
    yield from _served(archive)


@pytest.fixture(scope="module")
def samples_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the archive of the samples' texts."""
    from threadkit.importing import import_paths

    path = tmp_path_factory.mktemp("samples") / "archive.db"
    import_paths(sorted((Path(__file__).parents[1] / "samples").glob("*.txt")), path)
    return path


@pytest.fixture(scope="module")
def samples(samples_archive: Path) -> Iterator[Datasette]:
    """Return Datasette on the archive of the samples' texts."""
    yield from _served(samples_archive)


def _served(archive: Path) -> Iterator[Datasette]:
    from tests.serving import close
    from threadkit.browse.server import make_datasette

    served = make_datasette(archive, "en")
    yield served
    close(served)
