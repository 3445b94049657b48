"""The audit of releases with known gaps in exchanges and texts: which it tells, and what else it tells of these kinds."""

from __future__ import annotations

from collections.abc import Sequence

from tests.accuracy.compare import fold_text
from tests.accuracy.tally import Tally
from tests.accuracy.told import Told
from tests.accuracy.truth import Planted, Truth

KNOWN = "gaps-known"
KINDS = ("one-sided", "copied-only", "silence", "attachment-partly-released")
_OPEN = "perhaps-"


def is_known(truth: Truth) -> bool:
    """Tell whether all gaps of these kinds are known."""
    return any(item.kind == KNOWN for item in truth.planted)


def score_gaps(truth: Truth, points: Sequence[Told], tally: Tally) -> None:
    """Compare the points of these kinds with what was planted; what a reader may tell or leave is neither missed nor invented."""
    for item in truth.planted:
        if item.kind in KINDS:
            found = any(_answers(item, told) for told in points)
            tally.note(f"audit, {item.kind}", "right" if found else "missing", f"{item.message or ''} {item.words}", item.line)
            tally.count("gaps", "right" if found else "missing")
    for told in points:
        if told.kind in KINDS:
            fitting = [item for item in truth.planted if item.kind.removeprefix(_OPEN) == told.kind and _answers(item, told)]
            # A conversation may pause of itself: of silences only the planted ones are known.
            if (not fitting and told.kind != "silence") or any(item.kind == told.kind for item in fitting):
                tally.note("gaps told", "right" if fitting else "invented", f"{told.kind} {told.detail}", told.line)


def _answers(item: Planted, told: Told) -> bool:
    if item.kind.removeprefix(_OPEN) != told.kind:
        return False
    if item.message is not None:
        return item.message == told.message
    if told.kind == "attachment-partly-released":
        return fold_text(told.detail.partition("|")[0]) == fold_text(item.words)
    said = fold_text(told.detail).casefold()
    return all(fold_text(name).casefold() in said for name in item.words.split("|"))
