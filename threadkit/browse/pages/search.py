"""Search: messages and documents together, best first, with the words found marked; by whom, in which month, in which source."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from datasette.database import QueryInterrupted
from datasette.utils.asgi import Response
from markupsafe import Markup, escape

from threadkit.archive.search import cut_snippet, match_expression, wanted_words, weights_of
from threadkit.browse.charts import month_after
from threadkit.browse.pages.page import Page
from threadkit.browse.pages.people import people_named
from threadkit.browse.questions import Question, load_questions
from threadkit.browse.room import Room, Row
from threadkit.browse.search_plan import Plan
from threadkit.hidden import with_marks
from threadkit.queries.search_query import Asked, read_query

__all__ = ["PAGES"]

#: Counts and facets are taken over so many hits of words, or so many messages that meet conditions alone; what is more is said to be.
_MOST_HITS, _MOST_LISTED = 10_000, 2_000
_ON_A_PAGE, _SNIPPET_BYTES, _MOST_TYPED = 20, 300_000, 500
#: So many values of a facet stand open, so many more can be unfolded; how many there are besides is said.
_OPEN, _FACET = 10, 60


@dataclass(frozen=True, slots=True)
class Facet:
    """The values of one condition with their hits, the most first: `total` of them there are in all."""

    name: str
    rows: list[Row]
    total: int

    @property
    def parts(self) -> tuple[list[Row], list[Row], int]:
        """Those that stand open, those to be unfolded, and how many are left out."""
        return self.rows[:_OPEN], self.rows[_OPEN:], self.total - len(self.rows)


async def _search(room: Room) -> Response:
    text = room.given("q").strip()
    asked, people = await _asked(room, text[:_MOST_TYPED])
    plan, notices, facets = await _plan(room, asked, people)
    if asked.is_empty and not plan.conditions:
        return room.show("search.html", text=text, asked=asked, found=None, notices=[], facets={})
    try:
        found = await _found(room, asked, plan)
    except QueryInterrupted:
        return room.show("search.html", status=503, text=text, asked=asked, found=None, notices=[*notices, ("slow", "")], facets=facets)
    return room.show("search.html", text=text, asked=asked, found=found, notices=notices, facets=facets)


async def _asked(room: Room, text: str) -> tuple[Asked, dict[str, list[int]]]:
    """Return what is asked for, and the people behind each name in it."""
    people = {name: [row["id"] for row in await people_named(room, name)] for name in read_query(text).names}
    return read_query(text, [name for name, found in people.items() if not found]), people


async def _plan(room: Room, asked: Asked, people: Mapping[str, Sequence[int]]) -> tuple[Plan, list[tuple[str, str]], dict[str, str]]:
    """Return the conditions, what the reader should be told of them, and the facets chosen with their names."""
    plan = Plan(match_expression(asked.words) if asked.words else None)
    notices = [(kind, each) for kind in ("no_date", "no_thing", "nobody") for each in getattr(asked, kind)]
    if asked.words and plan.match is None:
        notices.append(("no_word", asked.words))
    for names, parameter, piece, counted in (
        (asked.senders, "senders", "from", "sent"),
        (asked.recipients, "recipients", "to", "received"),
        (asked.copied, "copied", "copied", "received"),
    ):
        if names:
            ids = json.dumps([id_ for name in names for id_ in people[name]])
            plan.add(piece, await _amount(room, counted, people=ids), **{parameter: ids})
    if asked.with_attachment:
        plan.add("attachment", await _amount(room, "attached"))
    after, before = asked.after, asked.before
    facets: dict[str, str] = {}
    month = room.given("month")
    if following := month_after(month):
        facets["month"] = month
        after, before = max(after, month), min(before or following, following)
    if after or before:
        dates = {"after": after, "before": before or "~"}
        plan.add("dates", await _amount(room, "dated", **dates), **dates)
    return plan, notices, facets | await _chosen(room, plan)


async def _chosen(room: Room, plan: Plan) -> dict[str, str]:
    """Add the people and the source that were picked among the facets, and return their names."""
    facets: dict[str, str] = {}
    for name, counted in (("person", "sent"), ("recipient", "received")):
        if person := room.number(name, 0, low=0, high=1 << 53):
            plan.add(name, await _amount(room, counted, people=json.dumps([person])), **{name: person})
            named = await room.ask("search.names_of", ids=json.dumps([person]))
            facets[name] = next((row["name"] for row in named), str(person))
    if source := room.number("source", 0, low=0, high=1 << 53):
        plan.add("source", await _amount(room, "printed", source=source), source=source)
        row = await room.ask_one("search.source_name", id=source)
        facets["source"] = (row["name"] if row else None) or str(source)
    return facets


async def _amount(room: Room, of: str, **values: object) -> int:
    (row,) = await room.ask(f"search.how_many_{of}", **values)
    return int(row["amount"])


async def _hits(room: Room, plan: Plan) -> list[Row]:
    """Return the messages that are hits, one more than are looked at where there are more.

    Of words that few messages hold each hit is asked the conditions; of a common word the messages that meet the rarest condition are looked up first.
    """
    if not plan.match:
        return await room.ask_sql(plan.question("hits_without_words", rarest_first=True), plan.values | {"most": _MOST_LISTED + 1})
    words = {"match": plan.match, "most": _MOST_HITS + 1}
    is_common = bool(plan.conditions) and await _amount(room, "hits", **words) > _MOST_HITS
    return await room.ask_sql(plan.question("hits", rarest_first=is_common), plan.values | words)


async def _found(room: Room, asked: Asked, plan: Plan) -> dict[str, Any]:
    messages = await _hits(room, plan) if plan.match or (plan.conditions and not asked.words) else []
    documents: list[Row] = []
    if plan.match and set(plan.conditions) <= {"source"}:
        documents = await room.ask_sql(plan.of_documents(), plan.values | {"match": plan.match, "most": _MOST_HITS + 1})
    most = _MOST_HITS if plan.match else _MOST_LISTED
    more = (len(messages) > most, len(documents) > most)
    messages, documents = messages[:most], documents[:most]
    page = room.number("page", 1, high=2 * most // _ON_A_PAGE)
    shown = await _page_of(room, plan, messages, documents, page)
    wanted = wanted_words(asked.words) if asked.words else frozenset()
    total = len(messages) + len(documents)
    return {
        "hits": [await _with_snippet(room, hit, wanted) for hit in shown],
        "total": total,
        "more": any(more),
        "most": most,
        "messages": len(messages),
        "documents": len(documents),
        "facets": [await _people_facet(room, messages), _months_facet(messages), await _sources_facet(room, messages, documents)],
        "pages": (room.here(page=page - 1) if page > 1 else None, room.here(page=page + 1) if page * _ON_A_PAGE < total else None),
    }


async def _page_of(room: Room, plan: Plan, messages: list[Row], documents: list[Row], page: int) -> list[Row]:
    """Return the hits of one page, best first; without words the latest first."""
    end = page * _ON_A_PAGE
    if plan.match:
        scored = [("message", row) for row in await _ranked(room, plan, "ranks", "messages_fts", messages, end)]
        scored += [("document", row) for row in await _ranked(room, plan, "document_ranks", "documents_fts", documents, end)]
        order = sorted(scored, key=lambda pair: (pair[1]["score"], pair[0], pair[1]["search_row"]))[end - _ON_A_PAGE : end]
    else:
        order = [("message", row) for row in messages[end - _ON_A_PAGE : end]]
    by_row = {
        "message": {row["search_row"]: row["id"] for row in messages},
        "document": {row["search_row"]: row["id"] for row in documents},
    }
    chosen = [(kind, by_row[kind][row["search_row"]]) for kind, row in order]
    found: dict[tuple[str, int], Row] = {}
    for kind, question in (("message", "search.shown"), ("document", "search.shown_documents")):
        ids = [id_ for each, id_ in chosen if each == kind]
        found |= {(kind, row["id"]): row | {"is": kind} for row in await room.ask(question, ids=json.dumps(ids))}
    return [found[pair] for pair in chosen if pair in found]


async def _ranked(room: Room, plan: Plan, name: str, table: str, hits: list[Row], end: int) -> list[Row]:
    if not hits:
        return []
    base = load_questions()[f"search.{name}"]
    question = Question(base.name, base.sql.replace("{weights}", weights_of(table)), base.tables)
    rows = [row["search_row"] for row in hits]
    return await room.ask_sql(question, {"match": plan.match, "last": max(rows), "rows": json.dumps(rows), "most": end, "skip": 0})


async def _people_facet(room: Room, messages: Iterable[Row]) -> Facet:
    counted = Counter(row["sender_id"] for row in messages if row["sender_id"])
    most = counted.most_common(_FACET)
    names = {row["id"]: row["name"] for row in await room.ask("search.names_of", ids=json.dumps([id_ for id_, _ in most]))}
    return Facet("person", [{"value": id_, "name": names[id_], "hit_count": count} for id_, count in most if id_ in names], len(counted))


def _months_facet(messages: Iterable[Row]) -> Facet:
    counted = Counter(row["sent_at"][:7] for row in messages if row["sent_at"])
    return Facet("month", [{"value": month, "name": month, "hit_count": n} for month, n in counted.most_common(_FACET)], len(counted))


async def _sources_facet(room: Room, messages: Sequence[Row], documents: Sequence[Row]) -> Facet:
    """Return the sources with the most hits, counted as a search in each of them counts."""
    found = await room.ask("search.sources_of", ids=json.dumps([row["id"] for row in messages]))
    counted = Counter({row["source_id"]: row["hit_count"] for row in found})
    counted.update(row["source_id"] for row in documents)
    most = counted.most_common(_FACET)
    names = {row["source_id"]: row["name"] for row in await room.ask("search.sources_named", ids=json.dumps([id_ for id_, _ in most]))}
    return Facet("source", [{"value": id_, "name": names.get(id_) or str(id_), "hit_count": count} for id_, count in most], len(counted))


async def _with_snippet(room: Room, hit: Row, wanted: frozenset[str]) -> Row:
    table, column = ("messages", "body") if hit["is"] == "message" else ("documents", "text")
    texts = await room.stretches(table, column, [hit["id"]], _SNIPPET_BYTES)
    text = texts[hit["id"]].text if hit["id"] in texts else ""
    snippet, marked = cut_snippet(text, wanted)
    named = hit["subject"] if hit["is"] == "message" else hit["title"] or hit["filename"]
    title = " ".join((named or "").split())
    shown, found = cut_snippet(title, wanted)
    return hit | {
        "heading": _marked(shown, found) if shown == title else None,
        "snippet": _marked(snippet, marked),
        "starts": not text.startswith(snippet),
        "goes_on": len(snippet) < len(text),
    }


def _marked(snippet: str, marked: Iterable[tuple[int, int]]) -> Markup:
    parts, done = [], 0
    for start, end in marked:
        parts += [escape(with_marks(snippet[done:start])), Markup("<mark>{}</mark>").format(with_marks(snippet[start:end]))]
        done = end
    return Markup("").join([*parts, escape(with_marks(snippet[done:]))])


PAGES = (Page("search", _search),)
