"""Compare two message headers of one source: their times, subjects and people."""

from __future__ import annotations

from datetime import datetime, timedelta

from threadkit.parse.headers import Header
from threadkit.records import Mailbox
from threadkit.words import Words

__all__ = [
    "MINUTE",
    "are_dated",
    "follows",
    "is_answered_by",
    "is_later",
    "is_younger",
    "mailbox_keys",
    "same_moment",
    "same_subject",
    "share_a_word",
    "share_people",
    "took_part",
]

_CLOCKS = timedelta(hours=26)
_DAYS = timedelta(days=2)
MINUTE = len("2024-03-05T10:33")
"""How many characters of a time tell it to the minute."""


def same_moment(header: Header, other: Header) -> bool:
    """Say whether two headers print one minute."""
    mine, theirs = (h.sent.value if h.sent else None for h in (header, other))
    return mine is not None and theirs is not None and mine[:MINUTE] == theirs[:MINUTE]


def same_subject(header: Header, above: Header, words: Words) -> bool:
    """Say whether two headers have one base subject, its letters alone compared."""
    if header.subject_base == above.subject_base:
        return True
    return words.folding.letters(header.subject_base or "") == words.folding.letters(above.subject_base or "")


def follows(header: Header, other: Header, words: Words) -> bool:
    """Say whether a header goes on with the subject of another and is later."""
    return is_later(header, other) and bool(header.subject_base) and same_subject(header, other, words)


def took_part(header: Header, above: Header, words: Words) -> bool:
    """Say whether the author of a print took part in this message: an older mail, of the quoted kind, right under his own words."""
    mine = {key for item in header.mailboxes for key in mailbox_keys(item.mailbox, words)}
    return bool(mailbox_keys(above.mailbox("from"), words) & mine)


def are_dated(header: Header, above: Header) -> bool:
    """Say whether the times of both headers could be read."""
    return all(item.sent is not None and item.sent.value is not None for item in (header, above))


def share_a_word(header: Header, above: Header, words: Words) -> bool:
    """Say whether two subjects have a word of four letters or more in common: a subject that was changed on the way keeps one."""
    mine, other = words.folding.words(header.subject_base or ""), words.folding.words(above.subject_base or "")
    return any(len(word) >= 4 for word in set(mine) & set(other))


def is_answered_by(header: Header, above: Header, words: Words) -> bool:
    """Say whether the one above answers this message: its author received it, and writes to its author."""
    mine = {key for item in header.mailboxes if item.field != "from" for key in mailbox_keys(item.mailbox, words)}
    theirs = {key for item in above.mailboxes if item.field != "from" for key in mailbox_keys(item.mailbox, words)}
    return bool(mailbox_keys(above.mailbox("from"), words) & mine) and bool(mailbox_keys(header.mailbox("from"), words) & theirs)


def is_later(header: Header, above: Header) -> bool:
    """Say whether a header's time is after the one above it (compared at the coarser precision)."""
    mine, other = header.sent.value if header.sent else None, above.sent.value if above.sent else None
    if mine is None or other is None:
        return False
    length = min(len(mine), len(other), 16)
    return mine[:length] > other[:length]


def is_younger(header: Header, above: Header) -> bool:
    """Say whether a header is later than the one above it by more than clocks of any two zones differ: that one cannot quote it."""
    values = [item.sent.value if item.sent else None for item in (header, above)]
    if any(value is None or len(value) < len("2024-03-05") for value in values):
        return False
    mine, theirs = (datetime.fromisoformat((value or "")[:MINUTE]) for value in values)
    exact = all(len(value or "") >= MINUTE for value in values)
    return mine - theirs > (_CLOCKS if exact else _DAYS)


def mailbox_keys(mailbox: Mailbox | None, words: Words) -> set[str]:
    """Return what a mailbox is known by: its address, and the words of its name in whatever order."""
    if mailbox is None:
        return set()
    keys = {mailbox.email} if mailbox.email else set()
    if mailbox.name:
        keys.add(" ".join(sorted(words.folding.words(mailbox.name))))
    return {key for key in keys if key}


def share_people(header: Header, above: Header, words: Words) -> bool:
    """Say whether the author above took part in this message, or its author is among those who are answered."""
    mine = {key for item in header.mailboxes for key in mailbox_keys(item.mailbox, words)}
    author_above = mailbox_keys(above.mailbox("from"), words)
    answered = {key for item in above.mailboxes if item.field != "from" for key in mailbox_keys(item.mailbox, words)}
    return bool(author_above & mine) or bool(mailbox_keys(header.mailbox("from"), words) & answered)
