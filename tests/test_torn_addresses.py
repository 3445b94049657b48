"""An address that a scan tore (a blank inside its brackets) is no part of the name, and its tail is no address."""

from __future__ import annotations

import pytest

from threadkit.parse.mailboxes import read_mailbox

PRINTED = [
    ("Côté, Odile <odile.cote @rivage.example>", "Côté, Odile", None),
    ("Roy, Paul <paul roy@rivage.example>", "Roy, Paul", None),
    ("<paul roy@rivage.example>", None, None),
    ("Roy, Paul <mailto: paul@rivage.example>", "Roy, Paul", "paul@rivage.example"),
    ("Roy, Paul < paul@rivage.example >", "Roy, Paul", "paul@rivage.example"),
]


@pytest.mark.parametrize(("printed", "name", "email"), PRINTED)
def test_a_torn_address_gives_neither_an_address_nor_a_part_of_a_name(printed: str, name: str | None, email: str | None) -> None:
    read = read_mailbox(printed)
    assert (read.name, read.email, read.text) == (name, email, printed)
