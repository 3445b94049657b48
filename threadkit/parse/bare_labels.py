"""Find labels that stand without a colon, as Outlook on the web prints them: `De Odile Lavigne <...>`, `Date lun. 2024-03-04 09:12`, `À Paul Roy`.

Prose begins with such words too. They are labels only three in a row: an author, a date with a time of day, and recipients.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from threadkit.parse.column_labels import find_column_labels
from threadkit.parse.dates import prints_time
from threadkit.parse.header_block import HeaderBlock, RawField
from threadkit.parse.labels import LabelLine, find_misread, misread_field
from threadkit.parse.lines import Lines
from threadkit.words import Words

__all__ = ["find_bare_labels", "find_labels_beside", "has_bare_labels"]

_FIELDS = frozenset({"from", "to", "cc", "bcc", "date", "subject", "attachments", "importance"})
_REACH = 6
_FAR = 3
_COLONS = (":", "\uff1a", ";")
_LONGEST_DATE = 80
_WORD = re.compile(r"\w")
#: Two words or more with capital letters: `Valliani, Amira`, `Jean-Luc Roy`.
_NAME = re.compile(r"[^\W\d_a-z][\w'’.-]*+(?:,? [^\W\d_a-z][\w'’.-]*+){1,4}")
_FIRST_LETTERS = 3
_LINES_ABOVE = 2
_ADDRESSED = re.compile(r"[^\s@<]@[\w.-]{3,80}>?$")
#: A word and, far from it, a value: `Subjoct          Rencontre`.
_FAR_BESIDE = re.compile(r"([ \t\u00a0>]*+)(\w{4,20})([ \t\u00a0]{3,})([^\n]+)")
#: A name with what stands in brackets behind it, whatever recognition made of the address: `H <HDR22Zexample.tom>`.
_BRACKETED = re.compile(r"\S [<\[][^<>\[\]\s]{6,}[>\])]?$")


@cache
def _labels(words: Words) -> Mapping[str, str]:
    """Return label as printed -> field."""
    return {label.text: label.field for label in words.labels if label.field in _FIELDS}


@cache
def _dated(words: Words) -> tuple[frozenset[str], re.Pattern[str]]:
    """Return the first letters of a line that has a date's label, and the pattern of such a line: its label, blanks, and words with a digit."""
    texts = sorted((text for text, field in _labels(words).items() if field == "date"), key=lambda text: (-len(text), text))
    pattern = re.compile(rf"(?:{'|'.join(map(re.escape, texts))})[ \t\u00a0]+([^\n:]*[0-9][^\n]*)")
    return frozenset(text[:_FIRST_LETTERS] for text in texts), pattern


@cache
def _beginning(words: Words) -> re.Pattern[str]:
    texts = sorted(_labels(words), key=lambda text: (-len(text), text))
    return re.compile(rf"({'|'.join(map(re.escape, texts))})[ \t\u00a0]+(\S.*)")


@cache
def _beside(words: Words) -> re.Pattern[str]:
    texts = sorted(_labels(words), key=lambda text: (-len(text), text))
    return re.compile(rf"([ \t\u00a0>]*+)({'|'.join(map(re.escape, texts))})([ \t\u00a0]+|$)([^\n]*)")


def find_bare_labels(lines: Lines, words: Words, found: dict[int, LabelLine]) -> None:
    """Add the labels without a colon to the label lines found: those in a column of their own, and those of three lines in a row."""
    find_column_labels(lines, words, found)
    _find_recipients_below_date(lines, words, found)
    (begin, pattern), shown = _dated(words), lines.shown
    for index in [index for index in lines.with_digits if shown[index][:_FIRST_LETTERS] in begin]:
        match = pattern.match(shown[index])
        if match and len(match[1]) <= _LONGEST_DATE and index not in found and prints_time(match[1]):
            found.update(_run_around(lines, words, index, found))


@cache
def _recipients(words: Words) -> re.Pattern[str]:
    """Return the pattern of a line of recipients without a colon, the first with an address: `À Paul Roy <paul@...>`; it begins with a newline."""
    texts = sorted((text for text, field in _labels(words).items() if field == "to"), key=lambda text: (-len(text), text))
    return re.compile(rf"\n(?:{'|'.join(map(re.escape, texts))})[ \t\u00a0]+[^\n:;@]{{0,60}}@")


def _find_recipients_below_date(lines: Lines, words: Words, found: dict[int, LabelLine]) -> None:
    """Add the label of the recipients, and of the copies below, right under a line that is a time of day alone and a line that ends in an address."""
    if "@" not in lines.text:
        return
    for index, _ in lines.starting_with(_recipients(words)):
        if index < _LINES_ABOVE or index in found or not _ADDRESSED.search(lines.stripped[index - 2]) or not prints_time(lines.stripped[index - 1]):
            continue
        for row in (index, index + 1):
            match = _beginning(words).fullmatch(lines.stripped[row]) if row < lines.count and row not in found else None
            if match is None or _labels(words)[match[1]] != ("to" if row == index else "cc"):
                break
            found[row] = LabelLine(_labels(words)[match[1]], match[1], match[2].strip(), False, 0, False, False)


def find_labels_beside(lines: Lines, words: Words, found: dict[int, LabelLine]) -> None:
    """Add the lines right above or below a label that begin with one whose colon recognition lost: `Sent    Saturday, October 13, 2012 9:23 AM`.

    What follows must be what such a label has: a time of day, an address or a list, or a value that stands far from it, as theirs do.
    """
    grows = True
    while grows:
        before = len(found)
        for line in sorted(found):
            for near in (line - 1, line + 1):
                if near not in found and 0 <= near < lines.count and not lines.blank[near]:
                    _add_beside(lines, words, found, near)
        grows = len(found) > before
        if grows:
            find_misread(lines, words, found)


def _add_beside(lines: Lines, words: Words, found: dict[int, LabelLine], near: int) -> None:
    """Add a line beside a label where it begins with one itself."""
    match = _beside(words).match(lines.shown[near])
    field = _labels(words)[match[2]] if match else None
    if match is None:
        match = _FAR_BESIDE.match(lines.shown[near])
        field = misread_field(match[2], words) if match else None
    if match is None or field not in _FIELDS:
        return
    if field == "from" and near > 0 and lines.stripped[near - 1].endswith((";", ",")):
        return  # a list goes on with a name: `De Grandpré, Luc; Van Den Bosch, Anne`
    value, around = match[4].strip(), _fields_around(near, found)
    if field not in around and (_is_value(field, value, len(match[3])) or _completes(field, value, around, lines, near)):
        found[near] = LabelLine(field, match[2], value, False, match[1].count(">"), False, False)


def has_bare_labels(block: HeaderBlock, lines: Lines) -> bool:
    """Say whether the labels of a block, the author's and the date's, stand without a colon."""
    return all(_is_bare(block.get(name), lines) for name in ("from", "date"))


def _is_bare(labelled: RawField | None, lines: Lines) -> bool:
    if labelled is None or not labelled.label:
        return False
    after = lines.shown[labelled.first].lstrip(" \t\u00a0>*").removeprefix(labelled.label)
    return after[:1] in (" ", "\t", "\u00a0") and after.lstrip(" \t\u00a0*")[:1] not in _COLONS


def _is_value(field: str, value: str, gap: int) -> bool:
    """Say whether a text is what stands behind a label of such a meaning, so many blanks behind it."""
    if not value:
        return field in ("cc", "bcc")
    if field == "date":
        return prints_time(value)
    if value[0].islower():
        return False
    return gap >= _FAR or (field != "subject" and ("@" in value or ";" in value or _BRACKETED.search(value) is not None))


def _completes(field: str, value: str, around: set[str], lines: Lines, near: int) -> bool:
    """Say whether a label and its value are what the labels around lack: a name above a date and recipients, a subject below an author's."""
    if field == "from":
        begins = near == 0 or _WORD.search(lines.shown[near - 1]) is None or lines.starts_page(near)
        return begins and "date" in around and bool(around & {"to", "subject"}) and _NAME.fullmatch(value) is not None
    return field == "subject" and "date" in around and bool(around & {"from", "to"}) and value[:1].isupper()


def _fields_around(near: int, found: Mapping[int, LabelLine]) -> set[str]:
    """Return the fields of the labels right above and right below a line, without a gap."""
    fields: set[str] = set()
    for step in (-1, 1):
        line = near + step
        while (label := found.get(line)) is not None:
            fields.add(label.field)
            line += step
    return fields


def _run_around(lines: Lines, words: Words, dated: int, found: Mapping[int, LabelLine]) -> dict[int, LabelLine]:
    """Return the labels around the line of a date: an author above or below and recipients below, or none."""
    run: dict[int, LabelLine] = {}
    taken: set[str] = set()
    for index in range(max(0, dated - _REACH), min(lines.count, dated + _REACH + 1)):
        if lines.blank[index] or index in found:
            if index > dated and "to" in taken:
                break
            run, taken = ({}, set()) if index < dated else (run, taken)
            continue
        match = _beginning(words).fullmatch(lines.shown[index].strip())
        field = _labels(words)[match[1]] if match else None
        if match and field and field not in taken:
            taken.add(field)
            run[index] = LabelLine(field, match[1], match[2].strip(), False, 0, False, False)
    return run if {"from", "date", "to"} <= taken else {}
