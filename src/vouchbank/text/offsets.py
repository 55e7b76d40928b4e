"""Where did this stretch of clean text stand in the raw text?

Cleaning text moves it: white space goes, whole lines go, a letter and its accent become one letter. An
`OffsetMap` remembers only the runs that changed; between two runs offsets differ by a constant.

>>> offsets = OffsetMap(4, 3, (ChangedRun(2, 3, 2, 2),))  # "a  b" became "a b"
>>> offsets.to_raw(2, 3)
Projection(start=3, end=4, exact=True)
>>> offsets.to_deltas()
[{'kept': 2, 'removed': 1, 'inserted': 0}, {'kept': 1, 'removed': 0, 'inserted': 0}]

So it is published: as the column `map` of the table `articles`.

Four kinds of run occur: a replacement (both sides have characters), a deletion (no clean characters), an
insertion (no raw characters), and a one-to-one replacement, which can never be cut. The edges, decided:

- A span never begins or ends in something that the other side lacks: deletions at its edges stay outside,
  those inside it stay inside.
- A span that cuts a replacement is widened to the whole of it, and `exact` is False.
- A span that lies in a deletion (or an insertion) altogether projects to an empty span, and `exact` is False.
- An empty span is a point; it projects to the point before the next character that both sides have.
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
    """A span on the other side; `exact` is False where it had to be widened, or where nothing is left."""

    start: int
    end: int
    exact: bool


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """The map between a raw text and the clean text made from it, as the list of changed runs.

    >>> OffsetMap.identity(3).to_text(1, 2)
    Projection(start=1, end=2, exact=True)
    """

    raw_length: int
    length: int
    runs: tuple[ChangedRun, ...] = ()

    def __post_init__(self) -> None:
        """Refuse runs that are out of order, overlap, or do not lead from one length to the other."""
        raw_at = at = 0
        for raw_start, raw_end, start, end in (
            *self.runs,
            (self.raw_length, self.raw_length, self.length, self.length),
        ):
            if raw_start < raw_at or raw_start - raw_at != start - at:
                run = ChangedRun(raw_start, raw_end, start, end)
                raise ValueError(f"offset map: {run} does not follow what ends at {raw_at} and {at}")
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
        """Return the map of this step followed by `other` (raw → a, then a → b, gives raw → b).

        Runs of the two steps that overlap become one run; runs that only touch stay apart. Where no step
        inserts, the composed map projects like its steps one after the other, and grouping does not matter.

        >>> step = OffsetMap(3, 2, (ChangedRun(1, 2, 1, 1),))
        >>> step.compose(OffsetMap(2, 1, (ChangedRun(1, 2, 1, 1),))).runs
        (ChangedRun(raw_start=1, raw_end=2, start=1, end=1), ChangedRun(raw_start=2, raw_end=3, start=1, end=1))
        """
        if self.length != other.raw_length:
            raise ValueError(f"offset map: {self.length} characters meet {other.raw_length}")
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
        """Return the map as it is published: an entry for each run, and a last one for what is kept behind them.

        Counts are code points. An entry says how many characters both sides share since the last run (`kept`), how
        many raw ones then go (`removed`), and how many clean ones stand in their place (`inserted`).

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
        """Read what `to_deltas` wrote, or the column `map` of a published article.

        >>> OffsetMap.from_deltas([{"kept": 2, "removed": 1, "inserted": 0}, {"kept": 1, "removed": 0, "inserted": 0}])
        OffsetMap(raw_length=4, length=3, runs=(ChangedRun(raw_start=2, raw_end=3, start=2, end=2),))

        Raises:
            ValueError: an entry lacks one of the three counts, or the last entry removes or inserts characters.
        """
        runs = list[ChangedRun]()
        raw = text = 0
        for number, delta in enumerate(deltas):
            counts: list[Any] = [delta.get(name) for name in DELTA] if isinstance(delta, Mapping) else []
            if len(counts) != 3 or any(type(count) is not int or count < 0 for count in counts):
                raise ValueError(f"offset map: entry {number} is not three counts, {', '.join(DELTA)}: {delta!r}")
            kept, removed, inserted = counts
            runs.append(ChangedRun(raw + kept, raw + kept + removed, text + kept, text + kept + inserted))
            raw, text = runs[-1][1], runs[-1][3]
        if not runs or runs[-1][0::2] != runs[-1][1::2]:
            raise ValueError("offset map: the last entry must only keep, so `removed` and `inserted` are 0")
        return cls(raw, text, tuple(runs[:-1]))


class MapBuilder:
    """Write a map from left to right, without counting.

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
        """The next `count` characters stay as they are."""
        self._raw += count
        self._text += count

    def delete(self, raw_count: int) -> None:
        """The next `raw_count` raw characters go; deletions written one after the other are one run."""
        last = self.runs[-1] if self.runs else None
        if last and last.start == last.end and last[1::2] == (self._raw, self._text):
            self.runs.pop()
            self.run(last._replace(raw_end=self._raw + raw_count))
        else:
            self.replace(raw_count, 0)

    def replace(self, raw_count: int, count: int) -> None:
        """The next `raw_count` raw characters become `count` other characters."""
        self.run(ChangedRun(self._raw, self._raw + raw_count, self._text, self._text + count))

    def append(self, part: OffsetMap) -> None:
        """Write the map of the next part, whose offsets count from its own start."""
        raw, text = self._raw, self._text
        for run in part.runs:
            self.run(ChangedRun(run.raw_start + raw, run.raw_end + raw, run.start + text, run.end + text))
        self._raw, self._text = raw + part.raw_length, text + part.length

    def run(self, run: ChangedRun) -> None:
        """Write one run at its own place, unless there is nothing on either side of it."""
        self._raw, self._text = run.raw_end, run.end
        if (run.raw_start, run.start) != (run.raw_end, run.end):
            self.runs.append(run)

    def build(self) -> OffsetMap:
        """Return the map of what was written."""
        return OffsetMap(self._raw, self._text, tuple(self.runs))


# Where the two sides of a run stand in it: projection is one function, read in either direction.
_RAW, _CLEAN = 0, 2


def _project(runs: Sequence[ChangedRun], near: int, start: int, end: int, length: int) -> Projection:
    if not 0 <= start <= end <= length:
        raise ValueError(f"offset map: {start}..{end} is not a span of {length} characters")
    if start == end:
        return _point(runs, near, start)
    first, cut_left = _left_edge(runs, near, start)
    last, cut_right = _right_edge(runs, near, end)
    if first >= last:  # nothing of the span is on the other side
        place = min(first, last)
        return Projection(place, place, False)
    return Projection(first, last, not (cut_left or cut_right))


def _point(runs: Sequence[ChangedRun], near: int, place: int) -> Projection:
    far = _CLEAN - near
    index = bisect_right(runs, place, key=lambda run: run[near + 1])
    if index < len(runs) and runs[index][near] < place:  # inside a run: the whole of it
        return Projection(runs[index][far], runs[index][far + 1], False)
    first, _ = _left_edge(runs, near, place)
    return Projection(first, first, True)


def _left_edge(runs: Sequence[ChangedRun], near: int, start: int) -> tuple[int, bool]:
    """Where a span that begins at `start` begins on the other side, and whether that cut a run."""
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
    """Where a span that ends at `end` ends on the other side, and whether that cut a run."""
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
    """Gather runs of two maps that overlap in the text between them; those that only touch stay apart."""
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
