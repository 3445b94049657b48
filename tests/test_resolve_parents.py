"""Which message each message answers, which threads that makes, and where no parent is told."""

from __future__ import annotations

import pytest

from tests.resolve_readings import Concluded, MemoryReadings, conclude, occurrence
from threadkit.records import Occurrence

ANNE, LUC, GUY = "Roy, Anne", "Guay, Luc", "Tanguay, Guy"
QUOTED = "les barrières seront posées lundi matin devant les deux entrées du parc, et la rue du Moulin restera ouverte aux piétons jusqu'à midi"
FORMULA = "n'hésitez pas à communiquer avec moi si vous avez la moindre question"


def say(sender: str, to: str, sent: str, subject: str = "RE: Passerelle", body: str = "", **more: object) -> Occurrence:
    """One released message of March 2024; `sent` is `DDTHH:MM`. Its words are its own."""
    at = int("".join(c for c in sent if c.isdigit()))
    return occurrence(sender, f"2024-03-{sent}", subject, body or f"Texte du {sent} par {sender}", to=to, at=at, **more)  # type: ignore[arg-type]


FIRST = say(ANNE, LUC, "01T09:00", "Passerelle")
ANSWER = say(LUC, ANNE, "01T10:00")
THIRD = say(ANNE, LUC, "01T11:00")


def last_link(given: list[Occurrence]) -> tuple[str | None, str]:
    """The minute of the last message's parent, and the rule of its chosen link."""
    found = conclude(MemoryReadings(given))
    last = found.messages[-1]
    minute = {m.id: (m.sent_at or "")[8:16] for m in found.messages}
    rule = next((link.rule for link in found.links if link.child_id == last.id and link.verdict == "chosen"), "")
    return (minute[last.parent_id] if last.parent_id else None), rule


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param([FIRST, ANSWER], ("01T09:00", "reply-only-candidate"), id="a reply by whom it was sent to"),
        pytest.param([FIRST, ANSWER, THIRD], ("01T10:00", "reply-only-candidate"), id="the answer to the answer"),
        pytest.param([FIRST, ANSWER, THIRD, say(LUC, ANNE, "01T12:00")], ("01T11:00", "reply-turn"), id="in turns"),
        pytest.param(
            [FIRST, say(ANNE, LUC, "01T09:30", "Passerelle"), say(LUC, ANNE, "01T12:00")], (None, ""), id="two unanswered that do not follow"
        ),
        pytest.param(
            [FIRST, say(ANNE, LUC, "01T09:30", "Passerelle", QUOTED), say(LUC, ANNE, "01T12:00", body=f"Tu écris : {QUOTED}. Bien!")],
            ("01T09:30", "quoted-words"),
            id="twenty words in a row of one of two",
        ),
        pytest.param(
            [FIRST, say(ANNE, LUC, "01T09:30", "Passerelle", FORMULA), say(LUC, ANNE, "01T12:00", body=f"Bien! {FORMULA}.")],
            (None, ""),
            id="a formula that both use tells nothing",
        ),
        pytest.param(
            [say(ANNE, f"{LUC};{GUY}", "01T09:00", "Passerelle"), ANSWER, THIRD, say(LUC, ANNE, "01T12:00", cc=GUY)],
            (None, ""),
            id="an answer to all of an earlier message, though a later one waits",
        ),
        pytest.param([FIRST, say(GUY, LUC, "01T12:00")], (None, ""), id="a reply by somebody else"),
        pytest.param([FIRST, say(LUC, GUY, "01T12:00")], (None, ""), id="a reply to somebody else"),
        pytest.param([FIRST, say(LUC, GUY, "01T12:00", cc=ANNE)], ("01T09:00", "reply-copied"), id="sent on with a copy to the author"),
        pytest.param(
            [FIRST, say(LUC, GUY, "01T10:00", "RE: Passerelle"), say(LUC, GUY, "01T12:00", cc=ANNE)], (None, ""), id="sent on, not the latest"
        ),
        pytest.param(
            [FIRST, ANSWER, say(ANNE, LUC, "01T11:00", "RE: RE: Passerelle"), say(LUC, ANNE, "01T12:00")],
            (None, ""),
            id="fewer prefixes than the one that waits has",
        ),
        pytest.param([FIRST, say(LUC, ANNE, "01T12:00", "RE: Pont")], (None, ""), id="another subject"),
        pytest.param([FIRST, say(LUC, ANNE, "01T12:00", "Passerelle")], (None, ""), id="without prefix nothing is answered"),
        pytest.param([say(ANNE, LUC, "02T09:00", "Passerelle"), ANSWER], (None, ""), id="never a later one"),
        pytest.param([FIRST, say(LUC, GUY, "01T12:00", "TR: Passerelle")], ("01T09:00", "forward-only-candidate"), id="a forward by a recipient"),
        pytest.param([FIRST, say(GUY, LUC, "01T12:00", "TR: Passerelle")], (None, ""), id="a forward by somebody outside"),
        pytest.param(
            [FIRST, ANSWER, say(LUC, GUY, "01T12:00", "TR: Passerelle")], (None, ""), id="a forward of one of a line, which is not told"
        ),
        pytest.param([say(ANNE, LUC, "01T09:00", "Bonjour"), say(LUC, ANNE, "20T12:00", "RE: Bonjour")], (None, ""), id="a greeting weeks ago"),
        pytest.param(
            [say(ANNE, LUC, "01T09:00", "Bonjour"), say(LUC, ANNE, "02T12:00", "RE: Bonjour")],
            ("01T09:00", "reply-only-candidate"),
            id="a greeting the day before",
        ),
        pytest.param(
            [say(ANNE, LUC, "01T09:00"), say(GUY, LUC, "01T09:20"), say(LUC, "Tanguay", "01T12:00")],
            (None, ""),
            id="a name that nobody has",
        ),
        pytest.param(
            [say("Roy, Anne <a@x.example>", LUC, "01T09:00"), say("Roy, Anne <b@x.example>", LUC, "01T09:20"), say(LUC, ANNE, "01T12:00")],
            (None, ""),
            id="a bare name that can be either author",
        ),
        pytest.param(
            [FIRST, ANSWER, say(ANNE, LUC, "01T10:00", body="Au même moment")],
            (None, ""),
            id="an answer of the same minute may be what is answered",
        ),
        pytest.param(
            [say(ANNE, LUC, "01T09:00", "Passerelle", kind="meeting-request"), say(LUC, ANNE, "01T09:10", "Accepté : Passerelle", kind="meeting-response")],
            ("01T09:00", "automatic-answer"),
            id="an answer to an invitation",
        ),
        pytest.param(
            [FIRST, say(LUC, ANNE, "01T09:01", "Réponse automatique : Passerelle", kind="automatic-reply")],
            ("01T09:00", "automatic-answer"),
            id="an automatic reply",
        ),
        pytest.param(
            [occurrence(ANNE, "2023-06-10T09:00", "Passerelle", "Texte.", to=LUC), FIRST, say(LUC, ANNE, "01T12:00")],
            ("01T09:00", "reply-near"),
            id="one of this morning and one of last year",
        ),
        pytest.param(
            [say(ANNE, LUC, "01T09:00", "Passerelle"), say(ANNE, LUC, "08T09:00", "Passerelle"), say(LUC, ANNE, "08T12:00")],
            (None, ""),
            id="one of this morning and one of last week",
        ),
        pytest.param(
            [
                occurrence(ANNE, "2023-06-10T09:00", "Passerelle", "Texte.", to=LUC),
                FIRST,
                say(LUC, ANNE, "01T10:00"),
                say(LUC, ANNE, "01T12:00", body="Encore."),
            ],
            (None, ""),
            id="one answered this morning and one open since last year",
        ),
        pytest.param([say(LUC, "[caviardé]", "01T09:00", "Passerelle"), say(GUY, LUC, "01T12:00")], (None, ""), id="sent to somebody masked"),
        pytest.param([FIRST, say(GUY, LUC, "01T09:30", "Passerelle"), say(LUC, "", "01T12:00", emptied=True)], (None, ""), id="no recipient at all"),
        pytest.param(
            [say(ANNE, f"{LUC}; {GUY}", "01T09:00", "Passerelle"), say(LUC, "", "01T12:00", cc=GUY, emptied=True)],
            ("01T09:00", "reply-hidden"),
            id="a recipient emptied, and a copy to somebody who had the original",
        ),
        pytest.param(
            [say(ANNE, f"{LUC}; {GUY}", "01T09:00", "Passerelle"), say(LUC, "[caviardé]", "01T12:00", cc=GUY)],
            (None, ""),
            id="a recipient masked, and an author who is not",
        ),
        pytest.param(
            [say(ANNE, f"{LUC}; {GUY}", "01T09:00", "TR: Passerelle"), say(LUC, "", "01T12:00", cc=GUY, emptied=True)],
            (None, ""),
            id="a recipient emptied, and what was received is a forward",
        ),
        pytest.param(
            [say("[caviardé]", LUC, "01T09:00", "Passerelle"), say(LUC, "[caviardé]", "01T12:00")],
            ("01T09:00", "reply-hidden"),
            id="an answer to the one masked author",
        ),
        pytest.param(
            [say("[caviardé]", LUC, "01T09:00", "Passerelle"), say("[caviardé]", LUC, "01T09:10", "Passerelle"), say(LUC, "[caviardé]", "01T12:00")],
            (None, ""),
            id="two masked authors are not one",
        ),
        pytest.param(
            [
                say(ANNE, "DL-Cadres", "01T09:00", "Passerelle"),
                say("DL-Cadres", ANNE, "01T09:01"),
                say(GUY, ANNE, "01T10:00"),
                say(ANNE, "DL-Cadres", "01T12:00"),
            ],
            (None, ""),
            id="to a list that answers, and somebody on it who waits",
        ),
        pytest.param([say(ANNE, ANNE, "01T09:00", "Passerelle"), say(ANNE, ANNE, "01T12:00")], (None, ""), id="to oneself"),
        pytest.param(
            [say(ANNE, f"{LUC}; {GUY}", "01T09:00", "Passerelle"), say(LUC, ANNE, "01T10:00", cc=GUY), say(GUY, LUC, "01T11:00", cc=ANNE)],
            ("01T10:00", "reply-only-candidate"),
            id="a third answers the answer",
        ),
        pytest.param(
            [say("[caviardé]", LUC, "01T09:00", "Question"), say(LUC, "[caviardé]", "01T12:00", "RE: Question")],
            (None, ""),
            id="a masked author and a subject that many have",
        ),
        pytest.param(
            [say(LUC, "[caviardé]", "01T09:00", "Passerelle"), say("[caviardé]", LUC, "01T12:00")],
            ("01T09:00", "reply-hidden"),
            id="a masked author answers the one message to somebody masked",
        ),
        pytest.param(
            [say(LUC, "[caviardé]", "01T09:00", "Passerelle"), say(GUY, LUC, "01T09:30", "Passerelle"), say("[caviardé]", GUY, "01T12:00")],
            (None, ""),
            id="a masked author writes to somebody else",
        ),
        pytest.param(
            [
                say(ANNE, LUC, "01T09:00", "Passerelle"),
                say(GUY, LUC, "01T09:30", "Passerelle", attachments=["Plan_B.pdf"]),
                say(LUC, "Li, Wen", "01T12:00", "TR: Passerelle", attachments=["plan b.pdf"]),
            ],
            ("01T09:30", "forward-attachment"),
            id="a forward of the one that names the same file",
        ),
        pytest.param(
            [
                say(ANNE, LUC, "01T09:00", "Passerelle", attachments=["image001.png"]),
                say(GUY, LUC, "01T09:30", "Passerelle"),
                say(LUC, "Li, Wen", "01T12:00", "TR: Passerelle", attachments=["image001.png"]),
            ],
            (None, ""),
            id="a picture that every signature has tells nothing",
        ),
    ],
)  # fmt: skip
def test_a_parent_without_quotation(given: list[Occurrence], expected: tuple[str | None, str]) -> None:
    assert last_link(given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param([FIRST, ANSWER], "03-01T10:00 RE: Passerelle", id="to what answers something else"),
        pytest.param([ANSWER], None, id="to what may answer this one"),
        pytest.param([FIRST, ANSWER, say(LUC, ANNE, "01T10:05", body="Encore.")], None, id="of two that fit"),
    ],
)
def test_an_answer_dated_to_the_day_alone(given: list[Occurrence], expected: str | None) -> None:
    assert conclude(MemoryReadings([*given, say(ANNE, LUC, "01")])).parents()["03-01 RE: Passerelle"] == expected


def chain(*senders: str, prefix: str = "RE: ") -> list[Occurrence]:
    """A released message that quotes all earlier ones, the last sender's first."""
    found: list[Occurrence] = []
    for i, sender in enumerate(senders):
        day = len(senders) - i
        subject = "Passerelle" if day == 1 else f"{prefix}Passerelle"
        within = found[-1] if found else None
        found.append(occurrence(sender, f"2024-03-0{day}T09:00", subject, f"Texte {day}", to=ANNE, at=i * 10 + 1, within=within))
    return found


def test_what_is_printed_directly_below_is_the_parent() -> None:
    found = conclude(MemoryReadings(chain(GUY, LUC, ANNE)))
    assert found.parents() == {
        "03-01T09:00 Passerelle": None,
        "03-02T09:00 RE: Passerelle": "03-01T09:00 Passerelle",
        "03-03T09:00 RE: Passerelle": "03-02T09:00 RE: Passerelle",
    }
    assert {(link.rule, link.relation) for link in found.links} == {("quotation", "reply")}


@pytest.mark.parametrize(("prefix", "relation"), [("RE: ", "reply"), ("TR: ", "forward")])
def test_the_prefix_tells_reply_or_forward(prefix: str, relation: str) -> None:
    assert [link.relation for link in conclude(MemoryReadings(chain(LUC, ANNE, prefix=prefix))).links] == [relation]


@pytest.mark.parametrize(("to", "relation"), [(ANNE, "reply"), (GUY, "forward")])
def test_without_prefix_the_people_tell_reply_or_forward(to: str, relation: str) -> None:
    outer = occurrence(LUC, "2024-03-02T09:00", "Passerelle fermée", "Voir plus bas.", to=to, at=1)
    inner = occurrence(ANNE, "2024-03-01T09:00", "Passerelle", "Texte.", to=LUC, at=10, within=outer)
    assert [m.relation for m in conclude(MemoryReadings([outer, inner])).messages] == [None, relation]


def test_copies_that_leave_out_a_step_do_not_change_the_parent() -> None:
    full = chain(GUY, LUC, ANNE)
    outer = occurrence(GUY, "2024-03-03T09:00", "RE: Passerelle", "Texte 3", to=ANNE, at=1, source="b")
    short = occurrence(ANNE, "2024-03-01T09:00", "Passerelle", "Texte 1", to=ANNE, at=10, source="b", within=outer)
    found = conclude(MemoryReadings([*full, outer, short]))
    assert found.parents()["03-03T09:00 RE: Passerelle"] == "03-02T09:00 RE: Passerelle"
    assert "quotation-line" in {link.rule for link in found.links}


def test_copies_that_quote_unrelated_messages_leave_the_parent_open() -> None:
    found: list[Occurrence] = []
    for source, day in (("a", 1), ("b", 2)):
        outer = occurrence(GUY, "2024-03-03T09:00", "RE: Passerelle", "Le texte de la réponse.", to=ANNE, at=1, source=source)
        inner = occurrence(ANNE, f"2024-03-0{day}T09:00", "Passerelle", f"Texte {day}", to=GUY, at=10, source=source, within=outer)
        found += [outer, inner]
    concluded = conclude(MemoryReadings(found))
    assert concluded.messages[-1].parent_id is None
    assert concluded.kinds() == ["parent-ambiguous"]


def test_a_quotation_dated_later_is_a_parent_with_a_finding() -> None:
    outer = occurrence(LUC, "2024-03-01T09:00", "RE: Passerelle", "Oui.", to=ANNE, at=1)
    inner = occurrence(ANNE, "2024-03-01T15:00", "Passerelle", "Texte.", to=LUC, at=10, within=outer)
    found = conclude(MemoryReadings([outer, inner]))
    assert [(link.rule, link.verdict) for link in found.links] == [("quotation-against-time", "chosen")]
    assert found.kinds() == ["date-conflict"]


def test_two_messages_that_quote_each_other_make_no_cycle() -> None:
    a = occurrence(LUC, "2024-03-01T09:00", "RE: Passerelle", "Le premier des deux textes.", to=ANNE, at=1)
    b = occurrence(ANNE, "2024-03-01T10:00", "RE: Passerelle", "Le second des deux textes.", to=LUC, at=10, within=a)
    b2 = occurrence(ANNE, "2024-03-01T10:00", "RE: Passerelle", "Le second des deux textes.", to=LUC, at=1, source="b")
    a2 = occurrence(LUC, "2024-03-01T09:00", "RE: Passerelle", "Le premier des deux textes.", to=ANNE, at=10, source="b", within=b2)
    found = conclude(MemoryReadings([a, b, b2, a2]))
    assert [m.parent_id is None for m in found.messages] == [True, False]
    assert "parent-ambiguous" in found.kinds()


def findings_of(given: list[Occurrence]) -> Concluded:
    return conclude(MemoryReadings(given))


@pytest.mark.parametrize(
    ("given", "kinds"),
    [
        pytest.param([ANSWER], ["parent-missing certain"], id="an original that is nowhere"),
        pytest.param([FIRST, ANSWER], [], id="an original that is there"),
        pytest.param([FIRST, say(ANNE, LUC, "01T09:30", "Passerelle"), ANSWER], ["parent-ambiguous certain"], id="two that fit"),
        pytest.param([FIRST, say(LUC, "[caviardé]", "01T12:00")], ["parent-missing possible"], id="recipient masked"),
        pytest.param([FIRST], [], id="no prefix"),
        pytest.param(
            [say(LUC, ANNE, "01T12:00", "Réponse automatique : Pont", kind="automatic-reply")], [], id="an automatic reply misses nothing"
        ),
    ],
)
def test_findings_about_parents(given: list[Occurrence], kinds: list[str]) -> None:
    found = findings_of(given)
    assert [f"{f.kind} {f.certainty}" for f in found.findings if f.kind.startswith("parent")] == kinds


def test_a_thread_is_what_links_connect_and_takes_its_name_from_its_root() -> None:
    found = findings_of([FIRST, ANSWER, say(GUY, LUC, "01T12:00", "Autre")])
    assert sorted((t.subject, t.message_count, t.person_count) for t in found.threads) == [("Autre", 1, 2), ("Passerelle", 2, 2)]


def test_a_message_whose_candidates_are_in_one_thread_belongs_to_it() -> None:
    found = findings_of(
        [FIRST, ANSWER, say(ANNE, LUC, "01T10:30"), say(ANNE, LUC, "01T10:40", body="Autre mot."), say(LUC, ANNE, "01T12:00")]
    )
    assert {t.message_count for t in found.threads} == {5}
