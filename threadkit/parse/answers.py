"""Find what whoever quotes has written among the words he quotes: below a quotation that no `>` marks, and between its lines.

Names, initials, labels, signs and another copy of the quoted message tell it. Where he says that he answers there and nothing tells which
words are his, they stay with the quoted author, and a defect and a finding say so.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace

from threadkit.parse.announcements import Announcements, Said
from threadkit.parse.answer_tags import TagReader
from threadkit.parse.answer_tails import NOBODY
from threadkit.parse.answers_below import RULES as BELOW_RULES
from threadkit.parse.answers_below import AnswersBelow
from threadkit.parse.bodies import Part
from threadkit.parse.chains import Place
from threadkit.parse.comparing_headers import MINUTE
from threadkit.parse.headers import Header
from threadkit.parse.intros import RULES as INTRO_RULES
from threadkit.parse.lazily import lazily
from threadkit.parse.lines import Lines, indexes_between, span
from threadkit.parse.signatures import OwnWords
from threadkit.records import Defect, Mark
from threadkit.words import Words

RULES = (*BELOW_RULES, "answer-between-lines", "answer-of-another", "quotation-end-unclear")

_UNSIGNED = "answer-unsigned-below"

Run = tuple[int | None, int, int]


class AnswerFinder:
    """Looks among and below the quotations of one source that no `>` marks."""

    def __init__(self, lines: Lines, own: OwnWords, headers: Sequence[Header], words: Words) -> None:
        self._lines = lines
        self._own = own
        self._headers = headers
        self._words = words
        self._said = Announcements(lines, own, headers, words)
        self._below = AnswersBelow(lines, own, headers, words)
        #: The lines at which answers begin -> which of these rules told them.
        self.starts: dict[int, str] = {}
        #: The lines at which answers begin that somebody typed of whom no message stands there.
        self.nobodys: set[int] = set()
        #: The lines at which words begin below a quotation of which nothing tells who has written them -> the quotation.
        self.unsigned: dict[int, int] = {}
        self._open: set[int] = set()
        self._told: set[int] = set()
        self._reach: dict[int, int] = {}

    def part(self, runs: Sequence[Run], number: int, places: Sequence[Place]) -> list[Run]:
        """Return the runs below a header, with the answers that stand below or in an unmarked quotation given to whoever quotes."""
        within = places[number].within
        if within is None and not places[number].words_depth:
            return self._with_nobodys(runs, number)
        if within is None or places[number].words_depth > places[within].words_depth:
            return list(runs)
        parted: list[Run] = []
        for owner, first, stop in runs:
            if owner != number:
                parted.append((owner, first, stop))
                continue
            outer = _outer(places, number)
            below = self._below.find(first, stop, number, outer)
            if below.open:
                self._open.add(number)
            begins = [*(piece.start for piece in below.pieces), stop]
            parted.extend(self._between(first, begins[0], number, outer))
            for piece, end in zip(below.pieces, begins[1:], strict=True):
                labelled = self._tagged.labelled(piece.start, end, number, outer) if piece.owner == NOBODY else {}
                if labelled:
                    parted.extend(self._divided(piece.start, end, NOBODY, labelled, within))
                    self._reach[number] = self._own.lines.above(end)
                    continue
                self.starts[piece.start] = piece.rule
                if piece.owner == NOBODY:
                    self.unsigned[piece.start] = number
                parted.append((within if piece.owner == NOBODY else piece.owner, piece.start, end))
        return parted

    def is_answered_below(self, number: int) -> bool:
        """Say whether the sender of the message above header `number` has written nothing above it, and signs words below those of that header."""
        return self._below.is_answered(number)

    def _with_nobodys(self, runs: Sequence[Run], number: int) -> list[Run]:
        """Return the runs below an introduction that opens a source, with the words of whoever quotes there, who is not known."""
        parted: list[Run] = []
        for owner, first, stop in runs:
            start = self._below.find_nobodys(first, stop, number) if owner == number else None
            parted.extend([(owner, first, stop)] if start is None else [(owner, first, start), (None, start, stop)])
        return parted

    def named(self, parts: Sequence[Part], owner: int, begin: int) -> list[Part]:
        """Return the parts of a run of `owner` that begins at line `begin`, with the rule that told whose they are where they are an answer.

        The name that ends a quotation is a signature, although answers part it from the other words.
        """
        rule = self.starts.get(begin)
        if begin in self.unsigned and rule is not None:
            return [part if part.kind == "document" else replace(part, kind="other", rule=rule) for part in parts]
        if rule is None and owner in self._told and [part.kind for part in parts] == ["body"] and parts[0].first == parts[0].last:
            signs = self._own.sign_off(parts[0].first - 1, parts[0].last + 1, self._below.tails.names_of(owner)) is not None
            return [replace(parts[0], kind="signature", rule="signature-name")] if signs else list(parts)
        return [replace(part, rule=rule) if rule is not None and part.kind == "body" else part for part in parts]

    # ------------------------------------------------------------ between the lines

    def _between(self, first: int, stop: int, number: int, outer: Sequence[int]) -> list[Run]:
        """Return the runs of a quotation, with the lines between that tags or another copy tell to be those of whoever quotes."""
        owners = self._owners(first, stop, number, outer)
        if not owners:
            return [(number, first, stop)]
        self._told.add(number)
        return self._divided(first, stop, number, owners, outer[0])

    def _divided(self, first: int, stop: int, number: int, owners: Mapping[int, int], within: int) -> list[Run]:
        """Return the runs of some lines of `number` with those that are another's; nobody's stand with the message `within` that quotes."""
        runs: list[tuple[int, int, int]] = []
        for index in range(first, stop):
            owner = owners.get(index, runs[-1][0] if self._lines.blank[index] and runs else number)
            if runs and runs[-1][0] == owner:
                runs[-1] = (owner, runs[-1][1], index + 1)
            else:
                runs.append((owner, index, index + 1))
        self.starts.update((begin, "answer-between-lines") for owner, begin, _ in runs if owner not in (number, NOBODY))
        self.nobodys.update(begin for owner, begin, _ in runs if owner == NOBODY)
        self._reach.update((number, self._own.lines.above(end)) for owner, _, end in runs if owner == NOBODY)
        return [(within if owner == NOBODY else owner, begin, end) for owner, begin, end in runs]

    def _owners(self, first: int, stop: int, number: int, outer: Sequence[int]) -> Mapping[int, int]:
        """Return the lines of answers -> whose they are."""
        said = self._saying(outer)
        within = outer[0]
        silent = self._headers[within].relation != "forward" and number == within + 1 and self._below.tails.is_silent(within)
        if not said and not silent:
            return self._unannounced(first, stop, number, outer)
        if (not outer[1:] or within in said or silent) and (added := self._added_to_copy(first, stop, number)):
            return dict.fromkeys(added, within)
        found = self._tagged.read(first, stop, number, outer if said else outer[:1], said)
        if found.open:
            self._open.add(number)
        return found.owners

    @lazily
    def _tagged(self) -> TagReader:
        return TagReader(self._lines, self._own.lines, self._headers, self._words)

    def _saying(self, outer: Sequence[int]) -> Mapping[int, Said]:
        """Return those of some messages whose senders say that they answer among the words quoted below, and what they say."""
        return {number: said for number in outer if (said := self._said.of(number)) is not None}

    def _unannounced(self, first: int, stop: int, number: int, outer: Sequence[int]) -> dict[int, int]:
        """Return whose some lines are although nobody says that he answers there.

        Those below a question that begin with the name or initials of whoever quotes may be his answers, or what the quoted author heard of him:
        in a reply they are nobody's. Those below the quoted author's signature are theirs whose names are in their labels.
        """
        colons, asked = indexes_between(self._lines.with_colons, first + 1, stop), list[int]()
        if colons and self._lines.lasts.find("?", first, colons[-1]) >= 0:
            asked = self._tagged.asked(first, stop, number, outer[0])
        if asked:
            self._open.add(number)
        found = dict.fromkeys(asked if self._headers[outer[0]].relation == "reply" else (), NOBODY)
        labelled = any(map(self._tagged.is_labelled, colons))
        signed = self._below.tails.find_signature(first, stop, self._below.tails.names_of(number)) if labelled else None
        return found if signed is None else {**found, **self._tagged.labelled(signed.last + 1, stop, number, outer)}

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
        if sender is None or not sender.name or sent is None or len(sent) < MINUTE:
            return ""
        name = " ".join(sorted(self._words.folding.words(sender.name)))
        return f"{sent[:MINUTE]}|{name}|{self._words.folding.letters(header.subject_base or '')}"

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
        told = {outer for number in self._told for outer in _outer(places, number)}
        untold = self._ends_of_unsigned(parts)
        for number, own in sorted(parts.items()):
            within = places[number].within
            words = [part for part in own if part.kind == "body"]
            if within is None or not words or places[number].words_depth > places[within].words_depth:
                continue
            block, answering = self._headers[number].block, parts.get(within, ())
            announced = number in self._open or (number == within + 1 and within not in told and self._said.of(within) is not None)
            is_open = self._headers[number].judged.rule in INTRO_RULES and max(own, key=lambda part: part.last).kind == "body"
            if not (announced or is_open):
                continue
            silent = not any(part.kind == "body" for part in answering) and self._headers[within].relation != "forward"
            place = span(block.first, max(untold.get(number, 0), self._reach.get(number, 0), words[-1].last))
            defects.append(Defect("quotation-end-unclear", place, self._lines.stripped[block.last]))
            if silent or announced:
                marks.append(Mark("quotation-end-unclear", place, ids[within], self._lines.stripped[block.last], "quotation-end-unclear"))
        return defects, marks

    def _ends_of_unsigned(self, parts: Mapping[int, Sequence[Part]]) -> Mapping[int, int]:
        """Return the quotations below which words stand that are nobody's -> the last line of these."""
        begins, ends = sorted(self.unsigned), dict[int, int]()
        for part in (part for own in parts.values() for part in own if begins and part.rule == _UNSIGNED):
            number = self.unsigned[begins[bisect_right(begins, part.first) - 1]]
            ends[number] = max(ends.get(number, 0), part.last)
        return ends


def _outer(places: Sequence[Place], number: int) -> list[int]:
    """Return the messages in which one is quoted without more `>`, the innermost first."""
    found, depth, within = list[int](), places[number].words_depth, places[number].within
    while within is not None and places[within].words_depth == depth:
        found.append(within)
        within = places[within].within
    return found
