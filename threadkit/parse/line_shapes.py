"""What the shape of a line alone tells: cells that stand apart, a title in capitals, the head of a form. No word of any language is asked."""

from __future__ import annotations

import re

LONGEST_HEADLINE, LONGEST_IN_SIGNATURE = 100, 110
_SENTENCE, _LONG_SENTENCE = 8, 16
#: What stands in lists of mailboxes, and in no running head.
LIST_SIGNS = re.compile(r"[@;<>]")
#: Signs that are typed before an answer among quoted lines.
ANSWER_SIGNS = r"/{2,4}|#{2,4}|[-=]{1,3}>|\u2192|\+{2,4}|@{2,4}|~{2,4}|={2,4}"

_NUMBER = re.compile(r"\d+")
_CELL_GAP = re.compile(r"\S(?:\t| {3,})")
_CELL_END = re.compile(r"\t| {3,}")
_HEADLINE = re.compile(r"^(?=.*[A-ZÀ-ÖØ-Þ]{4})[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ’'/.-]+\s[^a-zß-öø-ÿ:;,!?]+(?<![.])$")
#: Words mostly in capitals, a wide gap, and a few words more: how the head of a form, an invoice or a report is printed on its first line.
_MASTHEAD = re.compile(r"[ \t\u00a0]*+(\S[^\t\n]{3,70}?)(?: {5,}|\t+)[ \t]*+(\S[^\t\n]{1,60})")
_CAPITALS = re.compile(r"[A-ZÀ-ÖØ-Þ]{4}")


def reads_like_prose(line: str) -> bool:
    """Say whether a line is long, or a sentence of many words: a signature's lines are neither."""
    line = line.strip(" \t\u00a0")
    words = line.split()
    return len(line) > LONGEST_IN_SIGNATURE or (len(words) >= _SENTENCE and line[-1:] in ".!?;:") or len(words) >= _LONG_SENTENCE


def count_gaps(line: str) -> int:
    """Return how many wide gaps stand between the cells of a line without blanks at its ends."""
    return len(_CELL_GAP.findall(line))


def numbers_alike(line: str) -> str:
    """Return a line with `#` for each number: two lines that are equal but for their numbers become one."""
    return _NUMBER.sub("#", line)


def before_gap(line: str) -> str:
    """Return what stands before the first wide gap of a line without blanks at its ends; the line where there is none."""
    return _CELL_END.split(line, maxsplit=1)[0]


def first_cell(line: str) -> str:
    """Return what stands before the first wide gap of a line without blanks at its ends, where the line has three cells or more; else the line.

    >>> first_cell("RELEVÉ D'ENVOI        HEURE : 12:06       NOM : GREFFE"), first_cell("RELEVÉ        12:06")
    ("RELEVÉ D'ENVOI", 'RELEVÉ        12:06')
    """
    return before_gap(line) if is_row(line) else line


def is_row(line: str) -> bool:
    """Say whether a line without blanks at its ends is a row of a table: three cells or more, with wide white space between.

    >>> is_row("Ponceuse      2      41 200"), is_row("Total      41 200")
    (True, False)
    """
    return count_gaps(line) > 1


def is_headline(line: str) -> bool:
    """Say whether a line without blanks at its ends is a title in capitals: a word, and further ones or a number."""
    return len(line) <= LONGEST_HEADLINE and _HEADLINE.match(line) is not None


def is_masthead(line: str) -> bool:
    """Say whether a line is words in capitals, or mostly so, a wide gap, and a few words more.

    >>> is_masthead("G. RIVE INC.                    Facture 19-0418"), is_masthead("SOUS-TOTAL          8 155,00 $")
    (True, False)
    """
    cells = _MASTHEAD.fullmatch(line.rstrip())
    if cells is None or _CAPITALS.search(cells[1]) is None or count_gaps(line.strip()) != 1:
        return False
    letters = [char for char in cells[1] if char.isalpha()]
    return 2 * sum(map(str.isupper, letters)) >= len(letters) and any(map(str.isalpha, cells[2])) and not cells[1].rstrip().endswith(":")
