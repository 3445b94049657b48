"""The words of the interface, French and English, as data: `fr.toml` and `en.toml` hold the same keys (a test checks).

Only the interface speaks these languages; what an archive holds keeps its own.
"""

from __future__ import annotations

import locale
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

__all__ = ["LANGUAGES", "Texts", "choose_language", "load_texts"]

LANGUAGES = ("en", "fr")
_NAMES = {"en": "en", "fr": "fr", "english": "en", "french": "fr", "français": "fr", "anglais": "en"}


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one language. Call it with a key: `texts("show.no_row", id=12)`."""

    language: str
    thousands: str
    zero_is_one: bool
    table: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """Return the text of `key` with its places filled; integers are written as the language writes numbers."""
        shown = {name: self.number(value) if isinstance(value, int) else value for name, value in values.items()}
        return self.table[key].format(**shown)

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


@cache
def load_texts(language: str) -> Texts:
    """Read the texts of `language` (fr or en); once a process."""
    content = tomllib.loads(resources.files("threadkit.locale").joinpath(f"{language}.toml").read_text(encoding="utf-8"))
    head = content.pop("language")
    return Texts(head["code"], head["thousands"], head["zero_is_one"], MappingProxyType(_flat(content)))


def _known(name: str | None) -> str | None:
    word = (name or "").lower().replace("-", "_").split(".")[0].split("_")[0].split(":")[0]
    return _NAMES.get(word)


def _asked_for(arguments: Sequence[str]) -> str | None:
    for position, argument in enumerate(arguments):
        if argument == "--":
            return None
        if argument == "--lang" and position + 1 < len(arguments):
            return arguments[position + 1]
        if argument.startswith("--lang="):
            return argument.removeprefix("--lang=")
    return None


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
