"""Find where the words of whoever quotes begin again below a quotation that no `>` marks: below a name, a line that ends it, or the next number of a list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from threadkit.parse.answer_tails import NOBODY, Piece, Tails
from threadkit.parse.headers import Header
from threadkit.parse.intros import RULES as INTRO_RULES
from threadkit.parse.known_lines import find_holding
from threadkit.parse.lines import Lines
from threadkit.parse.sender_names import Names, sender_names
from threadkit.parse.signatures import OwnWords
from threadkit.words import Words

__all__ = ["RULES", "AnswersBelow", "Below"]

RULES = ("answer-below-signature", "answer-below-greeting", "answer-unsigned-below", "answer-below-end", "answer-signed-below", "answer-goes-on")

_LONGEST_NAME = 30
_NEAR = 2
_NUMBER = re.compile(r"(\d{1,2})([.)]|\s?[-–])\s+\S")
_COLONS = ":\uff1a"


class Below(NamedTuple):
    """The words below a quotation that are not the quoted author's, in pieces, and whether more may be somebody else's."""

    pieces: Sequence[Piece]
    open: bool


_NOTHING = Below((), open=False)


class AnswersBelow:
    """Looks below the quotations of one source that no `>` marks."""

    def __init__(self, lines: Lines, own: OwnWords, headers: Sequence[Header], words: Words) -> None:
        self._lines, self._own, self._headers, self._words = lines, own, headers, words
        self.tails = Tails(lines, own, headers, words)

    def find(self, first: int, stop: int, number: int, outer: Sequence[int]) -> Below:
        """Return whose the words are that, below quotation `number`, on lines `first` to `stop` (not included), are those of who quotes it (`outer`)."""
        last, within = self._lines.previous_text(stop - 1, first - 1), outer[0]
        if last <= first:
            return _NOTHING
        if ended := find_holding(self._lines, self._words, "quotation-end", first + 1, stop):
            return Below([Piece(within, ended[0], "answer-below-end")], open=False)
        header = self._headers[number].block.first
        above = self._lines.previous_text(header - 1)
        announced = header - above <= _NEAR and self._lines.lasts[above] in _COLONS and above > self._headers[within].block.last
        if announced and (going_on := self._next_number(first, stop, above)) is not None:
            return Below([Piece(within, going_on, "answer-goes-on")], open=False)
        theirs = sender_names(self._words, self._headers[number])
        names = {each: sender_names(self._words, self._headers[each]) for each in outer}
        others = [each for each in outer if not any(name in names[each] for name in theirs)]
        if not others:
            return _NOTHING
        silent = number == within + 1 and self.tails.is_silent(within)
        is_open = announced or (silent and self._headers[within].relation == "reply") or self._is_intro(number)
        if not is_open and not self.tails.may_be_answered(last, first, theirs, [names[each] for each in others]):
            return _NOTHING
        signed = self.tails.find_signature(first, stop, theirs)
        ended_at = signed.last if signed is not None else self.tails.past_disclaimer(first, stop) if is_open else None
        if ended_at is not None:
            copies = signed is not None and self._announces_copy(first, signed.first)
            pieces, more = self.tails.divide(ended_at + 1, stop, theirs, others, announced=copies)
            return Below(pieces, open=more)
        own = self.tails.names_of(within)
        return self._signed_below(first, stop, number, within, theirs, own, silent=silent) if is_open and within in others else _NOTHING

    def is_answered(self, number: int) -> bool:
        """Say whether the sender of the message above header `number` has written nothing above it, and signs words below those of that header."""
        if not number or not self.tails.is_silent(number - 1):
            return False
        pieces = self.find(self._headers[number].block.last + 1, self.tails.stop_of(number), number, [number - 1]).pieces
        return [(piece.owner, piece.rule) for piece in pieces] == [(number - 1, "answer-below-signature")]

    def _announces_copy(self, first: int, signed: int) -> bool:
        """Say whether the quoted author's last words above his signature end in a colon: he says that he copies something below."""
        above = self._own.lines.above(signed)
        while above >= first and self._own.is_closing(above):
            above = self._own.lines.above(above)
        return above >= first and self._lines.lasts[above] in _COLONS

    def find_nobodys(self, first: int, stop: int, number: int) -> int | None:
        """Return where words begin below the name of an author whom nobody known quotes, or None: they call him by that name."""
        theirs = sender_names(self._words, self._headers[number])
        signed = self._own.sign_off(first, stop, theirs) if self._is_intro(number) else None
        start = stop if signed is None else self._own.next_own(signed + 1, stop)
        told = start < stop and self.tails.calls(start, theirs) and len(self._lines.stripped[start].split()) > 1 and not self._own.is_postscript(start)
        return start if told else None

    # ------------------------------------------------------------ above the name of whoever quotes

    def _signed_below(self, first: int, stop: int, number: int, within: int, theirs: Names, own: Names, *, silent: bool) -> Below:
        """Return where the words begin that the name of whoever quotes ends: below the quoted author's, or where that stands nowhere.

        The first paragraph is the quoted author's. The one that calls him by name is not; nor is a second and last one, where whoever quotes
        has written nothing above. Else the name alone is told, and what stands above it is open: in a reply without other words it is nobody's but for
        the first paragraph.
        """
        replying = silent and self._headers[within].relation == "reply"
        above, header = self._headers[within].block.last + 1, self._headers[number].block.first
        if not replying and not self._is_intro(number) and self._own.sign_off(above - 1, header, own) is not None:
            return _NOTHING
        signature = self._last_signature(first, stop, own)
        if signature is None:
            return Below((), open=replying and self._may_go_on(first, stop, theirs))
        paragraphs = self._paragraphs(first, signature)
        called = [start for start in paragraphs[1:] if self.tails.calls(start, theirs)]
        if len(called) == 1:
            return Below([Piece(within, called[0], "answer-signed-below")], open=False)
        if len(paragraphs) == _NEAR and silent and not called:
            return Below([Piece(within, paragraphs[1], "answer-signed-below")], open=False)
        alone = self._lines.blank[signature - 1]
        if alone and replying and len(paragraphs) > _NEAR and not called:
            return Below([Piece(NOBODY, paragraphs[1], "answer-unsigned-below"), Piece(within, signature, "answer-signed-below")], open=True)
        return Below([Piece(within, signature, "answer-signed-below")] if alone else (), open=True)

    def _last_signature(self, first: int, stop: int, own: Names) -> int | None:
        """Return the line of the name of whoever quotes, below which nothing stands but the rest of his signature, or None."""
        found = self._own.signature(first, stop, own)
        while found is not None and self._own.next_own(found[1] + 1, stop) < stop:
            found = self._own.signature(found[1] + 1, stop, own)
        return found[0] if found is not None and found[2] == "signature-name" else None

    def _may_go_on(self, first: int, stop: int, theirs: Names) -> bool:
        """Say whether the last of several paragraphs is not the quoted author's signature: whoever quotes him may have written it."""
        if len(self._paragraphs(first, stop)) < _NEAR or self._own.is_closing(self._own.lines.above(stop)):
            return False
        signature = self._own.signature(first, stop, theirs)
        return signature is None or self._own.next_own(signature[1] + 1, stop) < stop

    def _is_intro(self, number: int) -> bool:
        return self._headers[number].judged.rule in INTRO_RULES

    def _paragraphs(self, first: int, stop: int) -> list[int]:
        """Return the first lines of the paragraphs of lines `first` to `stop` (not included)."""
        own = self._own.lines.between(first, stop)
        return [index for place, index in enumerate(own) if not place or own[place - 1] != index - 1]

    # ------------------------------------------------------------ the next number

    def _next_number(self, first: int, stop: int, above: int) -> int | None:
        """Return the line with the next number of a list, of which line `above` announces the quoted mail, itself without such numbers."""
        told = _NUMBER.match(self._lines.unquoted(above).strip())
        if told is None:
            return None
        numbered = [(index, found) for index in self._own.lines.between(first, stop) if (found := _NUMBER.match(self._lines.unquoted(index).strip()))]
        if not numbered or numbered[0][0] == first:
            return None
        index, found = numbered[0]
        return index if int(found[1]) == int(told[1]) + 1 and found[2] == told[2] else None
