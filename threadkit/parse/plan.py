"""Divide the lines of a source between its messages and the documents below them: whose words each line is, once the headers are known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, takewhile
from operator import itemgetter

from threadkit.frozen import record
from threadkit.parse import chains, mail_bodies
from threadkit.parse.annexes import Annexes
from threadkit.parse.answers import AnswerFinder
from threadkit.parse.bodies import BodyReader, Part
from threadkit.parse.breaks import SURE_PAGE, DocumentBreaks
from threadkit.parse.comparing_headers import follows
from threadkit.parse.document_starts import DocumentStarts
from threadkit.parse.enclosed import UNCLEAR, EnclosedMails
from threadkit.parse.file_titles import FileTitles
from threadkit.parse.found_headers import FoundHeaders
from threadkit.parse.header_block import HeaderBlock
from threadkit.parse.headers import Header
from threadkit.parse.lines import Lines, span
from threadkit.parse.open_papers import MOST_MAILS, OpenPapers, Region
from threadkit.parse.page_papers import PagePapers
from threadkit.parse.sender_names import sender_names
from threadkit.parse.signatures import OwnWords
from threadkit.records import Defect, Mark
from threadkit.words import Words

_PRINTS = ("released-by-layout", "released-by-owner-line")
#: A header no further below a document's words is none that begins a page.
_NEAR = 2
#: So many prints of one layout tell that the release prints its own in it.
_SEVERAL = 2


@record(frozen=True, slots=True)
class _Opening:
    """Where message `number` of the source begins: `upper` is the line of its marker or owner, or its header's first; `stop` where the next thing begins."""

    upper: int
    block: HeaderBlock
    stop: int
    number: int


@record(frozen=True, slots=True)
class _Tear:
    """Where a torn header stands, below which the words are of nobody that is known."""

    upper: int
    block: HeaderBlock
    stop: int


@record(frozen=True, slots=True)
class MessagePlot:
    """The lines below the header of message `number`, in parts: its own words, others', and the pieces of documents."""

    number: int
    standing: str
    top: int | None
    parts: tuple[Part, ...]


@record(frozen=True, slots=True)
class TornPlot:
    """The lines from a torn header on, in pieces of documents."""

    block: HeaderBlock
    top: int | None
    parts: tuple[Part, ...]


@record(frozen=True, slots=True)
class Plan:
    """A source divided: the pieces of documents above all headers, then its plots in order.

    `top` of a plot is the last message above it, or itself, that the release prints on its own; `places` are those of the messages, by number.
    The defects and marks are those of quotations in which answers may stand that nothing tells apart, and of enclosed mails whose end is unclear.
    """

    opening: tuple[Part, ...]
    plots: tuple[MessagePlot | TornPlot, ...]
    places: Sequence[chains.Place]
    defects: Sequence[Defect]
    marks: Sequence[Mark]


class Divider:
    """Divides the lines of one source, whose headers are found."""

    def __init__(self, lines: Lines, found: FoundHeaders, own: OwnWords, words: Words) -> None:
        self._lines, self._found, self._own, self._words = lines, found, own, words
        self._headers, furniture = found.headers, found.furniture
        files = {item.filename for header in found.headers for item in header.attachments}
        self._breaks = DocumentBreaks(lines, furniture, own, words)
        self._titles = FileTitles(lines, own, self._breaks, files, words)
        self._papers = PagePapers(lines, own, self._breaks, words)
        self._starts = DocumentStarts(lines, furniture, own, self._breaks, self._titles, self._papers, words)
        self._bodies = BodyReader(lines, furniture, own, self._starts, words)
        self._answers = AnswerFinder(lines, own, found.headers, words)
        self._annexes = Annexes(lines, furniture, words)
        self._enclosed = EnclosedMails(lines, own, self._annexes, found.forms)
        self._open = OpenPapers(lines, own, furniture, words)
        places = chains.find_places(found.headers, lines, furniture, words, self._document_between, self._answers.is_answered_below)
        self._places = mail_bodies.quote_all(places, lines) if found.in_mail else places

    def plan(self, ids: Sequence[int]) -> Plan:
        """Return the plan of the source; its messages have these `ids`."""
        boundaries = self._boundaries()
        opening = self._pieces(0, boundaries[0].upper if boundaries else self._lines.count, None)
        parts: dict[int, list[Part]] = {number: [] for number in range(len(self._headers))}
        plots = self._plots(boundaries, parts)
        defects, marks = self._answers.find_doubts(parts, self._places, ids)
        unclear = list(self._unclear_ends(parts, ids))
        whole = [self._in_pieces(plot, parts[plot.number]) if isinstance(plot, MessagePlot) else plot for plot in plots]
        defects, marks = [*defects, *(defect for defect, _ in unclear)], [*marks, *(mark for _, mark in unclear)]
        return Plan(opening, tuple(whole), self._places, defects, marks)

    # ------------------------------------------------------------ where something begins

    def _boundaries(self) -> list[_Opening | _Tear]:
        """Return where messages begin and where torn headers stand, in order, each with the line where the next one does."""
        blocks: list[tuple[int, HeaderBlock, int | None]] = [(item.block.upper, item.block, place) for place, item in enumerate(self._headers)]
        blocks.extend((block.upper, block, None) for block in self._found.torn)
        blocks.sort(key=itemgetter(0))
        stops = [*(upper for upper, _, _ in blocks[1:]), self._lines.count]
        return [
            _Tear(upper, block, stop) if number is None else _Opening(upper, block, stop, number)
            for (upper, block, number), stop in zip(blocks, stops, strict=False)
        ]

    def _document_between(self, above: Header, below: Header) -> bool:
        """Say whether the text between two headers ends the first one's message and begins a document."""
        if self._found.in_mail:
            return False
        names = frozenset(word for item in above.attachments for word in self._words.folding.words(item.filename))
        senders, depth = sender_names(self._words, above), above.block.quote_depth
        parts = self._bodies.read(above.block.last + 1, below.block.first, senders, depth, open_end=True, attached=names)
        return any(part.kind == "document" for part in parts)

    # ------------------------------------------------------------ whose words the lines are

    def _plots(self, boundaries: Sequence[_Opening | _Tear], parts: dict[int, list[Part]]) -> list[MessagePlot | TornPlot]:
        """Return the plot below each boundary, and add what is read there to the `parts` of the messages: answers are read in a quotation."""
        plots: list[MessagePlot | TornPlot] = []
        top: int | None = None
        document: int | None = 0
        outer = "released"
        for place, boundary in enumerate(boundaries):
            if isinstance(boundary, _Tear):
                plots.append(TornPlot(boundary.block, top, self._pieces(boundary.upper, boundary.stop, top)))
                document = boundary.block.first if document is None else document
                continue
            standing = self._standing(boundary, boundaries[place:], document, top)
            top = boundary.number if standing == "released" else top
            outer = outer if standing == "quoted" else standing
            plot = MessagePlot(boundary.number, standing, top, ())
            quoted_next = self._is_quotation(boundaries, place + 1)
            is_inside = outer == "enclosed" and not quoted_next and (standing == outer or self._open.resumes(self._region(boundary)))
            for owner, part in self._read_region(boundary, plot, quoted_next=quoted_next, is_inside=is_inside):
                parts[owner].append(part)
            own_document = next((part.first for part in parts[boundary.number] if part.kind == "document"), None)
            document = document if own_document is None and outer == "enclosed" else own_document
            plots.append(plot)
        return plots

    def _is_quotation(self, boundaries: Sequence[_Opening | _Tear], place: int) -> bool:
        """Say whether a message begins there that is quoted in another."""
        boundary = boundaries[place] if place < len(boundaries) else None
        return isinstance(boundary, _Opening) and self._places[boundary.number].within is not None

    def _region(self, opening: _Opening) -> Region:
        return Region(opening.upper, opening.block.last + 1, opening.stop, sender_names(self._words, self._headers[opening.number]))

    def _standing(self, opening: _Opening, following: Sequence[_Opening | _Tear], document: int | None, top: int | None) -> str:
        """Return the standing of a message, the first of those `following`; one below a `document`, which begins on that line, may be printed in it."""
        place = self._places[opening.number]
        if place.standing != "released" or document is None or opening.upper <= document:
            return place.standing
        if top is not None and follows(self._headers[opening.number], self._headers[top], self._words):
            return "released"  # no file that the message above had attached can hold it
        own_page = place.rule in _PRINTS
        if top is not None and (self._annexes.encloses(document, opening.upper, own_page) or (not own_page and self._runs_on(opening, top))):
            return "enclosed"
        below = takewhile(lambda each: isinstance(each, _Opening), following[:MOST_MAILS])
        regions = [self._region(each) for each in below if isinstance(each, _Opening)]
        return "enclosed" if not own_page and self._open.encloses(document, regions) else "released"

    def _runs_on(self, opening: _Opening, top: int | None) -> bool:
        """Say whether a header of the quoted kind stands under the running text of a document, with no page and no gap of its own.

        The line above it announces it (a colon), or the release prints its own messages in another layout. A message of one subject with
        the released one above (`top`) goes on with its conversation.
        """
        if top is not None and self._headers[top].subject_base and self._headers[top].subject_base == self._headers[opening.number].subject_base:
            return False
        above = self._lines.previous_text(opening.upper - 1)
        if opening.upper - above > _NEAR or above in self._found.furniture or self._lines.starts_page(opening.upper):
            return False
        if sum(self._is_alike(place, opening.number) for place in self._places[: opening.number]) >= _SEVERAL and not self._lines.stripped[above].endswith(":"):
            return False
        printed = any(place.rule in _PRINTS for place in self._places[: opening.number])
        first = self._headers[0].judged.prior == "released"
        return self._lines.stripped[above].endswith(":") or printed or first

    def _is_alike(self, place: chains.Place, number: int) -> bool:
        """Say whether the release prints a message on its own in the layout of message `number`."""
        return place.standing == "released" and place.header.judged.layout == self._headers[number].judged.layout

    def _read_region(self, opening: _Opening, plot: MessagePlot, *, quoted_next: bool, is_inside: bool) -> Iterator[tuple[int, Part]]:
        """Yield the parts below a header and whose they are: its message's, or, out of its `>` marks again, of the one that it is quoted in.

        Below one that stands last `is_inside` a document that document may go on.
        """
        number, first, own_stop, told = opening.number, opening.block.last + 1, opening.stop, True
        if is_inside:
            own_stop, told = self._enclosed.end(opening.upper, first, opening.stop, sender_names(self._words, self._headers[number]))
        runs = self._answers.part(chains.find_runs(self._places, number, first, own_stop, self._lines), number, self._places)
        for owner, begin, end in runs:
            if owner is None or begin in self._answers.nobodys:
                yield self._nobodys(number if owner is None else owner, begin, end, is_tagged=owner is not None)
                continue
            attaching = plot.top if plot.standing == "enclosed" and plot.top is not None and owner == number else owner
            parts = self._read_words(owner, begin, end, attaching, open_end=not quoted_next and end == own_stop)
            yield from ((owner, part) for part in self._answers.named(parts, owner, begin))
        if own_stop < opening.stop:
            yield number, Part("document", own_stop, opening.stop - 1, "document-after-heading" if told else UNCLEAR)

    def _nobodys(self, number: int, begin: int, end: int, *, is_tagged: bool) -> tuple[int, Part]:
        """Return lines whose author no header names, as a part of the message that holds them, which is none of the quoted ones.

        Where no such message stands in the source they are a text of their own, printed with message `number`.
        """
        if is_tagged:
            return number, Part("other", begin, end - 1, "answer-of-another")
        first = self._lines.next_text(begin, end)
        holder: int | None = number
        depth = self._lines.quote_depth(first) if first < end else 0
        while holder is not None and self._places[holder].words_depth >= depth:
            holder = self._places[holder].within
        if holder is None:
            return number, Part("document", begin, end - 1, "words-below-quotation")
        return holder, Part("other", begin, end - 1, "words-below-quotation")

    def _unclear_ends(self, parts: Mapping[int, Sequence[Part]], ids: Sequence[int]) -> Iterator[tuple[Defect, Mark]]:
        """Yield a defect and a mark for each e-mail printed inside a document of which nothing tells where it ends: the line below it may be its own."""
        for number, own in sorted(parts.items()):
            for part in own:
                if part.rule == UNCLEAR:
                    text = self._lines.stripped[part.first]
                    told = span(self._headers[number].block.first, part.first)
                    yield Defect("quotation-end-unclear", told, text), Mark("quotation-end-unclear", told, ids[number], text, UNCLEAR)

    def _read_words(self, number: int, first: int, stop: int, attaching: int, *, open_end: bool) -> list[Part]:
        """Read the words of message `number`; what follows them may be an attachment of message `attaching`."""
        names, depth = sender_names(self._words, self._headers[number]), self._places[number].words_depth
        open_end = open_end and not self._found.in_mail
        attached = self._attachment_words(attaching)
        page = None if open_end or self._found.in_mail else self._paper_above(first, stop, attached)
        if page is not None:
            words = self._bodies.read(first, page, names, depth, open_end=False, attached=attached)
            return [*words, Part("document", page, stop - 1, "document-after-heading")]
        return self._bodies.read(first, stop, names, depth, open_end=open_end, attached=attached)

    def _paper_above(self, first: int, stop: int, attached: frozenset[str]) -> int | None:
        """Return the line where one of the files has a page to itself above a quotation that begins a page too, or None."""
        if not attached or stop >= self._lines.count or self._breaks.page_break(stop) != SURE_PAGE:
            return None
        return self._starts.on_own_page(first, stop, attached)

    def _attachment_words(self, number: int | None) -> frozenset[str]:
        """Return the folded words of the attachment names of a message and of those that it is quoted in."""
        found: set[str] = set()
        while number is not None:
            for attachment in self._headers[number].attachments:
                found.update(self._words.folding.words(attachment.filename))
            number = self._places[number].within
        return frozenset(found)

    # ------------------------------------------------------------ the pieces of documents

    def _in_pieces(self, plot: MessagePlot, parts: Sequence[Part]) -> MessagePlot:
        """Return the plot with the parts of its message, each run of document text in the pieces that it has."""
        whole: list[Part] = []
        for part in parts:
            if part.kind == "document":
                whole.extend(self._pieces(part.first, part.last + 1, plot.top, resumed=plot.standing == "enclosed"))
            else:
                whole.append(part)
        return MessagePlot(plot.number, plot.standing, plot.top, tuple(whole))

    def _pieces(self, first: int, stop: int, top: int | None, *, resumed: bool = False) -> tuple[Part, ...]:
        """Return the pieces of document text: one at each line where a new document could begin, below the released message `top`.

        Text below a message that a document encloses (`resumed`) goes on with that document, unless a title opens a page there.
        """
        first = self._lines.next_text(first, stop)
        last = self._lines.previous_text(stop - 1, first - 1)
        if first >= stop or last < first:
            return ()
        titled = resumed and self._breaks.opens_part(first)
        attached = self._attachment_words(top)
        cuts = self._starts.cuts(first, last, attached)
        rules = dict.fromkeys(cuts, "document-title") | dict.fromkeys(self._titles.within(first, last, attached, cuts), "document-within")
        rules |= dict.fromkeys(self._papers.within(first, last, rules), "document-in-shape")
        rules |= dict.fromkeys(self._papers.tables(first, last, attached, rules), "document-within")
        rules[first] = "document-title" if titled else "document-run"
        self._add_pages(rules, self._titles.pages(first, last, attached))
        return tuple(Part("document", begin, end - 1, rules[begin]) for begin, end in pairwise([*sorted(rules), last + 1]))

    @staticmethod
    def _add_pages(rules: dict[int, str], pages: Mapping[int, bool]) -> None:
        """Add the pages that may open another file to the pieces of a run, but for those of what begins with a title."""
        for top, opens in sorted(pages.items()):
            above = rules[max(begin for begin in rules if begin <= top)]
            if top not in rules and above in ("document-run", "document-page") and (opens or above == "document-page"):
                rules[top] = "document-page" if opens else "document-run"
