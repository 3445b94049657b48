"""Each field of each message found: exact or not, and whether what is not exact is wrong or only missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from tests.accuracy.answer import Box, Message
from tests.accuracy.compare import fold_address, fold_box, fold_text, judge
from tests.accuracy.matching import Matching
from tests.accuracy.tally import Outcome, Tally
from tests.accuracy.truth import TrueBody, TrueMessage, Truth

# A message with all of these right is complete. Sender is its name and its address.
WHOLE = (
    "sender name",
    "sender address",
    "time",
    "subject",
    "recipients",
    "copies",
    "attachment lists",
    "words of the body",
    "words of others",
    "whole bodies",
)


def score_fields(truth: Truth, matching: Matching, tally: Tally) -> None:
    """Compare the fields of every message found; those of a missed one are not counted again."""
    for message in truth.messages:
        got = matching.found.get(message.key)
        if got is None:
            continue
        one = Tally()
        for part in (_score_time_and_subject, _score_kinds, _score_body, _score_whole_body):
            part(message, got, one)
        for part_with_names in (_score_sender, _score_recipients, _score_attachment_list):
            part_with_names(truth, message, got, one)
        whole = not any(one.of(figure, "wrong", "missing") for figure in WHOLE)
        tally.count("complete messages", "right" if whole else "wrong")
        tally.add(one)


def _score_sender(truth: Truth, message: TrueMessage, got: Message, tally: Tally) -> None:
    """Compare the printed author. Two authors for one are a wrong name."""
    given, right = [box for box in got.boxes("from") if truth.is_somebody(box)], message.sender or (None, None)
    name, email = given[0] if given else (None, None)
    of_name = judge(truth.fold_name(name), truth.fold_name(right[0])) if len(given) < 2 else "wrong"
    of_email = judge(fold_address(email), fold_address(right[1]))
    tally.note("sender name", of_name, f"{message.key} has {given or None} for {right[0]!r}", message.line)
    tally.note("sender address", of_email, f"{message.key} has {email!r} for {right[1]!r}", message.line)
    tally.count("sender", next((outcome for outcome in ("wrong", "missing") if outcome in {of_name, of_email}), "right"))
    behalf = [name for name, _ in got.boxes("on-behalf-of")]
    wanted = [message.on_behalf_of] if message.on_behalf_of else []
    outcome = judge([*map(truth.fold_name, behalf)], [*map(truth.fold_name, wanted)])
    tally.note("on behalf of", outcome, f"{message.key} has {behalf} for {wanted}", message.line)


def _score_time_and_subject(message: TrueMessage, got: Message, tally: Tally) -> None:
    time, subject = _judge_time(got.sent_at, message.sent_at), _judge_subject(got.subject, message.subject)
    tally.note("time", time, f"{message.key} has {got.sent_at} for {message.sent_at[0]}", message.line)
    tally.note("subject", subject, f"{message.key} has {got.subject!r} for {message.subject[0]!r}", message.line)


def _judge_time(given: str | None, right: tuple[str | None, ...]) -> Outcome:
    """Compare a time. One that stops short of what is printed (a day without its hour) is missing, not wrong."""
    if given in right:
        return "right"
    return "missing" if given is None or (right[0] or "").startswith(given) else "wrong"


def _judge_subject(given: str | None, right: tuple[str | None, ...]) -> Outcome:
    if given in right or (given is not None and fold_text(given) in [fold_text(one) for one in right if one is not None]):
        return "right"
    return "wrong" if given else "missing"


def _score_recipients(truth: Truth, message: TrueMessage, got: Message, tally: Tally) -> None:
    for figure, role, right in (("recipients", "to", message.to), ("copies", "cc", message.cc)):
        outcome = _judge_boxes(truth, got.boxes(role), right)
        tally.note(figure, outcome, f"{message.key} has {got.boxes(role)} for {[*right]}", message.line)


def _judge_boxes(truth: Truth, got: Iterable[Box], right: Iterable[Box]) -> Outcome:
    """Compare two lists without regard to order; a list that lacks some and has nothing else is missing."""
    given = sorted(fold_box(box, truth.alike) for box in got if truth.is_somebody(box))
    wanted = sorted(fold_box(box, truth.alike) for box in right)
    if given == wanted:
        return "right"
    return "wrong" if set(given) - set(wanted) else "missing"


def _score_attachment_list(truth: Truth, message: TrueMessage, got: Message, tally: Tally) -> None:
    """Compare the attachment list; a file under another of its names is the same."""

    def one_each(names: Iterable[str]) -> list[str]:
        return list(dict.fromkeys((truth.group_of(name) or (fold_text(name),))[0] for name in names))

    given, right = one_each(a.filename for a in got.attached), one_each(message.attachments)
    outcome: Outcome = "right" if given == right else "wrong" if set(given) - set(right) else "missing"
    tally.note(
        "attachment lists", outcome, f"{message.key} has {[a.filename for a in got.attached]} for {[*message.attachments]}", message.line
    )


def _score_kinds(message: TrueMessage, got: Message, tally: Tally) -> None:
    kind: Outcome = "right" if got.kind in {message.kind, *message.kind_alternatives} else "wrong"
    tally.note("kind of message", kind, f"{message.key} is {got.kind} for {message.kind}", message.line)
    standing: Outcome = "right" if got.standing in {message.standing, *message.standing_alternatives} else "wrong"
    tally.note("standing", standing, f"{message.key} is {got.standing} for {message.standing}", message.line)
    relation: Outcome = "right" if got.relation in message.relation else judge(got.relation, message.relation[0])
    tally.note("relation", relation, f"{message.key} has {got.relation} for {message.relation[0]}", message.line)


def _score_body(message: TrueMessage, got: Message, tally: Tally) -> None:
    for words in message.contains:
        tally.note(
            "words of the body", "right" if fold_text(words) in got.body else "missing", f"{message.key} lacks {words!r}", message.line
        )
    for words in message.excludes:
        tally.note("words of others", "wrong" if fold_text(words) in got.body else "right", f"{message.key} has {words!r}", message.line)


def _score_whole_body(message: TrueMessage, got: Message, tally: Tally) -> None:
    """Compare the body word by word with that of the place which it fits best: words that it lacks, and words of others in it."""
    if not message.bodies:
        return
    given = Counter(got.body.split())
    right, lacking, foreign = min(
        (_part_words(given, body) for body in message.bodies), key=lambda parts: parts[1].total() + parts[2].total()
    )
    tally.counts["words in bodies", "right"] += right.total()
    tally.counts["words in bodies", "missing"] += lacking.total()
    tally.counts["words in bodies", "wrong"] += foreign.total()
    outcome: Outcome = "wrong" if foreign else "missing" if lacking else "right"
    detail = f"{message.key} lacks {_show(lacking)}, has {_show(foreign)}"
    tally.note("whole bodies", outcome, detail, message.line)


def _part_words(given: Counter[str], body: TrueBody) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Return the words of a body that are right, those that it lacks, those that it should not have."""
    words = Counter(body.words)
    return given & words, words - given, given - words - Counter(body.perhaps)


def _show(words: Counter[str]) -> str:
    return f"{words.total()} words ({' '.join(list(words)[:8])})" if words else "none"
