"""Settle again which text is which file's, after new sources came: for the names that these bind, and for what is left over.

Each document is kept as its own source alone tells it, so that no old source is planned again. The rules are those of a full resolution,
asked about the groups of documents that a new one joins; every other group would be settled as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from threadkit.records import Attachment, Document, KeptDocument, Span
from threadkit.resolve.attachments import Naming, Sketches, unbind_rivals, unbind_weak
from threadkit.resolve.documents import ATTACHED, DocumentPlanner, Plan, document_text, unbound
from threadkit.resolve.earlier import CannotAddError, Earlier, ToldDocument
from threadkit.resolve.kept import KnownRegistry, Variants, keep_document, kept_variants, planned_again
from threadkit.resolve.late_bindings import LateBinder
from threadkit.resolve.subjects import Subjects

#: The kind of a text of which its own source tells nothing.
LOOSE = "unknown"


@dataclass(slots=True)
class _Place:
    """One document on its way: as planned, and without a weak binding; whether it is new; the file that its name means."""

    planned: Plan
    plan: Plan
    is_new: bool
    attachment_id: int | None = None
    was: KeptDocument | None = None


class Resettler:
    """Holds all documents, old and new, in their fixed order, and settles again those that the new ones may change.

    Use: make one; `bind` before the messages are made again, `settle` after.
    """

    def __init__(self, earlier: Earlier, planned: Sequence[Plan], planner: DocumentPlanner, subjects: Subjects) -> None:
        self._earlier = earlier
        self._planner = planner
        self._subjects = subjects
        self._sketches = Sketches(earlier, subjects)
        self._told = {told.id: told for told in earlier.documents()}
        kept = list(earlier.kept_documents())
        self._kept = {document.id: document for document in kept}
        self._known = kept_variants(kept)
        rank = {source_id: place for place, source_id in enumerate(earlier.source_ids())}
        places = [_Place(plan, plan, True) for plan in planned]
        places += [_Place(plan := planned_again(k), plan, False, k.attachment_id, k) for k in kept if k.source_id in rank]
        self._places = sorted(places, key=lambda p: (rank[p.planned.source_id], p.planned.span.first_line))
        self._new_keys = {plan.bound.named.key for plan in planned if plan.bound is not None}
        self._asked: set[int] = set()
        if any(k.variant is not None and k.rule == ATTACHED for k in kept):
            raise CannotAddError  # other occurrences hold the same bytes, and are not kept

    # ---------------------------------------------------------------- before the messages

    def bind(self) -> KnownRegistry:
        """Return the registry of files, told of every text that stands under a name which a new text has."""
        group = [p for p in self._places if _key(p.planned) in self._new_keys]
        for place in group:
            place.planned = self._whole(place.planned)
        for place, plan in zip(group, unbind_weak([p.planned for p in group], self._sketches), strict=True):
            place.plan = plan
        for place in self._places:
            if place.was is not None and _key(place.planned) not in self._new_keys and _is_weak(place.was):
                place.plan = unbound(place.planned)
        known = {key: texts for key, texts in self._known.items() if key not in self._new_keys}
        plans = [p.plan for p in group if p.plan.bound is not None]
        return KnownRegistry(plans, self._sketches, self._planner, self._subjects, known)

    def named_occurrences(self) -> set[int]:
        """Return the occurrences that name a file under a name which a new text has, and to which a text is bound."""
        bound = (p.planned.bound for p in self._places if _key(p.planned) in self._new_keys)
        return {id_ for b in bound if b is not None for id_ in (b.named.occurrence_id, *b.named.others)}

    def keys_told_apart(self, variants: Variants) -> set[str]:
        """Return the names of which different texts stand now, or stood before, where a new text has the name."""
        return {key for key in self._new_keys if key in variants or key in self._known}

    # ---------------------------------------------------------------- after the messages

    def settle(
        self, attachment_of: Callable[[Plan], int | None], touched: Collection[int], attachments: Mapping[int, Attachment], late: LateBinder
    ) -> tuple[Plan, ...]:
        """Return all documents as they are settled now; each that is bound says to which file.

        Args:
            attachment_of: tells which file the name that a document is bound to means.
            touched: the occurrences whose messages were made again.
            attachments: all files as they are named now.
            late: binds what is left over.
        """
        asked = self._attach(attachment_of, touched)
        settled = [self._settled(place) for place in self._places]
        group = [i for i, place in enumerate(self._places) if place.attachment_id in asked]
        plans = [self._whole(self._places[i].plan) for i in group]
        kept = unbind_rivals(plans, [self._places[i].attachment_id for i in group], self._sketches)
        for i, plan in zip(group, kept, strict=True):
            settled[i] = replace(plan, attachment_id=self._places[i].attachment_id) if plan.bound is not None else plan
        again = (i for i, p in enumerate(self._places) if p.is_new or _key(p.planned) in self._new_keys or settled[i].kind == LOOSE)
        self._asked = {*group, *again}
        return self._bind_late(settled, attachments, late)

    def _attach(self, attachment_of: Callable[[Plan], int | None], touched: Collection[int]) -> set[int]:
        """Find the files anew that names mean which may mean others now, and return those that a document was bound to, or is now."""
        asked: set[int | None] = set()
        for place in self._places:
            bound = place.planned.bound
            if bound is None or not (place.is_new or bound.named.key in self._new_keys or bound.named.occurrence_id in touched):
                continue
            before, place.attachment_id = place.attachment_id, attachment_of(place.plan)
            if place.is_new or before != place.attachment_id:
                asked |= {before, place.attachment_id}
        return {id_ for id_ in asked if id_ is not None}

    def _settled(self, place: _Place) -> Plan:
        """Return a document as it was settled last, if no other one is asked."""
        if place.attachment_id is None:
            return place.plan
        if place.was is not None and self._told[place.was.id].attachment_id is None:
            return unbound(place.plan)
        return replace(place.plan, attachment_id=place.attachment_id)

    def _bind_late(self, settled: Sequence[Plan], attachments: Mapping[int, Attachment], late: LateBinder) -> tuple[Plan, ...]:
        released = frozenset(plan.attachment_id for plan in settled if plan.attachment_id is not None)
        loose = [self._whole(plan) for plan in settled if plan.kind == LOOSE]
        if not loose:
            return tuple(settled)
        namings = {id_: _named(attachment) for id_, attachment in attachments.items() if id_ not in released}
        found: dict[tuple[int, int], list[Plan]] = {}
        starts = {(plan.source_id, position): (plan.source_id, plan.span.first_line) for plan in loose for position in plan.positions}
        for plan in late.bind(loose, namings, released):
            found.setdefault(starts[plan.source_id, plan.positions[0]], []).append(plan)
        return tuple(new for plan in settled for new in found.get((plan.source_id, plan.span.first_line), (plan,)))

    # ---------------------------------------------------------------- what changed

    def changed(self, plans: Iterable[Plan]) -> tuple[list[Plan], list[ToldDocument]]:
        """Return the documents that are new or told otherwise than before, and those that are gone or were told otherwise."""
        spans = {self._places[i].planned.source_id: set[int]() for i in self._asked}
        for i in self._asked:
            planned = self._places[i].planned
            spans[planned.source_id].update(range(planned.span.first_line, planned.span.last_line + 1))
        now = {plan.id: plan for plan in plans if plan.span.first_line in spans.get(plan.source_id, ())}
        told = {t.id: t for t in self._told.values() if t.span.first_line in spans.get(t.source_id, ())}
        new = [plan for id_, plan in now.items() if told.get(id_) != _told(plan)]
        gone = [t for id_, t in told.items() if (plan := now.get(id_)) is None or _told(plan) != t]
        return new, gone

    def as_plan(self, told: ToldDocument) -> Plan:
        """Return a document as it was told last as a plan without pieces."""
        kept = self._kept.get(told.id)
        names: tuple[str, ...] = ()
        if kept is not None:
            names = kept.names if kept.filename_key is None else (kept.filename_key,) if told.attachment_id is None else ()
        return Plan(
            told.source_id, (), told.span, told.kind, told.title, None, names, told.rule, told.confidence, attachment_id=told.attachment_id
        )

    def documents(self, plans: Iterable[Plan]) -> list[Document]:
        """Return plans as documents with their text; a source's pieces are asked for once."""
        documents = []
        source_id, pieces = None, {}
        for plan in map(self._whole, plans):
            if plan.source_id != source_id:
                source_id = plan.source_id
                pieces = {piece.position: piece for piece in self._earlier.pieces(source_id)}
            text = document_text([pieces[position] for position in plan.positions])
            documents.append(
                Document(
                    plan.id, plan.source_id, plan.positions, plan.attachment_id, plan.kind, plan.title, text, plan.span, plan.confidence,
                    plan.rule,
                )
            )  # fmt: skip
        return documents

    def kept_changed(self, registry: KnownRegistry) -> list[KeptDocument]:
        """Return what is to be kept otherwise than before."""
        now = ((p, keep_document(p.planned, p.attachment_id, registry)) for p in self._places)
        return [kept for place, kept in now if kept != place.was]

    def _whole(self, plan: Plan) -> Plan:
        return plan if plan.positions else replace(plan, positions=self._earlier.positions(plan.source_id, plan.span))


def _key(plan: Plan) -> str | None:
    return plan.bound.named.key if plan.bound is not None else None


def _is_weak(kept: KeptDocument) -> bool:
    return kept.filename_key is not None and kept.attachment_id is None


def _told(plan: Plan) -> ToldDocument:
    return ToldDocument(
        plan.id, plan.source_id, plan.span, plan.kind, plan.title, plan.attachment_id, plan.rule, plan.confidence
    )  # fmt: skip


def _named(attachment: Attachment) -> Naming:
    """Return the naming of a file of which only the name is asked."""
    return Naming(attachment, "", False, (True, "", 0), 0, 0, Span(0, 0))
