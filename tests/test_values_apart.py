"""Headers whose labels all stand first: what is read is what was printed, in its own label, or it is not read and a defect says so."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from threadkit.parse import parse_source
from threadkit.read.formats import read_bytes
from threadkit.records import Reading
from threadkit.words import load_words

WORDS = load_words()
LABELS = {
    "en": {"from": "From:", "date": "Sent:", "to": "To:", "cc": "Cc:", "subject": "Subject:", "attachments": "Attachments:"},
    "fr": {"from": "De :", "date": "Envoyé :", "to": "À :", "cc": "Cc :", "subject": "Objet :", "attachments": "Pièces jointes :"},
}
ORDERS = (
    ("from", "date", "to", "subject"), ("from", "date", "to", "cc", "subject"), ("from", "date", "to", "cc", "subject", "attachments"),
    ("from", "to", "cc", "subject", "date"), ("subject", "from", "date", "to"), ("to", "cc", "from", "date", "subject"),
)  # fmt: skip
PEOPLE = ("Quenneville, Berthe", "Roy, Paul (DGR)", "Gordon Yee", "Ann Marsh <ann.marsh@transit.example>", "Da Silva, Gaby", "H", "greffe@ville.example",
    "Records Unit", "Direction des parcs", "Esposito, Rita T.")  # fmt: skip
DATES = ("Tuesday, April 9, 2019 8:41 AM", "12 mars 2021 14:07", "Wed 5/10/2017 1:02:00 PM", "2024-12-04 11:07", "4 juin 2020 09 h 33")
SUBJECTS = ("RE: Gate inspection", "Opening Hours", "Bridge inspection 14-B", "Is it open?", "TR: Relevé des ponceaux de la rivière et de ses deux affluents",
    "Horaire de la piscine", "Budget", "Fw: the keys", "Yee, Gordon")  # fmt: skip
BODIES = ("Samuel,\n\nThe inspector comes on Thursday.", "FYI", "Will do.", "Bonjour,\nVoici la version corrigée.\n\nMerci",
    "It says nine on the door.\n\nJohn", "See below", "Le relevé est joint, et le plan aussi.")  # fmt: skip
FILES = ("plan.pdf", "Projet 312.docx; Annexe A.pdf")


@dataclass(frozen=True)
class Drawn:
    """A header as it was before its labels and values came apart; a value that was lost is no value."""

    order: tuple[str, ...]
    values: dict[str, str]
    body: str
    text: str


@st.composite
def printed(draw: st.DrawFn) -> Drawn:
    """Draw a header, lose some of its values, and print it with its labels first or last, one a line or all on one."""
    order, labels = draw(st.sampled_from(ORDERS)), LABELS[draw(st.sampled_from(sorted(LABELS)))]
    people = draw(st.permutations(PEOPLE))
    values = {
        "from": people[0], "date": draw(st.sampled_from(DATES)), "subject": draw(st.sampled_from(SUBJECTS)), "attachments": draw(st.sampled_from(FILES)),
        "to": "; ".join(people[1 : 1 + draw(st.integers(1, 2))]), "cc": people[4],
    }  # fmt: skip
    lost = draw(st.sets(st.sampled_from(("from", "to", "cc", "subject", "attachments")), max_size=2))
    values = {field: text for field, text in values.items() if field in order and field not in lost}
    below = "\n".join(values[field] for field in order if field in values)
    alone = draw(st.sampled_from(("\n", " "))).join(labels[field] for field in order)
    gap = draw(st.sampled_from(("\n", "\n\n", "\n\n\n")))
    body = draw(st.sampled_from(BODIES))
    after = "\n\n" if len(gap) > 1 else draw(st.sampled_from(("\n", "\n\n")))
    header = f"{alone}{gap}{below}" if draw(st.booleans()) else f"{below}\n{alone}"
    return Drawn(order, values, body, f"{header}{after}{body}\n")


def read(text: str) -> Reading:
    return parse_source(read_bytes(text.encode(), "dump.txt"), WORDS)


@given(printed())
@settings(max_examples=400, deadline=None)
def test_a_value_is_read_at_its_own_label_or_not_at_all(drawn: Drawn) -> None:
    reading = read(drawn.text)
    if not reading.occurrences:
        assert [defect.code for defect in reading.defects] == ["header-incomplete"]
        return
    (message,) = reading.occurrences
    for item in message.fields:
        if item.field in drawn.order:
            assert item.text == drawn.values.get(item.field, ""), item.field
    assert message.body.split() == drawn.body.split()[: len(message.body.split())]
    told = {item.field for item in message.fields}
    assert told >= set(drawn.order) or "header-incomplete" in [defect.code for defect in reading.defects]
