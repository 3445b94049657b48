"""What each rule is good for, and what published threaders make of the same messages."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from tests.accuracy.answer import Answer, Id, read_answer
from tests.accuracy.matching import Matching, match_messages
from tests.accuracy.score_links import score_parents, score_threads
from tests.accuracy.tally import Outcome, Tally
from tests.accuracy.threaders import THREADERS, read_letters
from tests.accuracy.truth import Truth

#: What a count of a rule begins with: the links that it chose, the copies that it made one message.
LINK, COPIES = "rule of a parent: ", "rule of copies: "


def score_conclusions(truth: Truth, archive: Path, tally: Tally) -> None:
    """Count what rules and threaders conclude of the messages of an archive."""
    answer = read_answer(archive)
    matching = match_messages(truth, answer, Tally())
    score_rules(truth, answer, archive, matching, tally)
    score_threaders(truth, archive, matching, tally)


def score_threaders(truth: Truth, archive: Path, matching: Matching, tally: Tally) -> None:
    """Score the parents and threads of each threader by the same truth; their mistakes are not listed."""
    letters = read_letters(archive)
    for name, thread in THREADERS.items():
        threaded, own = thread(letters), Tally()
        found = {
            key: replace(message, parent=threaded.parents.get(message.id), thread=threaded.threads[message.id])
            for key, message in matching.found.items()
        }
        theirs = replace(matching, found=found)
        score_parents(truth, theirs, own)
        score_threads(truth, theirs, own)
        for (figure, outcome), count in own.counts.items():
            tally.counts[f"{name}: {figure}", outcome] += count


def score_rules(truth: Truth, answer: Answer, archive: Path, matching: Matching, tally: Tally) -> None:
    """Count, for each rule, the parents that it chose, and the messages that it made of several places, right and wrong."""
    with closing(sqlite3.connect(archive)) as db:
        chosen = dict(db.execute("SELECT child_id, rule FROM links WHERE verdict = 'chosen'"))
        rules = dict(db.execute("SELECT id, rule FROM messages WHERE occurrence_count > 1"))
    for message in truth.messages:
        got = matching.found.get(message.key)
        if got is None or got.parent is None:
            continue
        given = matching.keys.get(got.parent, matching.copies.get(got.parent))
        if given not in message.parent_alternatives:
            tally.count(LINK + chosen[got.id], "right" if given == message.parent and given is not None else "wrong")
    for id_, keys in _printed_there(truth, answer).items():
        if id_ in rules:
            outcome: Outcome = "right" if len(keys) == 1 else "wrong"
            tally.count(COPIES + rules[id_], outcome)


def _printed_there(truth: Truth, answer: Answer) -> dict[Id, set[str]]:
    """Return message of the archive -> the messages of the truth that are printed where it stands."""
    key_at = {
        line: message.key
        for message in truth.messages
        for (first, _), last in zip(message.places, message.last_lines, strict=True)
        for line in range(first, last + 1)
    }
    keys: dict[Id, set[str]] = defaultdict(set)
    for place in answer.places:
        key = key_at.get(place.header_line) or key_at.get(place.first_line)
        if key is not None:
            keys[place.message].add(key)
    return keys
