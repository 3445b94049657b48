"""Read one mail out of its parts: the fields that tell who, when and what, the words, the attachments, and the mails forwarded in it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field

from threadkit.read.mail_addresses import read_list
from threadkit.read.mail_html import text_of_html
from threadkit.read.mail_parts import Part, decoded, filename_of, is_attached
from threadkit.read.mail_values import Doubts, decode_bytes, decode_raw, decode_value, one_line, shown

#: Codes of what is told of a mail; each has a heading in docs/rules.md.
RULES = ("mail-after-end", "mail-deleted", "mail-encrypted", "mail-nested-deep", "mail-opaque-attachment")

#: The fields that are shown, in the order in which they are, each with its name as RFC 5322 writes it.
SHOWN = {
    "from": "From", "sender": "Sender", "reply-to": "Reply-To", "to": "To", "cc": "Cc", "bcc": "Bcc", "date": "Date", "subject": "Subject",
    "importance": "Importance", "auto-submitted": "Auto-Submitted", "list-id": "List-Id", "message-id": "Message-ID",
    "in-reply-to": "In-Reply-To", "references": "References",
}  # fmt: skip
ATTACHMENT = "Attachment"
CONTENT_TYPE = "Content-Type"
_LISTS = frozenset({"from", "sender", "reply-to", "to", "cc", "bcc"})
_REPEATABLE = frozenset({"to", "cc", "bcc"})
_ENCRYPTED = frozenset({"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"})
_OPAQUE = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_EXPUNGED = 0x0008
_HEXADECIMAL = re.compile(rb"[0-9a-fA-F]{1,8}")
_SAID_OF_MAIL = frozenset({"multipart/report", "text/calendar"})
_EXTENSIONS = {
    "text/plain": "txt", "text/html": "html", "text/calendar": "ics", "message/rfc822": "eml", "application/pdf": "pdf", "image/png": "png",
    "image/jpeg": "jpg", "image/gif": "gif", "text/rfc822-headers": "txt", "message/delivery-status": "txt",
    "message/disposition-notification": "txt",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Attached:
    """One attached file."""

    filename: str
    media_type: str
    content: bytes
    sha256: str
    charset: str | None


@dataclass(slots=True)
class Mail:
    """One mail as it is shown: its fields in order, its words, its attachments, and the mails that lie in it as parts."""

    fields: list[tuple[str, str]]
    body: str
    attached: list[Attached]
    nested: list[Mail]
    doubts: Doubts
    parts: int = 0


@dataclass(slots=True)
class _Gathered:
    """What the parts of one mail hold, while they are gone through. `bodies` are the parts that are its words."""

    bodies: list[Part] = field(default_factory=list)
    attached: list[Attached] = field(default_factory=list)
    nested: list[Part] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    count: int = 0


def read_mail(root: Part) -> Mail:
    """Return the mail that a tree of parts is."""
    doubts = Doubts()
    gathered = _Gathered()
    walk = _Walk(gathered, doubts)
    walk.take(root, None, alternative=False)
    texts = [walk.text(part) for part in gathered.bodies]
    fields = read_shown_fields(root.fields, doubts)
    fields.extend((CONTENT_TYPE, said) for said in gathered.said)
    for attached in gathered.attached:
        text = f"{attached.filename} ({attached.media_type}, {len(attached.content)} bytes, SHA-256 {attached.sha256})"
        fields.append((ATTACHMENT, text))
    body = "\n".join(text if text.endswith("\n") else text + "\n" for text in texts if text.strip()) or "".join(texts)
    return Mail(fields, body, gathered.attached, [read_mail(part) for part in gathered.nested], doubts, gathered.count)


def read_shown_fields(fields: list[tuple[str, bytes]], doubts: Doubts) -> list[tuple[str, str]]:
    """Return the fields that are shown, decoded, in their fixed order; one that stands twice is shown twice, and noted."""
    found: dict[str, list[str]] = {}
    for name, raw in fields:
        if name in SHOWN:
            value = one_line(read_list(decode_raw(raw, doubts), doubts)) if name in _LISTS else decode_value(raw, doubts)
            found.setdefault(name, []).append(value)
        elif name == "x-mozilla-status" and _HEXADECIMAL.fullmatch(raw) and int(raw, 16) & _EXPUNGED:
            doubts.note("mail-deleted", "X-Mozilla-Status: " + raw.decode("ascii"))
    for name, values in found.items():
        if len(values) > 1 and name not in _REPEATABLE:
            doubts.note("mail-field-repeated", f"{SHOWN[name]}: {len(values)}")
    return [(label, value) for name, label in SHOWN.items() if name in found for value in found[name]]


class _Walk:
    """Goes through the parts of one mail."""

    def __init__(self, gathered: _Gathered, doubts: Doubts) -> None:
        self._gathered = gathered
        self._doubts = doubts
        self._texts: dict[int, str] = {}

    def take(self, part: Part, parent: Part | None, *, alternative: bool) -> None:
        """Take one part: as words, as an attachment, as a mail of its own, or as what holds others."""
        gathered = self._gathered
        gathered.count += 1
        kind = part.media_type
        if kind in _SAID_OF_MAIL and (parent is None or kind == "text/calendar"):
            gathered.said.append(_said(part))
        if part.after and (after := part.after.strip()):
            self._doubts.note("mail-after-end", shown(after))
        if kind in _ENCRYPTED:
            self._doubts.note("mail-encrypted", kind)
        if part.parts is not None and kind == "message/rfc822":
            gathered.nested.extend(part.parts)
        elif part.parts is not None and kind == "multipart/alternative":
            self._take_alternatives(part)
        elif part.parts is not None:
            for inner in part.parts:
                self.take(inner, part, alternative=alternative)
        elif self._is_body(part, parent, alternative=alternative):
            gathered.bodies.append(part)
        elif not (alternative and kind == "text/calendar"):
            self._attach(part)

    def _take_alternatives(self, part: Part) -> None:
        """Of several forms of the same words take the plain one, unless it is empty; whatever is attached to any of them is attached."""
        gathered, forms = self._gathered, []
        for inner in part.parts or ():
            before, gathered.bodies = gathered.bodies, []
            self.take(inner, part, alternative=True)
            forms.append(gathered.bodies)
            gathered.bodies = before
        plain = (form for form in forms if form and form[0].media_type == "text/plain")
        chosen = next((form for form in plain if self._has_words(form)), None)
        if chosen is None:
            chosen = next((form for form in reversed(forms) if form and self._has_words(form)), [])
        gathered.bodies.extend(chosen)

    def _has_words(self, form: list[Part]) -> bool:
        return any(self.text(part).strip() for part in form)

    def _is_body(self, part: Part, parent: Part | None, *, alternative: bool) -> bool:
        if part.media_type not in ("text/plain", "text/html"):
            return alternative and part.media_type.startswith("text/") and part.media_type != "text/calendar" and not is_attached(part)
        if parent is None:
            return not is_attached(part) or not filename_of(part, Doubts())
        return not is_attached(part) and not filename_of(part, Doubts())

    def text(self, part: Part) -> str:
        """Return the words of a part."""
        known = self._texts.get(id(part))
        if known is None:
            known = decode_bytes(decoded(part, self._doubts), part.parameters.get("charset"), self._doubts)
            known = self._texts[id(part)] = text_of_html(known) if part.media_type == "text/html" else known
        return known

    def _attach(self, part: Part) -> None:
        filename = filename_of(part, self._doubts)
        if not filename:
            filename = f"part-{self._gathered.count}.{_EXTENSIONS.get(part.media_type, 'bin')}"
        if part.media_type == "message/rfc822":
            self._doubts.note("mail-nested-deep", filename)
        if part.media_type in _OPAQUE:
            self._doubts.note("mail-opaque-attachment", filename)
        content = decoded(part, self._doubts)
        digest = hashlib.sha256(content).hexdigest()
        media_type = part.media_type if part.media_type.isprintable() and part.media_type else "application/octet-stream"
        charset = part.parameters.get("charset")
        self._gathered.attached.append(Attached(filename, one_line(media_type).replace(" ", ""), content, digest, charset))


def _said(part: Part) -> str:
    """Return what a mail's type says of its kind: a report of what, an invitation or the answer to one."""
    named = part.parameters.get("report-type") or part.parameters.get("method") or ""
    parameter = "report-type" if part.media_type == "multipart/report" else "method"
    return f"{part.media_type}; {parameter}={one_line(named)}" if named else part.media_type
