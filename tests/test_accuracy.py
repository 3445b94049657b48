"""The scorer of `make accuracy`: full marks for an archive that says the truth, one mistake for each planted error, and nothing unrecorded."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.accuracy.__main__ import compare
from tests.accuracy.breakdown import break_down, write_breakdown
from tests.accuracy.corpora import EVERYTHING, HERE, QUICK, find_corpora
from tests.accuracy.exact import write_exact
from tests.accuracy.figures import BY_NAME, Figures, compute_figures, percent
from tests.accuracy.generated import STRATA, read_generated
from tests.accuracy.peers_complete import HEADER, Reader, count_complete, write_complete
from tests.accuracy.recorded import PAGE, read_recorded, write_page
from tests.accuracy.report import find_changes, list_mistakes
from tests.accuracy.score import score
from tests.accuracy.score_audit import score_told
from tests.accuracy.score_gaps import score_gaps
from tests.accuracy.tally import Tally
from tests.accuracy.told import Told
from tests.accuracy.truth import Planted, Truth, read_truth
from tests.generator.dumps import make_numbered

TRUTHS = {f"{corpus.name}/{truth.name}": truth for corpus in find_corpora() for truth in corpus.truths()}
GENERATED = "generated/whole-1"
PLANTED_IN = {**TRUTHS, GENERATED: read_generated(make_numbered("whole", 1))}
OWA, CUSTODIANS, LONG = (f"hand-one/{name}" for name in ("03_chu_owa", "08_deux_detenteurs", "13_longue_liasse"))

# id, dump, the error that is planted in the exact archive, and every mistake that it must be counted as.
PLANTED = [
    ("a message is missed", OWA,
     "DELETE FROM occurrences WHERE message_id = 'm6'; DELETE FROM messages WHERE id = 'm6'; DELETE FROM findings WHERE message_id = 'm6'",
     {("messages", "missing"): 1, ("occurrences", "missing"): 1, ("findings", "missing"): 1}),
    ("a message is invented", OWA, "INSERT INTO occurrences VALUES (120, 'x', 'quoted', 120); INSERT INTO messages (id, subject) VALUES ('x', 'Formulaire')",
     {("messages", "invented"): 1, ("occurrences", "invented"): 1}),
    ("a finding about an invented message", OWA,
     "INSERT INTO messages (id) VALUES ('x'); INSERT INTO findings (kind, message_id) VALUES ('variant', 'x')",
     {("messages", "invented"): 1}),
    ("a quotation is taken for released", OWA, "UPDATE occurrences SET standing = 'released' WHERE first_line = 71", {("standing", "wrong"): 1}),
    ("two copies are two messages", OWA, "UPDATE occurrences SET message_id = 'x' WHERE first_line = 71; INSERT INTO messages (id) VALUES ('x')",
     {("messages", "invented"): 1}),
    ("another sender", OWA, "UPDATE participants SET name = 'Claes, Mireille' WHERE message_id = 'm1' AND role = 'from'", {("sender name", "wrong"): 1}),
    ("a sender without name", OWA, "UPDATE participants SET name = NULL WHERE message_id = 'm1' AND role = 'from'", {("sender name", "missing"): 1}),
    ("a sender of another order and without accents", OWA, "UPDATE participants SET name = 'benoit WAUTERS' WHERE message_id = 'm1' AND role = 'from'", {}),
    ("two senders", OWA,
     "INSERT INTO participants SELECT message_id, role, 2, person_id, name, email FROM participants WHERE message_id = 'm1' AND role = 'from'",
     {("sender name", "wrong"): 1}),
    ("another address", OWA, "UPDATE participants SET email = 'x@y.example' WHERE message_id = 'm1' AND role = 'from'", {("sender address", "wrong"): 1}),
    ("no address", OWA, "UPDATE participants SET email = NULL WHERE message_id = 'm1' AND role = 'from'", {("sender address", "missing"): 1}),
    ("an address invented", CUSTODIANS,
     "UPDATE participants SET email = 'x@y.example' WHERE message_id = 'm5' AND role = 'from'", {("sender address", "wrong"): 1}),
    ("no one on whose behalf", OWA, "DELETE FROM participants WHERE role = 'on-behalf-of'", {("on behalf of", "missing"): 1}),
    ("another time", OWA, "UPDATE messages SET sent_at = '2010-08-16T05:59' WHERE id = 'm1'", {("time", "wrong"): 1}),
    ("no time", OWA, "UPDATE messages SET sent_at = NULL WHERE id = 'm1'", {("time", "missing"): 1}),
    ("a day without its hour", OWA, "UPDATE messages SET sent_at = '2010-08-16' WHERE id = 'm1'", {("time", "missing"): 1}),
    ("seconds that nobody printed", OWA, "UPDATE messages SET sent_at = '2010-08-16T05:58:00' WHERE id = 'm1'", {("time", "wrong"): 1}),
    ("another subject", OWA, "UPDATE messages SET subject = 'Planning' WHERE id = 'm1'", {("subject", "wrong"): 1}),
    ("no subject", OWA, "UPDATE messages SET subject = NULL WHERE id = 'm1'", {("subject", "missing"): 1}),
    ("a recipient too many", OWA, "INSERT INTO participants VALUES ('m1', 'to', 3, NULL, 'Claes, Mireille', NULL)", {("recipients", "wrong"): 1}),
    ("a recipient too few", OWA, "DELETE FROM participants WHERE message_id = 'm1' AND role = 'to' AND position = 2", {("recipients", "missing"): 1}),
    ("a copy too few", OWA, "DELETE FROM participants WHERE message_id = 'm2' AND role = 'cc'", {("copies", "missing"): 1}),
    ("an attachment too few", OWA, "DELETE FROM message_attachments WHERE filename = 'image001.png'", {("attachment lists", "missing"): 1}),
    ("another attachment", OWA, "UPDATE message_attachments SET filename = 'image01.png' WHERE filename = 'image001.png'", {("attachment lists", "wrong"): 1}),
    ("another kind of message", OWA, "UPDATE messages SET kind = 'draft' WHERE id = 'm1'", {("kind of message", "wrong"): 1}),
    ("no relation", OWA, "UPDATE messages SET relation = NULL WHERE id = 'm1'", {("relation", "missing"): 1}),
    ("a wrong relation", OWA, "UPDATE messages SET relation = 'forward' WHERE id = 'm1'", {("relation", "wrong"): 1}),
    ("a wrong parent", OWA, "UPDATE messages SET parent_id = 'm3' WHERE id = 'm1'", {("parents", "wrong"): 1}),
    ("a parent that is no message", OWA, "UPDATE messages SET parent_id = 'x' WHERE id = 'm1'", {("parents", "wrong"): 1}),
    ("a missing parent", OWA, "UPDATE messages SET parent_id = NULL WHERE id = 'm1'", {("parents", "missing"): 1}),
    ("a parent invented", OWA, "UPDATE messages SET parent_id = 'm5' WHERE id = 'm6'", {("parents", "invented"): 1}),
    ("a thread of two conversations", OWA, "UPDATE messages SET thread_id = 1 WHERE id = 'm6'", {("threads", "invented"): 1}),
    ("a conversation of two threads", OWA, "UPDATE messages SET thread_id = 9 WHERE id = 'm4'", {("threads", "missing"): 3}),
    ("a thread that no one can tell", LONG, "UPDATE messages SET thread_id = 9 WHERE id IN ('m2', 'm3')", {}),
    ("one person is two", OWA, "UPDATE participants SET person_id = 99 WHERE message_id = 'm2' AND role = 'from'; INSERT INTO people VALUES (99, 'person')",
     {("people", "missing"): 2}),
    ("two people are one", OWA, "UPDATE participants SET person_id = 5 WHERE message_id = 'm5' AND role = 'from'", {("people", "wrong"): 2}),
    ("a namesake is guessed", OWA, "UPDATE participants SET person_id = 5 WHERE message_id = 'm6' AND role = 'to'", {("namesakes left open", "wrong"): 1}),
    ("another kind of person", OWA, "UPDATE people SET kind = 'role' WHERE id = 2", {("kind of person", "wrong"): 1}),
    ("an unknown kind of person", OWA, "UPDATE people SET kind = 'unknown' WHERE id IN (0, 2)", {("kind of person", "missing"): 1}),
    ("two files are one", LONG, "UPDATE message_attachments SET attachment_id = 3 WHERE filename = 'Lignes de presse - Paradis.pdf'",
     {("attachments merged", "invented"): 1}),
    ("words lost from a body", OWA, "UPDATE messages SET body = '' WHERE id = 'm6'", {("words of the body", "missing"): 1}),
    ("words of another in a body", OWA, "UPDATE messages SET body = body || ' et le joint\ndu laveur' WHERE id = 'm4'", {("words of others", "wrong"): 1}),
    ("a line of another kind", OWA, "UPDATE segments SET kind = 'body' WHERE first_line = 1", {("lines", "wrong"): 1}),
    ("a line in no segment", OWA, "DELETE FROM segments WHERE first_line = 1", {("lines", "missing"): 1}),
    ("a page number in a line", OWA, "INSERT INTO segments VALUES ('furniture', 1, 1)", {}),
    ("a document is missed", CUSTODIANS, "DELETE FROM documents WHERE first_line = 84", {("documents", "missing"): 1, ("documents bound", "missing"): 1}),
    ("a document is invented", OWA, "INSERT INTO documents VALUES (9, 'unknown', 1, 20, NULL)", {("documents", "invented"): 1}),
    ("a document that goes on too far", CUSTODIANS, "UPDATE documents SET last_line = 102 WHERE first_line = 84",
     {("documents", "missing"): 1, ("documents", "invented"): 1}),
    ("a document that lacks a line", CUSTODIANS, "UPDATE documents SET last_line = 97 WHERE first_line = 84", {}),
    ("another kind of document", CUSTODIANS, "UPDATE documents SET kind = 'decision-letter' WHERE first_line = 84", {("kind of document", "wrong"): 1}),
    ("an unknown kind of document", CUSTODIANS, "UPDATE documents SET kind = 'unknown' WHERE first_line = 84", {("kind of document", "missing"): 1}),
    ("a document bound to another file", LONG, "UPDATE documents SET attachment_id = 1 WHERE first_line = 109", {("documents bound", "wrong"): 1}),
    ("a document bound to nothing", LONG, "UPDATE documents SET attachment_id = NULL WHERE first_line = 109", {("documents bound", "missing"): 1}),
    ("a letter bound to a file", LONG, "UPDATE documents SET attachment_id = 1 WHERE first_line = 1", {("documents bound", "invented"): 1}),
    ("a finding is missed", OWA, "DELETE FROM findings WHERE kind = 'date-conflict'", {("findings", "missing"): 1}),
    ("a finding is invented", OWA, "INSERT INTO findings (kind, certainty, message_id) VALUES ('variant', 'certain', 'm1')",
     {("findings", "invented"): 1, ("certain findings", "invented"): 1}),
    ("a possible finding is invented", OWA, "INSERT INTO findings (kind, certainty, message_id) VALUES ('variant', 'possible', 'm1')",
     {("findings", "invented"): 1}),
    ("a finding is invented twice about one thing", OWA,
     "INSERT INTO findings (kind, certainty, message_id) VALUES ('variant', 'certain', 'm1'), ('variant', 'certain', 'm1')",
     {("findings", "invented"): 1, ("certain findings", "invented"): 1}),
    ("a finding of a kind that is not promised", OWA, "INSERT INTO findings (kind, certainty, message_id) VALUES ('late-reply', 'possible', 'm1')", {}),
    ("an optional finding", OWA,
     "INSERT INTO findings (kind, certainty, message_id, attachment_id) VALUES ('attachment-not-released', 'possible', 'm5', 0)", {}),
    ("a body that lacks words", GENERATED, "UPDATE messages SET body = substr(body, 30) WHERE id = 'm43'", {("whole bodies", "missing"): 1}),
    ("a body with words of another", GENERATED, "UPDATE messages SET body = body || ' Envoyé Objet' WHERE id = 'm43'", {("whole bodies", "wrong"): 1}),
    ("another certainty", LONG, "UPDATE findings SET certainty = 'possible' WHERE attachment_id = 5", {("certainty of findings", "wrong"): 1}),
]  # fmt: skip


def test_every_corpus_has_truths_and_every_dump_its_truth() -> None:
    for corpus in find_corpora():
        assert list(corpus.truths()), corpus.name
        dumps = {path.stem for path in corpus.folder.glob("*.txt")}
        assert dumps <= {truth.name for truth in corpus.truths()}, corpus.name


def test_every_folder_is_a_corpus() -> None:
    folders = {path.name for path in HERE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == {corpus.name for corpus in find_corpora()}


@pytest.mark.parametrize("name", TRUTHS)
def test_a_truth_holds_together(name: str) -> None:
    truth = TRUTHS[name]
    keys = {message.key for message in truth.messages}
    assert len(keys) == len(truth.messages)
    assert sorted(key for thread in truth.threads for key in thread) == sorted(keys)
    named = {message.parent for message in truth.messages} | {finding.message for finding in truth.findings}
    assert named <= {*keys, None}
    grouped = {filename for group in truth.attachments for filename in group}
    assert {filename for message in truth.messages for filename in message.attachments} <= grouped
    lines = truth.dump.read_text(encoding="utf-8").replace("\f", "").split("\n")
    assert all(lines[line - 1].strip() for message in truth.messages for line, _ in message.places)
    assert {kinds for line, kinds in truth.lines.items() if line in {at for m in truth.messages for at, _ in m.places}} <= {("header",)}


@pytest.mark.parametrize("name", [name for name in TRUTHS if not name.startswith("samples/")])
def test_nobody_can_own_an_address_of_a_dump(name: str) -> None:
    text = TRUTHS[name].dump.read_text(encoding="utf-8")
    # An address that the wrap cuts ends its line; the name of an inline image is none.
    domains = set(re.findall(r"(?<!\.png)@((?:[\w-]+\.)++[a-z]++)(?!$|-)", text, flags=re.MULTILINE))
    assert {domain for domain in domains if not domain.endswith(".example")} == set()


@pytest.mark.parametrize("name", ["courriels-municipaux", "demande-2024-117"])
def test_the_two_truths_of_a_sample_agree(name: str) -> None:
    other = json.loads((HERE.parent / "samples" / f"{name}.truth.json").read_text(encoding="utf-8"))
    lines = {message["line"]: message["key"] for message in other["messages"]}
    expected = {m["key"]: (m["sent_at"], m["subject"], lines.get(m["parent"]), tuple(m["attachments"])) for m in other["messages"]}
    truth = read_truth(HERE / "samples" / f"{name}.truth.json")
    assert {m.key: (m.sent_at[0], m.subject[0], m.parent, m.attachments) for m in truth.messages} == expected
    places = {m["key"]: sorted((o["first_line"], o["standing"]) for o in m["occurrences"]) for m in other["messages"]}
    assert {m.key: sorted(m.places) for m in truth.messages} == places


@pytest.mark.parametrize("name", TRUTHS)
def test_an_archive_that_says_the_truth_gets_full_marks(name: str, tmp_path: Path) -> None:
    assert mistakes(TRUTHS[name], tmp_path, "") == {}
    figures = compute_figures(score(TRUTHS[name], tmp_path / "exact.db"))
    assert {figure: value for figure, value in figures.items() if value != (0 if BY_NAME[figure].is_count else 100)} == {}


@pytest.mark.parametrize(("name", "sql", "expected"), [pytest.param(*case[1:], id=case[0]) for case in PLANTED])
def test_a_planted_error_is_counted_once_and_as_what_it_is(
    name: str, sql: str, expected: dict[tuple[str, str], int], tmp_path: Path
) -> None:
    assert mistakes(PLANTED_IN[name], tmp_path, sql) == expected


def test_every_figure_falls_by_some_planted_error(tmp_path: Path) -> None:
    fallen = set()
    for _, name, sql, _ in PLANTED:
        mistakes(PLANTED_IN[name], tmp_path, sql)
        figures = compute_figures(score(PLANTED_IN[name], tmp_path / "exact.db"))
        fallen |= {figure for figure, value in figures.items() if BY_NAME[figure].is_worse(value, 0 if BY_NAME[figure].is_count else 100)}
        (tmp_path / "exact.db").unlink()
    others = {figure for figure in BY_NAME if figure.startswith(("lines of ", "audit, ")) and figure != "lines of header"}
    assert set(BY_NAME) - fallen - others == set()


AUDITED = replace(
    TRUTHS[OWA],
    findings=tuple(f for f in TRUTHS[OWA].findings if f.kind == "only-quoted")[:1],
    planted=(
        Planted("variant-altered", "m1", None, "Paul > Jean"), Planted("variant-masked", "m2", None, "Roy > [masqué]"), Planted("mask", "m2", 40, "[masqué]"),
        Planted("silent-mask", "m3", 60, "Tél. :"), Planted("mail-spoken-of", "m3", None, "ton courriel du 3 mai"), Planted("enclosures", None, 9, "3"),
    ),
)  # fmt: skip
TOLD = [
    Told("only-quoted", "certain", AUDITED.findings[0].message, 5, "|known"), Told("variant-altered", "certain", "m1", 7, "|"),
    Told("variant-masked", "certain", "m2", 40, "|"), Told("mail-spoken-of", "certain", "m3", 61, "|"), Told("enclosures", "possible", None, 9, "|counts 3"),
]  # fmt: skip
MASKED = [Told("visible", "certain", "m2", 41, "[masqué]"), Told("silent", "possible", "m3", 60, "Tél. :")]


@pytest.mark.parametrize(
    ("more", "left_out", "expected"),
    [
        pytest.param([], "", {}, id="all is told"),
        pytest.param([], "variant-altered", {("audit, variant-altered", "missing"): 1}, id="an alteration is missed"),
        pytest.param([], "silent", {("audit, silent masks", "missing"): 1}, id="a silent mask is missed"),
        pytest.param(
            [Told("variant-altered", "certain", "m5", 9, "|x")], "",
            {("certain points", "invented"): 1, ("false alarms", "invented"): 1}, id="a false alarm"),
        pytest.param([Told("variant-altered", "possible", "m5", 9, "|x")], "", {("false alarms", "invented"): 1}, id="a possible false alarm"),
        pytest.param([Told("only-quoted", "certain", "m6", 9, "|x")], "", {("certain points", "invented"): 1}, id="a released message is called only quoted"),
        pytest.param([Told("header-incomplete", "certain", None, 9, "|x")], "", {("certain points", "invented"): 1}, id="a header that is not torn"),
        pytest.param(
            [Told("visible", "certain", "m4", 90, "XXXX")], "",
            {("certain points", "invented"): 1, ("visible masks told", "invented"): 1}, id="a mask where none is"),
        pytest.param([Told("silent", "possible", "m4", 90, "Cell.")], "", {("silent masks told", "invented"): 1}, id="a possible mask where none is"),
        pytest.param([Told("talk-spoken-of", "possible", "m4", 90, "|x")], "", {}, id="what is possible is no mistake"),
    ],
)  # fmt: skip
def test_an_audit_is_counted_by_what_was_planted(more: list[Told], left_out: str, expected: dict[tuple[str, str], int]) -> None:
    tally = Tally()
    points = [told for told in [*TOLD, *more] if told.kind != left_out and told.kind != "visible"]
    masks = [told for told in [*MASKED, *more] if told.kind in ("visible", "silent") and told.kind != left_out]
    score_told(AUDITED, points, masks, tally)
    found: dict[tuple[str, str], int] = {}
    for mistake in tally.mistakes:
        found[mistake.figure, mistake.outcome] = found.get((mistake.figure, mistake.outcome), 0) + 1
    assert found == expected


GAPS = replace(
    TRUTHS[OWA],
    planted=(
        Planted("gaps-known", None, None, ""), Planted("one-sided", None, None, "Odile Roy|Luc Caron"),
        Planted("perhaps-copied-only", None, None, "Anne Sirois"),
        Planted("silence", "m2", None, ""), Planted("attachment-partly-released", None, None, "Plan.pdf"),
    ),
)  # fmt: skip
TOLD_GAPS = [
    Told("one-sided", "possible", "m1", 3, "|Odile ROY wrote 3 messages to Luc Caron"), Told("copied-only", "possible", "m1", 3, "|Anne Sirois is copied"),
    Told("silence", "possible", "m2", 9, "|falls silent"), Told("attachment-partly-released", "possible", "m3", 30, "Plan.pdf|counts 3 pages"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        pytest.param(TOLD_GAPS, {}, id="all is told"),
        pytest.param(TOLD_GAPS[1:], {("audit, one-sided", "missing"): 1}, id="an exchange is missed"),
        pytest.param([TOLD_GAPS[0], *TOLD_GAPS[2:]], {}, id="what is open may be left"),
        pytest.param([*TOLD_GAPS, Told("silence", "possible", "m5", 9, "|x")], {}, id="a conversation may pause of itself"),
        pytest.param(
            [*TOLD_GAPS, Told("copied-only", "possible", "m5", 9, "|Luc Caron")], {("gaps told", "invented"): 1}, id="who writes is told as copied"
        ),
    ],
)
def test_gaps_are_counted_by_what_was_planted(told: list[Told], expected: dict[tuple[str, str], int]) -> None:
    tally = Tally()
    score_gaps(GAPS, told, tally)
    assert {(mistake.figure, mistake.outcome): 1 for mistake in tally.mistakes} == expected


def test_a_message_with_a_wrong_field_is_not_complete(tmp_path: Path) -> None:
    mistakes(TRUTHS[OWA], tmp_path, "UPDATE messages SET sent_at = NULL WHERE id = 'm1'")
    figures = compute_figures(score(TRUTHS[OWA], tmp_path / "exact.db"))
    assert figures["complete messages"] == percent(5 / 6)
    assert (figures["time: missing"], figures["sender, time or parent: missing"], figures["sender, time or parent: wrong"]) == (1, 1, 0)


def test_a_mistake_is_listed_with_its_file_and_line(tmp_path: Path) -> None:
    write_exact(TRUTHS[OWA], tmp_path / "exact.db")
    with closing(sqlite3.connect(tmp_path / "exact.db")) as db, db:
        db.execute("UPDATE messages SET parent_id = 'm3' WHERE id = 'm1'")
    found = list(list_mistakes("hand-one", TRUTHS[OWA], score(TRUTHS[OWA], tmp_path / "exact.db")))
    assert found == ["hand-one/03_chu_owa.txt:1: parents: wrong: m1 has m3 for m2"]


def test_a_mistake_is_counted_for_every_layout_and_damage_of_its_message(tmp_path: Path) -> None:
    truth = PLANTED_IN[GENERATED]
    mistakes(truth, tmp_path, "UPDATE messages SET sent_at = NULL WHERE id = 'm43'")
    counts = break_down(truth, score(truth, tmp_path / "exact.db"))
    layouts = {layout for message in truth.messages if message.key == "m43" for layout in message.layouts}
    assert {name for axis, name, column in counts if axis == "layout" and column == "time"} == layouts
    table = "\n".join(write_breakdown({"generated": counts}))
    assert all(layout in table for layout in layouts)
    assert "by damage" not in table


def test_a_print_of_a_name_that_was_damaged_is_that_name(tmp_path: Path) -> None:
    plain = make_numbered("damaged", 9)
    changed = {**plain.truth, "names_alike": [["Roy, Zoé", "Roy, Zo?"]], "ignored_names": ["[masqué]"]}
    truth = read_generated(replace(plain, truth=changed))
    assert truth.fold_name("Roy, Zo?") == truth.fold_name("Zoé Roy (DG)")
    assert not truth.is_somebody(("[masqué]", None))
    assert truth.is_somebody(("[masqué]", "a@b.example"))


@pytest.mark.parametrize(
    ("share", "expected"),
    [(1.0, 100.0), (0.99999, 99.99), (2 / 3, 66.67), (0.0, 0.0), (0.07, 7.0)],
)
def test_only_what_is_whole_is_a_hundred_percent(share: float, expected: float) -> None:
    assert percent(share) == expected


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        pytest.param({"time": 99.0}, {"time": 99.0}, [], id="nothing changed"),
        pytest.param({"time": 98.5}, {"time": 99.0}, ["worse than recorded: c, time: 99.00 -> 98.50"], id="a share fell"),
        pytest.param({"time": 99.5}, {"time": 99.0}, ["better than recorded: c, time: 99.00 -> 99.50"], id="a share rose"),
        pytest.param({"time: wrong": 2}, {"time: wrong": 1}, ["worse than recorded: c, time: wrong: 1 -> 2"], id="more mistakes"),
        pytest.param({"time: wrong": 0}, {"time: wrong": 1}, ["better than recorded: c, time: wrong: 1 -> 0"], id="fewer mistakes"),
        pytest.param({}, {"time": 99.0}, ["worse than recorded: c, time: 99.00 -> -"], id="a figure is gone"),
        pytest.param({"time": 99.0, "subject": 1.0}, {"subject": 1.0}, ["not recorded yet: c, time: - -> 99.00"], id="a new figure"),
    ],
)
def test_a_figure_is_compared_with_what_is_recorded(now: Figures, before: Figures, expected: list[str]) -> None:
    assert [str(change) for change in find_changes({"c": now}, {"c": before})] == expected


def test_a_drop_fails_and_a_rise_does_not(capsys: pytest.CaptureFixture[str]) -> None:
    recorded = read_recorded()
    assert compare(recorded) == 0
    corpus = next(iter(recorded))
    share = next(figure for figure, value in recorded[corpus].items() if value == 100)
    assert compare({**recorded, corpus: {**recorded[corpus], share: 50.0}}) == 1
    assert f"worse than recorded: {corpus}, {share}: 100.00 -> 50.00" in capsys.readouterr().out
    assert compare({**recorded, "another": {share: 100.0}}) == 1
    assert "not recorded yet: another\n" in capsys.readouterr().out


def test_the_recorded_figures_name_every_corpus_and_no_other() -> None:
    generated = [*STRATA, *(corpus + QUICK for corpus in STRATA)]
    assert list(read_recorded()) == [*(corpus.name for corpus in find_corpora()), EVERYTHING, *generated]
    assert {figure for figures in read_recorded().values() for figure in figures} == set(BY_NAME)


def test_the_page_shows_the_recorded_figures() -> None:
    assert PAGE.read_text(encoding="utf-8") == write_page(read_recorded())


def mistakes(truth: Truth, folder: Path, sql: str) -> dict[tuple[str, str], int]:
    """Return what is counted in the exact archive of a truth after some statements."""
    archive = folder / "exact.db"
    write_exact(truth, archive)
    with closing(sqlite3.connect(archive)) as db:
        db.executescript(sql)
        db.commit()
    found: dict[tuple[str, str], int] = {}
    for mistake in score(truth, archive).mistakes:
        found[mistake.figure, mistake.outcome] = found.get((mistake.figure, mistake.outcome), 0) + 1
    return found


def test_a_library_that_gives_the_truth_is_complete_in_what_it_reports() -> None:
    """A library that says for each text what stands below its header, and one that says nothing."""
    truth = next(truth for corpus in find_corpora() if corpus.name == "samples" for truth in corpus.truths())
    readers = {
        "says all": Reader(lambda text: {"reply": text}, of_header=False, figures=("words of the body",)),
        "says nothing": Reader(lambda text: {}, of_header=True, figures=HEADER),
    }
    counts = count_complete(readers, [truth])
    asked = sum(len(message.places) == 1 for message in truth.messages)
    assert asked > 0
    assert (counts["says all"].asked, counts["says all"].library, counts["says all"].whole) == (asked, asked, 0)
    assert (counts["says nothing"].library, counts["says nothing"].whole) == (0, 0)
    assert counts["threadkit"].whole == asked
    assert re.search(r"says nothing +0 +\d+ +0$", write_complete(counts, readers), re.MULTILINE)
