"""A fence against waiting for ever: what never ends fails instead. No measure: those are in `bench/`."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def stopped_after(limit: float, what: str) -> Iterator[None]:
    """Fail after so many seconds of the processor, where the system can interrupt a search (Windows cannot)."""

    def stop(*_: object) -> None:
        pytest.fail(f"more than {limit:g} s on {what}")

    if not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, limit)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
