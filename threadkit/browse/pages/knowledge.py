"""Who knew what when: everyone who had written or received a phrase or a file, each by the message that shows it first."""

from __future__ import annotations

from sqlite3 import Connection, OperationalError

from datasette.database import QueryInterrupted
from datasette.utils import sqlite_timelimit
from datasette.utils.asgi import Response

from threadkit.archive.search import match_expression
from threadkit.audit.knowledge import Knowledge, who_knew
from threadkit.browse.pages.page import Page
from threadkit.browse.room import Room
from threadkit.queries.search_query import is_date
from threadkit.records import ThreadkitError
from threadkit.words import load_words

__all__ = ["PAGES"]

#: Of a phrase that more messages hold, the earliest of them are looked at; and so many people are shown.
_MOST_HITS, _MOST_PEOPLE = 2000, 500
#: Of a phrase that more messages than this hold, nobody is told.
_TOO_COMMON = 20_000
#: What the question reads.
_TABLES = (
    "messages", "messages_fts", "participants", "people", "occurrence_rows", "message_attachments", "attachments", "documents", "source_names",
)  # fmt: skip


async def _knowledge(room: Room) -> Response:
    words, file, given = room.given("q").strip()[:500], room.number("file", 0, low=0, high=1 << 53), room.given("by").strip()
    by = given if is_date(given) else None
    is_common = bool(words) and not file and await _is_common(room, words)
    found = await _who_knew(room, words, file or None, by) if (words or file) and not is_common else None
    return room.show(
        "knowledge.html",
        words=words,
        file=file,
        by=by or "",
        unclear=given if given and by is None else "",
        found=found,
        is_common=is_common,
        steps=found.steps[:_MOST_PEOPLE] if found else (),
        most=_MOST_HITS,
    )


async def _is_common(room: Room, words: str) -> bool:
    """Tell whether so many messages hold the words that finding the earliest would take too long, and would say little."""
    match = match_expression(words.replace('"', " "))
    if match is None:
        return False
    (row,) = await room.ask("search.how_many_hits", match=match, most=_TOO_COMMON + 1)
    return bool(row["amount"] > _TOO_COMMON)


async def _who_knew(room: Room, words: str, file: int | None, by: str | None) -> Knowledge | None:
    """Return who knew; None where there is nothing to look for: no word, or no file of that number.

    Raises:
        Forbidden: the reader may not see one of the tables.
        QueryInterrupted: it took longer than Datasette allows.
    """
    for table in _TABLES:
        await room.require(table)
    limit = room.datasette.setting("sql_time_limit_ms")

    def ask(connection: Connection) -> Knowledge | None:
        try:
            with sqlite_timelimit(connection, limit):
                return who_knew(connection, load_words(), phrase=words, row_id=file, by=by, most=_MOST_HITS)
        except ThreadkitError:
            return None
        except OperationalError as error:
            raise QueryInterrupted(error, "who_knew", {}) from error

    found: Knowledge | None = await room.database.execute_fn(ask)
    return found


PAGES = (Page("knew", _knowledge),)
