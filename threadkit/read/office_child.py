"""What the process that reads Office documents answers: the pages of text, one after the other, and what stands beside them.

Word, OpenDocument and rich text here; tables and slides in modules of their own.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from threadkit.read.office_pages import CELL, DEEPEST, OfficePage, Writer, as_plain, check
from threadkit.read.office_slides import read_pptx
from threadkit.read.office_tables import read_xlsx

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_NOTES = ("footnote", "endnote")
_BOX, _FALLBACK = f"{_WORD}txbxContent", "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BLACK = "000000"
#: How words under a black marker stand in the text, as those under a box of a PDF do.
BAR = "\u2588" * 4
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_LINK = "{http://www.w3.org/1999/xlink}href"
# What an OpenDocument text holds and a reader of the page does not see.
_UNSEEN = frozenset({f"{_TEXT}tracked-changes", f"{_OFFICE}annotation", f"{_TEXT}note-citation", f"{_TEXT}hidden-text"})


def answers(kind: str, content: bytes) -> Iterator[OfficePage]:
    """Yield the pages of a document.

    Raises:
        ValueError: it is damaged, or of a size that no document has.
    """
    yield from {"docx": _read_docx, "odt": _read_odt, "rtf": _read_rtf, "xlsx": read_xlsx, "pptx": read_pptx}[kind](content)


# ---------------------------------------------------------------- Word


def _read_docx(content: bytes) -> list[OfficePage]:
    from docx import Document  # noqa: PLC0415 - an extra
    from docx.opc.exceptions import OpcError  # noqa: PLC0415 - with it

    check(content)
    try:
        document = Document(io.BytesIO(as_plain(content)))
    except (OpcError, KeyError, zipfile.BadZipFile) as error:
        raise ValueError(str(error)) from None
    writer = Writer()
    targets = {key: part.target_ref for key, part in document.part.rels.items() if part.is_external}
    _write_blocks(document.element.body, writer, targets, 0)
    _write_notes(document.part, writer, targets)
    return writer.pages


def _write_notes(part: Any, writer: Writer, targets: dict[str, str]) -> None:
    """Write footnotes and endnotes after the text: where a page ends is not in the file."""
    from docx.oxml import parse_xml  # noqa: PLC0415 - an extra

    for kind in _NOTES:
        for held in (relation.target_part for relation in part.rels.values() if relation.reltype.endswith(f"/{kind}s")):
            for note in parse_xml(held.blob).findall(f"{_WORD}{kind}"):
                if note.get(f"{_WORD}type") is None:
                    _write_blocks(note, writer, targets, 1)


def _write_blocks(parent: Any, writer: Writer, targets: dict[str, str], depth: int) -> None:
    """Write paragraphs and tables in their order; a table's row is one line, as its cells stand side by side."""
    for block in parent:
        if block.tag == f"{_WORD}p":
            _write_paragraph(block, writer, targets)
            writer.end_line()
            for box in _text_boxes(block) if depth < DEEPEST else ():
                _write_blocks(box, writer, targets, depth + 1)
        elif block.tag == f"{_WORD}tbl" and depth < DEEPEST:
            for row in block.iter(f"{_WORD}tr"):
                _write_row(row, writer, targets, depth)
        elif block.tag in (f"{_WORD}sdt", f"{_WORD}sdtContent", f"{_WORD}smartTag") and depth < DEEPEST:
            _write_blocks(block, writer, targets, depth + 1)


def _text_boxes(parent: Any) -> Iterator[Any]:
    """Yield the text boxes that hang on a paragraph, each once: a box stands a second time for programs that do not know its kind."""
    waiting = list(reversed(parent))
    while waiting:
        part = waiting.pop()
        if part.tag == _BOX:
            yield part
        elif part.tag != _FALLBACK:
            waiting.extend(reversed(part))


def _write_row(row: Any, writer: Writer, targets: dict[str, str], depth: int) -> None:
    cells = [cell.findall(f"{_WORD}p") for cell in row.findall(f"{_WORD}tc")]
    if any(len(paragraphs) > 1 for paragraphs in cells[:-1]) or depth:
        for paragraph in (paragraph for paragraphs in cells for paragraph in paragraphs):
            _write_paragraph(paragraph, writer, targets)
            writer.end_line()
        return
    for number, paragraphs in enumerate(cells):
        if number:
            writer.words(CELL)
        for place, paragraph in enumerate(paragraphs):
            if place:
                writer.end_line()
            _write_paragraph(paragraph, writer, targets)
    writer.end_line()


def _write_paragraph(paragraph: Any, writer: Writer, targets: dict[str, str]) -> None:
    for part in paragraph:
        if part.tag == f"{_WORD}r":
            _write_run(part, writer)
        elif part.tag == f"{_WORD}hyperlink":
            start = writer.column()
            for run in part.iter(f"{_WORD}r"):
                _write_run(run, writer)
            writer.link(start, targets.get(part.get(_RELATION, ""), ""))
        elif part.tag in (f"{_WORD}ins", f"{_WORD}smartTag", f"{_WORD}sdt", f"{_WORD}sdtContent", f"{_WORD}fldSimple"):
            _write_paragraph(part, writer, targets)


def _write_run(run: Any, writer: Writer) -> None:
    properties = run.find(f"{_WORD}rPr")
    vanish = properties.find(f"{_WORD}vanish") if properties is not None else None
    is_black = properties is not None and _is_black_on_black(properties)
    if is_black or (vanish is not None and vanish.get(f"{_WORD}val", "1") not in ("0", "false")):
        if is_black:
            writer.words(BAR)
        count = sum(len("".join((part.text or "").split())) for part in run.iter(f"{_WORD}t"))
        if count:
            writer.page.hidden.append((writer.page.last_line(), count))
        return
    for part in run:
        if part.tag == f"{_WORD}t":
            writer.words((part.text or "").replace("\n", " "))
        elif part.tag == f"{_WORD}tab":
            writer.words("\t")
        elif part.tag == f"{_WORD}noBreakHyphen":
            writer.words("-")
        elif part.tag == f"{_WORD}lastRenderedPageBreak" or (part.tag == f"{_WORD}br" and part.get(f"{_WORD}type") == "page"):
            if writer.page.lines:
                writer.end_page()
        elif part.tag in (f"{_WORD}br", f"{_WORD}cr"):
            writer.end_line()


def _is_black_on_black(properties: Any) -> bool:
    """Tell whether words are painted over in their own colour: a redaction that hides nothing from who copies them."""
    color, marker, ground = (properties.find(f"{_WORD}{name}") for name in ("color", "highlight", "shd"))
    written = (color.get(f"{_WORD}val") if color is not None else "auto").lower()
    marked = marker is not None and marker.get(f"{_WORD}val") == "black"
    filled = ground is not None and ground.get(f"{_WORD}fill") == _BLACK
    return (marked and written in ("auto", _BLACK)) or (filled and written == _BLACK)


# ---------------------------------------------------------------- OpenDocument


def _read_odt(content: bytes) -> list[OfficePage]:
    from lxml import etree  # noqa: PLC0415 - an extra

    check(content)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            root = etree.fromstring(opened.read("content.xml"), parser)
    except (KeyError, zipfile.BadZipFile, etree.XMLSyntaxError, RuntimeError) as error:
        raise ValueError(str(error)) from None
    body = root.find(f".//{_OFFICE}text")
    if body is None:
        raise ValueError("no text")
    writer = Writer()
    _write_odt(body, writer, 0)
    return writer.pages


def _write_odt(parent: Any, writer: Writer, depth: int) -> None:
    for block in parent:
        if block.tag in (f"{_TEXT}p", f"{_TEXT}h"):
            _write_odt_words(block, writer, 0)
            writer.end_line()
        elif block.tag == f"{_TABLE}table-row":
            _write_odt_row(block, writer)
        elif block.tag == f"{_TEXT}soft-page-break":
            writer.end_page()
        elif block.tag not in _UNSEEN and depth < DEEPEST:
            _write_odt(block, writer, depth + 1)


def _write_odt_row(row: Any, writer: Writer) -> None:
    for number, cell in enumerate(row.findall(f"{_TABLE}table-cell")):
        if number:
            writer.words(CELL)
        for place, paragraph in enumerate(cell.iter(f"{_TEXT}p")):
            if place:
                writer.end_line()
            _write_odt_words(paragraph, writer, 0)
    writer.end_line()


def _write_odt_words(element: Any, writer: Writer, depth: int) -> None:
    start = writer.column()
    writer.words((element.text or "").replace("\n", " "))
    for part in element:
        if part.tag == f"{_TEXT}s":
            writer.words(" " * min(int(part.get(f"{_TEXT}c", "1")), 200))
        elif part.tag == f"{_TEXT}tab":
            writer.words("\t")
        elif part.tag == f"{_TEXT}line-break":
            writer.end_line()
        elif part.tag == f"{_TEXT}soft-page-break":
            writer.end_page()
        elif part.tag not in _UNSEEN and depth < DEEPEST:
            _write_odt_words(part, writer, depth + 1)
        writer.words((part.tail or "").replace("\n", " "))
    if element.tag == f"{_TEXT}a":
        writer.link(start, element.get(_LINK, ""))


# ---------------------------------------------------------------- RTF


def _read_rtf(content: bytes) -> list[OfficePage]:
    from striprtf.striprtf import rtf_to_text  # noqa: PLC0415 - an extra

    text = rtf_to_text(content.decode("cp1252", "replace"), encoding="cp1252", errors="replace")  # type: ignore[no-untyped-call]
    return [OfficePage(page.split("\n")) for page in text.replace("\r\n", "\n").replace("\r", "\n").replace("|\n", "\n").split("\f")]
