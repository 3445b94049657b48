"""Characters of a text that a terminal or a page would hide or obey, and how they are shown instead."""

from __future__ import annotations

import re

__all__ = ["HIDDEN", "has_hidden", "with_marks"]

# C0 but tab and newline, DEL, C1, bidi controls, line and paragraph separators, interlinear marks, tag characters.
HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


def with_marks(text: str) -> str:
    """Return `text` with every such character shown as `<U+001B>`; tabs and newlines stay.

    >>> with_marks("rouge\x1b[31m")
    'rouge<U+001B>[31m'
    """
    return HIDDEN.sub(lambda match: f"<U+{ord(match.group()):04X}>", text)


def has_hidden(text: str) -> bool:
    """Tell whether `text` holds such a character."""
    return HIDDEN.search(text) is not None
