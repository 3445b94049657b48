"""Find parents by what is printed inside a message: the message quoted first, directly below its own words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from threadkit.frozen import record
from threadkit.records import Occurrence
from threadkit.resolve.messages import Draft
from threadkit.resolve.subjects import Subjects
from threadkit.resolve.times import is_before, minutes_between

RULES = ("quotation", "quotation-line", "quotation-against-time")

STEPS = 5000
#: By how many minutes the clocks of any two zones differ.
CLOCKS = 26 * 60


@record(frozen=True, slots=True)
class Quoted:
    """What one message quotes, as indexes of messages: the `first` of each copy that quotes, `others` at the same depth, and the line."""

    first: tuple[int, ...]
    others: tuple[int, ...]
    line: int


def find_quoted(drafts: Sequence[Draft]) -> dict[int, Quoted]:
    """Return index -> what that message quotes directly. Copies that quote nothing do not count."""
    message_of = {o.id: i for i, draft in enumerate(drafts) for o in draft.occurrences}
    inside: dict[int, list[Occurrence]] = {}
    for draft in drafts:
        for occurrence in draft.occurrences:
            if occurrence.within_id is not None and occurrence.standing != "enclosed":
                inside.setdefault(occurrence.within_id, []).append(occurrence)
    quoted: dict[int, Quoted] = {}
    for index, draft in enumerate(drafts):
        below = [(o, sorted(inside[o.id], key=lambda q: q.ordinal)) for o in draft.occurrences if o.id in inside]
        if found := _quoted_by(index, below, message_of):
            quoted[index] = found
    return quoted


def _quoted_by(index: int, below: list[tuple[Occurrence, list[Occurrence]]], message_of: dict[int, int]) -> Quoted | None:
    first: set[int] = set()
    others: set[int] = set()
    line = 0
    for outer, inner in below:
        direct = [q for q in inner if q.depth == outer.depth + 1 and message_of[q.id] != index]
        if direct:
            first.add(message_of[direct[0].id])
            others.update(message_of[q.id] for q in direct[1:])
            line = line or direct[0].span.first_line
    return Quoted(tuple(sorted(first)), tuple(sorted(others - first)), line) if first else None


def is_later(parent: int, child: int, drafts: Sequence[Draft]) -> bool:
    """Tell whether one message is dated after another that is to answer it."""
    a, b = drafts[child].clock, drafts[parent].clock
    return a is not None and b is not None and is_before(a, b) is True


def is_days_later(parent: int, child: int, drafts: Sequence[Draft]) -> bool:
    """Tell whether one message is dated so long after another that is to answer it that no two clocks differ so much."""
    a, b = drafts[child].clock, drafts[parent].clock
    return a is not None and b is not None and minutes_between(a, b) > CLOCKS


def told_apart(index: int, quoted: Quoted, drafts: Sequence[Draft]) -> Quoted:
    """Return what is quoted with what cannot be answered put among the others.

    That is what is dated later, where another copy quotes an earlier message; and a mail that was inserted before the one that is answered:
    of all quoted at one depth, that one alone is by whom this message goes to, and went to its sender.
    """
    if len(quoted.first) > 1:
        first = tuple(i for i in quoted.first if not is_later(i, index, drafts))
        return _with_first(first, quoted) if first else quoted
    if not quoted.others or _is_answered(quoted.first[0], index, drafts):
        return quoted
    fitting = tuple(i for i in quoted.others if _is_answered(i, index, drafts))
    return _with_first(fitting, quoted) if len(fitting) == 1 else quoted


def _with_first(first: tuple[int, ...], quoted: Quoted) -> Quoted:
    return Quoted(first, tuple(sorted({*quoted.first, *quoted.others} - set(first))), quoted.line)


def _is_answered(parent: int, child: int, drafts: Sequence[Draft]) -> bool:
    """Tell whether a message goes to the author of another, which went to its own author."""
    mine, other = drafts[child].parties, drafts[parent].parties
    if mine.sender is None or other.sender is None:
        return False
    direct = any(p.role == "to" and p.matches(other.sender) for p in mine.recipients)
    return direct and any(p.matches(mine.sender) for p in other.recipients)


def are_ancestors(candidates: Iterable[int], latest: int, parents: dict[int, int]) -> bool:
    """Tell whether all `candidates` stand on the line from `latest` up through its known parents.

    Indexes are in order of time. Limit: the line is followed 5,000 steps up, and not past a parent that is dated too early.
    """
    wanted = set(candidates) - {latest}
    place: int | None = latest
    for _ in range(STEPS):
        if not wanted or place is None or place < min(wanted):
            break
        place = parents.get(place)
        if place is not None:
            wanted.discard(place)
    return not wanted


def closest(candidates: Sequence[int], parents: dict[int, int]) -> int | None:
    """Return the latest candidate where all others are its ancestors, None where they do not stand in one line."""
    latest = max(candidates, default=None)
    return latest if latest is not None and are_ancestors(candidates, latest, parents) else None


def is_inserted(index: int, quoted: Quoted, drafts: Sequence[Draft], subjects: Subjects) -> bool:
    """Tell whether a reply prints below its words a mail of another subject, by and to others: something to read, not what it answers."""
    child, shown = drafts[index], [drafts[i] for i in quoted.first]
    if child.relation != "reply" or len(shown) != 1 or not child.folded or not shown[0].folded or subjects.is_generic(child.folded):
        return False
    parties, author = child.parties, shown[0].parties.sender
    addressed = author is None or any(party.matches(author) for party in parties.recipients if party.role == "to")
    return child.folded != shown[0].folded and not child.folded.endswith(shown[0].folded) and not addressed and len(parties.recipients) > 0


def is_reminder(index: int, shown: int, drafts: Sequence[Draft]) -> bool:
    """Tell whether a reply shows a mail that its own author sent to one of those whom it addresses: it reminds him of it."""
    mine, other = drafts[index].parties, drafts[shown].parties
    own = mine.sender is not None and other.sender is not None and other.sender.matches(mine.sender)
    return own and any(a.matches(b) for a in mine.recipients if a.role == "to" for b in other.recipients)
