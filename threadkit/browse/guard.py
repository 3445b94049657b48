"""Two things that Datasette leaves open and private mail should not: who may ask, and where a page may reach."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

__all__ = ["guarded"]

_Scope = MutableMapping[str, Any]
_Application = Callable[[_Scope, Callable[[], Awaitable[Any]], Callable[[Any], Awaitable[None]]], Awaitable[None]]

_NAMES = {"127.0.0.1", "localhost"}
#: Datasette's own pages carry scripts and styles in themselves; nothing may be fetched from elsewhere or sent there.
_POLICY = b"default-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
_HEADERS = (
    (b"content-security-policy", _POLICY),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-robots-tag", b"noindex, nofollow"),
)


def guarded(application: _Application, *, any_host: bool = False) -> _Application:
    """Return the application behind a guard: it answers under its loopback names alone, and its pages load from itself alone.

    A page elsewhere whose name is pointed at this machine (DNS rebinding) could otherwise read the mail through the reader's browser.
    An archive that is public has a name of its own, which its proxy knows: `any_host`.
    """

    async def guard(scope: _Scope, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]) -> None:
        if scope["type"] != "http":
            await application(scope, receive, send)
            return
        if not any_host and _host(scope) not in _NAMES:
            await send({"type": "http.response.start", "status": 421, "headers": [(b"content-type", b"text/plain")]})
            await send({"type": "http.response.body", "body": b"This archive answers at 127.0.0.1 alone.\n"})
            return

        async def send_with_policy(event: Any) -> None:
            if event["type"] == "http.response.start":
                given = list(event.get("headers", ()))
                names = {name.lower() for name, _value in given}
                event = {**event, "headers": [*given, *(header for header in _HEADERS if header[0] not in names)]}
            await send(event)

        await application(scope, receive, send_with_policy)

    return guard


def _host(scope: _Scope) -> str:
    named = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
    return str(named.partition(":")[0]).lower()
