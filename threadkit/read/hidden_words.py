"""Tell the words that the pages of a PDF hide: for the terminal of who asks, never for an archive."""

from __future__ import annotations

import os

from threadkit.read.files import open_path
from threadkit.read.formats import choose_format
from threadkit.read.given import ReadOptions
from threadkit.read.pdf import PDF, reveal
from threadkit.records import ThreadkitError


def reveal_path(path: str | os.PathLike[str]) -> list[tuple[int, str, str]]:
    """Return (page, why, words) for everything that a PDF holds and its pages do not show.

    Raises:
        ThreadkitError: the file cannot be read, or is no PDF (exit code 1).
    """
    with open_path(path) as given:
        if choose_format(given, ReadOptions()) is not PDF:
            raise ThreadkitError("is no PDF: nothing in it is hidden.", where=given.name, hint="Name a PDF.", exit_code=1)
        return reveal(bytes(given.content), given.name)
