"""The findings of an archive as points of an audit, told in plain words."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

from threadkit.audit.loose import LooseTexts
from threadkit.audit.points import POSSIBLE, About, Places, Point, make_point
from threadkit.audit.standing import is_surely_quoted
from threadkit.audit.titles import TitleLines
from threadkit.audit.twins import Twins
from threadkit.queries.reader import Row, rows
from threadkit.records import Phrase
from threadkit.words import Words

__all__ = ["KINDS", "RULES", "find_recorded", "message_phrase", "number"]

RULES = ("perhaps-released", "perhaps-a-print", "perhaps-another-original", "perhaps-printed", "perhaps-unexplained")

_FINDINGS = """
SELECT f.kind, f.certainty, f.rule, f.detail, f.message_id, f.attachment_id, f.document_id, f.person_id, f.source_id, f.first_line, f.last_line,
  m.sent_at, coalesce(p.name, (SELECT x.text FROM participants x WHERE x.message_id = m.id AND x.role = 'from' ORDER BY x.position LIMIT 1)) AS sender,
  m.subject, m.relation, a.filename
FROM findings f LEFT JOIN messages m ON m.id = f.message_id LEFT JOIN people p ON p.id = m.sender_id
LEFT JOIN attachments a ON a.id = f.attachment_id
WHERE f.kind = :kind ORDER BY f.certainty, m.sent_at IS NULL, m.sent_at, f.source_id, f.first_line, f.id
"""

_ANSWERED = """
SELECT o.subject_base, o.sent_at, o.sender_id, coalesce(p.name, '?'), coalesce(o.subject, '') FROM messages o LEFT JOIN people p ON p.id = o.sender_id
WHERE o.sent_at IS NOT NULL AND o.subject_base IN (
  SELECT m.subject_base FROM findings f JOIN messages m ON m.id = f.message_id WHERE f.kind = 'parent-missing' AND f.certainty = 'certain')
ORDER BY o.sent_at DESC
"""
_ADDRESSED = """
SELECT m.subject_base, m.sent_at, x.person_id FROM messages m JOIN participants x ON x.message_id = m.id AND x.role IN ('to', 'cc') WHERE m.id = ?
"""
_SHOWN = 3


class _Earlier:
    """The messages that may be what a message answers: earlier, of its base subject, by somebody whom it addresses, or by nobody known."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._by_subject: dict[str, list[tuple[str, int | None, str]]] | None = None

    def than(self, message_id: int) -> list[str]:
        """Return the latest of them, as a reader knows them."""
        if self._by_subject is None:
            self._by_subject = {}
            for subject_base, sent_at, sender_id, name, subject in self._connection.execute(_ANSWERED):
                shown = f"{sent_at.replace('T', ' ')} · {name} · {subject}"
                self._by_subject.setdefault(subject_base, []).append((sent_at, sender_id, shown))
        rows = self._connection.execute(_ADDRESSED, (message_id,)).fetchall()
        if not rows or rows[0][1] is None:
            return []
        addressed = {person_id for _, _, person_id in rows} | {None}
        near = self._by_subject.get(rows[0][0], ())
        return [shown for sent_at, sender_id, shown in near if sent_at < rows[0][1] and sender_id in addressed][:_SHOWN]


def find_recorded(connection: sqlite3.Connection, words: Words, places: Places) -> Iterator[Point]:
    """Yield the findings that concern what a release leaves out, kind by kind in the order of `KINDS`."""
    twins, earlier, titles = Twins(connection, words), _Earlier(connection), TitleLines(connection, words)
    loose = LooseTexts(connection, words)
    for kind, tell in KINDS.items():
        for row in rows(connection, _FINDINGS, {"kind": kind}):
            if kind == "only-quoted":
                yield _perhaps_released(connection, row, places, twins)
            elif kind == "parent-missing":
                yield _perhaps_there(earlier, row, places)
            elif kind == "attachment-not-released":
                yield _perhaps_printed(titles, loose, row, places)
            else:
                yield _point(kind, row, tell(row), places)


def _perhaps_printed(titles: TitleLines, loose: LooseTexts, row: Row, places: Places) -> Point:
    """Return the point of an attachment without text; where a line could head its text, or something unexplained could be it, it is possible."""
    if row["certainty"] == POSSIBLE:
        return _point("attachment-not-released", row, _not_released(row), places)
    filename, source_id, line = str(row["filename"] or row["detail"]), number(row["source_id"]), number(row["first_line"])
    found, rule = titles.fitting(filename), RULES[3]
    if not found and source_id is not None and line is not None:
        found, rule = loose.fitting(filename, source_id, line), RULES[4]
    if not found:
        return _point("attachment-not-released", row, _not_released(row), places)
    possible = {**row, "certainty": POSSIBLE, "rule": rule, "detail": "; ".join(found)}
    return _point("attachment-not-released", possible, _not_released(possible), places)


def _perhaps_there(earlier: _Earlier, row: Row, places: Places) -> Point:
    """Return the point of a message whose original is missing; where an earlier one by whom it addresses has its subject, it is possible."""
    found = earlier.than(int(str(row["message_id"]))) if row["certainty"] != POSSIBLE else []
    if not found:
        return _point("parent-missing", row, _parent_missing(row), places)
    detail = Phrase(
        "A message ({message}) answers or forwards another one, and which one cannot be told; it may be one of these: {candidates}.",
        message=message_phrase(row), candidates="; ".join(found),
    )  # fmt: skip
    return _point("parent-missing", {**row, "certainty": POSSIBLE, "rule": RULES[2]}, detail, places)


def _perhaps_released(connection: sqlite3.Connection, row: Row, places: Places, twins: Twins) -> Point:
    """Return the point of a message that is only quoted; it is possible where a released one may be the same, or where it may be a print."""
    message_id = int(str(row["message_id"]))
    if (twin := twins.of(message_id)) is not None:
        detail = Phrase(
            "A message ({message}) is known from a quotation; a message released on its own may be the same one: {candidates}.",
            message=message_phrase(row), candidates=twin,
        )  # fmt: skip
        return _point("only-quoted", {**row, "certainty": POSSIBLE, "rule": RULES[0]}, detail, places)
    if not is_surely_quoted(connection, message_id):
        detail = Phrase(
            "A message ({message}) is read as a quotation or in another text; where it stands, it may have been released on its own.",
            message=message_phrase(row),
        )  # fmt: skip
        return _point("only-quoted", {**row, "certainty": POSSIBLE, "rule": RULES[1]}, detail, places)
    return _point("only-quoted", row, _only_quoted(row), places)


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
    if row["certainty"] == "certain":
        return Phrase("{file} is attached to a message ({message}), and its text is nowhere.", file=filename, message=message_phrase(row))
    candidates = str(row["detail"] or "").removeprefix(f"{filename}: ")
    return Phrase(
        "{file} is attached to a message ({message}); its text may be one of these: {candidates}.",
        file=filename, message=message_phrase(row), candidates=candidates,
    )  # fmt: skip


def _mentioned(row: Row) -> Phrase:
    return Phrase("A message ({message}) speaks of an attachment and names none.", message=message_phrase(row))


def _parent_missing(row: Row) -> Phrase:
    if row["certainty"] == "possible":
        return Phrase("A message ({message}) answers or forwards another one, and which one cannot be told.", message=message_phrase(row))
    if row["relation"] == "forward":
        return Phrase("A message ({message}) forwards another one, which is nowhere.", message=message_phrase(row))
    return Phrase("A message ({message}) answers another one, which is nowhere.", message=message_phrase(row))


def _parent_ambiguous(row: Row) -> Phrase:
    return Phrase("A message ({message}) answers one of several that fit equally.", message=message_phrase(row))


def _only_quoted(row: Row) -> Phrase:
    return Phrase(
        "A message ({message}) is known only because another one quotes it: it was not released on its own.", message=message_phrase(row)
    )


def _torn(row: Row) -> Phrase:
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
