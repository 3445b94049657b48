"""What nobody sees on the page changes nothing of what is read: blanks at the ends of lines, empty lines and a form feed at the end, how lines end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.expected import cases
from threadkit.parse import parse_source
from threadkit.read import read_bytes
from threadkit.records import Reading, Span
from threadkit.words import load_words

WORDS = load_words()
CORPORA = Path(__file__).parent / "accuracy"
DUMPS = [*(case.dump for case in cases()), *sorted(CORPORA.glob("*/*.txt"))]

Change = Callable[[str], str]
#: What is done to a text, and the lines that it puts before the others.
UNSEEN: dict[str, tuple[Change, int]] = {
    "blanks at the ends of lines": (lambda text: text.replace("\n", "  \n"), 0),
    "a no-break space at the end of each line": (lambda text: text.replace("\n", "\u00a0\n"), 0),
    "empty lines at the end": (lambda text: f"{text.rstrip()}\n\n\n", 0),
    "a form feed at the end": (lambda text: f"{text.rstrip()}\n\n\f", 0),
    "blanks on the last line": (lambda text: f"{text.rstrip()}\n   ", 0),
    "empty lines at the top": (lambda text: f"\n\n{text}", 2),
    "lines that end as on Windows": (lambda text: text.replace("\n", "\r\n"), 0),
    "a byte-order mark": (lambda text: f"\ufeff{text}", 0),
}


def said(reading: Reading, moved: int) -> dict[str, object]:
    """Return what a reading says, with its lines numbered as if `moved` lines at the top were not there."""

    def lines(span: Span) -> tuple[int, int]:
        return span.first_line - moved, span.last_line - moved

    kinds = {s.first_line: k for k, s in ((segment.kind, segment.span) for segment in reading.segments if segment.kind != "blank")}
    return {
        "messages": [
            (
                lines(o.span), o.standing, o.depth, o.layout, o.kind, o.sent, o.subject, o.relation, o.body_print, o.doubt,
                [(field.field, field.label, " ".join(field.text.split())) for field in o.fields],
                [(item.field, item.mailbox.name, item.mailbox.email) for item in o.mailboxes],
                [attached.filename for attached in o.attachments],
            )
            for o in reading.occurrences
        ],
        "segments": {first - moved: kind for first, kind in kinds.items()},
        "marks": [(mark.kind, lines(mark.span)) for mark in reading.marks],
        "defects": [(defect.code, lines(defect.span)) for defect in reading.defects],
    }  # fmt: skip


def read(text: str) -> Reading:
    return parse_source(read_bytes(text.encode(), "dump.txt"), WORDS)


@pytest.mark.parametrize("dump", DUMPS, ids=[f"{dump.parent.name}/{dump.stem}" for dump in DUMPS])
def test_what_nobody_sees_changes_no_reading(dump: Path) -> None:
    text = dump.read_bytes().decode("utf-8", "replace").replace("\r\n", "\n").removeprefix("\ufeff")
    plain = said(read(text), 0)
    assert {name: said(read(change(text)), moved) for name, (change, moved) in UNSEEN.items()} == dict.fromkeys(UNSEEN, plain)
