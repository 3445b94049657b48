"""Find the lines that begin with a printed label and a colon: `De :`, `Envoyé le :`, `*Objet :*`, `> À :`."""

from __future__ import annotations

import quopri
import re
import unicodedata
from functools import cache, lru_cache
from typing import NamedTuple

from threadkit.parse.lines import Lines
from threadkit.words import Words

_COLONS = ":\uff1a;"
_LOOK_ALIKES = str.maketrans("015", "ols")
_COUNT = re.compile(r"\s*\(\d{1,3}\)$")
_EMPHASIS = "*_ \t\u00a0"


class LabelLine(NamedTuple):
    """One line that begins with a label. `tight` says that no blank stands before the colon; `value` is the text after it; `damaged` that OCR made the colon
    a semicolon.
    """

    line: int
    field: str
    label: str
    value: str
    tight: bool
    quote_depth: int
    starred: bool
    damaged: bool


def _damaged_forms(text: str) -> set[str]:
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
        for damaged in _damaged_forms(label.text):
            table.setdefault(fold(damaged), label.field)
    return table


@cache
def _candidate(words: Words) -> re.Pattern[str]:
    """Return the pattern of a line whose start could be a label, with the newline before it: a literal first character makes it fast."""
    firsts = {text[0] for text in _label_table(words)}
    accented = {label.text[0] for label in words.labels}
    letters = "=01" + "".join(sorted({c for first in firsts | accented for c in (first.lower(), first.upper())}))
    longest = max(len(text) for text in _label_table(words)) + 6
    return re.compile(rf"\n[ \t\u00a0\f>|*\ufeff\u200b]*+([{re.escape(letters)}][^\n{_COLONS}]{{0,{longest}}}+)[{_COLONS}]([^\n]*)")


def find_label_lines(lines: Lines, words: Words) -> dict[int, LabelLine]:
    """Return the label lines of a source by line index.

    A label is matched without case, accents or blanks, with the count of `Pièces jointes (3)` left out. A line that holds a label is not
    yet a header field: blocks decide.
    """
    found: dict[int, LabelLine] = {}
    for line, match in lines.starting_with(_candidate(words)):
        field = _field_of(match.group(1), words)
        if field is not None:
            found[line] = _label_line(line, field, match)
    return found


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
    )
