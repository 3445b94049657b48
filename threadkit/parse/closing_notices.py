"""Find the notice with which a release closes: what whoever asked may do against the decision, printed with no page of its own.

It stands below the last words of a source, or below the letter that opens it, and is nobody's mail. Its heading and what it says must both be
there: a sentence on recourse alone somebody may write in his mail.
"""

from __future__ import annotations

from collections.abc import Iterator

from threadkit.parse.file_titles import may_head
from threadkit.parse.known_lines import lines_beginning
from threadkit.parse.lines import Lines
from threadkit.parse.signatures import OwnWords
from threadkit.words import Words

__all__ = ["ClosingNotices"]

#: A notice has no more lines with words, and says what may be done within so many.
_MOST_LINES, _SAID_WITHIN = 40, 7


class ClosingNotices:
    """The closing notices of one source."""

    def __init__(self, lines: Lines, own: OwnWords, words: Words) -> None:
        self._lines, self._own = lines, own
        self._heads = lines_beginning(words, "notice-head")
        self._remarks = lines_beginning(words, "notice-remark")
        self._recourse = words.any_of("recourse")

    def below_words(self, start: int, stop: int) -> int | None:
        """Return the line from `start` on where a notice ends a source whose last message's words these are, or None."""
        return self._first(start, stop, among_papers=False) if stop >= self._lines.count else None

    def in_papers(self, first: int, stop: int) -> Iterator[int]:
        """Yield the line in which a notice begins that ends a run of papers at either end of the source (to line `stop`, not included).

        At the source's end a remark (`Note : ...`) heads one too. Below the opening letter a heading stands alone: before a sentence it begins a
        paragraph of that letter.
        """
        at_end = self._lines.next_text(stop) >= self._lines.count
        if at_end or self._lines.previous_text(first - 1) < 0:
            notice = self._first(first, stop, among_papers=at_end)
            if notice is not None and (at_end or may_head(self._lines.stripped[notice])):
                yield notice

    def _first(self, start: int, stop: int, *, among_papers: bool) -> int | None:
        below = self._own.lines.between(start, stop)
        for place in range(max(1, len(below) - _MOST_LINES), len(below)):
            shown = self._lines.shown[below[place]]
            if (self._heads[shown] or (among_papers and self._remarks[shown])) and self._closes(below, place):
                return below[place]
        return None

    def _closes(self, below: list[int], place: int) -> bool:
        """Say whether the lines from `place` on are a notice: they say so, nobody announces them, and nobody greets or takes leave in them."""
        if self._lines.stripped[below[place - 1]].endswith((":", ",")):
            return False
        rest = below[place:]
        said = " ".join(self._lines.stripped[line] for line in rest[:_SAID_WITHIN])
        if self._recourse.search(said) is None or self._own.is_name(rest[-1]):
            return False
        return not any(self._own.is_greeting(line) or self._own.is_closing(line) or self._own.is_mobile(line) for line in rest)
