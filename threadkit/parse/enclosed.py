"""Find where an e-mail ends that is printed inside another text: minutes that read one out, an annex that is one."""

from __future__ import annotations

from collections.abc import Sequence

from threadkit.parse.annexes import Annexes
from threadkit.parse.lines import Lines
from threadkit.parse.signatures import OwnWords

__all__ = ["RULES", "UNCLEAR", "EnclosedMails"]

UNCLEAR = "enclosed-end-unclear"
RULES = (UNCLEAR,)


class EnclosedMails:
    """The ends of the e-mails printed inside the documents of one source. `forms` are the lines where labels that are no header begin."""

    def __init__(self, lines: Lines, own: OwnWords, annexes: Annexes, forms: Sequence[int]) -> None:
        self._lines = lines
        self._own = own
        self._annexes = annexes
        self._forms = forms

    def end(self, upper: int, first: int, stop: int, names: list[list[str]]) -> tuple[int, bool]:
        """Return the line after the words of an e-mail printed inside a document, and whether something tells that they end there.

        They end at the next annex or label block, or below the sender's sign-off. Where no annex begins right above the e-mail and nobody
        signs, no more than its first paragraph is surely its own.

        Args:
            upper: the first line of its header, or what stands above it.
            first: the line below the header.
            stop: the line of the next header, or the end.
            names: the folded words of the sender's name, in the orders a signature may have.
        """
        limit = min([stop, self._annexes.first_heading(first, stop) or stop, *(line for line in self._forms if first <= line < stop)])
        signed = self._own.sign_off(first, limit, names)
        if signed is not None:
            return min(limit, self._lines.next_text(signed + 1, stop)), True
        if limit < stop and self._is_annex(upper):
            return limit, True
        return self._surely_own(first, limit, names)

    def _is_annex(self, upper: int) -> bool:
        """Say whether the heading of an annex stands right above a line: all below it, up to the next, is that annex."""
        above = self._own.lines.above(upper)
        return above >= 0 and self._annexes.is_heading(above)

    def _surely_own(self, start: int, stop: int, names: list[list[str]]) -> tuple[int, bool]:
        """Return the line up to which words among another's text are surely the sender's, and whether they are told to end there.

        That is below a signature that bears the name. Without one it is the first paragraph, with a name below it, unless a closing formula
        ends them all; a name and a comma belong to the paragraph below.
        """
        own = self._own.lines.between(start, stop)
        signed = self._own.signature(start, stop, names)
        if signed and signed[2] == "signature-name":
            return self._own.next_own(signed[1] + 1, stop), True
        paragraphs = [index for index in own[1:] if self._lines.blank[index - 1]]
        greets = bool(own) and self._lines.stripped[own[0]].endswith(",")
        if not own or self._own.is_closing(own[-1]) or len(paragraphs) <= greets:
            return stop, True
        place = int(greets and paragraphs[0] == self._own.next_own(own[0] + 1, stop))
        if self._own.is_name(paragraphs[place]):
            return next(iter(paragraphs[place + 1 :]), stop), True
        return paragraphs[place], False
