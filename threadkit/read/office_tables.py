"""Read Excel workbooks: a page a sheet, under its name, and a line a row, as the program that saved it last showed them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import groupby
from typing import Any

from threadkit.read.office_pages import CELL, OfficePage, Writer, check, refuse_entities

# Empty cells between two that hold something stand as so many at most.
_WIDEST_GAP = 20
_DIGITS = 15
_FORMULA = "f"


def read_xlsx(content: bytes) -> Iterator[OfficePage]:
    """Yield a page a sheet. Values are those that were saved; a formula that no program computed is shown as written, and none is computed.

    What a sheet, a row or a column hides is counted and not read. Links to other files are not followed.

    Raises:
        ValueError: it is damaged, or of a size that no workbook has.
    """
    check(content)
    refuse_entities(content)
    saved, written = _load(content, computed=True), None
    if _has_formulas(content):
        written = _load(content, computed=False)
    writer = Writer()
    for number, sheet in enumerate(saved.worksheets):
        if number:
            writer.end_page()
        if sheet.sheet_state == "visible":
            writer.page.label = sheet.title
            _write_sheet(sheet, written[sheet.title] if written else None, writer)
        else:
            writer.page.hidden += [(0, count)] if (count := sum(_letters(text) for _, _, text in _cells(sheet, None))) else []
    yield from writer.pages


def _load(content: bytes, *, computed: bool) -> Any:
    from openpyxl import load_workbook  # noqa: PLC0415 - an extra

    try:
        return load_workbook(io.BytesIO(content), data_only=computed, keep_links=False)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever the library raises at a damaged workbook
        raise ValueError(str(error) or type(error).__name__) from None


def _has_formulas(content: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        names = [name for name in opened.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")]
        return any(b"<f>" in part or b"<f " in part for part in map(opened.read, names))


def _write_sheet(sheet: Any, written: Any, writer: Writer) -> None:
    hidden_rows = {number for number, row in sheet.row_dimensions.items() if row.hidden}
    hidden_columns = set(_hidden_columns(sheet))
    last = 0
    for row, cells in groupby(_cells(sheet, written), key=lambda cell: cell[0]):
        shown = []
        for _, column, text in cells:
            if row in hidden_rows or column in hidden_columns:
                writer.page.hidden.append((writer.page.last_line(), _letters(text)))
            else:
                shown.append((column, text))
        if shown:
            if not writer.page.lines:
                writer.words(" ".join(sheet.title.split()))
                writer.end_line()
            elif row > last + 1:
                writer.end_line()
            _write_row(shown, sheet, row, writer)
            last = row


def _hidden_columns(sheet: Any) -> Iterator[int]:
    for column in sheet.column_dimensions.values():
        if column.hidden:
            yield from range(column.min or 1, min(column.max or 1, sheet.max_column) + 1)


def _write_row(shown: list[tuple[int, str]], sheet: Any, row: int, writer: Writer) -> None:
    """Write a row as one line; where a cell holds several lines, each cell by itself."""
    is_tall = any("\n" in text for _, text in shown)
    before = shown[0][0]
    for column, text in shown:
        if column != shown[0][0]:
            if is_tall:
                writer.end_line()
            else:
                writer.words(CELL * min(column - before, _WIDEST_GAP))
        before, start = column, writer.column()
        for place, line in enumerate(text.split("\n")):
            if place:
                writer.end_line()
            writer.words(line)
        link = sheet._cells[row, column].hyperlink
        if link is not None and "\n" not in text:
            writer.link(start, link.target or "")
    writer.end_line()


def _cells(sheet: Any, written: Any) -> Iterator[tuple[int, int, str]]:
    """Yield (row, column, text) of the cells that hold something, in order. The library's own list of cells: a table of all would be a bomb."""
    other = written._cells if written is not None else {}
    for row, column in sorted({**sheet._cells, **other}):
        cell = sheet._cells.get((row, column))
        value = cell.value if cell is not None else None
        if value is None and (row, column) in other and other[row, column].data_type == _FORMULA:
            value = other[row, column].value
            value = getattr(value, "text", value)
        text = _text_of(value)
        if text.strip():
            yield row, column, text


def _text_of(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return f"{value:.{_DIGITS}g}"
    if isinstance(value, datetime):
        return str(value.date()) if value.time() == time() else value.isoformat(" ", "seconds" if value.second else "minutes")
    if isinstance(value, date):
        return value.isoformat()
    return str(value).replace("\r\n", "\n").replace("_x000D_", "")


def _letters(text: str) -> int:
    return len("".join(text.split()))
