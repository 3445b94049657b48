"""Take the lines that programs write (`Return-Path:`, `Received:`, `MIME-Version:`) into a header that was printed raw: they are nobody's words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from threadkit.parse.header_block import HeaderBlock
from threadkit.parse.lines import Lines
from threadkit.words import Words

__all__ = ["with_traces"]

_RAW = frozenset({"from", "date"})
_FOLDED = (" ", "\t")


def with_traces(blocks: Sequence[HeaderBlock], lines: Lines, words: Words) -> list[HeaderBlock]:
    """Return the header blocks of a source; one right below or above such lines, without a blank line between, begins or ends with them."""
    is_trace = words.any_of("mail-trace").match
    beside = {line for block in blocks for line in (block.first - 1, block.last + 1) if 0 <= line < lines.count and not lines.blank[line]}
    if not any(lines.shown[line].startswith(_FOLDED) or is_trace(lines.shown[line]) for line in beside):
        return list(blocks)
    if not any(lines.may_hold(pattern.needs) for pattern in words.patterns("mail-trace-sign")):
        return list(blocks)
    found: list[HeaderBlock] = []
    for number, block in enumerate(blocks):
        after = found[-1].last if found else -1
        before = blocks[number + 1].first if number + 1 < len(blocks) else lines.count
        if not block.names >= _RAW or block.quote_depth:
            found.append(block)
            continue
        first, last = block.first, block.last
        line = first - 1
        while line > after and (lines.shown[line].startswith(_FOLDED) or is_trace(lines.shown[line])) and not lines.blank[line]:
            first = first if lines.shown[line].startswith(_FOLDED) else line
            line -= 1
        while last + 1 < before and not lines.blank[last + 1] and (
            is_trace(lines.shown[last + 1]) or (last > block.last and lines.shown[last + 1].startswith(_FOLDED))
        ):
            last += 1
        found.append(replace(block, first=first, last=last) if (first, last) != (block.first, block.last) else block)
    return found
