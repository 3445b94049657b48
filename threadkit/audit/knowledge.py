"""Who knew what when: everyone who had written or received a phrase, an attachment or a document, each by which message and where."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from threadkit.archive.search import match_expression
from threadkit.records import Phrase, ThreadkitError
from threadkit.resolve.aligning import Aligner
from threadkit.words import Words

__all__ = ["MOST_HITS", "RULES", "Knowledge", "Step", "who_knew"]

#: How a person came to know; each has a heading in docs/rules.md.
RULES = ("wrote-it", "passed-it-on", "was-sent-it", "was-sent-a-quotation", "was-sent-a-forward")

#: Of a phrase that more messages hold, the earliest of them are looked at.
MOST_HITS = 100_000
#: What completes the beginning of a date, and how long such a beginning may be: a year, a month, a day, a minute, a second.
_ANY_MOMENT, _LENGTHS = "0001-01-01T00:00:00", (4, 7, 10, 16, 19)
_OWN, _QUOTING, _FORWARDING = "own", "quoting", "forwarding"

# Messages in whose printed chain a message stands quoted: what they convey with it.
_QUOTING_SQL = """
WITH RECURSIVE above (id) AS (
  SELECT within_id FROM occurrence_rows WHERE message_id = :id AND within_id IS NOT NULL
  UNION SELECT o.within_id FROM occurrence_rows o JOIN above a ON o.id = a.id WHERE o.within_id IS NOT NULL
)
SELECT DISTINCT o.message_id FROM occurrence_rows o JOIN above a ON o.id = a.id WHERE o.message_id IS NOT NULL AND o.message_id <> :id
"""
_HOLDING_SQL = """
SELECT m.id, m.body FROM messages_fts JOIN messages m ON m.search_row = messages_fts.rowid WHERE messages_fts MATCH :match
ORDER BY m.sent_at IS NULL, m.sent_at, m.id LIMIT :most
"""
_NAMING_SQL = "SELECT DISTINCT message_id FROM message_attachments WHERE attachment_id = :id"
_FORWARDS_SQL = "SELECT id FROM messages WHERE parent_id = :id AND relation = 'forward'"
_PARTICIPANTS_SQL = """
SELECT x.role, x.person_id, coalesce(p.name, x.name, x.email, x.text), m.sent_at, m.subject,
  (SELECT min(n.name) FROM source_names n WHERE n.source_id = o.source_id), o.first_page, o.first_line
FROM participants x JOIN messages m ON m.id = x.message_id LEFT JOIN people p ON p.id = x.person_id
LEFT JOIN occurrence_rows o ON o.id = m.occurrence_id
WHERE x.message_id = :id AND x.role IN ('from', 'on-behalf-of', 'to', 'cc', 'bcc') ORDER BY x.role, x.position
"""


@dataclass(frozen=True, slots=True)
class Step:
    """One way in which one person came to know: `role` in the message (from, to, cc, bcc, on-behalf-of), and where it is printed.

    `certainty` is possible where the message is a forward that does not name the file itself.
    """

    person_id: int | None
    name: str
    role: str
    sent_at: str | None
    message_id: int
    subject: str | None
    source: str | None
    page: int | None
    line: int | None
    rule: str
    certainty: str


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everyone's first knowledge, earliest first, and the messages that hold the thing itself."""

    what: str
    holders: int
    steps: tuple[Step, ...]


def who_knew(
    connection: sqlite3.Connection,
    words: Words,
    *,
    phrase: str = "",
    row_id: int | None = None,
    by: str | None = None,
    most: int = MOST_HITS,
) -> Knowledge:
    """Return who had written or received a phrase, or the attachment or document of a number, each by their first message.

    Args:
        connection: an archive.
        words: the words as data, for folding.
        phrase: words that stand in this order in a message's own words; accents and case do not count.
        row_id: the number of an attachment or a document, instead of a phrase.
        by: a date as the archive writes it (2023-02-28, or with T10:30); later knowledge and knowledge without a date are left out.
        most: of a phrase that more messages hold than this, only so many are looked at, the earliest of them.

    Raises:
        ThreadkitError: there is no such row, the document is no attachment's text, or `by` is no date.
    """
    if by is not None:
        _check_date(by)
    if row_id is None:
        what, conveying = phrase, _of_phrase(connection, words, phrase, most)
    else:
        what, conveying = _of_file(connection, row_id)
    first: dict[object, Step] = {}
    for message_id, way in conveying.items():
        for step in _steps(connection, message_id, way):
            known = first.get(step.person_id or step.name)
            if known is None or _earlier(step) < _earlier(known):
                first[step.person_id or step.name] = step
    steps = sorted((s for s in first.values() if by is None or _is_by(s, by)), key=_earlier)
    return Knowledge(what, sum(way == _OWN for way in conveying.values()), tuple(steps))


def _check_date(by: str) -> None:
    """Refuse what is no date, or the beginning of one, as the archive writes it."""
    try:
        datetime.fromisoformat(by + _ANY_MOMENT[len(by) :])
    except ValueError:
        is_date = False
    else:
        is_date = len(by) in _LENGTHS
    if not is_date:
        hint = Phrase("Write it as in 2023, 2023-02, 2023-02-28 or 2023-02-28T10:30.")
        raise ThreadkitError("is no date.", where=by, hint=hint, exit_code=1)


def _earlier(step: Step) -> tuple[bool, str, bool, str, int]:
    return step.sent_at is None, step.sent_at or "", step.certainty == "possible", step.name, step.message_id


def _is_by(step: Step, by: str) -> bool:
    return step.sent_at is not None and step.sent_at[: len(by)] <= by


def _of_phrase(connection: sqlite3.Connection, words: Words, phrase: str, most: int) -> dict[int, str]:
    """Return the messages that hold a phrase in their own words, and those that quote them."""
    aligner = Aligner(words)
    wanted = aligner.words(phrase)
    if not wanted:
        raise ThreadkitError("holds no word to look for.", where=phrase, exit_code=1)
    expression = match_expression(" ".join(wanted))
    found = connection.execute(_HOLDING_SQL, {"match": expression, "most": most})
    holders = [id_ for id_, body in found if _holds(aligner.words(body), wanted)]
    conveying = dict.fromkeys(holders, _OWN)
    for holder in holders:
        for (message_id,) in connection.execute(_QUOTING_SQL, {"id": holder}):
            conveying.setdefault(message_id, _QUOTING)
    return conveying


def _holds(words: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    return f" {' '.join(wanted)} " in f" {' '.join(words)} "


def _of_file(connection: sqlite3.Connection, row_id: int) -> tuple[str, dict[int, str]]:
    """Return a file's name, the messages that name it, and the forwards of those, which may have carried it on."""
    found = connection.execute(
        "SELECT id, filename FROM attachments WHERE id = :id OR id = (SELECT attachment_id FROM documents WHERE id = :id)", {"id": row_id}
    ).fetchone()
    if found is None:
        hint = Phrase("Give the number of an attachment, or of a document that is the text of one.")
        raise ThreadkitError(Phrase("no attachment has the number {id}.", id=str(row_id)), hint=hint, exit_code=1)
    attachment_id, filename = found
    naming = [row[0] for row in connection.execute(_NAMING_SQL, {"id": attachment_id})]
    conveying = dict.fromkeys(naming, _OWN)
    waiting = list(naming)
    while waiting:
        for (forward,) in connection.execute(_FORWARDS_SQL, {"id": waiting.pop()}):
            if forward not in conveying:
                conveying[forward] = _FORWARDING
                waiting.append(forward)
    return str(filename), conveying


def _steps(connection: sqlite3.Connection, message_id: int, way: str) -> Iterable[Step]:
    sent_rule = {_OWN: "was-sent-it", _QUOTING: "was-sent-a-quotation", _FORWARDING: "was-sent-a-forward"}[way]
    for role, person_id, name, sent_at, subject, source, page, line in connection.execute(_PARTICIPANTS_SQL, {"id": message_id}):
        rule = sent_rule if role not in ("from", "on-behalf-of") else "wrote-it" if way == _OWN else "passed-it-on"
        certainty = "possible" if way == _FORWARDING else "certain"
        yield Step(person_id, name, role, sent_at, message_id, subject, source, page, line, rule, certainty)
