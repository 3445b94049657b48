"""Find the sender and the date that stand without labels above the labels of a header, as Lotus Notes and newer programs print them.

`Anselme ROUX/BASSIN@LAVOIR le 06/12/2000 19:17:51` above `Pour :`, or a sender's line and a date's line above `À :`. Both must be there: a
time of day, and an address, a Lotus name or a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

from threadkit.parse.bare_labels import has_bare_labels
from threadkit.parse.date_prefix import find_date_end
from threadkit.parse.dates import prints_time, read_date
from threadkit.parse.header_block import HeaderBlock, RawField
from threadkit.parse.intros import compile_sentence
from threadkit.parse.known_lines import lines_that_are
from threadkit.parse.lines import Lines
from threadkit.parse.loose_dates import is_loose_date
from threadkit.parse.subjects import subject_reader
from threadkit.words import Words

__all__ = ["RULES", "complete_blocks", "is_sender"]

RULES = ("header-unlabelled", "program-name")

_MOST_BLANKS = 2
_MOST_BROKEN = 6
_MOST_SUBJECT_LINES = 3
_WIDE = 3
_OFTEN = 4
_SUBSTITUTES = {"sent-by": "from", "received": "date", "organizer": "from"}
_SPAN_OF_TIME = re.compile(r"\d{1,2} ?[:h.] ?\d{2}(?: ?[ap]\.?m\.?)? ?[-–—] ?\d{1,2}", re.IGNORECASE)
_CLOCK = re.compile(r"\d{1,2} ?[:h.] ?\d{2}")
_LONGEST = 200
_SENDER = re.compile(
    r"^(?:[^<>@\n]{0,80}<?[\w.+'-]{1,64}@[\w.-]{3,80}>?|[^<>@\n]{0,80}<[^<>@\n]{1,40}@[\w.-]{3,80}>"
    r"|[^\W\d_][^/<>@\n:]{2,60}(?:/[^/<>@\n:]{1,40}){1,6}(?:@[\w .-]{1,40})?"
    r"|[^\W\d_a-zß-ÿ][\w'’.-]*(?:,? [^\W\d_][\w'’.-]*){1,4}(?: \([^()\n]{1,40}\))?)$"
)
#: An address, or a name of Lotus Notes with its path: `Paul Roy/VOIRIE/EXEMPLE`.
_SURE_SENDER = re.compile(r"@|^[^\W\d_][^/<>@\n:]{2,60}(?:/[^/<>@\n:]{1,40}){2,6}$")
_GAP = re.compile(r"[ \t\u00a0]+")
_ADDRESS = re.compile(r"<?[\w.+'-]{1,64}@[\w.-]{3,80}>?")
_SURNAME_FIRST = re.compile(r"(?:[^\W\d_a-zß-ÿ][\w'’.-]*[ ]?){1,3}, (?:[^\W\d_a-zß-ÿ][\w'’.-]*[ ]?){1,3}(?:\([^()\n]{1,40}\))?")
_TELLING = 3
_LONGEST_SUBJECT = 90
_ENDS = (".", "!", "?", ",", ":", ";", "…")


@cache
def _date_labels(words: Words) -> tuple[str, ...]:
    return tuple(label.text for label in words.labels if label.field == "date")


@cache
def _sentences(words: Words) -> tuple[re.Pattern[str], ...]:
    return tuple(compile_sentence(heading, form).regex for heading in words.headings for form in heading.forms)


def is_sender(text: str) -> bool:
    """Say whether a text is one that can stand for a sender without a label: an address, a name of Lotus Notes, or a name."""
    return _SENDER.match(text) is not None


def complete_blocks(blocks: Iterable[HeaderBlock], lines: Lines, furniture: dict[int, str], words: Words) -> list[HeaderBlock]:
    """Return the blocks of a source, each with the sender and the date that stand without labels above it."""
    headings = _Headings(lines, furniture, words)
    found: list[HeaderBlock] = []
    for block in blocks:
        found.append(_told(headings.completed(block, found[-1].last if found else -1)))
    return headings.under_one_subject(found) if headings.counted else found


def _told(block: HeaderBlock) -> HeaderBlock:
    """Return a block with the meaning that its fields have together.

    Who sent it is the author, and when it came the date, where no other is told; a second date that names two times of day (`10:00-11:00`)
    is that of a meeting.
    """
    names = [item.field for item in block.fields]
    if len(names) == len(block.names) and block.names.isdisjoint(_SUBSTITUTES):
        return block
    told: list[RawField] = []
    for item in block.fields:
        meant = _SUBSTITUTES.get(item.field, item.field)
        if meant == "date" and any(other.field == "date" for other in told) and _SPAN_OF_TIME.search(item.text):
            meant = "when"
        told.append(item if meant == item.field or meant in names else item._replace(field=meant))
    return replace(block, fields=tuple(told), names=frozenset(item.field for item in told))


class _Headings:
    """Completes the header blocks of one source; `counted` once a subject stood above the count of its messages."""

    def __init__(self, lines: Lines, furniture: dict[int, str], words: Words) -> None:
        self._lines = lines
        self._furniture = furniture
        self._subjects = subject_reader(words)
        self._counts = words.any_of("message-count")
        self._fold = words.folding.fold
        self._programs = frozenset(words.folded_terms("program-name"))
        self._page_heads = words.any_of("browser-page-head")
        self._accounts = words.any_of("browser-page-account")
        self._titles = words.any_of("browser-page-subject")
        self._attachments = words.any_of("attachment-count")
        self._files = words.any_of("filename")
        self._sizes = words.any_of("bare-size")
        self._sentences = _sentences(words)
        self._greetings, self._closings = words.any_of("greeting"), words.any_of("closing")
        self._masks = lines_that_are(words, "mask", "section-mask")
        self._words = words
        self.counted = False

    def completed(self, block: HeaderBlock, after: int) -> HeaderBlock:
        """Return a block with the sender and the date that stand above its labels, if it has neither; lines up to `after` are taken."""
        if "subject" not in block.names and {"from", "date"} <= block.names and has_bare_labels(block, self._lines):
            return self._with(block, self._subject_above(block.first, after))
        if block.names & {"from", "date"} or not block.names & {"to", "sent-by"}:
            return block
        near = self._above(block.first, after)
        if near is None:
            return block
        text = self._text(near)
        fields = self._on_one_line(text, near) or self._on_two_lines(text, near, after)
        if fields is None:
            return block
        first = min(field.first for field in fields)
        above = self._subject_above(first, after) if "subject" not in block.names else []
        below = [] if above or "subject" in block.names else self._subject_below(block)
        return self._with(block, [*fields, *above], below)

    def under_one_subject(self, blocks: list[HeaderBlock]) -> list[HeaderBlock]:
        """Return the blocks of a source; under a subject with a count of its messages (`3 messages`) those that follow without one have it too."""
        heading: RawField | None = None
        left = 0
        for place, block in enumerate(blocks):
            if not _is_unlabelled(block):
                continue
            own = block.get("subject")
            if own is not None:
                counted = None if own.label else self._counts.match(self._text(self._lines.next_text(own.last + 1, block.last + 1) or 0))
                heading, left = (own, int(counted["count"]) - 1) if counted is not None else (None, 0)
            elif heading is not None and left > 0 and not block.quote_depth:
                blocks[place] = replace(block, fields=(*block.fields, heading), names=block.names | {"subject"})
                left -= 1
        return blocks

    def _subject_below(self, block: HeaderBlock) -> list[RawField]:
        """Return the subject that stands right below the last label, alone above a blank line and the words: no greeting, no sentence, no name."""
        line = block.last + 1
        if line + 1 >= self._lines.count or self._lines.blank[line] or not self._lines.blank[line + 1] or line in self._furniture:
            return []
        text, words = self._text(line), self._lines.next_text(line + 1)
        if words >= self._lines.count or words - line > _MOST_BLANKS or len(text) > _LONGEST_SUBJECT:
            return []
        if self._subjects.read(text).relation is None and (text.endswith(_ENDS) or self._greetings.match(text) or self._closings.match(text) or "@" in text):
            return []
        return [_field("subject", text, line)]

    def _with(self, block: HeaderBlock, fields: list[RawField], subject: Sequence[RawField] = ()) -> HeaderBlock:
        """Return a block with the fields that stand above it, and the `subject` right below it."""
        if not fields:
            return block
        below = [*subject, *self._attachments_below(block)]
        names = block.names | {field.field for field in (*fields, *below)}
        return HeaderBlock(
            min(field.first for field in fields), below[-1].last if below else block.last, (*fields, *block.fields, *below), frozenset(names),
            block.quote_depth, block.torn_by_gap, marker=None, strange=block.strange,
        )

    def _above(self, first: int, after: int) -> int | None:
        """Return the line with text above a line, at most two blank lines away, or None."""
        line = self._lines.previous_text(first - 1, after)
        most = _MOST_BLANKS
        while line > after and self._furniture.get(line) == "page-number":
            line, most = self._lines.previous_text(line - 1, after), _MOST_BROKEN
        if line <= after or first - line > most + 1 or len(self._lines.shown[line]) > _LONGEST:
            return None
        return line if self._lines.quote_depth(line) == self._lines.quote_depth(first) else None

    def _text(self, line: int) -> str:
        return self._lines.unquoted(line).strip(" \t\u00a0\f")

    def _on_one_line(self, text: str, line: int) -> list[RawField] | None:
        for sentence in self._sentences:
            match = sentence.fullmatch(text)
            if match and _is_timed(match["date"]) and is_sender(match["sender"]):
                return [_field("from", match["sender"], line), _field("date", match["date"], line)]
        for gap in _GAP.finditer(text):
            sender, date = text[: gap.start()], text[gap.end() :]
            if find_date_end(date) == len(date) and _is_timed(date):
                sure = "@" in sender or gap.end() - gap.start() > 1
                return [_field("from", sender, line), _field("date", date, line)] if sure and is_sender(sender) else None
        return None

    def _on_two_lines(self, text: str, line: int, after: int) -> list[RawField] | None:
        above = self._above(line, after)
        if above is not None and line - above == 1 and self._masks[self._text(above)] and (_is_timed(text) or self._is_clock_of_weekday(text)):
            return [_field("from", self._text(above), above), _field("date", text, line)]
        if above is None or not _is_timed(text) or (line - above > 1 and not _SURE_SENDER.search(self._text(above))):
            return None
        first, sender = above, self._text(above)
        if sender.startswith("<") and above - 1 > after:
            first, sender = above - 1, f"{self._text(above - 1)} {sender}"
        if not is_sender(sender):
            return None
        if _ADDRESS.fullmatch(sender) and above - 1 > after and self._is_name_of(self._text(above - 1), sender):
            first, sender = above - 1, f"{self._text(above - 1)} {sender}"
        return [RawField("from", "", sender, first, above, False, False), _field("date", text, line)]

    def _is_clock_of_weekday(self, text: str) -> bool:
        """Say whether a line is a weekday and a time of day, as a program prints what came this week: `Wed 6:02 PM`."""
        return _CLOCK.search(text) is not None and any(is_loose_date(self._words, label, text) for label in _date_labels(self._words))

    def _is_name_of(self, text: str, address: str) -> bool:
        """Say whether a line right above a bare address is the name of whom it reaches: a surname, a comma and a given name, or its words in the address."""
        if not is_sender(text) or "@" in text or self._subjects.read(text).relation is not None:
            return False
        if _SURNAME_FIRST.fullmatch(text):
            return True
        local = self._words.folding.letters(address.strip("<>").partition("@")[0])
        return any(len(word) >= _TELLING and word in local for word in self._words.folding.words(text))

    def _subject_above(self, first: int, after: int) -> list[RawField]:
        """Return the subject that stands above the sender at the head of a page, on up to three lines, or nothing."""
        last = self._above(first, after)
        counted = last is not None and self._counts.match(self._text(last)) is not None
        self.counted = self.counted or counted
        if last is not None and counted:
            last = self._above(last, after)
        if last is None or not self._take_from_furniture(last):
            return []
        top = last
        while not self._heads_page(top) and top - 1 > after and last - top < _MOST_SUBJECT_LINES and not self._lines.blank[top - 1]:
            top -= 1
        if not counted and not self._heads_page(top) and not self._is_answer_alone(top, last):
            return []
        self._give_program_heads(top)
        text = " ".join(self._text(line) for line in range(top, last + 1))
        return [RawField("subject", "", text, top, last, False, False)]

    def _is_answer_alone(self, top: int, last: int) -> bool:
        """Say whether a line has a reply's prefix and no words right above it: a subject, wherever it stands above a sender."""
        return top == last and top > 0 and self._lines.blank[top - 1] and self._subjects.read(self._text(top)).relation is not None

    def _attachments_below(self, block: HeaderBlock) -> list[RawField]:
        """Return the attachments that a count and a list of names tell below the labels: `1 pièce jointe (84 Ko)`, `devis.pdf;`."""
        count = self._lines.next_text(block.last + 1)
        if "attachments" in block.names or count >= self._lines.count or count - block.last > _MOST_BLANKS:
            return []
        counted = self._attachments.match(self._text(count))
        if counted is None:
            return []
        last = count
        while last + 1 < self._lines.count and not self._lines.blank[last + 1] and self._lists_file(last + 1, count):
            last += 1
        text = " ".join(self._text(line) for line in range(count + 1, last + 1))
        return [RawField("attachments", counted[0].rstrip(), text, count, last, False, False)] if text else []

    def _lists_file(self, line: int, count: int) -> bool:
        """Say whether a line below a count of attachments names files, or is the size of the one above."""
        text = self._text(line)
        return self._files.search(text) is not None or (line - 1 > count and self._sizes.fullmatch(text) is not None)

    def _take_from_furniture(self, line: int) -> bool:
        """Take a line that begins with a reply prefix out of the furniture: it is a subject, at the head of however many pages. Say whether it is none."""
        if line in self._furniture and self._subjects.read(self._text(line)).relation is not None:
            del self._furniture[line]
        return line not in self._furniture

    def _heads_page(self, line: int) -> bool:
        """Say whether line `line` is the first text of its page: after a form feed, below the page's furniture or wide white space."""
        above = self._lines.previous_text(line - 1)
        if above < 0 or self._lines.starts_page(line) or above in self._furniture or line - above > _WIDE or self._is_program_head(above, line):
            return True
        if self._lines.counts[self._lines.stripped[above]] >= _OFTEN and self._lines.blank[line - 1]:
            return True
        return any(between in self._lines.hard_start for between in range(above + 1, line + 1))

    def _is_program_head(self, above: int, line: int) -> bool:
        """Say whether a line is what a program prints at the head of a page, above a line: its name, the window's title, the account's mailbox."""
        text = self._text(above)
        if self._fold(text) in self._programs or self._page_heads.match(text):
            return True
        title = self._titles.match(text)
        if title is not None:
            return self._text(line).startswith(title["rest"])
        return self._accounts.match(text) is not None and self._heads_page(above)

    def _give_program_heads(self, line: int) -> None:
        """Give what a program prints at the head of a page, above a subject on line `line`, to the furniture."""
        above = self._lines.previous_text(line - 1)
        while above >= 0 and self._is_program_head(above, line):
            self._furniture.setdefault(above, "program-name")
            line, above = above, self._lines.previous_text(above - 1)


def _is_unlabelled(block: HeaderBlock) -> bool:
    """Say whether sender and date of a block stand without labels."""
    return all((found := block.get(name)) is not None and not found.label for name in ("from", "date"))


def _is_timed(text: str) -> bool:
    return any(char.isdigit() for char in text) and (read_date(text).precision in ("minute", "second") or prints_time(text))


def _field(name: str, text: str, line: int) -> RawField:
    return RawField(name, "", text, line, line, False, False)
