"""Find stamps: lines that stand again and again where only a page's furniture stands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from itertools import pairwise

from threadkit.parse.known_lines import lines_beginning
from threadkit.parse.line_shapes import LIST_SIGNS
from threadkit.parse.lines import Lines
from threadkit.parse.page_series import COUNTERS
from threadkit.words import Words

_LONGEST_STAMP = 160
_DEEP_INDENT = re.compile(r"^[ \u00a0]{30,}\S")
_INDENTED_LINE = re.compile(r"\n[ \u00a0\f]{30}")
#: What a line that is indented so far holds, one of them at least.
_FAR_BLANKS = (" " * 10, "\u00a0", "\f")
_ADDRESS = re.compile(r"[\[<(]\S+@|@\S+[\])>]")
_CLOSED_FIELDS = frozenset({"from", "date", "importance", "categories"})
_MIN_REPEATS = 3
_FEW = 3
_PAGES = ("page-number", *COUNTERS)
_HEAD_REACH = 7
_FEW_INSIDE = 2
_OPEN_ENDS = (":", "\uff1a", "-", ",", "(", "&")
#: So many equal lines above a line that comes again make it the last of a paragraph.
_OF_PARAGRAPH = 2
_NUMBERED = re.compile(r"\d\d")


def find_stamps(lines: Lines, words: Words, numbers: set[int], labelled: Mapping[int, str], found: dict[int, str]) -> None:
    """Take a line that stands again and again, each time where only stamps and running heads stand, for furniture.

    Such a place is far to the right, beside a page number or at a page's edge, or between two labels of a header. A signature repeats too,
    but not there.
    """
    titles = lines_beginning(words, "document-title")
    for indexes in _repeated_lines(lines, _telling_places(lines, numbers, labelled, found)):
        titled = titles[lines.shown[indexes[0]]]  # above labels: two memos begin alike
        free = [index for index in indexes if index not in found and index not in labelled and not (titled and lines.next_text(index + 1) in labelled)]
        if len(free) >= 2:
            for index in _stamped(lines, numbers, labelled, found, free):
                found[index] = "repeated-stamp"
                found.update(dict.fromkeys({index - 1, index + 1} & numbers, "page-number"))


def _telling_places(lines: Lines, numbers: set[int], labelled: Mapping[int, str], found: Mapping[int, str]) -> set[int]:
    """Return every line that stands where a stamp may stand: a line that has no copy there is none."""
    pages = numbers | {index for index, rule in found.items() if rule in _PAGES}
    places = {0, *(index - 1 for index in pages), *(index + 1 for index in pages), *(lines.next_text(index + 1) for index in pages)}
    if any(blanks in lines.text for blanks in _FAR_BLANKS):
        places.update(index for index, _ in lines.starting_with(_INDENTED_LINE))
    for above, below in pairwise(sorted(labelled)):
        if below - above > 1 and labelled[above] in _CLOSED_FIELDS and True not in lines.blank[above + 1 : below]:
            places.update(range(above + 1, below))
        elif below - above > 1 and _ends_address(lines, below - 2) and not lines.blank[below - 1]:
            places.add(below - 1)
    return places


def _ends_address(lines: Lines, index: int) -> bool:
    """Say whether a line ends with an address in brackets: a list of recipients that ends so is closed."""
    return index >= 0 and lines.stripped[index][-1:] in (">", "]")


def _repeated_lines(lines: Lines, places: set[int]) -> list[list[int]]:
    """Return the indexes of lines that stand more than once (blanks at their ends apart), a list a line, where one copy stands in `places`."""
    stripped = lines.stripped
    standing = {line for line in (stripped[index] for index in places if 0 <= index < lines.count) if 0 < len(line) < _LONGEST_STAMP}
    count = stripped.count if len(standing) <= _FEW else lines.counts.__getitem__
    repeated = {line for line in standing if count(line) > 1 and not _ADDRESS.search(line)}
    groups: dict[str, list[int]] = {}
    for index in lines.indexes_among(repeated):
        groups.setdefault(stripped[index], []).append(index)
    return list(groups.values())


def _stamped(lines: Lines, numbers: set[int], labelled: Mapping[int, str], found: Mapping[int, str], indexes: list[int]) -> list[int]:
    """Return those copies of a repeated line that are stamps: all of them where the line itself is one, else those in a stamp's place."""
    if all(_DEEP_INDENT.match(lines.shown[index]) for index in indexes) and not any(_ends_list(lines, found, index) for index in indexes):
        return indexes
    inside = [index for index in indexes if _between_labels(lines, labelled, found, index)]
    text = lines.shown[indexes[0]]
    if inside and not LIST_SIGNS.search(text) and (text.isupper() or (len(inside) >= _FEW_INSIDE and _NUMBERED.search(text))):
        return indexes
    heads = [index for index in indexes if _heads_page(lines, numbers, found, index)]
    pages = sum(rule == "page-number" for rule in found.values()) if heads else 0
    if 3 * len(heads) < pages or len(heads) < _MIN_REPEATS:
        heads = []
    at_edge = [index for index in indexes if index <= lines.top or index in heads or _beside_page_number(numbers, found, index)]
    enough = len(at_edge) >= _MIN_REPEATS and 2 * len(at_edge) > len(indexes)
    return at_edge if enough and not _ends_same_paragraph(lines, found, at_edge) else []


def _ends_same_paragraph(lines: Lines, found: Mapping[int, str], indexes: list[int]) -> bool:
    """Say whether the same lines stand right above most copies, as in a signature or a notice below each mail that ends at its page's edge."""
    above = Counter(tuple(lines.stripped[index - _OF_PARAGRAPH : index]) for index in indexes if _has_words_above(lines, found, index))
    return 2 * max(above.values(), default=0) > len(indexes)


def _has_words_above(lines: Lines, found: Mapping[int, str], index: int) -> bool:
    """Say whether a paragraph's lines stand right above line `index`, none of them furniture."""
    return index >= _OF_PARAGRAPH and not any(not lines.stripped[line] or line in found for line in range(index - _OF_PARAGRAPH, index))


def _ends_list(lines: Lines, found: Mapping[int, str], index: int) -> bool:
    """Say whether the line above, but for furniture, is open: what follows is one more recipient in the column of values."""
    above = lines.previous_text(index - 1)
    while above in found:
        above = lines.previous_text(above - 1)
    return above >= 0 and lines.stripped[above].endswith(";")


def _between_labels(lines: Lines, labelled: Mapping[int, str], found: Mapping[int, str], index: int) -> bool:
    """Say whether line `index` stands between two labels of a header, under one whose value is closed."""
    above, below = index - 1, index + 1
    while above >= 0 and above in found:
        above -= 1
    while below < lines.count and below in found:
        below += 1
    return below in labelled and (labelled.get(above) in _CLOSED_FIELDS or _ends_address(lines, above)) and not _is_open(lines, above, index)


def _is_open(lines: Lines, above: int, index: int) -> bool:
    """Say whether the line right below a label may be its value, or the rest of it: the label has none, or it stops at a sign or in capitals too."""
    text = lines.stripped[above]
    value = text.partition(":")[2].strip()
    shouted = value.isupper() and lines.stripped[index].isupper() and not any(map(str.isdigit, lines.stripped[index]))
    return above == index - 1 and (text.endswith(_OPEN_ENDS) or shouted)


def _beside_page_number(numbers: set[int], found: Mapping[int, str], index: int) -> bool:
    return any(beside in numbers or found.get(beside) in _PAGES for beside in (index - 1, index + 1))


def _heads_page(lines: Lines, numbers: set[int], found: Mapping[int, str], index: int) -> bool:
    """Say whether line `index` stands alone as the first text below a page number, some blank lines between."""
    above = lines.previous_text(index - 1, index - _HEAD_REACH)
    if not (above in numbers or found.get(above) == "page-number"):
        return False
    return index + 1 >= lines.count or lines.blank[index + 1]
