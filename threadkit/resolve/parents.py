"""Conclude which message each message answers: by quotation first, then by subject, people, time and quoted words.

A parent is chosen only where one candidate remains. Otherwise the message has none, and a finding says whether none is there
(`parent-missing`) or several fit (`parent-ambiguous`). Without a quotation a parent is never later than its child.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from threadkit.frozen import record
from threadkit.records import Link
from threadkit.resolve.bodies import BodyReader, shared_run
from threadkit.resolve.candidates import LOOKED_AT, Candidates
from threadkit.resolve.invitations import RECALL, Invitations, find_recalled
from threadkit.resolve.link_evidence import CONFIDENCE, EVIDENCE
from threadkit.resolve.mail_parents import find_told
from threadkit.resolve.messages import Draft, filename_key
from threadkit.resolve.printed_conversations import PrintedConversations
from threadkit.resolve.quotations import Quoted, closest, find_quoted, is_days_later, is_inserted, is_later, is_reminder, told_apart
from threadkit.resolve.subjects import Subjects
from threadkit.resolve.times import PRECISIONS

RULES = (
    "reply-only-candidate",
    "reply-copied",
    "reply-turn",
    "reply-line",
    "reply-near",
    "reply-same-day",
    "reply-hidden",
    "forward-attachment",
    "forward-only-candidate",
    "automatic-answer",
    "quoted-words",
    "refused-people",
    "refused-later",
    "refused-several",
    "refused-inserted",
)

AUTOMATIC_KINDS = ("automatic-reply", "meeting-response", "receipt")
ANSWERING_KINDS = ("message", "meeting-request", "draft")
#: The rules that choose the one message which fits, or the one whose turn it is.
SURELY_SEARCHED = ("reply-only-candidate", "reply-turn", "reply-line")
#: The rules that choose one of several which fit.
AMONG_OTHERS = ("reply-turn", "reply-line", "reply-near")
RUN = 20
COMPARED = 20
SHOWN = 3


@record(frozen=True, slots=True)
class Decision:
    """What was concluded about one message's parent; indexes into the drafts.

    `missing` is certain, possible or "" (none is missing). `alike`: where it is only possible, the earlier messages of that subject.
    `evidence`: where a reader corrected it, who says so, when and why.
    """

    parent: int | None = None
    relation: str | None = None
    rule: str = ""
    line: int = 0
    refused: tuple[tuple[int, str], ...] = ()
    ambiguous: tuple[int, ...] = ()
    missing: str = ""
    alike: tuple[int, ...] = ()
    evidence: str = ""


NOTHING = Decision()


class ParentFinder:
    """Finds the parents of the messages of one component, which come earliest first."""

    def __init__(self, drafts: Sequence[Draft], bodies: BodyReader, subjects: Subjects) -> None:
        self._drafts = drafts
        self._bodies = bodies
        self._subjects = subjects
        self._generic_files = subjects.words.any_of("generic-attachment")
        self._parents: dict[int, int] = {}
        self._invitations = Invitations(drafts)
        self._prints = PrintedConversations(drafts)
        self._of_subject = Counter(draft.folded for draft in drafts)
        #: Base subject -> the messages that answer nothing, earliest first.
        self._originals: dict[str, list[int]] = {}
        for index, draft in enumerate(drafts):
            if draft.relation is None and draft.folded and draft.fullest.kind in ANSWERING_KINDS:
                self._originals.setdefault(draft.folded, []).append(index)

    def find(self) -> list[Decision]:
        """Return one decision a message, in their order."""
        quoted = {i: told_apart(i, found, self._drafts) for i, found in find_quoted(self._drafts).items()}
        told = find_told(self._drafts)
        decisions = [NOTHING] * len(self._drafts)
        for index, by_mail in told.items():
            if by_mail.parent is not None:
                decisions[index] = self._by_mail(index, by_mail.parent, by_mail.rule, quoted.pop(index, None))
                self._parents[index] = by_mail.parent
        self._parents.update((i, q.first[0]) for i, q in quoted.items() if len(q.first) == 1)
        for index, found in quoted.items():
            decisions[index] = self._by_quotation(index, found)
            if decisions[index].parent is None:
                self._parents.pop(index, None)
        groups: dict[str, Candidates] = {}
        inserted = {i for i, found in quoted.items() if is_inserted(i, found, self._drafts, self._subjects)}
        wanted = {d.folded for i, d in enumerate(self._drafts) if d.folded and (i not in quoted or i in inserted) and self._may_answer(d)}
        for index, draft in enumerate(self._drafts):
            candidates = groups.setdefault(draft.folded, Candidates(self._drafts, self._subjects)) if draft.folded in wanted else None
            if index not in quoted and decisions[index] is NOTHING:
                decisions[index] = self._by_search(index, candidates)
                if index in told:
                    decisions[index] = self._as_told(decisions[index], told[index].near)
            elif index in inserted and (searched := self._by_search(index, candidates)).rule in SURELY_SEARCHED:
                decisions[index] = replace(searched, refused=((quoted[index].first[0], "refused-inserted"), *searched.refused))
            parent = decisions[index].parent
            if parent is not None:
                self._parents[index] = parent
            if candidates is not None:
                if draft.fullest.kind in (*AUTOMATIC_KINDS, RECALL):
                    continue
                if parent is not None and decisions[index].relation != "forward":
                    candidates.answer(index, parent)
                candidates.add(index, is_placed=parent is not None)
        return decisions

    @staticmethod
    def _answers(draft: Draft) -> bool:
        return draft.relation is not None and draft.fullest.kind in ANSWERING_KINDS

    def _may_answer(self, draft: Draft) -> bool:
        return self._answers(draft) or draft.fullest.kind in AUTOMATIC_KINDS

    def _by_mail(self, index: int, parent: int, rule: str, quoted: Quoted | None) -> Decision:
        """Choose the mail that the header names; what is quoted instead is refused."""
        child = self._drafts[index]
        relation = "forward" if rule == "attached-mail" else child.relation or self._relation(index, parent)
        others = (*quoted.first, *quoted.others) if quoted is not None else ()
        refused = tuple((i, "refused-mail-id") for i in others if i != parent)
        if is_later(parent, index, self._drafts):
            rule = "in-reply-to-against-time"
        return Decision(parent=parent, relation=relation, rule=rule, refused=refused)

    def _as_told(self, searched: Decision, near: tuple[int, ...]) -> Decision:
        """Return what was searched, unless that is a mail of another identifier than the header names: then the original is missing."""
        relation = searched.relation or "reply"
        if searched.parent is None:
            return replace(searched, relation=relation, missing=searched.missing or "certain", ambiguous=(), alike=near or searched.alike)
        if not self._drafts[searched.parent].mail_ids:
            return searched
        return Decision(relation=relation, refused=((searched.parent, "refused-mail-id"),), missing="certain", alike=near)

    def _by_quotation(self, index: int, quoted: Quoted) -> Decision:
        child = self._drafts[index]
        parent = quoted.first[0] if len(quoted.first) == 1 else closest(quoted.first, self._parents)
        relation = child.relation or self._relation(index, quoted.first[0])
        refused = tuple((i, "refused-several") for i in (*quoted.first, *quoted.others) if i != parent)
        if parent is None:
            return Decision(relation=relation, line=quoted.line, refused=refused, ambiguous=quoted.first)
        if is_inserted(index, quoted, self._drafts, self._subjects) and is_reminder(index, parent, self._drafts):
            return Decision(relation=relation, line=quoted.line, refused=((parent, "refused-inserted"), *refused), missing="possible")
        rule = "quotation" if len(quoted.first) == 1 else "quotation-line"
        if is_later(parent, index, self._drafts):
            if child.relation is None and child.folded != self._drafts[parent].folded:
                return Decision(line=quoted.line, refused=((parent, "refused-people"), *refused))
            if is_days_later(parent, index, self._drafts):
                missing = "possible" if self._answers(child) else ""
                return Decision(relation=relation, line=quoted.line, refused=((parent, "refused-later"), *refused), missing=missing)
            rule = "quotation-against-time"
        return Decision(parent=parent, relation=relation, rule=rule, line=quoted.line, refused=refused)

    def _relation(self, child: int, parent: int) -> str:
        """Return forward where the quoting message goes only to people whom the quoted one left out, by one of its people; else reply.

        A mask among the recipients may stand for one of them.
        """
        author, old = self._drafts[child].parties.sender, self._drafts[parent].parties
        people = [p for p in (old.sender, *old.recipients) if p is not None]
        recipients = self._drafts[child].parties.recipients
        inside = author is not None and any(author.matches(p) for p in people)
        outside = bool(recipients) and not any(r.is_masked or any(r.matches(p) for p in people) for r in recipients)
        return "forward" if inside and outside else "reply"

    def _by_search(self, index: int, candidates: Candidates | None) -> Decision:
        child = self._drafts[index]
        meeting = self._invitations.answered_by(index)
        if meeting is not None:
            return self._meeting_answer(index, meeting, candidates)
        if child.fullest.kind in AUTOMATIC_KINDS:
            return self._automatic(index, candidates)
        if not self._answers(child):
            if (above := self._prints.answered_by(index)) is not None and child.fullest.kind in ANSWERING_KINDS:
                return Decision(parent=above, relation="reply", rule="conversation-print")
            spoken_of = self._invitations.told_of_by(index) or find_recalled(index, self._drafts)
            return Decision(relation=child.relation, alike=spoken_of)
        if candidates is None or not candidates.earlier:
            # Without a subject to go by (none printed, or a mask in its place) any message may be the original.
            doubtful = not child.folded or (candidates is not None and child.sent_at is None) or self._has_later_original(index)
            doubtful = doubtful or self._is_of_many(index)
            return Decision(relation=child.relation, missing="possible" if doubtful else "certain")
        decision = self._among_earlier(index, candidates)
        if decision.missing:
            return replace(decision, alike=self._alike(index, candidates))
        if decision.parent is not None or decision.ambiguous:
            return decision
        return self._none_fits(index, candidates)

    def _among_earlier(self, index: int, candidates: Candidates) -> Decision:
        """Return what the earlier messages of the subject say; one chosen of several is given up where the prefixes tell that an answer lies between."""
        decision = self._reply(index, candidates) if self._drafts[index].relation == "reply" else self._forward(index, candidates)
        if decision.parent is None or decision.rule not in AMONG_OTHERS or not candidates.loses_prefixes(index, decision.parent):
            return decision
        candidates.answer(index, decision.parent)  # it waits no longer for this author, whichever he answered
        refused = ((decision.parent, "refused-several"), *decision.refused)
        return Decision(relation=self._drafts[index].relation, refused=refused, missing="possible")

    def _none_fits(self, index: int, candidates: Candidates) -> Decision:
        """Return the decision that a message's original is missing: certainly, unless one of those refused may be it."""
        child = self._drafts[index]
        near = [i for i in candidates.earlier[-SHOWN:] if candidates.fits_time(index, i) or child.sent_at is None]
        concerned = child.sent_at is None or any(self._may_concern(index, i) for i in near)
        # A candidate refused on people alone may be the original after all: a name printed otherwise, an office that answers for another.
        doubtful = bool(near) or concerned or self._has_later_original(index) or self._is_of_many(index)
        return Decision(
            relation=child.relation,
            refused=tuple((i, "refused-people") for i in near),
            missing="possible" if doubtful else "certain",
            alike=self._alike(index, candidates) if concerned or candidates.is_soon(index) else (),
        )

    def _has_later_original(self, index: int) -> bool:
        """Tell whether a later message of the subject answers nothing and went to this one's sender: of one of the two the date may be wrong."""
        child = self._drafts[index]
        author = child.parties.sender
        later = [self._drafts[i] for i in self._originals.get(child.folded, ()) if i > index][:LOOKED_AT]
        return author is not None and any(author.matches(p) for d in later for p in d.parties.recipients)

    def _is_of_many(self, index: int) -> bool:
        """Tell whether a message has a subject that many have, and others have it here: of these one may be the original, printed otherwise."""
        folded = self._drafts[index].folded
        return self._of_subject[folded] > 1 and self._subjects.is_generic(folded)

    def _alike(self, index: int, candidates: Candidates) -> tuple[int, ...]:
        """Return the earlier messages of a telling subject, where this one's author takes part in one of them, or addresses the author of one."""
        author = self._drafts[index].parties.sender
        if author is None or self._subjects.is_generic(self._drafts[index].folded):
            return ()
        earlier = [self._drafts[i].parties for i in candidates.earlier[-LOOKED_AT:]]
        takes_part = any(author.matches(p) for parties in earlier for p in parties.parties)
        direct = [p for p in self._drafts[index].parties.recipients if p.role == "to"]
        takes_part = takes_part or any(parties.sender is not None and parties.sender.matches(p) for parties in earlier for p in direct)
        return tuple(candidates.earlier[-LOOKED_AT:]) if takes_part else ()

    def _automatic(self, index: int, candidates: Candidates | None) -> Decision:
        """Choose what an automatic reply or an answer to an invitation answers, where one message fits; else none is missing."""
        waiting = candidates.for_reply(index)[0] if candidates is not None else []
        if len(waiting) != 1:
            return Decision(relation=self._drafts[index].relation, refused=tuple((i, "refused-several") for i in waiting[-SHOWN:]))
        return Decision(parent=waiting[0], relation="reply", rule="automatic-answer")

    def _meeting_answer(self, index: int, meeting: int, candidates: Candidates | None) -> Decision:
        """Choose what an answer to an invitation answers where a calendar prints a meeting of its subject, without a date of sending.

        That is the calendar's print, unless an invitation stands beside it: one of the answer's own day is answered; with an older one,
        the print may be the meeting as it was moved since, and nothing is chosen.
        """
        invited = candidates.for_reply(index)[0] if candidates is not None else []
        if not invited:
            return Decision(parent=meeting, relation="reply", rule="meeting-answer")
        of_day = [i for i in invited if (self._drafts[i].clock or "")[: PRECISIONS["day"]] == (self._drafts[index].clock or "-")[: PRECISIONS["day"]]]
        if len(of_day) == 1:
            return Decision(parent=of_day[0], relation="reply", rule="automatic-answer", refused=((meeting, "refused-several"),))
        fitting = (meeting, *invited)
        return Decision(relation="reply", refused=tuple((i, "refused-several") for i in fitting[-SHOWN:]), ambiguous=fitting)

    def _may_concern(self, index: int, candidate: int) -> bool:
        """Tell whether a candidate that does not fit cannot be ruled out: recipients unknown, or the same author."""
        child, other = self._drafts[index].parties, self._drafts[candidate].parties
        unknown = any(not p.recipients or any(r.is_open for r in p.recipients) for p in (child, other))
        unknown = unknown or not any(r.role == "to" for r in child.recipients)
        return unknown or child.sender is None or other.sender is None or child.sender.matches(other.sender)

    def _reply(self, index: int, candidates: Candidates) -> Decision:
        waiting, answered = candidates.for_reply(index)
        if not waiting:
            return self._weaker_reply(index, candidates, answered)
        if at_once := candidates.of_same_minute(index):
            return self._one_of(index, sorted({*waiting, *at_once}), "")
        if len(waiting) == 1 and not (answered and answered[-1] > waiting[0]):
            if candidates.is_rivalled_list(index, waiting[0]):
                return self._one_of(index, candidates.waiting_for(index), "")
            if candidates.leaves_out(index, waiting[0], answered):
                return self._one_of(index, [*answered, *waiting], "")
            if not candidates.is_of_day(index, waiting[0]):
                return self._chosen(index, waiting[0], "reply-turn" if answered else "reply-only-candidate", ())
            if candidates.is_only_of_day(index, waiting[0]):
                return self._chosen(index, waiting[0], "reply-same-day", ())
            return Decision(relation=self._drafts[index].relation, refused=((waiting[0], "refused-several"),), missing="possible")
        if answered and answered[-1] > waiting[-1]:
            return self._one_of(index, [*waiting, answered[-1]], "")
        is_first = candidates.answers_first(index, waiting[-1]) and not candidates.by_namesakes(index, waiting)
        decision = self._one_of(index, waiting, "reply-line" if is_first else "")
        if decision.parent is None and is_first and candidates.is_near(index, waiting) and not self._sharing_words(index, waiting):
            return self._chosen(index, waiting[-1], "reply-near", waiting)
        return decision

    def _weaker_reply(self, index: int, candidates: Candidates, answered: list[int]) -> Decision:
        """Choose where no unanswered message is by whom this one addresses: its author is only copied, or masked."""
        if not answered:
            copied = candidates.for_copied_reply(index)
            if len(copied) == 1 and copied[0] == candidates.earlier[-1]:
                return self._chosen(index, copied[0], "reply-copied", ())
            is_generic = self._subjects.is_generic(self._drafts[index].folded)
            hidden = [] if is_generic else candidates.for_hidden_reply(index) or candidates.from_hidden_sender(index)
            if hidden and (rivals := candidates.rivals_of_hidden(index, hidden)):
                return self._one_of(index, sorted({*hidden, *rivals}), "")
            if hidden:
                return self._chosen(index, hidden[0], "reply-hidden", ()) if len(hidden) == 1 else self._one_of(index, hidden, "")
        refused = tuple((i, "refused-several") for i in answered[-SHOWN:])
        return Decision(relation=self._drafts[index].relation, refused=refused, missing="possible" if answered else "")

    def _forward(self, index: int, candidates: Candidates) -> Decision:
        found = candidates.for_forward(index)
        if len(found) == 1:
            return self._chosen(index, found[0], "forward-only-candidate", ())
        carrying = self._carrying_same(index, found)
        if len(carrying) == 1 and not self._is_own_forward(index, carrying[0]):
            return self._chosen(index, carrying[0], "forward-attachment", found)
        return self._one_of(index, found, "")

    def _carrying_same(self, index: int, found: list[int]) -> list[int]:
        """Return the candidates that name a file which this message names too; names that many files have do not count.

        None where a later candidate is only quoted: a quotation seldom prints what was attached.
        """
        own = self._file_keys(index)
        same = [i for i in found if own & self._file_keys(i)] if own else []
        return same if all(self._drafts[i].standing == "released" for i in found if same and i > same[-1]) else []

    def _file_keys(self, index: int) -> set[str]:
        names = (a.filename for a in self._drafts[index].attachments)
        return {filename_key(name, self._subjects) for name in names if not self._generic_files.search(name.strip())}

    def _one_of(self, index: int, found: list[int], line_rule: str) -> Decision:
        """Choose among several by quoted words, or the latest of one line; else none."""
        if not found:
            return NOTHING
        sharing = self._sharing_words(index, found)
        if len(sharing) == 1:
            return self._chosen(index, sharing[0], "quoted-words", found)
        latest = closest(found, self._parents) if line_rule and not sharing else None
        if latest is not None and not self._is_own_forward(index, latest):
            return self._chosen(index, latest, line_rule, found)
        refused = tuple((i, "refused-several") for i in found[-SHOWN:])
        return Decision(relation=self._drafts[index].relation, refused=refused, ambiguous=tuple(found))

    def _sharing_words(self, index: int, found: list[int]) -> list[int]:
        """Return the candidates of which the message holds twenty words in a row; none where there are too many to compare."""
        if len(found) > COMPARED:
            return []
        words = self._bodies.words(self._drafts[index].fullest.body)
        return [i for i in found if shared_run(words, self._bodies.words(self._drafts[i].fullest.body), RUN)]

    def _is_own_forward(self, index: int, candidate: int) -> bool:
        """Tell whether both are forwards by one author: which of the line he sent on again is then open."""
        child, other = self._drafts[index], self._drafts[candidate]
        if child.relation != "forward" or other.relation != "forward" or child.parties.sender is None or other.parties.sender is None:
            return False
        return child.parties.sender.matches(other.parties.sender)

    def _chosen(self, index: int, parent: int, rule: str, found: Sequence[int]) -> Decision:
        refused = tuple((i, "refused-several") for i in list(found)[-SHOWN:] if i != parent)
        return Decision(parent=parent, relation=self._drafts[index].relation, rule=rule, refused=refused)


def decision_links(index: int, decision: Decision, drafts: Sequence[Draft]) -> list[Link]:
    """Return the links of one message: the chosen parent first, then those refused."""
    relation = decision.relation or "reply"
    child = drafts[index].id
    links = []
    if decision.parent is not None:
        evidence = decision.evidence or EVIDENCE[decision.rule] + (f" (line {decision.line})" if decision.line else "")
        links.append(Link(child, drafts[decision.parent].id, relation, decision.rule, CONFIDENCE[decision.rule], evidence, "chosen"))
    for other, rule in decision.refused:
        if other not in (decision.parent, index):
            is_corrected = rule not in EVIDENCE  # a reader's own words tell why
            evidence, confidence = (decision.evidence, 0.0) if is_corrected else (EVIDENCE[rule], CONFIDENCE[rule])
            links.append(Link(child, drafts[other].id, relation, rule, confidence, evidence, "refused"))
    return links
