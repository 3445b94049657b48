"""Read a PDF: the text that each page shows, in a process of its own; what a page hides is told by its place alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from threadkit.read.given import Claim, Format, Found, Given, ReadOptions
from threadkit.read.isolation import Isolated, StoppedError
from threadkit.read.ocr import recognise_page
from threadkit.read.page_labels import printed_labels
from threadkit.read.pdf_records import Opening, Outline, PdfPage
from threadkit.records import Defect, Note, Page, Phrase, Source, Span, ThreadkitError

_MARK = b"%PDF-"
# Some programs write a few bytes before the mark, and readers accept them.
_MARK_WITHIN = 1024
_BLANK = b" \t\r\n\0\xef\xbb\xbf"
_READER = Isolated("threadkit.read.pdf_child")
_ANEW = Phrase("Open it in a PDF viewer, print it to a new PDF, and import that.")

WHY_NOT = {
    "locked": (Phrase("is locked with a password."), Phrase("Open it with the password, print it to a new PDF, and import that.")),
    "damaged": (Phrase("is damaged: it cannot be opened as a PDF."), Phrase("Ask for it again, or repair it in a PDF viewer.")),
    "unreadable": (Phrase("is damaged: none of its pages can be read."), Phrase("Ask for it again, or repair it in a PDF viewer.")),
    "empty": (Phrase("is a PDF without pages."), Phrase("Check how the file was made.")),
    "huge": (Phrase("is a PDF of more pages than can be read."), Phrase("Split it into several files.")),
}


def identify_pdf(head: bytes, name: str) -> Claim:  # noqa: ARG001 - every format is asked alike
    """Claim what begins as a PDF does; where other bytes stand before the mark, less surely: a mail may hold a PDF as it is."""
    if head.lstrip(_BLANK).startswith(_MARK):
        return Claim.CONTENT
    return Claim.NAME if _MARK in head[:_MARK_WITHIN] else Claim.NONE


def read_pdf(given: Given, options: ReadOptions) -> Iterator[Found]:
    """Yield the one source that a PDF is.

    Raises:
        ThreadkitError: it is damaged, locked, has no pages, or cannot be read within the limits.
    """
    content = bytes(given.content)
    outline, pages = _pages(content, given.name)
    if options.ocr:
        pages = _recognised(content, given.name, pages)
    yield source_of(given, content, pages, outline)


def reveal(content: bytes, name: str) -> list[tuple[int, str, str]]:
    """Return (page, why, words) for everything that the pages of a PDF hide: for the terminal of who asks, never for an archive."""
    answers = _answers(content, name, "reveal")
    next(answers)
    return [answer for answer in answers if isinstance(answer, tuple) and len(answer) == 3]


def _pages(content: bytes, name: str) -> tuple[Outline, list[PdfPage]]:
    answers = _answers(content, name, "read")
    opening = next(answers)
    outline = opening[1] if isinstance(opening, tuple) and len(opening) == 2 else ()
    pages = [answer for answer in answers if isinstance(answer, PdfPage)]
    if all(page.problem for page in pages):
        what, hint = WHY_NOT["unreadable"]
        raise ThreadkitError(what, where=name, hint=hint)
    return outline, pages


def _recognised(content: bytes, name: str, pages: list[PdfPage]) -> list[PdfPage]:
    """Return the pages with words recognised where they are pictures without text."""
    scans = tuple(number for number, page in enumerate(pages) if page.is_scan)
    painted = (answer for answer in _answers(content, name, "paint", scans) if isinstance(answer, bytes)) if scans else iter(())
    found = {number: recognise_page(picture, name, pages[number]) for number, picture in zip(scans, painted, strict=True)}
    return [found.get(number, page) for number, page in enumerate(pages)]


def _answers(
    content: bytes, name: str, task: str, wanted: tuple[int, ...] = ()
) -> Iterator[Opening | PdfPage | bytes | tuple[int, str, str]]:
    """Yield the opening and what follows.

    Raises:
        ThreadkitError: there is nothing to read, or the process was stopped.
    """
    done = 0
    try:
        for answer in _READER.ask(content, task, wanted):
            if isinstance(answer, str):
                what, hint = WHY_NOT[answer]
                raise ThreadkitError(what, where=name, hint=hint)
            done += isinstance(answer, PdfPage)
            yield answer
    except StoppedError as stopped:
        page = Phrase("{name}, page {page}", name=name, page=done + 1)
        if stopped.too_slow:
            raise ThreadkitError("takes too long to read.", where=page, hint=_ANEW) from None
        raise ThreadkitError("made the program that reads PDFs fail.", where=page, hint=_ANEW) from None


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


PDF = Format("pdf", "a PDF", "application/pdf", (".pdf",), identify_pdf, read_pdf, extra="pdf", needs=("pypdfium2",))
