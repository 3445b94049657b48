"""The commands about what goes in: formats, log, reveal, and what import says of files that it left out or could not read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from threadkit import cli
from threadkit.read import FORMATS

ROOT = Path(__file__).parents[1]
LETTER = "De : Côté, Odile\nEnvoyé : 14 mars 2024 09:12\nÀ : Roy, Paul\nObjet : Les quais\n\nBonjour Paul.\n"
Threadkit = Callable[..., tuple[int, str, str]]


@pytest.fixture
def threadkit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Threadkit:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("THREADKIT_LANG", "en")

    def call(*arguments: object) -> tuple[int, str, str]:
        code = cli.run([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def test_formats_lists_every_format_and_what_is_missing(threadkit: Threadkit, monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, _ = threadkit("formats")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()[2:]] == [each.name for each in FORMATS]
    monkeypatch.setattr("threadkit.read.formats.find_spec", lambda module: None)
    rows = {row["name"]: row for row in json.loads(threadkit("formats", "--json")[1])}
    assert (rows["pdf"]["extra"], rows["text"]["missing"]) == ("pdf", [])


def test_the_log_tells_every_import_with_its_options_counts_and_exceptions(threadkit: Threadkit) -> None:
    Path("a.txt").write_text(LETTER, encoding="utf-8")
    Path("empty.txt").write_bytes(b"")
    Path("r").mkdir()
    Path("r/.hidden").write_text("x")
    Path("r/a.txt").write_text(LETTER, encoding="utf-8")
    code, _, err = threadkit("import", "a.txt", "empty.txt", "--timezone", "America/Toronto")
    assert code == 2
    _, _, err = threadkit("import", "r")
    assert "1 hidden or system file was left out" in err
    newest, first = json.loads(threadkit("log", "--json")[1])
    assert (newest["given"], newest["added"], newest["known"], newest["left_out"], newest["exceptions"]) == (1, 0, 1, 1, [])
    assert (first["given"], first["added"], first["options"]["timezone"]) == (2, 1, "America/Toronto")
    assert [each["name"] for each in first["exceptions"]] == ["empty.txt"]
    assert first["seconds"] >= 0
    assert "python" in first["versions"]
    _, out, _ = threadkit("log")
    assert "timezone=America/Toronto" in out
    assert "2 given, 1 new, 1 not imported" in out
    assert "    empty.txt: is empty" in out


def test_the_log_of_an_older_archive_says_what_it_knows(threadkit: Threadkit) -> None:
    Path("a.txt").write_text(LETTER, encoding="utf-8")
    threadkit("import", "a.txt")
    import sqlite3

    with sqlite3.connect("archive.db") as connection:
        for column in ("seconds", "versions", "left_out_count"):
            connection.execute(f"ALTER TABLE imports DROP COLUMN {column}")
    assert "1 given, 1 new" in threadkit("log")[1]


def test_reveal_prints_what_a_pdf_hides_and_nothing_else_holds_it(threadkit: Threadkit) -> None:
    pytest.importorskip("pypdfium2", reason="needs the extra pdf")
    sample = ROOT / "samples" / "greffe-2024-031.pdf"
    code, out, err = threadkit("reveal", sample)
    assert (code, out) == (0, "page 2, covered: Anselme Brisebois-Lacharité\n")
    assert err.startswith("1 passage is hidden.")
    assert threadkit("reveal", sample, "--lang", "fr")[1] == "page 2, recouvert : Anselme Brisebois-Lacharité\n"
    threadkit("import", sample)
    assert threadkit("search", "Brisebois")[1] == ""
    assert "26 characters, page 2" in threadkit("findings", "--kind", "hidden-text")[1]
    assert threadkit("verify")[0] == 0


def test_reveal_of_what_is_no_pdf_is_a_usage_error(threadkit: Threadkit) -> None:
    Path("a.txt").write_text(LETTER, encoding="utf-8")
    code, _, err = threadkit("reveal", "a.txt")
    assert (code, "is no PDF" in err) == (1, True)


def test_ocr_without_tesseract_says_how_to_install_it(threadkit: Threadkit, monkeypatch: pytest.MonkeyPatch) -> None:
    from threadkit.read import ocr

    ocr._languages.cache_clear()
    monkeypatch.setattr(ocr, "which", lambda program: None)
    Path("a.txt").write_text(LETTER, encoding="utf-8")
    code, _, err = threadkit("import", "a.txt", "--ocr")
    ocr._languages.cache_clear()
    assert code == 1
    assert "apt install tesseract-ocr" in err
    assert not Path("archive.db").exists()


def test_a_format_that_is_none_is_a_usage_error(threadkit: Threadkit) -> None:
    Path("a.txt").write_text(LETTER, encoding="utf-8")
    code, _, err = threadkit("import", "a.txt", "--format", "nosuch")
    assert code == 1
    assert "pdf" in err
