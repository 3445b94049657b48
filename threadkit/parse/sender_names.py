"""The names by which a sender may sign: as printed in the header, and with the surname first or last."""

from __future__ import annotations

from functools import lru_cache

from threadkit.parse.headers import Header
from threadkit.words import Words


@lru_cache(maxsize=16384)
def _orders_of_name(words: Words, name: str) -> tuple[list[str], ...]:
    """Return the folded words of a printed name as printed, and with the surname last or first."""
    family, comma, given = name.partition(",")
    if comma:
        first, last = words.folding.words(given), words.folding.words(family)
        orders = (first + last, last + first)
    else:
        plain = words.folding.words(name)
        orders = (plain, plain[-1:] + plain[:-1])
    return tuple(order for order in orders if order)


def sender_names(words: Words, header: Header) -> list[list[str]]:
    """Return the folded words of the sender's name in the orders in which a signature may print them."""
    found: list[list[str]] = []
    for mailbox in (header.mailbox("from"), header.mailbox("on-behalf-of")):
        if mailbox is None or not mailbox.name:
            continue
        found.extend(_orders_of_name(words, mailbox.name))
    return found
