"""Read a PDF: the text that each page shows, in a process of its own; what a page hides is told by its place alone."""

from __future__ import annotations

from collections.abc import Iterator

from threadkit.read.given import Claim, Format, Found, Given, ReadOptions
from threadkit.read.isolation import Isolated, StoppedError
from threadkit.read.ocr import recognise_page
from threadkit.read.pdf_records import Opening, Outline, PdfPage
from threadkit.read.pdf_source import source_of
from threadkit.records import Phrase, ThreadkitError

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


PDF = Format("pdf", "a PDF", "application/pdf", (".pdf",), identify_pdf, read_pdf, extra="pdf", needs=("pypdfium2",))
