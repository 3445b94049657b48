"""A follow-up request, ready to edit: exactly what to ask for, with dates, senders, subjects and places."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from threadkit.audit.auditing import Audit
from threadkit.audit.points import CERTAIN, Place, Point
from threadkit.locale import Texts
from threadkit.records import ThreadkitError

__all__ = ["Paragraph", "letter_paragraphs", "letter_text", "write_docx"]

#: What is asked for, in this order; each kind has a heading and an item in the locale (`letter.KIND.heading`, `letter.KIND.item`).
_CERTAIN = (
    "attachment-not-released",
    "attachment-partly-released",
    "attachment-mentioned-not-named",
    "parent-missing",
    "only-quoted",
    "mail-spoken-of",
)
_POSSIBLE = ("attachment-not-released", "attachment-partly-released", "parent-missing", "mail-spoken-of")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of the letter: `style` is text, heading or item."""

    style: str
    text: str


def letter_paragraphs(audit: Audit, texts: Texts) -> tuple[Paragraph, ...]:
    """Return the letter in the language of `texts`. What stands in square brackets is for the sender to fill in."""
    return tuple(_paragraphs(audit, texts))


def _paragraphs(audit: Audit, texts: Texts) -> Iterator[Paragraph]:
    record = audit.releases[0] if audit.releases else None
    number = record.request_number.value if record and record.request_number else texts("letter.number_unknown")
    yield Paragraph("text", texts("letter.sender"))
    yield Paragraph(
        "text", texts("letter.addressee", body=record.public_body.value if record and record.public_body else texts("letter.body_unknown"))
    )
    yield Paragraph("text", texts("letter.subject", number=number))
    yield Paragraph("text", texts("letter.greeting"))
    decided = _day(record.decided_on.value, texts) if record and record.decided_on else None
    yield Paragraph(
        "text", texts("letter.opening", day=decided, number=number) if decided else texts("letter.opening_undated", number=number)
    )
    yield Paragraph("text", texts("letter.places"))
    yield from _asked(audit, texts)
    yield from _masks(audit, texts)
    yield Paragraph("text", texts("letter.closing"))
    yield Paragraph("text", texts("letter.signature"))


def _masks(audit: Audit, texts: Texts) -> Iterator[Paragraph]:
    """Yield what is asked of the masks: of those that are certain the provision, of those that only may be one whether they are."""
    masks = audit.ledger.redactions
    certain = [mask for mask in masks if mask.certainty == CERTAIN]
    if masks:
        yield Paragraph("heading", texts("letter.redactions.heading"))
    if certain:
        yield Paragraph("text", texts.count("letter.redactions.item", len(certain), bare=sum(not mask.articles for mask in certain)))
    if len(masks) > len(certain):
        yield Paragraph("text", texts.count("letter.redactions.perhaps", len(masks) - len(certain)))


def _asked(audit: Audit, texts: Texts) -> Iterator[Paragraph]:
    certain = [point for point in audit.points if point.certainty == CERTAIN]
    possible = [point for point in audit.points if point.certainty != CERTAIN]
    for kind in _CERTAIN:
        points = [point for point in certain if point.kind == kind]
        if points:
            yield Paragraph("heading", texts(f"letter.{kind}.heading"))
            yield from (Paragraph("item", _item(point, texts)) for point in points)
    doubtful = [point for kind in _POSSIBLE for point in possible if point.kind == kind]
    if doubtful:
        yield Paragraph("heading", texts("letter.possible.heading"))
        yield Paragraph("text", texts("letter.possible.intro"))
        yield from (Paragraph("item", _item(point, texts)) for point in doubtful)


def _item(point: Point, texts: Texts) -> str:
    about = point.about
    sender = about.sender or texts("letter.somebody")
    when = _day(about.sent_at, texts) if about.sent_at else texts("letter.undated")
    titled = texts("letter.titled", subject=about.subject) if about.subject else texts("letter.no_subject")
    spoken = str(point.detail.values.get("day", "")) if point.kind == "mail-spoken-of" else ""
    line = texts(
        f"letter.{point.kind}.item",
        of_sender=_of(sender, texts),
        day=when,
        titled=titled,
        file=about.filename or point.evidence,
        words=" ".join(point.evidence.split()),
        mail_day=_day(spoken, texts) if spoken else "",
    )
    return f"{line} {_where(point.place, texts)}"


def _of(name: str, texts: Texts) -> str:
    """Return `of NAME`; French elides before a vowel (`d'Alain`)."""
    first = unicodedata.normalize("NFD", name[:1]).casefold()[:1]
    return texts("letter.of_vowel" if first and first in texts("letter.vowels") else "letter.of", name=name)


def _where(place: Place | None, texts: Texts) -> str:
    if place is None:
        return ""
    page = place.page_label or (str(place.page) if place.page and place.page > 1 else "")
    if page:
        return texts("letter.place_page", source=place.source, page=page, line=str(place.first_line))
    return texts("letter.place", source=place.source, line=str(place.first_line))


def _day(value: str, texts: Texts) -> str:
    """Return a date as the language writes it, with the time where the archive has one."""
    year, month, day = value[:4], int(value[5:7]), int(value[8:10])
    shown = texts("letter.day", year=year, month=texts(f"month.{month}"), day=texts("letter.first") if day == 1 else str(day))
    return texts("letter.day_time", day=shown, hour=value[11:13].lstrip("0") or "0", minute=value[14:16]) if len(value) > 10 else shown


def letter_text(paragraphs: tuple[Paragraph, ...]) -> str:
    """Return the letter as plain text."""
    lines: list[str] = []
    for paragraph in paragraphs:
        if paragraph.style == "item":
            lines.append(f"  - {paragraph.text}")
        else:
            lines += ["", paragraph.text] if lines else [paragraph.text]
    return "\n".join(lines)


def write_docx(paragraphs: tuple[Paragraph, ...], path: Path) -> None:
    """Write the letter as a Word document.

    Raises:
        ThreadkitError: python-docx is not installed, or the file cannot be written.
    """
    try:
        from docx import Document  # noqa: PLC0415 - an extra: the letter as text needs nothing
        from docx.shared import RGBColor  # noqa: PLC0415 - the same
    except ImportError:
        hint = "Install it: pip install 'threadkit[letter]'. Or leave .docx out, and the letter is text."
        raise ThreadkitError("writing a Word document needs python-docx.", where=str(path), hint=hint, exit_code=1) from None
    document = Document()
    document.styles["Heading 2"].font.color.rgb = RGBColor(0, 0, 0)
    styles: dict[str, Callable[[str], object]] = {
        "heading": lambda text: document.add_heading(text, level=2),
        "item": lambda text: document.add_paragraph(text, style="List Bullet"),
        "text": document.add_paragraph,
    }
    for paragraph in paragraphs:
        styles[paragraph.style](paragraph.text)
    document.save(str(path))
