"""Compare printed times, and bring one to UTC only where the source or the user says how."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from threadkit.records import Phrase, ThreadkitError

PRECISIONS = {"day": 10, "minute": 16, "second": 19}


def read_zone(name: str | None) -> ZoneInfo | None:
    """Return the time zone the user names, None for none.

    Raises:
        ThreadkitError: no such time zone on this machine.
    """
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ThreadkitError(
            Phrase("there is no time zone {name}.", name=name), hint="Give a name such as America/Toronto.", exit_code=1
        ) from error


def days_of(value: str) -> int:
    """Return the day number of a printed time (days since year 1)."""
    return date.fromisoformat(value[:10]).toordinal()


def is_before(a: str, b: str) -> bool | None:
    """Tell whether `a` is earlier than `b`, both wall times; None where the coarser one does not say.

    >>> is_before("2023-09-22", "2023-09-23T10:33"), is_before("2023-09-22", "2023-09-22T10:33")
    (True, None)
    """
    shared = min(len(a), len(b))
    if a[:shared] != b[:shared]:
        return a[:shared] < b[:shared]
    return None if shared < PRECISIONS["second"] or a == b else a < b


def in_utc(value: str | None, offset_minutes: int | None, zone: ZoneInfo | None) -> str | None:
    """Return a wall time in UTC (`2023-09-22T14:33Z`); None for a day, without offset or zone, or where the clock skips or repeats.

    >>> in_utc("2023-09-22T10:33", -240, None)
    '2023-09-22T14:33Z'
    """
    if value is None or len(value) < PRECISIONS["minute"] or (offset_minutes is None and zone is None):
        return None
    wall = datetime.fromisoformat(value)
    if offset_minutes is not None:
        moment = wall.replace(tzinfo=timezone(timedelta(minutes=offset_minutes)))
    elif zone is not None and wall.replace(tzinfo=zone, fold=0).utcoffset() == wall.replace(tzinfo=zone, fold=1).utcoffset():
        moment = wall.replace(tzinfo=zone)
    else:
        return None
    try:
        return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")[: len(value)] + "Z"
    except OverflowError:
        return None


def in_zone(utc: str | None, zone: ZoneInfo | None) -> str | None:
    """Return a time in UTC as the wall clock of a zone shows it; None without either.

    >>> in_zone("2023-09-22T14:33Z", ZoneInfo("America/Toronto"))
    '2023-09-22T10:33'
    """
    if utc is None or zone is None:
        return None
    moment = datetime.fromisoformat(utc.removesuffix("Z")).replace(tzinfo=UTC).astimezone(zone)
    return moment.replace(tzinfo=None).isoformat(timespec="seconds")[: len(utc) - 1]


def minutes_between(a: str, b: str) -> int:
    """Return the minutes from `a` to `b`, each taken at the start of what it says."""
    return int((datetime.fromisoformat(b) - datetime.fromisoformat(a)).total_seconds() // 60)
