"""Every format, with good, odd and hostile files: what each becomes, never a crash, never silence.

Items in = items out + exceptions: that is asserted of each. What a table row expects: how many messages, which exceptions (a part of each
one's words), and which defects.
"""

from __future__ import annotations

import io
import os
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

pytest.importorskip("pypdfium2", reason="needs the extra pdf")
pytest.importorskip("docx", reason="needs the extra office")
pytest.importorskip("extract_msg", reason="needs the extra outlook")

from docx import Document
from openpyxl import Workbook

from tests.pdfs import PdfSheet, pdf_of
from tests.test_containers import bomb, deep, flipped, linked, locked, overlapping, zip_of
from tests.test_office import docx_of, html_of, odt_of, odt_text, rtf_of, saved, slides, with_part
from threadkit.importing import ImportOptions, ImportReport, import_paths
from threadkit.read import FORMATS

MAILS = Path(__file__).parent / "data" / "mail"
PRINTED = """De : Côté, Odile <odile.cote@rivage.example>
Envoyé : 14 mars 2024 09:12
À : Roy, Paul <paul.roy@rivage.example>
Objet : Les quais

Paul,

La visite des quais est remise à jeudi.

Odile
"""
HEAD = b"From: Odile <odile@rivage.example>\nTo: Paul <paul@rivage.example>\nDate: Thu, 14 Mar 2024 09:12:00 -0400\nSubject: Les quais\n"
SENT = HEAD + b"Message-ID: <1@rivage.example>\n\nLa visite est remise.\n"


class Outcome(NamedTuple):
    """What a file becomes."""

    messages: int
    refused: tuple[str, ...] = ()
    defects: tuple[str, ...] = ()
    exit_code: int = 0


class Case(NamedTuple):
    """A file of a format, and what becomes of it."""

    format: str
    grade: str
    title: str
    name: str
    make: Callable[[], bytes]
    outcome: Outcome


def gone(*what: str) -> Outcome:
    return Outcome(0, what, exit_code=3)


def less(messages: int, *what: str, defects: tuple[str, ...] = ()) -> Outcome:
    return Outcome(messages, what, defects, exit_code=2)


ONE, NONE = Outcome(1), Outcome(0)

# ---------------------------------------------------------------- text


def text_cases() -> list[Case]:
    quoted = "".join(f"{'> ' * depth}niveau {depth}\n" for depth in range(1_700))
    days = [datetime(2024, 3, 14, 9, 12, tzinfo=UTC) - timedelta(minutes=17 * depth) for depth in range(10_001)]
    nested = [PRINTED.replace("14 mars 2024 09:12", f"{day:%Y-%m-%d %H:%M}").replace("Les quais", "RE: Les quais") for day in days]
    recipients = "; ".join(f"Nom{n}, Prénom <p{n}@rivage.example>" for n in range(20_000))
    made: list[tuple[str, str, Callable[[], bytes], Outcome]] = [
        ("good", "UTF-8", PRINTED.encode, ONE),
        ("good", "Windows-1252, CRLF", lambda: PRINTED.replace("\n", "\r\n").encode("cp1252"), ONE),
        ("good", "UTF-16 with its mark", lambda: PRINTED.encode("utf-16"), ONE),
        ("odd", "old Mac line ends", lambda: PRINTED.replace("\n", "\r").encode(), ONE),
        ("odd", "no mail at all", lambda: b"Bonjour.\n", NONE),
        ("odd", "blank lines alone", lambda: b"\n\n\n", NONE),
        ("odd", "a NUL in the body", lambda: PRINTED.replace("jeudi", "jeu\0di").encode(), Outcome(1, defects=("nul-character",))),
        ("odd", "ESC in a subject", lambda: PRINTED.replace("quais", "q\x1b[2Juais").encode(), Outcome(1, defects=("control-character",))),
        ("odd", "a name that runs backwards", lambda: PRINTED.replace("Roy,", "\u202eRoy,").encode(), Outcome(1, defects=("bidi-control",))),
        ("odd", "VT, FF, NEL and U+2028 in a body", lambda: PRINTED.replace("remise", "re\x0bmi\x85s\u2028e").encode(),
         Outcome(1, defects=("control-character",))),
        ("odd", "the labels twice, contradicting", lambda: PRINTED.replace("À :", "Envoyé : 15 mars 2024 10:00\nÀ :").encode(), ONE),
        ("odd", "a date that does not exist", lambda: PRINTED.replace("14 mars", "31 février").encode(),
         Outcome(1, defects=("date-unreadable",))),
        ("hostile", "empty", lambda: b"", gone("is empty")),
        ("hostile", "a program", lambda: b"\x7fELF" + bytes(5000), gone("is a program")),
        ("hostile", "noise", lambda: bytes(range(256)) * 40, gone("binary file")),
        ("hostile", "half a character in UTF-16", lambda: b"\xff\xfeD\x00\x00\xd8e\x00", gone("not valid utf-16")),
        ("hostile", "bytes of no encoding", lambda: b"abc \x81\x8d\x8f\x90\x9d \xff\n", gone("neither UTF-8 nor Windows-1252")),
        ("hostile", "1,700 nested quotes", (PRINTED + "\n" + quoted).encode, ONE),
        ("hostile", "10,000 mails quoted in one another", "\n".join(nested).encode, Outcome(10_001)),
        ("hostile", "20,000 recipients in one label", lambda: PRINTED.replace("Roy, Paul <paul.roy@rivage.example>", recipients).encode(), ONE),
        ("hostile", "60,000 blanks", lambda: PRINTED.replace("remise", "re" + " " * 60_000 + "mise").encode(), ONE),
        ("hostile", "a line of 3 MB", lambda: PRINTED.replace("remise", "é" * 1_500_000).encode(), ONE),
        ("hostile", "script for a browser", lambda: PRINTED.replace("remise", "<script>alert(1)</script>").encode(), ONE),
    ]  # fmt: skip
    return [Case("text", grade, title, "release.txt", make, outcome) for grade, title, make, outcome in made]


# ---------------------------------------------------------------- mail


def multipart(*parts: bytes, kind: bytes = b"mixed") -> bytes:
    inner = b"".join(b"--b\n" + part + b"\n" for part in parts)
    return HEAD + b"Message-ID: <1@x>\nContent-Type: multipart/" + kind + b'; boundary="b"\n\n' + inner + b"--b--\n"


WORDS = b"Content-Type: text/plain; charset=utf-8\n\nLa visite est remise.\n"


def attached(name: bytes, content: bytes, transfer: bytes = b"8bit") -> bytes:
    head = b'Content-Type: application/octet-stream\nContent-Disposition: attachment; filename="' + name
    return head + b'"\nContent-Transfer-Encoding: ' + transfer + b"\n\n" + content


def mail_cases() -> list[Case]:
    many = b"To: " + b", ".join(b"p%d <p%d@rivage.example>" % (n, n) for n in range(20_000))
    made: list[tuple[str, str, Callable[[], bytes], Outcome]] = [
        ("good", "plain", lambda: SENT, ONE),
        ("good", "CRLF", lambda: SENT.replace(b"\n", b"\r\n"), ONE),
        ("good", "two forms of the words", lambda: multipart(WORDS, b"Content-Type: text/html\n\n<p>La visite</p>", kind=b"alternative"), ONE),
        ("odd", "says base64 and is none", lambda: HEAD + b"Content-Transfer-Encoding: base64\n\nLa visite est remise, voil\xc3\xa0.\n",
         Outcome(1, defects=("mail-part-undecodable",))),
        ("odd", "a transfer encoding that nobody knows", lambda: HEAD + b"Content-Transfer-Encoding: rot13\n\nLa visite.\n",
         Outcome(1, defects=("mail-part-undecodable",))),
        ("odd", "says ASCII and is UTF-8", lambda: HEAD + "Content-Type: text/plain; charset=us-ascii\n\nÉté.\n".encode(),
         Outcome(1, defects=())),
        ("odd", "a charset that nobody knows", lambda: HEAD + "Content-Type: text/plain; charset=klingon\n\nÉté.\n".encode(),
         Outcome(1, defects=("mail-charset-guessed",))),
        ("odd", "two senders that contradict", lambda: SENT.replace(b"To:", b"From: Anne <anne@rivage.example>\nTo:", 1), ONE),
        ("odd", "never closed", lambda: multipart(WORDS).replace(b"--b--\n", b""), Outcome(1, defects=("mail-structure",))),
        ("odd", "no body", lambda: HEAD, ONE),
        ("odd", "winmail.dat", lambda: multipart(WORDS, attached(b"winmail.dat", b"\x78\x9f\x3e\x22" + bytes(60))), ONE),
        ("odd", "S/MIME, signed", (MAILS / "smime-signed.eml").read_bytes, ONE),
        ("odd", "S/MIME, encrypted", (MAILS / "smime-encrypted.eml").read_bytes, ONE),
        ("odd", "an attached picture of pages", lambda: multipart(WORDS, attached(b"a.png", b"\x89PNG\r\n\x1a\n1234")),
         Outcome(1, defects=("mail-attachment-unread",))),
        ("hostile", "an attached bomb", lambda: multipart(WORDS, attached(b"a.zip", _base64(bomb()), b"base64")), less(2, "zip bomb")),
        ("hostile", "an attached damaged PDF", lambda: multipart(WORDS, attached(b"a.pdf", b"%PDF-1.7\n")), less(1, "is damaged")),
        ("hostile", "an attachment whose name leads out", lambda: multipart(WORDS, attached(b"../../etc/x.txt", b"Bonjour.\n")), ONE),
        ("hostile", "an attachment called CON", lambda: multipart(WORDS, attached(b"CON", b"Bonjour.\n")), ONE),
        ("hostile", "an attachment whose name has 300 letters", lambda: multipart(WORDS, attached(b"x" * 300 + b".txt", b"Bonjour.\n")), ONE),
        ("hostile", "20,000 recipients", lambda: SENT.replace(b"To: Paul <paul@rivage.example>", many), ONE),
        ("hostile", "400 parts in one another", (MAILS / "nested-four-hundred-deep.eml").read_bytes, Outcome(62)),
        ("hostile", "HTML with script and remote pictures",
         lambda: HEAD + b"Content-Type: text/html\n\n<script>x()</script><img src=http://rivage.example/p.png><a href='javascript:x()'>La visite</a>\n", ONE),
        ("hostile", "a NUL in a subject", lambda: SENT.replace(b"quais", b"q\0uais"), Outcome(1, defects=("nul-character",))),
        ("hostile", "half a character in an encoded word", lambda: SENT.replace(b"Les quais", b"=?utf-8?q?Les_=C3?="),
         Outcome(1, defects=("mail-charset-guessed",))),
    ]  # fmt: skip
    return [Case("mail", grade, title, "m.eml", make, outcome) for grade, title, make, outcome in made]


def _base64(content: bytes) -> bytes:
    import base64

    return base64.encodebytes(content)


def mbox_of(*mails: bytes) -> bytes:
    return b"".join(b"From x@rivage.example Thu Mar 14 09:12:00 2024\n" + mail + b"\n" for mail in mails)


OTHER = SENT.replace(b"<1@", b"<2@").replace(b"Les quais", b"Budget").replace(b"09:12", b"10:12")
TOO_DEEP = (b"Content-Type: text/plain\n\nfond\n",)


def mbox_cases() -> list[Case]:
    made: list[tuple[str, str, str, Callable[[], bytes], Outcome]] = [
        ("good", "two mails", "a.mbox", lambda: mbox_of(SENT, OTHER), Outcome(2)),
        ("good", "without an extension, as Thunderbird keeps it", "Inbox", lambda: mbox_of(SENT, OTHER), Outcome(2)),
        ("odd", "a body line that begins with From", "a.mbox", lambda: mbox_of(SENT + b"\nFrom here on, the pier is closed.\n", OTHER), Outcome(2)),
        ("odd", "without a From line", "a.mbox", lambda: SENT, ONE),
        ("odd", "the same mail twice", "a.mbox", lambda: mbox_of(SENT, SENT), ONE),
        ("odd", "a mail without header", "a.mbox", (MAILS / "no-header.mbox").read_bytes, Outcome(2)),
        ("hostile", "cut in the last mail", "a.mbox", lambda: mbox_of(SENT, OTHER)[:-60], Outcome(2)),
        ("hostile", "a From line alone", "a.mbox", lambda: b"From x@rivage.example Thu Mar 14 09:12:00 2024\n", NONE),
        ("hostile", "noise between two mails", "a.mbox", lambda: mbox_of(SENT, bytes(range(256)) * 8 + b"\n", OTHER),
         Outcome(2, defects=("control-character",))),
        ("hostile", "2,000 mails of one minute and subject", "a.mbox", lambda: mbox_of(*(SENT.replace(b"<1@", b"<n%d@" % n) for n in range(2000))),
         Outcome(2000)),
    ]  # fmt: skip
    return [Case("mbox", grade, title, name, make, outcome) for grade, title, name, make, outcome in made]


def outlook_cases() -> list[Case]:
    whole = (MAILS / "saved.msg").read_bytes()
    return [
        Case("outlook", "good", "as Outlook saved it", "a.msg", lambda: whole, ONE),
        Case("outlook", "odd", "without its extension", "a", lambda: whole, ONE),
        Case("outlook", "odd", "a Word document of old", "a.doc", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), gone("old Office document")),
        Case("outlook", "hostile", "half of it", "a.msg", lambda: whole[: len(whole) // 2], gone("")),
        Case("outlook", "hostile", "its mark alone", "a.msg", lambda: whole[:8], gone("is damaged")),
        Case("outlook", "hostile", "a mailbox of Outlook", "a.pst", lambda: b"!BDN" + bytes(600), gone("readpst")),
    ]  # fmt: skip


# ---------------------------------------------------------------- PDF, pictures


def sheet_of(*lines: str) -> PdfSheet:
    sheet = PdfSheet()
    sheet.lines(72, 700, lines or PRINTED.rstrip().split("\n"))
    return sheet


def scan() -> PdfSheet:
    sheet = PdfSheet()
    sheet.image(20, 20, 570, 750, 2, 2, b"\x00\xff\xff\x00")
    return sheet


def form() -> bytes:
    """A page whose words stand in the appearance of a form field."""
    shown = b"BT /F0 10 Tf 2 2 Td (Objet : Les quais) Tj ET"
    font = "/Resources << /Font << /F0 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    sheet = sheet_of("De : Roy, Paul", "Envoyé : 14 mars 2024 09:12")
    sheet.annotations.append("<< /Type /Annot /Subtype /Widget /FT /Tx /F 4 /Rect [70 672 300 684] /AP << /N 9 0 R >> >>")
    made = pdf_of([sheet])
    number = made.count(b" 0 obj") + 1
    body = f"{number} 0 obj\n<< /Type /XObject /Subtype /Form /BBox [0 0 230 12] {font} /Length {len(shown)} >>\nstream\n".encode() + shown
    made = made.replace(b"/N 9 0 R", f"/N {number} 0 R".encode())
    return made.replace(b"xref\n", body + b"\nendstream\nendobj\nxref\n", 1)


def endless() -> bytes:
    """A tree of pages that holds itself."""
    made = pdf_of([sheet_of()])
    start = made.index(b"/Kids [") + len(b"/Kids [")
    return made[:start] + b"2 0 R" + made[made.index(b"]", start) :]


def pdf_cases() -> list[Case]:
    good = pdf_of([sheet_of()])
    encrypted = pdf_of(
        [sheet_of()], trailer=f"/Encrypt << /Filter /Standard /V 1 /R 2 /P -64 /O <{'ab' * 32}> /U <{'cd' * 32}> >> /ID [<00> <00>]"
    )
    made: list[tuple[str, str, Callable[[], bytes], Outcome]] = [
        ("good", "a mail", lambda: good, ONE),
        ("good", "a hundred pages", lambda: pdf_of([sheet_of()] + [sheet_of(f"page {n}") for n in range(99)]), ONE),
        ("odd", "a scan", lambda: pdf_of([scan()]), Outcome(0, defects=("page-without-text",))),
        ("odd", "empty pages", lambda: pdf_of([PdfSheet(), sheet_of()]), ONE),
        ("odd", "bytes before its mark", lambda: b"\r\n\r\n" + good, ONE),
        ("odd", "words in a form field", form, ONE),
        ("odd", "without its table of places", lambda: good[: good.rindex(b"startxref")], ONE),
        ("odd", "three points high", lambda: pdf_of([_tiny()]), ONE),
        ("odd", "two columns that cannot be told", lambda: pdf_of([_doubtful()]), Outcome(0, defects=("columns-doubtful",))),
        ("hostile", "locked", lambda: encrypted, gone("locked with a password")),
        ("hostile", "cut", lambda: good[:60], gone("is damaged")),
        ("hostile", "its mark alone", lambda: b"%PDF-1.7\n", gone("is damaged")),
        ("hostile", "without pages", lambda: pdf_of([]), gone("without pages")),
        ("hostile", "a tree of pages that holds itself", endless, gone("none of its pages")),
        ("hostile", "says a million pages", lambda: good.replace(b"/Count 1 ", b"/Count 1000000 "), gone("more pages")),
        ("hostile", "a stream that says it is longer than the file", lambda: good.replace(b"/Length ", b"/Length 9999999"), ONE),
    ]  # fmt: skip
    return [Case("pdf", grade, title, "a.pdf", make, outcome) for grade, title, make, outcome in made]


def _tiny() -> PdfSheet:
    sheet = PdfSheet()
    sheet.lines(72, 700, PRINTED.rstrip().split("\n"), size=3, pitch=4)
    return sheet


def _doubtful() -> PdfSheet:
    sheet = PdfSheet()
    left = ["Le quai nord du port est fermé à tous", "jusqu'à la fin de mars", "par ordre du maître", "de port, qui le dira"]
    right = ["Le budget des travaux du port", "est revu tous les ans", "avant le premier mai", "par le trésorier de la ville"]
    for row, (one, other) in enumerate(zip(left, right, strict=True)):
        sheet.text(45, 700 - 12.5 * row, one, size=9)
        sheet.text(330, 700 - 12.5 * row, other, size=9)
    return sheet


def picture_cases() -> list[Case]:
    ask = gone("--ocr")
    return [
        Case("picture", "good", "a PNG without --ocr", "a.png", lambda: b"\x89PNG\r\n\x1a\n" + bytes(40), ask),
        Case("picture", "odd", "a TIFF that is called .txt", "a.txt", lambda: b"II*\x00" + bytes(40), ask),
        Case("picture", "hostile", "the mark of a JPEG alone", "a.jpg", lambda: b"\xff\xd8\xff", ask),
        Case("picture", "hostile", "a GIF", "a.gif", lambda: b"GIF89a" + bytes(40), gone("is a picture")),
    ]


# ---------------------------------------------------------------- office, web


def with_remote_picture() -> bytes:
    link = (
        b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" '
        b'Target="http://rivage.example/p.png" TargetMode="External"/></Relationships>'
    )
    return with_part(docx_of(PRINTED), "word/_rels/document.xml.rels", lambda body: body.replace(b"</Relationships>", link))


def with_macros() -> bytes:
    """A document of the kind that may hold macros, and holds one."""
    made = with_part(
        docx_of(PRINTED),
        "[Content_Types].xml",
        lambda body: body.replace(
            b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
            b"application/vnd.ms-word.document.macroEnabled.main+xml",
        ),
    )
    out = io.BytesIO(made)
    with zipfile.ZipFile(out, "a") as kept:
        kept.writestr("word/vbaProject.bin", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100))
    return out.getvalue()


def sheet_book() -> bytes:
    made = Workbook()
    for line in PRINTED.split("\n"):
        made.active.append([line])
    return saved(made)


def office_cases() -> list[Case]:
    encrypted = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000) + "EncryptedPackage".encode("utf-16-le") + bytes(1000)
    laughs = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9)) + "]>"
    outside = "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>"
    made: list[tuple[str, str, str, Callable[[], bytes], Outcome]] = [
        ("docx", "good", "a mail", lambda: docx_of(PRINTED), ONE),
        ("docx", "odd", "a picture on another machine", with_remote_picture, ONE),
        ("docx", "odd", "with macros", with_macros, ONE),
        ("docx", "hostile", "half of it", lambda: docx_of(PRINTED)[:3000], gone("is a damaged document")),
        ("docx", "hostile", "with a password", lambda: encrypted, gone("")),
        ("docx", "hostile", "without words", lambda: saved(Document()), gone("holds no text")),
        ("xlsx", "good", "a mail, a line a row", sheet_book, ONE),
        ("xlsx", "odd", "a number and a formula", _formula, NONE),
        ("xlsx", "hostile", "half of it", lambda: sheet_book()[:-40], gone("is a damaged document")),
        ("xlsx", "hostile", "entities", lambda: with_part(sheet_book(), "xl/workbook.xml", lambda body: laughs.encode() + body), gone("damaged")),
        ("pptx", "good", "two slides", lambda: saved(slides()[0]), NONE),
        ("pptx", "odd", "a slide without words", lambda: saved(slides()[0]), NONE),
        ("pptx", "hostile", "cut inside", lambda: with_part(saved(slides()[0]), "ppt/slides/slide1.xml", lambda body: body[:200]), gone("is a damaged")),
        ("odt", "good", "a mail", lambda: odt_text(PRINTED), ONE),
        ("odt", "odd", "one empty paragraph among others", lambda: odt_text("\n" + PRINTED), ONE),
        ("odt", "hostile", "entities that laugh", lambda: odt_of("<text:p>&j;</text:p>", laughs), gone("")),
        ("odt", "hostile", "an entity that reads a file", lambda: odt_of("<text:p>&e;</text:p>", outside), NONE),
        ("odt", "hostile", "XML cut short", lambda: odt_of("<text:p>"), gone("is a damaged document")),
        ("rtf", "good", "a mail", lambda: rtf_of(PRINTED), ONE),
        ("rtf", "odd", "braces never closed", lambda: rtf_of(PRINTED)[:-1], ONE),
        ("rtf", "hostile", "20,000 braces in one another", lambda: b"{\\rtf1 " + b"{" * 20_000 + b"Bonjour" + b"}" * 20_000 + b"}", NONE),
        ("rtf", "hostile", "its mark alone", lambda: b"{\\rtf1", gone("holds no text")),
        ("html", "good", "a mail", lambda: html_of(PRINTED), ONE),
        ("html", "odd", "tags never closed", lambda: html_of(PRINTED).replace(b"</p>", b""), ONE),
        ("html", "odd", "script and remote pictures",
         lambda: html_of(PRINTED).replace(b"<body>", b"<body><script>x()</script><img src=http://rivage.example/p.png>"), ONE),
        ("html", "hostile", "30,000 tags in one another", lambda: b"<!DOCTYPE html><html><body>" + b"<div>" * 30_000 + b"Bonjour", NONE),
        ("html", "hostile", "without words", lambda: b"<!DOCTYPE html><html><body><img src=x></body></html>", gone("holds no text")),
    ]  # fmt: skip
    names = {"docx": "a.docx", "xlsx": "a.xlsx", "pptx": "a.pptx", "odt": "a.odt", "rtf": "a.rtf", "html": "a.html"}
    return [Case(kind, grade, title, names[kind], make, outcome) for kind, grade, title, make, outcome in made]


def _formula() -> bytes:
    made = Workbook()
    made.active.append(["Quai nord", 1250, "=1+1", '=HYPERLINK("http://rivage.example")'])
    return saved(made)


def zip_cases() -> list[Case]:
    letter = PRINTED.encode()
    made: list[tuple[str, str, Callable[[], bytes], Outcome]] = [
        ("good", "a text and a mail", lambda: zip_of({"a.txt": letter, "sous/b.eml": OTHER}), Outcome(2)),
        ("odd", "a zip in a zip", lambda: zip_of({"i.zip": zip_of({"a.txt": letter})}), ONE),
        ("odd", "system files", lambda: zip_of({"a.txt": letter, "__MACOSX/._a.txt": b"x", "Thumbs.db": b"x"}), ONE),
        ("odd", "names that lead out, CON, 300 letters", lambda: zip_of({"../x.txt": letter, "CON": letter + b"1", "x" * 300: letter + b"2"}), ONE),
        ("hostile", "a bomb beside a letter", bomb, less(1, "zip bomb")),
        ("hostile", "members that overlap", overlapping, gone("overlap")),
        ("hostile", "a password", locked, less(0, "locked with a password")),
        ("hostile", "a link to a system file", linked, less(1, "a link or a device")),
        ("hostile", "a flipped byte", flipped, less(0, "Bad CRC-32")),
        ("hostile", "zips in zips in zips", lambda: deep(7), less(0, "more than 5 containers")),
        ("hostile", "half of it", lambda: zip_of({"a.txt": letter})[:-30], gone("damaged zip")),
        ("hostile", "empty", lambda: zip_of({}), gone("empty zip")),
        ("hostile", "noise in it", lambda: zip_of({"a.txt": letter, "b.bin": bytes(range(256)) * 40}), less(1, "binary file")),
    ]  # fmt: skip
    return [Case("zip", grade, title, "r.zip", make, outcome) for grade, title, make, outcome in made]


CASES = [
    *text_cases(), *mail_cases(), *mbox_cases(), *outlook_cases(), *pdf_cases(), *picture_cases(), *office_cases(), *zip_cases(),
]  # fmt: skip


def test_every_format_has_good_odd_and_hostile_files() -> None:
    grades = {(case.format, case.grade) for case in CASES}
    assert {(each.name, grade) for each in FORMATS for grade in ("good", "odd", "hostile")} == grades


def imported(path: Path, db: Path, options: ImportOptions | None = None) -> ImportReport:
    report = import_paths([path], db, options)
    assert report.given == len(report.added) + len(report.known) + len(report.exceptions)
    return report


@pytest.mark.parametrize("case", CASES, ids=[f"{case.format}: {case.title}" for case in CASES])
def test_a_file_becomes_what_is_expected(case: Case, tmp_path: Path) -> None:
    path, db = tmp_path / case.name, tmp_path / "a.db"
    path.write_bytes(case.make())
    report = imported(path, db)
    told = [exception.detail for exception in report.exceptions]
    assert len(told) == len(case.outcome.refused)
    assert all(what in detail for what, detail in zip(case.outcome.refused, told, strict=True))
    assert not any("report it" in detail for detail in told)
    found = counted(db) if db.exists() else {"messages": 0, "defects": []}
    assert found["messages"] == case.outcome.messages
    assert set(case.outcome.defects) <= set(found["defects"])
    assert report.exit_code == case.outcome.exit_code


def counted(db: Path) -> Mapping[str, object]:
    with closing(sqlite3.connect(db)) as connection:
        ((messages,),) = connection.execute("SELECT count(*) FROM messages").fetchall()
        return {"messages": messages, "defects": [row[0] for row in connection.execute("SELECT code FROM defects")]}


def test_the_whole_corpus_in_one_folder_costs_what_cannot_be_read_and_nothing_else(tmp_path: Path) -> None:
    """Every file of the table at once, with two processes: as many exceptions as by themselves, and no name is lost."""
    folder, db = tmp_path / "r", tmp_path / "a.db"
    folder.mkdir()
    small = [(number, case, content) for number, case in enumerate(CASES) if len(content := case.make()) < 200_000]
    for number, case, content in small:
        (folder / f"{number:03d}-{case.name}").write_bytes(content)
    report = imported(folder, db, ImportOptions(jobs=2))
    names = {name.split("/")[1] for name in (*report.added, *report.known)} | {
        exception.name.split("/")[1] for exception in report.exceptions
    }
    assert names == {f"{number:03d}-{case.name}" for number, case, _ in small}
    assert report.exit_code == 2


NO_NETWORK = """
import socket, sys
def refused(*args, **more): raise AssertionError("a connection was tried")
socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = socket.create_connection = refused
from threadkit.importing import ImportOptions, import_paths
print(import_paths([sys.argv[1]], sys.argv[2], ImportOptions(jobs=1)).exit_code)
"""


def test_nothing_that_a_file_names_elsewhere_is_fetched(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    folder.mkdir()
    for number, case in enumerate(CASES):
        if "remote" in case.title or "another machine" in case.title or "formula" in case.title:
            (folder / f"{number}-{case.name}").write_bytes(case.make())
    assert len(list(folder.iterdir())) >= 4
    command = [sys.executable, "-c", NO_NETWORK, folder, tmp_path / "a.db"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "http_proxy": "http://127.0.0.1:9"})
    assert (ended.stdout, ended.returncode) == ("0\n", 0), ended.stderr
