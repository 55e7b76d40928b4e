"""Ranges of text: half-open intervals of Unicode code points.

Every layer, the offset map and the tables speak of text in the same unit, so that `text[start:end]` in
Python is the text of a span, without conversion. Nothing here knows about articles or layers.

Example:
    >>> outer, inner = Span(0, 9), Span(4, 9)
    >>> outer.contains(inner), inner.crosses(Span(0, 6)), hull([inner, Span(0, 2)])
    (True, True, Span(start=0, end=9))
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple


class Span(NamedTuple):
    """A half-open range `[start, end)` of Unicode code points."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The words of the span in `text`."""
        return text[self.start : self.end]

    def contains(self, other: Span) -> bool:
        """Whether `other` lies inside this span (equal spans contain each other)."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Whether the two share at least one code point."""
        return self.start < other.end and other.start < self.end

    def crosses(self, other: Span) -> bool:
        """Whether they overlap and neither contains the other."""
        return self.overlaps(other) and not self.contains(other) and not other.contains(self)

    def shifted(self, by: int) -> Span:
        """The same range, `by` code points further right."""
        return Span(self.start + by, self.end + by)

    @property
    def length(self) -> int:
        """Number of code points."""
        return self.end - self.start


def hull(spans: Iterable[Span]) -> Span | None:
    """The smallest span that contains all of `spans`; None for none."""
    found = list(spans)
    if not found:
        return None
    return Span(min(s.start for s in found), max(s.end for s in found))


def inside_any(span: Span, fragments: Iterable[Span]) -> bool:
    """Whether one of `fragments` contains `span`."""
    return any(fragment.contains(span) for fragment in fragments)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line of an article's text: its stable id, its role, and where it stands (code points of the text)."""

    id: str
    role: str
    span: Span
    text: str
