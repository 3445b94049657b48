"""Find the numbers that the pages themselves bear: folios and Bates numbers, told by how they count up from page to page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

# A number stands in the first or last lines of its page.
_EDGE = 3
_LOOKED_AT = 12
_LONGEST = 60
_MOST_WORDS = 8
#: So many pages must bear numbers that count up together, and this share of all.
FEWEST, _SHARE = 3, 0.6
_NUMBER = re.compile("[0-9]+")


def edge_lines(text: str) -> list[str]:
    """Return the first and last lines of a page's text, enough to find its number in."""
    return text.split("\n", _LOOKED_AT)[:_LOOKED_AT] + text.rsplit("\n", _LOOKED_AT)[-_LOOKED_AT:]


def printed_labels(pages: Sequence[Sequence[str]]) -> list[str | None]:
    """Return the label that each page bears, None where it bears none.

    A label is a short line at the top or the bottom whose number grows by one from page to page while the rest of it stays: `- 12 -`,
    `Page 12 de 62`, `2024-117 RHNQ 0012`. Where several count so (a page number and a folio), the one made to be cited wins: its number is
    filled with zeros, or is not that of the page; then the longest.
    """
    found = [dict(_candidates(lines, number)) for number, lines in enumerate(pages)]
    counts = Counter(key for of_page in found for key in of_page)
    least = max(FEWEST, _SHARE * sum(any(map(str.strip, lines)) for lines in pages))
    padded = {key for of_page in found for key, line in of_page.items() if _is_padded(line, key[1])}
    common = (key for key, count in counts.items() if count >= least)
    series = sorted(common, key=lambda key: (key not in padded, key[2] == 1, -len(key[0]), key))
    return [next((of_page[key] for key in series if key in of_page), None) for of_page in found]


def _is_padded(line: str, rank: int) -> bool:
    number = _NUMBER.findall(line)[rank]
    return len(number) > 1 and number.startswith("0")


def _candidates(lines: Sequence[str], page: int) -> Iterator[tuple[tuple[str, int, int], str]]:
    """Yield ((the rest of the line, which of its numbers counts, how far it is ahead of the page), the line)."""
    filled = list(filter(str.strip, lines))
    edges = filled if len(filled) <= 2 * _EDGE else filled[:_EDGE] + filled[-_EDGE:]
    for line in map(str.strip, edges):
        if len(line) > _LONGEST or len(line.split()) > _MOST_WORDS:
            continue
        numbers = list(_NUMBER.finditer(line))
        for rank, number in enumerate(numbers):
            if len(number.group()) <= 9:
                rest = line[: number.start()] + "#" + line[number.end() :]
                yield (rest, rank, int(number.group()) - page), line
