"""Text of the mail on its way to a page: nothing hidden in it acts or stays hidden, and no address leads where it should not."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from threadkit.hidden import has_hidden, with_marks

__all__ = ["SCHEMES", "finalized", "linked", "safe_address"]

#: What a page may lead to; every other scheme stays text.
SCHEMES = frozenset({"http", "https", "mailto"})
_ADDRESS = re.compile(r"https?://[^\s<>\"'«»“”]{1,2000}|[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
#: A name or subject of megabytes is a trick; bodies are read stretch by stretch and are never so long.
_LONGEST = 500_000
_TRAILING = ".,;:!?)]}…"
#: Blank lines in a row that a page sets close together: covers and page ends print dozens of them.
_EMPTY = re.compile(r"(?<=\n)(?:[^\S\n]*\n){4,}")
_CLOSE = Markup('<span class="blanks">{text}</span>')
_OUTSIDE = Markup('<a href="{href}" rel="noreferrer noopener nofollow">{text}</a>')


def finalized(value: object) -> object:
    """Return what a template prints for a value: nothing for None, text with its marks, markup of our own as it is.

    The environment of the pages calls it on every expression before it escapes, so that no page can forget it.
    """
    if value is None:
        return ""
    if isinstance(value, str) and not isinstance(value, Markup):
        return with_marks(value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…")
    return value


def safe_address(address: object) -> str | None:
    """Return an address that a link may have, None for any other than http, https and mailto.

    >>> safe_address("javascript:alert(1)") is None
    True
    """
    text = str(address or "").strip()
    if has_hidden(text):
        return None
    try:
        scheme = urlsplit(text).scheme.lower()
    except ValueError:
        return None
    return text if scheme in SCHEMES else None


def linked(text: str | None) -> Markup:
    """Return text in which web and mail addresses can be followed, and many blank lines are close together; the text stays the same.

    A link shows all of where it leads.
    """
    shown, parts, done = with_marks(text or ""), [], 0
    for match in sorted((*_ADDRESS.finditer(shown), *_EMPTY.finditer(shown)), key=lambda found: found.start()):
        if match.re is _EMPTY:
            parts += [escape(shown[done : match.start()]), _CLOSE.format(text=match.group())]
            done = match.end()
            continue
        address = match.group().rstrip(_TRAILING)
        href = safe_address(address if "://" in address else f"mailto:{address}")
        if href is None or not address:
            continue
        parts += [escape(shown[done : match.start()]), _OUTSIDE.format(href=href, text=address)]
        done = match.start() + len(address)
    return Markup("").join([*parts, escape(shown[done:])])
