"""Tell the labels in a message's words that look like a header and prove none: a ticket, a form, a parliamentary sheet, a header of which the time is lost.

They open no message, for nobody may be said to have written what he did not. The words stay with the message in which they stand, and the
doubt is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from threadkit.parse.dates import read_date
from threadkit.parse.header_block import HeaderBlock
from threadkit.parse.judge import JudgedBlock, has_sent_label, is_named, is_person, is_spared, names_people, tells_time
from threadkit.parse.known_lines import find_holding, lines_holding
from threadkit.parse.lines import Lines
from threadkit.parse.page_places import stands_on_own_page
from threadkit.parse.subjects import subject_reader
from threadkit.words import Words

RULES = ("header-doubtful",)

_ORDERLESS = "mixed"
_NEAR = 2
_COLONS = ":\uff1a"


def weigh(judged: Sequence[JudgedBlock], lines: Lines, furniture: Mapping[int, str], spared: frozenset[int], words: Words) -> list[JudgedBlock]:
    """Return the judged blocks of a release; those below a message that prove no header are none, by the rule `header-doubtful`."""
    doubts = _Doubts(lines, furniture, words)
    printed = Counter(item.layout for item in judged if item.verdict == "message")
    weighed: list[JudgedBlock] = []
    above: HeaderBlock | None = None
    for item in judged:
        doubtful = above is not None and (doubts.is_doubtful(item, printed[item.layout]) or doubts.is_specimen(item, above.first))
        if doubtful and not is_spared(item.block, spared):
            weighed.append(replace(item, verdict="none", rule="header-doubtful"))
            continue
        above = item.block if item.verdict == "message" else above
        weighed.append(item)
    return weighed


class _Doubts:
    """Weighs the blocks of one source."""

    def __init__(self, lines: Lines, furniture: Mapping[int, str], words: Words) -> None:
        self._lines = lines
        self._furniture = furniture
        self._words = words
        self._subjects = subject_reader(words)
        self._masks = words.any_of("mask")
        self._specimens = lines_holding(words, "specimen-announced")

    def is_doubtful(self, item: JudgedBlock, printed: int) -> bool:
        """Say whether a block looks like a header and proves none; `printed` counts the messages of the source in its layout."""
        block = item.block
        if item.verdict == "none":
            return self._resembles(block)
        if item.verdict != "message" or self._is_proved(block):
            return False
        if not tells_time(item.sent):
            return item.layout == _ORDERLESS or _begins_small(block.text("from"))
        return printed == 1 and _is_one_word(block.text("from")) and _is_one_word(block.text("to"))

    def is_specimen(self, item: JudgedBlock, first: int) -> bool:
        """Say whether a block is a template or a sample that somebody shows: the line above it says so, or, where it prints no date, a colon
        stands right above it and the message whose header is on line `first` warns of a fraud.
        """
        above = self._lines.previous_text(item.block.first - 1)
        if item.verdict == "none" or item.block.first - above > _NEAR or self._lines.lasts[above] not in _COLONS:
            return False
        if self._specimens[self._lines.shown[above]]:
            return True
        return item.sent is None and bool(find_holding(self._lines, self._words, "fraud-warned", first, item.block.first))

    def _is_proved(self, block: HeaderBlock) -> bool:
        """Say whether something that only mail prints is there: its own label of the date, an address, a prefix, a marker in words, a page's head."""
        if has_sent_label(block, self._words) or not {"from", "date", "to"} <= block.names or is_named(block.marker, self._lines):
            return True
        parties = f"{block.text('from')} {block.text('to')}"
        if "@" in parties or self._masks.search(parties) or block.owner is not None or block.names & {"categories", "importance", "attachments"}:
            return True
        if self._subjects.read(block.text("subject") or "").relation is not None:
            return True
        return stands_on_own_page(block.first, self._lines, self._furniture)

    def _resembles(self, block: HeaderBlock) -> bool:
        """Say whether labels are those of a header: an author like a name, a subject, and a date or recipients, or a rule right above.

        Without a subject, people must send and receive it on a day.
        """
        author, subject = block.text("from"), block.text("subject")
        if not author or not author[0].isupper():
            return False
        if not subject:
            return block.names >= {"from", "to", "date"} and names_people(block, self._words) and read_date(block.text("date") or "").value is not None
        return not block.names.isdisjoint({"date", "to"}) or self._below_rule(block.first) or is_person(author, self._words)

    def _below_rule(self, index: int) -> bool:
        above = self._lines.stripped[index - 1] if index else ""
        return len(above) > 1 and not any(char.isalnum() for char in above)


def _begins_small(text: str | None) -> bool:
    return bool(text) and (text or "")[0].islower()


def _is_one_word(text: str | None) -> bool:
    return bool(text) and (text or "").replace("-", "").isalpha()
