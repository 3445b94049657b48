"""Decide whether a line without label is the rest of an author's name that the wrap cut, or a stamp between two labels.

A name cut short is a wrong name, and so is one with a stamp at its end: a line is taken where the name stops inside a word or a phrase, or where
the line had no room above. What is left is told as undecided (`interruptions`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from threadkit.parse.ahead import LONGEST_BREAK, Ahead, holds_sentence
from threadkit.parse.line_widths import LineWidths
from threadkit.parse.lines import Lines
from threadkit.words import Words

_CUT_WORD = re.compile(r"[^\W\d_]-$")
_ADDRESS = re.compile(r"[<\[(]*(?:mailto:)?[^\s<>\[\]]+@[^\s<>\[\]]+[>\])]*")
_DIGIT = re.compile(r"\d")
_LONGEST_NAME = 3
_LEAST_WORDS = 3
_SMALL_WORD = 3


class AuthorRule:
    """The rule of authors in one source."""

    def __init__(self, lines: Lines, furniture: Mapping[int, str], ahead: Ahead, widths: LineWidths, words: Words) -> None:
        self._lines = lines
        self._furniture = furniture
        self._ahead = ahead
        self._widths = widths
        self._behalf = words.any_of("on-behalf")
        self._greetings = words.any_of("greeting")
        self._open_words = words.texts("open-word")

    def begins(self, line: str, index: int) -> bool:
        """Take the line right below an author's label without value for the name: a label follows it, or follows the rest of the name."""
        return self._ahead.label_follows(index, _LONGEST_NAME) and self._may_name("", line)

    def continues(self, text: str, line: str, index: int, gap: int) -> bool:
        """Take a line for the rest of a name where a label follows: right below it, or, of a word cut at its hyphen, past a page's foot and head."""
        if not self._ahead.label_follows(index, _LONGEST_NAME) or not self._may_name(text, line):
            return False
        if gap:
            return bool(_CUT_WORD.search(text)) and gap <= LONGEST_BREAK and any(above in self._furniture for above in range(index - gap, index))
        addressed = _ADDRESS.search(line) is not None and "@" not in text
        told = addressed or self._stops_inside(text) or self._goes_on(text, line) or self._behalf.match(f" {line}") is not None
        return told or self._had_no_room(index) or self._is_office(text, line)

    def _may_name(self, text: str, line: str) -> bool:
        """Say whether a line can be somebody's name: no sentence, no number, no greeting, and in capitals only below capitals."""
        shouts = line.isupper() and not text.isupper() and not _CUT_WORD.search(text)
        return not (shouts or holds_sentence(line) or self._greetings.match(line) or _DIGIT.search(_ADDRESS.sub("", line)))

    def _stops_inside(self, text: str) -> bool:
        """Say whether a name stops inside a word, behind a comma, or at a word with which none ends: `Direction des`."""
        return _CUT_WORD.search(text) is not None or text.endswith((",", "&")) or text.rsplit(maxsplit=1)[-1] in self._open_words

    @staticmethod
    def _is_office(text: str, line: str) -> bool:
        """Say whether a name of three words or more without comma or address, as an office has, goes on with words in capital letters: `Master of Ports`."""
        if "," in text or "@" in text or len(text.split()) < _LEAST_WORDS:
            return False
        words = [word for word in line.split() if len(word) > _SMALL_WORD]
        return bool(words) and all(word[0].isupper() for word in words)

    def _goes_on(self, text: str, line: str) -> bool:
        """Say whether a line begins in small letters, or, below an office, with a small word in capitals: `DES BÂTIMENTS`."""
        return line[:1].islower() or ("," not in text and line.split(maxsplit=1)[0].lower() in self._open_words)

    def _had_no_room(self, index: int) -> bool:
        """Say whether the first word of a line had no room on the line above, and the line stands nowhere else."""
        return self._widths.fills(index - 1) and self._lines.counts[self._lines.stripped[index]] == 1
