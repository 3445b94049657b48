"""Where a message's words end and the text of an attached file begins, for every end of a message, kind of page break and kind of text."""

from __future__ import annotations

from itertools import product

import pytest

from threadkit.parse import parse_source
from threadkit.read import read_bytes
from threadkit.words import load_words

_HEADERS = """\
                                        12
Roy, Paul

De:                         Roy, Paul
Envoyé:                     12 mars 2024 08:24
À:                          Ouellet, Rémi
Objet:                      Congé

Je suis absent demain.

                                        13
Tremblay, Josée-Anne (DAI)

De:                         Tremblay, Josée-Anne (DAI)
Envoyé:                     12 mars 2024 09:14
À:                          Ouellet, Rémi
Objet:                      Suivi du pont
"""
_NEXT = """

                                        15
Ouellet, Rémi

De:                         Ouellet, Rémi
Envoyé:                     12 mars 2024 10:02
À:                          Tremblay, Josée-Anne (DAI)
Objet:                      Budget

Reçu, merci.
"""
_ENDINGS = {
    "closing and name": "Merci de me revenir d'ici vendredi.\n\nBonne journée,\n\nJosée-Anne",
    "signature": "Merci de me revenir.\n\nJosée-Anne Tremblay\nConseillère, Direction de l'accès\n418 555-0199",
    "initials": "Je te reviens là-dessus.\n\nJAT",
    "a sentence": "Bonjour Rémi,\n\nVoici ce que tu demandais, dans sa forme finale.",
    "two words": "Pour info.",
}
_PAGES = {"folio": "\n\n                                        14\n\n", "page in words": "\n\nPage 14 sur 80\n\n", "form feed": "\n\f"}
#: kind of text -> the name of its file, its words
_TEXTS = {
    "letter": (
        "Lettre_transmission.docx",
        "Québec, le 12 mars 2024\n\nMonsieur Paul Roy\nVille de Lavoir\n\nObjet : Transmission du tableau\n\nMonsieur,\n\nVous trouverez le tableau.",
    ),
    "letter under its letterhead": (
        "Lettre_transmission.docx",
        "Ministère des Ponts\nDirection des passerelles\n\nQuébec, le 12 mars 2024\n\nMonsieur,\n\nVous trouverez le tableau.",
    ),
    "minutes": (
        "CR comite.docx",
        "COMPTE RENDU\nComité de suivi\n\nDate : 3 mars 2024\nLieu : salle B\nPrésents : Rémi Ouellet, Thi Lan Nguyen",
    ),
    "report": (
        "Rapport inspection 2023.pdf",
        "Rapport d'inspection du pont Lavoir\nVersion finale\n\nLe présent rapport décrit les constats de l'équipe.",
    ),
    "table": (
        "Tableau_suivi.xlsx",
        "No      Projet         Budget\n1       Pont Lavoir    125 000\n2       Passerelle     45 000\n\nTotal   170 000",
    ),
    "slides": ("Presentation CA.pptx", "Présentation au conseil\n\n• Contexte\n• Enjeux\n\nContexte\n• Le pont est fermé depuis 2022"),
    "form": (
        "Formulaire DA-12.pdf",
        "FORMULAIRE DE DEMANDE\nNom : \nDate : 20 octobre 2023   Titre : analyste\nDe : la division\nÀ : la direction",
    ),
    "contract": ("Contrat 2024-55.pdf", "CONTRAT DE SERVICES PROFESSIONNELS\n\nENTRE : La Ville de Lavoir\n\nET : Génie Nord inc."),
}
_OPENINGS = ("letter", "letter under its letterhead")
WORDS = load_words()


def _kinds(name: str | None, ending: str, page: str, text: str) -> tuple[set[str], set[str]]:
    """Return the kinds of the segments with words: of the message's own, and of the text that follows the page break."""
    listed = f"Pièces jointes:             {name}\n" if name else ""
    above = f"{_HEADERS}{listed}\n{ending}"
    dump = f"{above}{page}{text}{_NEXT}"
    own = len(_HEADERS) + len(listed)
    follows = len(above) + len(page)
    reading = parse_source(read_bytes(dump.encode(), "dump.txt", None), WORDS)
    named = [
        (segment.kind, segment.first_char, segment.last_char) for segment in reading.segments if segment.kind not in ("blank", "furniture")
    ]
    return (
        {kind for kind, first, last in named if first < len(above) and last >= own},
        {kind for kind, first, last in named if first < follows + len(text) and last >= follows},
    )


@pytest.mark.parametrize(("ending", "page", "text"), list(product(_ENDINGS, _PAGES, _TEXTS)))
def test_the_text_of_a_named_file_on_a_page_of_its_own_is_no_word_of_the_message(ending: str, page: str, text: str) -> None:
    name, words = _TEXTS[text]
    own, follows = _kinds(name, _ENDINGS[ending], _PAGES[page], words)
    assert own <= {"body", "signature"}
    assert follows == {"document"}


@pytest.mark.parametrize(("ending", "page", "text"), list(product(_ENDINGS, _PAGES, _OPENINGS)))
def test_a_letter_on_a_page_of_its_own_is_a_document_though_no_file_is_named(ending: str, page: str, text: str) -> None:
    own, follows = _kinds(None, _ENDINGS[ending], _PAGES[page], _TEXTS[text][1])
    assert own <= {"body", "signature"}
    assert follows == {"document"}


@pytest.mark.parametrize("text", ["letter", "letter under its letterhead", "report"])
def test_what_follows_a_sign_off_without_a_page_break_is_a_document_where_its_title_or_place_and_date_tell(text: str) -> None:
    name, words = _TEXTS[text]
    own, follows = _kinds(name, _ENDINGS["closing and name"], "\n\n", words)
    assert own <= {"body", "signature"}
    assert follows == {"document"}


@pytest.mark.parametrize(
    ("name", "words", "text"),
    [
        (
            "stats_urgence_mars.xlsx",
            "Je te le remets, et j'attends tes chiffres.",
            "Urgence – mars 2024\n\nLieu        Visites     Attente\nGrand-Lac   2 114       212\nButtes      611         9",
        ),
        (
            "PV-118.pdf",
            "Voici le procès-verbal.",
            "UNIVERSITÉ D'ALTAMONT\nCOMITÉ DES ÉTUDES\n\nPROCÈS-VERBAL DE LA 118e SÉANCE\n\nDate : mardi\nLieu : salle 3",
        ),
        (
            "Avis de retenue.docx",
            "Vous avez dix jours.\nJosée-Anne Tremblay\n450 555-0134",
            "AVIS DE RETENUE\n\nContrat : 2024-TP-31\nMontant retenu : 2 150 $",
        ),
        (
            "DQ7_reponses.pdf",
            "Voici les réponses.\n\nJosée-Anne Tremblay\nConseillère",
            "RÉPONSES AUX QUESTIONS – DQ7\n\nQuestion 1 : Combien?\nRéponse : Sept.",
        ),
        (
            "Lettre Ikonomou.pdf",
            "Voici notre réponse.\n\nJosée-Anne Tremblay",
            "Le 21 mars 2025\n\nMadame Florence Ikonomou\n\nObjet : votre logement\n\nMadame,\n\nUn expert a visité.",
        ),
    ],
    ids=["table", "minutes", "notice below a signature", "in a signature", "letter dated alone"],
)
def test_a_named_file_begins_right_below_the_words_where_title_and_shape_tell(name: str, words: str, text: str) -> None:
    own, follows = _kinds(name, words, "\n", text)
    assert own <= {"body", "signature"}
    assert follows == {"document"}


@pytest.mark.parametrize(
    "words",
    [
        "Voici ce que je propose :\n\nORDRE DU JOUR\n1. Ouverture\n2. Budget\n3. Varia\n\nBonne journée,\n\nJosée-Anne",
        "À noter.\n\nRENCONTRE DU COMITÉ\nDate : 3 mai\nLieu : salle B\n\nMerci,\n\nJosée-Anne Tremblay\nConseillère",
        "Merci.\n\nJosée-Anne Tremblay\nMINISTÈRE DES PONTS\nTél. : 418 555-0101\nTéléc. : 418 555-0102",
    ],
)
def test_an_agenda_among_the_words_and_a_body_s_name_in_a_signature_are_the_message_s(words: str) -> None:
    own, _ = _kinds("Rapport annuel.pdf", words, "\n\n", "")
    assert own <= {"body", "signature"}


@pytest.mark.parametrize("page", _PAGES)
@pytest.mark.parametrize("text", ["Calendrier de travail\n\nLe 15 mars : dépôt du rapport", "Suite de la liste, et le reste demain."])
def test_words_that_go_on_over_a_page_stay_the_message_s_where_no_file_is_named(page: str, text: str) -> None:
    own, follows = _kinds(None, _ENDINGS["a sentence"], _PAGES[page], text)
    assert own == {"body"}
    assert follows == {"body"}


def test_a_heading_in_the_middle_of_the_words_stays_there() -> None:
    words = "Je corrige le calendrier.\n\nRapport d'inspection 2023, nouvelle version\n\nLe 15 mars : dépôt"
    own, _ = _kinds("Rapport inspection 2023.pdf", words, "\n\n", "Fin.")
    assert own == {"body"}


_INVOICE = """\
MARBRERIE DUPIN - père et fils                                  Facture 2019-14
À : Mairie de Vaux                                              Date : 18.12.2019
Objet : pose d'une bordure

Bordure                              310,00
Net à payer                          310,00 EUR"""


@pytest.mark.parametrize("ending", ["a sentence", "two words", "initials"])
def test_the_head_of_a_form_with_its_labels_begins_a_document_though_no_page_and_no_file_tells(ending: str) -> None:
    words, document = _kinds(None, _ENDINGS[ending], "\n", _INVOICE)
    assert "document" not in words
    assert document == {"document"}


def test_words_in_capitals_with_a_wide_gap_and_nothing_of_a_form_below_stay_the_message_s() -> None:
    _, below = _kinds(None, "Bonjour Rémi, vendredi.", "\n", "BUREAU DU MAIRE                    Vaux\nOn y sera à neuf heures, comme la semaine passée.")
    assert below == {"body"}


_TWO_FILES = f"""{_HEADERS}Pièces jointes:            Inspection_ponceau.pdf; Facture 3377.pdf

Voici les deux.

                                        14

RAPPORT D'INSPECTION DU PONCEAU

Le tuyau est percé sur quatre mètres.

                                        15

Structures Royer inc.
FACTURE no 3377                                         Date : 10 juin 2024

Inspection, deux personnes           1 320,00 $
"""


def test_what_names_another_file_at_the_top_of_a_page_may_begin_a_document() -> None:
    lines = _TWO_FILES.split("\n")
    reading = parse_source(read_bytes(_TWO_FILES.encode(), "dump.txt", None), WORDS)
    begins = {lines[segment.span.first_line - 1] for segment in reading.segments if segment.kind == "document"}
    assert begins >= {"RAPPORT D'INSPECTION DU PONCEAU", "Structures Royer inc."}


def test_one_word_in_capitals_that_is_the_name_of_a_file_begins_its_text() -> None:
    table = "Date        Nom          Adresse\n8 juin      [caviardé]   rang 3\n9 juin      [caviardé]   rang 5\n"
    text = f"{_HEADERS}Pièces jointes:            petition rampe.pdf\n\ntu regarderas les noms\nPÉTITION\n\n{table}"
    lines = text.split("\n")
    reading = parse_source(read_bytes(text.encode(), "dump.txt", None), WORDS)
    assert [lines[segment.span.first_line - 1] for segment in reading.segments if segment.kind == "document"][:1] == ["PÉTITION"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("NOTICE OF RIGHT TO APPEAL\n\nAny person denied access may within thirty days appeal in writing.", id="English notice"),
        pytest.param("INDICATION DES VOIES DE DROIT\n\nLa présente décision peut faire l'objet d'un recours.", id="Swiss notice"),
        pytest.param("RECHTSMITTELBELEHRUNG\n\nGegen diese Verfügung kann Beschwerde geführt werden.", id="German notice"),
        pytest.param("INDEX OF PAGES WITHHELD IN FULL\n\nPages     Date       Basis", id="index of pages"),
    ],
)
def test_a_part_of_the_release_is_never_a_message_s_words(text: str) -> None:
    words, document = _kinds(None, "Bonjour Rémi, c'est fait.", "\n\n", text)
    assert (words, document) == ({"body"}, {"document"})


_PAGED = """\
De :      Ouellet, Rémi
A :       Roy, Paul
Objet :   Barrage
Date :    18 avril 2024 08:15:44

Tout va.
1 de 4
De :      Roy, Paul
A :       Ouellet, Rémi
Objet :   Digue
Date :    19 avril 2024 22:51:16

La digue tient encore.
2 de 4
{page}
3 de 4
De :      Ouellet, Rémi
A :       Roy, Paul
Objet :   RE: Digue
Date :    19 avril 2024 23:10:02

Merci.
4 de 4
"""


@pytest.mark.parametrize(
    "page",
    [
        pytest.param("                    DOCUMENT 3\n\n          Provenance : Greffe\n          2 pages", id="number and provenance"),
        pytest.param("Onglet 2 – Suites\n\n(2 pages)", id="tab"),
        pytest.param("LIASSE 2 DE 2\n\nDétenteur :    Gagné, Lise", id="bundle"),
    ],
)
def test_a_page_with_a_cover_sheet_s_lines_alone_is_no_word_of_the_mail_above(page: str) -> None:
    text = _PAGED.format(page=page)
    reading = parse_source(read_bytes(text.encode(), "dump.txt", None), WORDS)
    lines = text.split("\n")
    begins = [lines[segment.span.first_line - 1] for segment in reading.segments if segment.kind == "document"]
    assert begins[:1] == page.split("\n")[:1]
    assert [occurrence.body for occurrence in reading.occurrences] == ["Tout va.", "La digue tient encore.", "Merci."]


def test_what_stands_on_a_page_below_a_bare_marker_is_no_quotation() -> None:
    page = "PRÉFECTURE DES TILLES\nCIRCULAIRE no 2017-44\n\nObjet : concessions\nRéf. : art. 12"
    text = _PAGED.format(page=page).replace("encore.", "encore.\n\n-------- Message transféré --------")
    reading = parse_source(read_bytes(text.encode(), "dump.txt", None), WORDS)
    lines = text.split("\n")
    assert [lines[segment.span.first_line - 1] for segment in reading.segments if segment.kind == "document"][:1] == ["PRÉFECTURE DES TILLES"]


def test_below_the_first_paragraph_of_a_mail_inside_a_document_the_words_are_the_document_s() -> None:
    minutes = (
        "PROCÈS-VERBAL DE LA SÉANCE\n\nM. Roy demande que soit lu le courriel suivant :\n\n"
        "De : Rose Villard <r.villard@exemple.example>\nDate : 12 mai 2024\nÀ : paul.roy@exemple.example\nObjet : la digue\n\n"
        "Monsieur, je vous ai écrit trois fois.\n\nIl est PROPOSÉ par Lise Gagné de demander des prix.\n"
    )
    text = f"{_HEADERS}\nVoici.\n\n\f{minutes}"
    reading = parse_source(read_bytes(text.encode(), "dump.txt", None), WORDS)
    assert [occurrence.body for occurrence in reading.occurrences][-1] == "Monsieur, je vous ai écrit trois fois."


@pytest.mark.parametrize(
    ("title", "labels"),
    [
        ("NOTE DE SERVICE", "De :     Ovide Marchand\nÀ :      Équipe technique\nDate :   13 mai 2016\nObjet :  RE : clé du barrage"),
        ("MEMO", "TO:       Ovide Marchand\nFROM:     W. Burke\nDATE:     May 16, 2016\nRE:       Key to the dam"),
    ],
)
def test_a_paper_memo_that_answers_another_is_no_mail(title: str, labels: str) -> None:
    reading = parse_source(read_bytes(f"{title}\n\n{labels}\n\nLa clé est retrouvée.\n".encode(), "dump.txt", None), WORDS)
    assert reading.occurrences == ()
    assert {segment.kind for segment in reading.segments} <= {"document", "blank"}


def test_a_mail_below_the_title_of_a_paper_is_a_mail_where_only_mail_prints_its_date() -> None:
    text = "NOTE DE SERVICE\n\nDe : Marchand, Ovide\nEnvoyé : 13 mai 2016 10:22\nÀ : Équipe technique\nObjet : RE: clé du barrage\n\nRetrouvée.\n"
    assert [occurrence.body for occurrence in parse_source(read_bytes(text.encode(), "dump.txt", None), WORDS).occurrences] == ["Retrouvée."]
