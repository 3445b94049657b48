"""The words that are matched against a source's text: TOML files beside this module, checked and compiled once.

A file belongs to one language (`language = "fr"`; `"any"` for what every language shares); one language may be spread over several
files. Sections: `[[label]]` (printed label -> field), `[[layout]]` (sets of labels), `[[term]]` (word lists by role), `[[pattern]]`
(regular expressions by role, each with examples and counterexamples), `[[intro]]` and `[[heading]]` (lines that introduce a quotation or
stand above the labels of a header, as sentences with gaps), `[[repair]]` (damaged letters, for search and matching only) and tables by name
such as `[dates]` that one module reads. Unknown keys are errors at load.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, TypeVar

from threadkit.records import Phrase, ThreadkitError
from threadkit.words.folding import Folding, Repair

__all__ = ["Intro", "Label", "Layout", "Pattern", "Repair", "Term", "Words", "load_words"]


@dataclass(frozen=True, slots=True)
class Label:
    """One printed label and the field it means. With `opening` False no header is looked for because of it: another label of its language tells."""

    text: str
    field: str
    language: str
    opening: bool = True


@dataclass(frozen=True, slots=True)
class Layout:
    """A set of labels that opens a message; `order` is the order in which its own labels are printed.

    `standing` is what a block of this layout is where nothing else tells: released or quoted. `separator` stands between recipients.
    """

    name: str
    language: str
    order: tuple[str, ...]
    required: tuple[str, ...]
    optional: tuple[str, ...]
    colon: str
    standing: str
    labels: tuple[str, ...]
    examples: tuple[str, ...]
    counterexamples: tuple[str, ...]
    separator: str = ";"


@dataclass(frozen=True, slots=True)
class Intro:
    """One way to introduce a quotation, or to head a header, in one sentence: `forms` are sentences with the gaps `{date}` and `{sender}`."""

    name: str
    language: str
    forms: tuple[str, ...]
    examples: tuple[str, ...]
    counterexamples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """One word or phrase of a role, with the value it stands for."""

    role: str
    text: str
    value: str
    language: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """One regular expression of a role; it matches its examples and none of its counterexamples (a test checks).

    `needs` are short lower-case texts of which one stands in every line that the pattern can match in: a cheap question to ask first.
    `ends` are characters in one of which every such line ends, blanks apart: cheaper still where few lines do.
    """

    role: str
    name: str
    regex: re.Pattern[str]
    value: str
    language: str
    examples: tuple[str, ...]
    counterexamples: tuple[str, ...]
    needs: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()


_Entry = TypeVar("_Entry", Term, Pattern)


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """Everything the word files say."""

    labels: tuple[Label, ...]
    layouts: tuple[Layout, ...]
    intros: tuple[Intro, ...]
    headings: tuple[Intro, ...]
    all_terms: tuple[Term, ...]
    all_patterns: tuple[Pattern, ...]
    tables: Mapping[str, Mapping[str, Any]]
    folding: Folding

    _terms: Mapping[str, tuple[Term, ...]]
    _patterns: Mapping[str, tuple[Pattern, ...]]

    def terms(self, role: str) -> tuple[Term, ...]:
        """Return the terms of a role, in file order."""
        return self._terms.get(role, ())

    def patterns(self, role: str) -> tuple[Pattern, ...]:
        """Return the patterns of a role, in file order."""
        return self._patterns.get(role, ())

    @cache  # noqa: B019 - words are read once a process
    def any_of(self, role: str) -> re.Pattern[str]:
        """Return one pattern that matches where any pattern of a role does (compiled once a role); a role without patterns matches nothing."""
        parts = [_scoped(pattern.regex) for pattern in self.patterns(role)]
        return re.compile("|".join(parts) if parts else r"[^\s\S]")

    def covers(self, roles: Iterable[str], text: str) -> bool:
        """Tell whether the patterns of some roles cover every letter and digit of a text, and something of it: nothing but masks stand there."""
        left = text
        for role in roles:
            left = self.any_of(role).sub(" ", left)
        return left != text and not any(map(str.isalnum, left))

    def texts(self, role: str) -> frozenset[str]:
        """Return the terms of a role as they are written."""
        return _texts(self, role)

    def folded_terms(self, role: str) -> Mapping[str, str]:
        """Return folded text -> value for a role."""
        return _folded_terms(self, role)

    def table(self, name: str) -> Mapping[str, Any]:
        """Return language -> table for a named table such as `dates`."""
        return self.tables.get(name, MappingProxyType({}))


@cache
def _texts(words: Words, role: str) -> frozenset[str]:
    return frozenset(term.text for term in words.terms(role))


@cache
def _folded_terms(words: Words, role: str) -> Mapping[str, str]:
    return MappingProxyType({words.folding.fold(term.text): term.value for term in words.terms(role)})


_FLAGS = re.compile(r"^\(\?([a-z]+)\)")


def _scoped(regex: re.Pattern[str]) -> str:
    """Return a pattern's source with its leading flags turned into flags of a group, so that patterns can be joined."""
    found = _FLAGS.match(regex.pattern)
    return f"(?{found.group(1)}:{regex.pattern[found.end() :]})" if found else f"(?:{regex.pattern})"


def _by_role(items: Sequence[_Entry]) -> Mapping[str, tuple[_Entry, ...]]:
    grouped: dict[str, list[_Entry]] = {}
    for item in items:
        grouped.setdefault(item.role, []).append(item)
    return {role: tuple(found) for role, found in grouped.items()}


_KEYS = {
    "label": ({"field", "text"}, {"opening"}),
    "term": ({"role", "words"}, {"value"}),
    "pattern": ({"role", "name", "regex", "examples", "counterexamples"}, {"value", "needs", "ends"}),
    "layout": (
        {"name", "order", "required", "optional", "colon", "standing", "examples", "counterexamples"},
        {"labels", "separator"},
    ),
    "intro": ({"name", "forms", "examples", "counterexamples"}, set()),
    "heading": ({"name", "forms", "examples", "counterexamples"}, set()),
    "repair": ({"damaged", "repaired", "examples"}, set()),
}


def _sentences(entries: Iterable[tuple[str, str, Mapping[str, Any]]]) -> tuple[Intro, ...]:
    return tuple(
        Intro(e["name"], language, tuple(e["forms"]), tuple(e["examples"]), tuple(e["counterexamples"])) for _, language, e in entries
    )


def _checked(section: str, entry: Mapping[str, Any], file: str) -> Mapping[str, Any]:
    required, optional = _KEYS[section]
    missing, unknown = required - entry.keys(), entry.keys() - required - optional
    if missing or unknown:
        what = Phrase(
            "[[{section}]] lacks {missing} or has unknown keys {unknown}.", section=section, missing=sorted(missing), unknown=sorted(unknown)
        )
        raise ThreadkitError(what, where=f"words/{file}", hint="See docs/words.md.")
    return entry


def _compiled(entry: Mapping[str, Any], file: str) -> re.Pattern[str]:
    try:
        return re.compile(entry["regex"])
    except re.error as error:
        what = Phrase("pattern {name} does not compile: {detail}.", name=repr(entry["name"]), detail=error)
        raise ThreadkitError(what, where=f"words/{file}") from error


def _read_files() -> list[tuple[str, dict[str, Any]]]:
    folder = resources.files("threadkit.words")
    names = sorted(item.name for item in folder.iterdir() if item.name.endswith(".toml"))
    return [(name, tomllib.loads(folder.joinpath(name).read_text(encoding="utf-8"))) for name in names]


def _named_tables(files: Iterable[tuple[str, Mapping[str, Any]]]) -> Mapping[str, Mapping[str, Any]]:
    tables: dict[str, dict[str, Any]] = {}
    for name, content in files:
        for key, value in content.items():
            if key == "language" or key in _KEYS:
                continue
            if not isinstance(value, dict):
                raise ThreadkitError(Phrase("unknown key {key}.", key=repr(key)), where=f"words/{name}", hint="See docs/words.md.")
            tables.setdefault(key, {})[content["language"]] = value
    return MappingProxyType(tables)


@cache
def load_words() -> Words:
    """Read, check and compile the word files; once a process.

    Raises:
        ThreadkitError: an entry lacks a key, has an unknown one, or does not compile; it names the file.
    """
    files = _read_files()
    entries: dict[str, list[tuple[str, str, Mapping[str, Any]]]] = {section: [] for section in _KEYS}
    for name, content in files:
        for section, found in entries.items():
            found.extend((name, content["language"], _checked(section, entry, name)) for entry in content.get(section, ()))
    terms = tuple(Term(e["role"], text, e.get("value", ""), language) for _, language, e in entries["term"] for text in e["words"])
    patterns = tuple(
        Pattern(
            e["role"], e["name"], _compiled(e, name), e.get("value", ""), language, tuple(e["examples"]), tuple(e["counterexamples"]),
            tuple(e.get("needs", ())), tuple(e.get("ends", ())),
        )
        for name, language, e in entries["pattern"]
    )
    encoded = next((pattern.regex for pattern in patterns if pattern.role == "encoded-letter"), None)
    folding = Folding((Repair(e["damaged"], e["repaired"], tuple(e["examples"])) for _, _, e in entries["repair"]), encoded)
    return Words(
        labels=tuple(Label(text, e["field"], language, e.get("opening", True)) for _, language, e in entries["label"] for text in e["text"]),
        layouts=tuple(
            Layout(
                e["name"], language, tuple(e["order"]), tuple(e["required"]), tuple(e["optional"]), e["colon"], e["standing"],
                tuple(e.get("labels", ())), tuple(e["examples"]), tuple(e["counterexamples"]), e.get("separator", ";"),
            )
            for _, language, e in entries["layout"]
        ),
        intros=_sentences(entries["intro"]),
        headings=_sentences(entries["heading"]),
        all_terms=terms,
        all_patterns=patterns,
        tables=_named_tables(files),
        folding=folding,
        _terms=_by_role(terms),
        _patterns=_by_role(patterns),
    )
