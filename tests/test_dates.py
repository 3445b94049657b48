"""Printed dates: a table of prints with their values, a table of what is no date, and what damage may do."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fence import stopped_after
from threadkit.parse.date_grammar import Form, load_grammar
from threadkit.parse.dates import RULES, looks_like_date, read_date

DATA = Path(__file__).parent / "data"
WITHOUT_VALUE = {"trailing-text", "ambiguous-order", "unreadable", "empty"}


def rows(name: str) -> list[list[str]]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()[1:]
    return [[re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), cell) for cell in line.split("\t")] for line in lines]


@pytest.mark.parametrize(("text", "value", "offset", "rule", "conflict"), rows("dates.tsv"))
def test_a_printed_date_reads_as_the_table_says(text: str, value: str, offset: str, rule: str, conflict: str) -> None:
    reading = read_date(text)
    assert (reading.value, str(reading.offset_minutes)) == (value, offset or "None")
    assert reading.precision == {10: "day", 16: "minute", 19: "second"}[len(value)]
    assert bool(reading.conflict) == (conflict == "yes")
    assert reading.rule in RULES
    assert not rule or reading.rule == rule
    assert reading.text == text


@pytest.mark.parametrize("text", [row[0] for row in rows("not_dates.tsv")])
def test_what_is_no_whole_date_has_no_value(text: str) -> None:
    reading = read_date(text)
    assert (reading.value, reading.precision, reading.offset_minutes) == (None, None, None)
    assert reading.rule in WITHOUT_VALUE


def test_the_tables_are_as_large_as_they_should_be() -> None:
    assert len(rows("dates.tsv")) >= 400
    assert len(rows("not_dates.tsv")) >= 300


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "empty"),
        (" \u00a0\n", "empty"),
        ("20 octobre 2023  Nom et titre du membre du Comité de", "trailing-text"),
        ("22 septembre 2023 10:33 De : Bob", "trailing-text"),
        ("06/11/2007 9:05 AM", "ambiguous-order"),
        ("22 septembre 2023 1O:33", "unreadable"),
        ("04/13/2023", "unreadable"),
        ("x" * 100_000, "unreadable"),
        ("22 septembre 2023 " + "mot " * 50_000, "trailing-text"),
    ],
    ids=lambda value: value[:24],
)
def test_why_there_is_no_value_is_said(text: str, rule: str) -> None:
    assert read_date(text).rule == rule


def test_a_wrong_weekday_leaves_the_value_and_says_so() -> None:
    assert read_date("lundi 4 décembre 2024 11:07").conflict == "printed lundi, 2024-12-04 is a Wednesday"


def test_a_zone_that_contradicts_its_offset_is_said() -> None:
    reading = read_date("Fri, 22 Sep 2023 10:33:00 -0500 (EDT)")
    assert (reading.offset_minutes, reading.conflict) == (-300, "printed edt, the offset is -300 minutes")


@pytest.mark.parametrize(
    "text",
    [
        "22 septembre 2023 10:33", "22 septembre", "2023 10:33", "mardi 2 novembre", "2021, 09:26:50 UTC+1", "10 h 33", "2024-12-04",
        "11:07 AM", "ao?t 2021", "décembre", "à 14:25:08", "12",
    ],
)  # fmt: skip
def test_a_piece_of_a_date_looks_like_one(text: str) -> None:
    assert looks_like_date(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "mardi", "à", "de", "Bob Tremblay", "RE: Budget 2024", "418 555-0123", "G1R 4Z1", "a@b.ca", "12345", "Nom et titre", "À : Bob",
        "2023 10:33 " * 40,
    ],
    ids=lambda text: text[:24],
)  # fmt: skip
def test_other_words_do_not_look_like_a_date(text: str) -> None:
    assert not looks_like_date(text)


@pytest.mark.parametrize("text", [row[0] for row in rows("dates.tsv") if row[3] not in {"mojibake", "quoted-printable", "entities"}])
def test_a_date_cut_anywhere_between_words_can_be_joined(text: str) -> None:
    words = text.split()
    for cut in range(1, len(words)):
        joined = "\n".join((" ".join(words[:cut]), " ".join(words[cut:])))
        assert read_date(joined).value == read_date(text).value


def every_form() -> list[Form]:
    grammar = load_grammar()
    return [*grammar.forms, grammar.lost_colon, *grammar.zone_forms, grammar.token, grammar.asked_clock, grammar.asked_number]


@pytest.mark.parametrize("form", every_form(), ids=lambda form: form.rule or form.examples[0])
def test_each_form_matches_its_examples_and_no_counterexample(form: Form) -> None:
    assert form.examples
    assert form.counterexamples
    assert [text for text in form.examples if not form.regex.fullmatch(text)] == []
    whole = [match for text in form.counterexamples if (match := form.regex.fullmatch(text)) and not match.groupdict().get("rest")]
    assert whole == []


@pytest.mark.parametrize("form", every_form(), ids=lambda form: form.rule or form.examples[0])
def test_each_form_compiles_in_linear_time_engines(form: Form) -> None:
    re2 = pytest.importorskip("re2")
    assert re2.compile(form.regex.pattern).fullmatch(form.examples[0])


MONTHS = {
    "fr": ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"],
    "fr-short": ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."],
    "en": ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
    "en-short": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    "nl": ["januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"],
    "de": ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"],
}  # fmt: skip
WEEKDAYS = {
    "fr": ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
    "fr-short": ["lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."],
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    "en-short": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    "nl": ["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"],
    "de": ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"],
}
DAYS = {
    "number": lambda t: str(t.day),
    "first": lambda t: "1er" if t.day == 1 else str(t.day),
    "padded": lambda t: f"{t.day:02d}",
    "german": lambda t: f"{t.day}.",
}
CLOCKS: dict[str, tuple[str, Callable[[datetime], str]]] = {
    "": ("day", lambda _: ""),
    "10:33": ("minute", lambda t: f" {t:%H:%M}"),
    "9:33": ("minute", lambda t: f" {t.hour}:{t:%M}"),
    "10:33:05": ("second", lambda t: f" {t:%H:%M:%S}"),
    "9:33:05": ("second", lambda t: f" {t.hour}:{t:%M:%S}"),
    "at 10:33": ("minute", lambda t: f" à {t:%H:%M}"),
    "at 9:33": ("minute", lambda t: f" à {t.hour}:{t:%M}"),
    "10.33": ("minute", lambda t: f" {t:%H}.{t:%M}"),
    "9.33": ("minute", lambda t: f" {t.hour}.{t:%M}"),
    "10 h 33": ("minute", lambda t: f" {t:%H} h {t:%M}"),
    "9 h 33": ("minute", lambda t: f" {t.hour} h {t:%M}"),
    ", 9 h 33": ("minute", lambda t: f", {t.hour} h {t:%M}"),
    "9h33": ("minute", lambda t: f" {t.hour}h{t:%M}"),
    "9:33 AM": ("minute", lambda t: f" {t.hour % 12 or 12}:{t:%M} {'AM' if t.hour < 12 else 'PM'}"),
    "09:33 a.m.": ("minute", lambda t: f" {t.hour % 12 or 12:02d}:{t:%M} {'a.m.' if t.hour < 12 else 'p.m.'}"),
    "9:33:05 AM": ("second", lambda t: f" {t.hour % 12 or 12}:{t:%M:%S} {'AM' if t.hour < 12 else 'PM'}"),
}
CLOCKS["13:02 PM"] = ("minute", lambda t: f" {t:%H:%M}" + (" PM" if t.hour > 12 else ""))
CLOCKS["13:02:05 PM"] = ("second", lambda t: f" {t:%H:%M:%S}" + (" PM" if t.hour > 12 else ""))
NUMBERS = {"5": "{}", "05": "{:02d}"}
CLOCKS |= {
    f"{h} h {m} min {s} s": (
        "second",
        lambda t, form=f" {NUMBERS[h]} h {NUMBERS[m]} min {NUMBERS[s]} s": form.format(t.hour, t.minute, t.second),  # type: ignore[misc]
    )
    for h in NUMBERS
    for m in NUMBERS
    for s in NUMBERS
}
Printer = Callable[[datetime], str]


def words_form(language: str, order: str, day: str, weekday: str | None) -> Printer:
    def render(t: datetime) -> str:
        named = "" if weekday is None else WEEKDAYS[language][t.weekday()] + weekday
        month, number = MONTHS[language][t.month - 1], DAYS[day](t)
        return named + (f"{number} {month} {t.year:04d}" if order == "day first" else f"{month} {number}, {t.year:04d}")

    return render


DATE_FORMS: list[Printer] = [
    *(words_form(lang, "day first", day, mark) for lang in MONTHS for day in DAYS for mark in (None, " ", ", ")),
    *(words_form(lang, "month first", day, mark) for lang in MONTHS for day in ("number", "padded") for mark in (None, " ", ", ")),
    lambda t: f"{t:%Y-%m-%d}",
    lambda t: f"{t:%Y/%m/%d}",
    lambda t: f"{t:%Y.%m.%d}",
]
DIGIT_FORMS: list[Printer] = [
    lambda t: f"{t:%d/%m/%Y}",
    lambda t: f"{t.day}/{t.month}/{t.year}",
    lambda t: f"{t:%d.%m.%Y}",
    lambda t: f"{t:%d-%m-%Y}",
    lambda t: f"{t:%d/%m/%y}",
    lambda t: f"{t.day}.{t.month}.{t.year}",
    lambda t: f"{t.day}-{t.month}-{t.year}",
    lambda t: f"{t.day}. {t.month}. {t.year}",
    lambda t: f"{t.day}/{t.month}/{t:%y}",
    lambda t: f"{t.day}.{t.month}.{t:%y}",
    lambda t: f"{t:%d.%m.%y}",
]
TIMES = st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2069, 12, 31))  # noqa: DTZ001  a wall time
ENGLISH_HALVES = ("AM", "PM", "a.m.", "p.m.")


def printed_value(time: datetime, precision: str) -> str:
    return time.strftime({"day": "%Y-%m-%d", "minute": "%Y-%m-%dT%H:%M", "second": "%Y-%m-%dT%H:%M:%S"}[precision])


@given(TIMES, st.sampled_from(DATE_FORMS + DIGIT_FORMS), st.sampled_from(sorted(CLOCKS)))
@settings(max_examples=1500, deadline=None)
def test_any_time_printed_in_any_form_reads_back_the_same(time: datetime, form: Printer, clock: str) -> None:
    precision, render = CLOCKS[clock]
    text = form(time) + render(time)
    reading = read_date(text)
    if form in DIGIT_FORMS and text.endswith(ENGLISH_HALVES) and time.day <= 12 and time.day != time.month:
        assert reading.rule == "ambiguous-order"
    else:
        assert (reading.value, reading.precision, reading.conflict) == (printed_value(time, precision), precision, "")


@given(
    TIMES,
    st.sampled_from(DATE_FORMS),
    st.sampled_from([" ", "  ", "\u00a0", "\u202f", "\u2009", "\n"]),
    st.sampled_from([str.upper, str.lower, str.title]),
    st.sampled_from(["", ".", " *"]),
)
@settings(max_examples=300, deadline=None)
def test_blanks_case_and_missing_accents_change_nothing(
    time: datetime, form: Printer, blank: str, case: Callable[[str], str], end: str
) -> None:
    text = form(time) + CLOCKS["9 h 33"][1](time)
    changed = plain(case(text)).replace(" ", blank) + end
    assert read_date(changed).value == read_date(text).value == printed_value(time, "minute")


def plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def bare(text: str) -> str:
    """Return a print without what the grammar is free about: case, accents, blanks, an hour's zero, punctuation, marks at the ends."""
    folded = re.sub(r"(?<![0-9])[.,]|[.,](?![0-9])", " ", plain(text).lower())
    folded = re.sub(r"\b([ap]) m\b", r"\1m", " ".join(folded.split()).strip(" *:;_"))
    return re.sub(r"(?<= )0([0-9](?:[:.][0-9]{2}| ?h))", r"\1", re.sub(r"(?<=[0-9])(?=[ap]m\b)", " ", folded))


#: Italian came by data alone, after the printers above: a damaged month may be one of its own (`10 lug 2000`).
ITALIAN = ("gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre")
ITALIAN_FORMS: list[Printer] = [
    lambda t: f"{t.day} {ITALIAN[t.month - 1]} {t:%Y}",
    lambda t: f"{t.day} {ITALIAN[t.month - 1][:3]} {t:%Y}",
    lambda t: f"{t.day} {ITALIAN[t.month - 1][:4]} {t:%Y}",
]


#: American prints came later too: beside am or pm, between strokes, where the day is no month.
AMERICAN_FORMS: list[Printer] = [
    lambda t: f"{t:%m/%d/%Y}",
    lambda t: f"{t:%m/%d/%y}",
    lambda t: f"{t.month}/{t.day}/{t.year}",
    lambda t: f"{t.month}/{t.day}/{t:%y}",
]


def is_an_american_print_of(value: str, text: str) -> bool:
    time = datetime.fromisoformat(value)
    clocks = [render for printed, render in CLOCKS.values() if re.search("[AP]M$|[ap]\\.m\\.$", render(time))]
    return time.day > 12 and any(bare(text).endswith(bare(form(time) + clock(time))) for form in AMERICAN_FORMS for clock in clocks)


def is_a_print_of(value: str, text: str) -> bool:
    time = datetime.fromisoformat(value)
    precision = {10: "day", 16: "minute", 19: "second"}[len(value)]
    clocks = [render for printed, render in CLOCKS.values() if printed == precision]
    # The weekday is left out: a wrong one is a conflict that is said.
    return any(bare(text).endswith(bare(form(time) + clock(time))) for form in DATE_FORMS + DIGIT_FORMS + ITALIAN_FORMS for clock in clocks)


@given(TIMES, st.sampled_from(DATE_FORMS + DIGIT_FORMS), st.sampled_from(sorted(CLOCKS)), st.data())
@settings(max_examples=4000, deadline=None)
def test_one_damaged_character_never_reads_wrong_unless_it_makes_another_valid_print(
    time: datetime, form: Printer, clock: str, data: st.DataObject
) -> None:
    text = form(time) + CLOCKS[clock][1](time)
    at = data.draw(st.integers(0, len(text) - 1))
    put = data.draw(st.sampled_from([*"0123456789lIOoSBZ|:.,;-/ h?aemnrtuv'*()+à", "\ufffd", "\u00a0", ""]))
    damaged = text[:at] + put + text[at + data.draw(st.sampled_from([0, 1])) :]
    reading = read_date(damaged)
    if reading.value is None or reading.rule == "lost-colon":
        return
    truth = printed_value(time, CLOCKS[clock][0])
    assert reading.value == truth or is_a_print_of(reading.value, damaged) or is_an_american_print_of(reading.value, damaged)


@given(st.text(max_size=60))
@settings(max_examples=500, deadline=None)
def test_any_text_gives_a_reading_with_a_known_rule(text: str) -> None:
    reading = read_date(text)
    assert reading.text == text
    assert reading.rule in RULES
    assert (reading.value is None) == (reading.rule in WITHOUT_VALUE)


DATE_WORDS = [
    "22",
    "9",
    "septembre",
    "mars",
    "2023",
    "24",
    "10:33",
    "10",
    "h",
    "33",
    ":",
    "/",
    "-",
    ".",
    ",",
    "mardi",
    "am",
    "pm",
    "HNE",
    "+0200",
    "le",
    "à",
    "mai",
    "2024-12-04",
    "05/03/2024",
    "(",
]


@given(st.lists(st.sampled_from(DATE_WORDS), max_size=9))
@settings(max_examples=1500, deadline=None)
def test_date_words_in_any_order_invent_no_number(words: list[str]) -> None:
    reading = read_date(" ".join(words))
    if reading.value:
        printed = sorted(int(run) for run in re.findall(r"[0-9]+", " ".join(words).replace("+0200", "")))
        year, month, day, *clock = (int(run) for run in re.findall(r"[0-9]+", reading.value))
        hours = {clock[0], clock[0] - 12, clock[0] + 12} if clock else {0}
        rest = [run for run in printed if run not in {year, year % 100, month, day, *clock[1:]} | hours]
        assert rest == []
        assert year in printed or year % 100 in printed
        assert day in printed


def answers_of(*texts: str, **environment: str) -> str:
    code = (
        f"import sys; from threadkit.parse.dates import read_date as r; print([r(t).value for t in {texts!r}], 'dateparser' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-X", "utf8", "-c", code], env={**os.environ, **environment}, capture_output=True, check=True)
    return run.stdout.decode("utf-8").strip()


def test_the_answer_does_not_depend_on_the_clock_or_the_machine() -> None:
    texts = ("11:07 4 décembre 2024", "2024 décembre 4", "13:46", "mai 2024")
    answers = {
        answers_of(*texts, TZ="America/Toronto", PYTHONHASHSEED="1", LC_ALL="C"),
        answers_of(*texts, TZ="Asia/Tokyo", PYTHONHASHSEED="2", LC_ALL="C.UTF-8"),
    }
    assert answers == {"['2024-12-04T11:07', '2024-12-04', None, None] True"}


def test_reading_printed_forms_does_not_import_dateparser() -> None:
    assert answers_of("22 septembre 2023 10:33", "Bob") == "['2023-09-22T10:33', None] False"


def test_a_flood_of_what_is_nearly_a_date_is_no_date_and_holds_nothing_up() -> None:
    for text in ("lundi " * 26, "1 " * 80, "septembre" * 17, "22 septembre 2023 (" + "(" * 130, "? " * 80, "a" * 159, "9" * 159):
        with stopped_after(20, text[:40]):
            assert read_date(text).value is None
