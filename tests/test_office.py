"""Releases as Word, OpenDocument, rich-text documents and web pages: the same messages as their text, hidden words told and not kept."""

from __future__ import annotations

import html
import io
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

pytest.importorskip("docx", reason="needs the extra office")
pytest.importorskip("striprtf", reason="needs the extra office")

from docx import Document
from docx.enum.text import WD_BREAK

from threadkit.importing import import_paths
from threadkit.read import read_bytes
from threadkit.records import Source, ThreadkitError

SAMPLE = Path(__file__).parents[1] / "samples" / "courriels-municipaux.txt"
TEXT = SAMPLE.read_text(encoding="utf-8")
_ODT = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:xlink="http://www.w3.org/1999/xlink"><office:body><office:text>{}</office:text></office:body></office:document-content>'
)


def docx_of(text: str) -> bytes:
    document = Document()
    for line in text.split("\n"):
        document.add_paragraph(line)
    return saved(document)


def saved(document: object) -> bytes:
    out = io.BytesIO()
    document.save(out)  # type: ignore[attr-defined]
    return out.getvalue()


def odt_of(inner: str, opening: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        made.writestr("content.xml", opening + _ODT.format(inner), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def odt_text(text: str) -> bytes:
    return odt_of("".join(f"<text:p>{html.escape(line)}</text:p>" for line in text.split("\n")))


def rtf_of(text: str) -> bytes:
    escaped = text.replace("\\", "\\\\").replace("{", "\\{").replace("}", "\\}")
    coded = "".join(c if ord(c) < 128 else f"\\u{ord(c)}?" for c in escaped)
    return ("{\\rtf1\\ansi\\ansicpg1252 " + coded.replace("\n", "\\par\n") + "}").encode("ascii")


def html_of(text: str) -> bytes:
    body = "".join(f"<p>{html.escape(line) or '&nbsp;'}</p>" for line in text.split("\n"))
    return f"<!DOCTYPE html><html><head><meta charset='iso-8859-1'><title>x</title></head><body>{body}</body></html>".encode(
        "cp1252", "xmlcharrefreplace"
    )


MADE = [("docx", docx_of), ("odt", odt_text), ("rtf", rtf_of), ("html", html_of)]


def said(path: Path, db: Path) -> list[tuple[object, ...]]:
    assert import_paths([path], db).exceptions == ()
    with closing(sqlite3.connect(db)) as connection:
        messages = connection.execute("SELECT id, sent_at, subject, parent_id, thread_id, standing FROM messages ORDER BY id").fetchall()
        documents = connection.execute("SELECT d.kind, a.filename FROM documents d LEFT JOIN attachments a ON a.id = d.attachment_id")
        return [*messages, *sorted(documents)]


@pytest.mark.parametrize(("kind", "make"), MADE, ids=[case[0] for case in MADE])
def test_a_release_says_the_same_in_every_format(kind: str, make: object, tmp_path: Path) -> None:
    path = tmp_path / f"release.{kind}"
    path.write_bytes(make(TEXT))  # type: ignore[operator]
    assert said(path, tmp_path / "office.db") == said(SAMPLE, tmp_path / "text.db")


def read(content: bytes, name: str = "release") -> Source:
    return read_bytes(content, name)


def test_what_word_hides_is_told_and_not_kept(tmp_path: Path) -> None:
    document = Document()
    line = document.add_paragraph("Bonjour ")
    line.add_run("le secret de Zoroastre").font.hidden = True
    line.add_run(" Paul.")
    source = read(saved(document))
    assert source.text == "Bonjour  Paul.\n"
    assert [(note.kind, note.text, note.value) for note in source.notes] == [("hidden", "invisible", "19")]
    (tmp_path / "release.docx").write_bytes(saved(document))
    import_paths([tmp_path / "release.docx"], tmp_path / "a.db")
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        assert connection.execute("SELECT detail FROM findings").fetchall() == [("19 characters, page 1: invisible",)]
        assert connection.execute("SELECT content FROM sources").fetchall() == [(None,)]


def test_a_table_of_labels_and_values_is_a_header_and_a_page_break_a_page() -> None:
    document = Document()
    table = document.add_table(0, 2)
    for label, value in (("De :", "Côté, Odile"), ("Objet :", "Les quais")):
        cells = table.add_row().cells
        cells[0].text, cells[1].text = label, value
    document.add_paragraph("Bonjour,").add_run().add_break(WD_BREAK.PAGE)
    document.add_paragraph("fin")
    source = read(saved(document))
    assert [page.text for page in source.pages] == ["De :  Côté, Odile\nObjet :  Les quais\nBonjour,\n", "\nfin\n"]
    assert source.text == "\f".join(page.text for page in source.pages)


def test_an_open_document_keeps_its_tables_pages_blanks_and_links() -> None:
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    link = '<text:a xlink:href="mailto:paul.roy@rivage.example">Roy, Paul</text:a>'
    row = f"<table:table-row>{cell.format('De :')}{cell.format(link)}</table:table-row>"
    words = "<text:p>a<text:s text:c='3'/>b<text:line-break/>c</text:p><text:soft-page-break/><text:p>fin</text:p>"
    inner = f"<table:table>{row}</table:table>{words}"
    source = read(odt_of(inner))
    assert [page.text for page in source.pages] == ["De :  Roy, Paul\na   b\nc\n", "fin\n"]
    assert [(note.kind, note.text, note.value) for note in source.notes] == [("link", "Roy, Paul", "paul.roy@rivage.example")]


def test_a_web_page_shows_its_text_and_runs_nothing() -> None:
    page = b"<html><head><script>alert('Zoroastre')</script></head><body><p>De&nbsp;: Roy, Paul</p><p>Bonjour</p></body></html>"
    source = read(page, "release.html")
    assert "Zoroastre" not in source.text
    assert [line for line in source.text.split("\n") if line] == ["De : Roy, Paul", "Bonjour"]
    assert source.content == page


LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9)) + "]>"
REFUSED = [
    ("half a Word document", docx_of("Bonjour")[:3000], "is a damaged document"),
    ("a Word document without words", docx_of(""), "holds no text"),
    ("an OpenDocument text whose XML is cut", odt_of("<text:p>"), "is a damaged document"),
    ("entities that laugh", odt_of("<text:p>&j;</text:p>", LAUGHS), "holds no text|is a damaged document"),
]


@pytest.mark.parametrize(("content", "what"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_what_cannot_be_read_is_said_in_words(content: bytes, what: str) -> None:
    with pytest.raises(ThreadkitError, match=what) as caught:
        read(content, "release.docx")
    assert caught.value.hint
