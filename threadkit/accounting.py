"""The account of one import: what was given, and what became of each file and of each member of one."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Protocol, TypeVar

from threadkit.archive import readings_writer, upkeep
from threadkit.archive.corrections import corrections_file
from threadkit.archive.enclosures import enclose, find_attached, gives_alone
from threadkit.archive.opening import open_archive
from threadkit.archive.superseding import Seen, needs_writing, place_of, write_seen
from threadkit.archive.upkeep import NamedOutcome, NotArchived
from threadkit.intake import Outcome, Taken, parse, take_files
from threadkit.read import STANDARD_INPUT, FoundFile, Known, ReadOptions, Skipped, find_sources
from threadkit.records import Phrase, ThreadkitError, content_id

T = TypeVar("T")


class Progress(Protocol):
    """What is told while a run goes on: the step (read, resolve, index, finish), how much is done, of how much, and the file."""

    def __call__(self, step: str, done: int, total: int, name: str) -> None:
        """Take note of it."""
        ...


class Account:
    """The files given: what is new in them, what is archived already, and what could not be archived.

    Every file and every member of one is counted in `given`, and stands in `added`, in `known` or among the `exceptions`.
    """

    def __init__(
        self, paths: Iterable[str | os.PathLike[str]], archive: Path, known: dict[str, int], reading: ReadOptions, jobs: int | None
    ) -> None:
        own = [archive.with_name(archive.name + suffix) for suffix in ("", ".lock", "-journal", "-wal", "-shm")]
        own.append(corrections_file(archive))
        self._found, skipped = find_sources(paths, exclude=own)
        self._archive, self._known_ids, self._reading, self._jobs = archive, known, reading, jobs
        self._unfinished, self._pictured = self._find_unfinished()
        self.read_again: set[int] = set()
        self._seen: list[Seen] = []
        self._names: list[tuple[int, str]] = []
        self._added: dict[str, str] = {}
        self.exceptions = [NotArchived(path.name, None, path.reason) for path in skipped if path.refused]
        self._left_out = [path for path in skipped if not path.refused]
        self.given = len(self.exceptions)

    @property
    def added(self) -> tuple[str, ...]:
        """The names of the new sources."""
        return tuple(self._added.values())

    @property
    def known(self) -> tuple[str, ...]:
        """The names under which sources were given that the archive holds already."""
        return tuple(name for _, name in self._names)

    @property
    def left_out(self) -> tuple[str, ...]:
        """The hidden and system files that nobody misses, each with the reason."""
        return tuple(f"{path.name}: {path.reason}" for path in self._left_out)

    def readings(self, progress: Progress) -> Generator[tuple[FoundFile, Taken], None, None]:
        """Read and parse the files and yield, in their order, what the archive lacks."""
        outcomes = take_files(self._found, self._reading, frozenset(self._known_ids) - self._unfinished - self._pictured, self._jobs)
        for done in range(len(self._found)):
            progress("read", done, len(self._found), self._found[done].name)
            file, of_file = next(outcomes)
            for outcome in of_file:
                if self._note(file, outcome) and isinstance(outcome, Taken):
                    yield file, outcome
                del outcome  # it may be large, and the next one is about to come

    def _note(self, file: FoundFile, outcome: Outcome) -> bool:
        """Note what became of a file or a member of one; return whether the archive lacks it."""
        if isinstance(outcome, Skipped):
            self._left_out.append(outcome)
            return False
        self.given += 1
        if isinstance(outcome, ThreadkitError):
            self.refuse(file.name, outcome)
            return False
        is_new = isinstance(outcome, Taken) and outcome.sha256 not in self._known_ids
        if is_new and isinstance(outcome, Taken):
            self._known_ids[outcome.sha256] = outcome.source_id
            self._added[outcome.sha256] = outcome.name
        else:
            self._names.append((self._known_ids[outcome.sha256], outcome.name))
        self._note_place(file, outcome)
        if isinstance(outcome, Taken) and outcome.sha256 in self._pictured:
            self._pictured.discard(outcome.sha256)
            self.read_again.add(outcome.source_id)
        return is_new or self._known_ids[outcome.sha256] in self.read_again

    def _note_place(self, file: FoundFile, outcome: Taken | Known) -> None:
        container = content_id("source", outcome.container_sha256) if outcome.container_sha256 else None
        place = "" if os.fspath(file.path) == STANDARD_INPUT else place_of(file.path, outcome.name.removeprefix(file.name))
        self._seen.append(Seen(place, self._known_ids[outcome.sha256], container, outcome.member))

    def _find_unfinished(self) -> tuple[set[str], set[str]]:
        """Return the known sources of which more may be read now: containers with exceptions, and pictures where OCR is asked for."""
        if not self._known_ids:
            return set(), set()
        with closing(open_archive(self._archive)) as connection:
            return upkeep.unfinished_sources(connection), upkeep.pictured_sources(connection) if self._reading.ocr else set()

    def changes_what_counts(self) -> bool:
        """Tell whether a file that brought nothing new holds something else than when it was last imported."""
        if not self._archive.exists():
            return False
        with closing(open_archive(self._archive)) as connection:
            return needs_writing(connection, self._seen) or gives_alone(connection, self._seen)

    def write_places(self, connection: sqlite3.Connection) -> int:
        """Write where the sources were found and under which names, let changed files supersede what they were, and tell what is enclosed.

        Return how many sources no longer count as they did.
        """
        before = find_attached(connection)
        for source_id, name in self._names:
            readings_writer.add_name(connection, source_id, name)
        archived = set(self._known_ids.values())
        superseded = write_seen(connection, [seen for seen in self._seen if seen.source_id in archived])
        attached = find_attached(connection)
        enclose(connection, attached)
        for source_id in sorted(before - attached):
            readings_writer.remove_reading(connection, source_id)
            readings_writer.write_reading(connection, parse(next(upkeep.stored_sources(connection, source_id))))
        return superseded + len(before - attached)

    def outcomes(self) -> list[NamedOutcome]:
        """Return what became of each thing given that is no exception."""
        added = [NamedOutcome(name, "added", self._known_ids[sha256]) for sha256, name in self._added.items()]
        known = [NamedOutcome(name, "known", source_id) for source_id, name in self._names]
        return [*added, *known, *(NamedOutcome(path.name, "left-out", None) for path in self._left_out)]

    def refuse(self, name: str, error: ThreadkitError, sha256: str | None = None) -> None:
        """Note that a file could not be archived; `sha256` where it counted as added before."""
        if sha256 is not None:
            del self._added[sha256], self._known_ids[sha256]
        detail = Phrase("{what} {hint}", what=error.what, hint=error.hint) if error.hint else error.what
        if error.where and error.where not in (name, f"{name}/{error.member}"):
            detail = Phrase("{where}: {what}", where=error.where, what=detail)
        self.exceptions.append(NotArchived(name, error.member, detail))


def take_few(readings: Iterator[tuple[FoundFile, Taken]], room: int) -> tuple[list[tuple[FoundFile, Taken]], bool]:
    """Return the next sources, up to the first that makes them more than `room` bytes, and whether these are all and there is room for them."""
    few, size = [], 0
    for file, taken in readings:
        few.append((file, taken))
        size += taken.byte_count
        if size > room:
            return few, False
    return few, room > 0


def emptied(items: list[T]) -> Iterator[T]:
    """Yield the items of a list and keep none."""
    while items:
        yield items.pop(0)
