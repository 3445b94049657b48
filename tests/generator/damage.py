"""Damage a sheet as extraction and recognition do, and keep with each occurrence what it still prints.

Each kind of damage is one function of its name. It changes lines and, where a value is touched, what the occurrence shows: the truth is
made of what is still printed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.generator import damage_header, damage_letters, damage_lines
from tests.generator.chance import Chance
from tests.generator.lines import Sheet
from tests.generator.pages import Pages
from tests.generator.stock import read_profile


@dataclass(frozen=True, slots=True)
class Blow:
    """One kind of damage that strikes one sheet: how often, and what pages look like there."""

    kind: str
    rate: float
    chance: Chance
    pages: Pages


Strike = Callable[[Sheet, Blow], None]

# In the order in which they befall a document: what was cut and printed, then what masks it, then extraction and recognition.
KINDS: Mapping[str, Strike] = {
    "lost-page": damage_lines.lose_pages,
    "redacted-names": damage_header.mask_names,
    "redacted-words": damage_letters.mask_words,
    "emptied-label": damage_header.empty_labels,
    "lost-label": damage_header.lose_labels,
    "lost-lines": damage_lines.lose_lines,
    "rewrapped-lists": damage_header.rewrap_lists,
    "page-joined": damage_lines.join_pages,
    "page-break-in-header": damage_lines.break_headers,
    "page-break-in-body": damage_lines.break_bodies,
    "doubled-line": damage_lines.double_lines,
    "furniture-in-header": damage_lines.stamp_headers,
    "furniture-in-body": damage_lines.stamp_bodies,
    "blank-lost": damage_lines.lose_blanks,
    "ocr-dates": damage_header.misread_dates,
    "ocr-labels": damage_header.misread_labels,
    "ocr-words": damage_letters.misread_words,
    "lost-accents": damage_letters.lose_accents,
    "question-marks": damage_letters.question_accents,
    "ligatures": damage_letters.ligate,
    "spaces": damage_letters.space_out,
    "stars": damage_header.star_labels,
    "invisible-marks": damage_letters.mark_invisibly,
    "quoted-printable": damage_letters.encode_printable,
}


def draw_damage(chance: Chance) -> set[str]:
    """Draw the kinds of damage of one dump."""
    profile = read_profile()["damage"]
    kinds: set[str] = set()
    for _ in range(chance.between(*profile["kinds"])):
        kinds.add(chance.weighted(profile["weights"]))
    return kinds


def draw_layout_damage(chance: Chance) -> frozenset[str]:
    """Draw the kinds of damage of one audited dump: those that change how words stand on the page, and none of the words."""
    profile = read_profile()
    return frozenset(chance.some(profile["audited"]["damages"], chance.between(*profile["damage"]["kinds"])))


def damage(sheet: Sheet, pages: Pages, kinds: set[str], chance: Chance) -> None:
    """Strike a sheet with these kinds of damage."""
    rates = read_profile()["damage"]["rates"]
    for kind, strike in KINDS.items():
        if kind in kinds:
            strike(sheet, Blow(kind, rates[kind], chance.fork(kind), pages))
    sheet.damages |= kinds
