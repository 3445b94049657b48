"""Bind the pieces of one run of text to the attachments that the message before it names.

One binding at a time, the surest first; where two attachments fit one text, or one two unrelated texts, none is bound. The pieces
between two bound beginnings belong to the earlier one, unless one of them opens like a document of its own while an attachment is still
without text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from threadkit.frozen import record
from threadkit.resolve.openings import Clue, Opening, OpeningReader

RULES = ("title-words", "only-attachment", "in-order")

ENOUGH = 0.5
MARGIN = 0.15
CONFIDENCE = {"title-words": 0.9, "only-attachment": 0.8, "in-order": 0.6}
CONFIRMED = 0.95
_NO_LETTER = re.compile(r"[\W_]+")
#: So many words in capitals are a title.
_TITLE_WORDS = 2


@record(frozen=True, slots=True)
class Named:
    """One attachment that a chain names: the occurrence that names it, filename, form for comparing, and whether it can hold text.

    `others` are the occurrences besides that hold the same bytes under that name.
    """

    occurrence_id: int
    filename: str
    key: str
    has_words: bool
    others: tuple[int, ...] = ()


@record(frozen=True, slots=True)
class Bound:
    """One document start: the index of the piece, the attachment, and how sure it is."""

    piece: int
    named: Named
    rule: str
    confidence: float


def bind_run(names: Sequence[Named], texts: Sequence[str], free: Sequence[int], reader: OpeningReader) -> list[Bound]:
    """Return the bound starts of one run, in order. `free`: the pieces at which the text of an attachment can begin.

    A lone attachment has all of the run. Of several, one begins where the opening bears out what is its name's own and no other's.
    """
    readable = _distinct([n for n in names if n.has_words])
    if not readable or not free:
        return []
    clues = [reader.clues(n.filename) for n in readable]
    if len(readable) == 1:
        score = reader.score(clues[0], _opening(texts, free[0], reader))
        if not score and _is_another(readable[0].filename, clues[0], texts[free[0] :], reader):
            return []
        rule = "title-words" if score >= ENOUGH else "only-attachment"
        return [Bound(free[0], readable[0], rule, CONFIRMED if score >= ENOUGH else _sureness(clues[0], score))]
    openings = {i: _opening(texts, i, reader) for i in free}
    told = _weighed(_numbered(readable, clues, openings.values(), reader))
    scores = [{i: reader.score_told(c, o) for i, o in openings.items()} for c in told]
    bound = _by_title(readable, scores)
    return _in_order(readable, bound, free, told, texts, reader)


def _is_another(filename: str, clues: tuple[Clue, ...], texts: Sequence[str], reader: OpeningReader) -> bool:
    """Tell whether a text has a title of its own, in capitals, and no word anywhere of what a filename says."""
    title = texts[0].lstrip().partition("\n")[0]
    if not clues or not title.isupper() or len(title.split()) < _TITLE_WORDS or reader.score(clues, reader.read_whole("\n".join(texts))):
        return False
    letters = "".join(filter(str.isalnum, title.lower()))  # `K-9` is K9
    return not any(len(token) > 1 and token in letters for token in _NO_LETTER.split(filename.rpartition(".")[0].lower()))


def _opening(texts: Sequence[str], index: int, reader: OpeningReader) -> Opening:
    return reader.read_opening(texts[index], texts[index + 1 : index + 3])


def _numbered(
    names: Sequence[Named], clues: Sequence[tuple[Clue, ...]], openings: Iterable[Opening], reader: OpeningReader
) -> list[tuple[Clue, ...]]:
    """Return the clues with the numbers of the filenames, where the title of one of the texts has one of them."""
    numbers = [reader.numbers(n.filename) for n in names]
    titles = [opening.title.words for opening in openings]
    is_telling = any(c.forms[0][0] in title for own in numbers for c in own for title in titles)
    return [(*words, *own) if is_telling else tuple(words) for words, own in zip(clues, numbers, strict=True)]


def _weighed(clues: Sequence[Sequence[Clue]]) -> list[tuple[Clue, ...]]:
    """Return the clues with the weight of each divided by the number of names that share it."""
    uses = Counter(clue for own in clues for clue in own)
    return [tuple(replace(c, weight=c.weight / uses[c], is_shared=uses[c] > 1) for c in own) for own in clues]


def _sureness(clues: Sequence[Clue], score: float) -> float:
    """Return how sure a lone attachment's text is: less where the filename says something of which the opening bears out nothing."""
    return CONFIDENCE["only-attachment"] if not clues or score > 0 else CONFIDENCE["in-order"]


def _distinct(names: Sequence[Named]) -> list[Named]:
    seen: dict[str, Named] = {}
    for named in names:
        seen.setdefault(named.key, named)
    return list(seen.values())


def _by_title(names: Sequence[Named], scores: Sequence[Mapping[int, float]]) -> list[Bound]:
    """Bind the best pair that nothing rivals, again and again.

    A rival is another name for one piece; of pieces that one name fits alike, the first is its beginning.
    """
    pieces = set(scores[0])
    open_names = set(range(len(names)))
    bound: list[Bound] = []
    for score, piece, name in sorted((-s, p, a) for a, own in enumerate(scores) for p, s in own.items() if s >= ENOUGH):
        if name not in open_names or piece not in pieces:
            continue
        start = min(p for p in pieces if scores[name][p] >= -score - MARGIN)
        rivals = [a for a in open_names - {name} if scores[a][start] >= scores[name][start] - MARGIN]
        if rivals:
            pieces -= {start, piece}
            continue
        bound.append(Bound(start, names[name], "title-words", CONFIDENCE["title-words"]))
        open_names.discard(name)
        pieces.discard(start)
    return sorted(bound, key=lambda b: b.piece)


def _in_order(
    names: Sequence[Named],
    bound: list[Bound],
    free: Sequence[int],
    clues: Sequence[Sequence[Clue]],
    texts: Sequence[str],
    reader: OpeningReader,
) -> list[Bound]:
    """Bind the rest by order: as many pieces as names, the bound ones in order, and words that speak for it."""
    if not bound or len(free) != len(names) or len(bound) == len(names):
        return bound
    place = {named.key: piece for named, piece in zip(names, free, strict=True)}
    if any(place[b.named.key] != b.piece for b in bound):
        return bound
    done = {b.named.key for b in bound}
    added = []
    for index, named in enumerate(names):
        if named.key in done:
            continue
        whole = reader.read_whole(texts[place[named.key]])
        own = reader.score(clues[index], whole)
        others = max(reader.score(c, whole) for i, c in enumerate(clues) if i != index)
        if own >= ENOUGH and own >= others + MARGIN:
            added.append(Bound(place[named.key], named, "in-order", CONFIDENCE["in-order"]))
    return sorted([*bound, *added], key=lambda b: b.piece)
