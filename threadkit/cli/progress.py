"""One line on a terminal that tells how far a run has come; silent where nobody looks."""

from __future__ import annotations

import sys
import time

from threadkit.cli.terminal import one_line, width
from threadkit.locale import Texts

__all__ = ["ProgressLine"]

_SECONDS_BETWEEN = 0.1


class ProgressLine:
    """Takes note of progress as `importing.Progress` wants it, and rewrites one line of standard error at most ten times a second."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._shown = ""
        self._last = 0.0
        self._awake = sys.stderr.isatty()

    def __call__(self, step: str, done: int, total: int, name: str) -> None:
        """Show the step, how much of it is done, and the file."""
        now = time.monotonic()
        if not self._awake or now - self._last < _SECONDS_BETWEEN:
            return
        self._last = now
        share = self._texts("progress.share", done=done, total=total) if total else ""
        words = (self._texts.maybe(f"progress.{step}") or step, share, one_line(name))
        self._write(" ".join(word for word in words if word)[: (width() or 80) - 1])

    def clear(self) -> None:
        """Leave the line empty for what is printed next."""
        if self._shown:
            self._write("")
            sys.stderr.write("\r")
            sys.stderr.flush()

    def _write(self, text: str) -> None:
        encoding = sys.stderr.encoding or "utf-8"
        text = text.encode(encoding, "replace").decode(encoding)
        sys.stderr.write("\r" + text.ljust(len(self._shown)))
        sys.stderr.flush()
        self._shown = text
