"""What one copy of a message says and another does not, once all is left out that parting, printing or damage made: the one place that decides it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from threadkit.frozen import record
from threadkit.resolve.aligning import Aligner, Change
from threadkit.resolve.invitation_heads import InvitationHeads
from threadkit.words import Words

__all__ = ["Copy", "Differences"]

#: Below a closing formula so many lines of so many words at most, none of them a sentence, are a signature.
_SIGNED_LINES, _SIGNED_WORDS = 10, 9
#: A name with its title takes no more lines than this, and its last line no more words.
_NAME_LINES, _NAME_WORDS = 4, 5
_MOST_WORDS, _LOST = 40, re.compile("\\w\\?\\w|\\s\\?\\w|[\ufffd]")
_FEWEST_WORDS, _ENDS, _WORDS, _NO_WORD = 4, ".!?…", re.compile(r"\w"), re.compile(r"[^\w]+")

_Line = tuple[str, ...]


@record(frozen=True, slots=True)
class Copy:
    """The words of one copy, and the signature that was read below them."""

    body: str
    signature: str


class Differences:
    """Compares two copies of one message."""

    def __init__(self, words: Words) -> None:
        self.aligner, self._closing = Aligner(words), words.any_of("closing")
        self._heads = InvitationHeads(words)

    def between(self, full: Copy, other: Copy, beside: Iterable[_Line] = ()) -> tuple[Change, ...]:
        """Return where two copies differ in what they say; nothing where they say the same.

        Args:
            full: the fuller copy, the old text of the changes.
            other: the other copy.
            beside: folded words of lines that are no part of what is said, such as page furniture; the signatures of both are none either.
        """
        old, new = full.body[: self._end(full.body)], other.body[: self._end(other.body)]
        lines = (*(self.aligner.words(copy.signature) for copy in (full, other) if copy.signature), *beside)
        changes = (change for change in self._said(old, new) if not self._is_nothing(change, old, new, lines))
        return tuple(_without_moved(list(changes), old, new))

    def at_edges(self, full: Copy, other: Copy) -> tuple[Change, ...]:
        """Return the words that one copy alone has at its very beginning or end, and that may be no part of what it says: five or more."""
        lines = [self.aligner.words(copy.signature) for copy in (full, other) if copy.signature]
        return tuple(
            change
            for change in self._said(full.body, other.body)
            if change.kind in ("gone", "added")
            and self._is_left_of_parting(*_more(change, full.body, other.body))
            and not self._is_edge_alone(change, full.body, other.body, lines)
        )

    def _said(self, old: str, new: str) -> Iterator[Change]:
        """Yield the changes between two bodies, but for those above what an invitation says: a quotation has that in its header."""
        heads = self._heads.end(old), self._heads.end(new)
        for change in self.aligner.changes(old, new):
            if not any(heads) or change.old_end > heads[0] or change.new_end > heads[1]:
                yield change

    def _is_edge_alone(self, change: Change, old: str, new: str, beside: Sequence[_Line]) -> bool:
        """Tell whether words of one copy alone are surely no part of what it says: few, of a signature, in capitals, damaged."""
        text, at, more = _more(change, old, new)
        few = len(more.split()) <= _FEWEST_WORDS or _LOST.search(more) is not None or more.isupper()
        return few or self._is_beside(more, beside) or self._is_below_closing(text, at, more)

    def is_ending(self, changes: Sequence[Change], full: Copy, other: Copy) -> bool:
        """Tell whether the only difference is that one copy goes on at its end, and is signed: the words may stand below a signature, or be one."""
        if len(changes) != 1 or changes[0].kind not in ("gone", "added") or not (changes[0].old_start and changes[0].new_start):
            return False
        change = changes[0]
        copy, end, more = (full, change.old_end, change.old) if change.kind == "gone" else (other, change.new_end, change.new)
        if _WORDS.search(copy.body[end:]):
            return False
        lines = copy.body[change.old_start if change.kind == "gone" else change.new_start : end].splitlines()
        return bool(more) and (bool(copy.signature) or _is_sign_off(lines))

    def are_lines_apart(self, changes: Sequence[Change], full: Copy, other: Copy) -> bool:
        """Tell whether all that one copy has more are lines of their own that end no sentence, or stand above all others.

        A page's head or foot or a stamp may have got between the words, a notice of a mail program above them.
        """
        return bool(changes) and all(
            change.kind in ("gone", "added") and _is_line_apart(*_more(change, full.body, other.body)) for change in changes
        )

    def words(self, text: str) -> tuple[str, ...]:
        """Return the folded words of `text`, each mask as one."""
        return self.aligner.words(text)

    def _end(self, body: str) -> int:
        """Return where the words of a body end: below its last closing formula, where only a signature follows."""
        lines = body.splitlines(keepends=True)
        at, told = len(body), 0
        for line in reversed(lines):
            shown = line.strip()
            if self._closing.search(shown) and len(shown.split()) <= _SIGNED_WORDS:
                return at
            at -= len(line)
            if not shown:
                continue
            told += 1
            if told > _SIGNED_LINES or len(shown.split()) > _SIGNED_WORDS or shown.endswith(tuple(_ENDS)):
                break
        return len(body)

    def _is_nothing(self, change: Change, old: str, new: str, beside: Sequence[_Line]) -> bool:
        """Tell whether a difference is no part of what is said: words of a signature, a line of page furniture, what parting left.

        Where words stand in the place of others, both must be lines of their own: a figure in a sentence may well be that of a page.
        """
        halves = []
        if change.kind in ("gone", "changed"):
            halves.append((old, change.old_start, change.old))
        if change.kind in ("added", "changed"):
            halves.append((new, change.new_start, change.new))
        if change.kind == "changed" and not all(_stands_on_its_own(*half) for half in halves):
            return False
        return bool(halves) and all(self._is_beside(half[2], beside) or self._is_left_of_parting(*half) for half in halves)

    def _is_beside(self, more: str, beside: Sequence[_Line]) -> bool:
        run = self.aligner.words(more)
        return any(_holds(words, run) for words in beside)

    def _is_below_closing(self, text: str, at: int, more: str) -> bool:
        """Tell whether words are short lines, none a sentence, that stand right below a closing formula: a signature, whatever follows it."""
        above = text[:at].rstrip().rpartition("\n")[2].strip()
        lines = [line.strip() for line in text[at:].splitlines() if line.strip()]
        own: list[str] = []
        while lines and len(" ".join(own)) < len(more):
            own.append(" ".join(lines.pop(0).split()))
        is_short = len(own) <= _SIGNED_LINES and all(len(line.split()) <= _SIGNED_WORDS and not line.endswith(tuple(_ENDS)) for line in own)
        return is_short and " ".join(own) == more and len(above.split()) <= _SIGNED_WORDS and bool(self._closing.search(above))

    def _is_left_of_parting(self, text: str, at: int, more: str) -> bool:
        """Tell whether words of one copy alone are what parting its words from header, stamps or signature left.

        Such are a line in capitals, a closing formula, and at the very beginning or end what is no sentence.
        """
        whole = " ".join(text.split())
        rest = whole[len(" ".join(text[:at].split())) :].strip()
        is_first, is_last = not _WORDS.search(text[:at]), not _WORDS.search(rest[len(more) :])
        if _stands_on_its_own(text, at, more) and (more.isupper() or self._closing.search(more)):
            return True
        if self._is_below_closing(text, at, more):
            return True
        if not (is_first or is_last):
            return False
        # Beside letters that were lost nothing at the edge is told; a page of words more is a text of its own that was read with the message.
        if _LOST.search(more) or len(more.split()) > _MOST_WORDS:
            return True
        return not (len(more.split()) > _FEWEST_WORDS and more[:1].isupper() and (rest[len(more) :].lstrip()[:1] or " ") in _ENDS)


def _more(change: Change, old: str, new: str) -> tuple[str, int, str]:
    """Return the text that has more words, where they begin in it, and the words."""
    return (old, change.old_start, change.old) if change.kind == "gone" else (new, change.new_start, change.new)


def _without_moved(changes: Sequence[Change], old: str, new: str) -> Iterator[Change]:
    """Yield the changes but for words that stand before a stamp in one copy and behind it in the other: a line in capitals alone parts them."""
    moved: set[int] = set()
    for n, (a, b) in enumerate(pairwise(changes)):
        if {a.kind, b.kind} != {"gone", "added"} or (a.old or a.new) != (b.old or b.new):
            continue
        if old[a.old_end : b.old_start].strip().isupper() and new[a.new_end : b.new_start].strip().isupper():
            moved.update((n, n + 1))
    return (change for n, change in enumerate(changes) if n not in moved)


def _stands_on_its_own(text: str, at: int, more: str) -> bool:
    """Tell whether words are all that their lines hold, but for points."""
    first = text.rfind("\n", 0, at) + 1
    last = text.find("\n", at + len(more))
    return " ".join(_NO_WORD.sub(" ", text[first : last if last >= 0 else len(text)]).split()) == " ".join(_NO_WORD.sub(" ", more).split())


def _is_line_apart(text: str, at: int, more: str) -> bool:
    """Tell whether words are lines of their own that end no sentence, or the first of all."""
    if not _stands_on_its_own(text, at, more):
        return False
    ends = more.endswith(tuple(_ENDS)) or text[at:].lstrip()[len(more) :].startswith(tuple(_ENDS))
    return not ends or not _WORDS.search(text[:at])


def _holds(words: _Line, run: _Line) -> bool:
    return any(words[at : at + len(run)] == run for at in range(len(words) - len(run) + 1))


def _is_sign_off(lines: Sequence[str]) -> bool:
    """Tell whether lines look like a name with its title: few, none a sentence, the last of capitalised words."""
    told = [line.strip() for line in lines if line.strip()]
    last = told[-1].split() if told else []
    is_name = 1 < len(last) <= _NAME_WORDS and all(word[0].isupper() for word in last)
    return is_name and len(told) <= _NAME_LINES and not any(line.endswith((".", "!", "?")) for line in told)
