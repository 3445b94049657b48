"""A message as a mail file (RFC 5322) that any mail program opens: what the archive read, and where it read it, in headers of its own.

It is made anew from what is printed, so it is no evidence of the original's bytes; its headers say so. A name without an address becomes an empty
group (RFC 6854), never an invented address; a time without a zone says `-0000`; a day without a time gives no Date.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from email.headerregistry import Address, Group
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from threadkit.hidden import with_marks

__all__ = ["write_eml"]

_SIMPLE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_HEADERS = {"from": "From", "reply-to": "Reply-To", "to": "To", "cc": "Cc", "bcc": "Bcc"}
_LONGEST_LINE = 900


def write_eml(letter: Mapping[str, Any], body: str, rfc_ids: list[str], parent_ids: list[str], *, whole: bool) -> bytes:
    """Return the mail file of a message.

    Args:
        letter: the message, its row with `people`, the rows of its mailboxes by role.
        body: its own words.
        rfc_ids: the Message-IDs that mail files give it.
        parent_ids: those of the message that it answers.
        whole: whether `body` is all of it.
    """
    message = EmailMessage(policy=SMTP.clone(max_line_length=78))
    for role, header in _HEADERS.items():
        mailboxes = [_mailbox(row) for row in letter["people"][role]]
        if mailboxes:
            message[header] = mailboxes
    message["Subject"] = _line(letter["subject"])
    date = _date(letter["sent_at"], letter["sent_precision"])
    if date:
        message["Date"] = date
    known = [each for each in rfc_ids if _SIMPLE.fullmatch(each)]
    message["Message-ID"] = f"<{known[0]}>" if known else _own_id(letter["id"])
    if letter["parent_id"]:
        parents = [f"<{each}>" for each in parent_ids if _SIMPLE.fullmatch(each)] or [_own_id(letter["parent_id"])]
        message["In-Reply-To"] = parents[0]
    message["X-Threadkit-Note"] = "made from printed text; not the original file" + ("" if whole else "; the text is cut off")
    message["X-Threadkit-Message"] = str(letter["id"])
    message["X-Threadkit-Sent-As-Printed"] = _line(letter["sent_text"])
    message["X-Threadkit-Source"] = f"{_line(letter['source'] or letter['source_id'])}, lines {letter['first_line']}-{letter['last_line']}"
    text = body.replace("\r", "").encode("utf-8", "replace").decode("utf-8")
    long = any(len(line.encode()) > _LONGEST_LINE for line in text.split("\n"))
    message.set_content(text, cte="base64" if long or "\x00" in text else "8bit")
    head, blank, rest = message.as_bytes().partition(b"\r\n\r\n")
    return head.replace(b"?=:", b"?= :") + blank + rest  # RFC 2047: blank space behind an encoded word, which Python forgets behind a group's name


def _line(value: object) -> str:
    return " ".join(with_marks(str(value or "")).split())[:2000]


def _own_id(id_: int) -> str:
    return f"<message.{id_}@threadkit.invalid>"


def _mailbox(row: Mapping[str, Any]) -> Address | Group:
    name, email = _line(row["name"] or row["text"])[:200], row["email"] or ""
    if _SIMPLE.fullmatch(email):
        return Address(display_name=name if name != email else "", addr_spec=email)
    return Group(display_name=name or "?", addresses=())


def _date(sent_at: str | None, precision: str | None) -> str | None:
    if not sent_at or precision == "day":
        return None
    try:
        return format_datetime(datetime.fromisoformat(sent_at))
    except ValueError:
        return None
