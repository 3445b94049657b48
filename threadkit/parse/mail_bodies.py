"""Read the words of a mail file's message: whatever opens a message in them is a quotation, and no text below them is anybody else's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from threadkit.parse.chains import Place, find_words_depth
from threadkit.parse.judge import JudgedBlock
from threadkit.parse.lines import Lines

RULES = ("quoted-in-mail",)


def judge_quoted(judged: Iterable[JudgedBlock]) -> list[JudgedBlock]:
    """Return the verdicts on what looks like a header inside a mail: no page was printed, so no owner's line stands above, and one that would be
    torn stays with the words of the mail, and is told.
    """
    found = []
    for item in judged:
        if item.verdict == "message":
            found.append(replace(item, block=replace(item.block, owner=None)))
        elif item.verdict == "torn":
            found.append(replace(item, verdict="none", rule="header-doubtful"))
    return found


def quote_all(places: Sequence[Place], lines: Lines) -> list[Place]:
    """Return the places of a mail's own header and of those in its words: what seemed to stand on its own is quoted by the mail itself."""
    found: list[Place] = []
    for number, place in enumerate(places):
        if not number:
            found.append(place)
        elif place.standing == "released":
            stop = places[number + 1].header.block.first if number + 1 < len(places) else lines.count
            told = replace(place, standing="quoted", within=0, depth=found[0].depth + 1, rule="quoted-in-mail")
            found.append(replace(told, words_depth=find_words_depth(place.header, stop, lines)))
        else:
            within = place.within if place.within is not None else 0
            found.append(replace(place, within=within, depth=found[within].depth + 1))
    return found
