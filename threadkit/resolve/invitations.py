"""Find what notices speak of that no search by time finds: a calendar's print of a meeting, which has no date of sending; a mail that is recalled."""

from __future__ import annotations

from collections.abc import Sequence

from threadkit.resolve.messages import Draft

RULES = ("meeting-answer",)

ANSWER, INVITATION, RECALL = "meeting-response", "meeting-request", "recall"
LOOKED_AT = 200


class Invitations:
    """The meetings of one component that a calendar prints, by their base subjects."""

    def __init__(self, drafts: Sequence[Draft]) -> None:
        self._drafts = drafts
        self._found: dict[str, list[int]] = {}
        for index, draft in enumerate(drafts):
            if draft.fullest.kind == INVITATION and draft.clock is None and draft.relation is None and draft.matter:
                self._found.setdefault(draft.matter, []).append(index)

    def answered_by(self, index: int) -> int | None:
        """Return the one meeting of its subject that an answer to the organiser speaks of; None where several have that subject."""
        draft = self._drafts[index]
        meeting = self._only(index) if draft.fullest.kind == ANSWER else None
        organiser = self._drafts[meeting].parties.sender if meeting is not None else None
        return meeting if organiser is not None and any(organiser.matches(party) for party in draft.parties.recipients) else None

    def told_of_by(self, index: int) -> tuple[int, ...]:
        """Return the one meeting of its subject that its organiser's own mail speaks of: its invitation, a change of it, its cancellation."""
        draft = self._drafts[index]
        meeting = self._only(index) if draft.fullest.kind == INVITATION else None
        organiser = self._drafts[meeting].parties.sender if meeting is not None else None
        sender = draft.parties.sender
        return (meeting,) if meeting is not None and organiser is not None and sender is not None and sender.matches(organiser) else ()

    def _only(self, index: int) -> int | None:
        found = self._found.get(self._drafts[index].matter, ())
        return found[0] if len(found) == 1 and found[0] != index else None


def find_recalled(index: int, drafts: Sequence[Draft]) -> tuple[int, ...]:
    """Return the earlier messages by the sender of a recall of which its subject speaks: it belongs with them, though it answers none."""
    recall = drafts[index]
    author = recall.parties.sender
    if recall.fullest.kind != RECALL or author is None or not recall.matter or recall.clock is None:
        return ()
    near = range(max(0, index - LOOKED_AT), index)
    senders = {i: drafts[i].parties.sender for i in near if drafts[i].matter == recall.matter and drafts[i].clock is not None}
    return tuple(i for i, sender in senders.items() if sender is not None and sender.matches(author))
