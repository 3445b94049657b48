"""Releases as Word, OpenDocument, rich-text documents and web pages: the same messages as their text, hidden words told and not kept."""

from __future__ import annotations

import html
import io
import sqlite3
import zipfile
from contextlib import closing
from datetime import date, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

pytest.importorskip("docx", reason="needs the extra office")
pytest.importorskip("striprtf", reason="needs the extra office")
pytest.importorskip("openpyxl", reason="needs the extra office")
pytest.importorskip("pptx", reason="needs the extra office")

from docx import Document
from docx.enum.text import WD_BREAK, WD_COLOR_INDEX
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from openpyxl import Workbook
from pptx import Presentation
from pptx.util import Inches

from threadkit.importing import import_paths
from threadkit.read import office_pages, read_bytes
from threadkit.read.office_tables import read_xlsx
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


def test_words_under_a_black_marker_are_a_mask_and_not_kept() -> None:
    document = Document()
    line = document.add_paragraph("Appelez ")
    line.add_run("Zoroastre").font.highlight_color = WD_COLOR_INDEX.BLACK
    line.add_run(" demain.")
    seen = document.add_paragraph().add_run("Surligné en jaune")
    seen.font.highlight_color = WD_COLOR_INDEX.YELLOW
    source = read(saved(document))
    assert source.text == "Appelez \u2588\u2588\u2588\u2588 demain.\nSurligné en jaune\n"
    assert [(note.kind, note.value) for note in source.notes] == [("hidden", "9")]
    assert b"Zoroastre" not in source.text.encode()


NOTE_PART = (
    '<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:footnote w:type="separator" w:id="0"><w:p/>'
    '</w:footnote><w:footnote w:id="1"><w:p><w:r><w:t>Voir le rapport de mars.</w:t></w:r></w:p></w:footnote></w:footnotes>'
)
BOXED = (
    '<w:p xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><w:r><w:t>Dehors</w:t><mc:AlternateContent><mc:Choice Requires="wps">'
    "<w:txbxContent><w:p><w:r><w:t>Dans la boîte</w:t></w:r></w:p></w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent><w:p><w:r>"
    "<w:t>Dans la boîte</w:t></w:r></w:p></w:txbxContent></mc:Fallback></mc:AlternateContent></w:r></w:p>"
)


def test_footnotes_and_text_boxes_of_word_are_read() -> None:
    document = Document()
    document.add_paragraph("Un.")
    document.element.body.insert(1, parse_xml(BOXED))
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    part = Part(PackURI("/word/footnotes.xml"), kind, NOTE_PART.encode(), document.part.package)
    document.part.relate_to(part, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes")
    assert read(saved(document)).text == "Un.\nDehors\nDans la boîte\nVoir le rapport de mars.\n"


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


# ---------------------------------------------------------------- tables and slides


def workbook() -> Workbook:
    made = Workbook()
    made.active.title = "Dépenses"
    return made


def with_part(content: bytes, part: str, change: object) -> bytes:
    """Return a zip with one member otherwise."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            body = old.read(name)
            new.writestr(name, change(body) if name == part else body)  # type: ignore[operator]
    return out.getvalue()


def test_a_workbook_is_a_page_a_sheet_and_a_line_a_row() -> None:
    made = workbook()
    made.active.append(["Poste", "Montant", "Payé"])
    made.active.append(["Quai nord", 1250.5, date(2024, 3, 14)])
    made.active.append([])
    made.active.append(["Vu", True, datetime(2024, 3, 14, 9, 12)])  # noqa: DTZ001 - a workbook knows no zones
    made.active["E5"] = "loin"
    made.create_sheet("Notes").append(["deux\nlignes", "à côté"])
    source = read(saved(made), "annexe.xlsx")
    assert [(page.label, page.text) for page in source.pages] == [
        ("Dépenses", "Dépenses\nPoste  Montant  Payé\nQuai nord  1250.5  2024-03-14\n\nVu  TRUE  2024-03-14 09:12\nloin\n"),
        ("Notes", "Notes\ndeux\nlignes\nà côté\n"),
    ]
    assert source.media_type.endswith("spreadsheetml.sheet")


def test_a_formula_is_what_the_program_saved_and_none_is_computed() -> None:
    made = workbook()
    made.active.append([2, 3, "=A1+B1", '=HYPERLINK("https://elsewhere.example/","ici")'])
    assert read(saved(made), "a.xlsx").text == 'Dépenses\n2  3  =A1+B1  =HYPERLINK("https://elsewhere.example/","ici")\n'
    computed = with_part(
        saved(made),
        "xl/worksheets/sheet1.xml",
        lambda body: body.replace(b"<f>A1+B1</f><v></v>", b"<f>A1+B1</f><v>5</v>").replace(b"<f>A1+B1</f><v />", b"<f>A1+B1</f><v>5</v>"),
    )
    assert read(computed, "a.xlsx").text.split("\n")[1].startswith("2  3  5  =HYPERLINK")


def test_what_a_workbook_hides_is_told_and_not_kept() -> None:
    made = workbook()
    sheet = made.active
    sheet.append(["vu", "Zoroastre"])
    sheet.append(["Zoroastre"])
    sheet.column_dimensions["B"].hidden = True
    sheet.row_dimensions[2].hidden = True
    hidden = made.create_sheet("Zoroastre")
    hidden.append(["Zoroastre", 7])
    hidden.sheet_state = "hidden"
    source = read(saved(made), "a.xlsx")
    assert "Zoroastre" not in repr((source.text, source.pages, source.notes))
    assert [(note.kind, note.page, note.value) for note in source.notes] == [("hidden", 1, "9"), ("hidden", 1, "9"), ("hidden", 2, "10")]


def test_an_address_behind_a_cell_is_evidence() -> None:
    made = workbook()
    made.active["A1"] = "Roy, Paul"
    made.active["A1"].hyperlink = "mailto:paul.roy@rivage.example"
    assert [(note.kind, note.text, note.value) for note in read(saved(made), "a.xlsx").notes] == [
        ("link", "Roy, Paul", "paul.roy@rivage.example")
    ]


def slides() -> tuple[object, object]:
    made = Presentation()
    slide = made.slides.add_slide(made.slide_layouts[1])
    slide.shapes.title.text = "Les quais"
    slide.placeholders[1].text = "Premier point\nSecond point"
    return made, slide


def test_a_presentation_is_a_page_a_slide_with_its_tables_and_notes() -> None:
    made, slide = slides()
    table = slide.shapes.add_table(1, 2, Inches(1), Inches(5), Inches(4), Inches(1)).table  # type: ignore[attr-defined]
    table.cell(0, 0).text, table.cell(0, 1).text = "Coût", "12 000 $"
    slide.notes_slide.notes_text_frame.text = "Dire que jeudi est remis."  # type: ignore[attr-defined]
    made.slides.add_slide(made.slide_layouts[5]).shapes.title.text = "Fin"  # type: ignore[attr-defined]
    source = read(saved(made), "annexe.pptx")
    assert [page.text for page in source.pages] == [
        "Les quais\nPremier point\nSecond point\nCoût  12 000 $\n\nDire que jeudi est remis.\n",
        "Fin\n",
    ]


def test_what_a_presentation_hides_is_told_and_not_kept() -> None:
    made, slide = slides()
    slide.shapes.add_textbox(Inches(-5), Inches(1), Inches(2), Inches(1)).text_frame.text = "Zoroastre"  # type: ignore[attr-defined]
    hidden = made.slides.add_slide(made.slide_layouts[5])  # type: ignore[attr-defined]
    hidden.shapes.title.text = "Zoroastre"
    hidden._element.set("show", "0")
    source = read(saved(made), "a.pptx")
    assert "Zoroastre" not in repr((source.text, source.pages, source.notes))
    assert [(note.page, note.value) for note in source.notes] == [(1, "9"), (2, "9")]


def test_a_workbook_attached_to_a_mail_is_a_document(tmp_path: Path) -> None:
    made = workbook()
    made.active.append(["Quai nord", 1250])
    mail = EmailMessage()
    mail["From"], mail["Date"], mail["Subject"] = "Odile <odile@rivage.example>", "Thu, 14 Mar 2024 09:12:00 -0400", "Les quais"
    mail["Message-ID"] = "<1@rivage.example>"
    mail.set_content("Voir le tableau.")
    mail.add_attachment(saved(made), maintype="application", subtype="octet-stream", filename="tableau.xlsx")
    (tmp_path / "1.eml").write_bytes(mail.as_bytes())
    assert import_paths([tmp_path / "1.eml"], tmp_path / "a.db").exceptions == ()
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        sql = "SELECT a.filename, d.text FROM documents d JOIN attachments a ON a.id = d.attachment_id"
        assert connection.execute(sql).fetchall() == [("tableau.xlsx", "Dépenses\nQuai nord  1250")]


def far() -> bytes:
    made = workbook()
    made.active["A1"], made.active["XFD1048576"] = "ici", "loin"
    return saved(made)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_of_office_documents_is_a_zip(method: int, tmp_path: Path) -> None:
    made = workbook()
    made.active.append(["Quai nord", 1250])
    with zipfile.ZipFile(tmp_path / "release.zip", "w", method) as out:
        for name, content in (("a.xlsx", saved(made)), ("b.docx", docx_of("Bonjour")), ("c.pptx", saved(slides()[0]))):
            out.writestr(name, content)
    assert import_paths([tmp_path / "release.zip"], tmp_path / "a.db").exceptions == ()
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        assert connection.execute("SELECT encoding FROM sources ORDER BY encoding").fetchall() == [
            ("docx",),
            ("pptx",),
            ("xlsx",),
            ("zip",),
        ]


def test_a_large_workbook_is_told_by_how_it_begins() -> None:
    made = workbook()
    for number in range(12000):
        made.active.append([f"{number * 7919 % 100003} {number * number % 99991}"])
    content = saved(made)
    assert content.find(b"[Content_Types].xml") > 64 * 1024
    assert read(content, "sans nom").encoding == "xlsx"


def test_a_cell_at_the_end_of_the_sheet_is_no_bomb() -> None:
    assert read(far(), "a.xlsx").text == "Dépenses\nici\n\nloin\n"


def test_one_text_used_again_and_again_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office_pages, "_MOST_TEXT", 1000)
    made = workbook()
    for _ in range(20):
        made.active.append(["longue phrase " * 10])
    with pytest.raises(ValueError, match="more than 1,000 letters"):
        list(read_xlsx(saved(made)))


def test_more_xml_than_any_workbook_has_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office_pages, "_MOST_XML", 1000)
    with pytest.raises(ValueError, match="bytes of XML"):
        list(read_xlsx(far()))


LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9)) + "]>"
REFUSED = [
    ("half a Word document", docx_of("Bonjour")[:3000], "is a damaged document"),
    ("a Word document without words", docx_of(""), "holds no text"),
    ("an OpenDocument text whose XML is cut", odt_of("<text:p>"), "is a damaged document"),
    ("half a workbook", far()[:-40], "is a damaged document"),
    ("a workbook without its sheet", with_part(far(), "xl/worksheets/sheet1.xml", lambda _: b"<worksheet"), "is a damaged document"),
    ("a workbook without words", saved(Workbook()), "holds no text"),
    ("a workbook with entities", with_part(far(), "xl/workbook.xml", lambda body: b"<!DOCTYPE x [<!ENTITY a 'ha'>]>" + body), "damaged"),
    ("a presentation without words", saved(Presentation()), "holds no text"),
    ("a presentation cut inside", with_part(saved(slides()[0]), "ppt/slides/slide1.xml", lambda body: body[:200]), "is a damaged document"),
    ("entities that laugh", odt_of("<text:p>&j;</text:p>", LAUGHS), "holds no text|is a damaged document"),
]


@pytest.mark.parametrize(("content", "what"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_what_cannot_be_read_is_said_in_words(content: bytes, what: str) -> None:
    with pytest.raises(ThreadkitError, match=what) as caught:
        read(content, "release.docx")
    assert caught.value.hint
