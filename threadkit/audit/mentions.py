"""What messages speak of and the release does not hold: mails of a certain day, conversations, enclosures that a letter counts."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator

from threadkit.audit.points import CERTAIN, POSSIBLE, About, Places, Point, make_point
from threadkit.parse.dates import read_date
from threadkit.records import Phrase
from threadkit.words import Words

__all__ = ["RULES", "find_mentions"]

RULES = ("mail-of-a-day", "talk", "enclosures-counted")

_MAIL = "mail-spoken-of"
_BODIES = """
SELECT m.id, m.sent_at, m.body FROM messages m WHERE m.body <> '' ORDER BY m.sent_at IS NULL, m.sent_at, m.id
"""
_ABOUT = """
SELECT m.sent_at, coalesce(p.name, (SELECT x.text FROM participants x WHERE x.message_id = m.id AND x.role = 'from' ORDER BY x.position LIMIT 1)),
  m.subject FROM messages m LEFT JOIN people p ON p.id = m.sender_id WHERE m.id = ?
"""
_OF_DAY = "SELECT 1 FROM messages WHERE sent_at >= :day AND sent_at < :day || 'U' LIMIT 1"
_UNDATED = (
    "SELECT EXISTS (SELECT 1 FROM messages WHERE sent_at IS NULL) OR EXISTS (SELECT 1 FROM findings WHERE kind = 'header-incomplete')"
)
_LETTERS = "SELECT id, source_id, first_line, last_line, text FROM documents WHERE kind = 'decision-letter' ORDER BY source_id, first_line"
_FOLLOWING = """
SELECT (SELECT count(*) FROM messages WHERE standing = 'released'), (SELECT count(*) FROM documents WHERE kind <> 'decision-letter')
"""


def find_mentions(connection: sqlite3.Connection, words: Words, places: Places) -> Iterator[Point]:
    """Yield what messages and letters speak of, where nothing in the archive answers to it."""
    some_undated = bool(connection.execute(_UNDATED).fetchone()[0])
    talk = words.any_of("talk-spoken-of")
    mails = tuple((pattern.regex, role == _MAIL) for role in (_MAIL, "message-spoken-of") for pattern in words.patterns(role))
    for message_id, sent_at, body in connection.execute(_BODIES):
        for regex, is_mail in mails:
            for match in regex.finditer(body):
                yield from _mail(connection, places, message_id, sent_at, match, is_sure=is_mail and not some_undated)
        for match in talk.finditer(body):
            place = places.of_words(message_id, match.group())
            detail = Phrase(
                "A message speaks of a conversation (“{words}”); the release shows no trace of it.", words=_shown(match.group())
            )
            yield make_point("talk-spoken-of", POSSIBLE, "talk", detail, place, match.group(), message_id=message_id)
    yield from _enclosures(connection, words, places)


def _mail(
    connection: sqlite3.Connection,
    places: Places,
    message_id: int,
    sent_at: str | None,
    match: re.Match[str],
    *,
    is_sure: bool,
) -> Iterator[Point]:
    """Yield a point where a mail of a certain day is spoken of and no message of the archive has that day."""
    day = _day(match.group("date"), sent_at)
    if day is None or connection.execute(_OF_DAY, {"day": day}).fetchone():
        return
    detail = Phrase("A message speaks of a mail of {day} (“{words}”), and no message has that date.", day=day, words=_shown(match.group()))
    certainty = CERTAIN if is_sure else POSSIBLE
    place = places.of_words(message_id, match.group())
    about = About(*connection.execute(_ABOUT, (message_id,)).fetchone())
    yield make_point("mail-spoken-of", certainty, "mail-of-a-day", detail, place, match.group(), about=about, message_id=message_id)


def _day(printed: str, sent_at: str | None) -> str | None:
    """Return the day that `printed` means; where it names no year, the last such day before the message was sent."""
    reading = read_date(printed)
    if reading.value is not None:
        return reading.value[:10]
    if sent_at is None:
        return None
    for year in (int(sent_at[:4]), int(sent_at[:4]) - 1):
        value = read_date(f"{printed} {year}").value
        if value is not None and value[:10] <= sent_at[:10]:
            return value[:10]
    return None


def _enclosures(connection: sqlite3.Connection, words: Words, places: Places) -> Iterator[Point]:
    """Yield the number of enclosures that a decision letter counts, beside what follows it: the reader must tell whether they are all there."""
    patterns = tuple(pattern.regex for pattern in words.patterns("enclosure-count"))
    for document_id, source_id, first_line, last_line, text in connection.execute(_LETTERS):
        match = next((found for regex in patterns if (found := regex.search(text))), None)
        if match is None:
            continue
        messages, documents = connection.execute(_FOLLOWING).fetchone()
        detail = Phrase(
            "The decision letter counts {n} enclosures (“{words}”); beside it stand {messages} messages and {documents} documents.",
            n=match.group("count"), words=_shown(match.group()), messages=messages, documents=documents,
        )  # fmt: skip
        place = places.of_line(source_id, first_line, last_line, text, match.start("count"))
        yield make_point("enclosures", POSSIBLE, "enclosures-counted", detail, place, match.group().strip(), document_id=document_id)


def _shown(text: str) -> str:
    return " ".join(text.split())
