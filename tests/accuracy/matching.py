"""Which message of the archive is which message of the truth: by the lines where they stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from tests.accuracy.answer import Answer, Id, Message, Place
from tests.accuracy.tally import Outcome, Tally
from tests.accuracy.truth import Truth


@dataclass(frozen=True, slots=True)
class Matching:
    """The messages found: key in the truth -> message in the archive, and back by id.

    `copies` leads back from the further messages that stand where one message is printed: counted as invented, and not again elsewhere.
    """

    found: Mapping[str, Message]
    keys: Mapping[Id, str]
    copies: Mapping[Id, str]


def match_messages(truth: Truth, answer: Answer, tally: Tally) -> Matching:
    """Match messages by their occurrences, one to one; count occurrences and messages found, missed and invented."""
    votes = _match_occurrences(truth, answer, tally)
    found: dict[str, Message] = {}
    keys: dict[Id, str] = {}
    for message in sorted(truth.messages, key=lambda m: -votes[m.key].total()):
        free = [id_ for id_, _ in votes[message.key].most_common() if id_ not in keys and id_ in answer.messages]
        if not free:
            tally.note("messages", "missing", f"{message.key} {message.subject[0]!r} is nowhere, or part of another", message.line)
            continue
        found[message.key], keys[free[0]] = answer.messages[free[0]], message.key
        tally.note("messages", "right")
    _note_invented(answer, keys, tally)
    return Matching(found, keys, {id_: key for key, ids in votes.items() for id_ in ids if id_ not in keys})


def _match_occurrences(truth: Truth, answer: Answer, tally: Tally) -> dict[str, Counter[Id]]:
    """Return key -> how often each message of the archive stands where that message stands."""
    by_line: dict[int, Place] = {}
    for place in answer.places:
        by_line.setdefault(place.header_line, place)
    for place in answer.places:
        by_line.setdefault(place.first_line, place)
    used: set[Id] = set()
    votes: dict[str, Counter[Id]] = {message.key: Counter() for message in truth.messages}
    for message in truth.messages:
        for number, (line, standing) in enumerate(message.places):
            span = range(line, message.last_lines[number] + 1)
            at_line = next((by_line[at] for at in span if at in by_line and by_line[at].id not in used), None)
            if at_line is None:
                tally.note("occurrences", "missing", f"of {message.key}", line)
                continue
            used.add(at_line.id)
            votes[message.key][at_line.message] += 1
            tally.note("occurrences", "right")
            outcome: Outcome = "right" if at_line.standing == standing or message.open_standings[number] else "wrong"
            tally.note("standing", outcome, f"{message.key} is {at_line.standing} for {standing}", line)
    for place in answer.places:
        if place.id not in used:
            tally.note("occurrences", "invented", place.standing, place.header_line)
    return votes


def _note_invented(answer: Answer, keys: Mapping[Id, str], tally: Tally) -> None:
    lines = {place.message: place.header_line for place in reversed(answer.places)}
    for id_, message in answer.messages.items():
        if id_ not in keys:
            tally.note("messages", "invented", f"{message.subject!r}", lines.get(id_))
