"""SQL functions that search and compare as the command line does: for Datasette's connections and for `threadkit sql`."""

from __future__ import annotations

import sqlite3
from functools import lru_cache

from threadkit.archive.search import cut_snippet, load_stems, match_expression
from threadkit.words import load_words

__all__ = ["register_functions"]

_NO_WORD = '""'


def register_functions(connection: sqlite3.Connection) -> None:
    """Register `threadkit_match(words)`, `threadkit_excerpt(text, words)` and `threadkit_fold(text)`; none of them reads or writes a table."""
    for name, arguments, function in (("match", 1, _match), ("excerpt", 2, _excerpt), ("fold", 1, _fold)):
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
    return None if text is None else load_words().folding.fold(str(text))
