"""Generated dumps, from any seed and with any damage: nothing fails, nothing is lost, and what is wrong stays rare.

The profile's sample is measured by `python -m tests.accuracy`; here hypothesis looks for dumps that break a rule. More examples:
THREADKIT_HYPOTHESIS=search. What it finds becomes a dump of tests/corpus.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.accuracy.corpora import measure
from tests.accuracy.generated import read_generated
from tests.generator.damage import KINDS
from tests.generator.dumps import Dump, make_dump
from tests.generator.release import make_negative
from tests.test_invariants import check_citations, check_tiling, read

SEARCHING = os.environ.get("THREADKIT_HYPOTHESIS") == "search"
seeds = st.integers(0, 2**32 - 1)
damages = st.frozensets(st.sampled_from(sorted(KINDS)), max_size=4)
dumps = st.builds(make_dump, seeds, damages)


def few(count: int) -> settings:
    """Return settings for tests of whole dumps, which take a tenth of a second each."""
    return settings(max_examples=2000 if SEARCHING else count, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@few(40)
@given(dumps)
def test_every_character_of_a_generated_dump_is_in_one_segment(dump: Dump) -> None:
    check_tiling(*read(dump.text))


@few(40)
@given(dumps)
def test_what_is_read_in_a_generated_dump_is_printed_there(dump: Dump) -> None:
    check_citations(*read(dump.text))


@few(25)
@given(dumps)
def test_no_time_is_wrong(dump: Dump) -> None:
    tally = measure(read_generated(dump))
    assert [mistake for mistake in tally.mistakes if mistake.figure == "time" and mistake.outcome == "wrong"] == []


@few(25)
@given(dumps)
def test_wrong_senders_and_parents_are_rare(dump: Dump) -> None:
    tally = measure(read_generated(dump))
    messages = tally.of("messages", "right", "missing")
    assert tally.of("sender", "wrong") <= 1 + messages * 0.1
    assert tally.of("parents", "wrong", "invented") <= 2 + messages * 0.15


@few(25)
@given(dumps)
def test_few_messages_are_missed(dump: Dump) -> None:
    tally = measure(read_generated(dump))
    assert tally.of("messages", "missing") <= 2 + tally.of("messages", "right") * 0.15


@few(25)
@given(seeds, damages)
def test_no_message_is_read_where_there_is_none(seed: int, kinds: frozenset[str]) -> None:
    tally = measure(read_generated(make_dump(seed, kinds, make_negative)))
    assert tally.of("messages", "invented") == 0


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_damage_is_survived(kind: str) -> None:
    for seed in range(2):
        source, reading = read(make_dump(f"{kind}-{seed}", frozenset({kind})).text)
        check_tiling(source, reading)
        assert reading.occurrences
