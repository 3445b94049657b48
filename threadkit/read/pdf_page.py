"""Read one page of a PDF: its lines as shown, its links, and what it hides. Runs in the process that reads PDFs."""

from __future__ import annotations

import gc
import re
from collections import Counter
from collections.abc import Iterator
from operator import sub
from typing import NamedTuple
from urllib.parse import unquote

from threadkit.read import pdfium
from threadkit.read.page_columns import NO_ORDER, Blank, Piece, blank_of, piece_of
from threadkit.read.page_layout import Lines, arrange
from threadkit.read.pdf_hidden import Hidden, find_hidden, look_at
from threadkit.read.pdf_records import Box, Edges, HiddenWords, Link, PdfPage
from threadkit.read.pdfium import Handle

#: More characters than this are no page.
MOST_CHARACTERS = 1_000_000
#: The direction of a page is told by so many of its longest lines, of more than so many characters.
_ASKED_FOR_TURN, _TELLING = 5, 3
#: A line that is so many times higher than most may be two, of few words; they share less than this part of their height.
_TALL, _MOST_WORDS_OF_TALL, _SHARED = 1.6, 20, 0.1
#: How a dark box stands in the text: a reader sees no more of it.
BAR = "\u2588" * 4
_MAILTO = "mailto:"
# PDFium joins a word that a line's end divides, and leaves this where the hyphen was.
_LINE_OF_PAGE = re.compile("[^\\s\ufffe\x02\x00](?:[^\r\n\ufffe\x02\x00]*[^\\s\ufffe\x02\x00])?[\ufffe\x02]?")
_BLANK = re.compile("(?<=[^ ]) (?=[^ ])")
_UNUSUAL = "\0\x02\u00ad\f\ufffe"
_INVISIBLE = str.maketrans({"\0": None, "\u00ad": "-", "\r": None, "\n": None, "\f": " ", "\ufffe": "-", "\x02": "-"})


def read_page(document: Handle, number: int) -> PdfPage:
    """Return the page of that number, from 0."""
    label = pdfium.page_label(document, number)
    collects = gc.isenabled()
    # A page is hundreds of tuples, none in a circle: to look for circles among them costs more than making them.
    gc.disable()
    try:
        with pdfium.page_of(document, number) as page:
            text_page = pdfium.load_text(page)
            try:
                return _read(document, number, page, text_page, label)
            finally:
                pdfium.close_text(text_page)
    except ValueError:
        return PdfPage((), label=label, problem="damaged")
    finally:
        if collects:
            gc.enable()


def hidden_words(document: Handle, number: int) -> list[tuple[str, str]]:
    """Return (why, the words) for what a page hides: for who asks, never for an archive."""
    with pdfium.page_of(document, number) as page:
        text_page = pdfium.load_text(page)
        try:
            text = pdfium.characters(text_page)
            runs = _Runs.of(text_page, _stretches(text, unusual=_is_unusual(text)))
            may_hide = look_at(page, text_page, runs.edges).may_hide
            found, _ = find_hidden(document, number, page, text_page, text) if may_hide else ((), False)
            return [(run.why, text[run.first : run.last + 1].translate(_INVISIBLE).strip()) for run in found]
        finally:
            pdfium.close_text(text_page)


def _read(document: Handle, number: int, page: Handle, text_page: Handle, label: str | None) -> PdfPage:
    text = pdfium.characters(text_page)
    if len(text) > MOST_CHARACTERS:
        return PdfPage((), label=label, problem="huge")
    found: tuple[Hidden, ...] = ()
    recognised, unusual = False, _is_unusual(text)
    runs = _Runs.of(text_page, _stretches(text, unusual=unusual))
    look = look_at(page, text_page, runs.edges)
    if look.may_hide:
        found, recognised = find_hidden(document, number, page, text_page, text)
        if found:
            text, unusual = _without(text, found), True
            runs = _Runs.of(text_page, _stretches(text, unusual=True))
    if tall := _tall(runs.heights):
        runs = _Runs.of(text_page, _of_one_line_each(text_page, text, runs, tall))
    turn = _Turn(page, _quarters(page, text_page, runs))
    stretches = runs.stretches
    texts = [text[first : last + 1] for first, last in stretches]
    if unusual:
        texts = [each.translate(_INVISIBLE) for each in texts]
    pieces = list(map(piece_of, zip(*runs.edges, texts, range(len(texts)), strict=True)))
    if look.bars:
        pieces, stretches = _with_bars(text_page, look.bars, pieces, stretches)
    if turn:
        pieces = [turn.upright(piece) for piece in pieces]
    lines = arrange(pieces, turn.width, lambda number, edge: _blanks(text_page, turn, pieces[number].text, *stretches[number], edge))
    return PdfPage(
        tuple(lines.texts),
        tuple(lines.middles),
        label,
        tuple(_links(document, page, text_page, turn, lines)),
        tuple(HiddenWords(_nearest(lines, turn.box(run.place)), run.why, run.count, run.place) for run in found),
        is_scan=not lines.texts and pdfium.count_objects(page) > 0,
        is_recognised=recognised,
        doubtful_order=tuple(lines.doubtful),
    )


class _Runs(NamedTuple):
    """What PDFium takes for lines: the first and last character of each, its box, all boxes edge by edge, and how high they are."""

    stretches: list[tuple[int, int]]
    boxes: list[Box]
    edges: Edges
    heights: list[float]

    @classmethod
    def of(cls, text_page: Handle, stretches: list[tuple[int, int]]) -> _Runs:
        boxes = pdfium.boxes_of(text_page, stretches)
        edges = Edges.of(boxes)
        return cls(stretches, boxes, edges, list(map(sub, edges.tops, edges.bottoms)))


def _without(text: str, hidden: tuple[Hidden, ...]) -> str:
    """Return the text with NULs, which part its lines, for what is hidden, so that every index stays."""
    for run in hidden:
        text = text[: run.first] + "\0" * (run.last + 1 - run.first) + text[run.last + 1 :]
    return text


def _stretches(text: str, *, unusual: bool) -> list[tuple[int, int]]:
    """Return the first and last character of what PDFium takes for lines, parted where hidden words were."""
    if unusual:
        return [(match.start(), match.end() - 1) for match in _LINE_OF_PAGE.finditer(text)]
    found, start = [], 0
    for line in text.split("\r\n"):
        length, shown = len(line), line.strip()
        if shown:
            first = start if shown is line else start + line.index(shown)
            found.append((first, first + len(shown) - 1))
        start += length + 2
    return found


def _tall(heights: list[float]) -> set[int]:
    """Return the places of what PDFium takes for a line and may be two: short words below each other, such as labels."""
    if not heights or max(heights) <= _TALL * min(heights):
        return set()
    usual = sorted(heights)[len(heights) // 2]
    return {at for at, height in enumerate(heights) if height > _TALL * usual}


def _of_one_line_each(text_page: Handle, text: str, runs: _Runs, tall: set[int]) -> list[tuple[int, int]]:
    around = enumerate(zip(runs.stretches, runs.boxes, strict=True))
    return [part for at, each in around for part in (_of_one_line(text_page, text, *each) if at in tall else each[:1])]


def _of_one_line(text_page: Handle, text: str, stretch: tuple[int, int], box: Box) -> Iterator[tuple[int, int]]:
    """Yield the parts of a stretch that stand below each other; the stretch itself where it is one line."""
    first, last = stretch
    places = [at for at in range(first + 1, last) if text[at] == " " and text[at + 1] != " "]
    if len(places) > _MOST_WORDS_OF_TALL:
        places = []
    around = pdfium.boxes_of(text_page, [(at + step, at + step) for at in places for step in (-1, 1)])
    for at, before, after in zip(places, around[::2], around[1::2], strict=True):
        if after[3] <= before[1] + _SHARED * (box[3] - box[1]) and after[0] < before[2]:
            yield first, at - 1
            first = at + 1
    yield first, last


def _is_unusual(text: str) -> bool:
    """Tell whether a page holds more than characters and line ends of the usual kind."""
    ends = text.count("\r\n")
    return text.count("\n") != ends or text.count("\r") != ends or any(map(text.__contains__, _UNUSUAL))


def _blanks(text_page: Handle, turn: _Turn, text: str, first: int, last: int, edge: float) -> list[Blank]:
    """Return the blanks inside a line but for its edges, in parts of it, with the places of the letters around them."""
    if len(text) != last + 1 - first:
        return []
    places = [match.start() for match in _BLANK.finditer(text, round(edge * len(text)), round((1 - edge) * len(text)))]
    if not turn:
        return list(map(blank_of, zip(places, *pdfium.around_blanks(text_page, [first + place for place in places]), strict=True)))
    around = pdfium.boxes_of(text_page, [(at, at) for place in places for at in (first + place - 1, first + place + 1)])
    turned = Edges.of(list(map(turn.box, around)))
    return list(map(blank_of, zip(places, turned.rights[::2], turned.lefts[1::2], strict=True)))


def _with_bars(
    text_page: Handle, bars: tuple[Box, ...], pieces: list[Piece], stretches: list[tuple[int, int]]
) -> tuple[list[Piece], list[tuple[int, int]]]:
    """Return the pieces and their stretches with what a reader sees of dark boxes on which no words are shown, lines parted by the boxes."""
    placed = list(zip(pieces, stretches, strict=True))
    taken: list[Box] = []
    for bar in bars:
        crossed = [(piece, stretch) for piece, stretch in placed if _meet(bar, piece[:4])]
        boxes = {id(piece): [pdfium.boxes_of(text_page, [(n, n)])[0] for n in range(first, last + 1)] for piece, (first, last) in crossed}
        if any(_meet(bar, other) for other in taken) or any(_stands_on(bar, box) for each in boxes.values() for box in each):
            continue
        taken.append(bar)
        for piece, stretch in crossed:
            placed.remove((piece, stretch))
            placed.extend(_parted(piece, stretch, bar, boxes[id(piece)]))
    placed.extend((Piece(*bar, BAR, NO_ORDER), (0, -1)) for bar in taken)
    return [piece for piece, _ in placed], [stretch for _, stretch in placed]


def _parted(piece: Piece, stretch: tuple[int, int], bar: Box, boxes: list[Box]) -> Iterator[tuple[Piece, tuple[int, int]]]:
    """Yield what of a line stands left and right of a box."""
    cut = sum((box[0] + box[2]) / 2 < (bar[0] + bar[2]) / 2 for box in boxes)
    if len(piece.text) != len(boxes) or not 0 < cut < len(boxes):
        yield piece, stretch
        return
    for start, stop in ((0, cut), (cut, len(boxes))):
        text = piece.text[start:stop]
        first, last = start + len(text) - len(text.lstrip()), start + len(text.rstrip()) - 1
        if first <= last:
            part = Piece(boxes[first][0], piece.bottom, boxes[last][2], piece.top, text.strip(), piece.order)
            yield part, (stretch[0] + first, stretch[0] + last)


def _meet(one: Box, other: tuple[float, ...]) -> bool:
    """Tell whether two boxes share more than an edge."""
    return one[0] + 1 < other[2] and other[0] < one[2] - 1 and one[1] + 1 < other[3] and other[1] < one[3] - 1


def _stands_on(bar: Box, letter: Box) -> bool:
    across, up = (letter[0] + letter[2]) / 2, (letter[1] + letter[3]) / 2
    return letter[2] - letter[0] > 0 and bar[0] < across < bar[2] and bar[1] < up < bar[3]


def _quarters(page: Handle, text_page: Handle, runs: _Runs) -> int:
    """Return the quarters of a turn to the right by which the page is read.

    Those by which it is shown; where its lines then stand on end (a page printed or scanned sideways), those by which they lie.
    """
    shown = int(pdfium.rotation(page)) % 4
    if not shown % 2 and min(map(sub, runs.edges.rights, runs.edges.lefts), default=1) > max(runs.heights, default=0):
        return shown
    longest = sorted(zip(runs.stretches, runs.boxes, strict=True), key=lambda each: each[0][0] - each[0][1])[:_ASKED_FOR_TURN]
    if all((box[3] - box[1] > box[2] - box[0]) == shown % 2 for _, box in longest):
        return shown
    votes: Counter[int] = Counter()
    for (first, last), _ in longest:
        if last - first >= _TELLING:
            votes[_direction(*pdfium.boxes_of(text_page, [(first, first), (last, last)]))] += 1
    told = votes.most_common(1)[0][0] if votes else shown
    return told if (told - shown) % 2 else shown


def _direction(first: Box, last: Box) -> int:
    """Return the quarters by which a line must be turned to the right to run from left to right, told by its first and last character."""
    across, up = last[0] + last[2] - first[0] - first[2], last[1] + last[3] - first[1] - first[3]
    if abs(across) >= abs(up):
        return 0 if across >= 0 else 2
    return 1 if up > 0 else 3


class _Turn:
    """How the page is turned before it is read, and where things then stand."""

    def __init__(self, page: Handle, quarters: int) -> None:
        self._quarters = quarters
        _, _, self._right, self._top = pdfium.page_box(page)
        self.width = self._top if quarters % 2 else self._right

    def __bool__(self) -> bool:
        return bool(self._quarters)

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
        return Piece(*self.box((piece.left, piece.bottom, piece.right, piece.top)), piece.text, piece.order)


def _links(document: Handle, page: Handle, text_page: Handle, turn: _Turn, lines: Lines) -> Iterator[Link]:
    for box, address in pdfium.links(document, page):
        if address[: len(_MAILTO)].lower() == _MAILTO:
            shown = " ".join(pdfium.text_within(text_page, box).translate(_INVISIBLE).split())
            yield Link(_nearest(lines, turn.box(box)), shown, unquote(address[len(_MAILTO) :]).partition("?")[0])


def _nearest(lines: Lines, box: Box) -> int:
    """Return the line whose middle is nearest to that of a box; 0 where the page has none."""
    middle = (box[1] + box[3]) / 2
    heights = [(abs(height - middle), number) for number, height in enumerate(lines.middles) if height is not None]
    return min(heights)[1] if heights else 0
