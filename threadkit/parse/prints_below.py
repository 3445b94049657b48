"""Tell a print that stands right below another mail from its quotation, where the layout of both is the same and a place alone tells nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import islice

from threadkit.parse.comparing_headers import (
    are_dated,
    is_answered_by,
    is_later,
    mailbox_keys,
    same_moment,
    same_subject,
    share_people,
    took_part,
)
from threadkit.parse.headers import Header
from threadkit.parse.lines import Lines
from threadkit.parse.page_places import stands_on_own_page
from threadkit.words import Words

__all__ = ["is_below_its_answer", "is_hardly_quoted", "is_ruled_off", "is_unlike_print"]

#: Lines without text that part a quotation from its answer are fewer.
_APART = 2
#: How many prints that begin pages tell that the prints of a source do.
_PAGED = 2
#: A header in prose has so many labels behind another on their lines.
_COLLAPSED = 2


def is_hardly_quoted(header: Header, above: Header, around: Header, top: Header, words: Words) -> bool:
    """Say whether a header seems to go on with the one above, and that one can hardly quote it.

    It is later than the last message around it that has a date. Or it is printed like the prints, and both are replies of one minute, or that
    one's author took no part in it; or one of them has no date, or neither has a prefix, and they have nobody in common.

    Args:
        header: the header in question.
        above: that of the message above it.
        around: that of the nearest message around it that has a date.
        top: that of the print at the top of its chain.
        words: the word files.
    """
    if is_later(header, around):
        return True
    if not _is_printed_like(header, top):
        return False
    if same_moment(header, above):
        return (header.relation == "reply" and above.relation == "reply") or not took_part(header, above, words)
    if not are_dated(header, around) or (header.relation is None and above.relation is None):
        return not share_people(header, above, words)
    return False


def is_ruled_off(header: Header, above: Header, around: Header, top: Header, words: Words) -> bool:
    """Say whether a mere line of signs parts two prints: below it stands what is printed alike, and the one above neither answers nor forwards it."""
    if not _is_printed_like(header, top):
        return False
    if same_subject(header, above, words):
        return is_hardly_quoted(header, above, around, top, words) and not is_later(header, above)
    answers = is_answered_by(header, above, words) or (above.relation == "forward" and took_part(header, above, words))
    return not (answers and are_dated(header, above))


def _is_printed_like(header: Header, top: Header) -> bool:
    """Say whether a header has the layout of a print, or its labels where one is lost: then that does not tell that it is quoted."""
    if header.judged.layout == top.judged.layout:
        return True
    mine, theirs = ({item.field: (item.label, item.tight) for item in each.block.fields} for each in (header, top))
    return "date" not in mine.keys() & theirs.keys() and all(theirs[field] == mine[field] for field in mine.keys() & theirs.keys())


def is_below_its_answer(
    headers: Sequence[Header], number: int, lines: Lines, furniture: Mapping[int, str], words: Words, answered_below: Callable[[int], bool]
) -> bool:
    """Say whether a header of a print's layout is quoted all the same: it stands on the page of what forwards just this subject, or answers it.

    That one is no earlier. Extraction may have lost the blank before the colons, which tells a quotation from a print: then it has addresses beside
    its names; without them, the prints of its source begin pages, and the one above is one. Or who answers has written nothing above, and signs
    what stands below (`answered_below`). No quotation lists what was attached.
    """
    header, other = headers[number], headers[number - 1]
    if other.relation is None or not are_dated(header, other) or is_later(header, other):
        return False
    if lines.blanks_before(header.block.first) >= _APART or "attachments" in header.block.names or stands_on_own_page(header.block.first, lines, furniture):
        return False
    if other.relation == "reply" and not is_answered_by(header, other, words):
        return False
    if other.relation == "reply" and answered_below(number):
        return True
    if _prints_address(header):
        return same_subject(header, other, words) and took_part(header, other, words)
    letters = words.folding.letters
    if letters((other.subject or "").partition(":")[2]) != letters(header.subject or "") or not header.subject:
        return False
    paged = (h for h in headers if h.judged.prior == "released" and stands_on_own_page(h.block.first, lines, furniture))
    return stands_on_own_page(other.block.first, lines, furniture) and len(tuple(islice(paged, _PAGED))) == _PAGED


def is_unlike_print(header: Header, above: Header, lines: Lines, furniture: Mapping[int, str], words: Words) -> bool:
    """Say whether a header right below a print can hardly be one: quoting a mail prints otherwise than printing it.

    It gives with its address the author whom the print names alone, and so its own; or its labels run on in prose, where the print has each on
    its line. It is no later, no page begins with it, and it lists no files.
    """
    if not are_dated(header, above) or is_later(header, above) or "attachments" in header.block.names:
        return False
    if lines.blanks_before(header.block.first) >= _APART or stands_on_own_page(header.block.first, lines, furniture):
        return False
    if _run_on(header) >= _COLLAPSED and not _run_on(above):
        return True
    author = above.mailbox("from")
    if author is None or author.email is not None or not _prints_address(header):
        return False
    keys = mailbox_keys(author, words)
    return any(item.mailbox.email and not keys.isdisjoint(mailbox_keys(item.mailbox, words)) for item in header.mailboxes)


def _run_on(header: Header) -> int:
    """Return how many labels of a header stand behind another on its line."""
    labelled = [item.first for item in header.block.fields if item.label]
    return len(labelled) - len(set(labelled))


def _prints_address(header: Header) -> bool:
    """Say whether a header prints its sender's address, as quotations do and a print's names alone do not."""
    sender = header.mailbox("from")
    return sender is not None and sender.name is not None and sender.email is not None
