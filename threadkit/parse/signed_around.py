"""Tell a mail that somebody inserted into his own words, without marking it: his name ends the words below it, under its own author's."""

from __future__ import annotations

from threadkit.parse.comparing_headers import are_dated, is_later, mailbox_keys, took_part
from threadkit.parse.headers import Header
from threadkit.parse.lines import Lines
from threadkit.parse.sender_names import Names, sender_names
from threadkit.words import Words

__all__ = ["is_signed_around"]

_NEAR = 2
_LONGEST_NAME = 40


def is_signed_around(header: Header, above: Header, stop: int, lines: Lines, words: Words) -> bool:
    """Say whether a header, whose words end above line `stop`, was inserted by the author of the one above it.

    He received that older mail, it stands right below his words, and below its author's name his own ends all.
    """
    first = header.block.last + 1
    last, before = lines.previous_text(stop - 1), lines.previous_text(header.block.first - 1)
    if last < first or before <= above.block.last or header.block.first - before > _NEAR or not are_dated(header, above):
        return False
    own, theirs = sender_names(words, above), sender_names(words, header)
    if not _is_name(lines.unquoted(last), own, words) or is_later(header, above) or not took_part(header, above, words):
        return False
    if mailbox_keys(header.mailbox("from"), words) & mailbox_keys(above.mailbox("from"), words):
        return False
    return any(_is_name(lines.unquoted(index), theirs, words) for index in range(first + 1, last) if not lines.blank[index])


def _is_name(line: str, names: Names, words: Words) -> bool:
    """Say whether a line is one of some names, or the given name alone."""
    if len(line) > _LONGEST_NAME:
        return False
    folded = list(words.folding.words(line))
    return bool(folded) and any(folded in (name, name[:1]) for name in names)
