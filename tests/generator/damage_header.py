"""Damage to header blocks: masks, labels lost or misread, dates misread, lists wrapped anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.generator.lines import Line, Occurrence, Sheet
from tests.generator.stock import read_data

if TYPE_CHECKING:
    from tests.generator.damage import Blow


def _struck(sheet: Sheet, blow: Blow) -> Iterator[tuple[Occurrence, list[Line]]]:
    """Yield some occurrences with the lines of their headers."""
    headers: dict[int, list[Line]] = {}
    for line in sheet.lines:
        if line.part == "header" and line.occurrence is not None:
            headers.setdefault(line.occurrence, []).append(line)
    for number, lines in headers.items():
        if blow.chance.share(blow.rate):
            yield sheet.occurrences[number], lines


def _one_field(lines: list[Line], fields: set[str]) -> list[Line]:
    """Return the lines that print one of these fields, alone and whole, under a label."""
    ends = [*lines[1:], None]
    return [
        a
        for a, b in zip(lines, ends, strict=True)
        if len(a.fields) == 1 and a.fields[0] in fields and a.label.strip() and (b is None or b.fields)
    ]


def mask_names(sheet: Sheet, blow: Blow) -> None:
    """Mask one mailbox of a header that stands whole on its line."""
    masks = read_data("damage")["masks"]["names"]
    for occurrence, lines in _struck(sheet, blow):
        choices = _one_field(lines, {"from", "to", "cc"})
        if not choices:
            continue
        line = blow.chance.pick(choices)
        shown, mask = occurrence.shown, blow.chance.pick(masks)
        if line.fields == ("from",):
            if shown.behalf:
                continue
            shown.sender = None
        else:
            getattr(shown, line.fields[0]).clear()
        line.text = line.text[: line.text.index(line.label) + len(line.label)] + mask
        occurrence.damages.add(blow.kind)


def empty_labels(sheet: Sheet, blow: Blow) -> None:
    """Empty a list of recipients, as a mask that leaves nothing."""
    for occurrence, lines in _struck(sheet, blow):
        choices = _one_field(lines, {"to", "cc"})
        if choices:
            line = blow.chance.pick(choices)
            getattr(occurrence.shown, line.fields[0]).clear()
            line.text = line.text[: line.text.index(line.label) + len(line.label)]
            occurrence.damages.add(blow.kind)


def lose_labels(sheet: Sheet, blow: Blow) -> None:
    """Lose one line of a header: never the sender's, and no other where the date is lost."""
    for occurrence, lines in _struck(sheet, blow):
        choices = [line for line in _one_field(lines, {"to", "cc", "subject", "date"}) if line is not lines[0] and not line.feed]
        if len({field for line in lines for field in line.fields}) < 4 or not choices:
            continue
        line, shown = blow.chance.pick(choices), occurrence.shown
        field = line.fields[0]
        if field in {"to", "cc"}:
            getattr(shown, field).clear()
        else:
            setattr(shown, field, None)
        sheet.lines = [one for one in sheet.lines if one is not line]
        occurrence.damages.add(blow.kind)


def misread_dates(sheet: Sheet, blow: Blow) -> None:
    """Read a digit of a date as a letter: nobody may guess it then."""
    confusions = read_data("damage")["dates"]
    for occurrence, lines in _struck(sheet, blow):
        text = occurrence.shown.date_text
        line = next((one for one in lines if text and text in one.text), None)
        digits = [at for at, letter in enumerate(text or "") if letter in confusions]
        if line is None or not text or not digits:
            continue
        at = blow.chance.pick(digits)
        wrong = text[:at] + confusions[text[at]] + text[at + 1 :]
        line.text = line.text.replace(text, wrong)
        occurrence.shown.date_text, occurrence.shown.date = wrong, None
        occurrence.damages.add(blow.kind)


def misread_labels(sheet: Sheet, blow: Blow) -> None:
    """Read a label or its colon wrongly."""
    labels = read_data("damage")["labels"]
    for line in sheet.lines:
        name = line.label.rstrip(" :\t").strip()
        if line.part != "header" or len(line.fields) != 1 or not line.label or not blow.chance.share(blow.rate):
            continue
        colon = line.label.find(":")
        if name in labels and (colon < 0 or blow.chance.share(0.7)):
            wrong = line.label.replace(name, blow.chance.pick(labels[name]), 1)
        elif colon >= 0:
            wrong = line.label.replace(" :", ":").replace(":", blow.chance.pick(labels["colons"]))
        else:
            continue
        line.text, line.label = line.text.replace(line.label, wrong, 1), wrong
        sheet.occurrences[line.occurrence or 0].damages.add(blow.kind)


def star_labels(sheet: Sheet, blow: Blow) -> None:
    """Print labels between stars, as bold type that became text."""
    for occurrence, lines in _struck(sheet, blow):
        for line in lines:
            label = line.label.strip()
            if len(line.fields) == 1 and label.endswith(":") and line.text.lstrip().startswith(label):
                line.text = line.text.replace(label, f"*{label}*", 1)
                line.label = line.label.replace(label, f"*{label}*", 1)
                occurrence.damages.add(blow.kind)


def rewrap_lists(sheet: Sheet, blow: Blow) -> None:
    """Wrap lists of recipients anywhere: inside a name, inside an address."""
    struck: set[int] = set()
    for occurrence, _ in _struck(sheet, blow):
        struck.add(occurrence.number)
    made: list[Line] = []
    for line in sheet.lines:
        made.append(line)
        if line.occurrence in struck and set(line.fields) in ({"to"}, {"cc"}) and len(line.text) > 45:
            at = _cut(line.text, blow)
            if at is None:
                continue
            rest = replace(line, text=line.text[at:].lstrip(), fields=(), label="", feed=False)
            line.text = line.text[:at].rstrip(" ")
            made.append(rest)
            sheet.occurrences[line.occurrence or 0].damages.add(blow.kind)
    sheet.lines = made


def _cut(text: str, blow: Blow) -> int | None:
    """Return where a list is cut: at a blank, or after a hyphen, a dot or an at sign of an address."""
    places = [at for at in range(30, len(text) - 4) if text[at - 1] in " -.@" and text[at] != " "]
    return blow.chance.pick(places) if places else None
