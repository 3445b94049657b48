"""Conclude what new sources add to an archive, and change in it: the same rows as if all were concluded anew, at the price of what they touch.

People are concluded anew from all distinct mailboxes, for they are few. Of the messages, those of the touched components are; of the
documents, those that share a name with a new one, or are left over; of the findings, those about any of these.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from threadkit.records import Attachment, Conversation, Document, Finding, KeptDocument, Mark, OccurrenceKey, Person, Readings, Span
from threadkit.resolve.alike import read_signs
from threadkit.resolve.attachments import Naming, Sketches, claim_files
from threadkit.resolve.bodies import BodyReader
from threadkit.resolve.components import Components, Index
from threadkit.resolve.conversations import Settler
from threadkit.resolve.copies import Copies
from threadkit.resolve.documents import DocumentPlanner, Plan
from threadkit.resolve.earlier import CannotAddError, Earlier, KeptNamesake, ToldDocument
from threadkit.resolve.kept import KnownRegistry, keep_namesakes
from threadkit.resolve.late_bindings import LateBinder
from threadkit.resolve.leftovers import Answer, Asked, look_through
from threadkit.resolve.messages import Drafter, filename_key
from threadkit.resolve.names import NameReader
from threadkit.resolve.openings import OpeningReader
from threadkit.resolve.people import Directory
from threadkit.resolve.release_findings import ReleaseFindings
from threadkit.resolve.resettling import Resettler
from threadkit.resolve.subjects import Subjects
from threadkit.resolve.touched import PeopleChange, find_people_change, find_renamed, find_touched, read_subjects
from threadkit.resolve.working import ToldAll, conversation_maker
from threadkit.words import Words

_NOWHERE = Span(0, 0)

__all__ = ["Addition", "CannotAddError", "conclude_addition"]


@dataclass(frozen=True, slots=True)
class Addition:
    """What is to be written, and taken out first: of what is named as gone, all that was said; of what is asked, all findings.

    `messages_gone` are the messages of all touched components; most come again in `conversations`.
    """

    people_gone: tuple[int, ...]
    people: tuple[Person, ...]
    messages_gone: tuple[int, ...]
    conversations: tuple[Conversation, ...]
    attachments_gone: tuple[int, ...]
    attachments: tuple[Attachment, ...]
    documents_gone: tuple[int, ...]
    documents: tuple[Document, ...]
    attachments_asked: tuple[int, ...]
    sources_asked: tuple[int, ...]
    findings: tuple[Finding, ...]
    kept_alike: tuple[tuple[int, int, int], ...]
    kept_documents: tuple[KeptDocument, ...]
    kept_namesakes: tuple[KeptNamesake, ...]


def conclude_addition(
    earlier: Earlier, sources: Sequence[int], words: Words, timezone: str | None, may_touch: Callable[[int], bool]
) -> Addition:
    """Conclude what new sources change.

    Args:
        earlier: the readings, those of the new sources included, and what was concluded without these.
        sources: the new sources.
        words: the words as data.
        timezone: as in `resolve`, and as when the archive was concluded last.
        may_touch: tells whether so many occurrences may be touched before it is better to conclude all anew.

    Raises:
        CannotAddError: all is to be concluded anew.
        ThreadkitError: there is no such time zone.
    """
    if earlier.crosses_attached(sources):
        raise CannotAddError
    new = earlier.keys_of_sources(sources)
    reader, subjects = NameReader(words), read_subjects(earlier, new, words)
    people = find_people_change(earlier, sources, new, reader, subjects)
    own = Components([read_signs(new, subjects)])
    planner = DocumentPlanner(earlier, words, subjects)
    new_sources = [id_ for id_ in earlier.source_ids() if id_ in sources]
    planned = tuple(plan for source_id in new_sources for plan in planner.plan(source_id))
    documents = Resettler(earlier, planned, planner, subjects)
    registry = documents.bind()
    seeds = {key.id for key in new} | find_renamed(earlier, people, reader)
    seeds |= documents.named_occurrences() | _find_naming(earlier, documents.keys_told_apart(registry.variants), subjects)
    keys = find_touched(earlier, seeds, subjects, may_touch)
    tools = _Tools(earlier, words, subjects, planner, registry, people.new, keys)
    conversations = tuple(tools.conversations(timezone))
    remaking = _Remaking(tools, documents, conversations, sources)
    return remaking.conclude(people, tuple(own.alike()))


def _find_naming(earlier: Earlier, keys: Collection[str], subjects: Subjects) -> set[int]:
    """Return the old occurrences of messages that name a file under one of these keys."""
    if not keys:
        return set()
    named = [id_ for id_, attachment in earlier.attachments().items() if filename_key(attachment.filename, subjects) in keys]
    messages = {message for _, message, _, _ in earlier.namers(named)}
    return {occurrence for found in earlier.occurrences_of(messages).values() for occurrence in found}


class _SomeMarks:
    """Some of the marks: those in touched messages, and all outside of messages in some sources."""

    def __init__(self, readings: Readings, touched: Mapping[int, int], sources: Collection[int]) -> None:
        self._readings, self._touched, self._sources = readings, touched, sources

    def source_ids(self) -> list[int]:
        wanted = {*self._touched.values(), *self._sources}
        return [id_ for id_ in self._readings.source_ids() if id_ in wanted]

    def marks(self, source_id: int) -> list[Mark]:
        outside = source_id in self._sources
        return [m for m in self._readings.marks(source_id) if (outside if m.occurrence_id is None else m.occurrence_id in self._touched)]


class _Tools:
    """What the rules are asked with, told of the touched occurrences alone."""

    def __init__(
        self,
        earlier: Earlier,
        words: Words,
        subjects: Subjects,
        planner: DocumentPlanner,
        registry: KnownRegistry,
        directory: Directory,
        keys: Sequence[OccurrenceKey],
    ) -> None:
        self.earlier, self.words, self.subjects, self.planner, self.registry = earlier, words, subjects, planner, registry
        self.directory = directory
        self.openings = OpeningReader(words)
        self.components = Components([read_signs(keys, subjects)])
        self.index = Index(self.components.ids)
        self.touched = {key.id: key.source_id for key in keys}
        self.late = LateBinder(earlier, planner, self.openings)
        self.sketches = Sketches(earlier, subjects)

    def conversations(self, timezone: str | None) -> Iterator[Conversation]:
        """Yield the conversations of the touched components."""
        told = ToldAll(self.directory.told, self.subjects.repairs, self.subjects.same_files, timezone)
        maker, settler = conversation_maker(self.directory, self.subjects, told), Settler(self.registry, self.index)
        for batch in self.components.batches():
            found = iter(self.earlier.occurrences([i for component in batch for i in component]))
            for component in batch:
                yield settler.settle(maker.make([next(found) for _ in component]))

    def look(self, asked: Sequence[Asked]) -> Iterator[list[Answer]]:
        """Yield what may be the files that are looked for in each source."""
        return (look_through(self.earlier, self.subjects, each) for each in asked)

    def drafter(self) -> Drafter:
        """Return what drafts messages by these people; the time zone does not matter to the files that they name."""
        return Drafter(self.directory, BodyReader(self.words), self.subjects, None)

    def release(self, plans: Sequence[Plan], registry: KnownRegistry) -> ReleaseFindings:
        return ReleaseFindings(plans, self.sketches, registry, self.planner, self.index, self.openings, self.late, self.earlier, self.subjects, self.look)


class _Remaking:
    """What follows from the touched messages: files, documents, findings."""

    def __init__(
        self,
        tools: _Tools,
        documents: Resettler,
        conversations: tuple[Conversation, ...],
        sources: Sequence[int],
    ) -> None:
        self._tools, self._documents, self._conversations = tools, documents, conversations
        self._sources = frozenset(sources)
        self._earlier, self._registry = tools.earlier, tools.registry
        self._gone = frozenset(self._earlier.messages_of(tools.touched.keys()).values())

    def conclude(self, people: PeopleChange, alike: tuple[tuple[int, int, int], ...]) -> Addition:
        """Return all that changes."""
        before = self._earlier.attachments()
        named = self._earlier.named_in(self._gone) | {
            a.attachment_id for c in self._conversations for m in c.messages for a in m.attachments
        }
        namings = self._namings(named)
        attachments = {id_: a for id_, a in before.items() if id_ not in named} | {id_: n.attachment for id_, n in namings.items()}
        release = self._tools.release((), self._registry)
        plans = self._documents.settle(release.attachment_of, self._tools.touched.keys(), attachments, self._tools.late)
        new, gone = self._documents.changed(plans)
        asked = (self._asked(new, gone, attachments, named) | named) & attachments.keys()
        namings |= self._namings(asked - named)
        sources = self._sources.union([plan.source_id for plan in new], [told.source_id for told in gone])
        return Addition(
            people_gone=people.gone,
            people=people.changed,
            messages_gone=tuple(sorted(self._gone)),
            conversations=self._conversations,
            attachments_gone=tuple(sorted(before.keys() - attachments.keys())),
            attachments=tuple(a for id_, a in sorted(attachments.items()) if before.get(id_) != a),
            documents_gone=tuple(told.id for told in gone),
            documents=tuple(self._documents.documents(new)),
            attachments_asked=tuple(sorted(asked | named)),
            sources_asked=tuple(sorted(sources)),
            findings=tuple(self._findings(plans, namings, sources, people)),
            kept_alike=alike,
            kept_documents=tuple(self._documents.kept_changed(self._registry)),
            kept_namesakes=tuple(keep_namesakes(people.evidence, people.ambiguous)),
        )

    def _namings(self, attachments: Collection[int]) -> dict[int, Naming]:
        """Return the namings of files: from the touched messages, and from those of the others that name them first and best."""
        earliest: dict[int, tuple[bool, str, int]] = {}
        best: dict[int, dict[str, int]] = {}
        for attachment_id, message_id, sent_at, filename in self._earlier.namers(attachments):
            if message_id not in self._gone:
                first = (sent_at is None, sent_at or "", message_id)
                earliest[attachment_id] = min(first, earliest.get(attachment_id, first))
                best.setdefault(attachment_id, {}).setdefault(filename, message_id)
        messages = {first[2] for first in earliest.values()} | {message for names in best.values() for message in names.values()}
        drafter = self._tools.drafter()
        for message_id, ids in sorted(self._earlier.occurrences_of(messages).items()):
            draft = drafter.draft([Copies(tuple(self._earlier.occurrences(ids)), "single")])[0]
            if (claim := claim_files(replace(draft, id=message_id), self._tools.subjects)) is not None:
                self._registry.attach(claim)
        for id_ in self._earlier.held(attachments, self._gone) & self._registry.namings.keys():
            self._registry.namings[id_].is_held = True
        return {id_: naming for id_, naming in self._registry.namings.items() if id_ in attachments}

    def _asked(self, new: list[Plan], gone: list[ToldDocument], attachments: Mapping[int, Attachment], known: Collection[int]) -> set[int]:
        """Return the files whose text became known or unknown, and those for which an unbound text that came or went may be it."""
        was = {told.attachment_id for told in gone if told.attachment_id is not None}
        now = {plan.attachment_id for plan in new if plan.attachment_id is not None}
        plans = [*new, *(self._documents.as_plan(told) for told in gone)]
        if not plans:
            return was | now
        open_ = {id_: source for id_, source in self._earlier.not_released().items() if id_ in attachments and id_ not in known}
        # What a source leaves over is told otherwise where one of its texts is now, or is no more, that of a file.
        changed = {plan.source_id for plan in plans}
        now |= {id_ for id_, source in open_.items() if source in changed}
        loose = [plan for plan in plans if plan.attachment_id is None and plan.kind in ("unknown", "attachment-text")]
        if not loose:
            return was | now
        probe = _Namings({id_: self._open_naming(attachments[id_], source) for id_, source in open_.items()})
        return was | now | self._tools.release(loose, probe).perhaps_unbound()  # type: ignore[arg-type]

    def _open_naming(self, attachment: Attachment, source_id: int) -> Naming:
        key = filename_key(attachment.filename, self._tools.subjects)
        return Naming(attachment, key, False, (True, "", attachment.id), 0, source_id, _NOWHERE)

    def _findings(
        self, plans: Sequence[Plan], namings: Mapping[int, Naming], sources: Collection[int], people: PeopleChange
    ) -> Iterator[Finding]:
        release = self._tools.release(plans, _Namings(namings))  # type: ignore[arg-type]
        yield from release.attachments()
        yield from release.people(people.changed)
        marks = release.marks(_SomeMarks(self._earlier, self._tools.touched, sources))  # type: ignore[arg-type]
        yield from {finding.id: finding for finding in reversed(list(marks))}.values()


class _Namings:
    """Some files, as the findings of a release ask for them."""

    def __init__(self, namings: Mapping[int, Naming]) -> None:
        self.namings = namings
