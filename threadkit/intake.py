"""Read and parse the files of one import, in several processes where that pays; what comes out comes in the order of the files."""

from __future__ import annotations

import os
import pickle
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace

from threadkit.archive.readings_writer import Rows, reading_rows, source_rows
from threadkit.parse import PARSER_VERSION, parse_source
from threadkit.processes import ProcessEndedError, Processes, count_processes
from threadkit.read import STANDARD_INPUT, FoundFile, Known, ReadOptions, Skipped, open_path, read_given
from threadkit.records import Phrase, Reading, Source, ThreadkitError
from threadkit.words import load_words

#: Fewer bytes than this are read sooner than another process starts.
WORTH_BYTES = 2 * 1024 * 1024
#: A larger file is read by the import's own process, so that it is not in memory twice.
LARGEST_SENT = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Taken:
    """One source that was read and parsed, as rows ready to write, with its bytes. `member` names it in its container, if any.

    `content` is None where the bytes are not to be kept: those of a container, whose members keep theirs, and of a file that holds words
    which its pages do not show.
    """

    source_id: int
    sha256: str
    name: str
    byte_count: int
    content: bytes | None
    source: Rows
    reading: Rows
    container_sha256: str | None = None
    member: str | None = None


Outcome = Taken | Known | Skipped | ThreadkitError


def parse(source: Source, spared: frozenset[int] = frozenset()) -> Reading:
    """Parse one source; a container without a text of its own holds nothing to parse. What was worked around while reading it is told apart.

    `spared`: the lines of which a reader knows that no header stands there.

    Raises:
        ThreadkitError: the parser is at fault; the other files need not suffer from it.
    """
    if not source.text:
        return Reading(source.id, (), (), (), ())
    try:
        reading = parse_source(replace(source, defects=()), load_words(), spared)
    except ThreadkitError:
        raise
    except Exception as error:
        what = Phrase("could not be parsed ({kind}: {detail}).", kind=type(error).__name__, detail=str(error))
        raise ThreadkitError(what, where=source.name, hint="Please report it, with the file if you may.") from error
    return _enclosed(reading) if source.is_attached else reading


def _enclosed(reading: Reading) -> Reading:
    """Return what was read in a file attached to a mail: what is printed there was not released on its own."""
    own = (replace(o, standing="enclosed") if o.standing == "released" else o for o in reading.occurrences)
    return replace(reading, occurrences=tuple(own))


def take_file(file: FoundFile, options: ReadOptions, known: Collection[str]) -> Iterator[Outcome]:
    """Read and parse one file and its members, one after the other, but for what is among the `known` bytes; errors are yielded, not raised."""
    try:
        with open_path(file.path, file.name) as given:
            if given.sha256 in known:
                yield Known(given.sha256, given.name)
                return
            for found in read_given(given, options, known):
                yield _take(found) if isinstance(found, Source) else found
    except ThreadkitError as error:
        yield error


def _take(source: Source) -> Outcome:
    try:
        reading = reading_rows(parse(source), len(source.defects))
    except ThreadkitError as error:
        error.member = source.member
        return error
    rows = source_rows(source, PARSER_VERSION)
    content = None if source.byte_count is not None or any(note.kind == "hidden" for note in source.notes) else source.content
    size = len(source.content) if source.byte_count is None else source.byte_count
    return Taken(source.id, source.sha256, source.name, size, content, rows, reading, source.container_sha256, source.member)


def take_files(
    files: Sequence[FoundFile], options: ReadOptions, known: Collection[str], jobs: int | None = None
) -> Iterator[tuple[FoundFile, Iterator[Outcome]]]:
    """Yield each file with what became of it and its members, in the order given; take each file's outcomes before the next file.

    Args:
        files: what to read.
        options: what the user says of the files.
        known: the SHA-256 of files that need no parsing.
        jobs: how many processes read; by default one a core, four at most. One file, or little text, is read in this process.
    """
    jobs = _count_jobs(files, jobs)
    if jobs < 2:
        yield from ((file, take_file(file, options, known)) for file in files)
        return
    processes = Processes(jobs, __name__, (options, frozenset(known)))
    try:
        waiting: deque[tuple[FoundFile, Future[bytes | None] | None]] = deque()
        for file in files:
            waiting.append((file, processes.submit(file) if _size(file) is not None else None))
            if len(waiting) > jobs + 1:
                yield _outcomes(*waiting.popleft(), options, known)
        while waiting:
            yield _outcomes(*waiting.popleft(), options, known)
    finally:
        processes.close()


def _outcomes(
    file: FoundFile, future: Future[bytes | None] | None, options: ReadOptions, known: Collection[str]
) -> tuple[FoundFile, Iterator[Outcome]]:
    try:
        packed = future.result() if future is not None else None
    except ProcessEndedError as error:
        return file, iter([_ended(file, error.code)])
    return file, take_file(file, options, known) if packed is None else _unpacked(packed)


def _unpacked(packed: bytes) -> Iterator[Outcome]:
    outcomes: list[Outcome] = pickle.loads(packed)  # noqa: S301 - from our own process
    while outcomes:
        yield outcomes.pop(0)


def _count_jobs(files: Sequence[FoundFile], jobs: int | None) -> int:
    if jobs is None and sum(filter(None, map(_size, files))) < WORTH_BYTES:
        return 1
    return min(count_processes(jobs), sum(_size(file) is not None for file in files))


def _size(file: FoundFile) -> int | None:
    """Return the size of a file that another process may read; None where this one must."""
    if os.fspath(file.path) == STANDARD_INPUT:
        return None
    try:
        size = file.path.stat().st_size
    except OSError:
        return 0
    return size if size <= LARGEST_SENT else None


def _ended(file: FoundFile, code: int) -> ThreadkitError:
    what = Phrase("could not be read: the process that read it ended (exit code {code}).", code=code)
    return ThreadkitError(what, where=file.name, hint="It may need more memory than there is. Import it alone.")


def answer_items(setup: tuple[ReadOptions, Collection[str]]) -> Callable[[FoundFile], list[Outcome]]:
    """Return what answers, in a process that reads, with what became of a file."""
    options, known = setup
    load_words()
    return lambda file: list(take_file(file, options, known))
