"""What every answer of the reading room carries: headers that keep the mail where it is, and nothing that acts."""

from __future__ import annotations

from collections.abc import Mapping

from datasette.utils.asgi import Response

__all__ = ["POLICY", "download", "page", "with_headers"]

#: Pages load from their own origin alone, run no script but our files, and cannot be framed. Nothing in a mail can change that.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "private, no-cache",
    "Vary": "Accept-Language, Cookie",
}


def with_headers(response: Response, more: Mapping[str, str] | None = None) -> Response:
    """Return the response with the headers that every answer carries."""
    response.headers = {**_HEADERS, **response.headers, **(more or {})}
    return response


def page(body: str, status: int = 200) -> Response:
    """Return a page; what UTF-8 cannot carry is already visible as marks."""
    return with_headers(Response.html(body.encode("utf-8", "replace"), status=status))


def download(body: bytes, content_type: str, filename: str) -> Response:
    """Return a file to be saved, never to be shown: `filename` is made of ASCII letters, digits, dots and dashes alone."""
    response = Response(body=body, content_type=content_type)
    return with_headers(
        response, {"Content-Disposition": f'attachment; filename="{filename}"', "Content-Security-Policy": "sandbox; default-src 'none'"}
    )
