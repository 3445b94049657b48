"""Attached files whose text is there only in part: pages that are pictures or blank, and pages that their own count says are missing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import groupby

from threadkit.audit.points import CERTAIN, POSSIBLE, About, Places, Point, make_point
from threadkit.audit.recorded import message_phrase, number
from threadkit.audit.unread import BLANK, PICTURE, STANDS, Counted, PageReader, Unread
from threadkit.queries.reader import Row, rows
from threadkit.records import Phrase
from threadkit.words import Words

__all__ = ["KIND", "RULES", "find_partly"]

RULES = ("own-page-count", PICTURE, STANDS, BLANK)
KIND = "attachment-partly-released"

_DOCUMENTS = """
SELECT d.id, d.source_id, d.first_line, d.last_line, d.attachment_id, a.filename, m.id AS message_id, m.sent_at, m.subject,
  coalesce(p.name, (SELECT x.text FROM participants x WHERE x.message_id = m.id AND x.role = 'from' ORDER BY x.position LIMIT 1)) AS sender
FROM documents d JOIN attachments a ON a.id = d.attachment_id LEFT JOIN messages m ON m.id = (
  SELECT g.id FROM message_attachments n JOIN messages g ON g.id = n.message_id WHERE n.attachment_id = d.attachment_id
  ORDER BY g.sent_at IS NULL, g.sent_at, g.id LIMIT 1)
LEFT JOIN people p ON p.id = m.sender_id ORDER BY d.source_id, d.first_line
"""
_UNBOUND = "SELECT count(*) FROM documents WHERE attachment_id IS NULL AND kind IN ('unknown', 'attachment-text')"
#: What ends a text: the next thing that is neither blank, page furniture nor a piece of the same text.
_END = """
SELECT min(first_line) FROM segments WHERE source_id = :source AND first_line > :last AND kind NOT IN ('blank', 'furniture')
"""
_ABOVE = """
SELECT max(line) FROM (
  SELECT max(last_line) AS line FROM segments WHERE source_id = :source AND last_line < :first AND kind NOT IN ('blank', 'furniture')
  UNION ALL SELECT max(first_line) - 1 FROM pages WHERE source_id = :source AND first_line <= :first)
"""
_NEXT_KIND = """
SELECT kind FROM segments WHERE source_id = :source AND first_line > :last AND kind NOT IN ('blank', 'furniture') ORDER BY position LIMIT 1
"""


def find_partly(connection: sqlite3.Connection, words: Words, places: Places) -> Iterator[Point]:
    """Yield a point for each attached text that lacks pages.

    Certain only where it counts its pages, some are nowhere in its source, and nothing unread or unexplained could be them; what is a
    picture or blank may be so in the file itself: possible.
    """
    reader = PageReader(connection, words)
    some_unbound = bool(connection.execute(_UNBOUND).fetchone()[0])
    for source_id, group in groupby(rows(connection, _DOCUMENTS, {}), key=lambda row: int(str(row["source_id"]))):
        documents = list(group)
        unread, counted = reader.unread(source_id), reader.counted(source_id)
        if not unread and not counted:
            continue
        spans = [(_start(connection, row), _end(connection, row)) for row in documents]
        for row, span in zip(documents, spans, strict=True):
            is_doubtful = some_unbound or any(span[0] <= each.line <= span[1] for each in unread)
            point = _lacking(connection, row, span, counted, places, is_doubtful=is_doubtful)
            point = point or _unread(row, span, unread, places)
            if point is not None:
                yield point


def _start(connection: sqlite3.Connection, row: Row) -> int:
    """Return the line below what is said before a text: the furniture right above it on its page is its own."""
    first = int(str(row["first_line"]))
    (above,) = connection.execute(_ABOVE, {"source": row["source_id"], "first": first}).fetchone()
    return min(first, above + 1) if above is not None else first


def _end(connection: sqlite3.Connection, row: Row) -> int:
    """Return the line before the next thing that is said; pages without words below a text are taken for its own."""
    last = int(str(row["last_line"]))
    (after,) = connection.execute(_END, {"source": row["source_id"], "last": last}).fetchone()
    return max(last, after - 1) if after is not None else 1 << 40


def _lacking(
    connection: sqlite3.Connection, row: Row, span: tuple[int, int], counted: Sequence[Counted], places: Places, *, is_doubtful: bool
) -> Point | None:
    """Return the point of a text whose own count of pages says that some are not there; None where it counts none, or they are all there.

    A count that goes on elsewhere in the source is that of the release, or of a text that is cut in two: it proves nothing.
    """
    own = [mark for mark in counted if span[0] <= mark.line <= span[1]]
    totals, numbers = {mark.total for mark in own}, [mark.number for mark in own]
    if len(totals) != 1 or len(set(numbers)) < len(numbers) or 1 not in numbers:
        return None
    (total,) = totals
    lacking = sorted(set(range(1, total + 1)) - set(numbers))
    elsewhere = {mark.number for mark in counted if mark.total == total and not span[0] <= mark.line <= span[1]}
    if not lacking or elsewhere & set(lacking):
        return None
    following = connection.execute(_NEXT_KIND, {"source": row["source_id"], "last": row["last_line"]}).fetchone()
    is_closed = following is None or following[0] == "header"
    certainty = CERTAIN if is_closed and not is_doubtful and _is_marked(row, numbers, own, places) else POSSIBLE
    said = {"file": row["filename"], "message": message_phrase(row), "n": total, "pages": _runs(lacking), "words": own[-1].words}
    detail = (
        Phrase("{file} ({message}) counts {n} pages (“{words}”), and these are not there: {pages}.", **said)
        if certainty == CERTAIN
        else Phrase("{file} ({message}) counts {n} pages (“{words}”), and these may not be there: {pages}.", **said)
    )
    return _point(row, certainty, RULES[0], detail, own[-1].line, own[-1].words, places)


def _is_marked(row: Row, numbers: Sequence[int], own: Sequence[Counted], places: Places) -> bool:
    """Tell whether every page of a text says its number: it has as many pages as marks, or, where no page is told, one mark that ends or opens it."""
    source_id, first, last = (int(str(row[key])) for key in ("source_id", "first_line", "last_line"))
    pages = places.pages_of(source_id, first, max(last, own[-1].line))
    if len(places.pages_of(source_id, 0, 1 << 40)) > 1:
        return len(pages) == len(numbers)
    return own[-1].line >= last or own[0].line <= first


def _unread(row: Row, span: tuple[int, int], unread: Sequence[Unread], places: Places) -> Point | None:
    """Return the point of a text among whose pages some are pictures or blank; a blank one counts only between two of its pages."""
    last = int(str(row["last_line"]))
    own = [each for each in unread if span[0] <= each.line <= (last if each.why == BLANK else span[1])]
    if not own:
        return None
    first = own[0]
    said = {"file": row["filename"], "message": message_phrase(row), "n": len(own)}
    if first.why == STANDS:
        detail = Phrase(
            "{file} ({message}) is perhaps there in part; pages of it in whose place words stand (“{words}”): {n}.",
            **said,
            words=first.words,
        )
    elif first.why == PICTURE:
        detail = Phrase("{file} ({message}) is perhaps there in part; pages of it that are pictures without text: {n}.", **said)
    else:
        detail = Phrase("{file} ({message}) is perhaps there in part; pages of it that are blank: {n}.", **said)
    return _point(row, POSSIBLE, first.why, detail, first.line, first.words, places)


def _point(row: Row, certainty: str, rule: str, detail: Phrase, line: int, evidence: str, places: Places) -> Point:
    about = About(*(None if row[key] is None else str(row[key]) for key in ("sent_at", "sender", "subject", "filename")))
    place = places.at(int(str(row["source_id"])), line)
    return make_point(
        KIND, certainty, rule, detail, place, evidence,
        about=about, message_id=number(row["message_id"]), attachment_id=number(row["attachment_id"]), document_id=number(row["id"]),
    )  # fmt: skip


def _runs(numbers: Sequence[int]) -> str:
    """Return numbers as runs: `2-4, 6`."""
    runs: list[list[int]] = []
    for each in numbers:
        if runs and each == runs[-1][-1] + 1:
            runs[-1].append(each)
        else:
            runs.append([each])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
