"""The lines of a stamp that no word file knows, told by those beside them that one knows."""

from __future__ import annotations

from threadkit.parse import parse_source
from threadkit.read import read_bytes
from threadkit.words import load_words

STAMP = "Harbour Authority\nCase No. H-2019-00318\nDate: 03/02/2020{}\n"


def furniture_of(text: str) -> list[str]:
    source = read_bytes(text.encode(), "x.txt")
    reading = parse_source(source, load_words())
    lines = source.text.split("\n")
    found = [segment for segment in reading.segments if segment.kind == "furniture"]
    return [lines[index].strip() for segment in found for index in range(segment.span.first_line - 1, segment.span.last_line)]


def page(number: int, words: str) -> str:
    return STAMP.format("") + f"\n{words}\n\n" + STAMP.format(f"          HARB-000441{number}")


HEADER = "From: Marsh, Deborah <deborah.marsh@harbours.example>\nSent: Tuesday, June 11, 2019 9:14 AM\nTo: Abernathy, Ruth\nSubject: The quay\n\nFYI"


def test_a_stamp_s_further_lines_are_furniture_on_every_page() -> None:
    found = furniture_of("\f".join((page(1, HEADER), page(2, "The piles are old."), page(3, "They hold."))))
    assert found.count("Harbour Authority") == 6
    assert sum(line.startswith("Date:") for line in found) == 6


def test_what_comes_again_above_the_foot_of_pages_alone_is_no_stamp() -> None:
    foot = "Ruth Abernathy\nCase No. H-2019-00318\n"
    found = furniture_of("\n".join((f"{HEADER}\n\n{foot}", f"The piles are old.\n\n{foot}", f"They hold.\n\n{foot}")))
    assert found.count("Case No. H-2019-00318") == 3
    assert "Ruth Abernathy" not in found


def test_a_header_right_below_a_stamp_is_none_of_its_lines() -> None:
    head = "Case No. H-2019-00318\n"
    found = furniture_of("\n\f".join(head + HEADER.replace("9:14", f"9:1{number}") for number in range(4)))
    assert found == ["Case No. H-2019-00318"] * 4
