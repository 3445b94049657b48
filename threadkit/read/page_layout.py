"""Put the pieces of text of a printed page into lines, as a reader sees them: rows from top to bottom, pieces from left to right."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise
from operator import gt, sub
from typing import NamedTuple

from threadkit.read.page_columns import WIDE_GAP, Blanks, Block, Piece, find_blocks, may_be_merged, parted, rows_of

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


class Lines(NamedTuple):
    """The lines of a page as they are read, and how high the middle of each stands (None for a blank one).

    `doubtful` are the first and last lines, from 0, of what may be columns and was read from left to right.
    """

    texts: list[str]
    middles: list[float | None]
    doubtful: list[tuple[int, int]]


def arrange(pieces: Sequence[Piece], width: float, blanks: Blanks | None = None) -> Lines:
    """Return the lines of a page.

    Pieces at one height are one line, whatever their order in the file: so a label and its value are, where labels stand in one column and
    values in the next. Columns of text are read one after the other (see `page_columns`). Where lines are further apart than lines of one
    paragraph, blank lines say so.

    Args:
        pieces: in the order of the file.
        width: of the page.
        blanks: tells the blanks inside a piece; without it a piece is taken for one run of text.
    """
    lines = Lines([], [], [])
    for block in _blocks(pieces, blanks, width):
        if lines.texts:
            lines.texts.append("")
            lines.middles.append(None)
        start = len(lines.texts)
        _add_spaced(block.rows, lines)
        if block.is_doubtful:
            lines.doubtful.append((start, len(lines.texts) - 1))
    return lines


def _blocks(pieces: Sequence[Piece], blanks: Blanks | None, width: float) -> Iterable[Block]:
    if blanks is not None and may_be_merged(pieces, blanks):
        found = list(find_blocks(rows_of(parted(pieces, blanks)), width))
        if len(found) > 1 or found[0].is_doubtful:
            return found
    if _is_list_of_lines(pieces):
        return [Block([[piece] for piece in pieces])]
    return find_blocks(rows_of(pieces), width)


def _is_list_of_lines(pieces: Sequence[Piece]) -> bool:
    """Tell whether every piece stands clear below the one before it, as on most pages."""
    if not pieces:
        return False
    _, bottoms, _, tops, _, _ = zip(*pieces, strict=True)
    return all(map(gt, bottoms, tops[1:]))


def _add_spaced(rows: list[list[Piece]], lines: Lines) -> None:
    middles = [(row[0][1] + row[0][3]) / 2 for row in rows]
    distances = list(map(sub, middles, middles[1:]))
    pitch = _pitch(rows, distances)
    wide = _LOOSE * pitch
    even, loosest_table = _EVEN * pitch, wide * _TABLE_LOOSER
    texts, heights, _ = lines
    told = [_joined(row) if len(row) > 1 else row[0][4] for row in rows]
    start = 0
    for place, distance in enumerate(distances, 1):
        if distance <= wide or (distance <= even and _is_even(distances, place - 1)):
            continue
        if distance > loosest_table or not _is_one_table(rows[place - 1], rows[place]):
            blanks = min(max(round(distance / pitch) - 1, 1), _MOST_BLANK)
            texts += told[start:place] + [""] * blanks
            heights += middles[start:place] + [None] * blanks
            start = place
    texts += told[start:]
    heights += middles[start:]


def _is_even(distances: list[float], place: int) -> bool:
    """Tell whether a distance is one of several alike in a row: where too small for a blank line, rows of a header that stand loose."""
    distance = distances[place]
    near = [*distances[max(place - 1, 0) : place], *distances[place + 1 : place + 2]]
    return any(abs(other - distance) <= _EVEN_BY * distance for other in near)


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
        text += ("  " if gap > WIDE_GAP else " " if gap > _NO_GAP else "") + piece.text
    return text
