"""Pages of many shapes: columns are read one after the other, rows of headers and tables stay rows, and what cannot be told is told."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

pytest.importorskip("pypdfium2", reason="needs the extra pdf")

from tests.pdfs import PdfSheet, pdf_of
from threadkit.importing import import_paths
from threadkit.read import read_bytes

FIRST = """\
De : Côté, Odile <odile.cote@rivage.example>
Envoyé : 14 mars 2024 09:12
À : Roy, Paul
Objet : Les quais

Paul,

La visite des quais est remise à jeudi,
à cause des vents forts du large.

Odile
""".splitlines()
SECOND = """\
De : Lemay, Anne <anne.lemay@rivage.example>
Envoyé : 15 mars 2024 10:40
À : Tremblay, Luc
Objet : Budget

Luc,

Le budget doit être revu avant vendredi.
Peux-tu appeler le trésorier?

Anne
""".splitlines()
THIRD = [line.replace("Lemay, Anne", "Fortin, Ève").replace("15 mars", "16 mars").replace("Budget", "Relance") for line in SECOND]
FOURTH = [line.replace("Côté, Odile", "Gagné, Line").replace("14 mars", "17 mars").replace("Les quais", "Horaire") for line in FIRST]
LEFT, RIGHT, TOP, PITCH = 45, 330, 700, 12.5
MAILS = [("Odile Côté", "2024-03-14T09:12", "Les quais"), ("Anne Lemay", "2024-03-15T10:40", "Budget")]


def filled(lines: list[str]) -> list[str]:
    return [" ".join(line.split()) for line in lines if line.strip()]


def read(sheet: PdfSheet) -> tuple[list[str], list[str]]:
    """Return the lines with words of a page, and the codes of its defects."""
    source = read_bytes(pdf_of([sheet]), "release.pdf")
    return filled(source.text.split("\n")), [defect.code for defect in source.defects]


def side_by_side(left: list[str], right: list[str], *, by_row: bool, drop: float = 0, pitch: float = PITCH) -> PdfSheet:
    sheet = PdfSheet()
    if not by_row:
        sheet.lines(LEFT, TOP, left, size=9)
        sheet.lines(RIGHT, TOP - drop, right, size=9, pitch=pitch)
        return sheet
    for row in range(max(len(left), len(right))):
        for column, lines in ((LEFT, left), (RIGHT, right)):
            if row < len(lines) and lines[row]:
                sheet.text(column, TOP - PITCH * row, lines[row], size=9)
    return sheet


def apart() -> PdfSheet:
    return side_by_side(FIRST, SECOND, by_row=False)


def by_rows() -> PdfSheet:
    return side_by_side(FIRST, SECOND, by_row=True)


def lower_and_looser() -> PdfSheet:
    return side_by_side(FIRST, SECOND, by_row=False, drop=31, pitch=14)


def narrow_gutter() -> PdfSheet:
    sheet = PdfSheet()
    sheet.lines(LEFT, TOP, FIRST, size=9)
    sheet.lines(LEFT + 190, TOP, SECOND, size=9)
    return sheet


def under_a_heading_and_above_a_footer() -> PdfSheet:
    sheet = PdfSheet()
    sheet.text(LEFT, 760, "Demande 2024-031, documents transmis par la Ville de Rivage, deux courriels par feuille de papier", size=9)
    sheet.text(300, 40, "Page 1 de 1", size=9)
    sheet.painted.extend(apart().painted)
    return sheet


def with_labels_in_a_column_of_their_own() -> PdfSheet:
    sheet = PdfSheet()
    for left, lines in ((LEFT, FIRST), (RIGHT, SECOND)):
        for row, line in enumerate(lines):
            label, colon, value = line.partition(" : ")
            sheet.text(left, TOP - PITCH * row, label + colon.rstrip(), size=9)
            if value:
                sheet.text(left + 50, TOP - PITCH * row, value, size=9)
    return sheet


def with_labels_and_values_written_apart() -> PdfSheet:
    sheet = PdfSheet()
    for left, lines in ((LEFT, FIRST), (RIGHT, SECOND)):
        parts = [line.partition(" : ") for line in lines]
        sheet.lines(left, TOP, [label + colon.rstrip() for label, colon, _ in parts], size=9)
        sheet.lines(left + 50, TOP, [value for _, _, value in parts], size=9)
    return sheet


def with_masks() -> PdfSheet:
    sheet = apart()
    sheet.box(150, 618, 60, 10)
    sheet.box(430, 618, 60, 10)
    return sheet


def on_its_side() -> PdfSheet:
    sheet = PdfSheet(more="/Rotate 90")
    for left, lines in ((40, FIRST), (420, SECOND)):
        for row, line in enumerate(lines):
            escaped = line.replace("(", r"\(").replace(")", r"\)").encode("cp1252")
            sheet.painted.append(f"BT 0 g /F0 9 Tf 0 1 -1 0 {90 + PITCH * row} {left} Tm (".encode() + escaped + b") Tj ET")
    return sheet


TWO_MAILS: list[tuple[str, Callable[[], PdfSheet]]] = [
    ("written one after the other", apart),
    ("written row by row", by_rows),
    ("lines that do not stand beside each other", lower_and_looser),
    ("a gutter as narrow as a blank", narrow_gutter),
    ("a heading and a footer over both", under_a_heading_and_above_a_footer),
    ("labels in a column of their own", with_labels_in_a_column_of_their_own),
    ("labels and values written apart", with_labels_and_values_written_apart),
    ("masks in both", with_masks),
    ("a sheet on its side", on_its_side),
]


@pytest.mark.parametrize("make", [case[1] for case in TWO_MAILS], ids=[case[0] for case in TWO_MAILS])
def test_two_mails_side_by_side_are_two_mails(make: Callable[[], PdfSheet], tmp_path: Path) -> None:
    (tmp_path / "release.pdf").write_bytes(pdf_of([make()]))
    import_paths([tmp_path / "release.pdf"], tmp_path / "a.db")
    sql = "SELECT p.name, m.sent_at, m.subject FROM messages m JOIN people p ON p.id = m.sender_id ORDER BY m.sent_at"
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        assert connection.execute(sql).fetchall() == MAILS
        bodies = [row[0] for row in connection.execute("SELECT body FROM messages ORDER BY sent_at")]
    assert ["La visite des quais" in body for body in bodies] == [True, False]
    assert ["Peux-tu appeler" in body for body in bodies] == [False, True]


def test_four_pages_on_a_sheet_are_read_as_they_were_put_there() -> None:
    sheet = PdfSheet()
    for left, top, lines in ((LEFT, 740, FIRST), (RIGHT, 740, SECOND), (LEFT, 340, THIRD), (RIGHT, 340, FOURTH)):
        sheet.lines(left, top, lines, size=9)
    assert read(sheet) == (filled([*FIRST, *SECOND, *THIRD, *FOURTH]), [])


def test_three_columns_are_read_one_after_the_other() -> None:
    sheet = PdfSheet()
    texts = [[f"{name} dit en {n} mots simples ceci" for n in range(6)] for name in ("Aube", "Brume", "Crue")]
    for column, lines in enumerate(texts):
        sheet.lines(40 + 185 * column, TOP, lines, size=9)
    assert read(sheet) == ([line for lines in texts for line in lines], [])


def test_running_text_in_two_columns_written_row_by_row_is_read_column_by_column() -> None:
    left = [f"le conseil a pris acte du rapport numéro {n} de la" for n in range(10, 20)]
    right = [f"council took note of report number {n} of the town" for n in range(10, 20)]
    assert read(side_by_side(left, right, by_row=True)) == (left + right, [])


def test_a_title_above_columns_and_text_below_them_keep_their_places() -> None:
    sheet = PdfSheet()
    sheet.text(LEFT, 730, "Procès-verbal de la séance ordinaire du conseil de la Ville de Rivage tenue le mardi 12 mars", size=9)
    left, right = [f"à gauche, la phrase {n} est dite" for n in range(5)], [f"à droite, la phrase {n} est dite" for n in range(5)]
    sheet.lines(LEFT, TOP, left, size=9)
    sheet.lines(RIGHT, TOP, right, size=9)
    sheet.lines(LEFT, 600, ["Signé,", "la greffière"], size=9)
    assert read(sheet)[0][1:] == [*left, *right, "Signé,", "la greffière"]


# ---------------------------------------------------------------- rows that stay rows


def rows_of(left: list[str], right: list[str], gap: float) -> PdfSheet:
    """Write two columns of a table or header one after the other: the order that columns of text have too."""
    sheet = PdfSheet()
    sheet.lines(LEFT, TOP, left)
    sheet.lines(LEFT + gap, TOP, right)
    return sheet


STAY = [
    (
        "labels with a colon, values beside them",
        ["De :", "Envoyé :", "À :", "Objet :"],
        ["Côté, Odile <odile.cote@rivage.example>", "14 mars 2024 09:12", "Roy, Paul", "RE: Les quais"],
        90,
    ),
    ("labels without a colon", ["De", "Envoyé", "À", "Objet"], ["Côté, Odile", "14 mars 2024 09:12", "Roy, Paul", "Les quais"], 90),
    (
        "long labels with a colon",
        ["Nom et titre de l'expéditeur :", "Date et heure de l'envoi :", "Nom du ou des destinataires :"],
        ["Odile Côté, directrice des travaux", "14 mars 2024 à 9 h 12", "Paul Roy, maître de port"],
        190,
    ),
    ("numbers of a list", ["1.", "2.", "3.", "4."], [f"Le conseil prend acte du rapport {n}." for n in range(4)], 30),
    ("an amount behind each name", [f"Réfection du quai {n}" for n in range(4)], ["1 200 $", "980 $", "12 400 $", "7 $"], 300),
    (
        "articles of the law in the margin",
        [f"La ligne {n} du courriel dit ceci" for n in range(5)],
        ["art. 53", "art. 54", "", "art. 14", ""],
        420,
    ),
]


@pytest.mark.parametrize(("left", "right", "gap"), [case[1:] for case in STAY], ids=[case[0] for case in STAY])
def test_rows_of_a_header_a_list_or_a_table_stay_rows(left: list[str], right: list[str], gap: float) -> None:
    lines, defects = read(rows_of(left, right, gap))
    assert (lines, defects) == ([f"{one} {other}".strip() for one, other in zip(left, right, strict=True)], [])


def test_cells_of_several_lines_are_read_cell_by_cell() -> None:
    sheet = PdfSheet()
    cells = [[f"case {cell} dit en ligne {n} ceci ou cela" for n in range(3)] for cell in range(4)]
    for number, cell in enumerate(cells):
        sheet.lines(LEFT if number % 2 == 0 else RIGHT, TOP - 50 * (number // 2), cell)
    assert read(sheet) == ([line for cell in cells for line in cell], [])


# ---------------------------------------------------------------- what cannot be told


def test_rows_that_may_be_columns_are_told(tmp_path: Path) -> None:
    left = ["Le quai nord du port est fermé à tous", "jusqu'à la fin de mars", "par ordre du maître", "de port, qui le dira"]
    right = ["Le budget des travaux du port", "est revu tous les ans", "avant le premier mai", "par le trésorier de la ville"]
    path = tmp_path / "release.pdf"
    path.write_bytes(pdf_of([side_by_side(left, right, by_row=True)]))
    import_paths([path], tmp_path / "a.db")
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        assert connection.execute("SELECT code, first_line, last_line, detail FROM defects").fetchall() == [
            ("columns-doubtful", 1, 4, "page 1")
        ]
        sql = "SELECT kind, certainty, first_line, last_line, rule FROM findings"
        assert connection.execute(sql).fetchall() == [("columns-doubtful", "possible", 1, 4, "columns-not-told")]
        ((text,),) = connection.execute("SELECT text FROM pages").fetchall()
    assert filled(text.split("\n")) == [f"{one} {other}" for one, other in zip(left, right, strict=True)]


def test_a_page_of_a_hundred_thousand_pieces_ends() -> None:
    sheet = PdfSheet()
    for number in range(20_000):
        sheet.text(20 + number * 7919 % 560, 20 + number * 104_729 % 740, "mot", size=3)
    lines, _ = read(sheet)
    assert sum(line.count("mot") for line in lines) == 20_000
