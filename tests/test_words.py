"""The word files: every entry does what its examples say, none steps on another, and every pattern is linear in time."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import re2

from tests.fence import stopped_after
from threadkit.parse import parse_source
from threadkit.parse.intros import IntroReader
from threadkit.parse.known_lines import _needed
from threadkit.parse.lines import Lines
from threadkit.read import read_bytes
from threadkit.records import ThreadkitError
from threadkit.words import Intro, Layout, Pattern, Words, _checked, _compiled, load_words

ROOT = Path(__file__).parent.parent


def _lines(path: Path) -> list[str]:
    """Return the lines with words of a dump."""
    return [line for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]


WORDS = load_words()
PATTERNS = [pytest.param(pattern, id=f"{pattern.role}/{pattern.name}/{pattern.language}") for pattern in WORDS.all_patterns]
# Characters of a text that is nearly what is looked for, over and over: what is linear is through it in a second or two at most.
# The lines with words of all dumps here, in small letters; what a pattern needs stands in one of 25 at most.
PRINTED = [line.lower() for folder in ("tests/corpus", "samples") for path in sorted((ROOT / folder).rglob("*.txt")) for line in _lines(path)]
MOST_HOLD = 1 / 25
FLOOD = 200_000
# Not a measure but a fence against waiting for ever: seconds of the processor, ten times what the slowest needs.
MOST_SECONDS = 25.0


@pytest.fixture(scope="module")
def words() -> Words:
    return WORDS


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_matches_its_examples_and_none_of_its_counterexamples(pattern: Pattern) -> None:
    assert pattern.examples
    assert pattern.counterexamples
    assert [example for example in pattern.examples if not pattern.regex.search(example)] == []
    assert [example for example in pattern.counterexamples if pattern.regex.search(example)] == []


@pytest.mark.parametrize("pattern", PATTERNS)
def test_an_example_is_claimed_by_one_entry_of_its_role(pattern: Pattern, words: Words) -> None:
    for example in pattern.examples:
        assert [other.name for other in words.patterns(pattern.role) if other.regex.search(example)] == [pattern.name]


@pytest.mark.parametrize("pattern", [param for param in PATTERNS if param.values[0].needs])
def test_what_a_pattern_needs_is_rare(pattern: Pattern) -> None:
    found = sum(any(need in line for need in pattern.needs) for line in PRINTED)
    assert found / len(PRINTED) <= MOST_HOLD, "what many lines hold is no quick question: leave `needs` out, or find a longer text"


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_compiles_under_a_linear_time_engine(pattern: Pattern) -> None:
    re2.compile(re.sub(r"\\u([0-9a-fA-F]{4})", r"\\x{\1}", pattern.regex.pattern))  # it spells \u00a0 as \x{00a0}


@pytest.mark.parametrize("pattern", [param for param in PATTERNS if param.values[0].ends])
def test_a_pattern_s_examples_end_as_it_says(pattern: Pattern) -> None:
    assert [example for example in pattern.examples if not example.strip().endswith(pattern.ends)] == []


@pytest.mark.parametrize("pattern", [param for param in PATTERNS if param.values[0].needs])
def test_what_a_pattern_needs_stands_in_its_examples(pattern: Pattern) -> None:
    assert all(need == need.lower() for need in pattern.needs)
    assert [example for example in pattern.examples if not any(need in example.lower() for need in pattern.needs)] == []


def adversarial(pattern: Pattern, size: int) -> Iterator[str]:
    """Yield texts that are nearly what the pattern looks for, over and over, and the plain floods."""
    for part in (" ", "a", "_", "-", "0", "De : ", "\n", "> ", "<a@b", "a, ", "é ", "\u00a0", "[" * 3, "12 "):
        yield part * (size // len(part))
    for example in pattern.examples[:2]:
        for part in (example, example[:-1], example[: len(example) // 2]):
            if part:
                yield (part * (size // len(part) + 1))[:size]
                yield part + part[-1] * size


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_is_through_a_flood_of_what_it_nearly_matches(pattern: Pattern) -> None:
    for text in adversarial(pattern, FLOOD):
        with stopped_after(MOST_SECONDS, f"{len(text):,} characters: {text[:40]!r}..."):
            pattern.regex.search(text)


@pytest.mark.parametrize("role", ["letter-opening", "letter-date"])
def test_a_letter_s_date_ends_in_a_digit_so_that_no_other_line_is_asked(role: str, words: Words) -> None:
    assert all(example.rstrip()[-1].isdigit() for pattern in words.patterns(role) for example in pattern.examples)


def test_who_was_present_stands_behind_a_colon_so_that_no_other_line_is_asked(words: Words) -> None:
    assert all(":" in example for pattern in words.patterns("minutes-present") for example in pattern.examples)


@pytest.mark.parametrize("role", ["answers-announced", "answers-announced-below", "quotation-end"])
def test_the_one_pattern_for_needed_texts_finds_each_of_them_and_no_part_of_one(role: str, words: Words) -> None:
    needed = {need.encode("latin-1", "replace") for pattern in words.patterns(role) for need in pattern.needs}
    one = _needed(words, role)
    assert all(one.search(text) for text in needed)
    assert not any(one.search(text[:-1]) for text in needed if not any(other in text[:-1] for other in needed))


def test_names_are_unique_in_their_role(words: Words) -> None:
    names = Counter((pattern.role, pattern.name) for pattern in words.all_patterns)
    assert [name for name, count in names.items() if count > 1] == []
    layouts = Counter(entry.name for entry in (*words.layouts, *words.intros))
    assert [name for name, count in layouts.items() if count > 1] == []


def test_a_label_means_one_field(words: Words) -> None:
    fields: dict[tuple[str, str], set[str]] = {}
    for label in words.labels:
        fields.setdefault((label.language, words.folding.fold(label.text)), set()).add(label.field)
    assert {label: found for label, found in fields.items() if len(found) > 1} == {}


def test_a_term_stands_for_one_value_in_its_role(words: Words) -> None:
    values: dict[tuple[str, str], set[str]] = {}
    for term in words.all_terms:
        values.setdefault((term.role, words.folding.fold(term.text)), set()).add(term.value)
    assert {term: found for term, found in values.items() if len(found) > 1} == {}


def test_a_layout_names_fields_that_labels_have(words: Words) -> None:
    fields = {label.field for label in words.labels}
    for layout in words.layouts:
        assert set(layout.order) <= fields, layout.name
        assert set(layout.required) <= set(layout.order), layout.name
        assert not set(layout.required) & set(layout.optional), layout.name
        assert layout.examples, layout.name
        assert layout.counterexamples, layout.name


def layouts_of(text: str, words: Words) -> list[str]:
    reading = parse_source(read_bytes(f"{text}\n\nBonjour.\n".encode(), "example.txt"), words)
    return [occurrence.layout for occurrence in reading.occurrences]


@pytest.mark.parametrize("layout", WORDS.layouts, ids=[layout.name for layout in WORDS.layouts])
def test_a_layout_opens_its_examples_and_none_of_its_counterexamples(layout: Layout, words: Words) -> None:
    assert [example for example in layout.examples if layouts_of(example, words) != [layout.name]] == []
    assert [example for example in layout.counterexamples if layout.name in layouts_of(example, words)] == []


@pytest.mark.parametrize("intro", WORDS.intros, ids=[intro.name for intro in WORDS.intros])
def test_an_introduction_opens_its_examples_and_none_of_its_counterexamples(intro: Intro, words: Words) -> None:
    assert intro.examples
    assert intro.counterexamples
    assert [example for example in intro.examples if layouts_of(example, words) != [intro.name]] == []
    assert [example for example in intro.counterexamples if layouts_of(example, words)] == []


def test_a_sentence_that_introduces_is_found_in_a_flood_of_what_it_nearly_is(words: Words) -> None:
    for part in (*(intro.examples[0] for intro in words.intros), "Le 3 mai 2023, :", "a :", ">:", "< :", "@:", "Le " * 40 + ":"):
        source = read_bytes((f"{part}\n" * (FLOOD // (len(part) + 1) + 1)).encode(), "x.txt")
        with stopped_after(MOST_SECONDS, f"{FLOOD:,} characters: {part!r}..."):
            IntroReader(Lines(source), (), words).read()


def test_a_repair_shows_in_its_examples(words: Words) -> None:
    for repair in words.folding.repairs:
        assert repair.examples
        for example in repair.examples:
            assert repair.damaged in example
            assert repair.damaged not in words.folding.repair(example)


def test_folding_is_stable(words: Words) -> None:
    texts = [label.text for label in words.labels] + [term.text for term in words.all_terms]
    assert [text for text in texts if words.folding.fold(words.folding.fold(text)) != words.folding.fold(text)] == []


FAULTY = [
    ("an unknown key", "term", {"role": "x", "words": ["y"], "colour": "red"}, "colour"),
    ("a missing key", "pattern", {"role": "x", "name": "y", "regex": "z", "examples": ["z"]}, "counterexamples"),
    ("a label without a field", "label", {"text": ["De"]}, "field"),
]


@pytest.mark.parametrize(("section", "entry", "key"), [case[1:] for case in FAULTY], ids=[case[0] for case in FAULTY])
def test_a_faulty_entry_is_an_error_that_names_the_file_and_the_key(section: str, entry: dict[str, object], key: str) -> None:
    with pytest.raises(ThreadkitError, match=key) as caught:
        _checked(section, entry, "fr.toml")
    assert caught.value.where == "words/fr.toml"


def test_a_pattern_that_does_not_compile_is_an_error_that_names_it() -> None:
    with pytest.raises(ThreadkitError, match="broken") as caught:
        _compiled({"name": "broken", "regex": "("}, "fr.toml")
    assert caught.value.where == "words/fr.toml"
