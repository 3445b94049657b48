"""Find labels without a colon in a column of their own, far from the margin, their values in the next: the header that Lotus Notes prints.

Three rows of it are `Pour     Paul ROY/VOIRIE/EXEMPLE`, `cc` and `Objet    Suivi`, each far from the margin; right below a time of day alone they may
stand at the margin.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from threadkit.parse.dates import prints_time
from threadkit.parse.labels import LabelLine
from threadkit.parse.lines import Lines
from threadkit.words import Words

_FIELDS = frozenset({"to", "cc", "bcc", "subject"})
_PADDING = 8
_FAR = " " * _PADDING
_GAP = 2
_MOST_ROWS = 60


@cache
def _labels(words: Words) -> Mapping[str, str]:
    """Return label as printed -> field."""
    return {form: label.field for label in words.labels if label.field in _FIELDS for form in (label.text, label.text.lower())}


@cache
def _recipients(words: Words) -> re.Pattern[str]:
    """Return the pattern of the row of the recipients; it begins with a newline."""
    texts = sorted((text for text, field in _labels(words).items() if field == "to"), key=lambda text: (-len(text), text))
    return re.compile(rf"\n(?:{_FAR} *)?(?:{'|'.join(map(re.escape, texts))}) {{{_GAP},}}[^\s:][^\n]*")


def find_column_labels(lines: Lines, words: Words, found: dict[int, LabelLine]) -> None:
    """Add the labels of such tables to the label lines found: recipients, then a subject, every value in one column."""
    for index, match in lines.starting_with(_recipients(words)):
        padded = match.group().startswith(f"\n{_FAR}")
        if index not in found and (padded or _is_below_time(lines, index)):
            rows = _rows_from(lines, words, index, _PADDING if padded else 0)
            if {"to", "subject"} <= {row.field for row in rows.values()}:
                found.update(rows)


def _is_below_time(lines: Lines, index: int) -> bool:
    """Say whether line `index` stands right below a time of day alone and a line of words: who sent it, and when."""
    return index > 1 and not lines.blank[index - 1] and not lines.blank[index - 2] and prints_time(lines.stripped[index - 1])


def _rows_from(lines: Lines, words: Words, first: int, padding: int) -> dict[int, LabelLine]:
    """Return the labelled rows of the table that begins with the recipients' row; between them stand only values in their column."""
    rows: dict[int, LabelLine] = {}
    column = _column_of_value(lines.shown[first])
    for index in range(first, min(first + _MOST_ROWS, lines.count)):
        line = lines.shown[index].rstrip()
        if lines.blank[index] or len(line) - len(line.lstrip(" ")) < padding:
            break
        label, value = line[:column].strip(), line[column:]
        field = _labels(words).get(label)
        if field is not None and field not in {row.field for row in rows.values()} and value[:1] != " ":
            rows[index] = LabelLine(field, label, value.strip(), False, 0, False, False)
        elif label or not value or value[0] == " ":
            break
    return rows


def _column_of_value(line: str) -> int:
    """Return the column in which the value of a row begins: behind the label and two blanks or more."""
    label = re.search(rf"\S.*? {{{_GAP},}}(?=\S)", line)
    return label.end() if label else len(line)
