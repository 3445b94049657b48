"""Read the header that Lotus Notes quotes as a table padded with blanks: who and when in a narrow column, the labels at the right edge.

The labels (`A`, `cc`, `Objet`, without a colon) stand alone at the end of their lines, their values below them in a column of their own:

                 Firmin LATENDRESSE
                 /HYDRO/MARAIS                                               A
                                           Berthe QUENNEVILLE/HYDRO/MARAIS
                 13/02/2007 16:22                                        Objet
                                           Pompe du secteur nord
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache

from threadkit.parse.continuation import Continuation
from threadkit.parse.dates import prints_time
from threadkit.parse.header_block import HeaderBlock, RawField
from threadkit.parse.lines import Lines
from threadkit.words import Words

__all__ = ["labels_at_edge", "sender_and_time", "with_tables"]

_FIELDS = frozenset({"to", "cc", "bcc", "subject", "reply-to"})
_PADDING = " " * 8
_LEAST_COLUMN = 20
_GAP = re.compile(r"  +")
_MOST_ROWS = 60
_MOST_DATE_ROWS = 3


@cache
def labels_at_edge(words: Words) -> Mapping[str, str]:
    """Return folded label -> field."""
    found: dict[str, str] = {}
    for label in words.labels:
        if label.field in _FIELDS:
            found.setdefault(words.folding.fold(label.text), label.field)
    return found


@cache
def _recipient_at_edge(words: Words) -> re.Pattern[str]:
    """Return the pattern of a recipient's label that ends a line, far behind whatever stands before it."""
    texts = {form for label in words.labels if label.field == "to" for form in (label.text, words.folding.plain(label.text).capitalize())}
    return re.compile(rf"{_PADDING}(?:{'|'.join(map(re.escape, sorted(texts)))})[ \t]*$", re.MULTILINE)


def with_tables(blocks: list[HeaderBlock], lines: Lines, words: Words) -> list[HeaderBlock]:
    """Return the header blocks of a source and those of its padded tables, in order; a run of labels inside a table is none."""
    if _PADDING not in lines.text:
        return blocks
    places = [match.end() for match in _recipient_at_edge(words).finditer(lines.text)]
    tables = [table for place in places if (table := _Table(lines, words, lines.text.count("\n", 0, place)).block()) is not None]
    if not tables:
        return blocks
    apart = [block for block in blocks if not any(table.first <= block.last and block.first <= table.last for table in tables)]
    return sorted([*apart, *tables], key=lambda block: block.first)


class _Table:
    """One table, around the line of its recipients' label."""

    def __init__(self, lines: Lines, words: Words, edge: int) -> None:
        self._lines = lines
        self._fold = words.folding.fold
        self._labels = labels_at_edge(words)
        self._words = words
        self._rows = self._rows_around(edge)
        self._column = self._values_column(edge)

    def block(self) -> HeaderBlock | None:
        """Return the table as a header block, None where it is none: a label without a value, or words outside the two columns."""
        if not self._column:
            return None
        fields = self._labelled()
        left = [(row, text) for row in self._rows if (text := self._left(row))]
        if not any(field.field == "to" and field.text for field in fields) or len(fields) != len({field.field for field in fields}):
            return None
        if left:
            told = sender_and_time(left, self._words)
            if told is None:
                return None
            fields = [*told, *fields]
        first, last = min(field.first for field in fields), max(field.last for field in fields)
        return HeaderBlock(first, last, tuple(fields), frozenset(field.field for field in fields), 0, False)

    def _rows_around(self, edge: int) -> range:
        """Return the rows of the table: lines far from the margin, without a blank one between them."""
        first, last = edge, edge
        while first > 0 and edge - first < _MOST_ROWS and self._is_row(first - 1):
            first -= 1
        while last + 1 < self._lines.count and last - edge < _MOST_ROWS and self._is_row(last + 1):
            last += 1
        return range(first, last + 1)

    def _is_row(self, index: int) -> bool:
        return not self._lines.blank[index] and self._lines.shown[index].startswith(_PADDING)

    def _values_column(self, edge: int) -> int:
        """Return the column in which most values begin below the recipients' label, far from the margin and behind two blanks; 0 for none."""
        starts = Counter(
            match.end()
            for row in self._rows
            if row > edge and self._label(line := self._lines.shown[row]) is None
            for match in _GAP.finditer(line.rstrip())
            if match.end() >= _LEAST_COLUMN
        )
        return min(starts, key=lambda start: (-starts[start], start), default=0)

    def _label(self, line: str) -> str | None:
        """Return the field of a label that stands at the end of a line, alone or far behind the left column."""
        text = line.rstrip()
        return self._labels.get(self._fold(text[text.rfind(_PADDING) + len(_PADDING) :])) if _PADDING in text else None

    def _left(self, row: int) -> str:
        line = self._lines.shown[row]
        if self._label(line) is not None:
            text = line.rstrip()
            return text[: text.rfind(_PADDING)].strip()
        return line[: self._column].strip()

    def _labelled(self) -> list[RawField]:
        """Return the labelled fields; what stands in the column of values belongs to the label above."""
        fields: list[RawField] = []
        for row in self._rows:
            line = self._lines.shown[row]
            field = self._label(line)
            if field is not None:
                fields.append(RawField(field, line.split()[-1], "", row, row, False, False))
            elif fields and (value := line[self._column :].strip()):
                open_field = fields[-1]
                text = open_field.text + Continuation.glue(open_field.field, open_field.text, value) + value
                fields[-1] = open_field._replace(text=text, last=row)
        return fields


def sender_and_time(left: list[tuple[int, str]], words: Words) -> list[RawField] | None:
    """Return the sender and the time of a left column, and who sent it for the sender; a date with a time of day stands below them."""
    for start in range(1, len(left)):
        for stop in range(min(len(left), start + _MOST_DATE_ROWS), start, -1):
            date = " ".join(text for _, text in left[start:stop])
            if prints_time(date):
                return [*_senders(left[:start], words), RawField("date", "", date, left[start][0], left[stop - 1][0], False, False)]
    return None


@cache
def _sent_by(words: Words) -> frozenset[str]:
    return frozenset(words.folding.fold(label.text) for label in words.labels if label.field == "sent-by")


def _senders(rows: list[tuple[int, str]], words: Words) -> list[RawField]:
    """Return the author, and below the label `Envoyé par` the one who sent it."""
    fold = words.folding.fold
    said = [fold(text.partition(":")[0].rstrip()) in _sent_by(words) for _, text in rows]
    cut = said.index(True, 1) if True in said[1:] else len(rows)
    found = [RawField("from", "", _joined(text for _, text in rows[:cut]), rows[0][0], rows[cut - 1][0], False, False)]
    if cut < len(rows):
        label, _, beside = rows[cut][1].partition(":")
        text = _joined(piece for piece in (beside.strip(), *(text for _, text in rows[cut + 1 :])) if piece)
        found.extend([RawField("sent-by", label.rstrip(), text, rows[cut][0], rows[-1][0], True, False)] if text else [])
    return found


def _joined(pieces: Iterable[str]) -> str:
    """Join the pieces of a sender that a narrow column cut: without a blank inside an address and before the `/` of a directory."""
    joined = ""
    for piece in pieces:
        joined += piece if not joined or piece.startswith("/") or joined.rfind("<") > joined.rfind(">") else f" {piece}"
    return joined
