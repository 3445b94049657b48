"""Read what a reader typed into the search box, or behind `threadkit search`: words, and conditions such as `de:Roy` or `after:2023-05`.

Nothing typed is an error.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from types import MappingProxyType

from threadkit.words import load_words

__all__ = ["Asked", "read_query"]

_PART = re.compile(r'(?P<name>[^\W\d_][\w-]{0,20}):(?:"(?P<quoted>[^"]*)"|(?P<plain>[^\s"]+))|"[^"]*"|\S+')
_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
_QUOTES = str.maketrans(dict.fromkeys("«»“”„", '"'))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: `words` to be found, people it is from or to, dates that it is before or not before, and what was not understood."""

    words: str = ""
    senders: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    before: str = ""
    after: str = ""
    with_attachment: bool = False
    unclear: tuple[str, ...] = field(default=())

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is asked for."""
        return self == Asked()

    @property
    def of_messages_alone(self) -> bool:
        """Whether a document cannot be meant: it has no sender, recipient, date or attachment."""
        return bool(self.senders or self.recipients or self.before or self.after or self.with_attachment)


@cache
def _operators() -> Mapping[str, str]:
    content = tomllib.loads(resources.files("threadkit.queries").joinpath("search_words.toml").read_text(encoding="utf-8"))
    fold = load_words().folding.fold
    return MappingProxyType({fold(word): each["kind"] for each in content["operator"] for word in each["words"]})


@cache
def _had() -> frozenset[str]:
    content = tomllib.loads(resources.files("threadkit.queries").joinpath("search_words.toml").read_text(encoding="utf-8"))
    return frozenset(map(load_words().folding.fold, content["has"]["attachment"]))


def read_query(text: str) -> Asked:
    """Return what a reader asks for; a condition that makes no sense is among the words and in `unclear`.

    >>> read_query('rapport de:"Inès Delorme" après:2023')
    Asked(words='rapport', senders=('Inès Delorme',), recipients=(), before='', after='2023', with_attachment=False, unclear=())
    """
    fold = load_words().folding.fold
    found: dict[str, list[str]] = {"from": [], "to": [], "before": [], "after": [], "has": []}
    words, unclear = [], []
    for match in _PART.finditer(text.replace("\x00", " ").translate(_QUOTES)):
        kind = _operators().get(fold(match["name"])) if match["name"] else None
        value = (match["quoted"] or match["plain"] or "").strip()
        if kind is None or not value:
            words.append(match.group())
        elif (kind in ("before", "after") and not _DATE.fullmatch(value)) or (kind == "has" and fold(value) not in _had()):
            unclear.append(match.group())
        else:
            found[kind].append(value)
    return Asked(
        " ".join(words),
        tuple(found["from"]),
        tuple(found["to"]),
        min(found["before"], default=""),
        max(found["after"], default=""),
        bool(found["has"]),
        tuple(unclear),
    )
