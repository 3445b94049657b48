"""Write the archive's times as French and English do."""

from __future__ import annotations

import re

from threadkit.locale.catalogue import Catalogue

__all__ = ["MONTHS", "written_time"]

_TIME = re.compile(r"(\d{4})-(\d\d)(?:-(\d\d))?(?:T(\d\d):(\d\d)(?::(\d\d))?)?")


def _named(message: str) -> str:
    """Mark a text for the catalogue that is looked up later."""
    return message


MONTHS = tuple(
    map(
        _named,
        ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"),
    )
)


def written_time(value: object, catalogue: Catalogue) -> str:
    """Return a time of the archive as the language writes it, any other text as it is.

    >>> from threadkit.locale.catalogue import load_catalogue
    >>> written_time("2023-09-22T10:33", load_catalogue("fr"))
    '22 septembre 2023, 10\\xa0h\\xa033'
    """
    match = _TIME.fullmatch(str(value or ""))
    if match is None or not 1 <= int(match[2]) <= len(MONTHS):
        return str(value or "")
    year, month, day, hour, minute, second = match.groups()
    name = catalogue.text(MONTHS[int(month) - 1])
    parts = {"year": year, "month": name, "day": int(day or 0), "hour": int(hour or 0), "hour2": hour, "minute": minute, "second": second}
    if day is None:
        return catalogue.text("{month} {year}").format(**parts)
    if hour is None:
        return catalogue.text("{day} {month} {year}").format(**parts)
    if second is None:
        return catalogue.text("{day} {month} {year}, {hour2}:{minute}").format(**parts)
    return catalogue.text("{day} {month} {year}, {hour2}:{minute}:{second}").format(**parts)
