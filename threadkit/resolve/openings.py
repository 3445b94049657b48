"""Measure how well a filename fits the opening of a text: words, abbreviations, initials and dates, each with its weight.

`MEM Cogest PLAN 2024 11 21 final.docx` fits a text that opens with `Mémoire au comité de gestion`, names the `Laboratoire
d'expérimentations interrégionales` and the 20th of October 2023. Words that many filenames have (`final`, `v2`) say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import takewhile

from threadkit.frozen import record
from threadkit.parse.lines import ends_sentence
from threadkit.resolve.heads import OPENING_LINES, TITLE_PAGE_LINES, first_lines, is_title_page
from threadkit.resolve.wording import Wording, joined
from threadkit.words import Words

TITLE_LINES = 3
TIMED = 2
IN_TITLE = 1.5
FIRST_IN_TITLE = 2.0
PREFIX = 0.7
#: So many words of a filename in a title, besides its kind of document, and what they add to its score.
TITLED = 2
TITLE_BONUS = 0.2
DATE_WEIGHT, MONTH_WEIGHT, YEAR_WEIGHT = 2.0, 1.0, 0.5
SHORTEST_PREFIX = 3
SHORTEST_NUMBER, SHORT_NUMBER = 3, 2
NUMBER_WEIGHT = 0.5
SPELLED_LINES = 12
FEWEST_SPELLED = 2
FULL_DATE = 3
MANY_TOLD = 3
SHORTEST_JOINED, LONGEST_SHORT = 5, 12
LONG_NAME, STEM = 6, 5
CACHED_NAMES = 4096

_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,8}$")
_TOKEN = re.compile(r"\d+|[A-ZÀ-Þ]+(?![a-zß-ÿ])|[A-ZÀ-Þ]?[a-zß-ÿ]+")
_YEAR = re.compile(r"(?:19|20)\d\d")


@record(frozen=True, slots=True)
class Clue:
    """One thing that a filename says: a word in its folded forms, or a date as (year, month, day). `is_type`: a kind of document;
    `is_shared`: other names of the same chain say it too.
    """

    forms: tuple[tuple[str, ...], ...]
    date: tuple[str, ...]
    weight: float
    is_type: bool = False
    is_shared: bool = False

    @property
    def is_word(self) -> bool:
        """Whether it is a word: neither a date nor a number."""
        return bool(self.forms) and not self.forms[0][0].isdigit()

    @property
    def is_telling(self) -> bool:
        """Whether it is more than a year or a month, which many texts have."""
        return self.is_word or len(self.date) == FULL_DATE


@record(frozen=True, slots=True)
class Opening:
    """The first lines of a text as folded words: title lines apart, dates read.

    `is_whole`: all of a text instead, where only whole words and dates count; any initials are met somewhere. `annex`: the letter or number of
    the annex that its first line heads, "" where it heads none. `heads`: the words of its first line, and of its first two.
    """

    title: Wording
    words: Wording
    dates: frozenset[tuple[str, ...]]
    is_whole: bool = False
    annex: str = ""
    heads: tuple[tuple[str, ...], ...] = ()


@record(frozen=True, slots=True)
class Spelled:
    """What must stand in an opening that spells out a whole filename: its clues, and its numbers of three digits or more.

    Those of two digits too where the filename says little else.

    `needed`: one of these words stands in every such opening; none where the name says too little to be told anywhere.
    """

    clues: tuple[Clue, ...]
    numbers: tuple[str, ...]
    needed: tuple[str, ...]


@record(frozen=True, slots=True)
class Spelling:
    """The first lines of a text as folded words, for `is_spelled`: all and the first line apart, all and the title lines joined."""

    words: frozenset[str]
    first: tuple[str, ...]
    title: str
    joined: str
    dates: frozenset[tuple[str, ...]]


class OpeningReader:
    """Reads filenames and openings by the words."""

    def __init__(self, words: Words) -> None:
        self._folding = words.folding
        self._generic = frozenset(words.folded_terms("generic-filename-token"))
        self._months = dict(words.folded_terms("month").items())
        self._types = frozenset(self._split(t.text) for t in words.terms("document-type"))
        self._letters = (words.any_of("letter-opening"), words.any_of("letter-date"))
        self._greetings = words.any_of("greeting")
        self._numbered = words.any_of("numbered-heading")
        self._addressees = words.any_of("letter-addressee")
        self._annexes = tuple(pattern.regex for pattern in words.patterns("annex"))
        self._letter_names = tuple(words.folded_terms("letter-name"))
        self._times = words.any_of("timed-line")
        self._sheets = frozenset(words.folded_terms("sheet-file-extension"))
        self._transcript_names = tuple(words.folded_terms("transcript-name"))
        self._common = frozenset(self._split(t.text) for t in words.terms("common-title"))
        self._short = {form: self._split(value) for form, value in words.folded_terms("filename-abbreviation").items()}
        # Releases name one file again and again, and each name is held against each opening.
        self._clues = lru_cache(maxsize=CACHED_NAMES)(self._read_clues)
        self._names = lru_cache(maxsize=CACHED_NAMES)(lambda filename: self._split(self._spaced(filename)))

    def _split(self, text: str) -> tuple[str, ...]:
        return tuple(self._folding.words(text))

    def read_opening(self, text: str, following: Sequence[str] = ()) -> Opening:
        """Return the opening of a text: its first 15 lines that are not blank; those of a title page go on in the texts `following` it."""
        lines = first_lines(text, OPENING_LINES)
        for more in following if is_title_page(lines) else ():
            lines.extend(first_lines(more, OPENING_LINES - len(lines)))
        count = next((place for place, line in enumerate(lines[:TITLE_LINES]) if place and self._numbered.match(line)), TITLE_LINES)
        title = self._split("\n".join(lines[:count]))  # points of an agenda name other papers
        if self._is_letter(lines):
            title = (*title, *self._letter_names)  # a letter does not say that it is one: its place and date do, or whom it goes to
        if sum(self._times.match(line) is not None for line in first_lines(text, OPENING_LINES)) >= TIMED:
            title = (*title, *self._transcript_names)  # nor does a transcript
        words = (*title, *self._split("\n".join(lines[count:])))
        heads = tuple(self._split("\n".join(lines[:count])) for count in (1, 2))
        annex = self._annex(lines[0] if lines else "")
        return Opening(Wording(title, self._generic), Wording(words, self._generic), self._dates(words), annex=annex, heads=heads)

    def is_sheet(self, filename: str) -> bool:
        """Tell whether a file of this name is a table: `budget.xlsx`."""
        return filename.rpartition(".")[2].strip().lower() in self._sheets

    def _is_letter(self, lines: Sequence[str]) -> bool:
        """Tell whether the first lines of a text are a letter's: its place and date, whom it goes to, or one line alone that greets him."""
        head = [*takewhile(lambda line: not ends_sentence(line), lines[:TITLE_PAGE_LINES])]
        if any(letter.match(line) for letter in self._letters for line in head) or (lines and self._addressees.match(lines[0])):
            return True
        return sum(line.rstrip().endswith((",", ":")) and self._greetings.match(line) is not None for line in lines) == 1

    def annex(self, filename: str) -> str:
        """Return the letter or number of the annex that a filename names, "" where it names none: `Annexe_B.pdf`."""
        return self._annex(self._spaced(filename))

    def _spaced(self, filename: str) -> str:
        """Return a filename without its extension, with blanks for underscores."""
        return _EXTENSION.sub("", self._folding.repair(filename)).replace("_", " ")

    def is_headed(self, filename: str, opening: Opening) -> bool:
        """Tell whether the first line of an opening, or the first two, are the words of a filename, all of them and no other: `Fiche projet 1`."""
        named = self._names(filename)
        return named in opening.heads and (len(named) > 1 or len("".join(named)) >= LONG_NAME)

    def is_in_title(self, clues: Sequence[Clue], opening: Opening) -> bool:
        """Tell whether a title has one word of a filename, whole."""
        return any(not c.date and joined(form) in opening.title.joined for c in clues for form in c.forms)

    def shares_stem(self, clues: Sequence[Clue], opening: Opening) -> bool:
        """Tell whether an opening has a word that begins as one of a filename does: `budgétaire` and `budget`."""
        stems = {form[0][:STEM] for c in clues for form in c.forms if len(form[0]) >= STEM} if clues else set()
        return any(word[:STEM] in stems for word in opening.words.words)

    def _annex(self, line: str) -> str:
        found = next((match for regex in self._annexes if (match := regex.match(line))), None)
        return found[1].upper() if found else ""

    def read_whole(self, text: str) -> Opening:
        """Return a whole text as if all of it were opening, with no title: weaker evidence than an opening."""
        words = self._split(text)
        return Opening(Wording((), self._generic), Wording(words, self._generic), self._dates(words), is_whole=True)

    def clues(self, filename: str) -> tuple[Clue, ...]:
        """Return what a filename says, its extension and the words that say nothing left out."""
        return self._clues(filename)

    def _read_clues(self, filename: str) -> tuple[Clue, ...]:
        stem = _EXTENSION.sub("", self._folding.repair(filename))
        tokens = [self._folding.plain(t) for t in _TOKEN.findall(stem)]
        dates = self._dates(tokens)
        clues = [Clue((), d, DATE_WEIGHT if len(d) == 3 else MONTH_WEIGHT) for d in sorted(dates)]
        dated = {part for d in dates for part in d} | {d[0] + d[1] + d[2] for d in dates if len(d) == 3}
        for token in dict.fromkeys(tokens):
            if token in self._generic or (token in self._months and dates):
                continue
            if token.isdigit():
                if len(token) == 4 and token[:2] in ("19", "20") and token not in dated:
                    clues.append(Clue(((token,),), (), YEAR_WEIGHT))
            elif len(token) > 1:
                forms = ((token,),) if token not in self._short else ((token,), self._short[token])
                clues.append(Clue(forms, (), 1.0, any(f in self._types for f in forms)))
        return tuple(clues)

    def telling(self, clues: Sequence[Clue]) -> Sequence[Clue]:
        """Return the clues without the years and months, which many texts have; all of them where there are no others."""
        return [c for c in clues if c.is_telling] or clues

    def is_told_in(self, filename: str, text: str) -> bool:
        """Tell whether a text has a word of a filename, or a number of three digits or more of it; a year or a date tells nothing."""
        worded = [c for c in self.clues(filename) if c.is_word]
        whole = self.read_whole(text)
        numbers = self._numbers(filename, SHORTEST_NUMBER)
        return not (worded or numbers) or self.score(worded, whole) > 0 or any(number in whole.words.joined for number in numbers)

    def numbers(self, filename: str) -> tuple[Clue, ...]:
        """Return the numbers of two digits or more in a filename that are no date: what tells `Note 405-92` from `Note 588-60`."""
        return tuple(Clue(((number,),), (), NUMBER_WEIGHT) for number in self._numbers(filename, SHORT_NUMBER))

    def _numbers(self, filename: str, shortest: int) -> tuple[str, ...]:
        dated = {part for c in self.clues(filename) for part in (*c.date, "".join(c.date))}
        tokens = (t for t in _TOKEN.findall(_EXTENSION.sub("", filename)) if t.isdigit() and len(t) >= shortest)
        return tuple(dict.fromkeys(t for t in tokens if t not in dated and not _is_year(t)))

    def _dates(self, words: Sequence[str]) -> frozenset[tuple[str, ...]]:
        """Return the dates that words spell: 2024 11 21, 20231020, 20 octobre 2023, octobre 2023."""
        found: set[tuple[str, ...]] = set()
        if _YEAR.search(" ".join(words)) is None:
            return frozenset()
        for i, word in enumerate(words):
            if not word[0].isdigit() and word not in self._months:
                continue
            after = words[i + 1 : i + 3]
            if _is_year(word) and len(after) == 2 and _is_month(after[0]) and _is_day(after[1]):
                found.add((word, after[0].zfill(2), after[1].zfill(2)))
            elif len(word) == 8 and _is_year(word[:4]) and _is_month(word[4:6]) and _is_day(word[6:]):
                found.add((word[:4], word[4:6], word[6:]))
            elif word in self._months and after and _is_year(after[0]):
                day = words[i - 1].removesuffix("er") if i else ""
                month = (after[0], self._months[word])
                found.add((*month, day.zfill(2)) if _is_day(day) else month)
        return frozenset(found)

    def score(self, clues: Sequence[Clue], opening: Opening) -> float:
        """Return how much of a filename an opening bears out: 0 nothing, 1 all, up to 2 where its kind of document begins the title."""
        return _share(clues, [self.fit(c, opening) for c in clues])

    def score_told(self, clues: Sequence[Clue], opening: Opening) -> float:
        """Return the score; below zero where the opening does not bear out what is a filename's own, or a filename says no more than a year or a month.

        That is its kind of document in the title, else a word no other name has. Where the kind is said in another language or not at all, all
        that the name says besides must be borne out: three things or more, or two words of it in the title. These count for more than as many
        words further down.
        """
        fits = [self.fit(c, opening) for c in clues]
        kinds = [fit for c, fit in zip(clues, fits, strict=True) if c.is_type]
        own = [fit for c, fit in zip(clues, fits, strict=True) if not c.is_shared]
        others = [fit for c, fit in zip(clues, fits, strict=True) if not c.is_type]
        if not any(c.is_telling for c in clues):
            return -1.0
        is_titled = sum(fit >= IN_TITLE * PREFIX for fit in others) >= TITLED
        is_spelled = (is_titled or len(others) >= MANY_TOLD) and min(others) > 0
        is_told = max(kinds) >= IN_TITLE * PREFIX or is_spelled if kinds else any(fit > 0 for fit in own)
        return _share(clues, fits) + (TITLE_BONUS if is_titled else 0.0) if is_told else -1.0

    def spell(self, filename: str) -> Spelled:
        """Return what an opening must hold to spell out a whole filename."""
        clues = self.clues(filename)
        numbers = self._numbers(filename, SHORTEST_NUMBER)
        if len(clues) + len(numbers) <= FEWEST_SPELLED:
            numbers = self._numbers(filename, SHORT_NUMBER)
        words = [c for c in clues if c.is_word]
        telling = max(words, key=lambda c: len(c.forms[0][0]), default=None)
        if telling is None or len(clues) + len(numbers) < FEWEST_SPELLED:
            return Spelled(clues, numbers, ())
        return Spelled(clues, numbers, tuple(dict.fromkeys(form[0] for form in telling.forms)))

    def read_spelling(self, text: str) -> Spelling:
        """Return the first 12 lines of a text that are not blank, as `is_spelled` asks for them."""
        lines = first_lines(text, SPELLED_LINES)
        words = self._split("\n".join(lines))
        title = self._split("\n".join(lines[:TITLE_LINES]))
        return Spelling(frozenset(words), self._split("".join(lines[:1])), joined(title), joined(words), self._dates(words))

    def is_spelled(self, spelled: Spelled, opening: Spelling) -> bool:
        """Tell whether an opening holds all that a filename says, whole words only, and one of its words in the title.

        Of two things, the first line must be made of them and nothing else; a title that many documents have is never enough.
        """
        if not all(n in opening.words for n in spelled.numbers):
            return False
        for clue in spelled.clues:
            dated = clue.date and any(d[: len(clue.date)] == clue.date for d in opening.dates)
            if not dated and not any(joined(form) in opening.joined for form in clue.forms):
                return False
        worded = [c for c in spelled.clues if c.is_word]
        if not any(joined(form) in opening.title for c in worded for form in c.forms):
            return False
        if self._is_common(worded, spelled):
            return False
        if len(spelled.clues) + len(spelled.numbers) > FEWEST_SPELLED:
            return True
        own = {word for c in worded for form in c.forms for word in form} | set(spelled.numbers)
        telling = [w for w in opening.first if w not in self._generic and len(w) > 1]
        is_whole = len(telling) >= FEWEST_SPELLED and all(w in own for w in telling)
        return is_whole

    def _is_common(self, worded: Sequence[Clue], spelled: Spelled) -> bool:
        """Tell whether a filename says no more than a title that many documents have, and a year or a month."""
        own = {form for c in worded for form in c.forms[:1]}
        exact = any(len(c.date) == FULL_DATE for c in spelled.clues) or bool(spelled.numbers)
        return not exact and any(all(word in title for form in own for word in form) for title in self._common)

    def fit(self, clue: Clue, opening: Opening) -> float:
        """Return how well an opening bears out one clue, 0 for not at all."""
        if clue.date:
            return max((1.0 for d in opening.dates if d[: len(clue.date)] == clue.date), default=0.0)
        if clue.is_type and any(opening.title.words[: len(form)] == form for form in clue.forms):
            return FIRST_IN_TITLE
        return max(self._fit_form(form, opening) for form in clue.forms)

    def _fit_form(self, form: tuple[str, ...], opening: Opening) -> float:
        spelled, token = joined(form), form[0]
        for wording, factor, shortest in ((opening.title, IN_TITLE, 0), (opening.words, 1.0, SHORTEST_PREFIX)):
            is_begun = spelled[:-1] in wording.joined
            if is_begun and spelled in wording.joined:
                return factor
            if len(form) > 1 or opening.is_whole or len(token) < shortest:
                continue
            if _is_short_for(token, wording):
                return factor
            if is_begun and len(token) >= SHORTEST_PREFIX:
                return factor * PREFIX
        return 0.0


def _share(clues: Sequence[Clue], fits: Sequence[float]) -> float:
    total = sum([c.weight for c in clues])
    return sum([c.weight * fit for c, fit in zip(clues, fits, strict=True)]) / total if total else 0.0


def _is_short_for(token: str, wording: Wording) -> bool:
    """Tell whether a token is made of the first letters of words in a row: their initials (`PDR`), or two or more of each (`Cogest`)."""
    if token.isdigit() or len(token) > LONGEST_SHORT:
        return False
    if token in wording.initials:
        return True
    return len(token) >= SHORTEST_JOINED and any(_joins(token, wording.telling, place, 0) for place in wording.places(token[:2]))


def _joins(token: str, words: Sequence[str], start: int, used: int) -> bool:
    if start >= len(words) or used >= 3:
        return False
    for cut in range(2, len(token) + 1):
        if not words[start].startswith(token[:cut]):
            return False
        if cut == len(token):
            return used >= 1
        if len(token) - cut >= 2 and _joins(token[cut:], words, start + 1, used + 1):
            return True
    return False


def _is_year(text: str) -> bool:
    return len(text) == 4 and text.isdigit() and text[:2] in ("19", "20")


def _is_month(text: str) -> bool:
    return text.isdigit() and len(text) <= 2 and 1 <= int(text) <= 12


def _is_day(text: str) -> bool:
    return text.isdigit() and len(text) <= 2 and 1 <= int(text) <= 31
