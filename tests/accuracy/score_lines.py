"""Lines: header, body, signature, disclaimer, document, furniture, quote mark."""

from __future__ import annotations

from tests.accuracy.answer import Answer
from tests.accuracy.tally import Outcome, Tally
from tests.accuracy.truth import Truth


def score_lines(truth: Truth, answer: Answer, tally: Tally) -> None:
    """Compare the kind of each line that is not blank.

    A line is right where its segments have one right kind, beside which there may be furniture (a page number in a line of text).
    """
    for line, right in sorted(truth.lines.items()):
        given = answer.lines.get(line, frozenset())
        outcome: Outcome = "right" if given - {"furniture"} <= set(right) and given & set(right) else "wrong" if given else "missing"
        detail = f"{'+'.join(sorted(given)) or 'nothing'} for {'/'.join(right)}"
        tally.note("lines", outcome, detail, line)
        if len(right) == 1:
            tally.count(f"lines of {right[0]}", outcome)
