"""Find where a quotation is told to begin although no header that can be read follows: what stands below is nobody's that is known."""

from __future__ import annotations

from threadkit.parse.known_lines import lines_beginning
from threadkit.parse.lazily import lazily
from threadkit.parse.lines import Lines
from threadkit.words import Words


class BareMarkers:
    """Finds such lines in one source: `-----Message d'origine-----`, `Début du message transféré :`, or an author's address alone."""

    def __init__(self, lines: Lines, words: Words) -> None:
        self._lines = lines
        self._markers = lines_beginning(words, "quote-marker")
        self._authors = words.any_of("lone-author")

    def first(self, start: int, stop: int) -> int | None:
        """Return the first such line from line `start` on, before line `stop`, or None."""
        found = [index for index in self._lone_authors if start <= index < stop][:1]
        for row, sign in ((self._lines.firsts, "-"), (self._lines.lasts, ":"), (self._lines.lasts, "®")):
            index = row.find(sign, start, stop)
            while index >= 0 and not self._markers[self._lines.shown[index]]:
                index = row.find(sign, index + 1, stop)
            found.append(index)
        return min((index for index in found if index >= 0), default=None)

    @lazily
    def _lone_authors(self) -> list[int]:
        """The lines that name an author by his address alone, each a paragraph of its own, above a torn link and quoted lines."""
        lines = self._lines
        if not lines.quotes or "@" not in lines.text:
            return []
        alone = (i for i in lines.with_colons if i and lines.blank[i - 1] and i + 1 < lines.count and lines.blank[i + 1])
        return [index for index in alone if self._authors.match(lines.shown[index]) and self._is_torn_below(index)]

    def _is_torn_below(self, index: int) -> bool:
        """Say whether the paragraph below a line begins with a `<` or `>`, and holds quoted lines."""
        line = self._lines.next_text(index + 1)
        signs = ""
        while line < self._lines.count and not self._lines.blank[line]:
            signs += self._lines.firsts[line]
            line += 1
        return signs[:1] in ("<", ">") and ">" in signs
