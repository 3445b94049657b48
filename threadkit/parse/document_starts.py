"""Weigh what speaks for a document that begins at a line below a message's words: its title, its shape, and what stands above it.

Nothing but the text tells where a file's words begin when a release prints them below the message without a page mark. Parts are counted,
each a small question with a weight; a document begins where they meet, and elsewhere the words stay the message's.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Mapping
from itertools import takewhile

from threadkit.parse.breaks import SURE_PAGE, DocumentBreaks
from threadkit.parse.closing_notices import ClosingNotices
from threadkit.parse.file_titles import LABELLED, LONGEST_TITLE, FileTitles, may_head
from threadkit.parse.known_lines import lines_beginning
from threadkit.parse.labels import field_of_line
from threadkit.parse.line_shapes import first_cell, is_row
from threadkit.parse.lines import Lines, ends_sentence
from threadkit.parse.page_papers import PagePapers
from threadkit.parse.signatures import OwnWords
from threadkit.words import Words

# What each sign of a document weighs. A page's beginning weighs what `DocumentBreaks.page_break` says: 1 perhaps, 2 surely. No sign is enough alone.
_ENOUGH = 5
#: Labels, rows, blanks to fill in: what a mail's own words hardly have.
_IN_SHAPE = 2
#: The mail says that it has files: some document stands below it.
_HAS_FILES = 1
#: The mail is over: a closing formula, what a telephone adds, or lines behind `>` end above. A name under a closing formula may end a letter too.
_CLOSED, _SIGNED = 2, 1
#: The mail has files, and a page surely begins, or none of its words stand above: what is below is hardly anything but a file.
_FILE_APART = 1
#: The mail has files, and the line above is as short as the name of whoever signs without a formula.
_SHORT_ABOVE = 1
# What a title weighs. The name of an attached file in capitals, or a whole file's name at the head of a page, lack one more sign; others two or three.
_NAMED, _NAMED_ON_PAGE = 4, 4
#: The place and date of a letter, which a mail with files has as one of them.
_LETTER, _LETTER_OF_FILES = 3, 4
#: A line that shares a file's telling words: in capitals it is a title, else it may be a sentence on the file.
_SHARES_NAME, _SHARES_NAME_IN_CAPITALS = 3, 4
_COVER_SHEET, _FORM_HEAD, _MEMO_ON_PAGE, _KIND_IN_CAPITALS = 3, 3, 3, 3
_OTHER_TITLE = 2
#: Lines that each bear a time, as a chat has them.
_TIMED = 3
#: Below the sender's name: a short line that is no sentence, and so many lines that nobody writes them as a postscript.
_ANY_TITLE, _MUCH, _MUCH_LINES = 1, 1, 10

_SHORT_LINE = 45
_SHORT_SHARE = 0.75
_WIDTH_LINES = 12
_HEAD_LINES = 4
_SHEET_LINES = 8
_FORM_FIELDS = frozenset({"from", "to", "date", "subject"})
_PARTIES = frozenset({"from", "to"})
_SHEET_REACH = 30
_SHORT_SHEET = 80
_TO_FILL_IN = re.compile(r"_{4,}|\.{6,}|…{2,}|\[ ?\]")
_SHAPE_LINES = 8
_SHAPELY_LINES = 2
_LONGEST_HEADING = 160
_NEAR = 3


class DocumentStarts:
    """The beginnings of documents below the words of one source's messages."""

    def __init__(
        self, lines: Lines, furniture: Mapping[int, str], own: OwnWords, breaks: DocumentBreaks, titles: FileTitles, papers: PagePapers, words: Words
    ) -> None:
        """Ask of the lines of one source."""
        self._lines = lines
        self._furniture = furniture
        self._titles = titles
        self._papers = papers
        self._own = own
        self._breaks = breaks
        self._headings = lines_beginning(words, "numbered-heading")
        self._words = words
        self._sheets = lines_beginning(words, "cover-sheet")
        self._notices = ClosingNotices(lines, own, words)

    def certain(self, start: int, stop: int, attached: frozenset[str]) -> int | None:
        """Return the line where a document begins whatever stands above it, or None.

        That is a part of the release, a page that begins as the source does, a sheet between parts, a title in capitals that names a file, a
        letter with the name and address of whom it goes to, or the notice with which the release closes, wherever it stands.
        """
        begun = (self._part(start, stop, attached), self._notices.below_words(start, stop))
        return min((line for line in begun if line is not None), default=None)

    def _part(self, start: int, stop: int, attached: frozenset[str]) -> int | None:
        headed = self._own.lines.headed(start, stop)
        if start < stop and not self._lines.blank[start] and headed[:1] != [start]:
            headed = [start, *headed]
        for index in headed:
            line = self._lines.shown[index]
            if len(line) > _LONGEST_HEADING:
                continue
            if self._breaks.is_part(index):
                return self._breaks.letterhead_top(index, start)
            if self._breaks.page_break(index) == SURE_PAGE and (self._breaks.heads_release(index) or self._is_sheet(index)):
                return index
            if line.isupper() and self._breaks.is_title(index) and self._breaks.names_file(index, attached):
                return index
            if self._breaks.addresses_letter(index) and not self._announces(self._own.lines.above(index), start):
                return index
        return None

    def _announces(self, above: int, start: int) -> bool:
        """Say whether line `above`, from line `start` on, says that what is below are words to be read: it ends in a colon."""
        return above >= start and self._lines.stripped[above].endswith(":")

    def after_signature(self, last: int, stop: int, attached: frozenset[str], *, announced: bool = False) -> int | None:
        """Return the line where a document begins after a signature, or None where the words below it are the message's own.

        Where the sender says that such words stand there (`announced`), a page must begin with a document, or it must be a letter, a part of the
        release, or name one of the files.
        """
        index = last + 1
        while index < stop and (self._lines.blank[index] or index in self._furniture or self._own.is_mobile(index)):
            index += 1
        while index < stop:
            if self._own.is_postscript(index):
                index = self._after_paragraph(index, stop)
                continue
            sure = self._breaks.page_break(index) == SURE_PAGE or self._breaks.is_part(index) or self._breaks.opens_letter(index)
            if sure or (announced and self._breaks.names_file(index, attached)):
                return index
            if not announced and (index - last > 2 or attached or self._may_begin(index)):
                return index
            index = self._after_paragraph(index, stop)
        return None

    def after_disclaimer(self, last: int, stop: int, attached: frozenset[str]) -> int | None:
        """Return the line where a document begins after a disclaimer, or None where nothing tells that one does."""
        after = self._own.next_own(last + 1, stop)
        while after < stop and (self._own.is_postscript(after) or self._own.is_mobile(after)) and after - last <= _NEAR:
            after = self._own.next_own(self._own.paragraph_end(after, stop) + 1, stop)
        return after if after < stop and (bool(attached) or self._may_begin(after)) else None

    def _may_begin(self, index: int) -> bool:
        """Say whether a page, a title or a part of the release stands at line `index`."""
        return self._breaks.page_break(index) > 0 or self._breaks.is_title(index) or self._breaks.is_part(index)

    def _after_paragraph(self, index: int, stop: int) -> int:
        while index < stop and not self._lines.blank[index]:
            index += 1
        return self._own.next_own(index, stop)

    def in_own_words(self, start: int, stop: int, attached: frozenset[str], *, signed: bool, ends: int | None = None) -> int | None:
        """Return the line where a document begins before any signature or disclaimer, or None.

        Where a signature follows (`signed`), words below a title without a page mark are the message's: it is not over yet. But what looks
        like its signature may be whom a letter is addressed to. Where the sender's name ends all words as a mail's, at line `ends`, a page of
        its own is the message's too, unless it is a letter or names one of the files. A memo's head above all other words makes the message
        itself the memo.
        """
        for index in self._own.lines.openings(start, stop):
            above = self._own.lines.above(index)
            previous = above if above >= start else None
            page = self._breaks.page_break(index)
            goes_on = ends is not None and not self._breaks.names_file(index, attached)
            if signed and (goes_on or not page) and not self._breaks.opens_letter(index):
                continue
            begins = self._may_follow(previous, index, stop, page, attached) and self._weight(previous, index, stop, page, attached) >= _ENOUGH
            if begins and (page == SURE_PAGE or index == start or not self._opens_memo(start, stop)):
                return self._with_letterhead(index, start)
        return None

    def _opens_memo(self, start: int, stop: int) -> bool:
        """Say whether the lines from line `start` on are a memo's head: a few short lines, who writes and what on among their labels."""
        head = list(takewhile(lambda line: len(self._lines.stripped[line]) <= _SHORT_LINE, self._own.lines.between(start, min(stop, start + _SHEET_REACH))))
        fields = {field_of_line(self._lines.raw[line], self._words) for line in head[:_SHEET_LINES]}
        return "from" in fields and sum(LABELLED.match(self._lines.stripped[line]) is not None for line in head[:_SHEET_LINES]) > 1

    def below_sign_off(self, signed: int, stop: int, attached: frozenset[str], *, signed_again: bool) -> int | None:
        """Return the line where a document begins below the sender's name alone on line `signed`, or None.

        His message is over there, but for a postscript. It must be the first paragraph below, or stand below one of a few short lines that may be
        his function. Where his name stands below it once more (`signed_again`) he may sign the paper, or his mail: more must speak for it.
        """
        index, passed = self._own.next_own(signed + 1, stop), False
        while index < stop:
            if self._own.is_postscript(index) or self._own.is_mobile(index):
                index = self._after_paragraph(index, stop)
                continue
            if self._own.is_greeting(index) or self._own.is_closing(index) or self._lines.stripped[index][:1].islower():
                return None
            if self._weight_below(index, stop, attached) >= _ENOUGH + signed_again:
                return index
            end = self._own.paragraph_end(index, stop)
            if passed or end - index > _HEAD_LINES or any(ends_sentence(self._lines.stripped[line]) for line in range(index, end + 1)):
                return None
            index, passed = self._own.next_own(end + 1, stop), True
        return None

    def _weight_below(self, index: int, stop: int, attached: frozenset[str]) -> int:
        """Return how much speaks for a document at line `index`, where the message above it is over.

        Where no file is named, a page or a letter must begin: the sender may have pasted the rest. A line with nothing below it is a postscript.
        """
        line, page = self._lines.stripped[index], self._breaks.page_break(index)
        if not (attached or page or self._breaks.opens_letter(index)) or self._own.next_own(index + 1, stop) >= stop:
            return 0
        title = self._title(index, stop, attached)
        if not title and attached and may_head(line):
            title = _OTHER_TITLE if self._breaks.shares_words(index, attached) else _ANY_TITLE
        if not title:
            return 0
        much = _MUCH if len(self._own.lines.between(index, stop)) >= _MUCH_LINES else 0
        return page + title + self._shape(index, stop) + _CLOSED + much + (_HAS_FILES if attached else 0)

    def on_own_page(self, start: int, stop: int, attached: frozenset[str]) -> int | None:
        """Return the first line at which a page certainly begins, and a document with it, or None."""
        for index in self._own.lines.apart(start, stop):
            page = self._breaks.page_break(index)
            told = page == SURE_PAGE and (self._title(index, stop, attached) or self._shape(index, stop))
            if told and self._weight(self._own.lines.above(index), index, stop, page, attached) >= _ENOUGH:
                return index
        return None

    def in_signature(self, first: int, last: int, stop: int, attached: frozenset[str]) -> int | None:
        """Return the line among those that read like a signature, below its name, where a document begins instead, or None."""
        for index in self._own.lines.between(first, last + 1):
            if self._heads_form(index, stop, attached) or (self._breaks.page_break(index) == SURE_PAGE and self._breaks.opens_letter(index)):
                return index
            if not attached or index == first:
                continue
            if self._breaks.dates_letter(index) or self._titles.names_other(index, first, attached) or self._papers.is_table(index, last + 1):
                return index
            title = 0 if self._breaks.opens_letter(index) else self._title(index, stop, attached)
            if title and self._shape(index, stop) and title + _IN_SHAPE + _HAS_FILES >= _ENOUGH:
                return self._with_letterhead(index, first + 1)
        return None

    def cuts(self, first: int, last: int, attached: frozenset[str]) -> list[int]:
        """Return the lines of a document run (`first` to `last`) at which a new document could begin; `first` is one.

        Besides those that `DocumentBreaks.cuts` knows: the head of a form, a kind of document in capitals with a form's labels or rows below
        it, the line above those who were present at a meeting, and at the top of a page what names one of the files of which `attached` are the
        words, and the notice with which the release closes.
        """
        found, mastheads = self._breaks.cuts(first, last, attached), self._own.lines.mastheads
        for index in self._papers.heads_of_minutes(first, last):
            if not self._below_head(index, found) and index not in found:
                insort(found, index)
        for index in self._own.lines.openings(first + 1, last + 1):
            page = self._breaks.page_break(index) == SURE_PAGE
            kind = self._lines.stripped[index].isupper() and self._breaks.is_kind(index)
            headed = (kind or index in mastheads) and self._shape(index, last + 1)
            begins = (headed and (page or not self._below_head(index, found))) or (page and self._breaks.names_file(index, attached))
            if begins and index not in found:
                insort(found, index)
        return sorted({*found, *self._notices.in_papers(first, last + 1)})

    def _below_head(self, index: int, cuts: list[int]) -> bool:
        """Say whether no more than a few lines stand between line `index` and the beginning of its document: its letterhead."""
        return len(self._own.lines.between(cuts[bisect_left(cuts, index) - 1], index)) <= _HEAD_LINES

    def _may_follow(self, previous: int | None, index: int, stop: int, page: int, attached: frozenset[str]) -> bool:
        line = self._lines.stripped[index]
        if self._own.is_greeting(index) or self._own.is_closing(index) or line[:1].islower() or line[:1] in "•-–—*·>":
            return False
        if self._closed_above(previous, index):
            return page > 0 or not self._signs_off(index)
        if previous is None:
            return True
        if self._titles.is_named(index, attached):
            return not self._own.is_greeting(previous) and not self._lines.stripped[previous].endswith((",", ":"))
        is_paper = page > 0 or bool(attached) or self._heads_form(index, stop, attached) or self._papers.heads_minutes(index)
        return is_paper and self._may_be_last(previous, page)

    def _may_be_last(self, previous: int, page: int) -> bool:
        """Say whether line `previous` may be the last of a message's words: the end of a sentence, a sign-off, on a page's last line a short one."""
        line = self._lines.stripped[previous]
        greets = self._own.is_greeting(previous) and (self._ends_short(previous) or not ends_sentence(line))
        if greets or line.endswith(",") or (line.endswith(":") and not page):
            return False
        if page == SURE_PAGE and (len(line) <= _SHORT_LINE or len(line) <= _SHORT_SHARE * self._width(previous)):
            return True
        return ends_sentence(line) or line.endswith((":", ";")) or self._ends_short(previous) or self._signs_off(previous)

    def _width(self, index: int) -> int:
        """Return the length of the longest of the lines above line `index` with words, itself included: how wide they are set."""
        return max(map(len, self._lines.stripped[max(0, index - _WIDTH_LINES) : index + 1]))

    def _weight(self, previous: int | None, index: int, stop: int, page: int, attached: frozenset[str]) -> int:
        """Return how much speaks for a document at line `index`, below the words on line `previous`: without a title or a shape, nothing."""
        title = self._title(index, stop, attached) or (_NAMED_ON_PAGE if page and self._titles.holds_name(index) else 0)
        if not title and page == SURE_PAGE and previous is not None and self._opens_memo(index, stop):
            title = _MEMO_ON_PAGE
        is_awaited = bool(attached) and page == SURE_PAGE
        shape = self._shape(index, stop) if title or is_awaited or is_row(self._lines.stripped[index]) else 0
        if not (title or shape or (page and previous is not None)):
            return 0
        closed = self._closed_above(previous, index)
        ended = _CLOSED if closed else _SIGNED if previous is not None and self._signs_off(previous) else 0
        if not attached:
            return page + title + shape + ended
        apart = _FILE_APART if page == SURE_PAGE or previous is None else 0
        short = _SHORT_ABOVE if previous is not None and not closed and self._ends_short(previous) else 0
        return page + title + shape + ended + _HAS_FILES + apart + short

    def _title(self, index: int, stop: int, attached: frozenset[str]) -> int:
        """Return what line `index` weighs as a title, 0 where it is none."""
        line = self._lines.stripped[index]
        if self._breaks.opens_letter(index):
            return _LETTER_OF_FILES if attached else _LETTER
        if self._titles.is_named(index, attached):
            return _NAMED
        if self._is_sheet(index):
            return _COVER_SHEET
        if self._is_mark_above_title(index):
            return _KIND_IN_CAPITALS if self._breaks.is_kind(index + 1) else _OTHER_TITLE
        if LABELLED.match(line) and line.partition(":")[2].lstrip()[:1].islower():
            return 0
        if self._papers.has_time(index) and self._papers.opens_chat(index, stop, attached):
            return _TIMED
        masthead = self._heads_form(index, stop, attached)
        line = line if masthead else first_cell(line)
        if not masthead and (len(line) > LONGEST_TITLE or line.endswith((".", "!", "?", ";", ","))):
            return 0
        if self._breaks.names_file(index, attached) and self._breaks.shares_words(index, attached):
            return _SHARES_NAME_IN_CAPITALS if line.isupper() else _SHARES_NAME
        if masthead:
            return _FORM_HEAD
        if self._breaks.is_title(index):
            return _KIND_IN_CAPITALS if line.isupper() and self._breaks.is_kind(index) else _OTHER_TITLE
        if self._breaks.is_headline(index):
            return _OTHER_TITLE
        return _TIMED if self._papers.opens_chat(index, stop, attached) else 0

    def _is_mark_above_title(self, index: int) -> bool:
        """Say whether a page surely begins at line `index` with one word in capitals (`UNCLASSIFIED`), and a title in capitals right below it."""
        line, below = self._lines.stripped[index], index + 1
        if below >= self._lines.count or len(line.split()) != 1 or not line.isupper() or self._breaks.page_break(index) != SURE_PAGE:
            return False
        return self._lines.stripped[below].isupper() and self._breaks.is_title(below) and len(self._lines.stripped[below]) <= LONGEST_TITLE

    def _with_letterhead(self, index: int, start: int) -> int:
        """Return the line where the capitals right above line `index` begin, the name of whom the paper is from; line `index` where there are none."""
        while index - 1 > start and self._lines.stripped[index - 1].isupper() and len(self._breaks.telling(index - 1)) and not self._own.is_contact(index - 1):
            index -= 1
        return index

    def _is_sheet(self, index: int) -> bool:
        """Say whether a page certainly begins at line `index` that has a few short lines alone, one of them a cover sheet's."""
        if self._breaks.page_break(index) != SURE_PAGE:
            return False
        page = self._own.lines.between(index, index + _SHEET_REACH)[: _SHEET_LINES + 1]
        page = [index, *takewhile(lambda line: self._breaks.page_break(line) != SURE_PAGE, page[1:])]
        shown = self._lines.shown
        return len(page) <= _SHEET_LINES and all(len(shown[line].strip()) <= _SHORT_SHEET for line in page) and any(self._sheets[shown[line]] for line in page)

    def _heads_form(self, index: int, stop: int, attached: frozenset[str]) -> bool:
        """Say whether the head of a form stands at line `index`: labels of who writes to whom are below it, or it tops a page or shares a file's word.

        A table that somebody types into a mail may have such a first line too, and none of these.
        """
        if not self._own.lines.is_masthead(index):
            return False
        below = self._own.lines.between(index + 1, min(stop, index + 1 + 3 * _SHAPE_LINES))[:_SHAPE_LINES]
        fields = {field for line in below if (field := field_of_line(self._lines.raw[line], self._words)) in _FORM_FIELDS}
        if len(fields) > 1 and not fields.isdisjoint(_PARTIES):
            return True
        papers = self._breaks.page_break(index) == SURE_PAGE or (bool(attached) and self._breaks.shares_words(index, attached))
        return papers and self._shape(index, stop) > 0

    def _shape(self, index: int, stop: int) -> int:
        """Return what the lines below line `index`, up to `stop`, weigh: those of a document have labels, blanks to fill in, rows, numbers, capitals."""
        below = [line for line in self._own.lines.between(index + 1, min(stop, index + 1 + 3 * _SHAPE_LINES)) if not self._own.is_contact(line)]
        return _IN_SHAPE if sum(map(self._is_shapely, below[:_SHAPE_LINES])) >= _SHAPELY_LINES else 0

    def _is_shapely(self, index: int) -> bool:
        line = self._lines.stripped[index]
        return (
            is_row(self._lines.stripped[index]) or LABELLED.match(line) is not None or _TO_FILL_IN.search(line) is not None
            or (line.isupper() and self._breaks.is_title(index)) or self._headings[self._lines.shown[index]] or self._papers.has_time(index)
        )

    def _closed_above(self, previous: int | None, index: int) -> bool:
        """Say whether what stands above line `index` ends a message: a closing formula, what a telephone adds, the end of lines behind `>`."""
        if self._breaks.quotation_ends(index):
            return True
        return previous is not None and (self._own.is_closing(previous) or self._own.is_mobile(previous))

    def _signs_off(self, index: int) -> bool:
        """Say whether line `index` is the name under a closing formula."""
        above = self._own.lines.above(index)
        return above >= 0 and self._own.is_closing(above) and self._ends_short(index) and not self._own.is_closing(index)

    def _ends_short(self, index: int) -> bool:
        """Say whether line `index` is like a sign-off: one to three words."""
        return len(self._lines.shown[index].split()) <= 3
