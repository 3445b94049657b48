"""What a release leaves out and masks, what changed between two, who knew what when, and why the archive says what it says."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pdfs import PdfSheet, pdf_of
from threadkit.archive.opening import open_archive
from threadkit.audit.auditing import Audit, audit_archive
from threadkit.audit.comparison import Comparison, compare_archives
from threadkit.audit.explaining import explain_row
from threadkit.audit.knowledge import who_knew
from threadkit.audit.letter import letter_paragraphs, letter_text, write_docx
from threadkit.audit.points import Places
from threadkit.audit.redactions import read_ledger
from threadkit.audit.variants import read_variants
from threadkit.cli.audit_pages import audit_page, points_csv
from threadkit.importing import import_paths
from threadkit.locale import load_texts
from threadkit.records import ThreadkitError
from threadkit.resolve.aligning import Aligner
from threadkit.resolve.laws import Laws
from threadkit.words import load_words

RELEASE = Path(__file__).parent.parent / "samples" / "demande-2024-117.txt"

OLD = """De : Roy, Odile <odile.roy@ville.example>
Envoyé : 3 mai 2023 10:00
À : Caron, Luc <luc.caron@ville.example>
Objet : Passerelle du parc
Pièces jointes : Plan de la passerelle.pdf

Bonjour Luc,

La passerelle est fissurée et le maire Paul Sirois le sait depuis le mois d'avril.

De : Caron, Luc <luc.caron@ville.example>
Envoyé : 4 mai 2023 11:00
À : Roy, Odile <odile.roy@ville.example>
Objet : Budget de la fête

Le budget de la fête est adopté sans changement par le conseil.
"""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    db = tmp_path_factory.mktemp("audit") / "release.db"
    import_paths([RELEASE], db)
    with contextlib.closing(open_archive(db)) as connection:
        yield connection


def compared(folder: Path, old: str, new: str) -> Comparison:
    connections = []
    for name, text in (("old", old), ("new", new)):
        folder.joinpath(f"{name}.txt").write_text(text, encoding="utf-8")
        import_paths([folder / f"{name}.txt"], folder / f"{name}.db")
        connections.append(open_archive(folder / f"{name}.db"))
    try:
        return compare_archives(*connections, load_words())
    finally:
        for connection in connections:
            connection.close()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param("Le maire le sait.", "Le  MAIRE\nle sait", [], id="wrapping, case and points make no difference"),
        pytest.param("Le maire Roy sait.", "Le maire [caviardé] sait.", [("masked", "Roy", "[caviardé]")], id="a word masked"),
        pytest.param("Le maire XXXXX sait.", "Le maire Roy sait.", [("shown", "XXXXX", "Roy")], id="a word shown"),
        pytest.param("Il sait ████ cela", "Il sait [caviardé] cela", [], id="another kind of mask says the same"),
        pytest.param("Il sait cela.\n[caviardé]\n(b)(6)", "Il sait cela.\n[caviardé]", [], id="the exemption below a mask is the same mask"),
        pytest.param("Il le sait.", "Il le sait déjà.", [("added", "", "déjà")], id="a word added"),
        pytest.param("Il le sait déjà.", "Il le sait.", [("gone", "déjà", "")], id="a word gone"),
        pytest.param("Versé 10 000 $", "Versé 90 000 $", [("changed", "10", "90")], id="a figure changed"),
    ],
)
def test_two_texts_are_aligned_word_by_word(old: str, new: str, expected: list[tuple[str, str, str]]) -> None:
    assert [(c.kind, c.old, c.new) for c in Aligner(load_words()).changes(old, new)] == expected


def test_a_change_says_where_it_stands() -> None:
    (change,) = Aligner(load_words()).changes("Le maire Roy sait", "Oui. Le maire Roy sait".replace("Roy", "Caron"))[1:]
    assert (change.old_start, change.new_start) == (9, 14)


def test_a_release_compared_with_itself_says_the_same(tmp_path: Path) -> None:
    found = compared(tmp_path, OLD, OLD)
    assert found.is_empty
    assert found.same == 2


def test_the_same_release_with_other_pages_and_wrapping_says_the_same(tmp_path: Path) -> None:
    rewrapped = OLD.replace("le maire Paul Sirois", "le maire\nPaul Sirois").replace("De : Caron", "\f\n2\n\nDe : Caron")
    found = compared(tmp_path, OLD, rewrapped)
    assert found.is_empty
    assert found.same == 2


def test_words_newly_masked_are_told_with_what_they_were(tmp_path: Path) -> None:
    found = compared(tmp_path, OLD, OLD.replace("Paul Sirois", "[caviardé]"))
    (pair,) = found.changed
    assert [(d.field, d.kind, d.old, d.new) for d in pair.differences] == [("body", "masked", "Paul Sirois", "[caviardé]")]
    assert (found.same, found.added, found.gone) == (1, (), ())


def test_a_message_whose_sender_is_masked_is_still_the_same_message(tmp_path: Path) -> None:
    found = compared(tmp_path, OLD, OLD.replace("De : Roy, Odile <odile.roy@ville.example>", "De : [caviardé]"))
    (pair,) = found.changed
    assert pair.rule == "same-time-and-words"
    assert ("sender", "masked") in {(d.field, d.kind) for d in pair.differences}
    assert (found.added, found.gone) == ((), ())


def test_a_message_and_an_attachment_left_out_are_gone(tmp_path: Path) -> None:
    shorter = OLD[OLD.index("De : Caron") :]
    found = compared(tmp_path, OLD, shorter)
    assert [row.subject for row in found.gone] == ["Passerelle du parc"]
    assert found.attachments_gone == ("Plan de la passerelle.pdf",)
    assert found.added == ()


def test_two_messages_of_other_times_are_never_one(tmp_path: Path) -> None:
    found = compared(tmp_path, OLD, OLD.replace("3 mai 2023 10:00", "5 mai 2023 10:00"))
    assert ([row.sent_at for row in found.gone], [row.sent_at for row in found.added]) == (["2023-05-03T10:00"], ["2023-05-05T10:00"])


def test_who_knew_a_phrase_is_told_from_the_first_message_on(archive: sqlite3.Connection) -> None:
    found = who_knew(archive, load_words(), phrase="Neuf Logements")
    told = [(step.sent_at, step.name, step.rule) for step in found.steps]
    assert told[:3] == [
        ("2022-11-15T07:48", "Francine Pomerleau", "was-sent-it"),
        ("2022-11-15T07:48", "Inès Delorme", "wrote-it"),
        ("2022-11-16T08:15", "Samuel Ouellet", "was-sent-a-quotation"),
    ]
    assert all(step.source == RELEASE.name and step.line for step in found.steps)


def test_who_knew_by_a_date_leaves_later_knowledge_out(archive: sqlite3.Connection) -> None:
    found = who_knew(archive, load_words(), phrase="neuf logements", by="2022-11-15")
    assert {step.name for step in found.steps} == {"Francine Pomerleau", "Inès Delorme"}


@pytest.mark.parametrize("by", ["2022-13", "hier", "2022-02-30", "22", "2022-1", ""])
def test_what_is_no_date_is_refused_and_not_taken_for_one(archive: sqlite3.Connection, by: str) -> None:
    with pytest.raises(ThreadkitError, match="is no date"):
        who_knew(archive, load_words(), phrase="neuf logements", by=by)


def test_who_got_an_attachment_is_told_by_its_number(archive: sqlite3.Connection) -> None:
    (number,) = archive.execute("SELECT id FROM attachments WHERE filename = 'Avis_aux_locataires.pdf'").fetchone()
    found = who_knew(archive, load_words(), row_id=number)
    assert found.what == "Avis_aux_locataires.pdf"
    assert next(step.name for step in found.steps if step.rule == "wrote-it") == "Claudie Arsenault"


@pytest.mark.parametrize(("phrase", "row_id"), [("...", None), ("", 12345)])
def test_a_question_about_nothing_is_an_error(archive: sqlite3.Connection, phrase: str, row_id: int | None) -> None:
    with pytest.raises(ThreadkitError):
        who_knew(archive, load_words(), phrase=phrase, row_id=row_id)


def test_a_message_is_explained_by_its_lines_its_rules_and_its_parent(archive: sqlite3.Connection) -> None:
    (number,) = archive.execute("SELECT id FROM messages WHERE sent_at = '2023-03-06T14:20'").fetchone()
    found = {conclusion.what: conclusion for conclusion in explain_row(archive, "messages", number)}
    assert [(w.label, w.text, w.first_line) for w in found["sent_at"].witnesses] == [
        ("Envoyé", "6 mars 2023 14:20", 901),
        ("Envoyé", "6 mars 2023 14:20", 942),
    ]
    assert found["from"].value.startswith("Léo Kirouac [")
    assert (found["parent"].rule, "13:12" in found["parent"].value) == ("quotation", True)


def test_a_person_is_explained_by_the_mailboxes_printed(archive: sqlite3.Connection) -> None:
    (number,) = archive.execute("SELECT id FROM people WHERE name = 'Claudie Arsenault'").fetchone()
    (found,) = explain_row(archive, "people", number)
    assert {w.text for w in found.witnesses} == {"Arsenault, Claudie (BRN)", "Arsenault, Claudie <claudie.arsenault@rhnq.example>"}


def test_what_is_no_message_nor_person_is_not_explained(archive: sqlite3.Connection) -> None:
    with pytest.raises(ThreadkitError):
        explain_row(archive, "threads", 1)


# ---------------------------------------------------------------- the audit of a release


def audited(folder: Path, text: str, name: str = "release") -> Audit:
    folder.joinpath(f"{name}.txt").write_text(text, encoding="utf-8")
    import_paths([folder / f"{name}.txt"], folder / f"{name}.db")
    with contextlib.closing(open_archive(folder / f"{name}.db")) as connection:
        return audit_archive(connection, load_words())


def told(audit: Audit, kind: str) -> list[tuple[str, int | None]]:
    return [(point.certainty, point.place.first_line if point.place else None) for point in audit.points if point.kind == kind]


def test_the_sample_release_is_audited_with_every_point_in_its_place(archive: sqlite3.Connection) -> None:
    audit = audit_archive(archive, load_words())
    certain = [line for certainty, line in told(audit, "attachment-not-released") if certainty == "certain"]
    assert sorted(line for line in certain if line) == [146, 299, 369, 449, 571, 571, 695, 1166, 1454, 1589]
    assert ("certain", 1499) in told(audit, "parent-missing")
    assert len(told(audit, "only-quoted")) == 22
    assert told(audit, "attachment-mentioned-not-named") == [("certain", 1493)]
    assert told(audit, "enclosures") == [("possible", 42)]


def test_certain_points_come_before_possible_ones(archive: sqlite3.Connection) -> None:
    certainties = [point.certainty for point in audit_archive(archive, load_words()).points]
    assert certainties == sorted(certainties)
    assert set(certainties) == {"certain", "possible"}


def test_the_record_of_the_sample_release_is_read_from_its_letter(archive: sqlite3.Connection) -> None:
    (record,) = audit_archive(archive, load_words()).releases
    values = [printed.value for printed in (record.request_number, record.requested_on, record.decided_on, record.review_days) if printed]
    assert values == ["2024-117", "2024-10-03", "2024-11-12", "30"]
    assert (record.law, record.review_until) == ("quebec", "2024-12-12")
    assert [article.number for article, _ in record.articles] == ["14", "31", "37", "39", "53", "54", "59"]
    assert [printed.value for printed in record.custodians] == ["Détenteur no 1", "Détenteur no 2", "Détenteur no 3"]


LETTER = """De : Roy, Odile <odile.roy@ville.example>
Envoyé : 9 mai 2023 10:00
À : Caron, Luc <luc.caron@ville.example>
Objet : Passerelle du parc

Bonjour Luc,

{words}

De : Caron, Luc <luc.caron@ville.example>
Envoyé : 3 mai 2023 11:00
À : Roy, Odile <odile.roy@ville.example>
Objet : Budget de la fête

Le budget est adopté.
"""


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param("Suite à votre courriel du 3 mai, je confirme.", [], id="a mail of that day is there"),
        pytest.param("Suite à votre courriel du 4 mai, je confirme.", [("certain", 8)], id="none is of that day"),
        pytest.param("Suite à votre courriel du 20 mai 2022, je confirme.", [("certain", 8)], id="a year is printed"),
        pytest.param("Suite à la rencontre du 4 mai, je confirme.", [], id="a meeting is no mail"),
        pytest.param("Further to your email of May 4, I confirm.", [("certain", 8)], id="none is of that day, in English"),
        pytest.param("Further to your email of May 3, I confirm.", [], id="a mail of that day is there, in English"),
        pytest.param("Following the meeting of May 4, I confirm.", [], id="a meeting is no mail, in English"),
    ],
)
def test_a_mail_that_is_spoken_of_and_not_there_is_a_point(tmp_path: Path, words: str, expected: list[tuple[str, int]]) -> None:
    assert told(audited(tmp_path, LETTER.format(words=words)), "mail-spoken-of") == expected


def test_a_mail_spoken_of_is_only_possibly_missing_where_a_message_has_no_date(tmp_path: Path) -> None:
    undated = LETTER.replace("Envoyé : 3 mai 2023 11:00", "Envoyé : [caviardé]").format(
        words="Suite à votre courriel du 4 mai, je confirme."
    )
    assert told(audited(tmp_path, undated), "mail-spoken-of") == [("possible", 8)]


def test_a_conversation_that_is_spoken_of_is_possible_at_most(tmp_path: Path) -> None:
    assert told(audited(tmp_path, LETTER.format(words="Tel que discuté hier, voici le plan.")), "talk-spoken-of") == [("possible", 8)]


def test_the_ledger_tells_the_articles_at_a_mask_and_what_they_are_about(archive: sqlite3.Connection) -> None:
    ledger = read_ledger(archive, load_words(), Places(archive))
    assert ledger.by_kind == {"visible": 36, "silent": 3, "article": 1}
    assert ledger.by_article == {"31": 3, "37": 1}
    at_mask = {redaction.text: redaction.articles for redaction in ledger.redactions}
    (article,) = at_mask["[caviardé - art. 37]"]
    assert (article.law, article.about_en) == ("quebec", "opinion or recommendation under ten years old")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("les articles 9, 29 alinéa 2, 37, 53 et 54 de la Loi", ["9", "29", "37", "53", "54"]),
        ("(art. 53-54)", ["53", "54"]),
        ("l'article L311-5 du code", ["L311-5"]),
        ("sections 19(1), 21(1)(a) and 23 of the Act", ["19", "21", "23"]),
        ("un article de presse", []),
    ],
)
def test_articles_are_read_from_what_is_cited(text: str, numbers: list[str]) -> None:
    assert [article.number for article, _ in Laws(load_words()).cited(text, "quebec")] == numbers


@pytest.mark.parametrize(
    ("language", "asked"),
    [("fr", "« IMG_4471.jpg », jointe au message de Martin Gagnon du 18 avril 2023 à 16 h 26"), ("en", "18 April 2023")],
)
def test_the_letter_asks_for_what_is_certainly_missing(archive: sqlite3.Connection, language: str, asked: str) -> None:
    text = letter_text(letter_paragraphs(audit_archive(archive, load_words()), load_texts(language)))
    assert asked in text
    assert "2024-117" in text
    assert "(demande-2024-117.txt, lig" in text or "(demande-2024-117.txt, line 1589)" in text


def test_the_letter_elides_before_a_vowel(archive: sqlite3.Connection) -> None:
    text = letter_text(letter_paragraphs(audit_archive(archive, load_words()), load_texts("fr")))
    assert "le message d'Étienne Lemelin du" in text
    assert "de Étienne" not in text


def test_the_letter_for_word_holds_the_same_paragraphs(archive: sqlite3.Connection, tmp_path: Path) -> None:
    docx = pytest.importorskip("docx", reason="python-docx is not installed")
    paragraphs = letter_paragraphs(audit_archive(archive, load_words()), load_texts("fr"))
    write_docx(paragraphs, tmp_path / "lettre.docx")
    assert [p.text for p in docx.Document(str(tmp_path / "lettre.docx")).paragraphs] == [p.text for p in paragraphs]


def test_a_cell_that_a_spreadsheet_would_calculate_is_disarmed(tmp_path: Path) -> None:
    audit = audited(tmp_path, LETTER.format(words="Bonjour").replace("Objet : Budget", "Pièces jointes : =1+1.xlsx\nObjet : Budget"))
    texts = points_csv(load_texts("en"), audit.points)
    assert "'=1+1.xlsx" in texts
    assert ",=1+1" not in texts


def test_a_copy_is_aligned_with_the_fullest_one_word_by_word(archive: sqlite3.Connection) -> None:
    found = {v.other.first_line: v for v in read_variants(archive, load_words(), Places(archive)) if v.other}
    (change,) = found[120].changes
    assert (change.kind, change.old, change.new) == ("masked", "206, 208, 210, 212, 214 et 216", "[caviardé]")
    assert (found[120].is_masked, found[120].fullest and found[120].fullest.first_line) == (True, 1373)


def test_a_quotation_that_says_more_than_the_released_message_is_altered_not_masked(archive: sqlite3.Connection) -> None:
    (altered,) = [v for v in read_variants(archive, load_words(), Places(archive)) if not v.is_masked]
    assert (altered.fullest_standing, altered.other_standing) == ("released", "quoted")
    assert [(change.kind, change.new[:28]) for change in altered.changes] == [("added", "Elle sait pour les neuf loge")]


def test_the_two_versions_of_the_small_sample_differ_in_four_things(tmp_path: Path) -> None:
    old = RELEASE.with_name("courriels-municipaux.txt").read_text(encoding="utf-8")
    new = RELEASE.parent.joinpath("revision", "courriels-municipaux.txt").read_text(encoding="utf-8")
    found = compared(tmp_path, old, new)
    assert [(row.sent_at, row.sender) for row in found.added] == [("2024-05-22T10:41:05", "Bastien Roy")]
    assert (found.gone, found.documents_changed, found.attachments_added, found.attachments_gone) == ((), (), (), ())
    said = [(d.field, d.kind, d.old[:16], d.new[:16]) for pair in found.changed for d in pair.differences]
    assert said == [
        ("body", "masked", "Je préfère que t", "[caviardé]"),
        ("signature", "shown", "[caviardé]", "418 555-0177"),
        ("body", "masked", "L'estimation est", "[caviardé]"),
    ]


ATTACHED = """De : Roy, Odile <odile.roy@ville.example>
Envoyé : 3 mai 2023 10:00
À : Caron, Luc <luc.caron@ville.example>
Objet : Passerelle du parc
Pièces jointes : Plan de la passerelle.pdf

Bonjour Luc, voici le plan.

Odile Roy
\fPLAN DE LA PASSERELLE

La passerelle est en bois depuis 1990 et traverse la rivière.
Elle mesure quarante-deux mètres et porte des piétons.
{one}
\f{two}
{after}\fDe : Caron, Luc <luc.caron@ville.example>
Envoyé : 4 mai 2023 11:00
À : Roy, Odile <odile.roy@ville.example>
Objet : RE: Passerelle du parc

Merci, c'est reçu.
"""
SECOND = "Les garde-corps sont à refaire et le tablier aussi.\nLe coût en est de douze mille dollars."


@pytest.mark.parametrize(
    ("one", "two", "after", "expected"),
    [
        pytest.param(
            "Page 1 de 4", f"{SECOND}\nPage 2 de 4", "", [("certain", "own-page-count", 17)], id="it counts four pages and has two"
        ),
        pytest.param("Page 1 of 4", f"{SECOND}\nPage 2 of 4", "", [("certain", "own-page-count", 17)], id="in English"),
        pytest.param("Page 1 de 2", f"{SECOND}\nPage 2 de 2", "", [], id="all of them are there"),
        pytest.param("Page 1 de 4", SECOND, "", [("possible", "own-page-count", 14)], id="a page says no number"),
        pytest.param("Page 2 de 9", f"{SECOND}\nPage 3 de 9", "", [], id="the count is that of the release"),
        pytest.param(
            "Page 1 de 4", f"{SECOND}\nPage 2 de 4", "\f[page numérisée]\n", [("possible", "own-page-count", 17)], id="a page is not read"
        ),
        pytest.param("", "[page numérisée]", "", [("possible", "words-for-a-page", 15)], id="words stand for a page"),
        pytest.param("", "[scanned page]", "", [("possible", "words-for-a-page", 15)], id="English words stand for a page"),
        pytest.param("", "", f"\f{SECOND}\n", [("possible", "page-is-blank", 15)], id="a blank page between its pages"),
        pytest.param("", SECOND, "", [], id="nothing is said"),
    ],
)
def test_an_attachment_that_is_there_in_part_is_a_point_of_its_own(
    tmp_path: Path, one: str, two: str, after: str, expected: list[tuple[str, str, int]]
) -> None:
    audit = audited(tmp_path, ATTACHED.format(one=one, two=two, after=after))
    points = [point for point in audit.points if point.kind == "attachment-partly-released"]
    assert [(point.certainty, point.rule, point.place.first_line) for point in points if point.place] == expected
    assert {point.about.filename for point in points} <= {"Plan de la passerelle.pdf"}


def test_a_count_in_the_head_above_the_first_words_of_a_text_is_its_own(tmp_path: Path) -> None:
    head = "\fRapport sur l'aqueduc\nPage {} de 4\n\n"
    pages = [head.format(n) + words + "\n" for n, words in ((1, "Le réseau date de 1962."), (2, "Les fuites y sont fréquentes."), (4, "Fin."))]
    mail = "De : Sirois, Line\nEnvoyé : 3 mai 2023 10:00\nÀ : Cyr, Ann\nObjet : Rapport\nPièces jointes : Rapport aqueduc.pdf\n\nCi-joint.\n"
    told = [point for point in audited(tmp_path, mail + "".join(pages)).points if point.kind == "attachment-partly-released"]
    assert [(point.rule, point.detail.values["pages"]) for point in told] == [("own-page-count", "3")]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_pages_that_lack_are_asked_for_in_the_letter_and_told_in_the_csv(tmp_path: Path, language: str) -> None:
    audit = audited(tmp_path, ATTACHED.format(one="Page 1 de 4", two=f"{SECOND}\nPage 2 de 4", after=""))
    texts = load_texts(language)
    letter = letter_text(letter_paragraphs(audit, texts))
    assert texts("letter.attachment-partly-released.heading") in letter
    assert "Plan de la passerelle.pdf" in letter
    assert "3-4" in points_csv(texts, audit.points)
    assert texts("audit.kind.attachment-partly-released") in audit_page(texts, audit)


@pytest.mark.parametrize(
    ("filename", "below"),
    [
        pytest.param("Photo.pdf", "[page numérisée]\n", id="words in the place of a page"),
        pytest.param("Photo.pdf", "\f\n", id="a page without words"),
    ],
)
def test_a_file_is_not_certainly_missing_while_something_unexplained_stands_below(tmp_path: Path, filename: str, below: str) -> None:
    mail = ATTACHED[: ATTACHED.index("\f")].replace("Plan de la passerelle.pdf", filename)
    answer = ATTACHED[ATTACHED.rindex("\f") :]
    bare, with_something = audited(tmp_path, mail + answer, "bare"), audited(tmp_path, mail + "\f" + below + answer, "with")
    assert [certainty for certainty, _ in told(bare, "attachment-not-released")] == ["certain"]
    doubted = [*told(with_something, "attachment-not-released"), *told(with_something, "attachment-partly-released")]
    assert [certainty for certainty, _ in doubted] == ["possible"]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param("Le montant offert est de                 art. 23", ("art. 23", ["23"], "certain"), id="far to the right"),
        pytest.param("Le montant offert est de        art. 23", ("art. 23", ["23"], "possible"), id="to the right"),
        pytest.param(
            "Le montant offert est de\n                    Art. 53-54", ("Art. 53-54", ["53", "54"], "certain"), id="alone on its line"
        ),
        pytest.param("Le montant offert est de\nArt. 53-54", ("Art. 53-54", ["53", "54"], "possible"), id="alone where lines begin"),
        pytest.param("Selon l'article 23, c'est permis.", None, id="cited in a sentence"),
    ],
)
def test_an_article_in_the_margin_is_a_row_of_the_ledger(tmp_path: Path, said: str, expected: tuple[str, list[str], str] | None) -> None:
    ledger = audited(
        tmp_path, OLD.replace("Le budget de la fête est adopté", f"Bonjour,\n\n{said}\n\nLe budget de la fête est adopté")
    ).ledger
    found = [(r.text, [a.number for a in r.articles], r.certainty) for r in ledger.redactions]
    assert found == ([expected] if expected else [])
    assert all(r.kind == "article" and r.sender == "Luc Caron" and r.place for r in ledger.redactions)
    assert dict(ledger.by_article) == dict.fromkeys(expected[1] if expected else [], 1)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        pytest.param("From: (b) (6) [mailto:(b) (6)@mail.example]", [("(b) (6)", ["(b)(6)"])] * 2, id="a name and its address"),
        pytest.param("Subject: Site visit (b) (5)", [("(b) (5)", ["(b)(5)"])], id="a subject"),
        pytest.param("To: Roy, Paul (b)(6), (b)(7)(C)", [("(b)(6)", ["(b)(6)"]), ("(b)(7)(C)", ["(b)(7)"])], id="two reasons, each with its own"),
        pytest.param("Cc: s.22; Lee, Kim", [(": s.22;", [])], id="a section without brackets in a list"),
        pytest.param("From: Redacted", [(": Redacted", [])], id="a bare word"),
    ],
)
def test_every_mask_of_a_header_is_a_row_of_the_ledger(tmp_path: Path, header: str, expected: list[tuple[str, list[str]]]) -> None:
    printed = {"From": "Hall, Ned", "Sent": "Monday, March 4, 2024 9:00 AM", "To": "Lee, Kim", "Subject": "Pump"}
    label, _, value = header.partition(": ")
    order = ["From", "Sent", "To", "Cc", "Subject"]
    fields = printed | {label: value}
    mail = "".join(f"{name}: {fields[name]}\n" for name in order if name in fields) + "\nIt leaks.\n"
    ledger = audited(tmp_path, mail).ledger
    assert [(r.text, [a.number for a in r.articles]) for r in ledger.redactions] == expected


def test_words_that_a_white_box_covers_are_a_row_of_the_ledger_and_a_black_box_is_one_once(tmp_path: Path) -> None:
    pytest.importorskip("pypdfium2")
    white, black = PdfSheet(), PdfSheet()
    for sheet, color in ((white, "1 1 1"), (black, "0 0 0")):
        sheet.text(72, 700, "Une note sans en-tête.")
        sheet.text(72, 600, "Zoroastre")
        sheet.box(70, 597, 120, 13, color)
    rows = []
    for name, sheet in (("white", white), ("black", black)):
        tmp_path.joinpath(f"{name}.pdf").write_bytes(pdf_of([sheet]))
        import_paths([tmp_path / f"{name}.pdf"], tmp_path / f"{name}.db")
        with contextlib.closing(open_archive(tmp_path / f"{name}.db")) as connection:
            rows.append([(r.kind, r.certainty) for r in read_ledger(connection, load_words(), Places(connection)).redactions])
    assert rows == [[("covered", "certain")], [("visible", "certain")]]


def test_an_article_tells_where_it_is_published() -> None:
    laws = Laws(load_words())
    assert laws.article("quebec", "28.1").source.endswith("A-2.1?code=se:28_1")
    assert laws.article("canada", "22.1").source.endswith("section-22.1.html")
    assert laws.article("france", "L311-6").source.startswith("https://www.legifrance.gouv.fr/")
    assert laws.article("quebec", "999").source == ""


@pytest.mark.parametrize(
    ("text", "law", "number", "about"),
    [
        pytest.param("B6", "", "(b)(6)", "personal privacy", id="alone-at-a-mask"),
        pytest.param("(b)(5)", "", "(b)(5)", "deliberative process, privileged inter- and intra-agency memoranda", id="in-brackets"),
        pytest.param("(b)(6)", "quebec", "(b)(6)", "", id="another-law"),
        pytest.param("l'article L311-6", "", "L311-6", "privacy, business secrets, judgement on a person", id="a-number-that-one-law-has"),
        pytest.param("art. 53", "", "53", "", id="a-number-that-many-laws-have"),
    ],
)
def test_the_law_of_an_article_is_that_of_the_letter_or_of_its_number(text: str, law: str, number: str, about: str) -> None:
    assert [(article.number, article.about_en) for article, _ in Laws(load_words()).cited(text, law)] == [(number, about)]


def test_an_article_says_whether_its_words_were_held_against_the_law() -> None:
    laws = Laws(load_words())
    assert laws.article("quebec", "23").is_checked
    assert not laws.article("quebec", "31").is_checked
    for law in ("quebec", "canada", "france", "usa"):
        checked, told = laws.entry(law).get("checked", ()), laws.entry(law)["articles"]
        assert set(checked) <= {str(number) for number in told}


@pytest.mark.parametrize(
    ("language", "sure", "perhaps", "unknown"),
    [
        pytest.param(
            "fr", "Un passage est masqué.", "À un endroit, quelque chose semble", "le message d'un auteur qui n'apparaît pas", id="french"
        ),
        pytest.param(
            "en", "One passage is masked.", "In one place something seems", "the message from an author who is not shown", id="english"
        ),
    ],
)
def test_the_letter_says_no_more_than_the_ledger(tmp_path: Path, language: str, sure: str, perhaps: str, unknown: str) -> None:
    body = "Luc,\n\nLe montant est de [caviardé].\n\nOdile Roy\nIngénieure\nCell.\n"
    quoted = "\nDe :\nEnvoyé : 2 mai 2023 09:00\nÀ : Roy, Odile <odile.roy@ville.example>\nObjet : Passerelle du parc\n\nLa passerelle est fissurée.\n"
    head = OLD.partition("Pièces jointes")[0].replace("Passerelle", "RE: Passerelle")
    (tmp_path / "release.txt").write_text(f"{head}\n{body}{quoted}", encoding="utf-8")
    import_paths([tmp_path / "release.txt"], tmp_path / "release.db")
    with contextlib.closing(open_archive(tmp_path / "release.db")) as connection:
        audit = audit_archive(connection, load_words())
    certain = sum(mask.certainty == "certain" for mask in audit.ledger.redactions)
    letter = letter_text(letter_paragraphs(audit, load_texts(language)))
    assert unknown in letter
    assert (sure in letter) is (certain == 1)
    assert (perhaps in letter) is (len(audit.ledger.redactions) - certain == 1)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_letter_asks_for_a_mail_that_is_spoken_of_as_a_person_would(tmp_path: Path, language: str) -> None:
    (tmp_path / "release.txt").write_text(
        OLD.replace("La passerelle est", "Suite à ton courriel du 12 avril, la passerelle est"), encoding="utf-8"
    )
    import_paths([tmp_path / "release.txt"], tmp_path / "release.db")
    with contextlib.closing(open_archive(tmp_path / "release.db")) as connection:
        letter = letter_text(letter_paragraphs(audit_archive(connection, load_words()), load_texts(language)))
    day, sender = ("12 avril 2023", "d'Odile Roy du 3 mai 2023") if language == "fr" else ("12 April 2023", "from Odile Roy of 3 May 2023")
    line = next(line for line in letter.splitlines() if "ton courriel du 12 avril" in line)
    assert day in line
    assert sender in line
