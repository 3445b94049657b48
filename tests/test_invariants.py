"""What must hold for any text at all: nothing lost, nothing said twice, nothing that depends on order, place or time."""

from __future__ import annotations

import itertools
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.expected import cases
from threadkit.archive.digest import archive_digest
from threadkit.archive.schema import load_schema
from threadkit.importing import ImportOptions, import_paths
from threadkit.parse import parse_source
from threadkit.parse.headers import decoded
from threadkit.read import read_bytes
from threadkit.records import HeaderField, Occurrence, Reading, Source, Span
from threadkit.words import load_words

WORDS = load_words()
ROOT = Path(__file__).parents[1]

# ---------------------------------------------------------------- texts made of what releases are made of

PEOPLE = [
    "Lavigne, Odile",
    "Roy, Paul (SCP)",
    "Diagne, Fatou <fatou.diagne@voirie.example>",
    "Paul Roy <paul.roy@voirie.example>",
    "",
    "DL-Tous",
]
DATES = [
    "3 mai 2023 09:12",
    "3 mai 2023 09:12:44",
    "lundi 3 mai 2023 à 09:12",
    "2023-05-03 9 h 12",
    "04/05/2023 10:00",
    "l3 mai 2O23",
    "hier",
    "",
]
SUBJECTS = [
    "Bouées",
    "RE: Bouées",
    "TR: RE: Bouées",
    "[EXTERNE] Relevé d'été",
    "",
    "Une très longue ligne d'objet qui se poursuit\nà la ligne suivante",
]
FILES = ["Plan.pdf", "Plan.pdf; Releve_2023.xlsx; \n\nNote finale\nv2.docx", "image001.png, image002.png"]
LINES = [
    "Bonjour Paul,", "Les bouées sont à l'eau depuis mardi.", "Merci,", "Odile Lavigne", "Chef d'équipe", "Tél. 418 555-0110 | Cell.", "", " ", "12", "\f",
    "PROCÈS-VERBAL", "Date : 26 janvier 2023", "Objet : Érosion de la berge", "De : la berge recule.", "À :", "Envoyé de mon iPhone", "Pièces jointes :",
    "________________________________", "-----Message d'origine-----", "Roy, Paul (SCP)", "[caviardé]", "█████", "p. j. 2", "De :", "Envoyé : 3 mai 2023",
    "> De : Roy, Paul", "> ", "> > oui", "Ce message est confidentiel.", "parƟcipé à l’évaluaƟon", "\x85\u2028\u2029\x0b\x1b[31m", "\u202egnp.exe", "🦆",
    "Le mar. 5 mars 2024 à 10 h 33, Paul Roy <paul.roy@voirie.example> a écrit :", "a" * 300, "x" + " " * 300,
]  # fmt: skip
COLONS = [" :", ":", "\u00a0:"]


@st.composite
def blocks(draw: st.DrawFn) -> str:
    """Draw one header block: a layout's labels in some order, some of them missing, some lines broken."""
    labels = draw(
        st.sampled_from(
            [
                ("De", "Envoyé", "À", "Cc", "Objet"),
                ("De", "A", "Cc", "Objet", "Date"),
                ("De", "Date", "À", "Cc", "Objet"),
                ("From", "Sent", "To", "Cc", "Subject"),
            ]
        )
    )
    colon, mark = draw(st.sampled_from(COLONS)), draw(st.sampled_from(["", "", "", "> ", ">> "]))
    values = {"De": PEOPLE, "From": PEOPLE, "Envoyé": DATES, "Date": DATES, "Sent": DATES, "Objet": SUBJECTS, "Subject": SUBJECTS}
    lines = []
    for label in labels:
        if draw(st.integers(0, 9)) == 0:
            continue
        several = st.lists(st.sampled_from(PEOPLE), max_size=3).map("; ".join)
        value = draw(several if label in ("À", "A", "To", "Cc") else st.sampled_from(values[label]))
        lines.append(f"{label}{colon} {value}")
        if draw(st.integers(0, 14)) == 0:
            lines.append(draw(st.sampled_from(LINES)))
    if draw(st.integers(0, 4)) == 0:
        lines.append(f"Pièces jointes{colon} {draw(st.sampled_from(FILES))}")
    return "\n".join(mark + line for line in "\n".join(lines).split("\n"))


def dumps(most: int = 8) -> st.SearchStrategy[str]:
    """Return dumps: blocks, lines and noise in any order."""
    noise = st.text(alphabet="De :;ÀàÉ<>@.-_>\n\f\t 0123456789", max_size=60)
    part = st.one_of(blocks(), st.lists(st.sampled_from(LINES), min_size=1, max_size=6).map("\n".join), noise)
    return (
        st.tuples(st.lists(part, min_size=1, max_size=most), st.sampled_from(["\n", "\n\n", "\n\n\n\n"]))
        .map(lambda drawn: drawn[1].join(drawn[0]))
        .filter(bool)
    )


def read(text: str) -> tuple[Source, Reading]:
    source = read_bytes(text.encode(), "dump.txt")
    return source, parse_source(source, WORDS)


def corpus_texts() -> list[str]:
    return [case.dump.read_text(encoding="utf-8") for case in cases()]


# ---------------------------------------------------------------- 1. tiling


def check_tiling(source: Source, reading: Reading) -> None:
    segments = reading.segments
    assert [segment.position for segment in segments] == list(range(len(segments)))
    assert "".join(source.text[segment.first_char : segment.last_char + 1] for segment in segments) == source.text
    assert segments[0].span.first_line == 1
    assert segments[-1].span.last_line == source.line_count
    for before, after in itertools.pairwise(segments):
        assert after.span.first_line == before.span.last_line + 1
        assert after.first_char == before.last_char + 1
        assert source.text[before.last_char] == "\n"
    for segment in segments:
        assert segment.span.first_line <= segment.span.last_line
        assert segment.kind != "blank" or source.text[segment.first_char : segment.last_char + 1].replace(">", "").strip() == ""


@given(dumps())
def test_every_character_is_in_exactly_one_segment(text: str) -> None:
    check_tiling(*read(text))


@given(st.text(min_size=1, max_size=200).filter(lambda text: "\0" not in text))
def test_any_text_is_tiled(text: str) -> None:
    check_tiling(*read(text))


@pytest.mark.parametrize("text", corpus_texts(), ids=[case.id for case in cases()])
def test_every_dump_of_the_corpus_is_tiled(text: str) -> None:
    check_tiling(*read(text))


@given(dumps())
def test_a_segment_belongs_to_an_occurrence_that_is_there(text: str) -> None:
    _, reading = read(text)
    ids = {occurrence.id for occurrence in reading.occurrences}
    assert len(ids) == len(reading.occurrences)
    for segment in reading.segments:
        owned = segment.kind in ("header", "body", "signature", "disclaimer")
        assert segment.occurrence_id in ids if owned else segment.occurrence_id is None or segment.occurrence_id in ids
        assert segment.after_id is None or segment.after_id in ids
    for occurrence in reading.occurrences:
        assert occurrence.within_id is None or occurrence.within_id in ids
        assert (occurrence.standing == "quoted") == (occurrence.depth > 0)
        headed = any(segment.occurrence_id == occurrence.id and segment.kind == "header" for segment in reading.segments)
        assert headed or introduced_behind_words(occurrence, reading)


def introduced_behind_words(occurrence: Occurrence, reading: Reading) -> bool:
    """Tell whether an introduction shares its one line with words of another message: a line has one segment, which is theirs."""
    (segment,) = [each for each in reading.segments if each.span.first_line <= occurrence.span.first_line <= each.span.last_line]
    return all(field.span == Span(occurrence.span.first_line, occurrence.span.first_line) for field in occurrence.fields) and (
        segment.kind in ("body", "signature", "disclaimer", "other", "document") and segment.occurrence_id != occurrence.id
    )


# ---------------------------------------------------------------- 2. citation


def compact(text: str) -> str:
    return re.sub(r"[\s>\u200b\ufeff]+", "", text)


def letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def lines_of(source: Source, span: Span) -> str:
    return "\n".join(source.text.split("\n")[span.first_line - 1 : span.last_line])


def is_printed(text: str, within: str) -> bool:
    """Tell whether `text` stands in `within` after unfolding; furniture between its pieces may be left out."""
    if compact(text) in compact(within):
        return True
    rest = iter(compact(within))
    return len(compact(text)) > 20 and all(character in rest for character in compact(text))


def check_citations(source: Source, reading: Reading) -> None:
    shared = {field.span: field.text for occurrence in reading.occurrences for field in occurrence.fields if is_heading(field, occurrence)}
    for occurrence in reading.occurrences:
        check_occurrence(source, occurrence, shared)
    for mark in reading.marks:
        assert mark.rule
        # A torn header is cited field by field, with `; ` between them: letters and digits are what must agree.
        within = letters(lines_of(source, mark.span))
        assert [part for part in mark.text.split("; ") if letters(part) not in within] == [], mark
    for defect in reading.defects:
        assert defect.code
        assert 1 <= defect.span.first_line <= defect.span.last_line <= source.line_count
    assert all(segment.rule for segment in reading.segments if segment.kind not in ("blank", "header"))


def is_heading(field: HeaderField, occurrence: Occurrence) -> bool:
    """Tell whether a field is the subject without a label with which a message begins: Gmail prints one above all messages of a conversation."""
    return field.field == "subject" and not field.label and field.span.first_line == occurrence.span.first_line


def check_occurrence(source: Source, occurrence: Occurrence, shared: Mapping[Span, str]) -> None:
    assert occurrence.layout
    assert 1 <= occurrence.span.first_line <= occurrence.span.last_line <= source.line_count
    printed: dict[str, str] = {}
    for field in occurrence.fields:
        if field.span.last_line < occurrence.span.first_line:
            # The one field that may stand outside: the subject above the first message of the same printed conversation.
            assert (field.field, field.label, field.text) == ("subject", "", shared.get(field.span)), field
        else:
            assert occurrence.span.first_line <= field.span.first_line <= field.span.last_line <= occurrence.span.last_line
        within = lines_of(source, field.span)
        assert is_printed(field.label, within), field
        assert is_printed(field.text, within), field
        printed[field.field] = printed.get(field.field, "") + field.text
    for entry in occurrence.mailboxes:
        assert entry.mailbox.rule
        assert is_printed(entry.mailbox.text, "".join(printed.values())), entry
        read_values = f"{entry.mailbox.name or ''} {entry.mailbox.email or ''}"
        text = decoded(entry.mailbox.text).replace("\u00ad", "")  # a soft hyphen is none that anybody sees
        # An address is ASCII: where extraction made one letter of two (`ﬃ`, `Ɵ`), the letters that it stands for are read.
        standing_for = unicodedata.normalize("NFKC", load_words().folding.repair(text)) if entry.mailbox.email else ""
        unprinted = [word for word in re.findall(r"\w+", read_values.lower()) if word not in compact(text).lower() + "\n" + compact(standing_for).lower()]
        assert unprinted == [], entry
    for name in occurrence.attachments:
        assert is_printed(name.text, lines_of(source, name.span)), name
        assert is_printed(name.filename, name.text), name
    if occurrence.sent is not None:
        assert occurrence.sent.rule
        assert is_printed(occurrence.sent.text, "".join(printed.values())), occurrence.sent
        assert occurrence.sent.value is None or occurrence.sent.text.strip()


@given(dumps())
@settings(max_examples=300)
def test_what_was_read_is_printed_where_it_is_said_to_be(text: str) -> None:
    check_citations(*read(text))


@pytest.mark.parametrize("text", corpus_texts(), ids=[case.id for case in cases()])
def test_what_was_read_in_the_corpus_is_printed_there(text: str) -> None:
    check_citations(*read(text))


def test_what_was_read_in_real_dumps_is_printed_there(request: pytest.FixtureRequest) -> None:
    folder: Path = request.getfixturevalue("dumps")
    for path in sorted(folder.rglob("*.txt")):
        source = read_bytes(path.read_bytes(), path.name)
        reading = parse_source(source, WORDS)
        check_tiling(source, reading)
        check_citations(source, reading)


@given(dumps())
def test_a_body_is_made_of_lines_of_its_segments(text: str) -> None:
    source, reading = read(text)
    for occurrence in reading.occurrences:
        own = [
            segment
            for segment in reading.segments
            if segment.occurrence_id == occurrence.id and segment.kind not in ("header", "quote-marker")
        ]
        printed = compact("".join(source.text[segment.first_char : segment.last_char + 1] for segment in own))
        rest = iter(printed)
        assert all(character in rest for character in compact(occurrence.body))


# ---------------------------------------------------------------- 3 to 7. archives


def archive_of(folder: Path, *imports: Sequence[Path]) -> Path:
    archive = folder / "archive.db"
    for paths in imports:
        report = import_paths(paths, archive, ImportOptions())
        assert report.given == len(report.added) + len(report.known) + len(report.exceptions)
    return archive


def rows(archive: Path, statement: str, parameters: Iterable[object] = ()) -> list[sqlite3.Row]:
    connection = sqlite3.connect(archive)
    connection.row_factory = sqlite3.Row
    try:
        return connection.execute(statement, tuple(parameters)).fetchall()
    finally:
        connection.close()


def digest(archive: Path) -> str:
    connection = sqlite3.connect(archive)
    try:
        return archive_digest(connection)
    finally:
        connection.close()


def files(folder: Path, texts: Iterable[str]) -> list[Path]:
    paths = []
    for number, text in enumerate(texts):
        paths.append(folder / f"{number}.txt")
        paths[-1].write_bytes(text.encode())
    return paths


def test_what_goes_in_comes_out_or_is_an_exception(tmp_path: Path) -> None:
    given_files = {
        "a.txt": b"De : Roy, Paul <paul.roy@voirie.example>\nEnvoy\xc3\xa9 : 3 mai 2023 09:12\nObjet : Bou\xc3\xa9es\n\nOui.\n",
        "copy of a.txt": b"De : Roy, Paul <paul.roy@voirie.example>\nEnvoy\xc3\xa9 : 3 mai 2023 09:12\nObjet : Bou\xc3\xa9es\n\nOui.\n",
        "empty.txt": b"",
        "picture.txt": b"\x89PNG\r\n\x1a\n\0\0",
        "unknown.txt": b"\x81\x8d\n",
    }
    for name, content in given_files.items():
        (tmp_path / name).write_bytes(content)
    report = import_paths([tmp_path / name for name in given_files] + [tmp_path / "missing.txt"], tmp_path / "archive.db", ImportOptions())
    assert (report.given, len(report.added), len(report.known), len(report.exceptions)) == (6, 1, 1, 4)
    assert report.exit_code == 2
    told = {row["name"]: row["detail"] for row in rows(tmp_path / "archive.db", "SELECT name, detail FROM exceptions")}
    assert {name.rpartition("/")[2] for name in told} == {"empty.txt", "picture.txt", "unknown.txt", "missing.txt"}
    assert all(told.values())


SHARED = "De : Roy, Paul <paul.roy@voirie.example>\nEnvoyé : 3 mai 2023 09:12\nÀ : Lavigne, Odile\nObjet : Bouées\n\nLes bouées sont à l'eau depuis mardi.\n"
ANSWER = "De: Lavigne, Odile\nEnvoyé: 3 mai 2023 10:00\nÀ: Roy, Paul (SCP)\nObjet: RE: Bouées\nPièces jointes: Plan.pdf\n\nMerci Paul.\n\nOdile Lavigne\n\n"


@given(st.lists(dumps(5), min_size=2, max_size=3, unique=True))
@settings(max_examples=15)
@example([SHARED, ANSWER + SHARED])
@example([ANSWER, SHARED, ANSWER.replace("10:00", "10:00:31")])
def test_the_order_and_number_of_imports_change_nothing(texts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        top = Path(name)
        paths = files(top, texts)
        ways = {
            "together": [paths],
            "twice": [paths, paths],
            "one by one": [[path] for path in paths],
            "backwards": [[path] for path in reversed(paths)],
        }
        digests = {}
        for way, imports in ways.items():
            folder = top / way
            folder.mkdir()
            digests[way] = digest(archive_of(folder, *imports))
        assert set(digests.values()) == {digests["together"]}, digests


@given(st.lists(dumps(5), min_size=2, max_size=2, unique=True))
@settings(max_examples=8)
@example([SHARED, ANSWER + SHARED])
def test_importing_more_changes_no_source_and_no_reading(texts: list[str]) -> None:
    tables = [table for table in load_schema().tables if table.layer in ("sources", "readings")]
    filled_later = {"message_id", "document_id", "own_body", "superseded_by", "search_row"}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first, second = files(folder, texts)
        archive = archive_of(folder, [first])
        before = {table.name: kept(archive, table.name, filled_later) for table in tables}
        archive_of(folder, [second])
        for table, old_rows in before.items():
            assert old_rows <= kept(archive, table, filled_later), table


def kept(archive: Path, table: str, left_out: set[str]) -> set[tuple[object, ...]]:
    return {tuple(row[key] for key in row.keys() if key not in left_out) for row in rows(archive, f"SELECT * FROM {table}")}  # noqa: SIM118


def test_the_machine_the_zone_the_locale_and_the_hash_seed_change_nothing(tmp_path: Path) -> None:
    script = (
        "import sqlite3, sys, pathlib\n"
        "from threadkit.importing import ImportOptions, import_paths\n"
        "from threadkit.archive.digest import archive_digest\n"
        "import_paths(sys.argv[2:], sys.argv[1], ImportOptions())\n"
        "print(archive_digest(sqlite3.connect(sys.argv[1])))\n"
    )
    dumps_of_corpus = [str(case.dump) for case in cases()]
    machines = [
        {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Kathmandu", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
        {"PYTHONHASHSEED": "2", "TZ": "America/St_Johns", "LC_ALL": "fr_CA.UTF-8", "PYTHONUTF8": "0"},
    ]
    found = set()
    for number, machine in enumerate(machines):
        archive = tmp_path / f"{number}.db"
        given_paths = dumps_of_corpus if number != 1 else dumps_of_corpus[::-1]
        done = subprocess.run(
            [sys.executable, "-c", script, str(archive), *given_paths],
            env={**os.environ, **machine},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        found.add(done.stdout)
    assert len(found) == 1


def documented_rules() -> set[str]:
    text = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    return set(re.findall(r"^#{2,4} `([^`]+)`", text, flags=re.MULTILINE))


@pytest.fixture(scope="module")
def corpus_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return one archive of the whole corpus and the samples."""
    folder = tmp_path_factory.mktemp("corpus")
    return archive_of(folder, [*(case.dump for case in cases()), *sorted((ROOT / "samples").glob("*.txt"))])


def test_every_rule_in_an_archive_has_its_page(corpus_archive: Path) -> None:
    tables = [
        (table.name, column) for table in load_schema().tables for column in table.column_names if column in ("rule", "code", "sent_rule")
    ]
    assert tables
    used = {
        (table, row[0])
        for table, column in tables
        for row in rows(corpus_archive, f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL AND {column} != ''")
    }
    parts = {(table, part) for table, rule in used for part in re.split(r"[+,; ]+", rule)}
    assert sorted((table, part) for table, part in parts if part not in documented_rules()) == []


def check_graph(archive: Path) -> None:
    parents = {row["id"]: row["parent_id"] for row in rows(archive, "SELECT id, parent_id FROM messages")}
    for message, parent in parents.items():
        seen, at = {message}, parent
        while at is not None:
            assert at not in seen, "a message is its own ancestor"
            seen.add(at)
            at = parents[at]
    links = rows(archive, "SELECT * FROM links")
    assert all(link["rule"] and link["evidence"] and 0 <= link["confidence"] <= 1 for link in links)
    chosen = {(link["child_id"], link["parent_id"]) for link in links if link["verdict"] == "chosen"}
    assert chosen == {(child, parent) for child, parent in parents.items() if parent is not None}
    against_time = rows(
        archive,
        "SELECT m.id, p.id AS parent FROM messages m JOIN messages p ON p.id = m.parent_id"
        " WHERE substr(m.sent_at, 1, 16) < substr(p.sent_at, 1, min(length(m.sent_at), 16))"
        " AND NOT EXISTS (SELECT 1 FROM findings f WHERE f.message_id IN (m.id, p.id) AND f.kind = 'date-conflict')",
    )
    assert [tuple(row) for row in against_time] == []


def test_the_replies_of_the_corpus_make_no_circle(corpus_archive: Path) -> None:
    check_graph(corpus_archive)


@given(st.lists(blocks(), min_size=2, max_size=7))
@settings(max_examples=25)
def test_replies_never_make_a_circle(parts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        check_graph(archive_of(folder, files(folder, ["\n\nOui.\n\n".join(parts)])))


def test_what_refers_to_a_row_finds_it(corpus_archive: Path) -> None:
    assert [tuple(row) for row in rows(corpus_archive, "PRAGMA foreign_key_check")] == []
    assert [row[0] for row in rows(corpus_archive, "PRAGMA integrity_check")] == ["ok"]
