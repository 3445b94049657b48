"""Find parents by what mail files say: the identifier of the mail that a message answers, and the mails forwarded in it as parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from threadkit.frozen import record
from threadkit.resolve.messages import Draft

RULES = ("in-reply-to", "references", "attached-mail", "in-reply-to-against-time", "refused-mail-id")

CONFIDENCE = {"in-reply-to": 0.99, "references": 0.95, "attached-mail": 0.95, "in-reply-to-against-time": 0.7, "refused-mail-id": 0.05}
EVIDENCE = {
    "in-reply-to": "its header names the identifier of that mail",
    "references": "the last identifier in its header's references is that mail's",
    "attached-mail": "that mail lies in it as a part",
    "in-reply-to-against-time": "its header names the identifier of that mail, which is dated later",
    "refused-mail-id": "its header names another mail",
}


@record(frozen=True, slots=True)
class Told:
    """What its header says of the mail that a message answers; indexes of messages.

    `parent` is None where that mail is not here, or where programs have used its identifier twice; `near` are then the messages that
    belong to the same conversation by their headers.
    """

    parent: int | None
    rule: str
    near: tuple[int, ...] = ()


def find_told(drafts: Sequence[Draft]) -> dict[int, Told]:
    """Return index -> what the headers of mail files say, for the messages whose headers name another mail, or that carry one."""
    by_id: dict[str, list[int]] = {}
    naming: dict[str, list[int]] = {}
    for index, draft in enumerate(drafts):
        for mail_id in draft.mail_ids:
            by_id.setdefault(mail_id, []).append(index)
        for mail_id in _named(draft):
            naming.setdefault(mail_id, []).append(index)
    if not naming and not any(o.standing == "enclosed" and o.within_id is not None for draft in drafts for o in draft.occurrences):
        return {}
    told: dict[int, Told] = {}
    for index, draft in enumerate(drafts):
        found = _told(index, draft, by_id, naming)
        if found is not None:
            told[index] = found
    told.update((index, found) for index, found in _carried(drafts) if index not in told)
    return told


def _named(draft: Draft) -> list[str]:
    """Return the identifiers that a message's headers name, in order, each once."""
    ids = [o.mail_ids for o in draft.occurrences if o.mail_ids is not None]
    return list(dict.fromkeys(each for one in ids for each in (*one.references, *one.in_reply_to) if each not in draft.mail_ids))


def _told(index: int, draft: Draft, by_id: dict[str, list[int]], naming: dict[str, list[int]]) -> Told | None:
    ids = [o.mail_ids for o in draft.occurrences if o.mail_ids is not None]
    answered = [each for one in ids for each in one.in_reply_to if each not in draft.mail_ids]
    last = [one.references[-1] for one in ids if one.references and one.references[-1] not in draft.mail_ids]
    for rule, named in (("in-reply-to", answered), ("references", last)):
        if not named:
            continue
        found = _others(index, (place for mail_id in named for place in by_id.get(mail_id, ())))
        if len(found) > 1 and rule == "in-reply-to" and last:
            found = _others(index, (place for mail_id in set(named) & set(last) for place in by_id.get(mail_id, ()))) or found
        if len(found) == 1:
            return Told(found[0], rule)
        near = (place for mail_id in _named(draft) for place in (*by_id.get(mail_id, ()), *naming.get(mail_id, ())))
        return Told(None, rule, tuple(_others(index, near)))
    return None


def _others(index: int, places: Iterable[int]) -> list[int]:
    return sorted(set(places) - {index})


def _carried(drafts: Sequence[Draft]) -> list[tuple[int, Told]]:
    """Return (index, what it forwards) for the messages that carry one mail as a part and say in their subject that they forward it."""
    message_of = {o.id: index for index, draft in enumerate(drafts) for o in draft.occurrences}
    inside: dict[int, set[int]] = {}
    for index, draft in enumerate(drafts):
        for o in draft.occurrences:
            if o.standing == "enclosed" and o.within_id in message_of and message_of[o.within_id] != index:
                inside.setdefault(message_of[o.within_id], set()).add(index)
    return [
        (outer, Told(next(iter(found)), "attached-mail"))
        for outer, found in sorted(inside.items())
        if len(found) == 1 and drafts[outer].relation == "forward"
    ]
