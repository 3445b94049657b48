"""Find the rule under which Outlook puts what an invitation says; above it stands when and where, which a quotation has in its header."""

from __future__ import annotations

from threadkit.words import Words


class InvitationHeads:
    """Finds where what an invitation says begins."""

    def __init__(self, words: Words) -> None:
        (self._rule,) = words.patterns("invitation-rule")

    def end(self, body: str) -> int:
        """Return how many characters of a body are an invitation's head, 0 for none."""
        if not any(map(body.__contains__, self._rule.needs)):
            return 0
        found = self._rule.regex.search(body)
        return found.end() if found else 0
