"""Read a subject: its base without prefixes (`TR: RE:`) and tags (`[EXTERNE]`), and what the outermost prefix says."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from threadkit.frozen import record
from threadkit.words import Words


@record(frozen=True, slots=True)
class SubjectReading:
    """A subject's base as printed, and reply, forward or None."""

    base: str
    relation: str | None


class SubjectReader:
    """Reads subjects by the prefixes and tags of the word files."""

    def __init__(self, words: Words) -> None:
        prefixes = {words.folding.fold(term.text): term.value for term in words.terms("prefix")}
        self._values = prefixes
        self._fold = words.folding.fold
        longest = max(len(prefix) for prefix in prefixes) + 2
        self._prefix = re.compile(rf"^[\s\u00a0]*([^\W\d_][^\s:\uff1a\[\(]{{0,{longest}}})(?:\s*[\[(]\d{{1,3}}[\])])?[\s\u00a0]*[:\uff1a][\s\u00a0]*")
        self._tags = tuple(pattern.regex for pattern in words.patterns("subject-tag"))
        self.read = lru_cache(maxsize=8192)(self._read)

    def _read(self, text: str) -> SubjectReading:
        relation: str | None = None
        base, before = text.strip(), None
        while base != before:
            before = base
            for tag in self._tags:
                base = tag.sub("", base, count=1).strip()
            found = self._prefix.match(base)
            value = self._values.get(self._fold(found.group(1))) if found else None
            if found and value:
                relation = relation or value
                base = base[found.end() :].strip()
        return SubjectReading(base, relation)


@cache
def subject_reader(words: Words) -> SubjectReader:
    """Return the reader of subjects by these words: one a process, because the same subjects come again in other sources."""
    return SubjectReader(words)
