"""The room's addresses: which page answers where, and what stands before each of them. GET alone; nothing here changes anything."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from sqlite3 import DatabaseError
from typing import Any

from datasette.database import QueryInterrupted
from datasette.utils import tilde_decode
from datasette.utils.asgi import Forbidden, NotFound, Response

from threadkit.browse import answers
from threadkit.browse.access import is_archive, is_current, may_see_database
from threadkit.browse.contents import PAGES
from threadkit.browse.language import COOKIE, asked_language, choose_page_language
from threadkit.browse.namesakes import read_namesakes
from threadkit.browse.pages.page import Page
from threadkit.browse.room import Room
from threadkit.browse.static_files import load_static

__all__ = ["routes"]

_YEAR = 365 * 24 * 3600
View = Callable[..., Awaitable[Response]]


def routes() -> list[tuple[str, View]]:
    """Return what Datasette's hook wants: (pattern, view) for every page, and for the static files."""
    found: list[tuple[str, View]] = [(r"^/-/threadkit-static/(?P<version>[0-9a-f]{16})/(?P<name>[a-z0-9._-]+)$", _static)]
    for page in PAGES:
        rest = f"/{page.path}" if page.path else ""
        found.append((rf"^/(?P<database>[^/]+)/-/threadkit(?P<rest>{rest})/?$", _view(page)))
    return found


def _view(page: Page) -> View:
    async def view(datasette: Any, request: Any) -> Response:
        if request.method not in ("GET", "HEAD"):
            return answers.with_headers(Response.text("Only GET.\n", status=405), {"Allow": "GET, HEAD"})
        room = await _enter(datasette, request)
        response = await _answer(room, page)
        asked = asked_language(room.given("lang"))
        if asked:
            response.set_cookie(COOKIE, asked, max_age=_YEAR, path=datasette.setting("base_url"), httponly=True, samesite="lax")
        return response

    return view


async def _enter(datasette: Any, request: Any) -> Room:
    """Return the room of the archive that the address names.

    Raises:
        NotFound: there is no such database.
        Forbidden: the reader may not see it.
    """
    route = tilde_decode(request.url_vars["database"])
    try:
        database = datasette.get_database(route=route)
    except KeyError:
        raise NotFound("Database not found") from None
    if not await may_see_database(datasette, request.actor, database.name):
        raise Forbidden("view-database")
    language = choose_page_language(request.args.get("lang"), request.cookies, request.headers.get("accept-language", ""))
    return Room(datasette, request, database.name, language)


async def _answer(room: Room, page: Page) -> Response:
    """Return the page, or one that says what stands in its way.

    Raises:
        NotFound: the database is no archive of threadkit.
    """
    try:
        is_ours = await is_archive(room.database)
        response = await _shown(room, page) if is_ours else None
    except DatabaseError as error:
        if type(error) is not DatabaseError:  # its kinds are other troubles: only a damaged file has none
            raise
        return room.show("trouble.html", status=500, trouble="damaged")
    if response is None:
        raise NotFound("This database is no archive of threadkit")
    return response


async def _shown(room: Room, page: Page) -> Response:
    try:
        return await page.show(replace(room, namesakes=await read_namesakes(room)))
    except QueryInterrupted:
        return room.show("trouble.html", status=503, trouble="slow")
    except NotFound as error:
        return room.show("trouble.html", status=404, trouble="missing", detail=str(error))
    except Forbidden:
        raise
    except Exception as error:
        if type(error) is DatabaseError:
            raise
        if not await is_current(room.database):
            return room.show("trouble.html", status=500, trouble="older")
        raise


async def _static(request: Any) -> Response:
    file = load_static().get(request.url_vars["name"])
    if file is None or request.method not in ("GET", "HEAD"):
        raise NotFound("No such file")
    kept = "public, max-age=31536000, immutable" if request.url_vars["version"] == file.version else "no-cache"
    return answers.with_headers(Response(body=file.content, content_type=file.content_type), {"Cache-Control": kept})
