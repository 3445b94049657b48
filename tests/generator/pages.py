"""Pages: where they break, what stands at their heads and feet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tests.generator.chance import Chance
from tests.generator.lines import Line, Sheet
from tests.generator.printing import indent
from tests.generator.prose import Writer
from tests.generator.stock import read_data, read_profile
from tests.generator.world import World


@dataclass(frozen=True, slots=True)
class Pages:
    """The page style of one dump. A form of furniture is None where the pages have none."""

    width: int
    length: int
    form_feed: bool
    number: str | None
    number_first: bool
    head: str | None
    stamp: str | None
    trailing_blank: bool
    new_page_share: float


def draw_pages(world: World, chance: Chance) -> Pages:
    """Draw a page style."""
    rates, data, writer = read_profile()["pages"], read_data("furniture"), Writer(world, chance.fork("furniture"))
    suffix = "" if world.language == "fr" else "_en"
    month = read_data("dates")["short_months"][world.language][chance.between(0, 11)].rstrip(".").upper()
    stamp = chance.pick(data[f"stamps{suffix}"]).format(dd=chance.between(10, 28), MON=month, y=world.year + 1)
    return Pages(
        width=chance.pick(rates["wrap"]),
        length=chance.between(*rates["lines"]),
        form_feed=chance.share(rates["form_feed_share"]),
        number=chance.pick(data[f"page_numbers{suffix}"]) if chance.share(rates["page_number_share"]) else None,
        number_first=chance.share(0.35),
        head=writer.fill(chance.pick(data[f"heads{suffix}"]), world.language) if chance.share(rates["running_head_share"]) else None,
        stamp=stamp if chance.share(rates["stamp_share"]) else None,
        trailing_blank=chance.share(rates["trailing_blank_share"]),
        new_page_share=rates["new_page_share"],
    )


def furniture(text: str) -> Line:
    """Return one line of furniture."""
    return Line(text, "furniture", ("furniture",))


def paginate(sheet: Sheet, items: list[list[Line]], pages: Pages, chance: Chance) -> None:
    """Fill the sheet with the items, page by page; a header stays on one page with the first line under it."""
    cut: list[list[Line]] = []
    for number, item in enumerate(items):
        for line in item:
            line.item = number
        new = not cut or chance.share(pages.new_page_share)
        if not new:
            cut[-1] += [Line("", item=number) for _ in range(3)]
        for line in _with_room(item, cut, pages, new):
            cut[-1].append(line)
    _lay_out(sheet, cut, pages, chance)


def _with_room(item: list[Line], cut: list[list[Line]], pages: Pages, new: bool) -> Iterator[Line]:
    """Yield the lines of an item after beginning new pages where they are due."""
    if new:
        cut.append([])
    for position, line in enumerate(item):
        if len(cut[-1]) >= pages.length and not _is_inside_header(item, position):
            cut.append([])
        if cut[-1] or not line.is_blank:
            yield line


def _is_inside_header(item: list[Line], position: int) -> bool:
    """Tell whether a page break here would part a header, or a header and what stands around it."""
    before = [line for line in item[max(0, position - 3) : position] if not line.is_blank]
    after = [line for line in item[position : position + 3] if not line.is_blank]
    return bool((before and before[-1].part in {"header", "marker"}) or (after and after[0].part in {"header", "marker"}))


def _lay_out(sheet: Sheet, cut: list[list[Line]], pages: Pages, chance: Chance) -> None:
    for number, page in enumerate(cut, 1):
        body = _trim(page)
        top = [furniture(pages.head)] if pages.head else []
        foot: list[Line] = []
        if pages.number:
            text = furniture(pages.number.format(n=number, all=len(cut)))
            top, foot = ([*top, text], foot) if pages.number_first else (top, [Line(""), text])
        if pages.stamp and chance.share(0.8):
            top.append(furniture(indent(pages.stamp, 60)))
        if top and chance.share(0.7):
            top.append(Line(""))
        laid = [*top, *body, *foot]
        for line in laid:
            line.page = number
        if number > 1 and pages.form_feed:
            laid[0] = replace(laid[0], feed=True)
        elif number > 1:
            sheet.lines += [Line("", page=number) for _ in range(3)]
        sheet.lines += laid


def _trim(page: list[Line]) -> list[Line]:
    while page and page[-1].is_blank:
        page.pop()
    return page or [Line("")]
