"""Read a mail file (`.eml`, a file of a Maildir, Apple's `.emlx`): what is well formed by bytes, what is not through mail-parser.

The one module that imports mail-parser. Its parts are read as all others are, from the raw bytes: what mail-parser gives is its tree of
a broken structure, and the words that it finds where the tree has none.
"""

from __future__ import annotations

import email
import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from email.message import Message

import mailparser

from threadkit.read.given import Claim, Given, Member, ReadOptions, WhyUnread
from threadkit.read.mail_attachments import members_of
from threadkit.read.mail_message import Mail, read_mail
from threadkit.read.mail_pages import MailPages, numbered
from threadkit.read.mail_parts import MOST_DEPTH, DefectiveError, Part, described, split_mail
from threadkit.read.mail_values import read_fields, split_head
from threadkit.records import Phrase, Source, ThreadkitError

#: Codes of what is told of a mail's structure; each has a heading in docs/rules.md.
RULES = ("mail-structure", "mail-line-ends")

MEDIA_TYPE = "message/rfc822"
logging.getLogger("mailparser").addHandler(logging.NullHandler())  # what it would print is told as defects
_PEOPLE = frozenset({"from", "to", "cc", "date", "subject", "sender", "return-path", "received", "reply-to"})
_TRANSPORT = frozenset(
    {
        "message-id", "received", "mime-version", "return-path", "delivered-to", "content-type", "content-transfer-encoding", "in-reply-to",
        "references", "dkim-signature", "arc-seal", "authentication-results", "thread-index", "x-mailer", "user-agent", "envelope-to",
    }
)  # fmt: skip
_APPLE_LENGTH = re.compile(rb"\s*(\d{1,12})\s*\n")
_NAMED = (".eml", ".emlx")


def identify_mail(head: bytes, name: str) -> Claim:
    """Claim a file that opens with the header of a mail.

    By content where the header names a person, a date or a subject and has a field that only programs write; a print that opens with
    `From:`, `To:` and `Subject:` alone is no mail file, unless its name ends in `.eml`.
    """
    fields, _, _ = split_head(_without_length(head))
    names = {field for field, _ in read_fields(fields)}
    if not names & _PEOPLE:
        return Claim.NONE
    if names & _TRANSPORT:
        return Claim.CONTENT
    return Claim.NAME if name.lower().endswith(_NAMED) else Claim.NONE


def read_mail_file(given: Given, options: ReadOptions, why_unread: WhyUnread) -> Iterator[Source | Member | ThreadkitError]:
    """Yield the source that a mail file is, then the attached files that hold text.

    Raises:
        ThreadkitError: nothing can be made of it.
    """
    content = bytes(given.content)
    mail = parse_mail(_message_of(content))
    pages = MailPages()
    members = list(members_of(numbered(mail, "1"), options, why_unread))
    pages.add(mail, "1")
    yield pages.source(content, given.name, MEDIA_TYPE, given.sha256)
    yield from members


def _without_length(content: bytes) -> bytes:
    found = _APPLE_LENGTH.match(content)
    return content[found.end() :] if found else content


def _message_of(content: bytes) -> bytes:
    """Return the mail that a file holds: in Apple's form its length stands above it, and what the program knows of it below."""
    found = _APPLE_LENGTH.match(content)
    return content[found.end() : found.end() + int(found[1])] if found else content


def parse_mail(content: bytes) -> Mail:
    """Return the mail that `content` is.

    Raises:
        ThreadkitError: it is nested so deep that nothing reads it.
    """
    has_line_ends = b"\n" in content or b"\r" not in content
    content = content if has_line_ends else content.replace(b"\r", b"\n")
    try:
        mail = read_mail(split_mail(content))
    except DefectiveError:
        root, told = _mended(content)
        mail = read_mail(root)
        mail.doubts.note("mail-structure", told)
    if not has_line_ends:
        mail.doubts.note("mail-line-ends", "CR")
    return mail


def _mended(content: bytes) -> tuple[Part, str]:
    """Return a defective mail as parts, as mail-parser (or, where that fails, the email package that it is built on) makes them."""
    try:
        parsed = mailparser.parse_from_bytes(content)
    except Exception as error:  # noqa: BLE001 - mail-parser raises what the email package does; the mail is read without it
        return _tree(_email_message(content), 0), f"mail-parser: {type(error).__name__}"
    root = _tree(parsed.message, 0)
    if not any(part.content.strip() for part in _leaves(root)):
        found = [*((text, "text/plain") for text in parsed.text_plain), *((text, "text/html") for text in parsed.text_html)]
        inner = [Part([], text.encode("utf-8", "replace"), kind, {"charset": "utf-8"}) for text, kind in found]
        root = replace_parts(root, inner) if inner else root
    return root, ", ".join(sorted(parsed.defects_categories)) or "header"


def replace_parts(root: Part, inner: list[Part]) -> Part:
    """Return a mail with other parts in it."""
    return replace(root, media_type="multipart/mixed", parts=inner)


def _email_message(content: bytes) -> Message:
    try:
        return email.message_from_bytes(content)
    except RecursionError as error:
        raise _too_deep() from error


def _too_deep() -> ThreadkitError:
    return ThreadkitError("is nested too deep to be read.", hint="Open it in a mail program and save what is inside.")


def _leaves(part: Part) -> Iterable[Part]:
    if part.parts is None:
        yield part
    else:
        for inner in part.parts:
            yield from _leaves(inner)


def _tree(message: Message, depth: int) -> Part:
    """Return a message of the email package as parts; what lies deeper than is read stays whole, as an attachment."""
    fields = [(name.lower(), _raw(value)) for name, value in message.raw_items()]
    payload = message.get_payload()
    if isinstance(payload, list) and depth <= MOST_DEPTH:
        part = described(fields, b"")
        part.parts = [_tree(inner, depth + 1) for inner in payload if isinstance(inner, Message)]
        return part
    if isinstance(payload, list):
        return Part([("content-disposition", b"attachment")], _whole(message), "message/rfc822")
    content = message.get_payload(decode=True)
    part = described([each for each in fields if each[0] != "content-transfer-encoding"], content if isinstance(content, bytes) else b"")
    part.media_type = "text/plain" if part.media_type.startswith("multipart/") else part.media_type
    return part


def _whole(message: Message) -> bytes:
    try:
        return message.as_bytes()
    except RecursionError as error:
        raise _too_deep() from error


def _raw(value: str) -> bytes:
    """Return a field's value as the email package holds it (bytes above 127 as surrogates) raw and on one line."""
    return b" ".join(line.strip(b" \t") for line in str(value).encode("ascii", "surrogateescape").splitlines()) if value else b""


def unreadable(number: str, error: Exception) -> ThreadkitError:
    """Return why one mail of many could not be read."""
    if isinstance(error, ThreadkitError):
        error.member = f"message {number}"
        return error
    what = Phrase("could not be read ({kind}: {detail}).", kind=type(error).__name__, detail=str(error)[:200])
    return ThreadkitError(what, hint="Please report it, with the file if you may.", member=f"message {number}")
