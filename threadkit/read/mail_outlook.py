"""Read a mail that Outlook saved (`.msg`), through extract-msg: an extra, because that library is under the GPL.

Nothing of it is turned into a mail file on the way: its header, words and attachments are read as the parts of any other mail, and a
mail inside it is a mail of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import format_datetime
from typing import Any

from threadkit.read.given import Claim, Given, Member, ReadOptions, WhyUnread
from threadkit.read.mail_attachments import members_of
from threadkit.read.mail_message import read_mail
from threadkit.read.mail_pages import MailPages, numbered
from threadkit.read.mail_parts import MOST_DEPTH, Part
from threadkit.read.mail_values import read_fields, split_head
from threadkit.records import Source, ThreadkitError

MEDIA_TYPE = "application/vnd.ms-outlook"
_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS = ("__substg1.0_".encode("utf-16-le"), "__properties_version1.0".encode("utf-16-le"))
_NAMED = ".msg"


def identify_outlook(head: bytes, name: str) -> Claim:
    """Claim a compound file whose streams are those of a saved mail, or that is called so."""
    if not head.startswith(_MAGIC):
        return Claim.NONE
    if any(stream in head for stream in _STREAMS):
        return Claim.CONTENT
    return Claim.NAME if name.lower().endswith(_NAMED) else Claim.NONE


def read_outlook_file(given: Given, options: ReadOptions, why_unread: WhyUnread) -> Iterator[Source | Member | ThreadkitError]:
    """Yield the source that a saved mail is, then the attached files that hold text.

    Raises:
        ThreadkitError: it is a contact, an appointment or the like, or damaged.
    """
    import extract_msg  # noqa: PLC0415 - an extra, imported when a file of that format comes

    content = bytes(given.content)
    try:
        opened = extract_msg.openMsg(content)
    except Exception as error:
        raise ThreadkitError(
            "is damaged: it cannot be opened as an Outlook message.", hint="Open it in Outlook and save it again."
        ) from error
    with opened as message:
        if not hasattr(message, "sender") or not hasattr(message, "attachments"):
            raise ThreadkitError("is something that Outlook saved, but no mail.", hint="Save it from Outlook as text, and import that.")
        mail = read_mail(_part_of(message, 0))
    pages = MailPages()
    members = list(members_of(numbered(mail, "1"), options, why_unread))
    pages.add(mail, "1")
    yield pages.source(content, given.name, MEDIA_TYPE, given.sha256)
    yield from members


def _part_of(message: Any, depth: int) -> Part:
    """Return a saved mail as parts: its words in one or two forms, and what is attached."""
    forms: list[Part] = []
    if message.body:
        forms.append(Part([], message.body.encode("utf-8", "replace"), "text/plain", {"charset": "utf-8"}))
    if message.htmlBody:
        forms.append(Part([], bytes(message.htmlBody), "text/html"))
    words = Part([], b"", "multipart/alternative", parts=forms)
    attached = [part for each in message.attachments if (part := _attached(each, depth)) is not None]
    return Part(_fields(message), b"", "multipart/mixed", parts=[words, *attached])


def _attached(attachment: Any, depth: int) -> Part | None:
    name = str(attachment.getFilename() or attachment.name or "")
    data = attachment.data
    if isinstance(data, bytes):
        return Part([(_DISPOSITION, b"attachment")], data, attachment.mimetype or "application/octet-stream", {"name": name})
    if data is not None and hasattr(data, "sender") and depth < MOST_DEPTH:
        return Part([], b"", "message/rfc822", parts=[_part_of(data, depth + 1)])
    if data is not None and hasattr(data, "exportBytes"):
        return Part([(_DISPOSITION, b"attachment")], data.exportBytes(), "application/vnd.ms-outlook", {"name": name})
    return None


_DISPOSITION = "content-disposition"


def _fields(message: Any) -> list[tuple[str, bytes]]:
    """Return the header that the mail travelled with; what it lacks (a mail that was sent from here has none) as Outlook keeps it."""
    head, _, _ = split_head((message.headerText or "").replace("\r\n", "\n").lstrip().encode("utf-8", "replace"))
    found = [field for field in read_fields(head) if not field[0].startswith("content-")]
    known = {name for name, _ in found}
    kept = {
        "from": message.sender, "to": message.to, "cc": message.cc, "bcc": message.bcc, "subject": message.subject,
        "date": format_datetime(message.date) if message.date is not None else None, "message-id": message.messageId,
        "in-reply-to": getattr(message, "inReplyTo", None),
    }  # fmt: skip
    found.extend((name, str(value).encode("utf-8", "replace")) for name, value in kept.items() if value and name not in known)
    return found
