"""The README's sample printed on a real print path, and turned into text by three programs, says what its own text says."""

from __future__ import annotations

import html
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

pytest.importorskip("pypdfium2", reason="needs the extra pdf")

import pypdfium2

from tests.pdfs import PdfSheet, pdf_of
from tests.test_columns import FIRST, MAILS, SECOND
from threadkit.importing import ImportOptions, import_paths
from threadkit.read import read_path
from threadkit.verifying import verify

SAMPLE = Path(__file__).parents[1] / "samples" / "courriels-municipaux.txt"
_SAID = """
SELECT m.id, m.sent_at, s.name, m.subject, m.parent_id, m.relation, m.standing, m.kind, m.thread_id FROM messages m
LEFT JOIN people s ON s.id = m.sender_id ORDER BY m.id
"""
_SENT_TO = "SELECT message_id, role, position, name, email FROM participants ORDER BY 1, 2, 3"
_ATTACHED = "SELECT message_id, position, filename FROM message_attachments ORDER BY 1, 2"
_DOCUMENTS = "SELECT d.kind, d.title, a.filename FROM documents d LEFT JOIN attachments a ON a.id = d.attachment_id ORDER BY 1, 2, 3"

STYLED = """<html><head><meta charset="utf-8"><style>body {{ font: 8.5pt {font}; }} pre {{ font: inherit; white-space: pre-wrap; margin: 0; }}
</style></head><body><pre>{text}</pre></body></html>"""


def program(*names: str) -> str:
    """Return the first of these programs that is installed, or skip the test."""
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip(f"none of {', '.join(names)} is installed")
    return found


def run(*command: str | Path) -> None:
    subprocess.run([str(part) for part in command], check=True, capture_output=True, timeout=180)


def print_with_office(folder: Path, sample: Path = SAMPLE) -> Path:
    office = program("soffice", "libreoffice")
    run(office, f"-env:UserInstallation=file://{folder}/office", "--headless", "--infilter=Text (encoded):UTF8,LF,,,", "--convert-to", "pdf",
        "--outdir", folder, sample)  # fmt: skip
    return folder / f"{sample.stem}.pdf"


def print_with_browser(folder: Path, font: str, sample: Path = SAMPLE) -> Path:
    browser = program("chromium", "chromium-browser", "google-chrome")
    page = folder / "sample.html"
    page.write_text(STYLED.format(font=font, text=html.escape(sample.read_text(encoding="utf-8"))), encoding="utf-8")
    run(browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/browser", "--no-pdf-header-footer",
        f"--print-to-pdf={folder}/browser.pdf", page.as_uri())  # fmt: skip
    return folder / "browser.pdf"


PRINTS = ("office", "browser, letters of one width", "browser, letters of their own width")


@pytest.fixture(scope="module", params=PRINTS)
def printed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("print")
    if request.param == "office":
        return print_with_office(folder)
    return print_with_browser(folder, "monospace" if "one width" in request.param else "sans-serif")


def said(path: Path, folder: Path, options: ImportOptions | None = None) -> dict[str, list[tuple[object, ...]]]:
    """Return what an archive of one file says of its messages, their people, attachments and documents."""
    db = folder / f"{path.stem}.{len(list(folder.iterdir()))}.db"
    report = import_paths([path], db, options)
    assert report.exceptions == ()
    with closing(sqlite3.connect(db)) as connection:
        return {sql: connection.execute(sql).fetchall() for sql in (_SAID, _SENT_TO, _ATTACHED, _DOCUMENTS)}


def said_in_words(path: Path, folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return the same where lines may be wrapped: who, when and what, with parents told by who and when, without the identifiers."""
    found = said(path, folder)
    known = {row[0]: (row[1], row[2], row[3]) for row in found[_SAID]}
    return {
        _SAID: sorted((*known[row[0]], known.get(row[4]), *row[5:8]) for row in found[_SAID]),
        _SENT_TO: sorted((*known[row[0]], *row[1:]) for row in found[_SENT_TO]),
        _ATTACHED: sorted((*known[row[0]], *row[1:]) for row in found[_ATTACHED]),
        _DOCUMENTS: found[_DOCUMENTS],
    }


def as_text(path: Path, folder: Path, how: str) -> Path:
    """Return the text of a PDF as a program gives it."""
    out = folder / f"{how}.txt"
    if how == "pypdfium2":
        with closing(pypdfium2.PdfDocument(path)) as document:
            text = "\f".join(f"{page.get_textpage().get_text_range()}\n" for page in document)
        out.write_bytes(text.encode("utf-8"))
    else:
        run(program("pdftotext"), *(["-layout"] if how == "layout" else []), path, out)
    return out


def test_a_print_says_what_the_text_says(printed: Path, tmp_path: Path) -> None:
    assert said(printed, tmp_path) == said(SAMPLE, tmp_path)


def test_every_place_has_the_page_where_it_is_printed(printed: Path, tmp_path: Path) -> None:
    import_paths([printed], tmp_path / "a.db")
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection, closing(pypdfium2.PdfDocument(printed)) as document:
        texts = [" ".join(page.get_textpage().get_text_range().split()) for page in document]
        for sent, page in connection.execute("SELECT sent_text, first_page FROM occurrences"):
            assert " ".join(sent.split()) in texts[page - 1]


@pytest.mark.parametrize("how", ["raw", "layout", "pypdfium2"])
def test_its_text_by_other_programs_says_the_same(printed: Path, how: str, tmp_path: Path) -> None:
    assert said(as_text(printed, tmp_path, how), tmp_path) == said(SAMPLE, tmp_path)


LONG = SAMPLE.with_name("demande-2024-117.txt")


def test_a_long_release_whose_lines_and_pages_are_wrapped_says_the_same(tmp_path: Path) -> None:
    """Its folios then stand wherever they fall, and its pages end elsewhere."""
    assert said_in_words(print_with_office(tmp_path, LONG), tmp_path) == said_in_words(LONG, tmp_path)


@pytest.mark.parametrize("how", ["raw", "layout", "pypdfium2"])
def test_the_text_of_a_long_print_by_other_programs_says_the_same(how: str, tmp_path: Path) -> None:
    """Of a text without any blank line a cover sheet right under a letter may count as the letter's; all else is the same."""
    found = said_in_words(as_text(print_with_office(tmp_path, LONG), tmp_path, how), tmp_path)
    expected = said_in_words(LONG, tmp_path)
    if how == "pypdfium2":
        expected[_DOCUMENTS] = [row for row in expected[_DOCUMENTS] if row[1] != "Détenteur no 1"]
    assert found == expected


def wrapped(line: str, width: int) -> list[str]:
    rows = []
    while len(line) > width:
        at = line.rfind(" ", 1, width + 1)
        rows.append(line[: at if at > 0 else width])
        line = line[at + 1 :] if at > 0 else line[width:]
    return [*rows, line]


@pytest.mark.parametrize("width", [60, 70, 76, 80, 90, 100, 120])
def test_a_release_wrapped_at_any_width_says_the_same(width: int, tmp_path: Path) -> None:
    narrow = tmp_path / "narrow.txt"
    lines = LONG.read_text(encoding="utf-8").split("\n")
    narrow.write_text("\n".join(row for line in lines for row in wrapped(line, width)), encoding="utf-8")
    assert said_in_words(narrow, tmp_path) == said_in_words(LONG, tmp_path)


def test_a_long_release_says_the_same_where_its_lines_are_not_wrapped(tmp_path: Path) -> None:
    long = LONG
    assert said(print_with_browser(tmp_path, "sans-serif", long), tmp_path) == said(long, tmp_path)


TABLES = {
    "a cell a mail": "<table><tr><td>{left}<td>{right}</table>",
    "a row a line": "<table>{rows}</table>",
    "columns": "<div class=columns><div>{left}</div><div class=next>{right}</div></div>",
}
SIDE_BY_SIDE = """<html><head><meta charset="utf-8"><style>td {{ vertical-align: top; width: 50%; font: 9pt sans-serif; }}
.columns {{ columns: 2; font: 9pt sans-serif; }} .next {{ break-before: column; }}</style></head><body>{shape}</body></html>"""


@pytest.mark.parametrize(
    ("by", "shape"), [(by, shape) for by in ("office", "browser") for shape in TABLES if by == "browser" or shape != "columns"]
)
def test_two_mails_printed_side_by_side_are_two_mails(by: str, shape: str, tmp_path: Path) -> None:
    left, right = ("<br>".join(map(html.escape, lines)) for lines in (FIRST, SECOND))
    rows = "".join(f"<tr><td>{html.escape(one)}<td>{html.escape(other)}" for one, other in zip(FIRST, SECOND, strict=True))
    page = tmp_path / "two.html"
    page.write_text(SIDE_BY_SIDE.format(shape=TABLES[shape].format(left=left, right=right, rows=rows)), encoding="utf-8")
    if by == "office":
        office = program("soffice", "libreoffice")
        run(office, f"-env:UserInstallation=file://{tmp_path}/office", "--headless", "--convert-to", "pdf:writer_web_pdf_Export",
            "--outdir", tmp_path, page)  # fmt: skip
    else:
        run(program("chromium", "chromium-browser", "google-chrome"), "--headless", "--no-sandbox", "--disable-gpu",
            f"--user-data-dir={tmp_path}/browser", "--no-pdf-header-footer", f"--print-to-pdf={tmp_path}/two.pdf", page.as_uri())  # fmt: skip
    import_paths([tmp_path / "two.pdf"], tmp_path / "a.db")
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        sql = "SELECT p.name, m.sent_at, m.subject FROM messages m JOIN people p ON p.id = m.sender_id ORDER BY m.sent_at"
        assert connection.execute(sql).fetchall() == MAILS


def scan_of(printed: Path) -> bytes:
    """Return a PDF whose pages are pictures of the pages of another."""
    sheets = []
    with closing(pypdfium2.PdfDocument(printed)) as document:
        for page in document:
            picture = page.render(scale=300 / 72, grayscale=True)
            rows = bytes(picture.buffer)
            grey = b"".join(rows[row * picture.stride : row * picture.stride + picture.width] for row in range(picture.height))
            sheets.append(PdfSheet())
            sheets[-1].image(0, 0, 612, 792, picture.width, picture.height, grey)
    return pdf_of(sheets)


def test_a_scan_that_is_recognised_gives_its_messages(tmp_path: Path) -> None:
    """The letters of a scan may be misread; who wrote when is not, at the size of a print. Imported before, it is read again."""
    program("tesseract")
    scan, db = tmp_path / "scan.pdf", tmp_path / "scan.db"
    scan.write_bytes(scan_of(print_with_office(tmp_path)))
    assert read_path(scan).text.strip() == ""
    import_paths([scan], db)
    with closing(sqlite3.connect(db)) as connection:
        assert connection.execute("SELECT kind, detail FROM findings").fetchall() == [("page-without-text", "pages 1-2")]
    import_paths([scan], db, ImportOptions(ocr=True))
    with closing(sqlite3.connect(db)) as connection:
        found = {(row[1], row[2]) for row in connection.execute(_SAID)}
        origins = connection.execute("SELECT DISTINCT kind, substr(value, 1, 9) FROM source_notes").fetchall()
    assert found == {(row[1], row[2]) for row in said(SAMPLE, tmp_path)[_SAID]}
    assert origins == [("ocr", "tesseract")]
    assert verify(db).problems == ()
