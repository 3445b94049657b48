"""What must hold for any readings: no order, no cycle, every row concluded by a named rule, nothing in two places."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.resolve_readings import Concluded, MemoryReadings, conclude, occurrence, piece
from threadkit.records import DocumentPiece, Occurrence
from threadkit.resolve import RULES
from threadkit.resolve.unions import Unions

SENDERS = (
    "Roy, Anne",
    "Anne Roy <anne.roy@ville.example>",
    "Roy, Anne <anne.roy2@ville.example>",
    "Guay, Luc",
    "Guay, Luc (DRH)",
    "[caviardé]",
)
SUBJECTS = ("Passerelle", "RE: Passerelle", "TR: Passerelle", "Bonjour", "RE: Bonjour", "", None)
TIMES = ("2024-03-01T09:00", "2024-03-01T09:00:10", "2024-03-01T09:00:40", "2024-03-01", "2024-03-02T10:00", "2024-03-03T11:00", None)
BODIES = (
    "",
    "Merci.",
    "La passerelle est fermée jusqu'à jeudi matin pour la visite.",
    "La passerelle est fermée jusqu'à █████ matin pour la visite.",
)

lines = st.tuples(
    st.sampled_from("abc"), st.sampled_from(SENDERS), st.sampled_from(TIMES), st.sampled_from(SUBJECTS), st.sampled_from(BODIES),
    st.sampled_from(SENDERS), st.booleans(), st.sampled_from(((), ("Rapport.pdf",), ("rapport.pdf", "image001.png"))),
)  # fmt: skip


@st.composite
def corpora(draw: st.DrawFn) -> tuple[list[Occurrence], list[DocumentPiece]]:
    """Draw up to twelve occurrences in three sources, some inside the one before, and a text after some."""
    found: list[Occurrence] = []
    pieces: list[DocumentPiece] = []
    last: dict[str, Occurrence] = {}
    for i, (source, sender, sent, subject, body, to, inside, files) in enumerate(draw(st.lists(lines, max_size=12))):
        within = last.get(source) if inside else None
        made = occurrence(sender, sent, subject, body, to=to, at=i * 20 + 1, source=source, within=within, attachments=files)
        last[source] = made
        found.append(made)
        if files and not within:
            pieces.append(piece(f"RAPPORT\nTexte {i % 3}", after=made, at=i * 20 + 10, source=source))
    return found, pieces


def rows(found: Concluded) -> list[str]:
    """Everything concluded, as sorted text."""
    whole = [*found.resolution.people, *found.resolution.attachments, *found.documents, *found.findings]
    whole += [x for c in found.conversations for x in (*c.messages, *c.threads, *c.links)]
    return sorted(map(repr, whole))


@settings(max_examples=150, deadline=None)
@given(corpora(), st.randoms(use_true_random=False))
def test_the_order_of_import_changes_nothing(corpus: tuple[list[Occurrence], list[DocumentPiece]], chance: random.Random) -> None:
    occurrences, pieces = corpus
    first = rows(conclude(MemoryReadings(occurrences, pieces)))
    shuffled = MemoryReadings(occurrences, pieces)
    ids = sorted({o.source_id for o in occurrences})
    order = {source_id: place for place, source_id in enumerate(chance.sample(ids, len(ids)))}
    shuffled._occurrences.sort(key=lambda o: (order[o.source_id], o.ordinal))
    assert rows(conclude(shuffled)) == first


@settings(max_examples=150, deadline=None)
@given(corpora())
def test_what_is_concluded_is_whole(corpus: tuple[list[Occurrence], list[DocumentPiece]]) -> None:
    occurrences, pieces = corpus
    found = conclude(MemoryReadings(occurrences, pieces))
    messages = {m.id: m for m in found.messages}
    assert sorted(o for m in found.messages for o in m.occurrence_ids) == sorted(o.id for o in occurrences)
    assert len(messages) == len(found.messages)
    assert len({f.id for f in found.findings}) == len(found.findings)
    assert sorted(p for d in found.documents for p in d.positions) == sorted(p.position for p in pieces)
    assert {m.thread_id for m in found.messages} == {t.id for t in found.threads}
    assert sum(t.message_count for t in found.threads) == len(messages)
    assert {a.attachment_id for m in found.messages for a in m.attachments} == {a.id for a in found.resolution.attachments}
    people = {p.id for p in found.resolution.people}
    assert {p.person_id for m in found.messages for p in m.participants if p.person_id} <= people
    assert {d.attachment_id for d in found.documents if d.attachment_id} <= {a.id for a in found.resolution.attachments}


@settings(max_examples=150, deadline=None)
@given(corpora())
def test_the_reply_graph_has_no_cycle_and_every_edge_against_time_a_finding(corpus: tuple[list[Occurrence], list[DocumentPiece]]) -> None:
    found = conclude(MemoryReadings(*corpus))
    parents = {m.id: m.parent_id for m in found.messages}
    sent = {m.id: m.sent_at for m in found.messages}
    told = {f.message_id for f in found.findings if f.kind == "date-conflict"}
    for message_id, first in parents.items():
        seen = {message_id}
        place = first
        while place is not None:
            assert place not in seen
            seen.add(place)
            place = parents[place]
        child, parent = sent[message_id], sent.get(first or 0)
        if child and parent and child < parent[: len(child)]:
            assert message_id in told


@settings(max_examples=100, deadline=None)
@given(corpora())
def test_every_conclusion_names_a_rule_of_the_wing(corpus: tuple[list[Occurrence], list[DocumentPiece]]) -> None:
    found = conclude(MemoryReadings(*corpus))
    named = {p.rule for p in found.resolution.people} | {a.rule for a in found.resolution.attachments}
    named |= {m.rule for m in found.messages} | {t.rule for t in found.threads} | {link.rule for link in found.links}
    named |= {d.rule for d in found.documents} | {f.rule for f in found.findings}
    named |= {p.rule for m in found.messages for p in m.participants} | {a.rule for m in found.messages for a in m.attachments}
    assert named <= set(RULES)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30))))
def test_unions_name_a_set_by_its_smallest_member_whatever_the_order(pairs: list[tuple[int, int]]) -> None:
    forward, backward = Unions(31), Unions(31)
    for a, b in pairs:
        forward.join(a, b)
    for a, b in reversed(pairs):
        backward.join(b, a)
    names = [forward.find(i) for i in range(31)]
    assert names == [backward.find(i) for i in range(31)]
    assert all(name <= i for i, name in enumerate(names))
