"""Make one message of its copies: id, time, words, participants and attachment names, before its parent is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from zoneinfo import ZoneInfo

from threadkit.frozen import record
from threadkit.records import AttachmentName, DateReading, Occurrence, content_id
from threadkit.resolve.bodies import MASKED, BodyReader
from threadkit.resolve.copies import Copies, sender_of
from threadkit.resolve.names import NameReader
from threadkit.resolve.participants import ParticipantUniter, Parties
from threadkit.resolve.people import Directory
from threadkit.resolve.subjects import Subjects
from threadkit.resolve.times import PRECISIONS, in_utc, in_zone
from threadkit.words.folding import Folding

FIRST_WORDS = 8

#: Answers for the occurrences of a message and what they print with the date that a reader corrected, if any did.
CorrectedDates = Callable[[Sequence[int], DateReading | None], DateReading | None]

_STANDINGS = ("released", "quoted", "enclosed")


@record(frozen=True, slots=True)
class Draft:
    """A message before its parent is known. `occurrences` has the fullest first; `folded` is the base subject as compared, "" where masked.

    `clock` is the wall time by which it is put in order among others: where one copy tells the time of a server (`+0000`) and another that
    of whoever printed it, the latter; with a time zone of the user's, the time there.
    """

    id: int
    occurrences: tuple[Occurrence, ...]
    standing: str
    sent: DateReading | None
    sent_utc: str | None
    folded: str
    relation: str | None
    parties: Parties
    attachments: tuple[AttachmentName, ...]
    rule: str
    clock: str | None = None
    matter: str = ""

    @property
    def fullest(self) -> Occurrence:
        """The occurrence whose words are the message's."""
        return self.occurrences[0]

    @property
    def sent_at(self) -> str | None:
        """The printed wall time, at its finest."""
        return self.sent.value if self.sent else None

    @property
    def mail_ids(self) -> tuple[str, ...]:
        """The identifiers under which mail files hold it, sorted."""
        own = {o.mail_ids.own for o in self.occurrences if o.mail_ids is not None and o.mail_ids.own}
        return tuple(sorted(own)) if own else ()

    @property
    def is_day(self) -> bool:
        """Whether only the day is printed."""
        return self.sent_at is not None and len(self.sent_at) < PRECISIONS["minute"]


class Drafter:
    """Drafts messages; knows people, bodies, subjects and the user's time zone."""

    def __init__(
        self, directory: Directory, bodies: BodyReader, subjects: Subjects, zone: ZoneInfo | None, dates: CorrectedDates | None = None
    ) -> None:
        self._dates = dates
        self._reader = directory.reader
        self._participants = ParticipantUniter(directory)
        self._bodies = bodies
        self._subjects = subjects
        self._zone = zone

    def draft(self, groups: Sequence[Copies]) -> list[Draft]:
        """Return the messages of one component, earliest first, each under its own id.

        An answer dated to the day alone comes last in its day: what it answers may be of that day too.
        """
        seeds = [self._seed(copies) for copies in groups]
        ids = _distinct_ids(seeds, self._bodies, self._reader)
        drafts = [self._finish(seed, message_id) for seed, message_id in zip(seeds, ids, strict=True)]
        return sorted(drafts, key=lambda d: (d.clock is None, f"{d.clock}~" if d.is_day and d.relation else d.clock or "", d.id))

    def _seed(self, copies: Copies) -> _Seed:
        occurrences = copies.occurrences
        if len(occurrences) > 1:
            occurrences = tuple(sorted(occurrences, key=self._fullness))
        sent = _finest([o.sent for o in occurrences if o.sent is not None])
        folded = self._subjects.fold(told_subject(occurrences, self._subjects)[1])
        vague = (sent is None or sent.value is None) and (not folded or self._subjects.is_generic(folded))
        return _Seed(occurrences, sent, folded, _who(occurrences, self._reader), vague, copies.rule)

    def _fullness(self, occurrence: Occurrence) -> tuple[object, ...]:
        words = occurrence.body_words
        if words and self._bodies.has_mask(occurrence.body):
            words = sum(w != MASKED for w in self._bodies.words(occurrence.body))
        empty = not occurrence.body_words
        return (
            empty,
            _STANDINGS.index(occurrence.standing),
            -words,
            -len(occurrence.mailboxes),
            occurrence.source_id,
            occurrence.span.first_line,
        )

    def _finish(self, seed: _Seed, message_id: int) -> Draft:
        occurrences, sent = seed.occurrences, seed.sent
        corrected = self._dates([o.id for o in occurrences], sent) if self._dates is not None else None
        if corrected is not None:
            sent = corrected
        value = sent.value if sent else None
        offsets = [o.sent.offset_minutes for o in occurrences if o.sent and o.sent.value and value and value.startswith(o.sent.value[:16])]
        offset = next((x for x in offsets if x is not None), None)
        sent_utc = in_utc(value, offset, self._zone)
        subject_base = told_subject(occurrences, self._subjects)[1]
        masked = self._subjects.is_masked(subject_base)
        return Draft(
            id=message_id,
            occurrences=occurrences,
            standing=min([o.standing for o in occurrences], key=_STANDINGS.index),
            sent=sent,
            sent_utc=sent_utc,
            folded="" if masked else seed.folded,
            relation=next((o.relation for o in occurrences if o.relation), None),
            parties=self._participants.unite(occurrences),
            attachments=unite_attachments(occurrences, self._subjects),
            rule=seed.rule,
            clock=value if offset is None else in_zone(sent_utc, self._zone) or _printed_clock(occurrences) or value,
            matter="" if masked else self._subjects.matter(subject_base),
        )


@record(frozen=True, slots=True)
class _Seed:
    """A message without its id. `vague`: neither time nor telling subject, so that its words must be in the id."""

    occurrences: tuple[Occurrence, ...]
    sent: DateReading | None
    folded: str
    who: str
    vague: bool
    rule: str


def told_subject(occurrences: Sequence[Occurrence], subjects: Subjects) -> tuple[str | None, str | None]:
    """Return the subject of a message as printed, and its base, where copies print several that damage has made of one.

    That is what most copies print, whole rather than with letters lost, and long rather than cut short; of these the fullest copy's.
    """
    printed = [o for o in occurrences if o.subject is not None]
    if not printed:
        return None, occurrences[0].subject_base
    if len({o.subject_base for o in printed}) == 1:
        return printed[0].subject, printed[0].subject_base
    counts = Counter(subjects.fold(o.subject_base) for o in printed)

    def worth(occurrence: Occurrence) -> tuple[int, bool, int]:
        folded = subjects.fold(occurrence.subject_base)
        return counts[folded], bool(folded) and occurrence.subject_base not in subjects.damaged, len(folded)

    told = max(printed, key=worth)
    return told.subject, told.subject_base


def _printed_clock(occurrences: Sequence[Occurrence]) -> str | None:
    """Return the finest wall time that a copy prints without an offset."""
    return max((o.sent.value for o in occurrences if o.sent and o.sent.value and o.sent.offset_minutes is None), key=len, default=None)


def _finest(readings: list[DateReading]) -> DateReading | None:
    """Return the reading of the finest precision, of these the first; an unreadable one only where there is no other."""
    return max(readings, key=lambda r: PRECISIONS.get(r.precision or "", 0) if r.value else -1, default=None)


def _who(occurrences: Sequence[Occurrence], reader: NameReader) -> str:
    """Return the sender as an id needs it: the folded name where any copy prints one whole, else the address."""
    boxes = [box for o in occurrences if (box := sender_of(o)) is not None]
    forms = [f for box in boxes if (f := reader.read(box.name)) is not None and f.kind != "masked"]
    if whole := [f.key for f in forms if not f.lossy]:
        return min(whole)
    return min([box.email for box in boxes if box.email], default=min([f.key for f in forms], default=""))


def _distinct_ids(seeds: Sequence[_Seed], bodies: BodyReader, reader: NameReader) -> list[int]:
    """Return an id a seed: who, minute and base subject, and first words, recipients or place only where those do not tell apart."""

    def parts(seed: _Seed, more: int) -> tuple[str, ...]:
        minute = (seed.sent.value or "")[: PRECISIONS["minute"]] if seed.sent else ""
        told = (seed.who, minute, seed.folded, seed.occurrences[0].body_print) if seed.vague else (seed.who, minute, seed.folded)
        if not more:
            return told
        extra: list[Callable[[], str]] = [
            lambda: " ".join(bodies.words(seed.occurrences[0].body)[:FIRST_WORDS]),
            lambda: " ".join(sorted(_recipient_text(seed, reader))),
            lambda: str(min(o.id for o in seed.occurrences)),
        ]
        return (*told, *(make() for make in extra[:more]))

    if len(seeds) == 1:
        return [content_id("message", *parts(seeds[0], 0))]
    level = [0] * len(seeds)
    for _ in range(3):
        seen: dict[tuple[str, ...], list[int]] = {}
        for index, seed in enumerate(seeds):
            seen.setdefault(parts(seed, level[index]), []).append(index)
        clashes = [i for indexes in seen.values() if len(indexes) > 1 for i in indexes]
        if not clashes:
            break
        for index in clashes:
            level[index] += 1
    return [content_id("message", *parts(seed, level[index])) for index, seed in enumerate(seeds)]


def _recipient_text(seed: _Seed, reader: NameReader) -> set[str]:
    boxes = [use.mailbox for use in seed.occurrences[0].mailboxes if use.field in ("to", "cc", "bcc")]
    return {form.key if (form := reader.read(box.name)) is not None else box.email or box.text for box in boxes}


def unite_attachments(occurrences: Sequence[Occurrence], subjects: Subjects) -> tuple[AttachmentName, ...]:
    """Return the attachment names of the copies: those of the first that prints any, then what only others print.

    A masked name is left out where another copy shows as many names as its list has: it is one of them.
    """
    united: list[AttachmentName] = []
    lists = [o.attachments for o in occurrences if o.attachments]
    shown = max((sum(not subjects.masks(a.filename) for a in names) for names in lists), default=0) if len(lists) > 1 else 0
    for names in lists:
        known = {filename_key(a.filename, subjects) for a in united}
        open_names = [a for a in names if shown < len(names) or not subjects.masks(a.filename)]
        united.extend(a for a in open_names if filename_key(a.filename, subjects) not in known)
    files = {filename_key(a.filename, subjects): a.file for o in reversed(occurrences) for a in reversed(o.attachments) if a.file}
    if files:
        united = [a if a.file else replace(a, file=files.get(filename_key(a.filename, subjects))) for a in united]
    if all(a.position == i for i, a in enumerate(united, 1)):
        return tuple(united)
    return tuple(AttachmentName(i, a.filename, a.text, a.span, a.file) for i, a in enumerate(united, 1))


def filename_key(filename: str, subjects: Subjects) -> str:
    """Return a filename as compared: no case, accents, blanks, `_` or `-`; of the names of the same bytes, one and the same."""
    key = plain_filename(filename, subjects.words.folding)
    return subjects.same_files.get(key, key)


@lru_cache(maxsize=16384)
def plain_filename(filename: str, folding: Folding) -> str:
    """Return a filename without case, accents, blanks, `_` and `-`."""
    return "".join(folding.plain(filename).split()).replace("_", "").replace("-", "")
