"""What a page is: where it answers, and what it shows there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from datasette.utils.asgi import Response

from threadkit.browse.room import Room

__all__ = ["ID", "Page"]

#: A number of a row in an address: 53 bits have at most 16 digits.
ID = r"(?P<id>\d{1,16})"


@dataclass(frozen=True, slots=True)
class Page:
    """One page: `path` is a pattern below `/DATABASE/-/threadkit/`, '' for the archive's home."""

    path: str
    show: Callable[[Room], Awaitable[Response]]
