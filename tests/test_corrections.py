"""What readers know better is replayed whatever happens to the archive, is told where it acts, and can be taken back."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from itertools import permutations
from pathlib import Path

import pytest

from threadkit.archive.corrections import corrections_file, corrections_text, read_corrections
from threadkit.archive.digest import archive_digest
from threadkit.archive.opening import open_archive
from threadkit.audit.points import Places
from threadkit.audit.releases import read_releases
from threadkit.cli import run
from threadkit.importing import ImportOptions, conclude_again, import_paths, rebuild
from threadkit.records import ThreadkitError
from threadkit.resolve.corrections import Correction
from threadkit.verifying import verify
from threadkit.words import load_words

ROOT = Path(__file__).parents[1]
Threadkit = Callable[..., tuple[int, str]]
SAID = 'by = "Aline Roy"\non = "2026-01-02"\nwhy = "She was there."\n'
QUAYS = (
    "De : Côté, Odile <odile.cote@rivage.example>\nEnvoyé : 14 mars 2024 09:12\n"
    "À : Roy, Paul\nObjet : Les quais\nPièces jointes : Plan des quais.docx\n\n"
    "La visite est remise à jeudi.\n"
)
BANKS = (
    "De : Roy, P. <proy@rivage.example>\nEnvoyé : 16 mars 2024 09:12\nÀ : Côté, Odile\nObjet : RE: Les berges\n\nEntendu pour jeudi.\n\n"
    "De : Paul Roy\nEnvoyé : 12 mars 2024 08:00\nÀ : Odile Côté\nObjet : Les berges\n\nOn se voit quand?\n"
)
ONE = f'[[people]]\none = ["Roy, Paul", "proy@rivage.example"]\n{SAID}'
APART = f'[[people]]\napart = ["Roy, P.", "proy@rivage.example"]\n{SAID}'
ANSWERS = f'[[parent]]\nat = "banks.txt:1"\nanswers = "quays.txt:1"\n{SAID}'
ANSWERS_NOTHING = f'[[parent]]\nat = "banks.txt:1"\nanswers = ""\n{SAID}'
NO_MESSAGE = f'[[message]]\nat = "banks.txt:8"\nis_message = false\n{SAID}'
DATED = f'[[date]]\nat = "quays.txt:1"\nsent_at = "2024-03-13 08:00"\n{SAID}'
ALL = f"{ONE}\n{ANSWERS}\n{NO_MESSAGE}\n{DATED}"


ODILE = "Côté, Odile; Odile Côté; odile.cote@rivage.example"


@pytest.fixture
def sources(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / "quays.txt", tmp_path / "banks.txt"]
    for path, text in zip(paths, (QUAYS, BANKS), strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


@pytest.fixture
def archive(tmp_path: Path, sources: list[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    import_paths(sources, "archive.db", ImportOptions(jobs=1))
    return tmp_path / "archive.db"


def corrected(archive: Path, text: str) -> Path:
    corrections_file(archive).write_text(text, encoding="utf-8")
    conclude_again(archive)
    return archive


def rows(archive: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(open_archive(archive)) as connection:
        return connection.execute(sql).fetchall()


def digest(archive: Path) -> str:
    with closing(open_archive(archive)) as connection:
        return archive_digest(connection)


PEOPLE = """
SELECT group_concat(name, '; ') FROM (SELECT person_id, name FROM names UNION SELECT person_id, email FROM addresses ORDER BY 1, 2)
GROUP BY person_id ORDER BY 1
"""
PARENTS = "SELECT m.sent_at, p.sent_at FROM messages m LEFT JOIN messages p ON p.id = m.parent_id ORDER BY m.sent_at"


@pytest.mark.parametrize(
    ("text", "sql", "expected"),
    [
        pytest.param("", PEOPLE, [(ODILE,), ("Paul Roy; Roy, Paul",), ("Roy, P.; proy@rivage.example",)], id="none"),
        pytest.param(ONE, PEOPLE, [(ODILE,), ("Paul Roy; Roy, P.; Roy, Paul; proy@rivage.example",)], id="one"),
        pytest.param(APART, PEOPLE, [(ODILE,), ("Paul Roy; Roy, Paul",), ("Roy, P.",), ("proy@rivage.example",)], id="apart"),
        pytest.param(ANSWERS, PARENTS, [("2024-03-12T08:00", None), ("2024-03-14T09:12", None), ("2024-03-16T09:12", "2024-03-14T09:12")], id="parent"),
        pytest.param(ANSWERS_NOTHING, PARENTS, [("2024-03-12T08:00", None), ("2024-03-14T09:12", None), ("2024-03-16T09:12", None)], id="no-parent"),
        pytest.param(DATED, "SELECT sent_at, sent_text FROM messages WHERE subject = 'Les quais'", [("2024-03-13T08:00", "14 mars 2024 09:12")], id="date"),
        pytest.param(NO_MESSAGE, "SELECT count(*) FROM messages", [(2,)], id="message"),
        pytest.param(NO_MESSAGE, "SELECT body LIKE '%De : Paul Roy%On se voit%' FROM messages WHERE subject = 'RE: Les berges'", [(1,)], id="its-words-stay"),
    ],
)  # fmt: skip
def test_a_correction_takes_the_place_of_what_the_rules_conclude(
    archive: Path, text: str, sql: str, expected: list[tuple[object, ...]]
) -> None:
    corrected(archive, text)
    assert rows(archive, sql) == expected
    assert rows(archive, "SELECT unfit FROM corrections WHERE unfit IS NOT NULL") == []


def test_a_link_says_who_knows_it_and_why_and_what_the_rules_had_chosen(archive: Path) -> None:
    corrected(archive, ANSWERS)
    links = rows(archive, "SELECT verdict, rule, confidence, evidence FROM links ORDER BY verdict")
    evidence = "Aline Roy, 2026-01-02: She was there."
    assert links == [("chosen", "correction", 1.0, evidence), ("refused", "correction", 0.0, evidence)]


def test_a_file_that_readers_name_is_released(archive: Path, sources: list[Path], tmp_path: Path) -> None:
    plan = tmp_path / "plan.txt"
    plan.write_text("Notes de terrain\n\nLe quai nord est long de douze mètres et repose sur des pieux.\n", encoding="utf-8")
    import_paths([plan], archive, ImportOptions(jobs=1))
    missing = "SELECT count(*) FROM findings WHERE kind = 'attachment-not-released'"
    assert rows(archive, missing) == [(1,)]
    corrected(archive, f'[[attachment]]\nat = "plan.txt:3"\nfilename = "plan des quais.docx"\n{SAID}')
    assert rows(archive, missing) == [(0,)]
    assert rows(archive, "SELECT a.filename, d.rule FROM documents d JOIN attachments a ON a.id = d.attachment_id") == [
        ("Plan des quais.docx", "correction")
    ]
    corrected(archive, f'[[attachment]]\nat = "plan.txt:3"\nfilename = ""\n{SAID}')
    assert rows(archive, "SELECT attachment_id, rule FROM documents") == [(None, "correction")]


def test_corrections_survive_import_order_and_rebuild(archive: Path, sources: list[Path], tmp_path: Path) -> None:
    expected = digest(corrected(archive, ALL))
    rebuild(archive)
    assert digest(archive) == expected
    import_paths(sources, archive)
    assert digest(archive) == expected
    for number, order in enumerate(permutations(sources)):
        other = tmp_path / f"other{number}.db"
        corrections_file(other).write_text(ALL, encoding="utf-8")
        for path in order:
            import_paths([path], other, ImportOptions(jobs=1))
        assert digest(other) == expected


def test_corrections_survive_another_version_of_the_parser(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corrected(archive, ALL)
    monkeypatch.setattr("threadkit.importing.PARSER_VERSION", "99")
    rebuild(archive)
    assert rows(archive, "SELECT DISTINCT parser_version FROM sources") == [("99",)]
    assert rows(archive, "SELECT kind, rule FROM corrections ORDER BY number") == [
        (kind, "correction") for kind in ("people", "parent", "message", "date")
    ]


def test_an_archive_with_corrections_is_always_concluded_whole(archive: Path, tmp_path: Path) -> None:
    corrected(archive, ANSWERS)
    more = tmp_path / "more.txt"
    more.write_text(QUAYS.replace("quais", "ponts"), encoding="utf-8")
    import_paths([more], archive, ImportOptions(jobs=1))
    assert rows(archive, "SELECT DISTINCT extent FROM imports") == [("whole",)]


def test_the_next_import_heeds_a_file_that_was_edited_by_hand(archive: Path, sources: list[Path]) -> None:
    corrections_file(archive).write_text(DATED, encoding="utf-8")
    import_paths(sources, archive)
    assert rows(archive, "SELECT count(*) FROM messages WHERE sent_at = '2024-03-13T08:00'") == [(1,)]


def test_without_its_file_an_archive_keeps_its_corrections(archive: Path, sources: list[Path]) -> None:
    expected = digest(corrected(archive, ALL))
    corrections_file(archive).unlink()
    import_paths(sources, archive)
    rebuild(archive)
    assert digest(archive) == expected


def test_taking_all_back_gives_the_archive_that_was(archive: Path) -> None:
    before = digest(archive)
    assert digest(corrected(archive, ALL)) != before
    assert digest(corrected(archive, "")) == before


def test_a_corrected_archive_verifies(archive: Path) -> None:
    corrected(archive, ALL)
    assert verify(archive).problems == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param(DATED.replace("quays.txt:1", "gone.txt:1"), "no such source", id="no-source"),
        pytest.param(DATED.replace("quays.txt:1", "quays.txt:99"), "no such line", id="no-line"),
        pytest.param(DATED.replace("quays.txt:1", "quays.txt"), "no place (SOURCE:LINE)", id="no-place"),
        pytest.param(ANSWERS.replace("quays.txt:1", "banks.txt:2"), "both places are one message", id="itself"),
        pytest.param(NO_MESSAGE.replace(":8", ":6"), "no header stands there", id="no-header"),
        pytest.param(ONE.replace("Roy, Paul", "Roy, Pauline"), "no such names or addresses are printed, or they cannot be told apart", id="no-name"),
        pytest.param(f'[[attachment]]\nat = "quays.txt:1"\nfilename = "x.doc"\n{SAID}', "no document stands there", id="no-document"),
    ],
)  # fmt: skip
def test_a_correction_that_does_not_fit_is_told_and_stays(archive: Path, text: str, why: str) -> None:
    before = rows(archive, PARENTS)
    corrected(archive, text)
    assert rows(archive, "SELECT rule, unfit FROM corrections") == [("correction-unfit", why)]
    [(detail,)] = rows(archive, "SELECT detail FROM findings WHERE kind = 'correction-without-effect'")
    assert str(detail).endswith(f"({why})")
    assert rows(archive, PARENTS) == before
    assert corrections_file(archive).read_text(encoding="utf-8") == text


def test_a_header_that_is_none_is_told_at_its_line(archive: Path) -> None:
    corrected(archive, NO_MESSAGE)
    assert rows(archive, "SELECT first_line, detail FROM defects WHERE code = 'correction'") == [
        (8, "Aline Roy, 2026-01-02: She was there.")
    ]


def test_a_source_can_be_named_by_the_start_of_its_hash(archive: Path) -> None:
    [(sha256,)] = rows(archive, "SELECT sha256 FROM sources JOIN source_names ON source_id = id WHERE name = 'quays.txt'")
    corrected(archive, DATED.replace("quays.txt", str(sha256)[:12]))
    assert rows(archive, "SELECT rule FROM corrections") == [("correction",)]


@pytest.mark.parametrize(
    "text",
    ["[[people]\n", "[[persons]]\nx = 1\n", f'[[date]]\nat = "a:1"\nsent_at = "soon"\n{SAID}', '[[parent]]\nat = "a:1"\nanswers = ""\n', "people = 1\n"],
)  # fmt: skip
def test_a_file_that_says_nothing_sensible_changes_nothing(archive: Path, text: str) -> None:
    before = digest(archive)
    with pytest.raises(ThreadkitError, match="is no file of corrections"):
        corrected(archive, text)
    assert digest(archive) == before


def test_what_is_written_reads_as_it_was(tmp_path: Path) -> None:
    said = ('Aline "Roy"', "2026-01-02", "Back\\slash\tand\x7f é 😀")
    given = (
        Correction("people", ("Roy, Paul", "p@x.example"), False, "", "", *said),
        Correction("people", ("a", "b"), True, "", "", *said),
        Correction("parent", (), False, "a:b.txt:3", "", *said),
        Correction("message", (), False, "a.txt:3", "", *said),
        Correction("date", (), False, "a.txt:3", "2024-03-13", *said),
        Correction("attachment", (), False, "a.txt:3", "Plan.docx", *said),
        Correction("release", ("decided_on",), False, "a.txt:3", "2024-03-13", *said),
    )
    path = tmp_path / "x.corrections.toml"
    path.write_text(corrections_text(given), encoding="utf-8")
    assert read_corrections(path) == given


def test_nothing_is_written_into_an_archive_by_reading_it(archive: Path) -> None:
    corrected(archive, ALL)
    with closing(sqlite3.connect(archive)) as connection:
        assert connection.execute("SELECT name FROM settings WHERE name = 'corrections'").fetchall() == [("corrections",)]


LETTER = (
    "Ville de Saint-Aubin\n\nSaint-Aubin, le 12 novembre 2024\n\nN/Réf. : 2024-117\nObjet : Demande d'accès à des documents\n\nMadame,\n\n"
    "Nous donnons suite à votre demande d'accès reçue le 3 octobre 2024. En vertu de la Loi sur l'accès, certains renseignements ont été masqués "
    "(art. 53 et 54).\n\nVous disposez d'un délai de 30 jours pour demander la révision de cette décision.\n\nLe responsable de l'accès,\nLuc Roy\n\f"
)
RELEASE = (
    f'[[release]]\nat = "letter.txt:5"\nfield = "request_number"\nvalue = "2024-118"\n{SAID}'
    f'\n[[release]]\nat = "letter.txt:5"\nfield = "decided_on"\nvalue = "2024-11-14"\n{SAID}'
)
RECORD = "SELECT request_number, decided_on, review_days, review_until, rule FROM releases"
CORRECTED = [("2024-118", "2024-11-14", "30", "2024-12-14", "correction")]


@pytest.fixture
def released(tmp_path: Path, sources: list[Path], monkeypatch: pytest.MonkeyPatch) -> tuple[Path, list[Path]]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "letter.txt").write_text(LETTER + QUAYS, encoding="utf-8")
    paths = [tmp_path / "letter.txt", *sources[1:]]
    import_paths(paths, "released.db", ImportOptions(jobs=1))
    return tmp_path / "released.db", paths


def test_the_record_of_a_release_is_corrected_like_everything_else(released: tuple[Path, list[Path]]) -> None:
    archive, _ = released
    assert rows(archive, RECORD) == [("2024-117", "2024-11-12", "30", "2024-12-12", "release-letter")]
    before = digest(archive)
    assert rows(corrected(archive, RELEASE), RECORD) == CORRECTED
    with closing(open_archive(archive)) as connection:
        (record,) = read_releases(connection, load_words(), Places(connection))
    assert record.corrected == dict.fromkeys(("request_number", "decided_on"), "Aline Roy, 2026-01-02: She was there.")
    assert verify(archive).problems == ()
    assert digest(corrected(archive, "")) == before


def test_corrections_of_a_release_survive_import_order_rebuild_and_another_parser(
    released: tuple[Path, list[Path]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, paths = released
    expected = digest(corrected(archive, RELEASE))
    import_paths(paths, archive)
    assert digest(archive) == expected
    for number, order in enumerate(permutations(paths)):
        other = tmp_path / f"other{number}.db"
        corrections_file(other).write_text(RELEASE, encoding="utf-8")
        for path in order:
            import_paths([path], other, ImportOptions(jobs=1))
        assert digest(other) == expected
    monkeypatch.setattr("threadkit.importing.PARSER_VERSION", "99")
    rebuild(archive)
    assert rows(archive, RECORD) == CORRECTED


def test_a_correction_of_a_release_where_no_letter_stands_is_told_and_stays(released: tuple[Path, list[Path]]) -> None:
    archive, _ = released
    text = RELEASE.replace("letter.txt:5", "banks.txt:1")
    corrected(archive, text)
    assert rows(archive, "SELECT DISTINCT unfit FROM corrections") == [("no decision letter stands there",)]
    assert rows(archive, "SELECT count(*) FROM findings WHERE kind = 'correction-without-effect'") == [(2,)]
    assert corrections_file(archive).read_text(encoding="utf-8") == text


# ---------------------------------------------------------------- the commands


def test_the_record_of_a_release_is_corrected_on_the_command_line_and_shown_in_the_audit(
    released: tuple[Path, list[Path]], threadkit: Threadkit
) -> None:
    archive, _ = released
    code, shown = threadkit(
        "correct",
        "release",
        "letter.txt:5",
        "public_body",
        "Ville de Saint-Aubin-des-Lacs",
        "--by",
        "Aline",
        "--why",
        "Seal",
        "--db",
        str(archive),
    )
    assert (code, "letter.txt" in shown or "public_body" in shown) == (0, True)
    audit = threadkit("audit", "--db", str(archive))[1]
    assert "Ville de Saint-Aubin-des-Lacs (" in audit
    assert "corrected by Aline" in audit
    assert (
        "the fields of a release are"
        in threadkit("correct", "release", "letter.txt:5", "colour", "red", "--why", "x", "--db", str(archive))[1]
    )


@pytest.fixture
def threadkit(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str]]:
    monkeypatch.setenv("THREADKIT_LANG", "en")

    def call(*arguments: str) -> tuple[int, str]:
        code = run(arguments)
        shown = capsys.readouterr()
        return code, shown.out + shown.err

    return call


def test_a_correction_is_made_listed_and_taken_back_on_the_command_line(archive: Path, threadkit: Threadkit) -> None:
    before = digest(archive)
    code, shown = threadkit("correct", "parent", "banks.txt:1", "quays.txt:1", "--by", "Aline", "--why", "She says so")
    assert code == 0
    assert "She says so" in shown
    assert rows(archive, PARENTS)[-1] == ("2024-03-16T09:12", "2024-03-14T09:12")
    assert threadkit("correct")[1].count("Aline") == 1
    assert threadkit("correct", "--undo", "1")[0] == 0
    assert digest(archive) == before


def test_messages_can_be_named_by_their_numbers(archive: Path, threadkit: Threadkit) -> None:
    numbers = [str(row[0]) for row in rows(archive, "SELECT id FROM messages ORDER BY sent_at")]
    threadkit("correct", "parent", numbers[2], numbers[1], "--why", "Read.")
    assert rows(archive, PARENTS)[-1] == ("2024-03-16T09:12", "2024-03-14T09:12")
    assert "Corrected: parent" in threadkit("explain", numbers[2])[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("parent", "banks.txt:1", "-"), "why is it so?"),
        (("parent", "banks.txt:1", "--why", "x"), "parent takes two places"),
        (("people", "Roy, Paul", "--why", "x"), "people takes two or more names"),
        (("date", "quays.txt:1", "soon", "--why", "x"), "is no date"),
        (("--undo", "3"), "there is no correction 3"),
    ],
)
def test_what_is_wrong_with_a_correction_is_said_and_nothing_is_changed(
    archive: Path, threadkit: Threadkit, arguments: tuple[str, ...], said: str
) -> None:
    before = digest(archive)
    code, shown = threadkit("correct", *arguments)
    assert (code, said in shown) == (1, True)
    assert digest(archive) == before
    assert not corrections_file(archive).exists()


def test_a_correction_that_fits_nothing_is_said_at_once(archive: Path, threadkit: Threadkit) -> None:
    assert "correction 1 fits nothing: " in threadkit("correct", "attachment", "quays.txt:1", "Plan des quais.docx", "--why", "x")[1]


@pytest.fixture
def sampled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    import_paths([ROOT / "samples" / "demande-2024-117.txt"], "archive.db", ImportOptions(jobs=1))
    return tmp_path / "archive.db"


def test_what_is_doubtful_is_listed_most_doubtful_first(sampled: Path, threadkit: Threadkit) -> None:
    code, shown = threadkit("review", "--json")
    doubts = json.loads(shown)
    assert code == 0
    assert doubts
    assert [d["confidence"] for d in doubts] == sorted(d["confidence"] for d in doubts)


@pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals are of Unix")
def test_a_reader_settles_doubts_with_keys_and_is_not_asked_again(sampled: Path, threadkit: Threadkit) -> None:
    import pty

    doubts = json.loads(threadkit("review", "--json")[1])
    ours, theirs = pty.openpty()
    keys = "".join("1\nRead it.\n" for doubt in doubts if doubt["answers"])
    os.write(ours, keys.encode())
    done = subprocess.run(
        [sys.executable, "-m", "threadkit", "review", "--by", "Aline"], stdin=theirs, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    settled = rows(sampled, "SELECT made_by, reason, unfit FROM corrections")
    assert settled == [("Aline", "Read it.", None)] * sum(bool(doubt["answers"]) for doubt in doubts)
    assert [doubt for doubt in json.loads(threadkit("review", "--json")[1]) if doubt["answers"]] == []
