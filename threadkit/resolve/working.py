"""The parts of a resolution that need one source, or some components, and little else: they can be worked on side by side.

A `Worker` answers from the readings. What all readings together tell (people, subjects) it is told once. The answers are the same whoever
gives them, and are taken in a fixed order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from threadkit.frozen import record
from threadkit.records import Document, Readings
from threadkit.resolve.alike import Signs, read_signs
from threadkit.resolve.bodies import BodyReader
from threadkit.resolve.conversations import NO_TEXTS, ConversationMaker, Made, Texts
from threadkit.resolve.copies import CopyMatcher
from threadkit.resolve.corrections import NO_CORRECTIONS, Corrections
from threadkit.resolve.differences import Differences
from threadkit.resolve.documents import DocumentPlanner, Plan, document_text
from threadkit.resolve.findings import MessageFindings
from threadkit.resolve.leftovers import Answer, Asked, look_through
from threadkit.resolve.messages import Drafter
from threadkit.resolve.names import NameReader
from threadkit.resolve.people import Directory, Told
from threadkit.resolve.subjects import Subjects
from threadkit.resolve.times import read_zone
from threadkit.resolve.variants import VariantFinder
from threadkit.words import Words

#: Answers with the texts by which a document of this title, file's name and text is found.
DocumentTexts = Callable[[str | None, str | None, str], tuple[str, ...]]


def no_document_texts(_title: str | None, _filename: str | None, _text: str) -> tuple[str, ...]:
    """Make no texts for search."""
    return ()


@record(frozen=True, slots=True)
class ToldAll:
    """What all readings together tell, as the resolution of one component needs it. Plain values: it can be sent elsewhere."""

    people: Told
    repairs: Mapping[str, str]
    same_files: Mapping[str, str]
    timezone: str | None
    corrections: Corrections = NO_CORRECTIONS


@record(frozen=True, slots=True)
class Settled:
    """One document as it is settled: its plan, the file that it is the text of, and that file's name."""

    plan: Plan
    attachment_id: int | None
    filename: str | None


class Worker:
    """Plans sources, makes conversations and reads documents, as it is asked."""

    def __init__(
        self, readings: Readings, words: Words, texts: Texts = NO_TEXTS, document_texts: DocumentTexts = no_document_texts
    ) -> None:
        self._readings, self._words = readings, words
        self._texts, self._document_texts = texts, document_texts
        self._subjects: Subjects | None = None
        self._told: Subjects | None = None
        self._planner: DocumentPlanner | None = None
        self._maker: ConversationMaker | None = None

    def signs(self, source_id: int, repairs: Mapping[str, str], same_files: Mapping[str, str]) -> list[Signs]:
        """Return what the occurrences of a source share with others, of which `repairs` tells damaged subjects."""
        return [read_signs(self._readings.keys_of_source(source_id), self._read_subjects(repairs, same_files))]

    def plan(self, source_id: int, same_files: Mapping[str, str]) -> list[Plan]:
        """Return the documents of a source, from what stands in it alone."""
        if self._planner is None:
            self._planner = DocumentPlanner(self._readings, self._words, self._read_subjects({}, same_files))
        return list(self._planner.plan(source_id))

    def _read_subjects(self, repairs: Mapping[str, str], same_files: Mapping[str, str]) -> Subjects:
        """Return the subjects that were asked for last where they are the same: they remember how tens of thousands are folded."""
        known = self._subjects
        if known is None or (known.repairs, known.same_files) != (repairs, same_files):
            known = self._subjects = Subjects(self._words, repairs, same_files)
        return known

    def tell(self, told: ToldAll) -> None:
        """Take in what all readings together tell, before the first conversation is made."""
        self._told = self._read_subjects(told.repairs, told.same_files)
        self._maker = conversation_maker(Directory(told.people, NameReader(self._words)), self._told, told, self._texts)

    def make(self, components: Iterable[Sequence[int]]) -> list[Made]:
        """Return the conversation of each component."""
        if self._maker is None:
            raise RuntimeError("a worker makes no conversation before it is told of people and subjects")
        wanted = list(components)
        ids = [i for component in wanted for i in component]
        self._texts.prepare(ids)
        found = iter(self._readings.occurrences(ids))
        return [self._maker.make([next(found) for _ in component]) for component in wanted]

    def leftovers(self, asked: Asked) -> list[Answer]:
        """Return what in one source may be each of the files that have no text; told of subjects before."""
        if self._told is None:
            raise RuntimeError("a worker looks for no file before it is told of subjects")
        return look_through(self._readings, self._told, asked)

    def documents(self, settled: Sequence[Settled]) -> Iterator[Document]:
        """Yield the documents of one source with their texts."""
        pieces = {piece.position: piece for piece in self._readings.pieces(settled[0].plan.source_id)} if settled else {}
        for each in settled:
            plan, text = each.plan, document_text([pieces[position] for position in each.plan.positions])
            searched = self._document_texts(plan.title, each.filename, text)
            place = plan.id, plan.source_id, plan.positions
            yield Document(*place, each.attachment_id, plan.kind, plan.title, text, plan.span, plan.confidence, plan.rule, searched)


def conversation_maker(directory: Directory, subjects: Subjects, told: ToldAll, texts: Texts = NO_TEXTS) -> ConversationMaker:
    """Return what makes conversations by these people and subjects."""
    words, corrections = subjects.words, told.corrections
    bodies = BodyReader(words)
    return ConversationMaker(
        CopyMatcher(directory, bodies, subjects),
        Drafter(directory, bodies, subjects, read_zone(told.timezone), corrections.date_of),
        MessageFindings(directory, VariantFinder(bodies, Differences(words), directory.reader, words), bodies),
        bodies,
        subjects,
        words,
        corrections,
        texts,
    )


class Work(Protocol):
    """Who does the work: a worker here, or several elsewhere. Every answer comes in the order of what is asked."""

    def signs(self, source_ids: Sequence[int], repairs: Mapping[str, str], same_files: Mapping[str, str]) -> Iterable[list[Signs]]:
        """Yield what the occurrences of each source share with others; the work may begin before the first is taken."""
        ...

    def plan(self, source_ids: Sequence[int], same_files: Mapping[str, str]) -> Iterable[list[Plan]]:
        """Yield the documents of each source; the work may begin before the first is taken."""
        ...

    def make(self, told: ToldAll, batches: Iterable[list[list[int]]]) -> Iterable[list[Made]]:
        """Yield the conversations of each batch of components; the work may begin before the first is taken."""
        ...

    def documents(self, sources: Iterable[list[Settled]]) -> Iterable[Iterable[Document]]:
        """Yield the documents of each source."""
        ...

    def leftovers(self, asked: Sequence[Asked]) -> Iterable[list[Answer]]:
        """Yield, for each source asked about, what may be the files that have no text."""
        ...


class OwnWork:
    """The work done here, one thing after the other, each when its answer is taken."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    def signs(self, source_ids: Sequence[int], repairs: Mapping[str, str], same_files: Mapping[str, str]) -> Iterator[list[Signs]]:
        """Yield what the occurrences of each source share with others."""
        return (self._worker.signs(source_id, repairs, same_files) for source_id in source_ids)

    def plan(self, source_ids: Sequence[int], same_files: Mapping[str, str]) -> Iterator[list[Plan]]:
        """Yield the documents of each source."""
        return (self._worker.plan(source_id, same_files) for source_id in source_ids)

    def make(self, told: ToldAll, batches: Iterable[list[list[int]]]) -> Iterator[list[Made]]:
        """Yield the conversations of each batch of components."""
        self._worker.tell(told)
        return map(self._worker.make, batches)

    def documents(self, sources: Iterable[list[Settled]]) -> Iterator[Iterable[Document]]:
        """Yield the documents of each source."""
        return map(self._worker.documents, sources)

    def leftovers(self, asked: Sequence[Asked]) -> Iterator[list[Answer]]:
        """Yield, for each source asked about, what may be the files that have no text."""
        return map(self._worker.leftovers, asked)
