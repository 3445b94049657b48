"""What the process that reads PDFs answers: page after page; a picture of a page, for OCR; what pages hide, for `threadkit reveal`."""

from __future__ import annotations

from collections.abc import Iterator

from threadkit.read import pdfium
from threadkit.read.pdf_page import hidden_words, read_page
from threadkit.read.pdf_records import Opening, PdfPage

#: More pages than this, or entries of an outline, are no release.
MOST_PAGES = 100_000
_MOST_BOOKMARKS = 20_000
# What OCR wants: dots an inch, and no more of them than this.
_DOTS, _MOST_DOTS = 300, 40_000_000


def answers(content: bytes, task: str, wanted: tuple[int, ...] = ()) -> Iterator[Opening | PdfPage | bytes | tuple[int, str, str]]:
    """Yield the opening, then, for the task `read`, each page; for `paint`, a picture of each page `wanted` (from 0); for `reveal`, (page, why,
    words) for what is hidden.
    """
    try:
        with pdfium.opened(content) as document:
            count = pdfium.count_pages(document)
            if not 0 < count <= MOST_PAGES:
                yield "huge" if count > 0 else "empty"
                return
            yield count, tuple(pdfium.bookmarks(document, _MOST_BOOKMARKS))
            for number in wanted if task == "paint" else range(count):
                if task == "read":
                    yield read_page(document, number)
                elif task == "paint":
                    yield _painted(document, number)
                else:
                    yield from ((number + 1, why, words) for why, words in _hidden(document, number))
    except pdfium.LockedError:
        yield "locked"
    except ValueError:
        yield "damaged"


def _hidden(document: pdfium.Handle, number: int) -> list[tuple[str, str]]:
    try:
        return hidden_words(document, number)
    except ValueError:
        return []


def _painted(document: pdfium.Handle, number: int) -> bytes:
    """Return a page as a grey picture of the kind that needs no library (PGM)."""
    with pdfium.page_of(document, number) as page:
        left, bottom, right, top = pdfium.page_box(page)
        width, height = (right - left, top - bottom) if pdfium.rotation(page) % 2 == 0 else (top - bottom, right - left)
        scale = min(_DOTS / 72, (_MOST_DOTS / max(width * height, 1.0)) ** 0.5)
        across, down = max(round(width * scale), 1), max(round(height * scale), 1)
        painted, stride = pdfium.render(page, across, down)
    rows = b"".join(painted[row * stride : row * stride + across] for row in range(down))
    return b"P5 %d %d 255\n" % (across, down) + rows
