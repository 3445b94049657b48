"""Say what a reader should know of each message: parents missing or open, names that fit two people, dates and copies that disagree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from threadkit.records import Finding, Occurrence, Span, content_id
from threadkit.resolve.bodies import BodyReader
from threadkit.resolve.messages import Draft
from threadkit.resolve.parents import Decision
from threadkit.resolve.people import Directory
from threadkit.resolve.threads import CUT
from threadkit.resolve.twins import Twins
from threadkit.resolve.variants import POSSIBLE, VariantFinder

RULES = (
    "no-original",
    "original-unclear",
    "several-originals",
    "known-from-quotation",
    "perhaps-one-of-several",
    "name-of-several",
    "perhaps-one-person",
    "printed-date-conflict",
    "parent-dated-later",
    "emptied-label",
    "perhaps-another-original",
    "perhaps-released",
    "words-only-in-quotation",
)

AGAINST_TIME = ("quotation-against-time", "in-reply-to-against-time")
SHOWN = 5
#: So many messages that may be an original are told.
CANDIDATES = 3
#: By this a message is doubted that stands in an attached text too.
PRINT = "perhaps-a-print"
ONLY_QUOTED_WORDS = "words-only-in-quotation"
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

    def __init__(self, directory: Directory, variants: VariantFinder, bodies: BodyReader) -> None:
        self._directory = directory
        self._variants = variants
        self._bodies = bodies
        self._names = {p.id: p.emails[0] if p.emails else p.sort_name for p in directory.people}

    def find(self, drafts: Sequence[Draft], decisions: Sequence[Decision]) -> Iterator[Finding]:
        """Yield the findings of all messages of a component, in order, each once."""
        yield from {finding.id: finding for finding in self._all(drafts, decisions)}.values()

    def _all(self, drafts: Sequence[Draft], decisions: Sequence[Decision]) -> Iterator[Finding]:
        twins = Twins(drafts, self._bodies)
        quoting = {occurrence.id: draft for draft in drafts for occurrence in draft.occurrences}
        for index, (draft, decision) in enumerate(zip(drafts, decisions, strict=True)):
            yield from self._parent(index, decision, drafts)
            yield from self._people(draft)
            yield from self._dates(draft)
            yield from self._emptied(draft)
            if draft.standing == "quoted":
                yield self._only_quoted(draft, twins)
            if len(draft.occurrences) > 1 and (found := self._variants.find(draft)) is not None:
                other, rule, detail = found
                yield make_finding("variant", "possible" if rule in POSSIBLE else "certain", rule, detail, place=other, message_id=draft.id)
                yield from self._only_in_quotation(draft, quoting)

    def _only_in_quotation(self, draft: Draft, quoting: Mapping[int, Draft]) -> Iterator[Finding]:
        """Yield a finding for each message in whose quotation of a released one stand words that the print lacks: they may be its author's answers."""
        if draft.fullest.standing != "released":
            return
        for copy in draft.occurrences[1:]:
            outer = quoting.get(copy.within_id) if copy.within_id is not None and copy.standing == "quoted" else None
            if outer is not None and outer.id != draft.id and (words := self._variants.added_between(draft.fullest, copy)):
                detail = f"{words}: {_label(draft)}"
                yield make_finding("quotation-end-unclear", "possible", ONLY_QUOTED_WORDS, detail, place=copy, message_id=outer.id)

    @staticmethod
    def _only_quoted(draft: Draft, twins: Twins) -> Finding:
        """Return the finding of a message that no copy releases; it is possible where another one may be its print, or where a copy may be one."""
        rule, detail = "known-from-quotation", _label(draft)
        if (twin := twins.of(draft)) is not None:
            rule, detail = "perhaps-released", _place(twin)
        elif doubt := next((o.doubt for o in draft.occurrences if o.doubt), None):
            rule = doubt
        elif any(o.standing != "quoted" for o in draft.occurrences):
            rule = PRINT
        certainty = "certain" if rule == "known-from-quotation" else "possible"
        return make_finding("only-quoted", certainty, rule, detail, place=_first(draft), message_id=draft.id)

    def _parent(self, index: int, decision: Decision, drafts: Sequence[Draft]) -> Iterator[Finding]:
        draft = drafts[index]
        place = _first(draft)
        if decision.missing:
            certainty, rule, detail = (
                decision.missing,
                "no-original" if decision.missing == "certain" else "original-unclear",
                _label(draft),
            )
            if certainty == "certain" and (others := _perhaps_original(index, drafts)):
                certainty, rule, detail = "possible", "perhaps-another-original", "; ".join(_place(other) for other in others)
            yield make_finding("parent-missing", certainty, rule, detail, place=place, message_id=draft.id)
        if decision.ambiguous:
            candidates = "; ".join(_label(drafts[i]) for i in decision.ambiguous[-SHOWN:])
            alike = decision.rule == CUT or _are_alike([drafts[i] for i in decision.ambiguous])
            rule = CUT if decision.rule == CUT else "several-originals" if alike else "perhaps-one-of-several"
            certainty = "certain" if alike else "possible"
            yield make_finding("parent-ambiguous", certainty, rule, candidates, place=place, message_id=draft.id)
        if decision.parent is not None and decision.rule in AGAINST_TIME:
            detail = f"{_label(draft)} < {_label(drafts[decision.parent])}"
            yield make_finding("date-conflict", "possible", "parent-dated-later", detail, place=place, message_id=draft.id)

    def _people(self, draft: Draft) -> Iterator[Finding]:
        for row, match in zip(draft.parties.rows, draft.parties.matches, strict=True):
            if match.person_id is None and len(match.candidates) > 1:
                names = [self._names[c] for c in match.candidates]
                detail = f"{row.name}: {', '.join(names)}"
                # Addresses of two domains may be one person's, at work and at home; of one domain they are hardly.
                is_apart = len({name.rpartition("@")[2] for name in names}) == 1 and "@" in names[0]
                certainty, rule = ("certain", "name-of-several") if is_apart else ("possible", "perhaps-one-person")
                for candidate in match.candidates:
                    yield make_finding(
                        "person-ambiguous",
                        certainty,
                        rule,
                        detail,
                        place=_first(draft),
                        message_id=draft.id,
                        person_id=candidate,
                        span=_field_span(draft, row.role),
                    )

    @staticmethod
    def _dates(draft: Draft) -> Iterator[Finding]:
        seen: set[str] = set()
        told = [o for o in draft.occurrences if o.sent is not None and o.sent.conflict]
        for occurrence in sorted(told, key=lambda o: o.id):
            if occurrence.sent is not None and occurrence.sent.text not in seen:
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
        empty_labels = {f.field for o in draft.occurrences for f in o.fields if not f.text or f.text.isspace()}
        for field in _EMPTY_FIELDS if empty_labels else ():
            if field not in empty_labels:
                continue
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


def _are_alike(candidates: Sequence[Draft]) -> bool:
    """Tell whether messages that may be what one answers have one author, a date, and the same subject, prefixes and all: their words alone are left."""
    first = candidates[0]
    author = first.parties.sender
    return author is not None and all(
        d.parties.sender is not None and d.parties.sender.matches(author) and d.fullest.subject == first.fullest.subject and d.sent_at is not None
        for d in candidates
    )


def _perhaps_original(index: int, drafts: Sequence[Draft]) -> list[Draft]:
    """Return the latest earlier messages of a subject that may be what a message answers: by somebody whom it addresses, or by nobody known."""
    draft = drafts[index]
    if draft.sent_at is None or not draft.folded:
        return []
    near = (d for d in reversed(drafts[:index]) if d.folded == draft.folded and d.sent_at is not None and d.sent_at < draft.sent_at)
    fitting = (d for d in near if d.parties.sender is None or any(d.parties.sender.matches(p) for p in draft.parties.recipients))
    return list(islice(fitting, CANDIDATES))


def _place(draft: Draft) -> str:
    """Return a message as a reader finds it: time, sender, subject, and the line of its fullest copy."""
    return f"{_label(draft)} ({draft.fullest.span.first_line})"


def _first(draft: Draft) -> Occurrence:
    return draft.fullest


def _field_span(draft: Draft, role: str) -> Span:
    return next((f.span for o in draft.occurrences for f in o.fields if f.field == role), draft.fullest.span)


def _label(draft: Draft) -> str:
    """Return a message as a reader names it: time, sender, subject."""
    sender = next((r.name or r.email or r.text for r in draft.parties.rows if r.role == "from"), "?")
    sent = draft.sent_at.replace("T", " ") if draft.sent_at else draft.sent.text if draft.sent else "?"
    return f"{sent}, {sender}: {draft.fullest.subject or ''}".strip()
