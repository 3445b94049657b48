"""Make one component's conversation after another: copies to messages, parents, threads and findings; then tell which files they name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from threadkit.frozen import record
from threadkit.records import Conversation, Message, Occurrence
from threadkit.resolve.attachments import AttachmentRegistry, Claim, claim_files
from threadkit.resolve.bodies import BodyReader
from threadkit.resolve.components import Index
from threadkit.resolve.copies import CopyMatcher
from threadkit.resolve.corrections import NO_CORRECTIONS, Corrections
from threadkit.resolve.findings import MessageFindings
from threadkit.resolve.messages import Draft, Drafter, told_subject
from threadkit.resolve.parents import Decision, ParentFinder, decision_links
from threadkit.resolve.subjects import Subjects
from threadkit.resolve.threads import cut_cycles, find_parts, make_threads
from threadkit.words import Words

#: The layout of a mail file's own header, which names every attachment.
MAIL_FILE = "mail-file"


class Texts(Protocol):
    """Who makes the texts by which messages are found."""

    def prepare(self, occurrence_ids: Sequence[int]) -> None:
        """Make ready for the messages of these occurrences."""
        ...

    def message(self, copies: Sequence[Occurrence], body: str) -> tuple[str, ...]:
        """Return the texts by which a message of these copies and this body is found."""
        ...


class NoTexts:
    """Makes no texts for search."""

    def prepare(self, occurrence_ids: Sequence[int]) -> None:
        """Do nothing."""

    def message(self, copies: Sequence[Occurrence], body: str) -> tuple[str, ...]:  # noqa: ARG002 - the names are the protocol's
        """Return none."""
        return ()


NO_TEXTS = NoTexts()


@record(frozen=True, slots=True)
class Made:
    """A conversation whose attachments are not yet told. A message each: what it claims of files, and what it shows of attachments."""

    conversation: Conversation
    claims: tuple[Claim | None, ...]
    shown: tuple[int, ...]


class ConversationMaker:
    """Makes the conversation of one component from its occurrences and what all readings tell of people and subjects; remembers nothing."""

    def __init__(
        self,
        matcher: CopyMatcher,
        drafter: Drafter,
        findings: MessageFindings,
        bodies: BodyReader,
        subjects: Subjects,
        words: Words,
        corrections: Corrections = NO_CORRECTIONS,
        texts: Texts = NO_TEXTS,
    ) -> None:
        self._corrections = corrections
        self._matcher = matcher
        self._drafter = drafter
        self._findings = findings
        self._bodies = bodies
        self._subjects = subjects
        self._texts = texts
        printing = {layout.name for layout in words.layouts if layout.standing == "released" and "attachments" in layout.optional}
        self._printing_layouts = frozenset({*printing, MAIL_FILE})

    def make(self, occurrences: Sequence[Occurrence]) -> Made:
        """Return the conversation that one component's occurrences make."""
        drafts = self._drafter.draft(self._matcher.group(occurrences))
        found = ParentFinder(drafts, self._bodies, self._subjects).find()
        decisions = cut_cycles(drafts, self._corrections.correct_parents(drafts, found))
        thread_ids, threads = make_threads(drafts, decisions, find_parts(decisions))
        messages = [self._message(d, decision, t, drafts) for d, decision, t in zip(drafts, decisions, thread_ids, strict=True)]
        links = [link for i, decision in enumerate(decisions) for link in decision_links(i, decision, drafts)]
        conversation = Conversation(tuple(messages), tuple(threads), tuple(links), tuple(self._findings.find(drafts, decisions)))
        return Made(conversation, tuple([claim_files(d, self._subjects) for d in drafts]), tuple([self._shown(d) for d in drafts]))

    def _message(self, draft: Draft, decision: Decision, thread_id: int, drafts: Sequence[Draft]) -> Message:
        full, sent = draft.fullest, draft.sent
        sender = next((row for row in draft.parties.rows if row.role == "from"), None)
        subject = told_subject(draft.occurrences, self._subjects)
        copies = sorted(draft.occurrences, key=lambda o: o.id)
        return Message(
            id=draft.id,
            occurrence_ids=tuple([o.id for o in copies]),
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
            attachments=(),
            rule=draft.rule,
            mail_ids=draft.mail_ids,
            searched=self._texts.message(copies, full.body),
        )

    def _shown(self, draft: Draft) -> int:
        if draft.attachments:
            return Index.NAMED
        shows = any(o.standing == "released" and o.layout in self._printing_layouts for o in draft.occurrences)
        return Index.NONE_NAMED if shows else Index.UNTOLD


class Settler:
    """Tells which files the messages of made conversations name, and notes their occurrences; in the order of the components."""

    def __init__(self, registry: AttachmentRegistry, index: Index) -> None:
        self._registry = registry
        self._index = index

    def settle(self, made: Made) -> Conversation:
        """Return the conversation with its attachments."""
        conversation = made.conversation
        for message, shown in zip(conversation.messages, made.shown, strict=True):
            for occurrence_id in message.occurrence_ids:
                self._index.note(occurrence_id, message.id, shown)
        if not any(made.claims):
            return conversation
        pairs = zip(conversation.messages, made.claims, strict=True)
        messages = (replace(m, attachments=self._registry.attach(claim)) if claim is not None else m for m, claim in pairs)
        return replace(conversation, messages=tuple(messages))
