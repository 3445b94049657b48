"""The figures of the table: how each is computed from a tally, in the order in which they are printed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from tests.accuracy.tally import Tally

Figures = dict[str, float]
LINE_KINDS = ("header", "body", "signature", "disclaimer", "document", "furniture", "quote-marker")

AUDITED = (
    "attachment-not-released", "parent-missing", "only-quoted", "attachment-mentioned-not-named", "mail-spoken-of", "talk-spoken-of",
    "enclosures", "visible masks", "silent masks", "variant-masked", "variant-altered", "attachment-partly-released", "one-sided", "copied-only",
    "silence",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the table: a percentage, of which more is better, or a count of mistakes, of which fewer is better."""

    name: str
    compute: Callable[[Tally], float | None]
    is_count: bool = False
    is_rate: bool = False

    @property
    def is_lower_better(self) -> bool:
        """Tell whether it counts mistakes, whole or for a thousand messages."""
        return self.is_count or self.is_rate

    def is_worse(self, now: float, before: float) -> bool:
        """Tell whether a figure is worse than it was."""
        return now > before if self.is_lower_better else now < before


def percent(share: float) -> float:
    """Return a share as a percentage of two decimals, rounded; only what is whole is 100.

    >>> percent(0.99996), percent(0.998756), percent(1.0)
    (99.99, 99.88, 100.0)
    """
    return 100.0 if share >= 1 else min(round(share * 100, 2), 99.99)


def _share(part: float, whole: float) -> float | None:
    return percent(part / whole) if whole else None


def _rate(figure: str, tally: Tally) -> float | None:
    return _share(tally.of(figure, "right"), tally.of(figure, "right", "wrong", "missing", "invented"))


def _precision(figure: str, tally: Tally) -> float | None:
    return _share(tally.of(figure, "right"), tally.of(figure, "right", "wrong", "invented"))


def _recall(figure: str, tally: Tally) -> float | None:
    return _share(tally.of(figure, "right"), tally.of(figure, "right", "wrong", "missing"))


def _f1(figure: str, tally: Tally) -> float | None:
    given, expected = tally.of(figure, "right", "wrong", "invented"), tally.of(figure, "right", "wrong", "missing")
    return _share(2 * tally.of(figure, "right"), given + expected)


def _b_cubed(what: str, tally: Tally) -> float | None:
    return _share(tally.sums[f"people {what}"], tally.sums["mentions"])


def _b_cubed_f1(tally: Tally) -> float | None:
    precision, recall = tally.sums["people precision"], tally.sums["people recall"]
    return percent(2 * precision * recall / (precision + recall) / tally.sums["mentions"]) if precision + recall else None


def _wrong(figures: tuple[str, ...], tally: Tally) -> float:
    return sum(tally.of(figure, "wrong", "invented") for figure in figures)


def _missing(figures: tuple[str, ...], tally: Tally) -> float:
    return sum(tally.of(figure, "missing") for figure in figures)


def _for_a_thousand(figure: str, tally: Tally) -> float | None:
    messages = tally.of("audited messages", "right")
    return percent(10 * tally.of(figure, "invented") / messages) if messages else None


def _audit() -> Iterator[Figure]:
    """Yield the figures of the audit: what it calls certain, what it finds of all gaps, and of each kind."""
    yield Figure("certain findings: precision", partial(_precision, "certain findings"))
    yield Figure("audit, certain points: precision", partial(_precision, "certain points"))
    yield Figure("audit, all gaps: recall", partial(_recall, "gaps"))
    for name in AUDITED:
        yield Figure(f"audit, {name}: recall", partial(_recall, f"audit, {name}"))
    for name in ("visible masks told", "silent masks told", "gaps told"):
        yield Figure(f"audit, {name}: precision", partial(_precision, name))
    yield Figure("audit, false alarms in 1,000", partial(_for_a_thousand, "false alarms"), is_rate=True)


def _rates(*names: str) -> Iterator[Figure]:
    for name in names:
        yield Figure(name, partial(_rate, name))


def _scores(name: str) -> Iterator[Figure]:
    yield Figure(f"{name}: precision", partial(_precision, name))
    yield Figure(f"{name}: recall", partial(_recall, name))
    yield Figure(f"{name}: F1", partial(_f1, name))


def _mistakes(name: str, *figures: str) -> Iterator[Figure]:
    yield Figure(f"{name}: wrong", partial(_wrong, figures or (name,)), is_count=True)
    yield Figure(f"{name}: missing", partial(_missing, figures or (name,)), is_count=True)


FIGURES: tuple[Figure, ...] = (
    *_scores("messages"),
    Figure("messages: invented", partial(_wrong, ("messages",)), is_count=True),
    Figure("occurrences: F1", partial(_f1, "occurrences")),
    *_rates("complete messages", "sender name", "sender address", "on behalf of", "time", "subject", "recipients", "copies"),
    *_rates("attachment lists", "kind of message", "standing", "relation"),
    *_scores("parents"),
    *_mistakes("parents"),
    *_scores("threads"),
    Figure("people: precision", partial(_b_cubed, "precision")),
    Figure("people: recall", partial(_b_cubed, "recall")),
    Figure("people: F1", _b_cubed_f1),
    *_rates("namesakes left open", "kind of person"),
    Figure("attachments merged: F1", partial(_f1, "attachments merged")),
    Figure("words in bodies: F1", partial(_f1, "words in bodies")),
    *_rates("whole bodies", "words of the body", "words of others", "lines", *(f"lines of {kind}" for kind in LINE_KINDS)),
    *_scores("documents"),
    *_rates("kind of document"),
    Figure("documents bound: F1", partial(_f1, "documents bound")),
    *_mistakes("documents bound"),
    *_scores("findings"),
    Figure("findings: invented", partial(_wrong, ("findings",)), is_count=True),
    *_rates("certainty of findings"),
    *_mistakes("sender"),
    *_mistakes("time"),
    *_mistakes("sender, time or parent", "sender", "time", "parents"),
    *_audit(),
)
BY_NAME = {figure.name: figure for figure in FIGURES}


def compute_figures(tally: Tally) -> Figures:
    """Return every figure that the tally has anything to say of."""
    values = {figure.name: figure.compute(tally) for figure in FIGURES}
    return {name: value for name, value in values.items() if value is not None}
