"""Put the pieces of text of a printed page into lines, as a reader sees them: rows from top to bottom, pieces from left to right."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from operator import gt, sub
from statistics import median
from typing import NamedTuple

#: Two pieces are in one row when their middles are nearer than this part of the smaller one's height.
_SAME_ROW = 0.5
#: From this part of the height on a gap between two pieces is wider than one between words.
_WIDE_GAP = 1.5
_NO_GAP = 0.12
#: Lines further apart than so many times the usual have blank lines between them; rows of a table may be looser.
_LOOSE, _TABLE_LOOSER = 1.4, 1.6
#: A distance is usual where this share of all is like it, within this ratio.
_COMMON, _ALIKE = 0.15, 1.12
_PITCH_OF_HEIGHT = 1.4
#: Distances up to so many times the usual, and within this ratio of their neighbour, belong to one block.
_EVEN, _EVEN_BY = 1.65, 0.06
_MOST_BLANK = 3
_THINNEST = 0.1
_SAME_LEFT = 2.0
#: A column of running text has at least so many rows, and pieces at least so wide, in parts of the width of all text.
_COLUMN_ROWS = 8
_COLUMN_WIDTH = 0.25


class Piece(NamedTuple):
    """Some text that stands in one line of a page, and its box; heights grow upwards. `order` is its rank in the file."""

    left: float
    bottom: float
    right: float
    top: float
    text: str
    order: int


class Lines(NamedTuple):
    """The lines of a page from top to bottom, and how high the middle of each stands (None for a blank one)."""

    texts: list[str]
    middles: list[float | None]


def arrange(pieces: Sequence[Piece]) -> Lines:
    """Return the lines of a page.

    Pieces at one height are one line, whatever their order in the file: so a label and its value are, where labels stand in one column and
    values in the next. Two columns of running text, each written in one go, are read one after the other. Where lines are further apart
    than lines of one paragraph, blank lines say so.
    """
    lines = Lines([], [])
    blocks = [[[piece] for piece in pieces]] if _is_list_of_lines(pieces) else _columns(_rows(pieces))
    for block in blocks:
        if lines.texts:
            lines.texts.append("")
            lines.middles.append(None)
        _add_spaced(block, lines)
    return lines


def _is_list_of_lines(pieces: Sequence[Piece]) -> bool:
    """Tell whether every piece stands clear below the one before it, as on most pages."""
    if not pieces:
        return False
    _, bottoms, _, tops, _, _ = zip(*pieces, strict=True)
    return all(map(gt, bottoms, tops[1:]))


def _rows(pieces: Sequence[Piece]) -> list[list[Piece]]:
    rows: list[list[Piece]] = []
    last_middle = last_height = 0.0
    for minus_middle, _, _, piece in sorted([(-(piece.bottom + piece.top) / 2, piece.left, piece.order, piece) for piece in pieces]):
        height = piece.top - piece.bottom
        if rows and minus_middle - last_middle < _SAME_ROW * min(height, last_height):
            rows[-1].append(piece)
        else:
            rows.append([piece])
            last_middle, last_height = minus_middle, height
    for row in rows:
        if len(row) > 1:
            row.sort(key=lambda piece: piece.left)
    return rows


def _columns(rows: list[list[Piece]]) -> Iterator[list[list[Piece]]]:
    """Yield the rows in blocks to be read one after the other: mostly one block, and two where text runs in two columns."""
    start = 0
    for first, last in _column_stretches(rows):
        if rows[start:first]:
            yield rows[start:first]
        gutter = median(row[1].left for row in rows[first : last + 1] if len(row) == 2)
        for side in (True, False):
            yield [kept for row in rows[first : last + 1] if (kept := [piece for piece in row if (piece.left < gutter - 1) == side])]
        start = last + 1
    if rows[start:]:
        yield rows[start:]


def _column_stretches(rows: list[list[Piece]]) -> Iterator[tuple[int, int]]:
    """Yield the first and last row of each stretch of two columns: every left piece is written before every right one, and both are wide."""
    if sum(len(row) == 2 for row in rows) < _COLUMN_ROWS:
        return
    width = max(piece.right for row in rows for piece in row) - min(piece.left for row in rows for piece in row)
    first, last, paired = 0, -1, 0
    for number in range(len(rows) + 1):
        if number < len(rows) and _may_be_columns(rows[number], width):
            first = number if last < 0 else first
            last, paired = number, paired + (len(rows[number]) == 2)
            continue
        if last >= 0 and paired >= _COLUMN_ROWS and _is_written_apart(rows[first : last + 1]):
            yield first, last
        last, paired = -1, 0


def _may_be_columns(row: list[Piece], width: float) -> bool:
    if len(row) == 1:
        return row[0].right - row[0].left < width * 0.6
    return len(row) == 2 and row[0].right < row[1].left


def _is_written_apart(rows: list[list[Piece]]) -> bool:
    pairs = [row for row in rows if len(row) == 2]
    width = max(piece.right for row in rows for piece in row) - min(piece.left for row in rows for piece in row)
    wide = all(median(row[side].right - row[side].left for row in pairs) >= width * _COLUMN_WIDTH for side in (0, 1))
    return wide and max(left.order for left, _ in pairs) < min(right.order for _, right in pairs)


def _add_spaced(rows: list[list[Piece]], lines: Lines) -> None:
    middles = [(row[0][1] + row[0][3]) / 2 for row in rows]
    distances = list(map(sub, middles, middles[1:]))
    pitch = _pitch(rows, distances)
    wide = _LOOSE * pitch
    texts, heights = lines
    for number, row in enumerate(rows):
        if number and distances[number - 1] > wide:
            distance = distances[number - 1]
            if not _is_even(distances, number - 1, pitch) and (distance > wide * _TABLE_LOOSER or not _is_one_table(rows[number - 1], row)):
                blanks = min(max(round(distance / pitch) - 1, 1), _MOST_BLANK)
                texts.extend([""] * blanks)
                heights.extend([None] * blanks)
        texts.append(_joined(row) if len(row) > 1 else row[0][4])
        heights.append(middles[number])


def _is_even(distances: list[float], place: int, pitch: float) -> bool:
    """Tell whether a distance is one of several alike in a row, and too small for a blank line: rows of a header that stand loose."""
    distance = distances[place]
    near = [*distances[max(place - 1, 0) : place], *distances[place + 1 : place + 2]]
    return distance <= _EVEN * pitch and any(abs(other - distance) <= _EVEN_BY * distance for other in near)


def _is_one_table(above: list[Piece], row: list[Piece]) -> bool:
    """Tell whether two rows have a piece that begins at the same place, right of the first: values beside their labels."""
    if len(above) == 1:
        return False
    lefts = [piece.left for piece in above[1:]]
    return any(abs(piece.left - left) < _SAME_LEFT for piece in (row[1:] or row) for left in lefts)


def _pitch(rows: list[list[Piece]], distances: list[float]) -> float:
    """Return the distance of two lines of one paragraph: the smallest that is common on the page, else what the letters' height suggests."""
    ordered = sorted(distances)
    least = max(2, _COMMON * len(ordered))
    for number, distance in enumerate(ordered):
        alike = bisect_right(ordered, distance * _ALIKE) - number
        if alike >= least and distance > 0:
            return ordered[number + alike // 2]
    return max((row[0].top - row[0].bottom for row in rows), default=1.0) * _PITCH_OF_HEIGHT or 1.0


def _joined(row: list[Piece]) -> str:
    text = row[0].text
    for before, piece in pairwise(row):
        gap = (piece.left - before.right) / max(min(before.top - before.bottom, piece.top - piece.bottom), _THINNEST)
        text += ("  " if gap > _WIDE_GAP else " " if gap > _NO_GAP else "") + piece.text
    return text
