"""What an import keeps of the documents as their own sources tell them, so that the next import need not read those sources again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from threadkit.records import KeptDocument
from threadkit.resolve.attachments import AttachmentRegistry, Sketches
from threadkit.resolve.bindings import Bound, Named
from threadkit.resolve.documents import DocumentPlanner, Plan
from threadkit.resolve.earlier import KeptNamesake
from threadkit.resolve.people import Evidence
from threadkit.resolve.subjects import Subjects

#: Key of a name -> occurrence -> text, for the names under which different texts stand.
Variants = Mapping[str, Mapping[int, str]]


class KnownRegistry(AttachmentRegistry):
    """A registry that tells, and is told, which names different texts have."""

    def __init__(
        self, plans: Sequence[Plan], sketches: Sketches, planner: DocumentPlanner, subjects: Subjects, known: Variants | None = None
    ) -> None:
        super().__init__(plans, sketches, planner, subjects)
        for key, texts in (known or {}).items():
            self._variants.setdefault(key, dict(texts))

    @property
    def variants(self) -> Variants:
        """The names under which different texts stand."""
        return self._variants


def keep_namesakes(evidence: Evidence, ambiguous: Iterable[str]) -> Iterator[KeptNamesake]:
    """Yield what is kept of the names that fit two people: each of them, and whom single messages tell apart."""
    yield from ((key, "", None, None) for key in sorted(ambiguous))
    yield from ((*name, *told) for name, told in sorted(evidence.items()))


def keep_document(planned: Plan, attachment_id: int | None, registry: KnownRegistry) -> KeptDocument:
    """Return what is kept of a document: as planned, and the file that its name means."""
    kept = (planned.id, planned.source_id, planned.span, planned.kind, planned.rule, planned.confidence, planned.title, planned.names)
    if planned.bound is None:
        return KeptDocument(*kept)
    named = planned.bound.named
    variant = registry.variants.get(named.key, {}).get(named.occurrence_id) if attachment_id is not None else None
    return KeptDocument(*kept, named.occurrence_id, named.filename, named.key, attachment_id, variant)


def planned_again(kept: KeptDocument) -> Plan:
    """Return the plan of a document that was kept, without its pieces: `positions` is empty."""
    bound = None
    if kept.occurrence_id is not None and kept.filename is not None and kept.filename_key is not None:
        named = Named(kept.occurrence_id, kept.filename, kept.filename_key, True)
        bound = Bound(0, named, kept.rule, kept.confidence)
    return Plan(kept.source_id, (), kept.span, kept.kind, kept.title, bound, kept.names, kept.rule, kept.confidence)


def kept_variants(documents: Iterable[KeptDocument]) -> dict[str, dict[int, str]]:
    """Return the names under which different texts stand, as they were told before."""
    variants: dict[str, dict[int, str]] = {}
    for kept in documents:
        if kept.variant is not None and kept.filename_key is not None and kept.occurrence_id is not None:
            variants.setdefault(kept.filename_key, {})[kept.occurrence_id] = kept.variant
    return variants
