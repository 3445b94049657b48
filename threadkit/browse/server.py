"""Serve one archive with Datasette: on this machine alone, or with `--public` for others, behind a proxy."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
import threading
import time
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from datasette import __version__
from datasette.app import Datasette
from datasette.plugins import pm
from datasette.utils import tilde_encode

from threadkit import browse
from threadkit.browse.guard import guarded
from threadkit.browse.metadata import make_metadata

__all__ = ["HOST", "PREFERRED_PORT", "Served", "free_port", "make_datasette", "serve"]

HOST = "127.0.0.1"
PREFERRED_PORT = 8001

#: Chosen for archives of a million messages: no facet that nobody asked for, and limits that a laptop keeps.
_SETTINGS = {
    "suggest_facets": False,
    "default_page_size": 50,
    "max_returned_rows": 2000,
    "default_facet_size": 20,
    "facet_time_limit_ms": 1000,
    "sql_time_limit_ms": 10000,
    "truncate_cells_html": 200,
}
#: Where others than the owner ask: no SQL of their own, no download of the file, and no question that keeps a server busy.
_PUBLIC_SETTINGS = {
    "default_allow_sql": False,
    "allow_download": False,
    "allow_csv_stream": False,
    "sql_time_limit_ms": 1000,
    "facet_time_limit_ms": 200,
    "suggest_facets": False,
}
#: Where the style sheet is found; no archive can have this name.
_STATIC = "-/threadkit"
_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Served:
    """Where an archive is served, whether others than its owner are to reach it, and the archive beside it to compare with."""

    host: str
    port: int
    public: bool = False
    beside: Path | None = None


def make_datasette(database: Path, language: str | None, *, public: bool = False, beside: Path | None = None) -> Datasette:
    """Return Datasette on one archive, with its metadata given as each line wants it: 1.0 takes queries and facets as `config`.

    `beside` is another archive, to compare with.

    The plugin is registered here too, for an installation that was not told of its entry point.
    """
    metadata = make_metadata(database.stem, language, folding=True) | {"extra_css_urls": [f"/{_STATIC}/browse.css"]}
    settings = {**_SETTINGS, **(_PUBLIC_SETTINGS if public else {})}
    options: dict[str, Any] = {"metadata": metadata, "settings": settings, "static_mounts": [(_STATIC, str(_FOLDER / "static"))]}
    if not __version__.startswith("0."):
        options["config"] = metadata
    if not pm.is_registered(browse):
        pm.register(browse, "threadkit")
    return Datasette([str(path) for path in (database, beside) if path is not None], **options)


def free_port(wanted: int | None, host: str = HOST) -> int:
    """Return `wanted` if it is free; without it the usual port, or any that is free.

    Raises:
        OSError: `wanted` is taken.
    """
    for port in (wanted,) if wanted else (PREFERRED_PORT, 0):
        with socket.socket() as probe:
            if os.name == "posix":  # elsewhere it would let two programs share a port
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                if wanted:
                    raise
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free port")


def _when_it_answers(served: Served, tell: Callable[[], None]) -> None:
    for _ in range(300):
        with contextlib.suppress(OSError), socket.create_connection((served.host, served.port), timeout=1):
            break
        time.sleep(0.1)
    tell()


def serve(database: Path, served: Served, language: str | None, announce: Callable[[str], None], *, open_browser: bool) -> None:
    """Serve the archive until Ctrl-C; tell the address once pages answer, and open it in the browser where wanted."""
    address = f"http://{served.host}:{served.port}/{_path_of(database)}"

    def tell() -> None:
        announce(address)
        if open_browser:
            webbrowser.open(address)

    app = guarded(make_datasette(database, language, public=served.public, beside=served.beside).app(), any_host=served.public)
    threading.Thread(target=_when_it_answers, args=(served, tell), daemon=True).start()
    logging.getLogger("uvicorn.error").addFilter(_is_worth_telling)
    uvicorn.run(app, host=served.host, port=served.port, log_level="warning", lifespan="on", workers=1, server_header=False)


def _is_worth_telling(record: logging.LogRecord) -> bool:
    """A second Ctrl-C cancels what the first one was ending: that is no error to tell."""
    return not (record.exc_info and isinstance(record.exc_info[1], (asyncio.CancelledError, KeyboardInterrupt)))


def _path_of(database: Path) -> str:
    return f"{tilde_encode(database.stem)}/-/threadkit"
