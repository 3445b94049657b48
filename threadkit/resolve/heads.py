"""The first lines of a text, and what their shape tells: a table, or a title page that goes on to the next."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from threadkit.parse.line_shapes import is_row
from threadkit.parse.lines import ends_sentence

OPENING_LINES = 15
TITLE_PAGE_LINES = 5
TABLE_ROWS = 3
#: A title page's line of so many words that ends in a full stop is a sentence; `INC.` is none.
SENTENCE = 5
CACHED_HEADS = 128


def first_lines(text: str, count: int) -> list[str]:
    """Return the first `count` lines of a text that are not blank. The first few of a text are asked for again and again."""
    return list(_head(text)[:count]) if count <= OPENING_LINES else _first_lines(text, count)


@lru_cache(maxsize=CACHED_HEADS)
def _head(text: str) -> tuple[str, ...]:
    return tuple(_first_lines(text, OPENING_LINES))


def _first_lines(text: str, count: int) -> list[str]:
    lines: list[str] = []
    while text and len(lines) < count:
        cut = text.split("\n", count)
        text = cut.pop() if len(cut) > count else ""
        lines += [line for line in cut if line and not line.isspace()]
    return lines[:count]


def is_table(lines: Sequence[str]) -> bool:
    """Tell whether three or more of some lines are rows of three cells or more."""
    return sum(is_row(line.strip()) for line in lines) >= TABLE_ROWS


def is_title_page(lines: Sequence[str]) -> bool:
    """Tell whether some first lines are a few without a sentence, and no table: they go on to the next page."""
    return len(lines) <= TITLE_PAGE_LINES and not is_table(lines) and not any(ends_sentence(line) and len(line.split()) >= SENTENCE for line in lines)
