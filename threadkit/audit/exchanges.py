"""Who wrote without an answer, who is only ever copied, and where a dense exchange falls silent."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from statistics import median

from threadkit.audit.points import POSSIBLE, Places, Point, make_point
from threadkit.records import Phrase

__all__ = ["RULES", "find_exchange_points"]

RULES = ("one-side-only", "copied-only", "silence")

#: So many messages to one person, and none back.
ONE_SIDED = 3
#: A thread of so many dated messages is dense enough for a silence to mean something; it must be this long, and so many times the usual pause.
DENSE, SILENT_DAYS, SILENT_TIMES = 6, 14, 8

_ONE_SIDED = """
SELECT c.sender_id, s.name, c.recipient_id, r.name, c.messages, c.first_sent_at, c.last_sent_at,
  (SELECT m.id FROM messages m JOIN participants x ON x.message_id = m.id AND x.person_id = c.recipient_id AND x.role = 'to'
   WHERE m.sender_id = c.sender_id ORDER BY m.sent_at, m.id LIMIT 1)
FROM correspondence c JOIN people s ON s.id = c.sender_id JOIN people r ON r.id = c.recipient_id
WHERE r.kind = 'person' AND s.kind = 'person' AND c.messages >= :fewest AND c.sender_id <> c.recipient_id
  AND NOT EXISTS (SELECT 1 FROM correspondence b WHERE b.sender_id = c.recipient_id AND b.recipient_id = c.sender_id)
ORDER BY c.messages DESC, s.name, r.name
"""
_DIRECT = """
SELECT count(DISTINCT message_id) FROM participants
WHERE person_id = :to AND role = 'to' AND message_id IN (SELECT id FROM messages WHERE sender_id = :by)
"""
_COPIED = """
SELECT p.id, p.name, count(DISTINCT x.message_id), min(x.message_id) FROM people p JOIN participants x ON x.person_id = p.id
WHERE p.kind = 'person' GROUP BY p.id HAVING sum(x.role NOT IN ('cc', 'bcc')) = 0 ORDER BY 3 DESC, p.name
"""
_DENSE = "SELECT id, subject FROM threads WHERE message_count >= :dense ORDER BY first_sent_at, id"
_TIMES = "SELECT id, sent_at FROM messages WHERE thread_id = ? AND sent_at IS NOT NULL ORDER BY sent_at, id"


def find_exchange_points(connection: sqlite3.Connection, places: Places) -> Iterator[Point]:
    """Yield what the pattern of the correspondence lets one ask; all of it possible, none of it certain."""
    yield from _one_sided(connection, places)
    yield from _copied_only(connection, places)
    yield from _silences(connection, places)


def _one_sided(connection: sqlite3.Connection, places: Places) -> Iterator[Point]:
    for sender_id, sender, recipient_id, recipient, _, first, last, message_id in connection.execute(_ONE_SIDED, {"fewest": ONE_SIDED}):
        (direct,) = connection.execute(_DIRECT, {"by": sender_id, "to": recipient_id}).fetchone()
        if direct < ONE_SIDED or message_id is None:
            continue
        detail = Phrase(
            "{sender} wrote {n} messages to {recipient} ({first} to {last}); none in return is in the release.",
            sender=sender, n=direct, recipient=recipient, first=(first or "?")[:10], last=(last or "?")[:10],
        )  # fmt: skip
        yield make_point(
            "one-sided", POSSIBLE, "one-side-only", detail, places.of_message(message_id), message_id=message_id, person_id=recipient_id
        )


def _copied_only(connection: sqlite3.Connection, places: Places) -> Iterator[Point]:
    for person_id, name, count, message_id in connection.execute(_COPIED):
        detail = Phrase("{name} is copied on {n} messages, and neither writes nor is written to in any.", name=name, n=count)
        yield make_point(
            "copied-only", POSSIBLE, "copied-only", detail, places.of_message(message_id), message_id=message_id, person_id=person_id
        )


def _silences(connection: sqlite3.Connection, places: Places) -> Iterator[Point]:
    for thread_id, subject in connection.execute(_DENSE, {"dense": DENSE}):
        messages = [(id_, sent_at, date.fromisoformat(sent_at[:10])) for id_, sent_at in connection.execute(_TIMES, (thread_id,))]
        pauses = [((later[2] - sooner[2]).days, sooner, later) for sooner, later in pairwise(messages)]
        if len(pauses) + 1 < DENSE:
            continue
        usual = max(1.0, float(median(days for days, _, _ in pauses)))
        for days, sooner, later in pauses:
            if days >= SILENT_DAYS and days >= SILENT_TIMES * usual:
                detail = Phrase(
                    "“{subject}” falls silent for {days} days, from {sooner} to {later}; the usual pause in it is {usual} days.",
                    subject=subject or "", days=days, sooner=sooner[1][:10], later=later[1][:10], usual=f"{usual:g}",
                )  # fmt: skip
                yield make_point("silence", POSSIBLE, "silence", detail, places.of_message(later[0]), message_id=later[0])
