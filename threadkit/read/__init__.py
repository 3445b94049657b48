"""Bytes in, numbered lines with their pages out: one small module a format, and the table that picks one."""

from __future__ import annotations

from threadkit.read.files import MAX_BYTES, STANDARD_INPUT, read_path
from threadkit.read.folders import FoundFile, Skipped, find_sources
from threadkit.read.formats import FORMATS, Format, read_bytes

__all__ = ["FORMATS", "MAX_BYTES", "RULES", "STANDARD_INPUT", "Format", "FoundFile", "Skipped", "find_sources", "read_bytes", "read_path"]

#: The defects that this wing may record; each has a heading in docs/rules.md.
RULES = ("bidi-control", "control-character", "mixed-encodings", "nul-character", "replacement-character")
