"""Tell among the lines of a quotation the answers that bear a mark of whoever answers: his name, his initials, a label, a sign, capitals.

A name tells for itself. A label, a sign and capitals tell only that somebody answers; whose they are is told where one sender alone says that he answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise
from typing import NamedTuple

from threadkit.parse.announcements import Said
from threadkit.parse.answer_tails import NOBODY
from threadkit.parse.headers import Header
from threadkit.parse.known_lines import lines_holding
from threadkit.parse.line_shapes import ANSWER_SIGNS
from threadkit.parse.lines import Lines, ends_sentence
from threadkit.parse.own_lines import OwnLines
from threadkit.parse.sender_names import orders_of_name, sender_names
from threadkit.words import Words

__all__ = ["TagReader", "Tagged"]

_LEADING = re.compile(
    r"(?:[\[({<](?P<within>[^\[\](){}<>:\n]{1,40})(?:[\])}>]|\s?[:\uff1a>–-]\s)"
    r"|\*{0,2}(?P<bare>[^\W\d_][\w'’., &-]{0,40}?)\*{0,2}\s?(?:[:\uff1a]|>+|[=-]>)|(?P<dash>[^\W\d_a-zß-ÿ]{2,4})\s?[-–—]\s)\*{0,2}\s*(?=\S)"
)
_TRAILING = re.compile(r"(?:[\[(](?P<within>[^\[\]()\n]{2,40})[\])]|\s[-–—/]{1,2}\s?(?P<bare>[^\W\d_]{2,12}))[.!]?$")
_INITIALS = re.compile(r"(?:[^\W\d_][.-]?){2,4}")
_SIGN = re.compile(rf"(\*{{2,4}}(?!\w[^*]*\*)|{ANSWER_SIGNS})\s?(?=[^\s*/#=+@~-])")
_BRACKETS = re.compile(r"(?:\[[^\[\]]+\]|\([^()]+\))[.!]?")
_BOLD = re.compile(r"\*[^*\s][^*]*\*[.!]?")
_LEAST_CAPITALS = 2
_COLONS = (":", "\uff1a")
_STOPS = (".", "!", "…")
#: What stands behind a sentence of the quoted author, on its line: initials before a colon, words in capitals.
_BEHIND = re.compile(r"\S\s+[\[(]?[^\W\d_a-zß-ÿ]{2,4}(?:\s?:|>|\])\s")
_SHOUTED = re.compile(r"[.!?]\s+[^\W\d_a-zß-ÿ]{2}[^a-zß-ÿ]*$")
_ALL_NAMES = frozenset({"answers", "comments"})
_FULL = 60


class Tagged(NamedTuple):
    """The lines of answers -> the message whose they are, or `NOBODY`; `open` where some may be answers and nothing tells whose."""

    owners: Mapping[int, int]
    open: bool


class _Tag(NamedTuple):
    """Whose a tag is; whether it stands `bare` before a colon or an arrow, or in brackets; whether `behind` the words; whether it is initials."""

    who: frozenset[int]
    bare: bool
    behind: bool
    initials: bool


class _Person(NamedTuple):
    """Who may have typed a tag: a message's sender (its number), or somebody else (`NOBODY`), under the words of his names."""

    number: int
    names: tuple[list[str], ...]


class TagReader:
    """Reads the tags among the quoted lines of one source."""

    def __init__(self, lines: Lines, own: OwnLines, headers: Sequence[Header], words: Words) -> None:
        self._lines, self._own, self._headers, self._words = lines, own, headers, words
        self._naming = frozenset(words.folded_terms("answer-naming"))
        self._labels = words.patterns("answer-label")
        self._letters, self._questions = words.any_of("answer-letter"), words.any_of("question-letter")
        self._closings = lines_holding(words, "closing")

    def read(self, first: int, stop: int, number: int, outer: Sequence[int], said: Mapping[int, Said]) -> Tagged:
        """Return the answers among lines `first` to `stop` (not included), which message `number` quoted in those of `outer` has below its header.

        Args:
            first: the first line.
            stop: the line after the last.
            number: the quoted message.
            outer: the messages it is quoted in, the innermost first, of which the first may answer although he does not say so.
            said: those of them whose senders say that they answer there, and what they say.
        """
        own, people = self._own.between(first, stop), self._people(number, outer)
        tags = {index: tag for index in own if (tag := self._tag(self._text(index), people)) is not None}
        listed = self._listed(own, tags, number)
        owners: dict[int, int] = {}
        is_open = False
        for index, tag in tags.items():
            owner = None if index in listed else self._one_of(tag.who, number, said)
            if owner is not None:
                owners[index] = owner
            is_open = is_open or (owner is None and tag.who != {number})
        untold = [index for index in own if index not in owners and index not in listed]
        found, more = self._told_otherwise(untold, said)
        self._add_wrapped(own, owners := {**found, **owners}, tags)
        return Tagged(owners, is_open or more or self._is_followed(own, owners, people) or (bool(said) and self._goes_unmarked(own, owners, said)))

    # ------------------------------------------------------------ names and initials

    def _people(self, number: int, outer: Sequence[int]) -> list[_Person]:
        """Return who may have typed a tag: the senders of the messages around, and those to whom they are written."""
        senders = [_Person(n, tuple(sender_names(self._words, self._headers[n]))) for n in (number, *outer)]
        known = {" ".join(sorted(name)) for person in senders for name in person.names}
        found = [person for person in senders if person.names]
        for n in (number, *outer):
            for item in self._headers[n].mailboxes:
                if item.field not in ("from", "on-behalf-of") and item.mailbox.name:
                    names = orders_of_name(self._words, item.mailbox.name)
                    if names and not any(" ".join(sorted(name)) in known for name in names):
                        known.add(" ".join(sorted(names[0])))
                        found.append(_Person(NOBODY, names))
        return found

    def _tag(self, text: str, people: Iterable[_Person]) -> _Tag | None:
        """Return whose name, given name or initials begin or end a line, marked off; None where nobody's do."""
        for found, is_behind in ((_LEADING.match(text), False), (_TRAILING.search(text), True)):
            if found is None:
                continue
            printed = found["within"] or found["bare"] or (None if is_behind else found["dash"]) or ""
            who = {person.number for person in people if self._fits(printed, person.names)}
            if who:
                return _Tag(frozenset(who), bare=found["within"] is None, behind=is_behind, initials=printed.isupper())
        return None

    def _listed(self, own: Sequence[int], tags: Mapping[int, _Tag], number: int) -> set[int]:
        """Return the tagged lines that may be the quoted author's: of a list of who does what, of a chat that he pasted, of a name behind a statement.

        A list stands below a colon, or names two people one below the other and below no question; in a chat his own name stands before his lines.
        """
        chat = any(tag.bare and not tag.initials and tag.who == {number} for tag in tags.values())
        answers = {line for line, tag in tags.items() if tag.who != {number}}
        found: set[int] = set()
        run: list[int] = []
        for place, index in enumerate((*own, -1)):
            if index in tags and tags[index].bare and not tags[index].behind:
                run.append(place)
                continue
            if run:
                above = self._text(own[run[0] - 1]) if run[0] else ""
                several = len({tags[own[each]].who for each in run}) > 1
                if above.endswith(_COLONS) or (several and "?" not in above) or not run[0]:
                    found.update(own[each] for each in run)
                elif chat:
                    found.update(own[each] for each in run if not tags[own[each]].initials)
                answers -= found
            run = []
            if index in tags and tags[index].behind and not (place and self._is_answered(own[place - 1], index, answers)):
                found.add(index)
        return found

    def _is_answered(self, above: int, index: int, answers: AbstractSet[int]) -> bool:
        """Say whether the line above an answer asks, is one itself, or is one that this line ends."""
        if "?" in self._text(index):
            return False  # the question may stand on the same line
        goes_on = self._text(index)[:1].islower() and not ends_sentence(self._text(above))
        return above in answers or self._asks(self._text(above)) or goes_on

    def _fits(self, tag: str, names: Sequence[list[str]]) -> bool:
        """Say whether a tag is a name, its first words, or its initials in capitals."""
        tag = tag.strip(" .,*")
        words = [word for word in self._words.folding.words(tag) if word not in self._naming]
        if not words:
            return False
        if tag[:1].isupper() and len("".join(words)) > 1 and any(len(words[0]) > 1 and name[: len(words)] == words for name in names):
            return True
        last = tag.split()[-1] if tag.split() else ""
        if not _INITIALS.fullmatch(last) or not last.isupper():
            return False
        letters, initials = self._words.folding.letters(last), [word[0] for word in names[0]]
        return letters in ("".join(initials), initials[0] + initials[-1]) and len(letters) > 1 and (len(words) == 1 or words == list(letters))

    def _one_of(self, who: AbstractSet[int], number: int, said: Mapping[int, Said]) -> int | None:
        """Return whose a tag is that fits some; None where it fits two people. Of two messages of one sender it is the one that says so, or the inner."""
        if number in who:
            return None
        if len(who) > 1 and (NOBODY in who or len({tuple(sorted(self._key(n))) for n in who}) > 1):
            return None
        return max([n for n in who if n in said] or who)

    def _key(self, number: int) -> list[str]:
        names = sender_names(self._words, self._headers[number])
        return sorted(names[0]) if names else []

    # ------------------------------------------------------------ labels, signs, capitals, brackets

    def _told_otherwise(self, own: Sequence[int], said: Mapping[int, Said]) -> tuple[dict[int, int], bool]:
        """Return whose the lines are that labels, signs, and what senders say of their answers tell; and whether some tell only that somebody answers."""
        told: dict[int, int] = {}
        shared = False
        for number, each in said.items():
            for index in self._by_ways(own, each) if each.own else ():
                shared = shared or told.setdefault(index, number) != number
        if shared:
            return {}, True
        rest = [index for index in own if index not in told]
        names = frozenset[str]().union(*(each.names for each in said.values())) if said else _ALL_NAMES
        labelled = self._by_labels(rest, names)
        if len(said) != 1 or not all(each.own for each in said.values()):
            return told, bool(labelled)
        return {**dict.fromkeys(labelled, next(iter(said))), **told}, False

    def _by_ways(self, own: Sequence[int], said: Said) -> list[int]:
        """Return the lines that stand as a sender says that his answers do."""
        tests: list[Callable[[str], bool]] = []
        if "brackets" in said.ways:
            tests.append(lambda text: _BRACKETS.fullmatch(text) is not None)
        if said.signs:
            tests.append(lambda text: text.startswith(tuple(said.signs)))
        found = [index for index in own if any(test(self._text(index)) for test in tests)]
        if "capitals" in said.ways:
            found = sorted({*found, *self._standing_out(own, lambda text: text.isupper() and sum(map(str.isalpha, text)) >= _LEAST_CAPITALS)})
        if "bold" in said.ways:
            found = sorted({*found, *self._standing_out(own, lambda text: _BOLD.fullmatch(text) is not None)})
        return found if len(found) < len(own) else []

    def _standing_out(self, own: Sequence[int], stands_out: Callable[[str], bool]) -> list[int]:
        """Return the lines in capitals or bold that are answers: those right below a question, and the sentences, where no other line stands so."""
        above = dict(zip(own[1:], own, strict=False))
        lines = [index for index in own if stands_out(self._text(index))]
        asked = [index for index in lines if index in above and self._asks(self._text(above[index])) and not self._asks(self._text(index))]
        ended = [index for index in lines if self._text(index).rstrip("*").endswith(_STOPS) and not self._closings[self._lines.shown[index]]]
        return lines if set(lines) <= {*asked, *ended} else asked

    def _by_labels(self, own: Sequence[int], names: AbstractSet[str]) -> list[int]:
        """Return the lines that the label of an answer begins, or its letter or a sign below a question."""
        texts = [self._text(index) for index in own]
        above = ["", *texts]
        found = [index for index, text in zip(own, texts, strict=True) if any(label.value in names and label.regex.match(text) for label in self._labels)]
        if not found and "answers" in names:
            found = [i for i, text, before in zip(own, texts, above, strict=False) if self._letters.match(text) is not None and self._asks(before)]
        if found:
            return found if len(found) < len(own) else []
        return self._signed(own, texts, above)

    def _signed(self, own: Sequence[int], texts: Sequence[str], above: Sequence[str]) -> list[int]:
        """Return the lines that begin with one sign of answers, where each stands right below a question or another such line."""
        signs = [found[1] if (found := _SIGN.match(text)) else "" for text in texts]
        kinds = {sign for sign in signs if sign}
        if len(kinds) != 1:
            return []
        stands = all(self._asks(before) or (place and signs[place - 1]) for place, (sign, before) in enumerate(zip(signs, above, strict=False)) if sign)
        return [index for index, sign in zip(own, signs, strict=True) if sign] if stands else []

    def _asks(self, text: str) -> bool:
        return text.endswith("?") or self._questions.match(text) is not None

    # ------------------------------------------------------------ the edges of an answer

    def _add_wrapped(self, own: Sequence[int], owners: dict[int, int], tags: Mapping[int, _Tag]) -> None:
        """Add to the lines of answers those on which they go on: the line above ends no sentence or bracket, and this one goes on in small letters."""
        opened = False
        for above, index in pairwise(own):
            text = self._text(above)
            if above in owners:
                opened = (opened or text[:1] == "[") and "]" not in text
            if above not in owners or index in owners or index != above + 1 or index in tags:
                continue
            goes_on = not ends_sentence(text) and (self._text(index)[:1].islower() or (len(text) >= _FULL and not text.endswith(":")))
            if opened or goes_on:
                owners[index] = owners[above]
        for above, index in reversed([*pairwise(own)]):
            if index in owners and above not in owners and index == above + 1 and self._text(index)[:1].islower() and not ends_sentence(self._text(above)):
                owners[above] = owners[index]

    def _is_followed(self, own: Sequence[int], owners: Mapping[int, int], people: Iterable[_Person]) -> bool:
        """Say whether a line that asks nothing stands right below an answer: it may go on with it."""
        last = own[-1] if own else -1
        for above, index in pairwise(own):
            if above not in owners or index in owners or index == last:
                continue
            texts = [self._text(line) for line in own if index <= line <= index + 2]
            named = any(self._fits(texts[0], person.names) for person in people)
            if not named and not any(self._asks(text) or "?" in text for text in texts) and not self._closings[self._lines.shown[index]]:
                return True
        return False

    def _goes_unmarked(self, own: Sequence[int], owners: Mapping[int, int], said: Mapping[int, Said]) -> bool:
        """Say whether something that nothing marks may be an answer: a line below a question, or words behind a sentence of the quoted author."""
        texts = {index: self._text(index) for index in own}
        capitals, bold = (any(way in each.ways for each in said.values()) for way in ("capitals", "bold"))
        for above, index in pairwise(own):
            if index in owners:
                continue
            text, ends = texts[index], index == own[-1] or self._closings[self._lines.shown[index]]
            shouted = capitals and (text.isupper() or _SHOUTED.search(text))
            if (texts[above].endswith("?") and not self._asks(text) and not ends) or shouted or (bold and "*" in text):
                return True
        return any(index not in owners and _BEHIND.search(text) for index, text in texts.items())

    def _text(self, index: int) -> str:
        return self._lines.unquoted(index).strip(" \t\u00a0")
