"""Take the pictures of docs/screenshots anew: `python -m docs.take_screenshots`.

The samples are imported into a folder that goes away, and served to a Chromium, Chrome or Edge found on the PATH. Each page of the reading room is
taken on a wide screen in English and on a phone in French; `--all FOLDER` takes every page in both languages, widths and colour schemes,
to be looked at.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from threadkit.importing import import_paths

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "screenshots"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
MISSING = f"""No browser to take pictures with: none of {", ".join(BROWSERS)} is on the PATH.
Install one, for example with: sudo apt install chromium, brew install --cask chromium, or winget install Google.Chrome"""
MOST_BYTES = 200_000
WIDE, PHONE = (1280, 860), (390, 844)
#: Rows of the samples that the pages show: the longest thread, a message whose copies differ, and so on.
ROWS = {
    "thread": "SELECT id FROM threads ORDER BY message_count DESC, id DESC LIMIT 1",
    "message": "SELECT message_id FROM findings WHERE kind = 'variant' ORDER BY message_id LIMIT 1",
    "source": "SELECT id FROM sources ORDER BY line_count DESC LIMIT 1",
    "person": "SELECT person_id FROM person_counts ORDER BY sent DESC, person_id LIMIT 1",
    "attachment": "SELECT attachment_id FROM documents WHERE attachment_id IS NOT NULL ORDER BY attachment_id LIMIT 1",
    "document": "SELECT id FROM documents WHERE attachment_id IS NOT NULL ORDER BY id LIMIT 1",
    "line": "SELECT first_line FROM occurrence_rows WHERE standing = 'released' ORDER BY first_line DESC LIMIT 1",
}
#: Name of the picture -> page of the reading room.
PAGES = {
    "home": "",
    "threads": "/threads",
    "browse": "/thread/{thread}",
    "message": "/message/{message}",
    "source": "/source/{source}?line={line}&to={line}#L{line}",
    "people": "/people",
    "person": "/person/{person}",
    "network": "/network",
    "timeline": "/timeline?month=2022-11",
    "attachments": "/attachments",
    "attachment": "/attachment/{attachment}",
    "documents": "/documents",
    "document": "/document/{document}",
    "missing": "/missing",
    "search": "/search?q=rapport+air",
    "sources": "/sources",
    "knew": "/knew?q=moisissure",
}


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture to take."""

    file: Path
    page: str
    size: tuple[int, int]
    language: str
    scheme: str = "light"


def browser() -> str:
    """Return the path of a browser that can take pictures."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        raise SystemExit(MISSING)
    return found


@contextlib.contextmanager
def served(archive: Path) -> Iterator[str]:
    """Serve an archive for the length of a block, and give the address under which its reading room answers."""
    command = [sys.executable, "-m", "threadkit", "browse", "--no-open", "--lang", "en", "--db", str(archive)]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert running.stdout is not None
        yield running.stdout.readline().split()[-1]
    finally:
        running.terminate()
        running.wait(30)


def kept(folder: Path) -> Iterator[Shot]:
    """Yield the pictures of the documentation."""
    for name in PAGES:
        yield Shot(folder / f"{name}.png", name, WIDE, "en")
        yield Shot(folder / f"{name}-phone.png", name, PHONE, "fr")


def every(folder: Path) -> Iterator[Shot]:
    """Yield every page in both languages, widths and colour schemes."""
    for name, size, language, scheme in product(PAGES, (WIDE, PHONE), ("fr", "en"), ("light", "dark")):
        yield Shot(folder / f"{name}-{size[0]}-{language}-{scheme}.png", name, size, language, scheme)


def take(running: Any, address: str, shot: Shot) -> None:
    """Take one picture, and refuse one that is too large to be kept in the repository."""
    context = running.new_context(
        viewport={"width": shot.size[0], "height": shot.size[1]}, locale=shot.language, color_scheme=shot.scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    answer = page.goto(address)
    assert answer.status == 200, address
    if shot.page == "network":
        page.wait_for_selector("#graph[data-nodes]")
    page.screenshot(path=shot.file)
    context.close()
    size = shot.file.stat().st_size
    if size >= MOST_BYTES and shot.file.parent == FOLDER:
        raise SystemExit(f"{shot.file} has {size:,} bytes, and should have less than {MOST_BYTES:,}")
    print(f"{shot.file.name}: {size:,} bytes")


def rows(archive: Path) -> dict[str, int]:
    connection = sqlite3.connect(archive)
    found = {name: connection.execute(sql).fetchone()[0] for name, sql in ROWS.items()}
    connection.close()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m docs.take_screenshots", description="Take the pictures of the documentation anew.")
    parser.add_argument(
        "--all", type=Path, metavar="FOLDER", help="take every page in both languages, widths and colour schemes into FOLDER"
    )
    chosen = parser.parse_args().all
    (chosen or FOLDER).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        archive = Path(name) / "demo.db"
        import_paths(sorted(path for path in (ROOT / "samples").iterdir() if path.suffix in (".txt", ".pdf", ".mbox")), archive)
        known = rows(archive)
        with served(archive) as base, sync_playwright() as playwright:
            running = playwright.chromium.launch(executable_path=browser(), args=["--no-sandbox", "--disable-gpu"])
            for shot in every(chosen) if chosen else kept(FOLDER):
                take(running, base + PAGES[shot.page].format(**known), shot)
            running.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
