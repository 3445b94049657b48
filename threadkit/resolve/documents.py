"""Make documents of the runs of text that are no message: where each begins, what it is, and which attachment it is the text of.

A run is what follows one message (or stands before the first). Decision letters and notices are told by their phrases, cover sheets by
their one line; the rest follows a message and is bound to the attachments that its chain names, or stays unbound.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, islice, pairwise, takewhile

from threadkit.frozen import record
from threadkit.records import DocumentPiece, Readings, Span, content_id
from threadkit.resolve.bindings import Bound, Named, bind_run
from threadkit.resolve.chains import Chains
from threadkit.resolve.document_kinds import COVER, LETTER, LETTERHEAD, KindReader
from threadkit.resolve.heads import TITLE_PAGE_LINES, first_lines
from threadkit.resolve.messages import filename_key
from threadkit.resolve.openings import OpeningReader
from threadkit.resolve.subjects import Subjects
from threadkit.words import Words

RULES = ("letter-phrases", "notice-phrases", "cover-sheet-line", "follows-attachments", "unknown-text", "attached-bytes")

ATTACHED = "attached-bytes"
TITLE_LENGTH = 200
OPENING_PIECES = 8
SHEET_REST = 2
CONTINUING_RULES = ("document-run", "document-page")
TITLED = "document-title"
#: A piece that opens like one of several files, and is one only where its words tell.
WITHIN = "document-within"
#: The rule of the pieces that begin a page as a table or a transcript.
IN_SHAPE = "document-in-shape"
#: A page that may open another file, and does where a message names two files and two such pages stand below it. Of more, sections are as many by chance.
PAGE, PAIR = "document-page", 2
KIND_RULES = {"decision-letter": "letter-phrases", "legal-notice": "notice-phrases", "cover-sheet": "cover-sheet-line"}
KIND_CONFIDENCE = {"letter-phrases": 0.9, "notice-phrases": 0.9, "cover-sheet-line": 0.9, "follows-attachments": 0.5, "unknown-text": 0.2}


@record(frozen=True, slots=True)
class Plan:
    """One document without its text: its pieces, kind, and the attachment that an occurrence names.

    `names` are the keys of all attachments that its chain names, where it could be any of them; `attachment_id` where another message
    names it.
    """

    source_id: int
    positions: tuple[int, ...]
    span: Span
    kind: str
    title: str | None
    bound: Bound | None
    names: tuple[str, ...]
    rule: str
    confidence: float
    attachment_id: int | None = None

    @property
    def id(self) -> int:
        """The document's id: made from its place."""
        return content_id("document", str(self.source_id), str(self.span.first_line))


@dataclass(frozen=True, slots=True)
class _Run:
    """The pieces between two messages, read: the kind of each, where documents may begin and begin bound.

    `most`: how many documents the names of the attachments allow; two names that differ in their extension alone count as one. `paged`: whether
    every piece that begins one is known, for two pages open one and two files are named.
    """

    pieces: Sequence[DocumentPiece]
    kinds: tuple[str, ...]
    may_begin: tuple[bool, ...]
    bound: Mapping[int, Bound]
    names: tuple[str, ...]
    has_open_name: bool
    most: int
    paged: bool


class DocumentPlanner:
    """Plans the documents of a source, from what stands in it alone."""

    def __init__(self, readings: Readings, words: Words, subjects: Subjects) -> None:
        self._readings = readings
        self._subjects = subjects
        self._openings = OpeningReader(words)
        self._kinds = KindReader(words)
        self._wordless = frozenset(words.folded_terms("wordless-extension"))
        self._pictures = words.patterns("signature-picture")
        self._generic = words.patterns("generic-attachment")

    def plan(self, source_id: int) -> Iterator[Plan]:
        """Yield the documents of one source, in order."""
        runs = list(_runs(self._readings.pieces(source_id)))
        letterheads, names = self._kinds.letterheads(runs), self._names_after(source_id, [run[0].after_id for run in runs])
        for run in runs:
            if source_id in self._attached and run[0].after_id is None:
                yield _plan_attached(run, self._attached[source_id])
            else:
                yield from self._plan_run(run, letterheads, names.get(run[0].after_id, []))

    @cached_property
    def _attached(self) -> dict[int, Named]:
        """Return source -> the attachment whose bytes it is, in the messages of mail files that hold it."""
        found: dict[int, Named] = {}
        for source_id, occurrence_id, name in self._readings.attached_sources():
            known = found.get(source_id)
            if known is None:
                found[source_id] = Named(occurrence_id, name.filename, filename_key(name.filename, self._subjects), has_words=True)
            elif filename_key(name.filename, self._subjects) == known.key:
                found[source_id] = replace(known, others=(*known.others, occurrence_id))
        return found

    def is_generic(self, filename: str) -> bool:
        """Tell whether many unrelated files have this name (`image001.png`)."""
        return any(p.regex.search(filename.strip()) for p in self._generic)

    def is_signature_picture(self, filename: str) -> bool:
        """Tell whether a file of this name is the picture under a signature, which nobody misses."""
        return any(p.regex.search(filename.strip()) for p in self._pictures)

    def has_words(self, filename: str) -> bool:
        """Tell whether a file of this name can have a text to release."""
        extension = filename.rpartition(".")[2].strip().lower() if "." in filename else ""
        return extension not in self._wordless and not self.is_generic(filename)

    def is_untitled(self, plan: Plan) -> bool:
        """Tell whether a text says nothing of what it is."""
        return plan.title is None or self._kinds.is_untitled(plan.title)

    def _names_after(self, source_id: int, after: Iterable[int | None]) -> dict[int | None, list[Named]]:
        """Return occurrence -> the attachments that it and all printed inside it name; asked for all texts of a source at once."""
        whole = Chains(self._readings.nested(source_id))
        chains = {id_: whole.chain(id_) for id_ in after if id_ is not None}
        printed: dict[int, list[Named]] = {}
        for occurrence_id, a in self._readings.attachment_names(list(dict.fromkeys(chain.from_iterable(chains.values())))):
            named = Named(occurrence_id, a.filename, filename_key(a.filename, self._subjects), self.has_words(a.filename))
            printed.setdefault(occurrence_id, []).append(named)
        return {id_: [named for inner in inside for named in printed.get(inner, ())] for id_, inside in chains.items()}

    def _plan_run(self, pieces: list[DocumentPiece], letterheads: frozenset[str], names: list[Named]) -> Iterator[Plan]:
        run = self._read_run(pieces, letterheads, names)
        count, group = 0, [0]
        for index in range(1, len(run.pieces) + 1):
            if index < len(run.pieces) and not self._starts(run, index, group, count):
                group.append(index)
                continue
            plan = self._plan_group(run, group)
            yield replace(plan, positions=tuple(p.position for p in pieces if plan.span.first_line <= p.span.first_line <= plan.span.last_line))
            count += not run.kinds[group[0]]
            group = [index]

    def _read_run(self, pieces: Sequence[DocumentPiece], letterheads: frozenset[str], names: list[Named]) -> _Run:
        readable = {n.key: n.filename for n in names if n.has_words}
        most = len({filename.rpartition(".")[0] for filename in readable.values()}) if names else len(pieces)
        pieces, paged = self._in_pages(pieces, most) if len(readable) > 1 else (pieces, False)
        whole = joined(pieces)
        kinds, may_begin = self._read_kinds(whole, letterheads, after_names=bool(names)), self._beginnings(whole, paged=paged)
        bound = self._bind(whole, [may and not kind for may, kind in zip(may_begin, kinds, strict=True)], pieces, names)
        if any(b.piece not in {piece.position for piece in whole} for b in bound):
            whole = joined(pieces, frozenset(b.piece for b in bound))
            kinds, may_begin = self._read_kinds(whole, letterheads, after_names=bool(names)), self._beginnings(whole, paged=paged)
        place = {piece.position: i for i, piece in enumerate(whole)}
        return _Run(
            whole,
            tuple(kinds),
            tuple(may_begin),
            {place[b.piece]: replace(b, piece=place[b.piece]) for b in bound},
            tuple(dict.fromkeys(n.key for n in names if not self.is_generic(n.filename))),
            has_open_name=len(readable) > len(bound),
            most=most,
            paged=paged,
        )

    def _in_pages(self, pieces: Sequence[DocumentPiece], most: int) -> tuple[Sequence[DocumentPiece], bool]:
        """Return the pieces of a run, and whether each of its pages is a document: two open one, two files are named, and none is another part."""
        opening = [place for place, piece in enumerate(pieces) if not place or piece.rule in (PAGE, TITLED)]
        texts = [pieces[place].text for place in opening]
        goes_on = [*map(self._kinds.is_title_page, texts[:-1]), *(self._kinds.goes_on(_first_line(text)) for text in texts[1:])]
        if most != PAIR or len(opening) != most or any(goes_on) or any(self._kinds.kind(text, after_names=True) for text in texts):
            return pieces, False
        return [replace(piece, rule=TITLED) if piece.rule == PAGE else piece for piece in pieces], True

    def _read_kinds(self, pieces: Sequence[DocumentPiece], letterheads: frozenset[str], *, after_names: bool) -> list[str]:
        kinds = [self._kinds.kind(piece.text, after_names=after_names) for piece in pieces]
        for i, piece in enumerate(pieces[:2]):
            if any(kinds[: i + 1]) or piece.after_id is not None:
                continue
            if self._kinds.is_answer_in_form(piece.text) or (not i and self._kinds.hands_over(piece.text)):
                kinds[i] = LETTER
        for i, piece in enumerate(pieces[:-1]):
            if not kinds[i] and kinds[i + 1] == COVER and self._kinds.is_letterhead(piece.text, letterheads):
                kinds[i] = LETTERHEAD
        if (
            len(pieces) > 1
            and not kinds[0]
            and kinds[1] == LETTER
            and len(first_lines(pieces[0].text, TITLE_PAGE_LINES)) < TITLE_PAGE_LINES
        ):
            kinds[0] = LETTER  # what stands above the date of a letter is its letterhead
        return kinds

    def _bind(self, whole: Sequence[DocumentPiece], are_free: Sequence[bool], pieces: Sequence[DocumentPiece], names: list[Named]) -> list[Bound]:
        """Return the bound starts of a run, each with the position of its piece: those of whole pieces, or among all `pieces` where one within is bound."""
        starts = {piece.position for piece, is_free in zip(whole, are_free, strict=True) if is_free}
        for cut in (pieces, whole) if len(pieces) > len(whole) else (whole,):
            free = [i for i, piece in enumerate(cut) if piece.position in starts]
            within = [i for i, piece in enumerate(cut) if piece.rule == WITHIN] if cut is pieces else []
            held = [i for i, piece in enumerate(cut) if piece.position not in starts and piece.rule in (PAGE, TITLED) and self._may_open(piece)]
            bound = bind_run(names, [piece.text for piece in cut], free, self._openings, within, held)
            if cut is whole or any(b.piece in within for b in bound):
                break
        return [replace(b, piece=cut[b.piece].position) for b in bound]

    def _may_open(self, piece: DocumentPiece) -> bool:
        """Tell whether a page that goes on with what stands above it, as far as its shape tells, may yet open a file that its words name."""
        return not self._kinds.is_heading(_first_line(piece.text)) and not self._kinds.kind(piece.text, after_names=True)

    def _beginnings(self, pieces: Sequence[DocumentPiece], *, paged: bool) -> list[bool]:
        return [not place or piece.rule == TITLED for place, piece in enumerate(pieces)] if paged else self.beginnings(pieces)

    def beginnings(self, pieces: Sequence[DocumentPiece]) -> list[bool]:
        """Return at which pieces a document may begin: not in the middle of a run, after a title page, or at a numbered heading."""
        may_begin = [True]
        for above, piece in pairwise(pieces):
            titled = piece.rule != IN_SHAPE and may_begin[-1] and self._kinds.is_title_page(above.text)
            if piece.rule in (*CONTINUING_RULES, WITHIN) or titled:
                may_begin.append(False)
            else:
                may_begin.append(not self._kinds.is_heading(_first_line(piece.text)))
        return may_begin

    def _starts(self, run: _Run, index: int, group: Sequence[int], count: int) -> bool:
        """Tell whether a document begins with piece `index`, given the pieces of the one before it and the `count` of those before that.

        The last line or two of a cover sheet may stand apart. A page that opens like a document of its own is one, while no more than the
        named attachments are counted. Other unbound pieces stay one document: where one ends is not known. After a bound one, a
        title, a page of another shape or the end of a document ends it while another attachment is still without text: a text too short is
        better than words of another file.
        """
        kind, first = run.kinds[group[0]], _first_line(run.pieces[index].text)
        if run.kinds[group[-1]] == LETTERHEAD:
            return False
        if kind == COVER and run.pieces[index].rule in CONTINUING_RULES and len(first_lines(run.pieces[index].text, SHEET_REST + 1)) <= SHEET_REST:
            return False
        if index in run.bound or kind == COVER or (run.paged and run.may_begin[index]):
            return True
        if run.kinds[index]:
            return run.kinds[index] != kind
        if kind == LETTER and (self._kinds.is_part(first) or (run.may_begin[index] and self._follows_letter(run.pieces, index))):
            return True
        if kind:
            return run.pieces[index].after_id is not None and bool(run.bound)
        if self._kinds.is_part(first):
            return True
        if run.may_begin[index] and self._opens_alike(run, group, index):
            return True
        if run.may_begin[index] and (self._is_other_form(run, group, index) or self._is_other_memo(run, group, index)):
            return True
        if run.may_begin[index] and count + 1 < run.most and self._kinds.has_front(run.pieces[index].text):
            return True
        if group[0] not in run.bound or not run.has_open_name:
            return False
        if run.pieces[index].rule == IN_SHAPE:
            return True
        if run.may_begin[index] and self._kinds.is_in_capitals(first) and not self._kinds.has_headings(document_text([run.pieces[i] for i in group])):
            return True
        return self.may_end_before(run.pieces, index, may_begin=run.may_begin[index])

    def _follows_letter(self, pieces: Sequence[DocumentPiece], index: int) -> bool:
        """Tell whether piece `index` opens like a document of its own, or with a title right below the end of a letter (`p. j. 2`)."""
        ended = self._kinds.has_end(pieces[index - 1].text) and self._kinds.is_title(_first_line(pieces[index].text))
        return ended or self._kinds.has_front(pieces[index].text)

    def _is_other_form(self, run: _Run, group: Sequence[int], index: int) -> bool:
        """Tell whether piece `index` opens like a form, and the document above does not: it is no page of that file."""
        return self._kinds.heads_form(run.pieces[index].text) and not any(self._kinds.heads_form(run.pieces[i].text) for i in group)

    def _is_other_memo(self, run: _Run, group: Sequence[int], index: int) -> bool:
        """Tell whether piece `index` opens with a memo's head as the document above does: each memo says who writes to whom."""
        return self._kinds.heads_memo(run.pieces[index].text) and self._kinds.heads_memo(run.pieces[group[0]].text)

    def _opens_alike(self, run: _Run, group: Sequence[int], index: int) -> bool:
        """Tell whether piece `index` opens with a title in capitals as the document above does, which has no other such title."""
        if not self._kinds.is_headline(_first_line(run.pieces[index].text)):
            return False
        if any(self._kinds.is_headline(_first_line(run.pieces[i].text)) for i in group[1:]):
            return False  # the first page is a cover, and its chapters have such titles
        below = [
            run.pieces[index],
            *takewhile(lambda piece: piece.rule in CONTINUING_RULES, islice(run.pieces, index + 1, index + OPENING_PIECES)),
        ]
        above = [run.pieces[i] for i in group[:OPENING_PIECES]]
        return self._kinds.opens_alone(document_text(above)) and self._kinds.opens_alone(document_text(below))

    def may_end_before(self, pieces: Sequence[DocumentPiece], index: int, *, may_begin: bool) -> bool:
        """Tell whether a document ends before piece `index`: that opens with a title, or the one above ends like a document."""
        first = _first_line(pieces[index].text)
        if may_begin and self._kinds.is_title(first):
            return True
        return self._kinds.has_end(pieces[index - 1].text) and not self._kinds.is_heading(first)

    def _plan_group(self, run: _Run, group: Sequence[int]) -> Plan:
        pieces = [run.pieces[i] for i in group]
        kind, bound = run.kinds[group[0]], run.bound.get(group[0])
        kind = COVER if kind == LETTERHEAD else kind
        rule = KIND_RULES.get(kind, "follows-attachments" if run.names else "unknown-text")
        confidence = KIND_CONFIDENCE[rule]
        if bound is not None:
            kind, rule, confidence = "attachment-text", bound.rule, bound.confidence
        elif not kind:
            kind = "attachment-text" if run.names else "unknown"
        return Plan(
            source_id=pieces[0].source_id,
            positions=tuple(p.position for p in pieces),
            span=Span(pieces[0].span.first_line, pieces[-1].span.last_line),
            kind=kind,
            title=piece_title(pieces[0].text),
            bound=bound,
            names=run.names if kind == "attachment-text" and bound is None else (),
            rule=rule,
            confidence=confidence,
        )


def _plan_attached(pieces: Sequence[DocumentPiece], named: Named) -> Plan:
    """Return the one document that the text of an attached file is."""
    return Plan(
        source_id=pieces[0].source_id,
        positions=tuple(p.position for p in pieces),
        span=Span(pieces[0].span.first_line, pieces[-1].span.last_line),
        kind="attachment-text",
        title=piece_title(pieces[0].text),
        bound=Bound(0, named, ATTACHED, 1.0),
        names=(),
        rule=ATTACHED,
        confidence=1.0,
    )


def unbound(plan: Plan) -> Plan:
    """Return a plan without its attachment: the text follows the name, and is perhaps not its."""
    names = (plan.bound.named.key,) if plan.bound is not None else ()
    rule = "follows-attachments" if names else "unknown-text"
    kind = "attachment-text" if names else "unknown"
    return replace(plan, kind=kind, bound=None, attachment_id=None, names=names, rule=rule, confidence=KIND_CONFIDENCE[rule])


def document_text(pieces: Sequence[DocumentPiece]) -> str:
    """Return a document's text: its segments joined by newlines, and by the blank line above one that is no document of its own."""
    return "".join(f"{_joint(piece) if place else ''}{piece.text}" for place, piece in enumerate(pieces))


def _joint(piece: DocumentPiece) -> str:
    return "\n\n" if piece.rule == WITHIN else "\n"


def joined(pieces: Sequence[DocumentPiece], apart: frozenset[int] = frozenset()) -> list[DocumentPiece]:
    """Return the pieces of a run, those within a document joined to the one above, but for those at the positions that stand `apart`."""
    if all(piece.rule != WITHIN for piece in pieces):
        return list(pieces)
    groups: list[list[DocumentPiece]] = []
    for piece in pieces:
        if groups and piece.rule == WITHIN and piece.position not in apart:
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return [
        replace(group[0], span=Span(group[0].span.first_line, group[-1].span.last_line), text=document_text(group)) for group in groups
    ]


def _runs(pieces: Sequence[DocumentPiece]) -> Iterator[list[DocumentPiece]]:
    run: list[DocumentPiece] = []
    for piece in pieces:
        if run and piece.after_id != run[-1].after_id:
            yield run
            run = []
        run.append(piece)
    if run:
        yield run


def piece_title(text: str) -> str | None:
    """Return the first line of a text that is not blank, cut to 200 characters."""
    return _first_line(text)[:TITLE_LENGTH] or None


def _first_line(text: str) -> str:
    return next((line.strip() for line in first_lines(text, 1)), "")
