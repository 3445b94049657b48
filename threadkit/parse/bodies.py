"""Split what follows a header into the message's own words, its signature, its disclaimer, and the document that begins after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from threadkit.frozen import record
from threadkit.parse.bare_markers import BareMarkers
from threadkit.parse.document_starts import DocumentStarts
from threadkit.parse.lines import Lines
from threadkit.parse.signatures import OwnWords
from threadkit.words import Words

RULES = (
    "own-words", "quoted-lines", "quotation-hidden", "words-below-quotation", "words-below-marker",
    "document-after-disclaimer", "document-after-signature", "document-after-heading",
)


_NEAR = 3


@record(frozen=True, slots=True)
class Part:
    """Lines `first` to `last` (indexes, inclusive) of one kind; blanks at its edges are left out."""

    kind: str
    first: int
    last: int
    rule: str


class BodyReader:
    """Reads the bodies of one source."""

    def __init__(self, lines: Lines, furniture: Mapping[int, str], own: OwnWords, starts: DocumentStarts, words: Words) -> None:
        self._lines = lines
        self._furniture = furniture
        self._own = own
        self._starts = starts
        self._markers = BareMarkers(lines, words)
        self._hidden = words.any_of("no-mask")

    def read(self, start: int, stop: int, names: list[list[str]], depth: int, open_end: bool, attached: frozenset[str]) -> list[Part]:
        """Return the parts of lines `start` to `stop` (not included), in order.

        Args:
            start: the line after the header.
            stop: the line of the next header, marker, or the end.
            names: the folded words of the sender's name, in the orders a signature may have.
            depth: how many `>` stand before the header itself.
            open_end: whether a document may follow (what comes at `stop` is not a message quoted in this one).
            attached: the folded words of the attachment names of this message and of those above it in the chain.
        """
        marker = self._markers.first(start, stop)
        if marker is not None and (not open_end or self._starts.certain(start, marker, attached) is None):
            above = self.read(start, marker, names, depth, open_end=False, attached=attached)
            page = self._starts.on_own_page(marker + 1, stop, attached) if open_end else None
            if page is None:
                return [*above, Part("other", marker, stop - 1, "words-below-marker")]
            told = Part("other", marker, self._own.lines.above(page), "words-below-marker")
            return [*above, told, Part("document", page, stop - 1, "document-after-heading")]
        parts: list[Part] = []
        banner = self._own.banner_end(start, stop)
        if banner is not None:
            parts.append(Part("disclaimer", self._lines.next_text(start), banner, "banner-words"))
            start = banner + 1
        certain = self._starts.certain(start, stop, attached) if open_end else None
        disclaimer = self._own.disclaimer(start, stop if certain is None else certain)
        words_stop = stop if certain is None else certain
        if disclaimer:
            words_stop = disclaimer[0]
        signature = self._own.signature(start, words_stop, names)
        if disclaimer and signature is None:
            signature = self._signature_below(disclaimer[1] + 1, stop if certain is None else certain, names)
        ends = None if signature is None else self._ending(signature, start, stop, names)
        document = self._document_start(start, stop, signature, disclaimer, open_end, attached, ends, names)
        if certain is not None and (document is None or certain < document[0]):
            document = certain, "document-after-heading"
        if document is not None:
            words_stop = min(words_stop, document[0])
            if signature and signature[1] >= document[0]:
                signature = None if signature[0] >= document[0] else (signature[0], self._own.lines.above(document[0]), signature[2])
            if disclaimer and disclaimer[0] >= document[0]:
                disclaimer = None
            if signature is None:
                signature = self._own.signature(start, words_stop, names)
        limit = document[0] if document else stop
        self._add_own_words(parts, start, limit, signature, disclaimer, depth)
        if document is not None:
            parts.append(Part("document", document[0], stop - 1, document[1]))
        return parts

    def _document_start(
        self, start: int, stop: int, signature: tuple[int, int, str] | None, disclaimer: tuple[int, int] | None, open_end: bool,
        attached: frozenset[str], ends: int | None, names: list[list[str]],
    ) -> tuple[int, str] | None:
        if not open_end:
            return None
        limit = min(part[0] for part in (signature, disclaimer, (stop, stop)) if part)
        early = self._starts.in_own_words(start, limit, attached, signed=signature is not None, ends=ends)
        if early is None:
            early = self._below_sign_off(start, stop, signature, disclaimer, attached, names)
        if early is not None:
            return early, "document-after-heading"
        if disclaimer and not (signature and signature[0] > disclaimer[1]):
            after = self._starts.after_disclaimer(disclaimer[1], stop, attached)
            return (after, "document-after-disclaimer") if after is not None else None
        if signature:
            inside = self._starts.in_signature(signature[0], signature[1], stop, attached)
            if inside is not None:
                return inside, "document-after-heading"
            announced = any(map(self._own.announces_words, self._own.lines.between(start, signature[0])))
            below = self._starts.after_signature(signature[1], stop, attached, announced=announced)
            return (below, "document-after-signature") if below is not None else None
        return None

    def _below_sign_off(
        self, start: int, stop: int, signature: tuple[int, int, str] | None, disclaimer: tuple[int, int] | None, attached: frozenset[str],
        names: list[list[str]],
    ) -> int | None:
        """Return the line where a document begins below the sender's name alone, where no signature that tells how to reach him stands below it."""
        signed = self._own.sign_off(start, stop, names)
        if signed is None or (disclaimer and disclaimer[0] <= signed) or (signature and signature[0] <= signed):
            return None
        named = signature is not None and signature[2] == "signature-name"
        if signature and named and any(map(self._own.is_contact, self._own.lines.between(signature[0], signature[1] + 1))):
            return None
        return self._starts.below_sign_off(signed, disclaimer[0] if disclaimer else stop, attached, signed_again=named)

    def _ending(self, signature: tuple[int, int, str], start: int, stop: int, names: list[list[str]]) -> int | None:
        """Return the line of the sender's name where it ends all words as a mail's: alone, or below a closing formula, and never above. Else None."""
        first, last, rule = signature
        if rule != "signature-name" or self._own.next_own(last + 1, stop) < stop:
            return None
        above = self._own.lines.above(first)
        signs = self._own.sign_off(start, stop, names)
        return first if (signs == first if signs is not None else above >= start and self._own.is_closing(above)) else None

    def _signature_below(self, start: int, stop: int, names: list[list[str]]) -> tuple[int, int, str] | None:
        """Return the signature that stands right below a disclaimer, or None."""
        found = self._own.signature(start, stop, names)
        return found if found and found[0] - start <= _NEAR and found[0] == self._own.next_own(start, stop) else None

    def _add_own_words(
        self, parts: list[Part], start: int, stop: int, signature: tuple[int, int, str] | None, disclaimer: tuple[int, int] | None, depth: int,
    ) -> None:
        taken: list[Part] = []
        if signature:
            taken.append(Part("signature", signature[0], signature[1], signature[2]))
        if disclaimer:
            taken.append(Part("disclaimer", disclaimer[0], disclaimer[1], "disclaimer-words"))
        line = start
        for part in sorted(taken, key=lambda part: part.first):
            self._add_body(parts, line, part.first, depth)
            parts.extend(self._without_hidden(part))
            line = part.last + 1
        self._add_body(parts, line, stop, depth)

    def _without_hidden(self, part: Part) -> Iterator[Part]:
        """Yield a part, cut where a line in it says of a quotation that the program left it out."""
        hidden = self._hidden_quotation(part.first, part.last + 1)
        if hidden is None:
            yield part
            return
        above, below = self._lines.previous_text(hidden - 1), self._lines.next_text(hidden + 1)
        if above >= part.first:
            yield Part(part.kind, part.first, above, part.rule)
        yield Part("quote-marker", hidden, hidden, "quotation-hidden")
        if below <= part.last:
            yield Part(part.kind, below, part.last, part.rule)

    def _hidden_quotation(self, start: int, stop: int) -> int | None:
        """Return the last line that says of a quotation that the program left it out (`[Quoted text hidden]`), or None."""
        index = self._lines.firsts.rfind("[", start, stop)
        while index >= 0 and not self._hidden.match(self._lines.stripped[index]):
            index = self._lines.firsts.rfind("[", start, index)
        return index if index >= 0 else None

    def _add_body(self, parts: list[Part], start: int, stop: int, depth: int) -> None:
        """Add body parts; lines behind more `>` than the header has are quoted words of a message without header."""
        hidden = self._hidden_quotation(start, stop)
        if hidden is not None:
            self._add_body(parts, start, hidden, depth)
            parts.append(Part("quote-marker", hidden, hidden, "quotation-hidden"))
            start = hidden + 1
        own = self._own.lines.between(start, stop)
        if own and not self._lines.quotes and not self._own.any_mobile(own):
            parts.append(Part("body", own[0], own[-1], "own-words"))
            return
        firsts = self._lines.firsts
        run: tuple[str, int, int] | None = None
        for index in own:
            marked = (firsts[index] == ">" and ">" in self._lines.shown[index][:20]) or index in self._lines.overflow
            deeper = marked and self._lines.quote_depth(index) > depth
            kind = "other" if deeper else "signature" if self._own.is_mobile(index) else "body"
            if run and run[0] == kind:
                run = (kind, run[1], index)
                continue
            self._close(parts, run)
            run = (kind, index, index)
        self._close(parts, run)

    @staticmethod
    def _close(parts: list[Part], run: tuple[str, int, int] | None) -> None:
        if run:
            rule = {"other": "quoted-lines", "signature": "signature-mobile"}.get(run[0], "own-words")
            parts.append(Part(run[0], run[1], run[2], rule))
