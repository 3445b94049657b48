"""Make a class a record: to the type checker a frozen dataclass, at run time one that is quick to make (decision 0021).

A frozen dataclass guards each attribute while it is made, which costs three to five times as much; an import makes millions. Nobody may
change a record all the same: the type checker refuses it. Equality, hash and `replace` are those of a frozen dataclass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["record"]

if TYPE_CHECKING:
    from dataclasses import dataclass as record
else:
    from dataclasses import dataclass, fields
    from operator import attrgetter

    def record(*, frozen, slots):
        """Return the decorator; `frozen` gives the hash that goes with equal values. A record is pickled as its values, without their names."""

        def decorate(cls):
            made = dataclass(slots=slots, unsafe_hash=frozen)(cls)
            names = [field.name for field in fields(made)]
            values = attrgetter(*names)
            made.__reduce__ = (lambda self: (made, values(self))) if len(names) > 1 else (lambda self: (made, (values(self),)))
            return made

        return decorate
