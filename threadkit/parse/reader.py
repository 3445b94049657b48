"""Read one source: its headers (`found_headers`), whose words its lines are (`plan`), the segments that tile it, and its occurrences."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import count

from threadkit.frozen import record
from threadkit.parse.found_headers import FoundHeaders, find_headers, find_mail_headers
from threadkit.parse.header_block import HeaderBlock
from threadkit.parse.headers import Header
from threadkit.parse.judge import UNDECIDED_LINE, WHOLE
from threadkit.parse.kinds import kind_borne_out
from threadkit.parse.lines import Lines, span
from threadkit.parse.marks import Marker
from threadkit.parse.part_texts import PartTexts
from threadkit.parse.plan import Divider, MessagePlot, Plan, TornPlot
from threadkit.parse.segments import Floor, Tag
from threadkit.parse.signatures import OwnWords
from threadkit.parse.slips import withheld_lines
from threadkit.parse.standings import doubt_standings
from threadkit.parse.values_apart import undecided_lines
from threadkit.records import Defect, Mark, Occurrence, Reading, Source, Span, content_id
from threadkit.words import Words

PARSER_VERSION = "1"

_WORDS = frozenset({"body", "signature", "disclaimer"})


def parse_source(source: Source, words: Words, spared: frozenset[int] = frozenset()) -> Reading:
    """Read a source, as `threadkit.parse.parse_source` says it: a release's text, in which no header stands on the `spared` lines (from 1)."""
    lines = Lines(source)
    return _read(source, lines, find_headers(lines, words, spared), words)


def parse_mail_page(source: Source, words: Words, own: Header) -> Reading:
    """Read the page of a mail file: one message, whose header is known, all below it its words and what it quotes."""
    lines = Lines(source)
    return _read(source, lines, find_mail_headers(lines, words, own), words)


def _read(source: Source, lines: Lines, found: FoundHeaders, words: Words) -> Reading:
    """Read a source whose headers are found: divide its lines, claim them, read what each message says, and tell what was worked around."""
    own, source_id = OwnWords(lines, found.furniture, words), source.id
    ids = [content_id("occurrence", source.sha256, str(header.block.first + 1)) for header in found.headers]
    plan = Divider(lines, found, own, words).plan(ids)
    floor = _claimed(lines, found, plan, ids)
    reader = _OccurrenceReader(source_id, lines, found, plan, ids, own, words)
    read = [reader.read(plot) for plot in plan.plots if isinstance(plot, MessagePlot)]
    incomplete = [*_incomplete_headers(found, plan, ids), *_doubtful_headers(found, floor)]
    marks = [*plan.marks, *(mark for _, mark in incomplete), *Marker(lines, words).marks(floor, withheld_lines(lines, words, found.furniture))]
    defects = [
        *source.defects,
        *(Defect("intro-undecided", span(first, last), text) for first, last, text in found.undecided),
        *plan.defects,
        *(defect for defect, _ in incomplete),
        *(defect for item in read for defect in item.defects),
    ]
    occurrences, segments = [item.occurrence for item in read], floor.segments()
    return Reading(
        source_id=source_id,
        occurrences=tuple(occurrences) if found.in_mail else doubt_standings(occurrences, segments, lines),
        segments=segments,
        marks=tuple(sorted(marks, key=lambda mark: (mark.span.first_line, mark.kind, mark.text))),
        defects=tuple(sorted(defects, key=lambda defect: (defect.span.first_line, defect.code))),
    )


# ------------------------------------------------------------ claiming lines


def _claimed(lines: Lines, found: FoundHeaders, plan: Plan, ids: Sequence[int]) -> Floor:
    """Return the floor on which each line is claimed by what it is; furniture first, for it is nobody's."""
    floor, piece = Floor(lines), count(1)
    for index, rule in found.furniture.items():
        floor.claim(index, index, Tag("furniture", None, None, rule))
    for part in plan.opening:
        floor.claim(part.first, part.last, Tag("document", None, None, part.rule, next(piece)))
    for plot in plan.plots:
        after = ids[plot.top] if plot.top is not None else None
        own = ids[plot.number] if isinstance(plot, MessagePlot) else None
        if isinstance(plot, MessagePlot):
            _claim_header(floor, found.headers[plot.number], own)
        for part in plot.parts:
            is_document = part.kind == "document"
            tag = Tag("document", None, after, part.rule, next(piece)) if is_document else Tag(part.kind, own, None, part.rule)
            floor.claim(part.first, part.last, tag)
    return floor


def _claim_header(floor: Floor, header: Header, own: int | None) -> None:
    """Claim the lines of a header, and those of the marker above it."""
    block = header.block
    if block.marker is not None and block.marker < block.first:
        floor.claim(block.marker, block.first - 1, Tag("quote-marker", own, None, "quote-marker"))
    floor.claim(block.first, block.last, Tag("header", own, None, header.judged.rule))


# ------------------------------------------------------------ headers that lack something


def _incomplete_headers(found: FoundHeaders, plan: Plan, ids: Sequence[int]) -> Iterator[tuple[Defect, Mark]]:
    """Yield what is told of each torn header, and of each that opens a message and is not whole."""
    for plot in plan.plots:
        if isinstance(plot, TornPlot):
            yield _incomplete(plot.block, None, plot.block.rule or "header-torn")
            continue
        block, rule = found.headers[plot.number].block, found.headers[plot.number].judged.rule
        undecided = undecided_lines(block)
        if rule not in WHOLE or undecided:
            rule = UNDECIDED_LINE if rule in WHOLE else rule
            lines = "; ".join(undecided) or _as_printed(block)
            yield Defect("header-incomplete", _span(block), rule), Mark("header-incomplete", _span(block), ids[plot.number], lines, rule)


def _doubtful_headers(found: FoundHeaders, floor: Floor) -> Iterator[tuple[Defect, Mark]]:
    """Yield what is told of labels in a message's words that look like a header: the words stay its own."""
    for block in found.doubtful:
        tag = floor.tag(block.first)
        if tag is not None and tag.occurrence_id is not None and tag.kind in _WORDS:
            yield _incomplete(block, tag.occurrence_id, "header-doubtful")


def _incomplete(block: HeaderBlock, occurrence_id: int | None, rule: str) -> tuple[Defect, Mark]:
    labels = " / ".join(item.label for item in block.fields if item.label)
    return Defect("header-incomplete", _span(block), labels), Mark("header-incomplete", _span(block), occurrence_id, _as_printed(block), rule)


def _as_printed(block: HeaderBlock) -> str:
    return "; ".join(f"{item.label}: {item.text}" if item.label else item.text for item in block.fields)


def _span(block: HeaderBlock) -> Span:
    return span(block.first, block.last)


# ------------------------------------------------------------ what a message says


@record(frozen=True, slots=True)
class _Read:
    """An occurrence, and what was worked around in it."""

    occurrence: Occurrence
    defects: Sequence[Defect]


class _OccurrenceReader:
    """Reads the occurrences of one source, whose lines are divided."""

    def __init__(
        self, source_id: int, lines: Lines, found: FoundHeaders, plan: Plan, ids: Sequence[int], own: OwnWords, words: Words
    ) -> None:
        self._source_id, self._lines, self._words = source_id, lines, words
        self._headers, self._places, self._ids = found.headers, plan.places, ids
        leads = {header.block.first: header.block.lead for header in found.headers if header.block.lead}
        self._texts = PartTexts(lines, own.lines, found.furniture, leads)

    def read(self, plot: MessagePlot) -> _Read:
        """Return what the message of a plot says: its header's values, its words and its signature."""
        header, place, own_id = self._headers[plot.number], self._places[plot.number], self._ids[plot.number]
        body, doubled = self._texts.body(plot.parts, header.block.torn_by_gap)
        letters = self._words.folding.letters(body)
        last = max([part.last for part in plot.parts if part.kind != "document"], default=header.block.last)
        last = max([min(last, self._lines.end - 1), *(item.last for item in header.block.fields)])  # a list of files stands below the words
        occurrence = Occurrence(
            id=own_id,
            source_id=self._source_id,
            ordinal=plot.number,
            standing=plot.standing,
            depth=place.depth,
            within_id=self._ids[place.within] if place.within is not None and plot.standing == "quoted" else None,
            span=span(header.block.first, last),
            first_page=self._lines.page_of(header.block.first),
            layout=header.judged.layout,
            kind=kind_borne_out(self._words, header, body, released=plot.standing == "released"),
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
        return _Read(occurrence, [*self._doubled(doubled), *_unreadable_date(header)])

    def _doubled(self, lines: Iterable[int]) -> Iterator[Defect]:
        for line in lines:
            yield Defect("doubled-line", span(line, line), self._lines.stripped[line])


def _unreadable_date(header: Header) -> Iterator[Defect]:
    date, sent = header.block.get("date"), header.sent
    if date is not None and sent is not None and sent.value is None and sent.text.strip() and not sent.conflict:
        yield Defect("date-unreadable", span(date.first, date.last), sent.text)
