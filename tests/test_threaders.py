"""The published threaders that threadkit is measured against do what was published; what is recorded of them and of rules is in the pages."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.accuracy.corpora import EVERYTHING
from tests.accuracy.recorded_rules import CORPORA, RECORDED, count_rules, read_recorded_rules, write_pages, write_rules, write_threaders
from tests.accuracy.score_rules import COPIES, LINK
from tests.accuracy.tally import Tally
from tests.accuracy.threaders import (
    THREADERS,
    Letter,
    Threaded,
    read_letters,
    thread_by_jwz,
    thread_by_quoted_words,
    thread_by_subject_and_time,
)
from threadkit.importing import ImportOptions, import_paths
from threadkit.resolve import RULES

FIRST = ("la", "passerelle", "restera", "fermée", "jusqu", "à", "la", "visite", "de", "jeudi")
SECOND = ("le", "conseil", "en", "sera", "informé", "par", "le", "greffe", "lundi", "matin")


def letter(id_: int, subject: str = "passerelle", *, answers: bool = True, own: str | None = None, references: tuple[str, ...] = (), **more: object) -> Letter:
    return Letter(id_, f"2024-03-0{id_}T09:00", subject, answers, own=own, references=references, **more)  # type: ignore[arg-type]


def groups(threaded: Threaded) -> list[list[int]]:
    found: dict[object, list[int]] = {}
    for id_, thread in sorted(threaded.threads.items()):
        found.setdefault(thread, []).append(id_)
    return sorted(found.values())


@pytest.mark.parametrize(
    ("letters", "parents", "threads"),
    [
        pytest.param([letter(1, own="a"), letter(2, "pont", references=("a",), own="b"), letter(3, "bac", references=("a", "b"))],
                     {2: 1, 3: 2}, [[1, 2, 3]], id="by references, whatever the subjects"),
        pytest.param([letter(1, "bac", references=("gone",)), letter(2, "pont", references=("gone",))],
                     {}, [[1, 2]], id="beside each other under one that is absent"),
        pytest.param([letter(1, own="a", references=("b",)), letter(2, "pont", own="b", references=("a",))], {1: 2}, [[1, 2]], id="no circle"),
        pytest.param([letter(1, answers=False), letter(2), letter(3)], {2: 1, 3: 1}, [[1, 2, 3]], id="by subject, under the one that answers nothing"),
        pytest.param([letter(2), letter(3, answers=False)], {2: 3}, [[2, 3]], id="by subject, without regard to time"),
        pytest.param([letter(1), letter(2), letter(3)], {}, [[1, 2, 3]], id="answers alone stand beside each other"),
        pytest.param([letter(1, answers=False), letter(2, "pont")], {}, [[1], [2]], id="subjects apart"),
        pytest.param([letter(1, "", answers=False), letter(2, "")], {}, [[1], [2]], id="no subject joins nothing"),
    ],
)  # fmt: skip
def test_jwz_threads_as_published(letters: list[Letter], parents: dict[int, int], threads: list[list[int]]) -> None:
    threaded = thread_by_jwz(letters)
    assert (threaded.parents, groups(threaded)) == (parents, threads)


def test_by_subject_and_time_an_answer_stands_under_the_latest_of_its_subject() -> None:
    threaded = thread_by_subject_and_time([letter(1, answers=False), letter(2), letter(3, "pont"), letter(4)])
    assert (threaded.parents, groups(threaded)) == ({2: 1, 4: 2}, [[1, 2, 4], [3]])


def test_by_quoted_words_the_latest_of_those_quoted_whole_is_the_parent() -> None:
    letters = [
        letter(1, answers=False, words=FIRST, sender="anne"),
        letter(2, words=SECOND, quoted=FIRST),
        letter(3, words=("merci",), quoted=SECOND + FIRST),
        letter(4, "pont", quoted=FIRST, people=frozenset({"anne"})),
        letter(5, "pont", quoted=FIRST, people=frozenset({"luc"})),
        letter(6, quoted=FIRST[:5]),
    ]
    threaded = thread_by_quoted_words(letters)
    assert (threaded.parents, groups(threaded)) == ({2: 1, 3: 2, 4: 1}, [[1, 2, 3, 4], [5], [6]])


def test_letters_hold_what_an_archive_says(tmp_path: Path) -> None:
    dump = Path(__file__).parent / "corpus" / "synthetic" / "intros-interleaved.txt"
    import_paths([dump], tmp_path / "a.db", ImportOptions(jobs=1))
    letters = read_letters(tmp_path / "a.db")
    assert [each.sent_at for each in letters] == sorted(each.sent_at for each in letters)
    quoting = [each for each in letters if each.quoted]
    assert quoting
    assert all(each.sender in each.people for each in letters if each.sender)
    assert all(thread(letters).threads.keys() == {each.id for each in letters} for thread in THREADERS.values())


def test_the_pages_show_what_is_recorded_of_rules_and_threaders() -> None:
    recorded = read_recorded_rules()
    assert set(recorded) == set(CORPORA)
    assert {page.name: page.read_text(encoding="utf-8") for page in write_pages(recorded)} == {p.name: text for p, text in write_pages(recorded).items()}
    assert recorded == (json.loads(RECORDED.read_text(encoding="utf-8")) if RECORDED.exists() else {})


def test_every_rule_that_is_recorded_is_a_rule_of_today() -> None:
    names = {name.removeprefix(LINK).removeprefix(COPIES) for counts in read_recorded_rules().values() for name in counts["rules"]}
    assert names <= set(RULES)


def test_counts_become_shares_in_the_tables() -> None:
    tally = Tally()
    for outcome in ("right", "right", "wrong"):
        tally.count(f"{LINK}quotation", outcome)  # type: ignore[arg-type]
    tally.count("JWZ: parents", "right")
    tally.count("JWZ: parents", "invented")
    tally.count("JWZ: parents", "missing")
    counts = count_rules({EVERYTHING: tally, "blind": tally})
    assert list(counts) == [EVERYTHING]
    assert "| `quotation` | 3 | 66.67 |" in write_rules(counts)
    assert re.search(r"\| JWZ \| 50\.00 \| 50\.00 \| 50\.00 \| - \| - \| - \|", write_threaders(counts))
