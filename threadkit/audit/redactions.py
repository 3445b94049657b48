"""The ledger of every mask in a release: visible and silent, each with its place, its message and the articles cited at it."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from threadkit.audit.margins import find_beside
from threadkit.audit.points import CERTAIN, POSSIBLE, Place, Places
from threadkit.parse.marks import Citations
from threadkit.records import content_id
from threadkit.resolve.aligning import merged
from threadkit.resolve.laws import Article, Laws
from threadkit.words import Words

__all__ = ["RULES", "Ledger", "Redaction", "read_ledger"]

RULES = ("number-in-another-copy",)

_ARTICLES = ("article-mask", "article-cited")
_SILENT = ("silent-mask", "emptied-label")
#: The kinds of visible masks, with the roles of the patterns that find them.
_MASKS = {"visible": ("mask",), "article": ("article-mask", "section-mask", "section-mask-in-mail", "article-mask-in-header")}
_REDACTIONS = """
SELECT f.id, f.certainty, f.rule, f.detail, f.message_id, f.document_id, f.source_id, f.first_line, f.last_line,
  p.name, m.thread_id, t.subject
FROM findings f LEFT JOIN messages m ON m.id = f.message_id LEFT JOIN people p ON p.id = m.sender_id
LEFT JOIN threads t ON t.id = m.thread_id WHERE f.kind = 'redaction' ORDER BY f.source_id, f.first_line, f.id
"""
_SIGNATURES = """
SELECT o.message_id, o.source_id, o.first_line, o.last_line, p.name, m.thread_id, t.subject, g.text
FROM occurrence_rows o JOIN signatures g ON g.id = o.signature_id JOIN messages m ON m.id = o.message_id
LEFT JOIN people p ON p.id = m.sender_id LEFT JOIN threads t ON t.id = m.thread_id
WHERE m.occurrence_count > 1 AND g.text <> '' ORDER BY o.message_id, o.source_id, o.first_line
"""
_SENDER = """
SELECT p.name, m.thread_id, t.subject FROM messages m LEFT JOIN people p ON p.id = m.sender_id LEFT JOIN threads t ON t.id = m.thread_id WHERE m.id = ?
"""
#: A telephone number: seven digits or more, with what parts them.
_NUMBER = re.compile(r"\(?\d(?:[ .()-]{0,3}\d){6,14}")
_PARTS_ONE = re.compile(r"[-.@_/]")
_LEFT_ALONE = re.compile(r":\s*$|[█■\[\]]|X{3}", re.MULTILINE)
_LETTERS = "SELECT source_id, text FROM documents WHERE kind IN ('decision-letter', 'legal-notice') ORDER BY source_id, first_line"


@dataclass(frozen=True, slots=True)
class Redaction:
    """One mask: `kind` is visible (a bar, a word in brackets), article (an article in place of the words, or in the margin), silent (an emptied
    label) or covered (words that a page of a PDF does not show).
    """

    id: int
    kind: str
    certainty: str
    rule: str
    text: str
    place: Place | None
    message_id: int | None
    document_id: int | None
    sender: str | None
    thread_id: int | None
    thread: str | None
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Ledger:
    """All redactions, and how many there are by kind, by the sender of the message, by thread and by article."""

    redactions: tuple[Redaction, ...]
    by_kind: Mapping[str, int]
    by_person: Mapping[str, int]
    by_thread: Mapping[str, int]
    by_article: Mapping[str, int]


def read_ledger(connection: sqlite3.Connection, words: Words, places: Places) -> Ledger:
    """Return every mask of an archive. The law of an article is the one that the decision letter of the same source speaks of."""
    laws, masks = (
        Laws(words),
        {kind: tuple(p.regex for role in roles for p in words.patterns(role)) for kind, roles in _MASKS.items()},
    )
    citations, letters = Citations(words), dict[int, str]()
    for source_id, text in connection.execute(_LETTERS):
        letters[source_id] = f"{letters.get(source_id, '')}\n{text}"
    by_source = {source_id: laws.law_of(text) for source_id, text in letters.items()}
    found = []
    for id_, certainty, rule, text, message_id, document_id, source_id, first, last, sender, thread_id, thread in connection.execute(
        _REDACTIONS
    ):
        law = by_source.get(source_id, "")
        kind = "silent" if rule in _SILENT else "article" if rule in _ARTICLES else "visible"
        place = places.at(source_id, first, last)
        same = Redaction(id_, kind, certainty, rule, text, place, message_id, document_id, sender, thread_id, thread, ())
        each = [same] if kind == "silent" or place is None else _each_of_line(same, places, masks[kind], citations)
        found += [replace(mask, articles=tuple(article for article, _ in laws.cited(mask.text, law))) for mask in each]
    found += _unprinted(connection, places)
    found += _beside(connection, words, places, laws, by_source)
    return Ledger(
        tuple(found),
        _counted(redaction.kind for redaction in found),
        _counted(redaction.sender for redaction in found if redaction.sender),
        _counted(redaction.thread for redaction in found if redaction.thread),
        _counted(article.number for redaction in found for article in redaction.articles),
    )


def _beside(connection: sqlite3.Connection, words: Words, places: Places, laws: Laws, by_source: Mapping[int, str]) -> Iterator[Redaction]:
    """Yield the masks that no mark in the text tells, with the message in which they stand."""
    for mask in find_beside(connection, words):
        sender, thread_id, thread = connection.execute(_SENDER, (mask.message_id,)).fetchone() or (None, None, None)
        cited = laws.cited(mask.text, by_source.get(mask.source_id, "")) if mask.kind == "article" else ()
        number = content_id("mask", mask.rule, str(mask.source_id), str(mask.line), mask.text)
        place = places.at(mask.source_id, mask.line)
        yield Redaction(
            number, mask.kind, mask.certainty, mask.rule, mask.text, place, mask.message_id, mask.document_id, sender, thread_id, thread,
            tuple(article for article, _ in cited),
        )  # fmt: skip


def _each_of_line(first: Redaction, places: Places, masks: Sequence[re.Pattern[str]], citations: Citations) -> list[Redaction]:
    """Return every mask of the line on which a finding tells the first; each further one has a number of its own."""
    if first.place is None:
        return [first]
    lines = places.lines(first.place.source_id, (first.place.first_line,))
    line = next((text for text in lines if first.text in text), "")
    spans = _joined(merged(match.span() for mask in masks for match in mask.finditer(line)), line)
    if len(spans) < 2:
        return [first]
    texts = [line[start:end] for start, end in spans]
    known = next((n for n, text in enumerate(texts) if first.text in text), 0)
    return [
        _other_of_line(first, n, text, is_cited=citations.is_cited(line[:start], text.lstrip())) if n != known else first
        for n, (text, (start, _)) in enumerate(zip(texts, spans, strict=True))
    ]


def _other_of_line(first: Redaction, place: int, text: str, *, is_cited: bool) -> Redaction:
    """Return a further mask of a line, as sure as the first; of articles each is so by itself."""
    number = content_id("mask", str(first.id), str(place))
    if first.kind != "article":
        return replace(first, id=number, text=text)
    certainty, rule = (POSSIBLE, _ARTICLES[1]) if is_cited else (CERTAIN, _ARTICLES[0])
    return replace(first, id=number, text=text, certainty=certainty, rule=rule)


def _joined(spans: Sequence[tuple[int, int]], line: str) -> list[tuple[int, int]]:
    """Return the places of masks, those parted by a hyphen, a point or an `@` alone as one: a number, an address."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and _PARTS_ONE.fullmatch(line, joined[-1][1], start):
            joined[-1] = joined[-1][0], end
        else:
            joined.append((start, end))
    return joined


def _unprinted(connection: sqlite3.Connection, places: Places) -> Iterator[Redaction]:
    """Yield each signature that lacks a number which another copy of the same message prints in its own: it may be masked, without a mark."""
    for message_id, rows in groupby(connection.execute(_SIGNATURES), key=lambda row: int(row[0])):
        copies = list(rows)
        numbers = {
            _digits(match.group()): line.strip() for *_, text in copies for line in text.split("\n") for match in _NUMBER.finditer(line)
        }
        for _, source_id, first, last, sender, thread_id, thread, text in copies:
            held = _digits(text)
            # A label left alone, or a mask in the signature, is told by itself.
            lacking = [line for number, line in numbers.items() if number not in held]
            if not lacking or len(lacking) < len(numbers) or _LEFT_ALONE.search(text):
                continue
            end = places.last_line_of(source_id, first, last, text)
            number = content_id("mask", str(message_id), str(source_id), str(end), lacking[0])
            place = places.at(source_id, end)
            yield Redaction(number, "silent", "possible", RULES[0], lacking[0], place, message_id, None, sender, thread_id, thread, ())


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items(), key=lambda item: (-item[1], item[0])))
