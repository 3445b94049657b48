"""Published ways to thread mail, to measure threadkit's against: each concludes parents and threads of the same messages.

They see what threadkit has read of a dump (time, subject without prefixes, people, words, quoted words), so that only threading differs.
Nothing here is used by the package.
"""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from tests.accuracy.answer import Id
from tests.accuracy.compare import fold_text

SHINGLE = 3
ALIKE = 0.7
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Letter:
    """One message as a threader sees it. `own` and `references` are identifiers, which only mail files have; `answers`: it has a prefix."""

    id: Id
    sent_at: str
    subject: str
    answers: bool
    people: frozenset[str] = frozenset()
    sender: str = ""
    words: tuple[str, ...] = ()
    quoted: tuple[str, ...] = ()
    own: str | None = None
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Threaded:
    """What a threader concludes: the parent of each message that has one, and the thread of each."""

    parents: Mapping[Id, Id]
    threads: Mapping[Id, Id | str]


def read_letters(archive: Path) -> list[Letter]:
    """Return the messages of an archive, earliest first; those without a time last."""
    with closing(sqlite3.connect(archive)) as db:
        own = dict(db.execute("SELECT message_id, min(rfc_message_id) FROM message_ids GROUP BY message_id"))
        people: dict[Id, list[tuple[str, str]]] = defaultdict(list)
        for message, role, name in db.execute("SELECT message_id, role, coalesce(person_id, name, email, text) FROM participants"):
            people[message].append((role, str(name)))
        quoted = _quoted_words(db)
        letters = [
            Letter(
                id_, sent_at or "~", fold_text(base).lower(), subject != base, frozenset(name for _, name in people[id_]),
                next((name for role, name in people[id_] if role == "from"), ""), _words(body), quoted.get(id_, ()), own.get(id_),
            )
            for id_, sent_at, subject, base, body in db.execute("SELECT id, sent_at, subject, subject_base, body FROM messages")
        ]  # fmt: skip
    return sorted(letters, key=lambda letter: (letter.sent_at, letter.id))


def _quoted_words(db: sqlite3.Connection) -> dict[Id, tuple[str, ...]]:
    """Return message -> the words of all that one of its copies quotes, the copy that quotes most."""
    rows = db.execute("SELECT id, message_id, within_id, body FROM occurrences").fetchall()
    inside: dict[Id, list[tuple[Id, str]]] = defaultdict(list)
    for id_, _, within, body in rows:
        inside[within].append((id_, body))
    quoted: dict[Id, tuple[str, ...]] = {}
    for id_, message, _, _ in rows:
        found, below = [], list(inside.get(id_, ()))
        while below:
            other, body = below.pop()
            found += _words(body)
            below += inside.get(other, ())
        quoted[message] = max(quoted.get(message, ()), tuple(found), key=len)
    return quoted


def _words(text: str | None) -> tuple[str, ...]:
    return tuple(_WORD.findall((text or "").lower()))


class _Forest:
    """Nodes under one another; a link that would close a circle is not made."""

    def __init__(self, names: Iterable[Id | str]) -> None:
        self.above: dict[Id | str, Id | str | None] = dict.fromkeys(names)

    def link(self, child: Id | str, parent: Id | str) -> None:
        self.above.setdefault(child, None)
        self.above.setdefault(parent, None)
        if self.root(parent) != child:
            self.above[child] = parent

    def root(self, name: Id | str) -> Id | str:
        while (above := self.above[name]) is not None:
            name = above
        return name

    def threaded(self, letters: Sequence[Letter]) -> Threaded:
        """Return what the forest says of the letters; a node that is no letter stands between them and is passed over."""
        known, parents = {letter.id for letter in letters}, {}
        for letter in letters:
            above = self.above[letter.id]
            while above is not None and above not in known:
                above = self.above[above]
            if above is not None:
                parents[letter.id] = above
        return Threaded(parents, {letter.id: self.root(letter.id) for letter in letters})


def thread_by_jwz(letters: Sequence[Letter]) -> Threaded:
    """Thread by identifiers, then by subjects, as Jamie Zawinski described it (https://www.jwz.org/doc/threading.html).

    Steps 1 to 4: each message stands under the last of its references, absent ones included. Step 5: of the roots of one subject, answers
    stand under the one that is none; where there is none such, they stand beside each other, without a parent.
    """
    of_own = {letter.own: letter.id for letter in letters if letter.own}
    forest = _Forest(letter.id for letter in letters)
    for letter in letters:
        line = [of_own.get(each, f"absent {each}") for each in letter.references]
        for above, below in pairwise(line):
            if forest.above.get(below) is None:
                forest.link(below, above)
        if line:
            forest.link(letter.id, line[-1])
    first: dict[Id | str, Letter] = {}
    for letter in letters:
        first.setdefault(forest.root(letter.id), letter)
    table: dict[str, Id | str] = {}
    for root, letter in first.items():
        held = table.get(letter.subject)
        if letter.subject and (held is None or (first[held].answers and not letter.answers)):
            table[letter.subject] = root
    for root, letter in first.items():
        held = table.get(letter.subject)
        if held is None or held == root:
            continue
        if letter.answers and not first[held].answers:
            forest.link(root, held)
        else:
            beside = f"subject {letter.subject}"
            forest.link(forest.root(held), beside)
            forest.link(root, beside)
    return forest.threaded(letters)


def thread_by_subject_and_time(letters: Sequence[Letter]) -> Threaded:
    """Put each answer under the latest earlier message of its subject."""
    forest, latest = _Forest(letter.id for letter in letters), {}
    for letter in letters:
        if letter.answers and letter.subject in latest:
            forest.link(letter.id, latest[letter.subject])
        if letter.subject:
            latest[letter.subject] = letter.id
    return forest.threaded(letters)


def thread_by_quoted_words(letters: Sequence[Letter]) -> Threaded:
    """Thread in the manner of Yeh and Harnly (Email Thread Reassembly Using Similarity Matching, 2006).

    The parent of a message is the earlier one of its subject, or by one of its people, whose own words are most alike to what the message
    quotes: the share of their runs of three words that stand there, 70 % or more; of those that are alike equally, the latest.
    """
    forest = _Forest(letter.id for letter in letters)
    runs = {letter.id: _runs(letter.words) for letter in letters}
    for place, letter in enumerate(letters):
        quoted, best, found = _runs(letter.quoted), ALIKE, None
        for other in letters[:place] if quoted else ():
            if runs[other.id] and (other.subject == letter.subject or other.sender in letter.people):
                share = len(runs[other.id] & quoted) / len(runs[other.id])
                if share >= best:
                    best, found = share, other
        if found is not None:
            forest.link(letter.id, found.id)
    return forest.threaded(letters)


def _runs(words: Sequence[str]) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1))


THREADERS: Mapping[str, Callable[[Sequence[Letter]], Threaded]] = {
    "JWZ": thread_by_jwz,
    "subject and time": thread_by_subject_and_time,
    "quoted words": thread_by_quoted_words,
}
