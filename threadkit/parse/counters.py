"""Find counters: lines that are equal but for one number, which grows from copy to copy, where form or place tells that it counts pages."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from threadkit.parse.known_lines import lines_beginning, lines_holding
from threadkit.parse.line_shapes import LIST_SIGNS, numbers_alike
from threadkit.parse.lines import Lines
from threadkit.parse.page_series import LONGEST_HEAD, PageSeries, moving_column
from threadkit.words import Words

_MIN_REPEATS = 3
_SURE_REPEATS = 6
_SHORTEST, _SHORTEST_COUNTER = 3, 8
_DIGITS = re.compile(r"\d+")
_DIGIT_BYTES = b"0123456789"
_FAR_RIGHT = re.compile(r"^[ \u00a0]{30,}\S|\S[ \u00a0]{12,}(?:\S{0,12} ?|\S.{0,16}[ .,/])\d{1,4}[ \u00a0]*$")
_LEAST_PAGE = 5
_PADDED = 3
_APART = 4
_LONGEST_STEP = 5


def find_counters(lines: Lines, words: Words, labelled: Mapping[int, str], found: dict[int, str]) -> None:
    """Take lines that are equal but for one number that grows from copy to copy for a running head or stamp (not "Détenteur no 2").

    Args:
        lines: the source's lines.
        words: the word files (roles `document-break`, `cover-sheet`, `contact`, `release-slip` and `annex` say what is none; `out-of`).
        labelled: line index -> field; those lines are headers'.
        found: the furniture so far; added to.
    """
    parts, contacts = (lines_beginning(words, "document-break"), lines_beginning(words, "cover-sheet")), lines_holding(words, "contact")
    named, printed = (lines_beginning(words, "release-slip"), lines_beginning(words, "annex")), lines_beginning(words, "furniture")
    stripped = lines.stripped
    short = [index for index in lines.with_digits if index not in labelled and _SHORTEST <= len(stripped[index]) < LONGEST_HEAD]
    pages = PageSeries(lines, labelled)
    for alike in _alike_but_for_digits(lines, short):
        text = lines.shown[alike[0]]
        if any(part[text] for part in parts):
            continue
        free = [index for index in alike if index not in found and len(stripped[index]) >= _SHORTEST_COUNTER]
        if len(free) > 1 and not contacts[text] and _counts_up(lines, words, labelled, free):
            found.update(dict.fromkeys(free, "running-counter"))
        telephone = contacts[text] and not _ends_padded(lines, alike)
        if not any(name[text] for name in named) and pages.are_marks(alike, numbered_file=telephone):
            found.update((index, found.get(index, "page-series")) for index in alike)
            pages.note(alike)
        elif len(alike) >= _MIN_REPEATS and printed[text] and any(index in found or pages.ends_page(index) for index in alike) and _count_by_one(lines, alike):
            found.update((index, found.get(index, "page-series")) for index in alike)
    found.update((index, "page-series") for index in [*pages.worn_copies(found), *pages.file_heads(found), *pages.opening_stamp(found)])


def _ends_padded(lines: Lines, indexes: Sequence[int]) -> bool:
    """Say whether three lines or more end in numbers filled with zeros that count by one: no telephone does."""
    last = [_DIGITS.findall(lines.stripped[index])[-1] for index in indexes]
    padded = all(number[0] == "0" and len(number) >= _PADDED for number in last)
    return padded and len(last) >= _MIN_REPEATS and all(int(high) - int(low) == 1 for low, high in pairwise(last))


def _count_by_one(lines: Lines, indexes: Sequence[int]) -> bool:
    """Say whether lines that have one number, the page's, or that of all pages besides, count by one and stand apart."""
    numbers = [_DIGITS.findall(lines.stripped[index]) for index in indexes]
    apart = all(below - above >= _APART for above, below in pairwise(indexes))
    return apart and all(int(low[0]) + 1 == int(high[0]) and low[1:] == high[1:] for low, high in pairwise(numbers))


def _alike_but_for_digits(lines: Lines, indexes: list[int]) -> Iterator[list[int]]:
    """Yield the lines that are equal but for their numbers, two or more at a time; those equal without digits, as bytes, are found first."""
    groups: dict[bytes, list[int]] = defaultdict(list)
    for index in indexes:
        groups[lines.stripped[index].encode("latin-1", "ignore").translate(None, _DIGIT_BYTES)].append(index)
    for alike in groups.values():
        if len(alike) > 1:
            templates: dict[str, list[int]] = defaultdict(list)
            for index in alike:
                templates[numbers_alike(lines.stripped[index])].append(index)
            yield from (same for same in templates.values() if len(same) > 1)


def _at_page_break(lines: Lines, index: int) -> bool:
    """Say whether line `index` stands at a page's edge, or has two blank lines above or below it."""
    if lines.starts_page(index) or lines.starts_page(index + 1) or index + 1 >= lines.end:
        return True
    return lines.blanks_before(index) >= 2 or lines.next_text(index + 1) - index - 1 >= 2


def _counts_up(lines: Lines, words: Words, labelled: Mapping[int, str], indexes: list[int]) -> bool:
    """Say whether lines that are alike but for digits are one counter: one number grows, and form or place tells that it counts pages."""
    numbers = [_DIGITS.findall(lines.shown[index])[:8] for index in indexes]
    column = moving_column(numbers)
    moving = [own[column] for own in numbers] if column is not None else []
    if not moving or not all(int(a) < int(b) for a, b in pairwise(moving)):
        return False
    if all(b - a >= _APART for a, b in pairwise(indexes)) and _is_sure_counter(lines, words, indexes, moving):
        return True
    if len(indexes) < _MIN_REPEATS:
        return False
    by_one = all(int(b) - int(a) == 1 for a, b in pairwise(moving))
    if by_one and (_is_numbered_anew(moving) or _tells(lines, labelled, indexes)):
        return True
    return all(stands_alone(lines, index, {}) for index in indexes) and _is_spread(lines, indexes, by_one)


def _is_numbered_anew(moving: Sequence[str]) -> bool:
    """Say whether numbers of one width (`0007`) count by one: printed anew, folios of empty pages may stand close together."""
    return len(moving) >= _SURE_REPEATS and all(number[0] == "0" and len(number) >= _PADDED for number in moving)


def _is_spread(lines: Lines, indexes: list[int], by_one: bool) -> bool:
    """Say whether lines that stand alone stand as pages do: far apart or counted by one often enough, half of them where a page breaks."""
    spread = all(right - left >= _LEAST_PAGE for left, right in pairwise(indexes))
    sure = by_one and len(indexes) >= _SURE_REPEATS
    return (sure or spread) and 2 * sum(_at_page_break(lines, index) for index in indexes) >= len(indexes)


def _is_sure_counter(lines: Lines, words: Words, indexes: list[int], moving: Sequence[str]) -> bool:
    """Say whether the form of a growing number tells that it counts pages: `0012`, `3/9` below one total, or far to the right each time."""
    if all(_FAR_RIGHT.search(lines.shown[index]) for index in indexes):
        return True
    if all(number[0] == "0" and len(number) >= _PADDED for number in moving):
        return all(int(b) - int(a) <= _LONGEST_STEP for a, b in pairwise(moving))
    (pattern,) = words.patterns("out-of")
    out_of = [pattern.regex.search(lines.shown[index]) for index in indexes]
    totals = {found[2] for found in out_of if found}
    return all(out_of) and len(totals) == 1 and [found[1] for found in out_of if found] == list(moving) and int(moving[-1]) <= int(totals.pop())


def _tells(lines: Lines, labelled: Mapping[int, str], indexes: list[int]) -> bool:
    """Say whether a copy of a line stands where only a page's furniture can: between two lines of a header, or inside a sentence."""
    for index in indexes:
        above, below = index - 1, index + 1
        if above < 0 or below >= lines.count or lines.blank[above] or lines.blank[below]:
            continue
        if above in labelled and (below in labelled or LIST_SIGNS.search(lines.shown[below])):
            return True
        if lines.stripped[below][:1].islower() and lines.stripped[above][-1:] not in ".:!?;" and above not in labelled:
            return True
    return False


def stands_alone(lines: Lines, index: int, found: Mapping[int, str]) -> bool:
    """Say whether a blank line, other furniture, a page's edge or the source's edge stands above or below line `index`."""
    above = index == 0 or lines.blank[index - 1] or index - 1 in found or lines.starts_page(index)
    below = index + 1 >= lines.count or lines.blank[index + 1] or index + 1 in found or lines.starts_page(index + 1)
    return above or below
