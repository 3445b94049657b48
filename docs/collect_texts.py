"""Bring the catalogue of the pages up to date: `python -m docs.collect_texts` adds what the pages newly say and drops what they no longer do.

New texts come with an empty translation; `pages.fr.po` opens in any tool for translators, or in a text editor.
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment
from jinja2.ext import extract_from_ast

from threadkit.locale.catalogue import read_entries

ROOT = Path(__file__).parents[1]
BROWSE = ROOT / "threadkit" / "browse"
#: Where Python says something in the pages' words.
SPEAKING = (BROWSE, ROOT / "threadkit" / "export", ROOT / "threadkit" / "locale")
CATALOGUE = ROOT / "threadkit" / "locale" / "pages.fr.po"
HEAD = """# The pages of the reading room in French. English is the key; `python -m docs.collect_texts` keeps the keys in step with the pages.
msgid ""
msgstr ""
"Language: fr\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"
"""
#: What the pages' Python calls with a text that is in the catalogue.
_ONE, _TWO = {"_named", "say", "text"}, {"counted"}


def said_in_templates() -> Iterator[tuple[str, str | None]]:
    environment = Environment(autoescape=True, extensions=["jinja2.ext.do"])
    for path in sorted((BROWSE / "templates").rglob("*.html")):
        for _, function, message in extract_from_ast(
            environment.parse(path.read_text(encoding="utf-8")), ("_", "ngettext"), babel_style=False
        ):
            if function == "ngettext":
                yield str(message[0]), str(message[1])
            elif isinstance(message, tuple):
                yield str(message[0]), None
            else:
                yield str(message), None


def said_in_code() -> Iterator[tuple[str, str | None]]:
    for path in sorted(path for folder in SPEAKING for path in folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name == "text" and "catalogue" not in ast.unparse(node.func):
                continue
            given = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            if name in _ONE and given:
                yield given[0], None
            elif name in _TWO and len(given) > 1:
                yield given[0], given[1]
            elif name == "map" and node.args and getattr(node.args[0], "id", "") == "_named":
                yield from ((each.value, None) for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str))


def said() -> dict[str, str | None]:
    """Return every text of the pages, with its plural where it has one."""
    found: dict[str, str | None] = {}
    for one, other in (*said_in_templates(), *said_in_code()):
        found[one] = found.get(one) or other
    return dict(sorted(found.items()))


def written(texts: dict[str, str | None], known: dict[str, dict[str, str]]) -> str:
    parts = [HEAD]
    for one, other in texts.items():
        entry = known.get(one, {})
        lines = [f"msgid {_quoted(one)}"]
        if other is None:
            lines.append(f"msgstr {_quoted(entry.get('msgstr', ''))}")
        else:
            lines.append(f"msgid_plural {_quoted(other)}")
            lines += [f"msgstr[{n}] {_quoted(entry.get(f'msgstr[{n}]', ''))}" for n in (0, 1)]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def main() -> int:
    known = {entry["msgid"]: entry for entry in read_entries(CATALOGUE.read_text(encoding="utf-8"))} if CATALOGUE.is_file() else {}
    texts = said()
    CATALOGUE.write_text(written(texts, known), encoding="utf-8", newline="\n")
    new = [text for text in texts if not known.get(text, {}).get("msgstr") and not known.get(text, {}).get("msgstr[0]")]
    print(f"{len(texts)} texts, {len(new)} to translate")
    for text in new:
        print(f"  {text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
