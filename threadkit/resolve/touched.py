"""Find which occurrences new sources touch: those that may now be concluded otherwise than without them.

Touched is the whole component of every new occurrence, and of every old one that names somebody of whom the new sources tell something
else, or a file of which they hold another text. What is not touched would be concluded again as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from threadkit.records import MailboxUse, Occurrence, OccurrenceKey, Person, SignatureUse
from threadkit.resolve.alike import ANY_DAY, alike_id, read_alike, read_moment
from threadkit.resolve.earlier import CannotAddError, Earlier
from threadkit.resolve.names import NameReader
from threadkit.resolve.namesakes import find_namesake_evidence
from threadkit.resolve.people import Directory, Evidence, resolve_people
from threadkit.resolve.same_files import find_same_files
from threadkit.resolve.subjects import GENERIC_DAYS, Subjects
from threadkit.words import Words


@dataclass(frozen=True, slots=True)
class PeopleChange:
    """Who is one person with the new sources, and without them; `evidence` tells namesakes apart with them, `ambiguous` are their names."""

    old: Directory
    new: Directory
    evidence: Evidence
    ambiguous: frozenset[str]

    @property
    def gone(self) -> tuple[int, ...]:
        """The people who are nobody any more."""
        kept = {person.id for person in self.new.people}
        return tuple(person.id for person in self.old.people if person.id not in kept)

    @property
    def changed(self) -> tuple[Person, ...]:
        """The people who are new, or of whom something else is known."""
        known = {person.id: person for person in self.old.people}
        return tuple(person for person in self.new.people if known.get(person.id) != person)


def read_subjects(earlier: Earlier, new: Sequence[OccurrenceKey], words: Words) -> Subjects:
    """Return the subjects as all sources together tell them.

    Raises:
        CannotAddError: the new sources tell what a damaged subject of an old one was, or make it doubtful; or names that are one file.
    """
    old = frozenset(earlier.subjects())
    before, after = _repairs(old, words), _repairs(old.union(key.subject_base for key in new if key.subject_base), words)
    otherwise = {folded for folded in before.keys() | after.keys() if before.get(folded) != after.get(folded)}
    same_files = find_same_files(earlier.held_files(), words)
    if same_files != find_same_files(earlier.held_files_before(), words):
        raise CannotAddError
    plain = Subjects(words, same_files=same_files)
    if otherwise and any(plain.fold(base) in otherwise for base in old):
        raise CannotAddError
    return Subjects(words, after, same_files) if after else plain


def _repairs(bases: frozenset[str], words: Words) -> Mapping[str, str]:
    """Return damaged -> whole, folded, as it follows from base subjects."""
    subjects, lost = Subjects(words), words.any_of("lost-letter")
    for base in bases:
        if lost.search(base):
            subjects.fold(base)
    return subjects.match_damaged(sorted(bases)) if subjects.damaged else {}


# ---------------------------------------------------------------- people


def find_people_change(
    earlier: Earlier, sources: Sequence[int], new: Sequence[OccurrenceKey], reader: NameReader, subjects: Subjects
) -> PeopleChange:
    """Conclude who is one person, with the new sources and without."""
    uses, signatures = list(earlier.mailbox_uses_of(sources, new=False)), list(earlier.signature_uses_of(sources, new=False))
    more, signed = earlier.mailbox_uses_of(sources, new=True), earlier.signature_uses_of(sources, new=True)
    all_uses, all_signatures = _added_uses(uses, more), _added_signatures(signatures, signed)
    kept = list(earlier.kept_namesakes())
    known = {(key, unit): (email, rule) for key, unit, email, rule in kept if email is not None and rule is not None}
    after = resolve_people(all_uses, all_signatures, reader)
    ambiguous = after.ambiguous_keys
    written = {form.key for key in new if (form := reader.read(key.sender_name)) is not None}
    again = ambiguous & written | ambiguous.difference(key for key, *_ in kept)
    evidence = {name: told for name, told in known.items() if name[0] in ambiguous - again}
    if again:
        evidence |= find_namesake_evidence(_Written(earlier, reader, again), reader, subjects, again)  # type: ignore[arg-type]
    if evidence:
        after = resolve_people(all_uses, all_signatures, reader, evidence)
    return PeopleChange(resolve_people(uses, signatures, reader, known), after, evidence, ambiguous)


def _added_uses(uses: Iterable[MailboxUse], more: Iterable[MailboxUse]) -> list[MailboxUse]:
    counts: dict[tuple[str | None, str | None, str | None, str], int] = {}
    for use in (*uses, *more):
        key = (use.name, use.email, use.unit, use.role)
        counts[key] = counts.get(key, 0) + use.uses
    return [MailboxUse(*key, count) for key, count in counts.items()]


def _added_signatures(uses: Iterable[SignatureUse], more: Iterable[SignatureUse]) -> list[SignatureUse]:
    counts: dict[tuple[str | None, str | None, str], int] = {}
    for use in (*uses, *more):
        key = (use.sender_name, use.sender_email, use.text)
        counts[key] = counts.get(key, 0) + use.uses
    return [SignatureUse(*key, count) for key, count in counts.items()]


class _Written:
    """The occurrences that names of some keys wrote, with what quotes them and what they quote: all that tells namesakes apart."""

    def __init__(self, earlier: Earlier, reader: NameReader, keys: Collection[str]) -> None:
        self._earlier = earlier
        printed = [id_ for id_, name, _, _ in earlier.printed() if (form := reader.read(name)) is not None and form.key in keys]
        self._ids = earlier.printing(printed, senders=True)

    def keys(self) -> Iterator[OccurrenceKey]:
        return iter(self._earlier.keys_of(self._ids | self._earlier.within(self._ids)))

    def occurrences(self, ids: Sequence[int]) -> list[Occurrence]:
        return self._earlier.occurrences(ids)


def find_renamed(earlier: Earlier, people: PeopleChange, reader: NameReader) -> set[int]:
    """Return the old occurrences that print a mailbox, or show a signature, which now means somebody else or is said otherwise."""
    emails, keys = _changed_emails(people), _changed_keys(people)
    printed, ambiguous = [], []
    for id_, name, email, _ in earlier.printed():
        form = reader.read(name)
        if email in emails or (form is not None and form.key in keys):
            printed.append(id_)
        if form is not None and form.key in people.old.ambiguous_keys | people.new.ambiguous_keys:
            ambiguous.append(id_)
    renamed = earlier.printing(printed, senders=False)
    if emails and ambiguous:
        renamed |= _resigned(earlier, emails, ambiguous)
    return renamed


def _changed_emails(people: PeopleChange) -> set[str]:
    old, new = people.old._by_email, people.new._by_email
    return {email for email in old.keys() | new.keys() if old.get(email) != new.get(email)}


def _changed_keys(people: PeopleChange) -> set[str]:
    """Return the keys of the names that mean somebody else, or fit people who are now told by another address or name."""
    old, new = people.old._by_name, people.new._by_name
    labels = {person.id: _label(person) for person in people.old.people}
    relabelled = {person.id for person in people.new.people if labels.get(person.id, _label(person)) != _label(person)}
    return {
        name[0]
        for name in old.keys() | new.keys()
        if old.get(name) != new.get(name) or not relabelled.isdisjoint(new[name].candidates if name in new else ())
    }


def _label(person: Person) -> str:
    return person.emails[0] if person.emails else person.sort_name


def _resigned(earlier: Earlier, emails: Collection[str], ambiguous: Collection[int]) -> set[int]:
    """Return the occurrences of messages under a name of several, one copy of which is signed with one of the addresses."""
    signed = earlier.messages_of(earlier.signed_with(emails))
    named = earlier.messages_of(earlier.printing(ambiguous, senders=True))
    both = set(signed.values()) & set(named.values())
    return {occurrence for occurrence, message in (*signed.items(), *named.items()) if message in both}


# ---------------------------------------------------------------- components


def find_touched(earlier: Earlier, seeds: Iterable[int], subjects: Subjects, may_touch: Callable[[int], bool]) -> list[OccurrenceKey]:
    """Return the keys of the whole components that hold the seeds, in the fixed order.

    Raises:
        CannotAddError: `may_touch` refuses their number.
    """
    found: set[int] = set()
    asked: set[tuple[int, int]] = set()
    frontier = set(seeds)
    while frontier:
        found |= frontier
        if not may_touch(len(found)):
            raise CannotAddError
        wanted = set()
        for key in earlier.keys_of(frontier):
            alike = read_alike(key, subjects)
            wanted.add((alike_id(alike), alike[2]))
            wanted.update((number, ANY_DAY) for number in (*key.mail_ids, read_moment(key, subjects)) if number)
        near = earlier.sharing(_range(*each) for each in wanted - asked) | earlier.within(frontier)
        asked |= wanted
        frontier = near - found
    return earlier.keys_of(found)


def _range(alike: int, day: int) -> tuple[int, int, int]:
    return (alike, day, day) if day == ANY_DAY else (alike, day - GENERIC_DAYS, day + GENERIC_DAYS)
