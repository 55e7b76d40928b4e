"""Convert offsets between raw text and clean text.

Normalisation removes white space and lines, and composes letters with their accents. An `OffsetMap` stores only the
runs that changed; between two runs, offsets differ by a constant.

>>> offsets = OffsetMap(4, 3, (ChangedRun(2, 3, 2, 2),))  # "a  b" became "a b"
>>> offsets.to_raw(2, 3)
Projection(start=3, end=4, exact=True)
>>> offsets.to_deltas()
[{'kept': 2, 'removed': 1, 'inserted': 0}, {'kept': 1, 'removed': 0, 'inserted': 0}]

The column `map` of the table `articles` contains the map in this form.

A run is a replacement (both sides have characters), a deletion (no clean characters) or an insertion (no raw
characters). Spans are projected by these rules:

- Deletions at the edges of a span are left out, deletions inside it are included.
- A span that cuts a replacement is widened to all of it, and `exact` is False.
- A span inside a deletion or an insertion projects to an empty span, and `exact` is False.
- An empty span projects to the point before the next character that both sides have.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge
from typing import Any, NamedTuple

DELTA = ("kept", "removed", "inserted")


class ChangedRun(NamedTuple):
    """A changed run: `raw[raw_start:raw_end]` became `text[start:end]`."""

    raw_start: int
    raw_end: int
    start: int
    end: int


class Projection(NamedTuple):
    """A projected span; `exact` is False if it was widened or nothing of it is left."""

    start: int
    end: int
    exact: bool


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """Converts offsets between a raw text and its clean text, both half-open and in Unicode code points.

    >>> OffsetMap.identity(3).to_text(1, 2)
    Projection(start=1, end=2, exact=True)

    Attributes:
        raw_length: The length of the raw text.
        length: The length of the clean text.
        runs: The changed runs, in order.

    Raises:
        ValueError: the runs are out of order, overlap, or do not fit the lengths.
    """

    raw_length: int
    length: int
    runs: tuple[ChangedRun, ...] = ()

    def __post_init__(self) -> None:
        """Refuse invalid runs."""
        raw_at = at = 0
        for raw_start, raw_end, start, end in (
            *self.runs,
            (self.raw_length, self.raw_length, self.length, self.length),
        ):
            if raw_start < raw_at or raw_start - raw_at != start - at:
                run = ChangedRun(raw_start, raw_end, start, end)
                raise ValueError(f"offset map: {run} does not fit the previous run, which ends at {raw_at} and {at}")
            if raw_start > raw_end or start > end:
                raise ValueError("offset map: a run ends before it starts")
            raw_at, at = raw_end, end

    @classmethod
    def identity(cls, length: int) -> OffsetMap:
        """Return the map of a text that did not change."""
        return cls(length, length)

    def to_raw(self, start: int, end: int) -> Projection:
        """Project a span of the clean text to the raw text.

        >>> OffsetMap(3, 1, (ChangedRun(0, 2, 0, 0),)).to_raw(0, 1)
        Projection(start=2, end=3, exact=True)
        """
        return _project(self.runs, _CLEAN, start, end, self.length)

    def to_text(self, raw_start: int, raw_end: int) -> Projection:
        """Project a span of the raw text to the clean text.

        >>> OffsetMap(3, 1, (ChangedRun(0, 2, 0, 0),)).to_text(0, 1)
        Projection(start=0, end=0, exact=False)
        """
        return _project(self.runs, _RAW, raw_start, raw_end, self.raw_length)

    def compose(self, other: OffsetMap) -> OffsetMap:
        """Return the map of this step followed by `other`: raw → a and a → b give raw → b.

        Overlapping runs of the two steps become one run; adjacent runs stay separate. If no step inserts characters,
        the composed map projects like the two steps in sequence.

        >>> step = OffsetMap(3, 2, (ChangedRun(1, 2, 1, 1),))
        >>> step.compose(OffsetMap(2, 1, (ChangedRun(1, 2, 1, 1),))).runs
        (ChangedRun(raw_start=1, raw_end=2, start=1, end=1), ChangedRun(raw_start=2, raw_end=3, start=1, end=1))
        """
        if self.length != other.raw_length:
            raise ValueError(f"offset map: cannot compose a text of {self.length} with one of {other.raw_length}")
        mine = ((run.start, run.end, False, run) for run in self.runs)
        theirs = ((run.raw_start, run.raw_end, True, run) for run in other.runs)
        builder = MapBuilder()
        raw_shift = shift = 0  # raw minus middle, clean minus middle, after the runs seen so far
        for low, high, members in _groups(merge(mine, theirs)):
            raw_start, start = low + raw_shift, low + shift
            for from_other, run in members:
                if from_other:
                    shift = run.end - run.raw_end
                else:
                    raw_shift = run.raw_end - run.end
            builder.run(ChangedRun(raw_start, high + raw_shift, start, high + shift))
        return OffsetMap(self.raw_length, other.length, tuple(builder.runs))

    def to_deltas(self) -> list[dict[str, int]]:
        """Return the map in its published form: an entry for each run, and one for the characters after the last run.

        Counts are code points: the identical characters since the last run (`kept`), the raw characters that are then
        replaced (`removed`), and the clean characters that replace them (`inserted`).

        >>> OffsetMap(5, 3, (ChangedRun(0, 2, 0, 0), ChangedRun(3, 4, 1, 2))).to_deltas()[1:]
        [{'kept': 1, 'removed': 1, 'inserted': 1}, {'kept': 1, 'removed': 0, 'inserted': 0}]
        """
        deltas, reached = list[dict[str, int]](), 0
        for raw_start, raw_end, start, end in self.runs:
            deltas.append({"kept": raw_start - reached, "removed": raw_end - raw_start, "inserted": end - start})
            reached = raw_end
        return [*deltas, {"kept": self.raw_length - reached, "removed": 0, "inserted": 0}]

    @classmethod
    def from_deltas(cls, deltas: Iterable[Mapping[str, Any]]) -> OffsetMap:
        """Read the result of `to_deltas`, or the column `map` of a published article.

        >>> OffsetMap.from_deltas([{"kept": 2, "removed": 1, "inserted": 0}, {"kept": 1, "removed": 0, "inserted": 0}])
        OffsetMap(raw_length=4, length=3, runs=(ChangedRun(raw_start=2, raw_end=3, start=2, end=2),))

        Raises:
            ValueError: an entry does not have the three counts, or the last entry removes or inserts characters.
        """
        runs = list[ChangedRun]()
        raw = text = 0
        for number, delta in enumerate(deltas):
            counts: list[Any] = [delta.get(name) for name in DELTA] if isinstance(delta, Mapping) else []
            if len(counts) != 3 or any(type(count) is not int or count < 0 for count in counts):
                raise ValueError(f"offset map: entry {number} must have the counts {', '.join(DELTA)}, not {delta!r}")
            kept, removed, inserted = counts
            runs.append(ChangedRun(raw + kept, raw + kept + removed, text + kept, text + kept + inserted))
            raw, text = runs[-1][1], runs[-1][3]
        if not runs or runs[-1][0::2] != runs[-1][1::2]:
            raise ValueError("offset map: `removed` and `inserted` must be 0 in the last entry")
        return cls(raw, text, tuple(runs[:-1]))


class MapBuilder:
    """Builds a map from left to right.

    >>> builder = MapBuilder()
    >>> builder.delete(3)
    >>> builder.keep(2)
    >>> builder.replace(1, 1)
    >>> builder.build().runs
    (ChangedRun(raw_start=0, raw_end=3, start=0, end=0), ChangedRun(raw_start=5, raw_end=6, start=2, end=3))
    """

    def __init__(self) -> None:
        self.runs: list[ChangedRun] = []
        self._raw = self._text = 0

    def keep(self, count: int) -> None:
        """Keep the next `count` characters."""
        self._raw += count
        self._text += count

    def delete(self, raw_count: int) -> None:
        """Delete the next `raw_count` raw characters; consecutive deletions become one run."""
        last = self.runs[-1] if self.runs else None
        if last and last.start == last.end and last[1::2] == (self._raw, self._text):
            self.runs.pop()
            self.run(last._replace(raw_end=self._raw + raw_count))
        else:
            self.replace(raw_count, 0)

    def replace(self, raw_count: int, count: int) -> None:
        """Replace the next `raw_count` raw characters by `count` characters."""
        self.run(ChangedRun(self._raw, self._raw + raw_count, self._text, self._text + count))

    def append(self, part: OffsetMap) -> None:
        """Append the map of the next part of the text."""
        raw, text = self._raw, self._text
        for run in part.runs:
            self.run(ChangedRun(run.raw_start + raw, run.raw_end + raw, run.start + text, run.end + text))
        self._raw, self._text = raw + part.raw_length, text + part.length

    def run(self, run: ChangedRun) -> None:
        """Append one run, unless it is empty on both sides."""
        self._raw, self._text = run.raw_end, run.end
        if (run.raw_start, run.start) != (run.raw_end, run.end):
            self.runs.append(run)

    def build(self) -> OffsetMap:
        """Return the map."""
        return OffsetMap(self._raw, self._text, tuple(self.runs))


# the index of each side's start in a ChangedRun, so that one function projects in both directions
_RAW, _CLEAN = 0, 2


def _project(runs: Sequence[ChangedRun], near: int, start: int, end: int, length: int) -> Projection:
    if not 0 <= start <= end <= length:
        raise ValueError(f"offset map: the span {start}..{end} is outside the text of {length} characters")
    if start == end:
        return _point(runs, near, start)
    first, cut_left = _left_edge(runs, near, start)
    last, cut_right = _right_edge(runs, near, end)
    if first >= last:  # the other side has nothing of the span
        place = min(first, last)
        return Projection(place, place, False)
    return Projection(first, last, not (cut_left or cut_right))


def _point(runs: Sequence[ChangedRun], near: int, place: int) -> Projection:
    far = _CLEAN - near
    index = bisect_right(runs, place, key=lambda run: run[near + 1])
    if index < len(runs) and runs[index][near] < place:  # inside a run: all of it
        return Projection(runs[index][far], runs[index][far + 1], False)
    first, _ = _left_edge(runs, near, place)
    return Projection(first, first, True)


def _left_edge(runs: Sequence[ChangedRun], near: int, start: int) -> tuple[int, bool]:
    """The start on the other side of a span that begins at `start`, and whether it cut a run."""
    far = _CLEAN - near
    cut = False
    while True:
        index = bisect_right(runs, start, key=lambda run: run[near + 1])  # runs that end at or before it
        if index == len(runs) or runs[index][near] > start:
            shift = runs[index - 1][far + 1] - runs[index - 1][near + 1] if index else 0
            return start + shift, cut
        run = runs[index]
        cut = cut or start > run[near]
        if run[far] < run[far + 1]:
            return run[far], cut
        start = run[near + 1]  # the other side has nothing of this run: begin after it


def _right_edge(runs: Sequence[ChangedRun], near: int, end: int) -> tuple[int, bool]:
    """The end on the other side of a span that ends at `end`, and whether it cut a run."""
    far = _CLEAN - near
    cut = False
    while True:
        index = bisect_left(runs, end, key=lambda run: run[near])  # runs that begin before it
        if index == 0 or runs[index - 1][near + 1] < end:
            shift = runs[index - 1][far + 1] - runs[index - 1][near + 1] if index else 0
            return end + shift, cut
        run = runs[index - 1]
        cut = cut or end < run[near + 1]
        if run[far] < run[far + 1]:
            return run[far + 1], cut
        end = run[near]  # the other side has nothing of this run: end before it


_Member = tuple[bool, ChangedRun]


def _groups(items: Iterable[tuple[int, int, bool, ChangedRun]]) -> Iterator[tuple[int, int, list[_Member]]]:
    """Group the runs of two maps that overlap in the text between them; adjacent runs stay separate."""
    low = high = -1
    members: list[_Member] = []
    for start, end, from_other, run in items:
        if members and start < high:
            high = max(high, end)
            members.append((from_other, run))
            continue
        if members:
            yield low, high, members
        low, high, members = start, end, [(from_other, run)]
    if members:
        yield low, high, members
