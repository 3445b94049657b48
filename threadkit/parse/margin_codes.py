"""Know the codes that a release prints at the right margin beside what it masks, each on a line of its own: `s.19(1)`, `B5`."""

from __future__ import annotations

from threadkit.parse.known_lines import lines_that_are
from threadkit.words import Words

__all__ = ["is_margin_code"]

#: So far to the right stand such codes.
_FAR = " " * 30


def is_margin_code(line: str, words: Words) -> bool:
    """Say whether all of a line is such a code: between the labels of a header it is nobody's, and no part of a value."""
    return line.startswith(_FAR) and lines_that_are(words, "margin-mark")[line]
