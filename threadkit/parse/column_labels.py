"""Find labels without a colon in a column of their own, far from the margin, their values in the next: the header that Lotus Notes prints.

Three rows of it are `Pour     Paul ROY/VOIRIE/EXEMPLE`, `cc` and `Objet    Suivi`, each far from the margin; right below a time of day alone they may
stand at the margin; so they may, each with a gap of its own, below a name with its Notes path and a time of day.
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
_NEAR = 2
#: How Notes names people: `Paul Roy/VOIRIE/EXEMPLE`.
_PATH = re.compile(r"[^\W\d_][^/<>@:;]{2,60}(?:/[^/<>@:;]{1,40}){2,6}(?:@[\w .-]{1,40})?")
_ROW = re.compile(r"(\S(?:\S| (?=\S)){0,30})(?: {2,}(\S.*))?")


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
        if index in found:
            continue
        below_path = not padded and _is_below_path(lines, index)
        if below_path or padded or _is_below_time(lines, index):
            rows = _rows_below_path(lines, words, index) if below_path else _rows_from(lines, words, index, _PADDING if padded else 0)
            if {"to", "subject"} <= {row.field for row in rows.values()}:
                found.update(rows)


def _is_below_time(lines: Lines, index: int) -> bool:
    """Say whether line `index` stands right below a time of day alone and a line of words: who sent it, and when."""
    return index > 1 and not lines.blank[index - 1] and not lines.blank[index - 2] and prints_time(lines.stripped[index - 1])


def _is_below_path(lines: Lines, index: int) -> bool:
    """Say whether line `index`, which names somebody by a Notes path, stands below a time of day alone, and that below another such name."""
    if "/" not in lines.shown[index]:
        return False
    timed = lines.previous_text(index - 1)
    sender = lines.previous_text(timed - 1) if timed > 0 else -1
    near = sender >= 0 and index - timed <= _NEAR and timed - sender <= _NEAR
    return near and _PATH.fullmatch(lines.stripped[sender]) is not None and prints_time(lines.stripped[timed])


def _rows_below_path(lines: Lines, words: Words, first: int) -> dict[int, LabelLine]:
    """Return the labelled rows from the recipients' row on, whatever the width of each label's gap: `A   Paul Roy/VOIRIE/EXEMPLE`, `cc`, `Objet   Suivi`."""
    rows: dict[int, LabelLine] = {}
    for index in range(first, min(first + _MOST_ROWS, lines.count)):
        match = _ROW.fullmatch(lines.stripped[index])
        field = _labels(words).get(match[1]) if match else None
        if match is None or field is None or field in {row.field for row in rows.values()}:
            break
        rows[index] = LabelLine(field, match[1], match[2] or "", False, 0, False, False)
    return rows


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
