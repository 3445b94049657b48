"""Print the table of speed targets, measured here and now: `python -m bench --messages 5000`."""

from __future__ import annotations

import argparse
import json
import platform
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.corpus import ATTACHMENT_SHARE, SEED, Generator
from bench.measures import MEASURES, NOT_YET, Bench, prepare
from bench.rows import HEADING, LeftOut, Row, line

_NEED_ARCHIVE = ("addition", "threads")


def main() -> None:
    """Measure, and print the table or JSON. Exits with 1 on an error; a target not met is none."""
    options = _options()
    if options.corpus:
        print(Generator(options.seed).write(options.corpus, options.messages))
        return
    with _folder(options.folder) as folder:
        start = perf_counter()
        bench = prepare(Path(folder), options.messages, options.seed)
        tell = _silent if options.json else _tell
        tell(_heading(bench, perf_counter() - start))
        rows, left_out = _measured(bench, options.only, tell)
    if options.json:
        print(json.dumps(_as_json(options, bench, rows, left_out), ensure_ascii=False, indent=2))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure threadkit on a generated corpus, as ratios in one run.")
    parser.add_argument("--messages", type=int, default=100_000, help="distinct messages of the corpus (default 100,000)")
    parser.add_argument("--seed", type=int, default=SEED, help="seed of the corpus")
    parser.add_argument("--only", action="append", choices=list(MEASURES), help="take this group of measures alone; may be repeated")
    parser.add_argument("--folder", type=Path, help="keep the corpus and the archives here, instead of in a temporary folder")
    parser.add_argument("--corpus", type=Path, metavar="FOLDER", help="write the corpus into FOLDER and measure nothing")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser.parse_args()


def _measured(bench: Bench, only: list[str] | None, tell: Callable[[str], None]) -> tuple[list[Row], list[LeftOut]]:
    chosen = [name for name in MEASURES if only is None or name in only or (name == "import" and set(only) & set(_NEED_ARCHIVE))]
    rows: list[Row] = []
    left_out: list[LeftOut] = []
    for name in chosen:
        for found in MEASURES[name](bench):
            if isinstance(found, Row):
                rows.append(found)
                tell(line(found))
            else:
                left_out.append(found)
    left_out += NOT_YET
    tell("\n".join(["", "Left out:", *(f"    {item.measure}: {item.reason}" for item in left_out)]))
    return rows, left_out


def _folder(kept: Path | None) -> AbstractContextManager[Any]:
    return nullcontext(kept) if kept else tempfile.TemporaryDirectory(prefix="threadkit-bench-")


def _tell(text: str) -> None:
    """Print at once: some measures take minutes."""
    print(text, flush=True)


def _silent(_text: str) -> None:
    """Print nothing: the output is JSON."""


def _heading(bench: Bench, seconds: float) -> str:
    facts = bench.facts
    return (
        f"{facts.messages:,} messages in {facts.occurrences:,} places, {facts.bytes / 1e6:,.0f} MB, {facts.lines:,} lines, "
        f"{facts.attachment_lines / facts.lines:.0%} of them attachments' text; generated in {seconds:.1f} s\n"
        f"Python {platform.python_version()} on {platform.system()} {platform.machine()}; targets are those for 100,000 messages\n\n{HEADING}"
    )


def _as_json(options: argparse.Namespace, bench: Bench, rows: list[Row], left_out: list[LeftOut]) -> dict[str, Any]:
    return {
        "messages": options.messages,
        "seed": options.seed,
        "attachment_share": ATTACHMENT_SHARE,
        "bytes": bench.facts.bytes,
        "python": platform.python_version(),
        "rows": [row.as_json() for row in rows],
        "left_out": {item.measure: item.reason for item in left_out},
    }


if __name__ == "__main__":
    try:
        main()
    except RuntimeError as error:
        raise SystemExit(f"bench: {error}") from error
