"""Bytes in, numbered lines with their pages out: one small module a format, and the table that picks one."""

from __future__ import annotations

from threadkit.read.decode import known_encoding
from threadkit.read.files import open_path, read_path
from threadkit.read.folders import FoundFile, find_sources
from threadkit.read.formats import FORMATS, check_format_name, library_versions, missing_of, read_bytes, read_given
from threadkit.read.given import MAX_BYTES, STANDARD_INPUT, Claim, Format, Given, Known, Member, ReadOptions, Skipped
from threadkit.read.ocr import check_ocr

__all__ = [
    "FORMATS", "MAX_BYTES", "RULES", "STANDARD_INPUT", "Claim", "Format", "FoundFile", "Given", "Known", "Member", "ReadOptions", "Skipped",
    "check_format_name", "check_ocr", "find_sources", "known_encoding", "library_versions",
    "missing_of", "open_path", "read_bytes", "read_given", "read_path",
]  # fmt: skip

#: The defects that this wing may record; each has a heading in docs/rules.md.
RULES = (
    "bidi-control",
    "columns-doubtful",
    "control-character",
    "mixed-encodings",
    "nul-character",
    "ocr-doubtful",
    "page-unreadable",
    "page-without-text",
    "replacement-character",
)
