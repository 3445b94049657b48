"""Who is one person: names in two orders, addresses, namesakes, units, signatures, lists and offices."""

from __future__ import annotations

import pytest

from tests.resolve_readings import MemoryReadings, conclude, occurrence
from threadkit.records import Occurrence, Person
from threadkit.resolve.names import NameReader, fits_local_part, match_names
from threadkit.words import load_words

READER = NameReader(load_words())
ANNE, ANNE_2 = "anne.roy@ville.example", "anne.roy2@ville.example"


def people(*senders: str, signatures: dict[int, str] | None = None) -> list[Person]:
    """Resolve one message from each sender; the recipient is always the same list."""
    found = [
        occurrence(sender, f"2024-03-0{i + 1}T09:00", f"Sujet {i}", f"Texte {i}", at=10 * i + 1, signature=(signatures or {}).get(i, ""))
        for i, sender in enumerate(senders)
    ]
    return list(conclude(MemoryReadings(found)).resolution.people)


@pytest.mark.parametrize(
    ("printed", "key", "name", "sort_name"),
    [
        ("Thibodeau, Gaston", "gaston thibodeau", "Gaston Thibodeau", "Thibodeau, Gaston"),
        ("Gaston Thibodeau", "gaston thibodeau", "Gaston Thibodeau", "Thibodeau, Gaston"),
        ("THIBODEAU Gaston", "gaston thibodeau", "Gaston THIBODEAU", "THIBODEAU, Gaston"),
        ("'Gaston Thibodeau'", "gaston thibodeau", "Gaston Thibodeau", "Thibodeau, Gaston"),
        ("Le May, Geneviève", "genevieve le may", "Geneviève Le May", "Le May, Geneviève"),
        ("Da Costa, Lina", "lina da costa", "Lina Da Costa", "Da Costa, Lina"),
        ("Lina Da Costa", "lina da costa", "Lina Da Costa", "Da Costa, Lina"),
        ("Marie-Hélène Lortie", "marie helene lortie", "Marie-Hélène Lortie", "Lortie, Marie-Hélène"),
        ("Roy, Alice, ing.", "alice roy", "Alice Roy", "Roy, Alice"),
        ("Dre Alice Roy", "alice roy", "Alice Roy", "Roy, Alice"),
        ("Gilles, Martin", "martin gilles", "Martin Gilles", "Gilles, Martin"),
        ("Martin, Gilles", "gilles martin", "Gilles Martin", "Martin, Gilles"),
    ],
)
def test_a_name_is_read_in_either_order(printed: str, key: str, name: str, sort_name: str) -> None:
    form = READER.read(printed)
    assert form is not None
    assert (form.key, form.display, form.sort, form.kind) == (key, name, sort_name, "person")


@pytest.mark.parametrize(
    ("printed", "kind"),
    [
        ("DL-Direction-Est", "list"),
        ("_MESS_DG_Tous", "list"),
        ("Liste des cadres", "list"),
        ("Toussaint, Marie", "person"),
        ("Greffe municipal", "role"),
        ("Accès à l'information", "role"),
        ("Q-SSE-DL-Adjointes", "list"),
        ("Équipe Passerelle", "list"),
        ("Tous_les_chauffeurs", "list"),
        ("Mairie de Vaux", "role"),
        ("Mairie de Vaux, accueil", "role"),
        ("Directrice générale", "role"),
        ("Registraire", "role"),
        ("Media Desk", "role"),
        ("*DG Communications-Communications DG", "list"),
        ("+DGPA", "list"),
        ("HC.F DGO / BDG F.SC", "role"),
        ("Paroisse Saint-Avit", "role"),
        ("Bureau, Anne", "person"),
        ("BUREAU Anne", "person"),
        ("Anne Bureau", "person"),
        ("Julie gagnon", "person"),
        ("[caviardé]", "masked"),
        ("█████", "masked"),
        ("Destinataires non divulgués", "undisclosed"),
        ("Bastien", "unknown"),
    ],
)
def test_a_name_tells_a_list_an_office_or_a_mask(printed: str, kind: str) -> None:
    form = READER.read(printed)
    assert form is not None
    assert form.kind == kind


@pytest.mark.parametrize("printed", ["a@b.example", "'a@b.example'", "", None])
def test_an_address_in_the_place_of_a_name_is_no_name(printed: str | None) -> None:
    assert READER.read(printed) is None


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("Gaston Thibodeau", "Thibodeau Gaston", True),
        ("G. Thibodeau", "Gaston Thibodeau", True),
        ("Lina Da Costa", "Linette Da Costa", True),
        ("Marie Roy", "Marie Roy-Côté", True),
        ("J?r?me C?t?", "Côté, Jérôme", True),
        ("Marie Roy", "Paul Roy", False),
        ("Marie Roy", "Marie Côté", False),
        ("Anne Roy", "Guy Tanguay", False),
    ],
)
def test_names_on_one_address_can_be_one_persons(a: str, b: str, same: bool) -> None:
    left, right = READER.read(a), READER.read(b)
    assert left is not None
    assert right is not None
    assert match_names(left, right) is same


@pytest.mark.parametrize(
    ("name", "email", "fits"),
    [
        ("Ferland, Marie-Josée", "marie-josee.ferland@x.example", True),
        ("Hugo Roy", "hroy@x.example", True),
        ("Hugo Roy", "roy.hugo2@x.example", True),
        ("Hugo Roy", "hugo@x.example", False),
        ("Hugo Roy", "paul.roy@x.example", False),
        ("Hugo Roy", "info@x.example", False),
    ],
)
def test_an_address_fits_a_name(name: str, email: str, fits: bool) -> None:
    form = READER.read(name)
    assert form is not None
    assert fits_local_part(form, email) is fits


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(["Roy, Anne", f"Anne Roy <{ANNE}>"], [("Anne Roy", (ANNE,))], id="a bare name joins its only address"),
        pytest.param(["Roy, Anne", "ROY Anne"], [("Anne Roy", ())], id="bare names of one key are one"),
        pytest.param(
            [f"Roy, Anne <{ANNE}>", f"Roy, Anne <{ANNE_2}>"], [("Anne Roy", (ANNE,)), ("Anne Roy", (ANNE_2,))], id="two addresses are two people"
        ),
        pytest.param(
            ["Roy, Anne (DRH)", "Roy, Anne (DTI)"], [("Anne Roy", ()), ("Anne Roy", ())], id="units keep bare namesakes apart"
        ),
        pytest.param(["Roy, Anne (DRH)", "Roy, Anne"], [("Anne Roy", ())], id="one unit and none are one"),
        pytest.param(
            ["Roy, Anne <bureau@ville.example>", "Tanguay, Guy <bureau@ville.example>"],
            [("Anne Roy", ()), ("Guy Tanguay", ()), ("bureau@ville.example", ("bureau@ville.example",))],
            id="a shared address is nobody's",
        ),
        pytest.param(
            [f"Roy, Anne <{ANNE}>", f"Tanguay, Guy <{ANNE}>"],
            [("Anne Roy", ()), ("Guy Tanguay", ()), (ANNE, (ANNE,))],
            id="names that cannot be one person's leave their address alone",
        ),
        pytest.param([ANNE], [(ANNE, (ANNE,))], id="an address alone stays an address"),
        pytest.param(["Roy, Anne", ANNE], [("Anne Roy", ()), (ANNE, (ANNE,))], id="resemblance alone joins nothing"),
        pytest.param(["Roy, Anne", "Rоy, Anne"], [("Anne Roy", ()), ("Anne Rоy", ())], id="a Cyrillic look-alike is another name"),
        pytest.param(["Côté, Zoé <z@x.example>", "Cote, Zoe"], [("Zoé Côté", ("z@x.example",))], id="lost accents are one name, the best is shown"),
    ],
)  # fmt: skip
def test_people_are_joined_and_kept_apart(given: list[str], expected: list[tuple[str, tuple[str, ...]]]) -> None:
    assert sorted((p.name, p.emails) for p in people(*given)) == sorted(expected)


def test_a_signature_gives_a_bare_name_its_address() -> None:
    found = people("Roy, Anne", signatures={0: f"Anne Roy\nVille\nCourriel : {ANNE}"})
    assert [(p.name, p.emails, p.rule) for p in found] == [("Anne Roy", (ANNE,), "signature-address")]


def test_an_address_in_a_signature_that_does_not_fit_the_sender_is_not_his() -> None:
    found = people("Roy, Anne", signatures={0: "Anne Roy\nCourriel : greffe@ville.example"})
    assert [(p.name, p.emails) for p in found] == [("Anne Roy", ())]


def test_a_signature_under_another_address_joins_the_two() -> None:
    found = people("Roy, Anne <a.roy@maison.example>", signatures={0: f"Anne Roy\n{ANNE}"})
    assert [(p.name, p.emails) for p in found] == [("Anne Roy", ("a.roy@maison.example", ANNE))]


def two_annes() -> list[Occurrence]:
    words = "La réunion du comité est remise à jeudi prochain au même endroit."
    return [
        occurrence("Roy, Anne (DRH)", "2024-03-01T09:00", "Comité", words, to="Guay, Luc", at=1),
        occurrence(f"Roy, Anne <{ANNE}>", "2024-03-01T09:00", "Comité", words, to="Guay, Luc <luc.guay@ville.example>", at=1, source="b"),
        occurrence(f"Roy, Anne <{ANNE_2}>", "2024-03-02T09:00", "Budget", "Voir le tableau.", to="Guay, Luc", at=20),
        occurrence("Guay, Luc", "2024-03-03T09:00", "Congé", "Bonjour.", to="Roy, Anne (DRH)", at=30),
        occurrence("Guay, Luc", "2024-03-04T09:00", "Relève", "Bonjour.", to="Roy, Anne", at=40),
    ]


def test_a_copy_with_the_address_tells_which_unit_is_whose() -> None:
    found = conclude(MemoryReadings(two_annes()))
    emails = {p.id: p.emails for p in found.resolution.people}
    recipients = {m.subject: m.participants[1].person_id for m in found.messages}
    assert emails[recipients["Congé"] or 0] == (ANNE,)
    assert recipients["Relève"] is None


def test_a_bare_name_that_fits_two_people_is_a_finding_for_each() -> None:
    found = conclude(MemoryReadings(two_annes()))
    ambiguous = [f for f in found.findings if f.kind == "person-ambiguous"]
    by_email = {p.id: p.emails for p in found.resolution.people}
    assert {by_email[f.person_id or 0] for f in ambiguous} == {(ANNE,), (ANNE_2,)}
    assert {f.message_id for f in ambiguous} == {m.id for m in found.messages if m.subject == "Relève"}


@pytest.mark.parametrize(
    ("sender", "kind"),
    [
        ("Roy, Anne", "person"),
        ("DL-Tous", "list"),
        ("Secrétariat général", "role"),
        ("Médias <medias@ville.example>", "role"),
        ("Studio Mésange <allo@studiomesange.example>", "role"),
        ("Menuiserie Ébène <info@ebene-menuiserie.example>", "role"),
        ("Anne Roy <anne@anneroy.example>", "person"),
        ("maintenance@ville.example", "role"),
        ("Inconnue", "unknown"),
        ("qui@ville.example", "unknown"),
    ],
)
def test_the_kind_of_a_person(sender: str, kind: str) -> None:
    assert [p.kind for p in people(sender)] == [kind]


def test_a_person_who_writes_from_an_office_stays_a_person() -> None:
    given = [
        occurrence("Anne Roy <info@ebene.example>", "2024-03-01T09:00", "A"),
        occurrence("Ébène <info@ebene.example>", "2024-03-02T09:00", "B", at=9),
    ]
    found = conclude(MemoryReadings(given))
    assert {p.name: (p.kind, p.emails) for p in found.resolution.people}["Anne Roy"] == ("person", ())


def test_a_masked_sender_is_nobody() -> None:
    found = conclude(MemoryReadings([occurrence("[caviardé]", "2024-03-01T09:00", "Plainte", "Texte.")]))
    assert found.resolution.people == ()
    assert found.messages[0].sender_id is None


def test_mixed_alphabets_in_a_name_are_flagged() -> None:
    found = conclude(MemoryReadings([occurrence("Rоy, Anne", "2024-03-01T09:00", "Plainte", "Texte.")]))
    assert [f.kind for f in found.findings] == ["look-alike-name"]


def test_a_persons_id_stays_when_an_address_becomes_known() -> None:
    assert people("Roy, Anne")[0].id == people("Roy, Anne", f"Anne Roy <{ANNE}>")[0].id


@pytest.mark.parametrize(
    ("senders", "expected"),
    [
        pytest.param(("Béland, Aurèle", "B?land, Aur?le"), [("Béland, Aurèle", 2)], id="the one whole name that it can have been"),
        pytest.param(("Béland, André", "Béland, Andrée", "B?land, Andr?"), [("Béland, André", 2), ("Béland, Andrée", 1)], id="a letter, not two"),
        pytest.param(
            ("Béland, Amélie", "Béland, Amalie", "B?land, Am?lie"),
            [("B?land, Am?lie", 1), ("Béland, Amalie", 1), ("Béland, Amélie", 1)],
            id="two that it can have been",
        ),
        pytest.param(("Roy, Éva", "Roy, ?"), [("Roy, ?", 1), ("Roy, Éva", 1)], id="too little is left"),
    ],
)
def test_a_name_with_lost_letters_is_the_one_whole_name_that_it_can_have_been(senders: tuple[str, ...], expected: list[tuple[str, int]]) -> None:
    found = [(person.sort_name, len(person.names)) for person in people(*senders) if person.kind == "person"]
    assert sorted(found) == sorted(expected)
