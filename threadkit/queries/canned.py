"""The canned queries, read from `canned.toml`: the questions people have, each with its title in two languages."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from threadkit.records import Phrase, ThreadkitError

__all__ = ["CannedQuery", "load_canned"]

_KEYS = {"name", "parameters", "title", "about", "sql"}


@dataclass(frozen=True, slots=True)
class CannedQuery:
    """One question: `title` and `about` by language, the names of its parameters, its SQL."""

    name: str
    parameters: tuple[str, ...]
    title: Mapping[str, str]
    about: Mapping[str, str]
    sql: str


@cache
def load_canned() -> tuple[CannedQuery, ...]:
    """Read the canned queries in the order of the file.

    Raises:
        ThreadkitError: an entry lacks a key or has an unknown one.
    """
    text = resources.files("threadkit.queries").joinpath("canned.toml").read_text(encoding="utf-8")
    found = []
    for entry in tomllib.loads(text)["query"]:
        if entry.keys() != _KEYS:
            what = Phrase("[[query]] has the keys {found}, not {wanted}.", found=sorted(entry), wanted=sorted(_KEYS))
            raise ThreadkitError(what, where="queries/canned.toml")
        found.append(CannedQuery(entry["name"], tuple(entry["parameters"]), entry["title"], entry["about"], entry["sql"].strip()))
    return tuple(found)
