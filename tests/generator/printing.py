"""Print mails: a header block, the words, and below them what is quoted."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass, replace

from tests.generator.chance import Chance
from tests.generator.layouts import Layout, draw_form, fields_of, fill_line, find_layout, label_of, print_box
from tests.generator.lines import Box, Line, Occurrence, Sheet, Shown
from tests.generator.mails import Mail, Quoting
from tests.generator.moments import print_moment
from tests.generator.world import Person

EITHER = ("body", "signature")
COLUMN = "    "


@dataclass(frozen=True, slots=True)
class Style:
    """How a mailbox is printed: its programme, the language of its labels, the width of its lines."""

    layout: str
    labels: str
    width: int
    europe: bool


@dataclass(frozen=True, slots=True)
class Block:
    """One header block that is to be printed."""

    layout: Layout
    quoting: Quoting
    mail: Mail
    style: Style
    behind: str


class Printer:
    """Prints mails onto one sheet."""

    def __init__(self, sheet: Sheet, chance: Chance) -> None:
        self._sheet, self._chance = sheet, chance
        self._item = 0

    def print_released(self, mail: Mail, style: Style, standing: str = "released") -> list[Line]:
        """Return the lines of a mail printed on its own, with its quotations."""
        layout = find_layout(style.layout)
        labels = layout.language_for(style.labels)
        dates, form = draw_form(layout, labels, self._chance)
        gap, mailbox = self._chance.pick(layout.gap), self._chance.pick(layout.mailbox)
        quoting = Quoting(style.layout, labels, dates, form, "", "", gap, mailbox)
        return self._print(Block(layout, quoting, mail, style, ""), standing)[0]

    def _print(self, block: Block, standing: str) -> tuple[list[Line], Occurrence]:
        occurrence = Occurrence(len(self._sheet.occurrences), block.mail, standing, block.layout.name, Shown())
        self._sheet.occurrences.append(occurrence)
        lines = self._print_header(block, occurrence, standing)
        lines += [Line("", behind=block.behind) for _ in range(block.quoting.gap)]
        lines += self._print_words(block, occurrence)
        mail = block.mail
        if mail.quoting is not None and mail.parent is not None:
            below, quoted = self._quote(mail, mail.parent, block)
            occurrence.below = quoted.number
            lines += below
        return lines, occurrence

    def _quote(self, mail: Mail, parent: Mail, above: Block) -> tuple[list[Line], Occurrence]:
        quoting = mail.quoting
        assert quoting is not None
        layout = find_layout(quoting.layout)
        shown = replace(parent, quoting=None) if mail.cut else parent
        lines = [Line("", behind=above.behind)]
        behind = above.behind + quoting.behind
        if quoting.marker:
            gap = layout.languages[quoting.labels].get("marker_gap", 0)
            lines.append(Line(quoting.marker, "marker", ("quote-marker", "header"), behind=above.behind))
            lines += [Line("", behind=above.behind) for _ in range(gap)]
        below, occurrence = self._print(Block(layout, quoting, shown, above.style, behind), "quoted")
        if layout.number in {16, 17}:
            for line in below:
                if line.part == "header" and line.occurrence == occurrence.number:
                    line.behind = above.behind
        return lines + below, occurrence

    # Headers

    def _print_header(self, block: Block, occurrence: Occurrence, standing: str) -> list[Line]:
        values = self._values(block, occurrence, standing)
        data = block.layout.languages[block.quoting.labels]
        templates = [*data["lines"], *(data.get("meeting", []) if block.mail.when else [])]
        occurrence.shown.meeting = bool(block.mail.when and data.get("meeting"))
        lines: list[Line] = []
        for template in templates:
            text = fill_line(template, values, block.layout.always)
            if text is None:
                continue
            fields = tuple(field for field in fields_of(template) if values.get(field))
            lines.append(
                Line(block.layout.indent + text if text else "", "header" if text else "", fields=fields, label=label_of(template))
            )
        while lines and lines[-1].is_blank:
            lines.pop()
        if block.layout.collapsed:
            lines = [replace(lines[0], text=" ".join(line.text for line in lines), fields=tuple(f for line in lines for f in line.fields))]
        kinds = ("header", "quote-marker") if block.behind else ("header",)
        made = [replace(line, kinds=kinds if line.part else (), occurrence=occurrence.number, behind=block.behind) for line in lines]
        return [piece for line in made for piece in self._wrap_header(line, block)]

    def _wrap_header(self, line: Line, block: Block) -> Iterable[Line]:
        width = 66 if block.layout.collapsed else 72 if line.behind and not block.style.width else block.style.width
        if not width or block.layout.unwrapped or len(line.text) <= width:
            return [line]
        column = line.text.find(COLUMN)
        if column > 0 and len(line.fields) > 1:
            # The date of a web print stands in a column of its own; where there is no room it comes on a line of its own.
            first, rest = line.text[:column], [line.text[column:].strip()]
        else:
            first, *rest = wrap(line.text, width - len(line.behind) - block.layout.hanging) or [""]
        hanging = " " * block.layout.hanging
        return [replace(line, text=first), *(replace(line, text=hanging + text, label="", fields=()) for text in rest)]

    def _values(self, block: Block, occurrence: Occurrence, standing: str) -> dict[str, str]:
        mail, layout, quoting, shown = block.mail, block.layout, block.quoting, occurrence.shown
        values: dict[str, str] = {}

        def can(field: str) -> bool:
            return layout.prints(field, quoting.labels)

        text, shown.sender = print_box(layout, quoting.mailbox, mail.sender, mail.email, mail.sent)
        if mail.behalf is not None and layout.name in {"outlook-inline", "owa-2010"} and can("from"):
            text = self._with_behalf(text, mail.behalf, block, occurrence)
        values["from"] = text
        if can("date"):
            values["date"], shown.date = print_moment(mail.sent, quoting.form, quoting.dates, block.style.europe)
            shown.date_text = values["date"]
        for field, people, target in (("to", mail.to, shown.to), ("cc", mail.cc, shown.cc)):
            if can(field):
                values[field] = self._boxes(block, people, target)
        if can("subject"):
            values["subject"] = shown.subject = mail.subject
        # A quotation names attached files only where Outlook forwards them; a print of its own does.
        if can("attachments") and mail.files and standing == "released":
            shown.attachments = [file.filename for file in mail.files]
            values["attachments"] = "; ".join(shown.attachments)
        values.update({key: text for key, text in (("importance", mail.importance), ("when", mail.when), ("place", mail.where)) if text})
        if can("categories") and standing == "released" and self._chance.share(0.05):
            values["categories"] = "Accès" if quoting.labels == "fr" else "Access"
        return values

    def _with_behalf(self, text: str, behalf: Person, block: Block, occurrence: Occurrence) -> str:
        other, box = print_box(block.layout, block.quoting.mailbox, behalf, behalf.email, block.mail.sent)
        occurrence.shown.behalf = box[0]
        words = "on behalf of" if block.quoting.labels == "en" else "de la part de" if block.layout.name == "owa-2010" else "au nom de"
        return f"{text} {words} {other}"

    def _boxes(self, block: Block, people: Iterable[Person], target: list[tuple[Person, Box]]) -> str:
        texts = []
        for person in people:
            text, box = print_box(block.layout, block.quoting.mailbox, person, person.email, block.mail.sent)
            target.append((person, box))
            texts.append(text)
        return block.layout.separator.join(texts)

    # Words

    def _print_words(self, block: Block, occurrence: Occurrence) -> list[Line]:
        mail, lines = block.mail, []
        made: list[tuple[str, str, tuple[str, ...]]] = []
        if mail.banner and block.quoting.behind == "":
            made += [(mail.banner, "free", ()), ("", "", ())]
        for paragraph in mail.paragraphs:
            made += [(paragraph, "body", ("body",)), ("", "", ())]
        made += [(text, "body", ("body",)) for text in mail.closing]
        part = "signature" if len(mail.signature) > 1 else "free"
        made += [(text, part, ("signature",) if part == "signature" else EITHER) for text in mail.signature]
        if mail.disclaimer:
            made += [("", "", ()), (mail.disclaimer, "disclaimer", ("disclaimer",))]
        while made and not made[-1][0]:
            made.pop()
        for text, kind, kinds in made:
            for piece in self._wrap_words(text, block):
                shown = (*kinds, "quote-marker") if kinds and block.behind else kinds
                lines.append(Line(piece, kind, shown, occurrence.number, behind=block.behind))  # type: ignore[arg-type]
        return lines

    def _wrap_words(self, text: str, block: Block) -> list[str]:
        width = block.style.width or (72 if block.behind else 0)
        return wrap(text, width - len(block.behind)) if width and text else [text]


def wrap(text: str, width: int) -> list[str]:
    """Break a text at blanks into lines of at most so many characters."""
    lines, line = [], ""
    for word in re.split(r" ", text):
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line] if line else lines


def indent(text: str, width: int) -> str:
    """Set a text far to the right, where stamps stand."""
    return textwrap.indent(text, " " * width)
