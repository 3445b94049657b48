"""Read the values of a header block: mailboxes, date, subject, attachment names."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache, lru_cache

from threadkit.frozen import record
from threadkit.parse.header_block import HeaderBlock, RawField
from threadkit.parse.judge import JudgedBlock
from threadkit.parse.known_lines import finder
from threadkit.parse.lines import span
from threadkit.parse.mailboxes import is_mask, read_mailbox, read_mailboxes, separates_by_commas, split_originator, without_masked_address
from threadkit.parse.subjects import SubjectReader
from threadkit.read.mail_values import Doubts, decode_words, one_line
from threadkit.records import AttachmentName, DateReading, FieldMailbox, HeaderField, Mailbox, Span
from threadkit.words import Words

_RECIPIENT_FIELDS = ("to", "cc", "bcc", "reply-to")
_LONGEST_SIZE = 24
_BLANKS = re.compile(r"\s+")
#: As many blanks as stand before a mark at the margin.
_GAP = " " * 8
#: How an encoded word begins.
_ENCODED = "=?"
_UNLABELLED = frozenset({"unlabelled", "lotus"})


@record(frozen=True, slots=True)
class Header:
    """A judged block with its values read."""

    block: HeaderBlock
    judged: JudgedBlock
    fields: tuple[HeaderField, ...]
    mailboxes: tuple[FieldMailbox, ...]
    sent: DateReading | None
    subject: str | None
    subject_base: str | None
    relation: str | None
    kind: str
    attachments: tuple[AttachmentName, ...]

    @property
    def is_intro(self) -> bool:
        """Say whether a sentence introduces the message, and no block of labels."""
        return self.judged.verdict == "intro"

    def mailbox(self, field: str) -> Mailbox | None:
        """Return the first mailbox of a field, or None."""
        for item in self.mailboxes:
            if item.field == field:
                return item.mailbox
        return None


@lru_cache(maxsize=16384)
def _of_field(field: str, text: str, commas: bool) -> tuple[FieldMailbox, ...]:
    """Return the mailboxes of one field's text with their positions."""
    return tuple(FieldMailbox(field, i, without_masked_address(mailbox)) for i, mailbox in enumerate(read_mailboxes(text, commas), 1))


@lru_cache(maxsize=16384)
def _originator(field: str, text: str) -> FieldMailbox:
    return FieldMailbox(field, 1, without_masked_address(read_mailbox(text.strip(" ;"))))


@cache
def _kinds(words: Words) -> tuple[tuple[Callable[[str], re.Match[str] | None], str], ...]:
    """Return what finds each kind of message in a subject, and the kind."""
    return tuple((finder(pattern.regex), pattern.value) for pattern in words.patterns("message-kind"))


@lru_cache(maxsize=16384)
def kind_of_subject(words: Words, subject: str) -> str | None:
    """Return the kind of message that a subject alone tells ("Accepté : ..."), or None."""
    return next((kind for find, kind in _kinds(words) if find(subject)), None)


@cache
def _regexes(words: Words, role: str) -> tuple[re.Pattern[str], ...]:
    return tuple(pattern.regex for pattern in words.patterns(role))


@cache
def _comma_layouts(words: Words) -> frozenset[str]:
    """Return the layouts that separate recipients by commas."""
    return _UNLABELLED | {item.name for item in words.layouts if item.separator == ","}


def decoded(text: str) -> str:
    """Return a text with its encoded words (`=?utf-8?Q?Gis=C3=A8le?=`) decoded, as a mail file's are; what cannot be decoded stays as printed.

    >>> decoded("=?utf-8?Q?Gis=C3=A8le_Lagac=C3=A9?=")
    'Gisèle Lagacé'
    """
    return one_line(decode_words(text, Doubts()))


def _with_decoded_name(item: FieldMailbox) -> FieldMailbox:
    """Return a mailbox whose name is decoded; its text stays as printed."""
    name = item.mailbox.name
    return replace(item, mailbox=replace(item.mailbox, name=decoded(name).strip(" \"'") or None)) if name and _ENCODED in name else item


def _kept(mark: re.Match[str]) -> str:
    """Return what stays of a mark: its group, which stands before it."""
    return f"{next(filter(None, mark.groups()), '')} "


def _are_several(author: str) -> bool:
    """Say whether more than one author is printed, and each is somebody: `(b)(6); (b)(7)(C)` is one mask with two reasons."""
    boxes = read_mailboxes(author) if ";" in author else ()
    return len(boxes) > 1 and not any(is_mask(box.text) for box in boxes)


class HeaderReader:
    """Reads header blocks by the word files."""

    def __init__(self, words: Words, subjects: SubjectReader) -> None:
        self._words = words
        self._subjects = subjects
        self._file_names = _regexes(words, "filename")
        self._sizes = _regexes(words, "file-size")
        self._bare_size = words.any_of("bare-size")
        self._comma_layouts = _comma_layouts(words)
        self._drafts = words.any_of("draft-category")
        self._margins = words.any_of("margin-mark")
        self._name_marks = words.any_of("name-mark")

    def read(self, judged: JudgedBlock) -> Header:
        """Return the header with every value beside its printed text."""
        block = judged.block
        subject = self._subject(block.text("subject"))
        reading = self._subjects.read(subject) if subject is not None else None
        return Header(
            block=block,
            judged=judged,
            fields=tuple([HeaderField(item[0], item[1], item[2], Span(item[3] + 1, item[4] + 1)) for item in block.fields]),
            mailboxes=tuple(self._mailboxes(block, judged.layout)),
            sent=judged.sent,
            subject=subject,
            subject_base=reading.base if reading else None,
            relation=reading.relation if reading else None,
            kind="draft" if judged.rule == "header-draft" else self._kind(subject, block),
            attachments=self._attachments(block.get("attachments")),
        )

    def _subject(self, text: str | None) -> str | None:
        """Return a subject without marks of the margin, and its encoded words decoded; where marks stood among blanks, those of what was masked go too."""
        text = decoded(text) if text is not None and _ENCODED in text else text
        if text is None or (_GAP not in text and "B" not in text):
            return text
        unmarked = self._unmarked(text)
        return text if unmarked == text else _BLANKS.sub(" ", unmarked)

    def _mailboxes(self, block: HeaderBlock, layout: str) -> list[FieldMailbox]:
        found = self._originators(block)
        lists = [(name, self._names_alone(text)) for name in _RECIPIENT_FIELDS if name in block.names and (text := block.texts(name))]
        texts = [text for _, text in lists]
        commas = separates_by_commas(texts) or (layout in self._comma_layouts and not any(";" in text for text in texts))
        for name, text in lists:
            found.extend(_of_field(name, text, commas))
        return [_with_decoded_name(item) if _ENCODED in item.mailbox.text else item for item in found]

    def _originators(self, block: HeaderBlock) -> list[FieldMailbox]:
        author, behalf = self._names_alone(block.texts("from") or "").strip(" ;"), block.text("on-behalf-of")
        found: list[FieldMailbox] = []
        if author:
            author, printed = split_originator(author, self._words)
            behalf = behalf or printed
            found.extend(_of_field("from", author, commas=False) if _are_several(author) else [_originator("from", author)])
        if behalf:
            found.append(_originator("on-behalf-of", behalf))
        return found

    def _unmarked(self, text: str) -> str:
        """Return a text without what a release prints at the right margin beside what it masks: `Roy, Paul           B6`."""
        return self._margins.sub(_kept, text).strip() if _GAP in text or "B" in text else text

    def _names_alone(self, text: str) -> str:
        """Return a list without what stands between names in their place or behind them: marks of the margin, exemptions, `[E]`."""
        if "(" in text or "[" in text:
            text = self._name_marks.sub(_kept, text)
        return self._unmarked(text)

    def _kind(self, subject: str | None, block: HeaderBlock) -> str:
        said = kind_of_subject(self._words, subject) if subject else None
        if said is not None:
            return said
        if block.names & {"when", "start"}:
            return "meeting-request"
        return "draft" if "categories" in block.names and self._drafts.search(block.text("categories") or "") else "message"

    def _attachments(self, field: RawField | None) -> tuple[AttachmentName, ...]:
        if field is None or not field.text:
            return ()
        where = span(field.first, field.last)
        return tuple(
            AttachmentName(position, self._without_size(text), text, where) for position, text in enumerate(self._names(field.text), 1)
        )

    def _names(self, text: str) -> list[str]:
        """Split an attachment list at semicolons, and inside a part where one file name ends and another begins."""
        names: list[str] = []
        for part in text.split(";"):
            if part.strip():
                names.extend(self._names_of_part(part.strip()))
        return names

    def _names_of_part(self, part: str) -> list[str]:
        ends = [found.end() for regex in self._file_names for found in regex.finditer(part) if part[found.end() : found.end() + 1] in ("", " ", ",", "(", "[")]
        names, start = [], 0
        for end in ends:
            stop = end + self._size_length(part[end : end + _LONGEST_SIZE])
            names.append(part[start:stop].strip(" ,"))
            start = stop
        rest = part[start:].strip(" ,")
        if rest:
            names.append(rest)
        return [name for name in names if name]

    def _size_length(self, text: str) -> int:
        """Return the length of the size (` (45 Ko)`) with which `text` begins, or 0."""
        bare = self._bare_size.match(text)
        if bare is not None:
            return len(bare.group(0).rstrip())
        closing = next((place for place, char in enumerate(text) if char in ")]"), -1)
        printed = text[: closing + 1].lstrip()
        return closing + 1 if any(regex.match(printed) for regex in self._sizes) else 0

    def _without_size(self, text: str) -> str:
        for regex in self._sizes:
            text = regex.sub("", text)
        ends = [found.end() for regex in self._file_names for found in regex.finditer(text)]
        if ends and self._bare_size.fullmatch(text[ends[-1] :]):
            text = text[: ends[-1]]
        return _BLANKS.sub(" ", text).strip()
