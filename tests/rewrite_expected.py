"""Rewrite the expected files of the corpus: `python -m tests.rewrite_expected [WORD...]`. Read the diff before you keep it.

Known failures keep theirs: they say by hand what should be. With words, only dumps whose folder or name has one of them.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.expected import cases, import_dump, written


def main(words: list[str]) -> int:
    changed = 0
    for case in cases():
        if case.fails or (words and not any(word in case.id for word in words)):
            continue
        with tempfile.TemporaryDirectory() as folder:
            text = written(import_dump(case.dump, Path(folder)))
        before = case.expected.read_text(encoding="utf-8") if case.expected.exists() else ""
        if text != before:
            case.expected.write_text(text, encoding="utf-8", newline="\n")
            changed += 1
            print(f"rewritten: {case.id}")
    print(f"{changed} expected files rewritten; read the diff before you keep them.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
