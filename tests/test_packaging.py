"""What is installed: everything that runs, one copy of the metadata, and nothing of the workshop."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[1]
NO_CODE = {".toml", ".html", ".css", ".js", ".svg", ".json", ".sql"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    return Path(next(WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])))


def names(wheel: Path) -> set[str]:
    return set(zipfile.ZipFile(wheel).namelist())


def test_the_wheel_holds_every_module_word_file_and_template(wheel: Path) -> None:
    wanted = {
        path.relative_to(ROOT).as_posix() for path in (ROOT / "threadkit").rglob("*") if path.suffix == ".py" or path.suffix in NO_CODE
    }
    assert wanted - names(wheel) == set()


def test_the_wheel_holds_the_metadata_once(wheel: Path) -> None:
    copies = [name for name in names(wheel) if name.endswith("datasette_metadata.json")]
    assert copies == ["threadkit/datasette_metadata.json"]
    assert zipfile.ZipFile(wheel).read(copies[0]) == (ROOT / "datasette_metadata.json").read_bytes()


def test_the_wheel_holds_nothing_of_the_workshop(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in names(wheel)}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"threadkit"}


def test_the_wheel_runs_where_the_repository_is_not(wheel: Path, tmp_path: Path) -> None:
    """Unpacked alone, it imports a dump: word files, schema and texts are found inside the package."""
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    (tmp_path / "dump.txt").write_text(
        "De: Roy, Paul\nEnvoyé: 3 mai 2023 09:12\nÀ: Lavigne, Odile\nObjet: Bouées\n\nOui.\n", encoding="utf-8"
    )
    script = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'installed')!r})\n"
        "import threadkit; assert threadkit.__file__.startswith(sys.path[0]), threadkit.__file__\n"
        "from threadkit.cli import run\n"
        "sys.exit(run(['import', 'dump.txt', '--db', 'a.db', '--lang', 'en']))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert "1 released" in done.stdout
