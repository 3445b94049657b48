"""The audit: which gaps, masks and alterations it tells, and whether what it calls certain is so."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from tests.accuracy.answer import Answer, Finding
from tests.accuracy.matching import Matching
from tests.accuracy.score_findings import KINDS, NEAR, fits, name_finding
from tests.accuracy.score_gaps import is_known, score_gaps
from tests.accuracy.tally import Tally
from tests.accuracy.told import Told
from tests.accuracy.truth import Planted, TrueFinding, Truth
from threadkit.audit.auditing import audit_archive
from threadkit.words import load_words

CERTAIN = "certain"
#: Points that are of the findings which the truth of every dump holds; a parent that is open is told in its own way.
RECORDED = frozenset({"attachment-not-released", "parent-missing", "only-quoted"})
#: Points whose truth is what was planted.
PLANTED = frozenset(
    {"variant-altered", "variant-masked", "mail-spoken-of", "talk-spoken-of", "attachment-mentioned-not-named", "enclosures"}
)
MASKS = {"mask": "visible masks", "silent-mask": "silent masks", "unprinted-number": "silent masks"}


def score_certainty(truth: Truth, answer: Answer, matching: Matching, tally: Tally) -> None:
    """Compare the findings that are certain with those that a reader expects: the certain ones that no reader would deny."""
    kinds = KINDS if truth.findings_kinds is None else truth.findings_kinds
    seen: set[object] = set()
    for got in answer.findings:
        about = (got.kind, got.message, got.attachment, got.document or got.span)
        if got.kind in kinds and got.certainty == CERTAIN and about not in seen and (got.message is None or got.message in matching.keys):
            seen.add(about)
            found = [right for right in truth.findings if fits(answer, matching, right, got)]
            if not found or not all(right.optional for right in found):
                is_right = any(right.certainty in (None, CERTAIN) for right in found)
                tally.note("certain findings", "right" if is_right else "invented", f"{got.kind} {_key(matching, got)}", _line(got))


def _key(matching: Matching, got: Finding) -> str:
    return (matching.keys.get(got.message) if got.message is not None else None) or ""


def _line(got: Finding) -> int | None:
    return got.span[0] if got.span else None


def score_audit(truth: Truth, archive: Path, matching: Matching, tally: Tally) -> None:
    """Compare the audit of a dump with what was planted in it; of a dump read by hand, with the gaps that its reader found."""
    if not truth.planted:
        if truth.findings_kinds is None and _is_whole(archive):
            points, _ = _read_audit(archive, matching)
            _score_recorded(truth, [p for p in points if p.kind in RECORDED], tally)
        return
    if is_known(truth):
        score_gaps(truth, _read_audit(archive, matching)[0], tally)
        return
    tally.counts["audited messages", "right"] += len(matching.found)
    score_told(truth, *_read_audit(archive, matching), tally)


def _is_whole(archive: Path) -> bool:
    """Tell whether an archive has all that an audit reads: one made to hold a truth alone has not."""
    with closing(sqlite3.connect(archive)) as connection:
        return connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'occurrence_rows'").fetchone() is not None


def score_told(truth: Truth, points: list[Told], masks: list[Told], tally: Tally) -> None:
    """Compare the points and the masks that an audit tells with what was planted."""
    _score_recorded(truth, [p for p in points if p.kind in RECORDED], tally)
    _score_planted(truth, [p for p in points if p.kind in PLANTED], tally)
    _score_masks(truth, masks, tally)
    for point in points:
        if point.kind == "header-incomplete" and point.certainty == CERTAIN:
            _certain(tally, point, is_right=False)


def _read_audit(archive: Path, matching: Matching) -> tuple[list[Told], list[Told]]:
    with closing(sqlite3.connect(archive)) as connection:
        audit = audit_archive(connection, load_words())

    def key(message_id: int | None) -> str | None:
        return matching.keys.get(message_id) or matching.copies.get(message_id) if message_id is not None else None

    points = [
        Told(p.kind, p.certainty, key(p.message_id), p.place.first_line if p.place else None, f"{p.about.filename or ''}|{p.detail}")
        for p in audit.points
    ]
    masks = [Told(r.kind, r.certainty, key(r.message_id), r.place.first_line if r.place else None, r.text) for r in audit.ledger.redactions]
    return points, masks


def _certain(tally: Tally, told: Told, *, is_right: bool) -> None:
    """Count a certain point or mask."""
    detail = f"{told.kind} {told.message or ''} {told.detail}"
    tally.note("certain points", "right" if is_right else "invented", detail, told.line)


def _gap(tally: Tally, figure: str, is_found: bool, detail: str, line: int | None) -> None:
    """Count something that an audit must tell, under its own figure and among all."""
    tally.note(figure, "right" if is_found else "missing", detail, line)
    tally.count("gaps", "right" if is_found else "missing")


def _score_recorded(truth: Truth, points: list[Told], tally: Tally) -> None:
    lines = {message.key: message.line for message in truth.messages}
    doubtful = {item.message for item in truth.planted if item.kind == "doubtful-original"}
    for right in truth.findings:
        if right.kind in RECORDED and not right.optional and not (right.kind == "parent-missing" and right.message in doubtful):
            found = any(_tells(truth, right, told) for told in points)
            _gap(tally, f"audit, {right.kind}", found, name_finding(right), lines.get(right.message or ""))
    for told in points:
        fitting = [right for right in truth.findings if _tells(truth, right, told)]
        if told.certainty == CERTAIN and told.message is not None and (not fitting or not all(right.optional for right in fitting)):
            _certain(tally, told, is_right=bool(fitting))


def _tells(truth: Truth, right: TrueFinding, told: Told) -> bool:
    if right.kind != told.kind:
        return False
    if right.kind == "attachment-not-released":
        return told.detail.partition("|")[0].casefold() in {name.casefold() for name in truth.group_of(right.attachment)} or (
            truth.group_of(told.detail.partition("|")[0]) == truth.group_of(right.attachment) != ()
        )
    return told.message == right.message


def _score_planted(truth: Truth, points: list[Told], tally: Tally) -> None:
    wanted = [item for item in truth.planted if item.kind in PLANTED]
    # A copy that is masked and altered is told once, as altered.
    altered = {item.message for item in wanted if item.kind == "variant-altered"}
    for item in wanted:
        found = any(_answers(item, told, altered) for told in points)
        _gap(tally, f"audit, {item.kind}", found, f"{item.message or ''} {item.words}", item.line or _line_of(truth, item.message))
    for told in points:
        is_right = any(_answers(item, told, altered) for item in wanted)
        if told.certainty == CERTAIN and (told.message is not None or told.kind == "enclosures"):
            _certain(tally, told, is_right=is_right)
        if told.kind == "variant-altered" and not is_right:
            tally.note("false alarms", "invented", f"{told.message or '?'} {told.detail}", told.line)


def _answers(item: Planted, told: Told, altered: Iterable[str | None]) -> bool:
    if item.kind == "enclosures":
        return told.kind == item.kind and item.words in told.detail
    kinds = {item.kind, "variant-altered"} if item.kind == "variant-masked" and item.message in altered else {item.kind}
    return told.kind in kinds and told.message == item.message


def _score_masks(truth: Truth, masks: list[Told], tally: Tally) -> None:
    wanted = [item for item in truth.planted if item.kind in MASKS]
    bare = {item.message for item in truth.planted if item.kind == "bare-label"}
    for item in wanted:
        found = any(_covers(item, told) for told in masks)
        _gap(tally, f"audit, {MASKS[item.kind]}", found, f"{item.message} {item.words}", item.line)
    for told in masks:
        is_right = any(_covers(item, told) for item in wanted) or told.line in _letter_lines(truth)
        is_right = is_right or (told.kind == "silent" and told.message in bare)
        kind = "silent" if told.kind == "silent" else "visible"
        tally.note(f"{kind} masks told", "right" if is_right else "invented", f"{told.message or ''} {told.detail}", told.line)
        if told.certainty == CERTAIN:
            _certain(tally, told, is_right=is_right)


def _covers(item: Planted, told: Told) -> bool:
    is_silent = item.kind != "mask"
    near = item.line is not None and told.line is not None and abs(item.line - told.line) <= NEAR
    return near and (told.kind == "silent") == is_silent


def _letter_lines(truth: Truth) -> Iterator[int]:
    for document in truth.documents:
        yield from range(document.span[0], document.span[1] + 1)


def _line_of(truth: Truth, key: str | None) -> int | None:
    return next((message.line for message in truth.messages if message.key == key), None)
