"""Cite a message: a line in French and in English, and an entry for BibTeX and for RIS. Made of what the archive says; nothing is invented."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from threadkit.hidden import with_marks
from threadkit.locale.catalogue import load_catalogue
from threadkit.locale.times import written_time

__all__ = ["Cited", "bibtex", "cite", "ris"]

_MOST_PEOPLE = 6
_LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{mark: f"\\{mark}" for mark in "{}$&#%_"},
    }
)
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)")


@dataclass(frozen=True, slots=True)
class Cited:
    """What a citation tells: texts as read, on one line each; `page`, `first_line` and `last_line` of the place where it is printed most fully."""

    id: int
    author: str | None
    recipients: tuple[str, ...]
    subject: str | None
    sent_at: str | None
    source: str
    page: str
    first_line: int
    last_line: int
    sha256: str
    address: str | None

    @classmethod
    def of(cls, letter: Mapping[str, Any], sha256: str, address: str | None) -> Cited:
        """Return what there is to cite of a message: its row with `people`, the rows of its mailboxes by role."""
        authors = [_named(row) for row in letter["people"]["from"]]
        return cls(
            letter["id"], "; ".join(authors) or letter["sender"], tuple(_named(row) for row in letter["people"]["to"]), _line(letter["subject"]) or None,
            letter["sent_at"], _line(letter["source"] or letter["source_id"]), _line(letter["page_label"] or letter["first_page"]),
            letter["first_line"], letter["last_line"], sha256, address,
        )  # fmt: skip


def _line(value: object) -> str:
    return " ".join(with_marks(str(value or "")).split())


def _named(row: Mapping[str, Any]) -> str:
    return _line(row["person"] or row["name"] or row["email"] or row["text"])


def cite(cited: Cited, language: str) -> str:
    """Return one line that names the message and where it is printed."""
    say = load_catalogue(language).text
    title = say("“{subject}”").format(subject=cited.subject) if cited.subject else say("(no subject)")
    shown = ", ".join(cited.recipients[:_MOST_PEOPLE])
    kind = say("e-mail to {people}").format(people=shown) if shown else say("e-mail")
    if len(cited.recipients) > _MOST_PEOPLE:
        kind = f"{kind} {say('and others')}"
    when = written_time(cited.sent_at, load_catalogue(language)) if cited.sent_at else say("no date")
    lines = say("line {first}") if cited.first_line == cited.last_line else say("lines {first} to {last}")
    place = say("in {source}, page {page}, {lines} (SHA-256 {sha256})").format(
        source=cited.source, page=cited.page, lines=lines.format(first=cited.first_line, last=cited.last_line), sha256=cited.sha256
    )
    parts = [cited.author or say("unknown sender"), title, kind, when, place, say("threadkit message {id}").format(id=cited.id)]
    return ", ".join(parts) + (f", {cited.address}" if cited.address else "") + "."


def _note(cited: Cited) -> str:
    return f"{cited.source}, page {cited.page}, lines {cited.first_line}-{cited.last_line}, SHA-256 {cited.sha256}, threadkit message {cited.id}"


def bibtex(cited: Cited) -> str:
    """Return an entry for BibTeX (`@misc`), with every character that TeX would obey written out."""
    date = _DATE.match(cited.sent_at or "")
    fields = {
        "author": f"{{{cited.author.translate(_LATEX)}}}" if cited.author else None,
        "title": (cited.subject or "").translate(_LATEX) or None,
        "howpublished": f"E-mail{' to ' if cited.recipients else ''}{', '.join(cited.recipients[:_MOST_PEOPLE])}".translate(_LATEX),
        "year": date[1] if date else None,
        "month": str(int(date[2])) if date else None,
        "date": date[0] if date else None,
        "note": _note(cited).translate(_LATEX),
        "url": cited.address,
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{threadkit-{cited.id},", *lines, "}", ""])


def ris(cited: Cited) -> str:
    """Return an entry for RIS: a personal communication (`PCOMM`)."""
    date = _DATE.match(cited.sent_at or "")
    fields = [
        ("TY", "PCOMM"),
        ("ID", f"threadkit-{cited.id}"),
        ("AU", cited.author),
        *(("A2", recipient) for recipient in cited.recipients[:_MOST_PEOPLE]),
        ("TI", cited.subject),
        ("PY", date[1] if date else None),
        ("DA", "/".join(date.groups()) if date else None),
        ("N1", _note(cited)),
        ("UR", cited.address),
        ("ER", ""),
    ]
    return "".join(f"{tag}  - {value}\r\n" for tag, value in fields if value is not None)
