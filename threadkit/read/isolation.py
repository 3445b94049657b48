"""Read what may be hostile in a process of its own, with limits on memory and time, so that it cannot take the import down.

The process is kept for the next file and ends with this one: its standard input ends. Where it crashes, hangs or eats all memory, the file
that it was at is lost, and the next file gets a new process.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from typing import Any, Self

#: An answer (a page, most often) that takes longer than this ends the process.
MOST_SECONDS = 60.0
#: The process may take so much memory beside the file's own bytes, where the system can limit it.
MOST_MEMORY = 3 * 1024 * 1024 * 1024

_START = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN); sys.path[:] = {path!r}; "
    "from threadkit.read.isolation import serve; serve({module!r}, {memory})"
)
_END = "end"


class StoppedError(Exception):
    """The process ended before it had answered: `too_slow` says that we ended it, else it crashed or had no memory left."""

    def __init__(self, *, too_slow: bool) -> None:
        super().__init__()
        self.too_slow = too_slow


class Isolated:
    """A reader in a process of its own: the function `answers` of a module, which takes what is asked and yields what is found.

    Args:
        module: its full name; imported in the process alone.
        seconds: how long each answer may take.
        memory: how many bytes the process may take.
    """

    def __init__(self, module: str, seconds: float = MOST_SECONDS, memory: int = MOST_MEMORY) -> None:
        self._command = [sys.executable, "-c", _START.format(path=sys.path, module=module, memory=memory)]
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def ask(self, *question: object) -> Iterator[Any]:
        """Yield the answers to a question, each as it comes.

        Raises:
            StoppedError: the process crashed, had no memory left, or took too long.
            Exception: what `answers` itself raises.
        """
        with self._lock:
            process = self._started()
            with _Watch(process, self._seconds) as watch:
                try:
                    yield from self._answers(process, question, watch)
                except BaseException:
                    self._end()
                    raise

    def _answers(self, process: subprocess.Popen[bytes], question: tuple[object, ...], watch: _Watch) -> Iterator[Any]:
        given, answers = process.stdin, process.stdout
        if given is None or answers is None:
            raise StoppedError(too_slow=False)
        try:
            pickle.dump(question, given, pickle.HIGHEST_PROTOCOL)
            given.flush()
            while True:
                kind, answer = pickle.load(answers)  # noqa: S301 - written by our own process
                if kind == _END:
                    break
                watch.answered()
                yield answer
        except (OSError, EOFError, pickle.UnpicklingError):
            raise StoppedError(too_slow=watch.has_ended_it) from None
        if isinstance(answer, BaseException):
            raise answer

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()
        process.wait()


class _Watch:
    """Ends a process that does not answer in time."""

    def __init__(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        self._process, self._seconds = process, seconds
        self._over = threading.Event()
        self._deadline = time.monotonic() + seconds
        self.has_ended_it = False

    def __enter__(self) -> Self:
        threading.Thread(target=self._look, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()

    def answered(self) -> None:
        """Give the process the same time again."""
        self._deadline = time.monotonic() + self._seconds

    def _look(self) -> None:
        while not self._over.wait(max(self._deadline - time.monotonic(), 0.01)):
            if time.monotonic() >= self._deadline:
                self.has_ended_it = True
                self._process.kill()
                return


def serve(module: str, memory: int) -> None:
    """Answer the questions of standard input with the module's `answers`, until it ends."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    given, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    answer: Callable[..., Iterator[Any]] = import_module(module).answers
    with suppress(EOFError, BrokenPipeError):
        while True:
            question = pickle.load(given)  # noqa: S301 - written by our own process
            _limit_memory(memory + sum(len(part) for part in question if isinstance(part, bytes)))
            failure: BaseException | None = None
            try:
                for each in answer(*question):
                    pickle.dump(("answer", each), answers, pickle.HIGHEST_PROTOCOL)
                    answers.flush()
            except Exception as error:  # noqa: BLE001 - told to the process that asked
                failure = error
            pickle.dump((_END, failure), answers, pickle.HIGHEST_PROTOCOL)
            answers.flush()
            del question


def _limit_memory(most: int) -> None:
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
