"""The frozen records that pass between the wings.

Imports nothing of ours but what makes a record. Lines are 1-based and inclusive; characters are 0-based offsets into a source's text, `last_char` inclusive.
`None` means "the document does not say"; `""` means a label with nothing after it. Times without a zone stay naive.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol, Self

from threadkit.frozen import record


class Phrase(str):
    """A text of ours in English that remembers the words it was made of, so that it can be told in another language.

    Everywhere else it is a plain string. A value may be a phrase itself. locale/phrases.fr.toml holds the French (a test checks that it
    holds every one).

    >>> Phrase("is larger than {limit}.", limit="512 MB")
    'is larger than 512 MB.'
    """

    __slots__ = ("template", "values")
    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, **values: object) -> Self:
        """Return the template with its places filled; without values it stays as it is, braces and all."""
        phrase = super().__new__(cls, template.format(**values) if values else template)
        phrase.template = template
        phrase.values = values
        return phrase

    def __deepcopy__(self, memo: object) -> Phrase:
        return self


class ThreadkitError(Exception):
    """Stop an import (or one source of it) and say why.

    `what` is one sentence; `where` names the file and, where known, the line; `hint` says what to do next. Each is a plain string or,
    where something is filled in, a `Phrase`: both can be told in the user's language. `member` names the part of a container that it
    concerns (a file in a zip, a mail in a mailbox), None where it concerns the file itself.
    """

    def __init__(self, what: str, *, where: str = "", hint: str = "", exit_code: int = 3, member: str | None = None) -> None:
        super().__init__(what)
        self.what = what if isinstance(what, Phrase) else Phrase(what)
        self.where = where
        self.hint = hint if isinstance(hint, Phrase) else Phrase(hint)
        self.exit_code = exit_code
        self.member = member

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        hint = f" {self.hint}" if self.hint else ""
        return f"{place}{self.what}{hint}"


def content_id(*parts: str) -> int:
    """Return a positive integer below 2**53 made from `parts` alone.

    53 bits survive JSON and JavaScript; with a million rows two rows meet once in some 20,000 archives, which the archive detects.

    >>> content_id("a", "b") == content_id("a", "b") != content_id("ab")
    True
    """
    joined = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(joined, digest_size=8).digest(), "big") >> 11


@record(frozen=True, slots=True)
class Span:
    """A run of whole lines of one source, both ends included."""

    first_line: int
    last_line: int


@record(frozen=True, slots=True)
class Defect:
    """Something that was worked around. `code` has a heading in docs/rules.md."""

    code: str
    span: Span
    detail: str = ""


@record(frozen=True, slots=True)
class Page:
    """The text of one page. `first_line` is the line of the source on which the page starts."""

    number: int
    label: str | None
    first_line: int
    text: str


@record(frozen=True, slots=True)
class Note:
    """Something that a file says of its text beside it, and where: no text of the source, never searched.

    `kind` is link (an address behind a text: `text` as shown, `value` the address), bookmark (an entry of the outline: `text`), scan (a
    page that is a picture without text, or, where `text` says why, that cannot be read), ocr (a page whose words were recognised: `value`
    names the program), columns (lines that may be two columns, read from left to right) or hidden (words that the page does not show:
    `text` says why, `value` how many characters and where on the page, never the words). `page` counts from 1.
    """

    kind: str
    page: int
    span: Span
    text: str = ""
    value: str = ""


@record(frozen=True, slots=True)
class Source:
    """One distinct file, decoded.

    `text` is the decoded text with CRLF and CR read as "\\n"; it equals "\\f".join(page.text for page in pages). A container (a zip) that
    has no text of its own has none here and no page; its members are sources of their own. `byte_count` is given where `content` does not
    hold the bytes because the members do. `is_attached`: it was given only as a file attached to mails.
    """

    name: str
    sha256: str
    media_type: str
    encoding: str
    content: bytes
    text: str
    pages: tuple[Page, ...]
    defects: tuple[Defect, ...] = ()
    container_sha256: str | None = None
    member: str | None = None
    notes: tuple[Note, ...] = ()
    byte_count: int | None = None
    is_attached: bool = False

    @property
    def id(self) -> int:
        """The source's id: made from its SHA-256."""
        return content_id("source", self.sha256)

    @property
    def line_count(self) -> int:
        """The number of lines; a last line without a newline counts."""
        return self.text.count("\n") + (0 if self.text.endswith("\n") or not self.text else 1)


@record(frozen=True, slots=True)
class Mailbox:
    """One mailbox as RFC 5322 means it, read from a printed list.

    `name` keeps the order printed ("Thibodeau, Gaston"), without unit: `unit` holds "SCP" of "Lavigne, Odile (SCP)".
    `email` is lower case.
    """

    text: str
    name: str | None
    email: str | None
    unit: str | None = None
    rule: str = ""


@record(frozen=True, slots=True)
class HeaderField:
    """One printed header field: its meaning, the label and the text as printed (unfolded), and where."""

    field: str
    label: str
    text: str
    span: Span


@record(frozen=True, slots=True)
class FieldMailbox:
    """One mailbox of one header field. `field` is from, on-behalf-of, to, cc, bcc or reply-to; `position` counts from 1 in it."""

    field: str
    position: int
    mailbox: Mailbox


@record(frozen=True, slots=True)
class DateReading:
    """A printed date and the value read from it.

    `value` is the wall time printed and no more (`2023-09-22`, `2023-09-22T10:33`, `2023-09-22T10:33:05`), None where unreadable.
    `precision` is day, minute or second. `offset_minutes` only where an offset is printed. `rule` names the form that read it.
    `conflict` says what contradicts the value inside the same text (a wrong weekday), else "".
    """

    text: str
    value: str | None
    precision: str | None
    offset_minutes: int | None
    rule: str
    conflict: str = ""


@record(frozen=True, slots=True)
class AttachedFile:
    """What a mail file holds of an attachment: the file itself, told by its bytes."""

    media_type: str
    byte_count: int
    sha256: str


@record(frozen=True, slots=True)
class AttachmentName:
    """One name in a message's attachment list: `filename` unfolded and without size, `text` as printed.

    `file` is what a mail file holds under that name; None where a name is all that is printed.
    """

    position: int
    filename: str
    text: str
    span: Span
    file: AttachedFile | None = None


def mail_id_number(rfc_message_id: str) -> int:
    """Return the number of an identifier that mail files give, as keys and the archive hold it."""
    return content_id("mail-id", rfc_message_id)


@record(frozen=True, slots=True)
class MailIds:
    """The identifiers in a mail file's header, without angle brackets: its own, that of the mail it answers, and those of the mails before it."""

    own: str | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]

    def by_role(self) -> Iterator[tuple[str, int, str]]:
        """Yield (role, position from 1, identifier) for each."""
        roles = {"message-id": (self.own,) if self.own else (), "in-reply-to": self.in_reply_to, "references": self.references}
        return ((role, position, each) for role, ids in roles.items() for position, each in enumerate(ids, 1))


@record(frozen=True, slots=True)
class Occurrence:
    """One place where a message stands.

    `id` and `within_id` come from the source's SHA-256 and the header's first line. `depth` 0 is not quoted. `span` runs from the first header
    line to the last line of its own words, signature and disclaimer (the quotations inside it included).
    `relation` is what the subject's prefixes say (reply, forward or None). `body_print` is a hash of the body's letters and digits ("" if
    it has none), `body_words` their count. `signature` is the text of its signature segments. `mail_ids` only where a mail file gives any.
    `doubt` is the rule by which its standing is doubtful.
    """

    id: int
    source_id: int
    ordinal: int
    standing: str
    depth: int
    within_id: int | None
    span: Span
    first_page: int
    layout: str
    kind: str
    fields: tuple[HeaderField, ...]
    mailboxes: tuple[FieldMailbox, ...]
    sent: DateReading | None
    subject: str | None
    subject_base: str | None
    relation: str | None
    attachments: tuple[AttachmentName, ...]
    body: str
    body_print: str
    body_words: int
    signature: str
    mail_ids: MailIds | None = None
    doubt: str | None = None


@record(frozen=True, slots=True)
class Segment:
    """One run of a source by what it is. `after_id` (document segments) is the released occurrence whose chain it follows."""

    position: int
    kind: str
    span: Span
    first_char: int
    last_char: int
    occurrence_id: int | None
    after_id: int | None
    rule: str


@record(frozen=True, slots=True)
class Mark:
    """Something in the text that a finding may be made of: a redaction, an attachment mentioned, a torn header.

    `kind` is redaction, attachment-mention, header-incomplete or quotation-end-unclear; `occurrence_id` is None inside a document.
    """

    kind: str
    span: Span
    occurrence_id: int | None
    text: str
    rule: str


@record(frozen=True, slots=True)
class Reading:
    """All that the parser read in one source. A pure function of the source and the parser's version."""

    source_id: int
    occurrences: tuple[Occurrence, ...]
    segments: tuple[Segment, ...]
    marks: tuple[Mark, ...]
    defects: tuple[Defect, ...]


@record(frozen=True, slots=True)
class DocumentPiece:
    """One document segment with its text. A document is one or more consecutive pieces of one run (same source, same `after_id`)."""

    source_id: int
    position: int
    span: Span
    after_id: int | None
    text: str
    rule: str


class OccurrenceKey:
    """What grouping needs to know of one occurrence, and no more: a compact row of the readings.

    `mail_ids` are the numbers (`mail_id_number`) of all identifiers in a mail file's header, its own and those that it refers to.
    """

    __slots__ = (
        "body_print", "body_words", "depth", "id", "mail_ids", "relation", "sender_email", "sender_name", "sent_at", "source_id",
        "standing", "subject_base", "within_id",
    )

    def __init__(
        self, id: int, source_id: int, standing: str, depth: int, within_id: int | None, sender_name: str | None,
        sender_email: str | None, sent_at: str | None, subject_base: str | None, relation: str | None, body_print: str, body_words: int,
        mail_ids: str | None = None,
    ) -> None:
        self.id = id
        self.source_id = source_id
        self.standing = standing
        self.depth = depth
        self.within_id = within_id
        self.sender_name = sender_name
        self.sender_email = sender_email
        self.sent_at = sent_at
        self.subject_base = subject_base
        self.relation = relation
        self.body_print = body_print
        self.body_words = body_words
        self.mail_ids = tuple(map(int, mail_ids.split(","))) if mail_ids else ()


@record(frozen=True, slots=True)
class MailboxUse:
    """One distinct printed mailbox (name, email, unit) over all readings, with the number of occurrences that print it as `role`."""

    name: str | None
    email: str | None
    unit: str | None
    role: str
    uses: int


@record(frozen=True, slots=True)
class SignatureUse:
    """One distinct signature text under one printed sender, with the number of occurrences that show it."""

    sender_name: str | None
    sender_email: str | None
    text: str
    uses: int


class Readings(Protocol):
    """What the resolve wing may ask of the readings. The archive answers from SQLite, tests from memory.

    Every iteration is in a fixed order that does not depend on the order of import.
    """

    def keys(self) -> Iterator[OccurrenceKey]:
        """Yield one key an occurrence, by (source SHA-256, ordinal)."""
        ...

    def keys_of_source(self, source_id: int) -> Iterator[OccurrenceKey]:
        """Yield the keys of the occurrences of one source, in order."""
        ...

    def nested(self, source_id: int) -> Iterable[tuple[int, int | None]]:
        """Yield (occurrence, the one that it is printed inside) for each occurrence of a source, in the order of the keys."""
        ...

    def occurrences(self, ids: Sequence[int]) -> list[Occurrence]:
        """Return full occurrences, in the order of `ids`."""
        ...

    def attachment_names(self, ids: Sequence[int]) -> list[tuple[int, AttachmentName]]:
        """Return (occurrence, name) for each attachment that occurrences print, in the order of `ids` and as printed."""
        ...

    def attached_sources(self) -> Iterable[tuple[int, int, AttachmentName]]:
        """Return (source, occurrence, name) where a mail file holds, as an attachment, the very bytes of a source; sorted."""
        ...

    def held_files(self) -> Iterable[tuple[str, str]]:
        """Return the distinct (filename, SHA-256) of the attached files whose bytes mail files hold, sorted."""
        ...

    def mailbox_uses(self) -> Iterable[MailboxUse]:
        """Return the distinct mailboxes, sorted."""
        ...

    def signature_uses(self) -> Iterable[SignatureUse]:
        """Return the distinct signatures, sorted."""
        ...

    def source_ids(self) -> Sequence[int]:
        """Return the sources that count (not superseded), by SHA-256."""
        ...

    def pieces(self, source_id: int) -> list[DocumentPiece]:
        """Return a source's document pieces in order."""
        ...

    def marks(self, source_id: int) -> list[Mark]:
        """Return a source's marks in order."""
        ...

    def printed_subjects(self, source_id: int) -> list[tuple[str, Span]]:
        """Return the subject and place of each message of a source that is not quoted, in order."""
        ...

    def prints(self, source_id: int) -> list[tuple[int, str, str | None]]:
        """Return (first line, standing, base subject) of each message of a source that is not quoted, in order."""
        ...

    def printed_segments(self, source_id: int) -> Iterator[tuple[str, int, str]]:
        """Yield (kind, first line, text) of each segment of a source, in order: the source's whole text."""
        ...


# ---------------------------------------------------------------- correspondence: what resolve concludes


@record(frozen=True, slots=True)
class Person:
    """One person, list or role mailbox. `names` are the printed forms, `emails` lower case; `rule` says what made them one."""

    id: int
    name: str
    sort_name: str
    kind: str
    names: tuple[str, ...]
    emails: tuple[str, ...]
    rule: str


@record(frozen=True, slots=True)
class Participant:
    """One mailbox of a message: the union over its occurrences. `position` counts from 1 in the role."""

    role: str
    position: int
    person_id: int | None
    name: str | None
    email: str | None
    text: str
    rule: str


@record(frozen=True, slots=True)
class MessageAttachment:
    """One name in a message's attachment list, and the distinct file that it names."""

    attachment_id: int
    position: int
    filename: str
    text: str
    rule: str
    file: AttachedFile | None = None


@record(frozen=True, slots=True)
class Link:
    """A parent considered for a message; `verdict` is chosen or refused; `rule` has a heading in docs/rules.md."""

    child_id: int
    parent_id: int
    relation: str
    rule: str
    confidence: float
    evidence: str
    verdict: str


@record(frozen=True, slots=True)
class Message:
    """One distinct message, with everything that ARCHIVE.md's `messages` row and its child tables hold.

    `searched`: the texts that it is found by, as full-text search wants them; none where nobody made them.
    """

    id: int
    occurrence_ids: tuple[int, ...]
    kind: str
    thread_id: int
    parent_id: int | None
    relation: str | None
    standing: str
    sender_id: int | None
    sent_at: str | None
    sent_precision: str | None
    sent_utc: str | None
    sent_text: str | None
    subject: str | None
    subject_base: str | None
    body: str
    body_occurrence_id: int
    participants: tuple[Participant, ...]
    attachments: tuple[MessageAttachment, ...]
    rule: str
    mail_ids: tuple[str, ...] = ()
    searched: tuple[str, ...] = ()


@record(frozen=True, slots=True)
class Thread:
    """One conversation."""

    id: int
    subject: str | None
    first_sent_at: str | None
    last_sent_at: str | None
    message_count: int
    person_count: int
    rule: str


@record(frozen=True, slots=True)
class Attachment:
    """One distinct attached file."""

    id: int
    filename: str
    extension: str
    rule: str


@record(frozen=True, slots=True)
class Document:
    """One run of text that is no message. `positions` are the segment positions that make it, furniture between them left out.

    `searched`: as a message's.
    """

    id: int
    source_id: int
    positions: tuple[int, ...]
    attachment_id: int | None
    kind: str
    title: str | None
    text: str
    span: Span
    confidence: float
    rule: str
    searched: tuple[str, ...] = ()


@record(frozen=True, slots=True)
class Finding:
    """Something a reader of the release should know. `certainty` is certain or possible; `rule` has a heading in docs/rules.md."""

    id: int
    kind: str
    certainty: str
    message_id: int | None
    attachment_id: int | None
    document_id: int | None
    person_id: int | None
    source_id: int | None
    span: Span | None
    detail: str
    rule: str


@record(frozen=True, slots=True)
class KeptDocument:
    """A document as its own source alone tells it, before other sources are asked; kept for the next import.

    `names` are the keys of the files that it may be where it is bound to none. Where it is bound: the occurrence and name that it is bound
    to, the file that these mean (None where a text told by its title has the name), and which of several texts of that name it is.
    """

    id: int
    source_id: int
    span: Span
    kind: str
    rule: str
    confidence: float
    title: str | None
    names: tuple[str, ...]
    occurrence_id: int | None = None
    filename: str | None = None
    filename_key: str | None = None
    attachment_id: int | None = None
    variant: str | None = None


@record(frozen=True, slots=True)
class Conversation:
    """One component of the correspondence: messages that may concern each other, their threads, links and findings."""

    messages: tuple[Message, ...]
    threads: tuple[Thread, ...]
    links: tuple[Link, ...]
    findings: tuple[Finding, ...]
