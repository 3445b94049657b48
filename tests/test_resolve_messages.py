"""Which occurrences are one message, and what the message then holds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.resolve_readings import MemoryReadings, conclude, mailbox, occurrence
from threadkit.records import DateReading, FieldMailbox, Occurrence

WORDS = "La passerelle restera fermée jusqu'à la visite de l'ingénieur, prévue jeudi matin."
OTHER = "Le budget de la bibliothèque sera présenté au conseil en avril, avec les annexes."
ROY, GUAY = "Roy, Anne <anne.roy@ville.example>", "Guay, Luc <luc.guay@ville.example>"


def base(**changed: object) -> Occurrence:
    given: dict[str, object] = {
        "sender": "Roy, Anne",
        "sent": "2024-03-01T09:00",
        "subject": "Passerelle",
        "body": WORDS,
        "to": "Guay, Luc",
    }
    return occurrence(**(given | changed))  # type: ignore[arg-type]


def other(**changed: object) -> Occurrence:
    return base(**({"source": "b"} | changed))


@pytest.mark.parametrize(
    ("second", "messages"),
    [
        pytest.param(other(), 1, id="the same"),
        pytest.param(other(sender=ROY, to=GUAY), 1, id="with addresses"),
        pytest.param(other(sender="Anne ROY"), 1, id="name in the other order"),
        pytest.param(other(sent="2024-03-01T09:00:31"), 1, id="with seconds"),
        pytest.param(other(body=""), 1, id="without words"),
        pytest.param(other(body=WORDS + " Merci de l'annoncer."), 1, id="one within the other"),
        pytest.param(other(body=WORDS.replace("de l'ingénieur", "█████")), 1, id="masked in part"),
        pytest.param(other(sender="[caviardé]"), 1, id="sender masked"),
        pytest.param(other(sent="2024-03-01"), 1, id="a day only"),
        pytest.param(other(body=OTHER), 2, id="other words"),
        pytest.param(other(sender="Guay, Luc"), 2, id="another sender"),
        pytest.param(other(sent="2024-03-01T09:01"), 2, id="another minute"),
        pytest.param(other(subject="Pont"), 2, id="another subject"),
        pytest.param(other(subject="Passerelle 1.2"), 2, id="a number more in the subject"),
        pytest.param(other(to="Tanguay, Guy"), 2, id="sent to others in the same minute"),
    ],
)
def test_two_occurrences_are_one_message_or_two(second: Occurrence, messages: int) -> None:
    assert len(conclude(MemoryReadings([base(), second])).messages) == messages


@pytest.mark.parametrize(
    ("one", "another", "messages"),
    [
        ("Rapport d'évaluation", 'Rapport d"évaluation', 1),
        ("Rapport d’évaluation – suite", "Rapport  d'evaluation - suite", 1),
        ("Modification des heures", "ModificaƟon des heures", 1),
        ("Réunion à l'école", "R?union ? l'?cole", 1),
        ("Réunion à l'école", "R\ufffdunion \ufffd l'\ufffdcole", 1),
        ("Procès-verbal adopté", "Proc?s-verbal adopt?", 1),
        ("Lot 1.2", "Lot 12", 2),
        ("Budget 2023", "Budget 2024", 2),
        ("Réunion", "Raunion", 2),
        ("Été", "?t?", 2),
    ],
)
def test_subjects_that_differ_by_damage_alone_are_one(one: str, another: str, messages: int) -> None:
    assert len(conclude(MemoryReadings([base(subject=one), other(subject=another)])).messages) == messages


def test_a_damaged_subject_that_two_whole_ones_could_be_joins_neither() -> None:
    given = [base(subject="Passerelle fermée"), base(at=9, subject="Passerelle fermèe"), base(at=20, subject="Passerelle fermée ç")]
    lost = other(subject="Passerelle ferm?e ?")
    assert len(conclude(MemoryReadings([*given[::2], lost])).messages) == 3


def test_words_in_which_letters_are_lost_do_not_keep_two_copies_apart() -> None:
    long = "Le rapport évalué hier sera présenté à la réunion du comité, avec les annexes, le plan et le budget révisé."
    found = conclude(MemoryReadings([base(body=long), other(body=long.replace("é", "?").replace("à", "?"))]))
    assert len(found.messages) == 1
    assert "variant" not in found.kinds()
    assert len(conclude(MemoryReadings([base(body="Été"), other(body="?t? ou tard")])).messages) == 2


@pytest.mark.parametrize(
    ("senders", "recipients", "body", "messages"),
    [
        (("Roy, Anne", "Roy, Anne"), ("Guay, Luc", "Li, Wen"), "Merci!", 2),
        (("Roy, Anne", "Roy, Anne"), ("Guay, Luc", "Guay, Luc"), "Merci!", 1),
        (("[caviardé]", "[caviardé]"), ("Guay, Luc", "Guay, Luc"), "Merci!", 1),
        (("[caviardé]", "[caviardé]"), ("Guay, Luc", "Li, Wen"), "Merci!", 2),
        (("[caviardé]", "█████"), ("Guay, Luc", "Guay, Luc"), WORDS, 1),
        (("[caviardé]", "Roy, Anne"), ("Guay, Luc", "Guay, Luc"), "Merci!", 1),
    ],
)
def test_short_words_of_one_minute(senders: tuple[str, str], recipients: tuple[str, str], body: str, messages: int) -> None:
    given = [base(sender=s, to=r, body=body, source=source) for s, r, source in zip(senders, recipients, "ab", strict=True)]
    found = conclude(MemoryReadings(given))
    assert len(found.messages) == messages
    masked = [p.person_id for m in found.messages for p in m.participants if p.name in ("[caviardé]", "█████")]
    assert masked == [None] * len(masked)


def test_seconds_that_differ_are_two_messages_and_a_copy_that_fits_both_joins_neither_by_chance() -> None:
    first, second = base(sent="2024-03-01T09:00:10"), other(sent="2024-03-01T09:00:40")
    third = base(source="c", body="", within=None)
    found = conclude(MemoryReadings([first, second, third]))
    assert len(found.messages) == 3


def test_undated_copies_need_eight_words_the_same() -> None:
    long = [base(sent=None), other(sent=None)]
    short = [base(sent=None, body="Merci beaucoup."), other(sent=None, body="Merci beaucoup.")]
    assert len(conclude(MemoryReadings(long)).messages) == 1
    assert len(conclude(MemoryReadings(short)).messages) == 2


def test_an_undated_copy_joins_the_one_dated_message_with_its_words() -> None:
    found = conclude(MemoryReadings([base(), other(sent=None)]))
    assert [(m.sent_at, m.rule) for m in found.messages] == [("2024-03-01T09:00", "undated-same-words")]


@pytest.mark.parametrize(("more", "to", "messages"), [("Pièces : photos (6)\n", "Guay, Luc", 1), ("Pièces : photos (6)\n", "Tanguay, Guy", 2)])
def test_an_undated_copy_may_have_a_line_more_where_twenty_words_and_the_recipients_are_the_same(more: str, to: str, messages: int) -> None:
    said = " ".join(f"La vanne numéro {number} est ouverte." for number in range(8))
    found = conclude(MemoryReadings([base(body=said, to="Guay, Luc"), other(sent=None, body=more + said, to=to)]))
    assert len(found.messages) == messages


def test_the_finer_time_and_the_released_words_win() -> None:
    holder = base(sender="Guay, Luc", sent="2024-03-02T08:00", subject="TR: Passerelle", body="Pour vous.", to="Tanguay, Guy", at=1)
    quoted = base(at=10, within=holder, sender=ROY, to=GUAY, body=WORDS + " Merci.")
    released = other(sent="2024-03-01T09:00:31")
    message = conclude(MemoryReadings([holder, quoted, released])).messages[0]
    assert (message.sent_at, message.sent_precision, message.standing, message.body) == ("2024-03-01T09:00:31", "second", "released", WORDS)
    assert len(message.occurrence_ids) == 2


def test_participants_are_the_union_matched_by_address_else_by_name() -> None:
    second = other(sender=ROY, to=f"{GUAY}; Tanguay, Guy", cc="Li, Wen <wen.li@ville.example>")
    message = conclude(MemoryReadings([base(to="Guay, Luc; Tanguay, Guy"), second])).messages[0]
    assert [(p.role, p.position, p.name, p.email) for p in message.participants] == [
        ("from", 1, "Roy, Anne", "anne.roy@ville.example"),
        ("to", 1, "Guay, Luc", "luc.guay@ville.example"),
        ("to", 2, "Tanguay, Guy", None),
        ("cc", 1, "Li, Wen", "wen.li@ville.example"),
    ]


def test_an_address_from_a_signature_is_the_persons_and_not_the_participants() -> None:
    found = conclude(MemoryReadings([base(signature="Anne Roy\nanne.roy@ville.example")]))
    sender = found.messages[0].participants[0]
    assert sender.email is None
    assert {p.id: p.emails for p in found.resolution.people}[sender.person_id or 0] == ("anne.roy@ville.example",)


def test_an_address_alone_and_its_owners_name_are_one_participant_and_one_sender() -> None:
    known = base(at=50, subject="Autre", sender=ROY, to=GUAY)
    first, second = (
        base(to="Tanguay, Guy; Guay, Luc"),
        other(sender="anne.roy@ville.example", to="luc.guay@ville.example; Tanguay, Guy", body=""),
    )
    message = next(m for m in conclude(MemoryReadings([known, first, second])).messages if m.subject == "Passerelle")
    assert [(p.role, p.name, p.email) for p in message.participants] == [
        ("from", "Roy, Anne", "anne.roy@ville.example"),
        ("to", "Tanguay, Guy", None),
        ("to", "Guay, Luc", "luc.guay@ville.example"),
    ]


def test_two_namesakes_in_one_list_stay_two_rows() -> None:
    message = conclude(MemoryReadings([base(to="Guay, Luc; Guay, Luc"), other(to="Guay, Luc; Guay, Luc")])).messages[0]
    assert [p.position for p in message.participants if p.role == "to"] == [1, 2]


def test_a_mask_gives_way_to_the_name_that_another_copy_shows() -> None:
    message = conclude(MemoryReadings([base(to="[caviardé]"), other()])).messages[0]
    assert [p.name for p in message.participants if p.role == "to"] == ["Guay, Luc"]


def test_lost_letters_match_within_one_message_only() -> None:
    damaged = replace(other(), mailboxes=(FieldMailbox("from", 1, mailbox("Roy, Anne")), FieldMailbox("to", 1, mailbox("Gu?y, Luc"))))
    message = conclude(MemoryReadings([base(), damaged])).messages[0]
    assert [p.name for p in message.participants if p.role == "to"] == ["Guay, Luc"]


def test_a_second_copy_with_seconds_and_addresses_keeps_the_id() -> None:
    alone = conclude(MemoryReadings([base()])).messages[0].id
    both = conclude(MemoryReadings([base(), other(sender=ROY, sent="2024-03-01T09:00:31")])).messages[0].id
    assert alone == both


def test_two_messages_of_one_minute_and_subject_have_two_ids() -> None:
    found = conclude(MemoryReadings([base(), other(body=OTHER), base(source="c", to="Tanguay, Guy")]))
    assert len({m.id for m in found.messages}) == 3


@pytest.mark.parametrize(
    ("value", "offset", "zone", "expected"),
    [
        ("2024-03-01T09:00", -300, None, "2024-03-01T14:00Z"),
        ("2024-03-01T09:00:05", None, "America/Toronto", "2024-03-01T14:00:05Z"),
        ("2024-03-01T09:00", None, None, None),
        ("2024-03-01", None, "America/Toronto", None),
        ("2024-03-10T02:30", None, "America/Toronto", None),
        ("2024-11-03T01:30", None, "America/Toronto", None),
    ],
)
def test_utc_only_where_offset_or_zone_say(value: str, offset: int | None, zone: str | None, expected: str | None) -> None:
    given = base(sent=value)
    assert given.sent is not None
    given = replace(given, sent=replace(given.sent, offset_minutes=offset))
    assert conclude(MemoryReadings([given]), zone).messages[0].sent_utc == expected


def test_an_unreadable_date_is_kept_as_printed() -> None:
    given = replace(base(), sent=DateReading("l5 mars 2024", None, None, None, "unreadable"))
    message = conclude(MemoryReadings([given])).messages[0]
    assert (message.sent_at, message.sent_precision, message.sent_text) == (None, None, "l5 mars 2024")


def test_attachment_names_are_one_but_for_case_accents_blanks_and_dashes() -> None:
    first = base(attachments=["Dépliant Évaluation.pdf", "image001.png"])
    second = base(at=20, subject="Autre", attachments=["depliant_evaluation.pdf", "image001.png"])
    found = conclude(MemoryReadings([first, second]))
    assert [a.filename for a in found.resolution.attachments] == ["Dépliant Évaluation.pdf", "image001.png", "image001.png"]


LONG = "La passerelle de la rue du Moulin restera fermée jusqu'à la visite de l'ingénieur, prévue jeudi le 14 mars à 9 h."
TIRE = "Le contrat 55-12 de la firme Goudreau expire demain; personne ne s'y opposera si le conseil le renouvelle avant midi."


@pytest.mark.parametrize(
    ("body", "messages"),
    [
        pytest.param(LONG.replace("é", "?").replace("à", "?"), 1, id="letters lost"),
        pytest.param(LONG.replace("é", "=C3=A9").replace("à", "=C3=A0"), 1, id="left encoded"),
        pytest.param(LONG.replace("é", "e").replace("à", "a"), 1, id="accents lost"),
        pytest.param("La passerclle de la rue du Mou1in restera fcrmée jusqu'à la vislte de l'ingénieur, prévuc jeudi le l4 mars à 9 h.", 1, id="misread"),
        pytest.param("La passerelle de l'ingénieur, prévue jeudi le 14 mars à 9 h.", 1, id="a line lost"),
        pytest.param(TIRE, 2, id="other words"),
        pytest.param("Merci, prévue jeudi.", 2, id="few words, not in order"),
    ],
)
def test_worn_copies_of_one_minute_and_subject_are_one_message(body: str, messages: int) -> None:
    assert len(conclude(MemoryReadings([base(body=LONG), other(body=body)])).messages) == messages


def test_copies_that_are_each_worn_otherwise_are_one_message_by_the_whole_one() -> None:
    half, rest = " ".join(LONG.split()[:11]), " ".join(LONG.split()[11:])
    found = conclude(MemoryReadings([base(body=LONG), other(body=half), other(source="c", body=rest)]))
    assert [m.body for m in found.messages] == [LONG]


def test_a_short_copy_that_fits_two_messages_of_one_minute_joins_neither() -> None:
    two = [base(body=f"Bonjour Luc,\n\n{LONG}"), other(body=f"Bonjour Luc,\n\n{TIRE}")]
    assert len(conclude(MemoryReadings([*two, other(source="c", body="Bonjour Luc,")])).messages) == 3


@pytest.mark.parametrize(
    ("subject", "changed", "messages"),
    [
        pytest.param("Passerelle du Moulin", {}, 1, id="the end cut off"),
        pytest.param("Passerelle du Moulin : avis de fermeture Bonjour Luc,", {}, 1, id="a greeting joined"),
        pytest.param("avis de fermeture", {}, 1, id="the beginning cut off"),
        pytest.param("Passerelle du Moulin : avis", {"body": f"de fermeture\n\n{LONG}"}, 1, id="the end among the words"),
        pytest.param("Passerelle du Moulin : avis de fermeture 2", {}, 2, id="a number more"),
        pytest.param("Passerelle du Mou1in : avis dc fermeture", {}, 1, id="misread"),
        pytest.param("Pont du Moulin : avis de fermeture", {}, 2, id="another word"),
        pytest.param("Passerelle du Moulin", {"sent": "2024-03-01T09:01"}, 2, id="another minute"),
        pytest.param("Passerelle du Moulin", {"sender": "Guay, Luc"}, 2, id="another sender"),
        pytest.param("Passerelle du Moulin", {"sender": ""}, 2, id="sender unknown"),
        pytest.param("Passerelle du Moulin", {"to": "Tanguay, Guy"}, 2, id="to others"),
        pytest.param("Passerelle du Moulin", {"body": TIRE}, 2, id="other words"),
        pytest.param("Passerelle du Moulin", {"body": "Merci!"}, 2, id="few words"),
    ],
)
def test_subjects_that_damage_parted_are_one_where_minute_sender_and_words_say_so(
    subject: str, changed: dict[str, object], messages: int
) -> None:
    whole = "Passerelle du Moulin : avis de fermeture"
    given = [base(subject=whole, body=LONG), other(**({"subject": subject, "body": LONG} | changed))]
    found = conclude(MemoryReadings(given))
    assert len(found.messages) == messages
    if messages == 1:
        assert {m.rule for m in found.messages if len(m.occurrence_ids) == 2} == {"worn-subject"}


def test_of_subjects_that_damage_parted_the_one_of_most_copies_stands() -> None:
    whole = "Passerelle du Moulin : avis de fermeture"
    given = [base(subject=whole, body=LONG), other(subject=whole, body=LONG), other(source="c", subject=f"{whole} Bonjour Luc,", body=LONG)]
    assert [m.subject for m in conclude(MemoryReadings(given)).messages] == [whole]


def test_undated_copies_may_be_worn_but_not_differ_in_a_number() -> None:
    worn = LONG.replace("visite", "vislte")
    assert len(conclude(MemoryReadings([base(body=LONG), other(sent=None, body=worn)])).messages) == 1
    assert len(conclude(MemoryReadings([base(body=LONG), other(sent=None, body=worn.replace("14", "21"))])).messages) == 2


def test_names_and_subjects_left_encoded_meet_their_plain_copies() -> None:
    encoded = other(sender="B=C3=A9land, Zo=C3=A9", subject="D=C3=A9p=C3=B4t du m=C3=A9moire", to="Gigu=C3=A8re, Luc")
    found = conclude(MemoryReadings([base(sender="Béland, Zoé", subject="Dépôt du mémoire", to="Giguère, Luc"), encoded]))
    assert len(found.messages) == 1
    assert sorted(person.name for person in found.resolution.people) == ["Luc Giguère", "Zoé Béland"]
