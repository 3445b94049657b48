"""Print a moment in one of the formats of data/dates.toml, and say what the print tells of it."""

from __future__ import annotations

from datetime import datetime

from tests.generator.stock import read_data


def print_moment(moment: datetime, form: str, language: str, europe: bool) -> tuple[str, str]:
    """Return the print and its value: `YYYY-MM-DDTHH:MM`, with seconds where they are printed."""
    data = read_data("dates")
    month, day = moment.month - 1, moment.weekday()
    offset = _offset(moment, europe)
    weekday, short = data["days"][language][day], data["short_days"][language][day]
    half = "AM" if moment.hour < 12 else "PM"
    text = form.format(
        d=moment.day, dd=f"{moment.day:02}", d1="1er" if moment.day == 1 else moment.day, dth=_ordinal(moment.day),
        mm=f"{moment.month:02}", month=data["months"][language][month], Month=data["months"][language][month].capitalize(),
        mon=data["short_months"][language][month], Mon=data["short_months"][language][month], Mone=data["short_months"]["en"][month],
        y=moment.year, yy=f"{moment.year % 100:02}", H=f"{moment.hour:02}", h=moment.hour, M=f"{moment.minute:02}", S=f"{moment.second:02}",
        h12=(moment.hour + 11) % 12 + 1, AMPM=half, ampm="a.m." if half == "AM" else "p.m.",
        weekday=weekday, Weekday=weekday.capitalize(), wkd=short, Wkd=short.capitalize(), Wk3=short.rstrip(".").capitalize(),
        Wkde=data["short_days"]["en"][day], offset=f"{offset:+03}00", utc=f"UTC{offset:+}", gmt=f"GMT{offset:+03}:00",
        zone=_zone(moment, europe),
    )  # fmt: skip
    return text, moment.isoformat(timespec="seconds" if "{S}" in form else "minutes")


def _summer(moment: datetime) -> bool:
    """Tell whether clocks are advanced; the weeks in which they change are told roughly."""
    return 4 <= moment.month <= 10


def _offset(moment: datetime, europe: bool) -> int:
    return (1 if europe else -5) + _summer(moment)


def _zone(moment: datetime, europe: bool) -> str:
    return ("CEST" if _summer(moment) else "CET") if europe else ("EDT" if _summer(moment) else "EST")


def _ordinal(day: int) -> str:
    return f"{day}{'th' if 10 < day < 14 else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"
