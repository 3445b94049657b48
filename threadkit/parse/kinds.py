"""Say what kind of message one is: what its subject tells, where its header or its own words bear it out.

`Accepté :` opens the answer to an invitation, and also the subject of somebody who writes that a quotation was accepted.
"""

from __future__ import annotations

from collections.abc import Callable

from threadkit.parse.headers import Header
from threadkit.words import Words

__all__ = ["kind_borne_out"]

_MEETING = frozenset({"when", "start", "end", "where"})
_TOLD = "content-type"
_DRAFTED = frozenset({"from", "to", "subject"})


def kind_borne_out(words: Words, header: Header, body: str, *, released: bool) -> str:
    """Return the kind that a header tells, or `message` where the words speak against it.

    An answer to an invitation, a cancellation or an invitation has a meeting's labels, or no words, or a subject that does not run on in
    small letters (`Accepté : le devis`). A receipt has no words or a receipt's; a recall has a recall's. A print
    whose labels stand line by line, none of them a date's, was never sent. What a mail file says of itself needs no bearing out.

    Args:
        words: the word files.
        header: the header as read.
        body: the message's own words.
        released: whether the message is printed on its own.
    """
    if _TOLD in header.block.names:
        return header.kind
    borne_out = _EVIDENCE.get(header.kind)
    if borne_out is not None and not borne_out(words, header, body):
        return "message"
    return "draft" if header.kind == "message" and released and _is_unsent(words, header) else header.kind


def _is_unsent(words: Words, header: Header) -> bool:
    """Say whether a header prints no date although none of its lines is lost, or says that there is none (`Envoyé: Aucun`)."""
    block = header.block
    date = block.text("date")
    if date is not None:
        return words.folding.fold(date) in words.folded_terms("unsent-date")
    unbroken = all(below.first == above.last + 1 for above, below in zip(block.fields, block.fields[1:], strict=False))
    return block.names >= _DRAFTED and unbroken and block.fields[0].tight and not block.quote_depth and block.marker is None


def _is_meeting(words: Words, header: Header, body: str) -> bool:
    told = header.block.names & _MEETING or not body or words.any_of("meeting-words").search(body)
    return bool(told) or not _runs_on(header)


def _is_receipt(words: Words, header: Header, body: str) -> bool:
    return (not body and not _runs_on(header)) or words.any_of("receipt-words").search(body) is not None


def _is_recall(words: Words, _header: Header, body: str) -> bool:
    return words.any_of("recall-words").search(body) is not None


def _runs_on(header: Header) -> bool:
    """Say whether what stands after the subject's first colon begins with a small letter: words of a sentence, and no subject of their own."""
    return (header.subject or "").partition(":")[2].lstrip()[:1].islower()


_EVIDENCE: dict[str, Callable[[Words, Header, str], bool]] = {
    "meeting-response": _is_meeting,
    "meeting-request": _is_meeting,
    "receipt": _is_receipt,
    "recall": _is_recall,
}
