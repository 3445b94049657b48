"""PDFs: what a page shows is what is read, with its page; what it hides is told by its place and never read."""

from __future__ import annotations

import bz2
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

pytest.importorskip("pypdfium2", reason="needs the extra pdf")

from tests.pdfs import PdfSheet, pdf_of
from threadkit.importing import ImportOptions, import_paths, rebuild
from threadkit.read import Given, ReadOptions, pdf, read_bytes, read_given
from threadkit.read.hidden_words import reveal_path
from threadkit.read.isolation import Isolated
from threadkit.records import Source, ThreadkitError

HEADER = ["De :", "Envoyé :", "À :", "Objet :"]
VALUES = ["Côté, Odile <odile.cote@rivage.example>", "14 mars 2024 09:12", "Roy, Paul", "Les quais"]


def read(*sheets: PdfSheet, **more: object) -> Source:
    return read_bytes(pdf_of(sheets, **more), "release.pdf")  # type: ignore[arg-type]


def lines(source: Source) -> list[str]:
    return [line for line in source.text.replace("\f", "").split("\n") if line]


def sheet_of(*text: str) -> PdfSheet:
    sheet = PdfSheet()
    sheet.lines(72, 700, text)
    return sheet


# ---------------------------------------------------------------- what a page shows


def test_lines_come_in_their_order_with_blank_lines_where_there_is_room() -> None:
    source = read(sheet_of("De : Roy, Paul", "Objet : Les quais", "", "Bonjour,", "", "", "La visite est remise.", "Paul"))
    assert source.text == "De : Roy, Paul\nObjet : Les quais\n\nBonjour,\n\n\nLa visite est remise.\nPaul\n"


def test_labels_in_one_column_and_values_in_the_next_are_one_line_each_however_they_are_written() -> None:
    apart, together = PdfSheet(), PdfSheet()
    apart.lines(72, 700, HEADER, font="bold")
    apart.lines(160, 700, VALUES)
    for row, (label, value) in enumerate(zip(HEADER, VALUES, strict=True)):
        together.text(72, 700 - 12.5 * row, label, font="bold")
        together.text(160, 700 - 12.5 * row, value)
    expected = [f"{label} {value}".split() for label, value in zip(HEADER, VALUES, strict=True)]
    assert [line.split() for line in lines(read(apart))] == [line.split() for line in lines(read(together))] == expected


def test_rows_of_a_header_that_stand_loose_are_one_block() -> None:
    sheet = PdfSheet()
    for row, (label, value) in enumerate(zip(HEADER, VALUES, strict=True)):
        sheet.text(72, 700 - 19 * row, label, font="bold")
        sheet.text(160, 700 - 19 * row, value)
    sheet.lines(72, 580, ["Paul,", "", "La visite des quais est remise au lendemain,", "à cause des vents forts.", "Odile"])
    assert read(sheet).text.split("\n\n")[0].count("\n") == 3


def test_two_columns_of_running_text_are_read_one_after_the_other() -> None:
    left = [f"gauche {n} dit une phrase assez longue" for n in range(12)]
    right = [f"droite {n} dit une autre phrase longue" for n in range(12)]
    sheet = PdfSheet()
    sheet.lines(72, 700, left)
    sheet.lines(330, 700, right)
    assert lines(read(sheet)) == left + right


def test_a_page_that_is_turned_reads_as_it_is_shown() -> None:
    sheet = PdfSheet(more="/Rotate 90")
    for row, text in enumerate(["premier", "deuxième", "troisième"]):
        sheet.painted.append(f"BT /F0 10 Tf 0 1 -1 0 {100 + 13 * row} 100 Tm (".encode() + text.encode("cp1252") + b") Tj ET")
    assert lines(read(sheet)) == ["premier", "deuxième", "troisième"]


@pytest.mark.parametrize("turn", [90, 270])
def test_a_page_that_is_shown_on_its_side_reads_as_its_lines_lie(turn: int) -> None:
    sheet = PdfSheet(more=f"/Rotate {turn}")
    sheet.lines(72, 700, ["De : Roy, Paul", "Objet : Les quais", "La visite est remise."])
    assert lines(read(sheet)) == ["De : Roy, Paul", "Objet : Les quais", "La visite est remise."]


def test_each_page_keeps_its_number_and_first_line() -> None:
    source = read(sheet_of("un", "deux"), sheet_of("trois"), sheet_of("quatre", "cinq"))
    assert [(page.number, page.first_line, page.text) for page in source.pages] == [
        (1, 1, "un\ndeux\n"),
        (2, 3, "trois\n"),
        (3, 4, "quatre\ncinq\n"),
    ]
    assert source.text == "\f".join(page.text for page in source.pages)


def test_annotations_that_show_words_are_read() -> None:
    sheet = sheet_of("Bonjour,")
    appearance = b"BT /F0 10 Tf 2 2 Td (VU LE 3 MAI) Tj ET"
    font = "/Resources << /Font << /F0 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    whole = pdf_of([sheet])
    assert b"Annots" not in whole
    sheet.annotations.append("<< /Type /Annot /Subtype /Stamp /F 4 /Rect [300 600 400 620] /AP << /N 9 0 R >> >>")
    made = pdf_of([sheet])
    number = made.count(b" 0 obj")
    form = f"<< /Type /XObject /Subtype /Form /BBox [0 0 100 20] {font} /Length {len(appearance)} >>\nstream\n".encode()
    body = f"{number + 1} 0 obj\n".encode() + form + appearance + b"\nendstream\nendobj\n"
    made = made.replace(b"/N 9 0 R", f"/N {number + 1} 0 R".encode()).replace(b"xref\n", body + b"xref\n", 1)
    assert lines(read_bytes(made, "stamped.pdf")) == ["Bonjour,", "VU LE 3 MAI"]


# ---------------------------------------------------------------- labels, bookmarks, links


def test_folios_and_bates_numbers_are_page_labels() -> None:
    sheets = [sheet_of("De : Roy, Paul", f"message {n}", "", "", f"VRC-2024-{n + 7:04d}", f"Page {n} de 4") for n in range(1, 5)]
    assert [page.label for page in read(*sheets).pages] == ["VRC-2024-0008", "VRC-2024-0009", "VRC-2024-0010", "VRC-2024-0011"]


def test_the_labels_of_the_document_stand_where_the_pages_bear_none() -> None:
    source = read(sheet_of("un"), sheet_of("deux"), labels="/Nums [0 << /P (A-) /S /D >>]")
    assert [page.label for page in source.pages] == ["A-1", "A-2"]


def test_pages_without_numbers_have_no_label() -> None:
    assert [page.label for page in read(sheet_of("un 12 mars"), sheet_of("deux 4 mai"), sheet_of("trois")).pages] == [None, None, None]


def test_a_bookmark_is_noted_at_the_line_where_it_leads() -> None:
    source = read(sheet_of("un"), sheet_of("deux", "", "Objet : Les quais", "trois"), outline=[("RE: Les quais", 1, 680)])
    assert [(note.kind, note.page, note.span.first_line, note.text) for note in source.notes] == [("bookmark", 2, 4, "RE: Les quais")]


def mail(subject: str, day: int) -> PdfSheet:
    return sheet_of("De : Côté, Odile", f"Envoyé : {day} mars 2024 09:12", "À : Roy, Paul", f"Objet : {subject}", "", "Bonjour Paul.")


BOOKMARKS = [
    ("the subject without its prefix", [("Les quais", 0, 760)], [("bookmark", 1)]),
    ("the prefix of an answer, another case", [("TR: LES QUAIS", 0, 760)], [("bookmark", 1)]),
    (
        "nothing begins on the page, others name messages",
        [("Les quais", 0, 760), ("Budget", 1, 760)],
        [("bookmark", 1), ("bookmark-without-message", 7)],
    ),
    ("the same twice", [("Les quais", 0, 760), ("Budget", 1, 760), ("Budget", 1, 760)], [("bookmark", 1), ("bookmark-without-message", 7)]),
    ("a page that is a picture", [("Les quais", 0, 760), ("Budget", 2, 760)], [("bookmark", 1), ("bookmark-without-message", 9)]),
    ("no other names a message", [("Tome 1", 0, 760), ("Budget", 1, 760)], []),
    ("another subject where a message begins", [("Les quais", 0, 760), ("Budget", 3, 760)], [("bookmark", 1)]),
]


@pytest.mark.parametrize(("outline", "expected"), [case[1:] for case in BOOKMARKS], ids=[case[0] for case in BOOKMARKS])
def test_bookmarks_that_name_messages_are_evidence(
    outline: list[tuple[str, int, float]], expected: list[tuple[str, int]], tmp_path: Path
) -> None:
    sheets = [mail("RE: Les quais", 14), sheet_of("La suite du courriel", "tient sur cette page."), scan(), mail("Les berges", 15)]
    (tmp_path / "release.pdf").write_bytes(pdf_of(sheets, outline=outline))
    import_paths([tmp_path / "release.pdf"], tmp_path / "a.db")
    marks = rows(tmp_path / "a.db", "SELECT kind, first_line FROM marks WHERE kind LIKE 'bookmark%' ORDER BY position")
    assert marks == expected
    findings = rows(tmp_path / "a.db", "SELECT kind, first_line, certainty, rule FROM findings WHERE kind LIKE 'bookmark%'")
    assert findings == [(*mark, "possible", "bookmark-alone") for mark in expected if mark[0] != "bookmark"]


def test_a_bookmark_says_which_message_it_names(tmp_path: Path) -> None:
    (tmp_path / "release.pdf").write_bytes(pdf_of([mail("Les quais", 14), mail("Les berges", 15)], outline=[("Les berges", 1, 700)]))
    import_paths([tmp_path / "release.pdf"], tmp_path / "a.db")
    sql = "SELECT o.subject, m.text FROM marks AS m JOIN occurrences AS o ON o.id = m.occurrence_id"
    assert rows(tmp_path / "a.db", sql) == [("Les berges", "Les berges")]


CHAPTERS = ["PROCÈS-VERBAL", "", "1. Ouverture de la séance", "La séance est ouverte à neuf heures par la présidente."]


@pytest.mark.parametrize(("title", "count"), [("Chapitre 2", 0), ("RE: Les berges", 1)])
def test_a_chapter_of_a_document_is_no_message(title: str, count: int, tmp_path: Path) -> None:
    sheets = [sheet_of(*CHAPTERS), sheet_of("2. Budget", "Le budget est adopté par le conseil."), mail("Les quais", 14)]
    (tmp_path / "release.pdf").write_bytes(pdf_of(sheets, outline=[(title, 1, 700), ("Les quais", 2, 700)]))
    import_paths([tmp_path / "release.pdf"], tmp_path / "a.db")
    assert rows(tmp_path / "a.db", "SELECT count(*) FROM findings WHERE kind = 'bookmark-without-message'") == [(count,)]


def test_the_address_behind_a_name_is_evidence_of_whose_it_is(tmp_path: Path) -> None:
    sheet = sheet_of("De : Côté, Odile", "Envoyé : 14 mars 2024 09:12", "À : Roy, Paul", "Objet : Les quais", "", "Bonjour Paul.")
    sheet.mailto(88, 673, 140, 685, "paul.roy@rivage.example?subject=x")
    (tmp_path / "release.pdf").write_bytes(pdf_of([sheet]))
    import_paths([tmp_path / "release.pdf"], tmp_path / "a.db")
    assert rows(tmp_path / "a.db", "SELECT p.name, a.email FROM addresses a JOIN people p ON p.id = a.person_id") == [
        ("Paul Roy", "paul.roy@rivage.example")
    ]
    assert rows(tmp_path / "a.db", "SELECT email FROM participants WHERE email IS NOT NULL") == []


# ---------------------------------------------------------------- what a page hides


def secret_under_a_box(sheet: PdfSheet) -> None:
    sheet.text(72, 600, "Le secret de Zoroastre")
    sheet.box(70, 597, 120, 13)


def secret_white_on_white(sheet: PdfSheet) -> None:
    sheet.text(72, 600, "Le secret de Zoroastre", color="1 1 1")


def secret_black_on_black(sheet: PdfSheet) -> None:
    sheet.box(70, 597, 120, 13)
    sheet.text(72, 600, "Le secret de Zoroastre")


def secret_off_the_page(sheet: PdfSheet) -> None:
    sheet.text(700, 600, "Le secret de Zoroastre")


def secret_in_invisible_ink(sheet: PdfSheet) -> None:
    sheet.text(72, 600, "Le secret de Zoroastre", mode=3)


def secret_under_a_picture(sheet: PdfSheet) -> None:
    sheet.text(72, 600, "Le secret de Zoroastre")
    sheet.image(70, 590, 140, 30, 2, 1, b"\x50\x90")


def secret_under_a_white_box(sheet: PdfSheet) -> None:
    sheet.text(72, 600, "Le secret de Zoroastre")
    sheet.box(70, 597, 120, 13, "1 1 1")


SECRETS = [
    ("under a black box", secret_under_a_box, "covered", True),
    ("white on white", secret_white_on_white, "colour of the ground", False),
    ("black on black", secret_black_on_black, "colour of the ground", True),
    ("off the page", secret_off_the_page, "off the page", False),
    ("in invisible ink", secret_in_invisible_ink, "invisible", False),
    ("under a picture", secret_under_a_picture, "covered", False),
    ("under a white box", secret_under_a_white_box, "covered", False),
]


@pytest.mark.parametrize(("hide", "why", "bar"), [case[1:] for case in SECRETS], ids=[case[0] for case in SECRETS])
def test_hidden_words_are_told_by_their_place_and_nowhere_archived(hide: object, why: str, bar: bool, tmp_path: Path) -> None:
    sheet = sheet_of("De : Côté, Odile", "Envoyé : 14 mars 2024 09:12", "À : Roy, Paul", "Objet : Les quais", "", "Bonjour Paul.")
    hide(sheet)  # type: ignore[operator]
    sheet.text(72, 560, "Odile")
    path = tmp_path / "release.pdf"
    path.write_bytes(pdf_of([sheet]))
    import_paths([path], tmp_path / "a.db")
    everything = (tmp_path / "a.db").read_bytes()
    assert b"Zoroastre" not in everything
    assert b"Zoroastre".lower() not in everything.lower()
    assert rows(tmp_path / "a.db", "SELECT content FROM sources") == [(None,)]
    ((detail, certainty, first_line),) = rows(
        tmp_path / "a.db", "SELECT detail, certainty, first_line FROM findings WHERE kind = 'hidden-text'"
    )
    assert (str(detail).startswith("19 characters, page 1 ("), str(detail).rpartition(": ")[2], certainty) == (True, why, "certain")
    assert 6 <= int(str(first_line)) <= 9
    ((text,),) = rows(tmp_path / "a.db", "SELECT text FROM pages")
    assert ("████" in str(text)) == bar
    assert [(page, reason, words) for page, reason, words in reveal_path(path)] == [(1, why, "Le secret de Zoroastre")]


SHOWN = [
    ("white on a dark box", lambda sheet: (sheet.box(70, 597, 200, 13), sheet.text(72, 600, "Zoroastre", color="1 1 1"))),
    ("on a grey ground", lambda sheet: (sheet.box(70, 597, 200, 13, "0.8 0.8 0.8"), sheet.text(72, 600, "Zoroastre"))),
    ("above a rule", lambda sheet: (sheet.text(72, 600, "Zoroastre"), sheet.box(70, 598, 200, 0.8))),
    ("beside a box", lambda sheet: (sheet.text(72, 600, "Zoroastre"), sheet.box(200, 597, 50, 13))),
    ("on a picture", lambda sheet: (sheet.image(0, 500, 400, 200, 2, 1, b"\xf0\xe0"), sheet.text(72, 600, "Zoroastre"))),
    ("faint", lambda sheet: sheet.text(72, 600, "Zoroastre", color="0.75 0.75 0.75")),
]


@pytest.mark.parametrize("show", [case[1] for case in SHOWN], ids=[case[0] for case in SHOWN])
def test_what_a_reader_sees_is_read(show: object) -> None:
    sheet = sheet_of("Bonjour,")
    show(sheet)  # type: ignore[operator]
    source = read(sheet)
    assert any("Zoroastre" in line for line in lines(source))
    assert [note for note in source.notes if note.kind == "hidden"] == []


def test_part_of_a_line_under_a_box_leaves_the_rest(tmp_path: Path) -> None:
    sheet = PdfSheet()
    sheet.text(72, 600, "Appelez Zoroastre au 418 555-0142", font="fixed")
    sheet.box(72 + 8 * 6, 597, 9 * 6, 13)
    assert lines(read(sheet)) == ["Appelez ████ au 418 555-0142"]


def test_a_box_over_nothing_is_a_mask_that_readers_see(tmp_path: Path) -> None:
    sheet = PdfSheet()
    sheet.text(72, 600, "Appelez")
    sheet.box(115, 597, 60, 13)
    sheet.text(180, 600, "demain.")
    (tmp_path / "release.pdf").write_bytes(pdf_of([sheet]))
    source = read(sheet)
    assert lines(source) == ["Appelez ████ demain."]
    assert source.notes == ()


def test_bytes_that_hide_nothing_are_kept(tmp_path: Path) -> None:
    content = pdf_of([sheet_of("Bonjour,", "rien de caché ici.")])
    (tmp_path / "release.pdf").write_bytes(content)
    import_paths([tmp_path / "release.pdf"], tmp_path / "a.db")
    ((kept,),) = rows(tmp_path / "a.db", "SELECT content FROM sources")
    assert bz2.decompress(kept) == content  # type: ignore[arg-type]


# ---------------------------------------------------------------- scans


def scan() -> PdfSheet:
    sheet = PdfSheet()
    sheet.image(20, 20, 570, 750, 2, 2, b"\x00\xff\xff\x00")
    return sheet


def test_pages_that_are_pictures_are_told_and_keep_their_number(tmp_path: Path) -> None:
    content = pdf_of([sheet_of("un"), scan(), scan(), sheet_of("quatre"), PdfSheet(), scan()])
    source = read_bytes(content, "release.pdf")
    assert [defect.code for defect in source.defects] == ["page-without-text"] * 3
    assert [page.number for page in source.pages if page.text == "\n"] == [2, 3, 5, 6]
    (tmp_path / "release.pdf").write_bytes(content)
    import_paths([tmp_path / "release.pdf"], tmp_path / "a.db")
    assert rows(tmp_path / "a.db", "SELECT detail, first_line FROM findings WHERE kind = 'page-without-text' ORDER BY 2") == [
        ("pages 2-3", 2),
        ("page 6", 6),
    ]


def mail_on_a_page(day: str, *attached: str) -> PdfSheet:
    return sheet_of(
        "De : Roy, Odile",
        f"Envoyé : {day} mai 2023 10:00",
        "À : Caron, Luc",
        f"Objet : La passerelle du {day}",
        *attached,
        "",
        "Voici le plan.",
    )


@pytest.mark.parametrize(
    ("sheets", "expected"),
    [
        pytest.param(
            [mail_on_a_page("3", "Pièces jointes : Plan.pdf"), scan(), scan()],
            ("possible", "text-perhaps-picture", "Plan.pdf: pages 2-3 (8-9)"),
            id="pictures below it",
        ),
        pytest.param([mail_on_a_page("3", "Pièces jointes : Plan.pdf")], ("certain", "text-nowhere", "Plan.pdf"), id="nothing below it"),
        pytest.param(
            [mail_on_a_page("3", "Pièces jointes : Plan.pdf"), mail_on_a_page("4"), scan()],
            ("certain", "text-nowhere", "Plan.pdf"),
            id="pictures below another mail",
        ),
    ],
)
def test_a_file_is_not_certainly_missing_where_pictures_stand_below_its_mail(
    tmp_path: Path, sheets: list[PdfSheet], expected: tuple[str, str, str]
) -> None:
    (tmp_path / "release.pdf").write_bytes(pdf_of(sheets))
    import_paths([tmp_path / "release.pdf"], tmp_path / "a.db")
    sql = "SELECT certainty, rule, detail FROM findings WHERE kind = 'attachment-not-released'"
    assert rows(tmp_path / "a.db", sql) == [expected]


def test_words_recognised_in_a_picture_before_are_read_with_their_origin() -> None:
    sheet = PdfSheet()
    grey = bytes(255 if (column // 3 + row) % 2 else 0 for row in range(200) for column in range(200))
    sheet.image(0, 0, 612, 792, 200, 200, grey)
    sheet.text(72, 600, "Bonjour Paul", mode=3)
    source = read(sheet)
    assert lines(source) == ["Bonjour Paul"]
    assert [(note.kind, note.value) for note in source.notes] == [("ocr", "text layer")]


def test_recognised_words_where_the_picture_is_black_are_hidden() -> None:
    sheet = PdfSheet()
    grey = bytes(0 if row > 20 else 255 for row in range(100) for _ in range(100))
    sheet.image(0, 0, 612, 792, 100, 100, grey)
    sheet.text(72, 400, "Zoroastre", mode=3)
    source = read(sheet)
    assert lines(source) == []
    assert [note.kind for note in source.notes if note.kind == "hidden"] == ["hidden"]


# ---------------------------------------------------------------- what cannot be read


GOOD = pdf_of([sheet_of("Bonjour,", "la visite est remise.")])
LOCKED = pdf_of(
    [sheet_of("Bonjour,")],
    trailer=f"/Encrypt << /Filter /Standard /V 1 /R 2 /P -64 /O <{'ab' * 32}> /U <{'cd' * 32}> >> /ID [<{'00' * 16}> <{'00' * 16}>]",
)
REFUSED = [
    ("cut after a few bytes", GOOD[:60], "is damaged"),
    ("the mark alone", b"%PDF-1.7\n", "is damaged"),
    ("locked", LOCKED, "is locked with a password"),
    ("without pages", pdf_of([]), "is a PDF without pages"),
    ("noise behind the mark", b"%PDF-1.7\n" + bytes(range(256)) * 40, "is damaged"),
]


@pytest.mark.parametrize(("content", "what"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_what_cannot_be_read_is_said_in_words_with_advice(content: bytes, what: str) -> None:
    with pytest.raises(ThreadkitError) as caught:
        read_bytes(content, "release.pdf")
    assert what in caught.value.what
    assert caught.value.hint
    assert "release.pdf" in caught.value.where


def test_bytes_turned_at_random_end_in_a_source_or_an_error() -> None:
    sheet = sheet_of("Bonjour,", "la visite est remise.")
    secret_under_a_box(sheet)
    good = pdf_of([sheet, scan()], outline=[("un", 0, 700)], labels="/Nums [0 << /S /D >>]")
    for seed in range(60):
        chance, made = random.Random(seed), bytearray(good)
        for _ in range(chance.choice([1, 3, 20, 200])):
            made[chance.randrange(len(made))] = chance.randrange(256)
        if not made.startswith(b"%PDF-"):
            continue
        found = list(read_given(Given.of(bytes(made), "release.pdf"), ReadOptions()))
        assert len(found) == 1
        assert isinstance(found[0], Source) or (isinstance(found[0], ThreadkitError) and "report" not in found[0].hint)


def test_a_table_of_places_that_is_gone_is_rebuilt() -> None:
    assert lines(read_bytes(GOOD[: GOOD.rindex(b"startxref")] + b"startxref\n7\n%%EOF\n", "release.pdf")) == [
        "Bonjour,",
        "la visite est remise.",
    ]


def test_a_page_that_is_damaged_costs_its_text_and_no_other() -> None:
    content = pdf_of([sheet_of("un"), sheet_of("deux"), sheet_of("trois")])
    source = read_bytes(
        content.replace(b"/Type /Page /Parent", b"/Type /Pomme     rent", 2).replace(b"/Type /Pomme     rent", b"/Type /Page /Parent", 1),
        "x.pdf",
    )
    assert "un\n" in source.text
    assert "trois\n" in source.text
    assert len(source.pages) == 3


def test_a_process_that_dies_costs_the_file_and_the_next_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_READER", Isolated("tests.readers_that_fail"))
    with pytest.raises(ThreadkitError) as caught:
        read_bytes(GOOD + b"die", "release.pdf")
    assert "fail" in caught.value.what
    assert str(caught.value.where) == "release.pdf, page 1"
    with pytest.raises(ThreadkitError, match="without pages"):
        read_bytes(GOOD + b"empty", "release.pdf")


def test_a_page_that_takes_too_long_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_READER", Isolated("tests.readers_that_fail", seconds=1.5))
    with pytest.raises(ThreadkitError, match="takes too long"):
        read_bytes(GOOD + b"sleep", "release.pdf")


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="this system limits no memory")
def test_a_file_that_wants_all_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_READER", Isolated("tests.readers_that_fail", memory=600 * 1024 * 1024))
    with pytest.raises(ThreadkitError):
        read_bytes(GOOD + b"memory", "release.pdf")


def test_a_bad_pdf_does_not_take_the_import_down(tmp_path: Path) -> None:
    for name, content in (("good.pdf", GOOD), ("bad.pdf", GOOD[:60]), ("locked.pdf", LOCKED)):
        (tmp_path / name).write_bytes(content)
    report = import_paths([tmp_path / "good.pdf", tmp_path / "bad.pdf", tmp_path / "locked.pdf"], tmp_path / "a.db", ImportOptions(jobs=2))
    assert report.added == ("good.pdf",)
    assert [exception.name for exception in report.exceptions] == ["bad.pdf", "locked.pdf"]
    assert report.given == 3
    assert report.exit_code == 2


def test_a_rebuild_reads_the_notes_as_they_were(tmp_path: Path) -> None:
    sheet = sheet_of("Bonjour,")
    secret_under_a_box(sheet)
    (tmp_path / "release.pdf").write_bytes(pdf_of([sheet, scan()]))
    import_paths([tmp_path / "release.pdf"], tmp_path / "a.db")
    before = rows(tmp_path / "a.db", "SELECT kind, detail, rule FROM findings ORDER BY id")
    assert [row[0] for row in before if row[0] in ("hidden-text", "page-without-text")]
    rebuild(tmp_path / "a.db")
    assert rows(tmp_path / "a.db", "SELECT kind, detail, rule FROM findings ORDER BY id") == before


def rows(db: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(db)) as connection:
        return connection.execute(sql).fetchall()


def test_the_sample_is_what_its_script_writes() -> None:
    from samples.make_pdf import HERE, NAME, release

    assert (HERE / NAME).read_bytes() == release()


def test_the_sample_overlaps_with_the_text_release(tmp_path: Path) -> None:
    from samples.make_pdf import HERE, NAME

    import_paths([HERE / NAME, HERE / "courriels-municipaux.txt"], tmp_path / "a.db")
    sql = """
        SELECT m.sent_at, count(*), count(DISTINCT o.source_id) FROM messages m JOIN occurrences o ON o.message_id = m.id
        GROUP BY m.id HAVING count(*) > 1 ORDER BY 1
    """
    assert rows(tmp_path / "a.db", sql) == [("2024-05-13T07:55", 2, 2), ("2024-05-14T16:42", 3, 2)]
    assert rows(tmp_path / "a.db", "SELECT count(*) FROM messages") == [(7,)]
    assert rows(tmp_path / "a.db", "SELECT count(DISTINCT thread_id) FROM messages WHERE subject LIKE '%Passerelle du Moulin'") == [(1,)]
    assert b"Lacharit" not in (tmp_path / "a.db").read_bytes()
    hidden = [words for _, _, words in reveal_path(HERE / NAME)]
    assert hidden == ["Anselme Brisebois-Lacharité"]
    labels = rows(
        tmp_path / "a.db", "SELECT p.label FROM pages p JOIN sources s ON s.id = p.source_id WHERE s.page_count = 4 ORDER BY number"
    )
    assert [row[0] for row in labels] == ["RAC-2024-00001", "RAC-2024-00002", "RAC-2024-00003", None]
