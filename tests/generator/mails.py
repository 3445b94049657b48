"""One mail of the world, as its author sent it: nothing here is printed yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from tests.generator.world import Person


@dataclass(frozen=True, slots=True)
class File:
    """One attached file. `title` stands at the head of its text."""

    key: int
    filename: str
    title: str
    language: str


@dataclass(frozen=True, slots=True)
class Quoting:
    """How an author's programme prints the mail that is answered: layout, language of its labels and of its date, and what stands around."""

    layout: str
    labels: str
    dates: str
    form: str
    marker: str
    behind: str
    gap: int
    mailbox: str


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail. `quoting` is None where it prints nothing of its parent; `cut` where it prints only the parent's own words."""

    key: int
    conversation: int
    kind: str
    sender: Person
    email: str
    behalf: Person | None
    to: tuple[Person, ...]
    cc: tuple[Person, ...]
    sent: datetime
    subject: str
    base: str
    paragraphs: tuple[str, ...]
    closing: tuple[str, ...]
    signature: tuple[str, ...]
    disclaimer: str | None
    banner: str | None
    files: tuple[File, ...]
    language: str
    importance: str | None
    when: str | None = None
    where: str | None = None
    parent: Mail | None = None
    relation: Literal["reply", "forward"] | None = None
    quoting: Quoting | None = None
    cut: bool = False
