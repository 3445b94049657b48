"""Fold printed text for search and matching: case, accents, ligatures and extraction damage. What is stored stays as printed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_BEYOND_ACCENTS = re.compile("[^\x00-\x7f\u0300-\u036f]")
_COMBINING = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20ff\ufe20-\ufe2f]+")
_NOT_WORD = re.compile(r"[\W_]+")
_BLANK, _UNFOLDED = 0x20, 0x00


@dataclass(frozen=True, slots=True)
class Repair:
    """One damaged character or run and what it stood for."""

    damaged: str
    repaired: str
    examples: tuple[str, ...]


class Folding:
    """Folds text by the repair table: `fold` for labels and names, `words` for comparing prose, `letters` for fingerprints."""

    def __init__(self, repairs: Iterable[Repair], encoded: re.Pattern[str] | None = None) -> None:
        self.repairs = tuple(repairs)
        self._encoded = encoded
        self._pairs = tuple((r.damaged, r.repaired) for r in sorted(self.repairs, key=lambda r: -len(r.damaged)))
        self._narrow, self._wide = _table(self, "latin-1"), _table(self, "cp1252")
        self._one_by_one = all(len(r.damaged) == 1 for r in self.repairs)

    def decode(self, text: str) -> str:
        """Return `text` with the letters that quoted-printable left in it (`=C3=A9`); what is no letter in UTF-8 stays as it is."""
        if "=" not in text or self._encoded is None:
            return text
        return self._encoded.sub(_decoded, text)

    def repair(self, text: str) -> str:
        """Return `text` with damaged letters repaired, otherwise as it is.

        Lengths may change: never use the result for offsets.
        """
        if text.isascii():
            return text
        for damaged, repaired in self._pairs:
            if damaged in text:
                text = text.replace(damaged, repaired)
        return text

    def plain(self, text: str) -> str:
        """Return `text` decoded and repaired, lower case and without accents; blanks as they are."""
        text = self.decode(text)
        if text.isascii():
            return text.lower()
        text = unicodedata.normalize("NFKD", self.repair(text))
        if _BEYOND_ACCENTS.search(text) is None:
            return text.encode("ascii", "ignore").decode("ascii").lower()
        return _COMBINING.sub("", text.lower())

    def fold(self, text: str) -> str:
        """Return `plain` text with runs of blanks as one blank and none at the ends.

        >>> Folding([Repair("Ɵ", "ti", ())]).fold("  Pièces\\u00a0 jointes ")
        'pieces jointes'
        """
        return " ".join(self.plain(text).split())

    def words(self, text: str) -> list[str]:
        """Return the folded words (runs of letters and digits) of `text`."""
        quick = self._quick(text)
        return _NOT_WORD.sub(" ", self.plain(text)).split() if quick is None else quick.split()

    def letters(self, text: str) -> str:
        """Return the folded letters and digits alone: the same for two copies that differ in wrapping, quotes, bullets or accents."""
        quick = self._quick(text)
        return _NOT_WORD.sub("", self.plain(text)) if quick is None else quick.replace(" ", "")

    def _quick(self, text: str) -> str | None:
        """Return the words of `text` folded, with blanks between them, or None where a character folds into more than one.

        Most texts keep to the characters of Windows-1252, in which one table of 256 bytes folds and another one marks what it cannot.
        """
        if not self._one_by_one:
            return None
        if "=" in text:
            text = self.decode(text)
        try:
            folded = text.encode("latin-1").translate(self._narrow)
        except UnicodeEncodeError:
            try:
                folded = _straight(text).encode("latin-1").translate(self._narrow)
            except UnicodeEncodeError:
                try:
                    folded = self.repair(text).encode("cp1252").translate(self._wide)
                except UnicodeEncodeError:
                    return None
        return None if _UNFOLDED in folded else folded.decode("latin-1")


def _decoded(found: re.Match[str]) -> str:
    try:
        return bytes.fromhex(found.group(0).replace("=", "")).decode("utf-8")
    except UnicodeDecodeError:
        return found.group(0)


def _straight(text: str) -> str:
    """Return a text with its apostrophes as ASCII has them: they fold alike, and most texts have no other character beyond Latin-1."""
    return text.replace("\u2019", "'")


def _table(folding: Folding, encoding: str) -> bytes:
    """Return for an encoding of one byte a character what each byte folds into: a letter or digit, a blank, or `_UNFOLDED`."""
    return bytes(_folded_byte(folding, code, encoding) for code in range(256))


def _folded_byte(folding: Folding, code: int, encoding: str) -> int:
    try:
        folded = folding.plain(bytes([code]).decode(encoding))
    except UnicodeDecodeError:
        return _UNFOLDED
    if folded and not _NOT_WORD.sub("", folded):
        return _BLANK
    return ord(folded) if len(folded) == 1 and ord(folded) < 256 else _UNFOLDED
