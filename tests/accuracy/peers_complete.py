"""Count the messages that each library gives complete, on the dumps read by hand: `python -m tests.accuracy.peers --complete`.

Asked is every message that stands in one place. The libraries get what favours them most: the text of each message by itself, from its header
on (to those that read headers) or from its first words on (to those that do not), up to where the next released message begins; threadkit gets
the whole dump and must find the messages itself. What a library gives as text is read as threadkit reads it (`read_mailboxes`, `read_date`),
and scored by what scores threadkit. A library is complete in what it reports where every field of that is right; what it does not report at
all is in no column but the last, where every field must be right.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.accuracy.answer import Message, Participant, read_answer
from tests.accuracy.compare import fold_text
from tests.accuracy.matching import Matching, match_messages
from tests.accuracy.score_fields import WHOLE, score_fields
from tests.accuracy.tally import Tally
from tests.accuracy.truth import TrueMessage, Truth
from threadkit.importing import ImportOptions, import_paths
from threadkit.parse.dates import read_date
from threadkit.parse.mailboxes import read_mailboxes, separates_by_commas

_ROLES = ("from", "to", "cc")
#: The figures of own words, and those of the header that a library which unwraps it reports.
WORDS = ("words of the body", "words of others", "whole bodies")
HEADER = ("sender name", "sender address", "time", "subject", "recipients", "copies", *WORDS)

Given = Mapping[str, str | None]
Says = Callable[[str], Given]


@dataclass(frozen=True, slots=True)
class Reader:
    """How a library is asked: `of_header` where it gets the header too, and the figures that it can have right."""

    says: Says
    of_header: bool
    figures: tuple[str, ...]


@dataclass(slots=True)
class Count:
    """Of so many messages asked, how many are complete in what is reported, by the library and by threadkit, and how many in everything."""

    asked: int = 0
    library: int = 0
    threadkit: int = 0
    whole: int = 0


def unwraps(text: str, library: Any) -> Given:
    """Return what quotequail unwraps of a text that begins with a header: its fields, and its words above what they quote in turn."""
    told = library.unwrap(text)
    if told is None:
        return {}
    inner = library.unwrap(told.get("text") or "")
    words = told.get("text") if inner is None else inner.get("text_top")
    return {"reply": words or "", **{field: told.get(field) for field in (*_ROLES, "date", "subject")}}


def count_complete(readers: Mapping[str, Reader], truths: Iterable[Truth]) -> dict[str, Count]:
    """Return library -> what was counted, and threadkit, in everything."""
    counts = {name: Count() for name in (*readers, "threadkit")}
    for truth in truths:
        matching = _read_by_threadkit(truth)
        for message, lines in _pieces(truth):
            ours = _mistaken(truth, message, matching.found.get(message.key))
            counts["threadkit"].asked += 1
            counts["threadkit"].whole += not ours
            for name, reader in readers.items():
                text = "\n".join(_unquoted(lines if reader.of_header else _below_header(lines)))
                theirs = _mistaken(truth, message, _as_message(message, reader.says(text) if text.strip() else {}))
                count = counts[name]
                count.asked += 1
                count.library += theirs.isdisjoint(reader.figures)
                count.threadkit += ours.isdisjoint(reader.figures)
                count.whole += not theirs
    return counts


def write_complete(counts: Mapping[str, Count], readers: Mapping[str, Reader]) -> str:
    """Return the table; a dash stands where a library reports no header at all."""
    ours = counts["threadkit"]
    rows = [f"{'':20}{'in what it reports':>20}{'threadkit there':>18}{'in every field':>16}"]
    rows.append(f"{'messages':20}{ours.asked:20}{ours.asked:18}{ours.asked:16}")
    for name, reader in readers.items():
        count = counts[name]
        rows.append(f"{name:20}{count.library:20}{count.threadkit:18}{count.whole if reader.of_header else '-':>16}")
    rows.append(f"{'threadkit':20}{ours.whole:20}{ours.whole:18}{ours.whole:16}")
    return "\n".join(rows)


def _read_by_threadkit(truth: Truth) -> Matching:
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "archive.db"
        import_paths([truth.dump], archive, ImportOptions(jobs=1))
        return match_messages(truth, read_answer(archive), Tally())


def _pieces(truth: Truth) -> Iterator[tuple[TrueMessage, list[str]]]:
    """Yield each message that stands in one place, with the lines from its header to where the next released message begins."""
    printed = truth.dump.read_text(encoding="utf-8").replace("\r\n", "\n").replace("\r", "\n").replace("\f", "").split("\n")
    released = sorted(line for message in truth.messages for line, standing in message.places if standing == "released")
    stops = dict(pairwise([0, *released, len(printed) + 1]))
    for message in truth.messages:
        if len(message.places) == 1:
            first = message.line
            stop = next(stop for start, stop in sorted(stops.items(), reverse=True) if start <= first)
            yield message, printed[first - 1 : stop - 1]


def _below_header(lines: list[str]) -> list[str]:
    """Return the lines below a header, which ends in a blank line or above lines behind more `>`."""
    for index, line in enumerate(lines):
        if not line.strip(" \t\u00a0>"):
            return lines[index + 1 :]
        if _depth(line) > _depth(lines[0]):
            return lines[index:]
    return lines


def _unquoted(lines: list[str]) -> list[str]:
    """Return lines without the `>` marks that stand before all of the message: they are those of whoever quotes it."""
    depth = _depth(next((line for line in lines if line.strip(" \t\u00a0>")), ""))
    marks = re.compile(rf"^(?:[ \u00a0]?>){{0,{depth}}} ?") if depth else None
    return [marks.sub("", line) for line in lines] if marks else lines


def _depth(line: str) -> int:
    return line[: len(line) - len(line.lstrip(" \t\u00a0>"))].count(">")


def _as_message(message: TrueMessage, given: Given) -> Message:
    """Return what a library gives as a message of an archive; what it does not report is not there."""
    participants: dict[str, tuple[Participant, ...]] = {}
    for role in _ROLES:
        text = given.get(role) or ""
        boxes = read_mailboxes(text, separates_by_commas([text]))
        participants[role] = tuple(Participant((box.name, box.email), None) for box in boxes)
    return Message(
        id=0, kind=message.kind, thread=None, parent=None, relation=message.relation[0], standing=message.standing,
        sent_at=read_date(given.get("date") or "").value, subject=given.get("subject"), body=fold_text(given.get("reply")),
        participants=participants, attached=(),
    )


def _mistaken(truth: Truth, message: TrueMessage, got: Message | None) -> set[str]:
    """Return the figures that a message has not right; all of them where it was not found."""
    if got is None:
        return set(WHOLE)
    tally = Tally()
    alone = Truth(**{name: (message,) if name == "messages" else getattr(truth, name) for name in truth.__dataclass_fields__})
    score_fields(alone, Matching({message.key: got}, {}, {}), tally)
    return {figure for figure in WHOLE if tally.of(figure, "wrong", "missing")}
