"""Real French blocks of public lists, each with what a person read in it. The texts are no part of the repository."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from threadkit.parse import parse_source
from threadkit.read.formats import read_bytes
from threadkit.records import Occurrence
from threadkit.words import load_words

WORDS = load_words()
# What a block's truth says and threadkit does not, with the reason.
REASONS: dict[str, str] = {}


def told(occurrence: Occurrence) -> dict[str, str | None]:
    """Return the printed sender, the time to the minute and the printed subject of an occurrence."""
    fields = {item.field: item.text for item in reversed(occurrence.fields)}
    value = occurrence.sent.value if occurrence.sent else None
    return {"from": fields.get("from"), "time": value and value[:16], "subject": fields.get("subject")}


def letters(text: str | None) -> str:
    return WORDS.folding.letters(text or "")


def disagreement(truth: Path) -> str:
    """Return what no occurrence of a dump says of the block that its truth file tells, "" where one says it all."""
    block = json.loads(truth.read_text(encoding="utf-8"))["block"]
    source = read_bytes(truth.with_name(truth.name.replace(".truth.json", ".txt")).read_bytes(), "dump.txt")
    found = [told(each) for each in parse_source(source, WORDS).occurrences]
    wanted = (letters(block["de_raw"]), block["envoye_local_iso"][:16], letters(block["objet_raw"]))
    if any((letters(each["from"])[: len(wanted[0])], each["time"], letters(each["subject"])) == wanted for each in found):
        return ""
    return f"{block['de_raw']!r}, {block['envoye_raw']!r}, {block['objet_raw']!r}: {found}"


def test_every_block_of_the_lists_has_its_sender_its_time_and_its_subject(dumps: Path) -> None:
    truths = sorted((dumps / "lists-fr").glob("*.truth.json"))
    if not truths:
        pytest.skip("THREADKIT_DUMPS has no lists-fr")
    wrong = {path.name.split(".")[0]: said for path in truths if (said := disagreement(path))}
    assert {name: said for name, said in wrong.items() if name not in REASONS} == {}
    assert set(REASONS) <= set(wrong), "a reason that is none any more"


def test_a_text_without_any_block_disagrees(tmp_path: Path) -> None:
    (tmp_path / "1.txt").write_text("Rien.\n", encoding="utf-8")
    truth = tmp_path / "1.truth.json"
    truth.write_text(json.dumps({"block": {"de_raw": "A", "envoye_raw": "", "objet_raw": "B", "envoye_local_iso": "2024-01-01T10:00"}}), encoding="utf-8")
    assert re.match("'A'", disagreement(truth))
