"""Find series of page marks: one line that comes again with a number that grows, page for page, where a header begins the next page.

No form feed is asked for. What counts by one on the last line above header after header counts pages: `WZB/2024/118 - 2`, `B-3`. Once a
series is known, copies of it that stand elsewhere, in the middle of a letter or a list, are known too, and so are those that recognition wore.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from threadkit.parse.line_shapes import LIST_SIGNS
from threadkit.parse.lines import Lines

__all__ = ["COUNTERS", "LONGEST_HEAD", "RULES", "PageSeries", "moving_column"]

RULES = ("page-series",)

#: The rules by which a line counts pages wherever it stands: in the middle of a page's last sentence too.
COUNTERS = ("running-counter", *RULES)

LONGEST_HEAD = 120
_LONGEST_STAMP = 60
_MIN_COPIES = 3
_MEAN_PAGE = 5
_LONGEST_STEP = 5
_HEADER_LINES = 6
_HEADER_GAP = 4
_LEAST_LABELS = 2
_SHORTEST_WORN = 4
_WIDE_GAP = re.compile(r"\S[ \t\u00a0]{10}")
_DIGITS = re.compile(r"\d+")
#: A file number: letters and digits with what joins them.
_FILE_NUMBER = re.compile(r"[^\W_]+(?:[-/.][^\W_]+)+")
_LEAST_FILE_DIGITS = 3
_WORN_DIGITS = str.maketrans("OoIl|", "00111")
_WORN_NUMBER = re.compile(r"(?<![^\W\d_])[\dOoIl|]{1,7}(?=[A-Z]?(?:\W|$))")
_LETTER_BEHIND = re.compile(r"(?<=#)[A-Z](?![^\W\d_])")
_LETTER_ALONE = re.compile(r"(?<![^\W_])[A-Z](?![^\W_])")


class PageSeries:
    """The series of page marks of one source."""

    def __init__(self, lines: Lines, labelled: Mapping[int, str]) -> None:
        self._lines = lines
        self._labelled = labelled
        self._known: list[tuple[Sequence[int], int]] = []

    def are_marks(self, indexes: Sequence[int], *, numbered_file: bool) -> bool:
        """Say whether lines that are equal but for their numbers are the marks of pages.

        One number grows, mostly by one. There are three copies or more, or two with a file number that the source names elsewhere; they
        stand a page apart, and half of them right above a header or the end. What could be a telephone must have that file number (`numbered_file`).
        """
        column = self._moving(indexes)
        if column is None or LIST_SIGNS.search(self._lines.stripped[indexes[0]]):
            return False
        numbers = [int(_DIGITS.findall(self._lines.stripped[index])[column]) for index in indexes]
        steps = [high - low for low, high in pairwise(numbers)]
        if not all(1 <= step <= _LONGEST_STEP for step in steps) or 2 * steps.count(1) < len(steps):
            return False
        if indexes[-1] - indexes[0] < _MEAN_PAGE * len(steps) or any(below - above < 2 for above, below in pairwise(indexes)):
            return False
        if 2 * sum(map(self.ends_page, indexes)) < len(indexes):
            return False
        return (len(indexes) >= _MIN_COPIES and not numbered_file) or self._is_file_named(indexes)

    def note(self, indexes: Sequence[int]) -> None:
        """Remember a series: worn copies of it may stand elsewhere."""
        column = self._moving(indexes)
        if column is not None:
            self._known.append((indexes, column))

    def worn_copies(self, found: Mapping[int, str]) -> Iterator[int]:
        """Yield the lines that are like a known series but for a letter: `000O1`, `- 5A -`, `A / 2` beside `B / 1`."""
        for indexes, column in self._known:
            first = self._lines.stripped[indexes[0]]
            sizes = [len(self._lines.stripped[index]) for index in indexes]
            key, fixed = _key(first), sum(map(str.isdigit, first)) - len(_DIGITS.findall(first)[column])
            if min(sizes) < _SHORTEST_WORN:
                continue
            places = [(index, int(_DIGITS.findall(self._lines.stripped[index])[column])) for index in indexes]
            for index in self._like(first, min(sizes) - 1, max(sizes) + 1):
                if index not in found and index not in self._labelled and _key(self._lines.stripped[index]) == key:
                    lettered = _letters(self._lines.stripped[index]) != _letters(first)
                    if (lettered and fixed >= _LEAST_FILE_DIGITS) or (not lettered and _fits(places, index, _number(self._lines.stripped[index], column))):
                        yield index

    def file_heads(self, found: Mapping[int, str]) -> Iterator[int]:
        """Yield the copies of a line without a page's number that comes three times or more, half of them above headers.

        It has a file number that the source names elsewhere too, and a wide gap: `24-AI-0091 Boîte A          Port-Léandre`.
        """
        copies: dict[str, list[int]] = defaultdict(list)
        for index in self._lines.with_gaps:
            line = self._lines.stripped[index]
            if index not in self._labelled and index not in found and len(line) < LONGEST_HEAD and _WIDE_GAP.search(line):
                copies[line].append(index)
        for line, indexes in copies.items():
            if len(indexes) >= _MIN_COPIES and not LIST_SIGNS.search(line) and self._is_file_named(indexes):
                yield from indexes if 2 * sum(map(self.ends_page, indexes)) >= len(indexes) else ()

    def opening_stamp(self, found: Mapping[int, str]) -> list[int]:
        """Return the copies of the source's first line where it has a number and comes three times or more, half of them above headers: `FOI 4471`."""
        lines = self._lines
        line = lines.stripped[lines.top] if lines.top < lines.count else ""
        if lines.counts[line] < _MIN_COPIES or not _DIGITS.search(line) or len(line) > _LONGEST_STAMP or LIST_SIGNS.search(line) or line[-1] in ".:,!?":
            return []
        copies = [index for index in lines.indexes_among({line}) if index not in self._labelled]
        return [index for index in copies if index not in found] if 2 * sum(map(self.ends_page, copies)) >= len(copies) else []

    def _like(self, line: str, shortest: int, longest: int) -> Iterator[int]:
        """Yield the lines of about a line's length that begin with its first character."""
        firsts, place = self._lines.firsts, -1
        while (place := firsts.find(line[0], place + 1)) >= 0:
            if shortest <= len(self._lines.stripped[place]) <= longest:
                yield place

    def _moving(self, indexes: Sequence[int]) -> int | None:
        """Return which of the numbers of lines that are else equal grows from copy to copy, counted from the end (-1 is the last), or None."""
        return moving_column([_DIGITS.findall(self._lines.stripped[index]) for index in indexes])

    def ends_page(self, index: int) -> bool:
        """Say whether a header, or nothing more, stands below line `index`: two labels among the first few lines, right below or after a gap."""
        lines = self._lines
        place, seen, labels, gap = index + 1, 0, 0, 0
        while place < lines.count and seen < _HEADER_LINES and gap <= _HEADER_GAP:
            if lines.blank[place]:
                gap += 1
            else:
                seen, gap, labels = seen + 1, 0, labels + (place in self._labelled)
                if labels >= _LEAST_LABELS:
                    return True
            place += 1
        return not seen

    def _is_file_named(self, indexes: Sequence[int]) -> bool:
        """Say whether the lines hold a file number that the source names on another line too."""
        lines = self._lines
        for match in _FILE_NUMBER.finditer(lines.stripped[indexes[0]]):
            number = match[0]
            if sum(map(str.isdigit, number)) >= _LEAST_FILE_DIGITS and lines.text.count(number) > len(indexes):
                return True
        return False


def moving_column(numbers: Sequence[Sequence[str]]) -> int | None:
    """Return which of the numbers of lines that are else equal differs from copy to copy, counted from the end (-1 is the last).

    Of several that go in step, the last. Of others the one that grows by one each time, beside boxes and files (`Box 2    Record 14 of 31`) that never
    grow smaller and go on seldom. None where none differs, or nothing tells which counts.
    """
    columns = [[int(number) for number in column] for column in zip(*numbers, strict=True)]
    moving = [place for place, column in enumerate(columns) if len(set(column)) > 1]
    if len({tuple(b - a for a, b in pairwise(columns[place])) for place in moving}) != 1:
        return _counting_beside_others([columns[place] for place in moving], [place - len(columns) for place in moving])
    return moving[-1] - len(columns)


def _counting_beside_others(columns: Sequence[Sequence[int]], places: Sequence[int]) -> int | None:
    """Return the place of the one column that grows by one each time, where the others never grow smaller and stand still half of the time; or None."""
    counting = [place for place, column in zip(places, columns, strict=True) if all(b - a == 1 for a, b in pairwise(column))]
    others = [[b - a for a, b in pairwise(column)] for place, column in zip(places, columns, strict=True) if place not in counting]
    slow = all(min(steps) >= 0 and 2 * steps.count(0) >= len(steps) for steps in others)
    return counting[0] if len(counting) == 1 and slow else None


def _key(line: str) -> str:
    """Return a line with its numbers made alike, read as recognition wears them, and with its single letters made alike."""
    return _LETTER_ALONE.sub("@", _counted(line))


def _counted(line: str) -> str:
    return _LETTER_BEHIND.sub("", _WORN_NUMBER.sub("#", " ".join(line.split())))


def _letters(line: str) -> list[str]:
    return _LETTER_ALONE.findall(_counted(line))


def _number(line: str, column: int) -> int:
    """Return the number in a column of a line, worn digits read for what they are."""
    numbers = [match[0].translate(_WORN_DIGITS) for match in _WORN_NUMBER.finditer(line)]
    return int(numbers[column]) if -column <= len(numbers) else -1


def _fits(places: Sequence[tuple[int, int]], index: int, number: int) -> bool:
    """Say whether a number on line `index` fits between those of the copies above and below it; the one above may go on with a letter."""
    above = [value for place, value in places if place < index]
    below = [value for place, value in places if place > index]
    return number >= 0 and (not above or number >= above[-1]) and (not below or number < below[0])
