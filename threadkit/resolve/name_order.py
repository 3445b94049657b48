"""Tell which bare names print the surname first without a comma: `Zurbriggen Beat` where `Beat Zurbriggen <beat.zurbriggen@...>` is known.

Two people may be called Martin Gilles and Gilles Martin. So the address must say which of the words is the given name, and another name of
the same domain must be printed surname first too: that is how that directory prints names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from threadkit.resolve.names import NameForm, NameReader

__all__ = ["turned_keys"]


_LETTERS = re.compile(r"[^\W\d_]+")
_LEAST_PRINTED_SO = 2


class _Somebody(Protocol):
    @property
    def emails(self) -> tuple[str, ...]: ...
    @property
    def names(self) -> dict[str, int]: ...


def turned_keys(bare: Mapping[tuple[str, str], Mapping[str, int]], people: Sequence[_Somebody], reader: NameReader) -> dict[str, str]:
    """Return key of a bare name that prints the surname first -> key of the one person with an address whose name it is, turned.

    Args:
        bare: (key, unit) -> printed names without an address.
        people: those who have an address, with their printed names.
        reader: what reads names.
    """
    owners: dict[str, set[tuple[str, str]]] = {}
    turned_in: dict[str, set[str]] = {}
    for key, domain, is_turned in _told_by_address(people, reader):
        owners.setdefault(key, set()).add((key, domain))
        if is_turned:
            turned_in.setdefault(domain, set()).add(key)
    if not owners:
        return {}
    found: dict[str, tuple[str, str]] = {}
    for (key, unit), names in bare.items():
        forms = [reader.read(name) for name in names]
        if unit or any(form is None or form.kind != "person" or form.lossy or form.family is not None for form in forms):
            continue
        fitting = {owner for turn in _turns(key.split()) for owner in owners.get(turn, ())}
        if len(fitting) == 1 and key not in owners:
            found[key] = next(iter(fitting))
    for owner, domain in found.values():
        turned_in.setdefault(domain, set()).add(owner)
    return {key: owner for key, (owner, domain) in found.items() if len(turned_in[domain]) >= _LEAST_PRINTED_SO}


def _told_by_address(people: Sequence[_Somebody], reader: NameReader) -> Iterator[tuple[str, str, bool]]:
    """Yield the key, given name first, that an address tells of a name; its domain; and whether the name beside it prints the surname first."""
    for somebody in people:
        for email in somebody.emails:
            local, _, domain = email.partition("@")
            letters = "".join(_LETTERS.findall(local))
            for form in _forms(somebody, reader):
                words = list(form.words)
                if "".join(words) == letters:
                    yield " ".join(words), domain, False
                elif form.family is None:
                    yield from ((turn, domain, True) for turn in _turns(words) if turn.replace(" ", "") == letters)


def _forms(somebody: _Somebody, reader: NameReader) -> list[NameForm]:
    read = (reader.read(name) for name in somebody.names)
    return [form for form in read if form is not None and form.kind == "person" and not form.lossy]


def _turns(words: Sequence[str]) -> list[str]:
    """Return the keys that a name has with its last words first."""
    return [" ".join([*words[cut:], *words[:cut]]) for cut in range(1, len(words))]
