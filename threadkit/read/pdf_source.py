"""Make a source of pages, those of a PDF or of a picture: their text, labels, and what is told of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from threadkit.read.given import Given
from threadkit.read.page_labels import printed_labels
from threadkit.read.pdf_records import Outline, PdfPage
from threadkit.records import Defect, Note, Page, Source, Span


def source_of(given: Given, content: bytes, pages: list[PdfPage], outline: Outline) -> Source:
    """Return the source that the pages make: joined by form feeds, each with a label where one is printed or told."""
    texts = ["\n".join(page.lines) + "\n" for page in pages]
    firsts = list(_first_lines(texts))
    printed = printed_labels([page.lines for page in pages])
    numbered = list(zip(range(1, len(pages) + 1), pages, firsts, strict=True))
    own_labels = [page.label for page in pages]
    told = own_labels if any(label != str(number) for number, label in enumerate(own_labels, 1)) else [None] * len(pages)
    return Source(
        name=given.name,
        sha256=given.sha256,
        media_type="application/pdf",
        encoding="pdf",
        content=content,
        text="\f".join(texts),
        pages=tuple(
            Page(number, printed[number - 1] or told[number - 1], first, text)
            for (number, _, first), text in zip(numbered, texts, strict=True)
        ),
        defects=tuple(defect for number, page, first in numbered for defect in _defects(number, page, first)),
        notes=(*_bookmarks(outline, pages, firsts), *(note for number, page, first in numbered for note in _notes(number, page, first))),
    )


def _first_lines(texts: Iterable[str]) -> Iterator[int]:
    line = 1
    for text in texts:
        yield line
        line += text.count("\n")


def _defects(number: int, page: PdfPage, first: int) -> Iterator[Defect]:
    here = Span(first, first)
    if page.problem:
        yield Defect("page-unreadable", here, f"page {number}: {page.problem}")
    if page.is_scan:
        yield Defect("page-without-text", here, f"page {number}")
    for top, bottom in page.doubtful_order:
        yield Defect("columns-doubtful", Span(first + top, first + bottom), f"page {number}")
    for line in page.doubtful:
        yield Defect("ocr-doubtful", Span(first + line, first + line), page.lines[line])


def _notes(number: int, page: PdfPage, first: int) -> Iterator[Note]:
    if page.is_scan or page.problem:
        yield Note("scan", number, Span(first, first), page.problem)
    if page.is_recognised:
        yield Note("ocr", number, Span(first, first + max(len(page.lines) - 1, 0)), value=page.recognised_by or "text layer")
    for top, bottom in page.doubtful_order:
        yield Note("columns", number, Span(first + top, first + bottom))
    for link in page.links:
        yield Note("link", number, Span(first + link.line, first + link.line), link.text, link.address)
    for hidden in page.hidden:
        place = ", ".join(str(round(edge)) for edge in hidden.place)
        yield Note("hidden", number, Span(first + hidden.line, first + hidden.line), hidden.why, f"{hidden.count} ({place})")


def _bookmarks(outline: Outline, pages: list[PdfPage], firsts: list[int]) -> Iterator[Note]:
    """Yield the entries of the outline, each at the line of its page where it leads."""
    for title, page, height in outline:
        if not 0 <= page < len(pages):
            continue
        heights = [
            (abs(middle - height), line) for line, middle in enumerate(pages[page].heights) if middle is not None and height is not None
        ]
        line = firsts[page] + (min(heights)[1] if heights else 0)
        yield Note("bookmark", page + 1, Span(line, line), " ".join(title.split()))
