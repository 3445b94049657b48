"""Compare two archives: messages, words, attachments and documents that one release has and the other has not, or masks."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from zlib import crc32

from threadkit.resolve.aligning import MASK, Aligner
from threadkit.words import Words

__all__ = [
    "RULES", "Comparison", "Difference", "DocumentRow", "MessageRow", "Pair", "Side", "compare_archives", "compare_sides", "read_side",
]  # fmt: skip

#: What makes a message of one archive the same as one of the other; each has a heading in docs/rules.md.
RULES = ("same-id", "same-time-and-words", "same-sender-and-words", "like-words")

#: Two bodies are of one message where this share of the shorter one's words, masks apart, stands in the other in order.
_ALIKE = 0.7
_FEWEST_WORDS = 4
_RUN, _SKETCH = 3, 12

_MESSAGES = """
SELECT m.id, m.sent_at, p.name, m.subject, m.subject_base, m.standing, m.body,
  (SELECT group_concat(text, '; ') FROM (SELECT x.text FROM participants x WHERE x.message_id = m.id AND x.role = 'from' ORDER BY x.position)),
  (SELECT group_concat(text, '; ') FROM (SELECT x.text FROM participants x WHERE x.message_id = m.id AND x.role = 'to' ORDER BY x.position)),
  (SELECT group_concat(text, '; ') FROM (SELECT x.text FROM participants x WHERE x.message_id = m.id AND x.role = 'cc' ORDER BY x.position)),
  (SELECT g.text FROM signatures g WHERE g.id = o.signature_id),
  (SELECT min(n.name) FROM source_names n WHERE n.source_id = o.source_id), o.first_page, o.first_line
FROM messages m LEFT JOIN people p ON p.id = m.sender_id LEFT JOIN occurrence_rows o ON o.id = m.occurrence_id ORDER BY m.id
"""
_ATTACHMENTS = """
SELECT a.id, a.filename, EXISTS (SELECT 1 FROM documents d WHERE d.attachment_id = a.id) FROM attachments a ORDER BY a.filename, a.id
"""
_DOCUMENTS = """
SELECT d.id, d.kind, d.title, a.filename, d.text, (SELECT min(n.name) FROM source_names n WHERE n.source_id = d.source_id), d.first_line
FROM documents d LEFT JOIN attachments a ON a.id = d.attachment_id ORDER BY d.id
"""


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message of one of the archives, with the place where it stands most fully."""

    id: int
    sent_at: str | None
    sender: str | None
    subject: str | None
    subject_base: str | None
    standing: str
    body: str
    from_text: str
    to_text: str
    cc_text: str
    signature: str
    source: str | None
    page: int | None
    line: int | None


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One document of one of the archives; `filename` is that of the attachment whose text it is, if any."""

    id: int
    kind: str
    title: str | None
    filename: str | None
    text: str
    source: str | None
    line: int | None


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing said otherwise: `field` is sender, recipients, copies, subject, date, standing, body, signature or text; `kind` as `aligning.Change`."""

    field: str
    kind: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Pair:
    """One message or document that both archives hold, and how they differ; `rule` says what made it one."""

    old: MessageRow | DocumentRow
    new: MessageRow | DocumentRow
    rule: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two archives have in common and what not. `same` counts the messages that say the same in both."""

    same: int
    added: tuple[MessageRow, ...]
    gone: tuple[MessageRow, ...]
    changed: tuple[Pair, ...]
    attachments_added: tuple[str, ...]
    attachments_gone: tuple[str, ...]
    texts_added: tuple[str, ...]
    texts_gone: tuple[str, ...]
    documents_added: tuple[DocumentRow, ...]
    documents_gone: tuple[DocumentRow, ...]
    documents_changed: tuple[Pair, ...]

    @property
    def is_empty(self) -> bool:
        """Tell whether the two say the same."""
        return not any(
            (
                self.added, self.gone, self.changed, self.attachments_added, self.attachments_gone, self.texts_added, self.texts_gone,
                self.documents_added, self.documents_gone, self.documents_changed,
            )
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Side:
    """All that is compared of one archive; `attachments`: number -> its filename, and whether its text is there."""

    messages: tuple[MessageRow, ...]
    attachments: Mapping[int, tuple[str, bool]]
    documents: tuple[DocumentRow, ...]


def read_side(connection: sqlite3.Connection) -> Side:
    """Return all that is compared of one archive."""
    return Side(tuple(_messages(connection)), _attachments(connection), tuple(_documents(connection)))


def compare_archives(old: sqlite3.Connection, new: sqlite3.Connection, words: Words) -> Comparison:
    """Return what changed from one archive to the other."""
    return compare_sides(read_side(old), read_side(new), words)


def compare_sides(old: Side, new: Side, words: Words) -> Comparison:
    """Return what changed from one side to the other.

    A message is the same by its id, else by its time, sender and words, where one candidate alone remains: a copy whose sender or subject
    is masked has another id. Pages, wrapping and sources make no difference.
    """
    aligner = Aligner(words)
    differ = _Differ(aligner)
    pairs, gone, added = _match_messages(old.messages, new.messages, aligner)
    changed = [Pair(a, b, rule, found) for a, b, rule in pairs if (found := differ.message(a, b))]
    files_old, files_new = old.attachments, new.attachments
    documents, documents_gone, documents_added = _match_documents(old.documents, new.documents, aligner)
    documents_changed = [Pair(a, b, rule, found) for a, b, rule in documents if (found := differ.document(a, b))]
    both = files_old.keys() & files_new.keys()
    return Comparison(
        len(pairs) - len(changed),
        tuple(sorted(added, key=_by_time)),
        tuple(sorted(gone, key=_by_time)),
        tuple(sorted(changed, key=lambda pair: _by_time(pair.new))),
        tuple(files_new[key][0] for key in sorted(files_new.keys() - files_old.keys())),
        tuple(files_old[key][0] for key in sorted(files_old.keys() - files_new.keys())),
        tuple(files_new[key][0] for key in sorted(both) if files_new[key][1] > files_old[key][1]),
        tuple(files_new[key][0] for key in sorted(both) if files_new[key][1] < files_old[key][1]),
        tuple(documents_added),
        tuple(documents_gone),
        tuple(documents_changed),
    )


def _messages(connection: sqlite3.Connection) -> Iterator[MessageRow]:
    for row in connection.execute(_MESSAGES):
        yield MessageRow(*row[:7], *(text or "" for text in row[7:11]), *row[11:])


def _documents(connection: sqlite3.Connection) -> Iterator[DocumentRow]:
    return (DocumentRow(*row) for row in connection.execute(_DOCUMENTS))


def _attachments(connection: sqlite3.Connection) -> dict[int, tuple[str, bool]]:
    return {id_: (filename, bool(has_text)) for id_, filename, has_text in connection.execute(_ATTACHMENTS)}


def _by_time(row: MessageRow | DocumentRow) -> tuple[bool, str, int]:
    when = row.sent_at if isinstance(row, MessageRow) else None
    return when is None, when or "", row.id


def _match_messages(
    old: Iterable[MessageRow], new: Iterable[MessageRow], aligner: Aligner
) -> tuple[list[tuple[MessageRow, MessageRow, str]], list[MessageRow], list[MessageRow]]:
    """Return the pairs with their rule, and what is left on either side."""
    left = {row.id: row for row in old}
    pairs, right = [], {}
    for row in new:
        if row.id in left:
            pairs.append((left.pop(row.id), row, "same-id"))
        else:
            right[row.id] = row
    for rule, keys in _RULES:
        for a, b in _only_fits(left.values(), right.values(), keys, aligner):
            pairs.append((left.pop(a.id), right.pop(b.id), rule))
    return pairs, list(left.values()), list(right.values())


class _Read(NamedTuple):
    """A message with its folded words."""

    row: MessageRow
    words: tuple[str, ...]


def _minute(read: _Read) -> Iterable[object]:
    return (read.row.sent_at[:16],) if read.row.sent_at else ()


def _sender(read: _Read) -> Iterable[object]:
    return (read.row.sender,) if read.row.sender else ()


def _sketch(read: _Read) -> Iterable[object]:
    """Return the lowest hashes of the runs of words without mask: two texts that share most of their words share one of these."""
    runs = (read.words[i : i + _RUN] for i in range(len(read.words) - _RUN + 1))
    return sorted({crc32(" ".join(run).encode("utf-8", "surrogatepass")) for run in runs if MASK not in run})[:_SKETCH]


_RULES = (("same-time-and-words", _minute), ("same-sender-and-words", _sender), ("like-words", _sketch))


def _only_fits(
    old: Iterable[MessageRow], new: Iterable[MessageRow], keys: Callable[[_Read], Iterable[object]], aligner: Aligner
) -> list[tuple[MessageRow, MessageRow]]:
    """Return the pairs that share a key and have like words, of which each fits no other one."""
    groups: dict[object, list[_Read]] = defaultdict(list)
    for row in new:
        read = _Read(row, aligner.words(row.body))
        for key in keys(read):
            groups[key].append(read)
    fits = []
    for row in old:
        read = _Read(row, aligner.words(row.body))
        near = {other.row.id: other for key in keys(read) for other in groups.get(key, ())}
        fits += [(row, other.row) for other in near.values() if _agree(row, other.row) and _alike(read.words, other.words)]
    once_old, once_new = _once(a.id for a, _ in fits), _once(b.id for _, b in fits)
    return [(a, b) for a, b in fits if a.id in once_old and b.id in once_new]


def _once(ids: Iterable[int]) -> set[int]:
    seen: set[int] = set()
    again: set[int] = set()
    for id_ in ids:
        (again if id_ in seen else seen).add(id_)
    return seen - again


def _agree(a: MessageRow, b: MessageRow) -> bool:
    """Tell whether nothing printed in both says that they are two messages: two times or two senders do."""
    if a.sent_at and b.sent_at and a.sent_at[:16] != b.sent_at[:16]:
        return False
    return not (a.sender and b.sender and a.sender != b.sender)


def _alike(a: Sequence[str], b: Sequence[str]) -> bool:
    """Tell whether most words of the shorter list stand in the longer one too; masks count for nothing."""
    short, long = sorted(([w for w in a if w != MASK], [w for w in b if w != MASK]), key=len)
    if len(short) < _FEWEST_WORDS:
        return short == long
    held = _counted(long)
    shared = 0
    for word in short:
        if held.get(word, 0):
            held[word] -= 1
            shared += 1
    return shared / len(short) >= _ALIKE and (shared / len(long) >= _ALIKE or MASK in a or MASK in b)


def _counted(words: Iterable[str]) -> dict[str, int]:
    counted: dict[str, int] = {}
    for word in words:
        counted[word] = counted.get(word, 0) + 1
    return counted


def _match_documents(
    old: Iterable[DocumentRow], new: Iterable[DocumentRow], aligner: Aligner
) -> tuple[list[tuple[DocumentRow, DocumentRow, str]], list[DocumentRow], list[DocumentRow]]:
    """Return the documents of one attachment, or of like words, that both archives hold, and what is left."""
    left, right = list(old), list(new)
    bodies = {id(row): aligner.words(row.text) for row in (*left, *right)}
    pairs = []
    for row in tuple(left):
        fits = [b for b in right if b.kind == row.kind and b.filename == row.filename and _alike(bodies[id(row)], bodies[id(b)])]
        if len(fits) > 1:
            fits = [b for b in fits if bodies[id(b)] == bodies[id(row)]][:1]
        if len(fits) == 1:
            pairs.append((row, fits[0], "like-words"))
            left.remove(row)
            right.remove(fits[0])
    return pairs, left, right


class _Differ:
    """Says how two copies of one message or document differ."""

    def __init__(self, aligner: Aligner) -> None:
        self._aligner = aligner

    def message(self, a: MessageRow, b: MessageRow) -> tuple[Difference, ...]:
        """Return the fields and words in which two copies differ."""
        texts: Mapping[str, tuple[str | None, str | None]] = {
            "sender": (a.from_text, b.from_text),
            "recipients": (a.to_text, b.to_text),
            "copies": (a.cc_text, b.cc_text),
            "subject": (a.subject, b.subject),
            "body": (a.body, b.body),
            "signature": (a.signature, b.signature) if a.signature and b.signature else ("", ""),
        }
        found = [difference for field, (x, y) in texts.items() for difference in self._words(field, x or "", y or "")]
        if a.sent_at != b.sent_at:
            found.append(_said("date", a.sent_at, b.sent_at))
        if a.standing != b.standing:
            found.append(Difference("standing", "changed", a.standing, b.standing))
        return tuple(found)

    def document(self, a: DocumentRow, b: DocumentRow) -> tuple[Difference, ...]:
        """Return the words in which two copies of a document differ."""
        return tuple(self._words("text", a.text, b.text))

    def _words(self, field: str, old: str, new: str) -> Iterator[Difference]:
        if old != new:
            for change in self._aligner.changes(old, new):
                yield Difference(field, change.kind, change.old, change.new)


def _said(field: str, old: str | None, new: str | None) -> Difference:
    return Difference(field, "changed" if old and new else "added" if new else "gone", old or "", new or "")
