"""The documentation says what the code does: what can be made by a command is made by it, and every name has its page."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import threadkit
from docs.rewrite import GENERATED
from threadkit.words import _KEYS, load_words

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "samples").glob("*.md")])


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def rules_of_the_code() -> dict[str, set[str]]:
    """Return module -> the rules that it says it concludes by."""
    found = {}
    for info in pkgutil.walk_packages(threadkit.__path__, "threadkit."):
        if info.name.rpartition(".")[2] != "__main__":
            rules = getattr(importlib.import_module(info.name), "RULES", None)
            if rules is not None:
                found[info.name] = set(rules)
    return found


def headings(name: str) -> list[str]:
    return re.findall(r"^#{2,4} `([^`]+)`", page(name), flags=re.MULTILINE)


@pytest.mark.parametrize("name", sorted(GENERATED))
def test_what_is_generated_is_up_to_date(name: str) -> None:
    assert GENERATED[name]() == page(name), "run: make docs"


def test_every_rule_has_its_page() -> None:
    documented = set(headings("docs/rules.md"))
    assert {module: sorted(rules - documented) for module, rules in rules_of_the_code().items() if rules - documented} == {}


def test_no_page_tells_of_a_rule_that_is_gone() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "threadkit").rglob("*") if path.suffix in (".py", ".toml"))
    assert [rule for rule in headings("docs/rules.md") if f'"{rule}"' not in code and f"'{rule}'" not in code] == []


def test_a_rule_is_told_once() -> None:
    names = headings("docs/rules.md")
    assert sorted(name for name in set(names) if names.count(name) > 1) == []


def test_every_rule_says_something() -> None:
    parts = re.split(r"^#{2,4} [^\n]*\n", page("docs/rules.md"), flags=re.MULTILINE)[1:]
    titles = re.findall(r"^#{2,4} ([^\n]*)", page("docs/rules.md"), flags=re.MULTILINE)
    assert [title for title, part in zip(titles, parts, strict=True) if title.startswith("`") and not part.strip()] == []


def test_the_excerpt_in_the_readme_is_printed_in_its_sample() -> None:
    found = re.findall(r"<!-- excerpt: (\S+) -->\n```text\n(.*?)```", page("README.md"), flags=re.DOTALL)
    assert found
    for name, text in found:
        assert text in page(name)


def test_every_section_and_key_of_the_word_files_is_told() -> None:
    text = page("docs/words.md")
    for section, (required, optional) in _KEYS.items():
        assert f"`[[{section}]]`" in text
        for key in required | optional:
            assert f"`{key}`" in text, f"{section}.{key}"


def test_every_role_of_terms_and_patterns_is_told() -> None:
    words = load_words()
    roles = {entry.role for entry in (*words.all_terms, *words.all_patterns)} | set(words.tables)
    assert sorted(role for role in roles if f"`{role}`" not in page("docs/words.md")) == []


@pytest.mark.parametrize("path", PAGES, ids=[path.relative_to(ROOT).as_posix() for path in PAGES])
def test_links_lead_somewhere(path: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL))
    assert [
        target for target in targets if "://" not in target and not target.startswith("mailto:") and not (path.parent / target).exists()
    ] == []


def test_decisions_are_numbered_and_have_their_parts() -> None:
    paths = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(path.name[:4]) for path in paths] == list(range(1, len(paths) + 1))
    for path in paths:
        text = path.read_text(encoding="utf-8")
        assert re.findall(r"^## (.*)$", text, flags=re.MULTILINE) == ["Context", "Choice", "What would change our mind"], path.name


def test_the_changelog_tells_of_this_version() -> None:
    assert f"## {threadkit.__version__}" in page("CHANGELOG.md")
    assert f'version = "{threadkit.__version__}"' in page("pyproject.toml")


def test_the_makefile_has_every_target_that_the_pages_name() -> None:
    targets = set(re.findall(r"^([a-z-]+):", page("Makefile"), flags=re.MULTILINE))
    named = {
        name
        for path in PAGES
        for name in re.findall(r"\bmake ([a-z][a-z-]+)\b(?=`|\s+#|\s*$)", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    }
    assert sorted(named - targets) == []
