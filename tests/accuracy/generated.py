"""The generated corpora: two strata of one sample, measured in as many processes as there are cores."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.accuracy.breakdown import Breakdown, break_down
from tests.accuracy.corpora import measure
from tests.accuracy.report import list_mistakes
from tests.accuracy.tally import Tally
from tests.accuracy.truth import Truth, make_truth
from tests.generator.dumps import Dump, Stratum, make_numbered
from tests.generator.stock import read_profile

STRATA: dict[str, Stratum] = {
    "generated": "whole",
    "generated-damaged": "damaged",
    "generated-negative": "negative",
    "generated-audited": "audited",
    "generated-gaps": "gaps",
}
BATCH = 10


@dataclass(slots=True)
class Measured:
    """What was measured of some dumps of one stratum."""

    tally: Tally = field(default_factory=Tally)
    quick: Tally = field(default_factory=Tally)
    breakdown: Breakdown = field(default_factory=Counter)
    mistakes: list[str] = field(default_factory=list)

    def add(self, other: Measured) -> None:
        """Add what was measured of other dumps."""
        self.tally.add(other.tally)
        self.quick.add(other.quick)
        self.breakdown.update(other.breakdown)
        self.mistakes.extend(other.mistakes)


def read_generated(dump: Dump) -> Truth:
    """Return the truth of a generated dump, which is in no file."""
    truth = make_truth(dump.truth, Path(f"{dump.name}.txt"), dump.name, dump.text)
    return replace(truth, text=dump.text)


def measure_generated(quick: bool, verbose: bool) -> dict[str, Measured]:
    """Measure the sample of the profile, or the first of it; corpus -> what was measured."""
    jobs = [
        (corpus, range(at, min(at + BATCH, count)), verbose)
        for corpus in STRATA
        for count in (count_dumps(corpus, quick),)
        for at in range(0, count, BATCH)
    ]
    measured = {corpus: Measured() for corpus in STRATA}
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        for (corpus, _, _), part in zip(jobs, pool.map(_measure_some, *zip(*jobs, strict=True)), strict=True):
            measured[corpus].add(part)
    return measured


def count_dumps(corpus: str, quick: bool) -> int:
    """Return how many dumps of a stratum are measured."""
    sample = read_profile()["sample"]
    if STRATA[corpus] in sample:
        whole = sample[STRATA[corpus]]
        return int(whole * sample["quick"] // sample["dumps"] if quick else whole)
    return int(sample["quick" if quick else "dumps"] // 2)


def list_generated(words: Iterable[str]) -> Iterator[tuple[str, Truth]]:
    """Yield the generated truths that one of the words names (`20261122-damaged-17`), with their corpus."""
    for word in words:
        stratum, _, number = word.removeprefix(f"{read_profile()['sample']['seed']}-").rpartition("-")
        corpus = next((name for name, of in STRATA.items() if of == stratum), None)
        if corpus is not None and number.isdigit():
            yield corpus, read_generated(make_numbered(STRATA[corpus], int(number)))


def _measure_some(corpus: str, numbers: range, verbose: bool) -> Measured:
    measured, quick = Measured(), count_dumps(corpus, quick=True)
    for number in numbers:
        truth = read_generated(make_numbered(STRATA[corpus], number))
        tally = measure(truth)
        measured.breakdown.update(break_down(truth, tally))
        measured.mistakes += list_mistakes(corpus, truth, tally) if verbose else ()
        tally.mistakes.clear()
        measured.tally.add(tally)
        if number < quick:
            measured.quick.add(tally)
    return measured
