"""Know the codes that a release prints at the right margin beside what it masks, each on a line of its own: `s.19(1)`, `B5`."""

from __future__ import annotations

from threadkit.words import Words

__all__ = ["is_margin_code"]

#: So far to the right stand such codes.
_FAR = " " * 30


def is_margin_code(line: str, words: Words) -> bool:
    """Say whether all of a line is such a code: between the labels of a header it is nobody's, and no part of a value."""
    if not line.startswith(_FAR):
        return False
    code = words.any_of("margin-mark").search(line)
    return code is not None and code.group().strip() == line.strip()
