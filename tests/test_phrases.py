"""Every sentence of ours that reaches a user in English reaches a French user in French."""

from __future__ import annotations

import ast
import pickle
import string
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest

import threadkit
from threadkit.locale import load_texts
from threadkit.read.formats import FOREIGN, FORMATS
from threadkit.records import Phrase, ThreadkitError
from threadkit.resolve.link_evidence import EVIDENCE

PACKAGE = Path(threadkit.__file__).parent
FRENCH = load_texts("fr")


def calls(path: Path) -> Iterator[tuple[str, ast.expr]]:
    """Yield (what is called, each argument that is a sentence) for every phrase and error made in a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("Phrase", "ThreadkitError"):
            hints = [keyword.value for keyword in node.keywords if keyword.arg == "hint" and node.func.id == "ThreadkitError"]
            for sentence in (*node.args[:1], *hints):
                yield node.func.id, sentence


SAID = [(path, called, sentence) for path in sorted(PACKAGE.rglob("*.py")) for called, sentence in calls(path)]
NAMED = {text for foreign in FOREIGN for text in (foreign.what, foreign.hint)} | {each.what for each in FORMATS}
SENTENCES = sorted({s.value for _, _, s in SAID if isinstance(s, ast.Constant) and isinstance(s.value, str)} | NAMED)


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_the_sentences_are_found() -> None:
    assert len(SENTENCES) > 80
    assert "there is no such archive." in SENTENCES


def test_a_sentence_with_something_filled_in_is_a_phrase() -> None:
    built = [f"{path.name}:{s.lineno}" for path, _, s in SAID if isinstance(s, ast.JoinedStr | ast.BinOp)]
    assert built == [], "write Phrase('... {name}', name=...), which can be told in French"


@pytest.mark.parametrize("sentence", SENTENCES)
def test_every_sentence_has_its_french_with_the_same_places(sentence: str) -> None:
    assert sentence in FRENCH.told, "add it to locale/phrases.fr.toml"
    assert places(FRENCH.told[sentence]) == places(sentence)


def test_no_french_is_kept_for_a_sentence_that_is_gone() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    assert [sentence for sentence in FRENCH.told if sentence not in code] == []


@pytest.mark.parametrize("evidence", EVIDENCE.values())
def test_every_evidence_is_shown_in_french(evidence: str) -> None:
    french = FRENCH.archived("evidence", evidence)
    assert french != evidence
    assert FRENCH.archived("evidence", f"{evidence} (line 72)") == f"{french} (ligne 72)"


RECORDED = [
    (
        "a wrong weekday",
        "date-conflict",
        "lundi 14 mars 2023: printed lundi, 2023-03-14 is a Tuesday",
        "lundi 14 mars 2023 : « lundi » est imprimé, mais le 2023-03-14 est un mardi",
    ),
    ("long copies", "variant", "900 words and 912 words", "900 mots et 912 mots"),
    ("words of the mail", "redaction", "Permission denied", "Permission denied"),
    ("a kind without words of ours", "look-alike-name", "Tuesday", "Tuesday"),
]


@pytest.mark.parametrize(("kind", "english", "french"), [case[1:] for case in RECORDED], ids=[case[0] for case in RECORDED])
def test_what_an_archive_keeps_in_english_is_shown_in_french_where_the_words_are_ours(kind: str, english: str, french: str) -> None:
    assert FRENCH.archived(kind, english) == french
    assert load_texts("en").archived(kind, english) == english


def test_a_phrase_is_english_until_it_is_told_otherwise() -> None:
    phrase = Phrase(
        "{what}: byte {byte} at offset {offset}.", what=Phrase("is not valid {encoding}", encoding="utf-16"), byte="0xd8", offset="9"
    )
    assert phrase == "is not valid utf-16: byte 0xd8 at offset 9."
    assert load_texts("en").phrase(phrase) == phrase
    assert FRENCH.phrase(phrase) == "n'est pas de l'utf-16 valide : octet 0xd8 à la position 9."
    assert FRENCH.phrase(pickle.loads(pickle.dumps(phrase))) == FRENCH.phrase(deepcopy(phrase)) == FRENCH.phrase(phrase)


def test_braces_in_a_name_fill_nothing_in() -> None:
    error = ThreadkitError(Phrase("unknown key {key}.", key="{0} {x}"), hint="{nothing}")
    assert (FRENCH.phrase(error.what), FRENCH.phrase(error.hint)) == ("clé inconnue : {0} {x}.", "{nothing}")


def test_what_the_system_says_is_told_in_french_inside_a_sentence() -> None:
    phrase = Phrase("cannot be read: {detail}.", detail="Permission denied")
    assert FRENCH.phrase(phrase) == "ne peut être lu : permission refusée."


KEPT = [
    ("is empty: there is nothing to archive. Check how the file was made.",
     "est vide : il n'y a rien à archiver. Vérifiez comment ce fichier a été produit."),
    ("is larger than 512 MB. Split it, between two messages, into smaller files.", "512 Mo"),
    ("is a program, not the text of one. Only the text of a release can be imported.", "est un programme, et non du texte."),
    ("is damaged beyond all words that we know.", "is damaged beyond all words that we know."),
]  # fmt: skip


@pytest.mark.parametrize(("kept", "told"), KEPT)
def test_an_error_that_an_archive_keeps_is_told_in_french(kept: str, told: str) -> None:
    assert told in load_texts("fr").retold(kept)
    assert load_texts("en").retold(kept) == kept


@pytest.mark.parametrize("sentence", [sentence for sentence in SENTENCES if "{" not in sentence])
def test_every_sentence_is_found_again_in_what_an_archive_keeps(sentence: str) -> None:
    assert load_texts("fr").retold(sentence) == FRENCH.told[sentence]
