"""The audit of an archive: its releases, what they leave out, and what they mask."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from threadkit.audit.exchanges import find_exchange_points
from threadkit.audit.mentions import find_mentions
from threadkit.audit.partly import find_partly
from threadkit.audit.points import CERTAIN, Places, Point
from threadkit.audit.recorded import find_recorded
from threadkit.audit.redactions import Ledger, read_ledger
from threadkit.audit.releases import ReleaseRecord, read_releases
from threadkit.audit.variants import find_variant_points
from threadkit.words import Words

__all__ = ["Audit", "audit_archive"]

_MESSAGES = "SELECT standing, count(*) FROM messages GROUP BY standing"


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit says. `points` are certain ones first, then by kind; `messages` counts them by standing."""

    releases: tuple[ReleaseRecord, ...]
    messages: Mapping[str, int]
    points: tuple[Point, ...]
    ledger: Ledger


def audit_archive(connection: sqlite3.Connection, words: Words) -> Audit:
    """Return the audit of everything in an archive. Certain and possible points are kept apart; each names its rule and its place."""
    places = Places(connection)
    points = [
        *find_recorded(connection, places),
        *find_partly(connection, words, places),
        *find_variant_points(connection, words, places),
        *find_mentions(connection, words, places),
        *find_exchange_points(connection, places),
    ]
    return Audit(
        read_releases(connection, words, places),
        dict(connection.execute(_MESSAGES)),
        tuple(sorted(points, key=lambda point: point.certainty != CERTAIN)),
        read_ledger(connection, words, places),
    )
