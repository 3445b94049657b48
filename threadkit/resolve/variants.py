"""Tell where two copies of one message differ in words, or one masks what another shows."""

from __future__ import annotations

from collections.abc import Sequence

from threadkit.records import Occurrence
from threadkit.resolve.aligning import MASK, Aligner
from threadkit.resolve.bodies import BodyReader
from threadkit.resolve.messages import Draft
from threadkit.resolve.names import NameReader

ENDING = "variant-ending"
RULES = ("variant-words", "variant-mask", "variant-recipients", ENDING)

SHOWN_WORDS = 12
LONGEST = 5000
SIGNED_LINES = 4
SIGNED_WORDS = 5


class VariantFinder:
    """Compares the copies of a message with its fullest one."""

    def __init__(self, bodies: BodyReader, aligner: Aligner, reader: NameReader) -> None:
        self._bodies = bodies
        self._aligner = aligner
        self._reader = reader

    def find(self, draft: Draft) -> tuple[Occurrence, str, str] | None:
        """Return (the copy that differs, rule, what differs), None where the copies say the same.

        Not told as a variant: signature or disclaimer in one copy only, a copy without words, fields that a layout never prints.
        """
        fullest = draft.fullest
        for other in sorted(draft.occurrences[1:], key=lambda o: o.id):
            if other.body_print != fullest.body_print and other.body_print and fullest.body_print:
                found = self._compare(fullest, other)
                if found is not None:
                    return other, *found
        for other in sorted(draft.occurrences[1:], key=lambda o: o.id):
            if detail := self._recipients_left_out(fullest, other):
                return other, "variant-recipients", detail
        return None

    def _compare(self, full: Occurrence, other: Occurrence) -> tuple[str, str] | None:
        a, b = self._bodies.words(full.body), self._bodies.words(other.body)
        if a == b or self._only_end(a, b, other.signature) or self._only_end(b, a, full.signature):
            return None
        if len(a) > LONGEST or len(b) > LONGEST:
            return "variant-words", f"{len(a)} words and {len(b)} words"
        changes = self._aligner.changes(full.body, other.body)
        if not changes:
            return None
        if self._is_ending(a, b, full) or self._is_ending(b, a, other):
            added = full.body if len(a) > len(b) else other.body
            return ENDING, f"« {self._shown(_last_words(added, abs(len(a) - len(b)), self._bodies))} »"
        masked = [change for change in changes if change.kind in ("masked", "shown")]
        first = (masked or changes)[0]
        detail = f"« {self._shown(first.old)} » / « {self._shown(first.new)} »" + (f" (+{len(changes) - 1})" if len(changes) > 1 else "")
        return ("variant-mask" if masked else "variant-words"), detail

    def _shown(self, text: str) -> str:
        """Return the first words of a text, each mask as one bracket."""
        words = ["[…]" if word == MASK else word for word in self._aligner.words(text)]
        return " ".join(words[:SHOWN_WORDS]) + (" …" if len(words) > SHOWN_WORDS else "")

    def _only_end(self, long: Sequence[str], short: Sequence[str], signature: str) -> bool:
        """Tell whether the longer words only go on with what the other copy holds as signature."""
        if len(long) <= len(short) or long[: len(short)] != short:
            return False
        return set(long[len(short) :]) <= set(self._bodies.words(signature))

    def _is_ending(self, long: Sequence[str], short: Sequence[str], copy: Occurrence) -> bool:
        """Tell whether the longer words only go on at the end, in a copy that is signed: they may stand below the signature, or be one."""
        if len(long) <= len(short) or long[: len(short)] != short or not short or MASK in long[len(short) :]:
            return False
        lines = _last_words(copy.body, len(long) - len(short), self._bodies).splitlines()
        return bool(copy.signature) or _is_sign_off(lines)

    def _recipients_left_out(self, full: Occurrence, other: Occurrence) -> str:
        """Return the names that one copy prints in a field and the other, which prints the field, leaves out."""
        for field in ("to", "cc"):
            a, b = self._people(full, field), self._people(other, field)
            if a and b and len(a) != len(b):
                more, fewer = (a, b) if len(a) > len(b) else (b, a)
                if fewer.keys() <= more.keys():
                    return f"{field}: {'; '.join(more[k] for k in more if k not in fewer)}"
        return ""

    def _people(self, occurrence: Occurrence, field: str) -> dict[str, str]:
        people = {}
        for use in occurrence.mailboxes:
            if use.field == field:
                form = self._reader.read(use.mailbox.name)
                people[form.key if form is not None else use.mailbox.email or use.mailbox.text] = use.mailbox.text
        return people


def _last_words(body: str, count: int, bodies: BodyReader) -> str:
    """Return the last lines of a body that hold as many words."""
    lines = body.splitlines()
    start = len(lines)
    while start and len(bodies.words("\n".join(lines[start:]))) < count:
        start -= 1
    return "\n".join(lines[start:])


def _is_sign_off(lines: Sequence[str]) -> bool:
    """Tell whether lines look like a name with its title: few, none a sentence, the last of capitalised words."""
    told = [line.strip() for line in lines if line.strip()]
    last = told[-1].split() if told else []
    is_name = 1 < len(last) <= SIGNED_WORDS and all(word[0].isupper() for word in last)
    return is_name and len(told) <= SIGNED_LINES and not any(line.endswith((".", "!", "?")) for line in told)
