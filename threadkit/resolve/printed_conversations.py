"""Find what a message of a printed conversation answers: Gmail prints the subject once, how many messages there are, and then all of them, earliest first.

None of them has a prefix, and what each quotes is hidden. Its parent stands above it on the same print.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from threadkit.resolve.messages import Draft

RULES = ("conversation-print",)

_LAYOUT = "unlabelled"
#: A source and the line of a subject that heads several messages.
_Print = tuple[int, int]


class PrintedConversations:
    """The conversations of one component that stand under one printed subject."""

    def __init__(self, drafts: Sequence[Draft]) -> None:
        self._drafts = drafts
        headed = {index: found for index, draft in enumerate(drafts) if (found := _prints_of(draft))}
        self._prints: dict[_Print, list[tuple[int, int]]] = {}
        for index, found in headed.items():
            for printed, line in found.items():
                self._prints.setdefault(printed, []).append((line, index))
        self._of = headed

    def answered_by(self, index: int) -> int | None:
        """Return the one message above it on its print that a message answers; None where it has a prefix, or several may be.

        That is the one whose author it addresses directly, or whose recipient its author was where there is one alone. Of several by the same
        author it is the latest.
        """
        draft = self._drafts[index]
        author = draft.parties.sender
        if draft.relation is not None or author is None:
            return None
        above = [other for other in self._above(index) if self._is_of_another(other, index)]
        direct = [p for p in draft.parties.recipients if p.role == "to"]
        addressed = [i for i in above if (by := self._drafts[i].parties.sender) is not None and any(p.matches(by) for p in direct)]
        if not addressed and len(above) == 1 and any(p.matches(author) for p in self._drafts[above[0]].parties.recipients):
            return above[0]
        first = self._drafts[addressed[0]].parties.sender if addressed else None
        same = all((by := self._drafts[i].parties.sender) is not None and first is not None and by.matches(first) for i in addressed)
        return addressed[-1] if addressed and same else None

    def _above(self, index: int) -> list[int]:
        """Return the messages above it on all its prints, from the first on; none where two prints tell otherwise."""
        found = [
            [other for line, other in sorted(self._prints[printed]) if line < own and other != index]
            for printed, own in self._of.get(index, {}).items()
        ]
        return found[0] if found and all(set(other) == set(found[0]) for other in found) else []

    def _is_of_another(self, candidate: int, index: int) -> bool:
        """Say whether a message is by another author, and not later."""
        by, author = self._drafts[candidate].parties.sender, self._drafts[index].parties.sender
        return candidate < index and by is not None and author is not None and not by.matches(author)


def _prints_of(draft: Draft) -> Mapping[_Print, int]:
    """Return the prints of conversations on which a message stands below a subject, each with the message's line; the first of each has the subject itself."""
    found: dict[_Print, int] = {}
    for occurrence in draft.occurrences:
        for field in occurrence.fields if occurrence.layout == _LAYOUT else ():
            if field.field == "subject" and not field.label and field.span.first_line <= occurrence.span.first_line:
                found[occurrence.source_id, field.span.first_line] = occurrence.span.first_line
    return found
