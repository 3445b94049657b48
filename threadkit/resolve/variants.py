"""Tell where two copies of one message differ in words, or one masks what another shows."""

from __future__ import annotations

from collections.abc import Sequence

from threadkit.records import Occurrence
from threadkit.resolve.aligning import MASK
from threadkit.resolve.bodies import BodyReader
from threadkit.resolve.differences import Copy, Differences
from threadkit.resolve.messages import Draft
from threadkit.resolve.names import NameReader
from threadkit.words import Words

ENDING, UNREAD, LINES = "variant-ending", "variant-long", "variant-lines"
RULES = ("variant-words", "variant-mask", "variant-recipients", ENDING, UNREAD, LINES)
#: By these the copies may differ, and may as well not.
POSSIBLE = (ENDING, UNREAD, LINES)

SHOWN_WORDS = 12
LONGEST = 5000


class VariantFinder:
    """Compares the copies of a message with its fullest one."""

    def __init__(self, bodies: BodyReader, differences: Differences, reader: NameReader, words: Words) -> None:
        self._cut_lists = words.any_of("cut-list")
        self._bodies = bodies
        self._differences = differences
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
            return UNREAD, f"{len(a)} words and {len(b)} words"
        copies = Copy(full.body, full.signature), Copy(other.body, other.signature)
        changes = self._differences.between(*copies)
        if not changes:
            edges = self._differences.at_edges(*copies)
            return (ENDING, f"« {self._shown(edges[-1].old or edges[-1].new)} »") if edges else None
        if self._differences.is_ending(changes, *copies):
            return ENDING, f"« {self._shown(changes[-1].old or changes[-1].new)} »"
        masked = [change for change in changes if change.kind in ("masked", "shown")]
        first = (masked or changes)[0]
        detail = f"« {self._shown(first.old)} » / « {self._shown(first.new)} »" + (f" (+{len(changes) - 1})" if len(changes) > 1 else "")
        if self._differences.are_lines_apart(changes, *copies):
            return LINES, detail
        return ("variant-mask" if masked else "variant-words"), detail

    def added_between(self, full: Occurrence, other: Occurrence) -> str:
        """Return the words that another copy alone has, between words of both, where it has all others: "" where it differs in anything else."""
        copies = Copy(full.body, full.signature), Copy(other.body, other.signature)
        if max(len(copy.body) for copy in copies) > LONGEST * 8 or not self._bodies.words(full.body):
            return ""
        changes = self._differences.between(*copies)
        whole = full.body.rstrip()
        if not changes or any(change.kind != "added" or not 0 < change.old_start < len(whole) for change in changes):
            return ""
        return f"« {self._shown(changes[0].new)} »" + (f" (+{len(changes) - 1})" if len(changes) > 1 else "")

    def _shown(self, text: str) -> str:
        """Return the first words of a text, each mask as one bracket."""
        words = ["[…]" if word == MASK else word for word in self._differences.words(text)]
        return " ".join(words[:SHOWN_WORDS]) + (" …" if len(words) > SHOWN_WORDS else "")

    def _only_end(self, long: Sequence[str], short: Sequence[str], signature: str) -> bool:
        """Tell whether the longer words only go on with what the other copy holds as signature."""
        if len(long) <= len(short) or long[: len(short)] != short:
            return False
        return set(long[len(short) :]) <= set(self._bodies.words(signature))

    def _recipients_left_out(self, full: Occurrence, other: Occurrence) -> str:
        """Return the names that one copy prints in a field and the other, which prints the field, leaves out."""
        for field in ("to", "cc"):
            a, b = self._people(full, field), self._people(other, field)
            if a and b and len(a) != len(b):
                more, fewer = (a, b) if len(a) > len(b) else (b, a)
                if fewer.keys() <= more.keys() and not self._says_it_is_cut(full if fewer is a else other, field):
                    return f"{field}: {'; '.join(more[k] for k in more if k not in fewer)}"
        return ""

    def _says_it_is_cut(self, occurrence: Occurrence, field: str) -> bool:
        """Say whether a copy prints that its list goes on (`Roy, Paul [...]`): it leaves nobody out unseen."""
        return any(item.field == field and self._cut_lists.search(item.text) for item in occurrence.fields)

    def _people(self, occurrence: Occurrence, field: str) -> dict[str, str]:
        people = {}
        for use in occurrence.mailboxes:
            if use.field == field:
                form = self._reader.read(use.mailbox.name)
                people[form.key if form is not None else use.mailbox.email or use.mailbox.text] = use.mailbox.text
        return people
