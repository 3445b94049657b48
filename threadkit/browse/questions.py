"""The SQL of the pages, read from the files in `sql/`: one file a page, each question under a line `-- name: ...`.

Which tables a question reads is known from its text, so that nothing is asked that the reader may not see.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

from threadkit.archive.schema import load_schema

__all__ = ["Question", "load_questions", "tables_read"]

_NAME = re.compile(r"^-- name: ([a-z_]+)$", re.MULTILINE)
_READ = re.compile(r"\b(?:FROM|JOIN)\s+([a-z_]+)")


@dataclass(frozen=True, slots=True)
class Question:
    """One statement: `name` is `file.name`; `tables` are the tables and views of the archive that it reads."""

    name: str
    sql: str
    tables: frozenset[str]


@cache
def _known() -> frozenset[str]:
    schema = load_schema()
    return frozenset({*(t.name for t in schema.tables), *(v.name for v in schema.views), *(s.name for s in schema.search)})


def tables_read(sql: str) -> frozenset[str]:
    """Return the tables and views of the archive that a statement reads."""
    return frozenset(_READ.findall(sql)) & _known()


@cache
def load_questions() -> Mapping[str, Question]:
    """Read every question of the pages; once a process.

    Raises:
        ValueError: two have one name, or a file begins without a name.
    """
    found: dict[str, Question] = {}
    for file in sorted(resources.files("threadkit.browse").joinpath("sql").iterdir(), key=lambda each: each.name):
        if not file.name.endswith(".sql"):
            continue
        opening, *parts = _NAME.split(file.read_text(encoding="utf-8"))
        if any(line.strip() and not line.startswith("--") for line in opening.splitlines()):
            raise ValueError(f"sql/{file.name}: what stands before the first name belongs to no question")
        for name, sql in zip(parts[::2], parts[1::2], strict=True):
            full = f"{file.name.removesuffix('.sql')}.{name}"
            if full in found:
                raise ValueError(f"sql/{file.name}: two questions are named {name}")
            found[full] = Question(full, sql.strip(), tables_read(sql))
    return MappingProxyType(found)
