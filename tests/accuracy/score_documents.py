"""Attached files, and the documents between the messages: their borders, kind, and the attachment that they are."""

from __future__ import annotations

from itertools import combinations

from tests.accuracy.answer import Answer, Document, Id
from tests.accuracy.compare import fold_text
from tests.accuracy.matching import Matching
from tests.accuracy.tally import Outcome, Tally
from tests.accuracy.truth import TrueDocument, Truth

FOUND = 0.8


def score_attachments(truth: Truth, matching: Matching, tally: Tally) -> None:
    """Compare, for each two names of attached files, whether they are names of one file; names apart in both are not counted."""
    given: dict[str, Id] = {}
    for message in matching.found.values():
        for attached in message.attached:
            if truth.group_of(attached.filename):
                given.setdefault(fold_text(attached.filename), attached.attachment)
    for one, other in combinations(sorted(given), 2):
        right, merged = truth.group_of(one) == truth.group_of(other), given[one] == given[other]
        if right:
            tally.note("attachments merged", "right" if merged else "missing", f"{one} and {other} are one file")
        elif merged:
            tally.note("attachments merged", "invented", f"{one} and {other} are two files")


def score_documents(truth: Truth, answer: Answer, tally: Tally) -> None:
    """Compare the documents: found where the spans share 80 % of the lines that they have together.

    In a dump without messages only kind and binding count: nothing but its documents' own sections tells where one ends.
    """
    taken: set[Id] = set()
    for document in truth.documents:
        best = max(answer.documents, key=lambda d: _shared(document.span, d.span), default=None)
        if best is None or not _shared(document.span, best.span):
            best = None
        if truth.messages:
            close = best is not None and _shared(document.span, best.span) >= FOUND * _together(document.span, best.span)
            tally.note(
                "documents", "right" if close else "missing", f"{_name(document)} is {best.span if best else None}", document.span[0]
            )
            taken.update({best.id} if close and best else ())
        if best is not None:
            _score_kind(document, best, tally)
        _score_binding(truth, answer, document, best, tally)
    for got in answer.documents if truth.messages else ():
        if got.id not in taken:
            tally.note("documents", "invented", f"{got.kind} {got.span}", got.span[0])


def _shared(one: tuple[int, int], other: tuple[int, int]) -> int:
    return max(0, min(one[1], other[1]) - max(one[0], other[0]) + 1)


def _together(one: tuple[int, int], other: tuple[int, int]) -> int:
    return max(one[1], other[1]) - min(one[0], other[0]) + 1


def _name(document: TrueDocument) -> str:
    return f"{document.kinds[0]} {document.span}"


def _score_kind(document: TrueDocument, got: Document, tally: Tally) -> None:
    outcome: Outcome = "right" if got.kind in document.kinds else "missing" if got.kind == "unknown" else "wrong"
    tally.note("kind of document", outcome, f"{_name(document)} is {got.kind}", document.span[0])


def _score_binding(truth: Truth, answer: Answer, document: TrueDocument, got: Document | None, tally: Tally) -> None:
    """Compare the attachment that a document is bound to; no binding where there should be none is not counted."""
    if document.is_bound_openly:
        return
    right = set(truth.group_of(document.attachment))
    given = answer.filenames.get(got.attachment, frozenset()) if got is not None and got.attachment is not None else frozenset()
    detail = f"{_name(document)} is {sorted(given) or None} for {document.attachment}"
    if right:
        outcome: Outcome = "missing" if not given else "right" if right & given else "wrong"
        tally.note("documents bound", outcome, detail, document.span[0])
    elif given:
        tally.note("documents bound", "invented", detail, document.span[0])
