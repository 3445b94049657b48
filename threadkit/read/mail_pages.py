"""Write mails out as the text of one source: a page a mail, whose label says which one it is.

The text tells its own structure, so that whoever has the pages needs no bytes to read it again. A page's lines down to the first blank
one are the mail's fields, one a line, the attachments last; everything below is its words. The label is "message 3" for the third mail of
a mailbox and "message 3.1" for the first that was forwarded in it as a part. Nothing in a mail can pretend to be either: a field never
holds a line break, nor a page a form feed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from threadkit.read.mail_message import Mail
from threadkit.read.mail_values import Doubts
from threadkit.read.text import NUL_SHOWN, find_doubtful
from threadkit.records import Defect, Page, Source, Span

#: Codes of what is told of a page; each has a heading in docs/rules.md.
RULES = ("mail-form-feed",)

#: What a form feed inside a mail is shown as: in a source it would begin a page.
_FORM_FEED_SHOWN = "\u240c"
_ENCODING = "mime"


class MailPages:
    """The pages of one source of mails, as they are written one after the other."""

    def __init__(self) -> None:
        self._pages: list[Page] = []
        self._defects: list[Defect] = []
        self._line = 1

    def add(self, mail: Mail, number: str) -> None:
        """Write a mail, and those that are forwarded in it, under its number ("3", "3.1")."""
        for own, one in numbered(mail, number):
            self._write(one, own)

    def _write(self, mail: Mail, number: str) -> None:
        head = "".join(f"{label}: {value}\n" for label, value in mail.fields)
        body = _shown(mail.body, mail.doubts)
        text = _without_surrogates(f"{head}\n{body}" if body or head else "\n")
        self._pages.append(Page(len(self._pages) + 1, f"message {number}", self._line, text))
        span = Span(self._line, self._line + max(0, len(mail.fields) - 1))
        self._defects.extend(Defect(code, span, _without_surrogates(detail)) for code, detail in mail.doubts.found)
        self._line += text.count("\n")

    def source(self, content: bytes, name: str, media_type: str, sha256: str | None = None) -> Source:
        """Return the source whose pages were written."""
        text = "\f".join(page.text for page in self._pages)
        pages, doubtful = self._pages, tuple(find_doubtful(text))
        if "\0" in text:
            text = text.replace("\0", NUL_SHOWN)
            pages = [Page(page.number, page.label, page.first_line, page.text.replace("\0", NUL_SHOWN)) for page in pages]
        return Source(
            name=name,
            sha256=sha256 or hashlib.sha256(content).hexdigest(),
            media_type=media_type,
            encoding=_ENCODING,
            content=content,
            text=text,
            pages=tuple(pages),
            defects=(*self._defects, *doubtful),
        )


def _shown(body: str, doubts: Doubts) -> str:
    """Return a body with line breaks as one, ending in one, and its form feeds shown."""
    if "\r" in body:
        body = body.replace("\r\n", "\n").replace("\r", "\n")
    if "\f" in body:
        doubts.note("mail-form-feed", str(body.count("\f")))
        body = body.replace("\f", _FORM_FEED_SHOWN)
    return body if body.endswith("\n") or not body else body + "\n"


def _without_surrogates(text: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode("utf-8")
    return text


def numbered(mail: Mail, number: str) -> Iterator[tuple[str, Mail]]:
    """Yield a mail and, after it, those that are forwarded in it, each with its number."""
    waiting = [(number, mail)]
    while waiting:
        own, one = waiting.pop()
        yield own, one
        waiting.extend((f"{own}.{place}", inner) for place, inner in reversed(list(enumerate(one.nested, 1))))
