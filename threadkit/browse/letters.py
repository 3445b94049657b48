"""Messages as a page shows them: each head with its people, attachments, links and findings, and the beginning of its words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from threadkit.browse.lines import read_lines
from threadkit.browse.room import Room, Row

__all__ = ["ROLES", "read_letters", "sorted_by_time"]

ROLES = ("from", "on-behalf-of", "to", "cc", "bcc", "reply-to")
#: A message to a hundred thousand people is shown with the first of them.
_MOST_OF_EACH, _MOST_IN_ALL = 60, 4000
_MOST_SMALL_PRINT = 8000


async def read_letters(room: Room, ids: Sequence[int], most_bytes: int, start: int = 0) -> list[Row]:
    """Return the messages with these ids, in that order, each with `body`, `people` by role, `attachments`, `links`, `findings`, `signature`, `disclaimers`."""
    wanted = json.dumps(list(ids))
    heads = {row["id"]: row for row in await room.ask("letters.heads", ids=wanted)}
    parts = {
        name: _by(key, await room.ask(f"letters.{name}", ids=wanted, most=_MOST_IN_ALL))
        for name, key in (("participants", "message_id"), ("attachments", "message_id"), ("links", "child_id"), ("findings", "message_id"))
    }
    bodies = await room.stretches("messages", "body", list(heads), most_bytes, start)
    signatures = await room.stretches(
        "signatures", "text", [row["signature_id"] for row in heads.values() if row["signature_id"]], _MOST_SMALL_PRINT
    )
    disclaimers = await _disclaimers(room, [row["occurrence_id"] for row in heads.values()])
    for id_, head in heads.items():
        head |= {name: of[id_][:_MOST_OF_EACH] if id_ in of else [] for name, of in parts.items()}
        participants = parts["participants"].get(id_, [])
        head["people"] = {role: [row for row in participants if row["role"] == role] for role in ROLES}
        head["more_people"] = {role: max(0, len(rows) - _MOST_OF_EACH) for role, rows in head["people"].items()}
        head["people"] = {role: rows[:_MOST_OF_EACH] for role, rows in head["people"].items()}
        head["body"] = bodies.get(id_)
        head["signature"] = signatures.get(head["signature_id"])
        head["disclaimers"] = disclaimers.get(head["occurrence_id"], [])
    return [heads[id_] for id_ in ids if id_ in heads]


def _by(key: str, rows: Iterable[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(row[key], []).append(row)
    return found


async def _disclaimers(room: Room, occurrence_ids: list[int]) -> dict[int, list[str]]:
    """Return the notices under the messages, which stand in the text of the pages alone."""
    found: dict[int, list[str]] = {}
    for row in await room.ask("letters.disclaimers", ids=json.dumps(occurrence_ids), most=_MOST_IN_ALL):
        lines = await read_lines(room, row["source_id"], row["first_line"], row["last_line"], _MOST_SMALL_PRINT)
        found.setdefault(row["occurrence_id"], []).append("\n".join(line.text for line in lines))
    return found


def sorted_by_time(rows: Iterable[Row]) -> list[Row]:
    """Return messages from the oldest to the latest; those without a date stand last."""
    return sorted(rows, key=lambda row: (row["sent_at"] is None, row["sent_at"] or "", row["id"]))
