"""A reader of PDFs that fails as a hostile file would make it fail: what tests/test_pdf.py puts in the place of the real one."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator


def answers(content: bytes, *_: object) -> Iterator[object]:
    if content.endswith(b"die"):
        yield 3, ()
        os._exit(9)
    if content.endswith(b"sleep"):
        time.sleep(60)
    if content.endswith(b"memory"):
        yield bytes(1 << 30)
    yield "empty"
