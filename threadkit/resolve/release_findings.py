"""Say what a release leaves out: attachments without text, attachments spoken of and not named, masks, torn headers, look-alike letters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from threadkit.records import Finding, Mark, Person, Readings
from threadkit.resolve.attachments import AttachmentRegistry, Naming
from threadkit.resolve.components import Index
from threadkit.resolve.documents import DocumentPlanner, Plan
from threadkit.resolve.findings import make_finding
from threadkit.resolve.names import is_mixed_alphabet
from threadkit.resolve.openings import Opening, OpeningReader

RULES = ("text-nowhere", "text-perhaps-unbound", "spoken-of", "mixed-alphabet")

SHOWN = 5
FITS = 0.5
SILENT = "silent-mask"


class ReleaseFindings:
    """Finds what to say of the release as a whole, after all messages are made."""

    def __init__(
        self, plans: Sequence[Plan], registry: AttachmentRegistry, planner: DocumentPlanner, index: Index, openings: OpeningReader
    ) -> None:
        self._plans = plans
        self._registry = registry
        self._planner = planner
        self._index = index
        self._openings = openings

    def attachment_of(self, plan: Plan) -> int | None:
        """Return the attachment that a document is the text of."""
        if plan.bound is None:
            return None
        named = plan.bound.named
        message_id = self._index.message(named.occurrence_id) or 0
        return self._registry.id_for(named.key, named.filename, (named.occurrence_id,), message_id)[0]

    def attachments(self) -> Iterator[Finding]:
        """Yield a finding for each attachment whose text is not among the documents."""
        released = {self.attachment_of(plan) for plan in self._plans}
        candidates: dict[str, list[Plan]] = {}
        loose = [(p, self._openings.read_opening(p.title or "")) for p in self._plans if p.kind == "unknown"]
        for plan in self._plans:
            for key in plan.names:
                candidates.setdefault(key, []).append(plan)
        for attachment_id, naming in sorted(self._registry.namings.items(), key=lambda item: (item[1].first, item[0])):
            if attachment_id in released or self._planner.is_signature_picture(naming.attachment.filename):
                continue
            yield self._not_released(naming, candidates.get(naming.key, []), loose)

    def _not_released(self, naming: Naming, named: Sequence[Plan], loose: Sequence[tuple[Plan, Opening]]) -> Finding:
        filename = naming.attachment.filename
        fitting: list[Plan] = []
        if self._planner.has_words(filename):
            clues = self._openings.clues(filename)
            fitting = [*named, *(p for p, opening in loose if self._openings.score(clues, opening) >= FITS)]
        certainty, rule = ("possible", "text-perhaps-unbound") if fitting else ("certain", "text-nowhere")
        shown = "; ".join(f"{p.title or '?'} ({p.span.first_line}-{p.span.last_line})" for p in fitting[:SHOWN])
        return make_finding(
            "attachment-not-released",
            certainty,
            rule,
            f"{filename}: {shown}" if shown else filename,
            source_id=naming.source_id,
            span=naming.span,
            message_id=naming.message_id,
            attachment_id=naming.attachment.id,
        )

    def marks(self, readings: Readings) -> Iterator[Finding]:
        """Yield the findings that the parser's marks make: one a place, but attachments spoken of once a message."""
        by_source: dict[int, list[Plan]] = {}
        for plan in self._plans:
            by_source.setdefault(plan.source_id, []).append(plan)
        seen: set[int | None] = set()
        for source_id in readings.source_ids():
            plans = by_source.get(source_id, [])
            for mark in readings.marks(source_id):
                message_id = self._index.message(mark.occurrence_id)
                document = _document_at(plans, mark) if message_id is None else None
                if mark.kind == "attachment-mention":
                    if message_id in seen:
                        continue
                    seen.add(message_id)
                yield from self._mark(mark, source_id, message_id, document)

    def _mark(self, mark: Mark, source_id: int, message_id: int | None, document: Plan | None) -> Iterator[Finding]:
        certainty, kind, rule = "possible" if mark.rule == SILENT else "certain", mark.kind, mark.rule
        if mark.kind == "attachment-mention":
            attached = self._index.attached(mark.occurrence_id)
            if message_id is None or attached == Index.NAMED:
                return
            kind, rule = "attachment-mentioned-not-named", "spoken-of"
            certainty = "certain" if attached == Index.NONE_NAMED else "possible"
        yield make_finding(
            kind,
            certainty,
            rule,
            mark.text,
            source_id=source_id,
            span=mark.span,
            message_id=message_id,
            document_id=document.id if document is not None else None,
        )

    @staticmethod
    def people(people: Sequence[Person]) -> Iterator[Finding]:
        """Yield a finding for each person one of whose names mixes alphabets that look alike."""
        for person in people:
            for name in person.names:
                if is_mixed_alphabet(name):
                    yield make_finding("look-alike-name", "certain", "mixed-alphabet", name, person_id=person.id)


def _document_at(plans: Sequence[Plan], mark: Mark) -> Plan | None:
    return next((p for p in plans if p.span.first_line <= mark.span.first_line <= p.span.last_line), None)
