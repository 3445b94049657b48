"""Find the header that a list's archive prints above a mail, without labels: the subject, a name with its address in words, the moment.

[bouees] chenal de l'est

Odile Lavigne olavigne at bouees.example
Dim 4 Jan 11:39:01 UTC 2009
"""

from __future__ import annotations

from collections.abc import Mapping

from threadkit.parse.dates import read_date
from threadkit.parse.header_block import HeaderBlock, RawField
from threadkit.parse.lines import Lines
from threadkit.words import Words

__all__ = ["RULES", "find_archive_lines", "with_list_pages"]

RULES = ("archive-page",)

_MOST_BLANKS = 3
_MOST_SUBJECT_LINES = 2
_LONGEST_DATE = 60


def with_list_pages(blocks: list[HeaderBlock], lines: Lines, words: Words) -> list[HeaderBlock]:
    """Return the header blocks of a source and those at the heads of the pages of a list's archive, in order."""
    found: list[HeaderBlock] = []
    for pattern in words.patterns("archive-author"):
        for needed in pattern.needs:
            if needed in lines.text:
                rows = lines.holding(lines.text, needed, lines.text.find(needed))
                found.extend(block for row in rows if pattern.regex.match(lines.shown[row]) and (block := _read_head(row, lines)))
    taken = {row for block in blocks for row in range(block.first, block.last + 1)}
    heads = [block for block in found if taken.isdisjoint(range(block.first, block.last + 1))]
    return sorted([*blocks, *heads], key=lambda block: block.first) if heads else blocks


def _read_head(row: int, lines: Lines) -> HeaderBlock | None:
    """Return the header whose author stands on line `row`: the moment, to the second, alone on the next line; the subject in the lines above."""
    if row + 1 >= lines.count or len(lines.stripped[row + 1]) > _LONGEST_DATE or lines.quote_depth(row):
        return None
    if read_date(lines.stripped[row + 1]).precision != "second":
        return None
    fields = [
        RawField("from", "", lines.stripped[row], row, row, False, False),
        RawField("date", "", lines.stripped[row + 1], row + 1, row + 1, False, False),
    ]
    subject = _subject_above(row, lines)
    if subject is not None:
        first, last = subject
        text = " ".join(lines.stripped[line] for line in range(first, last + 1))
        fields.insert(0, RawField("subject", "", text, first, last, False, False))
    names = frozenset(field.field for field in fields)
    return HeaderBlock(fields[0].first, row + 1, tuple(fields), names, 0, False, rule="header-unlabelled")


def _subject_above(row: int, lines: Lines) -> tuple[int, int] | None:
    """Return the first and last line of the subject: a paragraph of its own above the author, of one line or two, or None."""
    last = lines.previous_text(row - 1)
    if last < 0 or not 1 < row - last <= _MOST_BLANKS + 1:
        return None
    first = last
    while first and not lines.blank[first - 1] and last - first < _MOST_SUBJECT_LINES:
        first -= 1
    return (first, last) if last - first < _MOST_SUBJECT_LINES else None


def find_archive_lines(lines: Lines, words: Words, labelled: Mapping[int, str], found: dict[int, str]) -> None:
    """Take the lines that lead from the page of a list's archive to its other pages for furniture: `Next message: Odile Lavigne: "Re: chenal"`."""
    for pattern in words.patterns("archive-furniture"):
        for row in lines.holding_any(pattern.needs):
            if row not in labelled and row not in found and pattern.regex.match(lines.shown[row]):
                found[row] = "archive-page"
