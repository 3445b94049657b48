"""Answer a question about a source once, when it is first asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["lazily"]

if TYPE_CHECKING:
    from functools import cached_property as lazily
else:

    class lazily:  # noqa: N801 - a decorator
        """`functools.cached_property` without the lock that it takes before Python 3.12: a source is read by one thread."""

        def __init__(self, method):
            self._method = method
            self._name = method.__name__
            self.__doc__ = method.__doc__

        def __get__(self, instance, owner=None):
            value = instance.__dict__[self._name] = self._method(instance)
            return value
