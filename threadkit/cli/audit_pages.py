"""An audit and a ledger of redactions as pages of text and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from threadkit.audit.auditing import Audit
from threadkit.audit.points import CERTAIN, POSSIBLE, Place, Point
from threadkit.audit.redactions import Ledger, Redaction
from threadkit.audit.releases import Printed, ReleaseRecord
from threadkit.cli.terminal import columns, fields, one_line
from threadkit.locale import Texts

if TYPE_CHECKING:
    from threadkit.verifying import VerifyReport

__all__ = ["POINT_COLUMNS", "REDACTION_COLUMNS", "audit_page", "ledger_page", "points_csv", "redactions_csv", "verify_page"]


#: The columns of the CSV of an audit, and of the ledger of redactions.
POINT_COLUMNS = (
    "certainty", "kind", "detail", "evidence", "rule", "source", "page", "first_line", "last_line", "message_id", "attachment_id", "document_id",
    "person_id", "id",
)  # fmt: skip
REDACTION_COLUMNS = (
    "kind", "certainty", "text", "articles", "sender", "thread", "rule", "source", "page", "first_line", "last_line", "message_id", "document_id", "id",
)  # fmt: skip
#: Kinds whose heading says it all but for the message; and kinds that want the message before what they say.
_TOLD_BY_HEADING = ("only-quoted", "parent-missing", "parent-ambiguous", "attachment-mentioned-not-named")
_TOLD_BY_BOTH = ("variant-masked", "variant-altered")


def audit_page(texts: Texts, audit: Audit) -> str:
    """Return what an audit says: the releases, then the certain points, then the possible ones, each kind under its heading."""
    total = sum(audit.messages.values())
    released, quoted = audit.messages.get("released", 0), audit.messages.get("quoted", 0)
    lines = [page for record in audit.releases for page in (_release(texts, record), "")]
    lines.append(texts.count("audit.messages", total, released=released, quoted=quoted))
    lines.append(texts.count("redactions.total", len(audit.ledger.redactions)))
    for certainty in (CERTAIN, POSSIBLE):
        points = [point for point in audit.points if point.certainty == certainty]
        if points:
            lines += ["", f"{texts('audit.' + certainty)} ({texts.number(len(points))})"]
            lines += _by_kind(texts, points)
    if not audit.points:
        lines += ["", texts("audit.nothing")]
    return "\n".join(lines)


def _by_kind(texts: Texts, points: Sequence[Point]) -> Iterable[str]:
    for kind in dict.fromkeys(point.kind for point in points):
        same = [point for point in points if point.kind == kind]
        certainty = same[0].certainty
        heading = texts.maybe(f"audit.kind_{certainty}.{kind}") or texts(f"audit.kind.{kind}")
        yield f"\n  {heading} ({texts.number(len(same))})"
        for point in same:
            place = _place(texts, point.place)
            yield f"    - {_line(texts, point)}{f' ({place})' if place else ''}"


def _line(texts: Texts, point: Point) -> str:
    """Return what a point says beyond its heading."""
    message = " · ".join(
        one_line(part) for part in ((point.about.sent_at or "").replace("T", " "), point.about.sender, point.about.subject) if part
    )
    if point.kind in _TOLD_BY_HEADING and message:
        return message
    if point.kind == "attachment-not-released" and point.certainty == CERTAIN and point.about.filename:
        return f"{one_line(point.about.filename)}{texts('show.colon')} {message}"
    if point.kind in _TOLD_BY_BOTH:
        return f"{message}{texts('show.colon')} {one_line(texts.phrase(point.detail))}"
    return one_line(texts.phrase(point.detail))


def _place(texts: Texts, place: Place | None) -> str:
    if place is None:
        return ""
    parts = [one_line(place.source)]
    if place.page_label or (place.page or 1) > 1:
        parts.append(texts("show.page", number=place.page_label or str(place.page)))
    return ", ".join((*parts, texts("show.line", first=str(place.first_line))))


def _release(texts: Texts, record: ReleaseRecord) -> str:
    pairs: list[tuple[str, object]] = []
    for key in ("public_body", "request_number", "requested_on", "decided_on"):
        printed: Printed | None = getattr(record, key)
        if printed is not None:
            where = "; ".join(filter(None, (_place(texts, printed.place), _corrected(texts, record, key))))
            pairs.append((texts(f"audit.{key}"), f"{printed.value} ({where})" if where else printed.value))
    if record.review_until:
        said = _corrected(texts, record, "review_until")
        pairs.append((texts("audit.review_until"), f"{record.review_until} ({said})" if said else record.review_until))
    if record.articles:
        pairs.append((texts("audit.articles"), ", ".join(article.number for article, _ in record.articles)))
    if record.custodians:
        pairs.append((texts("audit.custodians"), "; ".join(printed.value for printed in record.custodians)))
    return f"{texts('audit.release')}\n{fields(pairs)}"


def _corrected(texts: Texts, record: ReleaseRecord, field: str) -> str:
    """Return who corrected a field, when and why; "" where nobody did."""
    return texts("audit.corrected", said=one_line(record.corrected[field])) if field in record.corrected else ""


def points_csv(texts: Texts, points: Iterable[Point]) -> str:
    """Return the points as CSV, one a row, with their place and numbers."""
    rows = (
        (
            p.certainty, p.kind, texts.phrase(p.detail), p.evidence, p.rule, *_place_cells(p.place), p.message_id, p.attachment_id, p.document_id,
            p.person_id, p.id,
        )
        for p in points
    )  # fmt: skip
    return _csv(POINT_COLUMNS, rows)


def _place_cells(place: Place | None) -> tuple[object, ...]:
    return (None,) * 4 if place is None else (place.source, place.page_label or place.page, place.first_line, place.last_line)


def _csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return rows as CSV; a cell that a spreadsheet would take for a formula gets an apostrophe before it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([f"'{cell}" if isinstance(cell, str) and cell[:1] in "=+-@\t\r" and cell else cell for cell in row] for row in rows)
    return out.getvalue().rstrip("\n")


def ledger_page(texts: Texts, ledger: Ledger) -> str:
    """Return the ledger of redactions: every mask with its place, then the counts."""
    if not ledger.redactions:
        return texts("redactions.none")
    headings = [texts(f"column.{key}") for key in ("source", "kind", "certainty", "who", "detail", "articles")]
    lines = [texts.count("redactions.total", len(ledger.redactions)), "", columns(headings, [_cells(texts, r) for r in ledger.redactions])]
    kinds = {texts(f"redactions.{kind}"): count for kind, count in ledger.by_kind.items()}
    counted = (("by_kind", kinds), ("by_person", ledger.by_person), ("by_thread", ledger.by_thread), ("by_article", _told(texts, ledger)))
    for key, counts in counted:
        lines += _counts(texts(f"redactions.{key}"), counts)
    return "\n".join(lines)


def _told(texts: Texts, ledger: Ledger) -> dict[str, int]:
    """Return the counts by article, each article with what it is about."""
    about = {
        a.number: (a.about_fr if texts.language == "fr" else a.about_en) + ("" if a.is_checked else texts("redactions.unchecked"))
        for r in ledger.redactions
        for a in r.articles
        if a.about_fr
    }
    return {f"{number} ({about[number]})" if about.get(number) else number: count for number, count in ledger.by_article.items()}


def _cells(texts: Texts, redaction: Redaction) -> list[object]:
    articles = ", ".join(article.number for article in redaction.articles)
    kind, certainty = texts(f"redactions.{redaction.kind}"), texts(f"certainty.{redaction.certainty}")
    return [_place(texts, redaction.place), kind, certainty, redaction.sender, redaction.text, articles]


def _counts(heading: str, counts: Mapping[str, int]) -> list[str]:
    return ["", heading, *(f"  {count:>5}  {one_line(name)}" for name, count in counts.items())] if counts else []


def redactions_csv(ledger: Ledger) -> str:
    """Return the ledger as CSV, one mask a row."""
    rows = (
        (
            r.kind, r.certainty, r.text, ", ".join(a.number for a in r.articles), r.sender, r.thread, r.rule, *_place_cells(r.place), r.message_id,
            r.document_id, r.id,
        )
        for r in ledger.redactions
    )  # fmt: skip
    return _csv(REDACTION_COLUMNS, rows)


def verify_page(texts: Texts, report: VerifyReport) -> str:
    """Return what a verification found: each row that does not hold, then what was checked and what could not be."""
    lines = []
    for problem in report.problems:
        line = f", {texts('show.line', first=str(problem.line))}" if problem.line else ""
        where = f" ({one_line(problem.source)}{line})" if problem.source else ""
        lines.append(f"{problem.table} {problem.row}{where}{texts('show.colon')} {one_line(texts.phrase(problem.what))}")
    if lines:
        lines.append("")
    lines += [one_line(texts.phrase(note)) for note in report.notes]
    lines.append(texts("verify.checked", sources=texts.count("verify.sources", report.sources), rows=texts.count("verify.rows", report.rows)))
    lines.append(texts.count("verify.problems", len(report.problems)) if report.problems else texts("verify.holds"))
    return "\n".join(lines)
