"""Headers of the Outlook family, read whole whatever stands between and inside their fields: page breaks, furniture, white space, wraps, quotation marks."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest

from threadkit.parse import parse_source
from threadkit.read import read_bytes
from threadkit.records import Occurrence
from threadkit.words import load_words

WORDS = load_words()
_SENDER = ("Lacombe-Roy, Ève (DGAI)", "eve.lacombe-roy@mtx.example")
_TO = [
    ("Nguyễn, Minh-Anh", "minh-anh.nguyen@mtx.example"),
    ("O'Brien, Séan (Externe)", "sean.obrien@cabinet.example"),
    ("DL-Comité directeur", "dl-cd@mtx.example"),
]
_CC = [("St-Onge, Pierre-Luc (SCP)", "pierre-luc.st-onge@mtx.example")]
_SUBJECT = "TR: Suivi du dossier 2023-117 : pièces manquantes"
_FILES = ["Rapport final_v2.docx", "Annexe A.pdf", "Tableau des coûts (révisé).xlsx"]
_LONG = "RE: Présentation du rapport d'évaluation du programme d'aide aux municipalités riveraines - version du comité directeur et suites à donner"
_WORDS = [
    "Bonjour à tous,",
    "",
    "Les pièces ont été retrouvées hier : elles suivent.",
    "De plus, la date : le 12 décembre est maintenue.",
    "",
    "Merci,",
]
_TIME = "2023-12-04T11:07"

Fields = list[tuple[str, str]]


def _full(mailboxes: list[tuple[str, str]], between: str = "; ", form: str = "{} <{}>") -> str:
    return between.join(form.format(*mailbox) for mailbox in mailboxes)


def _bare(mailboxes: list[tuple[str, str]]) -> str:
    return "; ".join(name for name, _ in mailboxes)


#: layout -> its fields as label and value, for a subject
_LAYOUTS: dict[str, Callable[[str], Fields]] = {
    "inline": lambda subject: [
        ("De : ", _full([_SENDER])),
        ("Envoyé : ", "lundi 4 décembre 2023 11:07"),
        ("À : ", _full(_TO)),
        ("Cc : ", _full(_CC)),
        ("Objet : ", subject),
    ],
    "print": lambda subject: [
        ("De: ", _SENDER[0]),
        ("Envoyé: ", "4 décembre 2023 11:07"),
        ("À: ", _bare(_TO)),
        ("Cc: ", _bare(_CC)),
        ("Objet: ", subject),
        ("Pièces jointes: ", "; ".join(_FILES)),
    ],
    "cover": lambda subject: [
        ("De : ", _SENDER[0]),
        ("A : ", _bare(_TO)),
        ("Cc : ", _bare(_CC)),
        ("Objet : ", subject),
        ("Date : ", "4 décembre 2023 11:07:48"),
        ("Pièces jointes : ", "; ".join(_FILES)),
    ],
    "new": lambda subject: [
        ("De : ", _full([_SENDER])),
        ("Date : ", "lundi, 4 décembre 2023 à 11:07"),
        ("À : ", _full(_TO, ", ")),
        ("Cc : ", _full(_CC, ", ")),
        ("Objet : ", subject),
    ],
    "english": lambda subject: [
        ("From: ", _full([_SENDER])),
        ("Sent: ", "Monday, December 4, 2023 11:07 AM"),
        ("To: ", _full(_TO)),
        ("Cc: ", _full(_CC)),
        ("Subject: ", subject),
        ("Attachments: ", "; ".join(_FILES)),
    ],
    "windows": lambda subject: [
        ("De : ", _full([_SENDER], form="{}<mailto:{}>")),
        ("Envoyé le :", "lundi 4 décembre 2023 11:07"),
        ("À : ", _full(_TO, form="{}<mailto:{}>")),
        ("Cc : ", _full(_CC, form="{}<mailto:{}>")),
        ("Objet :", subject),
    ],
    "dated-last": lambda subject: [
        ("De : ", _full([_SENDER])),
        ("À : ", _full(_TO)),
        ("Cc : ", _full(_CC)),
        ("Envoyé le : ", "Lundi 4 décembre 2023 11h07"),
        ("Objet : ", subject),
    ],
}
_GAPS = {
    "white space": ["", "", ""],
    "folio": ["", "17", ""],
    "page in words": ["", "Page 17 de 90", ""],
    "running head": ["", "Demande d'accès 2024-117", "17", ""],
}


def _other(page: int, head: str) -> list[str]:
    """Return a short message of a page: what makes folios and running heads recur."""
    top = [head] if head else []
    labels = ["De: Roy, Paul", f"Envoyé: 1 décembre 2023 08:{page}", "À: Ouellet, Rémi", f"Objet: Sujet numéro {page}"]
    return [*top, str(page), "Roy, Paul", "", *labels, "", f"Voici le mot numéro {page}.", "", "Paul Roy", ""]


def _wrap(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
    return lines


def _header(layout: str, width: int, subject: str = _SUBJECT) -> list[list[str]]:
    return [_wrap(label + value, width) for label, value in _LAYOUTS[layout](subject)]


def _read(block: list[str], head: str = "") -> Occurrence:
    """Return the one occurrence of our sender in a release that has the lines of `block` in its middle."""
    before = [line for page in range(12, 17) for line in _other(page, head)]
    after = [line for page in range(18, 21) for line in _other(page, head)]
    text = "\n".join([*before, "Lacombe-Roy, Ève (DGAI)", "", *block, "", *after])
    reading = parse_source(read_bytes(text.encode(), "dump.txt", None), WORDS)
    assert len(reading.occurrences) == 9
    (found,) = [
        item for item in reading.occurrences if any(box.field == "from" and "Lacombe" in box.mailbox.text for box in item.mailboxes)
    ]
    return found


def _people(found: Occurrence, field: str) -> list[str | None]:
    return [box.mailbox.name for box in found.mailboxes if box.field == field]


def _assert_whole(found: Occurrence, layout: str, subject: str = _SUBJECT) -> None:
    assert _people(found, "from") == ["Lacombe-Roy, Ève"]
    assert _people(found, "to") == ["Nguyễn, Minh-Anh", "O'Brien, Séan", "DL-Comité directeur"]
    assert _people(found, "cc") == ["St-Onge, Pierre-Luc"]
    assert found.subject == subject
    assert found.sent is not None
    assert (found.sent.value or "")[: len(_TIME)] == _TIME
    assert [item.filename for item in found.attachments] == (_FILES if layout in ("print", "cover", "english") else [])


def _assert_words(found: Occurrence, words: list[str]) -> None:
    assert [line.removeprefix("> ") for line in found.body.split("\n") if line.strip(" >")] == [line for line in words if line]


@pytest.mark.parametrize("width", [60, 80, 200])
@pytest.mark.parametrize(("layout", "gap", "place"), list(product(_LAYOUTS, _GAPS, range(1, 5))))
def test_a_break_between_two_fields_of_a_header_leaves_it_whole(layout: str, gap: str, place: int, width: int) -> None:
    fields = _header(layout, width)
    block = [line for field in fields[:place] for line in field] + _GAPS[gap] + [line for field in fields[place:] for line in field]
    found = _read([*block, "", *_WORDS], head="Demande d'accès 2024-117" if gap == "running head" else "")
    _assert_whole(found, layout)
    _assert_words(found, _WORDS)


@pytest.mark.parametrize("width", [60, 80])
@pytest.mark.parametrize(("layout", "gap"), list(product(_LAYOUTS, ["folio", "blank line"])))
def test_a_break_inside_a_wrapped_field_leaves_it_whole(layout: str, gap: str, width: int) -> None:
    between = [""] if gap == "blank line" else _GAPS[gap]
    block: list[str] = []
    broken = False
    for field in _header(layout, width):
        block += [field[0], *between, *field[1:]] if len(field) > 1 and not broken else field
        broken = broken or len(field) > 1
    found = _read([*block, "", *_WORDS])
    _assert_whole(found, layout)
    _assert_words(found, _WORDS)


@pytest.mark.parametrize("layout", _LAYOUTS)
@pytest.mark.parametrize("form", ["right below", "double-spaced", "indented", "quoted"])
def test_a_header_is_read_whole_in_whatever_form_its_lines_stand(layout: str, form: str) -> None:
    header = [line for field in _header(layout, 80) for line in field]
    blocks = {
        "right below": [*header, *_WORDS],
        "double-spaced": [line for field in _header(layout, 80) for line in (*field, "")] + _WORDS,
        "indented": [f" {line}" for line in header] + ["", *_WORDS],
        "quoted": [f"> {line}" for line in [*header, "", *_WORDS]],
    }
    found = _read(blocks[form])
    _assert_whole(found, layout)
    _assert_words(found, _WORDS)


@pytest.mark.parametrize("layout", _LAYOUTS)
@pytest.mark.parametrize(
    "subject",
    [_LONG, "RE: Objet : date de la rencontre", "?", "Rencontre du 12 mars 2024 10:00", "Ponts; routes; quais", "Écrit de x@y.example"],
)
@pytest.mark.parametrize(
    "words",
    [
        ["Bonjour,", "", "C'est bien reçu."],
        ["Pierre-Luc,", "", "Peux-tu valider?"],
        ["VOIR CI-DESSOUS"],
        ["De mon côté, tout est prêt.", "À demain!"],
        ["À : vérifier avec le comité, voir le point 3", "Date : à venir"],
        ["- Valider le budget", "- Envoyer la lettre"],
        ["Parfait"],
    ],
)
def test_a_subject_and_the_first_words_keep_apart(layout: str, subject: str, words: list[str]) -> None:
    header = [line for field in _header(layout, 76, subject) for line in field]
    found = _read([*header, "", *words])
    _assert_whole(found, layout, subject)
    _assert_words(found, words)
