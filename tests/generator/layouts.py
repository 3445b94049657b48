"""Layouts: how a header block is printed, from data/layouts.toml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from tests.generator.chance import Chance
from tests.generator.mails import Mail, Quoting
from tests.generator.stock import read_data, read_profile
from tests.generator.world import Person

_FIELD = re.compile(r"\{(\w+)\}")
Box = tuple[str | None, str | None]


@dataclass(frozen=True, slots=True)
class Layout:
    """One layout of data/layouts.toml, which tells its keys."""

    name: str
    number: int
    family: str
    mailbox: tuple[str, ...]
    names: str
    separator: str
    gap: tuple[int, ...]
    languages: Mapping[str, Mapping[str, Any]]
    behind: tuple[str, ...]
    always: tuple[str, ...]
    indent: str
    hanging: int
    doubled: bool
    owner: bool
    unwrapped: bool
    collapsed: bool

    def language_for(self, language: str) -> str:
        """Return the language of its labels for somebody who writes that one."""
        return language if language in self.languages else next(iter(self.languages))

    def prints(self, field: str, language: str) -> bool:
        """Tell whether it has a place for a field."""
        return any("{" + field + "}" in line for line in self.languages[language]["lines"])


@cache
def find_layout(name: str) -> Layout:
    """Return the layout of that name."""
    given = next(one for one in read_data("layouts")["layout"] if one["name"] == name)
    return Layout(
        name=name,
        number=given["number"],
        family=given["family"],
        mailbox=tuple(given["mailbox"]),
        names=given["names"],
        separator=given["separator"],
        gap=tuple(given["gap"]),
        languages={key: given[key] for key in ("fr", "en", "nl") if key in given},
        behind=tuple(given.get("behind_choice", [given.get("behind", "")])),
        always=tuple(given.get("always", [])),
        indent=given.get("indent", ""),
        hanging=given.get("hanging", 0),
        doubled=given.get("doubled", False),
        owner=given.get("owner", False),
        unwrapped=given.get("unwrapped", False),
        collapsed=given.get("collapsed", False),
    )


def draw_form(layout: Layout, labels: str, chance: Chance, mixed: bool = False) -> tuple[str, str]:
    """Return the language of a block's date and one of its formats; `mixed` takes the other language's."""
    dates = labels
    if mixed and {"fr", "en"} <= set(layout.languages):
        dates = "en" if labels == "fr" else "fr"
    return dates, chance.pick(read_data("dates")["formats"][layout.languages[dates]["dates"]])


def draw_quoting(sender: Person, parent: Mail, chance: Chance, undated_allowed: bool) -> Quoting:
    """Draw how a sender's programme prints the mail that is answered."""
    profile = read_profile()
    name = sender.client if not chance.share(profile["quoted"]["stray_share"]) else chance.weighted(profile["quoted"]["weights"])
    if (name == "intro-undated" and not undated_allowed) or parent.kind == "meeting-request":
        name = "outlook-inline"
    layout = find_layout(name)
    labels = layout.language_for(sender.language)
    dates, form = draw_form(layout, labels, chance, chance.share(profile["conversations"]["mixed_labels_share"]))
    marker = chance.pick(layout.languages[labels].get("markers", [""]))
    if parent.kind == "meeting-request":
        marker = layout.languages[labels]["meeting_marker"]
    return Quoting(name, labels, dates, form, marker, chance.pick(layout.behind), chance.pick(layout.gap), chance.pick(layout.mailbox))


def print_box(layout: Layout, form: str, person: Person, email: str, moment: datetime) -> tuple[str, Box]:
    """Return a mailbox as printed, and the name and address that the print shows."""
    if form == "{lotus}":
        return _print_lotus(person, email, moment)
    name = person.directory(moment) if layout.names == "directory" else person.natural(moment)
    if "{email}" not in form:
        return form.format(name=name), (name, None)
    return form.format(name=name, email=email), (name, email.lower())


def _print_lotus(person: Person, email: str, moment: datetime) -> tuple[str, Box]:
    """Return a Lotus name where the person has one, else the address."""
    if not person.inside or not person.first:
        return email, (None, email.lower())
    text = (
        f"{person.first} {person.last_at(moment).upper()}/{person.unit or 'SIEGE'}/{email.split('@')[1].split('.', maxsplit=1)[0].upper()}"
    )
    return text, (text, None)


def fill_line(line: str, values: Mapping[str, str], always: tuple[str, ...]) -> str | None:
    """Return a line with its fields printed; None where it has fields and none of them has a value."""
    fields = _FIELD.findall(line)
    if fields and not any(values.get(field) for field in fields) and not set(fields) & set(always):
        return None
    for field in fields:
        if not values.get(field) and len(fields) > 1:
            line = re.sub(r"[^\s}]+ ?: ?\{" + field + r"\} ?", "", line)
    return _FIELD.sub(lambda found: values.get(found[1], ""), line)


def fields_of(line: str) -> tuple[str, ...]:
    """Return the fields that a line has a place for."""
    return tuple(_FIELD.findall(line))


def label_of(line: str) -> str:
    """Return what stands before the first field."""
    return _FIELD.split(line, maxsplit=1)[0]
