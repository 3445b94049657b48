"""The samples, the readings by hand of them, and what samples/README.md says agree with each other.

Nothing here runs the parser: a reading by hand is what the parser is measured against.
"""

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
SAMPLES = HERE.parent.parent / "samples"
NAMES = ("courriels-municipaux", "demande-2024-117")
MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
FIGURES = {
    "messages": "distinct messages",
    "released": "released",
    "only_quoted": "only quoted",
    "threads": "threads",
    "attachments": "attachments named",
    "attachments_not_released": "attachments not released",
    "redaction_lines": "masked lines",
}


class Sample:
    """One sample with its reading."""

    def __init__(self, name: str) -> None:
        self.text = (SAMPLES / f"{name}.txt").read_text(encoding="utf-8")
        self.lines = self.text.split("\n")
        self.truth: dict[str, Any] = json.loads((HERE / f"{name}.truth.json").read_text(encoding="utf-8"))
        readme = (SAMPLES / "README.md").read_text(encoding="utf-8")
        self.section = readme.split(f"## `{name}.txt`")[1].split("\n## ")[0]

    def span(self, first: int, last: int) -> str:
        """Return the lines of a span as one string with single blanks."""
        return " ".join(" ".join(self.lines[first - 1 : last]).split())

    def headers(self, message: dict[str, Any]) -> list[str]:
        """Return each printed header block of a message as one string."""
        return [self.span(o["first_line"], o["header_last_line"]) for o in message["occurrences"]]


@pytest.fixture(params=NAMES, scope="module")
def sample(request: pytest.FixtureRequest) -> Sample:
    return Sample(request.param)


def test_every_message_starts_at_a_line_that_names_its_author(sample: Sample) -> None:
    for message in sample.truth["messages"]:
        starts = [o["first_line"] for o in message["occurrences"]]
        assert message["line"] in starts
        for line in starts:
            assert re.match(r" ?De ?:", sample.lines[line - 1]), line


def test_what_a_message_is_said_to_print_stands_in_its_headers(sample: Sample) -> None:
    for message in sample.truth["messages"]:
        headers = sample.headers(message)
        printed = " | ".join(headers)
        day, _, clock = message["sent_at"].partition("T")
        year, month, date = (int(part) for part in day.split("-"))
        assert f" {date} {MONTHS[month - 1]} {year} {clock}" in printed, message["line"]
        assert all(message["subject"] in header for header in headers), message["line"]
        for mailbox in [message["sender"], *message["to"], *message["cc"]]:
            assert all(name in printed for name in mailbox["printed"]), message["line"]
            assert (mailbox["email"] or "") in printed.lower(), message["line"]
        for name in message["attachments"] + message.get("attachments_other_names", []):
            assert name in printed, message["line"]


def test_every_parent_is_a_message_and_no_answer_is_its_own_ancestor(sample: Sample) -> None:
    parents = {m["line"]: m["parent"] for m in sample.truth["messages"]}
    for line in parents:
        seen = set()
        at: int | None = line
        while at is not None:
            assert at not in seen, line
            seen.add(at)
            at = parents[at]
    assert sorted(line for thread in sample.truth["threads"] for line in thread) == sorted(parents)


def test_documents_are_disjoint_and_begin_and_end_in_words(sample: Sample) -> None:
    documents = sample.truth["documents"]
    assert all(a["last_line"] < b["first_line"] for a, b in pairwise(documents))
    for document in documents:
        for line in (document["first_line"], document["last_line"]):
            assert sample.lines[line - 1].strip(), line


def test_a_missing_attachment_is_named_on_the_line_of_its_finding(sample: Sample) -> None:
    missing = [f for f in sample.truth["findings"] if f["kind"] == "attachment-not-released"]
    assert all(f["attachment"] in sample.lines[f["line"] - 1] for f in missing)
    assert len(missing) == sum(not group["released"] for group in sample.truth["attachments"])


def test_a_line_that_shows_a_mask_has_a_finding_and_the_silent_ones_say_so(sample: Sample) -> None:
    found = {f["line"]: f for f in sample.truth["findings"] if f["kind"] == "redaction"}
    shown = {n for n, text in enumerate(sample.lines, 1) if "caviard" in text or "█" in text}
    assert shown <= set(found)
    assert {n for n, finding in found.items() if finding.get("silent")} == set(found) - shown


def test_the_figures_of_the_readme_are_those_of_the_reading(sample: Sample) -> None:
    counts = sample.truth["counts"]
    for key, label in FIGURES.items():
        assert f"| {label} | {counts[key]} |" in sample.section, label
    assert f"({len(sample.lines) - 1:,} lines)" in sample.section.splitlines()[0]


def test_nobody_can_own_the_addresses_and_telephone_numbers(sample: Sample) -> None:
    for address in re.findall(r"[\w.-]+@[\w.-]+", sample.text):
        assert address.endswith(".example"), address
    for number in re.findall(r"\b\d{3} \d{3}-\d{4}", sample.text):
        assert number[4:].startswith("555-01"), number
