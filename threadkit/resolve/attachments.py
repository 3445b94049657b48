"""Tell which names in attachment lists are one file, and keep what findings need to know of each.

Names that are equal but for case, accents, blanks, `_` and `-` are one file, unless two different texts stand under them. Names that
many files have (`image001.png`) are one only within a message. Names of the same bytes in mail files are one file too.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from threadkit.frozen import record
from threadkit.records import Attachment, AttachmentName, MessageAttachment, Readings, Span, content_id
from threadkit.resolve.documents import DocumentPlanner, Plan, document_text, unbound
from threadkit.resolve.messages import Draft, filename_key
from threadkit.resolve.sketches import Sketch, are_alike, is_part, sketch
from threadkit.resolve.subjects import Subjects

RULES = ("filename", "filename-in-message", "filename-and-text", "same-bytes")

WEAK = 0.6
TOLD = "title-words"


@dataclass(slots=True)
class Naming:
    """What is known of one attached file: its name, the earliest message that names it, with the place, and whether a mail file holds it."""

    attachment: Attachment
    key: str
    is_generic: bool
    first: tuple[bool, str, int]
    message_id: int
    source_id: int
    span: Span
    is_held: bool = False


@record(frozen=True, slots=True)
class ClaimedFile:
    """One name in a message's attachment list, as compared, and where the message names it first."""

    name: AttachmentName
    key: str
    source_id: int
    span: Span


@record(frozen=True, slots=True)
class Claim:
    """What one message names of attached files: all that the registry needs of it."""

    message_id: int
    sent_at: str | None
    occurrence_ids: tuple[int, ...]
    files: tuple[ClaimedFile, ...]


def claim_files(draft: Draft, subjects: Subjects) -> Claim | None:
    """Return what a message names of attached files; None for none."""
    if not draft.attachments:
        return None
    files = []
    for name in draft.attachments:
        key = filename_key(name.filename, subjects)
        files.append(ClaimedFile(name, key, *_place(key, draft, subjects)))
    return Claim(draft.id, draft.sent_at, tuple([o.id for o in draft.occurrences]), tuple(files))


class AttachmentRegistry:
    """All attached files of the readings. `attach` is called for every message that names any; then `namings` is complete."""

    def __init__(self, plans: Sequence[Plan], sketches: Sketches, planner: DocumentPlanner, subjects: Subjects) -> None:
        self._planner = planner
        self._subjects = subjects
        self._variants = _text_variants(plans, sketches)
        self._chosen: dict[tuple[int, str], str] = {}
        self.namings: dict[int, Naming] = {}

    def id_for(self, key: str, filename: str, occurrence_ids: Iterable[int], message_id: int) -> tuple[int, str]:
        """Return the id of the file that a message names, and the rule that made it one with others.

        A message names one file by one name, even where its copies are followed by texts that differ: asked for a message first, the answer
        for one of its occurrences is the same.
        """
        if self._planner.is_generic(filename):
            return content_id("attachment", key, str(message_id)), "filename-in-message"
        variants = self._variants.get(key)
        if variants is None:
            return content_id("attachment", key), "same-bytes" if key in self._subjects.same_files else "filename"
        told = [o for o in occurrence_ids if o in variants]
        chosen = min((self._chosen[o, key] for o in told if (o, key) in self._chosen), default=min((variants[o] for o in told), default=""))
        self._chosen.update(((o, key), chosen) for o in told)
        return content_id("attachment", key, *filter(None, (chosen,))), "filename-and-text"

    def attach(self, claim: Claim) -> tuple[MessageAttachment, ...]:
        """Return a message's attachments, each with the file that it names."""
        rows = []
        for file in claim.files:
            name = file.name
            attachment_id, rule = self.id_for(file.key, name.filename, claim.occurrence_ids, claim.message_id)
            self._note(attachment_id, file, rule, claim)
            self.namings[attachment_id].is_held |= name.file is not None and name.file.byte_count > 0
            rows.append(MessageAttachment(attachment_id, name.position, name.filename, name.text, rule, name.file))
        return tuple(rows)

    def _note(self, attachment_id: int, file: ClaimedFile, rule: str, claim: Claim) -> None:
        first = (claim.sent_at is None, claim.sent_at or "", claim.message_id)
        known, filename = self.namings.get(attachment_id), file.name.filename
        best = filename if known is None else min(filename, known.attachment.filename, key=_readable)
        if known is None or first < known.first:
            is_held = known is not None and known.is_held
            attachment = Attachment(attachment_id, best, _extension(best), rule)
            known = Naming(attachment, file.key, rule == "filename-in-message", first, claim.message_id, file.source_id, file.span, is_held)
            self.namings[attachment_id] = known
        elif best != known.attachment.filename:
            known.attachment = Attachment(attachment_id, best, _extension(best), rule)

    def filename(self, attachment_id: int | None) -> str | None:
        """Return the name of a file; None for none."""
        naming = self.namings.get(attachment_id) if attachment_id is not None else None
        return naming.attachment.filename if naming is not None else None

    def attachments(self) -> tuple[Attachment, ...]:
        """Return the distinct files, by name."""
        return tuple(sorted((n.attachment for n in self.namings.values()), key=lambda a: (a.filename, a.id)))


def _readable(filename: str) -> tuple[int, int, str]:
    """Order names of one file: accents kept, blanks rather than underscores."""
    return (-sum(not c.isascii() for c in filename), filename.count("_"), filename)


def _extension(filename: str) -> str:
    stem, dot, extension = filename.rpartition(".")
    extension = extension.strip().lower()
    return extension if stem and dot and extension.isalnum() and len(extension) <= 8 else ""


def _place(key: str, draft: Draft, subjects: Subjects) -> tuple[int, Span]:
    for occurrence in draft.occurrences:
        for name in occurrence.attachments:
            if filename_key(name.filename, subjects) == key:
                return occurrence.source_id, name.span
    return draft.fullest.source_id, draft.fullest.span


def _text_variants(plans: Sequence[Plan], sketches: Sketches) -> dict[str, dict[int, str]]:
    """Return key -> occurrence -> text, for the names under which different texts stand; a text is told by its sketch."""
    variants: dict[str, dict[int, str]] = {}
    for key, places in sketches.read_namesakes(plans).items():
        texts = _distinct_texts([plans[i] for i in places], sketches)
        if len(set(texts.values())) > 1:
            variants[key] = texts
    return variants


class Sketches:
    """Sketches of documents' texts, made when asked for and kept; a source's pieces are asked for once for all that are asked together."""

    def __init__(self, readings: Readings, subjects: Subjects) -> None:
        self._readings, self._words = readings, subjects.words
        self._made: dict[tuple[int, tuple[int, ...]], array[int]] = {}

    def read(self, plans: Iterable[Plan]) -> None:
        """Make the sketches of these documents that are not made yet."""
        by_source: dict[int, list[Plan]] = {}
        for plan in plans:
            if (plan.source_id, plan.positions) not in self._made:
                by_source.setdefault(plan.source_id, []).append(plan)
        for source_id, own in sorted(by_source.items()):
            pieces = {p.position: p for p in self._readings.pieces(source_id)}
            for plan in own:
                text = document_text([pieces[i] for i in plan.positions])
                self._made[source_id, plan.positions] = array("I", sketch(text, self._words))

    def read_namesakes(self, plans: Sequence[Plan]) -> dict[str, list[int]]:
        """Make the sketches of the documents bound to names to which several are; return these names, and the places of the documents."""
        by_key: dict[str, list[int]] = {}
        for place, plan in enumerate(plans):
            if plan.bound is not None:
                by_key.setdefault(plan.bound.named.key, []).append(place)
        several = {key: places for key, places in by_key.items() if len(places) > 1}
        self.read(plans[i] for places in several.values() for i in places)
        return several

    def of(self, plan: Plan) -> Sketch:
        """Return the sketch of a document's text, which must be made."""
        return frozenset(self._made[plan.source_id, plan.positions])


def unbind_weak(plans: Sequence[Plan], sketches: Sketches) -> tuple[Plan, ...]:
    """Return the plans without bindings by place alone to a name under which another text, that its title tells, is a different one."""
    several = sketches.read_namesakes(plans).values()
    kept = list(plans)
    for places in several:
        if {True, False} != {plans[i].confidence > WEAK for i in places}:
            continue
        told = [sketches.of(plans[i]) for i in places if plans[i].rule == TOLD]
        for i in places:
            if told and plans[i].confidence <= WEAK and not any(_are_one(sketches.of(plans[i]), own) for own in told):
                kept[i] = unbound(plans[i])
    return tuple(kept)


def unbind_rivals(plans: Sequence[Plan], attached: Sequence[int | None], sketches: Sketches) -> tuple[Plan, ...]:
    """Return the plans without the doubtful bindings: of different texts bound to one file by place, only the one surest stays; of equals none.

    Copies of a message may be followed by different texts. A copy of the text, or a part of it, is no rival; nor is one whose own title tells
    the file: releases print other pages of it, or read them otherwise.
    """
    by_file: dict[int, list[int]] = {}
    for place, attachment_id in enumerate(attached):
        if attachment_id is not None:
            by_file.setdefault(attachment_id, []).append(place)
    rivals = [places for places in by_file.values() if len(places) > 1]
    sketches.read(plans[i] for places in rivals for i in places)
    kept = list(plans)
    for places in rivals:
        best = max(places, key=lambda i: (plans[i].confidence, -i))
        surest = sketches.of(plans[best])
        others = [i for i in places if plans[i].rule != TOLD and i != best and not _are_one(sketches.of(plans[i]), surest)]
        tied = plans[best].rule != TOLD and any(plans[i].confidence == plans[best].confidence for i in others)
        for i in places if tied else others:
            kept[i] = unbound(plans[i])
    return tuple(kept)


def _are_one(a: Sketch, b: Sketch) -> bool:
    return are_alike(a, b) or is_part(a, b)


def _distinct_texts(plans: Sequence[Plan], sketches: Sketches) -> dict[int, str]:
    """Return occurrence -> the text's name: the least number of its sketch, shared by alike texts."""
    heads: list[Sketch] = []
    names: dict[int, str] = {}
    for plan in sorted(plans, key=lambda p: sorted(sketches.of(p))):
        own = sketches.of(plan)
        head = next((h for h in heads if are_alike(h, own)), None)
        if head is None:
            heads.append(head := own)
        if plan.bound is not None:
            named = plan.bound.named
            names.update(dict.fromkeys((named.occurrence_id, *named.others), str(min(head, default=0))))
    return names
