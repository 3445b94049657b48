"""Rewrite what is generated in the documentation: `python -m docs.rewrite`. A test compares the same texts with the files."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from threadkit.archive.documentation import write_documentation
from threadkit.audit.auditing import Audit
from threadkit.audit.points import About, Place, Point
from threadkit.audit.redactions import Ledger, Redaction
from threadkit.audit.releases import Printed, ReleaseRecord
from threadkit.browse.metadata import write_metadata
from threadkit.cli.audit_pages import POINT_COLUMNS, REDACTION_COLUMNS
from threadkit.queries.documentation import write_documentation as write_queries
from threadkit.resolve.laws import Article

ROOT = Path(__file__).parents[1]
COLUMNS = 110
#: Of each command whose output other programs read: the columns of its CSV and the records of its JSON, the outermost first.
OUTPUTS: dict[str, tuple[Any, ...]] = {
    "audit": (POINT_COLUMNS, Audit, ReleaseRecord, Printed, Point, Place, About),
    "redactions": (REDACTION_COLUMNS, Ledger, Redaction, Article),
}
_OUTPUT = re.compile(r"(<!-- output -->\n```console\n)\$ (threadkit [^\n]*)\n.*?(```\n)", re.DOTALL)
_COMMANDS = re.compile(r"^  ([a-z]+)  ", re.MULTILINE)

COMMANDS_OPENING = """# Commands

What `threadkit --help` and `threadkit COMMAND --help` say; made by `make docs`. In French with `--lang fr`.

| code | when |
|---|---|
| 0 | everything was imported; defects and findings change nothing |
| 1 | the command was not understood, or asks for what is not there: an archive, a number, a kind, a table |
| 2 | imported, with exceptions, which are listed |
| 3 | nothing was imported, or the machine did not let it be done: no room, no memory, no right to write |
| 4 | the archive is damaged |
| 5 | another import is at work on the archive |
| 130 | interrupted |
"""


def environment() -> Mapping[str, str]:
    """Return an environment in which the same command prints the same everywhere."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "THREADKIT_"))}
    return {**kept, "THREADKIT_LANG": "en", "COLUMNS": str(COLUMNS), "PYTHONUTF8": "1", "NO_COLOR": "1"}


def run(command: list[str], folder: Path) -> str:
    """Return what a threadkit command prints."""
    script = "import sys; from threadkit.cli import main; sys.argv[0] = 'threadkit'; main()"
    done = subprocess.run(
        [sys.executable, "-c", script, *command[1:]], cwd=folder, env=environment(), capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise SystemExit(f"{shlex.join(command)} failed:\n{done.stderr}")
    return "".join(f"{line.rstrip()}\n" for line in done.stdout.splitlines())


def readme() -> str:
    """Return README.md with the output of its commands, run one after the other in one folder."""
    return with_outputs("README.md")


def audit() -> str:
    """Return docs/audit.md with the output of its commands on the sample release."""
    return with_outputs("docs/audit.md", "import", "samples/demande-2024-117.txt")


def with_outputs(name: str, *first: str) -> str:
    """Return a page with the output of its commands, run one after the other in one folder; the command `first` is run before them."""
    text = (ROOT / name).read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        shutil.copytree(ROOT / "samples", folder / "samples")
        if first:
            run(["threadkit", *first], folder)
        return _OUTPUT.sub(lambda found: f"{found[1]}$ {found[2]}\n{run(shlex.split(found[2]), folder)}{found[3]}", text)


def commands() -> str:
    """Return docs/commands.md."""
    return "\n".join(_command_lines())


def _command_lines() -> Iterator[str]:
    yield COMMANDS_OPENING
    overview = run(["threadkit", "--help"], ROOT)
    for name in ["", *_COMMANDS.findall(overview[overview.index("Commands:") :])]:
        title = f"threadkit {name}".strip()
        yield f"## `{title}`\n\n```text\n{run([*title.split(), '--help'], ROOT)}```\n"
        if name in OUTPUTS:
            yield _outputs(*OUTPUTS[name])


def _outputs(columns: Sequence[str], *records: type) -> str:
    """Return the columns of a command's CSV, and the fields of each record of its JSON, as the code declares them."""
    lines = [f"`--csv`: {_listed(columns)}.", ""]
    for record in records:
        said = " ".join((record.__doc__ or "").split())
        lines.append(f"- `--json`, {record.__name__}: {_listed([field.name for field in fields(record)])}. {said}")
    return "\n".join((*lines, ""))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def metadata() -> str:
    """Return datasette_metadata.json."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "metadata.json"
        write_metadata(path)
        return path.read_text(encoding="utf-8")


GENERATED = {
    "README.md": readme,
    "docs/archive.md": write_documentation,
    "docs/audit.md": audit,
    "docs/commands.md": commands,
    "docs/queries.md": write_queries,
    "datasette_metadata.json": metadata,
}


def main() -> int:
    for name, write in GENERATED.items():
        path, text = ROOT / name, write()
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")
            print(f"rewritten: {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
