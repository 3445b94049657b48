"""Measure the pages on a large archive: `python -m bench.browse`. Each is timed against the page of one row, in turns, in the processor's seconds."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

from bench.large_archive import COMMON, RARE, Large, write_large
from bench.rows import HEADING, Row, line
from threadkit.browse.metadata import make_metadata
from threadkit.browse.server import make_datasette
from threadkit.queries import load_canned

TIMES, SEARCH_TIMES = 10.0, 30.0
#: Datasette's own limits for one question and one facet, in milliseconds; `threadkit browse` allows more.
_LIMIT, _FACET_LIMIT = 1000, 200
_ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Address:
    """One page to be timed: what it is called in the table, and how many times a row page it may take."""

    name: str
    path: str
    target: float = TIMES
    status: int = 200


def room_addresses(large: Large) -> Iterator[Address]:
    """Yield the pages of the reading room, each where it has the most to show."""
    room = f"/{large.path.stem}/-/threadkit"
    pages = {
        "home": "",
        "threads, the longest": "/threads",
        "threads, the oldest": "/threads?order=oldest",
        "threads, page 900": "/threads?order=latest&page=900",
        "threads of a month": "/threads?month=2019-05",
        "thread of 5,000 messages": f"/thread/{large.thread}",
        "thread of 5,000 messages, last part": f"/thread/{large.thread}?from=4990",
        "thread by time": f"/thread/{large.thread}?order=time",
        "message": f"/message/{large.message}",
        "message as mail": f"/message/{large.message}.eml",
        "message for BibTeX": f"/message/{large.message}.bib",
        "message for RIS": f"/message/{large.message}.ris",
        "message, to its place": f"/message/{large.message}/place",
        "source, a line far inside": f"/source/{large.source}?line={large.line}&to={large.line + 10}",
        "sources": "/sources",
        "people": "/people",
        "people, page 150": "/people?page=150",
        "people who write most": "/people?order=sent",
        "people by a part of the name": "/people?name=beli",
        "person who writes most": f"/person/{large.person}",
        "person, one month": f"/person/{large.person}?month=2019-05",
        "person, without a date": f"/person/{large.person}?month=none",
        "network": "/network",
        "network of a person": f"/network?person={large.person}",
        "network of a name": "/network?name=beli",
        "network of a month": "/network?from=2019-05&to=2019-05",
        "network of a thread": f"/network?thread={large.thread}",
        "network under a subject": "/network?subject=eau",
        "timeline": "/timeline",
        "timeline, one month": "/timeline?month=2019-05",
        "timeline, one day": "/timeline?month=2019-05-14",
        "timeline, two years": "/timeline?from=2018&to=2019",
        "timeline, without a date": "/timeline?month=none",
        "timeline of what a person wrote": f"/timeline?sender={large.person}",
        "timeline of a person, one month": f"/timeline?person={large.person}&month=2019-05",
        "timeline of a thread": f"/timeline?thread={large.thread}",
        "attachments": "/attachments",
        "attachments not released": "/attachments?show=missing",
        "attachments by a part of the name": "/attachments?name=rapport+77",
        "attachment": f"/attachment/{large.attachment}",
        "documents": "/documents",
        "documents of a kind": "/documents?kind=attachment-text",
        "document": f"/document/{large.document}",
        "who knew, a rare word": f"/knew?q={RARE}",
        "who knew, a word in half of the messages": f"/knew?q={COMMON}",
        "who knew, a rare word by a date": f"/knew?q={RARE}&by=2019-05",
        "who knew, a file": f"/knew?file={large.attachment}",
        "what changed, nothing beside it": "/compare",
        "what is missing": "/missing",
        "what is missing, one kind": "/missing?kind=redaction",
        "search, a rare word": f"/search?q={RARE}",
        "search, two words": f"/search?q={RARE}+{COMMON}",
        "search, a phrase": f"/search?q=%22voir+{RARE}%22",
        "search, a rare word in a month": f"/search?q={RARE}&month=2019-05",
        "search, a rare word and its writer": f"/search?q={RARE}+de:beli",
        "search, a rare word and its reader": f"/search?q={RARE}+%C3%A0:beli",
        "search, a rare word and an attachment": f"/search?q={RARE}+has:attachment",
        "search, how to": "/search",
        "nowhere": "/nowhere",
    }
    answers = {"message, to its place": 302, "nowhere": 404}
    for name, path in pages.items():
        yield Address(name, f"{room}{path}", status=answers.get(name, 200))
    common = f"{room}/search?q={COMMON}"
    yield Address("search, a word in half of the messages", common, SEARCH_TIMES)
    yield Address("search, that word, page 100", f"{common}&page=100", SEARCH_TIMES)
    yield Address("search, that word in a month", f"{common}&month=2019-05", SEARCH_TIMES)
    yield Address("search, that word by one writer", f"{common}&person={large.person}", SEARCH_TIMES)
    yield Address("search, that word to one reader", f"{common}&recipient={large.person}", SEARCH_TIMES)
    yield Address("search, that word in a source", f"{common}&source={large.source}", SEARCH_TIMES)
    yield Address("search, that word with an attachment", f"{common}+has:attachment", SEARCH_TIMES)
    yield Address("search, all with an attachment", f"{room}/search?q=has:attachment")
    yield Address("search, all that a person wrote", f"{room}/search?person={large.person}")


def datasette_addresses(large: Large) -> Iterator[Address]:
    """Yield Datasette's own pages as the metadata makes them: every table with its facets, every canned question."""
    name = large.path.stem
    described = make_metadata(name, "en")["databases"][name]
    for table, entry in described["tables"].items():
        if entry.get("facets"):
            yield Address(f"table {table}, with its facets", f"/{name}/{table}")
    given = {
        "who": "beli",
        "one": "beli",
        "other": "alice",
        "since": "2019-05",
        "until": "2019-06",
        "words": RARE,
        "phrase": RARE,
        "filename": "Rapport 7",
    }
    given |= {"thread": str(large.thread), "message": str(large.message), "page": ""}
    for query in load_canned():
        filled = "&".join(f"{parameter}={given[parameter]}" for parameter in query.parameters)
        yield Address(f"question {query.name}", f"/{name}/{query.name}?{filled}")


async def measure(large: Large, addresses: list[Address], limit: int, rounds: int) -> Iterator[Row]:
    """Return a row for each page: its time as a multiple of a row page's, the median of several turns."""
    served = make_datasette(large.path, "en")
    served._settings["sql_time_limit_ms"] = limit
    served._settings["facet_time_limit_ms"] = _FACET_LIMIT
    served.sql_time_limit_ms = limit
    row_page = f"/{large.path.stem}/messages/{large.message}"
    await served.client.get(row_page)
    rows = []
    for address in addresses:
        rows.append(await _measured(served, address, row_page, rounds))
        print(line(rows[-1]), flush=True)
    return iter(rows)


async def _measured(served: Any, address: Address, row_page: str, rounds: int) -> Row:
    ratios, status, text = [], 0, ""
    for _ in range(rounds):
        below, _, _ = await _timed(served, row_page)
        above, status, text = await _timed(served, address.path)
        ratios.append(above / below)
        if median(ratios) > 5 * address.target:
            break
    note = "" if status == address.status else f"answered {status}"
    if "facets-timed-out" in text:
        note = "a facet timed out"
    return Row(address.name, median(ratios), target=address.target, note=note)


async def _timed(served: Any, path: str) -> tuple[float, int, str]:
    start = process_time()
    response = await served.client.get(path)
    return process_time() - start, response.status_code, response.text


def main() -> None:
    """Write the archive, or take one that was written before, and print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.browse", description="Measure the pages on a large generated archive, as ratios in one run."
    )
    parser.add_argument("--messages", type=int, default=1_000_000, help="messages of the archive (default 1,000,000)")
    parser.add_argument("--folder", type=Path, help="keep the archive here, and take it from here if it is there already")
    parser.add_argument("--only", choices=["room", "datasette"], help="measure these pages alone")
    parser.add_argument("--rounds", type=int, default=_ROUNDS, help="how often each page is timed")
    parser.add_argument(
        "--limit", type=int, default=_LIMIT, help="milliseconds that one question may take (default 1,000, as Datasette has it)"
    )
    options = parser.parse_args()
    folder: AbstractContextManager[Any] = nullcontext(options.folder) if options.folder else tempfile.TemporaryDirectory()
    with folder as name:
        large = _archive(Path(name), options.messages)
        print(HEADING)
        addresses = [
            *(room_addresses(large) if options.only != "datasette" else ()),
            *(datasette_addresses(large) if options.only != "room" else ()),
        ]
        asyncio.run(measure(large, addresses, options.limit, options.rounds))


def _archive(folder: Path, messages: int) -> Large:
    path = folder / f"large{messages}.db"
    start = perf_counter()
    folder.mkdir(parents=True, exist_ok=True)
    writer = Large.of(path, messages) if path.exists() else write_large(path, messages)
    print(f"{messages:,} messages, {path.stat().st_size / 1e6:,.0f} MB, {perf_counter() - start:,.0f} s to write\n")
    return writer


if __name__ == "__main__":
    main()
