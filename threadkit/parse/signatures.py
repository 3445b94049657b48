"""Find the signature, the disclaimer and the banner in a message's own words.

A signature starts at the line that bears the sender's name (or, after a closing formula, a name), and goes on while lines are short or
give a way to reach somebody. Where that is uncertain the words stay in the body.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import cache, lru_cache
from itertools import pairwise

from threadkit.parse.known_lines import KnownLines, lines_beginning, lines_holding
from threadkit.parse.line_shapes import LONGEST_IN_SIGNATURE, is_row, reads_like_prose
from threadkit.parse.lines import Lines, ends_sentence, indexes_between
from threadkit.parse.own_lines import OwnLines
from threadkit.words import Words

RULES = ("signature-name", "signature-after-closing", "signature-last-lines", "signature-mobile", "disclaimer-words", "banner-words")

_MAX_NAME_LINE = 100
_LONGEST_BRIEF_NAME = 30
_MAX_CONTACT_GAP = 3
_MAX_DISCLAIMER_GAP = 3
_MOST_CUT_LINES = 6
_NAME = re.compile(r"^[A-ZÀ-ÖØ-Þ][\w'’.-]+(?: (?:[a-zà-ÿ]{1,3} )?[A-ZÀ-ÖØ-Þ][\w'’.-]*){1,4}(?:, [^.!?]{2,60})?$")
_AFTER_NAME = re.compile(r"^\s*(?:$|[/,|(–—:\-]|\.$)")


@cache
def _titles_before_names(words: Words) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the folded titles that stand before names, and how those in small letters begin a line."""
    small = tuple(f"{term.text} " for term in words.terms("name-title") if term.text.islower())
    return frozenset(words.folded_terms("name-title")), small


@lru_cache(maxsize=4096)
def _folded_letter(words: Words, letter: str) -> str:
    """Return the first letter of what a letter folds into ("" where it folds into none)."""
    return words.folding.letters(letter)[:1]


_lines_of_prose = KnownLines(reads_like_prose)


class OwnWords:
    """Looks through the own words of one message: lines `start` to `stop` (not included) of a source."""

    def __init__(self, lines: Lines, furniture: Mapping[int, str], words: Words) -> None:
        self._lines = lines
        self._furniture = furniture
        self._words = words
        self.lines = OwnLines(lines, furniture)
        self._evidence = words.any_of("disclaimer-evidence")
        self._closings = lines_beginning(words, "closing")
        self._disclaimers = lines_beginning(words, "disclaimer")
        self._banners = lines_beginning(words, "banner")
        self._mobiles = lines_beginning(words, "mobile")
        self._titles = lines_beginning(words, "document-title")
        self._postscripts = lines_beginning(words, "postscript")
        self._greetings = lines_beginning(words, "greeting")
        self._announcing = lines_holding(words, "words-below-announced")
        self._contacts = lines_holding(words, "contact")
        self._name_titles, self._small_titles = _titles_before_names(words)
        self._title_letters = {"", *(title[0] for title in self._name_titles)}

    def is_closing(self, index: int) -> bool:
        """Say whether line `index` is a closing formula."""
        return self._closings[self._lines.shown[index]]

    def is_greeting(self, index: int) -> bool:
        """Say whether line `index` greets somebody."""
        return self._greetings[self._lines.shown[index]]

    def is_contact(self, index: int) -> bool:
        """Say whether line `index` gives a telephone, an address or a site."""
        return self._contacts[self._lines.shown[index]]

    def is_mobile(self, index: int) -> bool:
        """Say whether line `index` is what a telephone adds ("Envoyé de mon iPhone")."""
        return self._mobiles[self._lines.shown[index]]

    def any_mobile(self, indexes: list[int]) -> bool:
        """Say whether one of some lines is what a telephone adds."""
        return True in [self._mobiles[self._lines.shown[index]] for index in indexes]

    def is_postscript(self, index: int) -> bool:
        """Say whether line `index` begins a postscript."""
        return self._postscripts[self._lines.shown[index]]

    def announces_words(self, index: int) -> bool:
        """Say whether line `index` says that words of the sender's own stand below the signature."""
        return self._announcing[self._lines.shown[index]]

    # ------------------------------------------------------------ paragraphs

    def paragraph_end(self, index: int, stop: int) -> int:
        """Return the last line of the paragraph that line `index` begins; a page break in the middle of a sentence does not end it."""
        last = index
        line = index + 1
        while line < stop:
            if self._lines.blank[line] or line in self._furniture:
                after = self.next_own(line, stop)
                broken = after < stop and after - last <= 6 and not ends_sentence(self._lines.stripped[last])
                if not (broken and self._lines.shown[after].lstrip()[:1].islower()):
                    return last
                line = after
                continue
            if self._lines.starts_page(line) and ends_sentence(self._lines.stripped[last]):
                return last
            last = line
            line += 1
        return last

    def is_name(self, index: int) -> bool:
        """Say whether line `index` reads like a name: words that begin with capitals, and nothing else."""
        return _NAME.match(self._lines.stripped[index]) is not None

    def next_own(self, index: int, stop: int) -> int:
        """Return the first line at or after `index` that is neither blank nor furniture, or `stop`."""
        return self.lines.next(index, stop)

    def _paragraph_text(self, first: int, last: int) -> str:
        return " ".join(self._lines.shown[index] for index in range(first, last + 1))

    # ------------------------------------------------------------ banner, disclaimer

    def banner_end(self, start: int, stop: int) -> int | None:
        """Return the last line of a security banner that opens the words, or None."""
        index, last = self.next_own(start, stop), None
        while index < stop and self._banners[self._lines.shown[index]]:
            last = index
            while last + 1 < stop and not self._lines.blank[last + 1] and self._lines.shown[last + 1].lstrip()[:1].islower():
                last += 1
            index = self.next_own(last + 1, stop)
        return last

    def disclaimer(self, start: int, stop: int) -> tuple[int, int] | None:
        """Return first and last line of the first disclaimer (all its paragraphs, in every language it repeats), or None."""
        shown, known = self._lines.shown, self._disclaimers
        first = last = None
        for index in [own for own in self.lines.between(start, stop) if known[shown[own]]]:
            last = self._disclaimer_paragraph(index, stop)
            if last is not None:
                first = index
                break
        if first is None or last is None:
            return None
        index = self.next_own(last + 1, stop)
        while index < stop and known[shown[index]] and (end := self._disclaimer_paragraph(index, stop)) is not None:
            last = end
            index = self.next_own(end + 1, stop)
        return first, last

    def _disclaimer_paragraph(self, index: int, stop: int) -> int | None:
        end = self.paragraph_end(index, stop)
        text = self._paragraph_text(index, end)
        if self._evidence.search(text) is None:
            return None
        if len(text) < 45:
            following = self.next_own(end + 1, stop)
            if following < stop and following - end <= _MAX_DISCLAIMER_GAP and not self._lines.starts_page(following):
                end = self.paragraph_end(following, stop)
        return end

    # ------------------------------------------------------------ signature

    def signature(self, start: int, stop: int, names: list[list[str]]) -> tuple[int, int, str] | None:
        """Return first line, last line and rule of the signature in lines `start` to `stop`, or None.

        Args:
            start: first line of the own words.
            stop: the line after the last of them (a disclaimer, a quotation, the end).
            names: the folded words of the sender's name, in every order that a signature may print them.
        """
        heads = {name[0] for name in names} | self._name_titles
        letters = self._title_letters | {name[0][0] for name in names}
        own, firsts, stripped = self.lines.between(start, stop), self._lines.firsts, self._lines.stripped
        last, small, names_somebody = own[-1] if own else start, self._small_titles, _NAME.match
        for index in own:
            first = firsts[index]
            if index == last or first == ">":
                pass
            elif first.isupper():
                line = stripped[index]
                if names_somebody(line) is None and not self._is_near(line, index == start, heads, letters):
                    continue
            elif not (first.islower() and stripped[index].startswith(small)):
                continue
            rule = self._opens_signature(index, start, stop, names, heads, letters)
            if rule:
                return index, self._signature_end(index, stop), rule
        return None

    def _is_near(self, line: str, first: bool, heads: AbstractSet[str], letters: AbstractSet[str]) -> bool:
        """Say whether a line may begin with the sender's name: folding is dear, and most lines begin with another letter or another word."""
        if _folded_letter(self._words, line[0]) not in letters:
            return False
        return (not first and len(line) <= _LONGEST_BRIEF_NAME) or self._first_word(line) in heads

    def sign_off(self, start: int, stop: int, names: list[list[str]]) -> int | None:
        """Return the first line, below the first of the words, that bears the sender's name alone with a blank line under it, or None."""
        letters = {name[0][0] for name in names}
        ends, stripped = indexes_between(self._lines.paragraph_ends, start + 1, stop - 1), self._lines.stripped
        if start + 1 < stop:
            ends.append(stop - 1)
        for index in [end for end in ends if 0 < len(stripped[end]) <= _LONGEST_BRIEF_NAME and end not in self._furniture]:
            line = stripped[index]
            if line[0].isalpha() and _folded_letter(self._words, line[0]) not in letters:
                continue
            folded = self._words.folding.words(line)
            if self._names_sender_briefly(line, folded, names) or folded in names:
                return index
        return None

    def _opens_signature(
        self, index: int, start: int, stop: int, names: list[list[str]], heads: AbstractSet[str], letters: AbstractSet[str]
    ) -> str | None:
        line = self._lines.unquoted(index).strip(" \t\u00a0")
        if len(line) > _MAX_NAME_LINE or not line[:1].isalpha() or is_row(line):
            return None
        if self.next_own(index + 1, stop) >= stop and self.is_mobile(index):
            return "signature-mobile"
        if not line[0].isupper() and not line.startswith(self._small_titles):
            return None
        short = index > start and len(line) <= _LONGEST_BRIEF_NAME
        near = self._is_near(line, index == start, heads, letters)
        named = _NAME.match(line) is not None and not self._titles[self._lines.shown[index]]
        if not (near or named):
            return None
        folded = self._words.folding.words(line) if near else []
        if folded and self._names_sender(line, folded, names) and self._reads_like_signature(index, stop):
            return "signature-name"
        if folded and self._begins_with_sender(folded, names) and index + 1 < stop and self.is_contact(index + 1):
            return "signature-name"
        before = self._lines.previous_text(index - 1, start - 1)
        if before >= start and named and self.is_closing(before) and self._reads_like_signature(index, stop):
            return "signature-after-closing"
        if short and self._names_sender_briefly(line, folded, names) and (self._ends_words(index, stop) or self._last_lines(index, stop)):
            return "signature-name"
        below = self._lines.previous_text(index - 1, start - 1) >= start or (index + 1 < stop and self.is_contact(index + 1))
        apart = named and self._lines.blank[index - 1] and below
        if apart and self._last_lines(index, stop) and not self.is_closing(index):
            return "signature-last-lines"
        return None

    def _first_word(self, line: str) -> str:
        """Return the first folded word of a line that begins with a letter."""
        found = self._words.folding.words(line.split(None, 1)[0]) or self._words.folding.words(line)
        return found[0] if found else ""

    def _ends_words(self, index: int, stop: int) -> bool:
        """Say whether nothing, or only what stands apart by two blank lines, comes after line `index`."""
        after = self.next_own(index + 1, stop)
        while after < stop and self.is_mobile(after):
            index = after
            after = self.next_own(after + 1, stop)
        return after >= stop or after - index > 2 or any(line in self._lines.hard_start for line in range(index + 1, after + 1))

    def _last_lines(self, index: int, stop: int) -> bool:
        """Say whether line `index` begins a last paragraph of two to seven short lines, none of them a sentence."""
        last = index
        while last + 1 < stop and not self._lines.blank[last + 1] and last + 1 not in self._furniture:
            last += 1
        if not 1 <= last - index <= 6 or not self._ends_words(last, stop):
            return False
        return not any(self._is_prose(line) or self._lines.shown[line].rstrip()[-1:] in ".!?:;," for line in range(index, last + 1))

    def _names_sender(self, line: str, folded: list[str], names: list[list[str]]) -> bool:
        titled = 1 if folded and folded[0] in self._name_titles else 0
        middle = titled + 1 if len(folded) > titled + 2 and len(folded[titled + 1]) == 1 else None
        without = folded if middle is None else [*folded[:middle], *folded[middle + 1 :]]
        for name in names:
            if len(name) > 1 and folded[titled : titled + len(name)] == name:
                return bool(_AFTER_NAME.match(self._after_words(line, titled + len(name))))
            if middle is not None and len(name) > 1 and without[titled : titled + len(name)] == name:
                return bool(_AFTER_NAME.match(self._after_words(line, titled + 1 + len(name))))
        return False

    @staticmethod
    def _names_sender_briefly(line: str, folded: list[str], names: list[list[str]]) -> bool:
        """Say whether the line is the sender's given name alone, his one printed name, an initial and the surname, or the initials."""
        if not folded:
            return False
        for name in names:
            if folded[0][0] != name[0][0]:
                continue  # whatever of a name is printed begins with its first letter
            if len(name) < 2:
                if folded == name:
                    return True
                continue
            initials = [word[0] for word in name]
            letters = [word[0] if len(word) <= 2 else "" for word in folded] if len(folded) > 1 else list(folded[0])
            if folded == name[: len(folded)] or (
                len(folded) > 1 and len(folded[0]) <= 2 and folded[0][0] == initials[0] and folded[1:] in (name[1:], name[-1:])
            ):
                return True
            if len(folded) == len(name) and folded[:-1] == initials[:-1] and folded[-1] == name[-1]:
                return True
            if line.replace(".", "").replace(" ", "").replace("-", "").isupper() and letters in (
                initials,
                initials[:2],
                [initials[0], initials[-1]],
            ):
                return True
            if len(folded) == 2 and all(len(word) <= 2 for word in folded) and letters == [initials[0], initials[-1]]:
                return True
        return False

    @staticmethod
    def _begins_with_sender(folded: list[str], names: list[list[str]]) -> bool:
        return any(len(name) > 1 and folded[: len(name)] == name for name in names)

    def _after_words(self, line: str, count: int) -> str:
        """Return what stands on the line after its first `count` words (blanks, hyphens and apostrophes separate words)."""
        place = 0
        for found in re.finditer(r"\w+", line):
            if count == 0:
                break
            count -= 1
            place = found.end()
        return line[place:]

    def _reads_like_signature(self, index: int, stop: int) -> bool:
        """Say whether what follows a name line is no prose: the end, a blank, a contact line or a short line."""
        after = index + 1
        if after >= stop or self._lines.blank[after] or after in self._furniture:
            return True
        return self.is_contact(after) or not self._is_prose(after)

    def _is_prose(self, index: int) -> bool:
        return _lines_of_prose[self._lines.shown[index]]

    def _signature_end(self, index: int, stop: int) -> int:
        last = index
        for line in self.lines.between(index + 1, stop):
            if not self._continues_signature(last, line, stop):
                break
            last = line
        return last

    def _continues_signature(self, last: int, line: int, stop: int) -> bool:
        shown = self._lines.shown[line]
        if self._disclaimers[shown] and self._disclaimer_paragraph(line, stop) is not None:
            return False
        paged = self._page_begins(last, line)
        rest = paged and self._rest_is_contact(line, stop)
        if rest and not self._titles[shown]:
            return True
        gap = self._lines.blanks.count(1, last + 1, line)
        if self._contacts[shown] or self._mobiles[shown]:
            return gap <= _MAX_CONTACT_GAP and "\t" not in self._lines.stripped[line] and len(shown) <= LONGEST_IN_SIGNATURE
        if (paged and not rest) or self._postscripts[shown] or self._greetings[shown] or _lines_of_prose[shown]:
            return False
        if gap == 0:
            return not self._opens_table(line)
        return gap <= 2 and not self._titles[shown] and self._contact_soon(line, stop)

    def _opens_table(self, line: int) -> bool:
        """Say whether line `line` and the one below are rows of three cells or more."""
        return is_row(self._lines.stripped[line]) and line + 1 < self._lines.count and is_row(self._lines.stripped[line + 1])

    def _page_begins(self, last: int, line: int) -> bool:
        """Say whether a page begins after line `last` and not after `line`: a form feed, the blank that joins pages, a page's furniture."""
        return line in self._lines.page_starts or any(
            index in self._lines.hard_start or self._furniture.get(index, "repeated-stamp") != "repeated-stamp" for index in range(last + 1, line)
        )

    def _rest_is_contact(self, line: int, stop: int) -> bool:
        """Say whether the last lines of a message, up to its quotation or the next page, are the rest of a signature that a page break cut."""
        rest = self.lines.first_between(line, stop, _MOST_CUT_LINES + 2)
        page = next((place for place, (above, below) in enumerate(pairwise(rest), 1) if self._page_begins(above, below)), len(rest))
        if not 1 <= page <= _MOST_CUT_LINES or (page == len(rest) and stop >= self._lines.end):
            return False
        rest = rest[:page]
        last = next((index for index in range(rest[-1] + 1, stop) if self._furniture.get(index) != "repeated-stamp"), stop)
        reached = any(self.is_contact(index) for index in (*rest, *range(rest[-1] + 1, last)))
        return reached and not any(self._is_prose(index) for index in rest)

    def _contact_soon(self, line: int, stop: int) -> bool:
        for ahead in range(line, min(line + 5, stop)):
            if self._lines.blank[ahead]:
                return False
            if self.is_contact(ahead) and not self._is_prose(ahead):
                return True
        return False
