"""Make documents of the runs of text that are no message: where each begins, what it is, and which attachment it is the text of.

A run is what follows one message (or stands before the first). Decision letters and notices are told by their phrases, cover sheets by
their one line; the rest follows a message and is bound to the attachments that its chain names, or stays unbound.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from threadkit.records import DocumentPiece, Readings, Span, content_id
from threadkit.resolve.bindings import Bound, Named, bind_run
from threadkit.resolve.components import Components
from threadkit.resolve.messages import filename_key
from threadkit.resolve.openings import TITLE_PAGE_LINES, Opening, OpeningReader, first_lines
from threadkit.resolve.subjects import Subjects
from threadkit.words import Words

RULES = ("letter-phrases", "notice-phrases", "cover-sheet-line", "follows-attachments", "unknown-text")

PHRASES = 2
LOOKED_AT = 4000
COVER_LINES = 8
TITLE_LENGTH = 200
CONTINUING_RULES = ("document-run",)
KIND_RULES = {"decision-letter": "letter-phrases", "legal-notice": "notice-phrases", "cover-sheet": "cover-sheet-line"}
KIND_CONFIDENCE = {"letter-phrases": 0.9, "notice-phrases": 0.9, "cover-sheet-line": 0.9, "follows-attachments": 0.5, "unknown-text": 0.2}


@dataclass(frozen=True, slots=True)
class Plan:
    """One document without its text: its pieces, kind, and the attachment that an occurrence names.

    `names` are the keys of all attachments that its chain names, where it could be any of them.
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

    @property
    def id(self) -> int:
        """The document's id: made from its place."""
        return content_id("document", str(self.source_id), str(self.span.first_line))


class DocumentPlanner:
    """Plans the documents of a source."""

    def __init__(self, readings: Readings, components: Components, words: Words, subjects: Subjects) -> None:
        self._readings = readings
        self._components = components
        self._subjects = subjects
        self._folding = words.folding
        self._openings = OpeningReader(words)
        self._phrases = {kind: tuple(words.folded_terms(kind)) for kind in ("decision-letter", "legal-notice")}
        self._letter_forms = tuple(words.folded_terms("letter-form"))
        self._notice_titles = tuple(words.folded_terms("legal-notice-title"))
        self._covers = words.patterns("cover-sheet")
        self._titles = words.patterns("document-title")
        self._parts = words.patterns("document-break")
        self._numbered = words.patterns("numbered-heading")
        self._wordless = frozenset(words.folded_terms("wordless-extension"))
        self._pictures = words.patterns("signature-picture")
        self._generic = words.patterns("generic-attachment")

    def plan(self) -> Iterator[Plan]:
        """Yield the documents of all sources, in order."""
        for source_id in self._readings.source_ids():
            for run in _runs(self._readings.pieces(source_id)):
                yield from self._plan_run(run)

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

    def _chain_names(self, after_id: int | None) -> list[Named]:
        if after_id is None:
            return []
        return [
            Named(occurrence_id, a.filename, filename_key(a.filename, self._subjects), self.has_words(a.filename))
            for occurrence_id, a in self._readings.attachment_names(self._components.chain(after_id))
        ]

    def _plan_run(self, run: list[DocumentPiece]) -> Iterator[Plan]:
        names = self._chain_names(run[0].after_id)
        kinds = [self._kind(piece, after_names=bool(names)) for piece in run]
        openings = [self._opening(run, index) if not kind and self._may_begin(run, index) else None for index, kind in enumerate(kinds)]
        bound = {b.piece: b for b in bind_run(names, openings, [p.text for p in run], self._openings)}
        named = tuple(dict.fromkeys(n.key for n in names if not self.is_generic(n.filename)))
        has_open_name = len({n.key for n in names if n.has_words}) > len(bound)
        group: list[int] = []
        for index in range(len(run)):
            if group and self._starts(run, index, group, kinds, bound, has_open_name=has_open_name):
                yield self._plan_group(run, group, kinds[group[0]], bound.get(group[0]), named)
                group = []
            group.append(index)
        if group:
            yield self._plan_group(run, group, kinds[group[0]], bound.get(group[0]), named)

    def _opening(self, run: Sequence[DocumentPiece], index: int) -> Opening:
        return self._openings.read_opening(run[index].text, [p.text for p in run[index + 1 : index + 3]])

    def _may_begin(self, run: Sequence[DocumentPiece], index: int) -> bool:
        """Tell whether a document may begin with a piece: not in the middle of a run, after a title page, or at a numbered heading."""
        if index == 0:
            return True
        if run[index].rule in CONTINUING_RULES or len(first_lines(run[index - 1].text, TITLE_PAGE_LINES + 1)) <= TITLE_PAGE_LINES:
            return False
        first = _first_line(run[index].text)
        return not any(p.regex.search(first) for p in self._numbered)

    def _starts(
        self,
        run: Sequence[DocumentPiece],
        index: int,
        group: Sequence[int],
        kinds: Sequence[str],
        bound: dict[int, Bound],
        *,
        has_open_name: bool,
    ) -> bool:
        """Tell whether a document begins with piece `index`, given the pieces of the one before it.

        Unbound pieces stay one document: where one ends is not known. After a bound one, what reads like a title ends it while another
        attachment is still without text: a text too short is better than words of another file.
        """
        if index in bound or kinds[group[0]] == "cover-sheet":
            return True
        if kinds[index]:
            return kinds[index] != kinds[group[0]]
        if kinds[group[0]] in ("decision-letter", "legal-notice"):
            return run[index].after_id is not None and bool(bound)
        first = _first_line(run[index].text)
        if any(p.regex.search(first) for p in self._parts):
            return True
        doubtful = group[0] in bound and has_open_name and self._may_begin(run, index)
        return doubtful and any(p.regex.search(first) for p in self._titles)

    def _plan_group(
        self, run: Sequence[DocumentPiece], group: Sequence[int], kind: str, bound: Bound | None, named: tuple[str, ...]
    ) -> Plan:
        pieces = [run[i] for i in group]
        rule = KIND_RULES.get(kind, "follows-attachments" if named else "unknown-text")
        confidence = KIND_CONFIDENCE[rule]
        if bound is not None:
            kind, rule, confidence = "attachment-text", bound.rule, bound.confidence
        elif not kind:
            kind = "attachment-text" if named else "unknown"
        return Plan(
            source_id=pieces[0].source_id,
            positions=tuple(p.position for p in pieces),
            span=Span(pieces[0].span.first_line, pieces[-1].span.last_line),
            kind=kind,
            title=_first_line(pieces[0].text)[:TITLE_LENGTH] or None,
            bound=bound,
            names=named if kind == "attachment-text" and bound is None else (),
            rule=rule,
            confidence=confidence,
        )

    def _kind(self, piece: DocumentPiece, *, after_names: bool) -> str:
        """Return decision-letter, legal-notice or cover-sheet where the words of a piece tell, else "".

        Two phrases make a letter or a notice; what gives a letter its form (a closing, `p. j.`) counts as one at most, and a text that
        follows a message with attachments is never a letter: any letter may be attached.
        """
        lines = first_lines(piece.text[:LOOKED_AT], COVER_LINES + 1)
        if len(lines) <= COVER_LINES and any(p.regex.search(line) for p in self._covers for line in lines):
            return "cover-sheet"
        folded = self._folding.fold(piece.text[:LOOKED_AT])
        found = {kind: sum(phrase in folded for phrase in phrases) for kind, phrases in self._phrases.items()}
        found["legal-notice"] += any(title in self._folding.fold("\n".join(lines[:3])) for title in self._notice_titles)
        if found["decision-letter"]:
            found["decision-letter"] = 0 if after_names else found["decision-letter"] + any(form in folded for form in self._letter_forms)
        best = max(found, key=lambda kind: (found[kind], kind))
        return best if found[best] >= PHRASES else ""


def document_text(pieces: Sequence[DocumentPiece]) -> str:
    """Return a document's text: its segments joined by newlines."""
    return "\n".join(piece.text for piece in pieces)


def _runs(pieces: Sequence[DocumentPiece]) -> Iterator[list[DocumentPiece]]:
    run: list[DocumentPiece] = []
    for piece in pieces:
        if run and piece.after_id != run[-1].after_id:
            yield run
            run = []
        run.append(piece)
    if run:
        yield run


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.split("\n") if line.strip()), "")
