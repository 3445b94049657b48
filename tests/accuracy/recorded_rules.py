"""What each rule is good for, and the published threaders, as recorded: the counts, and the tables in docs/rules.md and docs/accuracy.md."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.accuracy.corpora import EVERYTHING
from tests.accuracy.figures import percent
from tests.accuracy.score_rules import COPIES, LINK
from tests.accuracy.tally import Tally
from tests.accuracy.threaders import THREADERS

RECORDED = Path(__file__).with_name("recorded_rules.json")
DOCS = Path(__file__).parents[2] / "docs"
CORPORA = (EVERYTHING, "generated", "generated-damaged")
TITLES = {EVERYTHING: "by hand", "generated": "generated", "generated-damaged": "damaged"}
OURS = "threadkit"
_BLOCK = r"(<!-- {name}: written by make accuracy OPTIONS=--record -->\n).*?(<!-- end -->\n)"

Recorded = Mapping[str, Mapping[str, Any]]


def count_rules(tallies: Mapping[str, Tally]) -> dict[str, dict[str, Any]]:
    """Return corpus -> the counts of each rule, and the outcomes of each threader; only of whole corpora."""
    return {corpus: {"rules": _rules(tallies[corpus]), "threaders": _threaders(tallies[corpus])} for corpus in CORPORA if corpus in tallies}


def _rules(tally: Tally) -> dict[str, list[int]]:
    names = sorted({figure for figure, _ in tally.counts if figure.startswith((LINK, COPIES))})
    return {name: [tally.of(name, "right"), tally.of(name, "wrong")] for name in names}


def _threaders(tally: Tally) -> dict[str, dict[str, list[int]]]:
    found: dict[str, dict[str, list[int]]] = {}
    for name in (OURS, *THREADERS):
        prefix = "" if name == OURS else f"{name}: "
        found[name] = {
            what: [tally.of(prefix + what, "right"), tally.of(prefix + what, "wrong", "invented"), tally.of(prefix + what, "wrong", "missing")]
            for what in ("parents", "threads")
        }
    return found


def read_recorded_rules() -> Recorded:
    """Return what is recorded; nothing before the first recording."""
    recorded: Recorded = json.loads(RECORDED.read_text(encoding="utf-8")) if RECORDED.exists() else {}
    return recorded


def record_rules(tallies: Mapping[str, Tally]) -> None:
    """Write the counts down, those of corpora that were not measured as they were, and the tables into the pages."""
    recorded = {**read_recorded_rules(), **count_rules(tallies)}
    text = json.dumps(recorded, indent=1, sort_keys=True)
    RECORDED.write_text(re.sub(r"\[\s+(\d+),\s+(\d+)(?:,\s+(\d+))?\s+\]", _on_one_line, text) + "\n", encoding="utf-8", newline="\n")
    for page, written in write_pages(recorded).items():
        page.write_text(written, encoding="utf-8", newline="\n")


def _on_one_line(found: re.Match[str]) -> str:
    return f"[{', '.join(number for number in found.groups() if number)}]"


def write_pages(recorded: Recorded) -> dict[Path, str]:
    """Return each page with its table of what is recorded."""
    tables = {DOCS / "rules.md": ("rules", write_rules(recorded)), DOCS / "accuracy.md": ("threaders", write_threaders(recorded))}
    pages = {}
    for page, (name, table) in tables.items():
        block = re.compile(_BLOCK.format(name=name), re.DOTALL)
        pages[page] = block.sub(lambda found, table=table: f"{found[1]}{table}{found[2]}", page.read_text(encoding="utf-8"))  # type: ignore[misc]
    return pages


def write_rules(recorded: Recorded) -> str:
    """Return the table of rules: how often each concluded in a corpus, and how many hundredths of that were right."""
    corpora = [corpus for corpus in CORPORA if corpus in recorded]
    if not corpora:
        return ""
    rows = [f"| rule | {' | '.join(f'{TITLES[c]} | right' for c in corpora)} |\n|---|{'---:|' * 2 * len(corpora)}\n"]
    for prefix, what in ((LINK, "parents"), (COPIES, "copies made one")):
        names = sorted({name for c in corpora for name in recorded[c]["rules"] if name.startswith(prefix)}, key=lambda n: (-_uses(recorded, n), n))
        rows.append(f"| **{what}** |{' |' * 2 * len(corpora)}\n")
        rows += [f"| `{n.removeprefix(prefix)}` | {' | '.join(_right(recorded[c]['rules'].get(n)) for c in corpora)} |\n" for n in names]
    return "".join(rows)


def _uses(recorded: Recorded, name: str) -> int:
    return sum(sum(counts["rules"].get(name, ())) for counts in recorded.values())


def _right(counts: list[int] | None) -> str:
    return f"{sum(counts)} | {percent(counts[0] / sum(counts)):.2f}" if counts and sum(counts) else "- | -"


def write_threaders(recorded: Recorded) -> str:
    """Return the table of threaders: precision, recall and F1 of parents and threads in each corpus."""
    if not recorded:
        return ""
    head = "| | " + " | ".join(f"{what}: precision | recall | F1" for what in ("parents", "threads")) + " |\n|---|---:|---:|---:|---:|---:|---:|\n"
    return head + "".join(_threader_rows(recorded))


def _threader_rows(recorded: Recorded) -> Iterator[str]:
    for corpus in CORPORA:
        if corpus in recorded:
            yield f"| **{TITLES[corpus]}** | | | | | | |\n"
            for name, counts in sorted(recorded[corpus]["threaders"].items(), key=lambda item: [OURS, *THREADERS].index(item[0])):
                yield f"| {name} | {' | '.join(_scores(*counts[what]) for what in ('parents', 'threads'))} |\n"


def _scores(right: int, wrong: int, missing: int) -> str:
    shares = ((right, right + wrong), (right, right + missing), (2 * right, 2 * right + wrong + missing))
    return " | ".join(f"{percent(part / whole):.2f}" if whole else "-" for part, whole in shares)
