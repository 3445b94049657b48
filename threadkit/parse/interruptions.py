"""Find where an unfinished header goes on below lines that are nobody's: a page's foot and head, a stamp, the mailbox owner's name."""

from __future__ import annotations

from collections.abc import Mapping

from threadkit.parse.ahead import holds_sentence
from threadkit.parse.continuation import Continuation
from threadkit.parse.furniture import LONGEST_END
from threadkit.parse.header_block import CORE, MAX_GAP, PEOPLE, UNDECIDED_FIELD, RawField
from threadkit.parse.header_draft import Draft
from threadkit.parse.known_lines import lines_holding
from threadkit.parse.labels import LabelLine
from threadkit.parse.lines import Lines
from threadkit.words import Words

_BREAK_LINES = 10
_FOOT_LINES = 7
_MOST_HEADS = 2
_LONGEST_HEAD = 60
_STRANGE_LINES = 3
_LISTS = frozenset({"to", "cc", "bcc", "subject"})
_HEAD_WIDTH = 110


class Interruptions:
    """What interrupts the headers of one source."""

    def __init__(self, lines: Lines, labels: Mapping[int, LabelLine], furniture: dict[int, str], lists: Continuation, words: Words) -> None:
        self._lines = lines
        self._labels = labels
        self._furniture = furniture
        self._lists = lists
        self._owners = words.any_of("owner-line")
        self._number = words.any_of("furniture-number")
        self._folio = words.any_of("furniture")
        self._contacts = lines_holding(words, "contact")
        self._ends = lines_holding(words, "furniture-end")

    def after_page_break(self, draft: Draft, index: int) -> int | None:
        """Return where an unfinished header goes on after a page's furniture that stands in it from line `index`, or None.

        The furniture is one to three short lines, one of them a page number, before the label of a missing field or the rest of an open
        list; or a foot with an address (`675, boulevard ...`) above a form feed. Its lines are furniture from here on.
        """
        if draft.label is None or draft.complete:
            return None
        line, numbered, heads = index, False, 0
        if draft.gap and (page := self._past_foot(index)) is not None:
            line, numbered = page, True
        paged = not self._lines.hard_start.isdisjoint(range(index - draft.gap, index))
        while line < min(index + _BREAK_LINES, self._lines.count) and line not in self._labels:
            paged = paged or line in self._lines.hard_start
            if not self._lines.blank[line] and line not in self._furniture:
                number = self._is_folio(line)
                is_head = not number and paged and heads < _MOST_HEADS and self._is_head(draft, range(index, line), line)
                if not (number or is_head) and (numbered or heads or len(self._lines.shown[line]) > _HEAD_WIDTH or self._lists.is_listed(line)):
                    break
                numbered, heads = numbered or number, heads + is_head
            elif line in self._furniture and not numbered:  # below an address at a page's foot, and no name of the list
                numbered = line > index and all(map(self._is_foot, range(index, line)))
            line += 1
        if line in self._labels and self._labels[line].field in draft.names:
            return None
        if not (numbered or heads) or not (line in self._labels or self._lists.goes_on_to_label(line, draft.parts[-1])):
            return None
        for furniture in range(index, line):
            if not self._lines.blank[furniture]:
                self._furniture.setdefault(furniture, "page-number")
        return line

    def _past_foot(self, index: int) -> int | None:
        """Return the first line of the page below line `index`, where a foot with an address or a telephone stands between, and nothing else."""
        page = next((line for line in range(index + 1, min(index + _FOOT_LINES, self._lines.count)) if line in self._lines.hard_start), None)
        return page if page is not None and all(map(self._is_foot, range(index, page))) else None

    def _is_head(self, draft: Draft, above: range, line: int) -> bool:
        """Say whether a line with a number stands at the head of a page inside a list of people, and nothing but a page's foot and head above it."""
        if draft.label is None or draft.label.field not in PEOPLE or not all(map(self._is_foot_or_number, above)):
            return False
        text = self._lines.stripped[line]
        return self._lists.is_nobody(text, 1) and not holds_sentence(text) and len(text) <= _LONGEST_HEAD

    def _is_foot_or_number(self, line: int) -> bool:
        text = self._lines.stripped[line]
        is_numbered = len(text) <= _LONGEST_HEAD and any(map(str.isdigit, text)) and not holds_sentence(text)
        return self._is_foot(line) or self._is_folio(line) or is_numbered

    def _is_foot(self, line: int) -> bool:
        """Say whether a line is blank, furniture, or an address or a telephone as at a page's foot."""
        return self._lines.blank[line] or line in self._furniture or (line not in self._labels and self._contacts[self._lines.shown[line]])

    def _is_folio(self, index: int) -> bool:
        """Say whether line `index` is a page number in any of the forms that prints have: `3`, `- 3 -`, `Page 3`, `3/9`, `000123`."""
        line, stripped = self._lines.shown[index], self._lines.stripped[index]
        if not self._ends[stripped[-LONGEST_END:]]:
            return False
        return stripped.isdigit() or self._number.match(line) is not None or self._folio.match(line) is not None

    def after_strange_line(self, draft: Draft, index: int) -> int | None:
        """Return where an unfinished header goes on after one or two lines that are nobody's, or None.

        A stamp or a banner stands in the header where labels follow it at once that are just those the header lacks, two of them or its
        last. Where the block proves a header, those lines are furniture.
        """
        if draft.label is None or draft.complete or not draft.names & {"from", "to"}:
            return None
        if draft.label.field in _LISTS and not self._is_stamp(index):
            return None
        line = self._after_short_lines(index)
        found: list[str] = []
        after = line
        while after in self._labels and self._labels[after].field not in (draft.names | set(found)):
            found.append(self._labels[after].field)
            after += 1
        missing = CORE - draft.names
        right_below = draft.label.field == "from" and not draft.gap and found[:1] == ["date"]
        if not missing & set(found) or not (right_below or len(found) >= 2 or missing <= set(found)):
            return None
        strange = [place for place in range(index, line) if not self._lines.blank[place] and place not in self._furniture]
        if draft.label.field == "from" and not draft.gap and any(map(self._may_name, strange)):
            draft.undecided.extend(RawField(UNDECIDED_FIELD, "", self._lines.stripped[place], place, place, False, False) for place in strange)
        else:
            draft.strange.extend(strange)
        return line

    def _may_name(self, index: int) -> bool:
        """Say whether line `index`, right below an author, may be the rest of the name: it is in no capitals, and no line that comes again."""
        return not self._is_stamp(index) and self._lines.counts[self._lines.stripped[index]] == 1

    def _after_short_lines(self, index: int) -> int:
        """Return the line of the label below a few short lines from line `index`, or below them and a page's foot and head; else one of no label."""
        line, seen = index, 0
        while line < min(index + 2 * MAX_GAP, self._lines.count) and line not in self._labels and len(self._lines.shown[line]) <= _HEAD_WIDTH:
            if line in self._furniture:
                while line < self._lines.count and (self._lines.blank[line] or line in self._furniture):
                    line += 1
                continue
            seen += 1
            if seen > _STRANGE_LINES:
                break
            line += 1
        return line

    def _is_stamp(self, index: int) -> bool:
        """Say whether line `index` is in capitals and no name of a list."""
        line = self._lines.stripped[index]
        return line.isupper() and not any(mark in line for mark in ",;@<(")

    def is_owner_line(self, draft: Draft, index: int) -> bool:
        """Say whether a mailbox owner's name line stands inside a header that a page break tore."""
        if not draft.gap or draft.complete or self._owners.match(self._lines.shown[index]) is None:
            return False
        open_list = draft.label and draft.label.field in _LISTS and draft.parts[-1].rstrip().endswith((";", ","))
        after = self._lines.next_text(index + 1)
        return not open_list and after in self._labels and self._labels[after].field not in draft.names
