"""Conversations: who answers whom, when and under which subject; branches, forwards, changed subjects, meetings, notices."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from tests.generator.chance import Chance
from tests.generator.layouts import draw_quoting, find_layout
from tests.generator.mails import File, Mail
from tests.generator.prose import Writer
from tests.generator.stock import read_data, read_profile
from tests.generator.world import Person, World


@dataclass(frozen=True, slots=True)
class Plan:
    """What one mail is to be, before its words are written."""

    sender: Person
    to: tuple[Person, ...]
    cc: tuple[Person, ...]
    sent: datetime
    subject: str
    base: str
    parent: Mail | None = None
    relation: Any = None
    kind: str = "message"


class Correspondents:
    """Makes the conversations of one world."""

    def __init__(self, world: World, chance: Chance) -> None:
        self._world, self._chance = world, chance
        self._rates: dict[str, Any] = read_profile()["conversations"]
        self._writer = Writer(world, chance.fork("prose"))
        self._subjects: list[str] = []
        self._mails, self._files, self._conversations = 0, 0, 0

    def converse(self, count: int, start: datetime) -> list[Mail]:
        """Return one conversation of so many mails."""
        self._conversations += 1
        meeting = self._chance.share(self._rates["meeting_share"])
        mails = [self._open(start, meeting)]
        while len(mails) < count:
            mails.append(self._answer_meeting(mails) if meeting and len(mails) < 4 else self._follow(mails))
            if self._chance.share(self._rates["notice_share"]):
                mails.append(self._notify(mails))
        return mails

    def single(self, start: datetime) -> Mail:
        """Return one mail that nobody answers."""
        self._conversations += 1
        return self._open(start, meeting=False)

    def _open(self, start: datetime, meeting: bool) -> Mail:
        sender = self._chance.pick(self._world.people if self._chance.share(0.8) else self._world.strangers)
        others = [p for p in (*self._world.people, *self._world.strangers) if p.key != sender.key and p.last != sender.last]
        language = sender.language
        if meeting:
            subject = self._writer.fill(self._chance.pick(read_data("subjects")["meetings"][language]), language)
        elif self._subjects and self._chance.share(self._rates["same_subject_share"]):
            subject = self._chance.pick(self._subjects)
        else:
            subject = self._writer.fill(self._chance.pick(read_data("subjects")[language]), language)
        self._subjects.append(subject)
        many = self._chance.share(read_profile()["world"]["long_list_share"])
        to = self._chance.some(others, 30 if many else self._chance.pick([1, 1, 1, 2, 2, 3]))
        if self._world.groups and self._chance.share(0.25):
            to = [self._chance.pick(self._world.groups)]
        cc = [p for p in self._chance.some(others, self._chance.pick([0, 0, 0, 1, 1, 2, 4])) if p not in to]
        kind = "meeting-request" if meeting else "message"
        return self._write(Plan(sender, tuple(to), tuple(cc), start, subject, subject, kind=kind))

    def _follow(self, mails: list[Mail]) -> Mail:
        chance = self._chance
        answerable = [m for m in mails if m.kind in {"message", "meeting-request"}]
        target = chance.pick(answerable) if chance.share(self._rates["to_old_branch_share"]) else answerable[-1]
        sent = self._later(mails[-1].sent)
        reachable = [p for p in (*target.to, *target.cc) if p.kind == "person"]
        if chance.share(self._rates["forward_share"]) or not reachable:
            sender = chance.pick(reachable) if reachable else target.sender
            known = {target.sender, sender, *target.to, *target.cc}
            fresh = [p for p in (*self._world.people, *self._world.strangers) if p not in known and p.last not in {q.last for q in known}]
            if fresh:
                subject = self._prefix(sender, target, "forward")
                return self._write(
                    Plan(sender, tuple(chance.some(fresh, chance.pick([1, 1, 2]))), (), sent, subject, target.base, target, "forward")
                )
        sender = chance.pick(reachable) if reachable else target.sender
        all_others = tuple(p for p in (*target.to, *target.cc) if p not in {sender, target.sender}) if chance.share(0.5) else ()
        to = (target.sender,) if sender != target.sender else target.to
        base, subject = target.base, self._prefix(sender, target, "reply")
        if chance.share(self._rates["changed_subject_share"]):
            form = chance.pick(read_data("subjects")["changed"][sender.language])
            base = subject = self._writer.fill(form, sender.language, subject=target.base)
        elif chance.share(self._rates["without_prefix_share"]):
            subject = target.base
        cc = tuple(p for p in all_others if p not in to)
        return self._write(Plan(sender, to, cc, sent, subject, base, target, "reply"))

    def _answer_meeting(self, mails: list[Mail]) -> Mail:
        request = mails[0]
        guests = [p for p in (*request.to, *request.cc) if p.kind == "person" and p not in {m.sender for m in mails[1:]}]
        if not guests:
            return self._follow(mails)
        sender = guests[0]
        prefix = self._chance.pick(read_data("phrases")[sender.language]["accepted"])
        plan = Plan(
            sender,
            (request.sender,),
            (),
            self._later(mails[-1].sent),
            prefix + request.base,
            request.base,
            request,
            "reply",
            "meeting-response",
        )
        return self._write(plan)

    def _notify(self, mails: list[Mail]) -> Mail:
        """Return an automatic reply or a receipt to the latest mail that may get one, else another reply."""
        target = mails[-1]
        readers = [p for p in target.to if p.kind == "person"]
        if not readers or target.kind != "message":
            return self._follow(mails)
        sender, kind = readers[0], self._chance.pick(["automatic-reply", "automatic-reply", "receipt"])
        words = read_data("phrases")[sender.language]
        prefix = self._chance.pick(words["automatic" if kind == "automatic-reply" else "receipt"])
        sent = target.sent + timedelta(seconds=self._chance.between(65, 900))
        return self._write(Plan(sender, (target.sender,), (), sent, prefix + target.subject, target.base, target, "reply", kind))

    def _later(self, sent: datetime) -> datetime:
        hours = self._chance.pick([0, 0, 0, 1, 2, 5, 20, 26, 49, 120])
        later = sent + timedelta(hours=hours, minutes=self._chance.between(3, 59), seconds=self._chance.between(0, 59))
        return later.replace(hour=8 + later.hour % 10) if later.hour < 7 and later.replace(hour=8 + later.hour % 10) > sent else later

    def _prefix(self, sender: Person, target: Mail, relation: str) -> str:
        """Return the subject of an answer: Outlook takes known prefixes off first, others stack them."""
        words = read_data("phrases")[sender.language]
        prefix = self._chance.pick(words[relation])
        if find_layout(sender.client).family == "outlook" and target.language == sender.language:
            return str(prefix + target.base)
        return target.subject if target.subject.startswith(prefix) else prefix + target.subject

    def _write(self, plan: Plan) -> Mail:
        self._mails += 1
        mail = self._with_words(self._bare(plan))
        if plan.parent is None or plan.kind in {"automatic-reply", "receipt"}:
            return mail
        if plan.relation == "reply" and self._chance.share(self._rates["not_quoted_share"]):
            return mail
        quoting = draw_quoting(plan.sender, plan.parent, self._chance, undated_allowed=len(" ".join(plan.parent.paragraphs)) > 80)
        return replace(mail, quoting=quoting, cut=self._chance.share(self._rates["cut_chain_share"]))

    def _bare(self, plan: Plan) -> Mail:
        chance, sender = self._chance, plan.sender
        email = sender.other_email if sender.other_email and chance.share(0.4) else sender.email
        behalf = chance.pick(self._world.people) if chance.share(self._rates["on_behalf_share"]) and sender.inside else None
        if behalf is not None and (behalf == sender or behalf.last == sender.last):
            behalf = None
        meeting = plan.kind == "meeting-request"
        files = plan.parent.files if plan.parent is not None and plan.relation == "forward" else self._attach(sender, plan)
        importance = chance.pick(["Haute", "Faible"] if sender.language == "fr" else ["High"]) if chance.share(0.03) else None
        return Mail(
            self._mails, self._conversations, plan.kind, sender, email, behalf, plan.to, plan.cc, plan.sent, plan.subject, plan.base,
            (), (), (), None, None, files, sender.language, importance,
            when=self._when(plan.sent, sender.language) if meeting else None,
            where=chance.pick(self._world.organisation["places"]) if meeting else None,
            parent=plan.parent, relation=plan.relation,
        )  # fmt: skip

    def _when(self, sent: datetime, language: str) -> str:
        day = sent + timedelta(days=self._chance.between(2, 20))
        dates = read_data("dates")
        month = dates["months"][language][day.month - 1]
        weekday = dates["days"][language][day.weekday()]
        text = f"{weekday} {day.day} {month} {day.year}" if language == "fr" else f"{weekday}, {month} {day.day}, {day.year}"
        return f"{text} {self._chance.between(9, 11):02}:00-12:00"

    def _attach(self, sender: Person, plan: Plan) -> tuple[File, ...]:
        if plan.kind != "message" or not self._chance.share(self._rates["attachments_share"]):
            return ()
        return tuple(self.file(sender) for _ in range(self._chance.pick([1, 1, 1, 2, 3])))

    def file(self, sender: Person) -> File:
        """Return a file as somebody may attach it."""
        data = read_data("files")
        self._files += 1
        stem = self._writer.fill(self._chance.pick(data[sender.language]), sender.language)
        stem = stem.replace("/", "-").replace("'", "’")
        told = self._chance.share(read_profile()["pages"]["title_is_filename_share"])
        title = stem.replace("_", " ") if told else self._writer.fill("{thing} ({year})", sender.language)
        return File(self._files, f"{stem}.{self._chance.pick(data['extensions'])}", title.upper(), sender.language)

    def _with_words(self, mail: Mail) -> Mail:
        chance, writer, language = self._chance, self._writer, mail.language
        words = read_data("phrases")[language]
        if mail.kind in {"automatic-reply", "receipt"}:
            form = "automatic_words" if mail.kind == "automatic-reply" else "receipt_words"
            return replace(mail, paragraphs=(writer.fill(chance.pick(words[form]), language),))
        if mail.parent is not None and chance.share(self._rates["empty_body_share"]):
            return mail
        first = mail.to[0].first if mail.to and mail.to[0].first else ""
        greeting = chance.pick(words["greetings"]).format(first=first) if first else ""
        paragraphs = [greeting] if greeting else []
        paragraphs += [writer.paragraph(language) for _ in range(chance.pick([1, 1, 1, 2, 2, 3]))]
        if mail.files and mail.relation != "forward":
            paragraphs.append(chance.pick(words["pointers"]))
        closing = chance.pick(words["closings"])
        return replace(
            mail, paragraphs=tuple(paragraphs), closing=(closing,) if closing else (), signature=self._sign(mail),
            disclaimer=chance.pick(words["disclaimers"]) if chance.share(self._rates["disclaimer_share"]) else None,
            banner=chance.pick(words["banners"]) if not mail.sender.inside and chance.share(self._rates["banner_share"]) else None,
        )  # fmt: skip

    def _sign(self, mail: Mail) -> tuple[str, ...]:
        """Return a signature of several lines, a name alone, what a telephone adds, or nothing."""
        chance, sender = self._chance, mail.sender
        words = read_data("phrases")[mail.language]
        if chance.share(self._rates["mobile_share"]):
            return (chance.pick(words["mobile"]),)
        name = sender.natural(mail.sent)
        if not chance.share(self._rates["signature_share"]):
            return (chance.pick([name, sender.first]),) if chance.share(0.7) else ()
        organisation = self._world.organisation
        unit = next((full for code, full in organisation["units"] if code == sender.unit), organisation["units"][0][1])
        lines = [name, sender.title]
        if sender.inside:
            lines += [unit, organisation["name"]]
        return (*lines, self._writer.fill(chance.pick(words["telephones"]), mail.language))
