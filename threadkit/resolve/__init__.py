"""Occurrences in, correspondence out: messages, people, threads, attachments, documents and findings.

A pure function of the readings: the same whatever the order of import, without clock, network or database. Each conclusion names its
rule (docs/rules.md); where the evidence leaves two answers, none is given and a finding says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain, groupby
from operator import attrgetter

from threadkit.records import Attachment, Conversation, Document, Finding, KeptDocument, Person, Readings
from threadkit.resolve import (
    attachments,
    bindings,
    copies,
    corrections,
    documents,
    findings,
    invitations,
    late_bindings,
    leftovers,
    mail_copies,
    mail_parents,
    names,
    namesakes,
    parents,
    participants,
    people,
    printed_conversations,
    quotations,
    release_findings,
    releases,
    threads,
    variants,
    worn_copies,
)
from threadkit.resolve.alike import Signs
from threadkit.resolve.attachments import Sketches, unbind_weak
from threadkit.resolve.components import Components, Index
from threadkit.resolve.conversations import Made, Settler
from threadkit.resolve.corrections import NO_CORRECTIONS, Acted, Corrections, find_acted, unfit_findings
from threadkit.resolve.documents import DocumentPlanner, Plan
from threadkit.resolve.earlier import KeptNamesake
from threadkit.resolve.kept import KnownRegistry, keep_document, keep_namesakes
from threadkit.resolve.late_bindings import LateBinder
from threadkit.resolve.names import NameReader
from threadkit.resolve.namesakes import find_namesake_evidence
from threadkit.resolve.openings import OpeningReader
from threadkit.resolve.people import NO_EVIDENCE, Directory, Evidence, resolve_people
from threadkit.resolve.release_findings import ReleaseFindings
from threadkit.resolve.same_files import find_same_files
from threadkit.resolve.subjects import Subjects
from threadkit.resolve.times import read_zone
from threadkit.resolve.working import OwnWork, Settled, ToldAll, Work, Worker
from threadkit.words import Words

__all__ = ["RULES", "Resolution", "resolve"]

_MODULES = (
    attachments,
    bindings,
    copies,
    corrections,
    documents,
    findings,
    invitations,
    late_bindings,
    leftovers,
    mail_copies,
    mail_parents,
    names,
    namesakes,
    parents,
    participants,
    people,
    printed_conversations,
    quotations,
    release_findings,
    releases,
    threads,
    variants,
    worn_copies,
)

#: Every rule that this wing concludes by; each has a heading in docs/rules.md.
RULES: tuple[str, ...] = tuple(dict.fromkeys(rule for module in _MODULES for rule in module.RULES))


class Resolution:
    """What follows from all readings together.

    `people` are there at once. `conversations()`, `documents()` and `findings()` are iterated once each, in that order; `attachments` is
    complete after the conversations (asked before, it goes through them for itself). `kept_...`: what the next import needs to know.
    """

    def __init__(
        self,
        readings: Readings,
        people: tuple[Person, ...],
        namesakes: tuple[KeptNamesake, ...],
        components: Components,
        planned: tuple[Plan, ...],
        plans: tuple[Plan, ...],
        registry: KnownRegistry,
        work: Work,
        conversations: Callable[[], Iterator[Conversation]],
        release: ReleaseFindings,
        acted: Callable[[tuple[Plan, ...]], tuple[Acted, ...]],
    ) -> None:
        self.people = people
        self._acted = acted
        self._readings = readings
        self._namesakes = namesakes
        self._components = components
        self._planned = planned
        self._plans = plans
        self._registry = registry
        self._work = work
        self._conversations = conversations
        self._release = release
        self._kept: tuple[KeptDocument, ...] = ()
        self._is_complete = False

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """The distinct attached files, by name."""
        self._complete()
        return self._registry.attachments()

    def conversations(self) -> Iterator[Conversation]:
        """Yield the conversations: messages with their threads, links and findings."""
        yield from self._conversations()
        pairs = zip(self._planned, self._plans, strict=True)
        self._kept = tuple(keep_document(planned, self._release.attachment_of(plan), self._registry) for planned, plan in pairs)
        self._plans = self._release.settle()
        self._is_complete = True

    def documents(self) -> Iterator[Document]:
        """Yield the documents, source by source."""
        self._complete()
        for of_source in self._work.documents(self._settled()):
            yield from of_source

    def _settled(self) -> Iterator[list[Settled]]:
        """Yield the documents of each source that has any, with the names of their files."""
        for _, plans in groupby(self._plans, attrgetter("source_id")):
            found = [(plan, self._release.attachment_of(plan)) for plan in plans]
            yield [Settled(plan, id_, self._registry.filename(id_)) for plan, id_ in found]

    def findings(self) -> Iterator[Finding]:
        """Yield the findings that no conversation holds; the work on them begins before the first is taken."""
        self._complete()
        return self._findings(self._release.attachments())

    def _findings(self, attachments: Iterator[Finding]) -> Iterator[Finding]:
        seen: set[int] = set()
        for finding in (*attachments, *self._release.people(self.people), *unfit_findings(self.corrections())):
            yield finding
        for finding in self._release.marks(self._readings):
            if finding.id not in seen:
                seen.add(finding.id)
                yield finding

    def corrections(self) -> tuple[Acted, ...]:
        """Return what became of each correction, in the order of their file."""
        self._complete()
        return self._acted(self._plans)

    def kept_alike(self) -> Iterator[tuple[int, int, int]]:
        """Yield (number of what is alike, day, occurrence) for each occurrence."""
        return self._components.alike()

    def kept_documents(self) -> Iterator[KeptDocument]:
        """Yield the documents as their own sources tell them."""
        self._complete()
        return iter(self._kept)

    def kept_namesakes(self) -> Iterator[KeptNamesake]:
        """Yield the names that fit two people, and whom single messages tell apart."""
        return iter(self._namesakes)

    def _complete(self) -> None:
        if not self._is_complete:
            for _ in self.conversations():
                pass


def resolve(
    readings: Readings, words: Words, timezone: str | None = None, corrections: Corrections = NO_CORRECTIONS, work: Work | None = None
) -> Resolution:
    """Conclude the correspondence from all readings.

    Args:
        readings: what the parser read, from an archive or from memory.
        words: the words as data.
        timezone: the zone of printed times without an offset (`America/Toronto`); None leaves `sent_utc` empty for them.
        corrections: what readers know better.
        work: who works on single sources and components; by default this process, without texts for search.

    Raises:
        ThreadkitError: there is no such time zone.
    """
    read_zone(timezone)
    work = work or OwnWork(Worker(readings, words))
    same_files = find_same_files(readings.held_files(), words)
    signs = work.signs(readings.source_ids(), {}, same_files)
    by_source = work.plan(readings.source_ids(), same_files)
    subjects, components = _cut(readings, work, chain.from_iterable(signs), Subjects(words, same_files=same_files), corrections)
    directory, namesakes, ambiguous = find_people(readings, NameReader(words), subjects, corrections)
    told = ToldAll(directory.told, dict(subjects.repairs), same_files, timezone, corrections)
    made = work.make(told, components.batches())
    index = Index(components.ids)
    planner = DocumentPlanner(readings, words, subjects)
    planned = tuple(plan for plans in by_source for plan in plans)
    sketches = Sketches(readings, subjects)
    plans = unbind_weak(planned, sketches)
    registry = KnownRegistry(plans, sketches, planner, subjects)
    openings = OpeningReader(words)
    late = LateBinder(readings, planner, openings)
    release = ReleaseFindings(plans, sketches, registry, planner, index, openings, late, readings, subjects, work.leftovers, corrections)

    def acted(settled: tuple[Plan, ...]) -> tuple[Acted, ...]:
        return tuple(find_acted(corrections, index, settled, release.files(), subjects, directory.corrected))

    conversations = partial(_conversations, made, Settler(registry, index))
    kept_namesakes = tuple(keep_namesakes(namesakes, ambiguous))
    return Resolution(readings, directory.people, kept_namesakes, components, planned, plans, registry, work, conversations, release, acted)


def _conversations(made: Iterable[list[Made]], settler: Settler) -> Iterator[Conversation]:
    """Yield the conversations, in the order of their first occurrence."""
    for batch in made:
        yield from map(settler.settle, batch)


def find_people(
    readings: Readings, reader: NameReader, subjects: Subjects, corrections: Corrections = NO_CORRECTIONS
) -> tuple[Directory, Evidence, frozenset[str]]:
    """Return all people, what single messages tell of the names that fit two, and the keys of these names."""
    known = corrections.people
    uses, signatures = list(readings.mailbox_uses()), list(readings.signature_uses())
    directory = resolve_people(uses, signatures, reader, corrections=known)
    ambiguous = directory.ambiguous_keys
    if not ambiguous:
        return directory, NO_EVIDENCE, ambiguous
    evidence = find_namesake_evidence(readings, reader, subjects, ambiguous)
    return resolve_people(uses, signatures, reader, evidence, known), evidence, ambiguous


def _cut(
    readings: Readings, work: Work, signs: Iterable[Signs], subjects: Subjects, corrections: Corrections
) -> tuple[Subjects, Components]:
    """Return the components of the readings, and the subjects that they are cut by: once more where damaged ones are told."""
    components = Components(signs, corrections.joined)
    subjects.damaged |= components.damaged
    if subjects.damaged and (repairs := subjects.match_damaged(key.subject_base for key in readings.keys())):  # noqa: SIM118 - no mapping
        subjects = Subjects(subjects.words, repairs, subjects.same_files)
        components = Components(chain.from_iterable(work.signs(readings.source_ids(), repairs, subjects.same_files)), corrections.joined)
    return subjects, components
