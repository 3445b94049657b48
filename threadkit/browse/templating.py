"""The pages' own Jinja environment, one a language: everything printed is escaped and its hidden characters are marked, whoever wrote the template."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from threadkit.browse.findings import told
from threadkit.browse.visible import finalized, linked, safe_address
from threadkit.hidden import with_marks
from threadkit.locale import load_texts
from threadkit.locale.catalogue import Catalogue, load_catalogue
from threadkit.locale.times import written_time

__all__ = ["load_environment"]


@cache
def load_environment(language: str) -> Environment:
    """Return the environment of the pages in `language`; once a process."""
    catalogue, texts = load_catalogue(language), load_texts(language)
    environment = Environment(
        loader=PackageLoader("threadkit.browse"),
        autoescape=True,
        finalize=finalized,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals |= {"_": _say(catalogue), "ngettext": _count(catalogue, texts.number), "language": language, "told": told}
    environment.filters |= {
        "linked": linked,
        "safe_address": safe_address,
        "number": texts.number,
        "when": lambda value: _time(value, written_time(value, catalogue)),
        "stamp": lambda value: _time(value, str(value).replace("T", " ") if value else ""),
        "oneline": lambda value: " ".join(with_marks(str(value or "")).split()),
        "written_month": lambda value: written_time(value, catalogue),
    }
    return environment


def _shown(value: object) -> object:
    return value if isinstance(value, Markup | int | float) else escape(with_marks(str(value)))


def _say(catalogue: Catalogue) -> Callable[..., str]:
    def say(message: str, **values: object) -> str:
        text = catalogue.text(message)
        return escape(text).format(**{key: _shown(value) for key, value in values.items()}) if values else text

    return say


def _count(catalogue: Catalogue, number: Callable[[int], str]) -> Callable[..., str]:
    def count(one: str, other: str, n: int, **values: object) -> str:
        text = catalogue.counted(one, other, n)
        return escape(text).format(n=number(n), **{key: _shown(value) for key, value in values.items()})

    return count


def _time(value: object, shown: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(with_marks(str(value)), with_marks(shown)) if value else Markup("")
