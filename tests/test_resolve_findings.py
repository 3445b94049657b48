"""What a reader should know: masks, variants, dates that disagree, attachments spoken of."""

from __future__ import annotations

import pytest

from tests.resolve_readings import MemoryReadings, conclude, occurrence, piece
from threadkit.records import HeaderField, Mark, Occurrence, Span

WORDS = "La passerelle restera fermée jusqu'à la visite de l'ingénieur, prévue jeudi matin."


def say(body: str = WORDS, *, source: str = "a", **more: object) -> Occurrence:
    given: dict[str, object] = {"to": "Guay, Luc", "source": source} | more
    return occurrence("Roy, Anne", "2024-03-01T09:00", "Passerelle", body, **given)  # type: ignore[arg-type]


def summary(given: list[Occurrence], marks: list[tuple[int, Mark]] | None = None) -> list[str]:
    found = conclude(MemoryReadings(given, (), marks or ()))
    return sorted(f"{f.kind} {f.certainty} {f.rule}" for f in found.findings)


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        pytest.param(say(source="b"), [], id="the same words"),
        pytest.param(say("", source="b"), [], id="a copy without words"),
        pytest.param(say(WORDS.replace(" ", "\n"), source="b"), [], id="wrapped otherwise"),
        pytest.param(say(WORDS.replace("é", "e").replace("'", "’"), source="b"), [], id="accents and quotes"),
        pytest.param(say(WORDS.replace("jeudi", "vendredi"), source="b"), ["variant certain variant-words"], id="another word"),
        pytest.param(say(WORDS.replace("de l'ingénieur", "█████"), source="b"), ["variant certain variant-mask"], id="a mask"),
        pytest.param(say(WORDS + "\nAnne Roy\nDirectrice", source="b"), [], id="a name and a title more"),
        pytest.param(
            say(WORDS + "\nIl faudra prévenir le syndicat avant lundi.", source="b"), ["variant certain variant-words"], id="a sentence more"
        ),
        pytest.param(
            say(WORDS + "\nIl faudra prévenir le syndicat avant lundi", source="b"), ["variant possible variant-ending"], id="words more, no sentence"
        ),
        pytest.param(say(to="Guay, Luc; Li, Wen", source="b"), ["variant certain variant-recipients"], id="a recipient more"),
        pytest.param(say(to="Guay, Luc <luc.guay@ville.example>", source="b"), [], id="an address more"),
    ],
)
def test_copies_that_differ_are_a_variant(second: Occurrence, expected: list[str]) -> None:
    assert summary([say(), second]) == expected


def test_a_signature_left_in_the_words_of_one_copy_is_no_variant() -> None:
    first = say(signature="Anne Roy\nDirectrice")
    assert summary([first, say(WORDS + "\nAnne Roy\nDirectrice", source="b")]) == []


def test_a_message_known_from_a_quotation_only() -> None:
    outer = occurrence("Guay, Luc", "2024-03-02T09:00", "TR: Passerelle", "Pour vous.", to="Li, Wen", at=1)
    assert summary([outer, say(at=10, within=outer)]) == ["only-quoted certain known-from-quotation"]


def test_a_weekday_that_disagrees_is_a_finding_and_the_date_stands() -> None:
    given = say(conflict="printed lundi, 2024-03-01 is a Friday")
    found = conclude(MemoryReadings([given]))
    assert found.messages[0].sent_at == "2024-03-01T09:00"
    assert summary([given]) == ["date-conflict certain printed-date-conflict"]


def test_an_emptied_recipient_label_is_a_redaction_whatever_another_copy_prints() -> None:
    empty = say(to="")
    emptied = Occurrence(**{f: getattr(empty, f) for f in Occurrence.__slots__} | {"fields": (HeaderField("to", "À", "", Span(3, 3)),)})
    assert summary([emptied]) == ["redaction certain emptied-label"]
    assert summary([emptied, say(source="b")]) == ["redaction certain emptied-label"]


@pytest.mark.parametrize(
    ("mark", "expected"),
    [
        (("redaction", "[caviardé]", "visible-mask"), ["redaction certain visible-mask"]),
        (("redaction", "Cell.", "silent-mask"), ["redaction possible silent-mask"]),
        (("attachment-mention", "ci-joint", "attachment-mention"), ["attachment-mentioned-not-named certain spoken-of"]),
    ],
)
def test_marks_become_findings(mark: tuple[str, str, str], expected: list[str]) -> None:
    given = say()
    kind, text, rule = mark
    assert summary([given], [(given.source_id, Mark(kind, Span(4, 4), given.id, text, rule))]) == expected


def test_an_attachment_spoken_of_in_a_quotation_is_only_possible() -> None:
    outer = occurrence("Guay, Luc", "2024-03-02T09:00", "TR: Passerelle", "Pour vous.", to="Li, Wen", at=1)
    inner = say(at=10, within=outer, layout="outlook-inline")
    mark = Mark("attachment-mention", Span(12, 12), inner.id, "ci-joint", "attachment-mention")
    assert "attachment-mentioned-not-named possible spoken-of" in summary([outer, inner], [(inner.source_id, mark)])


def test_an_attachment_spoken_of_and_named_is_no_finding() -> None:
    given = say(attachments=["image001.png"])
    mark = Mark("attachment-mention", Span(4, 4), given.id, "ci-joint", "attachment-mention")
    assert summary([given], [(given.source_id, mark)]) == []


def test_a_mark_inside_a_document_names_the_document() -> None:
    given = say()
    text = piece("Un texte sans titre.\nObjet : suite", after=given, at=20)
    mark = Mark("header-incomplete", Span(21, 21), None, "Objet : suite", "header-torn")
    found = conclude(MemoryReadings([given], [text], [(given.source_id, mark)]))
    assert [(f.kind, f.document_id) for f in found.findings] == [("header-incomplete", found.documents[0].id)]
