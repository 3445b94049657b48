"""Fold printed text for search and matching: case, accents, ligatures and extraction damage. What is stored stays as printed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_BLANKS = re.compile(r"\s+")
_NOT_WORD = re.compile(r"[^0-9a-z]+")


@dataclass(frozen=True, slots=True)
class Repair:
    """One damaged character or run and what it stood for."""

    damaged: str
    repaired: str
    examples: tuple[str, ...]


class Folding:
    """Folds text by the repair table: `fold` for labels and names, `words` for comparing prose, `letters` for fingerprints."""

    def __init__(self, repairs: Iterable[Repair]) -> None:
        self.repairs = tuple(repairs)
        self._single = {ord(r.damaged): r.repaired for r in self.repairs if len(r.damaged) == 1}
        self._longer = tuple((r.damaged, r.repaired) for r in self.repairs if len(r.damaged) > 1)

    def repair(self, text: str) -> str:
        """Return `text` with damaged letters repaired, otherwise as it is.

        Lengths may change: never use the result for offsets.
        """
        text = text.translate(self._single)
        for damaged, repaired in self._longer:
            if damaged in text:
                text = text.replace(damaged, repaired)
        return text

    def plain(self, text: str) -> str:
        """Return `text` repaired, lower case and without accents; blanks as they are."""
        text = text.translate(self._single).lower()
        if text.isascii() and not self._longer:
            return text
        for damaged, repaired in self._longer:
            if damaged in text:
                text = text.replace(damaged, repaired)
        if text.isascii():
            return text
        return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))

    def fold(self, text: str) -> str:
        """Return `plain` text with runs of blanks as one blank and none at the ends.

        >>> Folding([Repair("Ɵ", "ti", ())]).fold("  Pièces\\u00a0 jointes ")
        'pieces jointes'
        """
        return _BLANKS.sub(" ", self.plain(text)).strip()

    def words(self, text: str) -> list[str]:
        """Return the folded words (runs of letters and digits) of `text`."""
        return _NOT_WORD.sub(" ", self.plain(text)).split()

    def letters(self, text: str) -> str:
        """Return the folded letters and digits alone: the same for two copies that differ in wrapping, quotes, bullets or accents."""
        return _NOT_WORD.sub("", self.plain(text))
