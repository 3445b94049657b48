"""Find the lines that begin with a printed label and a colon: `De :`, `Envoyé le :`, `*Objet :*`, `> À :`."""

from __future__ import annotations

import quopri
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from threadkit.parse.lines import Lines
from threadkit.words import Words

OPENERS = frozenset({"from", "date", "subject", "to", "sent-by"})
"""The fields with which a header may open."""

_COLONS = ":\uff1a;"
_LOOK_ALIKES = str.maketrans("015", "ols")
_COUNT = re.compile(r"\s*\(\d{1,3}\)$")
_MARKER = r"(?:-{2,}[^\n:-]{4,40}-{2,}[ \t\u00a0]*+)?+"
_EMPHASIS = "*_ \t\u00a0"


class LabelLine(NamedTuple):
    """One line that begins with a label. `tight` says that no blank stands before the colon; `value` is the text after it; `damaged` that OCR made the colon
    a semicolon; `marked` that a quotation marker stands before it. `place` is where a label inside the line begins.
    """

    line: int
    field: str
    label: str
    value: str
    tight: bool
    quote_depth: int
    starred: bool
    damaged: bool
    marked: bool = False
    place: int = 0


def damaged_forms(text: str) -> set[str]:
    """Return the ways in which a label prints where its accented letters were lost (`Envoy?`)."""
    decomposed = [unicodedata.normalize("NFD", char) for char in text]
    if all(len(char) == 1 for char in decomposed):
        return set()
    return {"".join(lost if len(char) > 1 else char for char in decomposed) for lost in ("?", "\ufffd")}


@cache
def _label_table(words: Words) -> dict[str, str]:
    fold = words.folding.fold
    table: dict[str, str] = {}
    for label in words.labels:
        table.setdefault(fold(label.text), label.field)
    for label in words.labels:
        for damaged in damaged_forms(label.text):
            table.setdefault(fold(damaged), label.field)
    return table


def _beginning(words: Words, labels: Iterable[str]) -> str:
    """Return the pattern of a line's start that could be one of some labels, its colon included, with the newline before it.

    It is searched in the whole text at once: a literal first character makes that fast, and possessive runs keep it linear.
    """
    fold, texts = words.folding.fold, [form for label in labels for form in (label, *damaged_forms(label))]
    firsts = {char for text in texts for first in (text[0], fold(text)[0]) for char in (first.lower(), first.upper())}
    letters = re.escape("=01" + "".join(sorted(firsts)))
    longest = max(len(fold(text)) for text in texts) + 6
    return rf"\n[ \t\u00a0\f>|*\ufeff\u200b]*+{_MARKER}([{letters}][^\n{_COLONS}]{{0,{longest}}}+)[{_COLONS}]"


@cache
def _opening(words: Words) -> re.Pattern[str]:
    return re.compile(_beginning(words, [label.text for label in words.labels if label.field in OPENERS]))


@cache
def _candidate(words: Words) -> re.Pattern[str]:
    return re.compile(_beginning(words, [label.text for label in words.labels]) + r"([^\n]*)")


def find_openings(text: str, words: Words) -> Iterator[int]:
    """Yield the offset of every line at which a header could open: it begins with the label of an author, a date, a subject or a recipient.

    Nothing more is asked, so that a text is scanned faster than its lines can be read one by one. Most openings open nothing: blocks decide.
    """
    for match in _opening(words).finditer("\n" + text):
        if _field_of(match[1], words) in OPENERS:
            yield match.start()


def find_label_lines(lines: Lines, words: Words) -> dict[int, LabelLine]:
    """Return the label lines of a source by line index.

    A label is matched without case, accents or blanks, with the count of `Pièces jointes (3)` left out. A line that holds a label is not
    yet a header field: blocks decide. Where no header could open, no label matters.
    """
    found: dict[int, LabelLine] = {}
    if next(find_openings(lines.text, words), None) is None:
        return found
    for line, match in lines.starting_with(_candidate(words)):
        field = _field_of(match.group(1), words)
        if field is None:
            continue
        label = _label_line(line, field, match)
        if not label.marked or words.any_of("quote-marker").match(match.string[match.start() + 1 : match.start(1)]):
            found[line] = label
    _find_without_colon(lines, words, found)
    return found


@cache
def _without_colon(words: Words) -> re.Pattern[str] | None:
    """Return the pattern of a line that begins with a label which is printed without a colon, and a digit right after it."""
    texts = sorted({term.text for term in words.terms("label-without-colon")}, key=len, reverse=True)
    return re.compile(rf"\n[ \t\u00a0>]*+({'|'.join(map(re.escape, texts))})[ \t\u00a0]+([0-9][^\n]*)") if texts else None


def _find_without_colon(lines: Lines, words: Words, found: dict[int, LabelLine]) -> None:
    """Add the lines that begin with such a label (`Message du 12/12/2016 13:20`) where another label stands right below."""
    pattern = _without_colon(words)
    for line, match in lines.starting_with(pattern) if pattern else ():
        field = _field_of(match[1], words)
        if field is not None and line + 1 in found and line not in found:
            found[line] = _label_line(line, field, match)


@lru_cache(maxsize=1 << 15)
def _field_of(printed: str, words: Words) -> str | None:
    """Return the meaning of a label as printed; OCR look-alikes (`0bjet`) and quoted-printable (`Envoy=C3=A9`) are read through."""
    table = _label_table(words)
    text = _COUNT.sub("", printed.strip(_EMPHASIS))
    field = table.get(words.folding.fold(text))
    if field is None and "=" in text:
        field = table.get(words.folding.fold(quopri.decodestring(text.encode("ascii", "ignore")).decode("utf-8", "replace")))
    if field is None and text.isalnum() and not text.isalpha() and not text.isdigit():
        field = table.get(words.folding.fold(text.translate(_LOOK_ALIKES)))
    return field


def _label_line(line: int, field: str, match: re.Match[str]) -> LabelLine:
    printed, value = match.groups()
    start, first = match.span(1)[0], match.start() + 1
    prefix = match.string[first:start] if start > first else ""
    starred = printed[-1] == "*" or "*" in prefix
    marked = "-" in prefix
    if "\f" in value:
        value = value.replace("\f", "")
    return LabelLine(
        line,
        field,
        printed.strip(_EMPHASIS),
        value.strip(_EMPHASIS if starred else " \t\u00a0"),
        printed[-1] not in " \t\u00a0",
        prefix.count(">") if prefix else 0,
        starred,
        match.string[match.end(1)] == ";",
        marked,
    )
