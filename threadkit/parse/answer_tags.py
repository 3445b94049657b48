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
    r"|\*{0,2}(?P<bare>[^\W\d_][\w'’., &-]{0,40}?)\*{0,2}(?:\s?\([^()\n]{1,30}\))?\s?(?:[:\uff1a]|>+|[=-]>)"
    r"|(?P<dash>[^\W\d_a-zß-ÿ]{2,4})\s?[-–—]\s|(?P<named>[^\W\d_][\w'’. ]{0,30}?)\s[-–—]\s)\*{0,2}\s*(?=\S)"
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
#: The value of labels that anybody may type (`Note :`): they tell nothing.
_NOTES = "notes"
#: A number or letter of the quoted author's list.
_NUMBERED = re.compile(r"(?:\d{1,2}|[a-h])\s?[.)]\s")
_FULL = 60
_SHORT = 2
_MARKS = "*[(>"
#: Initials in brackets before words.
_STRANGER = re.compile(r"\[[^\W\d_a-zß-ÿ]{2,4}\]\s?\S")


class Tagged(NamedTuple):
    """The lines of answers -> the message whose they are, or `NOBODY`; `open` where some may be answers and nothing tells whose."""

    owners: Mapping[int, int]
    open: bool


class _Tag(NamedTuple):
    """Whose a tag is; whether it stands `bare` before a colon or an arrow, or in brackets; whether `behind` the words; whether it is initials.

    One that is `labelled` has words around the name (`Réponse de Luc :`).
    """

    who: frozenset[int]
    bare: bool
    behind: bool
    initials: bool
    labelled: bool


class _Person(NamedTuple):
    """Who may have typed a tag: a message's sender (its number), or somebody else (`NOBODY`), under the words of his names."""

    number: int
    names: tuple[list[str], ...]


class TagReader:
    """Reads the tags among the quoted lines of one source."""

    def __init__(self, lines: Lines, own: OwnLines, headers: Sequence[Header], words: Words) -> None:
        self._lines, self._own, self._headers, self._words = lines, own, headers, words
        self._naming = frozenset(words.folded_terms("answer-naming"))
        self._label_letters = {word[0] for word in self._naming if len(word) > _SHORT} | set(_MARKS)
        self._toward = frozenset(words.folded_terms("answer-toward"))
        self._labels = words.patterns("answer-label")
        self._owned = words.patterns("answers-owned")
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
        above = {index: self._text(line) for line, index in pairwise(own)}
        tags = {index: tag for index in own if (tag := self._tag(self._text(index), people, above.get(index, ""))) is not None}
        listed = self._listed(own, tags, number)
        owners: dict[int, int] = {}
        is_open = False
        for index, tag in tags.items():
            owner = None if index in listed else self._one_of(tag.who, number, said)
            if owner is not None:
                owners[index] = owner
            is_open = is_open or (owner is None and tag.who != {number})
        if said:
            strangers = (i for i in own if i not in tags and _STRANGER.match(self._text(i)) is not None and self._asks(above.get(i, "")))
            owners.update(dict.fromkeys(strangers, NOBODY))
        untold = [index for index in own if index not in owners and index not in listed]
        by_name = {owners[index] for index, tag in tags.items() if index in owners and not tag.labelled}
        found, more = self._told_otherwise(untold, said, by_name)
        self._add_wrapped(own, owners := {**found, **owners}, tags)
        following = self._following(own, owners, people, tags)
        unmarked = [*following, *(self._unmarked(own, owners, said, tags) if said else ())]
        owners.update((index, NOBODY) for index in unmarked if index not in following or index - 1 in owners)
        self._add_wrapped(own, owners, tags)
        return Tagged(owners, is_open or more or bool(unmarked) or (bool(said) and self._goes_unmarked(own, owners, said)))

    def labelled(self, first: int, stop: int, number: int, outer: Sequence[int]) -> dict[int, int]:
        """Return the lines, below an author's signature, that the label of an answer with another's name begins (`Réponse de Luc :`) -> whose they are."""
        own = [index for index in self._own.between(first, stop) if self.is_labelled(index)]
        tags = {index: self._tag(self._text(index), self._people(number, outer)) for index in own}
        owners = {index: self._one_of(tag.who, number, {}) for index, tag in tags.items() if tag is not None and number not in tag.who}
        return {index: NOBODY if owner is None else owner for index, owner in owners.items()}

    def asked(self, first: int, stop: int, number: int, within: int) -> list[int]:
        """Return the lines that begin with the name of whoever quotes, right below a question or another such line, though he says nothing of answers."""
        found: list[int] = []
        people = self._people(number, [within])
        lasts = self._lines.lasts
        for above, index in pairwise(self._own.between(first, stop)):
            if lasts[above] != "?" and above not in found:
                continue
            tag = self._tag(self._text(index), people, self._text(above))
            if tag is not None and tag.who == {within}:
                found.append(index)
        return found

    def is_labelled(self, index: int) -> bool:
        """Say whether a line begins with a word that stands around the name of whoever answers (`Réponse de Luc :`)."""
        return self._lines.stripped[index][:1].lower() in self._label_letters and self._begins_label(self._text(index))

    def _begins_label(self, text: str) -> bool:
        words = self._words.folding.words(text.split(maxsplit=1)[0])
        return bool(words) and words[0] in self._naming and len(words[0]) > _SHORT

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

    def _tag(self, text: str, people: Iterable[_Person], above: str = "") -> _Tag | None:
        """Return whose name, given name or initials begin or end a line, marked off; None where nobody's do. A name before a dash counts below a question."""
        for found, is_behind in ((_LEADING.match(text), False), (_TRAILING.search(text), True)):
            if found is None:
                continue
            dashed = None if is_behind or not (self._asks(above) or self._begins_label(text)) else found["named"]
            printed = found["within"] or found["bare"] or dashed or (None if is_behind else found["dash"]) or ""
            who = {person.number for person in people if self._fits(printed, person.names)}
            if who:
                labelled = any(word in self._naming for word in self._words.folding.words(printed) if len(word) > _SHORT)
                is_bare, behind = found["within"] is None, is_behind or dashed is not None
                return _Tag(frozenset(who), is_bare, behind, initials=printed.isupper(), labelled=labelled)
        return None

    def _listed(self, own: Sequence[int], tags: Mapping[int, _Tag], number: int) -> set[int]:
        """Return the tagged lines that may be the quoted author's: of a list of who does what, of a chat that he pasted, of a name behind a statement.

        A list stands below a colon, or names two people one below the other and below no question; in a chat his own name stands before his lines.
        """
        chat = any(tag.bare and not tag.initials and not tag.labelled and tag.who == {number} for tag in tags.values())
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
        words = words[: next((place for place, word in enumerate(words) if word in self._toward), None)]
        if not words:
            return False
        if tag[:1].isupper() and len("".join(words)) > 1 and any(len(words[0]) > 1 and name[: len(words)] == words for name in names):
            return True
        last = tag.split()[-1] if tag.split() else ""
        if not _INITIALS.fullmatch(last) or not last.isupper():
            return False
        letters, initials = self._words.folding.letters(last), [word[0] for word in names[0]]
        known = ("".join(initials), initials[0] + initials[-1], "".join(initials[:2]))
        return letters in known and len(letters) > 1 and (len(words) == 1 or words == list(letters))

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

    def _told_otherwise(self, own: Sequence[int], said: Mapping[int, Said], by_name: AbstractSet[int]) -> tuple[dict[int, int], bool]:
        """Return whose the lines are that labels, signs, and what senders say of their answers tell; and whether some tell only that somebody answers.

        What another's answers are marked with is nobody's. The label of a comment is no mark of his who marks others `by_name`, nor is any label
        where the quoted author says that such words are his own.
        """
        told: dict[int, int] = {}
        shared = False
        for number, each in said.items():
            for index in self._by_ways(own, each):
                owner = number if each.own else NOBODY
                shared = shared or told.setdefault(index, owner) != owner
        if shared:
            return {}, True
        rest = [index for index in own if index not in told]
        names = frozenset[str]().union(*(each.names for each in said.values())) if said else _ALL_NAMES
        labelled = self._by_labels(rest, names)
        own_labels = (by_name & said.keys() and "answers" not in names) or self._owns(own, names)
        if len(said) != 1 or not all(each.own for each in said.values()) or own_labels:
            return told, bool(labelled)
        return {**dict.fromkeys(labelled, next(iter(said))), **told}, False

    def _owns(self, own: Sequence[int], names: AbstractSet[str]) -> bool:
        """Say whether one of some lines speaks of answers or comments of its author's own."""
        texts = [self._text(index) for index in own]
        return any(any(map(pattern.regex.search, texts)) for pattern in self._owned if pattern.value in names)

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
        if len(found) == len(own):
            return []
        return sorted({*found, *self._signed(own, texts, above)})

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

    def _following(self, own: Sequence[int], owners: Mapping[int, int], people: Iterable[_Person], tags: Mapping[int, _Tag]) -> list[int]:
        """Return the lines below an answer that ask nothing, and name nobody: they may go on with it."""
        found: list[int] = []
        last = own[-1] if own else -1
        for above, index in pairwise(own):
            if above not in owners or index in owners or index == last or index in tags:
                continue
            texts = [self._text(line) for line in own if index <= line <= index + 2]
            named = any(self._fits(texts[0].partition(",")[0], person.names) for person in people)
            if not named and not any(self._asks(text) or "?" in text for text in texts) and not self._closings[self._lines.shown[index]]:
                found.append(index)
        return found

    def _unmarked(self, own: Sequence[int], owners: Mapping[int, int], said: Mapping[int, Said], tags: Mapping[int, _Tag]) -> list[int]:
        """Return the lines that nothing marks and that may be answers: those right below a question, and notes where he announces comments.

        A label of other words than those that he announces is the quoted author's, as is one of words of which that author says that they are his.
        """
        names = frozenset[str]().union(*(each.names for each in said.values()))
        labels = [label.regex for label in self._labels if label.value not in (*names, _NOTES) or self._owns(own, {label.value})]
        notes = [label.regex for label in self._labels if label.value == _NOTES and "comments" in names]
        found: list[int] = []
        for above, index in pairwise(own):
            text = self._text(index)
            signs = self._closings[self._lines.shown[index]] or (index == own[-1] and not text.endswith(_STOPS))
            heads = _NUMBERED.match(text) is not None or (text.isupper() and index - above > 1)
            if index in owners or index in tags or signs or heads or self._asks(text) or any(label.match(text) for label in labels):
                continue
            if self._text(above).endswith("?") or any(note.match(text) for note in notes):
                found.append(index)
        return found

    def _goes_unmarked(self, own: Sequence[int], owners: Mapping[int, int], said: Mapping[int, Said]) -> bool:
        """Say whether words may be answers that stand behind a sentence of the quoted author, or in capitals or bold where answers do."""
        capitals, bold = (any(way in each.ways for each in said.values()) for way in ("capitals", "bold"))
        texts = [self._text(index) for index in own if index not in owners]
        return any(
            _BEHIND.search(text) or (capitals and (text.isupper() or _SHOUTED.search(text))) or (bold and "*" in text) for text in texts
        )

    def _text(self, index: int) -> str:
        return self._lines.unquoted(index).strip(" \t\u00a0")
