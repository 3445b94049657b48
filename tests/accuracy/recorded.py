"""The recorded figures, and the copy of their table in docs/accuracy.md."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from tests.accuracy.corpora import EVERYTHING, QUICK, find_corpora
from tests.accuracy.figures import Figures
from tests.accuracy.generated import STRATA
from tests.accuracy.report import write_table

RECORDED = Path(__file__).with_name("recorded.json")
PAGE = Path(__file__).parents[2] / "docs" / "accuracy.md"
_BLOCK = re.compile(r"(<!-- figures: written by make accuracy OPTIONS=--record -->\n```text\n).*?(```\n)", re.DOTALL)


def read_recorded() -> dict[str, Figures]:
    """Return corpus -> figure -> value; nothing before the first recording."""
    if not RECORDED.exists():
        return {}
    recorded: dict[str, Figures] = json.loads(RECORDED.read_text(encoding="utf-8"))
    return recorded


def record(figures: Mapping[str, Figures]) -> None:
    """Write the figures down, those of corpora that were not measured as they were, and their table into the page."""
    generated = [*STRATA, *(corpus + QUICK for corpus in STRATA)]
    order = [*(corpus.name for corpus in find_corpora()), EVERYTHING, *generated]
    recorded = dict(sorted({**read_recorded(), **figures}.items(), key=lambda item: order.index(item[0])))
    RECORDED.write_text(json.dumps(recorded, indent=1) + "\n", encoding="utf-8", newline="\n")
    PAGE.write_text(write_page(recorded), encoding="utf-8", newline="\n")


def write_page(figures: Mapping[str, Figures]) -> str:
    """Return docs/accuracy.md with the table of these figures, but for those of the first tenths."""
    shown = {corpus: values for corpus, values in figures.items() if not corpus.endswith(QUICK)}
    return _BLOCK.sub(lambda found: f"{found[1]}{write_table(shown)}{found[2]}", PAGE.read_text(encoding="utf-8"))
