"""Tell decision letters, notices and cover sheets by their words, and what stands where one document ends and the next begins."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice, pairwise

from threadkit.parse.labels import field_of_line
from threadkit.parse.line_shapes import is_headline, is_masthead
from threadkit.parse.lines import ends_sentence
from threadkit.records import DocumentPiece
from threadkit.resolve.heads import TITLE_PAGE_LINES, first_lines, is_title_page
from threadkit.resolve.openings import TITLE_LINES
from threadkit.words import Words

PHRASES = 2
LOOKED_AT = 4000
COVER_LINES = 8
COVER = "cover-sheet"
LETTER = "decision-letter"
LETTERHEAD = "letterhead"
LETTERHEAD_LINES = 4
NOTICE_LINES = 3
CLOSING_LINES = 7
LETTER_LINES = 40
FRONT_LINES = 7
PROSE_LENGTH = 70
FULL_LINE = 50
END_LINES = 3
HEADING_LETTERS = 3
LETTER_HEAD_LINES = 14
TABLE_ROWS = 2

_LABEL = re.compile(r"^\s*[^\W\d_][^:\n]{0,40}\s?:(?:\s|$)|^\S[^:\n]{0,25}\s{3,}\S")
_COLUMNS = re.compile(r"\S\s{2,}\S+.*\S\s{2,}\S")
_CELLS = re.compile(r"[^\s:](?:\t|\s{3,})\S")
_GAP = "      "
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


class KindReader:
    """Reads what a piece of text is, and how it opens and ends."""

    def __init__(self, words: Words) -> None:
        self._words, self._folding = words, words.folding
        self._phrases = {kind: tuple(words.folded_terms(kind)) for kind in (LETTER, "legal-notice")}
        self._letter_forms = tuple(words.folded_terms("letter-form"))
        self._notice_titles = tuple(words.folded_terms("legal-notice-title"))
        self._notice_headings = words.any_of("legal-notice-heading")
        self._heads = (words.any_of("notice-head"), words.any_of("notice-remark"))
        self._recourse = words.any_of("recourse")
        self._handing = words.any_of("handing-over")
        self._covers = words.any_of("cover-sheet")
        self._dates, self._greetings = (words.any_of("letter-opening"), words.any_of("letter-date")), words.any_of("greeting")
        self._titles = words.any_of("document-title")
        self._parts = words.any_of("document-break")
        self._numbered = words.any_of("numbered-heading")
        self._annexes = words.any_of("annex")
        self._inner = words.any_of("inner-heading")
        self._ends = words.any_of("document-end")
        self._unread = words.any_of("unread-page")

    def kind(self, text: str, *, after_names: bool) -> str:
        """Return decision-letter, legal-notice or cover-sheet where the words of a piece tell, else "".

        Two phrases make a letter or a notice; what gives a letter its form (a closing, `p. j.`) counts as one at most. What is written as a
        letter stays one however much it says of recourse. A text that follows a message with attachments is never a letter, and a notice
        only by its title: any letter may be attached.
        """
        text = text[:LOOKED_AT]
        if self._is_cover(text):
            return COVER
        if self._is_closing_notice(text):
            return "legal-notice"
        head = self._folding.fold("\n".join(first_lines(text, NOTICE_LINES)))
        is_headed = self._is_notice_headed(text)
        is_titled = is_headed or any(title in head for title in self._notice_titles)
        if after_names and not is_titled:
            return ""
        folded = self._folding.fold(text)
        found = {kind: sum([phrase in folded for phrase in phrases]) for kind, phrases in self._phrases.items()}
        found["legal-notice"] += is_titled
        if found["decision-letter"]:
            in_form = any(form in folded for form in self._letter_forms)
            found["decision-letter"] = 0 if after_names else found["decision-letter"] + in_form
            if in_form and not is_titled and found["decision-letter"] >= PHRASES:
                return LETTER
        if is_headed and sum(found.values()) >= PHRASES:
            return "legal-notice"  # below a heading of recourse, what a decision says of recourse is the notice's
        best = max(found, key=lambda kind: (found[kind], kind))
        return best if found[best] >= PHRASES else ""

    def is_answer_in_form(self, text: str) -> bool:
        """Tell whether a piece has the form of a letter, a date and then a greeting, and one phrase of a decision: above all mails it answers a request."""
        lines = first_lines(text, LETTER_HEAD_LINES)
        dated = next((place for place, line in enumerate(lines) if any(form.search(line) for form in self._dates)), len(lines))
        if not any(self._greetings.match(line) for line in lines[dated + 1 :]):
            return False
        folded = self._folding.fold(text[:LOOKED_AT])
        return any(phrase in folded for phrase in self._phrases[LETTER])

    def _is_notice_headed(self, text: str) -> bool:
        """Tell whether the first line of a piece is a heading of recourse alone."""
        return any(self._notice_headings.search(line) for line in first_lines(text, 1))

    def hands_over(self, text: str) -> bool:
        """Tell whether a text is a letter that says that mail or the documents asked for are handed over: the first one of a source is the decision."""
        lines = [line.strip() for line in first_lines(text, LETTER_LINES)]
        return any(self._greetings.match(line) for line in lines) and self._handing.search(" ".join(lines)) is not None

    def _is_closing_notice(self, text: str) -> bool:
        """Tell whether a piece begins with the heading of a notice and says within a few lines what may be done against the decision."""
        lines = first_lines(text, CLOSING_LINES) or [""]
        return any(head.match(lines[0]) for head in self._heads) and self._recourse.search(" ".join(line.strip() for line in lines)) is not None

    def letterheads(self, runs: Iterable[Sequence[DocumentPiece]]) -> frozenset[str]:
        """Return the folded texts of a few lines that stand directly above a cover sheet twice or more, or open the source."""
        above: Counter[str] = Counter()
        for run in runs:
            for head, sheet in pairwise(run):
                if len(first_lines(head.text, LETTERHEAD_LINES + 1)) <= LETTERHEAD_LINES and self._is_cover(sheet.text):
                    above[self._folding.fold(head.text)] += 2 if head.after_id is None and head is run[0] else 1
        return frozenset(text for text, count in above.items() if count > 1)

    def _is_cover(self, text: str) -> bool:
        """Tell whether a few lines are a cover sheet: one of its lines, and neither a title above it nor a table."""
        lines = first_lines(text, COVER_LINES + 1)
        if len(lines) > COVER_LINES or not any(self._covers.search(line) for line in lines):
            return False
        return self._titles.search(lines[0]) is None and not any(_COLUMNS.search(line.strip()) for line in lines)

    def is_letterhead(self, text: str, letterheads: frozenset[str]) -> bool:
        """Tell whether a piece is one of those `letterheads`."""
        return bool(letterheads) and self._folding.fold(text) in letterheads

    def is_part(self, first: str) -> bool:
        """Tell whether a first line begins a part of the release."""
        return self._parts.search(first) is not None

    def is_heading(self, first: str) -> bool:
        """Tell whether a first line is a heading inside a document: numbered, or an annex. What has a wide gap is the head of a form."""
        return (self._numbered.search(first) is not None and _GAP not in first.strip()) or self._annexes.search(first) is not None

    def goes_on(self, first: str) -> bool:
        """Tell whether a first line is a heading inside a document, or a sentence: a document goes on with it."""
        return self.is_heading(first) or len(first) >= PROSE_LENGTH or ends_sentence(first)

    def is_title(self, first: str) -> bool:
        """Tell whether a first line begins with a kind of document and no heading inside one, or stands for a page that could not be read."""
        return (self._titles.search(first) is not None and self._inner.search(first) is None) or self._unread.search(first) is not None

    def is_untitled(self, first: str) -> bool:
        """Tell whether a text says nothing of what it is: its first line is a table's row, prose, or stands for an unread page."""
        return self._unread.search(first) is not None or _COLUMNS.search(first) is not None or len(first) >= PROSE_LENGTH

    def is_title_page(self, text: str) -> bool:
        """Tell whether a piece is a few lines without a sentence or two rows of a table, which go on to the next page."""
        lines = first_lines(text, TITLE_PAGE_LINES + 1)
        rows = sum(_CELLS.search(line.strip()) is not None for line in lines)
        return is_title_page(lines) and all(len(line) < PROSE_LENGTH for line in lines) and rows < TABLE_ROWS

    def has_front(self, text: str) -> bool:
        """Tell whether a piece opens like a document of its own: a kind of document, then labels or a date, before any prose.

        A heading inside a document (`BILAN DES PROJETS`) is followed by prose.
        """
        first, *following = first_lines(text, FRONT_LINES) or [""]
        if self._titles.search(first) is None or self.is_heading(first) or self._inner.search(first) is not None:
            return False
        for line in following:
            if _LABEL.search(line) or (_YEAR.search(line) and len(line) < PROSE_LENGTH):
                return True
            if len(line) >= PROSE_LENGTH:
                return False
        return False

    def heads_form(self, text: str) -> bool:
        """Tell whether a piece opens with the head of a form: capitals, a wide gap and a few words more, then two labels with something after them."""
        first, *below = first_lines(text, FRONT_LINES) or [""]
        return is_masthead(first) and sum(_LABEL.search(line) is not None for line in below) > 1

    def heads_memo(self, text: str) -> bool:
        """Tell whether a piece opens with a kind of document, and labels for who writes and to whom right below."""
        first, *below = first_lines(text, FRONT_LINES) or [""]
        return self._titles.search(first) is not None and {"from", "to"} <= {field_of_line(line, self._words) for line in below}

    def is_headline(self, first: str) -> bool:
        """Tell whether a first line is a title in capitals, of further words or a number, and no heading inside a document."""
        return is_headline(first) and not self.is_heading(first) and self._inner.search(first) is None

    def is_in_capitals(self, first: str) -> bool:
        """Tell whether a first line is two words in capitals or more, and no heading inside a document."""
        return first.isupper() and len(first.split()) > 1 and not self.is_heading(first) and self._inner.search(first) is None

    def has_headings(self, text: str) -> bool:
        """Tell whether a line in capitals stands below the title of a piece: the next one may be a heading of it too."""
        return any(line.isupper() and max(map(len, line.split())) > HEADING_LETTERS for line in first_lines(text, LOOKED_AT)[TITLE_LINES:])

    def opens_alone(self, text: str) -> bool:
        """Tell whether a piece opens with a title in capitals, has labels or prose below it, and no further title in capitals.

        Whose headings are in capitals too, or whose pages are slides, does not tell by them where a document begins.
        """
        first, *below = [line.strip() for line in first_lines(text[:LOOKED_AT], LOOKED_AT)] or [""]
        if not self.is_headline(first):
            return False
        further = below[TITLE_PAGE_LINES:]
        return any(len(line) >= FULL_LINE or _LABEL.search(line) for line in below) and not any(self.is_headline(line) for line in further)

    def has_end(self, text: str) -> bool:
        """Tell whether one of the last lines of a piece ends a document: a signature's rule, `Fin du rapport`."""
        lines = (line for line in reversed(text[-LOOKED_AT:].split("\n")) if line.strip())
        return any(self._ends.search(line) for line in islice(lines, END_LINES))
