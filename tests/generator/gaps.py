"""Releases whose exchanges fall silent or have one side, whose people are only copied, and whose attached texts lack pages: each gap is known."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.generator.chance import Chance
from tests.generator.conversations import Correspondents
from tests.generator.lines import Line, Plant, Sheet
from tests.generator.mails import File, Mail
from tests.generator.pages import draw_pages, paginate
from tests.generator.release import Binder, Release, draw_mails
from tests.generator.stock import read_data, read_profile
from tests.generator.world import World, make_world


def make_gaps(chance: Chance) -> Release:
    """Invent and print one release with these gaps."""
    world = make_world(chance.fork("world"))
    correspondents = Correspondents(world, chance.fork("conversations"))
    sheet, pages = Sheet(), draw_pages(world, chance.fork("pages"))
    mails = draw_mails(world, correspondents, chance.fork("sizes"))
    mails += _write_alone(world, correspondents, chance.fork("alone"))
    mails = _fall_silent(mails, sheet, chance.fork("silences"))
    binder = _LackingBinder(world, sheet, pages, chance, correspondents)
    paginate(sheet, binder.bind(mails), pages, chance.fork("breaks"))
    return Release(world, tuple(mails), sheet, pages)


def _rates() -> dict[str, Any]:
    rates: dict[str, Any] = read_profile()["gaps"]
    return rates


def _write_alone(world: World, correspondents: Correspondents, chance: Chance) -> list[Mail]:
    """Return mails of one person to another, none of which is answered; in most dumps none."""
    if not chance.share(_rates()["one_sided_share"]):
        return []
    moments = [world.start + timedelta(days=chance.between(0, 90), minutes=chance.between(500, 1000)) for _ in range(chance.between(3, 5))]
    first, *others = (correspondents.single(moment) for moment in sorted(moments))
    to = first.to[:1]
    first = replace(first, to=to, cc=())
    return [
        first,
        *(
            replace(
                mail, sender=first.sender, email=first.email, behalf=None, to=to, cc=(), language=first.language, signature=first.signature,
                closing=first.closing, paragraphs=mail.paragraphs, disclaimer=first.disclaimer,
            )
            for mail in others
        ),
    ]  # fmt: skip


def _fall_silent(mails: list[Mail], sheet: Sheet, chance: Chance) -> list[Mail]:
    """Return the mails; some conversations stop for weeks in their middle."""
    rates, later = _rates(), dict[int, timedelta]()
    conversations: dict[int, list[Mail]] = defaultdict(list)
    for mail in mails:
        conversations[mail.conversation].append(mail)
    for own in conversations.values():
        own.sort(key=lambda mail: (mail.sent, mail.key))
        if len(own) >= rates["silent_messages"] and chance.share(rates["silence_share"]):
            cut, pause = chance.between(3, len(own) - 3), timedelta(days=chance.between(*rates["silence_days"]))
            later.update(dict.fromkeys((mail.key for mail in own[cut:]), pause))
            sheet.plants.append(Plant("silence", str(own[0].conversation), "", mail=own[cut].key))
    made: dict[int, Mail] = {}
    for mail in mails:
        moved = mail.sent + later.get(mail.key, timedelta())
        made[mail.key] = replace(mail, sent=moved, parent=made[mail.parent.key] if mail.parent else None)
    return list(made.values())


class _LackingBinder(Binder):
    """Prints attached texts of which some lack pages."""

    def _attached_text(self, file: File, false_headers: bool) -> list[Line]:
        lines = super()._attached_text(file, false_headers)
        if not self._chance.share(_rates()["partly_share"]):
            return lines
        document = self._sheet.documents[next(line.document for line in lines if line.document is not None)]
        ways = read_data("gaps")[file.language]
        way = self._chance.pick(["count", "words"] if self._pages.number is None else ["words"])
        text = self._chance.pick(ways[way]).format(n=self._chance.between(2, 6))
        self._sheet.plants.append(Plant("lacks-pages", file.filename, text, document=document.number))
        return [*lines, *self._clerk.more(document, ["", text], file.language)]
