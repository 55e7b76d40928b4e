"""What two intervals say about how two numbers relate. They propose; a reviewer decides.

Example:
    >>> from vouchbank.language.interval import parse_interval as i
    >>> propose(i("[5000, 5000]"), i("[5000, inf)")), propose(i("[21, inf)"), i("[0, 20]"))
    ('narrower', 'conflict')
"""

from __future__ import annotations

from vouchbank.language.interval import Interval


def propose(a: Interval | None, b: Interval | None) -> str:
    """The relation of a to b that the intervals alone suggest.

    `equal` for the same interval, `narrower` where a lies inside b, `compatible` where they overlap otherwise,
    `conflict` where no number lies in both, `not_comparable` where one of the two claims no interval.
    """
    if a is None or b is None:
        return "not_comparable"
    if a == b:
        return "equal"
    if inside(a, b):
        return "narrower"
    return "compatible" if overlap(a, b) else "conflict"


def admissible(a: Interval | None, b: Interval | None) -> frozenset[str]:
    """The relations that a reviewer may confirm without saying why the intervals mislead.

    Time can have passed (`superseded`) and things can be counted differently (`not_comparable`) whatever the intervals
    are; without an interval nothing contradicts `compatible`; equal or nested intervals are also compatible.
    """
    proposed = propose(a, b)
    always = {"superseded", "not_comparable", proposed}
    if proposed in ("equal", "narrower") or a is None or b is None:
        always.add("compatible")
    return frozenset(always)


def inside(a: Interval, b: Interval) -> bool:
    """Whether every number of a lies in b."""
    return a.start >= b.start and a.end <= b.end


def overlap(a: Interval, b: Interval) -> bool:
    """Whether some number lies in both."""
    return a.end > b.start and b.end > a.start
