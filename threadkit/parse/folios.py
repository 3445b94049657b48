"""Find page marks that count pages in words (`A-2020-311  p. 4`, `Pièce 14 – page 2`) and the copies of a numbered stamp that lack its number.

Two marks of one form whose last number grows are enough: no text says `page` at the end of two lines that are otherwise the same. A lone mark
is left to the rules of `furniture`, which ask where it stands.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from itertools import pairwise

from threadkit.parse.line_shapes import LIST_SIGNS
from threadkit.parse.lines import Lines
from threadkit.parse.page_series import COUNTERS
from threadkit.words import Words

_LONGEST = 90
_FEWEST = 2
_LONGEST_OF_TOTAL = 24
_SHORTEST_STEM = 8
_LAST_NUMBER = re.compile(r"^(.*\D|)(\d{1,6})[ \t\u00a0]*$")
_MANY_BLANKS = re.compile(r"[ \u00a0]{6,}")


def find_folios(lines: Lines, words: Words, labelled: Mapping[int, str], found: dict[int, str]) -> None:
    """Add page marks in words that come back with a greater number, and bare copies of stamps that are numbered elsewhere.

    Args:
        lines: the source's lines.
        words: the word files (role `folio-mark`).
        labelled: line index -> field; those lines are headers'.
        found: the furniture so far; added to.
    """
    _find_marks(lines, words, labelled, found)
    _find_bare_stamps(lines, labelled, found)


def find_numbers_of_total(lines: Lines, words: Words, labelled: Mapping[int, str], found: dict[int, str]) -> None:
    """Take a number of a total alone on its line (`6 de 8`) for a page number where others of the same total are, and it fits between them."""
    if sum(rule == "page-number" for rule in found.values()) < _FEWEST:
        return
    (out_of,) = words.patterns("out-of")
    totals: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for index in lines.number_ends:
        match = out_of.regex.search(lines.stripped[index]) if len(lines.stripped[index]) <= _LONGEST_OF_TOTAL and index not in labelled else None
        if match:
            totals[lines.stripped[index][: match.start()], match[2]].append((index, int(match[1])))
    for (_, total), pages in totals.items():
        grows = all(low < high for (_, low), (_, high) in pairwise(pages)) and pages[-1][1] <= int(total)
        if grows and sum(found.get(index) == "page-number" for index, _ in pages) >= _FEWEST:
            found.update((index, found.get(index, "page-number")) for index, _ in pages)


def _find_marks(lines: Lines, words: Words, labelled: Mapping[int, str], found: dict[int, str]) -> None:
    stripped = lines.stripped
    ending = [index for index in lines.number_ends if index not in labelled and len(stripped[index]) <= _LONGEST]
    if len(ending) < _FEWEST or not any(lines.may_hold(pattern.needs) for pattern in words.patterns("folio-mark")):
        return
    is_mark = words.any_of("folio-mark").match
    groups: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for index in ending:
        match = _LAST_NUMBER.match(stripped[index]) if is_mark(stripped[index]) else None
        if match:
            groups[" ".join(match[1].split())].append((index, int(match[2])))
    for marks in groups.values():
        if len(marks) >= _FEWEST and all(a[1] < b[1] for a, b in pairwise(marks)):
            for index, _ in marks:
                found.setdefault(index, "running-counter")


def _find_bare_stamps(lines: Lines, labelled: Mapping[int, str], found: dict[int, str]) -> None:
    """Take every line in capitals that is a numbered stamp without its number, which stands far to the right there, for the same stamp."""
    if not found:
        return
    stems: dict[str, set[str]] = defaultdict(set)
    for index, rule in found.items():
        match = _LAST_NUMBER.match(lines.stripped[index]) if rule in (*COUNTERS, "page-edge-repeated") else None
        if match and _MANY_BLANKS.search(match[1]):
            stem = match[1].strip()
            if len(stem) >= _SHORTEST_STEM and stem.isupper() and not LIST_SIGNS.search(stem):
                stems[stem].add(match[2])
    bare = {stem for stem, numbers in stems.items() if len(numbers) >= 2}
    for index in lines.indexes_among(bare) if bare else ():
        if index not in labelled:
            found.setdefault(index, "repeated-stamp")


def find_padded_numbers(lines: Lines, found: dict[int, str]) -> None:
    """Take zero-padded numbers alone on their lines that grow by one from copy to copy for Bates numbers, wherever they stand."""
    ending = ((index, lines.stripped[index]) for index in lines.number_ends)
    numbers = [index for index, line in ending if line[0] == "0" and line.isdigit() and line.isascii() and 5 <= len(line) <= 8]
    if len(numbers) >= 2 and all(int(lines.stripped[b]) - int(lines.stripped[a]) == 1 for a, b in pairwise(numbers)):
        found.update(dict.fromkeys(numbers, "page-number"))
