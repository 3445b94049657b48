"""The data files: names, organisations, prose, layouts, dates, documents, furniture, damage; and the profile."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@cache
def read_data(name: str) -> dict[str, Any]:
    """Return one TOML file of data/."""
    return tomllib.loads((HERE / "data" / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def read_prose(language: str) -> tuple[str, ...]:
    """Return the sentences of a language, with their slots."""
    lines = (HERE / "data" / f"prose.{language}.txt").read_text(encoding="utf-8").split("\n")
    return tuple(line for line in lines if line.strip())


@cache
def read_profile() -> dict[str, Any]:
    """Return profile.toml."""
    return tomllib.loads((HERE / "profile.toml").read_text(encoding="utf-8"))
