"""Damage to letters: accents, ligatures, blanks, recognition, marks that nobody sees, transfer encodings; and masks over words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.generator.lines import Box, Line, Occurrence, Sheet
from tests.generator.stock import read_data

if TYPE_CHECKING:
    from tests.generator.damage import Blow

Change = Callable[[str], str]
_WORD = re.compile(r"\w+")
_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+")


def _change_items(sheet: Sheet, blow: Blow, change: Change) -> None:
    """Change every line of some prints, and what their headers show."""
    items = {line.item for line in sheet.lines}
    struck = {item for item in sorted(items) if blow.chance.share(blow.rate)}
    changed: set[int] = set()
    for line in sheet.lines:
        if line.item in struck and line.part != "furniture":
            text = _outside_addresses(line.text, change)
            if text != line.text and line.occurrence is not None:
                sheet.occurrences[line.occurrence].damages.add(blow.kind)
            line.text = text
            if line.occurrence is not None:
                changed.add(line.occurrence)
    for number in changed:
        show_changed(sheet.occurrences[number], lambda text: _outside_addresses(text, change))


def _outside_addresses(text: str, change: Change) -> str:
    """Change a text but for its addresses and the names of its files."""
    at, made = 0, []
    for found in _ADDRESS.finditer(text):
        made += [change(text[at : found.start()]), found[0]]
        at = found.end()
    return "".join([*made, change(text[at:])])


def show_changed(occurrence: Occurrence, change: Change) -> None:
    """Change what a header shows, to what is now printed."""
    shown = occurrence.shown

    def box(given: Box) -> Box:
        return (change(given[0]) if given[0] else given[0], given[1])

    shown.sender = box(shown.sender) if shown.sender else None
    shown.behalf = change(shown.behalf) if shown.behalf else None
    shown.to = [(person, box(given)) for person, given in shown.to]
    shown.cc = [(person, box(given)) for person, given in shown.cc]
    shown.subject = change(shown.subject) if shown.subject else shown.subject
    shown.date_text = change(shown.date_text) if shown.date_text else shown.date_text
    shown.attachments = [change(name) for name in shown.attachments]


def strip_accents(text: str) -> str:
    """Return a text without accents."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def lose_accents(sheet: Sheet, blow: Blow) -> None:
    """Lose accents."""
    _change_items(sheet, blow, strip_accents)


def question_accents(sheet: Sheet, blow: Blow) -> None:
    """Print a question mark for each letter that has an accent."""
    _change_items(sheet, blow, lambda text: "".join("?" if c.isalpha() and not c.isascii() else c for c in text))


def ligate(sheet: Sheet, blow: Blow) -> None:
    """Join letters as some fonts do."""
    pairs = read_data("damage")["ligatures"]
    common = {pair: letter for pair, letter in pairs.items() if blow.chance.share(0.6)} or pairs

    def change(text: str) -> str:
        for pair, letter in common.items():
            text = text.replace(pair, letter)
        return text

    _change_items(sheet, blow, change)


def space_out(sheet: Sheet, blow: Blow) -> None:
    """Double blanks as in justified text, or print them as blanks that do not break."""
    for line in sheet.lines:
        if line.part in {"body", "document"} and blow.chance.share(blow.rate):
            line.text = line.text.replace(" ", "  " if blow.chance.share(0.6) else "\u00a0")
            if line.occurrence is not None:
                sheet.occurrences[line.occurrence].damages.add(blow.kind)


def misread_words(sheet: Sheet, blow: Blow) -> None:
    """Read letters wrongly in the words of bodies and documents."""
    confusions = read_data("damage")["words"]

    def read(found: re.Match[str]) -> str:
        word = found[0]
        if len(word) < 4 or not blow.chance.share(blow.rate):
            return word
        wrong = [letters for letters in confusions if letters in word[1:]]
        return word[0] + word[1:].replace(wrong[0], confusions[wrong[0]], 1) if wrong else word

    for line in sheet.lines:
        if line.part in {"body", "document"}:
            text = _WORD.sub(read, line.text)
            if text != line.text and line.occurrence is not None:
                sheet.occurrences[line.occurrence].damages.add(blow.kind)
            line.text = text


def mark_invisibly(sheet: Sheet, blow: Blow) -> None:
    """Put marks of no width into words."""
    marks = read_data("damage")["masks"]["marks"]
    for line in sheet.lines:
        if line.part == "body" and blow.chance.share(blow.rate * 5):
            words = line.text.split(" ")
            at = blow.chance.between(0, len(words) - 1)
            words[at] = words[at][:2] + blow.chance.pick(marks) + words[at][2:]
            line.text = " ".join(words)
            _damaged(sheet, line, blow)


def mask_words(sheet: Sheet, blow: Blow) -> None:
    """Mask words of bodies and documents."""
    masks = read_data("damage")["masks"]["words"]
    for line in sheet.lines:
        words = line.text.split(" ")
        if line.part in {"body", "document"} and len(words) > 5 and blow.chance.share(blow.rate * 3):
            at = blow.chance.between(1, len(words) - 3)
            words[at : at + blow.chance.between(1, 2)] = [blow.chance.pick(masks)]
            line.text = " ".join(words)
            _damaged(sheet, line, blow)


def _damaged(sheet: Sheet, line: Line, blow: Blow) -> None:
    if line.occurrence is not None:
        sheet.occurrences[line.occurrence].damages.add(blow.kind)


def encode_printable(sheet: Sheet, blow: Blow) -> None:
    """Leave quoted-printable in: `Envoy=C3=A9`."""
    _change_items(sheet, blow, lambda text: "".join(c if c.isascii() else "".join(f"={byte:02X}" for byte in c.encode()) for c in text))
