"""The truth of a dump, in the form that tests/accuracy reads: what its text says, made of what was printed and survived."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tests.generator.damage_letters import strip_accents
from tests.generator.layouts import find_layout
from tests.generator.lines import Line, Occurrence, Sheet
from tests.generator.links_truth import Links
from tests.generator.mails import Mail
from tests.generator.people_truth import list_mentions, write_people
from tests.generator.standing_truth import find_open
from tests.generator.stock import read_data
from tests.generator.world import Person

FINDINGS = ("only-quoted", "parent-missing", "attachment-not-released")


@dataclass(frozen=True, slots=True)
class Span:
    """The lines of one header, counted from 1."""

    first: int
    last: int


def write_truth(sheet: Sheet, about: str) -> dict[str, Any]:
    """Return the truth of a finished sheet."""
    return _TruthWriter(sheet).write(about)


class _TruthWriter:
    """Reads one finished sheet."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._headers = self._find_headers()
        for occurrence in sheet.occurrences:
            occurrence.alive = occurrence.alive and occurrence.number in self._headers
        self._places: dict[int, list[Occurrence]] = defaultdict(list)
        for occurrence in sheet.occurrences:
            if occurrence.alive:
                self._places[occurrence.mail.key].append(occurrence)
        tempting = list(find_open(sheet))
        self._open = {one.number for one, _ in tempting}
        self._links = Links(sheet.occurrences, {(other.mail.key, one.mail.key) for one, other in tempting})
        self._words = self._gather_words()

    def write(self, about: str) -> dict[str, Any]:
        threads, uncertain = self._links.threads()
        messages = [self._message(places) for places in self._places.values()]
        documents = self._documents()
        alive = [occurrence for occurrence in self._sheet.occurrences if occurrence.alive]
        return {
            "about": about,
            "line_count": len(self._sheet.lines),
            "messages": messages,
            "threads": [[_key(key) for key in keys] for keys in threads],
            "thread_uncertain": [[_key(a), _key(b)] for a, b in uncertain],
            **write_people(list(list_mentions(alive))),
            "ignored_names": read_data("damage")["masks"]["names"],
            "attachments": _file_groups(alive),
            "documents": documents,
            "findings": self._findings(messages, documents),
            "findings_kinds": list(FINDINGS),
            "lines": self._lines(),
            "lines_either": self._lines_either(),
            "uncertain": [],
        }

    def _find_headers(self) -> dict[int, Span]:
        spans: dict[int, Span] = {}
        for number, line in enumerate(self._sheet.lines, 1):
            if line.part == "header" and line.occurrence is not None and not line.is_blank:
                first = spans[line.occurrence].first if line.occurrence in spans else number
                spans[line.occurrence] = Span(first, number)
        return spans

    def _gather_words(self) -> dict[int, tuple[list[str], list[str]]]:
        """Return occurrence -> the words that must be in its body, and those that may."""
        words: dict[int, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
        for line in self._sheet.lines:
            if line.occurrence is not None and line.part in {"body", "free", "signature", "disclaimer"}:
                words[line.occurrence][0 if line.part == "body" else 1].append(line.text)
        return words

    def _message(self, places: list[Occurrence]) -> dict[str, Any]:
        mail, link = places[0].mail, self._links.links[places[0].mail.key]
        times = sorted({p.shown.date for p in places if p.shown.date}, key=len, reverse=True)
        subjects = list(dict.fromkeys(p.shown.subject for p in places if p.shown.subject))
        standings = [p.standing for p in places]
        return {
            "key": _key(mail.key),
            "kind": _kind(mail, places),
            "kind_alternatives": ["message"] if mail.kind != "message" and not subjects else [],
            "standing": next(kind for kind in ("released", "quoted", "enclosed") if kind in standings),
            "standing_alternatives": ["quoted", "released"] if any(p.number in self._open for p in places) else [],
            **_sender(places),
            "sent_at": times[0] if times else None,
            "sent_at_alternatives": [],
            "subject": subjects[0] if subjects else None,
            "subject_alternatives": subjects[1:],
            "to": _union(places, "to"),
            "cc": _union(places, "cc"),
            "attachments": max((p.shown.attachments for p in places), key=len),
            "parent": _key(link.parent),
            "parent_alternatives": [_key(other) for other in link.others],
            **_relation(mail, places),
            "occurrence_lines": [self._headers[p.number].first for p in places],
            "occurrence_last_lines": [self._headers[p.number].last for p in places],
            "occurrence_standings": standings,
            "occurrence_standings_open": [p.number in self._open for p in places],
            "occurrence_layouts": [p.layout for p in places],
            "occurrence_damages": [sorted(p.damages) for p in places],
            "bodies": [{"words": " ".join(self._words[p.number][0]), "perhaps": " ".join(self._words[p.number][1])} for p in places],
            "body_contains": [],
            "body_excludes": [],
        }

    def _documents(self) -> list[dict[str, Any]]:
        spans: dict[int, list[int]] = defaultdict(list)
        for number, line in enumerate(self._sheet.lines, 1):
            if line.document is not None and not line.is_blank:
                spans[line.document].append(number)
        named = {name for p in self._sheet.occurrences if p.alive for name in p.shown.attachments}
        found = []
        for number, lines in spans.items():
            document = self._sheet.documents[number]
            sure = document.told and document.filename in named
            found.append(
                {
                    "first_line": lines[0],
                    "last_line": lines[-1],
                    "kind": document.kind,
                    "kind_alternatives": self._other_kinds(document.kind),
                    "attachment": document.filename if sure else None,
                    "attachment_uncertain": document.filename is not None and not sure,
                }
            )
        return found

    def _other_kinds(self, kind: str) -> list[str]:
        """Return further kinds that are right: in a dump without messages the letter may go on, as nothing tells where it ends."""
        if not self._places:
            return ["unknown", "attachment-text", "decision-letter", "legal-notice"]
        return ["unknown"] if kind == "attachment-text" else []

    def _findings(self, messages: list[dict[str, Any]], documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
        found = []
        texts = {d.filename for d in self._sheet.documents}
        open_texts = any(d["attachment_uncertain"] for d in documents)
        for message in messages:
            plain = {"certainty": "certain", "line": None, "message": message["key"], "attachment": None}
            if message["standing"] == "quoted" or message["standing_alternatives"]:
                found.append({"kind": "only-quoted", **plain, "optional": bool(message["standing_alternatives"])})
            if message["parent"] is None:
                sure = message["relation"] is not None and not message["parent_alternatives"] and not message["relation_alternatives"]
                found.append({"kind": "parent-missing", **plain, "optional": not sure})
            else:
                found.append({"kind": "parent-missing", **plain, "optional": True} if message["parent_alternatives"] else {})
            for name in message["attachments"]:
                optional = name in texts or open_texts
                found.append({"kind": "attachment-not-released", **plain, "attachment": name, "optional": optional, "certainty": None})
        return [finding for finding in found if finding]

    def _lines(self) -> dict[str, list[list[int]]]:
        kinds: dict[str, list[list[int]]] = defaultdict(list)
        for number, line in enumerate(self._sheet.lines, 1):
            if len(line.kinds) == 1 and not line.is_blank:
                kinds[line.kinds[0]].append([number, number])
        return kinds

    def _lines_either(self) -> list[list[Any]]:
        return [[n, n, list(line.kinds)] for n, line in enumerate(self._sheet.lines, 1) if len(line.kinds) > 1 and not line.is_blank]


def _key(key: int | None) -> str | None:
    return None if key is None else f"m{key}"


def _kind(mail: Mail, places: Iterable[Occurrence]) -> str:
    if mail.kind == "meeting-request":
        return mail.kind if any(p.shown.meeting for p in places) else "message"
    return mail.kind if any(p.shown.subject for p in places) else "message"


def _sender(places: list[Occurrence]) -> dict[str, Any]:
    boxes = [p.shown.sender for p in places if p.shown.sender]
    return {
        "from_name": next((name for name, _ in boxes if name), None),
        "from_email": next((email for _, email in boxes if email), None),
        "on_behalf_of": next((p.shown.behalf for p in places if p.shown.behalf), None),
    }


def _union(places: list[Occurrence], role: str) -> list[list[str | None]]:
    """Return the mailboxes of a role over all places: name and address of each person as some place prints them."""
    people: dict[int, Person] = {}
    names: dict[int, str] = {}
    emails: dict[int, str] = {}
    for place in places:
        for person, (name, email) in getattr(place.shown, role):
            people[person.key] = person
            if name:
                names.setdefault(person.key, name)
            if email:
                emails.setdefault(person.key, email)
    return [[names.get(key), emails.get(key)] for key in people]


def _relation(mail: Mail, places: list[Occurrence]) -> dict[str, Any]:
    """Return the relation: demanded where a prefix that is printed says it, open where only the quotation does."""
    printed = any(p.shown.subject for p in places)
    if mail.parent is None:
        return {"relation": None, "relation_alternatives": []}
    said = mail.subject != mail.base and printed and mail.kind == "message" and _begins(mail, mail.relation)
    others = [] if said else [None, "reply", "forward"]
    return {"relation": mail.relation, "relation_alternatives": [other for other in others if other != mail.relation]}


def _begins(mail: Mail, relation: str | None) -> bool:
    """Tell whether the outermost prefix of a subject says what the mail is."""
    prefixes = [prefix for words in read_data("phrases").values() for prefix in words[relation or "reply"]]
    return any(mail.subject.startswith(prefix) for prefix in prefixes)


def _file_groups(places: Iterable[Occurrence]) -> list[list[str]]:
    """Return the names of each attached file, damaged ones too."""
    groups: dict[str, set[str]] = defaultdict(set)
    for place in places:
        for file, name in zip(place.mail.files, place.shown.attachments, strict=False):
            groups[strip_accents(file.filename).casefold().replace("_", " ").replace("-", " ")].add(name)
    return [sorted(names) for _, names in sorted(groups.items())]


def family_of(layout: str) -> str:
    """Return the family of a layout."""
    return find_layout(layout).family


def line_text(line: Line, trailing: bool) -> str:
    """Return one line as it is printed."""
    text = line.behind.rstrip() if line.is_blank and line.behind else line.behind + line.text
    return f"{text} " if trailing and text and not text.endswith(" ") else text
