"""How sure each finding is: decided once, so that the table, the audit and the letter say the same; and what makes it possible instead of certain."""

from __future__ import annotations

import contextlib
import sqlite3
from datetime import date, timedelta
from pathlib import Path

import pytest

from threadkit.archive.opening import open_archive
from threadkit.audit.auditing import audit_archive
from threadkit.audit.letter import letter_paragraphs, letter_text
from threadkit.audit.recorded import KINDS
from threadkit.importing import import_paths
from threadkit.locale import load_texts
from threadkit.resolve.differences import Copy, Differences
from threadkit.words import load_words

HERE = Path(__file__).parent
TEXTS = sorted(
    [*(HERE / "corpus").rglob("*.txt"), *(HERE.parent / "samples").glob("*.txt"), *(HERE / "accuracy" / "blind-two").glob("*.txt")]
)

FRENCH = """De : Roy, Odile <odile.roy@ville.example>
Envoyé : 3 mai 2023 10:00
À : Caron, Luc <luc.caron@ville.example>
Objet : {subject}{files}

Bonjour Luc,

La passerelle est fissurée et le maire le sait depuis le mois d'avril.
{below}"""
ENGLISH = """From: Stone, Ada <ada.stone@town.example>
Sent: Wednesday, May 3, 2023 10:00 AM
To: Carver, Luke <luke.carver@town.example>
Subject: {subject}{files}

Hi Luke,

The footbridge is cracked and the mayor has known it since the month of April.
{below}"""
QUOTED_FR = """
De : Caron, Luc <luc.caron@ville.example>
Envoyé : 2 mai 2023 09:00
À : Roy, Odile <odile.roy@ville.example>
Objet : Passerelle du parc

Odile, as-tu vu la fissure sous le tablier de la passerelle ce matin?
"""
QUOTED_EN = """
From: Carver, Luke <luke.carver@town.example>
Sent: Tuesday, May 2, 2023 9:00 AM
To: Stone, Ada <ada.stone@town.example>
Subject: Footbridge

Ada, have you seen the crack below the deck of the footbridge this morning?
"""
EARLIER_FR = """De : Caron, Luc <luc.caron@ville.example>
Envoyé : {day} avril 2023 08:15
À : {to}
Objet : Passerelle du parc

Le comité se réunit jeudi au sujet de la passerelle, à la salle du conseil.

"""
EARLIER_EN = """From: Carver, Luke <luke.carver@town.example>
Sent: April {day}, 2023 8:15 AM
To: {to}
Subject: Footbridge

The committee meets on Thursday about the footbridge, in the council room.

"""


def found(folder: Path, text: str, kind: str) -> list[tuple[str, str]]:
    """Return certainty and rule of each finding of a kind, which the audit must tell alike."""
    (folder / "release.txt").write_text(text, encoding="utf-8")
    import_paths([folder / "release.txt"], folder / "release.db")
    with contextlib.closing(open_archive(folder / "release.db")) as connection:
        table = connection.execute("SELECT certainty, rule FROM findings WHERE kind = ? ORDER BY 1, 2", (kind,)).fetchall()
        told = sorted((p.certainty, p.rule) for p in audit_archive(connection, load_words()).points if p.kind == kind)
    assert told == table
    return table


def release(language: str, *, subject: str = "", files: str = "", below: str = "") -> str:
    form, named, label = (
        (FRENCH, "Passerelle du parc", "Pièces jointes : ") if language == "fr" else (ENGLISH, "Footbridge", "Attachments: ")
    )
    return form.format(subject=subject + named, files=f"\n{label}{files}" if files else "", below=below)


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_audit_is_as_certain_as_the_table(tmp_path: Path, text: Path) -> None:
    import_paths([text], tmp_path / "archive.db")
    with contextlib.closing(open_archive(tmp_path / "archive.db")) as connection:
        sql = f"SELECT kind, certainty, rule, message_id, attachment_id FROM findings WHERE kind IN ({', '.join('?' * len(KINDS))})"
        table = connection.execute(sql, tuple(KINDS)).fetchall()
        points = audit_archive(connection, load_words()).points
    told = [(p.kind, p.certainty, p.rule, p.message_id, p.attachment_id) for p in points if p.kind in KINDS]
    assert sorted(told, key=str) == sorted(table, key=str)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    ("above", "expected"),
    [
        pytest.param("", ("certain", "known-from-quotation"), id="in-the-middle-of-a-page"),
        pytest.param("\f", ("possible", "perhaps-a-print"), id="at-the-head-of-a-page"),
        pytest.param("\n\n\n", ("possible", "perhaps-a-print"), id="behind-empty-lines"),
    ],
)
def test_a_quotation_that_may_be_a_print_of_its_own_is_only_possibly_not_released(
    tmp_path: Path, language: str, above: str, expected: tuple[str, str]
) -> None:
    quoted, marker = (QUOTED_FR, "Message d'origine") if language == "fr" else (QUOTED_EN, "Original Message")
    text = release(language, subject="RE: ", below=f"{above}{quoted}")
    assert found(tmp_path, text, "only-quoted") == [expected]
    marked = release(language, subject="RE: ", below=f"{above}\n-----{marker}-----{quoted}")
    assert found(tmp_path, marked, "only-quoted") == [("certain", "known-from-quotation")]


TABLE_FR = "Mur nord, 10 cm           38 %\nMur nord, 100 cm          31 %\nPlancher                  22 %\n"
TABLE_EN = "North wall, 10 cm         38 %\nNorth wall, 100 cm        31 %\nFloor                     22 %\n"


@pytest.mark.parametrize(
    ("language", "files", "below", "expected"),
    [
        pytest.param("fr", "Relevé de la passerelle.pdf", "", ("certain", "text-nowhere"), id="nothing-french"),
        pytest.param("en", "Footbridge survey.pdf", "", ("certain", "text-nowhere"), id="nothing-english"),
        pytest.param(
            "fr",
            "Fissures tablier.pdf",
            "Les fissures du tablier\n\nElles ont trois mètres.\n",
            ("possible", "perhaps-printed"),
            id="title-french",
        ),
        pytest.param(
            "en",
            "Deck cracks.pdf",
            "The cracks of the deck\n\nThey are ten feet long.\n",
            ("possible", "perhaps-printed"),
            id="title-english",
        ),
        pytest.param(
            "fr",
            "Fissures tablier.pdf",
            "On me parle des fissures du tablier depuis un an, sans suite.\n",
            ("certain", "text-nowhere"),
            id="sentence",
        ),
        pytest.param(
            "en",
            "Deck cracks.pdf",
            "They tell me of the cracks of the deck, in vain.\n",
            ("certain", "text-nowhere"),
            id="sentence-english",
        ),
        pytest.param("en", "deck mtg.pdf", "Deck - site meeting\n\nPresent: all\n", ("possible", "perhaps-printed"), id="letters-left-out"),
        pytest.param("fr", "humidimetre.xlsx", TABLE_FR, ("possible", "perhaps-unexplained"), id="table-for-a-sheet-french"),
        pytest.param("en", "moisture.xlsx", TABLE_EN, ("possible", "perhaps-unexplained"), id="table-for-a-sheet-english"),
        pytest.param("fr", "humidimetre.pdf", TABLE_FR, ("certain", "text-nowhere"), id="table-and-no-sheet"),
        pytest.param("en", "moisture.pdf", TABLE_EN, ("certain", "text-nowhere"), id="table-and-no-sheet-english"),
        pytest.param("fr", "humidimetre.xlsx", "Mur nord  38 %\n", ("certain", "text-nowhere"), id="a-row-is-no-table"),
        pytest.param(
            "en",
            "hrc memo.docx",
            "For: Ada\nFrom: Sid\nRe: The deck\n\nIt is cracked.\n",
            ("possible", "perhaps-unexplained"),
            id="head-of-a-memo",
        ),
        pytest.param(
            "fr",
            "Plan.pdf",
            "Votre message\nÀ : Roy, Odile\nObjet : Passerelle du parc\nLe : 3 mai\n\na été lu.\n",
            ("certain", "text-nowhere"),
            id="a-receipt",
        ),
        pytest.param("fr", "Plan.pdf", "\n[page numérisée]\n", ("possible", "perhaps-unexplained"), id="words-for-a-page-french"),
        pytest.param("en", "Plan.pdf", "\n[scanned page]\n", ("possible", "perhaps-unexplained"), id="words-for-a-page-english"),
    ],
)
def test_a_file_is_certainly_missing_only_where_nothing_may_be_its_text(
    tmp_path: Path, language: str, files: str, below: str, expected: tuple[str, str]
) -> None:
    assert found(tmp_path, release(language, files=files, below=below), "attachment-not-released") == [expected]


@pytest.mark.parametrize(
    ("language", "said", "expected"),
    [
        pytest.param("fr", "L'offre est de (art. 23) pour les deux ans.", [("certain", "article-mask")], id="in-the-place-of-words"),
        pytest.param("fr", "Le règlement (art. 12) dit que la Ville paie.", [], id="a-by-law-is-cited"),
        pytest.param("fr", "Je joins le contrat pour mémoire (art. 9).", [], id="a-contract-is-cited"),
        pytest.param(
            "en", "As the by-law says [art. 12], the Town pays.", [("possible", "article-cited")], id="a-by-law-is-cited-in-english"
        ),
        pytest.param("fr", "[Texte des messages précédents masqué]", [], id="a-program-hides-what-was-quoted"),
        pytest.param("en", "[Quoted text hidden]", [], id="a-program-hides-what-was-quoted-in-english"),
        pytest.param("fr", "Le montant est de [texte masqué] par an.", [("certain", "visible-mask")], id="masked"),
        pytest.param("en", "The amount is [redacted] a year.", [("certain", "visible-mask")], id="masked-in-english"),
    ],
)
def test_a_mask_is_certain_where_words_are_missing(tmp_path: Path, language: str, said: str, expected: list[tuple[str, str]]) -> None:
    (tmp_path / "release.txt").write_text(release(language, below=said), encoding="utf-8")
    import_paths([tmp_path / "release.txt"], tmp_path / "release.db")
    with contextlib.closing(open_archive(tmp_path / "release.db")) as connection:
        table = connection.execute("SELECT certainty, rule FROM findings WHERE kind = 'redaction'").fetchall()
        told = audit_archive(connection, load_words()).ledger.redactions
    assert table == expected
    assert [(mask.certainty, mask.rule) for mask in told] == expected


@pytest.mark.parametrize(
    ("language", "subject", "expected"),
    [
        pytest.param("fr", "Accepté : ", [], id="an-answer-to-an-invitation"),
        pytest.param("en", "Accepted: ", [], id="an-answer-to-an-invitation-in-english"),
        pytest.param("fr", "RE: ", ["certain"], id="a-mail"),
        pytest.param("en", "RE: ", ["certain"], id="a-mail-in-english"),
    ],
)
def test_a_notice_in_the_middle_of_a_page_is_a_print_and_not_said_to_be_only_quoted(
    tmp_path: Path, language: str, subject: str, expected: list[str]
) -> None:
    quoted, named = (QUOTED_FR, "Passerelle du parc") if language == "fr" else (QUOTED_EN, "Footbridge")
    text = release(language, subject="RE: ", below=quoted.replace(f": {named}", f": {subject}{named}"))
    assert [certainty for certainty, _ in found(tmp_path, text, "only-quoted")] == expected


def test_what_was_sent_later_is_hardly_quoted(tmp_path: Path) -> None:
    assert found(tmp_path, release("fr", below=QUOTED_FR.replace("2 mai", "4 mai")), "only-quoted") in (
        [],
        [("possible", "perhaps-a-print")],
    )
    assert found(tmp_path, release("fr", subject="RE: ", below=QUOTED_FR), "only-quoted") == [("certain", "known-from-quotation")]


def test_a_page_without_words_below_another_conversation_explains_no_file(tmp_path: Path) -> None:
    other = EARLIER_FR.format(day=3, to="Roy, Odile").replace("Passerelle du parc", "Fête de quartier").replace("avril", "juin")
    text = release(
        "fr", files="Plan.pdf", below=f"\f{other}\f\n\f{EARLIER_FR.format(day=4, to='Roy, Odile').replace('Passerelle du parc', 'Piscine')}"
    )
    assert found(tmp_path, text, "attachment-not-released") == [("certain", "text-nowhere")]


@pytest.mark.parametrize(
    ("language", "to", "expected"),
    [
        pytest.param("fr", "Roy, Odile <odile.roy@ville.example>", [], id="its-original-french"),
        pytest.param("en", "Stone, Ada <ada.stone@town.example>", [], id="its-original-english"),
        pytest.param("fr", "Sirois, Paul <paul.sirois@ville.example>", ["possible"], id="went-to-another-french"),
        pytest.param("en", "Hill, Paul <paul.hill@town.example>", ["possible"], id="went-to-another-english"),
    ],
)
def test_an_original_is_only_possibly_nowhere_where_an_earlier_message_may_be_it(
    tmp_path: Path, language: str, to: str, expected: list[str]
) -> None:
    earlier = (EARLIER_FR if language == "fr" else EARLIER_EN).format(day=28, to=to)
    assert [certainty for certainty, _ in found(tmp_path, earlier + "\f" + release(language, subject="RE: "), "parent-missing")] == expected
    assert [certainty for certainty, _ in found(tmp_path, release(language, subject="RE: "), "parent-missing")] == ["certain"]


def test_the_letter_asks_for_what_is_possible_apart_from_what_is_certain(tmp_path: Path) -> None:
    text = release("fr", files="Plan.pdf; humidimetre.xlsx", below=TABLE_FR)
    assert sorted(certainty for certainty, _ in found(tmp_path, text, "attachment-not-released")) == ["certain", "possible"]
    with contextlib.closing(open_archive(tmp_path / "release.db")) as connection:
        letter = letter_text(letter_paragraphs(audit_archive(connection, load_words()), load_texts("fr")))
    certain, _, possible = letter.partition(load_texts("fr")("letter.possible.heading"))
    assert "Plan.pdf" in certain
    assert "humidimetre.xlsx" in possible


# ---------------------------------------------------------------- what two copies say

SAID = "La passerelle est fissurée et le maire Paul Sirois le sait depuis le mois d'avril."


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(SAID, SAID.replace("avril", "mai"), [("changed", "avril", "mai")], id="another-word"),
        pytest.param(f"{SAID}\nIl reste 17 jours.", f"{SAID}\nIl reste 18 jours.", [("changed", "17", "18")], id="another-figure"),
        pytest.param(f"{SAID}\n{SAID}\nSuite.", f"{SAID}\nSuite.", [], id="a-line-doubled-by-a-page-break"),
        pytest.param(f"{SAID}\n\nSalutations,\nOdile Roy\nIngénieure\nTravaux publics", f"{SAID}\n\nSalutations,", [], id="a-signature-more"),
        pytest.param(f"{SAID}\n\nRegards,\nAda Stone\nEngineer", f"{SAID}\n\nRegards,", [], id="an-english-signature-more"),
        pytest.param(
            f"{SAID}\n\nSalutations,\nIl faut fermer la passerelle tout de suite.", f"{SAID}\n\nSalutations,",
            [("gone", "Il faut fermer la passerelle tout de suite", "")], id="a-sentence-below-a-closing",
        ),
        pytest.param(f"{SAID}\n\nMerci!\nOdile", f"{SAID}\n\nOdile", [], id="a-closing-formula-less"),
        pytest.param(
            "Sans l'accord de Paul\nCOPIE CONFORME\nSirois, rien.", "Sans l'accord de\nCOPIE CONFORME\nPaul Sirois, rien.", [], id="a-stamp-in-a-sentence"
        ),
        pytest.param(
            "Sans l'accord de Paul Sirois, rien.", "Sans l'accord de Sirois Paul, rien.", [("added", "", "Sirois"), ("gone", "Sirois", "")],
            id="words-that-changed-places",
        ),
        pytest.param(f"{SAID}\nCOPIE CONFORME\nSuite ici.", f"{SAID}\nPROTÉGÉ B\nSuite ici.", [], id="two-stamps"),
    ],
)  # fmt: skip
def test_two_copies_differ_only_in_what_they_say(old: str, new: str, expected: list[tuple[str, str, str]]) -> None:
    changes = Differences(load_words()).between(Copy(old, ""), Copy(new, ""))
    assert [(change.kind, change.old, change.new) for change in changes] == expected


def test_two_quotations_that_differ_where_the_released_copy_is_masked_are_altered(tmp_path: Path) -> None:
    def quoting(hour: int, words: str) -> str:
        return f"""\fDe : Caron, Luc <luc.caron@ville.example>
Envoyé : 4 mai 2023 {hour}:00
À : Roy, Odile <odile.roy@ville.example>
Objet : RE: Passerelle du parc

Voir plus bas, réponse {hour}.

De : Roy, Odile <odile.roy@ville.example>
Envoyé : 3 mai 2023 10:00
À : Caron, Luc <luc.caron@ville.example>
Objet : Passerelle du parc

Bonjour Luc,

La passerelle est fissurée et le maire le sait depuis {words}.
"""

    masked = release("fr").replace("le mois d'avril", "[caviardé]")
    texts = masked + quoting(11, "le mois d'avril") + quoting(12, "le mois de mars")
    (tmp_path / "release.txt").write_text(texts, encoding="utf-8")
    import_paths([tmp_path / "release.txt"], tmp_path / "release.db")
    with contextlib.closing(sqlite3.connect(tmp_path / "release.db")) as connection:
        points = audit_archive(connection, load_words()).points
    assert sorted(p.kind for p in points if p.kind.startswith("variant")) == ["variant-altered", "variant-masked", "variant-masked"]


# ---------------------------------------------------------------- the pattern of an exchange

WRITERS = {
    "fr": ("Roy, Odile <odile.roy@ville.example>", "Caron, Luc <luc.caron@ville.example>", "Sirois, Anne <anne.sirois@ville.example>"),
    "en": ("Stone, Ada <ada.stone@town.example>", "Carver, Luke <luke.carver@town.example>", "Hill, Ann <ann.hill@town.example>"),
}


def mail(language: str, sender: str, to: str, day: int, subject: str, cc: str = "") -> str:
    """Return one printed mail, so many days after 1 March 2023."""
    moment = date(2023, 3, 1) + timedelta(days=day)
    if language == "fr":
        month = ("mars", "avril", "mai", "juin")[moment.month - 3]
        head = (
            f"De : {sender}\nEnvoyé : {moment.day} {month} 2023 10:00\nÀ : {to}\n{f'Cc : {cc}' + chr(10) if cc else ''}Objet : {subject}\n"
        )
    else:
        head = f"From: {sender}\nSent: {moment:%A, %B} {moment.day}, 2023 10:00 AM\nTo: {to}\n{f'Cc: {cc}' + chr(10) if cc else ''}Subject: {subject}\n"
    return f"{head}\nVoici le point {day} de la visite du chantier numéro {day + 11}.\n"


def kinds_of(folder: Path, mails: list[str]) -> list[str]:
    (folder / "release.txt").write_text("\f".join(mails), encoding="utf-8")
    import_paths([folder / "release.txt"], folder / "release.db")
    with contextlib.closing(open_archive(folder / "release.db")) as connection:
        points = audit_archive(connection, load_words()).points
    assert all(point.certainty == "possible" for point in points if point.kind in {"one-sided", "copied-only", "silence"})
    return sorted(point.kind for point in points if point.kind in {"one-sided", "copied-only", "silence"})


@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_exchange_with_one_side_is_told_until_an_answer_is_there(tmp_path: Path, language: str) -> None:
    a, b, _ = WRITERS[language]
    alone = [mail(language, a, b, day, f"Point {day}") for day in (0, 2, 4)]
    for name, mails, expected in (
        ("x", alone, ["one-sided"]),
        ("y", [*alone, mail(language, b, a, 5, "Point 9")], []),
        ("z", alone[:2], []),
    ):
        (tmp_path / name).mkdir()
        assert kinds_of(tmp_path / name, mails) == expected


@pytest.mark.parametrize("language", ["fr", "en"])
def test_who_is_only_copied_is_told_until_somebody_writes_to_them(tmp_path: Path, language: str) -> None:
    a, b, c = WRITERS[language]
    copied = [mail(language, a, b, 0, "Point", cc=c), mail(language, b, a, 1, "Autre point", cc=c)]
    for name, more, expected in (("x", [], ["copied-only"]), ("y", [mail(language, a, c, 2, "Point 3")], [])):
        (tmp_path / name).mkdir()
        assert kinds_of(tmp_path / name, [*copied, *more]) == expected


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_dense_exchange_that_stops_for_weeks_is_told_and_an_even_one_is_not(tmp_path: Path, language: str) -> None:
    a, b, _ = WRITERS[language]
    for name, days, expected in (
        ("x", (0, 1, 2, 3, 50, 51, 52), ["silence"]),
        ("y", (0, 15, 30, 45, 60, 75, 90), []),
        ("z", (0, 1, 50), []),
    ):
        (tmp_path / name).mkdir()
        mails = [
            mail(language, *((a, b) if n % 2 else (b, a)), day, "Passerelle" if n == 0 else "RE: Passerelle") for n, day in enumerate(days)
        ]
        assert kinds_of(tmp_path / name, mails) == expected
