"""Read the header that nothing tears: label under label, each with its whole value on its line, as nearly all are printed.

What deviates by one line (a wrapped list, two labels on a line, a field that comes back, a page's furniture) is left to `blocks`, whose
rules decide here too whether the line below goes on with the last field.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from threadkit.parse.continuation import Continuation
from threadkit.parse.glued import split_glued
from threadkit.parse.header_block import CORE, FAR_COLUMN, LATE_FIELDS, MAX_GAP, PROSE_FIELDS, HeaderBlock, RawField
from threadkit.parse.labels import LabelLine
from threadkit.parse.lines import Lines
from threadkit.words import Words

_LATER = LATE_FIELDS | {"to", "cc", "bcc"}
"""The fields that may go on with a header below a blank line."""

_NONE: frozenset[str] = frozenset()


class StraightReader:
    """Reads the straight headers of one source."""

    def __init__(
        self, lines: Lines, labels: Mapping[int, LabelLine], furniture: Mapping[int, str], introductions: AbstractSet[int], continuation: Continuation,
        words: Words,
    ) -> None:  # fmt: skip
        self._lines = lines
        self._labels = labels
        self._furniture = furniture
        self._introductions = introductions
        self._continuation = continuation
        self._words = words

    def read(self, first: int) -> HeaderBlock | None:
        """Return the header that begins on line `first`, or None where it is no straight one."""
        labels, furniture, words = self._labels, self._furniture, self._words
        label: LabelLine | None = labels[first]
        last = labels[first]
        depth, marked = labels[first].quote_depth, labels[first].marked
        fields: list[RawField] = []
        names: set[str] = set()
        line = first
        while label is not None:
            field, printed, value, tight, quote_depth, starred = label[:6]
            late = field == "from" and not names <= {"date"}
            if field in names or late or quote_depth != depth or line in furniture or (field in PROSE_FIELDS and names >= CORE):
                return None
            if ":" in value and len(split_glued(label, words)) > 1:
                return None
            if names >= CORE and last.field == "subject" and self._continuation.is_prose(label, line):
                return None
            names.add(field)
            fields.append(RawField(field, printed, value, line, line, tight, starred))
            last, line = label, line + 1
            label = labels.get(line)
        if not names >= CORE or self._goes_on(last, line):
            return None
        return HeaderBlock(first, line - 1, tuple(fields), frozenset(names), depth, False, first if marked else None)

    def _goes_on(self, last: LabelLine, below: int) -> bool:
        """Say whether a complete header could go on at line `below`, or after the blank lines that stand there: with a label, or with words."""
        after = self._lines.next_text(below)
        gap = after - below
        if after >= self._lines.count or gap > MAX_GAP:
            return False
        if after in self._furniture or below in self._furniture:
            return True
        label = self._labels.get(after)
        if label is not None:
            return label.field in _LATER
        if after in self._introductions:
            return False
        aligned = not gap and self._lines.shown[after].startswith(" " * FAR_COLUMN)
        return aligned or self._continuation.continues(last.field, last.value, after, gap, _NONE)
