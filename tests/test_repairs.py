"""Damage that PDF extraction and OCR do to letters: matched and found as if it were whole, and kept as printed."""

from __future__ import annotations

import sqlite3

import pytest

from threadkit.archive.search import search
from threadkit.importing import ImportOptions, import_paths
from threadkit.words import load_words

FOLDING = load_words().folding

DAMAGES = [
    ("ti as one letter", "parƟcipé", "participé"),
    ("tt as one letter", "aƩente", "attente"),
    ("tti as one letter", "aƫtude", "attitude"),
    ("ligature fi", "ﬁchier", "fichier"),
    ("ligature fl", "ﬂeuve", "fleuve"),
    ("ligature ff", "eﬀectif", "effectif"),
    ("ligature ffi", "oﬃce", "office"),
    ("oe as one letter", "manœuvre", "manoeuvre"),
    ("quotation mark for an apostrophe", 'd"évaluation', "d'évaluation"),
    ("curly apostrophe", "d’évaluation", "d'évaluation"),
    ("modifier apostrophe", "dʼévaluation", "d'évaluation"),
    ("hyphen U+2010", "grand‐père", "grand-père"),
    ("hyphen that does not break", "grand‑père", "grand-père"),
    ("soft hyphen inside a word", "remplace\u00adment", "remplacement"),
    ("no-break and thin blanks", "budget\u00a0rectifié\u202f2023", "budget rectifié 2023"),
    ("justified text", "lignes  bien    justifiées", "lignes bien justifiées"),
    ("zero-width blank inside a word", "règle\u200bment", "règlement"),
    ("byte order mark inside a text", "\ufeffdélai", "délai"),
    ("private-use bullet", "\uf0b7 priorité", "priorité"),
    ("accent as a letter of its own", "ge\u0301rance", "gérance"),
    ("capitals with accents", "ÉCHÉANCIER", "échéancier"),
]
NAMES = [name for name, _, _ in DAMAGES]


@pytest.mark.parametrize(("damaged", "whole"), [(damaged, whole) for _, damaged, whole in DAMAGES], ids=NAMES)
def test_a_damaged_word_matches_the_whole_one(damaged: str, whole: str) -> None:
    assert FOLDING.words(damaged) == FOLDING.words(whole)
    assert FOLDING.letters(damaged) == FOLDING.letters(whole)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> sqlite3.Connection:
    """Return an archive of one mail a damage."""
    folder = tmp_path_factory.mktemp("damages")
    mails = [
        f"De: Lavigne, Odile\nEnvoyé: 3 mai 2023 09:{number:02d}\nÀ: Roy, Paul\nObjet: Envoi {number}\n\nVoici {damaged} pour demain.\n"
        for number, (_, damaged, _) in enumerate(DAMAGES)
    ]
    (folder / "dump.txt").write_text("\n\f".join(mails), encoding="utf-8")
    import_paths([folder / "dump.txt"], folder / "archive.db", ImportOptions())
    return sqlite3.connect(folder / "archive.db")


@pytest.mark.parametrize(("number", "damaged", "whole"), [(i, damaged, whole) for i, (_, damaged, whole) in enumerate(DAMAGES)], ids=NAMES)
def test_a_search_for_the_whole_word_finds_the_damaged_one_which_is_kept_as_printed(
    archive: sqlite3.Connection, number: int, damaged: str, whole: str
) -> None:
    bodies = dict(archive.execute("SELECT subject, body FROM messages").fetchall())
    assert bodies[f"Envoi {number}"] == f"Voici {damaged} pour demain."
    found = {hit.id for hit in search(archive, whole, kinds=("message",))}
    assert archive.execute("SELECT id FROM messages WHERE subject = ?", (f"Envoi {number}",)).fetchone()[0] in found


def test_every_repair_has_an_example_that_it_changes() -> None:
    changed = [repair.damaged for repair in FOLDING.repairs for example in repair.examples if FOLDING.repair(example) != example]
    assert changed == [repair.damaged for repair in FOLDING.repairs]
