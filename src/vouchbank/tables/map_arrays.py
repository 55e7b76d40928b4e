"""Convert spans between texts and raw texts, for many articles at once.

Example:
    >>> import numpy as np, pyarrow
    >>> deltas = [{"kept": 2, "removed": 1, "inserted": 0}, {"kept": 1, "removed": 0, "inserted": 0}]
    >>> maps = Maps(pyarrow.array([deltas]))
    >>> [found.tolist() for found in maps.to_raw(np.array([0]), np.array([2]), np.array([3]))]
    [[3], [4], [True]]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vouchbank.tables.arrays import Texts, field_of, items_of, same_bytes, whole_numbers

if TYPE_CHECKING:
    import pyarrow

    from vouchbank.tables.arrays import Numbers


class Maps:
    """The offset maps in the column `map` of `articles`; see `vouchbank.text.OffsetMap`.

    Args:
        column: Lists of records `{kept, removed, inserted}`.

    Attributes:
        readable: Which of them are valid maps.
        lengths: The length of each text, in code points; arbitrary for invalid maps.
        raw_lengths: The length of each raw text.
    """

    def __init__(self, column: pyarrow.Array) -> None:
        import numpy as np

        entries, owner = items_of(column)
        counts = [whole_numbers(field_of(entries, name)) for name in ("kept", "removed", "inserted")]
        rows, valid = len(column), entries.is_valid().to_numpy(zero_copy_only=False)
        sound = valid & (np.minimum.reduce(counts) >= 0)
        number = np.bincount(owner, minlength=rows)
        last = np.cumsum(number) - 1
        self.readable = (number > 0) & (np.bincount(owner[~sound], minlength=rows) == 0)
        closing = np.minimum(last, max(len(entries) - 1, 0))
        if len(entries):
            self.readable &= (counts[1][closing] == 0) & (counts[2][closing] == 0)
        kept, removed, inserted = (np.where(sound & self.readable[owner], count, 0) for count in counts)
        sides = []
        for changed in (removed, inserted):
            reached = np.concatenate([[0], np.cumsum(kept + changed)])
            base = np.repeat(reached[last - number + 1], number)
            sides.append(
                (reached[1:] - base - changed, reached[1:] - base, reached[last + 1] - reached[last - number + 1])
            )
        (raw_start, raw_end, self.raw_lengths), (start, end, self.lengths) = sides
        self._kept = owner, raw_start - kept, start - kept, kept
        runs = np.ones(len(entries), bool)
        runs[last[number > 0]] = False  # the last entry of each only keeps
        self._raw, self._clean = (raw_start[runs], raw_end[runs]), (start[runs], end[runs])
        self._owner = owner[runs]
        self._upto = np.cumsum(np.bincount(self._owner, minlength=rows))
        self._wide = int(max(np.max(self.lengths, initial=0), np.max(self.raw_lengths, initial=0))) + 2

    def to_raw(self, owner: Numbers, start: Numbers, end: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """Project non-empty spans of the texts to the raw texts: starts, ends, and whether each is exact."""
        return self._projected(self._clean, self._raw, owner, start, end)

    def to_text(self, owner: Numbers, start: Numbers, end: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """Project non-empty spans of the raw texts to the texts: starts, ends, and whether each is exact."""
        return self._projected(self._raw, self._clean, owner, start, end)

    def agree(self, raw: Texts, text: Texts) -> Numbers:
        """Which maps fit the lengths of raw text and text, and keep only characters that are equal in both."""
        import numpy as np

        fits = self.readable & (self.raw_lengths == raw.lengths) & (self.lengths == text.lengths)
        some = np.flatnonzero(fits[self._kept[0]] & (self._kept[3] > 0))
        owner, raw_start, start, kept = (one[some] for one in self._kept)
        there = raw.at(owner, raw_start), raw.at(owner, raw_start + kept)
        same = same_bytes((raw.data, *there), (text.data, text.at(owner, start), text.at(owner, start + kept)))
        fits[owner[~same]] = False
        return np.asarray(fits)

    def _projected(
        self, near: tuple[Numbers, Numbers], far: tuple[Numbers, Numbers], owner: Numbers, start: Numbers, end: Numbers
    ) -> tuple[Numbers, Numbers, Numbers]:
        """The same as `vouchbank.text.offsets` does for one span; `_edge` replaces its two edge functions."""
        import numpy as np

        first, cut_left = self._edge(near, far, owner, start, left=True)
        last, cut_right = self._edge(near, far, owner, end, left=False)
        place = np.minimum(first, last)
        there = first < last
        return place, np.where(there, last, place), there & ~cut_left & ~cut_right

    def _edge(
        self, near: tuple[Numbers, Numbers], far: tuple[Numbers, Numbers], owner: Numbers, place: Numbers, left: bool
    ) -> tuple[Numbers, Numbers]:
        """The starts or ends of spans on the other side, and whether they cut a run."""
        import numpy as np

        found, cut, place = np.zeros_like(place), np.zeros(len(place), bool), place.copy()
        keys = self._owner * self._wide + near[left]
        waiting = np.arange(len(place))
        while len(waiting):
            whose, at = owner[waiting], place[waiting]
            behind = np.searchsorted(keys, whose * self._wide + at, side="right" if left else "left")
            begun, upto = np.where(whose > 0, self._upto[whose - 1], 0), self._upto[whose]
            run = np.clip(behind if left else behind - 1, 0, max(len(keys) - 1, 0))  # the one that may hold the place
            inside = (behind < upto) if left else (behind > begun)
            before = np.clip(behind - 1, 0, None)
            if len(keys):
                inside &= (near[0][run] <= at) if left else (near[1][run] >= at)
                shift = np.where(behind > begun, far[1][before] - near[1][before], 0)
            else:
                shift = np.zeros(len(waiting), np.int64)
            found[waiting] = at + shift
            waiting, at, run = waiting[inside], at[inside], run[inside]
            if len(waiting):
                cut[waiting] |= (at > near[0][run]) if left else (at < near[1][run])
                found[waiting] = far[0][run] if left else far[1][run]
                gone = far[0][run] == far[1][run]  # the other side has nothing of this run
                place[waiting] = near[1][run] if left else near[0][run]
                waiting = waiting[gone]
        return found, cut
