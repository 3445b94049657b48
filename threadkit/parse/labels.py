"""Find the lines that begin with a printed label and a colon: `De :`, `Envoyé le :`, `*Objet :*`, `> À :`."""

from __future__ import annotations

import quopri
import re
import unicodedata
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import cache, lru_cache
from typing import NamedTuple

from threadkit.parse.lines import Lines
from threadkit.words import Label, Words

OPENERS = frozenset({"from", "date", "subject", "to", "sent-by"})
"""The fields with which a header may open."""

_COLONS = ":\uff1a;"
_LOOK_ALIKES = str.maketrans("015", "ols")
_COUNT = re.compile(r"\s*\(\d{1,3}\)$")
_MARKER = r"(?:-{2,}[^\n:-]{4,40}-{2,}[ \t\u00a0]*+)?+"
_EMPHASIS = "*_ \t\u00a0"
_BLANKS = " \t\u00a0"
_LONGER = 6
_MOST = 1 << 15
_MOST_LINES = 1 << 12
_MISREAD_PASSES = 2
_SHORTEST_TORN = 5
_BEFORE = rb"[ \t\f>|*\xc2\xa0\xe2\x80\x8b\xa2]*+"
_BEYOND_ASCII = bytes(range(0x80, 0x100))
#: What the first byte of a label, and any other, may be besides those of its forms: OCR look-alikes, quoted-printable, damage, emphasis, a count, blanks.
_BESIDE_FIRST = b"=01"
_BESIDE_OTHERS = b"=0123456789ABCDEFabcdef?*_()" + b" \t\x0b\f\r\x1c\x1d\x1e\x1f" + _BEYOND_ASCII
#: A wide colon and a byte order mark, and what stands for them where they are looked for.
_SAME_LENGTH = (("\uff1a".encode(), b":  "), ("\ufeff".encode(), b"   "))


class LabelLine(NamedTuple):
    """What a line that begins with a label says, wherever it stands. `tight` says that no blank stands before the colon; `value` is the text after it;
    `damaged` that OCR made the colon a semicolon; `marked` that a quotation marker stands before it. `place` is where a label inside the line begins.
    """

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


class _OpeningPatterns(NamedTuple):
    """Patterns of bytes in UTF-8 that could be a label of `OPENERS`: in a text's first line and below another, with the rest of its paragraph; after dashes."""

    first_line: re.Pattern[bytes]
    below: re.Pattern[bytes]
    after_dashes: re.Pattern[bytes]


@cache
def _opening_patterns(words: Words) -> _OpeningPatterns:
    """Return the patterns of openings.

    A literal first byte is what is searched for fastest; possessive runs keep it linear. All bytes must be some label's, in any case, with or
    without accents, or damaged: a comma or a full stop ends a look at a line of prose, and few lines are left that open nothing.
    """
    forms = [form.encode() for label in _openers(words) for form in _printed_forms(label.text, words)]
    first = _byte_class({form[0] for form in forms}, _BESIDE_FIRST)
    others, longest = {*b"".join(form[1:] for form in forms), *_BESIDE_OTHERS} - {*b":;"}, max(map(len, forms)) + _LONGER
    label = rb"(%b%b{0,%d}+)[:;]" % (first, _byte_class(others), longest)
    paragraph = rb"%b%b[^\n]*+(?:\n[^\n]++)*+" % (_BEFORE, label)
    # What stands between two runs of dashes is a marker's, and no label.
    dashed = rb"--++%b(%b%b{0,%d}+)[:;]" % (_BEFORE, first, _byte_class(others - {*b"-"}), longest)
    return _OpeningPatterns(re.compile(paragraph), re.compile(rb"\n" + paragraph), re.compile(dashed))


def _openers(words: Words) -> list[Label]:
    return [label for label in words.labels if label.field in OPENERS and label.opening]


def _printed_forms(text: str, words: Words) -> set[str]:
    """Return how a label may be printed, as far as its first letters go."""
    plain = {text, words.folding.fold(text), *damaged_forms(text)}
    return {cased for form in plain for cased in (form, form.lower(), form.upper())}


def _byte_class(chars: AbstractSet[int], more: bytes = b"") -> bytes:
    return b"[%b]" % b"".join(re.escape(bytes([char])) for char in sorted({*chars, *more}))


@cache
def _candidate(words: Words) -> re.Pattern[str]:
    """Return the pattern of a line that could begin with any label: what stands before it, the label, its colon and what comes after."""
    fold, texts = words.folding.fold, [form for label in words.labels for form in (label.text, *damaged_forms(label.text))]
    firsts = {char for text in texts for first in (text[0], fold(text)[0]) for char in (first.lower(), first.upper())}
    letters = re.escape("=01" + "".join(sorted(firsts)))
    longest = max(len(fold(text)) for text in texts) + _LONGER
    return re.compile(rf"([ \t\u00a0\f>|*\u2022\ufeff\u200b]*+{_MARKER})([{letters}][^\n{_COLONS}]{{0,{longest}}}+)([{_COLONS}])(.*)", re.DOTALL)


class _Openings(dict[bytes, bool]):
    """Label as printed, in UTF-8 -> whether a header may open with it. Emptied when full."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words

    def __missing__(self, printed: bytes) -> bool:
        if len(self) >= _MOST:
            self.clear()
        form = _form_of(printed.decode("utf-8", "replace"), self._words)
        opens = self[printed] = form is not None and form.field in OPENERS
        return opens


_openings = cache(_Openings)


def find_openings(content: bytes, words: Words) -> Iterator[int]:
    """Yield where headers could open: the offset of the first label of an author, a date, a subject or a recipient in each paragraph that has one.

    Nothing more is asked, so that bytes are scanned faster than their lines can be read one by one. Most openings open nothing: blocks
    decide. A label after a quotation marker, on its own line, is looked for only where no line opens.

    Args:
        content: a text in UTF-8.
        words: the word files.
    """
    opens, patterns = _openings(words), _opening_patterns(words)
    if b"\xef" in content:
        for printed, same in _SAME_LENGTH:
            content = content.replace(printed, same)
    found, search = False, patterns.below.search
    opening = patterns.first_line.match(content) or search(content)
    while opening:
        opened = opens[opening[1]]
        if opened:
            found = True
            yield opening.start(1)
        opening = search(content, opening.end() if opened else opening.end(1))
    if not found:
        dashed = patterns.after_dashes.finditer(content) if b"--" in content else ()
        yield from (match.start(1) for match in dashed if opens[match[1]])


def find_label_lines(lines: Lines, words: Words) -> dict[int, LabelLine]:
    """Return the label lines of a source by line index.

    A label is matched without case, accents or blanks, with the count of `Pièces jointes (3)` left out. A line that holds a label is not
    yet a header field: blocks decide. Where no header could open, no label matters.
    """
    found: dict[int, LabelLine] = {}
    if next(find_openings(lines.text.encode("utf-8", "replace"), words), None) is None:
        return found
    raw, printed = lines.raw, _printed_labels(words)
    for line in lines.with_colons:
        label = printed[raw[line]]
        if label is not None:
            found[line] = label
    _find_without_colon(lines, words, found)
    find_misread(lines, words, found)
    return found


class _PrintedLabels(dict[str, "LabelLine | None"]):
    """Line -> the label with which it begins: `De : Roy, Paul` stands in a release again and again. Emptied when full."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._match = _candidate(words).match
        self._is_marker = words.any_of("quote-marker").match

    def __missing__(self, line: str) -> LabelLine | None:
        if len(self) >= _MOST_LINES:
            self.clear()
        found = self[line] = self._read(line)
        return found

    def _read(self, line: str) -> LabelLine | None:
        match = self._match(line)
        if match is None:
            return None
        prefix, printed, colon, value = match.groups()
        form = _form_of(printed, self._words)
        if form is None or ("-" in prefix and not self._is_marker(prefix)):
            return None
        return _label_line(form, prefix, value, damaged=colon == ";")


_printed_labels = cache(_PrintedLabels)


def field_of_line(line: str, words: Words) -> str | None:
    """Return the meaning of the label with which a line begins, None where it begins with none."""
    label = _printed_labels(words)[line]
    return None if label is None else label.field


_BESIDE = re.compile(rf"([ \t\u00a0\f>|*]*+)([^\s{_COLONS}][^\n{_COLONS}]{{0,22}}+)[{_COLONS}](.*)")


def find_misread(lines: Lines, words: Words, found: dict[int, LabelLine]) -> None:
    """Add to the labels `found` the lines right above or below one that begin with a label in which recognition took letters for others
    or read a blank: `Obiet :`, `Subj ect:`.
    """
    for _ in range(_MISREAD_PASSES):
        certain = set(found)
        for line in lines.with_colons:
            if line in found or certain.isdisjoint((line - 1, line + 1)) or ":" not in lines.shown[line][:40]:
                continue
            match = _BESIDE.match(lines.shown[line])
            form = _misread_form(match[2], words) if match else None
            if match and form is not None:
                found[line] = _label_line(form, match[1], match[3], damaged=False)
        if len(found) == len(certain):
            return


def misread_field(printed: str, words: Words) -> str | None:
    """Return the meaning of a label in which recognition took one letter for another (`Subjoct`), None where it is none."""
    return _misread_table(words).get(words.folding.fold(printed))


@lru_cache(maxsize=_MOST)
def _misread_form(printed: str, words: Words) -> _Form | None:
    field = _field_of(printed, words) or misread_field(printed.strip(_EMPHASIS), words) or _field_of_torn(printed.strip(_EMPHASIS), words)
    return None if field is None else _Form(field, printed.strip(_EMPHASIS), printed[-1] not in _BLANKS, printed[-1] == "*")


def _field_of_torn(printed: str, words: Words) -> str | None:
    """Return the meaning of a label of five letters or more inside which recognition read one blank (`Subj ect`), None where it is none."""
    whole = printed.replace(" ", "")
    if len(whole) < _SHORTEST_TORN or len(printed) - len(whole) != 1:
        return None
    return _field_of(whole, words) or misread_field(whole, words)


@cache
def _misread_table(words: Words) -> dict[str, str]:
    """Return label, folded, with one letter or all letters of a kind taken for another -> field."""
    table: dict[str, str] = {}
    plain = words.folded_terms("no-label")
    for label in words.labels:
        folded = words.folding.fold(label.text)
        for term in words.terms("look-alike"):
            places = [place for place in range(len(folded)) if folded.startswith(term.value, place)]
            forms = [folded[:place] + term.text + folded[place + len(term.value) :] for place in places]
            for form in (*forms, folded.replace(term.value, term.text)):
                if form != folded and len(form) > 1 and form not in plain:
                    table.setdefault(form, label.field)
    return table


@cache
def _without_colon(words: Words) -> tuple[tuple[str, ...], re.Pattern[str]]:
    """Return the labels that are printed without a colon, and the pattern of a line that begins with one and a digit right after it."""
    texts = sorted({term.text for term in words.terms("label-without-colon")}, key=len, reverse=True)
    return tuple(texts), re.compile(rf"\n([ \t\u00a0>]*+)({'|'.join(map(re.escape, texts))})[ \t\u00a0]+([0-9][^\n]*)")


def _find_without_colon(lines: Lines, words: Words, found: dict[int, LabelLine]) -> None:
    """Add the lines that begin with such a label (`Message du 12/12/2016 13:20`) where another label stands right below."""
    texts, pattern = _without_colon(words)
    if not any(text in lines.text for text in texts):
        return
    for line, match in lines.starting_with(pattern):
        form = _form_of(match[2], words)
        if form is not None and line + 1 in found and line not in found:
            found[line] = _label_line(form, match[1], match[3], damaged=False)


class _Form(NamedTuple):
    """What a label as printed says: its field, its text without emphasis, whether it touches its colon, and whether a star ends it."""

    field: str
    label: str
    tight: bool
    starred: bool


@lru_cache(maxsize=_MOST)
def _form_of(printed: str, words: Words) -> _Form | None:
    """Return what a label says, None where it is none."""
    field = _field_of(printed, words)
    return None if field is None else _Form(field, printed.strip(_EMPHASIS), printed[-1] not in _BLANKS, printed[-1] == "*")


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


def _label_line(form: _Form, prefix: str, value: str, *, damaged: bool) -> LabelLine:
    if "\f" in value:
        value = value.replace("\f", "")
    if not prefix:
        value = value.strip(_EMPHASIS if form.starred else _BLANKS)
        return LabelLine(form.field, form.label, value, form.tight, 0, form.starred, damaged)
    starred = form.starred or "*" in prefix
    value = value.strip(_EMPHASIS if starred else _BLANKS)
    value = without_bars(value) if "|" in prefix else value
    return LabelLine(form.field, form.label, value, form.tight, prefix.count(">"), starred, damaged, "-" in prefix)


def without_bars(text: str) -> str:
    """Return a text without the bars of a table's cell around it: `| Roy, Paul |`.

    >>> without_bars("| Roy, Paul |")
    'Roy, Paul'
    """
    return text.strip("|" + _BLANKS)
