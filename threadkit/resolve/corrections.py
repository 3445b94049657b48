"""What readers know better than the rules, bound to the places of the readings, and where it acts.

A correction names its places by what never changes: source and line, printed name or address. The rules conclude as ever; then the
correction is put in the place of what they concluded, under the rule `correction`. One that fits nothing is told by a finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from threadkit.records import DateReading, Finding, Span
from threadkit.resolve.components import Index
from threadkit.resolve.documents import Plan, unbound
from threadkit.resolve.findings import make_finding
from threadkit.resolve.messages import Draft, filename_key
from threadkit.resolve.parents import Decision
from threadkit.resolve.subjects import Subjects

RULES = ("correction", "correction-unfit")

CORRECTION, UNFIT = "correction", "correction-unfit"
KINDS = ("people", "parent", "message", "date", "attachment", "release")
#: What a correction of a release's record may say otherwise: the columns of the table `releases`.
RELEASE_FIELDS = ("public_body", "request_number", "requested_on", "decided_on", "review_days", "review_until", "law")


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction as it is written. Who made it, when and why are never empty.

    `names` (people): printed names and addresses, of one person or, with `is_apart`, each of another; (release) the one field corrected.
    `at`: the place corrected, `SOURCE:LINE`. `value`: the place that is answered (parent; "" for nothing), the date, the filename ("" for
    none), or what the field says ("" for nothing).
    """

    kind: str
    names: tuple[str, ...]
    is_apart: bool
    at: str
    value: str
    by: str
    on: str
    why: str

    @property
    def evidence(self) -> str:
        """Who says it, when and why, as links and findings tell it."""
        return f"{self.by}, {self.on}: {self.why}"


@dataclass(frozen=True, slots=True)
class Bound:
    """A correction with what it names: source, line, the occurrence there, and (parent) the one answered. `unfit`: why it does not fit, or ""."""

    number: int
    correction: Correction
    source_id: int | None = None
    line: int | None = None
    occurrence_id: int | None = None
    other_id: int | None = None
    unfit: str = ""


@dataclass(frozen=True, slots=True)
class Acted:
    """What became of one correction: the message, person or document on which it acts, or why it does not."""

    bound: Bound
    message_id: int | None
    person_id: int | None
    document_id: int | None
    unfit: str


@dataclass(frozen=True, slots=True)
class Corrections:
    """All corrections of an archive, in the order of their file."""

    bound: tuple[Bound, ...] = ()

    def of_kind(self, kind: str) -> tuple[Bound, ...]:
        """Return those of one kind that fit their places."""
        return tuple(each for each in self.bound if each.correction.kind == kind and not each.unfit)

    @property
    def joined(self) -> tuple[tuple[int, int], ...]:
        """The pairs of occurrences that must be looked at together."""
        return tuple(
            (b.occurrence_id, b.other_id) for b in self.of_kind("parent") if b.occurrence_id is not None and b.other_id is not None
        )

    @property
    def people(self) -> tuple[tuple[tuple[str, ...], bool], ...]:
        """(names and addresses, whether they are kept apart) of each correction of people."""
        return tuple((b.correction.names, b.correction.is_apart) for b in self.of_kind("people"))

    def date_of(self, occurrence_ids: Iterable[int], printed: DateReading | None) -> DateReading | None:
        """Return the date of a message whose date is corrected, with the words that are printed; None for any other message."""
        dates = {b.occurrence_id: b.correction.value for b in self.of_kind("date")}
        if not dates:
            return None
        value = next((dates[id_] for id_ in occurrence_ids if id_ in dates), None)
        if value is None:
            return None
        precision = {10: "day", 16: "minute"}.get(len(value), "second")
        return DateReading(printed.text if printed is not None else "", value, precision, None, CORRECTION)

    def correct_parents(self, drafts: Sequence[Draft], decisions: Sequence[Decision]) -> list[Decision]:
        """Return the decisions with the parents that readers name; what the rules chose instead is refused."""
        corrected = list(decisions)
        if not (parents := self.of_kind("parent")):
            return corrected
        places = {o.id: i for i, draft in enumerate(drafts) for o in draft.occurrences}
        for bound in parents:
            child, parent = places.get(bound.occurrence_id or 0), places.get(bound.other_id or 0)
            if child is None or child == parent or (parent is None and bound.other_id is not None):
                continue
            was = corrected[child]
            others = [i for i, _ in was.refused] if was.parent is None else [was.parent, *(i for i, _ in was.refused)]
            refused = tuple((i, CORRECTION) for i in dict.fromkeys(others) if i != parent)
            relation = was.relation or drafts[child].relation or ("reply" if parent is not None else None)
            corrected[child] = Decision(parent=parent, relation=relation, rule=CORRECTION, refused=refused, evidence=bound.correction.evidence)
        return corrected

    def correct_documents(self, plans: Sequence[Plan], files: Mapping[str, int], subjects: Subjects) -> tuple[Plan, ...]:
        """Return the documents as readers name them; `files`: key of a filename -> the file."""
        kept = list(plans)
        for bound in self.of_kind("attachment"):
            place = _plan_at(kept, bound)
            if place is None:
                continue
            plan, filename = kept[place], bound.correction.value
            if not filename:
                kept[place] = replace(unbound(plan), rule=CORRECTION, names=(), confidence=1.0)
            elif (file := files.get(filename_key(filename, subjects))) is not None:
                kept[place] = replace(
                    plan, kind="attachment-text", bound=None, names=(), rule=CORRECTION, confidence=1.0, attachment_id=file,
                )  # fmt: skip
        return tuple(kept)


NO_CORRECTIONS = Corrections()


def _plan_at(plans: Sequence[Plan], bound: Bound) -> int | None:
    line = bound.line or 0
    return next(
        (i for i, p in enumerate(plans) if p.source_id == bound.source_id and p.span.first_line <= line <= p.span.last_line),
        None,
    )


def find_acted(
    corrections: Corrections,
    index: Index,
    plans: Sequence[Plan],
    files: Mapping[str, int],
    subjects: Subjects,
    people: Sequence[int | None],
) -> Iterator[Acted]:
    """Yield what became of each correction, when all is concluded; `people`: the person of each correction of people, in their order."""
    persons = iter(people)
    for bound in corrections.bound:
        kind = bound.correction.kind
        message_id = index.message(bound.occurrence_id)
        person_id = document_id = None
        unfit = bound.unfit
        if unfit:
            pass
        elif kind == "people":
            person_id = next(persons)
            unfit = "" if person_id is not None else "no such names or addresses are printed, or they cannot be told apart"
        elif kind == "attachment":
            place = _plan_at(plans, bound)
            document_id = plans[place].id if place is not None else None
            unfit = _document_unfit(bound, document_id, files, subjects)
        elif kind == "release":
            place = _plan_at(plans, bound)
            document_id = plans[place].id if place is not None and plans[place].kind == "decision-letter" else None
            unfit = "" if document_id is not None else "no decision letter stands there"
        elif kind == "parent" and bound.other_id is not None and index.message(bound.other_id) == message_id:
            unfit = "both places are one message"
        yield Acted(bound, message_id if kind in ("parent", "date") else None, person_id, document_id, unfit)


def _document_unfit(bound: Bound, document_id: int | None, files: Mapping[str, int], subjects: Subjects) -> str:
    if document_id is None:
        return "no document stands there"
    filename = bound.correction.value
    return "" if not filename or filename_key(filename, subjects) in files else "no message names such a file"


def unfit_findings(acted: Iterable[Acted]) -> Iterator[Finding]:
    """Yield a finding for each correction that acts on nothing."""
    for each in acted:
        if each.unfit:
            bound, said = each.bound, each.bound.correction
            what = "; ".join(filter(None, (*said.names, said.at, said.value)))
            span = Span(bound.line, bound.line) if bound.line is not None and bound.source_id is not None else None
            yield make_finding(
                "correction-without-effect",
                "certain",
                UNFIT,
                f"{bound.number}. {said.kind}: {what} ({each.unfit})",
                source_id=bound.source_id,
                span=span,
            )
