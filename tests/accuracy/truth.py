"""What a careful reader found in one dump, as written by hand in NAME.truth.json. docs/accuracy.md tells every key."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.accuracy.compare import fold_address, fold_name, fold_text

Box = tuple[str | None, str | None]
Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class TrueBody:
    """The words of a body at one place: those that must be in it, and those that may (a name under a closing formula, a signature)."""

    words: tuple[str, ...]
    perhaps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrueMessage:
    """One message. A field with several right answers has them all, the first one being the best."""

    key: str
    kind: str
    standing: str
    sender: Box | None
    on_behalf_of: str | None
    sent_at: tuple[str | None, ...]
    subject: tuple[str | None, ...]
    relation: tuple[str | None, ...]
    to: tuple[Box, ...]
    cc: tuple[Box, ...]
    attachments: tuple[str, ...]
    parent: str | None
    parent_alternatives: tuple[str | None, ...]
    places: tuple[tuple[int, str], ...]
    contains: tuple[str, ...]
    excludes: tuple[str, ...]
    kind_alternatives: tuple[str, ...] = ()
    standing_alternatives: tuple[str, ...] = ()
    open_standings: tuple[bool, ...] = ()
    last_lines: tuple[int, ...] = ()
    layouts: tuple[str, ...] = ()
    damages: tuple[tuple[str, ...], ...] = ()
    bodies: tuple[TrueBody, ...] = ()

    @property
    def line(self) -> int:
        """Return the line of the first place where it stands."""
        return self.places[0][0]

    @property
    def boxes(self) -> dict[str, tuple[Box, ...]]:
        """Return role -> mailboxes."""
        return {"from": (self.sender,) if self.sender else (), "to": self.to, "cc": self.cc}


@dataclass(frozen=True, slots=True)
class TruePerson:
    """One person under all its names and addresses; `kind` is None where it is not judged."""

    names: tuple[str, ...]
    emails: tuple[str, ...]
    kind: str | None


@dataclass(frozen=True, slots=True)
class TrueDocument:
    """One run of lines that is no message, with the kinds that are right for it."""

    span: Range
    kinds: tuple[str, ...]
    attachment: str | None
    is_bound_openly: bool = False


@dataclass(frozen=True, slots=True)
class TrueFinding:
    """One finding that a reader expects; an optional one is neither missed nor invented."""

    kind: str
    certainty: str | None
    line: int | None
    message: str | None
    attachment: str | None
    optional: bool


@dataclass(frozen=True, slots=True)
class Planted:
    """One thing that an audit must tell of a generated dump; `words` are those that show it, as they were printed."""

    kind: str
    message: str | None
    line: int | None
    words: str


@dataclass(frozen=True, slots=True)
class Truth:
    """All that was read by hand in one dump."""

    name: str
    dump: Path
    messages: tuple[TrueMessage, ...]
    threads: tuple[tuple[str, ...], ...]
    thread_uncertain: frozenset[frozenset[str]]
    people: tuple[TruePerson, ...]
    ambiguous_names: frozenset[str]
    attachments: tuple[tuple[str, ...], ...]
    documents: tuple[TrueDocument, ...]
    findings: tuple[TrueFinding, ...]
    lines: Mapping[int, tuple[str, ...]]
    text: str | None = None
    alike: Mapping[frozenset[str], frozenset[str]] = field(default_factory=dict)
    nobody: frozenset[frozenset[str]] = frozenset()
    findings_kinds: frozenset[str] | None = None
    planted: tuple[Planted, ...] = ()

    def find_person(self, box: Box) -> int | None:
        """Return which person a mailbox is: by address, else by the whole printed name, else by its words; None unless it is one."""
        name, email = box
        if email:
            for number, person in enumerate(self.people):
                if fold_address(email) in map(fold_address, person.emails):
                    return number
        printed = [n for n, p in enumerate(self.people) if name and fold_text(name) in map(fold_text, p.names)]
        words = [n for n, p in enumerate(self.people) if fold_name(name) and self.fold_name(name) in map(self.fold_name, p.names)]
        return next((found[0] for found in (printed, words) if len(found) == 1), None)

    def fold_name(self, name: str | None) -> frozenset[str]:
        """Return the words of a name; of a damaged print those of the name that it is."""
        words = fold_name(name)
        return self.alike.get(words, words)

    def is_somebody(self, box: Box) -> bool:
        """Tell whether a mailbox is more than a mask, which has neither name nor address."""
        name = fold_name(box[0])
        return bool(fold_address(box[1])) or (bool(name) and name not in self.nobody)

    def is_ambiguous(self, box: Box) -> bool:
        """Tell whether a mailbox prints nothing but a name that fits two people."""
        name, email = box
        return bool(name) and not email and fold_text(name) in self.ambiguous_names

    def thread_of(self) -> dict[str, int]:
        """Return message -> number of its thread."""
        return {key: number for number, keys in enumerate(self.threads) for key in keys}

    def group_of(self, filename: str | None) -> tuple[str, ...]:
        """Return all names of the attached file of that name, folded; none for None."""
        names = (tuple(map(fold_text, group)) for group in self.attachments)
        return next((group for group in names if filename and fold_text(filename) in group), ())


def read_truth(path: Path) -> Truth:
    """Read NAME.truth.json; its key `source` names the dump, beside it or in another folder."""
    given: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    dump = (path.parent / given["source"]).resolve()
    return make_truth(given, dump, path.name.removesuffix(".truth.json"), dump.read_text(encoding="utf-8"))


def make_truth(given: Mapping[str, Any], dump: Path, name: str, text: str) -> Truth:
    """Return a truth as its file says it, of a dump of this text."""
    alike = given.get("names_alike", ())
    return Truth(
        name=name,
        dump=dump,
        messages=tuple(map(_message, given["messages"])),
        threads=tuple(map(tuple, given["threads"])),
        thread_uncertain=frozenset(map(frozenset, given["thread_uncertain"])),
        people=tuple(TruePerson(tuple(p["names"]), tuple(p["emails"]), p["kind"]) for p in given["people"]),
        ambiguous_names=frozenset(map(fold_text, given["ambiguous_names"])),
        attachments=tuple(map(tuple, given["attachments"])),
        documents=tuple(map(_document, given["documents"])),
        findings=tuple(map(_finding, given["findings"])),
        lines=_lines(given, text),
        alike={fold_name(name): fold_name(group[0]) for group in alike for name in group},
        nobody=frozenset(map(fold_name, given.get("ignored_names", ()))),
        findings_kinds=frozenset(given["findings_kinds"]) if "findings_kinds" in given else None,
        planted=tuple(Planted(**item) for item in given.get("planted", ())),
    )


def _message(given: Mapping[str, Any]) -> TrueMessage:
    sender = (given["from_name"], given["from_email"])
    return TrueMessage(
        key=given["key"],
        kind=given["kind"],
        standing=given["standing"],
        sender=sender if any(sender) else None,
        on_behalf_of=given["on_behalf_of"],
        sent_at=_any_of(given, "sent_at"),
        subject=_any_of(given, "subject"),
        relation=_any_of(given, "relation"),
        to=_boxes(given["to"]),
        cc=_boxes(given["cc"]),
        attachments=tuple(given["attachments"]),
        parent=given["parent"],
        parent_alternatives=tuple(given["parent_alternatives"]),
        places=tuple(zip(given["occurrence_lines"], given["occurrence_standings"], strict=True)),
        contains=tuple(given["body_contains"]),
        excludes=tuple(given["body_excludes"]),
        kind_alternatives=tuple(given.get("kind_alternatives", ())),
        standing_alternatives=tuple(given.get("standing_alternatives", ())),
        open_standings=tuple(given.get("occurrence_standings_open", [False] * len(given["occurrence_lines"]))),
        last_lines=tuple(given.get("occurrence_last_lines", given["occurrence_lines"])),
        layouts=tuple(given.get("occurrence_layouts", ())),
        damages=tuple(map(tuple, given.get("occurrence_damages", ()))),
        bodies=tuple(map(_body, given.get("bodies", ()))),
    )


def _body(given: Mapping[str, str]) -> TrueBody:
    return TrueBody(tuple(fold_text(given["words"]).split()), tuple(fold_text(given["perhaps"]).split()))


def _any_of(given: Mapping[str, Any], field: str) -> tuple[str | None, ...]:
    return (given[field], *given[f"{field}_alternatives"])


def _boxes(given: Iterable[Iterable[str | None]]) -> tuple[Box, ...]:
    return tuple((name, email) for name, email in given)


def _document(given: Mapping[str, Any]) -> TrueDocument:
    kinds = (given["kind"], *given["kind_alternatives"])
    span = (given["first_line"], given["last_line"])
    return TrueDocument(span, kinds, given["attachment"], given.get("attachment_uncertain", False))


def _finding(given: Mapping[str, Any]) -> TrueFinding:
    plain = {key: given[key] for key in ("kind", "certainty", "line", "message", "attachment")}
    return TrueFinding(**plain, optional=given.get("optional", False))


def _lines(given: Mapping[str, Any], text: str) -> dict[int, tuple[str, ...]]:
    """Return line -> the kinds that are right for it; blank lines are not judged."""
    kinds: dict[int, tuple[str, ...]] = {}
    spans = [(first, last, (kind,)) for kind, ranges in given["lines"].items() for first, last in ranges]
    printed = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "").split("\n")
    for first, last, right in [*spans, *((a, b, tuple(either)) for a, b, either in given["lines_either"])]:
        kinds.update({line: right for line in range(first, last + 1) if printed[line - 1].strip()})
    return kinds
