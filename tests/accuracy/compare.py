"""When two prints are the same: names without regard to order, unit, quotes, case and accents; texts without regard to blanks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from tests.accuracy.tally import Outcome

_UNIT = re.compile(r"\([^)]*\)")
_WORD = re.compile(r"[\w.\-/']+")
_BLANKS = re.compile(r"\s+")


@lru_cache(maxsize=100_000)
def fold_text(text: str | None) -> str:
    """Return a text with single blanks and straight apostrophes."""
    return _BLANKS.sub(" ", (text or "").replace("’", "'")).strip()


@lru_cache(maxsize=100_000)
def fold_name(name: str | None) -> frozenset[str]:
    """Return the words of a name; none where an address stands in its place."""
    plain = unicodedata.normalize("NFD", _UNIT.sub(" ", fold_text(name)).lower())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return frozenset() if "@" in plain else frozenset(_WORD.findall(plain.strip("\"'« »<>")))


def fold_address(email: str | None) -> str:
    """Return an address in lower case, without brackets; empty for none."""
    return (email or "").strip().strip("<>").lower()


def fold_box(box: tuple[str | None, str | None], alike: Mapping[frozenset[str], frozenset[str]]) -> tuple[tuple[str, ...], str]:
    """Return a mailbox as it is compared and sorted; `alike` leads from each print of a name to one of them."""
    name = fold_name(box[0])
    return tuple(sorted(alike.get(name, name))), fold_address(box[1])


def judge(got: object, right: object) -> Outcome:
    """Say what an answer is worth: nothing where something was expected is missing, anything else than the right thing is wrong."""
    if got == right:
        return "right"
    return "wrong" if got else "missing"
