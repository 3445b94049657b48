"""Tell which occurrences of a component are copies of one message.

Copies agree on minute, base subject and sender, do not contradict each other on seconds or recipients, and their words are equal, one
within the other, or mostly the same. A copy that fits two messages which differ from each other stays on its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from threadkit.frozen import record
from threadkit.records import Mailbox, Occurrence
from threadkit.resolve.bodies import BodyReader
from threadkit.resolve.mail_copies import MailUniter, ids_contradict, need_uniting, own_id
from threadkit.resolve.names import NameForm, match_lossy
from threadkit.resolve.participants import keys_of, principals_of
from threadkit.resolve.people import Directory
from threadkit.resolve.subjects import Subjects
from threadkit.resolve.times import PRECISIONS
from threadkit.resolve.worn_copies import WornSubjects

RULES = ("single", "same-words", "alike-words", "undated-same-words", "coarser-date", "without-subject", "masked-subject")

UNDATED_WORDS = 8
HELD_WORDS, MORE_WORDS = 20, 8

Test = Callable[[Occurrence, Occurrence], bool]


@record(frozen=True, slots=True)
class Copies:
    """The occurrences of one message, by content, and the rule that made them one."""

    occurrences: tuple[Occurrence, ...]
    rule: str


class CopyMatcher:
    """Compares occurrences; knows how names and bodies are read."""

    def __init__(self, directory: Directory, bodies: BodyReader, subjects: Subjects) -> None:
        self._directory = directory
        self._reader = directory.reader
        self._bodies = bodies
        self._subjects = subjects
        self._known: dict[int, tuple[set[str], set[str]] | None] = {}
        self._worn = WornSubjects(self._headers_agree, lambda a, b: bodies.share_words(a.body, b.body), subjects)

    def group(self, occurrences: Iterable[Occurrence]) -> list[Copies]:
        """Return the messages of a component as groups of copies. The order of `occurrences` does not matter."""
        self._known.clear()
        by_subject: dict[str, list[Occurrence]] = {}
        for occurrence in sorted(occurrences, key=lambda o: o.id):
            by_subject.setdefault(self._subjects.fold(occurrence.subject_base), []).append(occurrence)
        untold = by_subject.pop("", [])
        groups: list[Copies] = []
        for alike in by_subject.values():
            groups.extend([Copies((alike[0],), "single")] if len(alike) == 1 else self._group_subject(alike))
        if len(by_subject) > 1:
            groups = [Copies(*pair) for pair in self._worn.unite([(copies.occurrences, copies.rule) for copies in groups])]
        groups = self._group_untold(groups, untold) if untold else groups
        masked = [copies for copies in groups if all(self._subjects.is_masked(o.subject_base) for o in copies.occurrences)]
        if masked and len(masked) < len(groups):
            groups = self._attach([copies for copies in groups if copies not in masked], masked, self._are_copies_at_length, "masked-subject")
        return self._united(groups)

    def _united(self, groups: list[Copies]) -> list[Copies]:
        """Unite what only mail files let one see as copies."""
        pairs = [(copies.occurrences, copies.rule) for copies in groups]
        if not need_uniting(pairs):
            return groups
        uniter = MailUniter(
            lambda a, b: self._senders_agree(a, b, sure=True),
            lambda a, b: a.body_print == b.body_print or self._bodies.are_alike(a.body, b.body),
            self._subjects.fold,
        )
        return [Copies(*pair) for pair in uniter.unite(pairs)]

    def _group_untold(self, groups: list[Copies], untold: list[Occurrence]) -> list[Copies]:
        """Add each message that prints no subject to the one that it is a copy of; a quotation under an introduction has none."""
        alone = self._group_subject(untold)
        if not groups:
            return alone
        loose = [copies for copies in alone if all(o.subject is None for o in copies.occurrences)]
        dated = [copies for copies in loose if _minute(copies) is not None]
        undated = [copies for copies in loose if _minute(copies) is None]
        groups = self._attach(groups, dated, self.are_copies, "without-subject")
        groups = self._attach(groups, undated, self.have_same_words, "undated-same-words")
        return [*groups, *(copies for copies in alone if copies not in loose)]

    def _group_subject(self, occurrences: list[Occurrence]) -> list[Copies]:
        minutes: dict[str, list[Occurrence]] = {}
        days: dict[str, list[Occurrence]] = {}
        undated: list[Occurrence] = []
        for occurrence in occurrences:
            value = occurrence.sent.value if occurrence.sent else None
            if value is None:
                undated.append(occurrence)
            elif len(value) < PRECISIONS["minute"]:
                days.setdefault(value, []).append(occurrence)
            else:
                minutes.setdefault(value[: PRECISIONS["minute"]], []).append(occurrence)
        groups = [copies for minute in minutes.values() for copies in self._cluster(minute, self.are_copies)]
        coarse = [copies for day in days.values() for copies in self._cluster(day, self.are_copies)]
        groups = self._attach(groups, coarse, self.are_copies, "coarser-date")
        loose = self._cluster(undated, self.have_same_words)
        return self._attach(groups, loose, self.have_same_words, "undated-same-words")

    def _cluster(self, occurrences: list[Occurrence], test: Test) -> list[Copies]:
        """Return the sets in which every two are copies; where that is not transitive, many words must join them."""
        if len(occurrences) == 1:
            return [Copies((occurrences[0],), "single")]
        alike: dict[tuple[object, ...], list[Occurrence]] = {}
        for occurrence in occurrences:
            alike.setdefault(_printed_alike(occurrence), []).append(occurrence)
        first = [same[0] for same in alike.values()]
        members = {same[0].id: same for same in alike.values()}
        return [
            _copies([o for one in copies.occurrences for o in members[one.id]])
            for group in _connected(first, test)
            for copies in ([_copies(group)] if _all_agree(group, test) else self._cluster_firmly(group, test))
        ]

    def _cluster_firmly(self, occurrences: list[Occurrence], test: Test) -> list[Copies]:
        """Return the sets that equal or many shared words connect, however each two of a set are worn; what fits one set alone joins it."""

        def firm(a: Occurrence, b: Occurrence) -> bool:
            return test(a, b) and (_are_equal(a, b) or self._bodies.share_words(a.body, b.body))

        firmly: list[Copies] = []
        loose: list[Copies] = []
        for group in _connected(occurrences, firm):
            if len(group) == 1:
                loose.append(Copies((group[0],), "single"))
            elif _all_agree(group, self._headers_agree):
                firmly.append(_copies(group))
            else:
                firmly.extend(self._cluster_strictly(group, test))
        return self._attach(firmly, loose, test, "alike-words", self._headers_agree)

    def _cluster_strictly(self, occurrences: list[Occurrence], test: Test) -> list[Copies]:
        def strict(a: Occurrence, b: Occurrence) -> bool:
            return _are_equal(a, b) and test(a, b)

        groups: list[Copies] = []
        for group in _connected(occurrences, strict):
            groups.extend([_copies(group)] if _all_agree(group, strict) else [Copies((o,), "single") for o in group])
        return groups

    def _attach(self, groups: list[Copies], loose: list[Copies], test: Test, rule: str, some: Test | None = None) -> list[Copies]:
        """Add each loose group to the one group that it agrees with; with none or several it stays a message of its own.

        `some`: what must hold with each of a group where `test` need hold with one alone.
        """
        added: dict[int, list[Occurrence]] = {}
        rest: list[Copies] = []
        for copies in loose:
            fitting = [i for i, g in enumerate(groups) if _same_day(g, copies) and _agree(g.occurrences, copies.occurrences, test, some)]
            if len(fitting) == 1:
                added.setdefault(fitting[0], []).extend(copies.occurrences)
            else:
                rest.append(copies)
        joined = [Copies((*g.occurrences, *added[i]), rule) if i in added else g for i, g in enumerate(groups)]
        return [*joined, *rest]

    def are_copies(self, a: Occurrence, b: Occurrence) -> bool:
        """Tell whether two occurrences of one time and base subject can be copies of one message."""
        if not self._headers_agree(a, b):
            return False
        return a.body_print == b.body_print or not a.body_print or not b.body_print or self._bodies.are_alike(a.body, b.body)

    def _are_copies_at_length(self, a: Occurrence, b: Occurrence) -> bool:
        """Tell whether two occurrences of one minute are copies whatever their subjects: eight words or more, that are equal or share many."""
        value, other = (o.sent.value if o.sent and o.sent.value else "" for o in (a, b))
        if min(len(value), len(other)) < PRECISIONS["minute"] or min(a.body_words, b.body_words) < UNDATED_WORDS or not self.are_copies(a, b):
            return False
        return _are_equal(a, b) or self._bodies.share_words(a.body, b.body)

    def _headers_agree(self, a: Occurrence, b: Occurrence) -> bool:
        """Tell whether times, senders and recipients of two occurrences contradict each other nowhere."""
        if not self._seconds_agree(a, b) or ids_contradict(a, b):
            return False
        sure = a.body_print == b.body_print and a.body_words >= UNDATED_WORDS
        return self._senders_agree(a, b, sure=sure) and not self._recipients_contradict(a, b)

    def have_same_words(self, a: Occurrence, b: Occurrence) -> bool:
        """Tell whether an undated occurrence is a copy: sender and eight or more words the same, but for worn letters."""
        if min(a.body_words, b.body_words) < UNDATED_WORDS or ids_contradict(a, b) or not (sender_of(a) and sender_of(b)):
            return False
        same = a.body_print == b.body_print or self._bodies.are_worn_copies(a.body, b.body) or self._holds_other(a, b)
        return same and self._senders_agree(a, b, sure=True)

    def _holds_other(self, a: Occurrence, b: Occurrence) -> bool:
        """Tell whether one of two occurrences of a subject, to the same people, has all the words of the other in a row, twenty or more, and few besides."""
        if not a.subject_base or not b.subject_base or self._recipients(a) is None or self._recipients_contradict(a, b):
            return False
        short, long = sorted((self._bodies.words(o.body) for o in (a, b)), key=len)
        return len(short) >= HELD_WORDS and len(long) - len(short) <= MORE_WORDS and f" {' '.join(short)} " in f" {' '.join(long)} "

    @staticmethod
    def _seconds_agree(a: Occurrence, b: Occurrence) -> bool:
        x, y = (o.sent.value if o.sent and o.sent.value else "" for o in (a, b))
        shared = min(len(x), len(y))
        return x[:shared] == y[:shared]

    def _senders_agree(self, a: Occurrence, b: Occurrence, *, sure: bool) -> bool:
        x, y = sender_of(a), sender_of(b)
        if x is None or y is None:
            return True
        if (x.email and x.email == y.email) or (sure and bool(keys_of(y) & principals_of((a,)) or keys_of(x) & principals_of((b,)))):
            return True
        left, right = self._reader.read(x.name), self._reader.read(y.name)
        if (left is None) != (right is None) and self._are_one_person(x, y):
            return True
        if left is None or right is None:
            return (
                self._hidden(left, x)
                or self._hidden(right, y)
                or (sure and (left is None) != (right is None) and not (x.email and y.email))
            )
        if "masked" in (left.kind, right.kind):
            return True
        same = left.key == right.key or ((left.lossy or right.lossy) and match_lossy(left, right))
        return same and (sure or not (x.email and y.email)) and (sure or not x.unit or not y.unit or x.unit == y.unit)

    def _are_one_person(self, x: Mailbox, y: Mailbox) -> bool:
        person = self._directory.find(x.name, x.email, x.unit).person_id
        return person is not None and person == self._directory.find(y.name, y.email, y.unit).person_id

    @staticmethod
    def _hidden(form: NameForm | None, mailbox: Mailbox) -> bool:
        return form is None and not mailbox.email

    def _recipients_contradict(self, a: Occurrence, b: Occurrence) -> bool:
        """Tell whether both print recipients in forms that compare, and share none of them."""
        for occurrence in (a, b):
            if occurrence.id not in self._known:
                self._known[occurrence.id] = self._recipients(occurrence)
        left, right = self._known[a.id], self._known[b.id]
        if left is None or right is None:
            return False
        (names, emails), (other_names, other_emails) = left, right
        if names & other_names or emails & other_emails:
            return False
        return bool((names and other_names) or (emails and other_emails))

    def _recipients(self, occurrence: Occurrence) -> tuple[set[str], set[str]] | None:
        names: set[str] = set()
        emails: set[str] = set()
        for use in occurrence.mailboxes:
            if use.field not in ("to", "cc"):
                continue
            form = self._reader.read(use.mailbox.name)
            if form is not None and (form.kind in ("masked", "undisclosed") or form.lossy):
                return None
            if form is not None:
                names.add(form.key)
            if use.mailbox.email:
                emails.add(use.mailbox.email)
        return (names, emails) if names or emails else None


def sender_of(occurrence: Occurrence) -> Mailbox | None:
    """Return the first printed author of an occurrence."""
    return next((use.mailbox for use in occurrence.mailboxes if use.field == "from"), None)


def _printed_alike(occurrence: Occurrence) -> tuple[object, ...]:
    """Return what two occurrences that are printed alike share: they need no comparing."""
    dated = occurrence.sent is not None and occurrence.sent.value is not None
    if not occurrence.mailboxes or (not dated and occurrence.body_words < UNDATED_WORDS):
        return (occurrence.id,)
    people = tuple((use.field, use.mailbox.name, use.mailbox.email, use.mailbox.unit) for use in occurrence.mailboxes)
    return (own_id(occurrence), occurrence.sent.value if occurrence.sent else None, occurrence.body_print, people)


def _copies(group: list[Occurrence]) -> Copies:
    if len(group) == 1:
        return Copies((group[0],), "single")
    return Copies(tuple(group), "same-words" if len({o.body_print for o in group}) == 1 else "alike-words")


def _are_equal(a: Occurrence, b: Occurrence) -> bool:
    return a.body_print == b.body_print and bool(a.body_print)


def _agree(group: Sequence[Occurrence], other: Sequence[Occurrence], test: Test, some: Test | None) -> bool:
    pairs = [(a, b) for a in group for b in other]
    if some is None:
        return all(test(a, b) for a, b in pairs)
    return any(test(a, b) for a, b in pairs) and all(some(a, b) for a, b in pairs)


def _connected(occurrences: list[Occurrence], test: Test) -> list[list[Occurrence]]:
    """Return the connected sets under `test`; equal copies are compared once."""
    rest, groups = list(occurrences), []
    while rest:
        group, rest = [rest[0]], rest[1:]
        for member in group:
            near = [o for o in rest if test(member, o)]
            if near:
                group.extend(near)
                taken = {o.id for o in near}
                rest = [o for o in rest if o.id not in taken]
        groups.append(sorted(group, key=lambda o: o.id))
    return groups


def _all_agree(group: list[Occurrence], test: Test) -> bool:
    return all(test(a, b) for i, a in enumerate(group) for b in group[i + 1 :])


def _minute(copies: Copies) -> str | None:
    """Return the minute of a group; None where no copy is dated to the minute."""
    values = (o.sent.value for o in copies.occurrences if o.sent and o.sent.value)
    return next((value for value in values if len(value) >= PRECISIONS["minute"]), None)


def _same_day(group: Copies, other: Copies) -> bool:
    days = {o.sent.value[:10] for g in (group, other) for o in g.occurrences if o.sent and o.sent.value}
    return len(days) <= 1
