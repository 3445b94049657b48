"""Judge a run of labels: the header of a message, a torn header, or neither (a letter's `Objet :`, a form's `Date :`).

A printed mail names an author and a time of day. A memo (`De :`, `À :`, `Date : 12 mars 2024`, `Objet :`), a form or a letter lacks
the time, and has neither an address nor a reply prefix nor a quotation marker: it stays document text. What it takes is written in
`_is_message`; every verdict names its rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from threadkit.frozen import record
from threadkit.parse.bare_labels import has_bare_labels
from threadkit.parse.cut_lines import is_wrapped_marker
from threadkit.parse.dates import read_date
from threadkit.parse.header_block import UNDECIDED_FIELD, HeaderBlock
from threadkit.parse.intros import FoundIntro, Sentence
from threadkit.parse.known_lines import lines_beginning, lines_that_are
from threadkit.parse.lines import Lines
from threadkit.parse.loose_dates import is_loose_date, is_of_mail, label_languages
from threadkit.parse.mailboxes import read_mailboxes, split_mailboxes
from threadkit.parse.misread_markers import is_misread_marker
from threadkit.parse.page_series import COUNTERS
from threadkit.parse.subjects import subject_reader
from threadkit.parse.values_apart import UNDECIDED, VALUES_APART
from threadkit.records import DateReading
from threadkit.words import Layout, Words

RULES = (
    "header-complete", "header-without-sender", "header-torn", "header-without-date", "header-draft", "header-emptied", "not-a-header", "two-dates",
    "calendar-entry", "line-undecided",
)
UNDECIDED_LINE = RULES[-1]

#: The rules of headers of which nothing is lacking.
WHOLE = frozenset(
    {"header-complete", "header-emptied", "header-unlabelled", "calendar-entry", "intro-line", "intro-undated", "intro-arrows", "mail-header", VALUES_APART}
)

_MAX_MARKER_BLANKS = 2
#: How Lotus Notes names people: `Paul Roy/VOIRIE/EXEMPLE`.
_PATH = re.compile(r"[^\W\d_][^/<>@();:]{2,60}(?:/[^/<>@();:,]{1,40}){2,6}(?:[,;]|$)")
#: What ends a page.
_PAGES = frozenset({"page-number", *COUNTERS})
_TIMED = ("minute", "second")
#: Dates with a time of day of which the day is not told.
_UNTOLD_DAY = ("ambiguous-order", "day-without-zero")
_OTHERS = frozenset({"to", "cc", "subject"})
_FOUR = frozenset({"from", "date", "to", "subject"})
_PRINT = ("unlabelled", "released")
_LOTUS = ("lotus", "either")


@record(frozen=True, slots=True)
class JudgedBlock:
    """A header block with its verdict (message, torn, none, or intro for a sentence that introduces one), its layout and its date."""

    block: HeaderBlock
    verdict: str
    rule: str
    layout: str
    prior: str
    sent: DateReading | None


def _sent(block: HeaderBlock) -> DateReading | None:
    """Return the date of a header; where it prints two that differ, none is chosen and both are told."""
    readings = [read_date(item.text) for item in block.fields if item.field == "date"]
    if len(readings) < 2:
        return readings[0] if readings else None
    first, second = readings[0], readings[1]
    if first.value is None or second.value is None:
        return first if first.value is not None or second.value is None else second
    shared = min(len(first.value), len(second.value))
    if first.value[:shared] == second.value[:shared]:
        return max(readings[:2], key=lambda reading: len(reading.value or ""))
    conflict = f"printed {first.text} and {second.text}"
    return DateReading(f"{first.text} {second.text}", None, None, None, "two-dates", conflict)


def tells_time(sent: DateReading | None) -> bool:
    """Say whether a date has a time of day, whether or not its digits tell the day (`01/09/01 08:14 AM`, `6/05/2019 8:50 AM`)."""
    return sent is not None and (sent.precision in _TIMED or sent.rule in _UNTOLD_DAY)


def marked_by_sentences(
    judged: Sequence[JudgedBlock], sentences: Sequence[Sentence], lines: Lines
) -> tuple[Sequence[JudgedBlock], Sequence[Sentence]]:
    """Give headers the sentence right above them as their marker (`-----Paul Roy a écrit : -----`, then labels); return the sentences left."""
    if not sentences:
        return judged, sentences
    below = {lines.next_text(sentence.last + 1): sentence for sentence in sentences}
    marked, used = [], set()
    for item in judged:
        above = below.get(item.block.first) if item.verdict == "message" and item.block.marker is None else None
        if above is not None and item.block.first - above.last <= _MAX_MARKER_BLANKS + 1 and lines.quote_depth(above.first) == item.block.quote_depth:
            used.add(above)
            marked.append(replace(item, block=replace(item.block, marker=above.first, owner=None)))
        else:
            marked.append(item)
    return marked, [sentence for sentence in sentences if sentence not in used]


def is_named(marker: int | None, lines: Lines) -> bool:
    """Say whether a marker above a header is in words (`-----Message d'origine-----`), and no mere rule across the page."""
    return marker is not None and any(map(str.isalpha, lines.shown[marker]))


def has_sent_label(block: HeaderBlock, words: Words) -> bool:
    """Say whether the date's label is one that only mail prints (`Envoyé`), not the `Date` of every form."""
    found = block.get("date")
    return found is not None and is_of_mail(found.label, words)


def names_people(block: HeaderBlock, words: Words) -> bool:
    """Say whether who sends and who receives are printed as people are: `Roy, Anne`, `Paul Roy`, an address."""
    return all(is_person(block.text(field) or "", words) for field in ("from", "to"))


def is_person(text: str, words: Words) -> bool:
    """Say whether the first of a list is printed as a person is."""
    first = next(iter(split_mailboxes(text)), "")
    return "@" in first or words.any_of("owner-line").match(first) is not None or words.any_of("owner-line-plain").match(first) is not None


def is_spared(block: HeaderBlock, spared: frozenset[int]) -> bool:
    """Say whether a reader knows of a line (from 1) of a header that no header stands there."""
    return any(line in spared for line in range(block.first + 1, block.last + 2))


def spare(judged: JudgedBlock, spared: frozenset[int]) -> JudgedBlock:
    """Take a header of which a reader knows that it is none for the words that it is."""
    return replace(judged, verdict="none") if spared and is_spared(judged.block, spared) else judged


def _is_lotus(block: HeaderBlock) -> bool:
    """Say whether a header without labels for its sender and date is one of Lotus Notes, which quotes so too: its labels stand apart, or it prints a path."""
    unlabelled = [item for item in block.fields if not item.label]
    labelled = [item for item in block.fields if item.label]
    if any("/" in item.text for item in unlabelled if item.field == "from") or (labelled and labelled[0].first - unlabelled[1].last > 1):
        return True
    return any(_PATH.match(item.text) for item in labelled if item.field in ("to", "cc"))


class Judge:
    """Judges the blocks of one source."""

    def __init__(self, lines: Lines, furniture: Mapping[int, str], words: Words) -> None:
        self._lines = lines
        self._furniture = furniture
        self._subjects = subject_reader(words)
        self._markers = lines_beginning(words, "quote-marker")
        self._owners, self._fax_sheets = lines_beginning(words, "owner-line"), lines_beginning(words, "fax-sheet")
        self._titles, self._memos = lines_beginning(words, "document-title"), lines_beginning(words, "memo-title")
        self._masks, self._specimens = words.any_of("mask"), words.any_of("specimen-name")
        self._masked = lines_that_are(words, "mask", "section-mask")
        self._receipt = words.any_of("receipt-opening")
        self._kept_back = words.any_of("masked-address")
        self._drafts, self._unsent_marks = words.any_of("draft-category"), words.any_of("unsent-mark")
        self._unsent = words.folded_terms("unsent-date")
        self._words = words
        self._fold = words.folding.fold

    def judge_all(self, blocks: Iterable[HeaderBlock]) -> list[JudgedBlock]:
        """Return the blocks of the source, which come in order, each judged."""
        judged: list[JudgedBlock] = []
        for block in blocks:
            judged.append(self._judge(self._with_surroundings(block, judged[-1].block.last if judged else -1)))
        return judged

    def _judge(self, block: HeaderBlock) -> JudgedBlock:
        """Return the block with the verdict on it; what stands above it (marker, owner line) is known."""
        sent = _sent(block)
        verdict, rule = self._verdict(block, sent)
        if has_bare_labels(block, self._lines):
            return JudgedBlock(block, verdict, "header-unlabelled" if verdict == "message" else rule, *_PRINT, sent)
        layout = self._layout(block)
        if layout is None and (block.get("from") or block.fields[0]).label == "":
            rule = "header-unlabelled" if verdict == "message" else rule
            return JudgedBlock(block, verdict, rule, *(_LOTUS if _is_lotus(block) else _PRINT), sent)
        return JudgedBlock(block, verdict, rule, layout.name if layout else "mixed", layout.standing if layout else "either", sent)

    def introduced(self, intro: FoundIntro) -> JudgedBlock:
        """Return what an introduction opens, with the marker above it."""
        block = replace(self._with_surroundings(intro.block), owner=None)
        return JudgedBlock(block, "intro", intro.rule, intro.name, "quoted", intro.sent)

    def _with_surroundings(self, block: HeaderBlock, above_end: int = -1) -> HeaderBlock:
        """Return the block with the marker or the owner's line above it; the block before it in the source ends on line `above_end`."""
        if block.marker is not None:
            return block
        above = self._lines.previous_text(block.first - 1)
        paged = False
        while above in self._furniture:
            paged = paged or self._furniture[above] in _PAGES
            above = self._lines.previous_text(above - 1)
        seen = block.first - 1 - above
        if above >= 0 and seen <= _MAX_MARKER_BLANKS and self._is_marker(above, paged=paged):
            return replace(block, marker=above)
        if seen <= _MAX_MARKER_BLANKS and is_wrapped_marker(self._markers.__getitem__, above, self._lines):
            return replace(block, marker=above - 1)
        if above >= 0 and seen <= 4 and self._owners[self._lines.shown[above]] and self._heads_page(above, above_end):
            return replace(block, owner=above)
        return block

    def _is_marker(self, index: int, *, paged: bool) -> bool:
        """Say whether a line is a marker of the header below it: in words, or a mere rule across the page on which that header stands (not `paged`)."""
        if not self._markers[self._lines.shown[index]]:
            return is_misread_marker(self._lines.shown[index], self._words)
        return not paged or is_named(index, self._lines)

    def _heads_page(self, index: int, above_end: int) -> bool:
        """Say whether line `index` stands where a page may begin, as an owner's line does: it ends no paragraph, and is not all that a mail says.

        Right below the header above, which ends on line `above_end`, it is that mail's only line, but where it has a unit or comes again.
        """
        above = index - 1
        if above < 0 or above in self._furniture or self._lines.starts_page(index):
            return True
        line = self._lines.stripped[index]
        only = self._lines.previous_text(above) == above_end
        return self._lines.blank[above] and (not only or line.endswith(")") or self._lines.counts[line] > 1)

    def _verdict(self, block: HeaderBlock, sent: DateReading | None) -> tuple[str, str]:
        has_from, names = block.text("from") is not None, block.names
        timed = tells_time(sent)
        if block.rule:
            return "torn" if block.rule == UNDECIDED else "message", block.rule
        if self._is_on_paper(block, timed=timed) or self._is_on_fax(block) or self._specimens.match(block.text("from") or ""):
            return "none", "not-a-header"
        if has_from and self._is_calendar_entry(block):
            return "message", "calendar-entry"
        if self._is_emptied(block, sent):
            return ("message", "header-emptied") if self._names_parties(block) else ("torn", "header-torn")
        if has_from and sent is None and self._is_called_unsent(block):
            return "message", "header-draft"
        if has_from and self._is_message(block, sent, timed):
            complete = "date" in names and ("subject" in names or "to" in names)
            return "message", "header-complete" if complete else "header-without-date" if "date" not in names else "header-torn"
        shouted = (block.get("date") or block.fields[0]).label.isupper()
        addressed = sent is not None and sent.offset_minutes is not None and "@" in (block.text("to") or "")
        if not has_from and timed and "to" in names and ("subject" in names or addressed) and not shouted and not self._in_receipt(block):
            return "message", "header-without-sender"
        if self._is_torn(block, timed) and not self._in_receipt(block):
            return "torn", "header-torn"
        return "none", "not-a-header"

    def _is_message(self, block: HeaderBlock, sent: DateReading | None, timed: bool) -> bool:
        names = block.names
        others = not names.isdisjoint(_OTHERS)
        if timed and others:
            return True
        evidence = self._mail_evidence(block)
        if timed:
            return evidence
        if sent is not None and sent.value is None and sent.rule != "empty":
            unsent = self._fold(sent.text) in self._unsent
            if not others or not (evidence or self._sent_label(block)):
                return False
            return unsent or self._damaged_date(sent.text) or self._is_loosely_dated(block, evidence=evidence)
        if sent is not None:
            return others and evidence
        addressed = block.marker is not None and "@" in (block.text("from") or "")
        if "subject" in names and (addressed or (is_named(block.marker, self._lines) and block.text("from") and block.text("subject"))):
            return True
        return {"to", "subject"} <= names and (self._addressed(block) or self._is_draft(block) or self._masks_author(block))

    def _is_on_paper(self, block: HeaderBlock, *, timed: bool) -> bool:
        """Say whether labels stand right below the title of a paper, with no address and no date as only mail prints it; a time of day has a memo's alone."""
        above = self._lines.previous_text(block.first - 1)
        if above < 0 or block.first - above > _MAX_MARKER_BLANKS or block.marker is not None or block.owner is not None:
            return False
        line = self._lines.shown[above]
        titled = self._titles[line] and not timed and above not in self._furniture
        titled = line.strip().isupper() and (titled or (self._memos[line] and self._lines.counts[line.strip()] == 1))
        return titled and not self._sent_label(block) and not any("@" in item.text for item in block.fields)

    def _is_on_fax(self, block: HeaderBlock) -> bool:
        """Say whether labels are those of the sheet that goes with a fax: its title right above, or the number of its pages among them; no address."""
        if block.marker is not None or block.owner is not None or self._sent_label(block) or any("@" in item.text for item in block.fields):
            return False
        above = self._lines.previous_text(block.first - 1)
        near = range(above if above >= 0 and block.first - above <= _MAX_MARKER_BLANKS else block.first, min(block.last + 2, self._lines.count))
        sheets, shown, furniture = self._fax_sheets, self._lines.shown, self._furniture
        return True in [sheets[shown[line]] for line in near if line not in furniture]

    def _masks_author(self, block: HeaderBlock) -> bool:
        """Say whether the author is masked, and each label follows the one above it on the next line."""
        author = (block.text("from") or "").strip()
        return self._masked[author] and block.last - block.first < len(block.fields)

    def _is_emptied(self, block: HeaderBlock, sent: DateReading | None) -> bool:
        """Say whether a header prints all four labels, the date's as only mail prints it, and nothing behind that one."""
        whole = sent is not None and sent.rule == "empty" and block.names >= _FOUR
        return whole and self._sent_label(block) and not self._mail_evidence(block)

    @staticmethod
    def _names_parties(block: HeaderBlock) -> bool:
        """Say whether an author is printed, or recipients and a subject are."""
        return bool(block.text("from")) or bool(block.text("to") and block.text("subject"))

    @staticmethod
    def _is_calendar_entry(block: HeaderBlock) -> bool:
        """Say whether labels are those that a calendar prints: a subject first, a beginning and an end, an organiser and who must come."""
        return block.fields[0].field == "subject" and block.fields[0].tight and {"start", "end", "from", "to"} <= block.names

    def _is_draft(self, block: HeaderBlock) -> bool:
        """Say whether a print without a date is that of a mail that was never sent: the mailbox owner's line above, or its category."""
        owned = block.owner is not None and block.fields[0].tight and self._owner_is_sure(block.owner)
        return owned or self._drafts.search(block.text("categories") or "") is not None

    def _is_called_unsent(self, block: HeaderBlock) -> bool:
        """Say whether the words below an author, recipients and a subject without a date begin with a note that they were never sent."""
        below = self._lines.next_text(block.last + 1)
        near = below < self._lines.count and below - block.last <= _MAX_MARKER_BLANKS + 1
        return near and {"to", "subject"} <= block.names and self._unsent_marks.match(self._lines.shown[below]) is not None

    def _owner_is_sure(self, index: int) -> bool:
        """Say whether the owner's line has a unit, or a page number above it: a letter's own lines may look like a name too."""
        above = self._lines.previous_text(index - 1)
        return ")" in self._lines.shown[index] or above < 0 or self._furniture.get(above) == "page-number"

    def _in_receipt(self, block: HeaderBlock) -> bool:
        """Say whether the labels are those of a receipt's text: "Votre message / À : / Objet : / Envoyé : / a été lu"."""
        above = self._lines.previous_text(block.first - 1)
        return above >= 0 and self._receipt.match(self._lines.shown[above]) is not None

    def _is_loosely_dated(self, block: HeaderBlock, *, evidence: bool) -> bool:
        """Say whether a whole header prints a day and no year, in the words of its label's language, and is a mail's: by `evidence`, or by its people."""
        date = block.get("date")
        whole = date is not None and block.names >= _FOUR and is_loose_date(self._words, date.label, date.text)
        return whole and (evidence or names_people(block, self._words))

    def _has_unread_date(self, block: HeaderBlock) -> bool:
        """Say whether only mail prints the label of a date that cannot be read, and people send and receive it or the date is a day without its year."""
        unread = self._sent_label(block) and read_date(block.text("date") or "").rule in ("unreadable", "trailing-text")
        return unread and (names_people(block, self._words) or self._is_loosely_dated(block, evidence=True))

    def _damaged_date(self, text: str) -> bool:
        """Say whether an unreadable date could be one: it has digits, or a mask covers it."""
        return sum(char.isdigit() for char in text) >= 3 or self._masks.search(text) is not None

    def _addressed(self, block: HeaderBlock) -> bool:
        """Say whether a marker stands above, an address is printed or was kept back, or the subject has a reply prefix."""
        if block.marker is not None or "@" in (block.text("from") or "") or "@" in (block.text("to") or ""):
            return True
        if self._kept_back.search(block.text("from") or "") is not None:
            return True
        return self._subjects.read(block.text("subject") or "").relation is not None

    def _mail_evidence(self, block: HeaderBlock) -> bool:
        """Say whether something only mail prints is there: a marker above, an address, a reply prefix, the owner's line, an attachment list."""
        return self._addressed(block) or block.owner is not None or bool(block.names & {"categories", "importance"})

    def _sent_label(self, block: HeaderBlock) -> bool:
        return has_sent_label(block, self._words)

    def _is_torn(self, block: HeaderBlock, timed: bool) -> bool:
        names = block.names
        if "subject" not in names and not ({"from", "to"} <= names):
            return False
        prefix = self._subjects.read(block.text("subject") or "").relation is not None
        if names >= _FOUR and self._has_unread_date(block):
            return True
        if names >= {"subject", "categories"} and block.fields[0].tight:
            return True
        if block.fields[0].tight and names >= {"from", "to", "subject"} and self._owners[block.text("from") or ""]:
            return True
        if block.owner is not None and block.fields[0].tight and block.fields[0].field == "subject" and self._owner_is_sure(block.owner):
            return True
        mailboxes = read_mailboxes(" ".join(block.text(name) or "" for name in ("from", "to")))
        addressed = any(mailbox.email for mailbox in mailboxes)
        return (prefix and len(names) >= 2) or (addressed and len(names) >= 2) or (timed and len(names) >= 2 and self._sent_label(block))

    def _layout(self, block: HeaderBlock) -> Layout | None:
        return _layout_of(self._words, tuple((item.field, item.label) for item in block.fields if item.field != UNDECIDED_FIELD), block.fields[0].tight)


@lru_cache(maxsize=4096)
def _layout_of(words: Words, printed: tuple[tuple[str, str], ...], tight: bool) -> Layout | None:
    """Return the first layout that a block's fields and labels fit, in the order of the word files."""
    return next((layout for layout in words.layouts if _fits(words, printed, tight, layout)), None)


def _fits(words: Words, printed: tuple[tuple[str, str], ...], tight: bool, layout: Layout) -> bool:
    names, fold, languages = [field for field, _ in printed], words.folding.fold, label_languages(words)
    if not any(layout.language in languages.get(fold(label), ()) for field, label in printed if field == "from"):
        return False
    if not set(layout.required) <= set(names) or not set(names) <= {*layout.required, *layout.optional}:
        return False
    ordered = [name for name in names if name in layout.order]
    if ordered != [name for name in layout.order if name in ordered]:
        return False
    if (layout.colon == "tight" and not tight) or (layout.colon == "spaced" and tight):
        return False
    date = next((label for field, label in printed if field == "date"), None)
    return not layout.labels or date is None or fold(date) in {fold(label) for label in layout.labels}
