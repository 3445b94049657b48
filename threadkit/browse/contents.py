"""The reading room's table of contents: every page, in the order in which their addresses are tried."""

from __future__ import annotations

from threadkit.browse.pages import (
    comparison,
    documents,
    home,
    knowledge,
    message,
    missing,
    network,
    nowhere,
    people,
    search,
    source,
    thread,
    threads,
    timeline,
)
from threadkit.browse.pages.page import Page

__all__ = ["PAGES"]

PAGES: tuple[Page, ...] = (
    *home.PAGES,
    *thread.PAGES,
    *message.PAGES,
    *source.PAGES,
    *threads.PAGES,
    *people.PAGES,
    *search.PAGES,
    *missing.PAGES,
    *documents.PAGES,
    *timeline.PAGES,
    *network.PAGES,
    *knowledge.PAGES,
    *comparison.PAGES,
    *nowhere.PAGES,
)
