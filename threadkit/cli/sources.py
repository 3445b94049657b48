"""The commands about what goes in: formats, log, reveal."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import click

from threadkit import queries
from threadkit.archive.opening import open_archive
from threadkit.cli.frame import Frame, archive_options
from threadkit.cli.terminal import columns, json_text, one_line, say, when
from threadkit.hidden import with_marks
from threadkit.locale import Texts
from threadkit.queries.reader import Row

__all__ = ["source_commands"]

_MOST_RUNS = 20


def _formats(frame: Frame) -> click.Command:
    @frame.command("formats")
    @archive_options(frame, with_db=False)
    def formats(*, as_json: bool) -> None:
        from threadkit.read import FORMATS, missing_of  # noqa: PLC0415 - the readers take a while to load, which no other command should

        rows: list[Row] = [
            {
                "name": each.name,
                "what": each.what if as_json else frame.texts.phrase(each.what),
                "extensions": list(each.extensions) if as_json else " ".join(each.extensions),
                "media_type": each.media_type,
                "missing": list(missing_of(each)),
                "extra": each.extra or None,
            }
            for each in FORMATS
        ]
        if as_json:
            say(json_text(rows))
            return
        headings = ["format", "what", "extensions", "reads"]
        shown = [[row["name"], row["what"], row["extensions"], _state(frame.texts, row)] for row in rows]
        say(columns([frame.texts(f"column.{heading}") for heading in headings], shown))

    return formats


def _state(texts: Texts, row: Row) -> str:
    """Return whether this installation reads a format, or what would make it."""
    missing = row["missing"]
    if not missing:
        return texts("formats.read")
    if row["extra"]:
        return texts("formats.extra", command=f"pip install 'threadkit[{row['extra']}]'")
    return texts("formats.program", program=", ".join(map(str, missing)) if isinstance(missing, list) else str(missing))


def _log(frame: Frame) -> click.Command:
    @frame.command("log")
    @frame.option("--limit", text="limit", type=click.IntRange(0), default=_MOST_RUNS)
    @archive_options(frame)
    def log(*, db: Path, as_json: bool, limit: int) -> None:
        with closing(open_archive(db)) as connection:
            runs = queries.runs(connection, limit or -1)
        if as_json:
            say(json_text(runs))
            return
        for run in runs:
            _print_run(frame.texts, run)

    return log


def _print_run(texts: Texts, run: dict[str, Any]) -> None:
    chosen = [f"{name}={value}" for name, value in sorted(run["options"].items()) if value not in (None, False) and name != "keep_content"]
    if run["options"].get("keep_content") is False:
        chosen.append("no_content")
    took = "" if run["seconds"] is None else texts("log.took", seconds=f"{run['seconds']:.1f}")
    head = (f"{run['id']}. {when(run['started_at'])}", run["command"], *chosen, f"threadkit {run['threadkit_version']}", took)
    say(one_line(" · ".join(part for part in head if part)))
    counted = {"given": run["given"], "added": run["added"], "known": run["known"], "exception": len(run["exceptions"])}
    counted["left_out"] = run["left_out"] or 0
    say("    " + ", ".join(texts.count(f"log.{name}", n) for name, n in counted.items() if n or name == "given"))
    for failure in run["exceptions"]:
        name = f"{failure['name']}: {failure['member']}" if failure["member"] else failure["name"]
        say(f"    {one_line(name)}{texts('show.colon')} {one_line(texts.retold(failure['detail']))}")


def _reveal(frame: Frame) -> click.Command:
    @frame.command("reveal")
    @click.argument("file", type=click.Path(dir_okay=False, path_type=Path), metavar=frame.texts("help.file_metavar"))
    @archive_options(frame, with_db=False)
    def reveal(*, file: Path, as_json: bool) -> None:
        from threadkit.read.hidden_words import reveal_path  # noqa: PLC0415 - as above

        found = reveal_path(file)
        if as_json:
            say(json_text([{"page": page, "why": why, "text": text} for page, why, text in found]))
            return
        for page, why, text in found:
            place = frame.texts("reveal.page", page=page)
            say(f"{place}, {frame.texts(f'reveal.{why}')}{frame.texts('show.colon')} {with_marks(text)}")
        say(frame.texts.count("reveal.found", len(found)), err=True)

    return reveal


def source_commands(frame: Frame) -> tuple[click.Command, ...]:
    """Return the commands about what goes in, in the order of the help."""
    return tuple(make(frame) for make in (_formats, _log, _reveal))
