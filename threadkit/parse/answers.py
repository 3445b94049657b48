"""Find where a quotation ends that a sentence introduces and no `>` marks: whoever quotes may have answered below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from threadkit.parse.bodies import Part
from threadkit.parse.chains import Place
from threadkit.parse.headers import Header
from threadkit.parse.intros import RULES as INTRO_RULES
from threadkit.parse.lines import Lines, span
from threadkit.parse.sender_names import sender_names
from threadkit.parse.signatures import OwnWords
from threadkit.records import Defect, Mark
from threadkit.words import Words

RULES = ("answer-below-signature", "quotation-end-unclear")

Run = tuple[int | None, int, int]


class AnswerFinder:
    """Looks below the unmarked quotations of one source."""

    def __init__(self, lines: Lines, own: OwnWords, words: Words) -> None:
        self._lines = lines
        self._own = own
        self._words = words
        #: The lines at which answers begin that names alone told.
        self.starts: set[int] = set()

    def part(self, runs: Sequence[Run], number: int, places: Sequence[Place], headers: Sequence[Header]) -> list[Run]:
        """Return the runs below a header, with the answer that stands below an unmarked quotation given to whoever quotes.

        That it does is told by two names: the quoted author's under his words, and that of whoever quotes under what follows.
        """
        within = places[number].within
        if within is None or not is_unmarked(number, places, headers):
            return list(runs)
        parted: list[Run] = []
        for owner, first, stop in runs:
            start = self._answer_start(first, stop, headers[number], headers[within]) if owner == number else None
            parted.extend([(owner, first, stop)] if start is None else [(owner, first, start), (within, start, stop)])
        return parted

    @staticmethod
    def named(parts: Sequence[Part]) -> list[Part]:
        """Return the parts of an answer with the rule that told whose they are."""
        return [replace(part, rule="answer-below-signature") if part.kind == "body" else part for part in parts]

    def _answer_start(self, first: int, stop: int, quoted: Header, quoting: Header) -> int | None:
        theirs, own = sender_names(self._words, quoted), sender_names(self._words, quoting)
        if any(name in own for name in theirs):
            return None
        signed = self._own.sign_off(first, stop, theirs)
        if signed is None:
            return None
        start = self._lines.next_text(signed + 1, stop)
        if start >= stop or self._own.sign_off(start, stop, own) is None:
            return None
        self.starts.add(start)
        return start


def find_doubts(
    parts: Mapping[int, Sequence[Part]], places: Sequence[Place], headers: Sequence[Header], lines: Lines, ids: Sequence[int]
) -> tuple[list[Defect], list[Mark]]:
    """Return a defect for each unmarked quotation of which nothing tells where it ends, and marks of those that may hold an answer.

    A signature or what follows one tells it. Marked is whoever quotes where none of his words stand elsewhere: they may be these.
    """
    defects: list[Defect] = []
    marks: list[Mark] = []
    for number, own in sorted(parts.items()):
        within = places[number].within
        words = [part for part in own if part.kind == "body"]
        if within is None or not words or not is_unmarked(number, places, headers) or max(own, key=lambda part: part.last).kind != "body":
            continue
        has_words = any(part.kind == "body" for part in parts.get(within, ()))
        silent = not has_words and headers[within].relation != "forward"
        block = headers[number].block
        told = span(block.first, words[-1].last)
        defects.append(Defect("quotation-end-unclear", told, lines.stripped[block.last]))
        if silent:
            marks.append(Mark("quotation-end-unclear", told, ids[within], lines.stripped[block.last], "quotation-end-unclear"))
    return defects, marks


def is_unmarked(number: int, places: Sequence[Place], headers: Sequence[Header]) -> bool:
    """Tell whether a sentence introduces a message, and its words stand behind no more `>` than those of the message that quotes it."""
    within = places[number].within
    return within is not None and headers[number].judged.rule in INTRO_RULES and places[number].words_depth <= places[within].words_depth
