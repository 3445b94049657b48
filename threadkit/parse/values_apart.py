"""Find the headers whose labels all stand first and whose values follow as lines of their own, or stand before them.

So prints come out of a PDF whose labels and values are two columns: `From:`, `Sent:`, `To:`, `Subject:`, each alone on its line or all on one, and the
values below, in the same order, some of them lacking. A value belongs to a label only where no other way to assign the lines exists.

PDFMiner sets a blank line between all of them. Then each paragraph is one value, and the words of the message begin with the first that reads like words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from threadkit.parse.assigning import Fits, PrintedValue, Way, find_ways
from threadkit.parse.continuation import Continuation
from threadkit.parse.header_block import UNDECIDED_FIELD, HeaderBlock, RawField
from threadkit.parse.labels import LabelLine, field_of_line
from threadkit.parse.lines import Lines
from threadkit.words import Words

__all__ = ["IN_PART", "RULES", "UNDECIDED", "VALUES_APART", "undecided_lines", "with_values"]

RULES = ("values-apart", "values-apart-in-part", "values-undecided")
VALUES_APART, IN_PART, UNDECIDED = RULES

_LEAST_LABELS = 3
_MOST_LABELS = 12
_LEAST_VALUES = 2
_MOST_GAP = 4
_SPARE = 6
_OPEN = re.compile(r";$|[@;].*,$|<[^>]*$|\([^)]*$")
_GOES_ON = ("<", "(", "[")


def with_values(
    blocks: Sequence[HeaderBlock], labels: Mapping[int, LabelLine], lines: Lines, furniture: dict[int, str], words: Words,
) -> list[HeaderBlock]:  # fmt: skip
    """Return the header blocks of a source; those of labels alone have the values that stand apart from them, where it is certain which is whose."""
    if not any(_may_be_alone(block) for block in blocks):
        return list(blocks)
    reader = _ValuesReader(labels, lines, furniture, words)
    found: list[HeaderBlock] = []
    for number, block in enumerate(blocks):
        above = found[-1].last if found else -1
        below = blocks[number + 1].first if number + 1 < len(blocks) else lines.count
        if above >= block.first:
            continue
        found.append(reader.read(block, above, below) if _may_be_alone(block) else block)
    return found


def undecided_lines(block: HeaderBlock) -> list[str]:
    """Return the lines of a header of which it is not certain to which label they belong."""
    return [item.text for item in block.fields if item.field == UNDECIDED_FIELD] if block.rule or UNDECIDED_FIELD in block.names else []


def _may_be_alone(block: HeaderBlock) -> bool:
    """Say whether the first label of a block has no value, or ends in a colon again: the labels of a header may stand alone."""
    text = block.fields[0].text
    return not text or text.endswith(":")


class _ValuesReader:
    """Reads the headers of one source whose values stand apart from their labels."""

    def __init__(self, labels: Mapping[int, LabelLine], lines: Lines, furniture: dict[int, str], words: Words) -> None:
        self._labels = labels
        self._lines = lines
        self._furniture = furniture
        self._words = words
        self._margins = words.any_of("margin-mark")
        self._fits = Fits(words)

    def read(self, block: HeaderBlock, above: int, below: int) -> HeaderBlock:
        """Return a block with its values, or as it is; those of others end at line `above` and begin at line `below`."""
        printed = self._labels_alone(block, below)
        fields = [label.field for label in printed]
        if not _LEAST_LABELS <= len(set(fields)) == len(fields) <= _MOST_LABELS or not {"from", "date"} <= set(fields):
            return block
        values = self._below(printed[-1].last + 1, below, len(fields), block.quote_depth)
        ways = find_ways(fields, values, self._fits, lambda stop: self._may_end(values, stop))
        if not ways and self._are_spaced(printed):
            values = self._paragraphs(values)
            ways = find_ways(fields, values, self._fits, lambda stop: self._ends_spaced(values, stop))
        before = self._above(printed[0].first, above, block.quote_depth)
        ways_before = find_ways(fields, before, self._fits, len(before).__eq__)
        found = None
        if bool(ways) != bool(ways_before):
            found = self._assigned(block, printed, values if ways else before, ways or ways_before)
        if found is None and any(self._fits.is_date(value.text) for value in (*before, *values)):
            found = self._undecided(block, printed, before, values)
        return found or block

    def _labels_alone(self, block: HeaderBlock, below: int) -> list[RawField]:
        """Return the labels from a block's first line on, one or more a line and no value among them."""
        printed: list[RawField] = []
        line, last = block.first, block.first
        while line < below and line - last <= _MOST_GAP:
            if not (self._lines.blank[line] or line in self._furniture):
                row = list(self._row(line))
                if not row:
                    break
                printed.extend(row)
                last = line
            line += 1
        return printed

    def _row(self, line: int) -> Iterator[RawField]:
        """Yield the labels of a line that holds nothing else."""
        label = self._labels.get(line)
        if label is not None and not label.value:
            yield RawField(label.field, label.label, "", line, line, label.tight, label.starred)
            return
        *parts, rest = self._lines.unquoted(line).strip(" \t\u00a0*").split(":")
        fields = [field_of_line(f"{part.strip()}:", self._words) for part in parts]
        if not rest and None not in fields:
            for part, field in zip(parts, fields, strict=True):
                yield RawField(field or "", part.strip(), "", line, line, part == part.rstrip(), False)

    def _below(self, first: int, stop: int, count: int, depth: int) -> list[PrintedValue]:
        """Return the lines below the labels that may be their values, and some more: up to other labels, a wide gap or other quotation marks."""
        last = first - 1
        lines: list[int] = []
        for line in range(first, stop):
            if line in self._labels or line - last > _MOST_GAP or len(lines) > count + _SPARE:
                break
            if self._is_value(line):
                if self._lines.quote_depth(line) != depth:
                    break
                lines.append(line)
            if not self._lines.blank[line]:
                last = line
        return self._joined(lines)

    def _above(self, first: int, stop: int, depth: int) -> list[PrintedValue]:
        """Return the lines of the paragraph that ends right above the labels; it begins below a blank line or at the head of a page."""
        top = first
        while top - 1 > stop and not self._lines.blank[top - 1] and top - 1 not in self._labels and first - top < _MOST_LABELS + _SPARE:
            top -= 1
        return self._joined([line for line in range(top, first) if self._is_value(line) and self._lines.quote_depth(line) == depth])

    def _is_value(self, line: int) -> bool:
        """Say whether a line may be a value: words, no mark of the margin, and no furniture, but for an address that comes again on many pages."""
        if self._lines.blank[line]:
            return False
        text = self._lines.stripped[line]
        mark = self._margins.match(text)
        if mark is not None and mark[0].strip() == text:
            return False
        return line not in self._furniture or ("@" in text and self._fits.may_be("from", text))

    def _joined(self, lines: Iterable[int]) -> list[PrintedValue]:
        """Return lines as values; a list that stops inside goes on in the next."""
        values: list[PrintedValue] = []
        for line in lines:
            text = self._lines.unquoted(line).strip(" \t\u00a0")
            apart = bool(values) and any(self._lines.blank[values[-1].last + 1 : line])
            if values and not apart and (_OPEN.search(values[-1].text) or text.startswith(_GOES_ON)):
                above = values[-1]
                values[-1] = above._replace(last=line, text=above.text + Continuation.glue("to", above.text, text) + text)
            else:
                values.append(PrintedValue(line, line, text, apart))
        return values

    def _are_spaced(self, printed: Sequence[RawField]) -> bool:
        """Say whether a blank line stands between all labels, and below the last."""
        return all(self._lines.blank[label.last + 1] for label in printed if label.last + 1 < self._lines.count)

    def _paragraphs(self, values: Sequence[PrintedValue]) -> list[PrintedValue]:
        """Return the lines that no blank one parts as one value each, all of them apart."""
        joined: list[PrintedValue] = []
        for value in values:
            if joined and not value.apart:
                joined[-1] = joined[-1]._replace(last=value.last, text=f"{joined[-1].text} {value.text}")
            else:
                joined.append(value._replace(apart=True))
        return joined

    def _ends_spaced(self, values: Sequence[PrintedValue], stop: int) -> bool:
        """Say whether words of the message begin with a paragraph, or may below a value that can only be the last (`RE: Budget`), or nothing follows."""
        if stop >= len(values):
            return self._may_end(values, stop)
        text, above = values[stop].text, values[stop - 1].text if stop else ""
        return self._fits.is_words(text) or (self._fits.may_be_words(text) and (self._fits.answers(above) or (bool(above) and self._fits.is_files(above))))

    def _may_end(self, values: Sequence[PrintedValue], stop: int) -> bool:
        """Say whether the header may end before a value: at the end of what was looked at, or where words of the message can begin."""
        if stop >= len(values):
            after = values[-1].last + 1 if values else 0
            return after >= self._lines.count or self._lines.blank[after] or after in self._furniture or after in self._labels
        text, rest = values[stop].text, values[stop:]
        if values[stop].apart:
            return self._fits.may_begin(text)
        gap = next((number for number, value in enumerate(rest) if value.apart), None)
        if any(self._fits.is_files(value.text) for value in rest[:gap]):
            return False
        return self._fits.is_words(text) or (gap is None and self._fits.may_be_words(text))

    def _assigned(self, block: HeaderBlock, printed: list[RawField], values: Sequence[PrintedValue], ways: list[Way]) -> HeaderBlock | None:
        """Return a block with the values on which all ways agree; None where they agree on too few, or not on where the header ends."""
        stops = {max(place[1] for place in way if place) for way in ways}
        agreed = {number: ways[0][number] for number in range(len(printed)) if len({way[number] for way in ways}) == 1}
        valued = {printed[number].field for number, place in agreed.items() if place}
        if len(stops) > 1 or not {"from", "date"} <= {printed[number].field for number in agreed} or max(stops) < _LEAST_VALUES:
            return None
        if len(agreed) == len(printed) > len(valued) and _run_from(values) == len(printed):
            return None  # a value a label, and yet some label has none
        fields = [_with_value(label, values, agreed[number]) for number, label in enumerate(printed) if number in agreed]
        author = next(item.text for item in fields if item.field == "from")
        if not (self._fits.is_author(author) if author else values[0].first > printed[0].first):
            return None
        taken = {number for place in agreed.values() if place for number in range(*place)}
        rest = [values[number] for number in range(max(stops)) if number not in taken]
        fields.extend(RawField(UNDECIDED_FIELD, "", value.text, value.first, value.last, False, False) for value in rest)
        return self._block(block, [*printed, *fields], fields, VALUES_APART if len(agreed) == len(printed) else IN_PART)

    def _undecided(
        self, block: HeaderBlock, printed: list[RawField], before: Sequence[PrintedValue], values: Sequence[PrintedValue],
    ) -> HeaderBlock:  # fmt: skip
        """Return a block as labels without values, and the lines that may be theirs: up to the gap below a date."""
        lines, dated = [], False
        for value in values if any(self._fits.is_date(value.text) for value in values) else before:
            if dated and value.apart:
                break
            dated = dated or self._fits.is_date(value.text)
            lines.append(RawField(UNDECIDED_FIELD, "", value.text, value.first, value.last, False, False))
        fields = [*printed, *lines]
        return self._block(block, fields, fields, UNDECIDED)

    def _block(self, block: HeaderBlock, around: Sequence[RawField], fields: Sequence[RawField], rule: str) -> HeaderBlock:
        first, last = min(item.first for item in around), max(item.last for item in around)
        for line in range(first, last + 1):
            if line in self._furniture and self._is_value(line):
                del self._furniture[line]
        names = frozenset(item.field for item in fields)
        return replace(block, first=first, last=last, fields=tuple(fields), names=names, strange=(), rule=rule)


def _run_from(values: Sequence[PrintedValue]) -> int:
    """Return how many values stand up to the first gap."""
    return next((number for number, value in enumerate(values) if value.apart), len(values))


def _with_value(label: RawField, values: Sequence[PrintedValue], place: tuple[int, int] | None) -> RawField:
    """Return a label with its value, empty where it has none; its lines are those from the one to the other."""
    if place is None:
        return label
    printed = values[place[0] : place[1]]
    text = " ".join(value.text for value in printed)
    return label._replace(text=text, first=min(label.first, printed[0].first), last=max(label.last, printed[-1].last))
