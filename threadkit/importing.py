"""The pipeline: find, read, parse, write the readings, resolve, write the correspondence, index, put in place.

Nothing is printed here and no option is read from elsewhere: everything comes in as an argument and goes out in a report.
"""

from __future__ import annotations

import gc
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from itertools import chain
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from threadkit import __version__
from threadkit.accounting import Account, Progress, emptied, take_few
from threadkit.archive import building, carrying, readings_writer, upkeep
from threadkit.archive.building import Building
from threadkit.archive.contents import Contents
from threadkit.archive.enclosures import enclose, find_attached
from threadkit.archive.migrations import is_current
from threadkit.archive.opening import open_archive
from threadkit.archive.removing import remove_as_given
from threadkit.archive.upkeep import Change, NotArchived, Run, Started
from threadkit.concluding import conclude, conclude_added
from threadkit.correcting import has_corrections
from threadkit.intake import Taken, parse
from threadkit.parse import PARSER_VERSION
from threadkit.processes import COLLECTED_AFTER
from threadkit.read import FoundFile, ReadOptions, check_format_name, check_ocr, known_encoding, library_versions
from threadkit.records import ThreadkitError
from threadkit.resolve.additions import CannotAddError

__all__ = [
    "ImportOptions", "ImportReport", "NotArchived", "Progress", "RebuildReport", "conclude_again", "import_paths", "rebuild", "remove",
]  # fmt: skip


@contextmanager
def _collecting_rarely() -> Iterator[None]:
    """Let Python look for cycles of dead objects less often."""
    before = gc.get_threshold()
    gc.set_threshold(COLLECTED_AFTER, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def no_progress(step: str, done: int, total: int, name: str) -> None:
    """Take no note of how far a run has come."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the user may choose. `timezone` is kept in the archive: a later import without one uses the same.

    `jobs`: how many processes read, and resolve; by default one a core, four at most, and only where that pays. It changes nothing in the
    archive.
    """

    timezone: str | None = None
    encoding: str | None = None
    keep_content: bool = True
    jobs: int | None = None
    format: str | None = None
    ocr: bool = False


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did: `added` and `known` are names of files, `counts` rows of the archive by table (empty where there is none)."""

    archive: Path
    given: int
    added: tuple[str, ...]
    known: tuple[str, ...]
    exceptions: tuple[NotArchived, ...]
    left_out: tuple[str, ...]
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """0 all imported, 2 imported with exceptions, 3 nothing imported."""
        if not self.added and not self.known:
            return 3
        return 2 if self.exceptions else 0


@dataclass(frozen=True, slots=True)
class RebuildReport:
    """What a rebuild or a removal changed, table by table, and how many messages have another parent than before."""

    archive: Path
    sources: int
    changes: tuple[Change, ...]
    parents_changed: int
    counts: Mapping[str, int]


def import_paths(
    paths: Iterable[str | os.PathLike[str]],
    db: str | os.PathLike[str],
    options: ImportOptions | None = None,
    progress: Progress = no_progress,
) -> ImportReport:
    """Import files and folders into the archive `db`, which is made where it does not exist.

    A file whose bytes are archived already only gets its name noted. A file that cannot be read is an exception, in the report and in
    the archive, and the others go on. Until the very end the present archive stays as it is.

    Raises:
        ThreadkitError: the archive is locked (exit code 5), damaged (4), none of ours or cannot be written; or an option is wrong (1).
    """
    options = options or ImportOptions()
    started = Started.now()
    _check_timezone(options.timezone)
    if options.encoding is not None:
        known_encoding(options.encoding)
    check_format_name(options.format)
    check_ocr(wanted=options.ocr)
    with building.changing(Path(db)) as archive, ThreadPoolExecutor(1) as packer, _collecting_rarely():
        known, stored_timezone, has_todays_tables = _state(archive)
        is_corrected, corrected_since = has_corrections(archive)
        timezone = options.timezone or stored_timezone
        account = _account(paths, archive, known, options)
        run = _Importing(archive, account, options, timezone, started, progress, packer)
        with closing(account.readings(progress)) as readings:
            may_add = known and timezone == stored_timezone and not options.ocr and not is_corrected
            room = upkeep.room_to_add(archive) if may_add else 0
            few, are_few = take_few(readings, room)
            must_conclude = known and (timezone != stored_timezone or not has_todays_tables or corrected_since)
            if not few and not must_conclude and not account.changes_what_counts():
                return _report(archive, account, run.note_alone())
            counts = run.add(few) if few and are_few else None
            if counts is None:
                counts = run.make(chain(emptied(few), readings))
        return _report(archive, account, counts)


@dataclass(frozen=True, slots=True)
class _Importing:
    """One import: new sources are added to an archive, or the archive is made anew with them."""

    archive: Path
    account: Account
    options: ImportOptions
    timezone: str | None
    started: Started
    progress: Progress
    packer: Executor

    def make(self, readings: Iterable[tuple[FoundFile, Taken]]) -> dict[str, int]:
        """Carry over what is there, write the new sources, conclude everything, and return the counts."""
        with building.build_beside(self.archive) as built:
            _carry_over(built)
            upkeep.write_setting(built.connection, "timezone", self.timezone)
            contents = self._contents()
            for file, taken in readings:
                _write(built.connection, file, taken, self.account, contents)
                del taken
            self.account.write_places(built.connection)
            conclude(built, self.timezone, self.options.jobs, self.progress)
            contents.write(built.connection)
            return self._note(built.connection, "whole")

    def add(self, few: list[tuple[FoundFile, Taken]]) -> dict[str, int] | None:
        """Write few new sources into a copy of the archive, conclude what they touch, and return the counts.

        None where all must be concluded anew; `few` are then the sources still to be written.
        """
        try:
            with building.copy_beside(self.archive) as built:
                connection, contents = built.connection, self._contents()
                few[:] = [each for each in few if _write(connection, *each, self.account, contents)]
                if self.account.write_places(connection) or not few:
                    raise CannotAddError
                conclude_added(connection, [taken.source_id for _, taken in few], self.timezone, self.progress)
                contents.write(connection)
                return self._note(connection, "touched")
        except CannotAddError:
            return None

    def note_alone(self) -> dict[str, int]:
        """Note a run that brought nothing new, and return the counts; where there is no archive yet, none is made."""
        if not self.archive.exists():
            return {}
        with building.copy_beside(self.archive) as built:
            self.account.write_places(built.connection)
            return self._note(built.connection, "noted")

    def _contents(self) -> Contents:
        return Contents(self.packer if self.options.keep_content else None)

    def _note(self, connection: sqlite3.Connection, extent: str) -> dict[str, int]:
        """Write the run itself, and return the archive's counts."""
        shown = {name: value for name, value in asdict(self.options).items() if name != "jobs"}
        account = self.account
        counted = account.given, len(account.added), len(account.known)
        run = Run("import", self.started.at, shown, __version__, *counted, extent, self.started.seconds, library_versions())
        upkeep.write_run(connection, run, account.exceptions, account.outcomes())
        return upkeep.count_rows(connection)


def rebuild(db: str | os.PathLike[str], progress: Progress = no_progress) -> RebuildReport:
    """Parse the stored text of every source again and remake the correspondence; say what changed.

    Raises:
        ThreadkitError: as `import_paths`; or a source cannot be parsed, and then nothing is changed.
    """
    started = Started.now()
    with building.changing(_existing(db)) as archive, _collecting_rarely():
        known, timezone, _ = _state(archive)
        with building.build_beside(archive) as built:
            carrying.carry_upkeep(built.connection)
            carrying.carry_sources(built.connection)
            for done, source in enumerate(upkeep.stored_sources(built.connection)):
                progress("read", done, len(known), source.name)
                readings_writer.write_reading(built.connection, parse(source))
            built.connection.execute("UPDATE sources SET parser_version = ?", (PARSER_VERSION,))
            return _finish_change(built, "rebuild", {}, timezone, started, progress)


def conclude_again(db: str | os.PathLike[str], progress: Progress = no_progress) -> RebuildReport:
    """Remake the correspondence from what was read, with the corrections that hold now.

    Raises:
        ThreadkitError: as `import_paths`; or the file of corrections cannot be read (exit code 1).
    """
    started = Started.now()
    with building.changing(_existing(db)) as archive, _collecting_rarely():
        _, timezone, _ = _state(archive)
        with building.build_beside(archive) as built:
            _carry_over(built)
            return _finish_change(built, "correct", {}, timezone, started, progress)


def remove(db: str | os.PathLike[str], source: str, progress: Progress = no_progress) -> RebuildReport:
    """Take one source (a name under which it was given, its id, or the start of its SHA-256) out again and remake the correspondence.

    What lies in it goes with it, but for what was given in another way too; what lies in another source too stays there.

    Raises:
        ThreadkitError: as `import_paths`; or no source, or several, are meant (exit code 1).
    """
    started = Started.now()
    with building.changing(_existing(db)) as archive, _collecting_rarely():
        _, timezone, _ = _state(archive)
        with building.build_beside(archive) as built:
            _carry_over(built)
            remove_as_given(built.connection, upkeep.find_source(built.connection, source), source)
            enclose(built.connection, find_attached(built.connection))
            return _finish_change(built, "remove", {"source": source}, timezone, started, progress)


def _account(paths: Iterable[str | os.PathLike[str]], archive: Path, known: dict[str, int], options: ImportOptions) -> Account:
    reading = ReadOptions(options.encoding, options.format, options.ocr)
    return Account(paths, archive, known, reading, options.jobs)


def _report(archive: Path, account: Account, counts: Mapping[str, int]) -> ImportReport:
    return ImportReport(archive, account.given, account.added, account.known, tuple(account.exceptions), account.left_out, counts)


def _write(connection: sqlite3.Connection, file: FoundFile, taken: Taken, account: Account, contents: Contents) -> bool:
    """Write one source and what was read in it, or note why it cannot be; its bytes are left to `contents`. Return whether it was written."""
    try:
        if taken.source_id in account.read_again:
            readings_writer.rewrite_source_rows(connection, taken.source)
        else:
            readings_writer.write_source_rows(connection, taken.source)
    except ThreadkitError as error:
        error.member = taken.member
        account.refuse(file.name, error, taken.sha256)
        return False
    try:
        readings_writer.write_reading_rows(connection, taken.reading)
    except ThreadkitError as error:
        readings_writer.remove_source(connection, taken.source_id)
        error.member = taken.member
        account.refuse(file.name, error, taken.sha256)
        return False
    if taken.content is not None:
        contents.add(connection, taken.source_id, taken.content)
    return True


def _carry_over(built: Building) -> None:
    if built.has_old:
        carrying.carry_upkeep(built.connection)
        carrying.carry_sources(built.connection)
        carrying.carry_readings(built.connection)


def _finish_change(
    built: Building, command: str, options: Mapping[str, object], timezone: str | None, started: Started, progress: Progress
) -> RebuildReport:
    conclude(built, timezone, None, progress)
    sources = built.connection.execute("SELECT count(*) FROM sources").fetchone()[0]
    run = Run(command, started.at, options, __version__, 0, 0, sources, "whole", started.seconds, library_versions())
    upkeep.write_run(built.connection, run, ())
    changes, parents = upkeep.compare_with_old(built.connection)
    return RebuildReport(built.archive, sources, changes, parents, upkeep.count_rows(built.connection))


def _state(archive: Path) -> tuple[dict[str, int], str | None, bool]:
    """Return what the archive knows before a run: its sources by SHA-256, its time zone, and whether it has today's tables and columns."""
    if not archive.exists():
        return {}, None, True
    connection = open_archive(archive)
    try:
        return upkeep.known_sources(connection), upkeep.read_setting(connection, "timezone"), is_current(connection)
    finally:
        connection.close()


def _existing(db: str | os.PathLike[str]) -> Path:
    open_archive(Path(db)).close()
    return Path(db)


def _check_timezone(name: str | None) -> None:
    if name is None:
        return
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        hint = "Name one as in America/Toronto."
        raise ThreadkitError("is no time zone that this machine knows.", where=name, hint=hint, exit_code=1) from None
