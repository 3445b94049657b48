"""What a link's rule is worth, and what it goes by: the confidence and the evidence that the table `links` tells."""

from __future__ import annotations

from threadkit.resolve import mail_parents

CONFIDENCE = {
    "quotation": 0.98,
    "quotation-line": 0.9,
    "quotation-against-time": 0.6,
    "reply-only-candidate": 0.85,
    "reply-copied": 0.7,
    "reply-turn": 0.8,
    "reply-line": 0.75,
    "reply-near": 0.75,
    "reply-same-day": 0.7,
    "reply-hidden": 0.6,
    "forward-attachment": 0.85,
    "forward-only-candidate": 0.8,
    "automatic-answer": 0.8,
    "meeting-answer": 0.75,
    "conversation-print": 0.8,
    "quoted-words": 0.8,
    "refused-people": 0.1,
    "refused-later": 0.1,
    "refused-several": 0.4,
    "refused-inserted": 0.2,
    "correction": 1.0,
    **mail_parents.CONFIDENCE,
}
EVIDENCE = {
    "quotation": "printed directly below it",
    "quotation-line": "printed below it; other copies leave this step of the chain out",
    "quotation-against-time": "printed directly below it, but dated later",
    "reply-only-candidate": "base subject; its sender is addressed, and it was addressed to the sender; no other fits",
    "reply-copied": "base subject; its sender is copied, and it was addressed to the sender; no other fits",
    "reply-turn": "base subject; its sender is addressed; the earlier ones are answered already",
    "reply-line": "base subject; its sender is addressed; the latest of one line",
    "reply-near": "base subject; its sender is addressed; days before, and all others weeks before it",
    "reply-same-day": "base subject; its sender is addressed; of the day to which this one is dated, and no other fits",
    "reply-hidden": "base subject; it was addressed to the sender; its author can be the one who is masked, and no other fits",
    "forward-attachment": "base subject; the sender wrote or received it; of those it alone names the same attachment",
    "forward-only-candidate": "base subject; the sender wrote or received it; no other fits",
    "automatic-answer": "base subject; it was addressed to the one whose program answers",
    "meeting-answer": "base subject; the one print of that meeting, without a date of sending, by its organiser",
    "conversation-print": "printed above it in one conversation, under one subject; its author is addressed",
    "quoted-words": "base subject and people; twenty words of it in a row, of no other candidate",
    "refused-people": "base subject alike, but the people do not fit",
    "refused-later": "printed directly below it, but dated later by more than clocks differ",
    "refused-several": "fits no better than another",
    "refused-inserted": "printed below it to be read: of another subject, and by somebody whom it does not address",
    **mail_parents.EVIDENCE,
}
