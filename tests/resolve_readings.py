"""Readings in memory, and small occurrences to make them of: what the tests of the resolve wing ask questions about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from threadkit.records import (
    AttachmentName,
    Conversation,
    DateReading,
    Document,
    DocumentPiece,
    FieldMailbox,
    Finding,
    HeaderField,
    Link,
    Mailbox,
    MailboxUse,
    Mark,
    Message,
    Occurrence,
    OccurrenceKey,
    Reading,
    SignatureUse,
    Source,
    Span,
    Thread,
    content_id,
    mail_id_number,
)
from threadkit.resolve import Resolution, resolve
from threadkit.words import load_words

PREFIXES = {"RE: ": "reply", "TR: ": "forward"}


class MemoryReadings:
    """The readings of some sources, held in memory; answers in the order of the source ids, whatever the order given."""

    def __init__(
        self,
        occurrences: Iterable[Occurrence],
        pieces: Iterable[DocumentPiece] = (),
        marks: Iterable[tuple[int, Mark]] = (),
        segments: Iterable[tuple[int, str, int, str]] = (),
    ) -> None:
        self._segments = list(segments)
        self._occurrences = sorted(occurrences, key=lambda o: (o.source_id, o.ordinal))
        self._by_id = {o.id: o for o in self._occurrences}
        self._pieces = sorted(pieces, key=lambda p: (p.source_id, p.position))
        self._marks = sorted(marks, key=lambda m: (m[0], m[1].span.first_line, m[1].kind, m[1].text))

    @classmethod
    def of(cls, sources: Sequence[Source], readings: Sequence[Reading]) -> MemoryReadings:
        """Return the readings of parsed sources."""
        pieces = [
            DocumentPiece(
                source.id,
                s.position,
                s.span,
                s.after_id,
                source.text[s.first_char : s.last_char + 1].replace("\f", "\n").removesuffix("\n"),
                s.rule,
            )
            for source, reading in zip(sources, readings, strict=True)
            for s in reading.segments
            if s.kind == "document"
        ]
        marks = [(r.source_id, m) for r in readings for m in r.marks]
        segments = [
            (source.id, s.kind, s.span.first_line, source.text[s.first_char : s.last_char + 1])
            for source, reading in zip(sources, readings, strict=True)
            for s in reading.segments
        ]
        return cls([o for r in readings for o in r.occurrences], pieces, marks, segments)

    def keys(self) -> Iterator[OccurrenceKey]:
        for o in self._occurrences:
            sender = next((m.mailbox for m in o.mailboxes if m.field == "from"), None)
            yield OccurrenceKey(
                o.id,
                o.source_id,
                o.standing,
                o.depth,
                o.within_id,
                sender.name if sender else None,
                sender.email if sender else None,
                o.sent.value if o.sent else None,
                o.subject_base,
                o.relation,
                o.body_print,
                o.body_words,
                ",".join(str(mail_id_number(text)) for _, _, text in o.mail_ids.by_role()) if o.mail_ids is not None else None,
            )

    def keys_of_source(self, source_id: int) -> Iterator[OccurrenceKey]:
        return (key for key in self.keys() if key.source_id == source_id)

    def nested(self, source_id: int) -> list[tuple[int, int | None]]:
        return [(o.id, o.within_id) for o in self._occurrences if o.source_id == source_id]

    def occurrences(self, ids: Sequence[int]) -> list[Occurrence]:
        return [self._by_id[i] for i in ids]

    def attachment_names(self, ids: Sequence[int]) -> list[tuple[int, AttachmentName]]:
        return [(i, name) for i in ids for name in self._by_id[i].attachments]

    def attached_sources(self) -> list[tuple[int, int, AttachmentName]]:
        named = [(content_id("source", a.file.sha256), o.id, a) for o in self._occurrences for a in o.attachments if a.file is not None]
        return sorted((each for each in named if each[0] in self.source_ids()), key=lambda each: (*each[:2], each[2].position))

    def held_files(self) -> list[tuple[str, str]]:
        held = {(a.filename, a.file.sha256) for o in self._occurrences for a in o.attachments if a.file is not None and a.file.byte_count}
        return sorted(held)

    def mailbox_uses(self) -> list[MailboxUse]:
        uses = Counter((m.mailbox.name, m.mailbox.email, m.mailbox.unit, m.field) for o in self._occurrences for m in o.mailboxes)
        return [MailboxUse(*key, count) for key, count in sorted(uses.items(), key=lambda item: tuple(x or "" for x in item[0]))]

    def signature_uses(self) -> list[SignatureUse]:
        uses: Counter[tuple[str | None, str | None, str]] = Counter()
        for o in self._occurrences:
            sender = next((m.mailbox for m in o.mailboxes if m.field == "from"), None)
            if o.signature:
                uses[sender.name if sender else None, sender.email if sender else None, o.signature] += 1
        return [SignatureUse(*key, count) for key, count in sorted(uses.items(), key=lambda item: tuple(x or "" for x in item[0]))]

    def source_ids(self) -> list[int]:
        found = {o.source_id for o in self._occurrences} | {p.source_id for p in self._pieces} | {s for s, _ in self._marks}
        return sorted(found)

    def pieces(self, source_id: int) -> list[DocumentPiece]:
        return [p for p in self._pieces if p.source_id == source_id]

    def marks(self, source_id: int) -> list[Mark]:
        return [m for s, m in self._marks if s == source_id]

    def prints(self, source_id: int) -> list[tuple[int, str, str | None]]:
        return [
            (o.span.first_line, o.standing, o.subject_base)
            for o in self._occurrences
            if o.source_id == source_id and o.standing != "quoted"
        ]

    def printed_segments(self, source_id: int) -> Iterator[tuple[str, int, str]]:
        return ((kind, first, text) for id_, kind, first, text in self._segments if id_ == source_id)

    def printed_subjects(self, source_id: int) -> list[tuple[str, Span]]:
        return [
            (o.subject, o.span) for o in self._occurrences if o.source_id == source_id and o.standing != "quoted" and o.subject is not None
        ]


@dataclass(frozen=True)
class Concluded:
    """A resolution, gone through once."""

    resolution: Resolution
    conversations: tuple[Conversation, ...]
    documents: tuple[Document, ...]
    findings: tuple[Finding, ...]

    @property
    def messages(self) -> list[Message]:
        found = [m for c in self.conversations for m in c.messages]
        return sorted(found, key=lambda m: (m.sent_at or "~", m.id))

    @property
    def threads(self) -> list[Thread]:
        return [t for c in self.conversations for t in c.threads]

    @property
    def links(self) -> list[Link]:
        return [link for c in self.conversations for link in c.links]

    def kinds(self) -> list[str]:
        """The kinds of all findings but only-quoted, sorted."""
        return sorted(f.kind for f in self.findings if f.kind != "only-quoted")

    def parents(self) -> dict[str, str | None]:
        """Subject and minute of each message -> those of its parent."""
        names = {m.id: f"{(m.sent_at or '')[5:16]} {m.subject}" for m in self.messages}
        return {names[m.id]: names[m.parent_id] if m.parent_id else None for m in self.messages}


def conclude(readings: MemoryReadings, timezone: str | None = None) -> Concluded:
    """Resolve and go through everything once."""
    resolution = resolve(readings, load_words(), timezone)
    conversations = tuple(resolution.conversations())
    documents = tuple(resolution.documents())
    findings = (*(f for c in conversations for f in c.findings), *resolution.findings())
    return Concluded(resolution, conversations, documents, findings)


@cache
def mailbox(text: str) -> Mailbox:
    """Read `Nom, Prénom (UNITÉ) <a@b>` as the parser would."""
    match = re.fullmatch(r"\s*(.*?)\s*(?:\(([^()]+)\))?\s*(?:<([^<>]+)>)?\s*", text)
    assert match is not None
    name, unit, email = match.groups()
    if "@" in name and not email:
        name, email = None, name
    return Mailbox(text.strip(), name or None, email.lower() if email else None, unit)


def occurrence(
    sender: str,
    sent: str | None,
    subject: str | None,
    body: str = "",
    *,
    to: str = "",
    cc: str = "",
    at: int = 1,
    source: str = "a",
    within: Occurrence | None = None,
    attachments: Sequence[str] = (),
    signature: str = "",
    kind: str = "message",
    standing: str = "",
    layout: str = "outlook-print",
    conflict: str = "",
    emptied: bool = False,
) -> Occurrence:
    """Make one occurrence; `at` is its first line, `within` the occurrence that quotes it; `emptied`: nothing stands after `À :`."""
    source_id = content_id("source", source)
    prefix = next((p for p in PREFIXES if subject and subject.startswith(p)), "")
    lists = {"from": sender, "to": to, "cc": cc}
    mailboxes = [FieldMailbox(f, i, mailbox(t)) for f, text in lists.items() for i, t in enumerate(filter(None, text.split(";")), 1)]
    fields = [HeaderField(f, f, text, Span(at, at)) for f, text in lists.items() if text]
    if emptied:
        fields.append(HeaderField("to", "À", "", Span(at, at)))
    precision = {10: "day", 16: "minute", 19: "second"}.get(len(sent or ""))
    letters = load_words().folding.letters(body)
    return Occurrence(
        id=content_id("occurrence", source, str(at)),
        source_id=source_id,
        ordinal=at,
        standing=standing or ("quoted" if within else "released"),
        depth=within.depth + 1 if within else 0,
        within_id=within.id if within else None,
        span=Span(at, at + 5),
        first_page=1,
        layout=layout,
        kind=kind,
        fields=tuple(fields),
        mailboxes=tuple(mailboxes),
        sent=DateReading(sent, sent, precision, None, "test", conflict) if sent else None,
        subject=subject,
        subject_base=subject.removeprefix(prefix) if subject is not None else None,
        relation=PREFIXES.get(prefix),
        attachments=tuple(AttachmentName(i, f, f, Span(at + 1, at + 1)) for i, f in enumerate(attachments, 1)),
        body=body,
        body_print=str(content_id(letters)) if letters else "",
        body_words=len(body.split()),
        signature=signature,
    )


def piece(text: str, *, after: Occurrence | None, at: int, source: str = "a", rule: str = "document-title") -> DocumentPiece:
    """Make one document piece that follows a message."""
    return DocumentPiece(content_id("source", source), at, Span(at, at + text.count("\n")), after.id if after else None, text, rule)


def copy(of: Occurrence, *, source: str, **changed: object) -> Occurrence:
    """Make a copy of an occurrence in another source, with some fields changed."""
    moved = replace(of, id=content_id("occurrence", source, str(of.ordinal)), source_id=content_id("source", source), within_id=None)
    return replace(moved, **changed)  # type: ignore[arg-type]
