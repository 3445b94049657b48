"""People: which mailboxes the archive takes for one person (B-cubed), what kind it takes them for, and namesakes left open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from tests.accuracy.answer import Answer, Id, Message, Participant
from tests.accuracy.compare import fold_address
from tests.accuracy.matching import Matching
from tests.accuracy.tally import Outcome, Tally
from tests.accuracy.truth import Box, TrueMessage, Truth


@dataclass(frozen=True, slots=True)
class Mention:
    """One mailbox of a message found: which person it is by the truth, and which by the archive."""

    right: int
    given: Id | None
    line: int
    detail: str


def score_people(truth: Truth, answer: Answer, matching: Matching, tally: Tally) -> None:
    """Compare people over all mailboxes of senders and recipients that were found under their name or address."""
    mentions = list(_mentions(truth, matching, tally))
    _add_up(mentions, tally)
    _score_kinds(truth, answer, mentions, tally)


def _mentions(truth: Truth, matching: Matching, tally: Tally) -> Iterator[Mention]:
    open_in = {f.message for f in truth.findings if f.kind == "person-ambiguous" and f.optional}
    for message, role, box, found in _found_boxes(truth, matching):
        detail = f"{message.key} {role} {box[0] or box[1]}"
        if truth.is_ambiguous(box):
            if message.key not in open_in:
                outcome: Outcome = "right" if found.person is None else "wrong"
                tally.note("namesakes left open", outcome, f"{detail}: fits two people, got one", message.line)
            continue
        person = truth.find_person(box)
        if person is not None:
            yield Mention(person, found.person, message.line, detail)


def _found_boxes(truth: Truth, matching: Matching) -> Iterator[tuple[TrueMessage, str, Box, Participant]]:
    for message in truth.messages:
        got = matching.found.get(message.key)
        for role, boxes in message.boxes.items() if got else ():
            left = list(got.participants.get(role, ())) if isinstance(got, Message) else []
            for box in boxes:
                found = _find_box(truth, left, box)
                if found is not None:
                    left.remove(found)
                    yield message, role, box, found


def _find_box(truth: Truth, participants: list[Participant], box: Box) -> Participant | None:
    name, email = truth.fold_name(box[0]), fold_address(box[1])
    by_email = (p for p in participants if email and fold_address(p.box[1]) == email)
    by_name = (p for p in participants if name and truth.fold_name(p.box[0]) == name)
    return next(by_email, None) or next(by_name, None)


def _add_up(mentions: list[Mention], tally: Tally) -> None:
    """Add up B-cubed: for each mention, how much of its given person is right, and how much of its right person is given.

    A mailbox without a person in the archive stands alone.
    """
    right = Counter(m.right for m in mentions)
    given = Counter(m.given for m in mentions)
    both = Counter((m.right, m.given) for m in mentions)
    for m in mentions:
        together, size = (1, 1) if m.given is None else (both[m.right, m.given], given[m.given])
        tally.sums["mentions"] += 1
        tally.sums["people precision"] += together / size
        tally.sums["people recall"] += together / right[m.right]
        if together < size:
            tally.note("people", "wrong", f"{m.detail} is one with another", m.line)
        elif together < right[m.right]:
            tally.note("people", "missing", f"{m.detail} is not one with all its mailboxes", m.line)


def _score_kinds(truth: Truth, answer: Answer, mentions: list[Mention], tally: Tally) -> None:
    """Compare the kind of each person once; `unknown` for a person is right."""
    firsts = {(m.right, m.given): m for m in reversed(mentions) if m.given is not None}
    for (person, given), mention in firsts.items():
        right, kind = truth.people[person].kind, answer.person_kinds.get(given)
        if right is not None:
            fits = kind == right or (right == "person" and kind == "unknown")
            outcome: Outcome = "right" if fits else "missing" if kind == "unknown" else "wrong"
            tally.note("kind of person", outcome, f"{mention.detail} is {kind} for {right}", mention.line)
