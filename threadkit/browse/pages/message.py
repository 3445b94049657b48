"""A message: all that is known of it, every place where it stands, how its copies differ, and how to cite it."""

from __future__ import annotations

from typing import Any

from datasette.utils.asgi import Response

from threadkit.browse import answers
from threadkit.browse.comparing import align, differing
from threadkit.browse.letters import read_letters
from threadkit.browse.pages.page import ID, Page
from threadkit.browse.pages.thread import place_in_tree
from threadkit.browse.room import Room, Row
from threadkit.export.citation import Cited, bibtex, cite, ris
from threadkit.export.eml import write_eml
from threadkit.words import load_words

__all__ = ["PAGES"]

_MOST_BODY, _MOST_COMPARED, _MOST_IN_FILE = 200_000, 60_000, 8_000_000
_MOST_OCCURRENCES, _MOST_FIELDS, _MOST_CHILDREN, _MOST_DEFECTS = 50, 200, 100, 50
#: So many copies are aligned to find the one that differs most, and so many headers compared.
_MOST_TRIED, _MOST_HEADERS = 4, 12
#: In a longer conversation the neighbours of a message are looked for on the conversation's own page.
_MOST_NEIGHBOURS = 2000


async def _message(room: Room) -> Response:
    found = await read_letters(room, [room.id()], _MOST_BODY, room.number("byte", 0, low=0, high=1 << 40))
    if not found:
        return await _former(room)
    (letter,) = found
    occurrences = await room.ask("message.occurrences", id=letter["id"], most=_MOST_OCCURRENCES)
    shown = _asked(room, occurrences) or next((row for row in occurrences if row["id"] == letter["occurrence_id"]), None)
    cited = await _cited(room, letter)
    return room.show(
        "message.html",
        letter=letter,
        occurrences=occurrences,
        shown=shown,
        printed=await _printed(room, shown) if shown else [],
        headers=await _headers_compared(room, occurrences) if len(occurrences) > 1 else [],
        copies=await _compared(room, letter, occurrences),
        thread=await room.ask_one("message.thread", id=letter["thread_id"]),
        children=await room.ask("message.children", id=letter["id"], most=_MOST_CHILDREN),
        rfc_ids=[row["rfc_message_id"] for row in await room.ask("message.rfc_ids", id=letter["id"])],
        defects=await room.ask(
            "message.defects", source=letter["source_id"], first=letter["first_line"], last=letter["last_line"], most=_MOST_DEFECTS
        ),
        neighbours=await _neighbours(room, letter),
        citations={language: cite(cited, language) for language in ("fr", "en")},
    )


async def _former(room: Room) -> Response:
    """Lead from a number that a message once had to the one that it has now."""
    former = await room.ask_one("message.former", id=room.id())
    if former is None:
        raise room.missing("message")
    ending = str(room.request.url_vars.get("ending") or "")
    return answers.with_headers(Response.redirect(f"{room.url('message', former['message_id'])}{ending}", status=301))


def _asked(room: Room, occurrences: list[Row]) -> Row | None:
    wanted = room.number("copy", 0, low=0, high=1 << 53)
    return next((row for row in occurrences if row["id"] == wanted), None)


async def _printed(room: Room, occurrence: Row) -> list[Row]:
    """Return the header of one occurrence: each field as printed, and what was read from it."""
    fields = await room.ask("message.fields", occurrence=occurrence["id"], most=_MOST_FIELDS)
    mailboxes = await room.ask("message.mailboxes", occurrence=occurrence["id"], most=_MOST_FIELDS)
    for field in fields:
        field["mailboxes"] = [row for row in mailboxes if row["field"] == field["field"]]
    return fields


async def _compared(room: Room, letter: Row, occurrences: list[Row]) -> dict[str, Any] | None:
    """Return the fullest copy beside another that differs from it: the one asked for, else that with the most other words; None where all agree."""
    others = [row for row in occurrences if not row["same_body"] and row["id"] != letter["occurrence_id"]]
    asked = [row for row in others if row["id"] == room.number("compare", 0, low=0, high=1 << 53)]
    bodies = await room.stretches("messages", "body", [letter["id"]], _MOST_COMPARED)
    copies = await room.stretches("occurrence_rows", "own_body", [row["id"] for row in asked or others[:_MOST_TRIED]], _MOST_COMPARED)
    if not copies or letter["id"] not in bodies:
        return None
    first = bodies[letter["id"]]
    aligned = {id_: align(first.text, copy.text) for id_, copy in copies.items()}
    chosen = max(copies, key=lambda id_: (differing(aligned[id_][0]), -id_))
    passages, whole = aligned[chosen]
    return {
        "others": others,
        "other": next(row for row in others if row["id"] == chosen),
        "passages": passages,
        "differ": differing(passages) > 0,
        "masked": sum(passage.kind == "masked" for passage in passages),
        "revealed": sum(passage.kind == "shown" for passage in passages),
        "whole": whole and first.is_whole and copies[chosen].is_whole,
    }


async def _headers_compared(room: Room, occurrences: list[Row]) -> list[tuple[str, list[tuple[str, list[Row]]]]]:
    """Return for each header field that copies print unlike each other the distinct texts, each with the copies that print it."""
    found: dict[str, dict[str, tuple[str, list[Row]]]] = {}
    fold = load_words().folding.fold
    for occurrence in occurrences[:_MOST_HEADERS]:
        printed: dict[str, list[str]] = {}
        for field in await room.ask("message.fields", occurrence=occurrence["id"], most=_MOST_FIELDS):
            printed.setdefault(field["field"], []).append(field["text"] or "")
        for name, texts in printed.items():
            text = "; ".join(texts)
            found.setdefault(name, {}).setdefault(fold(text), (text, []))[1].append(occurrence)
    return [(name, list(texts.values())) for name, texts in found.items() if len(texts) > 1]


async def _neighbours(room: Room, letter: Row) -> dict[str, Row | None]:
    """Return what stands before and after the message in its conversation, and in time."""
    found: dict[str, Row | None] = dict.fromkeys(("thread_before", "thread_after", "time_before", "time_after"))
    if letter["sent_at"]:
        for name in ("before", "after"):
            found[f"time_{name}"] = await room.ask_one(f"message.{name}_in_time", sent_at=letter["sent_at"], id=letter["id"])
    members = await room.ask("thread.members", id=letter["thread_id"], most=_MOST_NEIGHBOURS + 1)
    if len(members) <= _MOST_NEIGHBOURS:
        order = [place.member for place in place_in_tree(members)]
        here = next((rank for rank, member in enumerate(order) if member["id"] == letter["id"]), None)
        if here is not None:
            found["thread_before"] = order[here - 1] if here else None
            found["thread_after"] = order[here + 1] if here + 1 < len(order) else None
    return found


async def _cited(room: Room, letter: Row) -> Cited:
    source = await room.ask_one("message.source", id=letter["source_id"])
    return Cited.of(letter, source["sha256"] if source else "", room.lasting_url("message", letter["id"]))


async def _place(room: Room) -> Response:
    """Lead to the lines of the source where the message is printed most fully."""
    found = await read_letters(room, [room.id()], 0)
    if not found:
        return await _former(room)
    (letter,) = found
    address = room.url("source", letter["source_id"], line=letter["first_line"], to=letter["last_line"], anchor=f"L{letter['first_line']}")
    return answers.with_headers(Response.redirect(address))


async def _file(room: Room) -> Response:
    """Return the message as a file to keep: a mail, or an entry for a bibliography."""
    ending = room.part("ending")
    found = await read_letters(room, [room.id()], _MOST_IN_FILE)
    if not found:
        return await _former(room)
    (letter,) = found
    name = f"threadkit-{letter['id']}{ending}"
    if ending == ".eml":
        ids = [
            [row["rfc_message_id"] for row in await room.ask("message.rfc_ids", id=id_)] for id_ in (letter["id"], letter["parent_id"] or 0)
        ]
        body = "\n\n".join(
            filter(None, (letter["body"].text, letter["signature"].text if letter["signature"] else "", *letter["disclaimers"]))
        )
        return answers.download(write_eml(letter, body, *ids, whole=letter["body"].is_whole), "message/rfc822", name)
    cited = await _cited(room, letter)
    if ending == ".bib":
        return answers.download(bibtex(cited).encode(), "application/x-bibtex; charset=utf-8", name)
    return answers.download(ris(cited).encode(), "application/x-research-info-systems; charset=utf-8", name)


PAGES = (
    Page(rf"message/{ID}(?P<ending>\.(?:eml|bib|ris))", _file),
    Page(f"message/{ID}/place", _place),
    Page(f"message/{ID}", _message),
)
