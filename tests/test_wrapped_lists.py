"""Lists of recipients, wrapped anywhere: the same mailboxes whatever the width, or a defect that says so."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from threadkit.parse import parse_source
from threadkit.read.formats import read_bytes
from threadkit.words import load_words

WORDS = load_words()
SURNAMES = ("Lagacé", "Quenneville", "Le May", "Da Silva", "D'Astous", "St-Onge", "Van der Meersch", "O'Reilly", "Roy-Côté", "Tran", "de la Durantaye")
GIVEN = ("Gisèle", "Marie-Michèle", "Paul-Émile", "Thi Kim Anh", "J.-P.", "Anne", "Jean François", "Zoé")
UNITS = ("", " (DGH)", " (Externe)", " (DG-OUEST)", " (Direction des eaux)")
OTHERS = ("DL-Comité-Berges", "_MESS_DGH_Tous", "info@marais.example", "Boîte Info-Berges")
AFTER_NAME = ("", " <{local}@marais.example>", " [mailto:{local}@marais.example]")


@st.composite
def mailboxes(draw: st.DrawFn) -> str:
    """Draw one recipient as Windows Outlook prints it."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.sampled_from(OTHERS))
    name = f"{draw(st.sampled_from(SURNAMES))}, {draw(st.sampled_from(GIVEN))}"
    return name + draw(st.sampled_from(UNITS)) + draw(st.sampled_from(AFTER_NAME)).format(local=f"p{draw(st.integers(1, 999))}.nom")


def dump(recipients: list[str], width: int, tight: bool) -> str:
    colon = ":" if tight else " :"
    wrapped = textwrap.fill(f"À{colon} {'; '.join(recipients)}", width, break_on_hyphens=False, break_long_words=False)
    return f"De{colon} Simard, Lise\nEnvoyé{colon} 3 mai 2024 09:12\n{wrapped}\nObjet{colon} Calendrier\n\nBonjour,\nVoici le calendrier.\n"


def read(text: str) -> tuple[list[tuple[str | None, str | None]], list[str]]:
    reading = parse_source(read_bytes(text.encode(), "dump.txt"), WORDS)
    found = [(m.mailbox.name, m.mailbox.email) for each in reading.occurrences for m in each.mailboxes if m.field == "to"]
    return found, [defect.code for defect in reading.defects]


@given(st.lists(mailboxes(), min_size=1, max_size=40), st.integers(30, 130), st.booleans())
@settings(max_examples=300, deadline=None)
def test_a_wrapped_list_has_the_mailboxes_of_the_list_on_one_line(recipients: list[str], width: int, tight: bool) -> None:
    whole, _ = read(dump(recipients, 100_000, tight))
    wrapped, defects = read(dump(recipients, width, tight))
    assert len(whole) == len(recipients)
    assert wrapped == whole or defects


@pytest.mark.parametrize("width", [40, 72, 96])
def test_hundreds_of_recipients_are_read_whatever_the_width(width: int) -> None:
    recipients = [f"{SURNAMES[n % 11]}, {GIVEN[n % 8]}{UNITS[n % 5]}{AFTER_NAME[n % 3].format(local=f'p{n}.nom')}" for n in range(400)]
    found, _ = read(dump(recipients, width, tight=True))
    assert len(found) == 400
    assert found == read(dump(recipients, 1_000_000, tight=True))[0]
