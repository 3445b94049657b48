"""Lines in, occurrences and segments out. A pure function of one source: no database, no clock, no network, no order."""

from __future__ import annotations

import gc

from threadkit.parse import mail, reader
from threadkit.parse.notes import with_notes
from threadkit.parse.reader import PARSER_VERSION
from threadkit.records import Reading, Source
from threadkit.words import Words

__all__ = ["PARSER_VERSION", "parse_source"]


def parse_source(source: Source, words: Words, spared: frozenset[int] = frozenset()) -> Reading:
    """Read a source: a release's text, or what mail files became.

    Args:
        source: the decoded file with its pages.
        words: the word files.
        spared: the lines (from 1) of which a reader knows that no header stands there, in a release's text.

    Returns:
        The occurrences in order of their headers, the segments that tile the text, marks for findings, and what was worked around.
    """
    collecting = gc.isenabled()
    gc.disable()  # a parse makes thousands of records and not one cycle
    try:
        is_mail = source.media_type in mail.MEDIA_TYPES
        return with_notes(mail.parse_mails(source, words) if is_mail else reader.parse_source(source, words, spared), source, words)
    finally:
        if collecting:
            gc.enable()
