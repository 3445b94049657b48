"""Say of each message header whether it was printed on its own or stands quoted inside the one above, and how deep.

A quotation shows itself: a marker line above it, `>` before it, or a header of the quoted kind that goes on with the conversation above
(older, same subject, common people). A print shows itself too: a layout that only prints have, the owner's name line, a page of its own.
Where nothing tells, a message stands on its own: a missing parent is honest, a wrong one is not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from threadkit.parse.headers import Header
from threadkit.parse.lines import Lines
from threadkit.records import Mailbox
from threadkit.words import Words

RULES = (
    "quoted-by-marker", "quoted-by-angle", "quoted-goes-on", "released-by-layout", "released-by-owner-line", "released-first",
    "released-new-conversation",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands: `within` is the index (among the places) of the message it is quoted in."""

    header: Header
    standing: str
    depth: int
    within: int | None
    rule: str


def find_places(
    headers: Sequence[Header], lines: Lines, furniture: Mapping[int, str], words: Words, document_between: Callable[[Header, Header], bool],
) -> list[Place]:
    """Return the place of each header, in the order of the source.

    Args:
        headers: the headers of the source, in order.
        lines: the source's lines.
        furniture: its furniture lines.
        words: the word files.
        document_between: says whether the text between two headers ends the first one's message and begins a document.
    """
    places: list[Place] = []
    for header in headers:
        previous = places[-1] if places else None
        quoted, rule = _is_quoted(header, previous, lines, furniture, words)
        changed = rule == "quoted-goes-on" and previous is not None and not _same_subject(header, previous.header, words)
        if changed and previous is not None and document_between(previous.header, header):
            quoted, rule = False, "released-new-conversation"
        if quoted and previous is not None:
            places.append(Place(header, "quoted", previous.depth + 1, len(places) - 1, rule))
        elif quoted:
            places.append(Place(header, "quoted", 1, None, rule))
        else:
            places.append(Place(header, "released", 0, None, rule))
    return places


def _is_quoted(header: Header, previous: Place | None, lines: Lines, furniture: Mapping[int, str], words: Words) -> tuple[bool, str]:
    block = header.block
    if block.marker is not None and (previous is not None or lines.previous_text(block.marker - 1) >= 0):
        return True, "quoted-by-marker"
    if block.quote_depth > (previous.header.block.quote_depth if previous else 0):
        return True, "quoted-by-angle"
    if previous is None:
        return False, "released-first"
    if block.owner is not None:
        return False, "released-by-owner-line"
    if header.judged.prior == "released":
        return False, "released-by-layout"
    if _goes_on(header, previous.header, _own_page(block.first, lines, furniture), words):
        return True, "quoted-goes-on"
    return False, "released-new-conversation"


def _own_page(first: int, lines: Lines, furniture: Mapping[int, str]) -> bool:
    """Say whether a header begins a page: a form feed, the one blank that joins pages, or a page number right above it."""
    above = first - 1
    blanks = 0
    while above >= 0 and lines.blank[above]:
        blanks += 1
        above -= 1
    return lines.starts_page(first) or (above in furniture and blanks <= 4) or blanks >= 4


def _goes_on(header: Header, above: Header, own_page: bool, words: Words) -> bool:
    """Say whether a header continues the conversation of the one above it.

    Older or equal in time, and the same base subject (but a mail without prefix quotes no reply to itself). Where the subjects differ (one
    was changed on the way) both must be dated, no page may begin between them, and either the one above is a print whose author took
    part in the one below, or the subjects share a word and the one above answers or forwards the one below. An English print has the
    same layout as an English quotation: there the subject must agree.
    """
    if _later(header, above):
        return False
    if _same_subject(header, above, words):
        if above.relation is None and header.relation is not None:
            return False
        return not own_page or above.relation is not None or _share_people(header, above, words)
    if own_page or not _dated(header, above):
        return False
    if above.judged.prior == "released" and _took_part(header, above, words):
        return True
    forwards = above.relation == "forward" and _took_part(header, above, words)
    return _share_a_word(header, above, words) and (forwards or _answers(header, above, words))


def _same_subject(header: Header, above: Header, words: Words) -> bool:
    return words.folding.letters(header.subject_base or "") == words.folding.letters(above.subject_base or "")


def _took_part(header: Header, above: Header, words: Words) -> bool:
    """Say whether the author of a print took part in this message: an older mail, of the quoted kind, right under his own words."""
    mine = {key for item in header.mailboxes for key in _keys(item.mailbox, words)}
    return bool(_keys(above.mailbox("from"), words) & mine)


def _dated(header: Header, above: Header) -> bool:
    return all(item.sent is not None and item.sent.value is not None for item in (header, above))


def _share_a_word(header: Header, above: Header, words: Words) -> bool:
    """Say whether two subjects have a word of four letters or more in common: a subject that was changed on the way keeps one."""
    mine, other = words.folding.words(header.subject_base or ""), words.folding.words(above.subject_base or "")
    return any(len(word) >= 4 for word in set(mine) & set(other))


def _answers(header: Header, above: Header, words: Words) -> bool:
    """Say whether the one above answers this message: its author received it, and writes to its author."""
    mine = {key for item in header.mailboxes if item.field != "from" for key in _keys(item.mailbox, words)}
    theirs = {key for item in above.mailboxes if item.field != "from" for key in _keys(item.mailbox, words)}
    return bool(_keys(above.mailbox("from"), words) & mine) and bool(_keys(header.mailbox("from"), words) & theirs)


def _later(header: Header, above: Header) -> bool:
    """Say whether a header's time is after the one above it (compared at the coarser precision)."""
    mine, other = header.sent.value if header.sent else None, above.sent.value if above.sent else None
    if mine is None or other is None:
        return False
    length = min(len(mine), len(other), 16)
    return mine[:length] > other[:length]


def _keys(mailbox: Mailbox | None, words: Words) -> set[str]:
    if mailbox is None:
        return set()
    keys = {mailbox.email} if mailbox.email else set()
    if mailbox.name:
        keys.add(" ".join(sorted(words.folding.words(mailbox.name))))
    return {key for key in keys if key}


def _share_people(header: Header, above: Header, words: Words) -> bool:
    """Say whether the author above took part in this message, or its author is among those who are answered."""
    mine = {key for item in header.mailboxes for key in _keys(item.mailbox, words)}
    author_above = _keys(above.mailbox("from"), words)
    answered = {key for item in above.mailboxes if item.field != "from" for key in _keys(item.mailbox, words)}
    return bool(author_above & mine) or bool(_keys(header.mailbox("from"), words) & answered)
