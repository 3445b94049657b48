"""Find where the words of whoever quotes begin again below a quotation that no `>` marks: below a name, a line that ends it, or the next number of a list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from threadkit.parse.headers import Header
from threadkit.parse.intros import RULES as INTRO_RULES
from threadkit.parse.known_lines import find_holding
from threadkit.parse.lazily import lazily
from threadkit.parse.lines import Lines
from threadkit.parse.sender_names import sender_names
from threadkit.parse.signatures import OwnWords
from threadkit.words import Words

__all__ = ["RULES", "AnswersBelow", "Below"]

RULES = ("answer-below-signature", "answer-below-end", "answer-signed-below", "answer-goes-on")

_LONGEST_NAME = 30
_SENTENCE = 4
_CALLED_WITHIN = 4
_NEAR = 2
_NUMBER = re.compile(r"(\d{1,2})([.)]|\s?[-–])\s+\S")
_COLONS = (":", "\uff1a")
Names = list[list[str]]


class Below(NamedTuple):
    """The line at which the words of whoever quotes begin (None where none does, or nothing tells), the rule that told, and whether more may be his."""

    start: int | None
    rule: str
    open: bool


_NOTHING = Below(None, "", open=False)


class AnswersBelow:
    """Looks below the quotations of one source that no `>` marks."""

    def __init__(self, lines: Lines, own: OwnWords, headers: Sequence[Header], words: Words) -> None:
        self._lines, self._own, self._headers, self._words = lines, own, headers, words

    @lazily
    def _ends(self) -> list[int]:
        """The lines that say where a quotation ends."""
        return find_holding(self._lines, self._words, "quotation-end")

    def find(self, first: int, stop: int, number: int, within: int) -> Below:
        """Return where, below quotation `number`, on lines `first` to `stop` (not included), the words of message `within` begin again."""
        last = self._lines.previous_text(stop - 1, first - 1)
        if last <= first:
            return _NOTHING
        theirs, own = sender_names(self._words, self._headers[number]), sender_names(self._words, self._headers[within])
        ended = next((index for index in self._ends if first < index < stop and self._own.lines.next(index, stop) == index), None)
        if ended is not None:
            return Below(ended, "answer-below-end", open=False)
        going_on = self._next_number(first, stop, number)
        if going_on is not None:
            return Below(going_on, "answer-goes-on", open=False)
        if any(name in own for name in theirs):
            return _NOTHING
        start = self._below_signature(first, stop, last, number, theirs, own)
        if start is not None:
            return Below(start, "answer-below-signature", open=False)
        return self._signed_below(first, stop, number, within, theirs, own)

    # ------------------------------------------------------------ below the quoted author's name

    def _below_signature(self, first: int, stop: int, last: int, number: int, theirs: Names, own: Names) -> int | None:
        """Return the line of an answer below a quotation: the quoted author's name stands above it, and that of whoever quotes ends it."""
        is_intro = self._is_intro(number)
        if not is_intro and (not 0 < len(self._lines.stripped[last]) <= _LONGEST_NAME or self._own.sign_off(last - 1, stop, own) != last):
            return None
        signed = self._own.sign_off(first, stop, theirs)
        if signed is None and not is_intro:
            signature = self._own.signature(first, last, theirs)
            signed = signature[1] if signature and signature[2] == "signature-name" else None
        if signed is None:
            return None
        start = self._lines.next_text(signed + 1, stop)
        if start >= stop or self._own.sign_off(start, stop, own) is None or not (is_intro or self._speaks(start, last)):
            return None
        return start

    def _speaks(self, start: int, last: int) -> bool:
        """Say whether lines `start` to `last` (not included) hold a sentence, and more than the names to whom copies went."""
        return any(
            len(self._lines.stripped[index].split()) >= _SENTENCE or self._lines.stripped[index].endswith("?") for index in range(start, last)
        )

    # ------------------------------------------------------------ above the name of whoever quotes

    def _signed_below(self, first: int, stop: int, number: int, within: int, theirs: Names, own: Names) -> Below:
        """Return where the words begin that the name of whoever quotes ends, where the quoted author's does not stand there at all.

        The first paragraph is the quoted author's. The one that calls him by name is not; nor is a second and last one, where whoever quotes
        has written nothing above. Else the name alone is told, and what stands above it is open.
        """
        above, below = self._headers[within].block.last + 1, self._headers[number].block.first
        silent = number == within + 1 and self._own.next_own(above, below) >= below
        answers = self._is_intro(number) or (silent and self._headers[within].relation == "reply")
        if not answers and not self._is_inserted(number, within, above, own):
            return _NOTHING
        signature = self._own.signature(first, stop, own)
        if signature is None or signature[2] != "signature-name" or self._own.next_own(signature[1] + 1, stop) < stop:
            return _NOTHING
        if self._own.signature(first, signature[0], theirs) or self._own.sign_off(first, signature[0], theirs) is not None:
            return _NOTHING
        paragraphs = self._paragraphs(first, signature[0])
        called = [start for start in paragraphs[1:] if self._calls(start, theirs)]
        if len(called) == 1:
            return Below(called[0], "answer-signed-below", open=False)
        if len(paragraphs) == _NEAR and silent and not called:
            return Below(paragraphs[1], "answer-signed-below", open=False)
        alone = self._lines.blank[signature[0] - 1]
        return Below(signature[0] if alone else None, "answer-signed-below", open=True)

    def _is_intro(self, number: int) -> bool:
        return self._headers[number].judged.rule in INTRO_RULES

    def _is_inserted(self, number: int, within: int, above: int, own: Names) -> bool:
        """Say whether a mail stands right below a line that announces it with a colon, and whoever quotes it has not signed above."""
        first = self._headers[number].block.first
        last = self._lines.previous_text(first - 1)
        told = number == within + 1 and above <= last and first - last <= _NEAR and self._lines.stripped[last].endswith(_COLONS)
        return told and self._own.sign_off(above - 1, first, own) is None

    def _paragraphs(self, first: int, stop: int) -> list[int]:
        """Return the first lines of the paragraphs of lines `first` to `stop` (not included)."""
        own = self._own.lines.between(first, stop)
        return [index for place, index in enumerate(own) if not place or own[place - 1] != index - 1]

    def _calls(self, index: int, names: Names) -> bool:
        """Say whether a line begins with a call to somebody: `Merci Luc, ...`."""
        line = self._lines.unquoted(index).split()[:_CALLED_WITHIN]
        words = self._words.folding.words(" ".join(line))
        return any(len(name[0]) > 1 and name[0] in words for name in names[:1])

    # ------------------------------------------------------------ the next number

    def _next_number(self, first: int, stop: int, number: int) -> int | None:
        """Return the line with the next number of a list, of which the last one announces the quoted mail, itself without such numbers."""
        header = self._headers[number].block.first
        above = self._lines.previous_text(header - 1)
        if above < 0 or header - above > _NEAR or not self._lines.stripped[above].endswith(_COLONS):
            return None
        told = _NUMBER.match(self._lines.unquoted(above).strip())
        if told is None:
            return None
        numbered = [(index, found) for index in self._own.lines.between(first, stop) if (found := _NUMBER.match(self._lines.unquoted(index).strip()))]
        if not numbered or numbered[0][0] == first:
            return None
        index, found = numbered[0]
        return index if int(found[1]) == int(told[1]) + 1 and found[2] == told[2] else None
