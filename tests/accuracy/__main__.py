"""The command: measure, print, compare with what is recorded."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable

from tests.accuracy.corpora import EVERYTHING, find_corpora, measure
from tests.accuracy.figures import Figures, compute_figures
from tests.accuracy.recorded import read_recorded, record
from tests.accuracy.report import find_changes, list_mistakes, write_table
from tests.accuracy.tally import Tally


def main(arguments: list[str] | None = None) -> int:
    """Print the table; return 1 where a figure fell below what is recorded, or is not recorded."""
    parser = argparse.ArgumentParser(prog="python -m tests.accuracy", description="Measure what threadkit reads against readings by hand.")
    parser.add_argument("-v", "--verbose", action="store_true", help="list each mistake with its file and line")
    parser.add_argument("--record", action="store_true", help="record the figures, and write them into docs/accuracy.md")
    parser.add_argument(
        "words", nargs="*", metavar="WORD", help="measure only dumps whose corpus or name has one of these; compare nothing"
    )
    options = parser.parse_args(arguments)
    if options.record and options.words:
        parser.error("record the figures of all dumps, or measure some")
    figures = measure_all(options.words, options.verbose)
    print(write_table(figures), end="")
    if options.words:
        return 0
    if options.record:
        record(figures)
        return 0
    return compare(figures)


def measure_all(words: Iterable[str], verbose: bool) -> dict[str, Figures]:
    """Return corpus -> figure -> value, and `all` for the corpora together."""
    figures, everything = {}, Tally()
    for corpus in find_corpora():
        together = Tally()
        for truth in corpus.truths(words):
            tally = measure(truth)
            together.add(tally)
            for line in list_mistakes(corpus.name, truth, tally) if verbose else ():
                print(line)
        figures[corpus.name] = compute_figures(together)
        everything.add(together)
    return {**figures, EVERYTHING: compute_figures(everything)}


def compare(figures: dict[str, Figures]) -> int:
    """Say what differs from the recorded figures; the corpora together follow from each and are not told again."""
    recorded = read_recorded()
    new = [corpus for corpus in figures if corpus not in recorded]
    known = {corpus: values for corpus, values in figures.items() if corpus not in new}
    changes = [change for change in find_changes(known, recorded) if change.corpus != EVERYTHING]
    for line in (*(f"not recorded yet: {corpus}" for corpus in new), *changes):
        print(line)
    if new or any(change.direction != "rose" for change in changes):
        print("If that is meant, record it: make accuracy OPTIONS=--record; the commit says why.")
        return 1
    if changes:
        print("Keep what was won: make accuracy OPTIONS=--record")
    return 0


if __name__ == "__main__":
    sys.exit(main())
