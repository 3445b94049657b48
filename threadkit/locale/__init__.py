"""The words of the interface, French and English, as data: `fr.toml` and `en.toml` hold the same keys (a test checks).

Errors are written in English where they arise; `phrases.fr.toml` holds them in French (a test checks that it holds every one).
Only the interface speaks these languages; what an archive holds keeps its own.
"""

from __future__ import annotations

import locale
import re
import string
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from threadkit.records import Phrase

__all__ = ["LANGUAGES", "Texts", "choose_language", "load_texts"]

LANGUAGES = ("en", "fr")
_NAMES = {"en": "en", "fr": "fr", "english": "en", "french": "fr", "français": "fr", "anglais": "en"}


_WORD, _FILLED = re.compile(r"[a-z]{3}"), re.compile(r"\{[^}]*\}")
_SENTENCE_ENDS = re.compile(r"[.!?)](?= )")
_Pattern = tuple[re.Pattern[str], str]


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one language. Call it with a key: `texts("show.no_row", id=12)`."""

    language: str
    thousands: str
    zero_is_one: bool
    table: Mapping[str, str]
    told: Mapping[str, str]
    recorded: Mapping[str, Sequence[_Pattern]]
    sentences: Sequence[_Pattern] = ()

    def __call__(self, key: str, **values: object) -> str:
        """Return the text of `key` with its places filled; integers are written as the language writes numbers."""
        return self.table[key].format(**self._shown(values))

    def _shown(self, values: Mapping[str, object]) -> dict[str, object]:
        return {name: self._value(name, value) for name, value in values.items()}

    def _value(self, name: str, value: object) -> object:
        """Return a value as it is shown: `detail` may be what the system says, in English; any other text is shown as it is."""
        if isinstance(value, Phrase):
            return self.phrase(value)
        if isinstance(value, int):
            return self.number(value)
        return self.archived("system", str(value)) if name == "detail" else value

    def phrase(self, text: str) -> str:
        """Return what a `Phrase`, or a sentence of ours with nothing filled in, says in this language; any other text as it is."""
        if not isinstance(text, Phrase):
            return self.told.get(text, text)
        template = self.told.get(text.template)
        if template is None:
            return str(text)
        return template.format(**self._shown(text.values)) if text.values else template

    def archived(self, kind: str, text: str) -> str:
        """Return what an archive keeps, or the system says, in English (`[recorded.KIND]` in phrases.fr.toml); other text as it is."""
        for pattern, template in self.recorded.get(kind, ()):
            if found := pattern.fullmatch(text):
                return template.format(**{name: self.archived(kind, value) for name, value in found.groupdict().items()})
        return text

    def retold(self, text: str) -> str:
        """Return an error that an archive keeps, in English, in this language: what is wrong, then what to do; other text as it is."""
        cuts = [len(text), *(found.start() + 1 for found in _SENTENCE_ENDS.finditer(text))]
        for cut in cuts:
            what, hint = (self._told_again(part.strip()) for part in (text[:cut], text[cut:]))
            if what is not None and hint is not None:
                return f"{what} {hint}".strip()
        return text

    def _told_again(self, text: str) -> str | None:
        """Return one sentence of ours in this language, None where it is none; what was filled in may be one itself."""
        if not text or text in self.told:
            return self.told.get(text, "")
        for pattern, template in self.sentences:
            if found := pattern.fullmatch(text):
                places = found.groupdict().items()
                return template.format(**{name: self._told_again(value) or self.archived("system", value) for name, value in places})
        return None

    def count(self, key: str, n: int, **values: object) -> str:
        """Return `key.one` or `key.other` with `{n}` filled: French counts 0 as one thing, English as several."""
        one = n == 1 or (n == 0 and self.zero_is_one)
        return self(f"{key}.{'one' if one else 'other'}", n=n, **values)

    def number(self, n: int) -> str:
        """Return `n` with the language's thousands separator.

        >>> load_texts("en").number(2838)
        '2,838'
        """
        return f"{n:,}".replace(",", self.thousands)

    def maybe(self, key: str) -> str | None:
        """Return the text of `key`, or None where there is none (a kind of finding newer than this file)."""
        return self.table.get(key)


def _flat(content: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    table: dict[str, str] = {}
    for key, value in content.items():
        if isinstance(value, Mapping):
            table |= _flat(value, f"{prefix}{key}.")
        else:
            table[f"{prefix}{key}"] = str(value)
    return table


def _pattern(template: str) -> re.Pattern[str]:
    parts, seen = string.Formatter().parse(template), set[str]()
    pattern = ""
    for text, name, _, _ in parts:
        pattern += re.escape(text) + ("" if not name else f"(?P={name})" if name in seen else f"(?P<{name}>.+)")
        seen.add(name or "")
    return re.compile(pattern, re.DOTALL)


def _read(name: str) -> dict[str, Any]:
    file = resources.files("threadkit.locale").joinpath(name)
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


@cache
def load_texts(language: str) -> Texts:
    """Read the texts of `language` (fr or en); once a process."""
    content, phrases = _read(f"{language}.toml"), _read(f"phrases.{language}.toml")
    head = content.pop("language")
    recorded = {
        kind: tuple((_pattern(english), template) for english, template in sentences.items())
        for kind, sentences in phrases.get("recorded", {}).items()
    }
    told = phrases.get("told", {})
    # The longer a sentence of ours is, the less of it is filled in.
    filled = sorted((english for english in told if "{" in english and _WORD.search(_FILLED.sub("", english))), key=len, reverse=True)
    sentences = tuple((_pattern(english), _without_forms(told[english])) for english in filled)
    return Texts(head["code"], head["thousands"], head["zero_is_one"], MappingProxyType(_flat(content)), told, recorded, sentences)


def _without_forms(template: str) -> str:
    """Return a template whose places take text that is formatted already: `{n:,}` is `{n}`."""
    return "".join(text + (f"{{{name}}}" if name else "") for text, name, _, _ in string.Formatter().parse(template))


def _known(name: str | None) -> str | None:
    word = (name or "").lower().replace("-", "_").split(".")[0].split("_")[0].split(":")[0]
    return _NAMES.get(word)


def _asked_for(arguments: Sequence[str]) -> str | None:
    asked = None
    for argument, following in zip(arguments, (*arguments[1:], None), strict=False):
        if argument == "--":
            break
        if argument == "--lang":
            asked = following
        elif argument.startswith("--lang="):
            asked = argument.removeprefix("--lang=")
    return asked


def choose_language(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """Return fr or en: `--lang`, else THREADKIT_LANG, else the locale of the environment, else English.

    The command line is looked at before it is parsed, so that `--help` too speaks the language asked for.
    """
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    from_locale = next((environment[name] for name in names if environment.get(name)), None) or locale.getlocale()[0]
    for name in (_asked_for(arguments), environment.get("THREADKIT_LANG"), from_locale):
        known = _known(name)
        if known:
            return known
    return "en"
