"""Dumps and what the archive must say of them. `make expected` rewrites the expected files, and the reader reads the diff.

in-the-wild: shapes as they were seen, with invented people and words. synthetic: shapes thought out. negative: what looks like mail and is none.
known-failures: what is still wrong; their expected files say by hand, in part, what should be, and must fail until it is.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.expected import CORPUS, FOLDERS, Case, cases, differences, import_dump

CASES = cases()


def marked(case: Case) -> object:
    marks = [pytest.mark.xfail(strict=True, reason=case.about.read_text(encoding="utf-8").splitlines()[0])] if case.fails else []
    return pytest.param(case, id=case.id, marks=marks)


@pytest.mark.parametrize("case", [marked(case) for case in CASES])
def test_the_archive_says_what_is_expected_of_a_dump(case: Case, tmp_path: Path) -> None:
    expected = json.loads(case.expected.read_text(encoding="utf-8"))
    found = import_dump(case.dump, tmp_path)
    assert list(differences(expected, found)) == []
    if not case.fails:
        assert found == expected


@pytest.mark.parametrize("case", [case for case in CASES if case.id.startswith("negative/")], ids=lambda case: case.id)
def test_what_only_looks_like_mail_makes_no_message(case: Case, tmp_path: Path) -> None:
    assert import_dump(case.dump, tmp_path)["messages"] == []


def test_every_dump_says_where_it_is_from() -> None:
    assert [case.id for case in CASES if not case.about.exists() or "Licence:" not in case.about.read_text(encoding="utf-8")] == []


def test_every_file_of_the_corpus_belongs_to_a_dump() -> None:
    belonging = {path for case in CASES for path in (case.dump, case.expected, case.about)}
    present = {path for folder in FOLDERS for path in (CORPUS / folder).iterdir() if not path.name.startswith(".")}
    assert sorted(str(path) for path in present - belonging) == []
