"""Tell the sentences that cite a mail in a paper from those that introduce a quotation: `2. Le 4 mars 2024, Paul Roy <paul@b.example> a écrit :`.

A report, a judgment, an affidavit, a chronology and a letter cite what somebody wrote, and go on in their own words. Nobody's program put such
a sentence there, and what stands below it is not all that person's. It opens no message: its words stay with whoever cites, and are told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from threadkit.parse.breaks import DocumentBreaks
from threadkit.parse.comparing_headers import MINUTE, mailbox_keys
from threadkit.parse.headers import Header
from threadkit.parse.intros import RULES as INTRO_RULES
from threadkit.parse.intros import Sentence
from threadkit.parse.known_lines import lines_beginning
from threadkit.parse.lazily import lazily
from threadkit.parse.lines import Lines
from threadkit.parse.sections import goes_on_in_sections
from threadkit.parse.sender_names import sender_names
from threadkit.parse.signatures import OwnWords
from threadkit.words import Words

__all__ = ["part_cited"]

_NEAR = 4
_MOST_CITED = 12
_SENTENCE = 4
#: What clocks of two zones hardly differ by.
_CLOCKS = timedelta(hours=14)
#: What stands before a paragraph of a list or of a judgment.
_LISTED = re.compile(r"(?:\[\d{1,4}\]|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]|[-–•●▪*·])[ \t\u00a0]+(?=[^\W\d_])")
#: Each mark that opens cited words, and those that close them.
_MARKS = {"«": "»", "“": "”“", "„": "“”", '"': '"'}
_AFTER_MARK = re.compile(r"[\s.,;:!?…)\]]*")

_ANSWERED, _SAME_TALK, _STRANGE = 2, 1, 0


def part_cited(headers: Sequence[Header], lines: Lines, furniture: Mapping[int, str], words: Words) -> tuple[list[Header], list[Sentence]]:
    """Return the headers of a source without the sentences among them that cite a mail in a paper, and those sentences."""
    if not any(_is_bare(header, lines) for header in headers):
        return list(headers), []
    cited = _Citations(headers, lines, furniture, words).find()
    told = [Sentence(block.first, block.last, _printed(block.first, block.last, lines)) for block in (headers[number].block for number in sorted(cited))]
    return [header for number, header in enumerate(headers) if number not in cited], told


def _is_bare(header: Header, lines: Lines) -> bool:
    """Say whether a sentence introduces a message, and no marker above nor `>` below proves that a program put it there."""
    block = header.block
    if not header.is_intro or header.judged.rule not in INTRO_RULES or block.marker is not None:
        return False
    below = lines.next_text(block.last + 1)
    return below >= lines.count or below - block.last > _NEAR or lines.quote_depth(below) <= block.quote_depth


def _printed(first: int, last: int, lines: Lines) -> str:
    return " ".join(lines.stripped[index] for index in range(first, last + 1) if not lines.blank[index])


class _Citations:
    """Weighs the bare sentences of one source, those below each labelled header together."""

    def __init__(self, headers: Sequence[Header], lines: Lines, furniture: Mapping[int, str], words: Words) -> None:
        self._headers, self._lines, self._words = headers, lines, words
        self._furniture = furniture
        self._titles = lines_beginning(words, "document-title")
        self._letters = lines_beginning(words, "letter-opening")

    @lazily
    def _own(self) -> OwnWords:
        return OwnWords(self._lines, self._furniture, self._words)

    @lazily
    def _breaks(self) -> DocumentBreaks:
        return DocumentBreaks(self._lines, self._furniture, self._own, self._words)

    def find(self) -> set[int]:
        """Return the numbers of the sentences that cite."""
        return {number for label, bare, stop in self._groups() for number in self._cited(label, bare, stop)}

    def _groups(self) -> Iterator[tuple[int | None, list[int], int]]:
        """Yield each labelled header (None: none yet), the bare sentences below it, and the line where the next labelled one stands."""
        label: int | None = None
        bare: list[int] = []
        for number, header in enumerate(self._headers):
            if header.is_intro:
                bare.extend([number] if _is_bare(header, self._lines) else [])
                continue
            if bare:
                yield label, bare, header.block.first
            label, bare = number, []
        if bare:
            yield label, bare, self._lines.count

    def _cited(self, label: int | None, bare: Sequence[int], stop: int) -> set[int]:
        """Return those of some sentences that cite; where one does, so do all others that nobody answers."""
        first = 0 if label is None else self._headers[label].block.last + 1
        ties = self._ties(bare, label)
        cited = {number for number in bare if self._is_cited(number, first, stop, ties[number])}
        strange = [number for number in bare if ties[number] == _STRANGE]
        if self._ascend(strange) or any(number in cited for number in strange):
            cited.update(strange)
        return cited

    def _ties(self, bare: Sequence[int], label: int | None) -> dict[int, int]:
        """Return what binds each of some sentences; one below a quotation that is bound, and no later, may be quoted in that."""
        ties: dict[int, int] = {}
        above: int | None = None
        for number in bare:
            tie = self._tie(number, label)
            if tie == _STRANGE and above is not None and not self._ascend([above, number]):
                tie = _SAME_TALK
            ties[number] = tie
            above = number if tie != _STRANGE else above
        return ties

    def _tie(self, number: int, label: int | None) -> int:
        """Return how the header above binds a sentence: it answers its author, it may (a prefix, masked people, a list), or nothing does."""
        if label is None:
            return _STRANGE
        above, keys = self._headers[label], mailbox_keys(self._headers[number].mailbox("from"), self._words)
        parties = {key for item in above.mailboxes if item.field != "from" for key in mailbox_keys(item.mailbox, self._words)}
        if keys & parties:
            return _ANSWERED if above.relation == "reply" else _SAME_TALK
        return _SAME_TALK if above.relation is not None or not parties or not keys else _STRANGE

    def _is_cited(self, number: int, first: int, stop: int, tie: int) -> bool:
        """Say whether a sentence cites, by what stands before it in its line, below it, and above it as far as line `first`."""
        block = self._headers[number].block
        printed = self._lines.unquoted(block.first)
        lead = printed[: block.lead].rstrip() if block.lead else ""
        if lead[-1:] in _MARKS and lead:
            return True
        if tie == _ANSWERED:
            return False
        if self._is_listed(block.first, first, stop):
            return True
        marked = self._end_of_marked(block.last, stop)
        if marked is not None:
            return tie == _STRANGE or self._goes_on(number, marked, stop)
        above, below = self._own.lines.between(first, block.first), self._own.lines.between(block.last + 1, stop)
        if goes_on_in_sections(above, below, self._lines, worded=tie == _STRANGE):
            return True
        return self._below_title(number, first, is_strange=tie == _STRANGE)

    def _is_listed(self, index: int, first: int, stop: int) -> bool:
        """Say whether a line is a paragraph with a number, or one of several with a sign before them: programs print a lone dash there."""
        listed = _LISTED.match(self._lines.stripped[index])
        if listed is None or listed[0][:1].isalnum() or listed[0][:1] in "[(":
            return listed is not None
        sign = listed[0][:1]
        return any(self._lines.firsts[line] == sign and line != index and _LISTED.match(self._lines.stripped[line]) for line in range(first, stop))

    # ------------------------------------------------------------ words in quotation marks

    def _end_of_marked(self, last: int, stop: int) -> int | None:
        """Return the line where words in quotation marks end that begin right below line `last`, where nothing follows them on it, or None."""
        below = self._lines.next_text(last + 1, stop)
        mark = self._lines.stripped[below][:1] if below < stop and below - last <= _NEAR else ""
        closing = _MARKS.get(mark)
        if not closing:
            return None
        for index in range(below, min(stop, below + _MOST_CITED)):
            line = self._lines.stripped[index]
            places = [place for place, char in enumerate(line) if char in closing and (index > below or place)]
            if places and _AFTER_MARK.fullmatch(line, places[0] + 1):
                return index
            if places:
                return None
        return None

    def _goes_on(self, number: int, last: int, stop: int) -> bool:
        """Say whether words stand below line `last` that are more than the name of whoever is cited."""
        below = self._own.next_own(last + 1, stop)
        names = sender_names(self._words, self._headers[number])
        return below < stop and self._own.sign_off(last, stop, names) != below

    # ------------------------------------------------------------ times

    def _ascend(self, numbers: Sequence[int]) -> bool:
        """Say whether a sentence is later than the one above it, by more than clocks differ: none quotes a later one, a chronology goes on."""
        times = [time for number in numbers if (time := self._time(number)) is not None]
        return any(below - above > _CLOCKS for above, below in pairwise(times))

    def _time(self, number: int) -> datetime | None:
        sent = self._headers[number].sent
        value = sent.value if sent is not None else None
        return datetime.fromisoformat(value[:MINUTE]) if value is not None and len(value) >= MINUTE else None

    # ------------------------------------------------------------ a paper above

    def _below_title(self, number: int, first: int, *, is_strange: bool) -> bool:
        """Say whether a letter's place and date, or the title of a paper in capitals, stands between line `first` and a sentence.

        Where the header above may be bound to it, the title must name a kind of paper and stand below the name of whoever pasted the paper. A
        title that names no kind stands below other words, in no signature, and above a sentence of the paper: a mail and its signature have capitals too.
        """
        start = self._headers[number].block.first
        own = self._own.lines.between(first, start)
        pasted = sender_names(self._words, self._headers[label]) if (label := self._label(number)) is not None else []
        if not is_strange:
            signed = self._own.sign_off(first, start, pasted)
            return signed is not None and any(self._names_kind(index) for index in own if index > signed)
        taken = [self._own.disclaimer(first, start), (self._own.signature(first, start, pasted) or (start, start))[:2]]
        for place, index in enumerate(own):
            if self._letters[self._lines.shown[index]]:
                return True
            if self._names_kind(index):
                if taken[0] is None or not taken[0][0] <= index <= taken[0][1]:
                    return True
                continue
            in_mail = (first and not place) or any(span and span[0] <= index <= span[1] for span in taken)
            if not in_mail and self._is_title(index) and any(map(self._is_sentence, own[place + 1 :])):
                return True
        return False

    def _label(self, number: int) -> int | None:
        """Return the labelled header above a sentence, or None."""
        return next((above for above in range(number - 1, -1, -1) if not self._headers[above].is_intro), None)

    def _is_title(self, index: int) -> bool:
        return self._lines.shown[index].isupper() and (self._breaks.is_title(index) or self._breaks.is_headline(index))

    def _names_kind(self, index: int) -> bool:
        """Say whether a line is a title in capitals that names a kind of paper."""
        return self._titles[self._lines.shown[index]] and self._is_title(index)

    def _is_sentence(self, index: int) -> bool:
        line = self._lines.stripped[index]
        return line[-1:] in ".!?" and len(line.split()) >= _SENTENCE
