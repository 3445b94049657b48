"""Fold base subjects so that copies and answers meet, whatever was done to quotes, blanks and letters; tell those that say little."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

from threadkit.resolve.worn import WearReader
from threadkit.words import Words

GENERIC_DAYS = 3
TELLING = 4
FEWEST_TELLING = 2
NOTICE_KINDS = ("automatic-reply", "meeting-response", "receipt")
NO_REPAIRS: Mapping[str, str] = MappingProxyType({})


class Subjects:
    """Folds base subjects: letters and digits alone. `damaged` holds those met so far in which letters are lost (`R?union`).

    `repairs`: damaged subject, folded -> the one whole subject that it was, folded (from `match_damaged`). `same_files` holds the filenames
    of the same bytes (from `find_same_files`).
    """

    def __init__(self, words: Words, repairs: Mapping[str, str] = NO_REPAIRS, same_files: Mapping[str, str] = NO_REPAIRS) -> None:
        self.words = words
        self.wear = WearReader(words)
        self.same_files = same_files
        self.damaged: set[str] = set()
        self.repairs = repairs
        self._generic = frozenset(self._letters(term) for term in words.folded_terms("generic-subject"))
        self._notices = tuple(p.regex for p in words.patterns("message-kind") if p.value in NOTICE_KINDS)
        self._signs = tuple(p.regex for p in words.patterns("message-kind"))
        self._lost = words.any_of("lost-letter")
        self._masks = tuple(p for role in ("mask", "article-mask", "section-mask") for p in words.patterns(role))
        self._worn_names = lru_cache(maxsize=16384)(self._wear_name)
        self._folded = lru_cache(maxsize=65536)(self._fold)
        self._matters = lru_cache(maxsize=65536)(self._matter)
        self._masked = lru_cache(maxsize=16384)(self._is_masked)

    def fold(self, subject_base: str | None) -> str:
        """Return the base subject as compared: its letters and digits, without what a notice puts before it (`Réponse automatique :`).

        Empty for no subject; one without letters and digits stays as it is. Numbers that stand apart stay apart: `1.2` is not `12`.
        """
        return self._folded(subject_base) if subject_base else ""

    def _fold(self, subject_base: str) -> str:
        subject_base = _without(subject_base, self._notices)
        folded = self._letters(subject_base) or self.words.folding.fold(subject_base)
        if self._lost.search(subject_base):
            self.damaged.add(subject_base)
        return self.repairs.get(folded, folded)

    def matter(self, subject_base: str | None) -> str:
        """Return the base subject as compared, without anything that a program puts before it: a cancellation is of the matter of its meeting."""
        return self._matters(subject_base) if subject_base else ""

    def _matter(self, subject_base: str) -> str:
        return self.fold(_without(subject_base, self._signs))

    def _letters(self, text: str) -> str:
        joined = ""
        for word in self.words.folding.words(text):
            joined += f" {word}" if joined[-1:].isdigit() and word[0].isdigit() else word
        return joined

    def worn_name(self, name: str) -> str:
        """Return a name or the local part of an address without what wear can take or change, its words sorted; for joining only."""
        return self._worn_names(name)

    def _wear_name(self, name: str) -> str:
        return " ".join(sorted(filter(None, (self.wear.letters(word) for word in self.words.folding.words(name)))))

    def is_generic(self, folded: str) -> bool:
        """Tell whether a folded base subject says too little to join messages by itself."""
        return folded in self._generic or not any(c.isalnum() for c in folded)

    def masks(self, text: str) -> bool:
        """Tell whether a mask stands in a text."""
        lowered = text.lower()
        possible = (mask for mask in self._masks if not mask.needs or any(map(lowered.__contains__, mask.needs)))
        return any(mask.regex.search(text) for mask in possible)

    def is_masked(self, subject_base: str | None) -> bool:
        """Tell whether a base subject is masked, and what the mask leaves says too little to join messages: it is generic, or one telling word."""
        return self._masked(subject_base) if subject_base else False

    def _is_masked(self, subject_base: str) -> bool:
        if not self.masks(subject_base):
            return False
        shown = subject_base
        for mask in self._masks:
            shown = mask.regex.sub(" ", shown)
        telling = [word for word in self.words.folding.words(shown) if len(word) >= TELLING and word not in self._generic]
        return len(telling) < FEWEST_TELLING or self.is_generic(self._letters(shown))

    def match_damaged(self, subjects: Iterable[str | None]) -> dict[str, str]:
        """Return damaged -> whole, folded, for the damaged subjects that one whole subject alone of `subjects` can have been.

        Each `?` stands for one letter or two that were lost. A whole subject may be printed with its accents and without them.
        """
        near: dict[str, set[str]] = {self.wear.letters(s): set() for s in self.damaged}
        for subject in subjects:
            if subject and subject not in self.damaged and (found := near.get(self.wear.letters(subject))) is not None:
                found.add(subject)
        told = {s: {self.fold(w) for w in near.get(self.wear.letters(s), ()) if self.wear.are_same(s, w)} for s in self.damaged}
        return {self.fold(s): next(iter(whole)) for s, whole in told.items() if len(whole) == 1}


def _without(subject_base: str, signs: Iterable[re.Pattern[str]]) -> str:
    """Return a subject without the signs before it (`Réponse automatique : Refusé : Comité`), as long as something is left."""
    while found := next(filter(None, (sign.match(subject_base) for sign in signs)), None):
        rest = subject_base[found.end() :].lstrip(" \t\u00a0:\uff1a-")
        if not rest:
            break
        subject_base = rest
    return subject_base
