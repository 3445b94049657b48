"""Parents and threads."""

from __future__ import annotations

from itertools import combinations

from tests.accuracy.answer import Message
from tests.accuracy.matching import Matching
from tests.accuracy.tally import Tally
from tests.accuracy.truth import TrueMessage, Truth

_UNKNOWN = "a message that the truth does not know"


def score_parents(truth: Truth, matching: Matching, tally: Tally) -> None:
    """Compare each link from a message to its parent.

    Wrong: another parent than the right one (not: a further copy of it, which is counted as an invented message). Invented: a parent where
    there is none. Missing: none where there is one, or the message itself is missed. Where no parent is right and none is given nothing is
    counted, nor where an alternative of the truth is given.
    """
    for message in truth.messages:
        given = _parent(matching, matching.found.get(message.key))
        if message.key in matching.found and given in message.parent_alternatives:
            continue
        _score_parent(message, given, tally)


def _parent(matching: Matching, got: Message | None) -> str | None:
    if got is None or got.parent is None:
        return None
    return matching.keys.get(got.parent, matching.copies.get(got.parent, _UNKNOWN))


def _score_parent(message: TrueMessage, given: str | None, tally: Tally) -> None:
    detail = f"{message.key} has {given} for {message.parent}"
    if given is None:
        if message.parent is not None:
            tally.note("parents", "missing", detail, message.line)
    elif message.parent is None:
        tally.note("parents", "invented", detail, message.line)
    else:
        tally.note("parents", "right" if given == message.parent else "wrong", detail, message.line)


def score_threads(truth: Truth, matching: Matching, tally: Tally) -> None:
    """Compare, for each two messages of the truth, whether they are in one thread; a missed message is in a thread with none."""
    thread_of, lines = truth.thread_of(), {message.key: message.line for message in truth.messages}
    for pair in combinations(sorted(thread_of), 2):
        if frozenset(pair) in truth.thread_uncertain:
            continue
        right = thread_of[pair[0]] == thread_of[pair[1]]
        one, other = (matching.found.get(key) for key in pair)
        given = one is not None and other is not None and one.thread is not None and one.thread == other.thread
        detail = f"{pair[0]} and {pair[1]} {'joined' if given else 'apart'}"
        if right:
            tally.note("threads", "right" if given else "missing", detail, lines[pair[1]])
        elif given:
            tally.note("threads", "invented", detail, lines[pair[1]])
