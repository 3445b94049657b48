"""Ask a pattern of a line's text once a process: greetings, signatures and their telephones come again in line after line, source after source."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from functools import cache

from threadkit.parse.lines import Lines, in_bytes
from threadkit.words import Words

MOST_KNOWN = 1 << 14
"""Of so many lines what they are is kept, for each question."""


class KnownLines(dict[str, bool]):
    """Line -> whether a test finds something in it. Emptied when full, so that memory stays bounded; a line asked again is tested again."""

    def __init__(self, test: Callable[[str], object]) -> None:
        super().__init__()
        self._test = test

    def __missing__(self, line: str) -> bool:
        if len(self) >= MOST_KNOWN:
            self.clear()
        found = self[line] = bool(self._test(line))
        return found


@cache
def lines_beginning(words: Words, role: str) -> KnownLines:
    """Return the lines that a pattern of a role matches from their start."""
    return KnownLines(words.any_of(role).match)


@cache
def lines_holding(words: Words, role: str) -> KnownLines:
    """Return the lines in which a pattern of a role is found; where all of them need a text, a line without any of these is not looked at."""
    tests = [(finder(pattern.regex), pattern.needs) for pattern in words.patterns(role)]
    needs = _needs_of_all(words, role)
    if not needs:
        return KnownLines(lambda line: any(find(line) for find, _ in tests))

    def test(line: str) -> bool:
        holds = line.lower().__contains__
        return any(map(holds, needs)) and any(find(line) for find, needed in tests if any(map(holds, needed)))

    return KnownLines(test)


def find_holding(lines: Lines, words: Words, role: str, first: int, stop: int) -> list[int]:
    """Return those of lines `first` to `stop` (not included) in which a pattern of a role is found; each of them needs a text."""
    starts = lines.offsets()
    found, known, line = list[int](), lines_holding(words, role), -1
    for match in _needed(words, role).finditer(lines.lowered, starts[first], starts[stop]):
        index = bisect_right(starts, match.start()) - 1
        if index != line and known[lines.shown[index]]:
            found.append(index)
        line = index
    return found


@cache
def _needed(words: Words, role: str) -> re.Pattern[bytes]:
    """Return what finds a text that a pattern of a role needs."""
    return re.compile(_branching(in_bytes(_needs_of_all(words, role))))


def _branching(texts: Iterable[bytes]) -> bytes:
    """Return a pattern of some texts, none of which begins another, that asks for each beginning once: `a(?:jouts|nswer)`."""
    ends: dict[bytes, list[bytes]] = {}
    for text in texts:
        ends.setdefault(text[:1], []).append(text[1:])
    parts = [re.escape(first) + _branching(rest) for first, rest in ends.items() if first]
    return parts[0] if len(parts) == 1 else b"(?:" + b"|".join(parts) + b")" if parts else b""


@cache
def _needs_of_all(words: Words, role: str) -> tuple[str, ...]:
    """Return the texts of which each pattern of a role needs one, without those that hold another; none where a pattern needs none."""
    patterns = words.patterns(role)
    needs = sorted({need for pattern in patterns for need in pattern.needs}) if all(pattern.needs for pattern in patterns) else []
    return tuple(need for need in needs if not any(other in need for other in needs if other != need))


@cache
def lines_that_are(words: Words, *roles: str) -> KnownLines:
    """Return the lines of which a pattern of some roles takes everything but blanks."""
    regexes = [pattern.regex for role in roles for pattern in words.patterns(role)]
    return KnownLines(lambda line: any(found.group().strip() == line.strip() for regex in regexes if (found := regex.search(line))))


def finder(regex: re.Pattern[str]) -> Callable[[str], re.Match[str] | None]:
    """Return what finds a pattern in a line; one that is bound to the line's start is not looked for elsewhere."""
    return regex.match if _is_bound(regex) else regex.search


def _is_bound(regex: re.Pattern[str]) -> bool:
    """Say whether a pattern can match at a text's start only: it begins with `^`, has no alternative outside a group, and knows no lines."""
    source = re.sub(r"^\(\?[a-z]+\)", "", regex.pattern)
    return source.startswith("^") and not regex.flags & re.MULTILINE and not _has_open_alternative(source)


def _has_open_alternative(source: str) -> bool:
    depth, inside, escaped = 0, False, False
    for char in source:
        if escaped or char == "\\":
            escaped = not escaped
        elif inside:
            inside = char != "]"
        elif char == "[":
            inside = True
        elif char in "()":
            depth += 1 if char == "(" else -1
        elif char == "|" and depth == 0:
            return True
    return False
