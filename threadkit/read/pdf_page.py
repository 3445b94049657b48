"""Read one page of a PDF: its lines as shown, its links, and what it hides. Runs in the process that reads PDFs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from threadkit.read import pdfium
from threadkit.read.page_layout import PageLine, Piece, arrange
from threadkit.read.pdf_hidden import Hidden, find_hidden, look_at
from threadkit.read.pdf_records import HiddenWords, Link, PdfPage
from threadkit.read.pdfium import Box, Handle

#: More characters than this are no page.
MOST_CHARACTERS = 1_000_000
#: How a dark box stands in the text: a reader sees no more of it.
BAR = "\u2588" * 4
_MAILTO = "mailto:"
# PDFium joins a word that a line's end divides, and leaves this where the hyphen was.
_HYPHENS = "\ufffe\x02"
_LINE_OF_PAGE = re.compile("[^\r\n\ufffe\x02\x00]+[\ufffe\x02]?")
_INVISIBLE = str.maketrans({"\0": None, "\u00ad": "-", "\r": None, "\n": None, "\f": " ", "\ufffe": "-", "\x02": "-"})


def read_page(document: Handle, number: int) -> PdfPage:
    """Return the page of that number, from 0."""
    label = pdfium.page_label(document, number)
    try:
        with pdfium.page_of(document, number) as page:
            text_page = pdfium.load_text(page)
            try:
                return _read(document, number, page, text_page, label)
            finally:
                pdfium.close_text(text_page)
    except ValueError:
        return PdfPage((), label=label, problem="damaged")


def hidden_words(document: Handle, number: int) -> list[tuple[str, str]]:
    """Return (why, the words) for what a page hides: for who asks, never for an archive."""
    with pdfium.page_of(document, number) as page:
        text_page = pdfium.load_text(page)
        try:
            text = pdfium.characters(text_page)
            may_hide = look_at(page, text_page, text).may_hide
            found, _ = find_hidden(document, number, page, text_page, text) if may_hide else ((), False)
            return [(run.why, text[run.first : run.last + 1].translate(_INVISIBLE).strip()) for run in found]
        finally:
            pdfium.close_text(text_page)


def _read(document: Handle, number: int, page: Handle, text_page: Handle, label: str | None) -> PdfPage:
    text = pdfium.characters(text_page)
    if len(text) > MOST_CHARACTERS:
        return PdfPage((), label=label, problem="huge")
    found: tuple[Hidden, ...] = ()
    recognised = False
    look = look_at(page, text_page, text)
    if look.may_hide:
        found, recognised = find_hidden(document, number, page, text_page, text)
    turn = _Turn(page)
    pieces = list(_pieces(text_page, _without(text, found)))
    lines = arrange([turn.upright(piece) for piece in (*pieces, *_bars(look.bars, pieces))])
    heights = tuple(line.middle for line in lines)
    return PdfPage(
        tuple(line.text for line in lines),
        heights,
        label,
        tuple(_links(document, page, text_page, turn, lines)),
        tuple(HiddenWords(_nearest(lines, turn.box(run.place)), run.why, run.count, run.place) for run in found),
        is_scan=not lines and pdfium.count_objects(page) > 0,
        is_recognised=recognised,
    )


def _without(text: str, hidden: tuple[Hidden, ...]) -> str:
    """Return the text with NULs, which part its lines, for what is hidden, so that every index stays."""
    for run in hidden:
        text = text[: run.first] + "\0" * (run.last + 1 - run.first) + text[run.last + 1 :]
    return text


def _pieces(text_page: Handle, text: str) -> Iterator[Piece]:
    """Yield the pieces of text that PDFium takes for lines, parted where blanks for hidden words stand."""
    for order, match in enumerate(_LINE_OF_PAGE.finditer(text)):
        line = match.group()
        stripped = line.strip()
        if not stripped:
            continue
        first = match.start() + len(line) - len(line.lstrip())
        last = first + len(stripped) - 1
        if text[last] in _HYPHENS and last > first:
            last -= 1
        start, end = pdfium.loose_box(text_page, first), pdfium.loose_box(text_page, last)
        left, right = min(start[0], end[0]), max(start[2], end[2])
        yield Piece(left, min(start[1], end[1]), right, max(start[3], end[3]), stripped.translate(_INVISIBLE), order)


def _bars(bars: tuple[Box, ...], pieces: list[Piece]) -> Iterator[Piece]:
    """Yield what a reader sees of dark boxes on which no words are shown; a high one, and one over another, is one bar."""
    taken: list[Box] = [(piece.left, piece.bottom, piece.right, piece.top) for piece in pieces]
    for bar in bars:
        left, bottom, right, top = bar
        inner = (left + 1, bottom + 1, right - 1, top - 1)
        if not any(inner[0] < box[2] and box[0] < inner[2] and inner[1] < box[3] and box[1] < inner[3] for box in taken):
            taken.append(bar)
            yield Piece(left, bottom, right, top, BAR, len(taken))


class _Turn:
    """How the page is turned before it is shown, and where things then stand."""

    def __init__(self, page: Handle) -> None:
        self._quarters = pdfium.rotation(page) % 4
        _, _, self._right, self._top = pdfium.page_box(page)

    def box(self, box: Box) -> Box:
        left, bottom, right, top = box
        if self._quarters == 1:
            return bottom, self._right - right, top, self._right - left
        if self._quarters == 2:
            return self._right - right, self._top - top, self._right - left, self._top - bottom
        if self._quarters == 3:
            return self._top - top, left, self._top - bottom, right
        return box

    def upright(self, piece: Piece) -> Piece:
        if not self._quarters:
            return piece
        return Piece(*self.box((piece.left, piece.bottom, piece.right, piece.top)), piece.text, piece.order)


def _links(document: Handle, page: Handle, text_page: Handle, turn: _Turn, lines: list[PageLine]) -> Iterator[Link]:
    for box, address in pdfium.links(document, page):
        if address[: len(_MAILTO)].lower() == _MAILTO:
            shown = " ".join(pdfium.text_within(text_page, box).translate(_INVISIBLE).split())
            yield Link(_nearest(lines, turn.box(box)), shown, address)


def _nearest(lines: list[PageLine], box: Box) -> int:
    """Return the line whose middle is nearest to that of a box; 0 where the page has none."""
    middle = (box[1] + box[3]) / 2
    heights = [(abs(line.middle - middle), number) for number, line in enumerate(lines) if line.middle is not None]
    return min(heights)[1] if heights else 0
