"""One header while it is being read: what of it is known, and the field whose text is not whole yet."""

from __future__ import annotations

from threadkit.parse.glued import head_of
from threadkit.parse.header_block import CORE, LATE_FIELDS, PEOPLE, UNDECIDED_FIELD, HeaderBlock, RawField
from threadkit.parse.labels import LabelLine

__all__ = ["Draft"]


class Draft:
    """A header being read; lives only while it is. The text of its last field (`label`) is still in `parts`."""

    __slots__ = (
        "complete", "depth", "field_first", "field_last", "fields", "first", "gap", "glued", "label", "last", "names", "parts", "strange", "torn",
        "undecided",
    )  # fmt: skip

    def __init__(self, first: int, depth: int) -> None:
        self.first = first
        self.depth = depth
        self.fields: list[RawField] = []
        self.names: set[str] = set()
        self.label: LabelLine | None = None
        self.parts: list[str] = []
        self.field_first = self.field_last = -1
        self.last = -1
        self.gap = 0
        self.torn = False
        self.complete = False
        self.glued = False
        self.strange: list[int] = []
        self.undecided: list[RawField] = []

    def open(self, label: LabelLine, line: int) -> None:
        """Begin the field of a label on line `line`."""
        if self.label is not None:
            self.close()
            if self.gap and label.field not in LATE_FIELDS:
                self.torn = True
        self.label = label
        self.parts = [label.value]
        self.names.add(label.field)
        self.complete = self.complete or self.names >= CORE
        self.gap = 0
        self.last = self.field_first = self.field_last = line

    def goes_on_with(self, label: LabelLine, line: int) -> bool:
        """Say whether a label of people stands right below the same one: each of them has a line of its own."""
        above = self.label if self.last == line - 1 and len(self.parts) == 1 else None
        return above is not None and label.field in PEOPLE and (above.label, above.quote_depth) == (label.label, label.quote_depth)

    def names_another(self, label: LabelLine) -> bool:
        """Say whether an author's label right below the header's first, an author's too, names somebody else, and not the same one's address."""
        above = self.label
        if label.field != "from" or above is None or self.names != {"from"} or self.gap or (above.label, above.quote_depth) != (label.label, label.quote_depth):
            return False
        return above.value != label.value and not any("@" in value and " " not in value for value in (above.value, label.value))

    def leave_author(self) -> None:
        """Count the author's label above as undecided: the one right above the date is the author's, this one may be a page's running head."""
        self.close()
        author = self.fields.pop()
        self.undecided.append(author._replace(field=UNDECIDED_FIELD))
        self.label = None
        self.parts = []

    def whole(self, marker: int | None) -> HeaderBlock:
        """Return the header, whose last field is closed, with the lines last of which it is not certain whose value they are."""
        names = frozenset({*self.names, UNDECIDED_FIELD} if self.undecided else self.names)
        fields = (*self.fields, *self.undecided)
        return HeaderBlock(self.first, self.last, fields, names, self.depth, self.torn, marker=marker, strange=tuple(self.strange))

    def open_all(self, pieces: tuple[LabelLine, ...], line: int) -> None:
        """Begin the fields of all labels of one line; where one of them is there already the line is one field."""
        first = pieces[0]
        glued = len(pieces) > 1 and not any(piece.field in self.names for piece in pieces)
        self.open(first._replace(value=head_of(pieces)) if glued else first, line)
        if glued:
            self.glued = True
            for piece in pieces[1:]:
                self.open(piece, line)

    def add(self, more: str, line: int) -> None:
        """Add what line `line` says to the text of the field that is open."""
        self.parts.append(more)
        self.last = self.field_last = line

    def close(self) -> None:
        """Give the field that was being unfolded its whole text."""
        label = self.label
        if label is not None:
            text = label.value if len(self.parts) == 1 else "".join(self.parts)
            self.fields.append(RawField(label.field, label.label, text, self.field_first, self.field_last, label.tight, label.starred))
