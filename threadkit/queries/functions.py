"""SQL functions that search and compare as the command line does: for Datasette's connections and for `threadkit sql`."""

from __future__ import annotations

import re
import sqlite3
from functools import lru_cache
from io import StringIO
from itertools import islice

from threadkit.archive.search import cut_snippet, load_stems, match_expression
from threadkit.words import load_words

__all__ = ["loose_pattern", "name_patterns", "register_functions"]

#: All but letters that no accent changes, digits and blanks.
_ACCENTED = re.compile(r"[^bdfghjklmpqrtvwx@.0-9 -]")
_MOST_REMEMBERED = 100
_NO_WORD = '""'


def register_functions(connection: sqlite3.Connection) -> None:
    """Register the functions that docs/queries.md tells of: threadkit_match, _excerpt, _fold, _loose and _lines. None reads or writes a table."""
    for name, arguments, function in (
        ("match", 1, _match),
        ("excerpt", 2, _excerpt),
        ("fold", 1, _fold),
        ("loose", 1, _loose),
        ("lines", 4, _lines),
    ):
        connection.create_function(f"threadkit_{name}", arguments, function, deterministic=True)


def _match(words: object) -> str:
    """What FTS5 is to match for words that a person typed; an empty phrase, which matches nothing, where there is no word."""
    return (match_expression(str(words)) if words else None) or _NO_WORD


@lru_cache(maxsize=64)
def _wanted(words: str) -> frozenset[str]:
    stems = load_stems()
    return frozenset(form for word in stems.words(words) for form in (stems.folded(word), *stems.of(word)))


def _excerpt(text: object, words: object) -> str | None:
    """A stretch of the text around the first of the words, as printed, with the words found between « and »."""
    if not isinstance(text, str):
        return None
    snippet, marked = cut_snippet(text, _wanted(str(words or "")))
    for start, end in reversed(marked):
        snippet = f"{snippet[:start]}«{snippet[start:end]}»{snippet[end:]}"
    return " ".join(snippet.split())


def _fold(text: object) -> str | None:
    return (
        None
        if text is None
        else _folded(text)
        if isinstance(text, str) and len(text) <= _MOST_REMEMBERED
        else load_words().folding.fold(str(text))
    )


@lru_cache(maxsize=1 << 17)
def _folded(text: str) -> str:
    """Names are folded again with each question that is asked of them."""
    return load_words().folding.fold(text)


def loose_pattern(words: str) -> str:
    """Return what LIKE finds at least where the folded words stand: any letter that may carry an accent is any letter.

    >>> loose_pattern("cote")
    '%__t_%'
    """
    return f"%{_ACCENTED.sub('_', words)}%"


def name_patterns(words: str) -> dict[str, str] | None:
    """Return what LIKE is to find of people whose name or address holds some words, whatever their accents; None where there is no word.

    `loose` finds at least these names, `folded` just these among folded ones, and addresses.
    """
    folded = load_words().folding.fold(words[:_MOST_REMEMBERED]).replace("%", "").replace("_", "")
    return {"loose": loose_pattern(folded), "folded": f"%{folded}%"} if folded else None


def _loose(text: object) -> str:
    return loose_pattern(load_words().folding.fold(str(text or "")))


def _lines(text: object, starts: object, first: object, last: object) -> str | None:
    """The lines `first` to `last` of a page's text whose first line is `starts`, each behind its number in the source."""
    if not (isinstance(text, str) and isinstance(starts, int) and isinstance(first, int) and isinstance(last, int)):
        return None
    before = max(0, first - starts)
    found = islice(StringIO(text), before, max(before, last - starts + 1))
    return "\n".join(f"{number:>6}  {line.rstrip()}" for number, line in enumerate(found, starts + before))
