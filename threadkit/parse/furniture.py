"""Find page furniture: page numbers, running heads, stamps. A line is furniture only where its form and its place both say so."""

from __future__ import annotations

import re
from collections import defaultdict

from threadkit.parse.lines import Lines
from threadkit.words import Words

RULES = ("page-number", "page-edge-repeated", "running-counter", "owner-line")

_DIGITS = re.compile(r"\d+")
_EDGE_LINES = 3
_MIN_REPEATS = 3


def find_furniture(lines: Lines, words: Words, labelled: set[int]) -> dict[int, str]:
    """Return line index -> rule for every furniture line of a source.

    Args:
        lines: the source's lines.
        words: the word files (roles `furniture` and `furniture-number`).
        labelled: lines that begin with a header label; they are never furniture by repetition.
    """
    found: dict[int, str] = {}
    _find_printed_page_numbers(lines, words, found)
    _find_lone_numbers(lines, words, found)
    if lines.hard_start:
        _find_repeated_edges(lines, labelled, found)
    _find_counters(lines, labelled, found)
    return found


def _find_printed_page_numbers(lines: Lines, words: Words, found: dict[int, str]) -> None:
    for pattern in words.patterns("furniture"):
        search = pattern.regex.search
        for index, line in _short_lines_with_digits(lines):
            if index not in found and search(line) and _alone(lines, index):
                found[index] = "page-number"


def _short_lines_with_digits(lines: Lines) -> list[tuple[int, str]]:
    has_digit = _DIGITS.search
    return [(i, line) for i, line in enumerate(lines.shown) if len(line) < 120 and (has_digit(line) or line.rstrip()[-4:].lower() == "page")]


def _alone(lines: Lines, index: int) -> bool:
    """Say whether a blank line, a page edge or the source's edge stands above or below line `index`."""
    above = index == 0 or lines.blank[index - 1] or lines.starts_page(index)
    below = index + 1 >= lines.count or lines.blank[index + 1] or lines.starts_page(index + 1)
    return above or below


def _find_lone_numbers(lines: Lines, words: Words, found: dict[int, str]) -> None:
    """Take a number alone on its line for a page number where blanks or page edges stand on both sides, two of them on one side."""
    (pattern,) = words.patterns("furniture-number")
    for index, line in enumerate(lines.shown):
        if len(line) > 12 or lines.blank[index] or not pattern.regex.match(line):
            continue
        above = lines.blanks_before(index)
        below = lines.next_text(index + 1) - index - 1
        page_edge = index in lines.hard_start or index + 1 in lines.hard_start or index == 0 or index + 1 >= lines.count
        if page_edge or (above and below >= 2) or above >= 2:
            found[index] = "page-number"


def _edges(lines: Lines) -> list[list[int]]:
    """Return for each page the indexes of its first and last lines with text."""
    bounds = sorted({0, *lines.hard_start, lines.count})
    pages = []
    for start, stop in zip(bounds, bounds[1:], strict=False):
        with_text = [index for index in range(start, stop) if not lines.blank[index]]
        pages.append(sorted({*with_text[:_EDGE_LINES], *with_text[-_EDGE_LINES:]}))
    return pages


def _find_repeated_edges(lines: Lines, labelled: set[int], found: dict[int, str]) -> None:
    places: dict[str, list[int]] = defaultdict(list)
    pages = _edges(lines)
    for page in pages:
        for template in {_template(lines.shown[index]) for index in page}:
            places[template].extend(index for index in page if _template(lines.shown[index]) == template and index not in labelled)
    for template, indexes in places.items():
        if template and len(indexes) >= _MIN_REPEATS and len(indexes) >= len(pages) / 4:
            for index in indexes:
                found.setdefault(index, "page-edge-repeated")


def _template(line: str) -> str:
    return _DIGITS.sub("#", " ".join(line.split()))


def _find_counters(lines: Lines, labelled: set[int], found: dict[int, str]) -> None:
    """Take lines that are equal but for one number that grows from copy to copy for a running head or stamp."""
    groups: dict[str, list[int]] = defaultdict(list)
    for index, line in _short_lines_with_digits(lines):
        if index not in found and index not in labelled and len(line.strip()) >= 8:
            groups[_template(line)].append(index)
    for template, indexes in groups.items():
        if len(indexes) >= _MIN_REPEATS and "#" in template and _counts_up(lines, indexes):
            for index in indexes:
                found[index] = "running-counter"


def _at_page_break(lines: Lines, index: int) -> bool:
    """Say whether line `index` stands at a page's edge, or has two blank lines above or below it."""
    if lines.starts_page(index) or (index + 1 < lines.count and lines.starts_page(index + 1)) or index + 1 >= lines.count:
        return True
    return lines.blanks_before(index) >= 2 or lines.next_text(index + 1) - index - 1 >= 2


def _counts_up(lines: Lines, indexes: list[int]) -> bool:
    numbers = [[int(number) for number in _DIGITS.findall(lines.shown[index])[:8]] for index in indexes]
    moving = [column for column in zip(*numbers, strict=True) if len(set(column)) > 1]
    spread = all(right - left >= 5 for left, right in zip(indexes, indexes[1:], strict=False))
    alone = all(_alone(lines, index) for index in indexes) and 2 * sum(_at_page_break(lines, index) for index in indexes) >= len(indexes)
    return spread and alone and len(moving) == 1 and all(a < b for a, b in zip(moving[0], moving[0][1:], strict=False))
