"""Read one source: header blocks, their places, the words of each message, the documents between them, and the segments of it all."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from itertools import pairwise

from threadkit.frozen import record
from threadkit.parse import (
    annexes,
    answers,
    bare_labels,
    blocks,
    bodies,
    chains,
    doubts,
    furniture,
    headers,
    headings,
    intros,
    judge,
    kinds,
    labels,
    lotus_tables,
    mail_bodies,
    marks,
    release_stamps,
    segments,
    signatures,
    subjects,
)
from threadkit.parse.breaks import DocumentBreaks, telling_words
from threadkit.parse.document_starts import DocumentStarts
from threadkit.parse.header_block import HeaderBlock
from threadkit.parse.lines import Lines, span
from threadkit.parse.part_texts import PartTexts
from threadkit.parse.sender_names import sender_names
from threadkit.parse.standings import doubt_standings
from threadkit.records import Defect, Mark, Occurrence, Reading, Source, content_id
from threadkit.words import Words

PARSER_VERSION = "1"

_ANNEX_REACH = 40
_BLOCK_LABELS = 3
_WHOLE = frozenset({"header-complete", "header-emptied", "header-unlabelled", "calendar-entry", "intro-line", "intro-undated", "mail-header"})
_WORDS = frozenset({"body", "signature", "disclaimer"})


@record(frozen=True, slots=True)
class _Boundary:
    """Where something other than plain text begins: a message's header (`place`) or a torn one. `upper` is its marker or owner's line."""

    upper: int
    block: HeaderBlock
    place: int | None


@record(frozen=True, slots=True)
class _Plot:
    """The lines below one boundary, up to `stop`: its standing, the released message of its chain, and its parts as they are read."""

    standing: str
    top: int | None
    stop: int
    parts: list[bodies.Part]


def parse_source(source: Source, words: Words, spared: frozenset[int] = frozenset()) -> Reading:
    """Read a source, as `threadkit.parse.parse_source` says it: a release's text, in which no header stands on the `spared` lines (from 1)."""
    return SourceReader(source, words, spared=spared).reading()


class SourceReader:
    """The parse of one source: each step below reads what the steps before it found.

    `known` is the header of a mail file's message, which needs no finding: the text is one message, all below it are its words and what
    it quotes.
    """

    def __init__(self, source: Source, words: Words, known: headers.Header | None = None, spared: frozenset[int] = frozenset()) -> None:
        self._source_id, self._spared = source.id, spared
        self._words = words
        self._lines = Lines(source)
        self._known = known
        undecided = self._find_headers(words, known)
        self._own = signatures.OwnWords(self._lines, self._furniture, words)
        self._breaks = DocumentBreaks(self._lines, self._furniture, self._own, words)
        files = {telling_words(item.filename, words) for header in self._headers for item in header.attachments}
        self._starts = DocumentStarts(self._lines, self._furniture, self._own, self._breaks, files, words)
        self._bodies = bodies.BodyReader(self._lines, self._furniture, self._own, self._starts)
        self._answers = answers.AnswerFinder(self._lines, self._own, self._headers, words)
        self._places = chains.find_places(self._headers, self._lines, self._furniture, words, self._document_between)
        if known is not None:
            self._places = mail_bodies.quote_all(self._places)
        self._texts = PartTexts(self._lines, self._own.lines, self._furniture, self._leads)
        self._marker = marks.Marker(self._lines, words)
        self._floor = segments.Floor(self._lines)
        self._ids = [content_id("occurrence", source.sha256, str(header.block.first + 1)) for header in self._headers]
        self._piece = 0
        self._defects: list[Defect] = list(source.defects)
        self._defects.extend(Defect("intro-undecided", span(first, last), text) for first, last, text in undecided)
        self._marks: list[Mark] = []

    # ------------------------------------------------------------ the steps

    def _find_headers(self, words: Words, known: headers.Header | None) -> list[tuple[int, int, str]]:
        """Find the headers of the source, whole and torn, and its furniture; return the sentences that may introduce a quotation and do not."""
        found = labels.find_label_lines(self._lines, words)
        bare_labels.find_bare_labels(self._lines, words, found)
        bare_labels.find_labels_beside(self._lines, words, found)
        found, stamped = release_stamps.part_stamps(found, self._lines, words)
        introduced, undecided = intros.IntroReader(self._lines, found, words).read()
        if known is not None:
            found = {index: label for index, label in found.items() if index > known.block.last}
            introduced = [intro for intro in introduced if intro.block.first > known.block.last]
        introduced = [intro for intro in introduced if not judge.is_spared(intro.block, self._spared)]
        labelled = {index: label.field for index, label in found.items()}
        labelled.update((index, "intro") for intro in introduced for index in range(intro.block.first, intro.block.last + 1))
        self._furniture = furniture.find_furniture(self._lines, words, labelled, stamped) if known is None else {}
        reader = subjects.subject_reader(words)
        judging = judge.Judge(self._lines, self._furniture, reader, words)
        self._annexes = annexes.Annexes(self._lines, self._furniture, words)
        candidates = blocks.BlockReader(self._lines, found, self._furniture, words, labelled.keys() - found.keys()).blocks()
        candidates = lotus_tables.with_tables(candidates, self._lines, words)
        candidates = headings.complete_blocks(candidates, self._lines, self._furniture, words)
        if known is None:
            furniture.find_numbers_in_sequence(self._lines, words, labelled, self._furniture)
            judged = [judge.spare(self._torn_in_annex(judging.judge(block)), self._spared) for block in candidates]
            judged = doubts.weigh(judged, self._lines, self._furniture, self._spared, words)
        else:
            judged = mail_bodies.judge_quoted(judging.judge(block) for block in candidates)
        for block in (item.block for item in judged if item.verdict != "none"):
            if block.owner is not None:
                self._furniture[block.owner] = "owner-line"
            self._furniture.update(dict.fromkeys(block.strange, "repeated-stamp"))
        self._doubtful = [item.block for item in judged if item.rule == "header-doubtful"]
        self._label_blocks = [item.block.first for item in judged if item.verdict == "none" and len(item.block.names) >= _BLOCK_LABELS]
        heading = headers.HeaderReader(words, reader)
        judged, undecided = judge.marked_by_sentences(judged, undecided, self._lines)
        opening = [item for item in judged if item.verdict == "message"]
        opening.extend(judging.introduced(intro) for intro in introduced)
        self._headers = [heading.read(item) for item in sorted(opening, key=lambda item: item.block.first)]
        self._headers[:0] = [known] if known is not None else []
        self._torn = [item for item in judged if item.verdict == "torn"]
        self._leads = {header.block.first: header.block.lead for header in self._headers if header.block.lead}
        return undecided

    def reading(self) -> Reading:
        """Return the reading of the source."""
        for index, rule in self._furniture.items():
            self._floor.claim(index, index, segments.Tag("furniture", None, None, rule))
        boundaries = self._boundaries()
        self._claim_document(0, boundaries[0].upper if boundaries else self._lines.count, None)
        plots = self._plots(boundaries)
        for boundary, plot in zip(boundaries, plots, strict=True):
            if boundary.place is None:
                self._claim_torn(boundary, plot.stop, plot.top)
            else:
                self._claim_region(boundary, plot)
        occurrences = [
            self._occurrence(boundary, plot) for boundary, plot in zip(boundaries, plots, strict=True) if boundary.place is not None
        ]
        for block in self._doubtful:
            self._note_doubtful(block)
        self._marks.extend(self._marker.marks(self._floor))
        found = self._floor.segments()
        return Reading(
            source_id=self._source_id,
            occurrences=doubt_standings(occurrences, found, self._lines) if self._known is None else tuple(occurrences),
            segments=found,
            marks=tuple(sorted(self._marks, key=lambda mark: (mark.span.first_line, mark.kind, mark.text))),
            defects=tuple(sorted(self._defects, key=lambda defect: (defect.span.first_line, defect.code))),
        )

    def _plots(self, boundaries: list[_Boundary]) -> list[_Plot]:
        """Divide the lines below each boundary: whose words they are, and where a document begins."""
        plots: list[_Plot] = []
        of_place: dict[int, _Plot] = {}
        top: int | None = None
        document_first: int | None = 0
        for number, boundary in enumerate(boundaries):
            following = boundaries[number + 1] if number + 1 < len(boundaries) else None
            stop = following.upper if following else self._lines.count
            if boundary.place is None:
                plots.append(_Plot("torn", top, stop, []))
                document_first = boundary.block.first if document_first is None else document_first
                continue
            standing = self._standing(boundary, document_first, top)
            if standing == "released":
                top = boundary.place
            plot = _Plot(standing, top, stop, [])
            of_place[boundary.place] = plot
            self._read_region(boundary, plot, following, of_place)
            document_first = next((part.first for part in plot.parts if part.kind == "document"), None)
            plots.append(plot)
        parts = {number: plot.parts for number, plot in of_place.items()}
        defects, doubts = self._answers.find_doubts(parts, self._places, self._ids)
        self._defects, self._marks = [*self._defects, *defects], [*self._marks, *doubts]
        return plots

    def _torn_in_annex(self, judged: judge.JudgedBlock) -> judge.JudgedBlock:
        """Take a lone `Objet:` printed as Outlook prints it (no blank before the colon) in an annex for a torn header."""
        block = judged.block
        if judged.verdict != "none" or block.names != {"subject"} or not block.fields[0].tight or not self._lines.blank[block.first - 1]:
            return judged
        if self._annexes.first_heading(max(0, block.first - _ANNEX_REACH), block.first) is None:
            return judged
        return replace(judged, verdict="torn", rule="header-torn")

    def _document_between(self, above: headers.Header, below: headers.Header) -> bool:
        if self._known is not None:
            return False
        names = frozenset(word for item in above.attachments for word in self._words.folding.words(item.filename))
        parts = self._bodies.read(
            above.block.last + 1,
            below.block.first,
            sender_names(self._words, above),
            above.block.quote_depth,
            open_end=True,
            attached=names,
        )
        return any(part.kind == "document" for part in parts)

    def _boundaries(self) -> list[_Boundary]:
        found = [_Boundary(self._upper(header.block), header.block, number) for number, header in enumerate(self._headers)]
        found.extend(_Boundary(self._upper(item.block), item.block, None) for item in self._torn)
        return sorted(found, key=lambda boundary: boundary.upper)

    @staticmethod
    def _upper(block: HeaderBlock) -> int:
        return min(line for line in (block.marker, block.owner, block.first + bool(block.lead)) if line is not None)

    def _standing(self, boundary: _Boundary, document_first: int | None, top: int | None) -> str:
        place = self._places[boundary.place or 0]
        if place.standing != "released" or document_first is None or boundary.upper <= document_first:
            return place.standing
        if not any(place.standing == "released" for place in self._places[: boundary.place or 0]):
            return "released"
        own_page = place.rule in ("released-by-layout", "released-by-owner-line")
        enclosed = self._annexes.encloses(document_first, boundary.upper, own_page)
        return "enclosed" if enclosed or (not own_page and self._runs_on(boundary, top)) else "released"

    def _runs_on(self, boundary: _Boundary, top: int | None) -> bool:
        """Say whether a header of the quoted kind stands under the running text of a document, with no page and no gap of its own.

        The line above it announces it (a colon), or the release prints its own messages in another layout. A message of one subject with
        the released one above (`top`) goes on with its conversation.
        """
        if top is not None and self._headers[top].subject_base and self._headers[top].subject_base == self._headers[boundary.place or 0].subject_base:
            return False
        above = self._lines.previous_text(boundary.upper - 1)
        if boundary.upper - above > 2 or above in self._furniture or self._lines.starts_page(boundary.upper):
            return False
        printed = any(place.rule in ("released-by-layout", "released-by-owner-line") for place in self._places[: boundary.place or 0])
        first = self._headers[0].judged.prior == "released"
        return self._lines.stripped[above].endswith(":") or printed or first

    def _read_region(self, boundary: _Boundary, plot: _Plot, following: _Boundary | None, of_place: dict[int, _Plot]) -> None:
        """Give the lines below a header to its message; those that come back out of its `>` marks to the message it is quoted in."""
        number = boundary.place or 0
        quoted_next = following is not None and following.place is not None and self._places[following.place].within is not None
        first, own_stop = self._headers[number].block.last + 1, plot.stop
        if plot.standing == "enclosed" and not quoted_next:
            own_stop = self._enclosed_end(number, first, plot.stop)
        runs = self._answers.part(chains.find_runs(self._places, number, first, own_stop, self._lines), number, self._places)
        for owner, begin, end in runs:
            if owner is None:
                plot.parts.append(bodies.Part("other", begin, end - 1, "words-below-quotation"))
                continue
            attaching = plot.top if plot.standing == "enclosed" and plot.top is not None and owner == number else owner
            depth = self._places[owner].words_depth
            parts = self._read_words(owner, begin, end, depth, attaching, open_end=not quoted_next and end == own_stop)
            of_place[owner].parts.extend(self._answers.named(parts, begin))
        if own_stop < plot.stop:
            plot.parts.append(bodies.Part("document", own_stop, plot.stop - 1, "document-after-heading"))

    def _enclosed_end(self, number: int, first: int, stop: int) -> int:
        """Return where an e-mail printed inside a document ends: at the next annex or label block, or below the sender's sign-off.

        Where nothing of the kind follows, no more than its first paragraph is surely its own.
        """
        ends = [stop, self._annexes.first_heading(first, stop) or stop]
        ends.extend(line for line in self._label_blocks if first <= line < stop)
        signed = self._own.sign_off(first, min(ends), sender_names(self._words, self._headers[number]))
        if signed is not None:
            ends.append(self._lines.next_text(signed + 1, stop))
        elif min(ends) == stop:
            ends.append(self._own.surely_own_end(first, stop, sender_names(self._words, self._headers[number])))
        return min(ends)

    def _read_words(self, number: int, first: int, stop: int, depth: int, owner: int, *, open_end: bool) -> list[bodies.Part]:
        """Read the words of message `number`; what follows them may be an attachment of message `owner`."""
        open_end = open_end and self._known is None
        return self._bodies.read(
            first, stop, sender_names(self._words, self._headers[number]), depth, open_end=open_end, attached=self._attachment_words(owner)
        )

    def _attachment_words(self, number: int | None) -> frozenset[str]:
        """Return the folded words of the attachment names of a message and of those that it is quoted in."""
        found: set[str] = set()
        while number is not None:
            for attachment in self._headers[number].attachments:
                found.update(self._words.folding.words(attachment.filename))
            number = self._places[number].within
        return frozenset(found)

    # ------------------------------------------------------------ claiming lines

    def _claim_torn(self, boundary: _Boundary, stop: int, top: int | None) -> None:
        block = boundary.block
        self._defects.append(Defect("header-incomplete", span(block.first, block.last), " / ".join(item.label for item in block.fields)))
        text = "; ".join(f"{item.label}: {item.text}" for item in block.fields)
        self._marks.append(Mark("header-incomplete", span(block.first, block.last), None, text, "header-torn"))
        self._claim_document(boundary.upper, stop, top)

    def _note_doubtful(self, block: HeaderBlock) -> None:
        """Tell of labels in a message's words that look like a header: the words stay its own."""
        tag = self._floor.tag(block.first)
        if tag is None or tag.occurrence_id is None or tag.kind not in _WORDS:
            return
        self._defects.append(Defect("header-incomplete", span(block.first, block.last), " / ".join(item.label for item in block.fields)))
        text = "; ".join(f"{item.label}: {item.text}" for item in block.fields)
        self._marks.append(Mark("header-incomplete", span(block.first, block.last), tag.occurrence_id, text, "header-doubtful"))

    def _claim_document(self, first: int, stop: int, top: int | None, *, resumed: bool = False) -> None:
        """Claim lines for document pieces: one at each line where a new document could begin.

        Text below a message that a document encloses (`resumed`) goes on with that document, unless a title opens a page there.
        """
        first = self._lines.next_text(first, stop)
        last = self._lines.previous_text(stop - 1, first - 1)
        if first >= stop or last < first:
            return
        after = self._ids[top] if top is not None else None
        cuts = [*self._starts.cuts(first, last, self._attachment_words(top)), last + 1]
        for begin, end in pairwise(cuts):
            self._piece += 1
            rule = "document-title" if begin > first or (resumed and self._breaks.opens_part(begin)) else "document-run"
            self._floor.claim(begin, end - 1, segments.Tag("document", None, after, rule, self._piece))

    def _claim_region(self, boundary: _Boundary, plot: _Plot) -> None:
        """Claim a message's lines, and the document text below them."""
        number = boundary.place or 0
        block, identity = boundary.block, self._ids[number]
        rule = self._headers[number].judged.rule
        if block.marker is not None and block.marker < block.first:
            self._floor.claim(block.marker, block.first - 1, segments.Tag("quote-marker", identity, None, "quote-marker"))
        self._floor.claim(block.first, block.last, segments.Tag("header", identity, None, rule))
        if rule not in _WHOLE:
            self._defects.append(Defect("header-incomplete", span(block.first, block.last), rule))
            self._marks.append(Mark("header-incomplete", span(block.first, block.last), identity, "", rule))
        for part in plot.parts:
            if part.kind == "document":
                self._claim_document(part.first, part.last + 1, plot.top, resumed=plot.standing == "enclosed")
            else:
                self._floor.claim(part.first, part.last, segments.Tag(part.kind, identity, None, part.rule))

    # ------------------------------------------------------------ the occurrence

    def _occurrence(self, boundary: _Boundary, plot: _Plot) -> Occurrence:
        number = boundary.place or 0
        header, place = self._headers[number], self._places[number]
        body, doubled = self._texts.body(plot.parts, header.block.torn_by_gap)
        self._defects.extend(Defect("doubled-line", span(line, line), self._lines.stripped[line]) for line in doubled)
        letters = self._words.folding.letters(body)
        self._note_unreadable_date(header)
        within = self._ids[place.within] if place.within is not None and plot.standing == "quoted" else None
        last = max([part.last for part in plot.parts if part.kind != "document"], default=header.block.last)
        return Occurrence(
            id=self._ids[number],
            source_id=self._source_id,
            ordinal=number,
            standing=plot.standing,
            depth=place.depth,
            within_id=within,
            span=span(header.block.first, last),
            first_page=self._lines.page_of(header.block.first),
            layout=header.judged.layout,
            kind=kinds.kind_borne_out(self._words, header, body, released=plot.standing == "released"),
            fields=header.fields,
            mailboxes=header.mailboxes,
            sent=header.sent,
            subject=header.subject,
            subject_base=header.subject_base,
            relation=header.relation,
            attachments=header.attachments,
            body=body,
            body_print=hashlib.blake2b(letters.encode(), digest_size=8).hexdigest() if letters else "",
            body_words=len(body.split()),
            signature=self._texts.text(plot.parts, "signature"),
        )

    def _note_unreadable_date(self, header: headers.Header) -> None:
        date = header.block.get("date")
        if date is not None and header.sent is not None and header.sent.value is None and header.sent.text.strip() and not header.sent.conflict:
            self._defects.append(Defect("date-unreadable", span(date.first, date.last), header.sent.text))
