"""Decide whether a line without label continues the header field above it, and how the two are joined.

Wrong either way costs: a greeting glued to a subject, or half of a recipient list lost in the body. So each kind of field has its rule,
and every rule asks for a sign in the text (an open bracket, a trailing semicolon, a name with an extension, a label still to come).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from threadkit.parse.ahead import INNER_FIELDS, LONGEST_BREAK, Ahead, holds_sentence
from threadkit.parse.continued_authors import AuthorRule
from threadkit.parse.continued_files import FilesRule
from threadkit.parse.continued_subjects import SubjectRule
from threadkit.parse.cut_lines import begins_behalf, stops_at_bare_bracket
from threadkit.parse.dates import looks_like_date, read_date
from threadkit.parse.known_lines import lines_holding
from threadkit.parse.labels import LabelLine
from threadkit.parse.line_widths import LineWidths
from threadkit.parse.lines import Lines
from threadkit.words import Words

_RECIPIENTS = frozenset({"to", "cc", "bcc", "reply-to", "from", "on-behalf-of"})
_OPEN_BRACKET = re.compile(r"[<\[][^>\]]*$")
_OPEN_PARENTHESIS = re.compile(r"\([^()]*$")
_CUT_ADDRESS = re.compile(r"[<\[](?:mailto:)?[^>\]\s]*$|@[\w.-]*[.-]$|\S@$", re.IGNORECASE)
#: The rest of an address behind its `@`.
_DOMAIN = re.compile(r"[\w-]{1,63}\.[\w-]")
_CUT_WORD = re.compile(r"[^\W_]-$|_$")
_ADDRESS = re.compile(r"\S@\S|[<\[][^<>\[\]]*$|^[^<>\[\]]*[>\]]")
_NAME_LIKE = re.compile(r"^[^\W\d_a-zà-ÿ][\w'’.-]*(?:[ -][\w'’.()-]+){0,4},? [^\W\d_a-zà-ÿ][\w'’.-]*(?:[ -][\w'’.-]+){0,3}(?: ?\([^()]*\))? ?;?$")
_OPEN_NAME = re.compile(r"\s*[,;]\s*[^<>@;\[\]]{1,60}$")
_SHORT_NAME = re.compile(r"^[^\W\d_a-zà-ÿ][\w'’.-]*(?:[ -][\w'’.-]+){0,3}$")
_CLOSED_ADDRESS = re.compile(r"[<\[][^<>\[\]]*(?:@| at )[^<>\[\]]*[>\]]")
_LONGEST_CUT_GIVEN = 16
_CLAUSE = 2
_COPIED = frozenset({"to", "cc", "bcc"})
#: What is attached, and how many: `photos (6)`.
_COUNTED = re.compile(r"\w[^\n.!?]{1,40} \(\d{1,3}\)[ ;]*")
_LOOK_AHEAD = 40
_MAX_TORN = 6
_LONGEST_LIST = 1500
_MAX_PLAIN_WRAP = 3
_LONGEST_BREAK_IN_LIST = 12


def listed_name_is_open(text: str) -> bool:
    """Say whether a list with addresses stops inside a name: after the comma of the last address, or of a surname, no address stands."""
    last = max(text.rfind(">"), text.rfind("]"))
    return last >= 0 and _OPEN_NAME.match(text[last + 1 :]) is not None


def _tells_minutes(hour: str, whole: str) -> bool:
    """Say whether a date read to the whole hour (`à 10 h`) has its minutes on the next line."""
    return hour.endswith(":00") and hour[:-2] == whole[:-2] and hour != whole


class Continuation:
    """The continuation rules of one source."""

    def __init__(self, lines: Lines, labels: Mapping[int, LabelLine], furniture: Mapping[int, str], words: Words) -> None:
        self._lines = lines
        self._labels = labels
        self._furniture = furniture
        self._ahead = Ahead(lines, labels, furniture)
        self._widths = LineWidths(lines)
        self._files = FilesRule(lines, labels, furniture, self._ahead, words)
        self._authors = AuthorRule(lines, furniture, self._ahead, self._widths, words)
        self._subjects = SubjectRule(lines, self._ahead, self._widths, words)
        self._list = range(0)
        self._spelled = words.any_of("spelled-address")
        self._behalf = words.any_of("on-behalf")
        self._greetings = words.any_of("greeting")
        self._contacts = lines_holding(words, "contact")

    @staticmethod
    def glue(field: str, tail: str, more: str) -> str:
        """Return what stands between a field's text so far (its `tail`) and the next line: one blank, or nothing inside what the wrap cut."""
        if not tail:
            return ""
        if field in _RECIPIENTS and more[:1] == "@":
            return ""
        first = re.split(r"[>\];]", more, maxsplit=1)[0]
        if field in _RECIPIENTS and " " not in first and _CUT_ADDRESS.search(tail):
            return ""
        return "" if _CUT_WORD.search(tail) else " "

    def continues(self, field: str, text: str, index: int, gap: int, missing: AbstractSet[str]) -> bool:
        """Say whether line `index` continues `field`, whose text so far is `text`.

        Args:
            field: the meaning of the field above.
            text: the end of its value so far, unfolded.
            index: the line in question: neither blank, nor furniture, nor a label.
            gap: blank and furniture lines between the field and the line.
            missing: which of from, date and subject the block still lacks.
        """
        line = self._lines.unquoted(index).strip(" \t\u00a0*")
        if field in _RECIPIENTS:
            return self._continues_recipients(field, text, line, index, gap, missing)
        if field == "attachments":
            return not self.is_greeting(line) and self._files.continues(text, line, index, gap)
        if field == "date":
            return self._continues_date(text, line, gap)
        if field == "subject":
            return self._subjects.continues(text, line, index, gap, missing)
        return gap == 0 and bool(missing) and self._ahead.label_follows(index, 1)

    def fills_line(self, index: int) -> bool:
        """Say whether line `index` was wrapped: the first word of the next line has no room on it."""
        return self._widths.fills(index)

    def is_greeting(self, line: str) -> bool:
        """Say whether a line opens a message's own words."""
        return self._greetings.match(line) is not None

    def _continues_recipients(self, field: str, text: str, line: str, index: int, gap: int, missing: AbstractSet[str]) -> bool:
        """Take a line for more people: by what the text above stops in, and if that leaves it open, by the field and what stands between."""
        if self.is_nobody(line, gap) or (self.is_greeting(line) and "@" not in line and ";" not in line):
            return False
        if not gap and stops_at_bare_bracket(text, line) and not self._ahead.label_follows(index, _MAX_PLAIN_WRAP):
            return False
        if (stopped_inside := self._ends_what_stopped(field, text, line, gap)) is not None:
            return stopped_inside
        if field == "from" and text and not _OPEN_PARENTHESIS.search(text):
            return self._continues_author(text, line, index, gap, missing)
        listed = ";" in line or line.startswith("(") or bool(_ADDRESS.search(line))
        if not text and field == "from" and not gap and self._authors.begins(line, index):
            return True
        if not text:
            return self._begins_list(line, index, gap, missing, listed)
        if gap:
            return self._continues_list_past_gap(line, index, gap, missing, listed)
        return self._continues_list(text, line, index, missing, listed)

    @staticmethod
    def _ends_what_stopped(field: str, text: str, line: str, gap: int) -> bool | None:
        """Say whether a line goes on where the people above stop inside a bracket, a list, an address or a name; None where they stop in none."""
        if gap <= _MAX_PLAIN_WRAP and ((text.endswith("@") and _DOMAIN.match(line)) or (line[:1] == "@" and _DOMAIN.match(line[1:]))):
            return True
        if _OPEN_BRACKET.search(text) or text.endswith(";"):
            return gap <= _LONGEST_BREAK_IN_LIST and (";" in line or "@" in line or not holds_sentence(line))
        if text.endswith(",") and "@" in text and _ADDRESS.search(line) and not holds_sentence(line):
            return gap <= LONGEST_BREAK
        if gap > _MAX_PLAIN_WRAP:
            return None
        if ";" in line and (";" in text or _CUT_WORD.search(text)) and not holds_sentence(line):
            return True
        if field == "from" and gap == 0 and text.endswith(",") and "@" in line and ";" not in line:
            return True
        return True if listed_name_is_open(text) and _ADDRESS.search(line) and not holds_sentence(line) else None

    def _continues_author(self, text: str, line: str, index: int, gap: int, missing: AbstractSet[str]) -> bool:
        """Take a line for more of an author: the rest of `on behalf of`, the name behind it, the rest of a name, or an address in brackets."""
        if gap == 0 and (self._cuts_behalf(text, line) or begins_behalf(self._behalf, line, index, self._lines)):
            return True
        if missing and self._authors.continues(text, line, index, gap):
            return True
        if gap == 0 and self._cuts_name(text) and self._ahead.label_follows(index, 1):
            return bool(_SHORT_NAME.match(line)) or "@" in line or self._spelled.search(line) is not None
        return line.startswith(("<", "[", "(")) and gap <= _MAX_PLAIN_WRAP and not (";" in line and _CLOSED_ADDRESS.search(text))

    def _begins_list(self, line: str, index: int, gap: int, missing: AbstractSet[str], listed: bool) -> bool:
        """Take a line for the people of a label that has none on its own line: right below it, or past a page's furniture."""
        if holds_sentence(line):
            return False
        if not gap:
            return listed or bool(_NAME_LIKE.match(line))
        is_torn = any(above in self._furniture for above in range(index - gap, index))
        return is_torn and bool(missing) and gap <= _MAX_TORN and ";" in line and self.list_runs_to_label(index)

    def _continues_list_past_gap(self, line: str, index: int, gap: int, missing: AbstractSet[str], listed: bool) -> bool:
        """Take a line below blank lines or furniture for more people: the rest of a word, or a list that runs to the header's next label."""
        if missing and line[:1].islower() and gap <= LONGEST_BREAK and self._ahead.block_goes_on(index):
            return True
        if missing and index in self._list and gap <= _LONGEST_BREAK_IN_LIST:
            return True
        return listed and bool(missing) and gap <= _MAX_TORN and not holds_sentence(line) and self.list_runs_to_label(index)

    def _continues_list(self, text: str, line: str, index: int, missing: AbstractSet[str], listed: bool) -> bool:
        """Take the line right below for more people: behind an open end, up to the header's next label, or by what it begins with."""
        if text.endswith(",") or _OPEN_PARENTHESIS.search(text):
            return listed or bool(missing) or bool(_NAME_LIKE.match(line))
        if missing and (self._ahead.label_follows(index, _MAX_PLAIN_WRAP) or self.list_runs_to_label(index) or self._ahead.block_goes_on(index)):
            return True
        if missing and self._list_fills_to_label(index, text):
            return True
        return listed and line.startswith(("<", "[", ";", "("))

    def _cuts_name(self, text: str) -> bool:
        """Say whether an author's field stops at, or right after the first words of, the one on whose behalf it was sent."""
        found = self._behalf.search(f"{text} .")
        return found is not None and len(text) - found.end() <= _LONGEST_CUT_GIVEN and not text.endswith((">", "]"))

    def _cuts_behalf(self, text: str, line: str) -> bool:
        """Say whether the words "on behalf of" are cut by the wrap: `... au` and `nom de X`."""
        return (found := self._behalf.search(f"{text} {line}")) is not None and found.start() < len(text) < found.end() - 1

    def is_prose(self, label: LabelLine, index: int) -> bool:
        """Say whether a label right below the subject reads like words of the message: `PJ : mon horaire`, `Cc : Paul, que j'ajoute`.

        Attachments in small letters without a file's name, on this line or the next, and without their count (`photos (6)`); a copy that goes
        on, after a comma, in small letters.
        """
        value = label.value
        if label.field == "attachments":
            below = self._lines.unquoted(index + 1) if index + 1 < self._lines.count and index + 1 not in self._labels else ""
            named = f"{value} {below}".replace(",", ".")  # recognition takes the one for the other
            return value[:1].islower() and _COUNTED.fullmatch(value) is None and not self._files.names_file(named)
        if label.field not in _COPIED or "@" in value or ";" in value:
            return False
        parts = [part.split() for part in value.split(",")[1:]]
        return any(len(part) >= _CLAUSE and all(word[0].islower() for word in part) for part in parts)

    def is_listed(self, index: int) -> bool:
        """Say whether line `index` holds a semicolon or an address, as recipient lists do."""
        return ";" in self._lines.shown[index] or _ADDRESS.search(self._lines.shown[index]) is not None

    def is_nobody(self, line: str, gap: int) -> bool:
        """Say whether a line in a list names nobody: the address or telephone at a page's foot, or, past a page's end, a head with a number."""
        if "@" in line or ";" in line or not any(map(str.isdigit, line)):
            return False
        return bool(gap and any(map(str.isdigit, line.partition("(")[0]))) or self._contacts[line]

    def goes_on_to_label(self, index: int, text: str) -> bool:
        """Say whether a list whose text so far is `text` goes on from line `index` to the header's next label."""
        return self.list_runs_to_label(index) or self._list_fills_to_label(index, text)

    def list_runs_to_label(self, index: int) -> bool:
        """Say whether lines that look like recipients run from `index` to a label line, or for longer than any prose would."""
        limit = min(index + _LOOK_AHEAD, self._lines.count)
        for ahead in range(index, limit):
            if ahead in self._labels and ahead > index:
                return True
            if self._lines.blank[ahead] or ahead in self._furniture:
                continue
            line = self._lines.shown[ahead]
            if not (";" in line or "@" in line or ">" in line or line.lstrip().startswith("(") or _NAME_LIKE.match(line.strip())):
                return False
        return limit == index + _LOOK_AHEAD

    def _list_fills_to_label(self, index: int, text: str) -> bool:
        """Say whether all lines from `index` to the next label of the same header belong to a list with semicolons.

        None is a sentence, and none is blank but at a page's end.
        """
        if index in self._list:
            return True
        listed, gap, torn = ";" in text, 0, False
        for ahead in range(index, min(index + _LONGEST_LIST, self._lines.count)):
            if (label := self._labels.get(ahead)) is not None:
                self._list = range(index, ahead) if listed and label.field in INNER_FIELDS else range(0)
                return index in self._list
            line = self._lines.stripped[ahead]
            ends_page = ahead in self._furniture or ahead in self._lines.hard_start or line.isdigit() or (bool(line) and self.is_nobody(line, gap))
            if self._lines.blank[ahead] or (ends_page and not self.is_listed(ahead)):
                gap, torn = gap + 1, torn or ends_page
                continue
            if (gap and not torn) or gap > _LONGEST_BREAK_IN_LIST or self.is_greeting(line) or (";" not in line and holds_sentence(line)):
                return False
            listed, gap, torn = listed or ";" in line, 0, False
        return False

    @staticmethod
    def _continues_date(text: str, line: str, gap: int) -> bool:
        """Take a line for the rest of a date only where the two together are a better date than the first alone."""
        if gap or len(line) > 40 or not (looks_like_date(line) or looks_like_date(f"{text} {line}")):
            return False
        before, after = read_date(text), read_date(f"{text} {line}")
        if after is None or after.value is None:
            return False
        return before is None or before.value is None or len(after.value) > len(before.value) or _tells_minutes(before.value, after.value)

