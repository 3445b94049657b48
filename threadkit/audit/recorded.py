"""The findings of an archive as points of an audit, told in plain words."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

from threadkit.audit.points import CERTAIN, About, Places, Point, make_point
from threadkit.queries.reader import Row, rows
from threadkit.records import Phrase

__all__ = ["KINDS", "find_recorded", "message_phrase", "number"]

_FINDINGS = """
SELECT f.kind, f.certainty, f.rule, f.detail, f.message_id, f.attachment_id, f.document_id, f.person_id, f.source_id, f.first_line, f.last_line,
  m.sent_at, coalesce(p.name, (SELECT x.text FROM participants x WHERE x.message_id = m.id AND x.role = 'from' ORDER BY x.position LIMIT 1)) AS sender,
  m.subject, m.relation, a.filename
FROM findings f LEFT JOIN messages m ON m.id = f.message_id LEFT JOIN people p ON p.id = m.sender_id
LEFT JOIN attachments a ON a.id = f.attachment_id
WHERE f.kind = :kind ORDER BY f.certainty, m.sent_at IS NULL, m.sent_at, f.source_id, f.first_line, f.id
"""


def find_recorded(connection: sqlite3.Connection, places: Places) -> Iterator[Point]:
    """Yield the findings that concern what a release leaves out, kind by kind in the order of `KINDS`, as certain as the archive says."""
    for kind, tell in KINDS.items():
        for row in rows(connection, _FINDINGS, {"kind": kind}):
            yield _point(kind, row, tell(row), places)


def _point(kind: str, row: Row, detail: Phrase, places: Places) -> Point:
    message_id = number(row["message_id"])
    place = places.at(number(row["source_id"]), number(row["first_line"]), number(row["last_line"]))
    if place is None and message_id is not None:
        place = places.of_message(message_id)
    return make_point(
        kind,
        str(row["certainty"]),
        str(row["rule"]),
        detail,
        place,
        str(row["detail"] or ""),
        about=About(*(_text(row[key]) for key in ("sent_at", "sender", "subject", "filename"))),
        message_id=message_id,
        attachment_id=number(row["attachment_id"]),
        document_id=number(row["document_id"]),
        person_id=number(row["person_id"]),
    )


def number(value: object) -> int | None:
    """Return a cell that holds a number; None where it holds none."""
    return value if isinstance(value, int) else None


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def message_phrase(row: Row) -> Phrase:
    """Return a message as a reader knows it: who, when, about what, as far as the archive says."""
    sender, subject = row["sender"] or Phrase("somebody unnamed"), row["subject"] or Phrase("no subject")
    if row["sent_at"]:
        return Phrase("{sender}, {date}, “{subject}”", sender=sender, date=str(row["sent_at"]).replace("T", " "), subject=subject)
    return Phrase("{sender}, undated, “{subject}”", sender=sender, subject=subject)


def _not_released(row: Row) -> Phrase:
    filename = row["filename"] or row["detail"]
    if row["certainty"] == CERTAIN:
        return Phrase("{file} is attached to a message ({message}), and its text is nowhere.", file=filename, message=message_phrase(row))
    candidates = str(row["detail"] or "").removeprefix(f"{filename}: ")
    return Phrase(
        "{file} is attached to a message ({message}); its text may be one of these: {candidates}.",
        file=filename, message=message_phrase(row), candidates=candidates,
    )  # fmt: skip


def _mentioned(row: Row) -> Phrase:
    return Phrase("A message ({message}) speaks of an attachment and names none.", message=message_phrase(row))


def _parent_missing(row: Row) -> Phrase:
    if row["rule"] == "perhaps-another-original":
        return Phrase(
            "A message ({message}) answers or forwards another one, and which one cannot be told; it may be one of these: {candidates}.",
            message=message_phrase(row), candidates=row["detail"],
        )  # fmt: skip
    if row["certainty"] != CERTAIN:
        return Phrase("A message ({message}) answers or forwards another one, and which one cannot be told.", message=message_phrase(row))
    if row["relation"] == "forward":
        return Phrase("A message ({message}) forwards another one, which is nowhere.", message=message_phrase(row))
    return Phrase("A message ({message}) answers another one, which is nowhere.", message=message_phrase(row))


def _parent_ambiguous(row: Row) -> Phrase:
    if row["certainty"] != CERTAIN:
        return Phrase(
            "A message ({message}) answers another one; by their headers several fit: {candidates}.",
            message=message_phrase(row), candidates=row["detail"],
        )  # fmt: skip
    return Phrase("A message ({message}) answers one of several that fit equally.", message=message_phrase(row))


def _only_quoted(row: Row) -> Phrase:
    if row["rule"] == "perhaps-released":
        return Phrase(
            "A message ({message}) is known from a quotation; a message released on its own may be the same one: {candidates}.",
            message=message_phrase(row), candidates=row["detail"],
        )  # fmt: skip
    if row["certainty"] != CERTAIN:
        return Phrase(
            "A message ({message}) is read as a quotation or in another text; where it stands, it may have been released on its own.",
            message=message_phrase(row),
        )  # fmt: skip
    return Phrase(
        "A message ({message}) is known only because another one quotes it: it was not released on its own.", message=message_phrase(row)
    )


def _torn(row: Row) -> Phrase:
    if row["message_id"] is not None:
        return Phrase("The header of a message ({message}) is torn: a part of it cannot be told.", message=message_phrase(row))
    return Phrase("A header is torn, so that a message cannot be told: {text}", text=row["detail"])


#: The kinds of finding that an audit tells, in the order in which a requester asks, and how each is told.
KINDS: dict[str, Callable[[Row], Phrase]] = {
    "attachment-not-released": _not_released,
    "attachment-mentioned-not-named": _mentioned,
    "parent-missing": _parent_missing,
    "only-quoted": _only_quoted,
    "parent-ambiguous": _parent_ambiguous,
    "header-incomplete": _torn,
}
