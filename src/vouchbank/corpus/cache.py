"""A cache for a corpus too large to keep in memory: the objects used last, and all that are still in use.

Example:
    >>> class Article: ...
    >>> cache = RecentCache[Article](most=1)
    >>> first, _ = cache.get("000", Article), cache.get("001", Article)
    >>> cache.get("000", Article) is first  # not among the last, but still in use
    True
    >>> del first, _
    >>> list(cache)
    ['000']
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Container, Iterator
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

V = TypeVar("V")
MOST = 64


class RecentCache(Generic[V]):
    """Objects by name: the last `most` that were asked for, and all others that something still refers to."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._last: OrderedDict[str, V] = OrderedDict()
        self._alive: WeakValueDictionary[str, V] = WeakValueDictionary()

    def get(self, name: str, make: Callable[[], V]) -> V:
        """The object of that name; `make` is called if it is not in the cache."""
        value = self._alive.get(name)
        self[name] = value = make() if value is None else value
        return value

    def __setitem__(self, name: str, value: V) -> None:
        self._alive[name] = self._last[name] = value
        self._last.move_to_end(name)
        if len(self._last) > self._most:
            self._last.popitem(last=False)

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._alive))

    def without(self, names: Container[str]) -> RecentCache[V]:
        """A cache of the same objects without those names."""
        rest = RecentCache[V](self._most)
        for name, value in list(self._alive.items()):
            if name not in names:
                rest[name] = value
        return rest
