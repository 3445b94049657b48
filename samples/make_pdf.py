"""Write samples/greffe-2024-031.pdf: the town clerk's copy of the footbridge mails, released as a PDF. Run: python -m samples.make_pdf.

Everything in it is invented, as in the other samples.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from tests.pdfs import PdfSheet, pdf_of

HERE = Path(__file__).parent
NAME = "greffe-2024-031.pdf"
_LEFT, _VALUES, _TOP = 72, 168, 700
_ADDRESSES = {"Vaillancourt, Odile": "odile.vaillancourt@riviere-aux-cenelles.example", "Roy, Bastien": "bastien.roy@riviere-aux-cenelles.example"}
_OPEN = "riviere-aux-cenelles.example"


def _sheet(number: int) -> PdfSheet:
    sheet = PdfSheet()
    sheet.text(462, 40, f"RAC-2024-{number:05d}", 8, "fixed")
    return sheet


def _memo(sheet: PdfSheet, owner: str, fields: Sequence[tuple[str, str]]) -> float:
    """Print a header as Outlook prints a message: the owner of the mailbox, a rule, labels in one column and values in the next."""
    sheet.text(_LEFT, _TOP + 28, owner, 12, "bold")
    sheet.box(_LEFT, _TOP + 20, 468, 1.2)
    top = float(_TOP)
    for label, value in fields:
        sheet.text(_LEFT, top, label, 10, "bold")
        for line in value.split("\n"):
            sheet.text(_VALUES, top, line)
            top -= 13
    return top - 13


def _sample_lines(first: str, last: str) -> list[str]:
    """Return the lines of the text sample from one to another, wrapped to the width of the page: both releases print the same mails."""
    text = (HERE / "courriels-municipaux.txt").read_text(encoding="utf-8")
    lines = [line.rstrip() for line in text[text.index(first) : text.index(last) + len(last)].split("\n")]
    return [part for line in lines for part in (re.findall(r".{1,88}(?:\s|$)", line) or [""])]


def release() -> bytes:
    """Return the bytes of the PDF."""
    return pdf_of(
        [_forwarded(), _answered(), _decided(), _scanned()],
        outline=[
            ("TR: Passerelle du Moulin", 0, 740),
            ("RE: TR: Passerelle du Moulin", 1, 740),
            ("Avis public de fermeture", 2, 740),
        ],
    )


def _forwarded() -> PdfSheet:
    sheet = _sheet(1)
    top = _memo(
        sheet,
        "Greffe municipal",
        [
            ("De :", "Vaillancourt, Odile"),
            ("Envoyé :", "14 mai 2024 16:42"),
            ("À :", "Savard-Koné, Mamadou"),
            ("Cc :", "Greffe municipal"),
            ("Objet :", "TR: Passerelle du Moulin"),
        ],
    )
    sheet.mailto(_VALUES, _TOP - 29, _VALUES + 120, _TOP - 16, f"mamadou.savard-kone@{_OPEN}")
    sheet.lines(_LEFT, top, _sample_lines("Bonjour Mamadou,", "| Cell. [caviardé]"))
    sheet.lines(_LEFT, 440, [*_sample_lines("De : Roy, Bastien <", "On ferme quand?"), "", "Bastien"])
    return sheet


def _answered() -> PdfSheet:
    """A redaction that failed: the name under the black box is still in the file."""
    sheet = _sheet(2)
    top = _memo(
        sheet,
        "Greffe municipal",
        [
            ("De :", "Savard-Koné, Mamadou"),
            ("Envoyé :", "15 mai 2024 08:05"),
            ("À :", "Vaillancourt, Odile"),
            ("Cc :", "Greffe municipal"),
            ("Objet :", "RE: TR: Passerelle du Moulin"),
        ],
    )
    sheet.mailto(_VALUES, _TOP - 29, _VALUES + 100, _TOP - 16, _ADDRESSES["Vaillancourt, Odile"])
    top = sheet.lines(_LEFT, top, ["Odile,", ""])
    sheet.text(_LEFT, top, "Le maire a tout lu hier soir. Le commerçant qui a payé le feu d'artifice est", 10)
    sheet.text(_LEFT, top - 12.5, "Anselme Brisebois-Lacharité", 10, "fixed")
    sheet.box(_LEFT - 1, top - 15.5, 27 * 6 + 2, 12)
    sheet.text(_LEFT + 27 * 6 + 6, top - 12.5, "; il ne doit l'apprendre par personne d'autre.", 10)
    sheet.lines(_LEFT, top - 37.5, ["Fais venir l'ingénieur cette semaine. Je ferme la passerelle dès que j'ai son avis.", "", "Mamadou Savard-Koné"])
    sheet.lines(_LEFT, top - 75, ["Directeur général", "Ville de Rivière-aux-Cenelles"])
    sheet.lines(
        _LEFT,
        top - 130,
        [
            "De : Vaillancourt, Odile <odile.vaillancourt@riviere-aux-cenelles.example>",
            "Envoyé : 14 mai 2024 16:42",
            f"À : Savard-Koné, Mamadou <mamadou.savard-kone@{_OPEN}>",
            "Cc : Greffe municipal",
            "Objet : TR: Passerelle du Moulin",
            "",
            *_sample_lines("Bonjour Mamadou,", "l'Écho des Cenelles."),
            "",
            "Odile Vaillancourt",
        ],
    )
    return sheet


def _decided() -> PdfSheet:
    sheet = _sheet(3)
    top = _memo(
        sheet,
        "Greffe municipal",
        [
            ("De :", "Savard-Koné, Mamadou"),
            ("Envoyé :", "22 mai 2024 09:41"),
            ("À :", "Greffe municipal"),
            ("Objet :", "Avis public de fermeture"),
            ("Pièces jointes :", "Avis public passerelle.pdf"),
        ],
    )
    sheet.lines(
        _LEFT,
        top,
        [
            "Bonjour,",
            "",
            "L'avis ci-joint doit paraître à l'Écho des Cenelles vendredi. Le texte a été vu par Odile.",
            "Celui que j'ai signé est à la page suivante.",
            "",
            "Mamadou Savard-Koné",
            "Directeur général",
        ],
    )
    return sheet


def _scanned() -> PdfSheet:
    """The notice, as a picture of a page: grey bars where its lines stand, and no text."""
    columns, rows = 102, 132
    grey = bytearray(b"\xf4" * (columns * rows))
    for row in range(24, 90, 6):
        for column in range(12, 12 + (70 if row % 12 else 54)):
            grey[row * columns + column] = grey[(row + 1) * columns + column] = 0x50
    sheet = PdfSheet()
    sheet.image(0, 0, 612, 792, columns, rows, bytes(grey))
    return sheet


if __name__ == "__main__":
    (HERE / NAME).write_bytes(release())
