"""Fold and stem words for search: French and English Snowball stems, each distinct word once."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from itertools import chain

import snowballstemmer

from threadkit.words.folding import Folding

#: A run of letters and digits, as SQLite's unicode61 cuts them (text in NFC).
WORD = re.compile(r"[^\W_]+")

_CACHED_WORDS = 100_000
_CACHED_RUNS = 100_000
_LONGEST_STEMMED = 40


class Stems:
    """Stems by word. PyStemmer does the work where it is installed (snowballstemmer picks it), 70 times as fast.

    A word is stemmed twice in French, folded before and after, because the stemmer treats `é` and `e` apart: so a query typed without
    accents finds what one with accents finds.
    """

    def __init__(self, folding: Folding) -> None:
        self._folding = folding
        self._french, self._english = snowballstemmer.stemmer("french"), snowballstemmer.stemmer("english")
        self._known = lru_cache(maxsize=_CACHED_WORDS)(self._stems)
        self._known_runs = _Runs(self)
        self._unsafe = re.compile(f"[^\x00-\x7f{re.escape(_safe_letters(folding))}]")

    def of(self, word: str) -> tuple[str, ...]:
        """Return the stems of one lower-case word that differ from the folded word itself.

        >>> Stems(Folding([])).of("évaluations")
        ('evalu',)
        """
        return self._known(word)

    def folded(self, word: str) -> str:
        """Return the word as the index holds it."""
        return self._folding.plain(word)

    def indexable(self, text: str) -> str:
        """Return the text to index: as printed where SQLite folds it as we do, else folded (ligatures, damaged letters, soft hyphens)."""
        return text if self.is_safe(text) else self._folding.plain(text)

    def of_text(self, text: str) -> set[str]:
        """Return the stems of all words of a text. Each distinct run without blanks is taken apart once: most texts repeat most of them."""
        if len(self._known_runs) > _CACHED_RUNS:
            self._known_runs.clear()
        return set(chain.from_iterable(map(self._known_runs.__getitem__, set(text.split()))))

    def is_safe(self, text: str) -> bool:
        """Tell whether SQLite folds a text as we do."""
        return text.isascii() or self._unsafe.search(text) is None

    def words(self, text: str) -> set[str]:
        """Return the distinct lower-case words of a text, damaged letters repaired, accents kept."""
        if not self.is_safe(text):
            text = self._folding.repair(text)
            if not unicodedata.is_normalized("NFKC", text):
                text = unicodedata.normalize("NFKC", text)
        return set(WORD.findall(text.lower()))

    def _stems(self, word: str) -> tuple[str, ...]:
        if len(word) < 3 or len(word) > _LONGEST_STEMMED or not word.isalpha():
            return ()
        folded = self._folding.plain(word)
        stems = [self._french.stemWord(folded), self._english.stemWord(folded)]
        if folded != word:
            stems.insert(1, self._folding.plain(self._french.stemWord(word)))
        return tuple([stem for stem in dict.fromkeys(stems) if stem != folded])


class _Runs(dict[str, tuple[str, ...]]):
    """Run without blanks -> the stems of its words, taken apart when it is first asked for."""

    def __init__(self, stems: Stems) -> None:
        self._stems = stems

    def __missing__(self, run: str) -> tuple[str, ...]:
        stems = self[run] = tuple({stem: None for word in self._stems.words(run) for stem in self._stems.of(word)})
        return stems


@cache
def _safe_letters(folding: Folding) -> str:
    """Return the characters below U+2100 that SQLite's unicode61 folds as we do: the letter without its accents, or no letter at all."""
    safe = []
    for character in map(chr, range(0x80, 0x2100)):
        base = "".join(c for c in unicodedata.normalize("NFD", character.lower()) if not unicodedata.combining(c))
        plain = folding.plain(character)
        if unicodedata.combining(character):
            continue
        if base == plain or (plain and not base.isalnum() and not any(c.isalnum() for c in plain)):
            safe.append(character)
    return "".join(safe)
