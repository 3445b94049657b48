"""What is timed in a process of its own, so that neither its memory nor its caches are those of another measure.

`python -m bench.jobs NAME ARGUMENT...` runs one job and prints what it measured as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.floor import time_floor, time_stemming
from bench.threads import time_threads
from threadkit.importing import import_paths

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

_ROOT = Path(__file__).parents[1]


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


def peak_memory() -> int | None:
    """Return the peak memory of this process and of its largest child in bytes; None where the system does not tell (Windows)."""
    if resource is None:
        return None
    peak = sum(resource.getrusage(whose).ru_maxrss for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return peak if sys.platform == "darwin" else peak * 1024


def _import(given: str, archive: str) -> dict[str, Any]:
    """Import files into an archive; `phases` are the seconds of each step."""
    steps: list[tuple[str, float]] = []

    def note(step: str, done: int, total: int, name: str) -> None:  # noqa: ARG001 - the names are the protocol's
        if not steps or steps[-1][0] != step:
            steps.append((step, perf_counter()))

    start = perf_counter()
    report = import_paths([given], archive, progress=note)
    end = perf_counter()
    if not report.added or report.exceptions:
        raise SystemExit(f"nothing was imported, or not all: {report.exceptions[:3]}")
    ends = [at for _, at in steps[1:]] + [end]
    phases = {step: until - at for (step, at), until in zip(steps, ends, strict=True)}
    return {"seconds": end - start, "memory": peak_memory(), "phases": phases, "counts": dict(report.counts)}


def _floor(archive: str, scratch: str) -> dict[str, Any]:
    return time_floor(Path(archive), Path(scratch))


def _stemming(archive: str) -> dict[str, Any]:
    return time_stemming(Path(archive))


def _threads(archive: str) -> dict[str, Any]:
    return time_threads(Path(archive))


_JOBS: dict[str, Callable[..., dict[str, Any]]] = {"import": _import, "floor": _floor, "stemming": _stemming, "threads": _threads}

if __name__ == "__main__":
    print(json.dumps(_JOBS[sys.argv[1]](*sys.argv[2:])))
