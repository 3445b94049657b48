"""The measures, one function a row or group of rows."""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

from bench.corpus import MESSAGES_A_DUMP, Facts, Generator
from bench.files import measure_files
from bench.jobs import run_job
from bench.mails import measure_mails
from bench.peers import TALON, find_peers
from bench.rows import LeftOut, Row, ratio
from threadkit.parse import parse_source
from threadkit.parse.labels import find_openings
from threadkit.read import read_bytes
from threadkit.records import Source
from threadkit.words import load_words

MB = 1_000_000
ROUNDS = 5
_CONVERSATIONS_A_ROUND = 160
_MOST_LINES = 1000
_SMALL_SHARE = 10
_REPEATED_BELOW = 20_000
#: So many conversations are counted step by step; a version of Python other than that of the target has other steps.
_COUNTED, _MOST_STEPS, _COUNTED_ON = 60, 60_000, (3, 11)


@dataclass(frozen=True, slots=True)
class Bench:
    """What the measures work on: the corpus in `corpus`, its first tenth (`few` messages) in `tenth`, room for archives in `scratch`."""

    generator: Generator
    messages: int
    few: int
    facts: Facts
    corpus: Path
    tenth: Path
    scratch: Path

    @property
    def repeats(self) -> int:
        """How often an import is timed: a long one needs no second look."""
        return 3 if self.messages <= _REPEATED_BELOW else 1


def prepare(folder: Path, messages: int, seed: int) -> Bench:
    """Write the corpus and its first tenth."""
    generator = Generator(seed)
    facts = generator.write(folder / "corpus", messages)
    few = generator.write(folder / "tenth", max(messages // _SMALL_SHARE, 100)).messages
    return Bench(generator, messages, few, facts, folder / "corpus", folder / "tenth", folder)


# ---------------------------------------------------------------- parse


def measure_parse(bench: Bench) -> Iterator[Row | LeftOut]:
    """Parse conversations one at a time, each below 1,000 lines, and let every peer split the same text; new text each round."""
    rounds = list(islice(_samples(bench.generator, bench.messages), ROUNDS + 1))
    words = load_words()
    sources = [[_source(text) for text in sample] for sample in rounds]
    sizes = [sum(len(source.content) for source in sample) for sample in sources]
    peers = find_peers()
    splitters = {name: split for name, split in peers.items() if split is not None}
    ours: list[float] = []
    theirs: dict[str, list[float]] = {name: [] for name in splitters}
    for sample, texts in zip(sources, rounds, strict=True):
        ours.append(_seconds(lambda source: parse_source(source, words), sample))
        for name, split in splitters.items():
            theirs[name].append(_seconds(split, texts))
    speed = median(size / seconds for size, seconds in zip(sizes[1:], ours[1:], strict=True)) / MB
    for name in peers:
        measure = f"full parse against {name}, same text"
        if name not in splitters:
            yield LeftOut(measure, "not installed, or it does not load here (bench/requirements.txt)")
            continue
        their_speed = median(size / seconds for size, seconds in zip(sizes[1:], theirs[name][1:], strict=True)) / MB
        note = f"{speed:.1f} MB/s against {their_speed:.1f} MB/s"
        target = 10.0 if name == TALON else None
        yield Row(measure, ratio(theirs[name][1:], ours[1:]), target=target, at_least=True, note=note)


def measure_steps(bench: Bench) -> Iterator[Row]:
    """Count what the parse of a conversation takes of Python's own steps, in a process that has read others: no clock is asked."""
    job = run_job("steps", bench.generator.seed, _COUNTED)
    most = ", ".join(f"{name} {steps:,.0f}" for name, steps in job["most"].items())
    target = _MOST_STEPS if sys.version_info[:2] == _COUNTED_ON else None
    note = f"{job['lines']:.0f} lines each; most of them in {most}; Python {platform.python_version()}"
    yield Row("Python's steps to read a conversation", job["steps"], unit="steps", target=target, note=note)


def _samples(generator: Generator, messages: int) -> Iterator[list[str]]:
    """Yield lists of conversations: the first warms up, the others are timed."""
    found: list[str] = []
    for number in range(ROUNDS + 1 if messages >= MESSAGES_A_DUMP else 1):
        dump = generator.dump(number, min(messages, MESSAGES_A_DUMP))
        found = [text for text in dump.prints if text.count("\n") < _MOST_LINES]
        yield found[:_CONVERSATIONS_A_ROUND]


def _source(text: str) -> Source:
    return read_bytes(text.encode(), "conversation.txt", None)


def _seconds(call: Callable[[Any], object], items: Iterable[Any]) -> float:
    """Return the processor's seconds: what else the machine does in the meantime is left out of both sides."""
    start = process_time()
    for item in items:
        call(item)
    return process_time() - start


# ---------------------------------------------------------------- header scan


def measure_scan(bench: Bench) -> Iterator[Row]:
    """Read files and find where their headers could open, against reading the same files line by line."""
    files = sorted(bench.corpus.iterdir())[:ROUNDS]
    words = load_words()
    ours, lines = [], []
    for _ in range(ROUNDS + 1):
        ours.append(_seconds(lambda path: _scan(path, words), files))
        lines.append(_seconds(_read_lines, files))
    size = sum(path.stat().st_size for path in files)
    note = f"{size / median(ours[1:]) / MB:,.0f} MB/s against {size / median(lines[1:]) / MB:,.0f} MB/s, reading the file included"
    yield Row("header scan against `for line in open(...)`", ratio(lines[1:], ours[1:]), target=1, at_least=True, note=note)


def _scan(path: Path, words: Any) -> None:
    for _ in find_openings(path.read_bytes(), words):
        pass


def _read_lines(path: Path) -> None:
    with path.open(encoding="utf-8") as file:
        for _ in file:
            pass


# ---------------------------------------------------------------- import


def measure_import(bench: Bench) -> Iterator[Row | LeftOut]:
    """Import the corpus and its first tenth; time the floor under it, its memory, and what one more small source costs."""
    archive, small = bench.scratch / "archive.db", bench.scratch / "tenth.db"
    whole = [_import(bench.corpus, archive) for _ in range(bench.repeats)]
    floors = [_floor(archive, bench.scratch / "floor.db") for _ in range(bench.repeats)]
    stemming = run_job("stemming", archive)
    tenth = [_import(bench.tenth, small) for _ in range(3)]
    seconds = [job["seconds"] for job in whole]
    bare = [job["seconds"] - stemming["seconds"] for job in whole]
    floor = [job["rows"] + job["search"] for job in floors]
    phases = ", ".join(f"{step} {spent:.1f}" for step, spent in whole[0]["phases"].items())
    yield Row(
        "import with search against its floor, stemming apart", ratio(bare, floor), target=4,
        note=f"import {seconds[0]:.1f} s ({phases}); floor {floor[0]:.1f} s (rows {floors[0]['rows']:.1f}, search {floors[0]['search']:.1f})",
    )  # fmt: skip
    yield Row("import with search against its floor, stemming included", ratio(seconds, floor), note=_stemming_note(stemming))
    yield from _memory(whole, bench)
    large, less = median(seconds) / bench.messages, median(job["seconds"] for job in tenth) / bench.few
    yield Row(
        f"cost a message at {bench.messages:,} against {bench.few:,}", large / less, target=1.3,
        note=f"{large * 1000:.2f} ms against {less * 1000:.2f} ms",
    )  # fmt: skip
    yield _found(whole[0]["counts"], bench)


def _memory(whole: list[dict[str, Any]], bench: Bench) -> Iterator[Row | LeftOut]:
    measure = f"peak memory of the import at {bench.messages:,} messages"
    if whole[0]["memory"] is None:
        yield LeftOut(measure, "this system does not tell a process's peak memory")
    else:
        yield Row(measure, max(job["memory"] for job in whole) / MB, unit="MB", target=400)


def _found(counts: dict[str, int], bench: Bench) -> Row:
    note = f"{counts['messages']:,} of {bench.messages:,}; occurrences {counts['occurrences']:,} of {bench.facts.occurrences:,}"
    return Row("messages found of those generated", 100 * counts["messages"] / bench.messages, unit="%", note=note)


def _stemming_note(stemming: dict[str, Any]) -> str:
    made = "PyStemmer" if find_spec("Stemmer") else "pure Python; the extra `fast` brings PyStemmer"
    return f"{stemming['words']:,} distinct words stemmed in {stemming['seconds']:.1f} s ({made})"


def measure_addition(bench: Bench) -> Iterator[Row]:
    """Import one small source into the big archive, and alone; each as a user does, in a process of its own."""
    dump = bench.generator.addition()
    source = bench.scratch / "addition.txt"
    source.write_text(dump.text, encoding="utf-8", newline="")
    added, alone = [], []
    for _ in range(bench.repeats):
        big = bench.scratch / "added.db"
        shutil.copyfile(bench.scratch / "archive.db", big)
        added.append(run_job("import", source, big)["process_seconds"])
        alone.append(_import(source, bench.scratch / "alone.db")["process_seconds"])
    note = f"{median(added):.2f} s against {median(alone):.2f} s, {dump.facts.messages} messages, Python's start included"
    yield Row(f"adding one small source to {bench.messages:,} messages", ratio(added, alone), target=10, note=note)


def _import(given: Path, archive: Path) -> dict[str, Any]:
    archive.unlink(missing_ok=True)
    return run_job("import", given, archive)


def _floor(archive: Path, scratch: Path) -> dict[str, Any]:
    scratch.unlink(missing_ok=True)
    return run_job("floor", archive, scratch)


# ---------------------------------------------------------------- threads


def measure_threads(bench: Bench) -> Iterator[Row]:
    """Cut the archive's occurrences into components and threads, against a plain union-find over the same links."""
    jobs = [run_job("threads", bench.scratch / "archive.db") for _ in range(bench.repeats)]
    first = jobs[0]
    note = (
        f"components {first['components']:.2f} s and threads {first['threads']:.2f} s against {first['plain']:.2f} s, by the processor; "
        f"{first['nodes']:,} nodes, {first['links']:,} links"
    )
    figure = ratio([job["components"] + job["threads"] for job in jobs], [job["plain"] for job in jobs])
    yield Row(f"threads at {bench.messages:,} against a plain union-find", figure, target=3, note=note)
    told = ratio([job["components"] + job["threads"] + job["telling"] for job in jobs], [job["plain"] for job in jobs])
    note = f"{first['telling']:.2f} s more; what is alike was read as numbers before, in {first['signs']:.2f} s"
    yield Row("the same with each thread's id, subject, dates and people", told, note=note)


#: Group by group, in the order of the table; the later ones need the archive that `import` leaves.
MEASURES: dict[str, Callable[[Bench], Iterator[Row | LeftOut]]] = {
    "parse": measure_parse,
    "steps": measure_steps,
    "scan": measure_scan,
    "import": measure_import,
    "addition": measure_addition,
    "threads": measure_threads,
    "mails": lambda bench: measure_mails(bench.generator, bench.scratch),
    "files": lambda bench: measure_files(bench.generator, bench.scratch),
}

#: Rows of the table of targets that no measure here takes yet.
NOT_YET = (
    LeftOut("memory, cost a message, addition and threads at 1,000,000 messages", "too long for a desk; --messages 1000000 takes them"),
    LeftOut("pages and facets against one indexed lookup", "the pages are not measured yet"),
)
