"""Threads against a plain union-find: the same nodes and links as integers, joined and gathered with nothing else done to them.

Both are given what occurrences share as numbers (subjects, minutes and senders, identifiers); what reading these takes is told beside it.
"""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from time import process_time
from typing import Any

from threadkit.archive.stored_readings import StoredReadings
from threadkit.records import OccurrenceKey
from threadkit.resolve import conversations, resolve
from threadkit.resolve.alike import read_signs
from threadkit.resolve.components import Components
from threadkit.resolve.subjects import Subjects
from threadkit.words import load_words

_TIMED_TOGETHER = 100


def time_threads(archive: Path) -> dict[str, float]:
    """Return the seconds that cutting into components and finding threads take, and those of a plain union-find; `signs` of reading."""
    words = load_words()
    gc.disable()  # neither side makes cycles, and a look for them through all keys would fall on either by chance
    with closing(sqlite3.connect(archive)) as connection:
        readings = StoredReadings(connection)
        keys = list(readings.keys())
        start = process_time()
        signs = read_signs(keys, Subjects(words))
        reading = process_time() - start
        start = process_time()
        count = sum(len(batch) for batch in Components([signs]).batches())
        components = process_time() - start
        watch = _Watch(conversations)
        parents = [
            (link.child_id, link.parent_id)
            for conversation in resolve(readings, words).conversations()
            for link in conversation.links
            if link.verdict == "chosen"
        ]
        watch.time()
    nodes, links = _integers(keys, parents)
    start = process_time()
    _joined(nodes, links)
    plain = process_time() - start
    seconds = {"signs": reading, "components": components, "threads": watch.finding, "telling": watch.telling, "plain": plain}
    return {**seconds, "count": count, "nodes": nodes, "links": len(links)}


class _Watch:
    """Finds the threads of each component a second time, many components in one go, and adds up the seconds.

    `finding` are those of cutting cycles and finding what is one thread, `telling` those of each thread's id, subject, dates and people.
    """

    def __init__(self, module: Any) -> None:
        self.finding = self.telling = 0.0
        self._waiting: list[tuple[Any, Any]] = []
        self._cut, self._find, self._make = module.cut_cycles, module.find_parts, module.make_threads
        module.cut_cycles = self._note

    def time(self) -> None:
        """Time what is waiting."""
        start = process_time()
        found = [(drafts, kept := self._cut(drafts, decisions), self._find(kept)) for drafts, decisions in self._waiting]
        between = process_time()
        for drafts, decisions, parts in found:
            self._make(drafts, decisions, parts)
        self.finding += between - start
        self.telling += process_time() - between
        self._waiting.clear()

    def _note(self, drafts: Any, decisions: Any) -> Any:
        if len(self._waiting) == _TIMED_TOGETHER:
            self.time()
        self._waiting.append((drafts, decisions))
        return self._cut(drafts, decisions)


def _integers(keys: Iterable[OccurrenceKey], parents: Iterable[tuple[int, int]]) -> tuple[int, list[tuple[int, int]]]:
    """Return the number of nodes (occurrences and messages), and the links: printed inside, of one subject, parent."""
    numbers: dict[object, int] = {}
    links = []
    for key in keys:
        place = numbers.setdefault(key.id, len(numbers))
        if key.within_id is not None:
            links.append((place, numbers.setdefault(key.within_id, len(numbers))))
        if key.subject_base:
            links.append((place, numbers.setdefault(key.subject_base, len(numbers))))
    links += [(numbers.setdefault(child, len(numbers)), numbers.setdefault(parent, len(numbers))) for child, parent in parents]
    return len(numbers), links


def _joined(nodes: int, links: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    above = list(range(nodes))

    def find(node: int) -> int:
        while above[node] != node:
            above[node] = node = above[above[node]]
        return node

    for a, b in links:
        above[find(a)] = find(b)
    parts: dict[int, list[int]] = {}
    for node in range(nodes):
        parts.setdefault(find(node), []).append(node)
    return parts
