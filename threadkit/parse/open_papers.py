"""Tell a mail that is printed inside a letter, minutes or a statement from one that the release prints below them: the paper goes on under it."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import NamedTuple

from threadkit.parse.known_lines import lines_beginning
from threadkit.parse.lines import Lines
from threadkit.parse.sections import goes_on_in_sections
from threadkit.parse.sender_names import Names
from threadkit.parse.signatures import OwnWords
from threadkit.words import Words

__all__ = ["MOST_MAILS", "OpenPapers", "Region"]

_NEAR = 2
_SENTENCE = 4
#: So many mails, right below one another, may be printed in one letter.
MOST_MAILS = 4


class Region(NamedTuple):
    """The lines below a header, `first` to `stop` (not included), and the names that its sender signs with."""

    upper: int
    first: int
    stop: int
    names: Names


class OpenPapers:
    """Looks at the papers of one source in which a mail may be printed."""

    def __init__(self, lines: Lines, own: OwnWords, furniture: Container[int], words: Words) -> None:
        self._lines, self._own, self._furniture, self._words = lines, own, furniture, words
        self._letters = lines_beginning(words, "letter-opening")

    def encloses(self, document: int, regions: Sequence[Region]) -> bool:
        """Say whether a paper that begins on line `document` goes on below the mail of the first region: it has said nothing to end itself above.

        The words above announce the mail (a colon), or are running text; below, the next numbered heading stands, or a sentence under the name of
        the mail's author and a name or a formula that closes the paper, or the formula of a letter and another's name. Mails that stand
        right below one another may be printed in one letter.
        """
        region = regions[0]
        if not self._runs_up_to(region.upper) or any(self._own.is_closing(index) for index in self._own.lines.between(document, region.upper)):
            return False
        for place, each in enumerate(regions):
            if place and not (self._announces(region.upper) and self._runs_up_to(each.upper)):
                return False
            above, below_it = self._own.lines.between(document, region.upper), self._own.lines.between(each.first, each.stop)
            if goes_on_in_sections(above, below_it, self._lines):
                return True
            below = self._below_name(each)
            if below is None and each.first < each.stop:
                return self._is_letter_closed(document, region.upper, each)
            if below is not None and below < each.stop:
                return self._goes_on(below, each)
        return False

    def resumes(self, region: Region) -> bool:
        """Say whether a paper goes on under the name of a mail's author."""
        below = self._below_name(region)
        return below is not None and below < region.stop and self._goes_on(below, region)

    def _below_name(self, region: Region) -> int | None:
        """Return the first own line below the name with which a mail's author signs; None where he signs nowhere."""
        signed = self._own.sign_off(region.first, region.stop, region.names)
        return None if signed is None else self._own.next_own(signed + 1, region.stop)

    def _runs_up_to(self, upper: int) -> bool:
        """Say whether words stand right above line `upper`, and no page begins there."""
        above = self._lines.previous_text(upper - 1)
        return 0 <= upper - above - 1 < _NEAR and above not in self._furniture and not self._lines.starts_page(upper)

    def _announces(self, upper: int) -> bool:
        return self._lines.stripped[self._lines.previous_text(upper - 1)].endswith(":")

    def _goes_on(self, below: int, region: Region) -> bool:
        """Say whether a sentence stands at line `below`, and a formula or another's name below it: a print's last lines have none."""
        end = self._own.paragraph_end(below, region.stop)
        text = [self._lines.stripped[index] for index in range(below, end + 1)]
        if self._own.is_postscript(below) or text[-1][-1:] not in ".!?" or len(" ".join(text).split()) < _SENTENCE or self._lines.starts_page(below):
            return False
        rest = self._own.lines.between(end + 1, region.stop)
        return any(map(self._own.is_closing, rest)) or bool(rest and self._is_anothers_name(rest[-1], region.names))

    def _is_letter_closed(self, document: int, upper: int, region: Region) -> bool:
        """Say whether a letter announces a mail, below whose words the letter's formula stands with a name that is not the mail's author's."""
        above = self._own.lines.between(document, upper)
        if not self._announces(upper) or not any(self._letters[self._lines.shown[index]] or self._own.is_greeting(index) for index in above):
            return False
        own = self._own.lines.between(region.first, region.stop)
        if not region.names or (own and self._own.is_greeting(own[0]) and sum(map(self._own.is_closing, own)) == 1):
            return False  # the formula may be the mail's own
        return any(
            self._own.is_closing(index) and any(self._is_anothers_name(line, region.names) for line in own[place + 1 : place + 1 + _NEAR])
            for place, index in enumerate(own) if place
        )

    def _is_anothers_name(self, index: int, names: Names) -> bool:
        words = set(self._words.folding.words(self._lines.stripped[index]))
        return self._own.is_name(index) and not any(words & set(name) for name in names)
