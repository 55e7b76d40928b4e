"""What was read last is kept, so that whoever asks again gets the same object; a large corpus is not kept whole.

Example:
    >>> class Article: ...
    >>> kept = Kept[Article](most=1)
    >>> first, _ = kept.once("000", Article), kept.once("001", Article)
    >>> kept.once("000", Article) is first  # somebody holds it
    True
    >>> del first, _
    >>> list(kept)
    ['000']
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Container, Iterator
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

V = TypeVar("V")
MOST = 64


class Kept(Generic[V]):
    """The last things that were made, by name, and those of the others that somebody still holds."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._last: OrderedDict[str, V] = OrderedDict()
        self._alive: WeakValueDictionary[str, V] = WeakValueDictionary()

    def once(self, name: str, make: Callable[[], V]) -> V:
        """The thing of a name, made only where it is not there."""
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

    def without(self, names: Container[str]) -> Kept[V]:
        """The same things but those of some names."""
        rest = Kept[V](self._most)
        for name, value in list(self._alive.items()):
            if name not in names:
                rest[name] = value
        return rest
