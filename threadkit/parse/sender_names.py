"""The names by which a sender may sign: as printed in the header, and with the surname first or last."""

from __future__ import annotations

import re
from functools import lru_cache

from threadkit.parse.headers import Header
from threadkit.words import Words

Names = list[list[str]]
"""The folded words of somebody's name, in each of the orders in which a signature may print them."""

_UNIT = re.compile(r"\s*\([^()]*\)")
#: `GAUCHER Régis PREF71`: a surname in capitals, given names, and the unit, in capitals or digits again.
_CAPITALS_FIRST = re.compile(r"([A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ'’ -]*[A-ZÀ-ÖØ-Þ]) ((?:[A-ZÀ-ÖØ-Þ][\w'’]*[a-zß-ÿ][\w'’-]* ?)+?)(?: [A-ZÀ-ÖØ-Þ0-9/-]{2,12})?")


@lru_cache(maxsize=16384)
def orders_of_name(words: Words, name: str) -> tuple[list[str], ...]:
    """Return the folded words of a printed name as printed, and with the surname last or first; the same without its unit, where it has one."""
    orders = _orders(words, name)
    bare = _UNIT.sub("", name).strip()
    if bare and bare != name:
        orders += _orders(words, bare)
    if (capitals := _CAPITALS_FIRST.fullmatch(bare)) is not None:
        family, given = words.folding.words(capitals[1]), words.folding.words(capitals[2])
        orders += (given + family, family + given)
    return tuple(order for order in orders if order)


def _orders(words: Words, name: str) -> tuple[list[str], ...]:
    family, comma, given = name.partition(",")
    if comma:
        first, last = words.folding.words(given), words.folding.words(family)
        return first + last, last + first
    plain = words.folding.words(name)
    return plain, plain[-1:] + plain[:-1]


def sender_names(words: Words, header: Header) -> Names:
    """Return the folded words of the sender's name in the orders in which a signature may print them."""
    found: Names = []
    for mailbox in (header.mailbox("from"), header.mailbox("on-behalf-of")):
        if mailbox is None or not mailbox.name:
            continue
        found.extend(orders_of_name(words, mailbox.name))
    return found
