"""Say what a release leaves out: attachments without text, attachments spoken of and not named, masks, torn headers, look-alike letters."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import TypeVar

from threadkit.records import Finding, Mark, Person, Readings, Span
from threadkit.resolve.attachments import AttachmentRegistry, Naming, Sketches, unbind_rivals
from threadkit.resolve.components import Index
from threadkit.resolve.corrections import NO_CORRECTIONS, Corrections
from threadkit.resolve.documents import DocumentPlanner, Plan
from threadkit.resolve.findings import make_finding
from threadkit.resolve.late_bindings import LateBinder
from threadkit.resolve.leftovers import Answer, Asked
from threadkit.resolve.names import is_mixed_alphabet
from threadkit.resolve.openings import Clue, OpeningReader
from threadkit.resolve.subjects import Subjects
from threadkit.resolve.titles import TitleIndex

RULES = ("text-nowhere", "text-perhaps-unbound", "mail-perhaps-printed", "text-perhaps-picture", "spoken-of", "mixed-alphabet")

SHOWN = 5
#: The marks of which it is possible, not certain, that something is missing.
POSSIBLE = (
    "silent-mask", "article-cited", "bookmark-alone", "columns-not-told", "quotation-end-unclear", "enclosed-end-unclear", "header-doubtful",
    "line-undecided",
)  # fmt: skip
#: The documents that cite the law; an article there is no mask.
CITED = "article-mask"
CITING = ("decision-letter", "legal-notice", "cover-sheet")
#: The mark of what agrees with what was read, of which there is nothing to find.
AGREES = "bookmark"

#: The rule of a file of which nothing may be the text.
NOWHERE = "text-nowhere"

_Key = TypeVar("_Key", int, str)
_Item = TypeVar("_Item")
#: Looks through sources for files without a text, and yields the answers of each.
Look = Callable[[Sequence[Asked]], Iterable[Sequence[Answer]]]


class _Loose:
    """The texts bound to nothing: by source, those of them that say nothing of what they are, and by title those of which nothing is known."""

    def __init__(self, unbound: Sequence[Plan], planner: DocumentPlanner, openings: OpeningReader) -> None:
        self.named = _grouped((key, plan) for plan in unbound for key in plan.names)
        self.unbound = _grouped((plan.source_id, plan) for plan in unbound)
        self.untitled = _grouped((plan.source_id, plan) for plan in unbound if planner.is_untitled(plan))
        self._unknown = [plan for plan in unbound if plan.kind == "unknown"]
        self._titles = TitleIndex((plan.title or "" for plan in self._unknown), openings)

    def titled(self, clues: Sequence[Clue]) -> Iterator[Plan]:
        """Yield those of which nothing is known whose title fits a filename."""
        return (self._unknown[place] for place in self._titles.fitting(clues))


class ReleaseFindings:
    """Finds what to say of the release as a whole, after all messages are made."""

    def __init__(
        self,
        plans: Sequence[Plan],
        sketches: Sketches,
        registry: AttachmentRegistry,
        planner: DocumentPlanner,
        index: Index,
        openings: OpeningReader,
        late: LateBinder,
        readings: Readings,
        subjects: Subjects,
        look: Look,
        corrections: Corrections = NO_CORRECTIONS,
    ) -> None:
        self._corrections = corrections
        self._look = look
        self._plans = plans
        self._sketches = sketches
        self._registry = registry
        self._planner = planner
        self._index = index
        self._openings = openings
        self._late = late
        self._readings = readings
        self._subjects = subjects
        self._unread: dict[int, list[Mark]] = {}
        self._mail_files = frozenset(subjects.words.folded_terms("mail-file-extension"))

    def settle(self) -> tuple[Plan, ...]:
        """Return the plans with the bindings that only all messages together tell; asked once, when all are made."""
        attached = [self.attachment_of(plan) for plan in self._plans]
        self._plans = unbind_rivals(self._plans, attached, self._sketches)
        released = frozenset(i for plan in self._plans if (i := self.attachment_of(plan)) is not None)
        self._plans = self._late.bind(self._plans, self._registry.namings, released)
        self._plans = self._corrections.correct_documents(self._plans, self.files(), self._subjects)
        return self._plans

    def files(self) -> dict[str, int]:
        """Return key of a filename -> the file of that name; of several, that with the least number."""
        return {naming.key: id_ for id_, naming in sorted(self._registry.namings.items(), reverse=True)}

    def attachment_of(self, plan: Plan) -> int | None:
        """Return the attachment that a document is the text of."""
        if plan.attachment_id is not None:
            return plan.attachment_id
        if plan.bound is None:
            return None
        named = plan.bound.named
        message_id = self._index.message(named.occurrence_id) or 0
        return self._registry.id_for(named.key, named.filename, (named.occurrence_id,), message_id)[0]

    def attachments(self) -> Iterator[Finding]:
        """Yield a finding for each attachment whose text is not among the documents; the work begins before the first is taken."""
        told = {naming.attachment.id: (naming, *self._told_by_texts(naming, fitting)) for naming, fitting in self._open()}
        silent = [naming for naming, rule, _ in told.values() if rule == NOWHERE]
        return self._told(told, silent, self._look(self._ask(silent)))

    def _told(
        self, told: dict[int, tuple[Naming, str, list[tuple[str, Span]]]], silent: Sequence[Naming], looked: Iterable[Sequence[Answer]]
    ) -> Iterator[Finding]:
        answers = zip(silent, chain.from_iterable(looked), strict=True)
        told |= {naming.attachment.id: (naming, rule or NOWHERE, places) for naming, (rule, places) in answers}
        for id_ in sorted(told, key=lambda id_: (self._registry.namings[id_].first, id_)):
            yield _not_released(*told[id_])

    def _ask(self, silent: Iterable[Naming]) -> list[Asked]:
        """Return what is to be looked for, source by source in the order given."""
        bound: dict[int, list[Span]] = {}
        for plan in self._plans:
            if self.attachment_of(plan) is not None:
                bound.setdefault(plan.source_id, []).append(plan.span)
        files = _grouped((naming.source_id, (naming.attachment.filename, naming.span.first_line)) for naming in silent)
        return [Asked(id_, tuple(sorted(bound.get(id_, ()), key=_first_line)), tuple(own)) for id_, own in files.items()]

    def perhaps_unbound(self) -> set[int]:
        """Return the attachments without a text of which a text that is bound to nothing may be one."""
        return {naming.attachment.id for naming, fitting in self._open() if fitting}

    def _open(self) -> Iterator[tuple[Naming, list[Plan]]]:
        """Yield each attachment whose text is not among the documents, with the unbound texts that could be it, source by source."""
        released = {self.attachment_of(plan) for plan in self._plans}
        unbound = [p for p in self._plans if p.kind in ("unknown", "attachment-text") and self.attachment_of(p) is None]
        loose = _Loose(unbound, self._planner, self._openings)
        for attachment_id, naming in sorted(self._registry.namings.items(), key=lambda item: (item[1].source_id, item[0])):
            if attachment_id in released or naming.is_held or self._planner.is_signature_picture(naming.attachment.filename):
                continue
            yield naming, self._fitting(naming, loose) if self._planner.has_words(naming.attachment.filename) else []

    def _fitting(self, naming: Naming, loose: _Loose) -> list[Plan]:
        """Return the unbound texts that could be a file, as many as are shown: those after a list that names it, in its own source those that
        say nothing of what they are (where its name says nothing, all), and those whose title fits its name.
        """
        clues = self._openings.clues(naming.attachment.filename)
        anything = loose.untitled if clues else loose.unbound
        fitting: dict[int, Plan] = {}
        for plan in chain(loose.named.get(naming.key, ()), anything.get(naming.source_id, ()), loose.titled(clues)):
            fitting.setdefault(plan.id, plan)
            if len(fitting) == SHOWN:
                break
        return list(fitting.values())

    def _printed_mails(self, naming: Naming) -> list[tuple[str, Span]]:
        """Return the messages that a mail attached as a file may be, printed in the release like any other: those of its source whose subject,
        but for the signs that no filename may have, is its name.
        """
        stem, _, extension = naming.attachment.filename.rpartition(".")
        if extension.strip().lower() not in self._mail_files or not stem:
            return []
        wanted, here = self._subjects.fold(stem), naming.span.first_line
        printed = self._readings.printed_subjects(naming.source_id)
        found = [(s, span) for s, span in printed if self._subjects.fold(s) == wanted and not span.first_line <= here <= span.last_line]
        return found[:SHOWN]

    def _pictures(self, naming: Naming) -> list[tuple[str, Span]]:
        """Return the pages without text that stand below the message that names a file, before the next message of its source."""
        source_id, here = naming.source_id, naming.span.last_line
        if source_id not in self._unread:
            self._unread[source_id] = [mark for mark in self._readings.marks(source_id) if mark.kind == "page-without-text"]
        below = [mark for mark in self._unread[source_id] if mark.span.first_line > here]
        if not below:
            return []
        end = min((span.first_line for _, span in self._readings.printed_subjects(source_id) if span.first_line > here), default=None)
        return [(mark.text, mark.span) for mark in below if end is None or mark.span.first_line < end][:SHOWN]

    def _told_by_texts(self, naming: Naming, fitting: Sequence[Plan]) -> tuple[str, list[tuple[str, Span]]]:
        """Return by which rule a file without text may be a printed mail, an unbound text or a picture, and these; NOWHERE where it is none."""
        mails = self._printed_mails(naming)
        if mails or fitting:
            places = [*mails, *((plan.title or "?", plan.span) for plan in fitting)]
            return "mail-perhaps-printed" if mails else "text-perhaps-unbound", places
        pictures = self._pictures(naming)
        return "text-perhaps-picture" if pictures else NOWHERE, pictures

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
                if mark.kind == AGREES or (mark.rule == CITED and document is not None and document.kind in CITING):
                    continue
                if mark.kind == "attachment-mention":
                    if message_id in seen:
                        continue
                    seen.add(message_id)
                yield from self._mark(mark, source_id, message_id, document)

    def _mark(self, mark: Mark, source_id: int, message_id: int | None, document: Plan | None) -> Iterator[Finding]:
        # In a text that is no message, what looks like a torn header may as well be the head of a memo or a form.
        is_doubtful = mark.rule in POSSIBLE or (mark.kind == "header-incomplete" and document is not None)
        certainty, kind, rule = "possible" if is_doubtful else "certain", mark.kind, mark.rule
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


def _not_released(naming: Naming, rule: str, places: Sequence[tuple[str, Span]]) -> Finding:
    """Return the finding of a file without text; it is certain only where nothing in its source may be the text."""
    filename = naming.attachment.filename
    shown = "; ".join(f"{title} ({span.first_line}-{span.last_line})" for title, span in places)
    return make_finding(
        "attachment-not-released",
        "certain" if rule == NOWHERE else "possible",
        rule,
        f"{filename}: {shown}" if shown else filename,
        source_id=naming.source_id,
        span=naming.span,
        message_id=naming.message_id,
        attachment_id=naming.attachment.id,
    )


def _first_line(span: Span) -> int:
    return span.first_line


def _grouped(items: Iterable[tuple[_Key, _Item]]) -> dict[_Key, list[_Item]]:
    groups: dict[_Key, list[_Item]] = {}
    for key, plan in items:
        groups.setdefault(key, []).append(plan)
    return groups


def _document_at(plans: Sequence[Plan], mark: Mark) -> Plan | None:
    """Return the plan inside which a mark stands; the plans of a source come in order and do not overlap."""
    place = bisect_right(plans, mark.span.first_line, key=lambda plan: plan.span.first_line) - 1
    return plans[place] if place >= 0 and mark.span.first_line <= plans[place].span.last_line else None
