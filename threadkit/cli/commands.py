"""The commands that change or serve an archive: import, rebuild, remove, browse."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from threadkit import __version__, queries
from threadkit.archive.opening import open_archive
from threadkit.cli.frame import Frame, archive_options
from threadkit.cli.progress import ProgressLine
from threadkit.cli.summary import summary_of
from threadkit.cli.terminal import json_text, one_line, say
from threadkit.locale import Texts
from threadkit.queries.lists import Counts
from threadkit.records import ThreadkitError

if TYPE_CHECKING:
    from threadkit.importing import ImportReport, RebuildReport

__all__ = ["changing_commands"]

_INTERRUPTED = 130


@contextlib.contextmanager
def _telling(frame: Frame, db: Path) -> Iterator[ProgressLine]:
    """Show how far a run has come; where it is interrupted, say whether the archive is as it was or was already written."""
    line, before = ProgressLine(frame.texts), _stamp(db)
    try:
        yield line
    except KeyboardInterrupt:
        line.clear()
        say(frame.texts("error.interrupted_import" if _stamp(db) == before else "error.interrupted_late"), err=True)
        raise click.exceptions.Exit(_INTERRUPTED) from None
    finally:
        line.clear()


def _stamp(db: Path) -> tuple[int, int, int] | None:
    """Tell one state of the archive's file from another, without reading it."""
    try:
        found = db.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def _counts(db: Path) -> Counts:
    with contextlib.closing(open_archive(db)) as connection:
        return queries.counts(connection)


def _import(frame: Frame) -> click.Command:
    @frame.command("import")
    @click.argument("paths", nargs=-1, required=True, metavar=frame.texts("help.path_metavar"))
    @frame.option("--timezone", text="timezone", metavar="ZONE")
    @frame.option("--encoding", text="encoding", metavar="ENCODING")
    @frame.option("--format", "format_", text="format", metavar="FORMAT")
    @frame.option("--ocr", text="ocr", is_flag=True)
    @frame.option("--jobs", text="jobs", type=click.IntRange(1))
    @frame.option("--no-content", text="no_content", is_flag=True)
    @archive_options(frame)
    def import_(*, paths: tuple[str, ...], db: Path, format_: str | None, no_content: bool, as_json: bool, **chosen: Any) -> int:
        from threadkit.importing import ImportOptions, import_paths  # noqa: PLC0415 - the parsers take a while to load, which no other command should

        options = ImportOptions(keep_content=not no_content, format=format_, **chosen)
        with _telling(frame, db) as line:
            report = import_paths(paths, db, options, line)
        counts = _counts(db) if db.exists() else None
        if as_json:
            say(json_text({**asdict(report), "archive": str(report.archive), "exit_code": report.exit_code, "counts": counts}))
        else:
            _print_import(frame.texts, report, counts, db)
        return report.exit_code

    return import_


def _print_import(texts: Texts, report: ImportReport, counts: Counts | None, db: Path) -> None:
    if counts is not None:
        parts = [texts.count(f"import.{name}", len(names)) for name, names in (("added", report.added), ("known", report.known)) if names]
        head = texts.count("import.sources", counts["sources"], db=db)
        say(summary_of(texts, counts, f"{head} ({', '.join(parts)})" if parts else head, db))
    if report.left_out:
        say(texts.count("import.left_out", len(report.left_out)), err=True)
    if report.exceptions:
        say(err=True)
        say(texts("import.exceptions"), err=True)
    for exception in report.exceptions:
        name = f"{exception.name}: {exception.member}" if exception.member else exception.name
        detail = one_line(texts.phrase(exception.detail))
        said_with_line = detail.startswith(f"{one_line(name)},")
        say(f"  {detail}" if said_with_line else f"  {one_line(name)}{texts('show.colon')} {detail}", err=True)


def _rebuild(frame: Frame) -> click.Command:
    @frame.command("rebuild")
    @archive_options(frame)
    def rebuild(*, db: Path, as_json: bool) -> None:
        from threadkit import importing  # noqa: PLC0415 - the parsers take a while to load, which no other command should

        with _telling(frame, db) as line:
            report = importing.rebuild(db, line)
        if as_json:
            say(json_text(_change_json(report)))
        else:
            _print_changes(frame.texts, report, frame.texts("rebuild.done", version=__version__))

    return rebuild


def _remove(frame: Frame) -> click.Command:
    @frame.command("remove")
    @click.argument("source", metavar=frame.texts("help.source_metavar"))
    @archive_options(frame)
    def remove(*, source: str, db: Path, as_json: bool) -> None:
        from threadkit import importing  # noqa: PLC0415 - the parsers take a while to load, which no other command should

        with _telling(frame, db) as line:
            report = importing.remove(db, source, line)
        if as_json:
            say(json_text(_change_json(report)))
        else:
            _print_changes(frame.texts, report, frame.texts("remove.done", name=one_line(source)))

    return remove


def _change_json(report: RebuildReport) -> dict[str, object]:
    return {**asdict(report), "archive": str(report.archive)}


def _print_changes(texts: Texts, report: RebuildReport, head: str) -> None:
    say(head)
    changed = [change for change in report.changes if change.added or change.gone or change.changed]
    for change in changed:
        say(f"  {change.table}: {texts('rebuild.change', added=change.added, gone=change.gone, changed=change.changed)}")
    if report.parents_changed:
        say(f"  {texts.count('rebuild.parents', report.parents_changed)}")
    if not changed:
        say(f"  {texts('rebuild.nothing')}")


def _browse(frame: Frame) -> click.Command:
    @frame.command("browse")
    @frame.option("--port", text="port", type=click.IntRange(1, 65535), metavar="PORT")
    @frame.option("--no-open", text="no_open", is_flag=True)
    @frame.option("--public", text="public", is_flag=True)
    @frame.option("--host", text="host", metavar="HOST")
    @frame.option("--beside", text="beside", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar=frame.texts("help.old_metavar"))
    @archive_options(frame, with_json=False)
    def browse(*, db: Path, port: int | None, no_open: bool, public: bool, host: str | None, beside: Path | None) -> None:
        from threadkit.browse.server import HOST, Served, free_port, serve  # noqa: PLC0415 - Datasette takes half a second, which no other command should

        if host and not public:
            raise ThreadkitError(frame.texts("browse.host_without_public"), hint=frame.texts("browse.host_hint"), exit_code=1)
        for archive in (db, *((beside,) if beside else ())):
            open_archive(archive).close()
        try:
            chosen = Served(host or HOST, free_port(port, host or HOST), public, beside)
        except OSError as error:
            what, hint = frame.texts("browse.port_taken", port=str(port)), frame.texts("browse.port_hint")
            raise ThreadkitError(what, hint=hint, exit_code=1) from error
        if public:
            say(frame.texts("browse.public", place=f"{chosen.host}:{chosen.port}"))
        with contextlib.suppress(KeyboardInterrupt):
            serve(db, chosen, frame.texts.language, lambda address: _announce(frame.texts, address), open_browser=not (no_open or public))

    return browse


def _announce(texts: Texts, address: str) -> None:
    say(f"{texts('browse.at', address=address)}\n{texts('browse.stop')}")


def changing_commands(frame: Frame) -> tuple[click.Command, ...]:
    """Return the commands that change or serve an archive, in the order of the help."""
    return tuple(make(frame) for make in (_import, _browse, _rebuild, _remove))
