"""A source as numbered lines, with what the parser asks of every line answered once.

Inside the parse wing lines are indexed from 0; spans leave it 1-based.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import cache
from itertools import accumulate, compress, repeat
from operator import contains, itemgetter, not_
from typing import AnyStr

from threadkit.parse.lazily import lazily
from threadkit.parse.wrapped_quotes import find_bars, find_closing, find_overflow
from threadkit.records import Source, Span

_BLANKS = " \t\u00a0"
_TEXT = re.compile(r"[^\s\u00a0\u200b\ufeff]")
_QUOTED = re.compile(r"^[\s\u00a0]*>[\s>\u00a0]*")
_MARKS_ALONE = re.compile(r">[\s>\u00a0]*\Z")
_WIDE_COLON = "\uff1a"
_DIGIT = re.compile(r"\d")
_FIRST, _LAST = itemgetter(0), itemgetter(-1)
_LOWER = bytes(ord("0" if char.isascii() and char.isdigit() else char.lower()) for char in map(chr, range(256)))
_SENTENCE_ENDS = (".", "!", "?", "…", "»", '"', ")", "]")
_PARAGRAPH_END = re.compile(rb"\x00(?=\x01|\Z)")
_SOFT_START = re.compile(r"\n [^\s\u00a0]")


def ends_sentence(line: str) -> bool:
    """Say whether a line, without blanks at its ends, ends as a sentence does, or in a closing quote or bracket."""
    return line.endswith(_SENTENCE_ENDS)


@cache
def one_of(chars: tuple[str, ...]) -> re.Pattern[str]:
    """Return the pattern of one of some characters."""
    return re.compile("|".join(map(re.escape, chars)))


@cache
def in_bytes(needs: tuple[str, ...]) -> tuple[bytes, ...]:
    """Return texts as they stand in `lowered`."""
    return tuple(dict.fromkeys(need.encode("latin-1", "replace").translate(_LOWER) for need in needs))


def _split(text: str) -> list[str]:
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    return lines


def _without_trailing_blanks(text: str) -> tuple[str, list[str]]:
    """Return a text and its lines; the very same text where no line ends in blanks."""
    lines = _split(text)
    if not (text[-1:] in _BLANKS or any(f"{blank}\n" in text for blank in _BLANKS)):
        return text, lines
    lines = list(map(str.rstrip, lines, repeat(_BLANKS)))
    return "\n".join(lines) + ("\n" if text.endswith("\n") else ""), lines


class Lines:
    """The lines of one source. `shown` has no form feeds, and `>` for the `|` that quotes; `stripped` no blanks at its ends either; `raw` is the text as it is.

    Blanks at the ends of lines, which extraction leaves and nobody sees, are in none of them, nor in `text`.
    `blanks` says as a row of bytes which lines are `blank` (1) and which are not (0). `quotes` says whether any line begins with `>`.
    """

    def __init__(self, source: Source) -> None:
        self._printed = source.text
        self.text, self.raw = _without_trailing_blanks(source.text)
        raw, text = self.raw, self.text
        self.count = len(raw)
        self.hard_start = set(self._indexes_of("\f"))
        self.shown = raw
        if self.hard_start:
            self.shown = raw.copy()
            for index in self.hard_start:
                self.shown[index] = raw[index].replace("\f", "")
        if ("\n|" in text or text[:1] == "|") and (bars := find_bars(self.shown)):
            self.shown = [bars.get(index, line) for index, line in enumerate(self.shown)]
        self.stripped = stripped = list(map(str.strip, self.shown))
        self.blank = list(map(not_, stripped))
        if "\u200b" in text or "\ufeff" in text:
            self.blank = [_TEXT.search(line) is None for line in self.shown]
        self.quotes = ">" in self.firsts if ">" in text or self.shown is not raw else False
        if self.quotes:
            self._blank_marked_lines()
        self.blanks = bytes(self.blank)
        if self.hard_start:  # a form feed below the last line ends its page, and begins none
            self.hard_start = {index for index in self.hard_start if index < self.end}
        self._page_firsts = [page.first_line for page in source.pages]
        self.starts: list[int] | None = None

    def _blank_marked_lines(self) -> None:
        """Count a line that holds `>` marks alone as blank: it is one inside a quotation."""
        for index in compress(range(self.count), map(_MARKS_ALONE.match, self.stripped)):
            self.blank[index] = True

    @lazily
    def top(self) -> int:
        """The first line with text: blank ones above it are no part of any page."""
        return self.next_text(0)

    @lazily
    def end(self) -> int:
        """The line after the last one with text."""
        return self.previous_text(self.count - 1) + 1

    @lazily
    def firsts(self) -> str:
        """The first character of each stripped line (a blank for an empty one), a character a line."""
        return "".join(map(_FIRST, map(str.ljust, self.stripped, repeat(1))))

    @lazily
    def overflow(self) -> AbstractSet[int]:
        """The lines without `>` that are the end of the quoted line above, which a client wrapped."""
        return find_overflow(self.shown, self.firsts) if self.quotes else frozenset()

    @lazily
    def closing(self) -> AbstractSet[int]:
        """The lines whose `>` closes an address that the line above left open, and quotes nothing."""
        return find_closing(self.shown, self.firsts) if self.quotes else frozenset()

    @lazily
    def lasts(self) -> str:
        """The last character of each stripped line (a blank for an empty one): what only lines with some end can be is looked for here."""
        return "".join(map(_LAST, map(str.ljust, self.stripped, repeat(1))))

    @lazily
    def with_colons(self) -> list[int]:
        """The lines that hold a colon of any kind, a semicolon among them: recognition takes one for the other."""
        if _WIDE_COLON in self.text:
            return [index for index, line in enumerate(self.raw) if ":" in line or ";" in line or _WIDE_COLON in line]
        found = set(compress(range(self.count), map(contains, self.raw, repeat(":"))))
        return sorted(found.union(compress(range(self.count), map(contains, self.raw, repeat(";")))) if ";" in self.text else found)

    @lazily
    def padded(self) -> str:
        """The text with a newline before it: a pattern that begins with a literal newline, the fastest to search, finds the first line too."""
        return "\n" + self.text

    def starting_with(self, pattern: re.Pattern[str]) -> Iterator[tuple[int, re.Match[str]]]:
        """Yield the lines that a pattern finds in `padded`, with its matches; the pattern begins with a newline and goes no further than its line."""
        text, index, counted = self.padded, 0, 0
        for match in pattern.finditer(text):
            start = match.start()
            index += text.count("\n", counted, start)
            counted = start
            yield index, match

    @lazily
    def counts(self) -> Counter[str]:
        """How often each stripped line stands in the source."""
        return Counter(self.stripped)

    @lazily
    def paragraph_ends(self) -> list[int]:
        """The lines with text that have a blank line, or the end of the source, right below them."""
        return [found.start() for found in _PARAGRAPH_END.finditer(self.blanks)]

    @lazily
    def capitals(self) -> list[int]:
        """The lines in capitals."""
        return list(compress(range(self.count), map(str.isupper, self.shown)))

    @lazily
    def number_ends(self) -> list[int]:
        """The lines whose last character (blanks apart) is a digit."""
        return self.ending_in(_DIGIT)

    @lazily
    def with_digits(self) -> list[int]:
        """The lines that hold a digit (of those that ASCII has)."""
        digits = self.lowered.decode("latin-1").split("\n")
        return list(compress(range(self.count), map(contains, digits, repeat("0"))))

    @lazily
    def with_gaps(self) -> list[int]:
        """The lines that hold a wide gap: a tab, or five blanks in a row."""
        text = self.lowered
        return sorted({*self.holding(text, b"     ", text.find(b"     ")), *self.holding(text, b"\t", text.find(b"\t"))})

    def holding(self, text: AnyStr, needed: AnyStr, place: int) -> Iterator[int]:
        """Yield the lines in which a text stands, each once; `place` is where it stands first in `text` (this source's, changed or not), or -1."""
        starts, count = self.offsets(), self.count
        while place >= 0:
            index = bisect_right(starts, place) - 1
            if index >= count:
                return
            yield index
            place = text.find(needed, starts[index + 1])

    def holding_any(self, needs: tuple[str, ...]) -> list[int]:
        """Return the lines that hold one of some texts in small letters, whatever their case; one that holds more of them comes more than once."""
        text = self.lowered
        return [index for need in in_bytes(needs) if (place := text.find(need)) >= 0 for index in self.holding(text, need, place)]

    def may_hold(self, needs: tuple[str, ...]) -> bool:
        """Say whether one of some texts in small letters stands in the source, whatever its case; so it is where none is asked for."""
        return not needs or any(need in self.lowered for need in in_bytes(needs))

    @lazily
    def lowered(self) -> bytes:
        """The text with one byte a character, in small letters, each digit as 0 (`?` for what Latin-1 lacks): bytes are searched much faster.

        What needs any digit before a bracket is so one search, not ten: texts of two characters take longest, for a search skips as far as they are long.
        """
        return self.text.encode("latin-1", "replace").translate(_LOWER)

    def beginning_in(self, chars: re.Pattern[str]) -> list[int]:
        """Return the lines whose first character (blanks apart) a pattern of one character finds."""
        return [found.start() for found in chars.finditer(self.firsts)]

    def ending_in(self, chars: re.Pattern[str]) -> list[int]:
        """Return the lines whose last character (blanks apart) a pattern of one character finds."""
        return [found.start() for found in chars.finditer(self.lasts)]

    def _indexes_of(self, char: str) -> Iterator[int]:
        """Yield the lines that hold a rare character, once for each time."""
        index, counted, place = 0, 0, self.text.find(char)
        while place >= 0:
            index += self.text.count("\n", counted, place)
            counted = place
            yield index
            place = self.text.find(char, place + 1)

    def indexes_among(self, wanted: AbstractSet[str]) -> list[int]:
        """Return the lines whose stripped text is one of `wanted`."""
        return list(compress(range(self.count), map(wanted.__contains__, self.stripped))) if wanted else []

    def offsets(self) -> list[int]:
        """Return the character offset of each line's start, and the text's length last."""
        if self.starts is None:
            starts = list(accumulate(map((1).__add__, map(len, self.raw)), initial=0))
            starts[-1] = len(self.text)
            self.starts = starts
        return self.starts

    def printed_offsets(self) -> list[int]:
        """Return what `offsets` does in the source's own text, blanks at the ends of lines included."""
        if self.text is self._printed:
            return self.offsets()
        starts = list(accumulate(map((1).__add__, map(len, _split(self._printed))), initial=0))
        starts[-1] = len(self._printed)
        return starts

    def page_of(self, index: int) -> int:
        """Return the number (from 1) of the page on which line `index` stands."""
        return max(1, bisect_right(self._page_firsts, index + 1))

    def starts_page(self, index: int) -> bool:
        """Say whether line `index` begins a page: a form feed, or (in dumps without any) the one blank that joins two pages."""
        return index in self.page_starts

    @lazily
    def page_starts(self) -> AbstractSet[int]:
        """The lines that begin a page."""
        if self.hard_start:
            return self.hard_start
        soft = {index for index, _ in self.starting_with(_SOFT_START)}
        return {index for index in soft if self.previous_text(index - 1) not in soft}

    @lazily
    def page_row(self) -> bytes:
        """One byte a line: 1 for a line that begins a page, 0 for another."""
        row = bytearray(self.count)
        for index in self.page_starts:
            row[index] = 1
        return bytes(row)

    def blanks_before(self, index: int) -> int:
        """Return the number of blank lines directly above line `index`."""
        return index - 1 - self.blanks.rfind(0, 0, index)

    def next_text(self, index: int, stop: int | None = None) -> int:
        """Return the first line at or after `index` that is not blank, or `stop` (the end of the source) where there is none."""
        stop = self.count if stop is None else stop
        found = self.blanks.find(0, index, stop)
        return found if found >= 0 else max(index, stop)

    def previous_text(self, index: int, stop: int = -1) -> int:
        """Return the last line at or before `index` that is not blank, or `stop`."""
        found = self.blanks.rfind(0, max(stop + 1, 0), index + 1) if index >= 0 else -1
        return found if found >= 0 else min(index, stop)

    def quote_depth(self, index: int) -> int:
        """Return how many `>` stand before line `index`."""
        if not self.quotes:
            return 0
        if self.firsts[index] != ">":
            return self.quote_depth(index - 1) if index in self.overflow else 0
        found = _QUOTED.match(self.shown[index])
        return found.group(0).count(">") if found and index not in self.closing else 0

    def unquoted(self, index: int) -> str:
        """Return line `index` without leading `>` marks."""
        line = self.shown[index]
        if not self.quotes or self.firsts[index] != ">" or ">" not in line[:40] or index in self.closing:
            return line
        return _QUOTED.sub("", line, count=1)


def indexes_between(indexes: list[int], start: int, stop: int) -> list[int]:
    """Return those of some lines, in order, that are among lines `start` to `stop` (not included)."""
    return indexes[bisect_left(indexes, start) : bisect_left(indexes, stop)]


def span(first: int, last: int) -> Span:
    """Return the 1-based span of lines `first` to `last`, both indexes from 0."""
    return Span(first + 1, last + 1)
