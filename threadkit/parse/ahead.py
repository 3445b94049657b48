"""Say what stands below a line of a header: a label right there, or one past a page's break."""

from __future__ import annotations

import re
from collections.abc import Mapping

from threadkit.parse.labels import LabelLine
from threadkit.parse.lines import Lines

INNER_FIELDS = frozenset({"cc", "bcc", "subject", "attachments", "importance", "categories"})
"""Fields that open no block in any layout that has a list of recipients above them."""

LONGEST_BREAK = 8
"""How many lines of a page's foot and head may stand inside a header."""

_SENTENCE = re.compile(r"[a-zà-ÿ]{2}[.!?…](?:\s|$)")
_IN_ADDRESS = (".", "@", "<", "/")


def holds_sentence(line: str) -> bool:
    """Say whether a sentence ends in a line; the full stop at which an address is cut ends none.

    >>> holds_sentence("Merci. Luc"), holds_sentence("<luc.roy@exemple.gouv.")
    (True, False)
    """
    ends = [found.start() for found in _SENTENCE.finditer(line)]
    words = (line[line.rfind(" ", 0, end) + 1 : end] for end in ends)
    return any(not any(mark in word for mark in _IN_ADDRESS) for word in words)


class Ahead:
    """What stands below the lines of one source."""

    def __init__(self, lines: Lines, labels: Mapping[int, LabelLine], furniture: Mapping[int, str]) -> None:
        self._lines = lines
        self._labels = labels
        self._furniture = furniture

    def label_follows(self, index: int, within: int) -> bool:
        """Say whether a label line comes within so many lines with text after line `index`, with no blank line between."""
        for ahead in range(index + 1, min(index + 1 + within, self._lines.count)):
            if self._lines.blank[ahead] and ahead not in self._furniture:
                return False
            if ahead in self._labels:
                return True
        return False

    def field_below(self, index: int) -> str | None:
        """Return the field of the label on the line right below line `index`, or None."""
        label = self._labels.get(index + 1)
        return None if label is None else label.field

    def past_break(self, index: int) -> int:
        """Return the next line after line `index`, past white space and furniture, as far as a page's break reaches."""
        ahead = index + 1
        while ahead < min(index + LONGEST_BREAK, self._lines.count) and (self._lines.blank[ahead] or ahead in self._furniture):
            ahead += 1
        return ahead

    def block_goes_on(self, index: int) -> bool:
        """Say whether the next line with words after line `index`, past white space and furniture, is a label of the same block."""
        label = self._labels.get(self.past_break(index))
        return label is not None and label.field in INNER_FIELDS and not holds_sentence(self._lines.shown[index])

    def words_below(self, index: int) -> str:
        """Return the line right below line `index`, without quotation marks and blanks; nothing at the source's end."""
        return self._lines.unquoted(index + 1).strip() if index + 1 < self._lines.count else ""
