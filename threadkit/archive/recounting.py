"""Count again what an addition changed, instead of all: pairs of sender and recipient, months, people."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from threadkit.archive.correspondence_writer import COUNT_PAIRS
from threadkit.archive.counts import fill_counts
from threadkit.records import Message

_LISTED = "(SELECT value FROM json_each(?))"
_RECIPIENTS = ("to", "cc", "bcc")
_MESSAGES = f"SELECT id, sender_id, sent_at, standing FROM messages WHERE id IN {_LISTED}"
_PARTICIPANTS = f"SELECT message_id, role, person_id FROM participant_rows WHERE message_id IN {_LISTED} AND person_id IS NOT NULL"
_COUNT_MONTH = """
INSERT INTO month_counts (month, messages, released, quoted, senders)
SELECT ?1, count(*), sum(standing = 'released'), sum(standing = 'quoted'), count(DISTINCT sender_id) FROM messages WHERE {} HAVING count(*) > 0
"""
_DATED, _UNDATED = "sent_at >= ?1 AND sent_at < ?1 || '~'", "?1 = '' AND sent_at IS NULL"
_ADD_PERSON_MONTH = """
INSERT INTO person_months (person_id, month, sent, received) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT DO UPDATE SET sent = sent + ?3, received = received + ?4
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted of one message."""

    message_id: int
    sender_id: int | None
    sent_at: str | None
    is_released: bool
    recipients: frozenset[int]

    @property
    def month(self) -> str:
        """The month in which it was sent, empty without a date."""
        return self.sent_at[:7] if self.sent_at is not None else ""


def read_counted(connection: sqlite3.Connection, messages: Collection[int]) -> set[Counted]:
    """Return what is counted of messages that are in the archive."""
    listed = (json.dumps(list(messages)),)
    recipients: dict[int, set[int]] = {}
    for message_id, role, person_id in connection.execute(_PARTICIPANTS, listed):
        if role in _RECIPIENTS:
            recipients.setdefault(message_id, set()).add(person_id)
    return {
        Counted(id_, sender_id, sent_at, standing == "released", frozenset(recipients.get(id_, ())))
        for id_, sender_id, sent_at, standing in connection.execute(_MESSAGES, listed)
    }


def counted(message: Message) -> Counted:
    """Return what is counted of one message."""
    recipients = frozenset(p.person_id for p in message.participants if p.role in _RECIPIENTS and p.person_id is not None)
    return Counted(message.id, message.sender_id, message.sent_at, message.standing == "released", recipients)


def count_again(connection: sqlite3.Connection, before: set[Counted], now: set[Counted]) -> None:
    """Count again, when all rows are written: `before` stood where `now` stands."""
    gone, new = before - now, now - before
    _count_pairs(connection, {each.sender_id for each in gone | new if each.sender_id is not None})
    people: Counter[tuple[int, str, str]] = Counter()
    for each, sign in (*((each, -1) for each in gone), *((each, 1) for each in new)):
        if each.sender_id is not None:
            people[each.sender_id, each.month, "sent"] += sign
        for person_id in each.recipients:
            people[person_id, each.month, "received"] += sign
    for month in sorted({each.month for each in before | now}):
        connection.execute("DELETE FROM month_counts WHERE month = ?", (month,))
        connection.execute(_COUNT_MONTH.format(_DATED if month else _UNDATED), (month,))
    keys = {key[:2] for key in people}
    connection.executemany(_ADD_PERSON_MONTH, ((*key, people[*key, "sent"], people[*key, "received"]) for key in sorted(keys)))
    connection.execute("DELETE FROM person_months WHERE sent = 0 AND received = 0")
    fill_counts(connection, ("archive_counts", "person_counts"))


def _count_pairs(connection: sqlite3.Connection, senders: Iterable[int]) -> None:
    listed = (json.dumps(list(senders)),)
    connection.execute(f"DELETE FROM correspondence WHERE sender_id IN {_LISTED}", listed)
    connection.execute(COUNT_PAIRS.format(f"AND m.sender_id IN {_LISTED}"), listed)
