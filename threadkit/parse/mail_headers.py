"""Take the fields of a mail as its page shows them: nothing is found here, nothing is unfolded, and every value stands on one line."""

from __future__ import annotations

import re
from functools import lru_cache

from threadkit.parse.dates import read_date
from threadkit.parse.header_block import HeaderBlock, RawField
from threadkit.parse.headers import Header, kind_of_subject
from threadkit.parse.judge import JudgedBlock
from threadkit.parse.lines import span
from threadkit.parse.mailboxes import read_mailbox, without_masked_address
from threadkit.parse.subjects import subject_reader
from threadkit.records import AttachedFile, AttachmentName, DateReading, FieldMailbox, HeaderField, Mailbox, MailIds
from threadkit.words import Words

LAYOUT = "mail-file"

_FIELDS = {"attachment": "attachments"}
_RECIPIENTS = ("to", "cc", "bcc", "reply-to")
_LISTED = re.compile(r'(?:"(?:[^"\\]|\\.)*+"|[^";]|;(?! )|")+')
_MAILBOX = re.compile(r'^(?:("(?:[^"\\]|\\.)*+"|[^<>]*?) ?)?<([^<>]*)>$')
_ESCAPED = re.compile(r"\\(.)")
_EMAIL = re.compile(r"[^\s<>\"@]+@[^\s<>\"@]+")
_ID = re.compile(r"<([^<>\s]{1,990})>")
_FILE_PARTS = ("", " bytes", "SHA-256 ")
_KINDS = {
    "multipart/report; report-type=disposition-notification": "receipt", "multipart/report; report-type=delivery-status": "receipt",
    "text/calendar; method=request": "meeting-request", "text/calendar; method=cancel": "meeting-request",
    "text/calendar; method=reply": "meeting-response",
}  # fmt: skip
_MOST_IDS = 1000


class MailHeaderReader:
    """Reads the headers of mails."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._subjects = subject_reader(words)

    def read(self, page: str) -> Header:
        """Return the header of the mail that a page shows."""
        fields = _fields_of(page)
        block = HeaderBlock(0, max(0, len(fields) - 1), fields, frozenset(item.field for item in fields), 0, torn_by_gap=False)
        sent = _sent([item.text for item in fields if item.field == "date"])
        subject = block.text("subject")
        read = self._subjects.read(subject) if subject is not None else None
        return Header(
            block=block,
            judged=JudgedBlock(block, "message", "mail-header", LAYOUT, "released", sent),
            fields=tuple([HeaderField(item.field, item.label, _shown(item), span(item.first, item.last)) for item in fields]),
            mailboxes=tuple(_mailboxes(block)),
            sent=sent,
            subject=subject,
            subject_base=read.base if read else None,
            relation=read.relation if read else None,
            kind=self._kind(block, subject),
            attachments=tuple(_attachments(block)),
        )

    def _kind(self, block: HeaderBlock, subject: str | None) -> str:
        """Return the kind that the mail's own fields tell, or its subject."""
        told = [_KINDS[item.text.lower()] for item in block.fields if item.field == "content-type" and item.text.lower() in _KINDS]
        if told:
            return told[0]
        if (block.text("auto-submitted") or "").lower().startswith("auto-replied"):
            return "automatic-reply"
        return (kind_of_subject(self._words, subject) if subject else None) or "message"


def _fields_of(page: str) -> tuple[RawField, ...]:
    found: list[RawField] = []
    head, _, _ = page.partition("\n\n") if not page.startswith("\n") else ("", "", "")
    for number, line in enumerate(head.removesuffix("\n").split("\n") if head else ()):
        label, _, value = line.partition(": ")
        label = label.removesuffix(":")
        name = label.lower()
        found.append(RawField(_FIELDS.get(name, name), label, value, number, number, tight=True, starred=False))
    return tuple(found)


def _shown(item: RawField) -> str:
    """Return the text of a field; of an attachment its name alone, which is found there."""
    return _read_file(item.text)[0] if item.field == "attachments" else item.text


def _read_file(text: str) -> tuple[str, AttachedFile | None]:
    """Read `plan.pdf (application/pdf, 10 bytes, SHA-256 ...)`: the name of an attached file, and what it is."""
    filename, opened, told = text.rpartition(" (")
    parts = told.removesuffix(")").split(", ")
    if not opened or len(parts) != len(_FILE_PARTS):
        return text, None
    size, digest = parts[1].removesuffix(_FILE_PARTS[1]), parts[2].removeprefix(_FILE_PARTS[2])
    return (filename, AttachedFile(parts[0], int(size), digest)) if size.isdecimal() else (text, None)


def _sent(texts: list[str]) -> DateReading | None:
    """Return the date of a mail; where two are printed that differ, neither is its date."""
    if not texts:
        return None
    readings = [read_date(text) for text in texts]
    if len({(reading.value, reading.offset_minutes) for reading in readings}) == 1:
        return readings[0]
    both = " / ".join(texts)
    return DateReading(both, None, None, None, "two-dates", conflict=both)


def _mailboxes(block: HeaderBlock) -> list[FieldMailbox]:
    """Return the mailboxes of a header.

    Where a program names another sender (`Sender:`), that one wrote it on behalf of the author, as Outlook prints it; of a mailing list,
    which names itself there, the author stays the author.
    """
    author, sender = _list_of(block, "from"), _list_of(block, "sender")
    found: list[FieldMailbox] = []
    if sender and author and "list-id" not in block.names and sender[0].email != author[0].email:
        found.append(FieldMailbox("from", 1, sender[0]))
        found.extend(FieldMailbox("on-behalf-of", place, box) for place, box in enumerate(author, 1))
    else:
        found.extend(FieldMailbox("from", place, box) for place, box in enumerate(author or sender, 1))
    for name in _RECIPIENTS:
        if name in block.names:
            found.extend(FieldMailbox(name, place, box) for place, box in enumerate(_list_of(block, name), 1))
    return found


def _list_of(block: HeaderBlock, name: str) -> list[Mailbox]:
    texts = [item.text for item in block.fields if item.field == name] if name in block.names else []
    return [_read_mailbox(part) for text in texts for part in (text.split("; ") if '"' not in text else map(str.strip, _LISTED.findall(text))) if part]


@lru_cache(maxsize=16384)
def _read_mailbox(text: str) -> Mailbox:
    """Read one mailbox as `read/mail_addresses.py` writes it."""
    found = _MAILBOX.match(text)
    name, address = (found[1] or "", found[2]) if found else ("", text) if _EMAIL.fullmatch(text) else (text, "")
    if name.startswith('"') and name.endswith('"') and len(name) > 1:
        name = _ESCAPED.sub(r"\1", name[1:-1])
    email = address.lower() if _EMAIL.fullmatch(address) else None
    named = read_mailbox(name) if name and "@" not in name else None
    shown, unit = (named.name, named.unit) if named is not None else (name.strip() or None, None)
    rule = "mailbox-name-address" if shown and email else "mailbox-address" if email else "mailbox-name" if shown else "mailbox-text"
    return without_masked_address(Mailbox(text=text, name=shown, email=email, unit=unit, rule=rule))


def _attachments(block: HeaderBlock) -> list[AttachmentName]:
    found: list[AttachmentName] = []
    for item in block.fields:
        if item.field == "attachments":
            filename, file = _read_file(item.text)
            found.append(AttachmentName(len(found) + 1, filename, filename, span(item.first, item.last), file))
    return found


def read_mail_ids(header: Header) -> MailIds | None:
    """Return the identifiers that a mail gives, None where it gives none."""
    if not header.block.names & {"message-id", "in-reply-to", "references"}:
        return None
    own = _ids(header.block.text("message-id") or "")
    if not own and "@" in (header.block.text("message-id") or ""):
        own = ((header.block.text("message-id") or "").strip(" <>"),)
    return MailIds(own[0] if own else None, _ids(header.block.text("in-reply-to") or ""), _ids(header.block.text("references") or ""))


def _ids(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_ID.findall(text)))[-_MOST_IDS:]
