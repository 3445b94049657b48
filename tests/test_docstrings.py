"""The examples in docstrings hold."""

from __future__ import annotations

import doctest
import pkgutil
import re
from importlib import import_module

import pytest

import threadkit

MODULES = [module.name for module in pkgutil.walk_packages(threadkit.__path__, "threadkit.") if not module.name.endswith("__main__")]
WITH_EXAMPLES = [name for name in MODULES if re.search(r"(?m)^ +>>> ", import_module(name).__loader__.get_source(name) or "")]


def test_docstrings_have_examples() -> None:
    assert len(WITH_EXAMPLES) > 10


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_the_examples_of_a_module_hold(name: str) -> None:
    result = doctest.testmod(import_module(name))
    assert result.attempted > 0
    assert result.failed == 0
