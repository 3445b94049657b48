"""The command: measure, print, compare with what is recorded."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable

from tests.accuracy.breakdown import write_breakdown
from tests.accuracy.corpora import EVERYTHING, QUICK, find_corpora, measure
from tests.accuracy.figures import Figures, compute_figures
from tests.accuracy.generated import count_dumps, list_generated, measure_generated
from tests.accuracy.recorded import read_recorded, record
from tests.accuracy.recorded_rules import count_rules, record_rules, write_rules, write_threaders
from tests.accuracy.report import find_changes, list_mistakes, write_table
from tests.accuracy.tally import Tally


def main(arguments: list[str] | None = None) -> int:
    """Print the table; return 1 where a figure fell below what is recorded, or is not recorded."""
    parser = argparse.ArgumentParser(prog="python -m tests.accuracy", description="Measure what threadkit reads against readings by hand.")
    parser.add_argument("-v", "--verbose", action="store_true", help="list each mistake with its file and line")
    parser.add_argument("--record", action="store_true", help="record the figures, and write them into docs/accuracy.md")
    parser.add_argument("--quick", action="store_true", help="measure only the first tenth of the generated dumps")
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--generated", action="store_true", help="measure only generated dumps; with -v by layout and damage too")
    only.add_argument("--by-hand", action="store_true", help="measure only the dumps that were read by hand")
    parser.add_argument(
        "words", nargs="*", metavar="WORD", help="measure only dumps whose corpus or name has one of these (`damaged-17`); compare nothing"
    )
    options = parser.parse_args(arguments)
    if options.record and (options.words or options.quick):
        parser.error("record the figures of all dumps, or measure some")
    if options.words:
        print(write_table(measure_some(options.words, options.verbose)), end="")
        return 0
    tallies = {} if options.generated else measure_read(options.verbose)
    tallies.update({} if options.by_hand else measure_strata(options.quick, options.verbose))
    figures = {corpus: compute_figures(tally) for corpus, tally in tallies.items()}
    print(write_table({corpus: values for corpus, values in figures.items() if options.quick or not corpus.endswith(QUICK)}), end="")
    counts = count_rules(tallies)
    print(f"\n{write_threaders(counts)}\n{write_rules(counts)}", end="")
    if options.record:
        record(figures)
        record_rules(tallies)
        return 0
    return compare(figures)


def measure_strata(quick: bool, verbose: bool) -> dict[str, Tally]:
    """Return corpus -> what was counted of the generated dumps: of the first of each stratum, and of all unless `quick`."""
    measured = measure_generated(quick, verbose)
    for corpus in measured.values() if verbose else ():
        print("".join(f"{line}\n" for line in corpus.mistakes), end="")
    if verbose:
        print("\n".join(write_breakdown({corpus: part.breakdown for corpus, part in measured.items()})))
    for corpus, part in measured.items():
        messages, places = (part.tally.of(figure, "right", "missing") for figure in ("messages", "occurrences"))
        print(f"{corpus}: {count_dumps(corpus, quick)} dumps, {messages} messages printed in {places} places")
    tallies = {} if quick else {corpus: part.tally for corpus, part in measured.items()}
    return {**tallies, **{corpus + QUICK: part.quick for corpus, part in measured.items()}}


def measure_some(words: Iterable[str], verbose: bool) -> dict[str, Figures]:
    """Return corpus -> figure -> value of the dumps that these words name, generated ones among them."""
    read = {corpus: compute_figures(tally) for corpus, tally in measure_read(verbose, words).items()}
    figures = {corpus: values for corpus, values in read.items() if values}
    generated: dict[str, Tally] = {}
    for corpus, truth in list_generated(words):
        tally = measure(truth)
        generated.setdefault(corpus, Tally()).add(tally)
        for line in list_mistakes(corpus, truth, tally) if verbose else ():
            print(line)
    return {**figures, **{corpus: compute_figures(tally) for corpus, tally in generated.items()}}


def measure_read(verbose: bool, words: Iterable[str] = ()) -> dict[str, Tally]:
    """Return corpus -> what was counted of the dumps read by hand, and `all` for these corpora together."""
    tallies, everything = {}, Tally()
    for corpus in find_corpora():
        together = Tally()
        for truth in corpus.truths(words):
            tally = measure(truth)
            together.add(tally)
            for line in list_mistakes(corpus.name, truth, tally) if verbose else ():
                print(line)
        tallies[corpus.name] = together
        everything.add(together)
    return {**tallies, EVERYTHING: everything}


def compare(figures: dict[str, Figures]) -> int:
    """Say what differs from the recorded figures; the corpora together follow from each and are not told again."""
    recorded = {corpus: values for corpus, values in read_recorded().items() if corpus in figures}
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
