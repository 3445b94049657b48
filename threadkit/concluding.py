"""Conclude an archive that is being built: resolve its readings, write the correspondence, index it."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

from threadkit import __version__
from threadkit.accounting import Progress
from threadkit.archive import carrying, upkeep
from threadkit.archive.amending import write_addition
from threadkit.archive.building import Building, copy_to_read
from threadkit.archive.corrections import write_corrections
from threadkit.archive.correspondence_writer import write_correspondence
from threadkit.archive.earlier import StoredConclusions
from threadkit.archive.indexing import drop_disclaimers, stage_disclaimers
from threadkit.archive.migrations import create_indexes, create_reading_order
from threadkit.archive.releases import correct_releases, write_releases
from threadkit.archive.search import load_stems
from threadkit.archive.stored_readings import StoredReadings
from threadkit.correcting import correct_readings
from threadkit.processes import Processes, count_processes
from threadkit.resolve import resolve
from threadkit.resolve.additions import conclude_addition
from threadkit.resolve.working import OwnWork, Work
from threadkit.sharing import SharedWork, answer_items, make_worker
from threadkit.words import load_words

__all__ = ["conclude", "conclude_added"]

#: So many occurrences may be touched in any archive, and this share of them in a large one.
FEW_TOUCHED, MOST_TOUCHED = 500, 0.25
#: Fewer occurrences than this are resolved sooner than other processes start.
WORTH_OCCURRENCES = 4000
# Seconds after which a thread that waits for this one's Python gets its turn.
_TURN = 0.0005


def conclude(built: Building, timezone: str | None, jobs: int | None, progress: Progress) -> None:
    """Resolve all readings as readers correct them, write the correspondence, and index it.

    `jobs`: how many processes work on it; by default one a core where that pays.
    """
    connection = built.connection
    messages = _resolve(built, timezone, jobs, progress)
    upkeep.write_setting(connection, upkeep.CONCLUDED_WITH, __version__)
    if built.has_old:
        carrying.carry_former_ids(connection)
    progress("index", 0, messages, "")
    create_indexes(connection)
    connection.execute("PRAGMA analysis_limit = 1000")
    connection.execute("ANALYZE main")
    progress("finish", messages, messages, "")


def conclude_added(connection: sqlite3.Connection, sources: Sequence[int], timezone: str | None, progress: Progress) -> None:
    """Conclude what new sources change, write it, and index it.

    Raises:
        CannotAddError: everything must be concluded anew.
    """
    total: int = connection.execute("SELECT count(*) FROM occurrence_rows").fetchone()[0]
    progress("resolve", 0, total, "")

    def may_touch(count: int) -> bool:
        return count <= max(FEW_TOUCHED, total * MOST_TOUCHED)

    added = conclude_addition(StoredConclusions(connection, sources), sources, load_words(), timezone, may_touch)
    progress("index", 0, total, "")
    write_addition(connection, added, load_stems())
    write_releases(connection, load_words(), {*sources, *added.sources_asked})
    progress("finish", total, total, "")


def _resolve(built: Building, timezone: str | None, jobs: int | None, progress: Progress) -> int:
    """Write the correspondence, and return how many messages there are; what resolving holds in memory ends here."""
    connection = built.connection
    corrected = correct_readings(connection, built.archive)
    create_reading_order(connection)
    stage_disclaimers(connection)
    total: int = connection.execute("SELECT count(*) FROM occurrence_rows").fetchone()[0]
    progress("resolve", 0, total, "")
    with _working(built, _count_jobs(total, jobs)) as work:
        resolution = resolve(StoredReadings(connection), load_words(), timezone, corrected, work)
        messages = write_correspondence(connection, resolution, lambda done: progress("resolve", done, total, ""))
    drop_disclaimers(connection)
    write_releases(connection, load_words())
    write_corrections(connection, resolution.corrections())
    correct_releases(connection)
    return messages


def _count_jobs(occurrences: int, jobs: int | None) -> int:
    return 1 if jobs is None and occurrences < WORTH_OCCURRENCES else count_processes(jobs)


@contextmanager
def _working(built: Building, jobs: int) -> Iterator[Work]:
    """Yield who does the work: this process alone, or others beside it."""
    own = make_worker(built.connection)
    if jobs < 2:
        yield OwnWork(own)
        return
    with copy_to_read(built) as copy, closing(Processes(jobs, answer_items.__module__, str(copy))) as processes, _sharing_turns():
        yield SharedWork(processes, jobs, own)


@contextmanager
def _sharing_turns() -> Iterator[None]:
    """Let the threads that wait for other processes have their turn sooner: each needs a moment between two answers."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(_TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
