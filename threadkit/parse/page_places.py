"""Tell whether a header begins a page."""

from __future__ import annotations

from collections.abc import Mapping

from threadkit.parse.lines import Lines
from threadkit.parse.page_series import COUNTERS

__all__ = ["stands_on_own_page"]


def stands_on_own_page(first: int, lines: Lines, furniture: Mapping[int, str]) -> bool:
    """Say whether a header begins a page: a form feed, the one blank that joins pages, or a page number right above it.

    A running head between two lines of text, without a blank line, tells that a page ended there, and nothing of what begins.
    """
    above = first - 1
    blanks = 0
    while above >= 0 and lines.blank[above]:
        blanks += 1
        above -= 1
    if furniture.get(above) in COUNTERS and not blanks and above and not lines.blank[above - 1] and above - 1 not in furniture:
        return lines.starts_page(first)
    feeds = bool(lines.hard_start) and lines.page_row.find(1, above + 1, first) >= 0
    return lines.starts_page(first) or feeds or (above in furniture and blanks <= 4) or blanks >= 4
