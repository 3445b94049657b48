"""The conditions of one search as pieces of `sql/search.sql`, put together so that the rarest is looked up first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from threadkit.archive.search_conditions import ASKED
from threadkit.browse.questions import Question, load_questions, tables_read

__all__ = ["Plan"]

#: A condition that more messages meet is asked of each hit.
_FEW = 300_000
#: Where the messages that meet a condition have to be fetched one by one to know their rows, fewer are worth it.
_FEW_FETCHED = 60_000
_FETCHED = {"to", "copied", "recipient", "dates", "attachment", "source"}
#: Without words, senders and dates are found in an index of messages, these are not.
_WITHOUT_INDEX = {"to", "copied", "recipient", "attachment", "source"}


@dataclass(slots=True)
class Plan:
    """The words to match, the conditions by name with how many messages meet each, and the values of all."""

    match: str | None
    conditions: dict[str, int] = field(default_factory=dict)
    values: dict[str, object] = field(default_factory=dict)

    def add(self, condition: str, amount: int, **values: object) -> None:
        """Add a condition that `amount` messages meet."""
        self.conditions[condition] = amount
        self.values |= values

    def question(self, name: str, *, rarest_first: bool) -> Question:
        """Return a question of `sql/search.sql` with the conditions filled in; the rarest as the rows that meet it, where that is quick."""
        rarest = self._rarest() if rarest_first else None
        pieces = [f"if_few_{each}" if each == rarest else f"if_{each}" for each in self.conditions]
        return _filled(name, pieces, "+f.rowid" if self.match else "m.search_row")

    def of_documents(self) -> Question:
        """Return the question for documents: a source is all that can be asked of them."""
        return _filled("document_hits", ["if_document_source"] if "source" in self.conditions else [], "")

    def _rarest(self) -> str | None:
        few = {name: amount for name, amount in self.conditions.items() if amount < (_FEW_FETCHED if name in _FETCHED else _FEW)}
        ranked = sorted((amount, name) for name, amount in few.items() if self.match or name in _WITHOUT_INDEX)
        return ranked[0][1] if ranked else None


def _filled(name: str, pieces: Sequence[str], row: str) -> Question:
    known = load_questions()
    base = known[f"search.{name}"]
    conditions = " ".join(_piece(piece) for piece in pieces).replace("{row}", row)
    return Question(base.name, base.sql.replace("{conditions}", conditions), base.tables | tables_read(conditions))


def _piece(name: str) -> str:
    asked = ASKED.get(name.removeprefix("if_"))
    return load_questions()[f"search.{name}"].sql if asked is None else f"AND {asked}"
