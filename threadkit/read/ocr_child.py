"""What the process that recognises words answers: page after page of a picture, the lines with their places and how sure they are."""

from __future__ import annotations

import csv
import io
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise

_WORD_LEVEL = "5"
#: One page of a picture takes seconds; this ends what hangs.
MOST_SECONDS = 300.0
# A column of text of several sizes: so a label and its value stay in one line.
_LAYOUT = "4"


@dataclass(frozen=True, slots=True)
class RecognisedLine:
    """One line that was recognised: its box in pixels from the upper left corner, its words, and how sure they are (0 to 100).

    `blanks` are those between words: the place in the text, and where the words before and after end and begin.
    """

    left: float
    top: float
    right: float
    bottom: float
    text: str
    certainty: float
    blanks: tuple[tuple[int, float, float], ...] = ()


def answers(program: str, languages: str, picture: bytes) -> Iterator[tuple[RecognisedLine, ...] | str]:
    """Yield the lines of each page of a picture; or, alone, what the program says went wrong."""
    command = [program, "stdin", "stdout", "-l", languages, "--psm", _LAYOUT, "tsv"]
    surroundings = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    done = subprocess.run(  # noqa: S603 - the program that was found on the path
        command, input=picture, capture_output=True, timeout=MOST_SECONDS, env=surroundings, check=False
    )
    if done.returncode:
        yield " ".join(done.stderr.decode("utf-8", "replace").split())[:300] or str(done.returncode)
        return
    rows = csv.DictReader(io.StringIO(done.stdout.decode("utf-8", "replace")), delimiter="\t", quoting=csv.QUOTE_NONE)
    for _, of_page in groupby(rows, key=lambda row: row["page_num"]):
        words = [row for row in of_page if row["level"] == _WORD_LEVEL and (row["text"] or "").strip()]
        yield tuple(
            _line(list(of_line)) for _, of_line in groupby(words, key=lambda row: (row["block_num"], row["par_num"], row["line_num"]))
        )


def _line(words: list[dict[str, str]]) -> RecognisedLine:
    left, top = min(float(word["left"]) for word in words), min(float(word["top"]) for word in words)
    right = max(float(word["left"]) + float(word["width"]) for word in words)
    bottom = max(float(word["top"]) + float(word["height"]) for word in words)
    certainty = sum(float(word["conf"]) for word in words) / len(words)
    ends = accumulate(len(word["text"]) + 1 for word in words[:-1])
    blanks = tuple(
        (end - 1, float(before["left"]) + float(before["width"]), float(after["left"]))
        for end, (before, after) in zip(ends, pairwise(words), strict=True)
    )
    return RecognisedLine(left, top, right, bottom, " ".join(word["text"] for word in words), certainty, blanks)
