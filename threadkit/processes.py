"""Interpreters of our own that work beside this one: each takes one thing at a time from its standard input, answers, and ends with it.

Nothing is forked: such a process shares no lock, no open file and no memory with this one, works the same on every system, and ends by
itself when this one is killed, because its input ends.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any

MOST_PROCESSES = 4
#: So many objects are made before Python looks for cycles of dead ones: rows and records make none, and there are many of them.
COLLECTED_AFTER = 50_000

_READY = "ready"
_START = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN); sys.path[:] = {path!r}; "
    "from {module} import answer_items; from threadkit.processes import serve; serve(answer_items)"
)


class ProcessEndedError(Exception):
    """A process ended while it was at work; `code` is its exit code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class _Process:
    """One process, and how many of the things that all are told it has been told."""

    popen: subprocess.Popen[bytes]
    told: int = 0


def count_processes(wanted: int | None) -> int:
    """Return how many processes are to work: as many as wanted, else one a core, four at most; one where none can be started."""
    if not sys.executable:
        return 1
    return wanted if wanted is not None else min(os.cpu_count() or 1, MOST_PROCESSES)


class Processes:
    """Some processes, each with a thread that hands it one item at a time and waits for the answer.

    `module` has a function `answer_items`, which is given `setup` and returns what answers an item.
    """

    def __init__(self, count: int, module: str, setup: object) -> None:
        self._module, self._setup = module, setup
        self._threads = ThreadPoolExecutor(count)
        self._own = threading.local()
        self._told: list[object] = []
        self._started: list[subprocess.Popen[bytes]] = []

    def submit(self, item: object) -> Future[bytes | None]:
        """Let a process answer an item; what comes is the answer, pickled, for what waits for its turn so takes a fifth of the room.

        None where no process can be started. `ProcessEndedError` where one ended at it; the next item gets a new one.
        """
        return self._threads.submit(self._answer, item)

    def tell(self, item: object) -> None:
        """Hand an item to every process, before whatever is submitted from now on; its answer is left aside."""
        self._told.append(item)

    def close(self) -> None:
        """End the processes, whatever they are at."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for process in self._started:
            process.kill()
        self._threads.shutdown(wait=True)
        for process in self._started:
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):
                    if pipe is not None:
                        pipe.close()
            process.wait()

    def _answer(self, item: object) -> bytes | None:
        process: _Process | None = getattr(self._own, "process", None)
        if process is None:
            process = self._own.process = self._start()
        if process is None:
            return None
        try:
            while process.told < len(self._told):
                _ask(process.popen, self._told[process.told])
                process.told += 1
            packed: bytes = _ask(process.popen, item)
        except (OSError, EOFError, pickle.PickleError):
            self._own.process = None
            process.popen.kill()
            raise ProcessEndedError(process.popen.wait()) from None
        return packed

    def _start(self) -> _Process | None:
        """Start a process; None where this machine or this program does not let it work."""
        command = [sys.executable, "-c", _START.format(path=sys.path, module=self._module)]
        try:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        except OSError:
            return None
        self._started.append(process)
        with suppress(OSError, EOFError, pickle.PickleError):
            if _ask(process, self._setup) == _READY:
                return _Process(process)
        process.kill()
        return None


def _ask(process: subprocess.Popen[bytes], item: object) -> Any:
    if process.stdout is None:
        raise EOFError
    _send(process.stdin, item)
    return pickle.load(process.stdout)  # noqa: S301 - written by our own process


def _send(pipe: IO[bytes] | None, item: object) -> None:
    if pipe is not None:
        pickle.dump(item, pipe, pickle.HIGHEST_PROTOCOL)
        pipe.flush()


def serve(answer_items: Callable[[Any], Callable[[Any], object]]) -> None:
    """Answer the items that come on standard input, until it ends, on standard output."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    given, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    answer = answer_items(pickle.load(given))  # noqa: S301 - written by our own process
    gc.freeze()
    gc.set_threshold(COLLECTED_AFTER, *gc.get_threshold()[1:])
    _send(answers, _READY)
    with suppress(EOFError, BrokenPipeError):
        while True:
            item = pickle.load(given)  # noqa: S301 - the same
            _send(answers, pickle.dumps(answer(item), pickle.HIGHEST_PROTOCOL))
