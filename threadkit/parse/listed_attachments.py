"""Find the files that a mail program lists below the words of a print without labels: `plan.pdf` and its size on the next line, each below the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from threadkit.parse.header_block import HeaderBlock, RawField
from threadkit.parse.lines import Lines
from threadkit.words import Words

__all__ = ["RULES", "with_listed"]

RULES = ("attachments-listed",)

_MOST_BLANKS = 2


def with_listed(blocks: Sequence[HeaderBlock], lines: Lines, furniture: dict[int, str], words: Words) -> list[HeaderBlock]:
    """Return the blocks of a source; those of prints without labels have the files listed below their words, whose lines are furniture from here on."""
    found = list(blocks)
    for number, block in enumerate(blocks):
        if "attachments" in block.names or (block.get("from") or block.fields[0]).label or block.quote_depth:
            continue
        stop = blocks[number + 1].first if number + 1 < len(blocks) else lines.count
        rows = _rows_above(stop, block.last, lines, furniture, words) or _rows_above_foot(stop, block.last, lines, furniture, words)
        if rows:
            furniture.update(dict.fromkeys(rows, RULES[0]))
            names = [row for row in rows if words.any_of("filename").fullmatch(lines.stripped[row])]
            text = " ".join(lines.stripped[row] for row in range(names[0], rows[-1] + 1) if row in rows)
            field = RawField("attachments", "", text, names[0], rows[-1], False, False)
            found[number] = replace(block, fields=(*block.fields, field), names=block.names | {"attachments"})
    return found


def _rows_above(stop: int, after: int, lines: Lines, furniture: dict[int, str], words: Words) -> list[int]:
    """Return the lines of such a list that ends right above line `stop`, blank lines and furniture apart, with the count above it; none where there is none."""
    files, sizes, counts = words.any_of("filename"), words.any_of("bare-size"), words.any_of("attachment-count")
    rows: list[int] = []
    line = _text_above(stop, after, lines, furniture)
    while line > after + 1 and sizes.fullmatch(lines.stripped[line]) and files.fullmatch(lines.stripped[line - 1]):
        rows[:0] = [line - 1, line]
        above = _text_above(line - 1, after, lines, furniture)
        if line - 2 - above > _MOST_BLANKS:
            return rows
        line = above
    return [line, *rows] if rows and line > after and counts.match(lines.stripped[line]) else rows


def _rows_above_foot(stop: int, after: int, lines: Lines, furniture: dict[int, str], words: Words) -> list[int]:
    """Return the lines of such a list that ends above the first foot or head of a page below the words: what stands below that is another page's."""
    foot = next((line for line in range(after + 1, stop) if line in furniture), stop)
    return _rows_above(foot, after, lines, furniture, words) if foot < stop else []


def _text_above(line: int, after: int, lines: Lines, furniture: dict[int, str]) -> int:
    above = lines.previous_text(line - 1, after)
    while above in furniture:
        above = lines.previous_text(above - 1, after)
    return above
