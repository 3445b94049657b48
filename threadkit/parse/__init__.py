"""Lines in, occurrences and segments out. A pure function of one source: no database, no clock, no network, no order."""

from __future__ import annotations

from threadkit.parse.reader import PARSER_VERSION, parse_source

__all__ = ["PARSER_VERSION", "parse_source"]
