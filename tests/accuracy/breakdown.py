"""Where the mistakes are: by the layouts in which a message is printed, and by the damage that touched it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from tests.accuracy.tally import Tally
from tests.accuracy.truth import Truth

Breakdown = Counter[tuple[str, str, str]]
MESSAGES = "messages"
FIGURES = {
    "missed": (("messages", "missing"), ("occurrences", "missing")),
    "standing": (("standing", "wrong"),),
    "sender": (("sender name", "wrong"), ("sender name", "missing"), ("sender address", "wrong"), ("sender address", "missing")),
    "time": (("time", "missing"),),
    "time!": (("time", "wrong"),),
    "subject": (("subject", "wrong"), ("subject", "missing")),
    "to, cc": (("recipients", "wrong"), ("recipients", "missing"), ("copies", "wrong"), ("copies", "missing")),
    "files": (("attachment lists", "wrong"), ("attachment lists", "missing")),
    "parent": (("parents", "missing"),),
    "parent!": (("parents", "wrong"), ("parents", "invented")),
    "bodies": (("whole bodies", "wrong"), ("whole bodies", "missing")),
}
_COLUMN = {outcome: column for column, outcomes in FIGURES.items() for outcome in outcomes}


def break_down(truth: Truth, tally: Tally) -> Breakdown:
    """Count the mistakes of one dump by layout and damage: axis, name, column -> messages.

    A mistake about a message counts for each of its layouts and damages, one about a place for those of the place.
    """
    counts: Breakdown = Counter()
    names: dict[int, set[tuple[str, str]]] = {}
    for message in truth.messages:
        places = list(zip(message.places, message.layouts, message.damages, strict=True))
        every = {("layout", layout) for _, layout, _ in places} | {("damage", kind) for _, _, kinds in places for kind in kinds}
        for (line, _), layout, kinds in places:
            names[line] = {("layout", layout), *(("damage", kind) for kind in kinds)}
        names[-message.line] = every
        counts.update((*name, MESSAGES) for name in every)
    for mistake in tally.mistakes:
        column = _COLUMN.get((mistake.figure, mistake.outcome))
        if column is not None:
            of_place = mistake.figure == "occurrences"
            counts.update((*name, column) for name in names.get(mistake.line if of_place else -mistake.line, names.get(mistake.line, ())))
    return counts


def write_breakdown(breakdowns: Mapping[str, Breakdown]) -> Iterator[str]:
    """Yield the tables: mistakes for each hundred messages that are printed so."""
    for corpus, counts in breakdowns.items():
        for axis in ("layout", "damage"):
            names = sorted({name for which, name, _ in counts if which == axis})
            if names:
                yield f"\n{corpus}, by {axis}: messages, and mistakes for each hundred of them\n{'':22}{MESSAGES:>9}" + "".join(
                    f"{c:>9}" for c in FIGURES
                )
            for name in names:
                whole = counts[axis, name, MESSAGES]
                yield f"{name:22}{whole:>9}" + "".join(_cell(counts[axis, name, column], whole) for column in FIGURES)


def _cell(part: int, whole: int) -> str:
    return f"{100 * part / whole:>9.2f}" if part else f"{'.':>9}"
