"""An archive served by Datasette for tests: closed where the line knows how, and a page asked for that must answer."""

from __future__ import annotations

from pathlib import Path

from datasette.app import Datasette

ROOT = Path(__file__).parents[1]
ROOM = "/archive/-/threadkit"


def close(datasette: Datasette) -> None:
    """Close what the alpha line holds open."""
    if hasattr(datasette, "close"):
        datasette.close()


async def page(datasette: Datasette, path: str, **headers: str) -> str:
    """Return a page that must answer, if by leading elsewhere."""
    response = await datasette.client.get(path, headers=headers, follow_redirects=True)
    assert response.status_code == 200, f"{path}: {response.status_code} {response.text[:300]}"
    return str(response.text)
