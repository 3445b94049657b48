"""Find words that are in a page's file and that the page does not show: under a box, in the colour of their ground, off the page.

A quick look at the page's objects tells whether anything could hide words. Only then is the page painted twice, with and without its
words: where the two pictures are alike, there is nothing to read. A cause is asked for as well, so that a font without letters costs no
words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from threadkit.read import pdfium
from threadkit.read.pdf_records import Box, Edges
from threadkit.read.pdfium import Color, Handle

UNDER, GROUND, INVISIBLE, OFF = "covered", "colour of the ground", "invisible", "off the page"

# Smaller boxes are rules and borders.
_THINNEST = 3.0
# Dark boxes from here on are what a reader takes for a mask.
_THINNEST_BAR = 6.0
_DARKEST = 70
_MOST_DEEP = 8
# Text modes that paint nothing: invisible, and clip alone.
_UNSEEN_MODES = (3, 7)
_OPAQUE = 250
# How far, in points, a letter may reach over the page's edge.
_MARGIN = 4.0
_LIGHTEST = 235
_SAME_COLOR = 24
# Pixels to a point; fewer where a page is large.
_SCALE = 1.5
_MOST_PIXELS = 6_000_000
# Two greys nearer than this look alike; a letter less of whose box is painted than this is not seen.
_ALIKE = 10
_SEEN_SHARE = 0.04
# A picture fills so much of the page where its words were recognised in it.
_SCAN_SHARE = 0.3
_SHORTEST_RUN = 2


@dataclass(frozen=True, slots=True)
class Hidden:
    """A run of characters that is not shown: first and last index, why, how many characters other than blanks, and the box around it."""

    first: int
    last: int
    why: str
    count: int
    place: Box


class _Item(NamedTuple):
    """One object of a page, or of a form on it, in the order of painting."""

    rank: int
    kind: int
    handle: Handle
    form: Handle | None


def _items(page: Handle) -> Iterator[_Item]:
    """Yield what a page paints, forms opened, in the order of painting."""
    rank = 0
    for number in range(pdfium.count_objects(page)):
        handle = pdfium.object_at(page, number)
        kind = pdfium.kind_of(handle)
        if kind != pdfium.FORM:
            yield _Item(rank, kind, handle, None)
            rank += 1
            continue
        for inner_kind, inner, form in _inside(handle, 0):
            yield _Item(rank, inner_kind, inner, form)
            rank += 1


def _inside(form: Handle, depth: int) -> Iterator[tuple[int, Handle, Handle]]:
    for number in range(pdfium.count_in_form(form)):
        handle = pdfium.object_in_form(form, number)
        kind = pdfium.kind_of(handle)
        if kind == pdfium.FORM and depth < _MOST_DEEP:
            yield from _inside(handle, depth + 1)
        else:
            yield kind, handle, form


@dataclass(frozen=True, slots=True)
class Look:
    """What a quick look at a page tells: whether anything on it could hide words, and its dark boxes."""

    may_hide: bool
    bars: tuple[Box, ...]


def look_at(page: Handle, text_page: Handle, lines: Edges) -> Look:
    """Look at the objects of a page, no more; what it says of hiding errs on the side of yes. `lines` are the edges of its lines."""
    look = _Looking(page, text_page, lines)
    number, stop = 0, pdfium.count_objects(page)
    while number < stop:
        other, handle = pdfium.plain_until(page, number, stop)
        if other > number:
            look.take_plain_text()
        if other < stop:
            kind = pdfium.kind_of(handle)
            if kind == pdfium.FORM:
                for inner_kind, inner, _ in _inside(handle, 0):
                    look.take(inner_kind, inner, in_form=True)
            else:
                look.take(kind, handle, in_form=False)
        number = other + 1
    return Look(look.suspicious, tuple(look.bars))


class _Looking:
    """What was met so far on a page."""

    def __init__(self, page: Handle, text_page: Handle, lines: Edges) -> None:
        self.suspicious = bool(lines.lefts) and _leave(lines, pdfium.page_box(page))
        self.met_text = self.has_dark_ground = False
        self.bars: list[Box] = []
        self._text_page = text_page
        self._grounds: set[Color] = set()

    def take_plain_text(self) -> None:
        self.met_text = True
        self.suspicious = self.suspicious or self.has_dark_ground

    def take(self, kind: int, handle: Handle, *, in_form: bool) -> None:
        if kind == pdfium.TEXT:
            self.met_text = True
            color = pdfium.fill_color(handle)
            alike = any(_alike(color, ground) for ground in self._grounds)
            self.suspicious = self.suspicious or alike or _is_faint(color) or pdfium.render_mode(handle) in _UNSEEN_MODES
        elif kind in (pdfium.IMAGE, pdfium.SHADING):
            self.suspicious = self.suspicious or self.met_text
        elif kind == pdfium.PATH and _is_ground(handle):
            self._take_ground(handle, in_form=in_form)

    def _take_ground(self, handle: Handle, *, in_form: bool) -> None:
        box, color = pdfium.bounds_of(handle), pdfium.fill_color(handle)
        self._grounds.add(color)
        is_dark = max(color[:3]) <= _DARKEST
        self.has_dark_ground = self.has_dark_ground or is_dark
        over_text = self.met_text and not self.suspicious and not pdfium.is_transparent(handle)
        self.suspicious = self.suspicious or (over_text and (in_form or _meets_text(self._text_page, box)))
        if is_dark and not in_form and pdfium.is_box(handle) and min(box[2] - box[0], box[3] - box[1]) >= _THINNEST_BAR:
            self.bars.append(box)


def _leave(lines: Edges, shown: Box) -> bool:
    """Tell whether a line reaches beyond what is shown of the page."""
    return bool(
        min(lines.lefts) < shown[0] - _MARGIN
        or max(lines.rights) > shown[2] + _MARGIN
        or min(lines.bottoms) < shown[1] - _MARGIN
        or max(lines.tops) > shown[3] + _MARGIN
    )


def _meets_text(text_page: Handle, box: Box) -> bool:
    return bool(pdfium.text_within(text_page, box).strip())


def _is_ground(path: Handle) -> bool:
    if not pdfium.is_filled(path):
        return False
    left, bottom, right, top = pdfium.bounds_of(path)
    return min(right - left, top - bottom) >= _THINNEST and pdfium.fill_color(path)[3] >= _OPAQUE


def _is_faint(color: Color) -> bool:
    return color[3] < 255 - _OPAQUE or min(color[:3]) >= _LIGHTEST


def _alike(one: Color, other: Color) -> bool:
    return all(abs(a - b) <= _SAME_COLOR for a, b in zip(one[:3], other[:3], strict=True))


def _is_outside(box: Box, shown: Box) -> bool:
    across, up = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return not (shown[0] <= across <= shown[2] and shown[1] <= up <= shown[3])


def find_hidden(document: Handle, number: int, page: Handle, text_page: Handle, text: str) -> tuple[tuple[Hidden, ...], bool]:
    """Return the runs of characters that the page does not show, and whether its words were recognised in a picture of the page."""
    letters = [index for index, character in enumerate(text) if not character.isspace() and character not in "\0\ufffe\x02"]
    boxes = {index: pdfium.tight_box(text_page, index) for index in letters}
    causes = _Causes(page)
    reasons = {index: causes.why(pdfium.text_object_of(text_page, index), boxes[index]) for index in letters}
    suspects = [index for index in letters if reasons[index]]
    if not suspects:
        return (), False
    recognised = causes.is_scan and any(reasons[index] == INVISIBLE for index in suspects)
    seen = _Painted(document, number, page)
    for index in suspects:
        read_in_picture = causes.is_scan and reasons[index] == INVISIBLE
        shows = seen.has_ink(boxes[index]) if read_in_picture else seen.changes(boxes[index])
        if shows and reasons[index] != OFF:
            reasons[index] = ""
    return tuple(_runs(text, letters, reasons, boxes)), recognised


def _runs(text: str, letters: list[int], reasons: dict[int, str], boxes: dict[int, Box]) -> Iterator[Hidden]:
    """Yield the runs of hidden letters of one line; a single one beside shown letters is a matter of the font."""
    run: list[int] = []
    for index in [*letters, len(text)]:
        parted = index == len(text) or not reasons[index] or (run and "\n" in text[run[-1] : index])
        if run and parted:
            alone = len(run) < _SHORTEST_RUN and _has_shown_neighbour(text, run[0], reasons)
            if not alone:
                yield Hidden(run[0], run[-1], reasons[run[0]], len(run), _around([boxes[each] for each in run]))
            run = []
        if index < len(text) and reasons[index]:
            run.append(index)


def _has_shown_neighbour(text: str, index: int, reasons: dict[int, str]) -> bool:
    return any(0 <= near < len(text) and reasons.get(near) == "" for near in (index - 1, index + 1))


def _around(boxes: list[Box]) -> Box:
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)


class _Causes:
    """What on a page could hide a letter."""

    def __init__(self, page: Handle) -> None:
        self._shown = pdfium.page_box(page)
        self._ranks: dict[Handle, int] = {}
        self._covers: list[tuple[int, Box, Color | None]] = []
        self._text: dict[Handle, tuple[Color, bool]] = {}
        pictures = 0.0
        for item in _items(page):
            self._ranks[item.handle] = item.rank
            if item.kind == pdfium.TEXT:
                unseen = pdfium.render_mode(item.handle) in _UNSEEN_MODES
                self._text[item.handle] = (pdfium.fill_color(item.handle), unseen)
            elif item.kind in (pdfium.IMAGE, pdfium.SHADING) or (item.kind == pdfium.PATH and _is_ground(item.handle)):
                color = pdfium.fill_color(item.handle) if item.kind == pdfium.PATH else None
                # Inside a form the box is told in the form's own measure: then it counts as covering all of the page.
                box = pdfium.bounds_of(item.handle) if item.form is None else self._shown
                self._covers.append((item.rank, box, color))
                if item.kind == pdfium.IMAGE:
                    pictures = max(pictures, _area(box))
        self.is_scan = pictures >= _SCAN_SHARE * _area(self._shown)

    def why(self, item: Handle, box: Box) -> str:
        """Return what may hide a letter, "" where nothing may."""
        if _is_outside(box, self._shown):
            return OFF
        color, unseen = self._text.get(item, ((0, 0, 0, 255), False))
        if unseen:
            return INVISIBLE
        rank = self._ranks.get(item, -1)
        if any(cover > rank and _meet(place, box) for cover, place, _ in self._covers):
            return UNDER
        if _is_faint(color) or any(ground and _alike(color, ground) and _meet(place, box) for _, place, ground in self._covers):
            return GROUND
        return ""


def _area(box: Box) -> float:
    return max(box[2] - box[0], 0.0) * max(box[3] - box[1], 0.0)


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


class _Painted:
    """A page painted twice: as it is, and without its words."""

    def __init__(self, document: Handle, number: int, page: Handle) -> None:
        left, bottom, right, top = pdfium.page_box(page)
        width, height = max(right - left, 1.0), max(top - bottom, 1.0)
        scale = min(_SCALE, (_MOST_PIXELS / (width * height)) ** 0.5)
        self._left, self._top, self._scale = left, top, scale
        size = max(int(width * scale), 1), max(int(height * scale), 1)
        with pdfium.page_of(document, number) as other:
            pdfium.turn_upright(other)
            self._whole, self._stride = pdfium.render(other, *size)
            for item in [item for item in _items(other) if item.kind == pdfium.TEXT]:
                pdfium.remove(other, item.form, item.handle)
            self._wordless, _ = pdfium.render(other, *size)
        self._width, self._height = size

    def _rows(self, painted: bytes, box: Box) -> Iterator[bytes]:
        first, last = (int((edge - self._left) * self._scale) for edge in (box[0], box[2]))
        upper, lower = (int((self._top - edge) * self._scale) for edge in (box[3], box[1]))
        first, last = max(first, 0), min(last + 1, self._width)
        for row in range(max(upper, 0), min(lower + 1, self._height)):
            yield painted[row * self._stride + first : row * self._stride + last]

    def changes(self, box: Box) -> bool:
        """Tell whether the words make a difference inside the box."""
        changed = total = 0
        for with_words, without in zip(self._rows(self._whole, box), self._rows(self._wordless, box), strict=True):
            total += len(with_words)
            if with_words != without:
                changed += sum(abs(a - b) > _ALIKE for a, b in zip(with_words, without, strict=True))
        return changed > total * _SEEN_SHARE

    def has_ink(self, box: Box) -> bool:
        """Tell whether the picture inside the box is of more than one shade."""
        painted = b"".join(self._rows(self._whole, box))
        return bool(painted) and max(painted) - min(painted) > _SAME_COLOR
