"""Read the sources again of which readers know that a header is none, and find what their corrections name."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from threadkit.archive import corrections, readings_writer, upkeep
from threadkit.archive.enclosures import enclose, find_attached
from threadkit.archive.opening import open_archive
from threadkit.intake import parse
from threadkit.records import Defect, Reading, Source, Span
from threadkit.resolve.corrections import Correction, Corrections

__all__ = ["correct_readings", "has_corrections"]


def has_corrections(archive: Path) -> tuple[bool, bool]:
    """Return whether an archive has corrections, and whether they changed since it was concluded.

    Raises:
        ThreadkitError: their file cannot be read (exit code 1).
    """
    if not archive.exists():
        return corrections.corrections_file(archive).exists(), False
    with closing(open_archive(archive)) as connection:
        return corrections.differ(connection, archive)


def correct_readings(connection: sqlite3.Connection, archive: Path) -> Corrections:
    """Read again the sources of which a header is, or was, declared to be none, and return the corrections with what they name."""
    held = corrections.in_force(connection, archive)
    unfit: list[Correction] = []
    otherwise = corrections.sources_read_otherwise(connection, held)
    for source_id, own in otherwise.items():
        readings_writer.remove_reading(connection, source_id)
        reading, without = _parse_corrected(next(upkeep.stored_sources(connection, source_id)), own)
        readings_writer.write_reading(connection, reading)
        unfit.extend(without)
    if otherwise:
        enclose(connection, find_attached(connection) & otherwise.keys())
    corrections.remember(connection, held)
    bound = corrections.bind_corrections(connection, held)
    return Corrections(tuple(replace(b, unfit="no header stands there") if b.correction in unfit else b for b in bound.bound))


def _parse_corrected(source: Source, corrections: Sequence[Correction]) -> tuple[Reading, tuple[Correction, ...]]:
    """Parse one source of which readers know that headers at some lines are none; return what was read, and the corrections without effect.

    Each correction that acts is told by a defect at its line.
    """
    lines: frozenset[int] = frozenset()
    unfit, told = [], []
    plain = reading = parse(source)
    for correction in corrections:
        line = int(correction.at.rpartition(":")[2])
        read = parse(source, lines | {line})
        if read == reading:
            unfit.append(correction)
            continue
        lines, reading = lines | {line}, read
        told.append(Defect("correction", Span(line, line), correction.evidence))
    if reading is plain:
        return plain, tuple(unfit)
    defects = sorted((*reading.defects, *told), key=lambda defect: (defect.span.first_line, defect.code))
    return replace(reading, defects=tuple(defects)), tuple(unfit)
