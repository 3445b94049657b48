"""Find earlier messages of one base subject that a reply or forward without quotation may answer."""

from __future__ import annotations

from collections.abc import Sequence

from threadkit.records import Occurrence
from threadkit.resolve.messages import Draft
from threadkit.resolve.participants import Party
from threadkit.resolve.subjects import GENERIC_DAYS, Subjects
from threadkit.resolve.times import is_before, minutes_between

LOOKED_AT = 200
REMEMBERED = 5
LONGEST_DAYS = 365
DAY_MINUTES = 24 * 60
NEAR_DAYS = 3
FAR_DAYS = 14
SOON_DAYS = 21


class Candidates:
    """What was sent so far under one base subject, by whom it concerns. Messages are added in order of time.

    A message addressed to somebody is open until he answers it, so that a long exchange costs one look a turn.
    """

    def __init__(self, drafts: Sequence[Draft], subjects: Subjects) -> None:
        self._drafts = drafts
        self._subjects = subjects
        self._open: dict[int | str, list[int]] = {}
        self._answered: dict[int | str, list[int]] = {}
        self._involving: dict[int | str, list[int]] = {}
        self._to_unknown: list[int] = []
        self._to_masked: list[int] = []
        self._placed: set[int] = set()
        self.earlier: list[int] = []

    def add(self, index: int, *, is_placed: bool) -> None:
        """Make one message a candidate for those that come later; `is_placed`: its own parent is known."""
        parties = self._drafts[index].parties
        self.earlier.append(index)
        if is_placed:
            self._placed.add(index)
        recipients = parties.recipients
        if not recipients or any(p.is_open and not p.is_masked for p in recipients):
            self._to_unknown.append(index)
        if any(p.is_masked and p.role == "to" for p in recipients):
            self._to_masked.append(index)
        names = {n for p in recipients for n in _names(p)}
        for name in names:
            self._open.setdefault(name, []).append(index)
        for name in names.union(_names(parties.sender)):
            self._involving.setdefault(name, []).append(index)

    def answer(self, index: int, parent: int) -> None:
        """Note that the sender of one message has answered another."""
        for name in _names(self._drafts[index].parties.sender):
            waiting = self._open.get(name, [])
            if parent in waiting[-LOOKED_AT:]:
                waiting.remove(parent)
            answered = self._answered.setdefault(name, [])
            if parent not in answered:
                answered.append(parent)
                del answered[:-REMEMBERED]

    def for_reply(self, index: int) -> tuple[list[int], list[int]]:
        """Return (unanswered, answered before) messages addressed to this one's sender, by somebody whom this one addresses.

        Mail programs put the author whom one answers among the direct recipients: one who is only copied is weaker evidence.
        """
        draft = self._drafts[index]
        names = _names(draft.parties.sender)
        waiting = {i for n in names for i in self._open.get(n, [])[-LOOKED_AT:]}
        answered = {i for n in names for i in self._answered.get(n, [])}
        if not self._subjects.is_generic(draft.folded):
            waiting.update(i for i in self._to_unknown[-LOOKED_AT:] if i not in answered)
        return self._kept(index, waiting - answered, "to"), self._kept(index, answered, "to")

    def for_copied_reply(self, index: int) -> list[int]:
        """Return the unanswered messages to this one's sender whose author is only copied: the answer goes on to somebody else."""
        recipients = self._drafts[index].parties.recipients
        if not any(p.role == "to" for p in recipients) or any(p.is_open for p in recipients):
            return []
        names = _names(self._drafts[index].parties.sender)
        return self._kept(index, {i for n in names for i in self._open.get(n, [])[-LOOKED_AT:]}, "cc")

    def waiting_for(self, index: int) -> list[int]:
        """Return the unanswered messages to this one's sender, whoever wrote them."""
        sender = self._drafts[index].parties.sender
        found = {i for n in _names(sender) for i in self._open.get(n, ())[-LOOKED_AT:]}
        authors = {i: self._drafts[i].parties.sender for i in sorted(found) if self.fits_time(index, i)}
        return [i for i, author in authors.items() if author is not None and (sender is None or not author.matches(sender))]

    def is_rivalled_list(self, index: int, candidate: int) -> bool:
        """Tell whether a candidate comes from a list, while somebody else who may be on it waits for an answer too."""
        author = self._drafts[candidate].parties.sender
        return author is not None and author.kind == "list" and len(self.waiting_for(index)) > 1

    def for_hidden_reply(self, index: int) -> list[int]:
        """Return the messages to this one's sender whose author can be the one that is masked in this one's direct recipients.

        A mask stands for an author who is masked too: who is printed elsewhere is seldom masked. A label with nothing after it can stand
        for anybody: for one whose original went to somebody printed here as well. All who are printed here took part in it.
        """
        draft = self._drafts[index]
        sender = draft.parties.sender
        direct = [p for p in draft.parties.recipients if p.role == "to"]
        shown = [p for p in draft.parties.recipients if not p.is_masked]
        if sender is None or any(p in shown for p in direct) or not (direct or (shown and _is_emptied(draft, "to"))):
            return []
        found = {i for n in _names(sender) for i in (*self._open.get(n, ())[-LOOKED_AT:], *self._answered.get(n, ()))}
        return [i for i in sorted(found) if self.fits_time(index, i) and self._can_be_hidden(i, sender, shown, is_masked=bool(direct))]

    def rivals_of_hidden(self, index: int, hidden: Sequence[int]) -> list[int]:
        """Return the unanswered messages to this one's sender by somebody who may as well stand behind the mask in its direct recipients.

        A visible author is no proof that the mask means another: one release masks a person here and prints her there.
        """
        draft = self._drafts[index]
        if not any(p.is_masked and p.role == "to" for p in draft.parties.recipients):
            return []
        shown = [p for p in draft.parties.recipients if not p.is_masked]
        authors = {i: self._drafts[i].parties.sender for i in self.waiting_for(index) if i not in hidden}
        return [i for i, author in authors.items() if author is not None and not any(author.matches(p) for p in shown)]

    def _can_be_hidden(self, candidate: int, own: Party, shown: Sequence[Party], *, is_masked: bool) -> bool:
        draft = self._drafts[candidate]
        author = draft.parties.sender
        if author is None or author.is_masked != is_masked or author.matches(own) or any(author.matches(p) for p in shown):
            return False
        took_part = all(any(p.matches(other) for other in draft.parties.parties) for p in shown)
        return took_part and (is_masked or draft.relation is None)

    def from_hidden_sender(self, index: int) -> list[int]:
        """Return the messages to somebody masked, by the one whom this message of a masked author addresses first."""
        sender = self._drafts[index].parties.sender
        if sender is None or not sender.is_masked:
            return []
        return [i for i in self._to_masked[-LOOKED_AT:] if self.answers_first(index, i) and self.fits_time(index, i)]

    def of_same_minute(self, index: int) -> list[int]:
        """Return the answers of the same minute, of this subject, that this one may answer as well: time does not tell which came first."""
        draft = self._drafts[index]
        found: list[int] = []
        for step in (-1, 1):
            near = index + step
            while draft.clock is not None and 0 <= near < len(self._drafts) and self._drafts[near].clock == draft.clock:
                other = self._drafts[near]
                if (
                    other.folded == draft.folded
                    and other.relation is not None
                    and self._writes_to(near, index)
                    and self._is_addressed(index, near, "to")
                ):
                    found.append(near)
                near += step
        return sorted(found)

    def _writes_to(self, candidate: int, index: int) -> bool:
        sender = self._drafts[index].parties.sender
        return sender is not None and any(party.matches(sender) for party in self._drafts[candidate].parties.recipients)

    def by_namesakes(self, index: int, found: Sequence[int]) -> bool:
        """Tell whether one bare name that is addressed can mean the authors of several candidates: then time does not tell which is answered."""
        authors = [party for i in found if (party := self._drafts[i].parties.sender) is not None]
        recipients = self._drafts[index].parties.recipients
        return any(len({author.identity for author in authors if author.matches(party)}) > 1 for party in recipients)

    def is_soon(self, index: int) -> bool:
        """Tell whether the latest earlier message of the subject came so few weeks before this one that both are one conversation."""
        child, latest = self._drafts[index].clock, self._drafts[self.earlier[-1]].clock if self.earlier else None
        return child is not None and latest is not None and minutes_between(latest, child) <= SOON_DAYS * DAY_MINUTES

    def is_near(self, index: int, found: Sequence[int]) -> bool:
        """Tell whether the last of `found` came within three days before, and all others two weeks or more before that one."""
        child, *earlier = (self._drafts[i].clock for i in (index, *found))
        if child is None or any(sent is None for sent in earlier):
            return False
        gaps = [minutes_between(sent, child) for sent in earlier if sent is not None]
        return gaps[-1] <= NEAR_DAYS * DAY_MINUTES and all(gap - gaps[-1] >= FAR_DAYS * DAY_MINUTES for gap in gaps[:-1])

    def is_only_of_day(self, index: int, candidate: int) -> bool:
        """Tell whether no other message of the day to which this one is dated alone, placed or not, was addressed to its sender like it."""
        waiting = {i for n in _names(self._drafts[index].parties.sender) for i in self._open.get(n, ())[-LOOKED_AT:]}
        return not any(i != candidate and self.is_of_day(index, i) and self._is_addressed(index, i, "to") for i in waiting)

    def is_of_day(self, index: int, candidate: int) -> bool:
        """Tell whether a candidate is of the day to which this message is dated alone."""
        child, parent = self._drafts[index], self._drafts[candidate]
        return child.is_day and parent.clock is not None and parent.clock[: len(child.clock or "")] == child.clock

    def _kept(self, index: int, found: set[int], role: str) -> list[int]:
        return [
            i for i in sorted(found) if self._is_addressed(index, i, role) and self.fits_time(index, i) and self._fits_prefixes(index, i)
        ]

    def leaves_out(self, index: int, candidate: int, others: Sequence[int]) -> bool:
        """Tell whether this message goes to people who took no part in a candidate, while all took part in one of `others`."""
        return not self._took_part(index, candidate) and any(self._took_part(index, i) for i in others)

    def _took_part(self, index: int, candidate: int) -> bool:
        people = self._drafts[candidate].parties.parties
        return all(any(r.matches(p) for p in people) for r in self._drafts[index].parties.recipients)

    def _fits_prefixes(self, index: int, candidate: int) -> bool:
        """Tell whether stacked prefixes allow a candidate: `TR: RE: Budget` passes on a message whose subject ends in `RE: Budget`."""
        passed_on = _passed_on(self._drafts[index].fullest)
        letters = self._subjects.words.folding.letters
        subjects = [o.subject for o in self._drafts[candidate].occurrences if o.subject]
        return not passed_on or not subjects or any(letters(subject).endswith(letters(passed_on)) for subject in subjects)

    def loses_prefixes(self, index: int, candidate: int) -> bool:
        """Tell whether this message has fewer prefixes than a candidate: most programs add one or replace one, few leave fewer than there were."""
        return _count_prefixes(self._drafts[index]) < _count_prefixes(self._drafts[candidate])

    def _is_addressed(self, index: int, candidate: int, role: str) -> bool:
        sender, own = self._drafts[candidate].parties.sender, self._drafts[index].parties.sender
        if sender is None or (own is not None and sender.identity == own.identity):
            return False
        # Who answers a mail sent on behalf of an office may write to the office.
        authors = (sender, *(p for p in self._drafts[candidate].parties.parties if p.role == "on-behalf-of"))
        return any(p.role == role and p.matches(author) for p in self._drafts[index].parties.recipients for author in authors)

    def answers_first(self, index: int, candidate: int) -> bool:
        """Tell whether a candidate's author is the first direct recipient, where mail programs put whom one answers."""
        sender = self._drafts[candidate].parties.sender
        first = next((p for p in self._drafts[index].parties.recipients if p.role == "to"), None)
        return sender is not None and first is not None and first.matches(sender)

    def for_forward(self, index: int) -> list[int]:
        """Return messages that this one's sender wrote or received."""
        found = {i for n in _names(self._drafts[index].parties.sender) for i in self._involving.get(n, [])[-LOOKED_AT:]}
        return [i for i in sorted(found) if self.fits_time(index, i) and self._fits_prefixes(index, i)]

    def fits_time(self, index: int, candidate: int) -> bool:
        """Tell whether a candidate came before, and not too long before; within one minute only an original can be a parent."""
        child, parent = self._drafts[index], self._drafts[candidate]
        if child.clock is None or parent.clock is None:
            return False
        before = is_before(parent.clock, child.clock)
        if before is False or (before is None and parent.relation is not None and not self._is_placed_that_day(index, candidate)):
            return False
        longest = GENERIC_DAYS if self._subjects.is_generic(child.folded) else LONGEST_DAYS
        return minutes_between(parent.clock, child.clock) <= longest * DAY_MINUTES

    def _is_placed_that_day(self, index: int, candidate: int) -> bool:
        """Tell whether a candidate of the one day printed answers something else: then it does not answer this one."""
        return candidate in self._placed and self.is_of_day(index, candidate) and not self._drafts[candidate].is_day


def _is_emptied(draft: Draft, field: str) -> bool:
    """Tell whether a copy prints a label with nothing after it."""
    return any(f.field == field and not f.text.strip() for o in draft.occurrences for f in o.fields)


def _passed_on(occurrence: Occurrence) -> str:
    """Return the subject behind its first prefix, where that has a prefix too; "" where it has none."""
    subject, base = occurrence.subject or "", occurrence.subject_base or ""
    prefixes, _, _ = subject.rpartition(base) if base else ("", "", "")
    _, _, inner = prefixes.partition(":")
    return subject.partition(":")[2].strip() if ":" in inner else ""


def _count_prefixes(draft: Draft) -> int:
    """Return how many prefixes stand before the base subject, in the copy that prints the fewest."""
    counts = [o.subject[: -len(o.subject_base)].count(":") for o in draft.occurrences if o.subject and o.subject_base and o.subject.endswith(o.subject_base)]
    return min(counts, default=0)


def _names(party: Party | None) -> tuple[int | str, ...]:
    return () if party is None or party.is_masked else (party.identity, *party.candidates)
