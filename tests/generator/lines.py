"""What is built up and then damaged: the lines of a dump, each knowing what it is, and the occurrences that they print."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from tests.generator.mails import Mail
from tests.generator.world import Person

Box = tuple[str | None, str | None]
Part = Literal["", "marker", "header", "body", "free", "signature", "disclaimer", "furniture", "document"]


@dataclass(slots=True)
class Line:
    """One printed line. `text` stands behind `behind` (`> `).

    `part` body: its words must be in the body of its occurrence; `free`: they may. `fields` are those that it prints, `label` what stands
    before the first of them. `page` is the page that it fell on before anything was damaged, `feed` that a form feed stands before it,
    `item` the print (a mail with its quotations, a document) that it belongs to.
    """

    text: str
    part: Part = ""
    kinds: tuple[str, ...] = ()
    occurrence: int | None = None
    document: int | None = None
    behind: str = ""
    label: str = ""
    fields: tuple[str, ...] = ()
    feed: bool = False
    page: int = 0
    item: int = 0

    @property
    def is_blank(self) -> bool:
        """Tell whether nothing is printed."""
        return not self.text.strip()


@dataclass(slots=True)
class Shown:
    """What one header prints: the text of each field as printed, and its value."""

    sender: Box | None = None
    behalf: str | None = None
    date_text: str | None = None
    date: str | None = None
    to: list[tuple[Person, Box]] = field(default_factory=list)
    cc: list[tuple[Person, Box]] = field(default_factory=list)
    subject: str | None = None
    attachments: list[str] = field(default_factory=list)
    meeting: bool = False


@dataclass(slots=True)
class Occurrence:
    """One place where a mail is printed. `below` is the occurrence that is quoted directly below it."""

    number: int
    mail: Mail
    standing: str
    layout: str
    shown: Shown
    below: int | None = None
    alive: bool = True
    damages: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Document:
    """One run of text that is no mail. `filename`: the file that it is; `told` whether its title says so."""

    number: int
    kind: str
    filename: str | None = None
    told: bool = False


@dataclass(frozen=True, slots=True)
class Plant:
    """One thing that an audit is to find, or must not: what was done to an occurrence, what a mail says, what a letter counts.

    `occurrence`, `mail` and `document` are their numbers; `old` the words that were there, `new` those that are printed instead.
    """

    kind: str
    old: str = ""
    new: str = ""
    occurrence: int | None = None
    mail: int | None = None
    document: int | None = None


@dataclass(slots=True)
class Sheet:
    """All that a dump holds: lines, and what they are."""

    lines: list[Line] = field(default_factory=list)
    occurrences: list[Occurrence] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    damages: set[str] = field(default_factory=set)
    plants: list[Plant] = field(default_factory=list)
