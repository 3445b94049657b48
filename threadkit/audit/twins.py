"""Released messages that may be the same as one known only from a quotation: of one minute, or of the same words."""

from __future__ import annotations

import sqlite3

from threadkit.resolve.bodies import BodyReader
from threadkit.words import Words

__all__ = ["Twins"]

#: So many words in a row are looked up in the full-text index; shorter bodies say too little.
_RUN = 6
_MOST = 20
_MESSAGE = "SELECT sent_at, body FROM messages WHERE id = ?"
_OF_MINUTE = "SELECT id, body FROM messages WHERE standing = 'released' AND sent_at >= :minute AND sent_at < :minute || '~' AND id <> :id LIMIT :most"
_OF_WORDS = """
SELECT m.id, m.body FROM messages_fts JOIN messages m ON m.search_row = messages_fts.rowid
WHERE messages_fts MATCH :match AND m.standing = 'released' AND m.id <> :id LIMIT :most
"""
_SHOWN = """
SELECT coalesce(m.sent_at, '?'), coalesce(p.name, '?'), coalesce(m.subject, ''),
  (SELECT min(name) FROM source_names WHERE source_id = o.source_id), o.first_line
FROM messages m LEFT JOIN people p ON p.id = m.sender_id LEFT JOIN occurrence_rows o ON o.id = m.occurrence_id WHERE m.id = ?
"""


class Twins:
    """Looks for the released message that a quotation may be of, where their headers did not make them one."""

    def __init__(self, connection: sqlite3.Connection, words: Words) -> None:
        self._connection, self._bodies, self._folding = connection, BodyReader(words), words.folding

    def of(self, message_id: int) -> str | None:
        """Return the released message that may be the same, as a reader knows it; None where there is none."""
        sent_at, body = self._connection.execute(_MESSAGE, (message_id,)).fetchone()
        given: dict[str, object] = {"id": message_id, "most": _MOST}
        candidates: list[tuple[int, str]] = []
        if sent_at and len(sent_at) > 10:
            candidates += self._connection.execute(_OF_MINUTE, {**given, "minute": sent_at[:16]})
        if phrase := self._phrase(body):
            candidates += self._connection.execute(_OF_WORDS, {**given, "match": phrase})
        twin = next((id_ for id_, other in candidates if self._bodies.are_alike(body, other) or self._bodies.share_most(body, other)), None)
        return self._shown(twin) if twin is not None else None

    def _phrase(self, body: str) -> str:
        """Return some words from the middle of a body, where no greeting stands, as the full-text index is asked for them."""
        words = self._folding.words(body)
        if len(words) < 2 * _RUN:
            return ""
        middle = len(words) // 2 - _RUN // 2
        return f'body : "{" ".join(words[middle : middle + _RUN])}"'

    def _shown(self, message_id: int) -> str:
        sent_at, sender, subject, source, line = self._connection.execute(_SHOWN, (message_id,)).fetchone()
        return f"{sent_at.replace('T', ' ')} · {sender} · {subject} ({source}:{line})"
