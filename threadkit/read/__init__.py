"""Bytes in, numbered lines with their pages out: one small module a format, and the table that picks one."""

from __future__ import annotations

from threadkit.read.files import STANDARD_INPUT, open_path, read_path
from threadkit.read.folders import FoundFile, Skipped, find_sources
from threadkit.read.formats import FORMATS, check_format_name, missing_of, read_bytes, read_given
from threadkit.read.given import MAX_BYTES, Claim, Format, Given, Known, Member, ReadOptions

__all__ = [
    "FORMATS", "MAX_BYTES", "RULES", "STANDARD_INPUT", "Claim", "Format", "FoundFile", "Given", "Known", "Member", "ReadOptions", "Skipped",
    "check_format_name", "find_sources", "missing_of", "open_path", "read_bytes", "read_given", "read_path",
]  # fmt: skip

#: The defects that this wing may record; each has a heading in docs/rules.md.
RULES = (
    "bidi-control",
    "control-character",
    "mixed-encodings",
    "nul-character",
    "ocr-doubtful",
    "page-unreadable",
    "page-without-text",
    "replacement-character",
)
