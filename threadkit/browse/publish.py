"""Print metadata for an archive that others are to reach: `python -m threadkit.browse.publish archive.db > metadata.json`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from threadkit.browse.metadata import make_metadata

__all__ = ["main"]


def main(arguments: list[str]) -> int:
    """Write the metadata of the archive named first, in both languages, to standard output; SQL of one's own is refused in it."""
    if len(arguments) != 1:
        sys.stderr.write("python -m threadkit.browse.publish ARCHIVE.db\n")
        return 1
    name = Path(arguments[0]).stem
    metadata = make_metadata(name, folding=True)
    metadata["databases"][name]["allow_sql"] = False
    sys.stdout.write(f"{json.dumps(metadata, ensure_ascii=False, indent=2)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
