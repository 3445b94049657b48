"""Find header blocks: runs of printed labels that open a message, whatever page break, furniture or blank line tears them.

A block is read field by field from its first label. What a line without label is (a wrapped list, a wrapped subject, the first words of
the message) is decided by `continues` rules, one a field. Whether the run of labels is a message's header at all, a torn one, or only
prose and forms that look like it, is decided by `judge`.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from threadkit.parse.continuation import Continuation
from threadkit.parse.cut_lines import begins_quotation
from threadkit.parse.date_prefix import find_date_end
from threadkit.parse.glued import split_further, split_glued
from threadkit.parse.header_block import CORE, FAR_COLUMN, LATE_FIELDS, MAX_GAP, PROSE_FIELDS, HeaderBlock
from threadkit.parse.header_draft import Draft
from threadkit.parse.interruptions import Interruptions
from threadkit.parse.labels import OPENERS, LabelLine, without_bars
from threadkit.parse.lines import Lines
from threadkit.parse.margin_codes import is_margin_code
from threadkit.parse.straight import StraightReader
from threadkit.words import Words

_TAIL = 120
_LONGEST_HEADER = 20
_LEAST_BELOW = 2
_LONGEST_VALUE = 300
_MOST_TORN = 4
_MOST_PARTS = 40
_BEFORE_LATE = 4
_AFTER_SECRETARY = 3
_IN_CALENDAR = 2
_LISTS = frozenset({"to", "cc", "bcc", "subject"})
_TWICE = frozenset({"flag", "to", "cc"})
_BEFORE_AUTHOR = frozenset({"to", "cc", "bcc", "date", "subject", "reply-to"})
_CALENDAR = frozenset({"when", "start", "end", "where"})


class BlockReader:
    """Reads the header blocks of one source."""

    def __init__(
        self, lines: Lines, labels: Mapping[int, LabelLine], furniture: dict[int, str], words: Words, introductions: AbstractSet[int] = frozenset(),
    ) -> None:
        self._lines = lines
        self._introductions = introductions
        self._labels = labels
        self._furniture = furniture
        self._words = words
        self._continuation = Continuation(lines, labels, furniture, words)
        self._straight = StraightReader(lines, labels, furniture, introductions, self._continuation, words)
        self._interruptions = Interruptions(lines, labels, furniture, self._continuation, words)
        self._is_marker = words.any_of("quote-marker").match

    def blocks(self) -> list[HeaderBlock]:
        """Return every run of labels that could be a header, in order, none overlapping."""
        found: list[HeaderBlock] = []
        done = -1
        for index in sorted(self._labels):
            if index <= done or index in self._furniture:
                continue
            label = self._labels[index]
            if label.field not in OPENERS or (label.damaged and index + 1 not in self._labels):
                continue
            block = self._straight.read(index) or self.read_block(index)
            found.append(block)
            done = block.last
        return found

    def read_block(self, index: int) -> HeaderBlock:
        """Read the block that begins with the label on line `index`."""
        draft = Draft(index, self._labels[index].quote_depth)
        labels, furniture, blank = self._labels, self._furniture, self._lines.blank
        line = index
        while line < self._lines.count:
            label = labels.get(line)
            if label is not None and line not in furniture:
                if not (self._goes_on(draft, label) or self._takes_label(draft, label, line)):
                    break
                if draft.names_another(label):
                    draft.leave_author()
                draft.open_all(split_glued(label, self._words), line)
            elif blank[line] or line in furniture or self._interruptions.is_owner_line(draft, line):
                draft.gap += 1
                if draft.gap > MAX_GAP and draft.gap - self._count_furniture(line + 1 - draft.gap, line) > MAX_GAP:
                    break
            elif (resume := self._interruptions.after_page_break(draft, line)) is not None:
                draft.gap += resume - line
                line = resume
                continue
            elif not is_margin_code(self._lines.shown[line], self._words) and not self._continue_field(draft, line):
                resume = self._interruptions.after_strange_line(draft, line)
                if resume is None:
                    break
                draft.gap += resume - line
                line = resume
                continue
            line += 1
        draft.close()
        return draft.whole(index if labels[index].marked else None)

    def _count_furniture(self, first: int, last: int) -> int:
        """Return how many lines of furniture stand from line `first` to `last`, at most a page's foot and head."""
        return min(MAX_GAP, sum(line in self._furniture for line in range(first, last + 1)))

    @staticmethod
    def _goes_on(draft: Draft, label: LabelLine) -> bool:
        """Say whether a label stands right below another one, in a header that lacks its field: as nearly all do."""
        return not (draft.gap or draft.complete or label.field in draft.names or label.field == "from" or label.quote_depth != draft.depth)

    def _takes_label(self, draft: Draft, label: LabelLine, line: int) -> bool:
        repeated = label.field in draft.names and not (self._is_second_date(draft, label) or self._is_further_label(draft, label))
        if draft.label is None or draft.goes_on_with(label, line):
            return True
        if repeated or label.quote_depth != draft.depth or (label.field == "from" and not self._may_name_author(draft, line)):
            return False
        if draft.gap == 0:
            return not self._reads_as_words(draft, draft.label, label, line)
        return self._goes_on_past_gap(draft, label, line)

    def _reads_as_words(self, draft: Draft, above: LabelLine, label: LabelLine, line: int) -> bool:
        """Say whether a label right below the subject of a complete header is the message's own words: `Pour : la suite ...`."""
        if not draft.complete or above.field != "subject":
            return False
        if self._continuation.is_prose(label, line):
            return True
        return label.field in PROSE_FIELDS and not label.tight and not (label.field == "when" and find_date_end(label.value) > 0)

    def _goes_on_past_gap(self, draft: Draft, label: LabelLine, line: int) -> bool:
        """Say whether a label below blank lines or furniture belongs to the header above: by what the header has, and with what it began."""
        names, opened = draft.names, self._labels[draft.first].field
        if draft.complete:
            if label.field in LATE_FIELDS:
                return draft.gap <= _BEFORE_LATE
            follows = {item.field for item in map(self._labels.get, range(line + 1, line + 4)) if item is not None}
            return label.field in {"to", "cc", "bcc"} and draft.gap >= 2 and bool(follows & {"subject", "date", "cc"})
        if names == {"sent-by"}:
            return draft.gap <= _AFTER_SECRETARY
        if names == {"subject"}:
            return label.field in LATE_FIELDS and draft.gap <= 2
        if names & _CALENDAR and not names & {"from", "date"}:
            return draft.gap <= _IN_CALENDAR and (label.field in LATE_FIELDS or label.field in {"organizer", "to", "cc"})
        return (opened in {"from", "date"} and bool({"from", "date"} & names)) or (opened == "subject" and "from" in names)

    def _is_second_date(self, draft: Draft, label: LabelLine) -> bool:
        """Say whether a label is a second date of one header: that of a meeting, or one that the reader must be told of."""
        if label.field != "date" or draft.gap or "from" not in draft.names or sum(item.field == "date" for item in draft.fields) > 1:
            return False
        first = self._labels[draft.first].label
        return label.label != first and self._words.folding.fold(label.label) not in {self._words.folding.fold(item.label) for item in draft.fields}

    def _is_further_label(self, draft: Draft, label: LabelLine) -> bool:
        """Say whether another label of a field that is there already goes on with a follow-up flag or with what an invitation prints last."""
        if label.field == "flag" and draft.names & _CALENDAR and not draft.names & CORE - {"subject"}:
            return True
        if draft.gap or not draft.complete or label.field not in _TWICE or not draft.names & LATE_FIELDS:
            return False
        fold = self._words.folding.fold
        return fold(label.label) not in {fold(item.label) for item in draft.fields} and (draft.label is None or draft.label.label != label.label)

    def _may_name_author(self, draft: Draft, author: int) -> bool:
        """Say whether an author's label goes on with a header that began with its date, subject or recipients: it has none of its own below."""
        if draft.names == {"date"}:
            return not draft.gap or "date" not in self._fields_after(author)
        if draft.gap or "from" in draft.names or not draft.names <= _BEFORE_AUTHOR:
            return not draft.names
        return not any(field in draft.names for field in self._fields_after(author))

    def _fields_after(self, author: int) -> list[str]:
        """Return the fields of the labels below an author's, whether their values stand beside or below them, up to a blank line or another author."""
        found: list[str] = []
        for line in range(author + 1, min(author + _LONGEST_HEADER, self._lines.count)):
            label = self._labels.get(line)
            torn = self._lines.blank[line] and ("date" in found or {line - 1, line + 1}.isdisjoint(self._furniture))
            if torn or (label is not None and label.field == "from"):
                break
            found.extend([label.field] if label is not None else [])
        return found

    def _continue_glued(self, draft: Draft, last: LabelLine, index: int) -> bool:
        """Go on with a header that is wrapped like prose: the rest of its open field, and the labels further on the line."""
        if draft.gap > _MOST_TORN or self._lines.quote_depth(index) != draft.depth:
            return False
        text = self._lines.unquoted(index).strip(" \t\u00a0")
        if text[:1] == ":" and last.field != "subject" and len(draft.parts) < _MOST_PARTS:
            whole, pieces = split_further(f"{''.join(draft.parts)} {text}", last, draft.names, self._words)
            if pieces:
                draft.parts = [whole, ""]
                draft.open(pieces[0], draft.field_last)  # the label itself ends the line above
                draft.last = draft.field_last = index
                draft.glued = True
                self._open_pieces(draft, pieces[1:], index)
                return True
        head, pieces = split_further(text, last, draft.names, self._words)
        if not pieces and not (draft.glued and last.field == "subject" and index == draft.field_first + 1 and self._is_cut_subject(draft, index)):
            return False
        if draft.gap and not pieces:
            return False
        if head:
            tail = "".join(draft.parts[-4:])
            draft.add(self._continuation.glue(last.field, tail, head) + head, index)
        self._open_pieces(draft, pieces, index)
        return True

    @staticmethod
    def _open_pieces(draft: Draft, pieces: tuple[LabelLine, ...], line: int) -> None:
        for piece in pieces:
            draft.open(piece, line)
        draft.glued = draft.glued or bool(pieces)
        draft.gap = 0

    def _stands_below(self, draft: Draft, index: int) -> bool:
        """Say whether line `index` is the value of the label alone on the line above, in a header that prints its values so: two others before, or the next."""
        labels, blank = self._labels, self._lines.blank
        if index - 1 != draft.field_first or len(self._lines.shown[index]) > _LONGEST_VALUE:
            return False
        below = sum(bool(item.text) and item.first in labels and not labels[item.first].value for item in draft.fields)
        after = labels.get(index + 1)
        return below >= _LEAST_BELOW or (after is not None and not after.value and index + 2 not in labels and True not in blank[index + 2 : index + 3])

    def _is_aligned(self, draft: Draft, value: str, index: int) -> bool:
        """Say whether line `index` stands in the column of a table in which the value of a label stands, far from the margin."""
        line = self._lines.shown[index]
        column = len(line) - len(line.lstrip(" "))
        return column >= FAR_COLUMN and bool(value) and self._lines.shown[draft.field_first].find(value) == column

    def _is_cut_subject(self, draft: Draft, index: int) -> bool:
        """Say whether a subject was cut by the wrap before line `index`: after its prefix, or where its line was full.

        Where each line begins with a label the longest says nothing of a width; nor is a line full on which the first word of a longer one had room.
        """
        if self._continuation.is_greeting(self._lines.unquoted(index)):
            return False
        above = [len(self._lines.shown[line].rstrip()) for line in range(draft.first, index)]
        word = self._lines.unquoted(index).split(maxsplit=1)[0]
        wrapped = any(line not in self._labels for line in range(draft.first, index))
        full = wrapped and above[-1] + 1 + len(word) > max(above)
        longer = above[-1] + 1 + len(word) <= len(self._lines.shown[index].rstrip())
        return full or draft.parts[-1].endswith((":", "\uff1a")) or (not longer and self._continuation.fills_line(index - 1))

    def _continue_field(self, draft: Draft, index: int) -> bool:
        if draft.label is None or index in self._introductions or begins_quotation(self._is_marker, self._lines.shown[index]):
            return False
        if (draft.glued or not draft.complete) and self._continue_glued(draft, draft.label, index):
            return True
        last = draft.label
        if not draft.gap and not last.value and not "".join(draft.parts) and self._stands_below(draft, index):
            draft.add(self._value(last, index), index)
            return True
        if not draft.gap and self._is_aligned(draft, last.value, index):
            more = self._lines.stripped[index]
            draft.add((self._continuation.glue(last.field, draft.parts[-1], more) if last.field in _LISTS else " ") + more, index)
            return True
        tail = draft.parts[-1] if len(draft.parts[-1]) >= _TAIL else "".join(draft.parts[-4:])
        if not self._continuation.continues(last.field, tail, index, draft.gap, CORE - draft.names):
            return False
        more = self._value(last, index)
        more = without_bars(more) if more[:1] == "|" else more
        draft.add(self._continuation.glue(last.field, tail, more) + more, index)
        draft.torn = draft.torn or draft.gap >= 2
        draft.gap = 0
        return True

    def _value(self, label: LabelLine, index: int) -> str:
        """Return what line `index` says of the field of a label, without quotation marks and blanks, and without stars where its label has them."""
        return self._lines.unquoted(index).strip(" \t\u00a0*" if label.starred else " \t\u00a0")
