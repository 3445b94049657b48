"""Find where the date ends with which a text begins: `mar. 5 mars 2024 à 10 h 33, Paul Roy` begins with one of eight words."""

from __future__ import annotations

import quopri
import re
from functools import lru_cache

from threadkit.parse.date_grammar import Grammar, load_grammar
from threadkit.parse.dates import could_stand_in_date, names_month, read_printed

#: A word, or what a comma of the width of a letter ends: no blank stands behind one.
_WORD = re.compile(r"[^\s，]+，?|，")
_COMMAS = ",，"
_MOST_WORDS = 14
_FEWEST_DIGITS = 3


@lru_cache(maxsize=16384)
def find_date_end(text: str) -> int:
    """Return the offset after the date with which `text` begins; 0 where it begins with none.

    The date goes as far as it reads, and no name is taken for a zone (`10:33, Est Roy`). One that cannot be read (`05/13/2024 9:05`) ends
    with the last word that could stand in a date.

    >>> find_date_end("mar. 5 mars 2024 à 10 h 33, Paul Roy")
    26
    """
    grammar = load_grammar()
    ends: list[int] = []
    best, known = 0, ""
    for word in _WORD.finditer(text):
        if len(ends) == _MOST_WORDS or not could_stand_in_date(_plain(word[0]), grammar):
            break
        ends.append(word.end())
        prefix = _plain(text[: word.end()]).rstrip(_COMMAS)
        if not any(char.isdigit() for char in prefix):
            continue
        clocked = len(known) > len("2024-03-05")
        if clocked and not _may_follow_clock(word[0], text[best : word.start()], grammar):
            break
        found = read_printed(prefix)
        if found.value is not None:
            best, known = len(text[: word.end()].rstrip(_COMMAS)), found.value
        elif clocked and grammar.token.regex.fullmatch(word[0].lower()):
            best, known = 0, ""
    told = known and (len(known) > len("2024-03-05") or not any(char.isdigit() for char in text[best : ends[-1]]))
    if told or not ends:
        return best
    bare = text[: ends[-1]].rstrip(" " + _COMMAS)
    return len(bare) if sum(char.isdigit() for char in bare) >= _FEWEST_DIGITS else 0


def find_unreadable_end(text: str) -> int:
    """Return the offset after a date that lacks its year, with which a text begins (`Wed, Dec 9, Paul Roy`); 0 where it begins with none.

    >>> find_unreadable_end("Wed, Dec 9, Paul Roy")
    10
    """
    grammar = load_grammar()
    end, told, digits = 0, False, False
    for word in _WORD.finditer(text):
        if not could_stand_in_date(_plain(word[0]), grammar):
            break
        end = word.end()
        told = told or names_month(_plain(word[0]), grammar)
        digits = digits or any(char.isdigit() for char in word[0])
    return len(text[:end].rstrip(" " + _COMMAS)) if told and digits else 0


def _plain(text: str) -> str:
    """Return a text with what quoted-printable left in it decoded (`=C3=A0`); as it is where that makes no sense."""
    if "=" not in text:
        return text
    try:
        return quopri.decodestring(text.encode("ascii")).decode("utf-8")
    except UnicodeError:
        return text


def _may_follow_clock(word: str, between: str, grammar: Grammar) -> bool:
    """Say whether a word after a clock belongs to the date: digits, letters all capital (`EST`), or a small word with no comma before it."""
    bare = word.strip(".,()")
    if any(char.isdigit() for char in bare) or bare.isupper():
        return True
    return "," not in between and (bare.islower() or bare.lower() in grammar.small_words)
