"""Propose the relation of two numbers from their intervals; a reviewer decides.

Example:
    >>> from vouchbank.language.interval import parse_interval as i
    >>> propose(i("[5000, 5000]"), i("[5000, inf)")), propose(i("[21, inf)"), i("[0, 20]"))
    ('narrower', 'conflict')
"""

from __future__ import annotations

from vouchbank.language.interval import Interval


def propose(a: Interval | None, b: Interval | None) -> str:
    """The relation of a to b that the intervals alone suggest.

    `equal` if the intervals are the same, `narrower` if a is inside b, `compatible` if they overlap otherwise,
    `conflict` if they do not overlap, `not_comparable` if either has no interval.
    """
    if a is None or b is None:
        return "not_comparable"
    if a == b:
        return "equal"
    if inside(a, b):
        return "narrower"
    return "compatible" if overlap(a, b) else "conflict"


def admissible(a: Interval | None, b: Interval | None) -> frozenset[str]:
    """The relations that a reviewer can choose without explaining why they differ from the intervals.

    `superseded` (time has passed) and `not_comparable` (things are counted differently) are always possible.
    `compatible` is possible without an interval, and for equal or nested intervals.
    """
    proposed = propose(a, b)
    always = {"superseded", "not_comparable", proposed}
    if proposed in ("equal", "narrower") or a is None or b is None:
        always.add("compatible")
    return frozenset(always)


def inside(a: Interval, b: Interval) -> bool:
    """Whether b contains every number of a."""
    return a.start >= b.start and a.end <= b.end


def overlap(a: Interval, b: Interval) -> bool:
    """Whether the intervals have a number in common."""
    return a.end > b.start and b.end > a.start
