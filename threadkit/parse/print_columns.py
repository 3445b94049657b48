"""Tell a header printed in two columns, as Outlook prints a mail (`From:          Roy, Paul`), from one whose values follow their labels, as it quotes one."""

from __future__ import annotations

import re

from threadkit.parse.headers import Header
from threadkit.parse.lines import Lines

_COLUMN = re.compile(r"[^\n:;]{1,24}[:;]?(?:[ \u00a0]{6,}|\t)\S")
#: A mark at the right margin is no value.
_MARGIN = re.compile(r"[^\n:;]{1,24}[:;]?[ \u00a0]{60}")
_LEAST = 2


def in_columns(header: Header, lines: Lines) -> bool | None:
    """Say whether a header's values stand in a column far from their labels.

    None where some do and some do not, few are printed, or they stand apart from their labels.
    """
    if header.block.rule:
        return None
    rows = [lines.shown[item.first].strip() for item in header.block.fields if item.text and item.label]
    rows = [row for row in rows if not _MARGIN.match(row)]
    wide = sum(_COLUMN.match(row) is not None for row in rows)
    if len(rows) < _LEAST or wide not in (0, len(rows)):
        return None
    return bool(wide)
