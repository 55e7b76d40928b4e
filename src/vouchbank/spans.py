"""Spans: half-open ranges of Unicode code points.

All layers, the offset map and the tables use this unit, so `text[start:end]` in Python is the text of a span.

Example:
    >>> outer, inner = Span(0, 9), Span(4, 9)
    >>> outer.contains(inner), inner.crosses(Span(0, 6)), hull([inner, Span(0, 2)])
    (True, True, Span(start=0, end=9))
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Span(NamedTuple):
    """A half-open range `[start, end)` of Unicode code points.

    >>> Span(5, 9).of("Boat sank")
    'sank'
    """

    start: int
    end: int

    def of(self, text: str) -> str:
        """The part of `text` that the span covers."""
        return text[self.start : self.end]

    def contains(self, other: Span) -> bool:
        """Whether `other` is inside this span; equal spans contain each other."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Whether the spans share at least one code point."""
        return self.start < other.end and other.start < self.end

    def crosses(self, other: Span) -> bool:
        """Whether the spans overlap and neither contains the other."""
        return self.overlaps(other) and not self.contains(other) and not other.contains(self)

    def shifted(self, by: int) -> Span:
        """The span moved right by `by` code points."""
        return Span(self.start + by, self.end + by)

    @property
    def length(self) -> int:
        """The number of code points."""
        return self.end - self.start


def hull(spans: Iterable[Span]) -> Span | None:
    """The shortest span that contains all of `spans`; None if there are none."""
    found = list(spans)
    if not found:
        return None
    return Span(min(s.start for s in found), max(s.end for s in found))


class SpanIndex(Generic[T]):
    """Finds items by their spans, in time that grows with the number of results and not of items.

    Results are in the order in which the items were given.

    Example:
        >>> index = SpanIndex([(Span(0, 9), "content"), (Span(2, 4), "cue"), (Span(11, 14), "source")])
        >>> index.overlapping(Span(3, 12)), index.containing(Span(2, 3)), index.inside(Span(1, 20))
        (['content', 'cue', 'source'], ['content', 'cue'], ['cue', 'source'])
    """

    def __init__(self, items: Iterable[tuple[Span, T]]) -> None:
        self._items = sorted(((span, number, of) for number, (span, of) in enumerate(items)), key=lambda item: item[:2])
        self._starts = [span.start for span, *_ in self._items]
        self._ends = [[span.end for span, *_ in self._items]]  # a tree: each level has the later end of each pair below
        while len(below := self._ends[-1]) > 1:
            self._ends.append([max(below[at : at + 2]) for at in range(0, len(below), 2)])

    def overlapping(self, span: Span) -> list[T]:
        """The items whose spans share at least one code point with `span`."""
        return self._of(self._reaching(bisect_left(self._starts, span.end), span.start + 1))

    def containing(self, span: Span) -> list[T]:
        """The items whose spans contain `span`."""
        return self._of(self._reaching(bisect_right(self._starts, span.start), span.end))

    def inside(self, span: Span) -> list[T]:
        """The items whose spans are inside `span`."""
        near = range(bisect_left(self._starts, span.start), bisect_right(self._starts, span.end))
        return self._of(at for at in near if self._ends[0][at] <= span.end)

    def beginning(self, span: Span) -> int:
        """The number of items that begin in `span`."""
        return bisect_left(self._starts, span.end) - bisect_left(self._starts, span.start)

    def _of(self, places: Iterable[int]) -> list[T]:
        return [of for _, of in sorted(((self._items[at][1], self._items[at][2]) for at in places), key=lambda x: x[0])]

    def _reaching(self, before: int, least: int) -> Iterator[int]:
        """The positions of those of the first `before` items that end at `least` or later."""
        waiting = [(len(self._ends) - 1, 0)] if before else []
        while waiting:
            level, at = waiting.pop()
            if at << level >= before or at >= len(self._ends[level]) or self._ends[level][at] < least:
                continue
            if level:
                waiting += ((level - 1, 2 * at), (level - 1, 2 * at + 1))
            else:
                yield at


def inside_any(span: Span, fragments: Iterable[Span]) -> bool:
    """Whether any of `fragments` contains `span`."""
    return any(fragment.contains(span) for fragment in fragments)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line of an article's text, with its stable id, its role and its span in the text."""

    id: str
    role: str
    span: Span
    text: str
