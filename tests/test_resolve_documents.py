"""Which text is which attachment, what is a letter or a notice, and what the release leaves out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.resolve_readings import Concluded, MemoryReadings, conclude, copy, occurrence, piece
from threadkit.records import DocumentPiece, Occurrence
from threadkit.resolve.openings import OpeningReader
from threadkit.resolve.titles import FITS, TitleIndex
from threadkit.words import load_words

OPENINGS = OpeningReader(load_words())

REPORT = "RAPPORT D'INSPECTION\nPasserelle du Moulin\n\n" + "\n".join(f"Le relevé numéro {i} confirme la fissure." for i in range(8))
MINUTES = "PROCÈS-VERBAL\nComité de suivi, 14 décembre 2022\n\n" + "\n".join(f"Point {i} : discussion et adoption." for i in range(8))
UNTITLED = "\n".join(f"La ligne {i} raconte autre chose." for i in range(9))
LETTER = "Québec, le 3 mai 2024\n\nMadame,\nLa présente fait suite à votre demande reçue le 3 avril.\nVeuillez agréer nos salutations distinguées.\n"
NOTICE = "AVIS DE RECOURS\n\nRévision par la Commission d'accès à l'information.\n"
CADA_LETTER = "Vaux, le 3 mai 2024\n\nMadame,\nVous avez demandé communication de courriels. La Commission d'accès aux documents administratifs rend un avis.\n"
CADA_NOTICE = "VOIES ET DÉLAIS DE RECOURS\n\nVous pouvez saisir le tribunal administratif dans un délai de deux mois.\n"
CADA_COVER = "VILLE DE VAUX\nDOSSIER CADA 2024\nDétenteur n° 2 : Mme Anne Roy, juriste\nPièces 10 à 12\n"
LEASE = "BAIL\n\nENTRE   La Ville de Vaux\nET      M. Luc Guay\n\nOBJET : le quai des Cormorans\nDATE :  le 3 mai 1998\n" + "\n".join(
    f"{i}. Le locataire paie le loyer numéro {i} de la saison." for i in range(6)
)
NOTE = (
    "NOTE AU PERSONNEL\n\nDe :      La direction\nDate :    29 mai 2024\n\nBonjour,\n"
    "À compter du mois de juin, les clés seront rendues au bureau le vendredi soir.\n"
)
TABLE = "No     Description          Valeur\n1      Ponceuse             41 200\n2      Plaqueuse            28 750\n"
HEADING = "BILAN DES PROJETS\n\nUn rapport a été rédigé pour chacun des projets de la deuxième phase, puis remis au comité.\n"
COVER = "Détenteur no 2\n\nBureau de la présidence\n"


def message(*attachments: str, at: int = 1, subject: str = "Documents", body: str = "Voici.") -> Occurrence:
    return occurrence("Roy, Anne", f"2024-03-01T09:{at % 60:02d}", subject, body, to="Guay, Luc", at=at, attachments=attachments)


def released(attachments: list[str], texts: list[str]) -> tuple[Concluded, list[tuple[str | None, str, str]]]:
    """Resolve one message with attachments and the pieces after it; each document as (filename, kind, first word of its text)."""
    outer = message(*attachments)
    pieces = []
    at = 20
    for text in texts:
        pieces.append(piece(text, after=outer, at=at))
        at += 20
    found = conclude(MemoryReadings([outer], pieces))
    names = {a.id: a.filename for a in found.resolution.attachments}
    return found, [(names.get(d.attachment_id or 0), d.kind, d.text.split()[0]) for d in found.documents]


@pytest.mark.parametrize(
    ("attachments", "texts", "expected"),
    [
        pytest.param(["scan0012.pdf"], [UNTITLED], [("scan0012.pdf", "attachment-text", "La")], id="a lone attachment has the text"),
        pytest.param(
            ["Scénarios v5.xlsx"],
            ["FORMULAIRE SI-114\n\nUnité : troisième\nDe : 0 lit    À : 10 lits\nSignature du demandeur : L. P.\n"],
            [(None, "attachment-text", "FORMULAIRE")],
            id="a text with a title of its own is no lone attachment whose name it never has",
        ),
        pytest.param(
            ["PV_werkgroep_mobiliteit_20240924.docx", "tellingen sept.xlsx"],
            ["VERSLAG WERKGROEP MOBILITEIT\nDatum: 24 september 2024\nAan: de leden\n\n1. Tellingen\n   Drie dagen, vier tellers.\n"],
            [("PV_werkgroep_mobiliteit_20240924.docx", "attachment-text", "VERSLAG")],
            id="words in the title count for more than words further down",
        ),
        pytest.param(["Rapport.pdf"], [REPORT, UNTITLED], [("Rapport.pdf", "attachment-text", "RAPPORT")], id="a lone attachment has all of it"),
        pytest.param(
            ["RAP passerelle.pdf", "PV 2022-12-14.docx"],
            [REPORT, MINUTES],
            [("RAP passerelle.pdf", "attachment-text", "RAPPORT"), ("PV 2022-12-14.docx", "attachment-text", "PROCÈS-VERBAL")],
            id="two texts by their titles",
        ),
        pytest.param(
            ["PV 2022-12-14.docx", "RAP passerelle.pdf"],
            [REPORT, MINUTES],
            [("RAP passerelle.pdf", "attachment-text", "RAPPORT"), ("PV 2022-12-14.docx", "attachment-text", "PROCÈS-VERBAL")],
            id="whatever the order of the names",
        ),
        pytest.param(
            ["Rapport.pdf", "Rapport.docx"], [REPORT], [(None, "attachment-text", "RAPPORT")], id="two names that fit alike bind nothing"
        ),
        pytest.param(["Dépliant.pdf", "Fiche.pdf"], [UNTITLED], [(None, "attachment-text", "La")], id="a title that says nothing binds nothing"),
        pytest.param(["photo.jpg"], [UNTITLED], [(None, "attachment-text", "La")], id="a picture has no text"),
        pytest.param([], [UNTITLED], [(None, "unknown", "La")], id="without attachments it is unknown"),
        pytest.param(["Rapport.pdf"], [NOTICE], [(None, "legal-notice", "AVIS")], id="a notice is no attachment"),
        pytest.param(
            ["Rapport.pdf", "Budget.xlsx"],
            [REPORT, UNTITLED],
            [("Rapport.pdf", "attachment-text", "RAPPORT")],
            id="what follows a bound text and opens like nothing belongs to it",
        ),
        pytest.param(
            ["Rapport.pdf", "Budget.xlsx"],
            [REPORT, MINUTES],
            [("Rapport.pdf", "attachment-text", "RAPPORT"), (None, "attachment-text", "PROCÈS-VERBAL")],
            id="what follows it and opens like another document does not",
        ),
        pytest.param(
            ["Rapport.pdf", "Budget.xlsx"],
            [REPORT + "\n______________      ______________\nLa direction", TABLE],
            [("Rapport.pdf", "attachment-text", "RAPPORT"), (None, "attachment-text", "No")],
            id="what follows signatures does not either",
        ),
        pytest.param(
            ["Rapport.pdf", "Budget.xlsx"],
            [REPORT, "[page numérisée, illisible]\n\n... le sol ...\n"],
            [("Rapport.pdf", "attachment-text", "RAPPORT"), (None, "attachment-text", "[page")],
            id="nor a page that could not be read",
        ),
        pytest.param(
            ["Rapport.pdf", "Note_au_personnel.docx"],
            [REPORT, "ANNEXE 1\nPhotographies\n", NOTE],
            [("Rapport.pdf", "attachment-text", "RAPPORT"), ("Note_au_personnel.docx", "attachment-text", "NOTE")],
            id="an annex belongs to its report, a note to its own name",
        ),
        pytest.param([], [REPORT, HEADING], [(None, "unknown", "RAPPORT")], id="a heading begins no document"),
        pytest.param([], [REPORT, NOTE], [(None, "unknown", "RAPPORT"), (None, "unknown", "NOTE")], id="a page that opens like a document begins one"),
        pytest.param(["Rapport.pdf"], [REPORT, NOTE], [("Rapport.pdf", "attachment-text", "RAPPORT")], id="not more documents than names"),
        pytest.param(
            ["Budget du fonds.pdf"],
            ["BUDGET DU FONDS\nPoste            Montant\nBoîtes de carton      3 210 $\nCourriels de suivi      40 $\n"],
            [("Budget du fonds.pdf", "attachment-text", "BUDGET")],
            id="a table is no cover sheet",
        ),
        pytest.param(["scan0418.pdf"], [CADA_COVER], [(None, "cover-sheet", "VILLE")], id="a cover sheet is no attachment"),
        pytest.param(
            ["Décision.pdf"],
            ["DÉCISION\nVu la loi,\nLe recours contentieux est ouvert dans un délai de deux mois.\n" + UNTITLED],
            [("Décision.pdf", "attachment-text", "DÉCISION")],
            id="an attached decision is no notice of the release",
        ),
    ],
)  # fmt: skip
def test_texts_are_bound_to_attachments(attachments: list[str], texts: list[str], expected: list[tuple[str | None, str, str]]) -> None:
    assert released(attachments, texts)[1] == expected


def test_an_attachment_named_by_the_quoted_message_can_be_the_text() -> None:
    outer = message(subject="TR: Documents")
    inner = occurrence(
        "Guay, Luc", "2024-02-01T09:00", "Documents", "Voici.", to="Roy, Anne", at=5, within=outer, attachments=["Rapport.pdf"]
    )
    found = conclude(MemoryReadings([outer, inner], [piece(REPORT, after=outer, at=20)]))
    assert [d.attachment_id for d in found.documents] == [a.id for a in found.resolution.attachments]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (LETTER, "decision-letter"),
        (NOTICE, "legal-notice"),
        (COVER, "cover-sheet"),
        (CADA_LETTER, "decision-letter"),
        (CADA_NOTICE, "legal-notice"),
        (CADA_COVER, "cover-sheet"),
        pytest.param(
            "Société des lacs\n\nAmos, le 2 mai 2024\n\nMonsieur Roy,\n\nVous trouverez ci-après copie des courriels.\n\nAnne Guay\n",
            "decision-letter",
            id="one phrase of a decision",
        ),
        pytest.param("Amos, le 2 mai 2024\n\nMonsieur Roy,\n\nLe quai est fermé jusqu'en juin.\n\nAnne Guay\n", "unknown", id="no phrase of one"),
        pytest.param("BEROEP / RECOURS\n\nUn recours peut être introduit auprès de la Commission.\n", "legal-notice", id="headed in two languages"),
        (UNTITLED, "unknown"),
        (REPORT, "unknown"),
    ],
)
def test_the_kind_of_a_text_before_the_first_message(text: str, kind: str) -> None:
    found = conclude(MemoryReadings([message(at=90)], [piece(text, after=None, at=1)]))
    assert [d.kind for d in found.documents] == [kind]


def test_a_cover_sheet_begins_at_its_letterhead() -> None:
    head, sheet, outer = "VILLE DE VAUX\n\nDemande 2024-7\n", "Détenteur no {}\n\nAnne Roy\n", message(at=40)
    pieces = [
        piece(head, after=None, at=1),
        piece(sheet.format(1), after=None, at=10),
        piece(LEASE, after=outer, at=60),
        piece(head, after=outer, at=80),
        piece(sheet.format(2), after=outer, at=90),
    ]
    found = conclude(MemoryReadings([outer], pieces))
    assert [(d.kind, d.span.first_line, len(d.positions)) for d in found.documents] == [
        ("cover-sheet", 1, 2),
        ("unknown", 60, 1),
        ("cover-sheet", 80, 2),
    ]


def told_anywhere(names: list[list[str]], texts: list[str]) -> list[tuple[str | None, str, float]]:
    """Resolve messages that name attachments, and after another one the texts; each document as (filename, first word, confidence)."""
    given = [message(*own, at=i + 1, subject=f"Envoi {i}") for i, own in enumerate(names)]
    last = message(at=30, subject="Sans rien")
    pieces = [piece(text, after=last, at=40 + 20 * i) for i, text in enumerate(texts)]
    found = conclude(MemoryReadings([*given, last], pieces))
    filenames = {a.id: a.filename for a in found.resolution.attachments}
    return [(filenames.get(d.attachment_id or 0), d.text.split()[0], d.confidence) for d in found.documents]


@pytest.mark.parametrize(
    ("names", "texts", "expected"),
    [
        pytest.param([["Bail_Cormorans_1998.pdf"]], [LEASE], [("Bail_Cormorans_1998.pdf", "BAIL", 0.7)], id="all that a name says"),
        pytest.param(
            [["Bail_Cormorans_1998.pdf"], ["bail cormorans 1998.PDF"]],
            [LEASE],
            [("bail cormorans 1998.PDF", "BAIL", 0.7)],
            id="named twice",
        ),
        pytest.param(
            [["Bail_Cormorans_1998.pdf", "Note_au_personnel.docx"]],
            [LEASE, NOTE],
            [("Bail_Cormorans_1998.pdf", "BAIL", 0.7), ("Note_au_personnel.docx", "NOTE", 0.7)],
            id="two texts of two names",
        ),
        pytest.param(
            [["Bail_Cormorans_1998.pdf", "Bail Cormorans 1998.docx"]], [LEASE], [(None, "BAIL", 0.2)], id="two names that fit one text"
        ),
        pytest.param(
            [["Bail_Cormorans_1998.pdf"]], [LEASE, NOTE, LEASE], [(None, "BAIL", 0.2), (None, "NOTE", 0.2)], id="two texts that fit"
        ),
        pytest.param([["Bail_Cormorans_1999.pdf"]], [LEASE], [(None, "BAIL", 0.2)], id="another year"),
        pytest.param([["Bail.pdf"]], [LEASE], [(None, "BAIL", 0.2)], id="one word is too little"),
        pytest.param(
            [["Rapport annuel 2020-2021.pdf"]], ["RAPPORT ANNUEL 2020-2021\n" + UNTITLED], [(None, "RAPPORT", 0.2)], id="nor with a year"
        ),
        pytest.param([["Procès-verbal.pdf"]], [MINUTES], [(None, "PROCÈS-VERBAL", 0.2)], id="a title that many documents have"),
        pytest.param([["Plan RP-2281.pdf"]], [LEASE + "\nPlan RP 2281"], [(None, "BAIL", 0.2)], id="not in the opening"),
        pytest.param(
            [["Plan_Cormorans_RP-2281.pdf"]],
            [f"VILLE DE VAUX\nPlan des Cormorans, no RP-2281\n{UNTITLED}"],
            [("Plan_Cormorans_RP-2281.pdf", "VILLE", 0.7)],
            id="a number that stands in the title",
        ),
    ],
)
def test_a_text_is_bound_to_a_name_given_anywhere(
    names: list[list[str]], texts: list[str], expected: list[tuple[str | None, str, float]]
) -> None:
    assert told_anywhere(names, texts) == expected


def test_a_letter_goes_on_to_the_notice() -> None:
    pieces = [piece(LETTER, after=None, at=1), piece(UNTITLED, after=None, at=20), piece(NOTICE, after=None, at=40)]
    found = conclude(MemoryReadings([message(at=90)], pieces))
    assert [(d.kind, d.span.first_line) for d in found.documents] == [("decision-letter", 1), ("legal-notice", 40)]


@pytest.mark.parametrize(
    ("filename", "opening", "fits"),
    [
        ("SOM EXEC.docx", "Sommaire exécutif", True),
        ("MEM Cogest 2024 11 21.docx", "MÉMOIRE AU COMITÉ DE GESTION\nSÉANCE DU 21 NOVEMBRE 2024", True),
        ("PRES_SM_janvier 2024_VF.pdf", "Présentation à la sous-ministre\n22 janvier 2024", True),
        ("PEQ bilan.pdf", "Bilan\nProgramme d'entretien des quais", True),
        ("Plan_strategique.pdf", "Procès-verbal\nSéance ordinaire", False),
        ("note 2021.pdf", "Note de service\n3 mai 2022", True),
        ("budget.xlsx", "Rapport annuel", False),
    ],
)
def test_a_filename_fits_an_opening(filename: str, opening: str, fits: bool) -> None:
    assert (OPENINGS.score(OPENINGS.clues(filename), OPENINGS.read_opening(opening)) >= 0.5) is fits


WORDS = [
    *("rapport", "RAP", "mémoire", "au", "comité", "de", "gestion", "Cogest", "budget", "bud", "PDR", "plan", "rive"),
    *("2024", "11", "novembre", "octobre"),
]
SOME_WORDS = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)


@settings(deadline=None)
@given(titles=st.lists(SOME_WORDS, max_size=8), filename=SOME_WORDS)
def test_looking_titles_up_finds_what_scoring_each_would(titles: list[str], filename: str) -> None:
    clues = OPENINGS.clues(f"{filename}.pdf")
    fitting = [i for i, title in enumerate(titles) if OPENINGS.score(clues, OPENINGS.read_opening(title)) >= FITS]
    assert list(TitleIndex(titles, OPENINGS).fitting(clues)) == fitting


def kinds(found: Concluded) -> list[str]:
    return sorted(f"{f.kind} {f.certainty}" for f in found.findings)


@pytest.mark.parametrize(
    ("attachments", "texts", "expected"),
    [
        pytest.param(["Rapport.pdf"], [REPORT], [], id="released"),
        pytest.param(["Rapport.pdf"], [], ["attachment-not-released certain"], id="its text is nowhere"),
        pytest.param(["Rapport.pdf"], [NOTICE], ["attachment-not-released certain"], id="only a notice follows"),
        pytest.param(["Dépliant.pdf", "Fiche.pdf"], [UNTITLED], ["attachment-not-released possible"] * 2, id="an unbound text could be it"),
        pytest.param(["image001.png"], [], [], id="nobody misses a signature's picture"),
        pytest.param(["IMG_4471.jpg"], [], ["attachment-not-released certain"], id="a photograph is missed"),
    ],
)
def test_attachments_that_the_release_leaves_out(attachments: list[str], texts: list[str], expected: list[str]) -> None:
    assert kinds(released(attachments, texts)[0]) == expected


def test_an_attachment_released_under_one_message_is_released_for_all() -> None:
    first, second = message("Rapport.pdf"), message("rapport.pdf", at=200, subject="Encore")
    found = conclude(MemoryReadings([first, second], [piece(REPORT, after=first, at=20)]))
    assert kinds(found) == []
    assert len(found.resolution.attachments) == 1


def test_different_texts_under_one_name_are_two_attachments() -> None:
    first, second = message("Ordre du jour.pdf"), message("Ordre du jour.pdf", at=200, subject="Encore")
    texts: list[DocumentPiece] = [
        piece("ORDRE DU JOUR\n" + UNTITLED, after=first, at=20),
        piece("ORDRE DU JOUR\n" + REPORT, after=second, at=220),
    ]
    found = conclude(MemoryReadings([first, second], texts))
    assert len(found.resolution.attachments) == 2
    assert {d.attachment_id for d in found.documents} == {a.id for a in found.resolution.attachments}


def bound_texts(texts: list[str], copies: bool) -> list[str | None]:
    """Resolve two messages that name one file, or two copies of one, each followed by a text; the filename of each document."""
    first = message("Rapport passerelle.pdf")
    second = copy(first, source="b") if copies else message("Rapport passerelle.pdf", at=200, subject="Autre")
    source = "b" if copies else "a"
    found = conclude(
        MemoryReadings([first, second], [piece(texts[0], after=first, at=20), piece(texts[1], after=second, at=220, source=source)])
    )
    names = {a.id: a.filename for a in found.resolution.attachments}
    placed = {d.text: names.get(d.attachment_id or 0) for d in found.documents}
    return [placed[text] for text in texts]


@pytest.mark.parametrize("copies", [True, False])
@pytest.mark.parametrize(
    ("second", "expected"),
    [
        pytest.param(REPORT + "\n", "Rapport passerelle.pdf", id="the same text again"),
        pytest.param("\n".join(REPORT.split("\n")[:8]), "Rapport passerelle.pdf", id="the same text cut"),
        pytest.param(
            REPORT.replace("confirme la fissure", "montre une planche neuve"), "Rapport passerelle.pdf", id="other pages with the title"
        ),
        pytest.param(UNTITLED, None, id="another text that says nothing"),
    ],
)
def test_a_second_text_is_bound_to_a_file_only_where_it_is_the_same(second: str, expected: str | None, *, copies: bool) -> None:
    assert bound_texts([REPORT, second], copies) == ["Rapport passerelle.pdf", expected]


def test_two_different_texts_are_never_one_file_of_one_message() -> None:
    assert bound_texts([UNTITLED, UNTITLED.replace("autre chose", "encore autre chose que cela")], copies=True) == [None, None]
