"""The house rules that a machine can check: the walls between the wings, the size of things, and where words may stand."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "threadkit"
MODULES = sorted(PACKAGE.rglob("*.py"))
MOST_LINES, MOST_FUNCTION_LINES = 400, 40
WINGS_THAT_MATCH_TEXT = ("parse", "resolve")
# Declarations alone: the records of every border in one place, so that one page tells what passes between the wings.
LONGER = {"threadkit/records.py"}
# Schemes of addresses are syntax, the same in every language.
SCHEMES = {"mailto", "smtp"}
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "manager", "common", "misc", "data", "info"}
EMPTY_VERBS = ("process_", "handle_", "manage_", "do_")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines_of_code(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count a function's lines without its docstring and decorators."""
    assert function.end_lineno is not None
    lines = function.end_lineno - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None and first.end_lineno is not None:
        lines -= first.end_lineno - first.lineno + 1
    return lines


def test_a_wing_imports_only_from_the_wings_before_it(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports(no_cache=True) == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_every_wing_has_its_place_in_the_list() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    listed = re.findall(r"threadkit\.(\w+)", " ".join(contracts[0]["layers"]))
    present = {
        path.stem if path.is_file() else path.name for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert sorted(listed) == sorted(present - {"__init__", "__main__"})


def test_no_module_is_longer_than_a_reader_can_hold() -> None:
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {name: length for name, length in lengths.items() if length > MOST_LINES and name not in LONGER} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    lengths = {f"{name_of(path)}:{function.name}": lines_of_code(function) for path in MODULES for function in functions(path)}
    assert {name: length for name, length in lengths.items() if length > MOST_FUNCTION_LINES} == {}


def test_names_say_what_a_thing_is_or_does() -> None:
    assert [name_of(path) for path in MODULES if path.stem in EMPTY_NAMES] == []
    named = [
        f"{name_of(path)}:{function.name}"
        for path in MODULES
        for function in functions(path)
        if function.name.lstrip("_").startswith(EMPTY_VERBS)
    ]
    assert named == []


def literals_of_patterns(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the text literals that a module compiles as regular expressions."""
    for node in ast.walk(parsed(path)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = node.func
        if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id == "re":
            for part in ast.walk(node.args[0]):
                if isinstance(part, ast.Constant) and isinstance(part.value, str | bytes):
                    value = part.value if isinstance(part.value, str) else part.value.decode("latin-1")
                    yield part.lineno, value


def words_in_pattern(pattern: str) -> list[str]:
    """Return the literal words of a regular expression: three letters in a row that are no escape, class, group name or flag."""
    bare = re.sub(r"\(\?P?[<=!:a-zA-Z]*(?:\w+>)?|\\[uxN][0-9a-fA-F{}]*|\\.|\[[^\]]*\]|\{[^}]*\}", " ", pattern)
    return [word for word in re.findall(r"[A-Za-zÀ-ÿ]{3,}", bare) if word.lower() not in SCHEMES]


@pytest.mark.parametrize("wing", WINGS_THAT_MATCH_TEXT)
def test_no_word_that_is_matched_against_a_source_stands_in_code(wing: str) -> None:
    found = [
        f"{name_of(path)}:{line}: {words}"
        for path in sorted((PACKAGE / wing).rglob("*.py"))
        for line, pattern in literals_of_patterns(path)
        if (words := words_in_pattern(pattern))
    ]
    assert found == []


def test_the_check_for_words_in_patterns_sees_them() -> None:
    assert words_in_pattern(r"(?i)\bEnvoyé\s*:") == ["Envoyé"]
    assert words_in_pattern(r"(?P<year>\d{4})-[a-zà-ÿ]+\u00a0\w{2,3}") == []


def test_only_the_command_line_prints() -> None:
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in MODULES
        if "cli" not in path.parts
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert found == []


def test_every_module_says_what_it_is_for() -> None:
    assert [name_of(path) for path in MODULES if not ast.get_docstring(parsed(path))] == []


def test_every_lint_exception_has_its_reason() -> None:
    """A `noqa` or `type: ignore` names its rule, and a rule left out in the configuration has a comment beside it."""
    bare = [
        f"{name_of(path)}:{number}"
        for path in MODULES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"#\s*noqa(?!:)|#\s*type:\s*ignore(?!\[)", line)
    ]
    assert bare == []
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    ignored = text[text.index("\nignore = [") : text.index("[tool.ruff.lint.per-file-ignores]")]
    assert [line for line in ignored.splitlines() if re.match(r'\s+"', line) and "#" not in line] == []


def test_the_package_names_no_folder_of_one_machine() -> None:
    pattern = re.compile(r"/(?:home|Users|root)/\w+|[A-Z]:\\\\Users")
    assert [name_of(path) for path in MODULES if pattern.search(path.read_text(encoding="utf-8"))] == []


def test_the_python_that_runs_the_tests_is_one_that_is_promised() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    promised = re.search(r'requires-python = ">=(\d+)\.(\d+)"', text)
    assert promised is not None
    assert sys.version_info >= (int(promised[1]), int(promised[2]))
