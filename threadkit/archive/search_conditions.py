"""What a search asks of a message besides its words: its people, its date, its attachments."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["ANY", "ASKED", "Conditions"]

_RECEIVED = """EXISTS (SELECT 1 FROM participant_rows AS r WHERE r.message_id = m.id AND r.role IN ({roles})
  AND r.person_id IN (SELECT value FROM json_each(:{people})))"""

#: What is asked of a row `m` of `messages`, by the name of the condition.
ASKED: Mapping[str, str] = MappingProxyType(
    {
        "from": "m.sender_id IN (SELECT value FROM json_each(:senders))",
        "to": _RECEIVED.format(roles="'to', 'cc', 'bcc'", people="recipients"),
        "copied": _RECEIVED.format(roles="'cc', 'bcc'", people="copied"),
        "dates": "m.sent_at >= :after AND m.sent_at < :before",
        "attachment": "EXISTS (SELECT 1 FROM message_attachments AS x WHERE x.message_id = m.id)",
    }
)
#: What every date as the archive writes it stands before.
_END = "~"


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a message must meet. `senders`, `recipients`, `copied`: ids of people, one of whom it is from, to or copied to; None asks for nobody.

    `after` and `before` are days, months or years as `2023-05-31`, `2023-05`, `2023`: sent on or after the one, before the other.
    """

    senders: tuple[int, ...] | None = None
    recipients: tuple[int, ...] | None = None
    copied: tuple[int, ...] | None = None
    after: str = ""
    before: str = ""
    with_attachment: bool = False

    def values(self) -> dict[str, dict[str, object]]:
        """Return the conditions that are asked, by their name in `ASKED`, each with its values."""
        asked: dict[str, dict[str, object]] = {}
        for name, key, people in (
            ("from", "senders", self.senders),
            ("to", "recipients", self.recipients),
            ("copied", "copied", self.copied),
        ):
            if people is not None:
                asked[name] = {key: json.dumps(people)}
        if self.with_attachment:
            asked["attachment"] = {}
        if self.after or self.before:
            asked["dates"] = {"after": self.after, "before": self.before or _END}
        return asked

    def sql(self) -> tuple[str, dict[str, object]]:
        """Return the conditions on a row `m` of `messages`, each behind an AND, and their values by name."""
        asked = self.values()
        values = {key: value for each in asked.values() for key, value in each.items()}
        return "".join(f" AND {ASKED[name]}" for name in asked), values


ANY = Conditions()
