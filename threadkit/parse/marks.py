"""Mark what findings may be made of: masks, emptied contact labels, attachments mentioned in the text, torn headers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from threadkit.parse.known_lines import finder
from threadkit.parse.lines import Lines, in_bytes, one_of, span
from threadkit.parse.segments import Floor
from threadkit.parse.slips import SLIP
from threadkit.records import Mark
from threadkit.words import Words

RULES = ("visible-mask", "article-mask", "article-cited", "silent-mask", "withheld-pages", "attachment-mention")

_OWN = frozenset({"body", "signature"})
_PLACES = (
    # role of the patterns, kind of mark, rule, kinds of segment in which it counts
    ("mask", "redaction", "visible-mask", frozenset({"body", "signature", "document", "header", "other"})),
    ("article-mask", "redaction", "article-mask", frozenset({"body", "signature", "header"})),
    ("section-mask", "redaction", "article-mask", frozenset({"body", "signature", "document", "header", "other"})),
    ("section-mask-in-mail", "redaction", "article-mask", _OWN | {"header"}),
    ("article-mask-in-header", "redaction", "article-mask", frozenset({"header"})),
    ("header-mask", "redaction", "visible-mask", frozenset({"header"})),
    ("silent-mask", "redaction", "silent-mask", _OWN),
    ("attachment-mention", "attachment-mention", "attachment-mention", frozenset({"body"})),
)


_ARTICLE, _CITED = "article-mask", "article-cited"
#: What a pattern says of an article in round brackets, which may be cited as well.
_ROUND = "round"
_LAST_WORD = re.compile(r"([^\W\d_]+)\.?[ \u00a0]?$")
#: Before so few words on a line, the line above is read too.
_FEW = 4
#: So many sets of rare signs are remembered: texts have few.
_MOST_ASKED = 256
#: A shorter line is not wrapped: what stands on the next one begins something.
_WRAPPED = 40
_LATIN = re.compile("[\x00-\xff]*")


class _Look(NamedTuple):
    """One pattern that is looked for: `in_bytes` and `in_text` are the texts of which it needs one.

    `signs` are the rare signs in those texts; None where one of the texts has none, or no text is needed.
    """

    kind: str
    rule: str
    places: frozenset[str]
    find: Callable[[str], re.Match[str] | None]
    regex: re.Pattern[str]
    ends: re.Pattern[str] | None
    in_bytes: tuple[str, ...]
    in_text: tuple[str, ...]
    signs: frozenset[bytes | str] | None


class Citations:
    """Tells an article that is cited from one that stands in the place of words."""

    def __init__(self, words: Words) -> None:
        self._rule_cited, self._fold = words.any_of("rule-cited"), words.folding.fold
        self._round = tuple(pattern.regex for pattern in words.patterns(_ARTICLE) if pattern.value == _ROUND)
        self._awaiting = frozenset(words.folded_terms("awaits-a-word"))

    def is_cited(self, before: str, mask: str) -> bool:
        """Say whether an article behind some words is rather cited: beside the word for a rule, or in round brackets where no word is awaited."""
        if self._rule_cited.search(before):
            return True
        if mask[:1] != "(" or not any(regex.fullmatch(mask) for regex in self._round):
            return False
        word = _LAST_WORD.search(before)
        return word is not None and self._fold(word[1]) not in self._awaiting


class Marker:
    """Finds the marks of one source: lines that hold what a pattern needs are looked up in the whole text, and only they are matched."""

    def __init__(self, lines: Lines, words: Words) -> None:
        self._lines = lines
        self._words = words
        self._denied = words.any_of("attachment-denied")
        self._no_mask, self._citations = words.any_of("no-mask"), Citations(words)

    def marks(self, floor: Floor, slips: Iterable[int] = ()) -> list[Mark]:
        """Return the marks of a source whose lines are claimed: one a line and rule, one a mask, and one attachment mentioned a message.

        Args:
            floor: the lines, claimed.
            slips: the lines that say which pages are withheld.
        """
        shown, tag_of = self._lines.shown, floor.tag
        found: dict[tuple[int, str], tuple[Mark, tuple[int, int]]] = {}
        for look, indexes in self._candidates():
            for index in indexes:
                tag = tag_of(index)
                if tag is None or not (tag.kind in look.places or tag.rule == SLIP) or (match := look.find(shown[index])) is None:
                    continue
                rule = self._rule(look.rule, index, match)
                if rule == _CITED:
                    match, rule = self._uncited(look, index, match)
                if rule and (index, look.rule) not in found:
                    mark = Mark(look.kind, span(index, index), tag.occurrence_id, match.group(0).strip(), rule)
                    found[index, look.rule] = mark, match.span()
        _keep_one_a_mask(found)
        for index in slips:
            cited = found.get((index, _ARTICLE))
            if (index, "visible-mask") not in found and (cited is None or cited[0].rule != _ARTICLE):
                found[index, _ARTICLE] = Mark("redaction", span(index, index), None, shown[index].strip(), "withheld-pages"), (0, 0)
        return _one_mention_a_message([mark for _, (mark, _) in sorted(found.items())]) if found else []

    def _rule(self, rule: str, index: int, match: re.Match[str]) -> str:
        """Return the rule of a mark: an article beside the word for a rule is cited there.

        "" for what a mail program leaves out of what it shows, and for an attachment that a mail says it has not.
        """
        if rule == "attachment-mention" and self._denied.search(self._lines.shown[index]):
            return ""
        if rule == "visible-mask" and self._no_mask.search(match.group(0).strip()):
            return ""
        if rule == _ARTICLE and self._citations.is_cited(self._before(index, match.start()), match.group(0).lstrip()):
            return _CITED
        return rule

    def _uncited(self, look: _Look, index: int, cited: re.Match[str]) -> tuple[re.Match[str], str]:
        """Return the first article of a line that stands in the place of words, with its rule, or the one that is cited where all are."""
        for match in look.regex.finditer(self._lines.shown[index], cited.end()):
            if (rule := self._rule(look.rule, index, match)) != _CITED:
                return match, rule
        return cited, _CITED

    def _before(self, index: int, at: int) -> str:
        """Return the words before a place of a line, and where they are few those of the line above."""
        before = self._lines.shown[index][:at]
        if before.endswith(("  ", "\t")) or (not before.strip() and index and len(self._lines.stripped[index - 1]) < _WRAPPED):
            return ""
        return before if len(before.split()) > _FEW or not index else f"{self._lines.shown[index - 1].rstrip()} {before.lstrip()}"

    def _candidates(self) -> Iterator[tuple[_Look, Iterable[int]]]:
        """Yield what is worth looking for in the source, with lines: what asks for a rare sign only where one stands, and for a text where it does."""
        _, latin, others = _looks(self._words)
        lowered, text = self._lines.lowered, self._lines.text
        standing = [*[sign for sign in latin if sign in lowered], *[sign for sign in others if sign in text]]
        asked = _asked(self._words, frozenset(standing))
        for needed, look in [pair for pair in asked if pair[0] is None or pair[0] in lowered]:
            yield look, self._unsearched(look) if needed is None else self._lines.holding(lowered, needed, lowered.find(needed))

    def _unsearched(self, look: _Look) -> Iterable[int]:
        """Return the lines that end as a pattern's lines do, or hold a text beyond Latin-1 that it needs (every line, where it needs nothing)."""
        lines, text = self._lines, self._lines.text
        if look.ends is not None:
            return lines.ending_in(look.ends)
        if not look.in_text:
            return range(lines.count)
        found: list[int] = []
        for needed in look.in_text:
            if needed[0] in text:
                whole = text.lower() if needed.upper() != needed else text
                found.extend(lines.holding(whole, needed, whole.find(needed)))
        return found


@lru_cache(maxsize=_MOST_ASKED)
def _asked(words: Words, standing: frozenset[bytes | str]) -> tuple[tuple[bytes | None, _Look], ...]:
    """Return what is looked for where some rare signs stand, each with a text that its line must hold, as bytes (None where it is found otherwise)."""
    found = list[tuple[bytes | None, _Look]]()
    for look in _looks(words)[0]:
        if look.signs is None or not look.signs.isdisjoint(standing):
            if look.ends is None:
                found.extend((needed, look) for needed in in_bytes(look.in_bytes))
            if look.ends is not None or look.in_text or not look.in_bytes:
                found.append((None, look))
    return tuple(found)


@cache
def _looks(words: Words) -> tuple[tuple[_Look, ...], frozenset[bytes], frozenset[str]]:
    """Return what is looked for, pattern by pattern, with what each needs sorted by how it is searched; and the rare signs of them all."""
    found = []
    for role, kind, rule, places in _PLACES:
        for pattern in words.patterns(role):
            latin = tuple(needed for needed in pattern.needs if _LATIN.fullmatch(needed))
            others = tuple(needed for needed in pattern.needs if needed not in latin)
            ends = one_of(pattern.ends) if pattern.ends else None
            signs: set[bytes | str] = {*(_sign(needed).encode("latin-1") for needed in latin), *map(_sign, others)}
            rare = bool(pattern.needs) and ends is None and signs.isdisjoint((b"", ""))
            found.append(_Look(kind, rule, places, finder(pattern.regex), pattern.regex, ends, latin, others, frozenset(signs) if rare else None))
    rare_signs = {sign for look in found for sign in look.signs or ()}
    in_text = frozenset(sign for sign in rare_signs if isinstance(sign, str))
    return tuple(found), frozenset(sign for sign in rare_signs if isinstance(sign, bytes)), in_text


def _sign(needed: str) -> str:
    """Return the first character that is no letter: rare signs are asked for before longer texts ("" where there is none)."""
    return next((char for char in needed if not char.isalnum()), "")


def _keep_one_a_mask(found: dict[tuple[int, str], tuple[Mark, tuple[int, int]]]) -> None:
    """Take out what is told of one mask twice: where an article says why words are masked, that is told."""
    for index, rule in [key for key in found if key[1] == _ARTICLE]:
        mark, (start, end) = found[index, rule]
        other = found.get((index, "visible-mask"))
        if other is not None and mark.kind == other[0].kind and other[1][0] < end and start < other[1][1]:
            del found[index, "visible-mask"]


def _one_mention_a_message(marks: list[Mark]) -> list[Mark]:
    seen: set[int | None] = set()
    kept = []
    for mark in marks:
        if mark.kind == "attachment-mention":
            if mark.occurrence_id in seen:
                continue
            seen.add(mark.occurrence_id)
        kept.append(mark)
    return kept
