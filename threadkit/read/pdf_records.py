"""What the process that reads PDFs tells of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from threadkit.frozen import record

#: Left, bottom, right, top, in points from the lower left corner.
Box = tuple[float, float, float, float]


class Edges(NamedTuple):
    """The boxes of several lines, edge by edge: what asks about all of them asks so at once."""

    lefts: tuple[float, ...] = ()
    bottoms: tuple[float, ...] = ()
    rights: tuple[float, ...] = ()
    tops: tuple[float, ...] = ()

    @classmethod
    def of(cls, boxes: Sequence[Box]) -> Edges:
        """Return the edges of these boxes."""
        return cls(*zip(*boxes, strict=True))


#: The entries of the outline: title, page from 0, and height on it where it is told.
Outline = tuple[tuple[str, int, float | None], ...]
#: The first answer: the number of pages and the outline; or why there is nothing to read.
Opening = tuple[int, Outline] | str


@record(frozen=True, slots=True)
class Link:
    """Words of a page that carry an address; `line` counts from 0 in the page."""

    line: int
    text: str
    address: str


@record(frozen=True, slots=True)
class HiddenWords:
    """Where words that a page does not show stand: under which of its lines, why, how many characters, and the place in points."""

    line: int
    why: str
    count: int
    place: Box


@record(frozen=True, slots=True)
class PdfPage:
    """One page as read.

    `heights` are those of its lines (None for a blank one). `problem` says why it could not be read, else "". `recognised_by` names the
    program that recognised its words, and `doubtful` the lines, from 0, of which it is not sure. `doubtful_order` are the first and last
    lines of what may be columns and was read from left to right.
    """

    lines: tuple[str, ...]
    heights: tuple[float | None, ...] = ()
    label: str | None = None
    links: tuple[Link, ...] = ()
    hidden: tuple[HiddenWords, ...] = ()
    is_scan: bool = False
    is_recognised: bool = False
    recognised_by: str = ""
    doubtful: tuple[int, ...] = ()
    doubtful_order: tuple[tuple[int, int], ...] = ()
    problem: str = ""
