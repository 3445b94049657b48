"""Bytes to numbered lines with pages: what every kind of file becomes, or why it is refused."""

from __future__ import annotations

import hashlib
import os
import socket
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadkit.read import FORMATS, MAX_BYTES, find_sources, read_bytes, read_path
from threadkit.records import Source, ThreadkitError

FRENCH = "Évaluation : l’œuvre reçue à Trois-Rivières\n"


def refused(content: bytes, encoding: str | None = None) -> ThreadkitError:
    with pytest.raises(ThreadkitError) as caught:
        read_bytes(content, "dump.txt", encoding)
    return caught.value


ENCODINGS = [
    ("ascii", b"De: Roy\n", None, "De: Roy\n", "utf-8"),
    ("utf-8", FRENCH.encode("utf-8"), None, FRENCH, "utf-8"),
    ("utf-8 with its mark", FRENCH.encode("utf-8-sig"), None, FRENCH, "utf-8-sig"),
    ("utf-16 little-endian with its mark", b"\xff\xfe" + FRENCH.encode("utf-16-le"), None, FRENCH, "utf-16"),
    ("utf-16 big-endian with its mark", b"\xfe\xff" + FRENCH.encode("utf-16-be"), None, FRENCH, "utf-16"),
    ("utf-32 little-endian with its mark", b"\xff\xfe\0\0" + FRENCH.encode("utf-32-le"), None, FRENCH, "utf-32"),
    ("utf-32 big-endian with its mark", b"\0\0\xfe\xff" + FRENCH.encode("utf-32-be"), None, FRENCH, "utf-32"),
    ("windows-1252", FRENCH.encode("cp1252"), None, FRENCH, "cp1252"),
    (
        "capitals before a closing quotation mark",
        "« QUALITÉ » et « CAFÉ»\nété\n".encode("cp1252"),
        None,
        "« QUALITÉ » et « CAFÉ»\nété\n",
        "cp1252",
    ),
    ("mac roman as the user says", FRENCH.encode("mac_roman"), "mac_roman", FRENCH, "mac-roman"),
    ("utf-16 without a mark as the user says", FRENCH.encode("utf-16-le"), "utf-16-le", FRENCH, "utf-16-le"),
    ("utf-8 with its mark as the user says", FRENCH.encode("utf-8-sig"), "UTF8", FRENCH, "utf-8-sig"),
]


@pytest.mark.parametrize(
    ("content", "given_encoding", "text", "encoding"), [case[1:] for case in ENCODINGS], ids=[case[0] for case in ENCODINGS]
)
def test_the_encoding_is_found_and_recorded(content: bytes, given_encoding: str | None, text: str, encoding: str) -> None:
    source = read_bytes(content, "dump.txt", given_encoding)
    assert (source.text, source.encoding, source.defects) == (text, encoding, ())
    assert source.content == content
    assert source.sha256 == hashlib.sha256(content).hexdigest()


def test_the_recorded_encoding_decodes_the_kept_bytes() -> None:
    for _, content, given_encoding, text, encoding in ENCODINGS:
        source = read_bytes(content, "dump.txt", given_encoding)
        assert source.content.decode(encoding) == text


REFUSED = [
    ("an empty file", b"", None, "is empty"),
    ("half a PDF", b"%PDF-1.7\n%\xe2\xe3", None, "cannot be opened as a PDF"),
    ("half a zip archive", b"PK\x03\x04\x14\0\0\0", None, "is a damaged zip"),
    ("an Office table", b"PK\x03\x04\x14\0\x06\0" + bytes(18) + b"\x13\0\0\0[Content_Types].xml", None, "Office document of another kind"),
    ("an Outlook message", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", None, "Outlook message"),
    ("a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", None, "is a picture"),
    ("a gzip archive", b"\x1f\x8b\x08\0\0", None, "gzip"),
    ("an archive of threadkit", b"SQLite format 3\0\x10\0", None, "SQLite database"),
    ("a file full of NUL bytes", b"abc" + bytes(5000), None, "binary file"),
    ("a file of control characters", bytes(range(1, 9)) * 200, None, "binary file"),
    ("utf-16 without a mark", ("De: Roy, Bastien" * 9).encode("utf-16-le"), None, "UTF-16"),
    ("an undefined byte of windows-1252", b"Envoy\xe9\nr\x8ef\x8drence\n", None, "byte 0x8d at offset 10"),
    ("mac roman that windows-1252 would read", "événement et réunion".encode("mac_roman"), None, "no word is spelled"),
    ("DOS letters that windows-1252 would read", "la réunion d'équipe précédente".encode("cp850"), None, "no word is spelled"),
    ("half a utf-16 character", b"\xff\xfeA", None, "not valid utf-16"),
    ("an encoding that does not fit", "été".encode("cp1252"), "utf-8", "not valid utf-8"),
    ("an encoding that nobody knows", b"abc", "latin-17", "not a text encoding"),
    ("an encoding of bytes, not of text", b"abc", "base64", "not a text encoding"),
    ("an encoding of host names", b"abc", "idna", "not a text encoding"),
    ("a lone surrogate", b"+2AA-", "utf-7", "utf-7"),
]


@pytest.mark.parametrize(("content", "encoding", "what"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_what_is_no_text_is_refused_with_the_name_and_advice(content: bytes, encoding: str | None, what: str) -> None:
    error = refused(content, encoding)
    assert what in error.what
    assert error.where.startswith("dump.txt")
    assert error.hint


def test_an_undecodable_byte_is_named_with_its_line_however_lines_end() -> None:
    assert refused(b"un\r\ndeux\rtrois\n\x81").where == "dump.txt, line 4"


def test_an_undecodable_file_asks_for_the_encoding() -> None:
    assert "--encoding" in refused(b"\x81").hint


def test_utf16_without_a_mark_names_the_encoding_to_try() -> None:
    assert "--encoding utf-16-be" in refused(("De: Roy, Bastien" * 9).encode("utf-16-be")).hint


def test_lines_in_utf8_inside_windows_1252_are_read_and_recorded() -> None:
    content = "Envoyé\n".encode("cp1252") + "Côté, l’été\nÀ\n".encode() + "Évaluation reçue\nAscii\n".encode("cp1252") + "œuvre".encode()
    source = read_bytes(content, "dump.txt")
    assert source.text == "Envoyé\nCôté, l’été\nÀ\nÉvaluation reçue\nAscii\nœuvre"
    assert source.encoding == "cp1252+utf-8"
    assert [(defect.code, defect.span.first_line, defect.span.last_line) for defect in source.defects] == [
        ("mixed-encodings", 2, 3),
        ("mixed-encodings", 6, 6),
    ]


LINES = [
    ("line feeds", "a\nb\n", "a\nb\n", 2),
    ("no line feed at the end", "a\nb", "a\nb", 2),
    ("carriage return and line feed", "a\r\nb\r\n", "a\nb\n", 2),
    ("carriage returns", "a\rb\r", "a\nb\n", 2),
    ("a mixture", "a\r\n\rb\n\r", "a\n\nb\n\n", 4),
    ("next line and the Unicode separators", "a\x85b\u2028c\u2029d\n", "a\x85b\u2028c\u2029d\n", 1),
    ("one line feed", "\n", "\n", 1),
]


@pytest.mark.parametrize(("given_text", "text", "lines"), [case[1:] for case in LINES], ids=[case[0] for case in LINES])
def test_lines_are_counted_on_line_feeds_alone(given_text: str, text: str, lines: int) -> None:
    source = read_bytes(given_text.encode(), "dump.txt")
    assert (source.text, source.line_count, source.defects) == (text, lines, ())


PAGES = [
    ("no form feed", "a\nb\n", [(1, "a\nb\n")]),
    ("a form feed between lines", "a\n\fb\n", [(1, "a\n"), (2, "b\n")]),
    ("a form feed inside a line", "a\fb\nc\fd", [(1, "a"), (1, "b\nc"), (2, "d")]),
    ("a form feed at the end closes the last page", "a\n\fb\n\f", [(1, "a\n"), (2, "b\n\f")]),
    ("a blank page", "a\n\f\fb", [(1, "a\n"), (2, ""), (2, "b")]),
    ("a form feed at the start", "\fa", [(1, ""), (1, "a")]),
    ("nothing but a form feed", "\f", [(1, "\f")]),
]


@pytest.mark.parametrize(("text", "pages"), [case[1:] for case in PAGES], ids=[case[0] for case in PAGES])
def test_a_form_feed_starts_a_page_and_no_line(text: str, pages: list[tuple[int, str]]) -> None:
    source = read_bytes(text.encode(), "dump.txt")
    assert [(page.first_line, page.text) for page in source.pages] == pages
    assert [page.number for page in source.pages] == list(range(1, len(pages) + 1))


@given(st.text(alphabet="ab\n\f\r é\x85\u2028", min_size=1))
def test_pages_joined_by_form_feeds_are_the_text(text: str) -> None:
    source = read_bytes(text.encode(), "dump.txt")
    assert "\f".join(page.text for page in source.pages) == source.text
    assert source.text == text.replace("\r\n", "\n").replace("\r", "\n")
    for page in source.pages:
        before = "\f".join(other.text for other in source.pages[: page.number - 1])
        assert page.first_line == before.count("\n") + 1


@given(st.text(min_size=1).filter(lambda text: text.count("\0") == 0))
def test_any_text_is_kept_as_it_is_or_refused(text: str) -> None:
    try:
        source = read_bytes(text.encode("utf-16"), "dump.txt")
    except ThreadkitError as error:
        told = error.hint
        assert told
    else:
        assert source.text == text.replace("\r\n", "\n").replace("\r", "\n")


DEFECTS = [
    ("an escape sequence", "a\n\x1b[31mb\n", [("control-character", 2, 2, "U+001B")]),
    (
        "neighbouring lines make one defect",
        "\x01\n\x02\x01\nb\n\nc\x03",
        [("control-character", 1, 2, "U+0001, U+0002"), ("control-character", 5, 5, "U+0003")],
    ),
    ("a vertical tab and a C1 control", "a\x0bb\x9bc", [("control-character", 1, 1, "U+000B, U+009B")]),
    ("a direction override", "fdp.\u202etxt.exe", [("bidi-control", 1, 1, "U+202E")]),
    ("a character that was lost before", "d\ufffdcembre", [("replacement-character", 1, 1, "U+FFFD")]),
    ("ordinary blanks", "a\tb\u00a0c\u2003d\u200be\ufeff", []),
]


@pytest.mark.parametrize(("text", "defects"), [case[1:] for case in DEFECTS], ids=[case[0] for case in DEFECTS])
def test_doubtful_characters_stay_and_are_recorded(text: str, defects: list[tuple[str, int, int, str]]) -> None:
    source = read_bytes(text.encode(), "dump.txt")
    assert source.text == text
    assert [(defect.code, defect.span.first_line, defect.span.last_line, defect.detail) for defect in source.defects] == defects


def test_a_few_nul_bytes_are_shown_and_recorded() -> None:
    source = read_bytes(b"Bonjour\nMarie\0Josee\n", "dump.txt")
    assert source.text == "Bonjour\nMarie\u2400Josee\n"
    assert [(defect.code, defect.span.first_line) for defect in source.defects] == [("nul-character", 2)]
    assert b"\0" in source.content


def test_a_text_full_of_control_characters_has_a_bounded_number_of_defects() -> None:
    source = read_bytes(b"bonjour, une ligne ordinaire\n\x01 et une autre\n" * 3000, "dump.txt")
    assert len(source.defects) == 500
    assert source.defects[-1].span.last_line == 6000


def test_two_formats_never_claim_one_file() -> None:
    for content in (b"De: Roy\n", FRENCH.encode("cp1252"), b"From roy@example.org Mon Jan  1 00:00:00 2024\n"):
        assert len([candidate.name for candidate in FORMATS if candidate.identify(content, "dump.txt")]) == 1


# ---------------------------------------------------------------- files


def read_error(path: Path) -> ThreadkitError:
    with pytest.raises(ThreadkitError) as caught:
        read_path(path)
    return caught.value


def test_a_source_is_called_by_its_file_name_unless_told_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "dump.txt"
    path.write_bytes(b"De: Roy\n")
    assert read_path(path).name == "dump.txt"
    assert read_path(path, name="2024/dump.txt").name == "2024/dump.txt"
    assert read_path(path) == read_path(str(path))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    error = read_error(tmp_path / "nowhere.txt")
    assert (error.where, error.exit_code) == ("nowhere.txt", 3)
    assert "cannot be read" in error.what


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert "is a folder" in read_error(tmp_path).what


@pytest.mark.skipif(os.name == "nt", reason="named pipes and sockets are no files on Windows")
def test_pipes_sockets_and_devices_are_refused_without_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.chdir(tmp_path)  # the name of a socket may not be long
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        assert "named pipe" in read_error(tmp_path / "pipe").what
        assert "socket" in read_error(tmp_path / "socket").what
    assert "device" in read_error(Path("/dev/zero")).what


def test_a_link_to_a_file_is_followed(tmp_path: Path) -> None:
    (tmp_path / "dump.txt").write_bytes(b"De: Roy\n")
    try:
        (tmp_path / "link.txt").symlink_to(tmp_path / "dump.txt")
    except OSError:
        pytest.skip("this account may not make links")
    assert read_path(tmp_path / "link.txt").text == "De: Roy\n"


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "dump.txt"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    error = read_error(path)
    assert "larger than 512 MB" in error.what
    assert "Split" in error.hint


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs a file whose size is not what reading it gives")
def test_a_file_that_changes_while_it_is_read_is_refused() -> None:
    assert "changed while it was read" in read_error(Path("/proc/self/status")).what


# ---------------------------------------------------------------- folders


def tree(top: Path, files: list[str]) -> Path:
    for name in files:
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"De: Roy\n")
    return top


def test_a_folder_is_walked_in_order_and_named_from_itself(tmp_path: Path) -> None:
    top = tree(tmp_path / "envoi", ["b.txt", "a/deux.txt", "a/un.txt", "c/c/c.txt", "A.txt"])
    found, skipped = find_sources([top])
    assert [file.name for file in found] == ["envoi/A.txt", "envoi/b.txt", "envoi/a/deux.txt", "envoi/a/un.txt", "envoi/c/c/c.txt"]
    assert [read_path(file.path, name=file.name).name for file in found] == [file.name for file in found]
    assert skipped == ()


def test_hidden_and_system_files_are_left_out_and_reported(tmp_path: Path) -> None:
    top = tree(tmp_path / "envoi", [".DS_Store", "Thumbs.db", "~$lettre.docx", ".git/config", "__MACOSX/x", "a.txt"])
    found, skipped = find_sources([top])
    assert [file.name for file in found] == ["envoi/a.txt"]
    assert {(skip.name, skip.refused) for skip in skipped} == {
        ("envoi/.DS_Store", False),
        ("envoi/.git", False),
        ("envoi/Thumbs.db", False),
        ("envoi/__MACOSX", False),
        ("envoi/~$lettre.docx", False),
    }


def test_a_hidden_file_that_the_user_names_is_taken(tmp_path: Path) -> None:
    tree(tmp_path, [".dump.txt"])
    assert [file.name for file in find_sources([tmp_path / ".dump.txt"])[0]] == [".dump.txt"]


def test_a_path_that_leads_nowhere_is_refused_and_the_others_are_found(tmp_path: Path) -> None:
    tree(tmp_path, ["a.txt"])
    found, skipped = find_sources([tmp_path / "nowhere.txt", tmp_path / "a.txt"])
    assert [file.name for file in found] == ["a.txt"]
    assert [(skip.reason, skip.refused) for skip in skipped] == [("does not exist, or may not be seen", True)]


def test_a_name_that_no_system_takes_is_refused(tmp_path: Path) -> None:
    found, skipped = find_sources([tmp_path / ("x" * 300), tmp_path / "a.txt" / "b"])
    assert found == ()
    assert [skip.refused for skip in skipped] == [True, True]


def test_a_file_named_twice_is_found_once(tmp_path: Path) -> None:
    top = tree(tmp_path / "envoi", ["a.txt"])
    found, _ = find_sources([top / "a.txt", top, top / "a.txt"])
    assert [file.name for file in found] == ["a.txt"]


def test_the_archive_itself_is_no_source(tmp_path: Path) -> None:
    top = tree(tmp_path / "envoi", ["a.txt", "archive.db"])
    found, skipped = find_sources([top], exclude=[top / "archive.db"])
    assert [file.name for file in found] == ["envoi/a.txt"]
    assert [(skip.name, skip.refused) for skip in skipped] == [("envoi/archive.db", False)]


def test_standard_input_is_one_source() -> None:
    found, skipped = find_sources(["-", "-"])
    assert [(str(file.path), file.name) for file in found] == [("-", "standard input")]
    assert skipped == ()


def test_links_in_a_loop_end(tmp_path: Path) -> None:
    top = tree(tmp_path / "envoi", ["a/a.txt"])
    try:
        (top / "a" / "again").symlink_to(top, target_is_directory=True)
        (top / "nowhere").symlink_to(tmp_path / "gone")
    except OSError:
        pytest.skip("this account may not make links")
    found, skipped = find_sources([top])
    assert [file.name for file in found] == ["envoi/a/a.txt"]
    assert {(skip.name, skip.refused) for skip in skipped} == {("envoi/a/again", True), ("envoi/nowhere", True)}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems keep names in Unicode")
def test_a_file_name_in_another_encoding_can_be_stored(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/lettre\xe9.txt"
    with open(raw, "wb") as file:
        file.write(b"De: Roy\n")
    found, _ = find_sources([tmp_path])
    source: Source = read_path(found[0].path, name=found[0].name)
    assert source.name.endswith("/lettre\\xe9.txt")
    assert source.name.encode("utf-8")
