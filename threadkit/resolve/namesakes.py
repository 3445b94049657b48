"""Find what tells two people of one name apart: single messages that show which address a name with its unit stands for.

Looked for only where a name fits two people. A copy of one message prints the name with unit, another the address; a signature shows the
address; somebody answers a message that went to that address alone of the name, or is answered under it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from threadkit.records import Mailbox, Occurrence, Readings
from threadkit.resolve.copies import UNDATED_WORDS, sender_of
from threadkit.resolve.names import NameReader, fits_local_part
from threadkit.resolve.subjects import Subjects
from threadkit.resolve.times import PRECISIONS

RULES = ("name-in-copy", "name-in-signature", "name-that-answers", "name-answered")

BATCH = 500

_Told = tuple[str, str, str, str]


def find_namesake_evidence(
    readings: Readings, reader: NameReader, subjects: Subjects, keys: frozenset[str]
) -> dict[tuple[str, str], tuple[str, str]]:
    """Return (key of a name, unit) -> (address, rule), where all evidence names one address.

    Limit: a name without a unit is told in its own message only, never for all others.
    """
    wanted = _wanted(readings, reader, keys)
    told: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for key, unit, email, rule in _evidence(_fetched(readings, wanted), reader, subjects, keys):
        told.setdefault((key, unit), set()).add((email, rule))
    return {name: min(found) for name, found in told.items() if len({email for email, _ in found}) == 1}


def _wanted(readings: Readings, reader: NameReader, keys: frozenset[str]) -> list[int]:
    """Return the occurrences that such a name wrote, and those that quote or are quoted by them."""
    written: set[int] = set()
    around: set[int] = set()
    for key in readings.keys():  # noqa: SIM118 - a protocol of ours, no mapping
        form = reader.read(key.sender_name)
        if form is not None and form.key in keys:
            written.add(key.id)
            if key.within_id is not None:
                around.add(key.within_id)
        elif key.within_id in written:
            around.add(key.id)
    return sorted(written | around)


def _fetched(readings: Readings, ids: list[int]) -> list[Occurrence]:
    return [o for start in range(0, len(ids), BATCH) for o in readings.occurrences(ids[start : start + BATCH])]


def _evidence(occurrences: list[Occurrence], reader: NameReader, subjects: Subjects, keys: frozenset[str]) -> Iterator[_Told]:
    by_id = {o.id: o for o in occurrences}
    copies: dict[tuple[str, str, str, str], list[Mailbox]] = {}
    for occurrence in occurrences:
        sender = sender_of(occurrence)
        form = reader.read(sender.name) if sender is not None else None
        key = form.key if form is not None and form.key in keys else ""
        if sender is not None and form is not None and key:
            if (
                occurrence.sent
                and occurrence.sent.value
                and len(occurrence.sent.value) >= PRECISIONS["minute"]
                and occurrence.body_words >= UNDATED_WORDS
            ):
                minute = occurrence.sent.value[: PRECISIONS["minute"]]
                copies.setdefault((key, minute, subjects.fold(occurrence.subject_base), occurrence.body_print), []).append(sender)
            shown = {e for e in reader.emails(occurrence.signature) if fits_local_part(form, e)}
            if _is_bare(sender) and len(shown) == 1:
                yield key, _unit(sender), shown.pop(), "name-in-signature"
        outer = by_id.get(occurrence.within_id) if occurrence.within_id is not None else None
        if outer is not None and occurrence.depth == outer.depth + 1 and outer.relation == "reply":
            yield from _in_reply(outer, occurrence, reader, keys)
    for (key, *_), boxes in copies.items():
        emails = {b.email for b in boxes if b.email}
        if len(emails) == 1:
            email = min(emails)
            yield from ((key, _unit(b), email, "name-in-copy") for b in boxes if _is_bare(b))


def _in_reply(outer: Occurrence, quoted: Occurrence, reader: NameReader, keys: frozenset[str]) -> Iterator[_Told]:
    """Yield whom a reply and what it quotes tell: who answers was addressed, and who is addressed first wrote what is answered."""
    senders = [reader.read(box.name) for box in (sender_of(outer), sender_of(quoted)) if box is not None]
    for key in keys.intersection([form.key for form in senders if form is not None]):
        author, writer = _only((sender_of(outer),), key, reader), _only((sender_of(quoted),), key, reader)
        addressed = _only((use.mailbox for use in quoted.mailboxes if use.field in ("to", "cc")), key, reader)
        recipient = _only((use.mailbox for use in outer.mailboxes if use.field == "to"), key, reader)
        copied = _only((use.mailbox for use in outer.mailboxes if use.field == "cc"), key, reader)
        if author is not None and addressed is not None and writer is None and _is_bare(author) and addressed.email:
            yield key, _unit(author), addressed.email, "name-that-answers"
        if writer is not None and recipient is not None and author is None and copied is None and _is_bare(recipient) and writer.email:
            yield key, _unit(recipient), writer.email, "name-answered"


def _only(mailboxes: Iterable[Mailbox | None], key: str, reader: NameReader) -> Mailbox | None:
    """Return the one mailbox of that name, None for none or several."""
    found = [box for box in mailboxes if box is not None and (form := reader.read(box.name)) is not None and form.key == key]
    return found[0] if len(found) == 1 else None


def _is_bare(mailbox: Mailbox) -> bool:
    return mailbox.email is None and bool(mailbox.unit)


def _unit(mailbox: Mailbox) -> str:
    return (mailbox.unit or "").casefold()
