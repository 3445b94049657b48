"""Find where a document begins: after a message's own words, and inside a run of text that is no message.

Parts are counted, not felt: a page start, blank lines, a title, a closing formula before, attachments named in the header. A document
begins in a message's own words only where enough of them meet; otherwise the words stay in the body.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping

from threadkit.parse.known_lines import lines_beginning
from threadkit.parse.lines import Lines
from threadkit.parse.signatures import OwnWords
from threadkit.words import Words

_SENTENCE_END = re.compile(r"[.!?…:;»\")\]]\s*$")
_LONGEST_HEADING = 160
_LONGEST_HEADLINE = 100
_ENOUGH = 5
_MANY_BLANKS = 4
_FEW_BLANKS = 3
_OPENING_LINES = 3
_LETTER_REACH = 16
_TABLE_REACH = 6
_TABLE_ROWS = 3
_LETTERHEAD_LINES = 6
_LETTERHEAD_WIDTH = 80
_CELL_GAP = re.compile(r"\S(?:\t| {2,})")
_LOWER_WORD = re.compile(r"[a-zà-ÿ]{4,}")
_UPPER_WORD = re.compile(r"[A-ZÀ-ÖØ-Þ’']{3,}")
_HEADLINE = re.compile(r"^(?=.*[A-ZÀ-ÖØ-Þ]{4})[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ’'/.-]+\s[^a-zß-öø-ÿ:;,!?]+(?<![.])$")


class DocumentBreaks:
    """The document breaks of one source."""

    def __init__(self, lines: Lines, furniture: Mapping[int, str], own: OwnWords, words: Words) -> None:
        self._lines = lines
        self._furniture = furniture
        self._own = own
        self._folding = words.folding
        self._titles = lines_beginning(words, "document-title")
        self._parts = lines_beginning(words, "document-break")
        self._letters = lines_beginning(words, "letter-opening")

    def is_part(self, index: int) -> bool:
        """Say whether line `index` begins a part of a release that is never a message: a notice, a cover sheet."""
        return self._parts[self._lines.shown[index]]

    def is_title(self, index: int) -> bool:
        """Say whether line `index` reads like a title: a kind of document, or words in capitals without an end of sentence."""
        line = self._lines.shown[index].strip(" \t\u00a0")
        if len(line) > 120 or line.endswith((",", ";")):
            return False
        if self._titles[self._lines.shown[index]]:
            return not line.endswith((".", "?", "!")) or line.isupper()
        return not _LOWER_WORD.search(line) and len(_UPPER_WORD.findall(line)) >= 2

    def is_headline(self, index: int) -> bool:
        """Say whether line `index` is a title that stands alone: a word in capitals, further ones or a number, and nothing right below."""
        line = self._lines.shown[index].strip(" \t\u00a0\f")
        if len(line) > _LONGEST_HEADLINE or _HEADLINE.match(line) is None:
            return False
        return index + 1 >= self._lines.count or self._lines.blank[index + 1]

    def page_break(self, index: int) -> int:
        """Return how sure it is that a page begins at line `index`: 0 no, 1 perhaps (two blanks, a soft start), 2 a form feed, a page number or four blanks."""
        above = self._own.lines.above(index)
        between = range(above + 1, index)
        if not self._furniture.keys().isdisjoint(between) or not self._lines.hard_start.isdisjoint(range(above + 1, index + 1)):
            return 2
        blanks = len(between)
        if blanks >= _MANY_BLANKS:
            return 2
        return 1 if blanks >= 2 or self._lines.starts_page(index) else 0

    def certain_start(self, start: int, stop: int, attached: frozenset[str]) -> int | None:
        """Return the line where a document begins whatever stands above it, or None: a part of the release, or a title that names a file."""
        headed = self._own.lines.headed(start, stop)
        if start < stop and not self._lines.blank[start] and headed[:1] != [start]:
            headed = [start, *headed]
        for index in headed:
            line = self._lines.shown[index]
            if len(line) > _LONGEST_HEADING:
                continue
            if self.is_part(index):
                return self._letterhead_top(index, start)
            if line.isupper() and self.is_title(index) and self._names_file(index, attached):
                return index
        return None

    def may_begin(self, index: int) -> bool:
        """Say whether a page, a title or a part of the release stands at line `index`."""
        return self.page_break(index) > 0 or self.is_title(index) or self.is_part(index)

    def in_own_words(self, start: int, stop: int, attached: frozenset[str]) -> int | None:
        """Return the line where a document begins before any signature or disclaimer, or None."""
        own = self._own.lines.between(start, stop)
        apart = self._own.lines.apart(start, stop)
        if own and apart[:1] != own[:1]:
            apart = [own[0], *apart]
        for index in apart:
            place = bisect_left(own, index)
            if self._score(own[place - 1] if place else None, index, attached) >= _ENOUGH:
                return index
        return None

    def _score(self, previous: int | None, index: int, attached: frozenset[str]) -> int:
        """Return how much speaks for a document at line `index`, with `previous` the line of the message's words above it: 0 where something forbids one."""
        line = self._lines.shown[index].strip(" \t\u00a0")
        if self._own.is_greeting(index) or self._own.is_closing(index) or line[:1].islower():
            return 0
        page = self.page_break(index)
        closed = self._quotation_ends(index) or (previous is not None and (self._own.is_closing(previous) or self._own.is_mobile(previous)))
        ended = previous is None or (closed and not self._signs_off(index)) or self._signs_off(previous)
        if not (page or ended) or not (closed or previous is None or self._may_be_last(previous)):
            return 0
        title = self.is_title(index) or self.is_headline(index)
        named = title and self._names_file(index, attached)
        letter = self._opens_letter(index)
        table = page > 0 and bool(attached) and self._opens_table(index)
        if not (named or letter or (page and (title or table or previous is not None))):
            return 0
        strong = letter or (title and line.isupper() and self._titles[self._lines.shown[index]])
        scores = (
            page,
            3 if strong else 2 if title or table else 0,
            1 if attached else 0,
            2 if named else 0,
            2 if closed else 0,
            1 if previous is None and attached else 0,
            1 if attached and page == 2 else 0,
            1 if attached and previous is not None and not closed and self._ends_short(previous) else 0,
        )
        return sum(scores)

    def _may_be_last(self, previous: int) -> bool:
        """Say whether line `previous` may be the last of a message's words: no greeting, and the end of a sentence or a few words."""
        if self._own.is_greeting(previous) or self._lines.stripped[previous].endswith(","):
            return False
        return _SENTENCE_END.search(self._lines.shown[previous]) is not None or self._ends_short(previous)

    def _quotation_ends(self, index: int) -> bool:
        """Say whether the line with words above line `index` stands behind `>` marks that it does not stand behind itself."""
        above = index - 1
        while above >= 0 and (self._lines.blank[above] or above in self._furniture):
            above -= 1
        return above >= 0 and self._lines.quote_depth(above) > self._lines.quote_depth(index)

    def _signs_off(self, previous: int) -> bool:
        """Say whether line `previous` is the name under a closing formula."""
        above = self._own.lines.above(previous)
        return above >= 0 and self._own.is_closing(above) and self._ends_short(previous) and not self._own.is_closing(previous)

    def _opens_letter(self, index: int) -> bool:
        """Say whether a letter begins at line `index`: its place and date stand there, or below its letterhead."""
        for line in self._own.lines.between(index, index + _LETTER_REACH)[: _LETTERHEAD_LINES + 1]:
            if self._letters[self._lines.shown[line]]:
                return True
            if not self._heads_letter(line):
                return False
        return False

    def _opens_table(self, index: int) -> bool:
        """Say whether line `index` and the next two with words are rows of a table: three cells or more, with wide white space between."""
        rows = self._own.lines.between(index, index + _TABLE_REACH)[:_TABLE_ROWS]
        return len(rows) == _TABLE_ROWS and all(len(_CELL_GAP.findall(self._lines.shown[row].strip())) >= 2 for row in rows)

    def _names_file(self, index: int, attached: frozenset[str]) -> bool:
        """Say whether line `index` or the two below share two words of four letters or more with the names of the attachments."""
        opening = self._lines.shown[index : index + _OPENING_LINES]
        return len({word for line in opening for word in self._folding.words(line) if len(word) >= 4} & attached) >= 2

    def _ends_short(self, previous: int) -> bool:
        """Say whether line `previous` is a sign-off: one to three words."""
        return len(self._lines.shown[previous].split()) <= 3

    def after_signature(self, last: int, stop: int, attached: frozenset[str]) -> int | None:
        """Return the line where a document begins after a signature, or None where the words below it are the message's own."""
        index = last + 1
        while index < stop and (self._lines.blank[index] or index in self._furniture or self._own.is_mobile(index)):
            index += 1
        while index < stop:
            if self._own.is_postscript(index):
                index = self._after_paragraph(index, stop)
                continue
            if index - last > 2 or self.page_break(index) or attached or self.is_title(index) or self.is_part(index):
                return index
            index = self._after_paragraph(index, stop)
        return None

    def _after_paragraph(self, index: int, stop: int) -> int:
        while index < stop and not self._lines.blank[index]:
            index += 1
        return self._own.next_own(index, stop)

    def cuts(self, first: int, last: int, attached: frozenset[str]) -> list[int]:
        """Return the lines of a document run (`first` to `last`) at which a new document could begin; `first` is one.

        So do a part of the release, a title that begins a page, and a title in capitals that names one of the files of which `attached`
        are the words.
        """
        found = [first]
        for index in self._own.lines.apart(first + 1, last + 1):
            if self.is_part(index):
                found.append(self._page_top(index, found[-1]))
            elif self.page_break(index):
                if self._letters[self._lines.shown[index]]:
                    found.append(self._page_top(index, found[-1]))
                elif self.is_title(index) or self.is_headline(index):
                    found.append(index)
            elif self._lines.shown[index].isupper() and self.is_title(index) and self._names_file(index, attached):
                found.append(index)
        return sorted(set(found))

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

    def _letterhead_top(self, index: int, first: int) -> int:
        """Return the page's top above a part of the release that stands among a message's words, where all between are letterhead."""
        top = self._page_top(index, first)
        return top if top > first or self.page_break(top) > 1 else index

    def _heads_letter(self, index: int) -> bool:
        """Say whether line `index` could be of a letterhead: short, no end of a sentence, no greeting and no closing."""
        line = self._lines.shown[index].rstrip()
        is_short = len(line) <= _LETTERHEAD_WIDTH and not line.endswith((".", "!", "?", ",", ";"))
        return is_short and not self._own.is_greeting(index) and not self._own.is_closing(index)

    def _tops_page(self, index: int) -> bool:
        """Say whether a page begins at line `index`: what tells one for sure stands above it, or three blank lines."""
        return self.page_break(index) > 1 or all(self._lines.blank[above] for above in range(max(0, index - _FEW_BLANKS), index))
