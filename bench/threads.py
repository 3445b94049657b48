"""Threads against a plain union-find: the same nodes and links as integers, joined and gathered with nothing else done to them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from time import perf_counter
from typing import Any

from threadkit.archive.stored_readings import StoredReadings
from threadkit.records import OccurrenceKey
from threadkit.resolve import conversations, resolve
from threadkit.resolve.components import Components
from threadkit.resolve.subjects import Subjects
from threadkit.words import load_words


def time_threads(archive: Path) -> dict[str, float]:
    """Return the seconds that cutting into components and finding threads take, and those of a plain union-find."""
    words = load_words()
    with closing(sqlite3.connect(archive)) as connection:
        readings = StoredReadings(connection)
        keys = list(readings.keys())
        start = perf_counter()
        count = sum(len(batch) for batch in Components(keys, Subjects(words)).batches())
        components = perf_counter() - start
        watch = _Watch()
        for name in ("cut_cycles", "find_threads"):
            setattr(conversations, name, watch.timed(getattr(conversations, name)))
        parents = [
            (link.child_id, link.parent_id)
            for conversation in resolve(readings, words).conversations()
            for link in conversation.links
            if link.verdict == "chosen"
        ]
    nodes, links = _integers(keys, parents)
    start = perf_counter()
    _joined(nodes, links)
    plain = perf_counter() - start
    return {"components": components, "threads": watch.seconds, "plain": plain, "count": count, "nodes": nodes, "links": len(links)}


class _Watch:
    """Adds up the seconds spent in the functions that it wraps."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def timed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            start = perf_counter()
            try:
                return function(*arguments)
            finally:
                self.seconds += perf_counter() - start

        return call


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
