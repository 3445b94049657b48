"""Which articles of which law a text cites, and what each is about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from threadkit.words import Words

__all__ = ["Article", "Laws"]

_PART = re.compile(r"([LR]?)\.?\s?(\d+(?:[.-]\d+)*)(?:\([^)]*\))*")
_RANGE = re.compile(r"^(\d{1,3})-(\d{1,3})$")
_PREFIX = "law-"
_LONGEST_RANGE = 30


@dataclass(frozen=True, slots=True)
class Article:
    """One article cited: its law (quebec, canada, france, usa, "" where none can be told), its number, what it is about in two languages, the
    address where it is published ("" where none is known), and whether those words were held against a public text.
    """

    law: str
    number: str
    about_fr: str
    about_en: str
    source: str = ""
    is_checked: bool = False


class Laws:
    """Reads the articles that texts cite, by the laws of the word files."""

    def __init__(self, words: Words) -> None:
        self._folding = words.folding
        self._patterns = tuple(pattern.regex for pattern in words.patterns("articles-cited"))
        self._paragraphs = words.any_of("paragraph-cited")
        self._exemptions = tuple(pattern.regex for pattern in words.patterns("exemption-cited"))
        self._names: dict[str, tuple[str, ...]] = {}
        self._entries: dict[str, dict[str, Any]] = {}
        self._laws: dict[str, dict[str, dict[str, str]]] = {}
        for laws in words.table("laws").values():
            for law, entry in laws.items():
                self._laws[law] = {str(number): about for number, about in entry["articles"].items()}
                self._entries[law] = entry
                self._names[law] = tuple(words.folded_terms(f"{_PREFIX}{law}"))

    def law_of(self, text: str) -> str:
        """Return the law that a letter speaks of most, "" where it names none, or two as often."""
        folded = self._folding.fold(text)
        counted = sorted(((sum(folded.count(name) for name in names), law) for law, names in self._names.items()), reverse=True)
        if not counted or counted[0][0] == 0 or (len(counted) > 1 and counted[1][0] == counted[0][0]):
            return ""
        return counted[0][1]

    def cited(self, text: str, law: str) -> Iterator[tuple[Article, int]]:
        """Yield each article that `text` cites with the place of the citation in it; an article cited again is yielded again."""
        for regex in self._patterns:
            for match in regex.finditer(text):
                for number in _numbers(match.group("articles"), self._paragraphs):
                    yield self.article(law, number), match.start()
        for regex in self._exemptions:
            for match in regex.finditer(text):
                yield self.article(law, f"(b)({match.group('number') or match.group('alone')})"), match.start()

    def article(self, law: str, number: str) -> Article:
        """Return an article with what it is about, as far as the word files tell.

        Where no law is told, a number that is more than figures (`L311-5`, `(b)(6)`) tells it, if one law alone has such an article.
        """
        told = [name for name, articles in self._laws.items() if number in articles] if not law and not number[:1].isdigit() else []
        law = told[0] if len(told) == 1 else law
        about = self._laws.get(law, {}).get(number, {})
        if not about:
            return Article(law, number, "", "")
        is_checked = number in self._entries[law].get("checked", ())
        return Article(law, number, about.get("fr", ""), about.get("en", ""), self._source(law, number), is_checked)

    def entry(self, law: str) -> Mapping[str, Any]:
        """Return what the word files say of a law: its name, source, the body that reviews, its articles and which of them were checked."""
        return self._entries[law]

    def _source(self, law: str, number: str) -> str:
        entry = self._entries[law]
        return str(entry.get("article_source", entry["source"])).replace("{number}", number.replace(".", entry.get("point", ".")))


def _numbers(printed: str, paragraphs: re.Pattern[str]) -> Iterator[str]:
    """Yield the numbers of `9, 29 alinéa 2, 37, 53 et 54`: paragraphs are no articles, and `53-54` are two."""
    for code, number in _PART.findall(paragraphs.sub("", printed)):
        found = _RANGE.match(number)
        if found and not code and 0 < int(found.group(2)) - int(found.group(1)) <= _LONGEST_RANGE:
            yield from map(str, range(int(found.group(1)), int(found.group(2)) + 1))
        else:
            yield f"{code}{number}".rstrip(".-")
