"""Read a mailbox file (mbox, and Thunderbird's, which has no extension): where one mail ends and the next begins, and each mail alone.

A mail begins at a line `From `. So may a line of a letter. Here such a line opens a mail only where a blank line (or nothing) stands above
it, a date or nothing stands in it, and the line below is a header field: everything else is words.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator, Sequence

from threadkit.read.given import Claim, Given, Member, ReadOptions, WhyUnread
from threadkit.read.mail import parse_mail, unreadable
from threadkit.read.mail_attachments import members_of
from threadkit.read.mail_message import Mail
from threadkit.read.mail_pages import MailPages, numbered
from threadkit.records import Source, ThreadkitError

MEDIA_TYPE = "application/mbox"
#: A larger mailbox is cut between mails into members of about this size, so that memory stays flat.
CHUNK_BYTES = 64 * 1024 * 1024
#: The largest mailbox that is read.
LARGEST = 64 * 1024**3

_OPENING = re.compile(
    rb"From(?: +-)?(?: [^\r\n]*?\d{1,2}:\d{2}(?::\d{2})?[^\r\n]*?(?:19|20)\d{2}[^\r\n]{0,40}| [^\s@]*@[^\s@]*| -? ?)?\r?\n"
    rb"(?:>?From [^\r\n]*\r?\n)?[!-9;-~]{1,80}:"
)
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_MARK = b"\nFrom "
_LOOKED_AT = 1024


def identify_mbox(head: bytes, name: str) -> Claim:  # noqa: ARG001 - every format is asked alike
    """Claim a file that opens with the line that parts mails, and a header field below it."""
    return Claim.CONTENT if _OPENING.match(head.lstrip(b"\r\n")) else Claim.NONE


def find_mails(content: bytes | mmap.mmap) -> Iterator[tuple[int, int]]:
    """Yield where each mail of a mailbox stands, its line `From ` included."""
    start = 0
    while content[start : start + 1] in (b"\r", b"\n"):
        start += 1
    place = content.find(_MARK, start)
    while place >= 0:
        if _is_blank_above(content, place) and _OPENING.match(content, place + 1, place + 1 + _LOOKED_AT):
            yield start, place + 1
            start = place + 1
        place = content.find(_MARK, place + 1)
    if start < len(content):
        yield start, len(content)


def _is_blank_above(content: bytes | mmap.mmap, place: int) -> bool:
    """Say whether the line that ends at `place` is blank."""
    above = content[max(0, place - 2) : place]
    return above.endswith(b"\n") or above == b"\n\r" or place == 0


def mail_at(content: bytes | mmap.mmap, start: int, end: int) -> bytes:
    """Return one mail of a mailbox without the line that parts it; lines that were quoted to hide a `From ` are as they were."""
    first = content.find(b"\n", start, end) + 1
    mail = bytes(content[first:end]) if first else b""
    if mail.startswith((b">From ", b"From ")):
        mail = mail[mail.find(b"\n") + 1 :]
    return _QUOTED_FROM.sub(rb"\1", mail) if b"\n>" in mail else mail


def read_mbox_file(given: Given, options: ReadOptions, why_unread: WhyUnread) -> Iterator[Source | Member | ThreadkitError]:
    """Yield the source that a mailbox is, the attached files that hold text, and the mails that could not be read.

    A mailbox larger than 64 MB is a container: its members are mailboxes of whole mails.
    """
    places = list(find_mails(given.content))
    if len(given.content) > CHUNK_BYTES and len(places) > 1:
        yield from _chunks(given, places)
        return
    pages = MailPages()
    errors: list[ThreadkitError] = []
    members: list[Member] = []
    seen: set[str] = set()
    for number, (start, end) in enumerate(places, 1):
        mail = _mail(mail_at(given.content, start, end), str(number), errors)
        if mail is None:
            continue
        members.extend(members_of(numbered(mail, str(number)), options, why_unread, seen))
        pages.add(mail, str(number))
    yield pages.source(bytes(given.content), given.name, MEDIA_TYPE, given.sha256)
    yield from members
    yield from errors


def _mail(content: bytes, number: str, errors: list[ThreadkitError]) -> Mail | None:
    """Return one mail; where it cannot be read, note why, and the others go on."""
    try:
        return parse_mail(content)
    except Exception as error:  # noqa: BLE001 - one mail's fault, told with its number
        errors.append(unreadable(number, error))
        return None


def _chunks(given: Given, places: Sequence[tuple[int, int]]) -> Iterator[Source | Member]:
    """Yield a mailbox as a container, and its mails in members of 64 MB at most, or of one mail."""
    yield Source(given.name, given.sha256, MEDIA_TYPE, "mime", b"", "", (), byte_count=len(given.content))
    first, begin = 1, places[0][0]
    for number, (start, end) in enumerate(places, 1):
        if start > begin and end - begin > CHUNK_BYTES:
            yield Member(f"messages {first}-{number - 1}", bytes(given.content[begin:start]))
            first, begin = number, start
    yield Member(f"messages {first}-{len(places)}", bytes(given.content[begin:]))
