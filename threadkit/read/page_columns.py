"""Tell columns of text from rows of a header or a table: by the gutter between them, what stands on its sides, and the order of the file."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from enum import IntEnum
from functools import partial
from statistics import median
from typing import NamedTuple

#: The order of a piece of which the file does not say when it was written, such as a mask.
NO_ORDER = -1
#: From this part of the height on a gap between two pieces is wider than one between words.
WIDE_GAP = 1.5
#: Two pieces are in one row when their middles are nearer than this part of the smaller one's height.
_SAME_ROW = 0.5
#: Places within so many points are one.
_SAME_PLACE = 2.0
#: Two columns have at least so many rows each, of which so many stand beside rows of the other.
_FEWEST_ROWS, _FEWEST_BESIDE = 3, 2
#: A column is at least so wide, in parts of the page; what is narrower are labels, numbers, notes in a margin.
_NARROW = 0.18
#: Running text fills this part of its column in half of its rows; so many rows of it on both sides are columns whatever their order.
_FILLED, _RUNNING_ROWS = 0.7, 8
#: Labels end with a colon; this share of a column that does is a column of labels. Labels are of so many words.
_COLON, _LABELS, _LABEL_WORDS = (":", "："), 0.5, 2
#: Words that a side must have in most rows, and rows, for its order to be in doubt.
_DOUBT_WORDS, _DOUBT_ROWS = 3, 4
#: So many places at which pieces begin are tried as the right side of a gutter, and columns within columns so deep.
_MOST_GUTTERS, _MOST_DEPTH = 12, 6
#: The line that is asked for gaps: longer than most of a page, and not a heading over all of it.
_ASKED = 4
#: A gutter of the page lies in the middle of such a line; so much of it, on each side, is not asked.
_EDGE = 0.2
#: Two header blocks side by side have so many labels in common.
_TWINS = 2
_LABEL = re.compile(r"(?<!\S)([^\s:：]{1,20}) ?[:：](?=\s|$)")


class Piece(NamedTuple):
    """Some text that stands in one line of a page, and its box; heights grow upwards. `order` is its rank in the file."""

    left: float
    bottom: float
    right: float
    top: float
    text: str
    order: int


class Blank(NamedTuple):
    """A blank inside a piece: its place in the text, and where the letters before and after it end and begin."""

    at: int
    before: float
    after: float


#: Make a piece and a blank of their values, as their classes do, and many times quicker: a page has dozens.
piece_of: Callable[[tuple[float, float, float, float, str, int]], Piece] = partial(tuple.__new__, Piece)
blank_of: Callable[[tuple[int, float, float]], Blank] = partial(tuple.__new__, Blank)


class Block(NamedTuple):
    """Rows to be read from left to right; `is_doubtful` where they may be columns."""

    rows: list[list[Piece]]
    is_doubtful: bool = False


#: Tells the blanks inside the piece of that place in a page's pieces, but for its edges, in parts of it.
Blanks = Callable[[int, float], Sequence[Blank]]


def rows_of(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Return the pieces in rows from top to bottom, each from left to right."""
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


# ---------------------------------------------------------------- lines that run over two columns


def may_be_merged(pieces: Sequence[Piece], blanks: Blanks) -> bool:
    """Tell whether lines may run over two columns: labels of two header blocks in one, or wide gaps in a long one."""
    texts = [piece[4] for piece in pieces]
    if not texts:
        return False
    labelled = [text for text in texts if text.count(": ") > 1]
    if len(labelled) >= _TWINS and sum(map(_has_twins, labelled)) >= _TWINS:
        return True
    lengths = list(map(len, texts))
    asked = lengths.index(sorted(lengths, reverse=True)[len(lengths) // _ASKED])
    return bool(_wide_gaps(pieces[asked], blanks(asked, _EDGE)))


def _has_twins(text: str) -> bool:
    labels = _LABEL.findall(text)
    return len(labels) > len(set(labels))


def _wide_gaps(piece: Piece, blanks: Sequence[Blank]) -> list[Blank]:
    wide = WIDE_GAP * (piece.top - piece.bottom)
    return [blank for blank in blanks if blank.after - blank.before > wide]


def parted(pieces: Sequence[Piece], blanks: Blanks) -> list[Piece]:
    """Return the pieces cut at their wide gaps, and where rows above and below have wide gaps up to the same place, at narrower ones."""
    asked = [blanks(number, 0.0) for number in range(len(pieces))]
    gutters: dict[int, list[Piece]] = {}
    for piece, found in zip(pieces, asked, strict=True):
        for blank in _wide_gaps(piece, found):
            gutters.setdefault(round(blank.after / _SAME_PLACE), []).append(piece)
    spans = {place: (min(at), max(at)) for place, met in gutters.items() if len(at := [piece.bottom for piece in met]) >= _FEWEST_BESIDE}
    return [part for piece, found in zip(pieces, asked, strict=True) for part in _cut(piece, found, spans)]


def _cut(piece: Piece, blanks: Sequence[Blank], gutters: dict[int, tuple[float, float]]) -> Iterator[Piece]:
    wide = WIDE_GAP * (piece.top - piece.bottom)
    has_twins = _has_twins(piece.text)
    start, left = 0, piece.left
    for at, before, after in blanks:
        place = round(after / _SAME_PLACE)
        spans = [gutters[near] for near in (place - 1, place, place + 1) if near in gutters]
        if after - before > wide or any(has_twins or low <= piece.bottom <= high for low, high in spans):
            yield Piece(left, piece.bottom, before, piece.top, piece.text[start:at].rstrip(), piece.order)
            start, left = at + 1, after
    yield Piece(left, piece.bottom, piece.right, piece.top, piece.text[start:].lstrip(), piece.order)


# ---------------------------------------------------------------- columns


def find_blocks(rows: list[list[Piece]], width: float, depth: int = 0) -> Iterator[Block]:
    """Yield the rows in blocks to be read one after the other: mostly one block, and more where text runs in columns.

    Args:
        rows: from top to bottom, each from left to right.
        width: of the page.
        depth: how many columns these rows lie in.
    """
    start = 0
    for first, last, gutter, sure, _ in _chosen(rows, width) if depth < _MOST_DEPTH else ():
        if rows[start:first]:
            yield Block(rows[start:first])
        inside, start = rows[first : last + 1], last + 1
        if sure == _Sure.DOUBT:
            yield Block(inside, is_doubtful=True)
            continue
        for left_side in (True, False):
            side = [kept for row in inside if (kept := [piece for piece in row if (piece.left < gutter) == left_side])]
            yield from find_blocks(side, width, depth + 1)
    if rows[start:]:
        yield Block(rows[start:])


class _Sure(IntEnum):
    """How sure it is that rows are columns: in doubt, by what stands there, or by the order of the file as well."""

    DOUBT = 1
    SHOWN = 2
    WRITTEN = 3


class _Stretch(NamedTuple):
    """Rows that no piece crosses a gutter in."""

    first: int
    last: int
    gutter: float
    sure: _Sure
    size: float


def _chosen(rows: list[list[Piece]], width: float) -> list[_Stretch]:
    """Return the surest, then largest stretches that share no row, from top to bottom."""
    chosen: list[_Stretch] = []
    for found in sorted(_stretches(rows, width), key=lambda each: (each.sure, each.size), reverse=True):
        if all(found.last < other.first or other.last < found.first for other in chosen):
            chosen.append(found)
    return sorted(chosen)


def _stretches(rows: list[list[Piece]], width: float) -> Iterator[_Stretch]:
    """Yield where columns are, or may be: in what a gutter parts, and in each run of it that the file wrote before the next."""
    for gutter in _gutters(rows):
        start = 0
        for number in range(len(rows) + 1):
            if number == len(rows) or any(piece.left < gutter < piece.right for piece in rows[number]):
                runs = {(start, number - 1), *_runs(rows, start, number - 1)}
                for first, last in runs:
                    if last - first >= _FEWEST_ROWS - 1:
                        yield from _judged(rows, first, last, gutter, width)
                start = number + 1


def _runs(rows: list[list[Piece]], first: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield the first and last of rows that the file wrote before all that follow."""
    lowest: list[float] = [math.inf]
    for row in reversed(rows[first : last + 1]):
        lowest.append(min((piece.order for piece in row if piece.order != NO_ORDER), default=math.inf))
        lowest[-1] = min(lowest[-1], lowest[-2])
    lowest.reverse()
    start, highest = first, -math.inf
    for number in range(first, last + 1):
        highest = max(highest, *(piece.order for piece in rows[number]))
        if highest < lowest[number - first + 1]:
            yield start, number
            start = number + 1


def _gutters(rows: list[list[Piece]]) -> list[float]:
    """Return where columns may begin: a little left of where pieces do, the most common places first."""
    places = Counter(round(piece.left / _SAME_PLACE) for row in rows for piece in row)
    left = min((piece.left for row in rows for piece in row), default=0.0)
    return [
        place * _SAME_PLACE - _SAME_PLACE
        for place, count in sorted(places.items(), key=lambda each: (-each[1], each[0]))
        if place * _SAME_PLACE > left + 2 * _SAME_PLACE and count >= _FEWEST_BESIDE
    ][:_MOST_GUTTERS]


class _Side(NamedTuple):
    """What stands left or right of a gutter: the rows by number, in each the piece next to the gutter, the first, and its words."""

    near: dict[int, Piece]
    first: dict[int, Piece]
    words: dict[int, int]
    pieces: list[Piece]

    def within(self, other: _Side) -> list[int]:
        """Return the rows that stand between the first and the last of the other side."""
        low, high = min(other.near), max(other.near)
        return [number for number in self.near if low <= number <= high]

    def orders(self, numbers: Sequence[int]) -> list[int]:
        """Return the orders of the pieces next to the gutter in these rows."""
        return [self.near[number].order for number in numbers if self.near[number].order != NO_ORDER]

    @property
    def width(self) -> float:
        return max(piece.right for piece in self.pieces) - min(piece.left for piece in self.pieces)


def _sides(rows: list[list[Piece]], first: int, last: int, gutter: float) -> tuple[_Side, _Side]:
    left, right = _Side({}, {}, {}, []), _Side({}, {}, {}, [])
    for number in range(first, last + 1):
        before = [piece for piece in rows[number] if piece.left < gutter]
        behind = rows[number][len(before) :]
        if before:
            left.near[number], left.first[number] = before[-1], before[0]
            left.words[number] = sum(len(piece.text.split()) for piece in before)
            left.pieces.extend(before)
        if behind:
            right.near[number] = right.first[number] = behind[0]
            right.words[number] = sum(len(piece.text.split()) for piece in behind)
            right.pieces.extend(behind)
    return left, right


def _judged(rows: list[list[Piece]], first: int, last: int, gutter: float, width: float) -> Iterator[_Stretch]:
    left, right = _sides(rows, first, last, gutter)
    first, last = _trimmed(left, right, first, last)
    left, right = _sides(rows, first, last, gutter)
    if min(len(left.near), len(right.near)) < _FEWEST_ROWS:
        return
    beside_left, beside_right = left.within(right), right.within(left)
    if min(len(beside_left), len(beside_right)) < _FEWEST_BESIDE:
        return
    gap = min(piece.left for piece in right.pieces) - max(piece.right for piece in left.pieces)
    sure = _sureness(left, right, left.orders(beside_left), right.orders(beside_right), width)
    if sure:
        yield _Stretch(first, last, gutter, sure, len(left.pieces) + len(right.pieces) + gap / width)


def _sureness(left: _Side, right: _Side, left_orders: list[int], right_orders: list[int], width: float) -> _Sure | None:
    is_plain = min(left.width, right.width) >= _NARROW * width and not _is_labels(left, right)
    if is_plain and _is_written_apart(left_orders, right_orders):
        return _Sure.WRITTEN
    if _twins(left, right) >= _TWINS or (is_plain and _is_running(left, right)):
        return _Sure.SHOWN
    if is_plain and _doubt(left) and _doubt(right):
        return _Sure.DOUBT
    return None


def _trimmed(left: _Side, right: _Side, first: int, last: int) -> tuple[int, int]:
    """Return the first and last row without those before and after both columns: of one side alone, written after or before both."""
    if not left.near or not right.near:
        return first, last
    start, stop = max(min(left.near), min(right.near)), min(max(left.near), max(right.near))
    if start > stop:
        return first, last
    written = [piece.order for piece in (*left.pieces, *right.pieces) if piece.order != NO_ORDER]
    inside = [side.near[number].order for side in (left, right) for number in side.near if start <= number <= stop]
    if not written or not inside:
        return first, last
    newest, oldest = max(inside), min(order for order in inside)
    for number in range(stop + 1, last + 1):
        if all(number not in side.near or side.near[number].order > newest for side in (left, right)) and number in left.near:
            last = number - 1
            break
    for number in range(start - 1, first - 1, -1):
        if number in right.near and right.near[number].order < oldest:
            first = number + 1
            break
    return first, last


def _twins(left: _Side, right: _Side) -> int:
    """Return how many labels with a colon open rows of both sides: two header blocks side by side."""
    return len(_labels(left) & _labels(right))


def _labels(side: _Side) -> set[str]:
    found = (_LABEL.match(piece.text) for piece in side.first.values())
    return {match[1].casefold() for match in found if match}


def _is_labels(left: _Side, right: _Side) -> bool:
    """Tell whether the left side are labels of what stands beside them."""
    beside = [left.near[number].text for number in left.near if number in right.near]
    with_colon = sum(text.endswith(_COLON) for text in beside)
    return with_colon > _LABELS * len(beside) or median(left.words.values()) <= _LABEL_WORDS


def _is_written_apart(left: list[int], right: list[int]) -> bool:
    return bool(left and right) and (max(left) < min(right) or max(right) < min(left))


def _is_running(left: _Side, right: _Side) -> bool:
    """Tell whether both sides are running text, that fills its column."""
    if min(len(left.near), len(right.near)) < _RUNNING_ROWS:
        return False
    for side in (left, right):
        edge = min(piece.left for piece in side.pieces)
        filled = [piece.right - piece.left for piece in side.near.values() if piece.left - edge < _SAME_PLACE]
        if not filled or median(filled) < _FILLED * side.width:
            return False
    return True


def _doubt(side: _Side) -> bool:
    return len(side.near) >= _DOUBT_ROWS and median(side.words.values()) >= _DOUBT_WORDS
