"""What an audit of a dump must find: made of what was planted, and of where it stands once the dump is damaged and laid out."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from typing import Any

from tests.generator.damage_letters import strip_accents
from tests.generator.lines import Line, Occurrence, Plant, Sheet
from tests.generator.links_truth import Links
from tests.generator.stock import read_data

_BY_MAIL = {"talk": "talk-spoken-of", "mention": "attachment-mentioned-not-named"}
_MASKS = {"masked": "mask", "masked-number": "mask", "silent": "silent-mask", "emptied": "silent-mask"}


def write_planted(sheet: Sheet) -> list[dict[str, Any]]:
    """Return what must be found: kind, message, line, the words, and whether it may as well be left out."""
    return list(_PlantReader(sheet).read())


class _PlantReader:
    """Reads the plants of one finished sheet; the truth of the sheet was written, so what is not alive is known."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._alive: dict[int, list[Occurrence]] = defaultdict(list)
        for occurrence in sheet.occurrences:
            if occurrence.alive:
                self._alive[occurrence.mail.key].append(occurrence)
        self._lines: dict[int, list[tuple[int, Line]]] = defaultdict(list)
        for number, line in enumerate(sheet.lines, 1):
            if line.occurrence is not None and not line.is_blank:
                self._lines[line.occurrence].append((number, line))
        self._links = Links(sheet.occurrences)
        self._days = {p.shown.date[:10] for places in self._alive.values() for p in places if p.shown.date}

    def read(self) -> list[dict[str, Any]]:
        """Return every item; those of one message and one kind are given once."""
        found = []
        for plant in self._sheet.plants:
            if plant.mail is not None:
                found += self._said(plant)
            elif plant.document is not None:
                line = max(n for n, line in enumerate(self._sheet.lines, 1) if line.document == plant.document and not line.is_blank)
                found.append(_item("enclosures", None, line, plant.old))
            elif plant.kind in _MASKS and self._sheet.occurrences[plant.occurrence or 0].alive:
                found += self._mask(plant)
        found += [_item("bare-label", p.mail.key, None, "") for places in self._alive.values() for p in places if not p.shown.to]
        return [*found, *self._doubtful_originals(), *self._pointers(), *self._variants(), *self._unprinted_telephones()]

    def _doubtful_originals(self) -> list[dict[str, Any]]:
        """Return each mail whose original is nowhere while an earlier one fits as well: no reader could be certain that it is missing."""
        return [
            _item("doubtful-original", key, None, "")
            for key, link in self._links.links.items()
            if link.parent is None and self._links.has_fitting(key)
        ]

    def _pointers(self) -> list[dict[str, Any]]:
        """Return each mail whose words point to its files, and of which no print names any."""
        pointers = {pointer for words in (read_data("phrases")[language] for language in ("fr", "en")) for pointer in words["pointers"]}
        return [
            _item("attachment-mentioned-not-named", key, None, paragraph)
            for key, places in self._alive.items()
            for paragraph in places[0].mail.paragraphs
            if paragraph in pointers and not any(place.shown.attachments for place in places)
        ]

    def _said(self, plant: Plant) -> list[dict[str, Any]]:
        """Return what a mail speaks of, where the mail is printed somewhere."""
        places = self._alive.get(plant.mail or 0, [])
        if not places:
            return []
        if plant.kind == "spoken-mail":
            return [] if plant.old in self._days else [_item("mail-spoken-of", plant.mail, None, plant.new)]
        if plant.kind == "mention" and any(place.shown.attachments for place in places):
            return []
        return [_item(_BY_MAIL[plant.kind], plant.mail, None, plant.new)]

    def _mask(self, plant: Plant) -> list[dict[str, Any]]:
        occurrence = self._sheet.occurrences[plant.occurrence or 0]
        line = self._find(plant)
        return [_item(_MASKS[plant.kind], occurrence.mail.key, line, plant.new)] if line is not None else []

    def _find(self, plant: Plant) -> int | None:
        """Return the line on which what is printed instead begins."""
        lines = self._lines[plant.occurrence or 0]
        if plant.kind == "emptied":
            return next((n for n, line in lines if line.part == "header" and plant.old in _fields(line)), None)
        wanted, first = _bare(plant.new), _bare(plant.new.split(" ")[0])
        parts = {"body"} if plant.kind == "masked" else {"signature"}
        own = [(n, _bare(line.text)) for n, line in lines if line.part in parts]
        if plant.kind == "silent":
            return next((n for n, text in own if text == wanted), None)
        # A mask of several words may stand over two lines; a reader sees it where it begins.
        return next((n for n, text in own if wanted in text), None) or next((n for n, text in own if text.endswith(first)), None)

    def _variants(self) -> list[dict[str, Any]]:
        """Return each message of which two printed copies do not say the same: altered, or masked in one of them."""
        done: dict[int, dict[str, set[tuple[str, str]]]] = defaultdict(lambda: defaultdict(set))
        for plant in self._sheet.plants:
            if plant.kind in ("altered", "masked") and plant.occurrence is not None:
                done[plant.occurrence][plant.kind].add((plant.old, plant.new))
        found = []
        for key, places in self._alive.items():
            words = [place for place in places if any(line.part == "body" for _, line in self._lines[place.number])]
            for kind, told in (("altered", "variant-altered"), ("masked", "variant-masked")):
                ways = {frozenset(done[place.number][kind]) for place in words}
                if len(ways) > 1:
                    changes = [pair for way in ways for pair in way]
                    found.append(_item(told, key, None, " / ".join(f"{old} > {new}" for old, new in changes)))
        return found

    def _unprinted_telephones(self) -> list[dict[str, Any]]:
        """Return each copy that lacks the telephone which another copy of the same message prints."""
        bare = {plant.occurrence for plant in self._sheet.plants if plant.kind == "line-dropped"}
        hidden = bare | {plant.occurrence for plant in self._sheet.plants if plant.kind in ("silent", "masked-number")}
        found = []
        for key, places in self._alive.items():
            signed = [p for p in places if any(line.part == "signature" for _, line in self._lines[p.number])]
            if any(p.number not in hidden for p in signed):
                found += [_item("unprinted-number", key, self._last(p), "") for p in signed if p.number in bare]
        return found

    def _last(self, place: Occurrence) -> int:
        return next(n for n, line in reversed(self._lines[place.number]) if line.part == "signature")


def _bare(text: str) -> str:
    """Return a text without what damage to letters changes: letters that have or had an accent, ligatures, blanks, marks of no width."""
    plain = strip_accents("".join(c for c in text if not c.isspace() and c != "?")).casefold()
    return "".join(c for c in plain if (c.isascii() and c not in "aceiouft") or unicodedata.category(c).startswith("S"))


def _fields(line: Line) -> set[str]:
    return {field for field in ("to", "from") if re.sub(r"\W", "", line.label.casefold()) in _labels(field)}


def _labels(field: str) -> set[str]:
    """Return the labels that open a field's line in the layouts, folded."""
    labels = set()
    for layout in read_data("layouts")["layout"]:
        for language in ("fr", "en", "nl"):
            for template in layout.get(language, {}).get("lines", ()):
                if template.endswith("{" + field + "}"):
                    labels.add(re.sub(r"\W", "", template.partition("{")[0].casefold()))
    return labels


def _item(kind: str, mail: int | None, line: int | None, words: str) -> dict[str, Any]:
    return {"kind": kind, "message": None if mail is None else f"m{mail}", "line": line, "words": words}
