"""Find where a document begins: after a message's own words, and inside a run of text that is no message.

This module says what a line is: a title, the top of a page or of a letter. `document_starts` weighs it where a message's words may end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import TypeVar

from threadkit.parse.known_lines import lines_beginning, lines_holding
from threadkit.parse.line_shapes import LONGEST_HEADLINE, is_headline
from threadkit.parse.lines import Lines, indexes_between
from threadkit.parse.signatures import OwnWords
from threadkit.words import Words

#: How sure it is that a page begins, which is also what it weighs for a document (`document_starts`).
SURE_PAGE, _PERHAPS_PAGE = 2, 1

_MANY_BLANKS = 4
_FEW_BLANKS = 3
_OPENING_LINES = 3
_LETTER_REACH = 16
_LETTERHEAD_LINES = 6
_LETTERHEAD_WIDTH = 80
_LONGEST_ADDRESS = 7
_TELLING = 4
_FEW_OTHERS = 3
_GREETED_WITHIN = 4
_Told = TypeVar("_Told")
_LOWER_WORD = re.compile(r"[a-zà-ÿ]{4,}")
_UPPER_WORD = re.compile(r"[A-ZÀ-ÖØ-Þ’']{3,}")


def _telling(words: Iterable[str]) -> frozenset[str]:
    """Return the folded words that tell one name from another: four letters or more, or a number of three digits."""
    return frozenset([word for word in words if len(word) >= _TELLING or (len(word) == _TELLING - 1 and word.isdigit())])


def telling_words(filename: str, words: Words) -> frozenset[str]:
    """Return the words of a filename, without its extension, that tell it from another."""
    return _telling(stem_words(filename, words))


def stem_words(filename: str, words: Words) -> tuple[str, ...]:
    """Return the folded words of a filename without its extension, in their order."""
    stem, dot, _ = filename.rpartition(".")
    return tuple(words.folding.words(stem if dot else filename))


class _Kept(dict[int, _Told]):
    """Line -> what a question about it was answered with, asked once a source."""

    def __init__(self, ask: Callable[[int], _Told]) -> None:
        super().__init__()
        self._ask = ask

    def __missing__(self, index: int) -> _Told:
        told = self[index] = self._ask(index)
        return told


class DocumentBreaks:
    """The document breaks of one source."""

    def __init__(self, lines: Lines, furniture: Mapping[int, str], own: OwnWords, words: Words) -> None:
        self._lines = lines
        self._furniture = furniture
        self._own = own
        self._page_breaks = _Kept(self._page_break)
        self._words_of = _Kept(self._read_words)
        self._folding = words.folding
        self._titles = lines_beginning(words, "document-title")
        self._parts = lines_beginning(words, "document-break")
        self._page_parts = lines_beginning(words, "page-part")
        self._letters = lines_beginning(words, "letter-opening")
        self._dates = lines_beginning(words, "letter-date")
        self._addressees = lines_beginning(words, "letter-addressee")
        self._postal = lines_holding(words, "postal-code")

    def is_part(self, index: int) -> bool:
        """Say whether line `index` begins a part of a release that is never a message: a notice, a cover sheet; some only where a page surely begins."""
        line = self._lines.shown[index]
        return self._parts[line] or (self.page_break(index) == SURE_PAGE and self._page_parts[line])

    def is_title(self, index: int) -> bool:
        """Say whether line `index` reads like a title: a kind of document, or words in capitals without an end of sentence."""
        line = self._lines.shown[index].strip(" \t\u00a0")
        if len(line) > 120 or line.endswith((",", ";")):
            return False
        if self._titles[self._lines.shown[index]]:
            return not line.endswith((".", "?", "!")) or line.isupper()
        return not _LOWER_WORD.search(line) and len(_UPPER_WORD.findall(line)) >= 2

    def heads_release(self, index: int) -> bool:
        """Say whether a page surely begins at line `index` with the two lines with which the source begins: the letterhead of whoever released it."""
        if self.page_break(index) != SURE_PAGE:
            return False
        first = self._lines.top
        if index <= first + 1 or index + 1 >= self._lines.end or first in self._furniture:
            return False
        stripped = self._lines.stripped
        return bool(stripped[first + 1]) and stripped[index : index + 2] == stripped[first : first + 2]

    def is_headline(self, index: int) -> bool:
        """Say whether line `index` is a title that stands alone: a word in capitals, further ones or a number, and nothing right below."""
        line = self._lines.shown[index].strip(" \t\u00a0\f")
        return is_headline(line) and (index + 1 >= self._lines.count or self._lines.blank[index + 1])

    def page_break(self, index: int) -> int:
        """Return how sure it is that a page begins at line `index`: 0 no, 1 perhaps (two blanks, a soft start), 2 a form feed, a page number or four blanks."""
        return self._page_breaks[index] if self._own.lines.apart_row[index] else 0

    def _page_break(self, index: int) -> int:
        above = self._own.lines.above(index)
        if self._own.lines.furniture_row.find(1, above + 1, index) >= 0:
            return SURE_PAGE
        if self._lines.hard_start and self._lines.page_row.find(1, above + 1, index + 1) >= 0:
            return SURE_PAGE
        blanks = index - above - 1
        if blanks >= _MANY_BLANKS:
            return SURE_PAGE
        return _PERHAPS_PAGE if blanks >= 2 or self._lines.starts_page(index) else 0

    def quotation_ends(self, index: int) -> bool:
        """Say whether the line with words above line `index` stands behind `>` marks that it does not stand behind itself."""
        above = index - 1
        while above >= 0 and (self._lines.blank[above] or above in self._furniture):
            above -= 1
        return above >= 0 and self._lines.quote_depth(above) > self._lines.quote_depth(index)

    def opens_letter(self, index: int) -> bool:
        """Say whether a letter begins at line `index`: its place and date stand there, or below its letterhead."""
        if not indexes_between(self._lines.number_ends, index, index + _LETTER_REACH):
            return False  # both kinds of date end in a year
        for line in self._own.lines.first_between(index, index + _LETTER_REACH, _LETTERHEAD_LINES + 1):
            if self.dates_letter(line):
                return True
            if not self._heads_letter(line):
                return False
        return False

    def dates_letter(self, index: int) -> bool:
        """Say whether line `index` is the place and date of a letter, or a date alone and then a greeting, which thanks are not."""
        line = self._lines.shown[index]
        if self._letters[line]:
            return True
        below = self._own.lines.between(index + 1, index + _LETTER_REACH) if self._dates[line] else []
        return any(self._own.is_greeting(greeting) and not self._own.is_closing(greeting) for greeting in below)

    def is_kind(self, index: int) -> bool:
        """Say whether line `index` begins with a kind of document."""
        return self._titles[self._lines.shown[index]]

    def names_file(self, index: int, attached: frozenset[str]) -> bool:
        """Say whether line `index`, with the two below, shares two words of four letters or more with the names of the attachments."""
        if not attached:
            return False
        known = self._words_of
        opening = [known[line] for line in range(index, min(index + _OPENING_LINES, self._lines.count))]
        return len(_telling(attached.intersection(chain.from_iterable(opening)))) >= 2

    def shares_words(self, index: int, attached: frozenset[str]) -> bool:
        """Say whether line `index` itself shares such a word with the names of the attachments."""
        return bool(_telling(attached.intersection(self._words_of[index])))

    def names_whole_file(self, index: int, files: Mapping[str, Sequence[frozenset[str]]]) -> bool:
        """Say whether line `index` holds all telling words of one of some filenames, and few others; `files` are under one of these words each."""
        line = self._lines.stripped[index]
        if not files or len(line) > LONGEST_HEADLINE or "@" in line:
            return False
        words = self._words_of[index]
        named = [file for word in files.keys() & words for file in files[word] if file.issubset(words)]
        return bool(named) and sum(len(word) >= _TELLING - 1 or word.isdigit() for word in words) <= max(map(len, named)) + _FEW_OTHERS

    def addresses_letter(self, index: int) -> bool:
        """Say whether line `index` begins the block of somebody to whom a letter goes: his name, his address, and below it a greeting."""
        if not self._addressees[self._lines.shown[index]] or (index and not self._lines.blank[index - 1] and index - 1 not in self._furniture):
            return False
        block = index + 1
        while block < self._lines.count and not self._lines.blank[block] and block - index <= _LONGEST_ADDRESS:
            block += 1
        if not any(self._postal[self._lines.shown[line]] for line in range(index + 1, block)):
            return False
        below = self._own.lines.between(block, block + _LETTER_REACH)[:_GREETED_WITHIN]
        return all(map(self._heads_letter, range(index + 1, block))) and any(map(self._own.is_greeting, below))

    def telling(self, index: int) -> frozenset[str]:
        """Return the folded words of line `index` that tell one name from another."""
        return _telling(self._words_of[index])

    def words_of(self, index: int) -> list[str]:
        """Return the folded words of line `index`."""
        return self._words_of[index]

    def _read_words(self, index: int) -> list[str]:
        return self._folding.words(self._lines.stripped[index])

    def cuts(self, first: int, last: int, attached: frozenset[str]) -> list[int]:
        """Return the lines of a document run (`first` to `last`) at which a new document could begin; `first` is one.

        So do a part of the release, a title that begins a page, and a title in capitals that names one of the files of which `attached`
        are the words, wherever it stands.
        """
        found, apart = [first], set(self._own.lines.apart(first + 1, last + 1))
        for index in self._own.lines.openings(first + 1, last + 1):
            line, page = self._lines.shown[index], self.page_break(index)
            dated = page and (self._letters[line] if page != SURE_PAGE else self.dates_letter(index))
            if dated or (self.is_part(index) and (index in apart or line.isupper())):
                found.append(self._page_top(index, found[-1]))
            elif (page and self._is_headed(index)) or (attached and line.isupper() and self.is_title(index) and self.names_file(index, attached)):
                found.append(index)
        return sorted(set(found))

    def opens_part(self, index: int) -> bool:
        """Say whether a title stands at line `index`, at the top of a page."""
        return self.page_break(index) > 0 and self._is_headed(index)

    def _is_headed(self, index: int) -> bool:
        return self.is_title(index) or self.is_headline(index)

    def _page_top(self, index: int, first: int) -> int:
        """Return where the part of a release that is named on line `index` begins: at the letterhead above it, if the page has no more.

        A cover sheet has its lines far apart: no less than three blank lines, or what tells a page, are its top.
        """
        top, seen, line = index, 0, index
        while line > first and seen <= _LETTERHEAD_LINES and not self._tops_page(top):
            line = self._lines.previous_text(line - 1, first - 1)
            if line < first or line in self._furniture or not self._heads_letter(line):
                return index
            top, seen = line, seen + 1
        return top if top == first or self._tops_page(top) else index

    def letterhead_top(self, index: int, first: int) -> int:
        """Return the page's top above a part of the release that stands among a message's words, where all between are letterhead."""
        top = self._page_top(index, first)
        return top if top > first or self.page_break(top) == SURE_PAGE else index

    def _heads_letter(self, index: int) -> bool:
        """Say whether line `index` could be of a letterhead: short, no end of a sentence, no greeting and no closing."""
        line = self._lines.shown[index].rstrip()
        is_short = len(line) <= _LETTERHEAD_WIDTH and not line.endswith((".", "!", "?", ",", ";"))
        return is_short and not self._own.is_greeting(index) and not self._own.is_closing(index)

    def _tops_page(self, index: int) -> bool:
        """Say whether a page begins at line `index`: what tells one for sure stands above it, or three blank lines."""
        return self.page_break(index) == SURE_PAGE or all(self._lines.blank[above] for above in range(max(0, index - _FEW_BLANKS), index))
