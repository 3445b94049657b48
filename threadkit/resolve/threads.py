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
    if all(parent < child for child, parent in edges):
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
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(drafts)))
    graph.add_edges_from((i, d.parent) for i, d in enumerate(decisions) if d.parent is not None)
    graph.add_edges_from(_joining(decisions))
    parts = sorted((sorted(part) for part in nx.connected_components(graph)), key=lambda part: part[0])
    ids = [0] * len(drafts)
    threads = []
    for part in parts:
        thread = _thread([drafts[i] for i in part], [decisions[i] for i in part])
        threads.append(thread)
        for i in part:
            ids[i] = thread.id
    return ids, threads


def _joining(decisions: Sequence[Decision]) -> list[tuple[int, int]]:
    """Return (child, candidate) for the messages without a parent all of whose candidates are in one thread, earliest first."""
    threads = Unions(len(decisions))
    for child, decision in enumerate(decisions):
        if decision.parent is not None:
            threads.join(child, decision.parent)
    joining = []
    for child, decision in enumerate(decisions):
        candidates = decision.ambiguous or decision.alike
        if decision.parent is None and candidates and len({threads.find(c) for c in candidates}) == 1:
            threads.join(child, candidates[0])
            joining.append((child, candidates[0]))
    return joining


def _thread(drafts: Sequence[Draft], decisions: Sequence[Decision]) -> Thread:
    root = next((d for d, decision in zip(drafts, decisions, strict=True) if decision.parent is None), drafts[0])
    dated = [d.sent_at for d in drafts if d.sent_at is not None]
    people = {p.identity for d in drafts for p in d.parties.parties if isinstance(p.identity, int)}
    rule = "thread-links" if len(drafts) > 1 else "thread-single"
    subject = next((o.subject for o in root.occurrences if o.subject is not None), None)
    return Thread(
        content_id("thread", str(root.id)), subject, min(dated, default=None), max(dated, default=None), len(drafts), len(people), rule
    )
