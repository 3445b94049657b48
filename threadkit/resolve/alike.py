"""Read what an occurrence shares with others that may concern it, as numbers: with them components are cut, and the archive keeps them.

Each source is read for itself, so this can be done for several at once.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable

from threadkit.frozen import record
from threadkit.records import OccurrenceKey, content_id
from threadkit.resolve.subjects import Subjects
from threadkit.resolve.times import PRECISIONS, days_of

#: Of no day: what makes two occurrences alike holds at any time.
ANY_DAY = 0

MOMENT_WORDS = 8

Alike = tuple[str, str, int]


@record(frozen=True, slots=True)
class Signs:
    """What the occurrences of a source share with others: one place each, in the order of the keys.

    `above` is the place of the occurrence that each is printed inside, -1 for none; `mails` are (place, number) of the identifiers in mail
    files; `damaged` the base subjects in which letters are lost.
    """

    ids: array[int]
    above: array[int]
    alike: array[int]
    days: array[int]
    moments: array[int]
    mails: tuple[tuple[int, int], ...]
    damaged: frozenset[str]


def read_signs(keys: Iterable[OccurrenceKey], subjects: Subjects) -> Signs:
    """Return what occurrences share with others; each stands below the one that it is printed inside."""
    ids, above, alike, days, moments = array("q"), array("q"), array("q"), array("i"), array("q")
    mails: list[tuple[int, int]] = []
    places: dict[int | None, int] = {None: -1}
    told: dict[str | None, int] = {}
    bases: set[str | None] = set()
    for place, key in enumerate(keys):
        places[key.id] = place
        number, day = told.get(key.subject_base), ANY_DAY
        if number is None:
            found = read_alike(key, subjects)
            number, day = alike_id(found), found[2]
            bases.add(key.subject_base)
            if found[0] == "subject":
                told[key.subject_base] = number
        ids.append(key.id)
        above.append(places.get(key.within_id, -1))
        alike.append(number)
        days.append(day)
        moments.append(read_moment(key, subjects))
        mails.extend([(place, number) for number in key.mail_ids])
    return Signs(ids, above, alike, days, moments, tuple(mails), frozenset(subjects.damaged.intersection(filter(None, bases))))


def read_alike(key: OccurrenceKey, subjects: Subjects) -> Alike:
    """Return what an occurrence must share with another one for both to be in one component: what it is, its text, and the day.

    With a day, another one shares it when it is at most `GENERIC_DAYS` before or after; else the day is `ANY_DAY`.
    """
    folded = subjects.matter(key.subject_base)
    if folded and not subjects.is_generic(folded):
        return "subject", folded, ANY_DAY
    if key.sent_at is None:
        return "print", f"{folded}\x1f{key.body_print}", ANY_DAY
    if folded:
        return "generic", folded, days_of(key.sent_at)
    return "minute", key.sent_at[: PRECISIONS["minute"]], ANY_DAY


def read_moment(key: OccurrenceKey, subjects: Subjects) -> int:
    """Return a number that copies of one minute, sender and eight words or more share, whatever damage made of their subject; 0 for none."""
    if key.sent_at is None or len(key.sent_at) < PRECISIONS["minute"] or key.body_words < MOMENT_WORDS:
        return 0
    sender = subjects.worn_name(key.sender_name or (key.sender_email or "").partition("@")[0])
    return content_id("moment", key.sent_at[: PRECISIONS["minute"]], sender) if sender else 0


def alike_id(alike: Alike) -> int:
    """Return the number under which the archive keeps what is alike; the day is kept beside it."""
    return content_id("alike", *alike[:2])
