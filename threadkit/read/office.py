"""Read Office documents (Word, Excel, PowerPoint, OpenDocument, rich text) and web pages: their text with its pages, through libraries made for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from threadkit.read.given import Claim, Format, Found, Given, ReadOptions
from threadkit.read.isolation import Isolated, StoppedError
from threadkit.read.mail_html import text_of_html
from threadkit.read.office_pages import OfficePage
from threadkit.read.text import read_text
from threadkit.read.zips import is_office
from threadkit.records import Note, Page, Phrase, Source, Span, ThreadkitError

_MEMORY = 2 * 1024 * 1024 * 1024
_READER = Isolated("threadkit.read.office_child", memory=_MEMORY)
_ANEW = Phrase("Open it, print it to a PDF, and import that.")
_ZIP, _RTF = b"PK\x03\x04", b"{\\rtf"
_DOCX_PARTS = (b"word/document.xml", b"word/_rels", b"word/")
_XLSX_PARTS = (b"xl/workbook.xml", b"xl/_rels", b"xl/worksheets/")
_PPTX_PARTS = (b"ppt/presentation.xml", b"ppt/_rels", b"ppt/slides/")
_PARTS = (_DOCX_PARTS, _XLSX_PARTS, _PPTX_PARTS)
_ODT = b"mimetypeapplication/vnd.oasis.opendocument.text"
_HTML = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)
_HTML_MARKS = (b"\xef\xbb\xbf", b"")
_HTML_WITHIN = 4096
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_HTML_NAMES = (".html", ".htm", ".xhtml")


def identify_docx(head: bytes, name: str) -> Claim:
    """Claim Word documents: by the names of their parts, where these come early, else by the file's own."""
    return _identify(head, name, _DOCX_PARTS, DOCX)


def identify_xlsx(head: bytes, name: str) -> Claim:
    """Claim Excel workbooks, likewise."""
    return _identify(head, name, _XLSX_PARTS, XLSX)


def identify_pptx(head: bytes, name: str) -> Claim:
    """Claim PowerPoint presentations, likewise."""
    return _identify(head, name, _PPTX_PARTS, PPTX)


def _identify(head: bytes, name: str, parts: tuple[bytes, ...], wanted: Format) -> Claim:
    """Answer by the names of the parts of all three: a Word document may hold a workbook, so that the first name in the file decides."""
    if not head.startswith(_ZIP) or not is_office(head, name) or _ODT in head:
        return Claim.NONE
    firsts = {kind: min(places) for kind in _PARTS if (places := [place for part in kind if (place := head.find(part)) >= 0])}
    if firsts:
        return Claim.CONTENT if min(firsts, key=lambda kind: firsts[kind]) == parts else Claim.NONE
    return Claim.NAME if name.lower().endswith(wanted.extensions) else Claim.NONE


def identify_odt(head: bytes, name: str) -> Claim:  # noqa: ARG001 - every format is asked alike
    """Claim OpenDocument texts."""
    return Claim.CONTENT if head.startswith(_ZIP) and _ODT in head[:200] else Claim.NONE


def identify_rtf(head: bytes, name: str) -> Claim:  # noqa: ARG001 - the same
    """Claim rich text."""
    return Claim.CONTENT if head.startswith(_RTF) else Claim.NONE


def identify_html(head: bytes, name: str) -> Claim:
    """Claim web pages: by how they begin, or by a name and a tag."""
    start = head[:_HTML_WITHIN].removeprefix(_HTML_MARKS[0])
    if _HTML.match(start):
        return Claim.CONTENT
    return Claim.NAME if name.lower().endswith(_HTML_NAMES) and b"<" in start else Claim.NONE


def read_docx(given: Given, options: ReadOptions) -> Iterator[Found]:  # noqa: ARG001 - the same
    """Yield the one source that a Word document is."""
    yield _read(given, "docx", DOCX.media_type)


def read_xlsx(given: Given, options: ReadOptions) -> Iterator[Found]:  # noqa: ARG001 - the same
    """Yield the one source that a workbook is."""
    yield _read(given, "xlsx", XLSX.media_type)


def read_pptx(given: Given, options: ReadOptions) -> Iterator[Found]:  # noqa: ARG001 - the same
    """Yield the one source that a presentation is."""
    yield _read(given, "pptx", PPTX.media_type)


def read_odt(given: Given, options: ReadOptions) -> Iterator[Found]:  # noqa: ARG001 - the same
    """Yield the one source that an OpenDocument text is."""
    yield _read(given, "odt", ODT.media_type)


def read_rtf(given: Given, options: ReadOptions) -> Iterator[Found]:  # noqa: ARG001 - the same
    """Yield the one source that a rich text is."""
    yield _read(given, "rtf", RTF.media_type)


def read_html(given: Given, options: ReadOptions) -> Iterator[Found]:
    """Yield the one source that a web page is: what a reader sees of it, nothing run and nothing loaded."""
    content = bytes(given.content)
    told = _CHARSET.search(content[:_HTML_WITHIN])
    encoding = options.encoding
    if encoding is None and told and not content.startswith(_HTML_MARKS[0]):
        encoding = told.group(1).decode("ascii")
    try:
        decoded = read_text(content, given.name, encoding)
    except ThreadkitError:
        if options.encoding is not None:
            raise
        decoded = read_text(content, given.name)
    text = text_of_html(decoded.text)
    if not text.strip():
        raise _wordless(given.name)
    shown = replace(read_text(f"{text.rstrip()}\n".encode(), given.name), content=content, sha256=given.sha256)
    yield replace(shown, media_type=HTML.media_type, encoding=decoded.encoding)


def _read(given: Given, kind: str, media_type: str) -> Source:
    """Read a document in a process of its own.

    Raises:
        ThreadkitError: it is damaged, or takes more time or memory than any document should.
    """
    content = bytes(given.content)
    try:
        pages: list[OfficePage] = list(_READER.ask(kind, content))
    except StoppedError:
        raise ThreadkitError("takes too long, or too much memory, to read.", where=given.name, hint=_ANEW) from None
    except Exception as error:  # noqa: BLE001 - whatever a library raises at a damaged document, told with its kind
        what = Phrase("is a damaged document: {detail}.", detail=str(error) or type(error).__name__)
        raise ThreadkitError(what, where=given.name, hint=_ANEW) from None
    if not any(line.strip() for page in pages for line in page.lines):
        raise _wordless(given.name)
    return _source_of(given, content, pages, kind, media_type)


def _wordless(name: str) -> ThreadkitError:
    return ThreadkitError("holds no text.", where=name, hint="If it shows pictures of pages, print it to a PDF and use --ocr.")


def _source_of(given: Given, content: bytes, pages: Sequence[OfficePage], kind: str, media_type: str) -> Source:
    shown: list[Page] = []
    notes: list[Note] = []
    line = 1
    for number, page in enumerate(pages, 1):
        text = _text_of(page.lines)
        notes += (Note("link", number, Span(line + at, line + at), words, address) for at, words, address in page.links)
        notes += (Note("hidden", number, Span(line + at, line + at), "invisible", str(count)) for at, count in page.hidden)
        shown.append(Page(number, page.label, line, text))
        line += text.count("\n")
    whole = "\f".join(page.text for page in shown)
    source = read_text(whole.encode("utf-8", "replace"), given.name, "utf-8")
    return replace(
        source,
        sha256=given.sha256,
        media_type=media_type,
        encoding=kind,
        content=content,
        text=whole,
        pages=tuple(shown),
        notes=tuple(notes),
    )


def _text_of(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines).translate(_CONTROLS) or "\n"


# A vertical tab or a form feed inside a line is one blank, and a NUL what a text file's is.
_CONTROLS = {0x0B: " ", 0x0C: " ", 0x0D: None, 0x00: "\u2400"}

DOCX = Format(
    "docx",
    "a Word document",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    (".docx", ".docm"),
    identify_docx,
    read_docx,
    extra="office",
    needs=("docx", "lxml"),
)
XLSX = Format(
    "xlsx",
    "an Excel workbook",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    (".xlsx", ".xlsm"),
    identify_xlsx,
    read_xlsx,
    extra="office",
    needs=("openpyxl",),
)
PPTX = Format(
    "pptx",
    "a PowerPoint presentation",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    (".pptx", ".pptm", ".ppsx"),
    identify_pptx,
    read_pptx,
    extra="office",
    needs=("pptx",),
)
ODT = Format(
    "odt",
    "an OpenDocument text",
    "application/vnd.oasis.opendocument.text",
    (".odt",),
    identify_odt,
    read_odt,
    extra="office",
    needs=("lxml",),
)
RTF = Format("rtf", "a rich-text document", "application/rtf", (".rtf",), identify_rtf, read_rtf, extra="office", needs=("striprtf",))
HTML = Format("html", "a web page", "text/html", _HTML_NAMES, identify_html, read_html)
