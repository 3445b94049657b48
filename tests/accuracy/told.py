"""What an audit tells, as it is scored."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Told:
    """One point or mask of an audit, with the message of the truth that it is about (None: about none that is known)."""

    kind: str
    certainty: str
    message: str | None
    line: int | None
    detail: str
