"""The pages of the reading room, one small module each; `PAGES` says in which order their addresses are tried."""

from __future__ import annotations

from threadkit.browse.pages import home, message, thread
from threadkit.browse.pages.page import Page

__all__ = ["PAGES", "Page"]

PAGES: tuple[Page, ...] = (
    *home.PAGES,
    *thread.PAGES,
    *message.PAGES,
)
