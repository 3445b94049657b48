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
from threadkit.parse.line_shapes import is_row
from threadkit.resolve.heads import first_lines, is_table
from threadkit.resolve.openings import Clue, Opening, OpeningReader

RULES = ("title-words", "only-attachment", "in-order")

ENOUGH, ENOUGH_WITHIN = 0.5, 1.0
#: What an annex's own letter or number in the first line weighs, and a first line that is a file's whole name: more than any words.
ANNEX = NAMED = 3.0
MARGIN = 0.15
CONFIDENCE = {"title-words": 0.9, "only-attachment": 0.8, "in-order": 0.6}
CONFIRMED = 0.95
_WORN = str.maketrans("01", "ol")
TABLE_LINES = 8
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


def bind_run(
    names: Sequence[Named],
    texts: Sequence[str],
    free: Sequence[int],
    reader: OpeningReader,
    within: Sequence[int] = (),
    held: Sequence[int] = (),
) -> list[Bound]:
    """Return the bound starts of one run, in order.

    A lone attachment has all of the run. Of several, one begins where the opening bears out what is its name's own and no other's. No text is
    that of an annex with another letter or number.

    Args:
        names: the attachments that the chain names.
        texts: the pieces of the run.
        free: the pieces at which the text of an attachment can begin.
        within: pieces besides that go on with the ones above them, unless most of what a filename says stands in their title.
        held: pages besides that go on likewise, and are no part of the opening above.
        reader: what reads filenames and openings.
    """
    readable = _distinct([n for n in names if n.has_words])
    if not readable or not free:
        return []
    clues = [reader.clues(n.filename) for n in readable]
    if len(readable) == 1:
        opening = _opening(texts, free[0], reader)
        score = reader.score(clues[0], opening) if reader.score(reader.telling(clues[0]), opening) else 0.0
        if _is_other_annex(readable[0], opening, reader) or (not score and _is_another(readable[0].filename, clues[0], texts[free[0] :], reader)):
            return []
        rule = "title-words" if score >= ENOUGH else "only-attachment"
        return [Bound(free[0], readable[0], rule, CONFIRMED if score >= ENOUGH else _sureness(clues[0], score))]
    goes_on = frozenset(within)
    strict = [*within, *held]
    openings = {i: _opening(texts, i, reader, goes_on) for i in free} | {i: reader.read_opening(texts[i]) for i in strict}
    told = _weighed(_numbered(readable, clues, openings.values(), reader))
    scores = [{i: _score(named, c, o, reader) for i, o in openings.items()} for named, c in zip(readable, told, strict=True)]
    for own in scores:
        own.update({i: -1.0 for i in strict if own[i] < ENOUGH_WITHIN})
    _leave_tables(readable, scores, texts, reader, within)
    bound = _at_own_beginning(_by_title(readable, scores), free, {n.key: own for n, own in zip(readable, scores, strict=True)})
    begins = sorted({*free, *(b.piece for b in bound)})
    bound = _in_order(readable, bound, begins, told, texts, reader)
    return _last_left(readable, bound, clues, openings, {i: texts[i] for i in openings}, reader)


def _leave_tables(names: Sequence[Named], scores: Sequence[dict[int, float]], texts: Sequence[str], reader: OpeningReader, within: Sequence[int]) -> None:
    """Take from the files that are tables what their names score at texts that are none, where one of the texts is a table, and from the others
    what theirs score at a table where a file that is one is awaited. Tables `within` a text tell nothing.
    """
    tables = {i for i in scores[0] if i not in within and is_table(first_lines(texts[i], TABLE_LINES))}
    bare = {i for i in tables if is_row(first_lines(texts[i], 1)[0].strip())}
    sheets = [reader.is_sheet(named.filename) for named in names]
    for is_sheet, own in zip(sheets, scores, strict=True):
        if is_sheet and tables:
            own.update({i: -1.0 for i in own if i not in tables})
        elif not is_sheet and any(sheets):
            own.update(dict.fromkeys(bare, -1.0))


def _last_left(
    names: Sequence[Named],
    bound: list[Bound],
    clues: Sequence[Sequence[Clue]],
    openings: Mapping[int, Opening],
    texts: Mapping[int, str],
    reader: OpeningReader,
) -> list[Bound]:
    """Bind the one file that is left where one text alone is left for it: what the run begins with and a word of the name stands in its title.

    Or the one table that is left to the one file that is a table: where it begins the run, or has a word that begins as one of the name's does.
    """
    left = [place for place, named in enumerate(names) if named.key not in {b.named.key for b in bound}]
    sheets = [place for place in left if reader.is_sheet(names[place].filename)]
    if not bound or 1 not in (len(left), len(sheets)):
        return bound
    place, first = (sheets if len(sheets) == 1 else left)[0], min(texts)
    named, own, is_last = names[place], clues[place], len(left) == 1
    fitting = []
    for piece in texts.keys() - {b.piece for b in bound}:
        opening, is_shaped = openings[piece], bool(sheets) and is_table(first_lines(texts[piece], TABLE_LINES))
        if (is_last and piece == first and (is_shaped or reader.is_in_title(own, opening))) or (is_shaped and reader.shares_stem(own, opening)):
            fitting.append(piece)
    if len(fitting) != 1 or _is_other_annex(named, openings[fitting[0]], reader):
        return bound
    return sorted([*bound, Bound(fitting[0], named, "in-order", CONFIDENCE["in-order"])], key=lambda b: b.piece)


def _at_own_beginning(bound: Sequence[Bound], free: Sequence[int], scores: Mapping[str, Mapping[int, float]]) -> list[Bound]:
    """Return the bound starts, one within a text that no other file is told to be at the beginning of that text, where its name fits there too."""
    taken, moved = {b.piece for b in bound}, []
    for b in bound:
        begins = max(piece for piece in free if piece <= b.piece)
        fits = begins not in taken and scores[b.named.key][begins] >= ENOUGH
        moved.append(replace(b, piece=begins) if fits else b)
        taken.add(moved[-1].piece)
    return moved


def _score(named: Named, clues: Sequence[Clue], opening: Opening, reader: OpeningReader) -> float:
    """Return how well an opening bears out a name: an annex's letter or number decides, or the whole name as its first line."""
    if opening.annex and (annex := reader.annex(named.filename)):
        return ANNEX if annex == opening.annex else -1.0
    if reader.is_headed(named.filename, opening):
        return NAMED
    return reader.score_told(clues, opening)


def _is_other_annex(named: Named, opening: Opening, reader: OpeningReader) -> bool:
    """Tell whether a text heads an annex and the filename names another one."""
    return bool(opening.annex) and reader.annex(named.filename) not in ("", opening.annex)


def _is_another(filename: str, clues: tuple[Clue, ...], texts: Sequence[str], reader: OpeningReader) -> bool:
    """Tell whether a text has a title of its own, in capitals, and no word anywhere of what a filename says."""
    title = texts[0].lstrip().partition("\n")[0]
    if not clues or not title.isupper() or len(title.split()) < _TITLE_WORDS or reader.is_told_in(filename, "\n".join(texts)):
        return False
    letters = "".join(filter(str.isalnum, title.lower())).translate(_WORN)  # `K-9` is K9, and OCR reads `N0TE`
    return not any(len(token) > 1 and token in letters for token in _NO_LETTER.split(filename.rpartition(".")[0].lower().translate(_WORN)))


def _opening(texts: Sequence[str], index: int, reader: OpeningReader, within: frozenset[int] = frozenset()) -> Opening:
    stop = index + 1
    while stop in within:
        stop += 1
    return reader.read_opening("\n".join(texts[index:stop]), texts[stop : stop + 2])


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
