"""Attached files and documents: where a file was named, by whom and when, whether its text is in the release, and the text itself."""

from __future__ import annotations

import json

from datasette.utils.asgi import Response

from threadkit.browse.pages.page import ID, Page
from threadkit.browse.room import Room, Row
from threadkit.queries.functions import name_patterns

__all__ = ["PAGES"]

_ON_A_PAGE, _MOST_NAMED_BY, _MOST_TEXTS, _MOST_FINDINGS = 50, 200, 20, 50
_SCANNED = 5000
_MOST_TEXT, _MOST_OPENING = 200_000, 1500


async def _attachments(room: Room) -> Response:
    page, name = room.number("page", 1), room.given("name").strip()[:100]
    patterns = name_patterns(name)
    is_missing = room.given("show") == "missing"
    span = {"most": _ON_A_PAGE + 1, "skip": (page - 1) * _ON_A_PAGE}
    if patterns:
        rows = await room.ask("documents.attachments_named", **patterns, most=_ON_A_PAGE + 1)
    else:
        rows = await room.ask(f"documents.{'not_released' if is_missing else 'attachments'}", **span)
    more, rows = len(rows) > _ON_A_PAGE, rows[:_ON_A_PAGE]
    uses = {row["id"]: row for row in await room.ask("documents.uses", ids=json.dumps([row["id"] for row in rows]))}
    return room.show(
        "attachments.html",
        attachments=[row | uses[row["id"]] for row in rows],
        wanted=name,
        is_missing=is_missing and not patterns,
        cut=bool(patterns) and more,
        pages=(None, None) if patterns else _pages(room, page, more),
    )


def _pages(room: Room, page: int, more: bool) -> tuple[str | None, str | None]:
    return (room.here(page=page - 1) if page > 1 else None, room.here(page=page + 1) if more else None)


async def _attachment(room: Room) -> Response:
    id_ = room.id()
    attachment = await room.ask_one("documents.attachment", id=id_)
    if attachment is None:
        raise room.missing("attachment")
    texts = await room.ask("documents.texts_of", id=id_, most=_MOST_TEXTS)
    openings = await room.stretches("documents", "text", [row["id"] for row in texts], _MOST_OPENING)
    return room.show(
        "attachment.html",
        attachment=attachment,
        messages=await room.ask("documents.named_by", id=id_, scanned=_SCANNED, most=_MOST_NAMED_BY),
        documents=[row | {"opening": openings.get(row["id"])} for row in texts],
        findings=await _findings(room, "documents.findings_of_attachment"),
    )


async def _findings(room: Room, question: str) -> list[Row]:
    ids = [row["id"] for row in await room.ask(question, id=room.id(), most=_MOST_FINDINGS)]
    return await room.ask("missing.shown", ids=json.dumps(ids))


async def _documents(room: Room) -> Response:
    kinds = await room.ask("documents.kinds")
    page, kind = room.number("page", 1), room.given("kind")
    span = {"most": _ON_A_PAGE + 1, "skip": (page - 1) * _ON_A_PAGE}
    if kind in {row["kind"] for row in kinds}:
        rows = await room.ask("documents.documents_of_kind", kind=kind, **span)
    else:
        kind, rows = "", await room.ask("documents.documents", **span)
    return room.show(
        "documents.html", documents=rows[:_ON_A_PAGE], kinds=kinds, kind=kind, pages=_pages(room, page, len(rows) > _ON_A_PAGE)
    )


async def _document(room: Room) -> Response:
    document = await room.ask_one("documents.document", id=room.id())
    if document is None:
        raise room.missing("document")
    texts = await room.stretches("documents", "text", [document["id"]], _MOST_TEXT, room.number("byte", 0, low=0, high=1 << 40))
    return room.show(
        "document.html", document=document, text=texts.get(document["id"]), findings=await _findings(room, "documents.findings_of_document")
    )


PAGES = (
    Page("attachments", _attachments),
    Page(f"attachment/{ID}", _attachment),
    Page("documents", _documents),
    Page(f"document/{ID}", _document),
)
