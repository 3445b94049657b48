"""Score one archive against the truth: each module measures its part and counts it in one tally."""

from __future__ import annotations

from pathlib import Path

from tests.accuracy.answer import read_answer
from tests.accuracy.matching import match_messages
from tests.accuracy.score_audit import score_audit, score_certainty
from tests.accuracy.score_documents import score_attachments, score_documents
from tests.accuracy.score_fields import score_fields
from tests.accuracy.score_findings import score_findings
from tests.accuracy.score_lines import score_lines
from tests.accuracy.score_links import score_parents, score_threads
from tests.accuracy.score_people import score_people
from tests.accuracy.tally import Tally
from tests.accuracy.truth import Truth


def score(truth: Truth, archive: Path) -> Tally:
    """Measure an archive that holds the truth's dump and nothing else."""
    tally, answer = Tally(), read_answer(archive)
    matching = match_messages(truth, answer, tally)
    score_fields(truth, matching, tally)
    score_parents(truth, matching, tally)
    score_threads(truth, matching, tally)
    score_people(truth, answer, matching, tally)
    score_attachments(truth, matching, tally)
    score_documents(truth, answer, tally)
    score_findings(truth, answer, matching, tally)
    score_certainty(truth, answer, matching, tally)
    score_audit(truth, archive, matching, tally)
    score_lines(truth, answer, tally)
    return tally
