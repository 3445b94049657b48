"""What a search asks of a message besides its words: its people, its date, its attachments."""

from __future__ import annotations

import json
from dataclasses import dataclass

__all__ = ["ANY", "Conditions"]


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a message must meet. `senders`, `recipients`: ids of people, one of whom it is from or to; None asks for nobody in particular.

    `after` and `before` are days, months or years as `2023-05-31`, `2023-05`, `2023`: sent on or after the one, before the other.
    """

    senders: tuple[int, ...] | None = None
    recipients: tuple[int, ...] | None = None
    after: str = ""
    before: str = ""
    with_attachment: bool = False

    def sql(self) -> tuple[str, list[str]]:
        """Return the conditions on a row `m` of `messages`, each behind an AND, and their values in order."""
        asked: list[tuple[str, list[str]]] = []
        if self.senders is not None:
            asked.append(("m.sender_id IN (SELECT value FROM json_each(?))", [json.dumps(self.senders)]))
        if self.recipients is not None:
            asked.append((_RECEIVED, [json.dumps(self.recipients)]))
        if self.after:
            asked.append(("m.sent_at >= ?", [self.after]))
        if self.before:
            asked.append(("m.sent_at < ?", [self.before]))
        if self.with_attachment:
            asked.append(("EXISTS (SELECT 1 FROM message_attachments AS x WHERE x.message_id = m.id)", []))
        return "".join(f" AND {condition}" for condition, _values in asked), [value for _condition, values in asked for value in values]


_RECEIVED = """EXISTS (SELECT 1 FROM participant_rows AS r WHERE r.message_id = m.id AND r.role IN ('to', 'cc', 'bcc')
  AND r.person_id IN (SELECT value FROM json_each(?)))"""

ANY = Conditions()
