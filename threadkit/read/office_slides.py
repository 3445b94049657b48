"""Read PowerPoint slides: a page a slide, with its tables, and its notes below."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

from threadkit.read.office_pages import CELL, DEEPEST, OfficePage, Writer, as_plain, check, refuse_entities

_VERTICAL_TAB = "\x0b"


def read_pptx(content: bytes) -> Iterator[OfficePage]:
    """Yield a page a slide: its shapes as they stand in the file, and the notes after a blank line.

    Slides that are left out of the show, and shapes that stand off their slide, are counted and not read. Text in pictures, diagrams and
    charts is not read; links are not followed.

    Raises:
        ValueError: it is damaged, or of a size that no presentation has.
    """
    from pptx import Presentation  # noqa: PLC0415 - an extra

    check(content)
    refuse_entities(content)
    try:
        shown = Presentation(io.BytesIO(as_plain(content)))
        size = (shown.slide_width or 0, shown.slide_height or 0)
        writer = Writer()
        for number, slide in enumerate(shown.slides):
            if number:
                writer.end_page()
            _write_slide(slide, size, writer)
            yield writer.page
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever the library raises at a damaged presentation
        raise ValueError(str(error) or type(error).__name__) from None


def _write_slide(slide: Any, size: tuple[int, int], writer: Writer) -> None:
    notes = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    if slide._element.get("show") in ("0", "false"):
        count = sum(_letters(shape) for shape in slide.shapes) + (len("".join(notes.text.split())) if notes is not None else 0)
        if count:
            writer.page.hidden.append((0, count))
        return
    _write_shapes(slide.shapes, size, writer, 0)
    if notes is not None and notes.text.strip():
        writer.end_line()
        _write_frame(notes, writer)


def _write_shapes(shapes: Iterable[Any], size: tuple[int, int], writer: Writer, depth: int) -> None:
    for shape in shapes:
        if depth == 0 and _is_off(shape, size):
            count = _letters(shape)
            if count:
                writer.page.hidden.append((writer.page.last_line(), count))
        elif hasattr(shape, "shapes"):
            if depth < DEEPEST:
                _write_shapes(shape.shapes, size, writer, depth + 1)
        elif shape.has_text_frame:
            _write_frame(shape.text_frame, writer)
        elif getattr(shape, "has_table", False):
            for row in shape.table.rows:
                writer.words(CELL.join(_line(cell.text) for cell in row.cells))
                writer.end_line()


def _is_off(shape: Any, size: tuple[int, int]) -> bool:
    """Tell whether a shape stands wholly beside its slide."""
    if None in (shape.left, shape.top, shape.width, shape.height):
        return False
    right, bottom = shape.left + shape.width, shape.top + shape.height
    return bool(right <= 0 or bottom <= 0 or shape.left >= size[0] or shape.top >= size[1])


def _write_frame(frame: Any, writer: Writer) -> None:
    if not frame.text.strip():
        return
    for paragraph in frame.paragraphs:
        for run in paragraph.runs if _is_linked(paragraph) else ():
            start = writer.column()
            writer.words(_line(run.text))
            writer.link(start, run.hyperlink.address or "")
        if not _is_linked(paragraph):
            for place, line in enumerate(paragraph.text.split(_VERTICAL_TAB)):
                if place:
                    writer.end_line()
                writer.words(_line(line))
        writer.end_line()


def _is_linked(paragraph: Any) -> bool:
    return any(run.hyperlink.address for run in paragraph.runs)


def _line(text: str) -> str:
    return text.replace("\n", " ").replace(_VERTICAL_TAB, " ")


def _letters(shape: Any, depth: int = 0) -> int:
    if hasattr(shape, "shapes"):
        return sum(_letters(inner, depth + 1) for inner in shape.shapes) if depth < DEEPEST else 0
    if getattr(shape, "has_table", False):
        return sum(len("".join(cell.text.split())) for row in shape.table.rows for cell in row.cells)
    return len("".join(shape.text_frame.text.split())) if shape.has_text_frame else 0
