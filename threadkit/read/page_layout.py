"""Put the pieces of text of a printed page into lines, as a reader sees them: rows from top to bottom, pieces from left to right."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

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
_MOST_BLANK = 3
_SAME_LEFT = 2.0
#: A column of running text has at least so many rows, and pieces at least so wide, in parts of the width of all text.
_COLUMN_ROWS = 8
_COLUMN_WIDTH = 0.25


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text that stands in one line of a page, and its box; heights grow upwards. `order` is its rank in the file."""

    left: float
    bottom: float
    right: float
    top: float
    text: str
    order: int

    @property
    def height(self) -> float:
        """How high its line is; never nothing."""
        return max(self.top - self.bottom, 0.1)

    @property
    def middle(self) -> float:
        """How high the middle of it stands."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class PageLine:
    """One line of a page: its text, and how high its middle stands (None for a blank line)."""

    text: str
    middle: float | None


def arrange(pieces: Sequence[Piece]) -> list[PageLine]:
    """Return the lines of a page.

    Pieces at one height are one line, whatever their order in the file: so a label and its value are, where labels stand in one column and
    values in the next. Two columns of running text, each written in one go, are read one after the other. Where lines are further apart
    than lines of one paragraph, blank lines say so.
    """
    lines: list[PageLine] = []
    for block in _columns(_rows(pieces)):
        if lines:
            lines.append(PageLine("", None))
        lines.extend(_spaced(block))
    return lines


def _rows(pieces: Sequence[Piece]) -> list[list[Piece]]:
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: (-piece.middle, piece.left)):
        above = rows[-1] if rows else None
        if above and above[0].middle - piece.middle < _SAME_ROW * min(piece.height, above[0].height):
            above.append(piece)
        else:
            rows.append([piece])
    for row in rows:
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


def _spaced(rows: list[list[Piece]]) -> Iterator[PageLine]:
    pitch = _pitch(rows)
    for number, row in enumerate(rows):
        if number:
            distance = rows[number - 1][0].middle - row[0].middle
            loose = _LOOSE * (_TABLE_LOOSER if _is_one_table(rows[number - 1], row) else 1)
            if distance > loose * pitch:
                for _ in range(min(max(round(distance / pitch) - 1, 1), _MOST_BLANK)):
                    yield PageLine("", None)
        yield PageLine(_joined(row), row[0].middle)


def _is_one_table(above: list[Piece], row: list[Piece]) -> bool:
    """Tell whether two rows have a piece that begins at the same place, right of the first: values beside their labels."""
    lefts = [piece.left for piece in above[1:]]
    return any(abs(piece.left - left) < _SAME_LEFT for piece in (row[1:] or row) for left in lefts)


def _pitch(rows: list[list[Piece]]) -> float:
    """Return the distance of two lines of one paragraph: the smallest that is common on the page, else what the letters' height suggests."""
    distances = sorted(above[0].middle - row[0].middle for above, row in pairwise(rows))
    least = max(2, _COMMON * len(distances))
    for number, distance in enumerate(distances):
        alike = bisect_right(distances, distance * _ALIKE) - number
        if alike >= least and distance > 0:
            return median(distances[number : number + alike])
    return max((row[0].height for row in rows), default=1.0) * _PITCH_OF_HEIGHT


def _joined(row: list[Piece]) -> str:
    text = row[0].text
    for before, piece in pairwise(row):
        gap = (piece.left - before.right) / min(before.height, piece.height)
        text += ("  " if gap > _WIDE_GAP else " " if gap > _NO_GAP else "") + piece.text
    return text
