"""Find the lines whose `>`, or want of one, says nothing of who wrote them: clients wrap the lines that they quote.

A client that wraps a quoted line leaves its end on a line of its own without `>`, between quoted lines. And one that wraps an
introduction inside an address leaves the `>` that closes it at the beginning of a line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

RULES = ("wrapped-quotation",)

_WIDTH = 70
_LONGEST = 78
_GOES_ON = re.compile(r"[^\W\d_A-ZÀ-ÖØ-Þ]|[\w./=&?%+-]*\)\Z")
_MARKS = re.compile(r"^[\s>\u00a0]*")
_LEFT_OPEN = re.compile(r"(?:[,;(/–-]|\([a-z]{3,6}://[^\s()]*)$")
_OPEN_LINK = re.compile(r"\([a-z]{3,6}://[^\s()]*$")
_LINK_ALONE = re.compile(r"\([a-z]{3,6}://[^\s()]*\)(?: ?>)?")
_ENDS = (".", "!", "?", "…", ":", "»", '"', ")", "]")
_BRACKETED_LINES = 3
_BARS = re.compile(r"\|[|\s\u00a0]*")
_NEAR = 2
_DATED = 5
_CLOSES = re.compile(r"^\s*>[^>]{0,40}[:\uff1a]\s*$")


def find_overflow(shown: Sequence[str], firsts: str) -> frozenset[int]:
    """Return the lines without `>` that are the end of the quoted line above.

    Each stands right between two quoted lines, goes on in small letters with a line that ends no sentence, and its first word had no room
    there; or it is a link in brackets and nothing else. The first proves it only where the quoted line below goes on in small letters too, the
    one above ends in a comma or an open bracket, or the source shows it more than once: else the line may be an answer.
    """
    likely: list[int] = []
    sure: set[int] = set()
    place = firsts.find(">")
    while 0 <= place < len(firsts) - 2:
        index = place + 1
        if firsts[index] not in "> " and firsts[index + 1] == ">" and _overflows(shown[place], shown[index]):
            likely.append(index)
            below, above = _MARKS.sub("", shown[index + 1]), shown[place].rstrip()
            if below[:1].islower() or _LEFT_OPEN.search(above) or _LINK_ALONE.fullmatch(shown[index].strip()):
                sure.add(index)
        place = firsts.find(">", index)
    return frozenset(likely) if len(likely) > 1 else frozenset(sure)


def _overflows(above: str, line: str) -> bool:
    quoted, text = above.rstrip(), line.strip()
    if _OPEN_LINK.search(quoted) and text.endswith(")") and len(text.split()) == 1:
        return True
    if _LINK_ALONE.fullmatch(text):
        return True
    if len(text) > _LONGEST or not _GOES_ON.match(text) or (quoted.endswith(_ENDS) and not _LEFT_OPEN.search(quoted)):
        return False
    return len(quoted) + 1 + len(text.split(None, 1)[0]) > _WIDTH and bool(_MARKS.sub("", quoted))


def find_closing(shown: Sequence[str], firsts: str) -> frozenset[int]:
    """Return the lines whose first `>` closes the `<` that the line above, itself not quoted, left open: `... <a@b.example` and `> a écrit :`.

    And those at whose words signs point from both sides: `>>> www.exemple.example <<<` quotes nothing either.
    """
    found: set[int] = set()
    place = firsts.find(">", 1)
    while place >= 0:
        closes = firsts[place - 1] not in "> " and _CLOSES.match(shown[place]) and _leaves_open(shown[max(0, place - _BRACKETED_LINES) : place])
        if closes or (shown[place].lstrip().startswith(">>") and shown[place].rstrip().endswith("<<")):
            found.add(place)
        place = firsts.find(">", place + 1)
    return frozenset(found)


def _leaves_open(above: Sequence[str]) -> bool:
    """Say whether the last lines of a paragraph open one `<` more than they close."""
    opened = 0
    for line in reversed(above):
        if not line.strip() or line.lstrip().startswith(">"):
            break
        opened += line.count("<") - line.count(">")
    return opened > 0


def find_bars(shown: Sequence[str]) -> dict[int, str]:
    """Return the lines that a client quotes behind `|`, each as it would be behind `>`: below a line with a date or an address that ends in a colon.

    Further down too, where answers stand between them; but not right below another line that ends in a colon, which may begin a list. A line with
    a further `|` is a table's.
    """
    found: dict[int, str] = {}
    proved = False
    for index, line in enumerate(shown):
        marks = _BARS.match(line)
        if marks is None or "|" in line[marks.end() :]:
            continue
        if index - 1 not in found:
            above = next((place for place in range(index - 1, max(index - 1 - _NEAR, -1), -1) if shown[place].strip()), None)
            if above is not None and shown[above].rstrip().endswith((":", "\uff1a")):
                if not _introduces(f"{shown[above - 1] if above else ''} {shown[above]}"):
                    continue
                proved = True
            elif not proved or (index and _BARS.match(shown[index - 1])):
                continue
        found[index] = marks[0].replace("|", ">") + line[marks.end() :]
    return found


def _introduces(text: str) -> bool:
    """Say whether a line that ends in a colon, and the one above it, print an address or a date."""
    return "@" in text or sum(map(str.isdigit, text)) >= _DATED
