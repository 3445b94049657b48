"""Read gettext catalogues as they are written (.po), so that nothing has to be compiled before the pages speak a language.

English stands in the pages themselves and is the key. `pages.fr.po` holds the French (a test checks that it holds every text of every page and
no other). Any tool for translators opens it.
"""

from __future__ import annotations

import ast
import gettext
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

__all__ = ["Catalogue", "load_catalogue", "read_entries"]

_LINE = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?)?\s*(".*")\s*')
_PLURAL = re.compile(r"plural\s*=\s*([^;\n]+)")
Entry = dict[str, str]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The texts of the pages in one language: `text(message)` and `counted(one, other, n)`. What it does not know stays English."""

    language: str
    texts: Mapping[str, str]
    plurals: Mapping[str, tuple[str, ...]]
    form: Callable[[int], int]

    def text(self, message: str) -> str:
        """Return what `message` says in this language."""
        return self.texts.get(message, message)

    def counted(self, one: str, other: str, n: int) -> str:
        """Return the form of a text that goes with a number."""
        forms = self.plurals.get(one)
        if forms is None:
            return one if n == 1 else other
        return forms[min(self.form(n), len(forms) - 1)]


def read_entries(text: str) -> Iterator[Entry]:
    """Yield the entries of a .po file, its head included, as {msgid, msgid_plural, msgstr, msgstr[0], ...}; fuzzy ones are left out.

    Raises:
        ValueError: a line is neither blank, comment nor text in quotation marks.
    """
    entry: Entry = {}
    key, fuzzy = "", False
    for number, line in enumerate([*text.split("\n"), ""], 1):
        stripped = line.strip()
        if stripped.startswith("#") or not stripped:
            if entry and not fuzzy:
                yield entry
            if entry:
                entry, key, fuzzy = {}, "", False
            fuzzy = fuzzy or (stripped.startswith("#,") and "fuzzy" in stripped)
            continue
        match = _LINE.fullmatch(stripped)
        if match is None or not (match[1] or key):
            raise ValueError(f"line {number} of the catalogue is not understood: {stripped}")
        key = match[1] or key
        entry[key] = entry.get(key, "") + str(ast.literal_eval(match[2]))


@cache
def load_catalogue(language: str) -> Catalogue:
    """Return the catalogue of `language`; once a process. A language without a file speaks English."""
    file = resources.files("threadkit.locale").joinpath(f"pages.{language}.po")
    entries = list(read_entries(file.read_text(encoding="utf-8"))) if file.is_file() else []
    head = next((entry["msgstr"] for entry in entries if entry["msgid"] == ""), "")
    rule = _PLURAL.search(head)
    texts = {entry["msgid"]: entry["msgstr"] for entry in entries if entry["msgid"] and entry.get("msgstr")}
    plurals = {
        entry["msgid"]: tuple(entry[key] for key in sorted(entry) if key.startswith("msgstr["))
        for entry in entries
        if "msgid_plural" in entry
    }
    form = gettext.c2py(rule[1]) if rule else (lambda n: int(n != 1))
    return Catalogue(language, MappingProxyType(texts), MappingProxyType(plurals), form)
