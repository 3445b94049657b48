"""Share the work of a resolution among several processes, which read a copy of the archive that nobody writes.

This process does what concerns all readings, and writes; the others plan sources, make conversations and read documents. Where one of them
ends, or none can be started, its work is done here: what comes out is the same.
"""

from __future__ import annotations

import pickle
import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from itertools import islice
from pathlib import Path
from typing import Any

from threadkit.archive.indexing import Searched
from threadkit.archive.opening import connect
from threadkit.archive.search import load_stems
from threadkit.archive.stored_readings import StoredReadings
from threadkit.processes import ProcessEndedError, Processes
from threadkit.records import Document
from threadkit.resolve.alike import Signs
from threadkit.resolve.conversations import Made
from threadkit.resolve.documents import Plan
from threadkit.resolve.leftovers import Answer, Asked
from threadkit.resolve.working import Settled, ToldAll, Worker
from threadkit.words import load_words

#: The documents of a source with more lines are not sent from one process to another.
LONGEST_SENT = 500_000

#: An item: what a worker is asked, and with what.
_Item = tuple[str, tuple[Any, ...]]
#: An item, and the answer to come; None where it is to be found here.
_Asked = tuple[_Item, Future[bytes | None] | None]


def make_worker(connection: sqlite3.Connection) -> Worker:
    """Return a worker over the readings of an archive whose disclaimers are staged for the index."""
    searched = Searched(connection, load_stems())
    return Worker(StoredReadings(connection), load_words(), searched, searched.document)


def answer_items(archive: str) -> Callable[[_Item], object]:
    """Return what answers, in a process that works, the questions put to a worker."""
    worker = make_worker(connect(Path(archive), "ro"))

    def answer(item: _Item) -> object:
        name, arguments = item
        found = getattr(worker, name)(*arguments)
        return list(found) if found is not None else None

    return answer


class SharedWork:
    """The work shared among processes; answers come in the order of what was asked, whoever was done first."""

    def __init__(self, processes: Processes, count: int, own: Worker) -> None:
        self._processes, self._own = processes, own
        self._ahead = 4 * count

    def signs(self, source_ids: Sequence[int], repairs: Mapping[str, str], same_files: Mapping[str, str]) -> Iterator[list[Signs]]:
        """Yield what the occurrences of each source share with others."""
        return self._all_at_once([("signs", (source_id, repairs, same_files)) for source_id in source_ids])

    def plan(self, source_ids: Sequence[int], same_files: Mapping[str, str]) -> Iterator[list[Plan]]:
        """Yield the documents of each source."""
        return self._all_at_once([("plan", (source_id, same_files)) for source_id in source_ids])

    def _all_at_once(self, items: list[_Item]) -> Iterator[Any]:
        """Ask for everything now, since the answers take little room, and yield them when they are taken."""
        waiting = [(item, self._processes.submit(item)) for item in items]
        return (self._answer(*each) for each in waiting)

    def make(self, told: ToldAll, batches: Iterable[list[list[int]]]) -> Iterator[list[Made]]:
        """Yield the conversations of each batch of components."""
        self._processes.tell(("tell", (told,)))
        self._own.tell(told)
        return self._answers(("make", (batch,)) for batch in batches)

    def documents(self, sources: Iterable[list[Settled]]) -> Iterator[Iterable[Document]]:
        """Yield the documents of each source; those of a long one are read here, so that its text is not in memory twice."""
        return self._answers(("documents", (settled,)) for settled in sources)

    def leftovers(self, asked: Sequence[Asked]) -> Iterator[list[Answer]]:
        """Yield, for each source asked about, what may be the files that have no text."""
        return self._all_at_once([("leftovers", (each,)) for each in asked])

    def _answers(self, items: Iterable[_Item]) -> Iterator[Any]:
        """Ask for a few now, and yield the answer to each while no more than these are asked ahead."""
        asked = ((item, self._processes.submit(item) if not _is_long(item) else None) for item in items)
        return self._in_turn(deque(islice(asked, self._ahead)), asked)

    def _in_turn(self, waiting: deque[_Asked], asked: Iterator[_Asked]) -> Iterator[Any]:
        for each in asked:
            waiting.append(each)
            yield self._answer(*waiting.popleft())
        while waiting:
            yield self._answer(*waiting.popleft())

    def _answer(self, item: _Item, future: Future[bytes | None] | None) -> Any:
        try:
            packed = future.result() if future is not None else None
        except ProcessEndedError:
            packed = None
        if packed is not None:
            return pickle.loads(packed)  # noqa: S301 - from our own process
        name, arguments = item
        return getattr(self._own, name)(*arguments)


def _is_long(item: _Item) -> bool:
    name, arguments = item
    return name == "documents" and sum(s.plan.span.last_line - s.plan.span.first_line for s in arguments[0]) > LONGEST_SENT
