"""Where a message ends and a paper below it begins, and which file the paper is: invented texts with every kind of paper, line by line.

Texts and letters are explained in `tests/data/papers/about.md`.
"""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import pytest

from threadkit.importing import ImportOptions, import_paths

_PAPERS = Path(__file__).parent / "data" / "papers"
_NAME = re.compile(r"#(\d)=(.+)")
_LINE = re.compile(r"([A-Z0-9])\|(.*)")
_KINDS = {"H": "header", "B": "own", "S": "own", "F": "furniture", "O": "other", "X": "disclaimer", "Q": "quote-marker"}
_OWN = {"body": "own", "signature": "own"}


@dataclass(frozen=True, slots=True)
class _Paper:
    """A text as it is imported; what each line with words is; first and last line and file of each document, in order."""

    text: str
    kinds: dict[int, str]
    documents: list[tuple[int, int, str | None]]


def _read(path: Path) -> _Paper:
    names: dict[str, str] = {}
    lines: list[str] = []
    kinds: dict[int, str] = {}
    spans: dict[str, tuple[int, int]] = {}
    for printed in path.read_text(encoding="utf-8").rstrip("\n").split("\n"):
        if named := _NAME.fullmatch(printed):
            names[named[1]] = named[2]
            continue
        told = _LINE.fullmatch(printed)
        lines.append((told[2] if told else printed).replace("\\f", "\f"))
        if told:
            number = len(lines)
            kinds[number] = "document" if told[1].isdigit() else _KINDS[told[1]]
            if told[1].isdigit():
                spans[told[1]] = (spans.get(told[1], (number, number))[0], number)
    documents = sorted((first, last, names.get(sign)) for sign, (first, last) in spans.items())
    return _Paper("\n".join(lines) + "\n", kinds, documents)


def _imported(text: str, folder: Path) -> sqlite3.Connection:
    source = folder / "paper.txt"
    source.write_text(text, encoding="utf-8", newline="")
    assert import_paths([source], folder / "archive.db", ImportOptions(jobs=1)).exit_code == 0
    return sqlite3.connect(folder / "archive.db")


@pytest.mark.parametrize("name", sorted(path.stem for path in _PAPERS.glob("*.txt")))
def test_every_line_below_a_mail_is_whose_it_is_and_every_paper_its_own_file(name: str, tmp_path: Path) -> None:
    paper = _read(_PAPERS / f"{name}.txt")
    archive = _imported(paper.text, tmp_path)
    kinds = {
        line: _OWN.get(kind, kind)
        for kind, first, last in archive.execute("SELECT kind, first_line, last_line FROM segments")
        for line in range(first, last + 1)
    }
    assert {line: kinds[line] for line in paper.kinds} == paper.kinds
    told = archive.execute(
        "SELECT first_line, last_line, (SELECT filename FROM message_attachments AS m WHERE m.attachment_id = d.attachment_id LIMIT 1)"
        " FROM documents AS d ORDER BY first_line"
    )
    assert told.fetchall() == paper.documents
