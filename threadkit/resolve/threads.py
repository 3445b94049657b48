"""Turn the chosen parents of one component into a graph without cycle, and its parts into threads. The one module that uses networkx."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from threadkit.records import Thread, content_id
from threadkit.resolve.link_evidence import CONFIDENCE
from threadkit.resolve.messages import Draft
from threadkit.resolve.parents import Decision
from threadkit.resolve.unions import Unions

RULES = ("thread-links", "thread-single", "cycle-cut")

CUT = "cycle-cut"


def cut_cycles(drafts: Sequence[Draft], decisions: Sequence[Decision]) -> list[Decision]:
    """Return the decisions with the weakest link of each cycle taken back; the message that loses its parent says so by its rule.

    Quotations alone can make a cycle: two messages that each print the other.
    """
    kept = list(decisions)
    if all(d.parent is None or d.parent < child for child, d in enumerate(decisions)) or not _has_cycle(decisions):
        return kept
    import networkx as nx  # noqa: PLC0415 - it takes a sixth of a second to import, and cycles are rare

    edges = [(i, d.parent) for i, d in enumerate(decisions) if d.parent is not None]
    graph: nx.DiGraph[int] = nx.DiGraph(edges)
    while not nx.is_directed_acyclic_graph(graph):
        cycle = [child for child, _ in nx.find_cycle(graph)]
        weakest = min(cycle, key=lambda i: (CONFIDENCE[kept[i].rule], drafts[i].id))
        lost = kept[weakest]
        graph.remove_edge(weakest, lost.parent)
        parent = lost.parent if lost.parent is not None else weakest
        kept[weakest] = replace(lost, parent=None, rule=CUT, refused=(*lost.refused, (parent, "refused-several")), ambiguous=(parent,))
    return kept


def find_parts(decisions: Sequence[Decision]) -> list[list[int]]:
    """Return the sets of messages that make a thread each, earliest first.

    A thread is what chosen links connect; a message whose candidates all stand in one thread belongs to it too, and so does one without
    candidates where all earlier messages of its subject do and its author takes part.
    """
    if (trees := _find_trees(decisions)) is not None:
        return trees
    unions = Unions(len(decisions))
    unions.join_all([(child, d.parent) for child, d in enumerate(decisions) if d.parent is not None])
    for child, decision in enumerate(decisions):
        if decision.parent is None and (candidates := decision.ambiguous or decision.alike):
            first = unions.find(candidates[0])
            if all(unions.find(c) == first for c in candidates):
                unions.join(child, first)
    return unions.parts()


def _find_trees(decisions: Sequence[Decision]) -> list[list[int]] | None:
    """Return the parts where each message has a parent before it or nothing to go by, as nearly all have; else None."""
    trees: list[list[int]] = []
    own: list[list[int]] = []
    for child, decision in enumerate(decisions):
        parent = decision.parent
        if parent is None:
            if decision.ambiguous or decision.alike:
                return None
            trees.append([])
        elif parent >= child:
            return None
        tree = trees[-1] if parent is None else own[parent]
        tree.append(child)
        own.append(tree)
    return trees


def make_threads(drafts: Sequence[Draft], decisions: Sequence[Decision], parts: Iterable[Sequence[int]]) -> tuple[list[int], list[Thread]]:
    """Return the thread id of each message, and the threads that the parts are.

    Id and subject come from the root: the earliest message without a parent.
    """
    thread_ids = [0] * len(drafts)
    threads = []
    for part in parts:
        thread = _thread([drafts[i] for i in part], drafts[_root(part, decisions)])
        threads.append(thread)
        for i in part:
            thread_ids[i] = thread.id
    return thread_ids, threads


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


def _root(part: Sequence[int], decisions: Sequence[Decision]) -> int:
    return next((i for i in part if decisions[i].parent is None), part[0])


def _thread(drafts: Sequence[Draft], root: Draft) -> Thread:
    dated = [d.sent.value for d in drafts if d.sent is not None and d.sent.value is not None]
    people = {p.identity for d in drafts for p in d.parties.parties}
    rule = "thread-links" if len(drafts) > 1 else "thread-single"
    subject = next((o.subject for o in root.occurrences if o.subject is not None), None)
    persons = sum([isinstance(identity, int) for identity in people])
    first, last = min(dated, default=None), max(dated, default=None)
    return Thread(content_id("thread", str(root.id)), subject, first, last, len(drafts), persons, rule)
