"""What is timed in a process of its own, so that neither its memory nor its caches are those of another measure.

`python -m bench.jobs NAME ARGUMENT...` runs one job and prints what it measured as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.corpus import MESSAGES_A_DUMP, Generator
from bench.floor import time_floor, time_stemming
from bench.steps import tell_steps
from bench.threads import time_threads
from threadkit.importing import import_paths
from threadkit.read import read_bytes

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

_ROOT = Path(__file__).parents[1]
_SECONDS_BETWEEN_LOOKS = 0.1


def run_job(name: str, *arguments: object) -> dict[str, Any]:
    """Run one job in a child process and return what it measured.

    Raises:
        RuntimeError: the job failed; its errors are in the message.
    """
    command = [sys.executable, "-m", "bench.jobs", name, *map(str, arguments)]
    start = perf_counter()
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{name} failed:\n{done.stderr.strip()[-2000:]}")
    measured: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {**measured, "process_seconds": perf_counter() - start}


class PeakMemory:
    """The peak memory of this process and of its largest child in bytes; None where the system does not tell (Windows).

    What Linux counts for a child that has ended begins with what its parent held when it started; so there the children are looked at
    while they live.
    """

    def __init__(self) -> None:
        self._largest = 0
        self._done = threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)
        self._watch.start()

    def read(self) -> int | None:
        """Return it, and look no more."""
        self._done.set()
        self._watch.join()
        if resource is None:
            return None
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        if sys.platform == "linux":
            return own * 1024 + self._largest
        child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        return (own + child) * (1 if sys.platform == "darwin" else 1024)

    def _look(self) -> None:
        while not self._done.wait(_SECONDS_BETWEEN_LOOKS):
            for listed in Path("/proc/self/task").glob("*/children"):
                with suppress(OSError):
                    self._largest = max([self._largest, *map(_most_held, listed.read_text().split())])


def _most_held(process: str) -> int:
    """Return the most bytes that a living process of Linux has held; 0 for one that is not yet another program than this: it shares our memory."""
    with suppress(OSError):
        if Path("/proc", process, "cmdline").read_bytes() == Path("/proc/self/cmdline").read_bytes():
            return 0
        for line in Path("/proc", process, "status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


def _import(given: str, archive: str) -> dict[str, Any]:
    """Import files into an archive; `phases` are the seconds of each step."""
    steps: list[tuple[str, float]] = []

    def note(step: str, done: int, total: int, name: str) -> None:  # noqa: ARG001 - the names are the protocol's
        if not steps or steps[-1][0] != step:
            steps.append((step, perf_counter()))

    start, memory = perf_counter(), PeakMemory()
    report = import_paths([given], archive, progress=note)
    end = perf_counter()
    if not report.added or report.exceptions:
        raise SystemExit(f"nothing was imported, or not all: {report.exceptions[:3]}")
    ends = [at for _, at in steps[1:]] + [end]
    phases = {step: until - at for (step, at), until in zip(steps, ends, strict=True)}
    return {"seconds": end - start, "memory": memory.read(), "phases": phases, "counts": dict(report.counts)}


def _steps(seed: str, conversations: str) -> dict[str, Any]:
    """Count the steps of one dump's first conversations, after those of other dumps."""
    sources = [
        [read_bytes(text.encode(), "conversation.txt", None) for text in Generator(int(seed)).dump(number, MESSAGES_A_DUMP).prints]
        for number in range(2)
    ]
    return tell_steps(sources[0], sources[1][: int(conversations)])


def _floor(archive: str, scratch: str) -> dict[str, Any]:
    return time_floor(Path(archive), Path(scratch))


def _stemming(archive: str) -> dict[str, Any]:
    return time_stemming(Path(archive))


def _threads(archive: str) -> dict[str, Any]:
    return time_threads(Path(archive))


_JOBS: dict[str, Callable[..., dict[str, Any]]] = {"import": _import, "floor": _floor, "stemming": _stemming, "threads": _threads, "steps": _steps}

if __name__ == "__main__":
    print(json.dumps(_JOBS[sys.argv[1]](*sys.argv[2:])))
