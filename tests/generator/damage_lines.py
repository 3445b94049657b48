"""Damage to lines: pages that break, join and are lost, stamps between lines, lines that are lost or printed twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.generator.lines import Line, Sheet
from tests.generator.pages import furniture
from tests.generator.printing import indent
from tests.generator.stock import read_data

if TYPE_CHECKING:
    from tests.generator.damage import Blow

Place = Callable[[Line, Line], bool]


def _in_header(before: Line, after: Line) -> bool:
    return before.part == after.part == "header" and before.occurrence == after.occurrence


def _before_label(before: Line, after: Line) -> bool:
    return _in_header(before, after) and bool(after.fields) and not before.is_blank


def _in_body(before: Line, after: Line) -> bool:
    return before.part in {"body", ""} and after.part == "body" and (before.is_blank or before.occurrence == after.occurrence)


def _insert(sheet: Sheet, blow: Blow, place: Place, make: Callable[[Line], list[Line]]) -> None:
    """Insert lines where a place between two lines is struck."""
    made: list[Line] = []
    for number, line in enumerate(sheet.lines):
        if number and place(sheet.lines[number - 1], line) and blow.chance.share(blow.rate):
            made += make(line)
            _note(sheet, line, blow.kind)
            feed = line.feed or (blow.pages.form_feed and blow.kind.startswith("page-break"))
            made.append(replace(line, feed=feed))
        else:
            made.append(line)
    sheet.lines = made


def _note(sheet: Sheet, line: Line, kind: str) -> None:
    if line.occurrence is not None:
        sheet.occurrences[line.occurrence].damages.add(kind)


def _divide(blow: Blow) -> list[Line]:
    """Return what stands between two pages, without the form feed."""
    pages = blow.pages
    made = [Line("")] * (0 if pages.form_feed else blow.chance.between(2, 3))
    if pages.number and blow.chance.share(0.6):
        number = pages.number.format(n=blow.chance.between(2, 99), all=99)
        made = [Line(""), furniture(number), *made] if not pages.number_first else [*made, furniture(number)]
    return [replace(line) for line in made]


def break_headers(sheet: Sheet, blow: Blow) -> None:
    """Break pages inside header blocks."""
    _insert(sheet, blow, _in_header, lambda _: _divide(blow))


def break_bodies(sheet: Sheet, blow: Blow) -> None:
    """Break pages inside the words of mails."""
    _insert(sheet, blow, _in_body, lambda _: _divide(blow))


def _stamp(blow: Blow) -> str:
    stamp = blow.pages.stamp
    if stamp is None:
        stamps = read_data("furniture")["stamps"]
        stamp = stamps[1 + blow.pages.length % (len(stamps) - 1)]
    return stamp


def stamp_headers(sheet: Sheet, blow: Blow) -> None:
    """Put a stamp or a running head between the lines of header blocks."""
    _insert(sheet, blow, _before_label, lambda _: [_stray(blow)])


def stamp_bodies(sheet: Sheet, blow: Blow) -> None:
    """Put a stamp or a running head between the lines of bodies."""
    _insert(sheet, blow, _in_body, lambda _: [_stray(blow)])


def _stray(blow: Blow) -> Line:
    if blow.pages.head and blow.chance.share(0.5):
        return furniture(blow.pages.head)
    return furniture(indent(_stamp(blow), 60) if blow.pages.length % 2 else _stamp(blow))


def join_pages(sheet: Sheet, blow: Blow) -> None:
    """Join pages where a mail begins: no form feed, no empty line, one blank before its first label."""
    made: list[Line] = []
    for line in sheet.lines:
        first = line.part == "header" and _starts(sheet, line, made) and sheet.occurrences[line.occurrence or 0].standing == "released"
        if first and made and blow.chance.share(blow.rate):
            while made and made[-1].is_blank:
                made.pop()
            _note(sheet, line, blow.kind)
            made.append(replace(line, text=" " + line.text, feed=False))
        else:
            made.append(line)
    sheet.lines = made


def _starts(sheet: Sheet, line: Line, before: list[Line]) -> bool:
    """Tell whether a line is the first of its header."""
    last = next((one for one in reversed(before) if one.part == "header"), None)
    return last is None or last.occurrence != line.occurrence


def double_lines(sheet: Sheet, blow: Blow) -> None:
    """Print the first line of a body again below it, as at a page break."""
    made: list[Line] = []
    for number, line in enumerate(sheet.lines):
        made.append(line)
        over = bool(number) and (line.feed or sheet.lines[number - 1].is_blank) and line.part == "body" and len(line.text) > 20
        if over and _after_divider(sheet.lines, number) and blow.chance.share(blow.rate):
            _note(sheet, line, blow.kind)
            made.append(replace(line, part="free", kinds=(*line.kinds, "furniture"), feed=False))
    sheet.lines = made


def _after_divider(lines: list[Line], number: int) -> bool:
    """Tell whether a page ends above a line."""
    above = lines[max(0, number - 3) : number]
    return (
        lines[number].feed
        or any(one.part == "furniture" or one.feed for one in above)
        or (len(above) == 3 and all(one.is_blank for one in above))
    )


def lose_blanks(sheet: Sheet, blow: Blow) -> None:
    """Lose the empty lines between a header and the words below it."""
    made: list[Line] = []
    for number, line in enumerate(sheet.lines):
        after_header = any(one.part == "header" for one in made[-1:]) and line.is_blank and not line.feed
        nearest = next((one for one in sheet.lines[number:] if not one.is_blank), None)
        if after_header and nearest is not None and nearest.part == "body" and blow.chance.share(blow.rate):
            _note(sheet, nearest, blow.kind)
            continue
        made.append(line)
    sheet.lines = made


def lose_lines(sheet: Sheet, blow: Blow) -> None:
    """Lose some lines of bodies, never all of one."""
    made: list[Line] = []
    for line in sheet.lines:
        kept = any(one.part == "body" and one.occurrence == line.occurrence for one in made[-6:])
        if line.part == "body" and kept and not line.feed and blow.chance.share(blow.rate):
            _note(sheet, line, blow.kind)
            continue
        made.append(line)
    sheet.lines = made


def lose_pages(sheet: Sheet, blow: Blow) -> None:
    """Lose whole pages on which no released mail and no document begins."""
    lost = {page for page in _whole_pages(sheet) if blow.chance.share(blow.rate)}
    if not lost:
        return
    dead = {line.occurrence for line in sheet.lines if line.page in lost and line.part == "header"} - {None}
    for number in dead:
        sheet.occurrences[number or 0].alive = False
    made: list[Line] = []
    owner: int | None = None
    for line in sheet.lines:
        if line.page in lost:
            continue
        # Words whose header is lost: nobody can tell whose they are.
        orphan = line.occurrence in dead
        made.append(replace(line, part="free" if line.part else "", kinds=(), occurrence=owner) if orphan else line)
        owner = made[-1].occurrence if made[-1].occurrence is not None else owner
        _note(sheet, made[-1], blow.kind)
    sheet.lines = made


def _whole_pages(sheet: Sheet) -> Iterator[int]:
    """Yield the pages after the first on which nothing but quotations and words of mails stand."""
    pages: dict[int, list[Line]] = {}
    for line in sheet.lines:
        pages.setdefault(line.page, []).append(line)
    for page, lines in pages.items():
        heads = {line.occurrence for line in lines if line.part == "header"} - {None}
        quoted = all(sheet.occurrences[number or 0].standing == "quoted" for number in heads)
        begins = {line.item for line in lines if line.occurrence is not None} & {
            one.item for one in pages.get(page - 1, []) if one.occurrence is not None
        }
        if (
            page > 1
            and quoted
            and begins
            and not any(line.part == "document" for line in lines)
            and len({line.item for line in lines}) <= 2
        ):
            yield page
