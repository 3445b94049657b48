"""Split lines on which several labels stand: `À : a@b.example Objet : Suivi`, Yahoo's header on one line, a header wrapped like prose.

Only the labels of a message's own fields are looked for, as they are printed (their first letter is a capital), and none twice. Whether the
pieces are a header is decided by the block that they make.
"""

from __future__ import annotations

import re
from functools import cache

from threadkit.parse.date_grammar import load_grammar
from threadkit.parse.date_prefix import find_date_end
from threadkit.parse.dates import could_stand_in_date
from threadkit.parse.labels import LabelLine, damaged_forms
from threadkit.words import Words

_FIELDS = frozenset({"from", "to", "cc", "bcc", "date", "subject", "reply-to", "importance", "attachments"})
_BELOW_SUBJECT = frozenset({"importance", "attachments"})
_SHORTEST = 2
_AMONG = 2
_LONGEST_PIECE = 60
_LONGEST_DATE = 80
_BEFORE_LETTER = re.compile(r"(?:>|\d[:h] ?\d\d)[ \u00a0]?$")
_BEFORE = " \t\u00a0>)];,"


class _Inner:
    """One label inside a line: where it begins and ends (its colon included), and what it means."""

    __slots__ = ("end", "field", "label", "start")

    def __init__(self, field: str, label: str, start: int, end: int) -> None:
        self.field = field
        self.label = label
        self.start = start
        self.end = end


@cache
def _fields(words: Words) -> dict[str, str]:
    """Return printed label -> field."""
    found: dict[str, str] = {}
    for label in words.labels:
        if label.field in _FIELDS:
            for form in (label.text, words.folding.plain(label.text).capitalize(), *damaged_forms(label.text)):
                found.setdefault(form, label.field)
    return found


def _is_word(text: str, match: re.Match[str]) -> bool:
    """Say whether a label of one plain letter is a word like others: `A :` is a label only right behind an address or a time, as in a header on one line."""
    if len(match[1]) >= _SHORTEST or not (match[1].isascii() and match[1].isalpha()):
        return False
    return _BEFORE_LETTER.search(text, 0, match.start()) is None


@cache
def _inner(words: Words) -> re.Pattern[str]:
    texts = sorted(_fields(words), key=lambda text: (-len(text), text))
    return re.compile(f"({'|'.join(map(re.escape, texts))})[ \t\u00a0]{{0,2}}[:\uff1a]")


@cache
def _label_end(words: Words) -> re.Pattern[str]:
    """Return the pattern of how a label inside a line ends: quick to search, and few lines have a colon after a letter."""
    lasts = "".join(sorted({text[-1] for text in _fields(words)}))
    return re.compile(f"[{re.escape(lasts)}][ \t\u00a0]{{0,2}}[:\uff1a]")


def split_glued(label: LabelLine, words: Words) -> tuple[LabelLine, ...]:
    """Return the label lines that one line holds; the line itself, alone, where it holds one.

    A subject is split only under a marker that stands on the same line: elsewhere its words are its own.
    """
    if ":" not in label.value or (label.field == "subject" and not label.marked):
        return (label,)
    inner = _find_inner(label.value, words, {label.field}, marked=label.marked)
    return (label, *_pieces(label.value, inner, label)) if inner else (label,)


def split_further(text: str, last: LabelLine, names: set[str], words: Words) -> tuple[str, tuple[LabelLine, ...]]:
    """Split a line that goes on with a header wrapped like prose: what still belongs to its open field, and the labels that follow."""
    inner = _find_inner(text, words, names, marked=False) if ":" in text else []
    if not inner:
        return text, ()
    return text[: inner[0].start].rstrip(" \t\u00a0(").lstrip(), _pieces(text, inner, last)


def head_of(pieces: tuple[LabelLine, ...]) -> str:
    """Return the value of the first of several labels on a line: what stands before the second."""
    first = pieces[0]
    return first.value if len(pieces) == 1 else first.value[: pieces[1].place].strip(" \t\u00a0,;(")


def _find_inner(text: str, words: Words, taken: set[str], *, marked: bool) -> list[_Inner]:
    found: list[_Inner] = []
    if _label_end(words).search(text) is None:
        return found
    known = set(taken)
    for match in _inner(words).finditer(text):
        if _is_word(text, match):
            continue
        field = _fields(words)[match[1]]
        among = len(found) >= _AMONG and found[-1].field != "subject"
        apart = marked or among or match.start() == 0 or text[match.start() - 1] in _BEFORE or (field == "bcc" and text[match.start() - 1] == "(")
        below = field in _BELOW_SUBJECT and "subject" not in known
        if not apart or below or field in known or (field == "date" and not marked and not _begins_with_date(text[match.end() :])):
            if found and found[-1].field == "subject" and not marked:
                break
            continue
        known.add(field)
        found.append(_Inner(field, match[1], match.start(), match.end()))
    return found


def _begins_with_date(text: str) -> bool:
    """Say whether a date follows its label: nothing, a date, or the words of one that the wrap cut (`jeudi 11`)."""
    if not text.strip() or find_date_end(" ".join(text[:_LONGEST_DATE].split())) > 0:
        return True
    grammar = load_grammar()
    return len(text) < _LONGEST_PIECE and all(could_stand_in_date(word, grammar) for word in text.split())


def _unbracketed(text: str, start: int, value: str) -> str:
    """Return a value without its blanks, and without the bracket that closes one opened before its label: `(ccc : Paul Roy)`."""
    value = value.strip(" \t\u00a0")
    return value.removesuffix(")") if start and text[start - 1] == "(" else value


def _pieces(text: str, inner: list[_Inner], line: LabelLine) -> tuple[LabelLine, ...]:
    ends = [*(item.start for item in inner[1:]), len(text)]
    return tuple(
        LabelLine(
            item.field, item.label, _unbracketed(text, item.start, text[item.end : end]), text[item.end - 2] not in " \t\u00a0", line.quote_depth,
            line.starred, False, False, item.start,
        )
        for item, end in zip(inner, ends, strict=True)
    )
