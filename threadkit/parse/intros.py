"""Find the sentences that introduce a quotation: `Le 5 mars 2024 à 10 h 33, Paul Roy <paul@b.example> a écrit :`, wrapped or inside `> `.

A sentence is one only where something proves it: a time of day beside a name, an address, or quoted lines right below. `Le ministre a
écrit :` is prose. What looks like one and proves nothing is told as a defect, and its words stay with the one who quotes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterator
from functools import cache
from typing import NamedTuple

from threadkit.frozen import record
from threadkit.parse.date_prefix import find_date_end, find_unreadable_end
from threadkit.parse.dates import read_date
from threadkit.parse.header_block import HeaderBlock, RawField
from threadkit.parse.intro_ends import compile_bare_verbs, find_ends
from threadkit.parse.intro_senders import SenderPlace
from threadkit.parse.known_lines import KnownLines
from threadkit.parse.lines import Lines
from threadkit.records import DateReading
from threadkit.words import Intro, Words

__all__ = ["RULES", "FoundIntro", "IntroReader", "compile_sentence"]

RULES = ("intro-line", "intro-undated", "intro-undecided")

_MOST_LINES = 5
_LONGEST = 600
_LONGEST_LINE = 320
_LONGEST_FOLIO = 16
#: Of time, address and quoted lines, so many prove a sentence that has no verb or other sign.
_PROOFS_OF_BARE = 2
_LONGEST_NAME = 80
_NAME_WORDS = 5
_EDGES = " \t\u00a0*-_:\uff1a\ufeff\u200b\f"
_PLAIN_LETTERS = re.compile(r"[a-z]+")
_SLOT = re.compile(r"\{([a-z]+)\}")
_GLUED = re.compile(r"(?:[<\[(](?:mailto:)?|[<\[][^>\]\s]*)$")
_BRACKETED = re.compile(r"[^\s<\[][ \u00a0]*[<\[][^<>\[\]\s][^<>\[\]]{3,80}\.[^<>\[\]]{2,20}[>\]]$")
_QUOTE_MARKS = " \t\u00a0\"'«»“”‘’`,;"
_OPENING = ("«", "“", '"', "„")
_NAME = re.compile(r"^(?:[^\W\d_a-zß-ÿ][\w'’.-]*|[a-zà-ÿ]{1,3}['’.]?)(?:[ \u00a0]?[\s,(][ \u00a0]?\(?[\w'’.&/-]+\)?,?){0,6}$")
_ENDS_ADDRESSED = re.compile(r"^[^:\uff1a<>]{0,100}<[^<>:]*@[^<>]*>$")
_GLUED_VERB = re.compile(r">([^\W\d_])")
_CAPITAL = re.compile(r"^[^\W\d_a-zß-ÿ]")
_FROM_ADDRESS = re.compile(r"[<\[(]?(?:mailto:)?[^\s<\[(]+@.*$", re.IGNORECASE | re.DOTALL)


class _Form(NamedTuple):
    """One sentence with gaps, compiled: `dated` where it has a date, `opened` where it begins with words of its own."""

    intro: Intro
    regex: re.Pattern[str]
    dated: bool
    opened: bool
    before: str
    after: str
    needs: str
    named: bool


@record(frozen=True, slots=True)
class FoundIntro:
    """One introduction as a header block, with its name among the word files' and the date read; `rule` says what proves it."""

    block: HeaderBlock
    name: str
    sent: DateReading | None
    rule: str


class Sentence(NamedTuple):
    """A sentence, on lines `first` to `last`, that may introduce a quotation and does not prove that it does."""

    first: int
    last: int
    text: str


class _Match(NamedTuple):
    """A sentence that fits; `lead` counts the characters of its first line that stand before it and are the writer's own."""

    form: _Form
    first: int
    date: str
    sender: str
    verb: str
    lead: int = 0


def _letter(char: str) -> str:
    """Return the pattern of one character of a sentence; a letter with an accent may have lost it, or be printed as another sign."""
    if char.isascii():
        return "['’´`]" if char == "'" else re.escape(char)
    if not unicodedata.normalize("NFD", char)[0].isascii():
        return re.escape(char)  # of another alphabet, without accent
    return rf"(?:{re.escape(char)}|[a-z][\u0300-\u036f]?|\?|[^\x00-\x7f]{{1,3}}|(?:=[0-9A-F]{{2}}){{1,2}})"


def _is_other_alphabet(word: str) -> bool:
    """Say whether none of a word's letters is one of the Latin alphabet, with or without accent: it loses none."""
    return not any(unicodedata.normalize("NFD", char)[0].isascii() for char in word)


def _literal(text: str) -> str:
    words = ["".join(map(_letter, word)) for word in text.split()]
    blank = r"[ \t\u00a0\u202f]"
    edge_before = rf"{blank}+" if text[:1] == " " else rf"{blank}*" if text[:1] in ",:" else ""
    edge_after = rf"{blank}+" if text[-1:] == " " and words else ""
    return f"{edge_before}{f'{blank}+'.join(words)}{edge_after}" if words else f"{blank}+"


def compile_sentence(intro: Intro, form: str) -> _Form:
    """Compile a sentence: where a date and a sender stand side by side they are one gap, and the date tells where it ends."""
    joined = form.rstrip(" :\uff1a").replace("{date}, {sender}", "{both}").replace("{date} {sender}", "{both}")
    parts = _SLOT.split(joined)
    pattern = "".join(rf"(?P<{part}>\S.*?)" if index % 2 else _literal(part) if part else "" for index, part in enumerate(parts))
    words = [part for part in parts[::2] if part.strip()]
    before, after = parts[0].strip(), words[-1].strip() if words and any(map(str.isalpha, words[-1])) else ""
    told = " ".join(words).lower()
    plain = max(_PLAIN_LETTERS.findall(told) or [word for word in re.findall(r"[^\W\d_]+", told) if _is_other_alphabet(word)], key=len, default="")
    return _Form(intro, re.compile(f"(?is){pattern}"), "{date}" in form, bool(before), before, after, plain, "{sender}" in form)


@cache
def _forms(words: Words) -> tuple[_Form, ...]:
    return tuple(compile_sentence(intro, form) for intro in words.intros for form in intro.forms)


@cache
def _needing(words: Words) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Return each text that sentences need, and the places of those sentences among the forms."""
    found: dict[str, list[int]] = {}
    for place, form in enumerate(_forms(words)):
        found.setdefault(form.needs, []).append(place)
    return tuple((needs, tuple(places)) for needs, places in found.items())


@cache
def _bare_verbs(words: Words) -> re.Pattern[str]:
    """Return the pattern of an address and the last words of a dated sentence without its colon."""
    return compile_bare_verbs(form.after for form in _forms(words) if form.dated and form.opened)


@cache
def _openings(words: Words) -> re.Pattern[str]:
    """Return the pattern of the words with which dated sentences open, inside a line: `Merci. Le 3 mai 2024 à 10:12, ...`."""
    opening = sorted({form.before.split()[0] for form in _forms(words) if form.dated and form.opened})
    return re.compile(rf"(?<=[^\w-])(?:{'|'.join(map(re.escape, opening))})[ \t\u00a0]")


@cache
def _telling(words: Words) -> KnownLines:
    """Return the lines that hold what no accent stands in of the longest word of a sentence, or what ends a sentence without words: `<a@b>:`."""
    longest = {max(_SLOT.sub(" ", form).strip(" :,").split() or [""], key=len) for intro in words.intros for form in intro.forms} - {""}
    plain = {max(_PLAIN_LETTERS.findall(word.lower()), key=len, default=word.lower()) for word in longest}
    telling = re.compile("|".join(map(re.escape, sorted(plain))) + r"|>[ \t\u00a0]*[:\uff1a]")
    return KnownLines(lambda line: telling.search(line.lower()))


class IntroReader:
    """Finds the introductions of one source."""

    def __init__(self, lines: Lines, labelled: Container[int], words: Words) -> None:
        self._lines = lines
        self._labelled = labelled
        self._forms, self._needing = _forms(words), _needing(words)
        self._telling = _telling(words)
        self._openings = _openings(words)
        self._folio = words.any_of("furniture")
        self._words = words
        self._senders = SenderPlace(words)
        self._bare: Container[int] = ()

    def read(self) -> tuple[list[FoundIntro], list[Sentence]]:
        """Return the introductions in order, and each sentence that could be one and is not proved."""
        found: list[FoundIntro] = []
        undecided: list[Sentence] = []
        done = -1
        ends, self._bare = find_ends(self._lines, _bare_verbs(self._words))
        for index in ends:
            if index <= done:
                continue
            match = self._best_match(index, done)
            if match is None:
                continue
            intro = self._judged(match, index)
            if intro is not None:
                found.append(intro)
                done = index
            elif index not in self._bare and match.form.after and (match.form.dated or (not match.form.opened and _CAPITAL.match(match.sender))):
                undecided.append(Sentence(match.first, index, self._joined(match.first, index)))
        return found, undecided

    def _best_match(self, last: int, done: int) -> _Match | None:
        """Return the sentence that ends on line `last`: one with a date before one without, one that has its own first words before others."""
        best: _Match | None = None
        for first in self._starts(last, done):
            text = self._joined(first, last)
            if first == last and not self._may_end(last, text):
                return None
            match = self._fitting(first, text)
            if match is None or not match.form.dated:
                match = self._behind_words(first, last) or match
            if match is not None and (best is None or _rank(match) > _rank(best)):
                best = match
            if best is not None and best.form.dated and best.form.opened:
                return best
        return best if best is None or best.form.dated or last - best.first <= 1 else None

    def _fitting(self, first: int, text: str) -> _Match | None:
        """Return the best of the sentences that are the whole of a text."""
        best: _Match | None = None
        lowered = text.lower()
        for place in sorted([place for needs, places in self._needing if needs in lowered for place in places]):
            match = self._match(self._forms[place], first, text)
            if match is not None and (best is None or _rank(match) > _rank(best)):
                best = match
        return best

    def _behind_words(self, first: int, last: int) -> _Match | None:
        """Return the sentence that begins inside line `first`, behind the writer's own words: one with its first words, a time and a sender."""
        line = self._lines.unquoted(first)
        for opening in reversed(list(self._openings.finditer(line))):
            if line[: opening.start()].strip(_EDGES) and find_date_end(line[opening.end() :]):
                match = self._fitting(first, self._joined(first, last, opening.start()))
                if match is not None and match.form.dated and match.form.opened and read_date(match.date).precision != "day":
                    return match._replace(lead=opening.start())
        return None

    def _starts(self, last: int, done: int) -> Iterator[int]:
        """Yield the lines at which a sentence that ends on line `last` may begin, from there up; a page's end in it does not end it."""
        depth, first = self._lines.quote_depth(last), last
        while first > max(done, last - _MOST_LINES):
            if not self._is_own(first):
                wrapped = self._lines.blank[first] and self._lines.firsts[first + 1] == "<"
                first = first - 1 if wrapped else self._above_page_break(first, done)
            if first <= done or first in self._labelled:
                return
            if self._lines.quote_depth(first) != depth:
                return
            yield first
            if len(self._lines.shown[first]) > _LONGEST_LINE:
                return
            first -= 1

    def _above_page_break(self, first: int, done: int) -> int:
        """Return the line above one page number and the blank lines beside it, which end at line `first`; -1 where no page ends there."""
        above, folios = first, 0
        while above > done and first - above < _MOST_LINES and not self._is_own(above):
            folios += not self._lines.blank[above]
            above -= 1
        return above if folios == 1 and above > done and self._is_own(above) else -1

    def _is_own(self, index: int) -> bool:
        """Say whether a line holds words, and no page number alone."""
        line = self._lines.shown[index]
        return not self._lines.blank[index] and not (line.strip().isdigit() or (len(line) < _LONGEST_FOLIO and self._folio.match(line)))

    def _may_end(self, last: int, text: str) -> bool:
        above = [self._lines.shown[index] for index in range(max(0, last - _MOST_LINES), last)]
        return last in self._bare or self._telling[text] or any(self._telling[line] for line in above)

    def _joined(self, first: int, last: int, lead: int = 0) -> str:
        joined = ""
        for index in range(first, last + 1):
            if first < index < last and not self._is_own(index):
                continue
            line = self._lines.unquoted(index)[lead if index == first else 0 :].strip(" \t\u00a0\f")
            joined += line if not joined or _GLUED.search(joined) else f" {line}"
        return joined

    def _match(self, form: _Form, first: int, text: str) -> _Match | None:
        bare = _GLUED_VERB.sub(r"> \1", text.strip(_EDGES))
        if len(bare) > _LONGEST:
            return None
        match = form.regex.fullmatch(bare)
        if match is None:
            return None
        printed = match.groupdict()
        date, sender = printed.get("date", ""), printed.get("sender", "")
        if "both" in printed:
            end = find_date_end(printed["both"]) or find_unreadable_end(printed["both"])
            date, sender = printed["both"][:end], printed["both"][end:]
        elif date and find_date_end(date) < len(date.rstrip(" ,，")):
            return None
        sender = self._senders.without_address(sender.strip(" \t\u00a0,;:，"))
        if (not sender and form.named) or (form.dated and not date):
            return None
        if self._senders.holds_sentence(sender) and not (form.dated and form.opened and form.after and len(sender) <= _LONGEST_NAME):
            return None
        return _Match(form, first, date.rstrip(" ,，"), sender, match.group(0))

    def _judged(self, match: _Match, last: int) -> FoundIntro | None:
        sent = read_date(match.date) if match.date else None
        addressed = "@" in match.sender or _BRACKETED.search(match.sender) is not None
        is_mask = self._senders.is_masked(match.sender)
        told = not is_mask and self._senders.names_nobody(match.sender)
        if self._senders.holds_sentence(match.sender):
            proved = sent is not None and sent.precision in ("minute", "second") and self._is_paragraph_above_quotation(match, last)
            return self._as_header(match, last, sent, told=True) if proved else None  # nothing tells where a name begins in it
        masked = told or is_mask
        if masked and match.form.opened and match.form.after and sent is not None and sent.precision in ("minute", "second"):
            return self._as_header(match, last, sent, told=told)
        if not (match.date if told else self._names_sender(match, last)) or not self._is_proved(match, last, sent, addressed):
            return None
        return self._as_header(match, last, sent, told=told)

    def _is_paragraph_above_quotation(self, match: _Match, last: int) -> bool:
        """Say whether a sentence stands alone on its line, as a paragraph of its own, above quoted lines."""
        return match.first == last and not match.lead and (not last or self._lines.blank[last - 1]) and bool(self._quotes_below(last))

    def _as_header(self, match: _Match, last: int, sent: DateReading | None, *, told: bool) -> FoundIntro:
        """Return a sentence as the header that it stands for; one that names nobody has no sender."""
        after, before = (self._as_printed(word, match.verb) for word in (match.form.after, match.form.before))
        fields = [RawField("date", before, match.date, match.first, last, False, False)] if match.date else []
        if not told:
            fields.append(RawField("from", after, match.sender, match.first, last, False, False))
        names = frozenset(field.field for field in fields)
        block = HeaderBlock(match.first, last, tuple(fields), names, self._lines.quote_depth(match.first), False, lead=match.lead)
        return FoundIntro(block, match.form.intro.name, sent, "intro-line" if match.date else "intro-undated")

    def _names_sender(self, match: _Match, last: int) -> bool:
        """Say whether what stands in the sender's place may be one: where no verb stands behind it, a name with an address, or above quoted lines."""
        if match.form.after:
            return True
        bare = _FROM_ADDRESS.sub("", match.sender).strip(_QUOTE_MARKS)
        named = not bare or _NAME.match(bare) is not None or self._senders.is_nickname(bare)
        if last in self._bare and _CAPITAL.match(bare) and len(bare.split()) <= _NAME_WORDS:
            named = True
        return named and (_ENDS_ADDRESSED.match(match.sender) is not None or (last in self._bare and _CAPITAL.match(bare) is not None))

    def _is_proved(self, match: _Match, last: int, sent: DateReading | None, addressed: bool) -> bool:
        """Say whether what a sentence holds proves that it introduces a mail: its time, its date or its address, and quoted lines below it."""
        quoted = self._quotes_below(last)
        timed = sent is not None and sent.precision in ("minute", "second")
        if match.lead and not (addressed or quoted):
            return False
        if last in self._bare and sum((timed, addressed, quoted)) < _PROOFS_OF_BARE:
            return False
        if timed:
            return addressed or quoted or self._is_named_alone(match, last)
        if sent is not None and find_date_end(match.date):
            return addressed or (quoted and self._is_named(match, quoted))
        if addressed:
            return self._names_address(match, last, quoted, sent is not None)
        return quoted and sent is None and self._is_named_above_quotation(match)

    def _is_named(self, match: _Match, quoted: bool) -> bool:
        """Say whether what stands in the sender's place is the name of somebody; above quoted lines it may be one that a person chose."""
        name = match.sender.strip(_QUOTE_MARKS)
        return (quoted and self._senders.is_nickname(name)) or (_NAME.match(name) is not None and len(name) <= _LONGEST_NAME)

    def _is_named_alone(self, match: _Match, last: int) -> bool:
        """Say whether a sentence with a time, and no more than a name beside it, introduces a mail instead of telling what somebody wrote."""
        name = match.sender.strip(_QUOTE_MARKS)
        return self._is_named(match, quoted=False) and _CAPITAL.match(name) is not None and not self._is_told(name, last)

    def _is_named_above_quotation(self, match: _Match) -> bool:
        """Say whether a sentence without date and address names its sender: above quoted lines, in capitals or as somebody calls himself."""
        name = match.sender.strip(_QUOTE_MARKS)
        return self._senders.is_nickname(name) or (self._is_named(match, quoted=False) and _CAPITAL.match(name) is not None)

    def _names_address(self, match: _Match, last: int, quoted: bool, dated: bool) -> bool:
        """Say whether a sentence with an address introduces a mail: above quoted lines, or with a name, between blank lines, and nothing else."""
        bare = _FROM_ADDRESS.sub("", match.sender).strip(_QUOTE_MARKS)
        named = not bare or ((_NAME.match(bare) is not None or self._senders.is_nickname(bare)) and len(bare) <= _LONGEST_NAME)
        return named and (quoted or (bool(bare) and not dated and self._stands_alone(match, last)))

    def _stands_alone(self, match: _Match, last: int) -> bool:
        """Say whether a sentence with a name and an address in brackets, and nothing else, stands between blank lines: `Paul Roy <paul@b.example> wrote:`."""
        first = match.first
        if match.form.opened or not _ENDS_ADDRESSED.match(match.sender) or not match.form.after or not (first and self._lines.blank[first - 1]):
            return False
        return last + 1 < self._lines.count and self._lines.blank[last + 1] and not self._is_told(match.sender, self._lines.next_text(last + 1) - 1)

    def _is_told(self, name: str, last: int) -> bool:
        """Say whether somebody tells what another wrote: a title before the name (`M. Roy`), or words in quotation marks right below."""
        first = self._words.folding.words(name.split(maxsplit=1)[0])
        return (
            first[:1] == [] or first[0] in self._senders.titles or self._lines.stripped[min(last + 1, self._lines.count - 1)].startswith(_OPENING)
        )

    def _quotes_below(self, last: int) -> bool:
        """Say whether the next line with text stands behind one more `>` than the sentence itself."""
        below = self._lines.next_text(last + 1)
        return below < self._lines.count and below - last <= 4 and self._lines.quote_depth(below) > self._lines.quote_depth(last)

    @staticmethod
    def _as_printed(words: str, text: str) -> str:
        """Return the words of a sentence as they are printed."""
        found = re.search(f"(?is){_literal(words)}", text) if words else None
        return found.group(0).strip() if found else ""


def _rank(match: _Match) -> tuple[bool, bool, int]:
    return match.form.dated, match.form.opened, len(match.form.before) + len(match.form.after)
