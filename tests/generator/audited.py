"""Releases that leave out, mask and alter: what is done to each is planted on the sheet, so that every gap is known."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tests.generator.chance import Chance
from tests.generator.conversations import Correspondents
from tests.generator.lines import Line, Occurrence, Plant, Sheet
from tests.generator.mails import Mail
from tests.generator.pages import draw_pages, paginate
from tests.generator.printing import Block, Printer
from tests.generator.prose import Writer
from tests.generator.release import Binder, Release, draw_mails
from tests.generator.stock import read_data, read_profile
from tests.generator.world import World, make_world

#: Layouts in which a label with nothing behind it stands on a line of its own.
EMPTIABLE = frozenset({"outlook-inline", "outlook-memo", "pdfmaker", "new-outlook", "owa"})
_FIGURE = re.compile(r"\d+")
_SENTENCE = re.compile(r"(?<=[.!?]) ")
_NUMBER = re.compile(r"[\d(]")


def make_audited(chance: Chance) -> Release:
    """Invent and print one release with gaps, masks and alterations."""
    world = make_world(chance.fork("world"))
    correspondents = Correspondents(world, chance.fork("conversations"))
    sheet, pages = Sheet(), draw_pages(world, chance.fork("pages"))
    talk = _Talk(world, sheet, chance.fork("talk"))
    mails = withhold(talk.speak(draw_mails(world, correspondents, chance.fork("sizes"))), chance.fork("withheld"))
    binder = _AuditedBinder(world, sheet, pages, chance, correspondents)
    paginate(sheet, binder.bind(mails), pages, chance.fork("breaks"))
    return Release(world, tuple(mails), sheet, pages)


def withhold(mails: list[Mail], chance: Chance) -> list[Mail]:
    """Return the mails without some that are nowhere any more: what follows one of these prints nothing of it."""
    share = read_profile()["audited"]["withheld_share"]
    gone, made = {mail.key for mail in mails if chance.share(share)}, dict[int, Mail]()
    for mail in mails:
        quoting = None if mail.parent is not None and mail.parent.key in gone else mail.quoting
        made[mail.key] = replace(mail, parent=made[mail.parent.key] if mail.parent else None, quoting=quoting)
    return [mail for mail in made.values() if mail.key not in gone]


class _Talk:
    """Lets mails speak of other mails, of conversations, of files that they do not have, and of what only looks like these."""

    def __init__(self, world: World, sheet: Sheet, chance: Chance) -> None:
        self._world, self._sheet, self._chance = world, sheet, chance
        self._writer = Writer(world, chance.fork("sentences"))
        self._rates: dict[str, Any] = read_profile()["audited"]

    def speak(self, mails: list[Mail]) -> list[Mail]:
        """Return the mails, some with one more paragraph; each still follows the one that it followed."""
        made: dict[int, Mail] = {}
        for mail in mails:
            said = self._say(mail, mails) if mail.kind == "message" and mail.paragraphs else None
            paragraphs = (*mail.paragraphs, said) if said else mail.paragraphs
            made[mail.key] = replace(mail, paragraphs=paragraphs, parent=made[mail.parent.key] if mail.parent else None)
        return list(made.values())

    def _say(self, mail: Mail, mails: list[Mail]) -> str | None:
        kinds: dict[str, Callable[[Mail, list[Mail]], str | None]] = {
            "spoken_mail": self._spoken_mail, "talk": self._plain("talk"), "mention": self._mention, "false_friend": self._false_friend,
        }  # fmt: skip
        for kind, say in kinds.items():
            if self._chance.share(self._rates[f"{kind}_share"]):
                return say(mail, mails)
        return None

    def _spoken_mail(self, mail: Mail, mails: list[Mail]) -> str | None:
        earlier = [other.sent for other in mails if timedelta(1) < mail.sent - other.sent < timedelta(300)]
        if earlier and self._chance.share(0.5):
            day = self._chance.pick(earlier)
        else:
            days = {other.sent.date() for other in mails}
            free = [moment for n in range(2, 120) if (moment := mail.sent - timedelta(n)).date() not in days]
            day = self._chance.pick(free)
        text = self._fill("spoken_mail", mail, day=self._day(day, mail.language))
        self._sheet.plants.append(Plant("spoken-mail", day.date().isoformat(), text, mail=mail.key))
        return text

    def _plain(self, kind: str) -> Callable[[Mail, list[Mail]], str]:
        def say(mail: Mail, _: list[Mail]) -> str:
            text = self._fill(kind, mail)
            self._sheet.plants.append(Plant(kind, "", text, mail=mail.key))
            return text

        return say

    def _mention(self, mail: Mail, mails: list[Mail]) -> str | None:
        return None if mail.files else self._plain("mention")(mail, mails)

    def _false_friend(self, mail: Mail, _: list[Mail]) -> str:
        return self._fill("false_friends", mail, day=self._writer.day_month(mail.language))

    def _fill(self, kind: str, mail: Mail, **given: str) -> str:
        sentence = self._writer.sentence(mail.language)
        form = self._chance.pick(read_data("audited")[mail.language][kind])
        # A sentence goes on in small letters, but after a full stop.
        lower = "{sentence}" in form and not form.partition("{sentence}")[0].endswith(". ")
        return self._writer.fill(form, mail.language, sentence=sentence[:1].lower() + sentence[1:] if lower else sentence, **given)

    def _day(self, day: datetime, language: str) -> str:
        month = read_data("dates")["months"][language][day.month - 1]
        text = f"{month} {day.day}" if language == "en" else f"{'1er' if day.day == 1 else day.day} {month}"
        return f"{text}{',' if language == 'en' else ''} {day.year}" if self._chance.share(0.4) else text


class _AuditedBinder(Binder):
    """Prints with gaps, and begins with a letter that counts its enclosures."""

    def make_printer(self, chance: Chance) -> Printer:
        return AlteringPrinter(self._sheet, chance, self._world)

    def bind(self, mails: list[Mail]) -> list[list[Line]]:
        """Return the items of the release, with a letter that counts at the head of some."""
        items, language = super().bind(mails), self._world.language
        letters = [d.number for d in self._sheet.documents if d.kind == "decision-letter"]
        if not letters and self._chance.share(read_profile()["audited"]["letter_share"]):
            person = self._world.people[0].natural(self._world.start)
            items.insert(0, self._clerk.text("decision-letter", read_data("documents")["letter"][language], language, person=person))
            letters = [self._sheet.documents[-1].number]
        if letters:
            count = self._chance.between(1, 9)
            last = next(line for line in reversed(items[0]) if not line.is_blank)
            last.text = self._chance.pick(read_data("audited")[language]["enclosures"]).format(n=count)
            self._sheet.plants.append(Plant("enclosures", str(count), last.text, document=letters[0]))
        return items


class AlteringPrinter(Printer):
    """Prints mails, some copies of them altered, some masked, some with an emptied label or without their telephone."""

    def __init__(self, sheet: Sheet, chance: Chance, world: World) -> None:
        super().__init__(sheet, chance.fork("plain"))
        self._dice, self._world, self._plants = chance.fork("altered"), world, sheet.plants
        self._rates: dict[str, Any] = read_profile()["audited"]
        self._emptied: str | None = None

    def _print_header(self, block: Block, occurrence: Occurrence, standing: str) -> list[Line]:
        self._emptied = None
        if block.layout.name in EMPTIABLE and block.mail.kind == "message" and self._dice.share(self._rates["emptied_share"]):
            self._emptied = "from" if self._dice.share(0.2) else "to"
            block = replace(block, layout=replace(block.layout, always=(*block.layout.always, self._emptied)))
        return super()._print_header(block, occurrence, standing)

    def _values(self, block: Block, occurrence: Occurrence, standing: str) -> dict[str, str]:
        values = super()._values(block, occurrence, standing)
        if self._emptied is not None:
            values[self._emptied] = ""
            if self._emptied == "to":
                occurrence.shown.to = []
            else:
                occurrence.shown.sender = occurrence.shown.behalf = None
            self._plants.append(Plant("emptied", self._emptied, occurrence=occurrence.number))
        return values

    def _print_words(self, block: Block, occurrence: Occurrence) -> list[Line]:
        mail, number = block.mail, occurrence.number
        if occurrence.standing == "quoted" and self._dice.share(self._rates["altered_share"]):
            mail = self._alter(mail, number)
        if self._dice.share(self._rates["masked_share"]):
            mail = self._mask(mail, number)
        if len(mail.signature) > 1 and self._dice.share(self._rates["telephone_share"]):
            mail = self._hide_telephone(mail, number)
        return super()._print_words(replace(block, mail=mail), occurrence)

    def _alter(self, mail: Mail, number: int) -> Mail:
        at = self._long_paragraph(mail)
        if at is None:
            return mail
        text = mail.paragraphs[at]
        ways = (lambda _: None, self._other_name, self._other_figure, self._without_sentence)
        found = self._dice.pick(ways)(text) or self._other_word(text, mail.language)
        if found is None:
            return mail
        changed, old, new = found
        self._plants.append(Plant("altered", old, new, occurrence=number))
        return replace(mail, paragraphs=(*mail.paragraphs[:at], changed, *mail.paragraphs[at + 1 :]))

    def _long_paragraph(self, mail: Mail) -> int | None:
        long = [n for n, text in enumerate(mail.paragraphs) if len(text.split()) > 6]
        return self._dice.pick(long) if long else None

    def _other_word(self, text: str, language: str) -> tuple[str, str, str] | None:
        words = list(re.finditer(r"(?<![\w’'-])[a-zà-ÿ]{5,}(?![\w’'@-])", text))
        if not words:
            return None
        found, other = self._dice.pick(words), self._dice.pick(read_data("audited")["altered"]["words" if language == "fr" else "words_en"])
        return text[: found.start()] + other + text[found.end() :], found[0], other

    def _other_name(self, text: str) -> tuple[str, str, str] | None:
        names = [person.last for person in self._world.people if re.search(rf"\b{re.escape(person.last)}\b", text)]
        others = [person.last for person in self._world.people if person.last not in names]
        if not names or not others:
            return None
        old, new = self._dice.pick(names), self._dice.pick(others)
        return re.sub(rf"\b{re.escape(old)}\b", new, text, count=1), old, new

    def _other_figure(self, text: str) -> tuple[str, str, str] | None:
        found = _FIGURE.search(text)
        if found is None:
            return None
        other = str(int(found[0]) + self._dice.between(1, 9))
        return text[: found.start()] + other + text[found.end() :], found[0], other

    def _without_sentence(self, text: str) -> tuple[str, str, str] | None:
        sentences = _SENTENCE.split(text)
        if len(sentences) < 2:
            return None
        at = self._dice.between(0, len(sentences) - 1)
        return " ".join((*sentences[:at], *sentences[at + 1 :])), sentences[at], ""

    def _mask(self, mail: Mail, number: int) -> Mail:
        at = self._long_paragraph(mail)
        if at is None:
            return mail
        words = mail.paragraphs[at].split(" ")
        first, count = self._dice.between(1, len(words) - 4), self._dice.between(1, 3)
        mask = self._dice.pick(read_data("audited")["masks"]["words"])
        self._plants.append(Plant("masked", " ".join(words[first : first + count]), mask, occurrence=number))
        words[first : first + count] = [mask]
        return replace(mail, paragraphs=(*mail.paragraphs[:at], " ".join(words), *mail.paragraphs[at + 1 :]))

    def _hide_telephone(self, mail: Mail, number: int) -> Mail:
        *lines, telephone = mail.signature
        found = _NUMBER.search(telephone)
        if found is None:
            return mail
        label, way = telephone[: found.start()], self._dice.pick(["masked", "label", "line"])
        if way == "masked":
            mask = self._dice.pick(read_data("audited")["masks"]["numbers"])
            self._plants.append(Plant("masked-number", telephone[found.start() :], mask, occurrence=number))
            lines.append(label + mask)
        elif way == "label":
            self._plants.append(Plant("silent", telephone, label.strip(), occurrence=number))
            lines.append(label.rstrip())
        else:
            self._plants.append(Plant("line-dropped", telephone, "", occurrence=number))
        return replace(mail, signature=tuple(lines))
