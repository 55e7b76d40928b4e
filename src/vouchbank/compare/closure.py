"""What the relations of a figure or a claim imply together: equal members are interchangeable, orders are transitive.

A stronger member is committed to everything that a weaker one is, and a narrower interval lies inside a wider one: both
are *inside*. So what conflicts with a member also conflicts with everything inside it. `superseded` is an order of
time. Neither order has cycles, also not through equal members.

A member that doubts or denies a claim is on one side, a member that upholds it on the other. Equal members, and a
stronger and a weaker one, are on the same side; a denial commits to less than a doubt.

Example:
    >>> told = [("a", "equal", "b"), ("a", "stronger", "c"), ("c", "stronger", "b")]
    >>> list(contradictions(told))
    [(2, (0, 1))]
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

StatedPair = tuple[str, str, str]  # the first member, its relation to the second, the second
Steps = dict[str, dict[str, int]]  # from member to member, each step with the number of the pair that states it

# Pairs are accepted in this order: each is checked against those before it.
RELATIONS = (
    "equal", "stronger", "weaker", "narrower", "superseded", "doubts", "denies", "conflict", "compatible",
    "not_comparable",
)  # fmt: skip


def contradictions(told: Sequence[StatedPair]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Each pair that others contradict, with the pairs that contradict it, in the order of the chain.

    Args:
        told: The pairs of one record, each of different members.
    """
    known = _Known()
    for index in sorted(range(len(told)), key=lambda i: RELATIONS.index(told[i][1])):
        a, relation, b = told[index]
        if relation == "weaker":
            a, relation, b = b, "stronger", a
        chain = known.against(a, relation, b)
        if chain is None:
            known.add(a, relation, b, index)
        else:
            yield index, tuple(chain)


class _Known:
    """The pairs accepted so far. A step that others imply is left out, so that walks stay short."""

    def __init__(self) -> None:
        self.equal: Steps = defaultdict(dict)
        self.wider: Steps = defaultdict(dict)  # with the steps between equals
        self.inside: Steps = defaultdict(dict)  # the same, the other way round
        self.newer: Steps = defaultdict(dict)  # with the steps between equals
        self.apart: Steps = defaultdict(dict)
        self.overlap: Steps = defaultdict(dict)
        self.beside: Steps = defaultdict(dict)  # between members of one side
        self.upheld: dict[str, int] = {}  # members that uphold the label, each with a pair that states it
        self.refused: dict[str, dict[str, int]] = {"doubts": {}, "denies": {}}  # members that doubt or deny it

    def add(self, a: str, relation: str, b: str, index: int) -> None:
        """Accept a pair."""
        mutual = {
            "equal": (self.equal, self.wider, self.inside, self.newer, self.beside),
            "stronger": (self.beside,),
            "conflict": (self.apart,),
            "compatible": (self.overlap,),
        }
        implied = {"equal": self.equal, "stronger": self.wider, "narrower": self.wider, "superseded": self.newer}
        if b in _walk(implied.get(relation, {}), a):
            return
        for steps in mutual.get(relation, ()):
            steps[a][b] = steps[b][a] = index
        if relation in ("stronger", "narrower"):
            self.wider[a][b] = self.inside[b][a] = index
        elif relation == "superseded":
            self.newer[a][b] = index
        elif relation in self.refused:
            self.refused[relation][a] = self.upheld[b] = index

    def against(self, a: str, relation: str, b: str) -> list[int] | None:
        """The chain of accepted pairs that contradicts a pair; None if there is none."""
        if relation in ("stronger", "narrower"):
            return _path(self.wider, b, a)
        if relation == "superseded":
            return _path(self.newer, b, a)
        if relation in self.refused:
            return self._one_side(a, relation, b)
        if relation == "conflict":
            return _meeting(_walk(self.inside, a), _walk(self.inside, b))
        if relation == "compatible":
            return _bridge(_walk(self.wider, a), self.apart, _walk(self.wider, b))
        return self._comparable(a, b) if relation == "not_comparable" else None

    def _one_side(self, a: str, relation: str, b: str) -> list[int] | None:
        """The pairs by which `a` does not doubt or deny what `b` upholds, or does so in another way."""
        own, other = _walk(self.beside, a), _walk(self.beside, b)
        doubting = self.refused["doubts"] if relation == "denies" else {}
        chains = [
            _way(own, b) if b in own else None,
            _arrival(own, self.upheld),
            _arrival(other, {**self.refused["doubts"], **self.refused["denies"]}),
            _arrival(_walk(self.wider, a), doubting),
        ]
        return next((chain for chain in chains if chain is not None), None)

    def _comparable(self, a: str, b: str) -> list[int] | None:
        """The pairs by which two members are comparable: an order between them, or a relation of their equals."""
        ordered = ((self.wider, a, b), (self.wider, b, a), (self.newer, a, b), (self.newer, b, a))
        chains = [_path(steps, start, end) for steps, start, end in ordered]
        one, other = _walk(self.equal, a), _walk(self.equal, b)
        chains += [_bridge(one, steps, other) for steps in (self.apart, self.overlap)]
        return next((chain for chain in chains if chain is not None), None)


_Walk = dict[str, tuple[str, int]]  # each member that is reached, with the last step to it


def _walk(steps: Steps, start: str) -> _Walk:
    """All members that can be reached, by the shortest path."""
    reached, queue = {start: (start, -1)}, [start]
    for name in queue:
        for to, index in steps.get(name, {}).items():
            if to not in reached:
                reached[to] = (name, index)
                queue.append(to)
    return reached


def _way(walk: _Walk, end: str) -> list[int]:
    """The pairs that lead from the start of a walk to `end`."""
    way = []
    while (step := walk[end])[1] >= 0:
        end = step[0]
        way.append(step[1])
    return way[::-1]


def _arrival(walk: _Walk, ends: Mapping[str, int]) -> list[int] | None:
    """The path to the first of some members, and the pair that states it."""
    return next(([*_way(walk, name), ends[name]] for name in walk if name in ends), None)


def _path(steps: Steps, start: str, end: str) -> list[int] | None:
    walk = _walk(steps, start)
    return _way(walk, end) if end in walk else None


def _meeting(one: _Walk, other: _Walk) -> list[int] | None:
    """The path from one start to the other by way of a member that both walks reach."""
    ways = [[*_way(one, name), *reversed(_way(other, name))] for name in one if name in other]
    return min(ways, key=len, default=None)


def _bridge(one: _Walk, steps: Steps, other: _Walk) -> list[int] | None:
    """The path from one start to the other by way of one of `steps`."""
    bridges = ((a, b, index) for a in one for b, index in steps.get(a, {}).items() if b in other)
    return next(([*_way(one, a), index, *reversed(_way(other, b))] for a, b, index in bridges), None)
