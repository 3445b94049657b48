"""What a record is at run time: a value, quick to make."""

from __future__ import annotations

import pickle
from dataclasses import fields, is_dataclass, replace

import pytest

from threadkit.records import Defect, Mailbox, Span

RECORDS = [Span(1, 2), Defect("date-unreadable", Span(3, 3), "l5 mars"), Mailbox("Roy, Paul", "Roy, Paul", None)]


@pytest.mark.parametrize("record", RECORDS)
def test_a_record_is_equal_to_its_copies_and_hashes_as_they_do(record: object) -> None:
    copies = {replace(record), pickle.loads(pickle.dumps(record)), record}  # type: ignore[type-var]
    assert copies == {record}


@pytest.mark.parametrize("record", RECORDS)
def test_a_record_takes_no_other_attributes(record: object) -> None:
    with pytest.raises(AttributeError):
        record.other = 1  # type: ignore[attr-defined]


def test_a_record_differs_where_a_value_does_and_is_no_tuple() -> None:
    assert Span(1, 2) != Span(1, 3)
    assert Span(1, 2) != (1, 2)
    assert is_dataclass(Span)
    assert [field.name for field in fields(Span)] == ["first_line", "last_line"]
