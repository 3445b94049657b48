"""Read the header that Lotus Notes prints in three columns: who and when at the left, the labels in the middle, their values at the right.

    Réjean Maltais              To:      Bernice Oakeshott/HQ/FERRY
                                cc:      Solange Dufresne/QC/FERRY
    2003-04-11 10:42            Subject: Re: Charter

The labels may stand without a colon, at the left or at the right of their column. The left column is a sender and a time of day, and nothing else.
"""

from __future__ import annotations

import re
from functools import cache

from threadkit.parse.continuation import Continuation
from threadkit.parse.dates import prints_time
from threadkit.parse.header_block import HeaderBlock, RawField
from threadkit.parse.headings import is_sender
from threadkit.parse.lines import Lines
from threadkit.parse.lotus_tables import labels_at_edge, sender_and_time
from threadkit.words import Words

__all__ = ["with_columns"]

_GAP = "  "
_BEFORE = "   "
_LEAST_COLUMN = 12
_MOST_ROWS = 60
_MOST_LEFT = 4
_COLONS = ":\uff1a"
_EDGES = " :\uff1a"


@cache
def _recipients(words: Words) -> re.Pattern[str]:
    """Return the pattern of a recipients' label in the middle of a line, behind three blanks and before a value."""
    texts = {form for label in words.labels if label.field == "to" for form in (label.text, words.folding.plain(label.text).capitalize())}
    named = "|".join(map(re.escape, sorted(texts, key=lambda text: (-len(text), text))))
    return re.compile(rf"{_BEFORE}(?:{named})(?: ?[{_COLONS}] +| {{2,}})(?=[^\s{_COLONS}])")


def with_columns(blocks: list[HeaderBlock], lines: Lines, words: Words) -> list[HeaderBlock]:
    """Return the header blocks of a source and those printed in three columns, in order; a run of labels inside such a one is none."""
    tables: list[HeaderBlock] = []
    for match in _recipients(words).finditer(lines.text):
        start = lines.text.rfind("\n", 0, match.end()) + 1
        shown = lines.text[start : match.end()].replace("\f", "")
        place = len(shown) - (match.end() - match.start() - len(_BEFORE))
        if place >= _LEAST_COLUMN:
            row = lines.text.count("\n", 0, start)
            table = None if tables and row <= tables[-1].last else _Columns(lines, words, row, place, len(shown)).block()
            tables.extend([table] if table is not None else [])
    if not tables:
        return blocks
    apart = [block for block in blocks if not any(table.first <= block.last and block.first <= table.last for table in tables)]
    return sorted([*apart, *tables], key=lambda block: block.first)


class _Columns:
    """One header, around the row of its recipients' label; `column` is that of the values."""

    def __init__(self, lines: Lines, words: Words, row: int, start: int, column: int) -> None:
        self._lines = lines
        self._words = words
        self._row = row
        self._start = start
        self._column = column
        self._labels = labels_at_edge(words)
        self._fold = words.folding.fold
        near = [lines.shown[index] for index in (row, *range(max(0, row - 1), row), *range(row + 1, min(row + _MOST_LEFT, lines.count)))]
        self._indent = next((_indent(line) for line in near if line[: start - len(_GAP)].strip() and not line[start - len(_GAP) : start].strip()), 0)

    def block(self) -> HeaderBlock | None:
        """Return the header, None where it is none: no subject, or another text than a sender and a time in the left column."""
        fields, left = self._labelled(), self._left()
        names = {field.field for field in fields}
        if not {"to", "subject"} <= names or len(names) < len(fields) or not left:
            return None
        told = sender_and_time(left, self._words)
        if told is None or told[-1].last < left[-1][0] or not is_sender(told[0].text.strip("\"' ")):
            return None
        fields = [*told, *fields]
        first, last = min(field.first for field in fields), max(field.last for field in fields)
        return HeaderBlock(first, last, tuple(fields), frozenset(field.field for field in fields), 0, False)

    def _cells(self, row: int) -> tuple[str, str, str]:
        """Return what stands in the three columns of a row: the left, a label, a value."""
        line = self._lines.shown[row]
        before = line[: self._column].rstrip()
        cut = before.rfind(_GAP) + len(_GAP) if _GAP in before else 0
        is_whole = len(before) < self._column or not line[self._column : self._column + 1].isalpha()
        if is_whole and self._is_label(before[cut:]):
            return before[:cut].strip(), before[cut:].strip(_EDGES), line[self._column :].strip()
        label, colon, value = line[self._start :].partition(":")
        if colon and self._is_label(label) and not line[: self._start].strip()[self._start - len(_GAP) :]:
            return line[: self._start].strip(), label.strip(_EDGES), value.strip()
        return before.strip(), "", line[self._column :].strip()

    def _is_label(self, text: str) -> bool:
        return self._fold(text.strip(_EDGES)) in self._labels

    def _is_row(self, row: int) -> bool:
        """Say whether a row goes on with the header: a label, a value in its column, or a left column where others have it, or a time at the margin."""
        if not 0 <= row < self._lines.count or self._lines.blank[row] or self._lines.starts_page(row):
            return False
        line = self._lines.shown[row]
        left, label, value = self._cells(row)
        if label or not value:
            return bool(label) or (_indent(line) == self._indent and (bool(self._indent) or prints_time(left)))
        return line[self._column - len(_GAP) : self._column].isspace() and line[self._column] != " " and (not left or _indent(line) == self._indent)

    def _rows(self) -> range:
        """Return the rows of the header: above the recipients only the left column stands, and at the margin only a sender without another below."""
        last = self._row
        while last - self._row < _MOST_ROWS and self._is_row(last + 1):
            last += 1
        first = self._row
        while self._row - first < _MOST_LEFT and self._is_left(first - 1):
            first -= 1
        return range(first, last + 1)

    def _is_left(self, row: int) -> bool:
        if row < 0 or self._lines.blank[row] or self._lines.starts_page(row + 1):
            return False
        line = self._lines.shown[row]
        at_margin = not self._indent and (bool(self._cells(self._row)[0]) or not self._lines.blank[row - 1])
        return _indent(line) == self._indent and len(line.rstrip()) < self._start - len(_GAP) and not at_margin

    def _left(self) -> list[tuple[int, str]]:
        return [(row, text) for row in self._rows() if (text := self._cells(row)[0])]

    def _labelled(self) -> list[RawField]:
        """Return the labelled fields; a row without a label goes on with the one above."""
        fields: list[RawField] = []
        for row in self._rows():
            _, label, value = self._cells(row)
            if label:
                fields.append(RawField(self._labels[self._fold(label)], label, value, row, row, False, False))
            elif fields and value:
                above = fields[-1]
                fields[-1] = above._replace(text=above.text + Continuation.glue(above.field, above.text, value) + value, last=row)
        return fields


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
