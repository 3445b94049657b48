"""The generator: the same seed gives the same dump, and its truth says nothing that the dump does not print."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.accuracy.exact import write_exact
from tests.accuracy.figures import BY_NAME, compute_figures
from tests.accuracy.generated import STRATA, count_dumps, read_generated
from tests.accuracy.score import score
from tests.generator.chance import Chance
from tests.generator.damage import KINDS
from tests.generator.dumps import Dump, Stratum, make_dump, make_numbered
from tests.generator.layouts import find_layout
from tests.generator.lines import Occurrence, Shown
from tests.generator.links_truth import Links
from tests.generator.release import make_release
from tests.generator.stock import HERE, read_data, read_profile

ROOT = Path(__file__).parents[1]
STRATUM_NAMES: tuple[Stratum, ...] = ("whole", "damaged", "negative")
SAMPLES = [(stratum, number) for stratum in STRATUM_NAMES for number in range(4)]
# The text of the first dump of each stratum. Who changes the sample changes all figures: that is a line in CHANGELOG.md, and these digests.
DIGESTS = {
    "whole": "966d870745e67dc0",
    "damaged": "e0b120a0ede1bbbd",
    "negative": "727f67b673a808b3",
}


@cache
def sample(stratum: Stratum, number: int) -> Dump:
    return make_numbered(stratum, number)


def digest(dump: Dump) -> str:
    return hashlib.sha256((dump.text + json.dumps(dump.truth, sort_keys=True)).encode()).hexdigest()[:16]


# ---------------------------------------------------------------- seeds


def test_the_same_seed_gives_the_same_dump() -> None:
    assert digest(make_dump("any", None)) == digest(make_dump("any", None))
    assert digest(make_dump("any", None)) != digest(make_dump("another", None))


def test_neither_hash_seed_nor_place_nor_locale_changes_a_dump(tmp_path: Path) -> None:
    code = "from tests.test_generator import digest; from tests.generator.dumps import make_dump; print(digest(make_dump('any', None)))"
    environment = {**os.environ, "PYTHONHASHSEED": "77", "LC_ALL": "C", "TZ": "Asia/Tokyo", "PYTHONPATH": str(ROOT)}
    run = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == digest(make_dump("any", None))


@pytest.mark.parametrize("stratum", STRATUM_NAMES)
def test_the_sample_is_the_one_that_was_recorded(stratum: Stratum) -> None:
    assert hashlib.sha256(sample(stratum, 0).text.encode()).hexdigest()[:16] == DIGESTS[stratum]


def test_damage_changes_the_print_and_not_the_world() -> None:
    plain, damaged = make_dump("any"), make_dump("any", frozenset({"lost-accents", "page-break-in-body"}))
    assert plain.text != damaged.text
    assert [m["key"] for m in plain.truth["messages"]] == [m["key"] for m in damaged.truth["messages"]]


# ---------------------------------------------------------------- the profile


def test_the_sample_is_large_enough() -> None:
    assert count_dumps("generated", quick=False) + count_dumps("generated-damaged", quick=False) >= 1000
    messages = [len(sample(stratum, number).truth["messages"]) for stratum in ("whole", "damaged") for number in range(10)]
    assert sum(messages) / len(messages) >= 20


def test_every_layout_has_its_weight_and_every_weight_its_layout() -> None:
    profile = read_profile()
    named = {*profile["printed"]["weights"], *profile["quoted"]["weights"]}
    assert named == {layout["name"] for layout in read_data("layouts")["layout"]}


def test_the_outlook_family_is_most_of_what_is_printed() -> None:
    for table in ("printed", "quoted"):
        weights = read_profile()[table]["weights"]
        outlook = sum(weight for name, weight in weights.items() if find_layout(name).family == "outlook")
        assert 0.55 <= outlook / sum(weights.values()) <= 0.70


def test_every_layout_of_the_field_guide_is_printed() -> None:
    # 19 (mixed languages), 20 (empty bodies) and 22 (meetings, notices) are shares of the profile, and no layouts of their own.
    numbers = {layout["number"] for layout in read_data("layouts")["layout"]}
    assert numbers == {*range(1, 19), 21}


def test_every_kind_of_damage_has_its_weight_and_rate() -> None:
    damage = read_profile()["damage"]
    assert set(damage["weights"]) == set(damage["rates"]) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_damage_strikes(kind: str) -> None:
    assert any(make_dump(seed, frozenset({kind})).text != make_dump(seed).text for seed in range(12))


def test_the_generator_shares_nothing_with_the_parser() -> None:
    for path in HERE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        names += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
        assert [name for name in names if name.startswith("threadkit")] == [], path
        assert "threadkit/words" not in path.read_text(encoding="utf-8")


# ---------------------------------------------------------------- the truth


def compact(text: str) -> str:
    return re.sub(r"[\s>\u200b\ufeff\u00ad]+", "", text)


def header_text(dump: Dump, message: dict[str, Any]) -> str:
    """Return all lines of the headers of a message, without furniture, blanks and marks."""
    lines = dump.text.replace("\f", "").split("\n")
    furniture = {first for first, _ in dump.truth["lines"].get("furniture", [])}
    spans = zip(message["occurrence_lines"], message["occurrence_last_lines"], strict=True)
    return compact("".join(lines[at - 1] for first, last in spans for at in range(first, last + 1) if at not in furniture))


@pytest.mark.parametrize(("stratum", "number"), SAMPLES)
def test_every_value_of_the_truth_is_printed(stratum: Stratum, number: int) -> None:
    dump = sample(stratum, number)
    for message in dump.truth["messages"]:
        printed = header_text(dump, message)
        values = [message["from_name"], message["subject"], *message["attachments"], message["on_behalf_of"]]
        emails = [message["from_email"]]
        for name, email in (*message["to"], *message["cc"]):
            values.append(name)
            emails.append(email)
        assert [value for value in values if value and compact(value) not in printed] == [], message["key"]
        assert [email for email in emails if email and compact(email) not in printed.lower()] == [], message["key"]


@pytest.mark.parametrize(("stratum", "number"), SAMPLES)
def test_every_word_of_a_body_is_printed_below_its_header(stratum: Stratum, number: int) -> None:
    dump = sample(stratum, number)
    lines = dump.text.replace("\f", "").split("\n")
    for message in dump.truth["messages"]:
        for last, body in zip(message["occurrence_last_lines"], message["bodies"], strict=True):
            below = " ".join(lines[last - 1 :])
            assert [word for word in body["words"].split() if word not in below] == [], message["key"]


@pytest.mark.parametrize(("stratum", "number"), SAMPLES)
def test_a_truth_holds_together(stratum: Stratum, number: int) -> None:
    truth = sample(stratum, number).truth
    keys = [message["key"] for message in truth["messages"]]
    assert len(set(keys)) == len(keys)
    assert sorted(key for thread in truth["threads"] for key in thread) == sorted(keys)
    for message in truth["messages"]:
        assert {message["parent"], *message["parent_alternatives"]} <= {*keys, None}
        assert message["parent"] != message["key"]
    assert truth["line_count"] == sample(stratum, number).text.count("\n")


@pytest.mark.parametrize(("stratum", "number"), SAMPLES)
def test_an_archive_that_says_the_truth_gets_full_marks(stratum: Stratum, number: int, tmp_path: Path) -> None:
    truth = read_generated(sample(stratum, number))
    write_exact(truth, tmp_path / "exact.db")
    tally = score(truth, tmp_path / "exact.db")
    assert tally.mistakes == []
    figures = compute_figures(tally)
    assert {name: value for name, value in figures.items() if value != (0 if BY_NAME[name].is_count else 100)} == {}


@pytest.mark.parametrize("stratum", ["whole", "damaged"])
def test_nobody_can_own_an_address_of_a_dump(stratum: Stratum) -> None:
    for number in range(4):
        for message in sample(stratum, number).truth["messages"]:
            emails = [message["from_email"], *(email for _, email in (*message["to"], *message["cc"]))]
            assert all(email.endswith(".example") for email in emails if email)


def test_a_negative_dump_has_no_message() -> None:
    assert all(sample("negative", number).truth["messages"] == [] for number in range(4))
    assert "negative" in STRATA.values()


# ---------------------------------------------------------------- what is not printed is not demanded


def printed(number: int, mail: Any, below: int | None = None, alive: bool = True) -> Occurrence:
    shown = Shown(sender=("X", "x@y.example"), date="2020-01-01T10:00", to=[(p, ("P", None)) for p in mail.to], subject=mail.subject)
    return Occurrence(number, mail, "released" if below is None else "quoted", "outlook-inline", shown, below, alive)


@cache
def a_conversation() -> tuple[Any, Any]:
    """Return a mail and the answer to it that prints it."""
    for seed in range(50):
        for mail in make_release(Chance(seed)).mails:
            if mail.parent is not None and mail.parent.parent is None and mail.quoting is not None and mail.kind == "message":
                return mail.parent, mail
    raise AssertionError


def test_a_parent_that_is_printed_below_is_demanded() -> None:
    first, answer = a_conversation()
    links = Links([printed(0, answer, below=1), printed(1, first)]).links
    assert links[answer.key].is_sure
    assert links[first.key].parent is None


def test_a_parent_that_is_nowhere_is_none() -> None:
    first, answer = a_conversation()
    assert Links([printed(0, answer)]).links[answer.key].parent is None
    lost = Links([printed(0, answer, below=1), printed(1, first, alive=False)]).links
    assert lost[answer.key].parent is None


def test_what_stands_below_a_lost_header_may_be_taken_for_the_parent() -> None:
    release = next(r for r in map(make_release, map(Chance, range(50))) if any(m.parent and m.parent.parent for m in r.mails))
    mail = next(m for m in release.mails if m.parent and m.parent.parent)
    chain = [printed(0, mail, below=1), printed(1, mail.parent, below=2, alive=False), printed(2, mail.parent.parent)]
    link = Links(chain).links[mail.key]
    assert link.parent is None
    assert mail.parent.parent.key in link.others


# ---------------------------------------------------------------- gaps of exchanges and texts


@pytest.mark.parametrize("number", range(6))
def test_what_a_release_with_gaps_plants_is_printed(number: int) -> None:
    dump = sample("gaps", number)
    planted = dump.truth["planted"]
    assert planted[0]["kind"] == "gaps-known"
    subjects = {message["key"]: message for message in dump.truth["messages"]}
    files = {document["attachment"] for document in dump.truth["documents"]}
    for item in planted[1:]:
        if item["kind"] == "attachment-partly-released":
            assert item["words"] in files
        elif item["kind"] == "silence":
            assert subjects[item["message"]]["sent_at"]
        elif item["kind"] in {"one-sided", "copied-only"}:
            assert all(name.split()[-1].casefold() in dump.text.casefold() for name in item["words"].split("|"))


def test_releases_with_gaps_have_every_kind_of_gap() -> None:
    kinds = {item["kind"] for number in range(10) for item in sample("gaps", number).truth["planted"]}
    assert kinds >= {"attachment-partly-released", "one-sided", "copied-only", "silence"}
