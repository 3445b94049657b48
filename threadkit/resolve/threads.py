"""Turn the chosen parents of one component into a graph without cycle, and its parts into threads. The one module that uses networkx."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import networkx as nx

from threadkit.records import Thread, content_id
from threadkit.resolve.messages import Draft
from threadkit.resolve.parents import CONFIDENCE, Decision
from threadkit.resolve.unions import Unions

RULES = ("thread-links", "thread-single", "cycle-cut")

CUT = "cycle-cut"


def cut_cycles(drafts: Sequence[Draft], decisions: Sequence[Decision]) -> list[Decision]:
    """Return the decisions with the weakest link of each cycle taken back; the message that loses its parent says so by its rule.

    Quotations alone can make a cycle: two messages that each print the other.
    """
    kept = list(decisions)
    edges = [(i, d.parent) for i, d in enumerate(decisions) if d.parent is not None]
    if all(parent < child for child, parent in edges) or not _has_cycle(decisions):
        return kept
    graph: nx.DiGraph[int] = nx.DiGraph(edges)
    while not nx.is_directed_acyclic_graph(graph):
        cycle = [child for child, _ in nx.find_cycle(graph)]
        weakest = min(cycle, key=lambda i: (CONFIDENCE[kept[i].rule], drafts[i].id))
        lost = kept[weakest]
        graph.remove_edge(weakest, lost.parent)
        parent = lost.parent if lost.parent is not None else weakest
        kept[weakest] = replace(lost, parent=None, rule=CUT, refused=(*lost.refused, (parent, "refused-several")), ambiguous=(parent,))
    return kept


def find_threads(drafts: Sequence[Draft], decisions: Sequence[Decision]) -> tuple[list[int], list[Thread]]:
    """Return the thread id of each message, and the threads, earliest first.

    A thread is what chosen links connect; a message whose candidates all stand in one thread belongs to it too, and so does one without
    candidates where all earlier messages of its subject do and its author takes part. Id and subject come from the root: the earliest
    message without a parent.
    """
    if len(drafts) == 1:
        thread = _thread(drafts, drafts[0])
        return [thread.id], [thread]
    parts = _parts(decisions)
    threads = [_thread([drafts[i] for i in part], drafts[_root(part, decisions)]) for part in parts]
    ids = {i: thread.id for part, thread in zip(parts, threads, strict=True) for i in part}
    return [ids[i] for i in range(len(drafts))], threads


def _has_cycle(decisions: Sequence[Decision]) -> bool:
    """Tell whether a message stands above itself."""
    walks = [-1] * len(decisions)
    for start in range(len(decisions)):
        place: int | None = start
        while place is not None and walks[place] < 0:
            walks[place] = start
            place = decisions[place].parent
        if place is not None and walks[place] == start:
            return True
    return False


def _parts(decisions: Sequence[Decision]) -> list[list[int]]:
    """Return the sets of messages that parents connect, and, earliest first, those without a parent all of whose candidates are in one."""
    unions = Unions(len(decisions))
    for child, decision in enumerate(decisions):
        if decision.parent is not None:
            unions.join(child, decision.parent)
    for child, decision in enumerate(decisions):
        candidates = decision.ambiguous or decision.alike
        if candidates and decision.parent is None and len({unions.find(c) for c in candidates}) == 1:
            unions.join(child, candidates[0])
    parts: dict[int, list[int]] = {}
    for place in range(len(decisions)):
        parts.setdefault(unions.find(place), []).append(place)
    return list(parts.values())


def _root(part: Sequence[int], decisions: Sequence[Decision]) -> int:
    return next((i for i in part if decisions[i].parent is None), part[0])


def _thread(drafts: Sequence[Draft], root: Draft) -> Thread:
    dated = [d.sent_at for d in drafts if d.sent_at is not None]
    people = {p.identity for d in drafts for p in d.parties.parties if isinstance(p.identity, int)}
    rule = "thread-links" if len(drafts) > 1 else "thread-single"
    subject = next((o.subject for o in root.occurrences if o.subject is not None), None)
    return Thread(
        content_id("thread", str(root.id)), subject, min(dated, default=None), max(dated, default=None), len(drafts), len(people), rule
    )
