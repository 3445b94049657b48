"""Released messages that may be the same as one known only from a quotation: of one minute, or, where it has no date, of the same words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from threadkit.resolve.bodies import BodyReader
from threadkit.resolve.messages import Draft
from threadkit.resolve.times import PRECISIONS

__all__ = ["Twins"]

_MINUTE = PRECISIONS["minute"]
#: So many released messages are compared with one that has no date.
_COMPARED = 20


class Twins:
    """Looks in one component for the released message that a quotation may be of, where their headers did not make them one."""

    def __init__(self, drafts: Sequence[Draft], bodies: BodyReader) -> None:
        self._drafts, self._bodies = drafts, bodies

    def of(self, draft: Draft) -> Draft | None:
        """Return the released message that may be the same; None where there is none. Two unequal minutes are never one message."""
        body = draft.fullest.body
        if draft.sent_at is None:
            undated = (other for other in self._released[:_COMPARED] if _has_one_subject(draft, other))
            return next((other for other in undated if self._bodies.share_words(body, other.fullest.body)), None)
        for other in self._of_minute.get(draft.sent_at[:_MINUTE], ()):
            if self._bodies.are_alike(body, other.fullest.body) or self._bodies.share_most(body, other.fullest.body):
                return other
        return None

    @cached_property
    def _released(self) -> list[Draft]:
        return [draft for draft in self._drafts if draft.standing == "released"]

    @cached_property
    def _of_minute(self) -> dict[str, list[Draft]]:
        found: dict[str, list[Draft]] = {}
        for draft in self._released:
            if draft.sent_at is not None and len(draft.sent_at) >= _MINUTE:
                found.setdefault(draft.sent_at[:_MINUTE], []).append(draft)
        return found


def _has_one_subject(a: Draft, b: Draft) -> bool:
    """Tell whether two messages have one subject, or one of them none that can be read."""
    return not a.folded or not b.folded or a.folded == b.folded
