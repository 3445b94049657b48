"""Tell an e-mail that is printed in an annex of a document from one that the release prints on its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from threadkit.parse.judge import JudgedBlock
from threadkit.parse.known_lines import lines_beginning
from threadkit.parse.lines import Lines
from threadkit.words import Words

RULES = ("enclosed-in-annex",)

_NEAR = 10
_REACH = 40
_NEAR_OWN_PAGE = 2


class Annexes:
    """The annex headings of one source."""

    def __init__(self, lines: Lines, furniture: Mapping[int, str], words: Words) -> None:
        self._lines = lines
        self._furniture = furniture
        self._headings = lines_beginning(words, "annex")

    def is_heading(self, index: int) -> bool:
        """Say whether line `index` is an annex heading standing apart from the text above it."""
        line = self._lines.shown[index]
        if len(line) > 120 or not self._headings[line]:
            return False
        return index == 0 or self._lines.blank[index - 1] or index - 1 in self._furniture or self._lines.starts_page(index)

    def first_heading(self, start: int, stop: int) -> int | None:
        """Return the first annex heading in lines `start` to `stop` (not included), or None."""
        return next((index for index in range(start, stop) if not self._lines.blank[index] and self.is_heading(index)), None)

    def torn(self, judged: JudgedBlock) -> JudgedBlock:
        """Take a lone `Objet:` printed as Outlook prints it (no blank before the colon) in an annex for a torn header."""
        block = judged.block
        if judged.verdict != "none" or block.names != {"subject"} or not block.fields[0].tight or not self._lines.blank[block.first - 1]:
            return judged
        if self.first_heading(max(0, block.first - _REACH), block.first) is None:
            return judged
        return replace(judged, verdict="torn", rule="header-torn")

    def encloses(self, document_first: int, header_first: int, own_page: bool) -> bool:
        """Say whether the header at `header_first`, which follows document text from `document_first`, stands in that document's annex.

        So it is where an annex heading stands a few lines above it; directly above it where the header is printed like one of the release's
        own (`own_page`), because a document may end with the heading of an annex that is a picture.
        """
        seen = 0
        for index in range(header_first - 1, document_first - 1, -1):
            if self._lines.blank[index] or index in self._furniture:
                continue
            if self.is_heading(index):
                return True
            seen += 1
            if seen >= (_NEAR_OWN_PAGE if own_page else _NEAR):
                break
        return False
