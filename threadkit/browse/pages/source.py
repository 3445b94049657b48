"""A source: its text page by page, every run of it coloured by what it is and leading to what it became."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from datasette.utils.asgi import Response

from threadkit.browse.lines import Line, find_place, read_page_lines
from threadkit.browse.pages.page import ID, Page
from threadkit.browse.room import Room, Row

__all__ = ["PAGES", "Run", "runs_of"]

#: A page of paper has some fifty lines; a dump without page marks is one page of thousands, shown in parts.
_PART, _LONGEST_PAGE = 400, 600
_MOST_BYTES, _MOST_SEGMENTS, _MOST_DEFECTS, _MOST_SOURCES = 400_000, 2000, 200, 200
#: The kinds of segments in the order of the legend.
KINDS = ("header", "body", "signature", "disclaimer", "quote-marker", "document", "furniture", "other", "blank")


@dataclass(frozen=True, slots=True)
class Run:
    """Lines that stand together in one segment, None for a line in none (there should be none); `starts` where a message or document begins."""

    segment: Row | None
    lines: tuple[Line, ...]
    starts: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """What is shown of a source: a page or a part of it, with the lines that are asked for."""

    page: Row
    following: Row | None
    first: int
    last: int
    page_last: int

    @property
    def is_part(self) -> bool:
        """Whether the page is longer than what is shown of it."""
        return (self.first, self.last) != (self.page["first_line"], self.page_last)


async def _source(room: Room) -> Response:
    source = await room.ask_one("source.source", id=room.id())
    if source is None:
        raise room.missing("source")
    line = room.number("line", 0, low=0)
    cited = (line, max(line, room.number("to", line))) if line else (0, -1)
    view = await _view(room, source, line)
    lines = await read_page_lines(room, view.page["page_row"], view.page["first_line"], view.first, view.last, _MOST_BYTES) if view else []
    runs = runs_of(lines, await _segments(room, source["id"], lines))
    return room.show(
        "source.html",
        source=source,
        names=[row["name"] for row in await room.ask("source.names", id=source["id"])],
        defects=await room.ask("source.defects", source=source["id"], most=_MOST_DEFECTS),
        view=view,
        runs=runs,
        kinds=[kind for kind in KINDS if any(run.segment and run.segment["kind"] == kind for run in runs)],
        cited=cited,
        links=_links(room, source, view) if view else (None, None),
    )


async def _view(room: Room, source: Row, line: int) -> View | None:
    """Return what is to be shown: the page of the line asked for, else the page asked for, and of a long page the part with that line."""
    number = await find_place(room, "page", source["id"], line) if line else room.number("page", 1)
    if number is None:
        return None
    pages = await room.ask("source.pages_from", source=source["id"], number=number, most=2)
    if not pages:
        pages = await room.ask("source.pages_from", source=source["id"], number=source["page_count"], most=2)
    if not pages:
        return None
    page, following = pages[0], pages[1] if len(pages) > 1 else None
    first, last = page["first_line"], max(following["first_line"] - 1 if following else source["line_count"], page["first_line"])
    if last - first < _LONGEST_PAGE:
        return View(page, following, first, last, last)
    if line:
        start = min(max(line - _PART // 8, first), max(last - _PART + 1, first))
    else:
        start = first + (min(max(room.number("from", first), first), last) - first) // _PART * _PART
    return View(page, following, start, min(start + _PART - 1, last), last)


def _links(room: Room, source: Row, view: View) -> tuple[str | None, str | None]:
    """Return the addresses of the page or part before and behind what is shown."""
    number, before, behind = view.page["number"], None, None
    if view.first > view.page["first_line"]:
        before = _part(room, source, number, max(view.first - _PART, view.page["first_line"]))
    elif number > 1:
        before = room.url("source", source["id"], page=number - 1)
    if view.last < view.page_last:
        behind = _part(room, source, number, view.last + 1)
    elif view.following:
        behind = room.url("source", source["id"], page=view.following["number"])
    return before, behind


def _part(room: Room, source: Row, number: int, first: int) -> str:
    query: dict[str, object] = {"page": number, "from": first}
    return room.url("source", source["id"], **query)


async def _segments(room: Room, source_id: int, lines: list[Line]) -> list[Row]:
    start = await find_place(room, "segment", source_id, lines[0].number) if lines else None
    if start is None:
        return []
    found = await room.ask("source.segments_from", source=source_id, position=start, most=_MOST_SEGMENTS)
    return [row for row in found if row["first_line"] <= lines[-1].number]


def runs_of(lines: Iterable[Line], segments: Iterable[Row]) -> list[Run]:
    """Return the lines segment by segment. Both are in order; a line of no segment stands in a run of its own."""
    waiting, current = iter(segments), None
    runs: list[tuple[Row | None, list[Line]]] = []
    for line in lines:
        while current is None or current["last_line"] < line.number:
            current = next(waiting, None)
            if current is None:
                break
        here = current if current is not None and current["first_line"] <= line.number else None
        if not runs or runs[-1][0] is not here:
            runs.append((here, []))
        runs[-1][1].append(line)
    found: list[Run] = []
    document: object = None
    for segment, held in runs:
        starts = segment is not None and (segment["kind"] == "header" or segment["document_id"] not in (None, document))
        document = segment["document_id"] or document if segment is not None else document
        found.append(Run(segment, tuple(held), starts))
    return found


async def _sources(room: Room) -> Response:
    rows = await room.ask("source.list", after=room.number("after", 0, low=0, high=1 << 53), most=_MOST_SOURCES + 1)
    following = room.url("sources", after=rows[_MOST_SOURCES - 1]["id"]) if len(rows) > _MOST_SOURCES else None
    return room.show("sources.html", sources=rows[:_MOST_SOURCES], following=following)


PAGES = (Page(f"source/{ID}", _source), Page("sources", _sources))
