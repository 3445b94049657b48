"""Where nothing tells whether a header at the head of a page begins a print of its own or goes on with the quotations above it."""

from __future__ import annotations

from collections.abc import Iterator

from tests.generator.lines import Line, Occurrence, Sheet

# These layouts are printed and never quoted: whoever sees one sees a print of its own.
PRINTED_ONLY = frozenset({"outlook-memo", "pdfmaker", "gmail-print", "unlabelled", "lotus-table"})


def find_open(sheet: Sheet) -> Iterator[tuple[Occurrence, Occurrence]]:
    """Yield each released occurrence that could as well be quoted by the one above it, with that one.

    It is not later than that one (and not the same mail: none quotes itself) and has its base subject; and nothing else tells: neither
    its layout, nor an owner's line or a document above it, nor marks before the lines above.
    """
    above: Line | None = None
    told = False
    for line in sheet.lines:
        # Page furniture is of no item: a line of one that is furniture is the owner's.
        told = told or line.document is not None or (line.part == "furniture" and line.item > 0)
        if line.occurrence is None or line.is_blank:
            continue
        if line.part == "header" and above is not None and line.occurrence != above.occurrence and not above.behind and not told:
            one, other = sheet.occurrences[line.occurrence], sheet.occurrences[above.occurrence or 0]
            if one.standing == "released" and _goes_on(one, other):
                yield one, other
        told = told and line.part != "header"
        above = line


def _goes_on(one: Occurrence, other: Occurrence) -> bool:
    if one.layout in PRINTED_ONLY or other.standing == "enclosed" or one.mail.key == other.mail.key:
        return False
    return one.mail.sent <= other.mail.sent and one.mail.base.casefold() == other.mail.base.casefold()
