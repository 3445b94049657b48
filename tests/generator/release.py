"""Put a whole release together: custodians' mailboxes, attached texts, letters, pages and their furniture."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.generator.chance import Chance
from tests.generator.conversations import Correspondents
from tests.generator.documents import Clerk
from tests.generator.layouts import find_layout
from tests.generator.lines import Line, Sheet
from tests.generator.mails import File, Mail
from tests.generator.pages import Pages, draw_pages, paginate
from tests.generator.printing import Printer, Style
from tests.generator.prose import Writer
from tests.generator.stock import read_data, read_profile
from tests.generator.world import Person, World, make_world


@dataclass(frozen=True, slots=True)
class Release:
    """One dump before damage."""

    world: World
    mails: tuple[Mail, ...]
    sheet: Sheet
    pages: Pages


def make_release(chance: Chance) -> Release:
    """Invent and print one release."""
    world = make_world(chance.fork("world"))
    correspondents = Correspondents(world, chance.fork("conversations"))
    mails = draw_mails(world, correspondents, chance.fork("sizes"))
    sheet, pages = Sheet(), draw_pages(world, chance.fork("pages"))
    paginate(sheet, Binder(world, sheet, pages, chance, correspondents).bind(mails), pages, chance.fork("breaks"))
    return Release(world, tuple(mails), sheet, pages)


def draw_mails(world: World, correspondents: Correspondents, draw: Chance) -> list[Mail]:
    """Return the mails of all conversations of one release, each after those that it follows."""
    rates, mails = read_profile()["world"], []
    for _ in range(draw.between(*rates["conversations"])):
        start = world.start + timedelta(
            days=draw.between(0, 90), hours=draw.between(7, 18), minutes=draw.between(0, 59), seconds=draw.between(0, 59)
        )
        mails += correspondents.converse(draw.between(*rates["messages"]), start)
    return mails


def make_negative(chance: Chance) -> Release:
    """Invent and print a release without a single mail: letters, reports, minutes, forms full of what looks like a header."""
    world = make_world(chance.fork("world"))
    sheet, pages = Sheet(), draw_pages(world, chance.fork("pages"))
    correspondents = Correspondents(world, chance.fork("conversations"))
    paginate(sheet, Binder(world, sheet, pages, chance, correspondents).bind_texts(), pages, chance.fork("breaks"))
    return Release(world, (), sheet, pages)


class Binder:
    """Puts prints and documents in order."""

    def __init__(self, world: World, sheet: Sheet, pages: Pages, chance: Chance, correspondents: Correspondents) -> None:
        self._world, self._sheet, self._pages = world, sheet, pages
        self._chance = chance.fork("binder")
        self._profile: dict[str, Any] = read_profile()
        self._printer = self.make_printer(chance.fork("printer"))
        self._writer = Writer(world, chance.fork("documents"))
        self._clerk = Clerk(sheet, self._writer, chance.fork("clerk"), pages.width)
        self._correspondents = correspondents
        self._texts: set[int] = set()
        self._ref = self._writer.fill("{ref}", world.language)

    def make_printer(self, chance: Chance) -> Printer:
        """Return what prints mails."""
        return Printer(self._sheet, chance)

    def bind(self, mails: list[Mail]) -> list[list[Line]]:
        """Return the items of the release, each of which begins a page."""
        rates, items = self._profile["pages"], []
        language, person = self._world.language, self._world.people[0].natural(self._world.start)
        if self._chance.share(rates["letter_share"]):
            items.append(self._clerk.text("decision-letter", read_data("documents")["letter"][language], language, person=person))
        covers = self._chance.share(rates["cover_sheet_share"])
        for number, (owner, batch) in enumerate(self._share_out(mails), 1):
            if covers:
                items.append(self._cover(owner, number))
            items += self._print_mailbox(owner, batch)
        if self._chance.share(rates["notice_share"]):
            items.append(self._clerk.text("legal-notice", read_data("documents")["notice"][language], language))
        return items

    def bind_texts(self) -> list[list[Line]]:
        """Return a letter, texts of files that no mail names, and a notice."""
        language, person = self._world.language, self._world.people[0].natural(self._world.start)
        items = [self._clerk.text("decision-letter", read_data("documents")["letter"][language], language, person=person)]
        for _ in range(self._chance.between(4, 12)):
            file = self._correspondents.file(self._chance.pick(self._world.people))
            items.append(self._clerk.attached(file, self._chance.share(0.8)))
        items.append(self._clerk.text("legal-notice", read_data("documents")["notice"][language], language))
        return items

    def _share_out(self, mails: list[Mail]) -> list[tuple[Person, list[Mail]]]:
        """Return each custodian with the mails that are printed from that mailbox."""
        rates = self._profile["conversations"]
        owners = self._chance.some(self._world.people, self._chance.between(*self._profile["world"]["custodians"]))
        boxes: list[list[Mail]] = [[] for _ in owners]
        answered = {mail.parent.key for mail in mails if mail.parent is not None and mail.quoting is not None}
        for mail in mails:
            share = rates["not_released_share"] if mail.key in answered else rates["not_released_share"] / 3
            if self._chance.share(share):
                continue
            taken = self._chance.some(range(len(owners)), 2 if self._chance.share(rates["printed_twice_share"]) else 1)
            for number in taken:
                boxes[number].append(mail)
        newest_first, by_time = self._chance.share(0.5), self._chance.share(0.6)
        for box in boxes:
            box.sort(key=lambda m: (m.sent if by_time else m.conversation, m.sent, m.key), reverse=newest_first)
        return [(owner, box) for owner, box in zip(owners, boxes, strict=True) if box]

    def _cover(self, owner: Person, number: int) -> list[Line]:
        language = self._world.language
        unit = next(
            (full for code, full in self._world.organisation["units"] if code == owner.unit), self._world.organisation["units"][0][1]
        )
        given = {"n": str(number), "owner": owner.directory(self._world.start), "unit": unit, "ref": self._ref}
        return self._clerk.text("cover-sheet", read_data("documents")["cover"][language], language, **given)

    def _print_mailbox(self, owner: Person, mails: list[Mail]) -> list[list[Line]]:
        printed = self._profile["printed"]
        usual = self._chance.weighted(printed["weights"])
        owned = self._chance.share(self._profile["pages"]["owner_line_share"])
        items = []
        for mail in mails:
            name = self._chance.weighted(printed["weights"]) if self._chance.share(printed["stray_share"]) else usual
            style = Style(name, self._world.language, self._pages.width, self._world.europe)
            lines = self._printer.print_released(mail, style)
            if owned and find_layout(name).owner:
                head = [Line(owner.directory(mail.sent), "furniture", ("furniture",))]
                lines = [*head, *(Line("") for _ in range(self._chance.pick([0, 1]))), *lines]
            items.append(lines)
            items += self._attached(mail)
        return items

    def _attached(self, mail: Mail) -> list[list[Line]]:
        """Return the texts of the files of a mail that were not printed yet."""
        rates, items = self._profile["pages"], []
        for file in mail.files:
            if file.key not in self._texts and self._chance.share(rates["attachment_text_share"]):
                self._texts.add(file.key)
                lines = self._attached_text(file, self._chance.share(rates["false_header_share"]))
                if self._chance.share(rates["enclosed_share"]):
                    lines += self._annex(lines, file.language)
                items.append(lines)
        return items

    def _attached_text(self, file: File, false_headers: bool) -> list[Line]:
        """Return the text of a file."""
        return self._clerk.attached(file, false_headers)

    def _annex(self, lines: list[Line], language: str) -> list[Line]:
        """Return an annex with a whole e-mail, and what follows it in the same text."""
        document = self._sheet.documents[next(line.document for line in lines if line.document is not None)]
        words, number = read_data("documents")["annex"], self._chance.pick(["A", "B", "2", "3"])
        mail = self._correspondents.single(
            self._world.start + timedelta(days=self._chance.between(0, 90), minutes=self._chance.between(500, 1000))
        )
        style = Style("outlook-inline", language, self._pages.width, self._world.europe)
        head = self._clerk.more(document, ["", *words[language], ""], language, n=number)
        print_ = self._printer.print_released(mail, style, "enclosed")
        return [
            *head,
            *print_,
            *self._clerk.more(document, ["", "", *words[f"after_{language}"]], language, n="C" if number in "AB" else "4"),
        ]
