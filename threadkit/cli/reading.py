"""The commands that ask an archive: threads, people, findings, search, sql, show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection

import click

from threadkit import queries
from threadkit.archive.opening import open_archive
from threadkit.cli.frame import Frame, archive_options
from threadkit.cli.pages import page_of
from threadkit.cli.summary import db_option
from threadkit.cli.terminal import columns, json_text, one_line, say, when
from threadkit.hidden import with_marks
from threadkit.locale import Texts
from threadkit.records import ThreadkitError

__all__ = ["reading_commands"]

_ALL = 1_000_000_000
#: What a terminal shows where nothing else is asked for; JSON is whole.
_MOST_THREADS, _MOST_OF_A_KIND, _MOST_HITS = 100, 20, 20


@contextmanager
def _archive(path: Path) -> Iterator[Connection]:
    connection = open_archive(path)
    try:
        yield connection
    finally:
        connection.close()


def _print_list(texts: Texts, name: str, rows: Sequence[queries.Row], keys: Sequence[str], limit: int) -> None:
    if not rows:
        say(texts(f"{name}.none"))
        return
    shown = [[when(row[key]) if key.endswith("sent_at") else row[key] for key in keys] for row in rows]
    say(columns([texts(f"column.{key}") for key in keys], shown))
    if 0 < limit <= len(rows):
        say(texts("list.limited", n=limit), err=True)


def _limit(asked: int | None, otherwise: int) -> int:
    """Return the most rows to fetch, -1 for all, which 0 asks for."""
    return min(otherwise if asked is None else asked, _ALL) or -1


def _threads(frame: Frame) -> click.Command:
    @frame.command("threads")
    @frame.option("--limit", text="limit", type=click.IntRange(0))
    @archive_options(frame)
    def threads(*, db: Path, as_json: bool, limit: int | None) -> None:
        most = _limit(limit, 0 if as_json else _MOST_THREADS)
        with _archive(db) as connection:
            rows = queries.threads(connection, most)
        if as_json:
            say(json_text(rows))
        else:
            keys = ("first_sent_at", "last_sent_at", "message_count", "person_count", "subject", "id")
            _print_list(frame.texts, "threads", rows, keys, most)

    return threads


def _people(frame: Frame) -> click.Command:
    @frame.command("people")
    @frame.option("--limit", text="limit", type=click.IntRange(0))
    @archive_options(frame)
    def people(*, db: Path, as_json: bool, limit: int | None) -> None:
        most = _limit(limit, 0)
        with _archive(db) as connection:
            rows = queries.people(connection, most)
        if as_json:
            say(json_text(rows))
        else:
            _print_list(frame.texts, "people", rows, ("name", "sent", "received", "addresses", "id"), most)

    return people


def _findings(frame: Frame) -> click.Command:
    @frame.command("findings")
    @frame.option("--kind", text="kind", metavar=frame.texts("help.kind_metavar"))
    @frame.option("--limit", text="limit_of_kind", type=click.IntRange(0))
    @archive_options(frame)
    def findings(*, db: Path, as_json: bool, kind: str | None, limit: int | None) -> None:
        most = _limit(limit, 0 if as_json or kind else _MOST_OF_A_KIND)
        with _archive(db) as connection:
            if kind is not None and kind not in (kinds := queries.finding_kinds(connection)):
                hint = frame.texts("findings.kinds", kinds=", ".join(kinds))
                raise ThreadkitError(frame.texts("findings.no_kind"), where=kind, hint=hint, exit_code=1)
            rows = queries.findings(connection, kind, most)
            counted = queries.findings_by_kind(connection, kind)
        if as_json:
            say(json_text(rows))
            return
        if not rows:
            say(frame.texts("findings.none"))
        for each, number in counted.items():
            _print_findings(frame.texts, each, number, [row for row in rows if row["kind"] == each], f"--kind {each}{db_option(db)}")

    return findings


def _print_findings(texts: Texts, kind: str, number: int, rows: Sequence[queries.Row], options: str) -> None:
    say(f"{texts.maybe(f'finding.{kind}') or kind} ({kind}, {texts.number(number)})")
    headings = ["certainty", "sent_at", "who", "about", "detail", "id"]
    shown = [
        {
            "certainty": texts(f"certainty.{row['certainty']}"),
            "sent_at": when(row["sent_at"]),
            "who": row["sender"] or row["person"],
            "about": _about(row),
            "detail": _detail(texts, row),
            "id": row["id"],
        }
        for row in rows
    ]
    headings = [heading for heading in headings if any(row[heading] for row in shown)]
    say(columns([texts(f"column.{heading}") for heading in headings], [[row[heading] for heading in headings] for row in shown]))
    if len(rows) < number:
        say(texts("findings.more", n=number - len(rows), command=with_marks(options)))
    say()


def _about(row: queries.Row) -> object:
    place = f"{row['source']}:{row['first_line']}" if row["source"] and row["first_line"] else None
    return row["filename"] or row["document"] or row["subject"] or place


def _detail(texts: Texts, row: queries.Row) -> str:
    """Return what the detail says beyond the other columns: the file's name, or the message's time and subject, are told there."""
    detail, about = str(row["detail"] or ""), str(_about(row) or "")
    if about and (detail == about or detail.startswith(f"{about}: ")):
        return detail[len(about) + 2 :]
    sent = when(row["sent_at"])
    if sent and detail.startswith(f"{sent}, ") and detail.endswith(f": {about}"):
        return ""
    return texts.archived(str(row["kind"]), detail)


def _search(frame: Frame) -> click.Command:
    @frame.command("search")
    @click.argument("words", nargs=-1, required=True, metavar=frame.texts("help.words_metavar"))
    @frame.option("--limit", text="limit", type=click.IntRange(0), default=_MOST_HITS)
    @archive_options(frame)
    def search(*, db: Path, as_json: bool, words: tuple[str, ...], limit: int) -> None:
        with _archive(db) as connection:
            found = queries.search(connection, " ".join(words), min(limit or _ALL, _ALL))
        for name, values in (("no_date", found.no_date), ("no_thing", found.no_thing), ("nobody", found.nobody)):
            for value in values:
                say(frame.texts(f"search.{name}", text=one_line(value)), err=True)
        if as_json:
            say(json_text(found.hits))
            return
        for hit in found.hits:
            _print_hit(frame.texts, hit)
        say(frame.texts.count("search.found", found.total), err=True)
        if found.total > len(found.hits):
            say(frame.texts("list.limited", n=len(found.hits)), err=True)

    return search


def _print_hit(texts: Texts, hit: queries.Row) -> None:
    who = hit["sender"] or texts(f"kind.{hit['kind']}")
    say(" · ".join(one_line(part) for part in (when(hit["sent_at"]), who, hit["title"]) if part))
    say(f"    {one_line(hit['snippet'])}")
    say(f"    [{hit['id']}]")
    say()


def _sql(frame: Frame) -> click.Command:
    @frame.command("sql")
    @click.argument("query", metavar="SQL")
    @click.option(
        "-p",
        "--param",
        "parameters",
        nargs=2,
        multiple=True,
        metavar=frame.texts("help.param_metavar"),
        help=frame.texts("help.option.param"),
    )
    @archive_options(frame)
    def sql(*, db: Path, as_json: bool, query: str, parameters: tuple[tuple[str, str], ...]) -> None:
        with _archive(db) as connection:
            names, rows = queries.read_only_rows(connection, query, dict(parameters))
        if as_json:
            say(json_text([dict(zip(names, row, strict=True)) for row in rows]))
        else:
            say(columns(names, rows))

    return sql


def _show(frame: Frame) -> click.Command:
    @frame.command("show")
    @click.argument("row_id", type=int, metavar="ID")
    @archive_options(frame)
    def show(*, db: Path, as_json: bool, row_id: int) -> None:
        with _archive(db) as connection:
            found = queries.find_kind(connection, row_id)
            if found is None:
                raise ThreadkitError(
                    frame.texts("show.none", id=str(row_id)), where=str(db), hint=frame.texts("show.none_hint"), exit_code=1
                )
            table, current = found
            row = queries.describe(connection, table, current)
        if as_json:
            say(json_text({"table": table, **row}))
            return
        if current != row_id:
            say(frame.texts("show.former", old=str(row_id), new=str(current)), err=True)
        say(page_of(frame.texts, table, row))

    return show


def reading_commands(frame: Frame) -> tuple[click.Command, ...]:
    """Return the commands that read an archive, in the order of the help."""
    return tuple(make(frame) for make in (_search, _threads, _people, _findings, _show, _sql))
