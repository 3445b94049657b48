"""Where nothing tells whether a header at the head of a page begins a print of its own or goes on with the quotations above it."""

from __future__ import annotations

from collections.abc import Iterator

from tests.generator.lines import Line, Occurrence, Sheet

# These layouts are printed and never quoted: whoever sees one sees a print of its own.
PRINTED_ONLY = frozenset({"outlook-memo", "pdfmaker", "gmail-print", "unlabelled", "lotus-table"})


def find_open(sheet: Sheet) -> Iterator[tuple[Occurrence, Occurrence]]:
    """Yield each released occurrence that could as well be quoted by the one above it, with that one.

    It is not later than that one (and not the same mail: none quotes itself), has its base subject, and neither its layout, nor an owner's line, nor the marks before the lines
    above say more.
    """
    above: Line | None = None
    told = False
    for line in sheet.lines:
        if line.document is not None or (line.part == "furniture" and not line.text.startswith(" ") and line.item):
            told = True
        if line.part != "header" or line.occurrence is None:
            if line.occurrence is not None and not line.is_blank:
                above = _further(above, line)
            continue
        if above is not None and line.occurrence != above.occurrence:
            one, other = sheet.occurrences[line.occurrence], sheet.occurrences[above.occurrence or 0]
            if one.standing == "released" and not told and not above.behind and _goes_on(one, other):
                yield one, other
        above, told = line, False


def _further(above: Line | None, line: Line) -> Line:
    return line if above is None or above.occurrence == line.occurrence else above


def _goes_on(one: Occurrence, other: Occurrence) -> bool:
    if one.layout in PRINTED_ONLY or other.standing == "enclosed" or one.mail.key == other.mail.key:
        return False
    return one.mail.sent <= other.mail.sent and one.mail.base.casefold() == other.mail.base.casefold()
