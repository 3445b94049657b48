"""Find page furniture: page numbers, running heads, stamps. A line is furniture only where its form and its place both say so."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise

from threadkit.parse.counters import find_counters, stands_alone
from threadkit.parse.folios import find_folios, find_numbers_of_total, find_padded_numbers
from threadkit.parse.known_lines import lines_beginning, lines_holding, lines_that_are
from threadkit.parse.line_shapes import numbers_alike
from threadkit.parse.lines import Lines, ends_sentence, indexes_between, one_of
from threadkit.parse.list_pages import find_archive_lines
from threadkit.parse.page_series import COUNTERS
from threadkit.parse.paper_marks import find_paper_marks
from threadkit.parse.slips import find_slips
from threadkit.parse.stamps import find_stamps
from threadkit.words import Words

RULES = ("page-number", "page-edge-repeated", "running-counter", "repeated-stamp", "owner-line")

_BY_REPETITION = ("page-edge-repeated", *COUNTERS, "repeated-stamp")
_TORN = frozenset({"from", "date", "to", "cc", "bcc"})
_TO_HASH = str.maketrans("0123456789", "##########")
_LONGEST_HEAD = 120
LONGEST_END = 4
"""How many characters of a line's end tell whether it ends like a page number."""

_LONGEST_NUMBER = 12
_SMALL_WORD = re.compile(r"(?<!\w)[a-zà-ÿ]{4,}")
_HEAD_WIDTH = 110
_FILE_NUMBER = re.compile(r"^[^@<>\[\]]*\d\d[^@<>\[\]]*$")
_EDGE_LINES = 3
_MIN_REPEATS = 3
#: So many digits in a line that comes again at pages' edges, with another number each time, make it a stamp wherever else it stands.
_STAMP_DIGITS = 6
_SURE_REPEATS = 6
_LEAST_BARE = 2
_REACH_OF_HEADER = 6
_GAP = 3
_MANY = 8
_NEAR_NUMBERS = 3
#: Lines, or numbers, that are fewer apart have none between them.
_NEXT = 2
_LONGEST_OWNED_NUMBER = 5
_LONGEST_FOLIO = 16
_OWNER_REACH = 4
_LONGEST_OWNER = 60


def find_furniture(lines: Lines, words: Words, labelled: Mapping[int, str], stamped: Mapping[int, str]) -> dict[int, str]:
    """Return line index -> rule for every furniture line of a source.

    Args:
        lines: the source's lines.
        words: the word files (roles `furniture` and `furniture-number`).
        labelled: line index -> field for the lines that begin with a header label; they are never furniture by repetition.
        stamped: the lines of a release's stamps, which are known.
    """
    found = dict(stamped)
    candidates = [index for index in _page_number_candidates(lines, words) if labelled.get(index, "intro") == "intro"]
    _find_printed_page_numbers(lines, words, candidates, found)
    _find_lone_numbers(lines, words, candidates, found)
    if lines.hard_start:
        _find_repeated_edges(lines, words, labelled, found)
        _find_labelled_heads(lines, labelled, found)
    else:
        _find_heads_under_gaps(lines, labelled, found)
    find_counters(lines, words, labelled, found)
    find_folios(lines, words, labelled, found)
    find_padded_numbers(lines, found)
    _find_folios_above_headers(lines, words, labelled, found)
    find_stamps(lines, words, set(_lone_numbers(lines, words)), labelled, found)
    if found:
        _find_printed_page_numbers(lines, words, candidates, found)
        _find_lone_numbers(lines, words, candidates, found)
    find_numbers_in_sequence(lines, words, labelled, found)
    find_numbers_of_total(lines, words, labelled, found)
    _find_owner_lines(lines, words, labelled, found)
    _find_further_copies(lines, labelled, found)
    find_slips(lines, words, labelled, found)
    find_paper_marks(lines, words, labelled, found)
    find_archive_lines(lines, words, labelled, found)
    repeated = [index for index, rule in found.items() if rule in _BY_REPETITION]
    if repeated:
        _free_masks(lines, words, repeated, found)
        _free_heads_of_sheets(lines, words, repeated, found)
    return found


def _find_further_copies(lines: Lines, labelled: Mapping[int, str], found: dict[int, str]) -> None:
    """Take a line below a header's label that is like three known heads or stamps but for its numbers: a page ended inside a header too."""
    stripped = lines.stripped
    known = Counter(numbers_alike(stripped[index]) for index, rule in found.items() if rule in _BY_REPETITION)
    heads = {head for head, count in known.items() if count >= _MIN_REPEATS and "#" in head and sum(map(str.isalpha, head)) > 1}
    if heads:
        below = sorted(index + 1 for index, field in labelled.items() if field in _TORN and index + 1 < lines.count)
        free = (index for index in below if index not in labelled and index not in found and len(stripped[index]) < _LONGEST_HEAD)
        found.update(dict.fromkeys((index for index in free if numbers_alike(stripped[index]) in heads), "page-edge-repeated"))


def _free_masks(lines: Lines, words: Words, repeated: Sequence[int], found: dict[int, str]) -> None:
    """Leave what is nothing but a mask to the text in which it stands: an exemption in the margin is printed again and again, like a stamp."""
    masks, shown = lines_that_are(words, "mask", "section-mask"), lines.shown
    for index in [index for index in repeated if masks[shown[index]]]:
        del found[index]


def _free_heads_of_sheets(lines: Lines, words: Words, repeated: Sequence[int], found: dict[int, str]) -> None:
    """Leave a line that comes again, and only right above the titles of sheets (`CUSTODIAN 2 of 3`), to those sheets: it is the file's number."""
    sheets, stripped = lines_beginning(words, "cover-sheet"), lines.stripped
    heads = {stripped[i] for i in repeated if i + 1 < lines.count and stripped[i + 1] and i + 1 not in found and sheets[lines.shown[i + 1]]}
    for head in heads:
        copies = [index for index in repeated if stripped[index] == head and index in found]
        if len(copies) > 1 and all(index + 1 not in found and sheets[lines.shown[index + 1]] for index in copies if index + 1 < lines.count):
            for index in copies:
                del found[index]


def _find_printed_page_numbers(lines: Lines, words: Words, candidates: list[int], found: dict[int, str]) -> None:
    printed, sure, shown = lines_holding(words, "furniture"), lines_beginning(words, "furniture-sure"), lines.shown
    for index in candidates:
        if index in found:
            continue
        if sure[shown[index]] or (stands_alone(lines, index, found) and printed[shown[index]]):
            found[index] = "page-number"


def _page_number_candidates(lines: Lines, words: Words) -> list[int]:
    """Return the short lines that end in a digit, a dash or the word `page`: every printed page number does."""
    stripped = lines.stripped
    found: set[int] = set()
    for pattern in words.patterns("furniture-end"):
        if lines.may_hold(pattern.needs):
            ends = lines_holding(words, "furniture-end")
            ending = lines.ending_in(one_of(pattern.ends))
            found.update(index for index in ending if ends[stripped[index][-LONGEST_END:]] and len(stripped[index]) < _LONGEST_HEAD)
    return sorted(found)


def _lone_numbers(lines: Lines, words: Words) -> list[int]:
    """Return the lines that hold a number and nothing else."""
    (pattern,) = words.patterns("furniture-number")
    stripped, matches = lines.stripped, pattern.regex.match
    return [index for index in lines.number_ends if len(stripped[index]) <= _LONGEST_NUMBER and matches(stripped[index])]


def _find_lone_numbers(lines: Lines, words: Words, candidates: list[int], found: dict[int, str]) -> None:
    """Take a number alone on its line for a page number at a page's edge, or where two lines (blank or furniture) stand above it."""
    (pattern,) = words.patterns("furniture-number")
    for index in candidates:
        if len(lines.shown[index]) > 12 or index in found or not pattern.regex.match(lines.shown[index]):
            continue
        above, below = _empty_lines(lines, found, index, -1), _empty_lines(lines, found, index, 1)
        page_edge = index in lines.hard_start or index + 1 in lines.hard_start or index <= lines.top or index + 1 >= lines.end
        under_stamp = index - 1 in found and lines.starts_page(index) and below
        if page_edge or above >= 2 or (above and below >= 2) or under_stamp:
            found[index] = "page-number"


def _empty_lines(lines: Lines, found: Mapping[int, str], index: int, step: int) -> int:
    """Return how many blank or furniture lines stand beside line `index`, above it (`step` -1) or below (1), up to `_MANY`."""
    count = 0
    place = index + step
    while count < _MANY and 0 <= place < lines.count and (lines.blank[place] or place in found):
        count += 1
        place += step
    return count


def find_numbers_in_sequence(lines: Lines, words: Words, labelled: Mapping[int, str], found: dict[int, str]) -> None:
    """Take a number alone on its line for a page number where it stands right above a header, or fits between the page numbers around it."""
    numbers = _lone_numbers(lines, words)
    if not numbers:
        return
    for index in numbers:
        if index not in found and _above_header(lines, words, labelled, index, found):
            found[index] = "page-number"
            head = index - 1
            if head > 0 and lines.blank[head - 1] and head not in labelled and _may_head(lines, head):
                found[head] = "page-number"
    sure = [(index, int(lines.shown[index])) for index in numbers if index in found]
    if len(sure) >= 2 and all(a[1] < b[1] for a, b in pairwise(sure)):
        for (before, low), (after, high) in pairwise(sure):
            if after - before < _NEXT or high - low < _NEXT:
                continue
            between = [index for index in indexes_between(numbers, before + 1, after) if low < int(lines.shown[index]) < high]
            if between and len(between) < high - low and all(int(lines.shown[a]) < int(lines.shown[b]) for a, b in pairwise(between)):
                found.update(dict.fromkeys(between, "page-number"))
        sure = [(index, int(lines.shown[index])) for index in numbers if index in found]
    if sure:
        _extend_sequence(lines, numbers, sure, found)


def _extend_sequence(lines: Lines, numbers: list[int], sure: list[tuple[int, int]], found: dict[int, str]) -> None:
    """Take the lone number that comes right before the first page number, or right after the last, for one where it is the one before or after.

    At least half of the known page numbers are counted by one, no list of numbers goes on beside it, and a blank line stands above it; below
    four page numbers that are all counted by one, or above them, it may stand right under the words that end its page.
    """
    steps = [high - low for (_, low), (_, high) in pairwise(sure)]
    if 2 * steps.count(1) < len(steps):
        return
    for step in (1, -1):
        place, value = sure[-1] if step > 0 else sure[0]
        while True:
            place = next((index for index in numbers[::step] if (index - place) * step > 0), -1)
            above_blank = place == 0 or (place > 0 and lines.blank[place - 1]) or (len(steps) >= _MIN_REPEATS and set(steps) == {1})
            listed = any(abs(other - place) <= _NEAR_NUMBERS for other in numbers if other != place)
            if place < 0 or place in found or int(lines.shown[place]) != value + step or not above_blank or listed:
                break
            value += step
            found[place] = "page-number"


def _may_head(lines: Lines, index: int) -> bool:
    """Say whether the line above a page's number may be its running head: one that comes again, or a short one with a file's number."""
    line = lines.shown[index]
    return not lines.blank[index] and len(line) < _HEAD_WIDTH and (lines.counts[lines.stripped[index]] > 1 or _FILE_NUMBER.search(line) is not None)


def _above_header(lines: Lines, words: Words, labelled: Mapping[int, str], index: int, found: Mapping[int, str]) -> bool:
    """Say whether a header follows line `index`, directly or, under a blank or other furniture, after blanks and the mailbox owner's line."""
    below = lines.next_text(index + 1)
    if below < lines.count and labelled.get(below) != "from" and words.any_of("owner-line").match(lines.shown[below]):
        below = lines.next_text(below + 1)
    return labelled.get(below) == "from" and (below == index + 1 or index == 0 or lines.blank[index - 1] or index - 1 in found)


def _find_folios_above_headers(lines: Lines, words: Words, labelled: Mapping[int, str], found: dict[int, str]) -> None:
    """Take a page number in any of its forms (`-8-`, `Page 3`) for one where it stands right above two labels of a header."""
    folio = words.any_of("furniture")
    for above in [index - 1 for index in labelled if index - 1 not in labelled and index + 1 in labelled]:
        if above < 0 or above in found or len(lines.stripped[above]) > _LONGEST_FOLIO:
            continue
        if lines.stripped[above][:1] and folio.match(lines.shown[above]):
            found[above] = "page-number"


def _edges(lines: Lines) -> list[list[int]]:
    """Return for each page the indexes of its first and last lines with text."""
    bounds = sorted({0, *lines.hard_start, lines.count})
    pages = []
    for start, stop in pairwise(bounds):
        with_text = [index for index in range(start, stop) if not lines.blank[index]]
        pages.append(sorted({*with_text[:_EDGE_LINES], *with_text[-_EDGE_LINES:]}))
    return pages


def _find_repeated_edges(lines: Lines, words: Words, labelled: Mapping[int, str], found: dict[int, str]) -> None:
    places: dict[str, list[int]] = defaultdict(list)
    pages = _edges(lines)
    tops, heads = {index for page in pages for index in page[:_EDGE_LINES]}, {page[0] for page in pages if page}
    closings = lines_beginning(words, "closing")
    for page in pages:
        for index in page:
            if index not in labelled:
                places[_template(lines.shown[index])].append(index)
    for template, alike in places.items():
        indexes = alike
        if "#" not in template:  # whoever signs letters stands at the foot of some pages, and a letterhead's words once at a foot
            free = [index for index in alike if not closings[lines.shown[max(lines.previous_text(index - 1), 0)]] or index in heads]
            top = [index for index in free if index in tops]
            indexes = top if 2 * len(top) > len(free) else [index for index in free if index not in tops]
        if template and len(indexes) >= _MIN_REPEATS and 3 * len(indexes) >= len(pages) and not _are_all_said(lines, labelled, template, indexes):
            for index in indexes:
                found.setdefault(index, "page-edge-repeated")
            if template.count("#") >= _STAMP_DIGITS and len({lines.stripped[index] for index in indexes}) == len(indexes):
                stray = (index for index in lines.with_digits if _template(lines.shown[index]) == template)
                found.update((index, found.get(index, "page-edge-repeated")) for index in stray if index not in labelled)


def _find_labelled_heads(lines: Lines, labelled: Mapping[int, str], found: dict[int, str]) -> None:
    """Take a label that is first on three pages, with the same value, for their running head where no other label follows it: `De : Cabinet du maire`.

    Below two copies at least stand words alone or the same label again, as below no header's; with a subject, which a draft prints alone, below three.
    """
    tops: dict[str, list[int]] = defaultdict(list)
    for start in {lines.top, *lines.hard_start}:
        index = _next_own(lines, found, start)
        if labelled.get(index, "intro") != "intro":
            tops[lines.stripped[index]].append(index)
    for indexes in tops.values():
        bare = [index for index in indexes if _label_below(lines, labelled, found, index) in (None, labelled[index])]
        if len(indexes) >= _MIN_REPEATS and len(bare) >= (_MIN_REPEATS if labelled[indexes[0]] == "subject" else _LEAST_BARE):
            found.update(dict.fromkeys(bare, "page-edge-repeated"))


def _label_below(lines: Lines, labelled: Mapping[int, str], found: Mapping[int, str], index: int) -> str | None:
    """Return the field of the first label below line `index`, however its value is wrapped and torn; None where a few lines hold none."""
    for _ in range(_REACH_OF_HEADER):
        index = _next_own(lines, found, index + 1)
        if labelled.get(index, "intro") != "intro":
            return labelled[index]
    return None


def _next_own(lines: Lines, found: Mapping[int, str], index: int) -> int:
    """Return the first line at or after line `index` that is neither blank nor furniture."""
    index = lines.next_text(index)
    while index in found:
        index = lines.next_text(index + 1)
    return index


def _are_all_said(lines: Lines, labelled: Mapping[int, str], template: str, indexes: list[int]) -> bool:
    """Say whether lines without a number stand right below a header each time: `FYI`, all that a mail says, comes again on other pages too."""
    return "#" not in template and all(lines.previous_text(index - 1) in labelled for index in indexes)


#: A line with text at the top of the source or under a gap, in a row of bytes: 1 for a blank line, 0 for another.
_UNDER_GAP = re.compile(rb"(?:\A|\x01{%d})\x00" % _GAP)
_END_OF_GAP = b"\x01" * _GAP + b"\x00"


def _find_heads_under_gaps(lines: Lines, labelled: Mapping[int, str], found: dict[int, str]) -> None:
    """Take a line with a number that stands first under three blank lines or more again and again for the running head of pages.

    No form feed tells where these pages begin: the same line must stand under a third of all such gaps, and under six.
    """
    if lines.blanks.count(_END_OF_GAP) < _SURE_REPEATS - 1:
        return
    gaps = [found.end() - 1 for found in _UNDER_GAP.finditer(lines.blanks)]
    if len(gaps) < _SURE_REPEATS:
        return
    tops: dict[str, list[int]] = defaultdict(list)
    for index in gaps:
        if index not in labelled and _FILE_NUMBER.search(lines.shown[index]) and len(lines.shown[index]) <= _LONGEST_HEAD:
            tops[lines.stripped[index]].append(index)
    for indexes in tops.values():
        if len(indexes) >= _SURE_REPEATS and 3 * len(indexes) >= len(gaps):
            found.update((index, found.get(index, "page-edge-repeated")) for index in indexes)


def _template(line: str) -> str:
    """Return the line with every digit as `#` and single blanks: the same for two copies of a running head whose numbers have equal lengths."""
    return " ".join(line.translate(_TO_HASH).split())


def _find_owner_lines(lines: Lines, words: Words, labelled: Mapping[int, str], found: dict[int, str]) -> None:
    """Take the name alone on its line right under a page number for the mailbox owner's line that Outlook prints on each page.

    Printed as `Nom, Prénom` it is known by its form; as `Prénom Nom` only where a header follows. A line right above a rule and a header
    may be any mailbox's (`SECRÉTARIAT (boîte fonctionnelle)`).
    """
    with_comma, plain, titles = words.any_of("owner-line"), words.any_of("owner-line-plain"), lines_beginning(words, "document-title")
    for index in [-1, *(index for index, rule in found.items() if rule == "page-number")]:
        below = lines.next_text(index + 1)
        if below >= lines.count or below - index > 4 or below in found or below in labelled:
            continue
        if _above_rule_and_header(lines, words, labelled, below):
            found[below] = "owner-line"
            continue
        if "," not in lines.shown[below] and titles[lines.shown[below]]:
            continue
        above_header = labelled.get(lines.next_text(below + 1)) == "from"
        alone = below + 1 >= lines.count or lines.blank[below + 1]
        if (with_comma.match(lines.shown[below]) and (alone or above_header)) or (alone and above_header and plain.match(lines.shown[below])):
            found[below] = "owner-line"
    _repeat_owner_lines(lines, labelled, found)


def _above_rule_and_header(lines: Lines, words: Words, labelled: Mapping[int, str], index: int) -> bool:
    """Say whether a short line, no sentence, stands right above a rule and that above a header: Outlook rules off the owner's name so.

    Without brackets at its end, a word in small letters makes it somebody's words: a reply of one line stands there too.
    """
    below = index + 1
    short = len(lines.stripped[index]) <= _LONGEST_OWNER and not ends_sentence(lines.stripped[index].rstrip(")"))
    short = short and (lines.stripped[index].endswith(")") or _SMALL_WORD.search(lines.stripped[index]) is None)
    return short and labelled.get(below + 1) == "from" and lines_that_are(words, "quote-marker")[lines.shown[below]]


def _repeat_owner_lines(lines: Lines, labelled: Mapping[int, str], found: dict[int, str]) -> None:
    """Once an owner's line is known, take every copy of it right under a number alone on its line, with that number, for furniture."""
    owners = {lines.stripped[index] for index, rule in found.items() if rule == "owner-line"}
    if not owners:
        return
    for index in lines.indexes_among(owners):
        if index not in found and index not in labelled:
            above = lines.previous_text(index - 1)
            number = above >= 0 and lines.stripped[above].isdigit() and len(lines.stripped[above]) <= _LONGEST_OWNED_NUMBER
            if index - above <= _OWNER_REACH and (number or above in found):
                found[index] = "owner-line"
                found.setdefault(above, "page-number")
