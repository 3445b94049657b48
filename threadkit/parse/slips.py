"""Find slips: what whoever released the papers put between them, `DOCUMENT 3`, `REFUSÉ EN TOTALITÉ`, `Pages 12 to 15 are withheld`.

A slip is a paragraph of its own, each line of which reads like one. What says only which piece comes next must have a header, or another
slip, right below it; where a message may say just that (`Volume 2`), it is not all that one says, and does not stand alone in the source. A
sentence about pages must name the law, or stand alone on its page. Other words of the kind stay the message's: it may speak of such pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from threadkit.parse.known_lines import MOST_KNOWN
from threadkit.parse.lines import Lines
from threadkit.words import Words

RULES = ("release-slip",)

SLIP = "release-slip"
_LONGEST = 140
_MOST_LINES = 7
_HEADING, _PART, _SENTENCE = "heading", "part", "sentence"
_PIECES, _WITHHELD = (_HEADING, _PART), ("withheld", _SENTENCE)
#: So many lines of a source that may say which piece comes next bear one another out.
_SEVERAL = 2
_TOP = re.compile(rb"(?:\A|\x01)\x00")
_SIGN = re.compile(r"[^\w\s]|_")


def find_slips(lines: Lines, words: Words, labelled: Mapping[int, str], found: dict[int, str]) -> None:
    """Add the lines of slips to the furniture.

    Args:
        lines: the source's lines.
        words: the word files (roles `release-slip`, `slip-continuation`, `slip-law`).
        labelled: line index -> field; those lines are headers'.
        found: the furniture so far; added to.
    """
    kinds, known = _kinds_of_slips(words), frozenset(found)
    goes_on, law = words.any_of("slip-continuation"), words.any_of("slip-law")

    def opens(indexes: Iterable[int]) -> dict[int, str]:
        free = [(index, lines.stripped[index]) for index in indexes if index not in labelled and index not in known]
        return {index: kind for index, line in free if len(line) <= _LONGEST and (kind := kinds[line]) is not None}

    opening = opens(_tops(lines, known))
    several = sum(kind in _PIECES for kind in opening.values()) >= _SEVERAL if opening else False
    for first, kind in reversed(opening.items()):
        if kind == _PART and not (several and _is_below_words(lines, labelled, first)):
            continue
        paragraph = _paragraph(lines, labelled, found, first)
        if not paragraph or len(paragraph) > _MOST_LINES:
            continue
        opened = opens(paragraph[1:])
        more = [index for index in paragraph[1:] if index not in opened and not is_rule(lines, index)]
        if not all(goes_on.search(lines.stripped[index]) for index in more):
            continue
        named = bool(more) or any(law.search(lines.stripped[index]) for index in paragraph)
        if _is_borne_out(lines, labelled, found, kind, paragraph, named=named):
            above = range(first - 1, first - 2, -1)
            found.update((index, SLIP) for index in (*paragraph, *above) if index in paragraph or (index >= 0 and is_rule(lines, index)))


class _KindsOfSlips(dict[str, "str | None"]):
    """Line -> what it says that it is where it may begin a slip, None where it cannot. Emptied when full."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._any, self._patterns = words.any_of("release-slip"), words.patterns("release-slip")

    def __missing__(self, line: str) -> str | None:
        if len(self) >= MOST_KNOWN:
            self.clear()
        fits = self._any.match(line) is not None
        kind = self[line] = next((pattern.value for pattern in self._patterns if pattern.regex.match(line)), None) if fits else None
        return kind


@cache
def _kinds_of_slips(words: Words) -> _KindsOfSlips:
    return _KindsOfSlips(words)


def _tops(lines: Lines, furniture: Iterable[int]) -> list[int]:
    """Return the lines above which no words stand: the first, one below a blank line, furniture or a rule across the page, one that begins a page."""
    tops = {found.end() - 1 for found in _TOP.finditer(lines.blanks)}
    rules = [index for index in lines.beginning_in(_SIGN) if is_rule(lines, index)]
    below = {index + 1 for index in (*furniture, *rules)} - {lines.count}
    return sorted([index for index in tops | below | lines.page_starts if not lines.blank[index]])


def _paragraph(lines: Lines, labelled: Mapping[int, str], found: Mapping[int, str], first: int) -> list[int]:
    """Return the lines of the paragraph that line `first` begins, none where words stand right above it."""
    above = first - 1
    if above >= 0 and not lines.blank[above] and above not in found and not is_rule(lines, above) and not lines.starts_page(first):
        return []
    last = first
    while last + 1 < lines.count and not lines.blank[last + 1] and last + 1 not in labelled and last + 1 not in found:
        last += 1
    return list(range(first, last + 1))


def is_rule(lines: Lines, index: int) -> bool:
    """Say whether line `index` is a rule across the page: no letter and no digit."""
    line = lines.stripped[index]
    return len(line) > 1 and not any(char.isalnum() for char in line)


def _is_below_words(lines: Lines, labelled: Mapping[int, str], first: int) -> bool:
    """Say whether line `first` is not the first below a header: it is not all that a message says."""
    return lines.previous_text(first - 1) not in labelled


def _is_borne_out(
    lines: Lines, labelled: Mapping[int, str], found: Mapping[int, str], value: str, paragraph: list[int], *, named: bool
) -> bool:
    """Say whether what stands below, or the law that is named, bears out that a paragraph is a slip."""
    if value in _PIECES:
        below = lines.next_text(paragraph[-1] + 1)
        return below in labelled or found.get(below) == SLIP
    return value != _SENTENCE or named or _is_alone_on_page(lines, found, paragraph)


def _is_alone_on_page(lines: Lines, found: Mapping[int, str], paragraph: Sequence[int]) -> bool:
    """Say whether nothing but a paragraph and furniture stands on a page of several."""
    page = lines.page_of(paragraph[0])
    above, below = paragraph[0] - 1, paragraph[-1] + 1
    while above >= 0 and (lines.blank[above] or above in found):
        above -= 1
    while below < lines.count and (lines.blank[below] or below in found):
        below += 1
    is_first, is_last = above < 0 or lines.page_of(above) != page, below >= lines.count or lines.page_of(below) != page
    return is_first and is_last and len(lines.page_starts) > 1


def withheld_lines(lines: Lines, words: Words, furniture: Mapping[int, str]) -> list[int]:
    """Return the first line of each slip that says that something is withheld."""
    kinds = _kinds_of_slips(words)
    saying = {index for index, rule in furniture.items() if rule == SLIP and kinds[lines.stripped[index]] in _WITHHELD}
    return sorted(index for index in saying if index - 1 not in saying)


def below_slip(first: int, lines: Lines, furniture: Mapping[int, str]) -> bool:
    """Say whether a slip stands right above line `first`: what is below it is another piece than what is above."""
    return furniture.get(lines.previous_text(first - 1)) == SLIP
