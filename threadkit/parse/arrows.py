"""Find the lines of arrows with which GroupWise introduces a quotation: `>>> Paul Roy <paul@b.example> 07/13/04 02:30PM >>>`.

Between the arrows stand a sender and a date with a time of day, and nothing else; the words quoted follow on the next line without a mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from threadkit.parse.date_prefix import find_date_end
from threadkit.parse.dates import read_date
from threadkit.parse.header_block import HeaderBlock, RawField
from threadkit.parse.intros import FoundIntro
from threadkit.parse.judge import tells_time
from threadkit.parse.lines import Lines

__all__ = ["RULES", "find_arrows"]

RULES = ("intro-arrows",)

_LAYOUT = "intro-arrows"
_ARROWS = ">>>"
_LONGEST = 200
_GAP = re.compile(r"[ \t\u00a0]+")
_BETWEEN = re.compile(r"[ \t\u00a0]*>>>[ \t\u00a0]*([^>\n]\S*[ \t\u00a0][^\n]*?)[ \t\u00a0]*>>>[ \t\u00a0]*")
#: A name, a name with its address, or an address.
_SENDER = re.compile(r"\"?[^\W\d_][^<>@\n\"]{1,80}\"?(?: ?<[^<>\s@]{1,64}@[^<>\s@]{3,80}>)?|<?[^<>\s@]{1,64}@[^<>\s@]{3,80}>?")


def find_arrows(lines: Lines, intros: Iterable[FoundIntro]) -> list[FoundIntro]:
    """Return the introductions with those between arrows among them, in order."""
    found = list(intros)
    if _ARROWS not in lines.text:
        return found
    taken = {index for intro in found for index in range(intro.block.first, intro.block.last + 1)}
    added = [intro for index in range(lines.count) if index not in taken and (intro := _read(lines, index)) is not None]
    return sorted([*found, *added], key=lambda intro: intro.block.first) if added else found


def _read(lines: Lines, index: int) -> FoundIntro | None:
    """Return the introduction that line `index` is, or None."""
    if lines.firsts[index] != ">" or len(lines.shown[index]) > _LONGEST:
        return None
    match = _BETWEEN.fullmatch(lines.shown[index])
    if match is None:
        return None
    for gap in _GAP.finditer(match[1]):
        sender, date = match[1][: gap.start()], match[1][gap.end() :]
        if not _SENDER.fullmatch(sender):
            continue
        sent = read_date(date)
        if tells_time(sent) and (sent.value is None or find_date_end(date) == len(date) or sent.rule.endswith("-digits")):
            fields = (RawField("from", "", sender, index, index, False, False), RawField("date", "", date, index, index, False, False))
            return FoundIntro(HeaderBlock(index, index, fields, frozenset({"from", "date"}), 0, False), _LAYOUT, sent, RULES[0])
    return None
