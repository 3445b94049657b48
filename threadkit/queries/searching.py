"""A search as somebody types it on the command line: words, and the conditions that the search box of the pages takes too (`de:`, `avant:`)."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from threadkit.archive.search import count_found
from threadkit.archive.search import search as search_archive
from threadkit.archive.search_conditions import Conditions
from threadkit.queries.functions import name_patterns, register_functions
from threadkit.queries.reader import Row
from threadkit.queries.search_query import read_query

__all__ = ["Found", "search"]

_NAMED = """
SELECT id FROM people WHERE (name LIKE :loose AND threadkit_fold(name) LIKE :folded) OR (sort_name LIKE :loose AND threadkit_fold(sort_name) LIKE :folded)
  OR id IN (SELECT person_id FROM addresses WHERE email LIKE :folded) ORDER BY id
"""
#: A sender who is nobody known is shown as printed: a mask, as a rule.
_SENDER = """
SELECT coalesce(p.name, (SELECT x.text FROM participants x WHERE x.message_id = m.id AND x.role = 'from' ORDER BY x.position LIMIT 1))
FROM messages m LEFT JOIN people p ON p.id = m.sender_id WHERE m.id = ?
"""


@dataclass(frozen=True, slots=True)
class Found:
    """The best hits with their senders, and how many there are in all.

    `no_date`, `no_thing`, `nobody`: what made no condition, as in `Asked`.
    """

    hits: list[Row]
    total: int
    no_date: tuple[str, ...]
    no_thing: tuple[str, ...]
    nobody: tuple[str, ...]


def search(connection: sqlite3.Connection, text: str, limit: int) -> Found:
    """Return the messages and documents that hold all the words and meet the conditions, best first, each with a snippet as printed.

    Several names behind one condition are alternatives; where nobody has any of them, what was typed stands for words.
    """
    register_functions(connection)
    named = {name: _people_named(connection, name) for name in read_query(text).names}
    asked = read_query(text, [name for name, people in named.items() if not people])
    senders, recipients, copied = (_of_any(names, named) for names in (asked.senders, asked.recipients, asked.copied))
    conditions = Conditions(senders, recipients, copied, asked.after, asked.before, asked.with_attachment)
    rows = []
    for hit in search_archive(connection, asked.words, limit=limit, conditions=conditions):
        sender = connection.execute(_SENDER, (hit.id,)).fetchone()
        rows.append(
            {
                "kind": hit.kind,
                "id": hit.id,
                "sent_at": hit.sent_at,
                "sender": sender[0] if sender else None,
                "title": hit.title,
                "snippet": hit.snippet,
                "marked": [list(span) for span in hit.marked],
                "score": hit.score,
            }
        )
    total = sum(count_found(connection, asked.words, conditions))
    return Found(rows, total, asked.no_date, asked.no_thing, asked.nobody)


def _of_any(names: Sequence[str], named: dict[str, tuple[int, ...]]) -> tuple[int, ...] | None:
    return tuple(person for name in names for person in named[name]) if names else None


def _people_named(connection: sqlite3.Connection, words: str) -> tuple[int, ...]:
    """Return the people with a name or address that holds some words, whatever their accents, as the search box finds them."""
    patterns = name_patterns(words)
    return tuple(row[0] for row in connection.execute(_NAMED, patterns)) if patterns else ()
