"""The commands by which a reader corrects an archive: correct, review."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import Connection
from typing import TYPE_CHECKING

import click

from threadkit.archive.opening import open_archive
from threadkit.audit.doubts import Answer, Doubt, find_doubts, place_of
from threadkit.cli.frame import Frame, archive_options
from threadkit.cli.progress import ProgressLine
from threadkit.cli.terminal import columns, json_text, one_line, say
from threadkit.locale import Texts
from threadkit.records import ThreadkitError

if TYPE_CHECKING:
    from threadkit.resolve.corrections import Correction

__all__ = ["correcting_commands"]

_KINDS = ("people", "parent", "message", "date", "attachment", "release")
#: How many things each kind takes after it; people takes two or more.
_TAKES = {"message": 1, "release": 3}
_LISTED = """
SELECT number, kind, coalesce(iif(kind = 'release', at || ' ' || (names ->> 0), at), names), value, made_by, made_on, reason, unfit
FROM corrections ORDER BY number
"""
_UNFIT = "SELECT number, unfit FROM corrections WHERE unfit IS NOT NULL ORDER BY number"
_PLACE = """
SELECT DISTINCT substr(sha256, 1, 12), line_count FROM sources JOIN source_names ON source_id = id
WHERE name = ?1 OR (length(?2) >= 8 AND substr(sha256, 1, length(?2)) = ?2)
"""
_DOCUMENT = "SELECT substr(sha256, 1, 12), d.first_line FROM documents d JOIN sources s ON s.id = d.source_id WHERE d.id = ?"


def _correct(frame: Frame) -> click.Command:
    @frame.command("correct")
    @click.argument("kind", required=False, type=click.Choice(_KINDS), metavar=frame.texts("help.kind_metavar"))
    @click.argument("what", nargs=-1, metavar=frame.texts("help.correct_metavar"))
    @frame.option("--apart", text="apart", is_flag=True)
    @frame.option("--by", text="made_by", metavar=frame.texts("help.name_metavar"))
    @frame.option("--why", text="why", metavar=frame.texts("help.words_metavar"))
    @frame.option("--undo", text="undo", type=click.IntRange(1))
    @archive_options(frame)
    def correct(
        *, db: Path, as_json: bool, kind: str | None, what: tuple[str, ...], apart: bool, by: str | None, why: str | None, undo: int | None
    ) -> None:
        db = Path(os.path.realpath(db))
        held = _held(db)
        if undo is not None:
            if undo > len(held):
                raise ThreadkitError(
                    frame.texts("correct.no_such", n=undo), where=str(db), hint=frame.texts("correct.list_hint"), exit_code=1
                )
            _conclude(frame.texts, db, held, [each for i, each in enumerate(held, 1) if i != undo])
        elif kind is not None:
            if not why:
                raise ThreadkitError(frame.texts("correct.why_missing"), hint=frame.texts("correct.why_hint"), exit_code=1)
            _conclude(frame.texts, db, held, [*held, _made(frame.texts, db, kind, what, apart=apart, said=_said(by, why))])
        _list(frame.texts, db, as_json=as_json)

    return correct


def _said(by: str | None, why: str) -> tuple[str, str, str]:
    """Return who says it, today, and why."""
    return by or getpass.getuser(), datetime.now(UTC).astimezone().date().isoformat(), why


def _held(db: Path) -> tuple[Correction, ...]:
    from threadkit.archive.corrections import in_force  # noqa: PLC0415 - the resolvers take a while to load, which no other command should

    with closing(open_archive(db)) as connection:
        return in_force(connection, db)


def _made(texts: Texts, db: Path, kind: str, what: Sequence[str], *, apart: bool, said: tuple[str, str, str]) -> Correction:
    """Return the correction that a command line asks for, each thing that it names found in the archive."""
    from threadkit.resolve.corrections import Correction  # noqa: PLC0415 - as above

    wanted = len(what) >= 2 if kind == "people" else len(what) == _TAKES.get(kind, 2)
    if not wanted:
        raise ThreadkitError(texts(f"correct.usage.{kind}"), exit_code=1)
    if kind == "people":
        return Correction(kind, tuple(what), apart, "", "", *said)
    names = (_release_field(texts, what[1]),) if kind == "release" else ()
    with closing(open_archive(db)) as connection:
        value = _value(texts, connection, kind, what[-1])
        return Correction(kind, names, False, _place(texts, connection, what[0]), value, *said)


def _release_field(texts: Texts, name: str) -> str:
    from threadkit.resolve.corrections import RELEASE_FIELDS  # noqa: PLC0415 - as above

    if name not in RELEASE_FIELDS:
        raise ThreadkitError(texts("correct.no_field", fields=", ".join(RELEASE_FIELDS)), where=name, exit_code=1)
    return name


def _value(texts: Texts, connection: Connection, kind: str, value: str) -> str:
    """Return what a correction sets as it is kept: the place of a parent, a date in ISO form, other words as typed; "" for nothing."""
    if kind == "message" or (value in ("-", texts("correct.nothing")) and kind != "date"):
        return ""
    if kind == "parent":
        return _place(texts, connection, value)
    return _date(texts, value) if kind == "date" else value


def _place(texts: Texts, connection: Connection, text: str) -> str:
    """Return where a message or a document stands, by its id or as `SOURCE:LINE`."""
    if text.isdecimal():
        found = connection.execute(_DOCUMENT, (int(text),)).fetchone()
        if found is not None:
            return f"{found[0]}:{found[1]}"
        if connection.execute("SELECT 1 FROM messages WHERE id = ?", (int(text),)).fetchone():
            return place_of(connection, int(text))
    name, _, line = text.rpartition(":")
    named = connection.execute(_PLACE, (name, name)).fetchall() if name and line.isdecimal() else []
    if len(named) == 1 and 1 <= int(line) <= named[0][1]:
        return f"{named[0][0]}:{line}"
    raise ThreadkitError(texts("correct.no_place"), where=text, hint=texts("correct.no_place_hint"), exit_code=1)


def _date(texts: Texts, value: str) -> str:
    try:
        return datetime.fromisoformat(value.replace(" ", "T")).isoformat()[: len(value)]
    except ValueError:
        raise ThreadkitError(texts("correct.no_date"), where=value, exit_code=1) from None


def _conclude(texts: Texts, db: Path, held: Sequence[Correction], now: Sequence[Correction]) -> None:
    """Write the file and conclude again; where that fails, the file is as it was."""
    from threadkit.archive.corrections import corrections_file, write_file  # noqa: PLC0415 - as above
    from threadkit.importing import conclude_again  # noqa: PLC0415 - as above

    path = corrections_file(db)
    before = path.read_bytes() if path.exists() else None
    write_file(db, now)
    line = ProgressLine(texts)
    try:
        report = conclude_again(db, line)
    except BaseException:
        if before is None:
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(before)
        raise
    finally:
        line.clear()
    changed = [change for change in report.changes if change.added or change.gone or change.changed]
    say(texts("correct.written", file=path.name), err=True)
    for change in changed:
        say(f"  {change.table}: {texts('rebuild.change', added=change.added, gone=change.gone, changed=change.changed)}", err=True)
    if not changed and len(held) != len(now):
        say(f"  {texts('rebuild.nothing')}", err=True)
    with closing(open_archive(db)) as connection:
        for number, unfit in connection.execute(_UNFIT):
            say(f"  {texts('correct.unfit', n=number, why=texts.archived('correction', unfit))}", err=True)


def _list(texts: Texts, db: Path, *, as_json: bool) -> None:
    keys = ("number", "kind", "at", "value", "by", "on", "why", "unfit")
    with closing(open_archive(db)) as connection:
        rows = [dict(zip(keys, row, strict=True)) for row in connection.execute(_LISTED)]
    if as_json:
        say(json_text(rows))
        return
    if not rows:
        say(texts("correct.none"))
        return
    shown = [[*list(row.values())[:7], texts.archived("correction", row["unfit"] or "")] for row in rows]
    say(columns([texts(f"column.corrected_{key}") for key in keys], shown))


def _review(frame: Frame) -> click.Command:
    @frame.command("review")
    @frame.option("--by", text="made_by", metavar=frame.texts("help.name_metavar"))
    @frame.option("--limit", text="limit", type=click.IntRange(0))
    @archive_options(frame)
    def review(*, db: Path, as_json: bool, by: str | None, limit: int | None) -> None:
        db = Path(os.path.realpath(db))
        with closing(open_archive(db)) as connection:
            doubts = find_doubts(connection)[: limit or None]
        if as_json:
            say(json_text([asdict(doubt) for doubt in doubts]))
        elif not doubts:
            say(frame.texts("review.none"))
        elif sys.stdin.isatty():
            _walk(frame.texts, db, doubts, by)
        else:
            say("\n\n".join(_doubt(frame.texts, doubt) for doubt in doubts))

    return review


def _doubt(texts: Texts, doubt: Doubt) -> str:
    evidence = one_line(texts.archived("evidence", doubt.evidence))
    lines = [
        f"{texts('review.' + doubt.kind)} {one_line(doubt.shown)}",
        f"  {doubt.source}:{doubt.line} · {doubt.confidence} · {doubt.rule}" + (f"{texts('show.colon')} {evidence}" if evidence else ""),
    ]
    lines += [f"  {number}  {one_line(answer.shown)}" for number, answer in enumerate(doubt.answers, 1)]
    return "\n".join(lines)


def _walk(texts: Texts, db: Path, doubts: Sequence[Doubt], by: str | None) -> None:
    """Ask about one doubt after the other, then write the answers and conclude once."""
    from threadkit.resolve.corrections import Correction  # noqa: PLC0415 - as above

    held, made = _held(db), []
    why = texts("review.why_default")
    for number, doubt in enumerate(doubts, 1):
        say()
        say(f"[{number}/{len(doubts)}] {_doubt(texts, doubt)}")
        if not doubt.answers:
            say(f"  {texts('review.by_name')}")
            continue
        chosen = _answer(texts, doubt.answers)
        if chosen is None:
            break
        if isinstance(chosen, Answer):
            why = click.prompt(texts("review.why"), default=why)
            made.append(Correction(doubt.kind, (), False, doubt.at, chosen.value, *_said(by, why)))
    if made:
        _conclude(texts, db, held, [*held, *made])
        _list(texts, db, as_json=False)


def _answer(texts: Texts, answers: Sequence[Answer], ask: Callable[..., str] = click.prompt) -> Answer | str | None:
    """Return the answer chosen, "" for the next doubt, None to stop."""
    while True:
        key = str(ask(texts("review.keys", n=len(answers)), default="s")).strip().lower()
        if key == "q":
            return None
        if key == "s":
            return ""
        if key == "0":
            return Answer("", "")
        if key.isdecimal() and int(key) <= len(answers):
            return answers[int(key) - 1]


def correcting_commands(frame: Frame) -> tuple[click.Command, ...]:
    """Return the commands that correct an archive, in the order of the help."""
    return tuple(make(frame) for make in (_correct, _review))
