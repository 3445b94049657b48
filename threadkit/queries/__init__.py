"""Questions to an archive: small reading functions for the command line, and the canned queries as data for both it and Datasette."""

from __future__ import annotations

from threadkit.queries.canned import CannedQuery, load_canned
from threadkit.queries.details import describe, find_kind
from threadkit.queries.functions import register_functions
from threadkit.queries.lists import FINDING_ORDER, counts, finding_kinds, findings, findings_by_kind, people, threads
from threadkit.queries.reader import Row, read_only_rows
from threadkit.queries.runs import runs
from threadkit.queries.searching import Found, search

__all__ = [
    "FINDING_ORDER",
    "CannedQuery",
    "Found",
    "Row",
    "counts",
    "describe",
    "find_kind",
    "finding_kinds",
    "findings",
    "findings_by_kind",
    "load_canned",
    "people",
    "read_only_rows",
    "register_functions",
    "runs",
    "search",
    "threads",
]
