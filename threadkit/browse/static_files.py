"""The pages' own style sheets and scripts: read from the package once, named by what they hold, never from anywhere else."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

__all__ = ["StaticFile", "load_static"]

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file: `version` is a hash of its bytes, so that a browser may keep it as long as it likes."""

    name: str
    content_type: str
    content: bytes
    version: str


@cache
def load_static() -> Mapping[str, StaticFile]:
    """Return the files of `static/` by name; once a process."""
    found = {}
    for file in resources.files("threadkit.browse").joinpath("static").iterdir():
        ending = f".{file.name.rpartition('.')[2]}"
        if ending in _TYPES:
            content = file.read_bytes()
            found[file.name] = StaticFile(file.name, _TYPES[ending], content, hashlib.sha256(content).hexdigest()[:16])
    return MappingProxyType(found)
