"""Ask of the words below a quoted author's signature whose they are: whose name signs them, whom they greet, or that nobody can tell.

The signature ends the quoted author's words; what speaks below it is somebody else's. Those who quote are asked from the inside out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from threadkit.parse.headers import Header
from threadkit.parse.intro_senders import SenderPlace
from threadkit.parse.known_lines import lines_beginning
from threadkit.parse.lines import Lines, ends_sentence
from threadkit.parse.sender_names import Names, sender_names
from threadkit.parse.signatures import OwnWords
from threadkit.words import Words

__all__ = ["NOBODY", "Piece", "Signed", "Tails"]

NOBODY = -1
"""Whose the words of somebody are of whom nothing tells who he is."""

_SENTENCE = 4
_CALLED_WITHIN = 4
#: Between a title, an office and a telephone on one line.
_BAR = " | "
_CALLING, _STOPS = ",!", ".!?"
_MOST_WORDS = 30
_LAST_LINES, _LONGEST_CALL = 12, 25


class Piece(NamedTuple):
    """Words below a quotation: whose they are (the number of a message, or `NOBODY`), the line where they begin, and the rule that told."""

    owner: int
    start: int
    rule: str


class Signed(NamedTuple):
    """The lines of a name that ends words, and of the rest of that signature, with what a telephone adds and a disclaimer right below it."""

    first: int
    last: int


class Tails:
    """Reads what stands below the signatures of quoted authors in one source."""

    def __init__(self, lines: Lines, own: OwnWords, headers: Sequence[Header], words: Words) -> None:
        self._lines, self._own, self._headers, self._words = lines, own, headers, words
        self._senders = SenderPlace(words)
        self._silent: dict[int, bool] = {}
        self._salutations = lines_beginning(words, "letter-salutation")

    def names_of(self, number: int) -> Names:
        """Return the names by which the sender of a message may sign; none where a mask stands for him: a line with such a mask is nobody's signature."""
        sender = self._headers[number].mailbox("from")
        masked = sender is not None and self._senders.is_masked(sender.name or "")
        return [] if masked else sender_names(self._words, self._headers[number])

    def is_silent(self, number: int) -> bool:
        """Say whether the sender of a message has written nothing above what he quotes."""
        known = self._silent.get(number)
        if known is None:
            below = self.stop_of(number)
            quotes = number + 1 < len(self._headers)
            known = self._silent[number] = quotes and self._own.lines.next(self._headers[number].block.last + 1, below) >= below
        return known

    def stop_of(self, number: int) -> int:
        """Return the line below header `number` at which the next message begins; the source's end where none does."""
        return self._headers[number + 1].block.upper if number + 1 < len(self._headers) else self._lines.count

    def find_signature(self, first: int, stop: int, names: Names) -> Signed | None:
        """Return the first signature by some names, and what they sign once more right below it; None where none is."""
        signed = self._find_signature(first, stop, names)
        if signed is None:
            return None
        again = self._find_signature(signed.last + 1, stop, names)
        return Signed(signed.first, again.last) if again is not None and again.first == self._own.next_own(signed.last + 1, stop) else signed

    def past_disclaimer(self, first: int, stop: int) -> int | None:
        """Return the last line of the disclaimer below words that begin on line `first`, or None."""
        disclaimer = self._own.disclaimer(first, stop)
        return None if disclaimer is None or disclaimer[0] <= first else disclaimer[1]

    def may_be_answered(self, last: int, first: int, theirs: Names, names: Sequence[Names]) -> bool:
        """Say whether one of the last lines up to line `last` begins with the first letter of one of some names, or may call the quoted author."""
        letters, called = {name[0][:1] for each in names for name in each}, {name[0][:1] for name in theirs}
        for index in self._own.lines.between(max(first, last - _LAST_LINES), last + 1):
            letter = self._lines.stripped[index][:1].lower()
            letter = letter if letter.isascii() else self._words.folding.letters(letter)
            if letter in letters or (letter in called and index > first and "," in self._lines.stripped[index][:_LONGEST_CALL]):
                return True
        return False

    def divide(self, first: int, stop: int, theirs: Names, outer: Sequence[int], *, announced: bool) -> tuple[list[Piece], bool]:
        """Return the pieces of the words from line `first` on, below a signature by `theirs`, to line `stop`; and whether somebody else may have written some.

        Each of those who quote (`outer`, the innermost first) is given what his name ends. Where the last words bear no name they are his whom alone they can
        be: they call the quoted author by name, and only he has written nothing above. Others are nobody's, as are all of which the quoted author
        says that he copies them there (`announced`), and a letter to somebody else.
        """
        begin, pieces, left = self._own.next_own(first, stop), list[Piece](), list(outer)
        if begin >= stop or self._opens_letter(begin, theirs, outer):
            return pieces, False
        copied = announced or self._greets_another(begin, theirs)
        for number in () if copied else outer:
            signed = self._signed_by(number, begin, stop, theirs) if begin < stop else None
            if signed is None:
                continue
            pieces.append(Piece(number, begin, "answer-below-signature"))
            left = left[left.index(number) + 1 :]
            begin = self._own.next_own(signed.last + 1, stop)
        if begin >= stop or not self._begins_words(begin, stop, theirs) or self._is_signed_again(begin, stop, theirs, outer):
            return pieces, copied and begin < stop
        silent = [number for number in left if self._is_silent_reply(number)]
        called = self.calls(begin, theirs)
        if silent and len(outer) == 1 and not copied and called and not self._others_sign(begin, stop, silent[0]):
            return [*pieces, Piece(silent[0], begin, "answer-below-greeting")], False
        if silent or (called and not pieces) or (pieces and self.calls(begin, self.names_of(pieces[-1].owner))):
            return [*pieces, Piece(NOBODY, begin, "answer-unsigned-below")], True
        return pieces, copied

    def calls(self, index: int, names: Names) -> bool:
        """Say whether a line begins with a call to somebody: `Merci Luc, ...`, `Madame Roy,`."""
        words = self._words.folding.words(" ".join(self._lines.unquoted(index).split()[:_CALLED_WITHIN]))
        called = {name[0] for name in names[:1]} | ({name[-1] for name in names[:1]} if self._own.is_greeting(index) else set())
        return any(len(name) > 1 and name in words for name in called)

    def speaks(self, start: int, stop: int) -> bool:
        """Say whether lines `start` to `stop` (not included) hold a sentence, and more than the names to whom copies went."""
        stripped = self._lines.stripped
        return any(len(stripped[index].split()) >= _SENTENCE or stripped[index].endswith("?") for index in range(start, stop))

    # ------------------------------------------------------------ signatures

    def _find_signature(self, first: int, stop: int, names: Names) -> Signed | None:
        """Return the first signature by some names: one with the whole name, or the name alone with a blank under it."""
        begin = self._own.next_own(first, stop)
        if begin >= stop or not names:
            return None
        alone = self._own.sign_off(begin - 1, stop, names)
        while alone is not None and self._lines.lasts[alone] in _CALLING:
            alone = self._own.sign_off(alone, stop, names)
        found = self._own.signature(begin - 1, stop, names)
        while found is not None and (found[2] != "signature-name" or self._lines.lasts[found[0]] in _CALLING):
            found = self._own.signature(found[1] + 1, stop, names)
        if found is not None and (alone is None or found[0] <= alone):
            return Signed(found[0], self._past_additions(found[1], stop))
        return None if alone is None else Signed(alone, self._past_additions(alone, stop))

    def _past_additions(self, last: int, stop: int) -> int:
        """Return the last line of what a telephone and an organisation add right below line `last`; that line where they add nothing."""
        after = self._own.next_own(last + 1, stop)
        while after < stop and (self._own.is_mobile(after) or _BAR in self._lines.stripped[after]):
            last, after = after, self._own.next_own(after + 1, stop)
        disclaimer = self._own.disclaimer(after, stop) if after < stop else None
        return last if disclaimer is None or disclaimer[0] != after else disclaimer[1]

    # ------------------------------------------------------------ whose words stand there

    def _signed_by(self, number: int, begin: int, stop: int, theirs: Names) -> Signed | None:
        """Return the signature of the sender of message `number` that ends words from line `begin` on, or None where he signs none there."""
        signed = self._find_signature(begin, stop, self.names_of(number))
        if signed is None or self._fits(signed.first, theirs):
            return None
        ends, silent = self._own.next_own(signed.last + 1, stop) >= stop, self._is_silent_reply(number)
        if signed.first == begin:
            return signed if ends and self._headers[number].relation == "reply" and not self._signs_above(number) else None
        answers = silent and self._begins_words(begin, signed.first, theirs)
        if self._own.is_postscript(begin) or not (answers or self.speaks(begin, signed.first)):
            return None
        between = self._own.lines.between(begin, signed.first)
        near = len(between) <= _MOST_WORDS and not any(map(self._lines.starts_page, between))
        return signed if ends or (near and self._begins_words(begin, signed.first, theirs)) else None

    def _fits(self, index: int, names: Names) -> bool:
        """Say whether the name on a line may be one of `names` as well: two people of one given name."""
        return self._own.sign_off(index - 1, index + 1, names) == index

    def _is_signed_again(self, begin: int, stop: int, theirs: Names, outer: Sequence[int]) -> bool:
        """Say whether the quoted author signs the words from line `begin` on as well, with a name that is not that of somebody who quotes too."""
        again = self._find_signature(begin, stop, theirs)
        return again is not None and not any(self._fits(again.first, self.names_of(number)) for number in outer)

    def _greets_another(self, begin: int, theirs: Names) -> bool:
        """Say whether a letter's salutation with a name or a title stands at line `begin` that is not the quoted author's: somebody copied it."""
        line = self._lines.shown[begin]
        return self._salutations[line] and len(line.split()) > 1 and not self.calls(begin, theirs)

    def _others_sign(self, begin: int, stop: int, number: int) -> bool:
        """Say whether a name ends the words from line `begin` on that is not that of the sender of message `number`."""
        found = self._own.signature(begin - 1, stop, self.names_of(number))
        return found is not None and found[2] not in ("signature-name", "signature-mobile")

    def _signs_above(self, number: int) -> bool:
        """Say whether the sender of a message has signed above what he quotes."""
        return self._find_signature(self._headers[number].block.last + 1, self.stop_of(number), self.names_of(number)) is not None

    def _opens_letter(self, begin: int, theirs: Names, outer: Sequence[int]) -> bool:
        """Say whether a letter's salutation to somebody else stands at line `begin`, where one who quotes has files: it may be one of them."""
        if not (any(self._headers[number].attachments for number in outer) and self._salutations[self._lines.shown[begin]]):
            return False
        return not self.calls(begin, theirs) or not any(map(self._is_silent_reply, outer))

    def _is_silent_reply(self, number: int) -> bool:
        return self._headers[number].relation == "reply" and self.is_silent(number)

    def _begins_words(self, begin: int, stop: int, theirs: Names) -> bool:
        """Say whether a paragraph that speaks begins at line `begin`: a call to the quoted author, a greeting, or a sentence; no page begins there."""
        if self._own.is_postscript(begin) or self._lines.starts_page(begin):
            return False
        if self._own.is_greeting(begin) or self.calls(begin, theirs):
            return True
        line = self._lines.stripped[begin]
        titled = line.isupper() or (len(line.split()) < _SENTENCE and line[-1] not in _STOPS)
        return not titled and ends_sentence(self._lines.stripped[self._own.paragraph_end(begin, stop)])
