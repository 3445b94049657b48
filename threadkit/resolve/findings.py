"""Say what a reader should know of each message: parents missing or open, names that fit two people, dates and copies that disagree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from threadkit.records import Finding, Occurrence, Span, content_id
from threadkit.resolve.messages import Draft
from threadkit.resolve.parents import Decision
from threadkit.resolve.people import Directory
from threadkit.resolve.threads import CUT
from threadkit.resolve.variants import ENDING, VariantFinder

RULES = (
    "no-original",
    "original-unclear",
    "several-originals",
    "known-from-quotation",
    "name-of-several",
    "printed-date-conflict",
    "parent-dated-later",
    "emptied-label",
)

AGAINST_TIME = ("quotation-against-time", "in-reply-to-against-time")
SHOWN = 5
_EMPTY_FIELDS = ("from", "to", "date")


def make_finding(
    kind: str,
    certainty: str,
    rule: str,
    detail: str,
    *,
    place: Occurrence | None = None,
    source_id: int | None = None,
    span: Span | None = None,
    message_id: int | None = None,
    attachment_id: int | None = None,
    document_id: int | None = None,
    person_id: int | None = None,
) -> Finding:
    """Return a finding under an id made from its kind, what it concerns and where it stands."""
    if place is not None:
        source_id, span = place.source_id, span or place.span
    lines = (str(source_id), str(span.first_line), str(span.last_line)) if span is not None else (str(source_id), "", "")
    concerned = (str(message_id), str(attachment_id), str(document_id), str(person_id))
    return Finding(
        content_id("finding", kind, *concerned, *lines, detail),
        kind,
        certainty,
        message_id,
        attachment_id,
        document_id,
        person_id,
        source_id,
        span,
        detail,
        rule,
    )


class MessageFindings:
    """Finds what to say of the messages of one component."""

    def __init__(self, directory: Directory, variants: VariantFinder) -> None:
        self._directory = directory
        self._variants = variants
        self._names = {p.id: p.emails[0] if p.emails else p.sort_name for p in directory.people}

    def find(self, drafts: Sequence[Draft], decisions: Sequence[Decision]) -> Iterator[Finding]:
        """Yield the findings of all messages of a component, in order, each once."""
        yield from {finding.id: finding for finding in self._all(drafts, decisions)}.values()

    def _all(self, drafts: Sequence[Draft], decisions: Sequence[Decision]) -> Iterator[Finding]:
        for draft, decision in zip(drafts, decisions, strict=True):
            yield from self._parent(draft, decision, drafts)
            yield from self._people(draft)
            yield from self._dates(draft)
            yield from self._emptied(draft)
            if draft.standing == "quoted":
                yield make_finding(
                    "only-quoted", "certain", "known-from-quotation", _label(draft), place=_first(draft), message_id=draft.id
                )
            if len(draft.occurrences) > 1 and (found := self._variants.find(draft)) is not None:
                other, rule, detail = found
                yield make_finding("variant", "possible" if rule == ENDING else "certain", rule, detail, place=other, message_id=draft.id)

    def _parent(self, draft: Draft, decision: Decision, drafts: Sequence[Draft]) -> Iterator[Finding]:
        place = _first(draft)
        if decision.missing:
            rule = "no-original" if decision.missing == "certain" else "original-unclear"
            yield make_finding("parent-missing", decision.missing, rule, _label(draft), place=place, message_id=draft.id)
        if decision.ambiguous:
            candidates = "; ".join(_label(drafts[i]) for i in decision.ambiguous[-SHOWN:])
            rule = CUT if decision.rule == CUT else "several-originals"
            yield make_finding("parent-ambiguous", "certain", rule, candidates, place=place, message_id=draft.id)
        if decision.parent is not None and decision.rule in AGAINST_TIME:
            detail = f"{_label(draft)} < {_label(drafts[decision.parent])}"
            yield make_finding("date-conflict", "possible", "parent-dated-later", detail, place=place, message_id=draft.id)

    def _people(self, draft: Draft) -> Iterator[Finding]:
        for row, match in zip(draft.parties.rows, draft.parties.matches, strict=True):
            if match.person_id is None and len(match.candidates) > 1:
                detail = f"{row.name}: {', '.join(self._names[c] for c in match.candidates)}"
                for candidate in match.candidates:
                    yield make_finding(
                        "person-ambiguous",
                        "certain",
                        "name-of-several",
                        detail,
                        place=_first(draft),
                        message_id=draft.id,
                        person_id=candidate,
                        span=_field_span(draft, row.role),
                    )

    @staticmethod
    def _dates(draft: Draft) -> Iterator[Finding]:
        seen: set[str] = set()
        for occurrence in sorted(draft.occurrences, key=lambda o: o.id):
            if occurrence.sent is not None and occurrence.sent.conflict and occurrence.sent.text not in seen:
                seen.add(occurrence.sent.text)
                detail = f"{occurrence.sent.text}: {occurrence.sent.conflict}"
                span = next((f.span for f in occurrence.fields if f.field == "date"), occurrence.span)
                yield make_finding(
                    "date-conflict", "certain", "printed-date-conflict", detail, place=occurrence, span=span, message_id=draft.id
                )

    @staticmethod
    def _emptied(draft: Draft) -> Iterator[Finding]:
        """Yield a finding for a sender, recipient or date label with nothing after it: where another copy fills it, for each copy that does not.

        Recipients that no copy prints are only possibly withheld where another label of recipients stands beside: a mail that goes to those
        who are copied alone, or a note to oneself, has none.
        """
        for field in _EMPTY_FIELDS:
            filled = any(f.field == field and f.text.strip() for o in draft.occurrences for f in o.fields)
            for occurrence in draft.occurrences:
                empty = next((f for f in occurrence.fields if f.field == field and not f.text.strip()), None)
                if empty is not None:
                    certainty = "possible" if field == "to" and not filled and _has_copied_field(draft) else "certain"
                    yield make_finding(
                        "redaction", certainty, "emptied-label", empty.label, place=occurrence, span=empty.span, message_id=draft.id
                    )
                    if not filled:
                        break


def _has_copied_field(draft: Draft) -> bool:
    """Tell whether a label for those who are copied is printed, with or without anybody after it, and on a mail that answers nobody."""
    return draft.relation != "reply" and any(f.field in ("cc", "bcc") for o in draft.occurrences for f in o.fields)


def _first(draft: Draft) -> Occurrence:
    return draft.fullest


def _field_span(draft: Draft, role: str) -> Span:
    return next((f.span for o in draft.occurrences for f in o.fields if f.field == role), draft.fullest.span)


def _label(draft: Draft) -> str:
    """Return a message as a reader names it: time, sender, subject."""
    sender = next((r.name or r.email or r.text for r in draft.parties.rows if r.role == "from"), "?")
    sent = (draft.sent_at or (draft.sent.text if draft.sent else "?")).replace("T", " ")
    return f"{sent}, {sender}: {draft.fullest.subject or ''}".strip()
