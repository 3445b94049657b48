"""One header block: the fields that it prints, and where."""

from __future__ import annotations

from typing import NamedTuple

from threadkit.frozen import record

MAX_GAP = 12
"""How many blank and furniture lines may tear a header."""

FAR_COLUMN = 8
LATE_FIELDS = frozenset({"attachments", "categories", "importance", "flag", "when", "start", "end", "where"})
PEOPLE = frozenset({"from", "to", "cc", "bcc"})
PROSE_FIELDS = frozenset({"when", "where", "flag"})
UNDECIDED_FIELD = "undecided"
"""The meaning of a line among a header's labels of which it is not certain whose value it is."""

CORE = frozenset({"from", "date", "subject"})


class RawField(NamedTuple):
    """One printed field before its value is read: label, unfolded text, first and last line index."""

    field: str
    label: str
    text: str
    first: int
    last: int
    tight: bool
    starred: bool


@record(frozen=True, slots=True)
class HeaderBlock:
    """One instance of a layout: its fields, what they mean, its line indexes, and whether blanks or furniture tear it.

    `strange` are lines inside it that are nobody's: furniture, where the block proves a header. `lead` counts the characters of its first
    line that stand before it and are words of the one who quotes. `rule` says how its values were found where they stand apart from their labels.
    """

    first: int
    last: int
    fields: tuple[RawField, ...]
    names: frozenset[str]
    quote_depth: int
    torn_by_gap: bool
    marker: int | None = None
    owner: int | None = None
    strange: tuple[int, ...] = ()
    lead: int = 0
    rule: str = ""

    @property
    def upper(self) -> int:
        """The line where its message begins: that of its marker or owner, or its first that is not another's words."""
        return min(line for line in (self.marker, self.owner, self.first + bool(self.lead)) if line is not None)

    def get(self, name: str) -> RawField | None:
        """Return the field of that meaning, or None."""
        if name in self.names:
            for item in self.fields:
                if item.field == name:
                    return item
        return None

    def text(self, name: str) -> str | None:
        """Return the text of the field of that meaning; None where no such label is printed."""
        item = self.get(name)
        return None if item is None else item.text

    def texts(self, name: str) -> str | None:
        """Return the text of the field of that meaning, with those of fields that print the same label again right below it, as one list."""
        first = self.get(name)
        if first is None or len(self.fields) == len(self.names):
            return None if first is None else first.text
        return "; ".join(item.text for item in self.fields if item.field == name and item.label == first.label)
