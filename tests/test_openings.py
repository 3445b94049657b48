"""Where headers could open: the quick look over the bytes of a text, which may let nothing through that a closer look would read."""

from __future__ import annotations

import pytest

from threadkit.parse.labels import OPENERS, damaged_forms, find_openings
from threadkit.words import load_words

WORDS = load_words()
OPENING = [label.text for label in WORDS.labels if label.field in OPENERS and label.opening]

TEXTS = [
    ("the first line opens", "De : Roy, Paul\n", ["De "]),
    ("a line below opens", "Bonjour,\nDe : Roy, Paul\n", ["De "]),
    ("one opening a paragraph", "De : Roy\nObjet : Suivi\n\nÀ: Roy\nDe : Paul\n", ["De ", "À"]),
    ("a label that opens none comes before", "Tél. : 3\nCopie : Roy\nObjet : Suivi\n", ["Objet "]),
    ("marks stand before it", "> | * De : Roy\n", ["De "]),
    ("it counts", "À (2) : Roy ; Paul\n", ["À (2) "]),
    ("recognition read digits", "0bjet : Suivi\n5ubject : Suivi\n", ["0bjet "]),
    ("quoted-printable is left in it", "Envoy=C3=A9 le : 3 mai\n", ["Envoy=C3=A9 le "]),
    ("its accent is lost", "Envoy\ufffd le : 3 mai\n\nEnvoy? : 3 mai\n", ["Envoy\ufffd le ", "Envoy? "]),
    ("stars and a no-break space", "*Objet\u00a0:* Suivi\n", ["Objet\u00a0"]),
    ("a colon is a semicolon or wide", "De; Roy\n\n发件人：Roy\n", ["De", "发件人"]),
    ("it stands behind a marker's dashes", "-----Message d'origine-----De : Roy\n", ["De "]),
    ("prose opens none", "De nouveau, le rapport : bien.\nDe nouvelles contraintes budgétaires : aucune\n", []),
]


@pytest.mark.parametrize(("text", "opened"), [row[1:] for row in TEXTS], ids=[row[0] for row in TEXTS])
def test_a_header_could_open_where_a_label_is_printed(text: str, opened: list[str]) -> None:
    content = text.encode()
    assert [content[place:].replace("\uff1a".encode(), b":").split(b":")[0].split(b";")[0].decode() for place in find_openings(content, WORDS)] == opened


@pytest.mark.parametrize("text", OPENING)
def test_a_header_could_open_with_a_label_in_any_case_with_and_without_accents(text: str) -> None:
    forms = {text, WORDS.folding.fold(text), *damaged_forms(text)}
    printed = [f"{cased} :" for form in forms for cased in (form, form.upper(), form.lower(), form.replace(" ", "\u00a0"))]
    assert [form for form in printed if list(find_openings(form.encode(), WORDS)) != [0]] == []
