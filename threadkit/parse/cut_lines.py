"""Say of lines among a header's whether they go on with it: words for "on behalf of", a bracket with nothing in it, markers of a quotation."""

from __future__ import annotations

import re
from collections.abc import Callable

from threadkit.parse.lines import Lines

__all__ = ["begins_behalf", "begins_quotation", "is_wrapped_marker", "stops_at_bare_bracket"]

_BARE_BRACKETS = ("<", "[")
_LISTED = re.compile(r"[@;<>\[\]]")
_LONGEST_CUT = 16


def begins_behalf(behalf: re.Pattern[str], line: str, index: int, lines: Lines) -> bool:
    """Say whether line `index` holds the first words of "on behalf of", and no more, and the next one goes on: `De la` and `part de X`."""
    below = lines.unquoted(index + 1).strip() if index + 1 < lines.count else ""
    found = behalf.match(f" {line} {below}") if len(line) < _LONGEST_CUT else None
    return found is not None and found.end() > len(line) + 1


def stops_at_bare_bracket(text: str, line: str) -> bool:
    """Say whether a list stops at a bracket of which nothing is left, and the next line has no sign of one: an address was crossed out."""
    return text.endswith(_BARE_BRACKETS) and _LISTED.search(line) is None


def is_wrapped_marker(is_marker: Callable[[str], object], last: int, lines: Lines) -> bool:
    """Say whether a marker was wrapped before its last words, which are line `last`: `---- Forwarded by X on 03/26/2001`, `05:04 PM ----`."""
    if last < 1 or not lines.stripped[last].endswith("--") or not lines.unquoted(last - 1).startswith("--"):
        return False
    return bool(is_marker(f"{lines.shown[last - 1].rstrip()} {lines.unquoted(last).strip()}"))


def begins_quotation(is_marker: Callable[[str], object], line: str) -> bool:
    """Say whether a line tells in words that a quotation begins, and is nobody's name in a list: `---------- Forwarded message ----------`."""
    return "-" in line and any(map(str.isalpha, line)) and bool(is_marker(line))
