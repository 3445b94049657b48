"""Search messages and documents by words: accents, case, ligatures and inflections do not count."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from threadkit.archive.schema import load_schema
from threadkit.archive.search_conditions import ANY, Conditions
from threadkit.archive.stems import WORD, Stems
from threadkit.records import Phrase, ThreadkitError
from threadkit.words import load_words

_PARTS = re.compile(r'"([^"]*)"|(\S+)')
_QUOTES = str.maketrans(dict.fromkeys("«»“”„", '"'))
_SNIPPET_BEFORE, _SNIPPET_LENGTH, _SCANNED = 60, 200, 400_000
_MOST_PARTS = 64
_WEIGHTS = {
    "messages_fts": {"subject": 5.0, "body": 1.0, "signature": 0.3, "header": 0.7, "stems": 0.5},
    "documents_fts": {"title": 5.0, "text": 1.0, "stems": 0.5},
}
_MESSAGES = """
SELECT 'message', m.id, bm25(messages_fts, {}) AS score, m.subject, m.sent_at, substr(m.body, 1, {})
FROM messages_fts JOIN messages AS m ON m.search_row = messages_fts.rowid WHERE messages_fts MATCH :match
"""
_WITHOUT_WORDS = """
SELECT 'message', m.id, 0.0, m.subject, m.sent_at, substr(m.body, 1, {}) FROM messages AS m
WHERE 1{} ORDER BY m.sent_at DESC, m.id LIMIT :limit OFFSET :offset
"""
_MATCHING = "SELECT count(*) FROM messages_fts JOIN messages AS m ON m.search_row = messages_fts.rowid WHERE messages_fts MATCH :match"
_DOCUMENTS = """
SELECT 'document', d.id, bm25(documents_fts, {}) AS score, coalesce(d.title, a.filename), NULL, substr(d.text, 1, {})
FROM documents_fts JOIN documents AS d ON d.search_row = documents_fts.rowid LEFT JOIN attachments AS a ON a.id = d.attachment_id
WHERE documents_fts MATCH :match
"""


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One message or document found. `snippet` is text as printed; `marked` holds (start, end) of the words in it that were found."""

    kind: str
    id: int
    score: float
    title: str | None
    sent_at: str | None
    snippet: str
    marked: tuple[tuple[int, int], ...]


@cache
def load_stems() -> Stems:
    """Return the stems that go with the words of this installation; once a process."""
    return Stems(load_words().folding)


def match_expression(query: str) -> str | None:
    """Return what SQLite's full-text search is to match for a query that a person typed, None where it holds no word.

    All words must be found, in any order and any inflection; words in quotation marks (`"..."` or `« ... »`) in that order and as
    they are; `evalu*` finds every word that begins so. Nothing that is typed is an error or an operator.

    >>> match_expression("l'évaluation")
    '("l") AND ("evaluation" OR "evalu")'
    """
    terms = [term for phrase, part in _parts(query) for term in (_phrase(phrase) if phrase else _words(part))]
    return " AND ".join(dict.fromkeys(terms)) or None


def search(
    connection: sqlite3.Connection,
    query: str,
    *,
    limit: int = 20,
    offset: int = 0,
    kinds: Sequence[str] = ("message", "document"),
    conditions: Conditions = ANY,
) -> list[SearchHit]:
    """Return the messages and documents that hold all words of `query`, best first; none where the query holds no word.

    With conditions, which no document meets, the messages that meet them; without a word all these, the latest first.

    Raises:
        ThreadkitError: the archive has no full-text search.
    """
    expression, asked = match_expression(query), conditions != ANY
    kinds = [kind for kind in kinds if kind == "message" or not asked]
    if limit <= 0 or not kinds or (expression is None and (query.strip() or not asked)):
        return []
    where, values = conditions.sql()
    if expression is None:
        sql = _WITHOUT_WORDS.format(_SCANNED, where)
    else:
        selects = {
            "message": _MESSAGES.format(weights_of("messages_fts"), _SCANNED) + where,
            "document": _DOCUMENTS.format(weights_of("documents_fts"), _SCANNED),
        }
        chosen = [sql for kind, sql in selects.items() if kind in kinds]
        sql = " UNION ALL ".join(chosen) + " ORDER BY score, 1, 2 LIMIT :limit OFFSET :offset"
    try:
        rows = connection.execute(sql, values | {"match": expression, "limit": limit, "offset": max(offset, 0)}).fetchall()
    except sqlite3.OperationalError as error:
        what = Phrase("the archive cannot be searched: {detail}.", detail=error)
        raise ThreadkitError(what, hint="Make its index again with: threadkit rebuild") from error
    wanted = wanted_words(query)
    return [_hit(row, wanted) for row in rows]


def count_found(connection: sqlite3.Connection, query: str, conditions: Conditions = ANY) -> tuple[int, int]:
    """Return how many messages and how many documents hold all words of `query` and meet the conditions."""
    expression, (where, values) = match_expression(query), conditions.sql()
    if expression is None:
        met = f"SELECT count(*) FROM messages AS m WHERE 1{where}"
        return (connection.execute(met, values).fetchone()[0] if where and not query.strip() else 0), 0
    if where:
        return connection.execute(_MATCHING + where, values | {"match": expression}).fetchone()[0], 0
    messages, documents = (
        connection.execute(f"SELECT count(*) FROM {table} WHERE {table} MATCH ?", (expression,)).fetchone()[0] for table in _WEIGHTS
    )
    return messages, documents


@cache
def weights_of(table: str) -> str:
    """Return how much a word counts in each column of a full-text table, in the order of the columns."""
    columns = next(search.columns for search in load_schema().search if search.name == table)
    return ", ".join(str(_WEIGHTS[table][column.name]) for column in columns)


def _parts(query: str) -> Iterator[tuple[str, str]]:
    """Yield (phrase, "") or ("", word) for each part of a query; a quotation mark without its pair is a blank."""
    query = query.translate(_QUOTES).replace("\x00", " ")
    if query.count('"') % 2:
        last = query.rindex('"')
        query = f"{query[:last]} {query[last + 1 :]}"
    for count, match in enumerate(_PARTS.finditer(query)):
        if count == _MOST_PARTS:
            return
        yield (match[1] or "", match[2] or "")


def _folded_words(text: str) -> list[str]:
    stems = load_stems()
    return [stems.folded(word) for word in WORD.findall(_repaired(text))]


def _repaired(text: str) -> str:
    return unicodedata.normalize("NFKC", load_words().folding.repair(text)).lower()


def _phrase(text: str) -> list[str]:
    words = _folded_words(text)
    return [f'"{" ".join(words)}"'] if words else []


def _words(part: str) -> list[str]:
    """Return the terms of one part without quotation marks: an address or a number is a phrase, any other run its words."""
    words = WORD.findall(_repaired(part))
    if not words:
        return []
    if "@" in part or (len(words) > 1 and any(word.isdigit() for word in words)):
        return _phrase(part)
    if part.endswith("*"):
        return [*map(_any_form, words[:-1]), f'("{load_stems().folded(words[-1])}"*)']
    return [_any_form(word) for word in words]


def _any_form(word: str) -> str:
    forms = dict.fromkeys((load_stems().folded(word), *load_stems().of(word)))
    return "(" + " OR ".join(f'"{form}"' for form in forms) + ")"


def wanted_words(query: str) -> frozenset[str]:
    """Return the folded words and stems that are to be marked in a snippet."""
    words = [word for phrase, part in _parts(query) for word in WORD.findall(_repaired(phrase or part))]
    stems = load_stems()
    return frozenset(form for word in words for form in (stems.folded(word), *stems.of(word)))


def _hit(row: Sequence[Any], wanted: frozenset[str]) -> SearchHit:
    kind, id_, score, title, sent_at, text = row
    snippet, marked = cut_snippet(text, wanted)
    return SearchHit(kind, id_, score, title, sent_at, snippet, marked)


def cut_snippet(text: str, wanted: frozenset[str]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return a stretch of `text`, as printed, around its first wanted word (else its beginning), and where wanted words stand in it."""
    found = [match.span() for match in WORD.finditer(text) if _is_wanted(match.group(), wanted)]
    first = found[0][0] if found else 0
    start = 0 if first <= _SNIPPET_BEFORE else max(text.rfind(" ", 0, first - _SNIPPET_BEFORE) + 1, first - 2 * _SNIPPET_BEFORE)
    end = min(start + _SNIPPET_LENGTH, len(text))
    if end < len(text):
        end = max(text.rfind(" ", start, end), start + _SNIPPET_LENGTH - 2 * _SNIPPET_BEFORE)
    return text[start:end], tuple((a - start, b - start) for a, b in found if a >= start and b <= end)


def _is_wanted(word: str, wanted: frozenset[str]) -> bool:
    stems = load_stems()
    word = word.lower() if word.isascii() else _repaired(word)
    return stems.folded(word) in wanted or any(stem in wanted for stem in stems.of(word))
