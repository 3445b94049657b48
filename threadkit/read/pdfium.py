"""What we ask of PDFium: flat calls, because a page needs hundreds of them. Imported by the process that reads PDFs alone."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from operator import index
from typing import Any

import pypdfium2.raw as pdfium

from threadkit.read.pdf_records import Box

Handle = int
Color = tuple[int, int, int, int]

TEXT, PATH, IMAGE, SHADING, FORM = 1, 2, 3, 4, 5
LINK, POPUP = 2, 16
_PASSWORD, _SECURITY = 4, 5
_GRAY, _WHITE, _WITH_ANNOTATIONS = 1, 0xFFFFFFFF, 1
_URI_ACTION = 3
_BOX_SEGMENTS = 6
_MOST_MEMORY = 8 * 1024 * 1024
_POINTER, _INT, _FLOAT = ctypes.c_void_p, ctypes.c_int, ctypes.c_float


class _Index:
    """An integer argument, passed as what ctypes takes an integer for by itself: it asks less than `c_int` does."""

    from_param = staticmethod(index)


class LockedError(Exception):
    """The document wants a password."""


def _flat(name: str, result: Any, *arguments: Any) -> Any:
    """Return PDFium's function under flat types, and for a process of one thread: four times as quick as with the types of its binding."""
    address = ctypes.cast(getattr(pdfium, name), _POINTER).value
    return ctypes.PYFUNCTYPE(result, *arguments)(address)  # type: ignore[arg-type]


_load = _flat("FPDF_LoadMemDocument64", _POINTER, _POINTER, ctypes.c_size_t, _POINTER)
_last_error = _flat("FPDF_GetLastError", ctypes.c_ulong)
_close = _flat("FPDF_CloseDocument", None, _POINTER)
count_pages = _flat("FPDF_GetPageCount", _INT, _POINTER)
_load_page = _flat("FPDF_LoadPage", _POINTER, _POINTER, _INT)
close_page = _flat("FPDF_ClosePage", None, _POINTER)
load_text = _flat("FPDFText_LoadPage", _POINTER, _POINTER)
close_text = _flat("FPDFText_ClosePage", None, _POINTER)
rotation = _flat("FPDFPage_GetRotation", _INT, _POINTER)
_set_rotation = _flat("FPDFPage_SetRotation", None, _POINTER, _INT)
count_objects = _flat("FPDFPage_CountObjects", _INT, _POINTER)
object_at = _flat("FPDFPage_GetObject", _POINTER, _POINTER, _Index)
count_in_form = _flat("FPDFFormObj_CountObjects", _INT, _POINTER)
object_in_form = _flat("FPDFFormObj_GetObject", _POINTER, _POINTER, ctypes.c_ulong)
kind_of = _flat("FPDFPageObj_GetType", _INT, _POINTER)
render_mode = _flat("FPDFTextObj_GetTextRenderMode", _INT, _POINTER)
is_transparent = _flat("FPDFPageObj_HasTransparency", _INT, _POINTER)
text_object_of = _flat("FPDFText_GetTextObject", _POINTER, _POINTER, _INT)
count_annotations = _flat("FPDFPage_GetAnnotCount", _INT, _POINTER)
flatten = _flat("FPDFPage_Flatten", _INT, _POINTER, _INT)
_count_chars = _flat("FPDFText_CountChars", _INT, _POINTER)
_get_text = _flat("FPDFText_GetText", _INT, _POINTER, _INT, _INT, _POINTER)
_unicode = _flat("FPDFText_GetUnicode", ctypes.c_uint, _POINTER, _INT)
_loose_box = _flat("FPDFText_GetLooseCharBox", None, _POINTER, _Index, _POINTER)
_tight_box = _flat("FPDFText_GetCharBox", _INT, _POINTER, _INT, _POINTER, _POINTER, _POINTER, _POINTER)
_bounded_text = _flat("FPDFText_GetBoundedText", _INT, _POINTER, *[ctypes.c_double] * 4, _POINTER, _INT)
_fill_color = _flat("FPDFPageObj_GetFillColor", _INT, _POINTER, _POINTER, _POINTER, _POINTER, _POINTER)
_draw_mode = _flat("FPDFPath_GetDrawMode", _INT, _POINTER, _POINTER, _POINTER)
_count_segments = _flat("FPDFPath_CountSegments", _INT, _POINTER)
_bounds = _flat("FPDFPageObj_GetBounds", _INT, _POINTER, _POINTER, _POINTER, _POINTER, _POINTER)
_page_box = _flat("FPDF_GetPageBoundingBox", _INT, _POINTER, _POINTER)
_page_label = _flat("FPDF_GetPageLabel", ctypes.c_ulong, _POINTER, _INT, _POINTER, ctypes.c_ulong)
_remove = _flat("FPDFPage_RemoveObject", _INT, _POINTER, _POINTER)
_remove_in_form = _flat("FPDFFormObj_RemoveObject", _INT, _POINTER, _POINTER)
_destroy = _flat("FPDFPageObj_Destroy", None, _POINTER)
_annotation = _flat("FPDFPage_GetAnnot", _POINTER, _POINTER, _INT)
_annotation_kind = _flat("FPDFAnnot_GetSubtype", _INT, _POINTER)
_annotation_box = _flat("FPDFAnnot_GetRect", _INT, _POINTER, _POINTER)
_close_annotation = _flat("FPDFPage_CloseAnnot", None, _POINTER)
_annotation_link = _flat("FPDFAnnot_GetLink", _POINTER, _POINTER)
_link_action = _flat("FPDFLink_GetAction", _POINTER, _POINTER)
_action_kind = _flat("FPDFAction_GetType", ctypes.c_ulong, _POINTER)
_uri = _flat("FPDFAction_GetURIPath", ctypes.c_ulong, _POINTER, _POINTER, _POINTER, ctypes.c_ulong)
_first_bookmark = _flat("FPDFBookmark_GetFirstChild", _POINTER, _POINTER, _POINTER)
_next_bookmark = _flat("FPDFBookmark_GetNextSibling", _POINTER, _POINTER, _POINTER)
_bookmark_title = _flat("FPDFBookmark_GetTitle", ctypes.c_ulong, _POINTER, _POINTER, ctypes.c_ulong)
_bookmark_target = _flat("FPDFBookmark_GetDest", _POINTER, _POINTER, _POINTER)
_bookmark_action = _flat("FPDFBookmark_GetAction", _POINTER, _POINTER)
_action_target = _flat("FPDFAction_GetDest", _POINTER, _POINTER, _POINTER)
_target_page = _flat("FPDFDest_GetDestPageIndex", _INT, _POINTER, _POINTER)
_target_place = _flat("FPDFDest_GetLocationInPage", _INT, _POINTER, *[_POINTER] * 6)
_bitmap = _flat("FPDFBitmap_CreateEx", _POINTER, _INT, _INT, _INT, _POINTER, _INT)
_fill = _flat("FPDFBitmap_FillRect", None, _POINTER, _INT, _INT, _INT, _INT, ctypes.c_ulong)
_render = _flat("FPDF_RenderPageBitmap", None, _POINTER, _POINTER, _INT, _INT, _INT, _INT, _INT, _INT)
_pixels = _flat("FPDFBitmap_GetBuffer", _POINTER, _POINTER)
_stride = _flat("FPDFBitmap_GetStride", _INT, _POINTER)
_destroy_bitmap = _flat("FPDFBitmap_Destroy", None, _POINTER)

# Where PDFium writes what it answers: four numbers of each kind.
_floats, _doubles, _integers = (_FLOAT * 4)(), (ctypes.c_double * 4)(), (ctypes.c_uint * 6)()
_FLOATS = [ctypes.addressof(_floats) + 4 * n for n in range(4)]
_DOUBLES = [ctypes.addressof(_doubles) + 8 * n for n in range(4)]
_INTEGERS = [ctypes.addressof(_integers) + 4 * n for n in range(6)]
_ROOM = 1 << 16
_room = ctypes.create_string_buffer(_ROOM)
_RED, _GREEN, _BLUE, _OPACITY = _INTEGERS[:4]
# The same numbers, read at once; and what the color of plain black is there.
_box: Any = memoryview(_floats).cast("B").cast("f")
_color = (ctypes.c_char * 16).from_buffer(_integers)
_PLAIN = bytes((ctypes.c_uint * 4)(0, 0, 0, 255))


@contextmanager
def opened(content: bytes) -> Iterator[Handle]:
    """Open a document.

    Raises:
        LockedError: it wants a password.
        ValueError: it is damaged beyond reading.
    """
    kept = ctypes.create_string_buffer(content, len(content))
    document = _load(ctypes.addressof(kept), len(content), None)
    if not document:
        raise LockedError if _last_error() in (_PASSWORD, _SECURITY) else ValueError
    try:
        yield document
    finally:
        _close(document)


@contextmanager
def page_of(document: Handle, number: int) -> Iterator[Handle]:
    """Open the page of that number, from 0, with what annotations show made part of it.

    Raises:
        ValueError: the page is damaged beyond reading.
    """
    page = _load_page(document, number)
    if not page:
        raise ValueError(number)
    if _shows_annotations(page) and flatten(page, 0) == 1:
        close_page(page)
        page = _load_page(document, number)
    try:
        yield page
    finally:
        close_page(page)


def _shows_annotations(page: Handle) -> bool:
    for number in range(count_annotations(page)):
        annotation = _annotation(page, number)
        kind = _annotation_kind(annotation)
        _close_annotation(annotation)
        if kind not in (LINK, POPUP):
            return True
    return False


def characters(text_page: Handle) -> str:
    """Return the text of a page, one character an index of PDFium; a NUL where it knows no character."""
    count = _count_chars(text_page)
    if count <= 0:
        return ""
    size = 2 * count + 2
    room = _room if size <= _ROOM else ctypes.create_string_buffer(size)
    address = ctypes.addressof(room)
    _get_text(text_page, 0, count, address)
    text = ctypes.string_at(address, size - 2).decode("utf-16-le", "replace")
    if len(text) == count and "\0" not in text:
        return text
    return "".join(_character(_unicode(text_page, index)) for index in range(count))


def _character(code: int) -> str:
    return "\ufffd" if 0xD800 <= code < 0xE000 or code > 0x10FFFF else chr(code)


def boxes_of(text_page: Handle, stretches: Iterable[tuple[int, int]]) -> list[Box]:
    """Return where stretches of one line stand, from a first to a last index, as high as the line: left, bottom, right, top."""
    found: list[Box] = []
    ask, room, edges, told = _loose_box, _FLOATS[0], _box, _box.tolist
    for first, last in stretches:
        ask(text_page, first, room)
        left, top, right, bottom = told()
        if last > first:
            ask(text_page, last, room)
            if (right_of_last := edges[2]) > right:
                right = right_of_last
            else:
                left_of_last, top_of_last, _, bottom_of_last = told()
                left, bottom, top = min(left, left_of_last), min(bottom, bottom_of_last), max(top, top_of_last)
        found.append((left, bottom, right, top))
    return found


def around_blanks(text_page: Handle, places: list[int]) -> tuple[list[float], list[float]]:
    """Return where the letters before these blanks end, and where those after them begin."""
    ends: list[float] = []
    starts: list[float] = []
    ask, room, edges = _loose_box, _FLOATS[0], _box
    for place in places:
        ask(text_page, place - 1, room)
        ends.append(edges[2])
        ask(text_page, place + 1, room)
        starts.append(edges[0])
    return ends, starts


def tight_box(text_page: Handle, index: int) -> Box:
    """Return where the ink of a character stands: left, bottom, right, top."""
    _tight_box(text_page, index, _DOUBLES[0], _DOUBLES[1], _DOUBLES[2], _DOUBLES[3])
    left, right, bottom, top = _doubles[:]
    return left, bottom, right, top


def text_within(text_page: Handle, box: Box) -> str:
    """Return the characters inside a box."""
    left, bottom, right, top = box
    room = ctypes.create_string_buffer(2 * 1000)
    count = _bounded_text(text_page, left, top, right, bottom, ctypes.addressof(room), 999)
    return room.raw[: 2 * max(count, 0)].decode("utf-16-le", "replace").rstrip("\0")


def bounds_of(item: Handle) -> Box:
    """Return the box around an object of a page."""
    _bounds(item, *_FLOATS)
    left, bottom, right, top = _floats[:]
    return left, bottom, right, top


def fill_color(item: Handle) -> Color:
    """Return red, green, blue and opacity, 0 to 255."""
    if not _fill_color(item, _RED, _GREEN, _BLUE, _OPACITY):
        return 0, 0, 0, 255
    red, green, blue, opacity = _integers[:4]
    return red, green, blue, opacity


def plain_until(page: Handle, start: int, stop: int) -> tuple[int, Handle]:
    """Return the first of these objects of a page that is anything but text painted in black, with its number; (`stop`, 0) where none is.

    Most of a page is such text: so it is passed by in one go.
    """
    at, mode, color_of, color = object_at, render_mode, _fill_color, _color
    for number in range(start, stop):
        handle = at(page, number)
        if mode(handle) or not color_of(handle, _RED, _GREEN, _BLUE, _OPACITY) or color.raw != _PLAIN:
            return number, handle
    return stop, 0


def is_filled(path: Handle) -> bool:
    """Tell whether a path has an inside that is painted."""
    return bool(_draw_mode(path, _INTEGERS[4], _INTEGERS[5])) and _integers[4] != 0


def is_box(path: Handle) -> bool:
    """Tell whether a path has as few corners as a rectangle."""
    return bool(_count_segments(path) <= _BOX_SEGMENTS)


def page_box(page: Handle) -> Box:
    """Return the part of the page that is shown: left, bottom, right, top."""
    _page_box(page, _FLOATS[0])
    left, top, right, bottom = _floats[:]
    return left, bottom, right, top


def page_label(document: Handle, number: int) -> str | None:
    """Return the label that the document itself gives a page, from 0."""
    size = _page_label(document, number, None, 0)
    if not 2 < size <= _MOST_MEMORY:
        return None
    room = ctypes.create_string_buffer(size)
    _page_label(document, number, ctypes.addressof(room), size)
    return room.raw[: size - 2].decode("utf-16-le", "replace").strip() or None


def links(document: Handle, page: Handle) -> Iterator[tuple[Box, str]]:
    """Yield the links of a page to addresses outside the document."""
    for number in range(count_annotations(page)):
        annotation = _annotation(page, number)
        if _annotation_kind(annotation) == LINK:
            action = _link_action(_annotation_link(annotation))
            if action and _action_kind(action) == _URI_ACTION:
                size = min(_uri(document, action, None, 0), 4096)
                room = ctypes.create_string_buffer(size + 1)
                _uri(document, action, ctypes.addressof(room), size)
                _annotation_box(annotation, _FLOATS[0])
                left, top, right, bottom = _floats[:]
                yield (left, min(bottom, top), right, max(bottom, top)), room.value.decode("utf-8", "replace")
        _close_annotation(annotation)


def bookmarks(document: Handle, most: int) -> Iterator[tuple[str, int, float | None]]:
    """Yield the entries of the outline: title, page from 0, and height on it where it is told."""
    waiting, met = [_first_bookmark(document, None)], 0
    while waiting and met < most:
        bookmark = waiting.pop()
        if not bookmark:
            continue
        met += 1
        waiting += [_next_bookmark(document, bookmark), _first_bookmark(document, bookmark)]
        target = _bookmark_target(document, bookmark) or _action_target(document, _bookmark_action(bookmark))
        page = _target_page(document, target) if target else -1
        size = _bookmark_title(bookmark, None, 0)
        if page < 0 or not 2 < size < _MOST_MEMORY:
            continue
        room = ctypes.create_string_buffer(size)
        _bookmark_title(bookmark, ctypes.addressof(room), size)
        known = _target_place(target, *_INTEGERS[:3], *_FLOATS[:3])
        height = _floats[1] if known and _integers[1] else None
        yield room.raw[: size - 2].decode("utf-16-le", "replace"), page, height


def remove(page: Handle, form: Handle | None, item: Handle) -> None:
    """Take an object off a page, or out of a form of it."""
    if _remove_in_form(form, item) if form else _remove(page, item):
        _destroy(item)


def turn_upright(page: Handle) -> None:
    """Undo the turn with which a page is shown, so that what is painted stands where its boxes say."""
    _set_rotation(page, 0)


def render(page: Handle, width: int, height: int) -> tuple[bytes, int]:
    """Paint a page in grey, and return its bytes and the bytes of a row."""
    bitmap = _bitmap(width, height, _GRAY, None, 0)
    if not bitmap:
        raise MemoryError
    _fill(bitmap, 0, 0, width, height, _WHITE)
    _render(bitmap, page, 0, 0, width, height, 0, _WITH_ANNOTATIONS)
    stride = _stride(bitmap)
    painted = ctypes.string_at(_pixels(bitmap), stride * height)
    _destroy_bitmap(bitmap)
    return painted, stride
