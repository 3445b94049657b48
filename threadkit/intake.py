"""Read and parse the files of one import, in several processes where that pays; what comes out comes in the order of the files.

A process that reads is an interpreter of its own that takes one file at a time from its standard input and ends with it: it shares no
lock, no archive and no memory with the import, and works the same on every system.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import IO, Any

from threadkit.archive.readings_writer import Rows, reading_rows, source_rows
from threadkit.parse import PARSER_VERSION, parse_source
from threadkit.read import STANDARD_INPUT, FoundFile, Known, ReadOptions, Skipped, open_path, read_given
from threadkit.records import Phrase, Reading, Source, ThreadkitError
from threadkit.words import load_words

#: Fewer bytes than this are read sooner than another process starts.
WORTH_BYTES = 2 * 1024 * 1024
#: A larger file is read by the import's own process, so that it is not in memory twice.
LARGEST_SENT = 32 * 1024 * 1024
MOST_PROCESSES = 4

_READY = "ready"
_START = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN); sys.path[:] = {path!r}; from threadkit.intake import serve; serve()"
)


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
    readers = _Readers(jobs, options, known)
    try:
        waiting: deque[tuple[FoundFile, Future[bytes | None] | None]] = deque()
        for file in files:
            waiting.append((file, readers.submit(file)))
            if len(waiting) > jobs + 1:
                yield _outcomes(*waiting.popleft(), options, known)
        while waiting:
            yield _outcomes(*waiting.popleft(), options, known)
    finally:
        readers.close()


def _outcomes(
    file: FoundFile, future: Future[bytes | None] | None, options: ReadOptions, known: Collection[str]
) -> tuple[FoundFile, Iterator[Outcome]]:
    packed = future.result() if future is not None else None
    return file, take_file(file, options, known) if packed is None else _unpacked(packed)


def _unpacked(packed: bytes) -> Iterator[Outcome]:
    outcomes: list[Outcome] = pickle.loads(packed)  # noqa: S301 - from our own process
    while outcomes:
        yield outcomes.pop(0)


def _count_jobs(files: Sequence[FoundFile], jobs: int | None) -> int:
    if jobs is None:
        jobs = min(os.cpu_count() or 1, MOST_PROCESSES)
        if sum(filter(None, map(_size, files))) < WORTH_BYTES:
            return 1
    return min(jobs, sum(_size(file) is not None for file in files)) if sys.executable else 1


def _size(file: FoundFile) -> int | None:
    """Return the size of a file that another process may read; None where this one must."""
    if os.fspath(file.path) == STANDARD_INPUT:
        return None
    try:
        size = file.path.stat().st_size
    except OSError:
        return 0
    return size if size <= LARGEST_SENT else None


class _Readers:
    """Processes that read, each with a thread that hands it one file at a time and waits for what becomes of it."""

    def __init__(self, jobs: int, options: ReadOptions, known: Collection[str]) -> None:
        self._options, self._known = options, frozenset(known)
        self._threads = ThreadPoolExecutor(jobs)
        self._own = threading.local()
        self._processes: list[subprocess.Popen[bytes]] = []

    def submit(self, file: FoundFile) -> Future[bytes | None] | None:
        """Let a process read the file; None where this process must do it."""
        return self._threads.submit(self._read, file) if _size(file) is not None else None

    def close(self) -> None:
        """End the processes, whatever they are at."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for process in self._processes:
            process.kill()
        self._threads.shutdown(wait=True)
        for process in self._processes:
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):
                    if pipe is not None:
                        pipe.close()
            process.wait()

    def _read(self, file: FoundFile) -> bytes | None:
        """Return the outcome as it came, pickled: what waits for its turn takes a fifth of the room."""
        process: subprocess.Popen[bytes] | None = getattr(self._own, "process", None)
        if process is None:
            process = self._own.process = self._start()
        if process is None:
            return None
        try:
            packed: bytes = _ask(process, file)
        except (OSError, EOFError, pickle.PickleError):
            self._own.process = None
            process.kill()
            return pickle.dumps([_ended(file, process.wait())])
        return packed

    def _start(self) -> subprocess.Popen[bytes] | None:
        """Start a process; None where this machine or this program does not let it read."""
        command = [sys.executable, "-c", _START.format(path=sys.path)]
        try:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        except OSError:
            return None
        self._processes.append(process)
        with suppress(OSError, EOFError, pickle.PickleError):
            if _ask(process, (self._options, self._known)) == _READY:
                return process
        process.kill()
        return None


def _ask(process: subprocess.Popen[bytes], item: object) -> Any:
    if process.stdout is None:
        raise EOFError
    _send(process.stdin, item)
    return pickle.load(process.stdout)  # noqa: S301 - written by our own process


def _send(pipe: IO[bytes] | None, item: object) -> None:
    if pipe is not None:
        pickle.dump(item, pipe, pickle.HIGHEST_PROTOCOL)
        pipe.flush()


def _ended(file: FoundFile, code: int) -> ThreadkitError:
    what = Phrase("could not be read: the process that read it ended (exit code {code}).", code=code)
    return ThreadkitError(what, where=file.name, hint="It may need more memory than there is. Import it alone.")


def serve() -> None:
    """Read the files that standard input names, until it ends, and answer on standard output with what became of each."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    given, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    options, known = pickle.load(given)  # noqa: S301 - written by our own process
    load_words()
    gc.freeze()
    _send(answers, _READY)
    with suppress(EOFError, BrokenPipeError):
        while True:
            file = pickle.load(given)  # noqa: S301 - the same
            _send(answers, pickle.dumps(list(take_file(file, options, known)), pickle.HIGHEST_PROTOCOL))
