"""Take the pictures of docs/screenshots anew: `python -m docs.take_screenshots`.

The samples are imported into a folder that goes away, and served to a Chromium, Chrome or Edge found on the PATH.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from threadkit.importing import import_paths

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "screenshots"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
MISSING = f"""No browser to take pictures with: none of {", ".join(BROWSERS)} is on the PATH.
Install one, for example with: sudo apt install chromium, brew install --cask chromium, or winget install Google.Chrome"""
OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--force-device-scale-factor=1",
)  # fmt: skip
MOST_BYTES = 200_000
LONGEST_THREAD = "SELECT id FROM threads ORDER BY message_count DESC, id LIMIT 1"
#: Name of the picture -> width, height and page, in which the longest thread of the samples may be named.
PICTURES = {"browse": (1400, 940, "/demo/thread_in_order?thread={thread}")}


def browser() -> str:
    """Return the path of a browser that can take pictures."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        raise SystemExit(MISSING)
    return found


@contextlib.contextmanager
def served(archive: Path) -> Iterator[str]:
    """Serve an archive for the length of a block, and give the address under which it answers."""
    command = [sys.executable, "-m", "threadkit", "browse", "--no-open", "--lang", "en", "--db", str(archive)]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert running.stdout is not None
        yield running.stdout.readline().split()[-1].removesuffix("/demo/-/threadkit")
    finally:
        running.terminate()
        running.wait(30)


def take(program: str, address: str, width: int, height: int, picture: Path, profile: Path) -> None:
    """Take one picture, and refuse one that is too large to be kept in the repository."""
    with urllib.request.urlopen(address) as answer:
        assert answer.status == 200
    where = [f"--user-data-dir={profile}", f"--window-size={width},{height}", f"--screenshot={picture}"]
    subprocess.run([program, *OPTIONS, *where, address], check=True, capture_output=True, timeout=120)
    size = picture.stat().st_size
    if size >= MOST_BYTES:
        raise SystemExit(f"{picture} has {size:,} bytes, and should have less than {MOST_BYTES:,}")
    print(f"{picture.relative_to(ROOT)}: {size:,} bytes")


def main() -> int:
    program = browser()
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        archive = Path(name) / "demo.db"
        import_paths(sorted((ROOT / "samples").glob("*.txt")), archive)
        connection = sqlite3.connect(archive)
        (thread,) = connection.execute(LONGEST_THREAD).fetchone()
        connection.close()
        with served(archive) as base:
            for picture, (width, height, page) in PICTURES.items():
                take(program, base + page.format(thread=thread), width, height, FOLDER / f"{picture}.png", Path(name) / "profile")
    return 0


if __name__ == "__main__":
    sys.exit(main())
