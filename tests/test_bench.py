"""The generated corpus is the same for everybody, is what it says, and is read as what it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bench.browse import datasette_addresses, room_addresses
from bench.corpus import ATTACHMENT_SHARE, Generator
from bench.large_archive import Large
from bench.rows import Row, line, ratio
from bench.steps import tell_steps
from bench.vocabulary import wrap
from threadkit.browse.contents import PAGES
from threadkit.browse.metadata import make_metadata
from threadkit.parse import parse_source
from threadkit.read import read_bytes, read_path
from threadkit.words import load_words


def test_a_dump_depends_on_the_seed_and_its_number_alone() -> None:
    first, second = Generator(7), Generator(7)
    second.dump(0, 50)
    assert first.dump(3, 50) == second.dump(3, 50)
    assert first.dump(3, 50) != Generator(8).dump(3, 50)


def test_the_share_of_attachments_text_is_what_it_is_said_to_be(tmp_path: Path) -> None:
    facts = Generator().write(tmp_path, 2000)
    assert facts.messages == 2000
    assert facts.attachment_lines / facts.lines == pytest.approx(ATTACHMENT_SHARE, abs=0.02)
    assert 1400 < facts.bytes / facts.messages < 1800
    assert facts.lines == sum(path.read_bytes().count(b"\n") for path in tmp_path.iterdir())


def test_what_is_generated_is_read_to_the_message(tmp_path: Path) -> None:
    facts = Generator().write(tmp_path, 300)
    (path,) = tmp_path.iterdir()
    found = parse_source(read_path(path), load_words()).occurrences
    assert len(found) == pytest.approx(facts.occurrences, abs=3)
    assert [o.id for o in found if o.sent is None or o.sent.value is None] == []


def test_a_small_dump_comes_later_and_holds_copies() -> None:
    generator = Generator()
    addition = generator.addition()
    assert addition.facts.messages == 40
    earlier = generator.dump(0).text
    subjects = [row for row in addition.text.split("\n") if row.startswith("Objet : ") and row in earlier]
    assert subjects


@pytest.mark.parametrize(
    ("row", "met"),
    [
        (Row("a", 10.0, target=10, at_least=True), True),
        (Row("a", 9.9, target=10, at_least=True), False),
        (Row("a", 4.0, target=4), True),
        (Row("a", 4.1, target=4), False),
        (Row("a", 4.1), None),
    ],
)
def test_a_target_is_met_on_its_own_side(row: Row, met: bool | None) -> None:
    assert row.met is met
    assert ("NOT MET" in line(row)) is (met is False)


def test_a_ratio_is_the_median_of_turns() -> None:
    assert ratio([2.0, 30.0, 4.0], [1.0, 3.0, 2.0]) == 2.0


def test_steps_of_a_conversation_are_counted_and_the_same_each_time() -> None:
    sources = [read_bytes(text.encode(), "conversation.txt", None) for text in Generator().dump(0, 40).prints[:3]]
    first, second = (tell_steps(sources, sources) for _ in range(2))
    assert first == second
    assert first["lines"] == sum(source.text.count("\n") for source in sources) / 3
    assert first["steps"] > sum(first["most"].values()) > 0


@pytest.mark.parametrize("width", [20, 40, 95])
def test_wrapping_breaks_at_blanks_and_loses_nothing(width: int) -> None:
    text = "Je te transmets la note afin que tu puisses en prendre connaissance avant la fin du mois."
    lines = wrap(text, width).split("\n")
    assert " ".join(lines) == text
    assert max(map(len, lines)) <= width


def test_every_page_and_every_facet_and_question_is_measured() -> None:
    large = Large.of(Path("archive.db"), 1000)
    room = [address.path.removeprefix("/archive/-/threadkit").partition("?")[0].lstrip("/") for address in room_addresses(large)]
    assert [page.path for page in PAGES if not any(re.fullmatch(page.path, path) for path in room)] == []
    measured = {address.path.partition("?")[0].removeprefix("/archive/") for address in datasette_addresses(large)}
    described = make_metadata("archive", "en")["databases"]["archive"]
    wanted = {name for name, table in described["tables"].items() if table.get("facets")} | set(described["queries"])
    assert measured == wanted
