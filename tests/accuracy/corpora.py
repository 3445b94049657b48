"""The corpora: every folder here with an about.md and NAME.truth.json files; and how one of them is measured."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.accuracy.score import score
from tests.accuracy.score_rules import score_conclusions
from tests.accuracy.tally import Tally
from tests.accuracy.truth import Truth, read_truth
from threadkit.importing import ImportOptions, import_paths

HERE = Path(__file__).parent
EVERYTHING = "all"
# The first tenth of a generated corpus is recorded apart, under its name and this: it is what `--quick` measures.
QUICK = "-quick"


@dataclass(frozen=True, slots=True)
class Corpus:
    """One folder of truths."""

    folder: Path

    @property
    def name(self) -> str:
        """Return the name under which its figures are recorded."""
        return self.folder.name

    def truths(self, words: Iterable[str] = ()) -> Iterator[Truth]:
        """Read its truths; with words, only those whose corpus or name has one of them."""
        wanted = tuple(words)
        for path in sorted(self.folder.glob("*.truth.json")):
            if not wanted or any(word in f"{self.name}/{path.name}" for word in wanted):
                yield read_truth(path)


def find_corpora() -> list[Corpus]:
    """Return the corpora in the order of their names."""
    return [Corpus(path.parent) for path in sorted(HERE.glob("*/about.md"))]


def measure(truth: Truth) -> Tally:
    """Import one dump into an archive of its own and score it.

    Raises:
        RuntimeError: the dump could not be imported.
    """
    with tempfile.TemporaryDirectory() as folder:
        archive, dump = Path(folder) / "archive.db", truth.dump
        if truth.text is not None:
            dump = Path(folder) / truth.dump.name
            dump.write_text(truth.text, encoding="utf-8", newline="")
        report = import_paths([dump], archive, ImportOptions(jobs=1))
        if report.exit_code:
            raise RuntimeError(f"{truth.dump} was not imported: {report.exceptions}")
        tally = score(truth, archive)
        score_conclusions(truth, archive, tally)
        return tally
