"""Which language a page speaks: the one asked for in its address, the one asked for before, the one that the browser prefers, English."""

from __future__ import annotations

from collections.abc import Mapping

from threadkit.locale import LANGUAGES

__all__ = ["COOKIE", "asked_language", "choose_page_language"]

COOKIE = "threadkit_lang"
_MOST_HEADER = 1000


def asked_language(given: str | None) -> str | None:
    """Return fr or en where that is what `?lang=` says."""
    return given if given in LANGUAGES else None


def choose_page_language(given: str | None, cookies: Mapping[str, str], accepted: str) -> str:
    """Return fr or en.

    Args:
        given: what `?lang=` says.
        cookies: the cookies of the request.
        accepted: its Accept-Language header.
    """
    return asked_language(given) or asked_language(cookies.get(COOKIE)) or _preferred(accepted) or "en"


def _preferred(accepted: str) -> str | None:
    """Return the language of ours that an Accept-Language header prefers (RFC 9110, 12.5.4); of equals the first.

    >>> _preferred("de, fr-CA;q=0.9, en;q=0.8")
    'fr'
    """
    found: list[tuple[float, str]] = []
    for part in accepted[:_MOST_HEADER].split(","):
        name, *parameters = (each.strip() for each in part.split(";"))
        language = asked_language(name.lower().partition("-")[0])
        weight = next((_weight(each[2:]) for each in parameters if each.startswith("q=")), 1.0)
        if language and weight > 0:
            found.append((-weight, language))
    return min(found, key=lambda pair: pair[0])[1] if found else None


def _weight(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
