"""What an audit of a release with gaps must tell: who wrote without an answer, who is only copied, what falls silent, which text lacks pages."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from statistics import median
from typing import Any

from tests.generator.lines import Occurrence, Sheet
from tests.generator.mails import Mail
from tests.generator.world import Person

#: Stands among what is planted where all gaps of these kinds are known, so that whatever else is told is wrong.
KNOWN = "gaps-known"
#: What no reader would miss: so many mails without an answer, so many dated mails, a pause so long where the usual one is so short.
_ONE_SIDED, _DENSE, _PAUSE, _USUAL = 3, 6, 30, 3


def write_gaps(sheet: Sheet) -> list[dict[str, Any]]:
    """Return what must be found: kind, message, line and the words by which it is known."""
    alive: dict[int, list[Occurrence]] = defaultdict(list)
    for occurrence in sheet.occurrences:
        if occurrence.alive:
            alive[occurrence.mail.key].append(occurrence)
    return [_item(KNOWN, None, ""), *_lacking(sheet, alive), *_people(alive), *_silences(sheet, alive)]


def _lacking(sheet: Sheet, alive: dict[int, list[Occurrence]]) -> Iterator[dict[str, Any]]:
    """Yield each attached text that lacks pages, where its title tells which file it is and a print names the file."""
    named = {name for places in alive.values() for place in places for name in place.shown.attachments}
    for plant in sheet.plants:
        if plant.kind == "lacks-pages":
            document = sheet.documents[plant.document or 0]
            is_sure = document.told and document.filename in named
            yield _item("attachment-partly-released", None, plant.old, is_open=not is_sure)


def _people(alive: dict[int, list[Occurrence]]) -> Iterator[dict[str, Any]]:
    """Yield who wrote three mails or more to somebody and got none, and who is copied and nothing else."""
    direct: Counter[tuple[int, int]] = Counter()
    pairs: set[tuple[int, int]] = set()
    people: dict[int, Person] = {}
    roles: dict[int, set[str]] = defaultdict(set)
    for places in alive.values():
        mail = places[0].mail
        people[mail.sender.key] = mail.sender
        roles[mail.sender.key].add("from")
        if mail.behalf is not None:
            roles[mail.behalf.key].add("from")
        for role in ("to", "cc"):
            found = {person.key: person for place in places for person, _ in getattr(place.shown, role)}
            people.update(found)
            for key in found:
                roles[key].add(role)
                pairs.add((mail.sender.key, key))
                direct[mail.sender.key, key] += role == "to"
    plain = {key: _name(person) for key, person in people.items() if person.kind == "person" and not person.new_last}
    counts = Counter(_name(person) for person in people.values())
    for (sender, recipient), count in direct.items():
        if sender in plain and recipient in plain and (recipient, sender) not in pairs and count:
            names = f"{plain[sender]}|{plain[recipient]}"
            is_open = count < _ONE_SIDED or counts[plain[sender]] > 1 or counts[plain[recipient]] > 1
            yield _item("one-sided", None, names, is_open=is_open)
    for key, had in roles.items():
        if had == {"cc"} and key in people:
            yield _item("copied-only", None, _name(people[key]), is_open=key not in plain or counts[_name(people[key])] > 1)


def _silences(sheet: Sheet, alive: dict[int, list[Occurrence]]) -> Iterator[dict[str, Any]]:
    """Yield each conversation that stops: demanded where it is dense on both sides and the pause is long, open elsewhere."""
    for plant in sheet.plants:
        if plant.kind != "silence":
            continue
        own: list[tuple[date, Mail]] = []
        for places in alive.values():
            dates = [place.shown.date for place in places if place.shown.date]
            if str(places[0].mail.conversation) == plant.old and dates:
                own.append((date.fromisoformat(max(dates, key=len)[:10]), places[0].mail))
        own.sort(key=lambda item: (item[1].sent, item[1].key))
        pauses = [((after[0] - before[0]).days, after[1].key) for before, after in pairwise(own)]
        if not pauses:
            continue
        longest, key = max(pauses)
        is_dense = len(own) >= _DENSE and median(days for days, _ in pauses) <= _USUAL and longest >= _PAUSE
        yield _item("silence", f"m{key}", "", is_open=not is_dense)


def _name(person: Person) -> str:
    return person.natural_with(person.last)


def _item(kind: str, message: str | None, words: str, *, is_open: bool = False) -> dict[str, Any]:
    return {"kind": f"perhaps-{kind}" if is_open else kind, "message": message, "line": None, "words": words}
