"""Find what whoever quotes has written among the words he quotes: below a quotation that no `>` marks, and between its lines.

Names, initials and another copy of the quoted message tell it. Where he says that he answers there and nothing tells which words are his,
they stay with the quoted author, and a defect and a finding say so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from threadkit.parse.bodies import Part
from threadkit.parse.chains import Place
from threadkit.parse.headers import Header
from threadkit.parse.intros import RULES as INTRO_RULES
from threadkit.parse.known_lines import lines_holding
from threadkit.parse.lazily import lazily
from threadkit.parse.lines import Lines, span
from threadkit.parse.sender_names import sender_names
from threadkit.parse.signatures import OwnWords
from threadkit.records import Defect, Mark
from threadkit.words import Words

RULES = ("answer-below-signature", "answer-between-lines", "quotation-end-unclear")

_MINUTE = len("2024-03-05T10:33")
_INITIALS = re.compile(r"^\[?([^\W\d_]{2,4})(?:>+| ?: |\])")
_LONGEST_NAME = 30
_SENTENCE = 4

Run = tuple[int | None, int, int]


class AnswerFinder:
    """Looks among and below the quotations of one source that no `>` marks."""

    def __init__(self, lines: Lines, own: OwnWords, headers: Sequence[Header], words: Words) -> None:
        self._lines = lines
        self._own = own
        self._headers = headers
        self._words = words
        self._announcing = lines_holding(words, "answers-announced")
        #: The lines at which answers begin that names, initials or another copy told -> which of these rules.
        self.starts: dict[int, str] = {}

    def part(self, runs: Sequence[Run], number: int, places: Sequence[Place]) -> list[Run]:
        """Return the runs below a header, with the answers that stand below or in an unmarked quotation given to whoever quotes."""
        within = places[number].within
        if within is None or places[number].words_depth > places[within].words_depth:
            return list(runs)
        parted: list[Run] = []
        for owner, first, stop in runs:
            if owner != number:
                parted.append((owner, first, stop))
                continue
            start = self._answer_start(first, stop, number, within)
            parted.extend(self._between(first, start or stop, number, within))
            if start is not None:
                parted.append((within, start, stop))
        return parted

    def named(self, parts: Sequence[Part], begin: int) -> list[Part]:
        """Return the parts of a run that begins at line `begin`, with the rule that told whose they are where they are an answer."""
        rule = self.starts.get(begin)
        return [replace(part, rule=rule) if rule is not None and part.kind == "body" else part for part in parts]

    # ------------------------------------------------------------ below a signature

    def _answer_start(self, first: int, stop: int, number: int, within: int) -> int | None:
        """Return the line of an answer below a quotation: the quoted author's name stands above it, and that of whoever quotes ends it."""
        last = self._lines.previous_text(stop - 1, first - 1)
        is_intro = self._headers[number].judged.rule in INTRO_RULES
        if last <= first or (not is_intro and not 0 < len(self._lines.stripped[last]) <= _LONGEST_NAME):
            return None
        theirs, own = sender_names(self._words, self._headers[number]), sender_names(self._words, self._headers[within])
        if any(name in own for name in theirs):
            return None
        if not is_intro and self._own.sign_off(last - 1, stop, own) != last:
            return None
        signed = self._own.sign_off(first, stop, theirs)
        if signed is None and not is_intro:
            signature = self._own.signature(first, last, theirs)
            signed = signature[1] if signature and signature[2] == "signature-name" else None
        if signed is None:
            return None
        start = self._lines.next_text(signed + 1, stop)
        if start >= stop or self._own.sign_off(start, stop, own) is None or not (is_intro or self._speaks(start, last)):
            return None
        self.starts[start] = "answer-below-signature"
        return start

    def _speaks(self, start: int, last: int) -> bool:
        """Say whether lines `start` to `last` (not included) hold a sentence, and more than the names to whom copies went."""
        return any(
            len(self._lines.stripped[index].split()) >= _SENTENCE or self._lines.stripped[index].endswith("?") for index in range(start, last)
        )

    # ------------------------------------------------------------ between the lines

    def _between(self, first: int, stop: int, number: int, within: int) -> list[Run]:
        """Return the runs of a quotation, with the lines between that initials or another copy tell to be those of whoever quotes."""
        theirs = self._lines_of_quoting(first, stop, number, within)
        if not theirs:
            return [(number, first, stop)]
        runs: list[Run] = []
        for index in range(first, stop):
            owner = within if index in theirs or (self._lines.blank[index] and runs and runs[-1][0] == within) else number
            if runs and runs[-1][0] == owner:
                runs[-1] = (owner, runs[-1][1], index + 1)
            else:
                runs.append((owner, index, index + 1))
        self.starts.update((begin, "answer-between-lines") for owner, begin, _ in runs if owner == within)
        return runs

    def _lines_of_quoting(self, first: int, stop: int, number: int, within: int) -> set[int]:
        above, below = self._headers[within].block.last + 1, self._headers[number].block.first
        announced = self.announces(above, below)
        if not announced and (self._headers[within].relation == "forward" or self._own.lines.next(above, below) < below):
            return set()
        added = self._added_to_copy(first, stop, number)
        if announced and not added:
            added = {index for index in self._own.lines.between(first, stop) if self._has_initials(index, number, within)}
        return added

    def announces(self, first: int, stop: int) -> bool:
        """Say whether lines `first` to `stop` (not included) say that answers stand in what is quoted below."""
        return any(map(self._announcing.__getitem__, self._lines.shown[first:stop]))

    def _has_initials(self, index: int, number: int, within: int) -> bool:
        """Say whether a line begins with the initials of whoever quotes (`[ÈG : Non.]`, `ÈG> Non.`)."""
        found = _INITIALS.match(self._lines.stripped[index])
        if found is None or not found[1].isupper():
            return False
        letters = self._words.folding.letters(found[1])
        own, theirs = (
            {"".join(word[0] for word in name) for name in sender_names(self._words, self._headers[n])[:1]} for n in (within, number)
        )
        return letters in own and letters not in theirs

    def _added_to_copy(self, first: int, stop: int, number: int) -> set[int]:
        """Return the lines between others that another copy of the quoted message lacks, where all others are that copy's words in their order.

        A way to reach somebody may be masked there; what stands below the last common line may be a document.
        """
        letters = self._words.folding.letters
        lines = {index: letters(self._lines.stripped[index]) for index in self._own.lines.between(first, stop)}
        for copy in self._copies.get(self._copy_key(number), ()) if len(lines) > 1 else ():
            if copy == number:
                continue
            end = self._headers[copy + 1].block.first if copy + 1 < len(self._headers) else self._lines.count
            theirs = [letters(self._lines.stripped[index]) for index in self._own.lines.between(self._headers[copy].block.last + 1, end)]
            whole, mine = "".join(theirs), "".join(lines.values())
            added = {index for index, line in lines.items() if line and line not in whole}
            kept = [index for index, line in lines.items() if line and index not in added]
            between = {index for index in added if index < max(kept, default=0) and not self._own.is_contact(index)}
            if between and whole.startswith("".join(lines[index] for index in kept)) and all(line in mine for line in theirs):
                return between
        return set()

    @lazily
    def _copies(self) -> dict[str, list[int]]:
        """Return what tells a message (sender, minute, subject) -> the headers that print it."""
        found: dict[str, list[int]] = {}
        for number in range(len(self._headers)):
            found.setdefault(self._copy_key(number), []).append(number)
        found.pop("", None)
        return found

    def _copy_key(self, number: int) -> str:
        header = self._headers[number]
        sender, sent = header.mailbox("from"), header.sent.value if header.sent else None
        if sender is None or not sender.name or sent is None or len(sent) < _MINUTE:
            return ""
        name = " ".join(sorted(self._words.folding.words(sender.name)))
        return f"{sent[:_MINUTE]}|{name}|{self._words.folding.letters(header.subject_base or '')}"

    # ------------------------------------------------------------ doubts

    def find_doubts(
        self, parts: Mapping[int, Sequence[Part]], places: Sequence[Place], ids: Sequence[int]
    ) -> tuple[list[Defect], list[Mark]]:
        """Return a defect for each quotation that may hold answers which nothing tells apart, and marks of whoever quotes it.

        So may one that a sentence introduces and no `>` marks, where no signature tells its end; its author is marked where none of his
        words stand elsewhere. So may one of which he says that his answers stand in it.
        """
        defects: list[Defect] = []
        marks: list[Mark] = []
        for number, own in sorted(parts.items()):
            within = places[number].within
            words = [part for part in own if part.kind == "body"]
            if within is None or not words or places[number].words_depth > places[within].words_depth:
                continue
            block, answering = self._headers[number].block, parts.get(within, ())
            announced = number == within + 1 and self.announces(self._headers[within].block.last + 1, block.first)
            announced = announced and not any(part.rule == "answer-between-lines" for part in answering)
            is_open = self._headers[number].judged.rule in INTRO_RULES and max(own, key=lambda part: part.last).kind == "body"
            if not (announced or is_open):
                continue
            silent = not any(part.kind == "body" for part in answering) and self._headers[within].relation != "forward"
            told = span(block.first, words[-1].last)
            defects.append(Defect("quotation-end-unclear", told, self._lines.stripped[block.last]))
            if silent or announced:
                marks.append(Mark("quotation-end-unclear", told, ids[within], self._lines.stripped[block.last], "quotation-end-unclear"))
        return defects, marks
