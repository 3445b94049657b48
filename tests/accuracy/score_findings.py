"""Findings: which were expected and given, which are missing, which nobody expected."""

from __future__ import annotations

from tests.accuracy.answer import Answer, Finding
from tests.accuracy.compare import fold_text
from tests.accuracy.matching import Matching
from tests.accuracy.tally import Outcome, Tally
from tests.accuracy.truth import TrueFinding, Truth

# Further kinds may be added by threadkit; only these are promised, and judged.
KINDS = frozenset(
    {
        "attachment-not-released",
        "attachment-mentioned-not-named",
        "only-quoted",
        "parent-missing",
        "parent-ambiguous",
        "person-ambiguous",
        "redaction",
        "variant",
        "date-conflict",
        "header-incomplete",
    }
)
# Only of this kind archive.md says when it is certain.
GRADED = "attachment-not-released"
NEAR = 2


def score_findings(truth: Truth, answer: Answer, matching: Matching, tally: Tally) -> None:
    """Compare findings by kind and by what they are about: the attachment, else the message, else the document or the lines.

    Several rows about one thing count once. A finding about an invented message is no mistake of its own.
    """
    kinds = KINDS if truth.findings_kinds is None else truth.findings_kinds
    given = [finding for finding in answer.findings if finding.kind in kinds]
    fitting = {n: [f for f in truth.findings if fits(answer, matching, f, got)] for n, got in enumerate(given)}
    lines = {message.key: message.line for message in truth.messages}
    for finding in truth.findings:
        rows = [given[n] for n, expected in fitting.items() if finding in expected]
        line = finding.line or (lines[finding.message] if finding.message else None)
        if not finding.optional:
            tally.note("findings", "right" if rows else "missing", name_finding(finding), line)
        if rows and finding.kind == GRADED and finding.certainty and not finding.optional:
            outcome: Outcome = "right" if rows[0].certainty == finding.certainty else "wrong"
            tally.note("certainty of findings", outcome, f"{name_finding(finding)} is {rows[0].certainty}", line)
    _note_invented(answer, matching, [got for n, got in enumerate(given) if not fitting[n]], tally)


def fits(answer: Answer, matching: Matching, right: TrueFinding, got: Finding) -> bool:
    """Tell whether a finding of the archive is the expected one."""
    if right.kind != got.kind:
        return False
    if right.kind == GRADED:
        return got.attachment is not None and fold_text(right.attachment) in answer.filenames[got.attachment]
    if right.message is not None:
        return got.message is not None and matching.keys.get(got.message) == right.message
    return right.line is not None and _is_near(answer, right.line, got)


def _is_near(answer: Answer, line: int, got: Finding) -> bool:
    document = next((d.span for d in answer.documents if d.id == got.document), None)
    if got.span is not None and got.span[0] - NEAR <= line <= got.span[1] + NEAR:
        return True
    return document is not None and document[0] <= line <= document[1]


def _note_invented(answer: Answer, matching: Matching, rows: list[Finding], tally: Tally) -> None:
    seen = set()
    for got in rows:
        key = matching.keys.get(got.message) if got.message is not None else None
        if got.message is not None and key is None:
            continue
        about = (got.kind, got.message, got.attachment, got.document or got.span)
        if about not in seen:
            seen.add(about)
            names = sorted(answer.filenames.get(got.attachment, ())) if got.attachment is not None else []
            detail = " ".join([got.kind, got.certainty, key or "", *names]).strip()
            tally.note("findings", "invented", detail, got.span[0] if got.span else None)


def name_finding(finding: TrueFinding) -> str:
    """Return a finding as a mistake names it."""
    return " ".join(filter(None, (finding.kind, finding.certainty, finding.message, finding.attachment)))
