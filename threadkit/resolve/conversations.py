"""Resolve one component after another: copies to messages, parents, threads, attachments and findings. Holds one batch at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from threadkit.records import Conversation, Message, Occurrence, Readings
from threadkit.resolve.attachments import AttachmentRegistry
from threadkit.resolve.bodies import BodyReader
from threadkit.resolve.components import Components, Index
from threadkit.resolve.copies import CopyMatcher
from threadkit.resolve.corrections import NO_CORRECTIONS, Corrections
from threadkit.resolve.findings import MessageFindings
from threadkit.resolve.messages import Draft, Drafter, told_subject
from threadkit.resolve.parents import Decision, ParentFinder, decision_links
from threadkit.resolve.subjects import Subjects
from threadkit.resolve.threads import cut_cycles, find_threads
from threadkit.words import Words

#: The layout of a mail file's own header, which names every attachment.
MAIL_FILE = "mail-file"


class ConversationResolver:
    """Makes the conversations of the readings, one component at a time."""

    def __init__(
        self,
        matcher: CopyMatcher,
        drafter: Drafter,
        registry: AttachmentRegistry,
        findings: MessageFindings,
        index: Index,
        bodies: BodyReader,
        subjects: Subjects,
        words: Words,
        corrections: Corrections = NO_CORRECTIONS,
    ) -> None:
        self._corrections = corrections
        self._matcher = matcher
        self._drafter = drafter
        self._registry = registry
        self._findings = findings
        self._index = index
        self._bodies = bodies
        self._subjects = subjects
        printing = {layout.name for layout in words.layouts if layout.standing == "released" and "attachments" in layout.optional}
        self._printing_layouts = frozenset({*printing, MAIL_FILE})

    def conversations(self, readings: Readings, components: Components) -> Iterator[Conversation]:
        """Yield the conversations, in the order of their first occurrence."""
        for batch in components.batches():
            found = iter(readings.occurrences([i for component in batch for i in component]))
            for component in batch:
                yield self.resolve([next(found) for _ in component])

    def resolve(self, occurrences: Sequence[Occurrence]) -> Conversation:
        """Return the conversation that one component's occurrences make."""
        drafts = self._drafter.draft(self._matcher.group(occurrences))
        found = ParentFinder(drafts, self._bodies, self._subjects).find()
        decisions = cut_cycles(drafts, self._corrections.correct_parents(drafts, found))
        thread_ids, threads = find_threads(drafts, decisions)
        messages = [self._message(d, decision, t, drafts) for d, decision, t in zip(drafts, decisions, thread_ids, strict=True)]
        links = [link for i, decision in enumerate(decisions) for link in decision_links(i, decision, drafts)]
        return Conversation(tuple(messages), tuple(threads), tuple(links), tuple(self._findings.find(drafts, decisions)))

    def _message(self, draft: Draft, decision: Decision, thread_id: int, drafts: Sequence[Draft]) -> Message:
        self._note(draft)
        full, sent = draft.fullest, draft.sent
        sender = next((row for row in draft.parties.rows if row.role == "from"), None)
        subject = told_subject(draft.occurrences, self._subjects)
        return Message(
            id=draft.id,
            occurrence_ids=tuple(sorted(o.id for o in draft.occurrences)),
            kind=next((o.kind for o in draft.occurrences if o.kind != "message"), full.kind),
            thread_id=thread_id,
            parent_id=drafts[decision.parent].id if decision.parent is not None else None,
            relation=decision.relation,
            standing=draft.standing,
            sender_id=sender.person_id if sender is not None else None,
            sent_at=draft.sent_at,
            sent_precision=sent.precision if sent is not None and sent.value is not None else None,
            sent_utc=draft.sent_utc,
            sent_text=sent.text if sent is not None else None,
            subject=subject[0],
            subject_base=subject[1],
            body=full.body,
            body_occurrence_id=full.id,
            participants=draft.parties.rows,
            attachments=self._registry.attach(draft),
            rule=draft.rule,
            mail_ids=draft.mail_ids,
        )

    def _note(self, draft: Draft) -> None:
        shows = any(o.standing == "released" and o.layout in self._printing_layouts for o in draft.occurrences)
        attached = Index.NAMED if draft.attachments else Index.NONE_NAMED if shows else Index.UNTOLD
        for occurrence in draft.occurrences:
            self._index.note(occurrence.id, draft.id, attached)
