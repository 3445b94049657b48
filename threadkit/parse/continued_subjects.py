"""Decide whether a line without label continues the subject above it, or is the first of the message's own words."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

from threadkit.parse.ahead import INNER_FIELDS, Ahead, holds_sentence
from threadkit.parse.line_widths import LineWidths
from threadkit.parse.lines import Lines
from threadkit.words import Words

_CALL = re.compile(r"^[^\W\d_a-zß-ÿ][\w'’.-]*(?:[ -][^\W\d_a-zß-ÿ][\w'’.-]*){0,2},$")
#: How an encoded word of RFC 2047 ends and begins.
_WORD_START, _WORD_END = "=?", "?="
_ENDS = (",", ".", "!", "?")
#: What Notes prints above its labels.
_ABOVE_LABELS = frozenset({"from", "date"})
_BELOW_SUBJECT = INNER_FIELDS - {"subject", "bcc"} | {"to", "sent-by"}
_MOST_REST = 3
_MIN_WRAPPED = 60


class SubjectRule:
    """The rule of subjects in one source."""

    def __init__(self, lines: Lines, ahead: Ahead, widths: LineWidths, words: Words) -> None:
        self._lines = lines
        self._ahead = ahead
        self._widths = widths
        self._rest = range(0)
        self._greetings = words.any_of("greeting")
        self._open_words = words.texts("open-word")
        self._titles = frozenset(words.folded_terms("personal-title"))
        self._fold = words.folding.fold

    def continues(self, text: str, line: str, index: int, gap: int, missing: AbstractSet[str]) -> bool:
        """Take a line for the rest of a subject where a label still follows, or where the subject fills its line and stops mid-phrase."""
        if gap or not text:
            return False
        if text.endswith(_WORD_END) and line.startswith(_WORD_START):
            return True
        is_cut = self._is_cut(text)
        if self._opens_words(line, index, is_cut):
            return False
        if missing and (missing != _ABOVE_LABELS or self._ahead.label_follows(index, 2)):
            return self._ahead.label_follows(index, 2)
        return self._ahead.field_below(index) in _BELOW_SUBJECT or index in self._rest or self._ends_subject(line, index, is_cut)

    def _is_cut(self, text: str) -> bool:
        """Say whether a subject stops at a word with which none ends: `Réponse au comité sur les`."""
        words = text.rsplit(maxsplit=1)
        return bool(words) and words[-1] in self._open_words

    def _opens_words(self, line: str, index: int, is_cut: bool) -> bool:
        """Say whether a line calls or greets somebody, or holds a sentence with no label of the same header below."""
        if _CALL.match(line) or (self._greetings.match(line) and not (is_cut and self._is_titled(line))):
            return True
        return holds_sentence(line) and not (self._ahead.field_below(index) in INNER_FIELDS | {"to"} and ". " not in line)

    def _is_titled(self, line: str) -> bool:
        """Say whether a line begins with somebody's title (`Mme Roy du 29 avril`), as a greeting may too, and calls nobody."""
        return self._fold(line.split(maxsplit=1)[0]) in self._titles and not line.endswith(_ENDS)

    def _ends_subject(self, line: str, index: int, is_cut: bool) -> bool:
        """Say whether no label follows and a line is the rest of a subject all the same: of one that is cut, or that had no room above."""
        if line.endswith(_ENDS):
            return False
        filled = self._widths.fills(index - 1)
        ends_here = self._words_begin_below(index) or (filled and self._widths.is_short_rest(index))
        if is_cut and (ends_here or self._goes_on_small(line, index) or (filled and self._rest_from(index))):
            return True
        return ends_here and self._had_no_room(line, index, filled)

    def _goes_on_small(self, line: str, index: int) -> bool:
        """Say whether a line goes on in small letters with a subject that is cut, and is cut itself or stands above no further line in small letters."""
        return line[:1].islower() and (self._is_cut(line) or not self._ahead.words_below(index)[:1].islower())

    def _words_begin_below(self, index: int) -> bool:
        """Say whether the message's words begin right below a line, with a call or a greeting, or a blank line stands there."""
        below = self._ahead.words_below(index)
        return not below or self._greetings.match(below) is not None or _CALL.match(below) is not None

    def _had_no_room(self, line: str, index: int, filled: bool) -> bool:
        """Say whether the first word of a line had no room on the full line above, and the line is no longer than that one."""
        above = len(self._lines.unquoted(index - 1).rstrip())
        with_word = above + 1 + len(line.split(" ", 1)[0])
        is_wrapped = above >= _MIN_WRAPPED or (filled and self._widths.is_narrow(index))
        return is_wrapped and len(line) < with_word and (line[:1].islower() or with_word > self._widths.longest(index))

    def _rest_from(self, index: int) -> bool:
        """Say whether the rest of a subject runs from line `index` over full lines, each going on in small letters, to a short one above a capital."""
        for line in range(index, min(index + _MOST_REST, self._lines.count - 1)):
            below = self._lines.stripped[line + 1]
            if self._widths.is_short_rest(line):
                self._rest = range(index, line + 1) if line > index and not below[:1].islower() else range(0)
                return index in self._rest
            if not below[:1].islower() or not self._widths.fills(line) or holds_sentence(self._lines.shown[line]):
                return False
        return False
