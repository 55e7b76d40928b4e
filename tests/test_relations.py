"""Interval arithmetic for figures: what two intervals suggest, and what a reviewer may confirm."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouchbank.language.interval import Interval, parse_interval
from vouchbank.language.relations import admissible, inside, overlap, propose

ends = st.one_of(st.none(), st.integers(-3, 3).map(float))
intervals = st.builds(
    lambda low, high, a, b: Interval(low, high, a and low is not None, b and high is not None),
    ends, ends, st.booleans(), st.booleans(),
).filter(lambda i: not i.empty)  # fmt: skip
GRID = [n / 4 for n in range(-20, 21)]


def holds(interval: Interval, number: float) -> bool:
    above = interval.lower is None or number > interval.lower or (interval.lower_closed and number == interval.lower)
    below = interval.upper is None or number < interval.upper or (interval.upper_closed and number == interval.upper)
    return above and below


@given(intervals, intervals)
def test_inside_and_overlap_are_those_of_the_numbers(a: Interval, b: Interval) -> None:
    in_a, in_b = {n for n in GRID if holds(a, n)}, {n for n in GRID if holds(b, n)}
    assert overlap(a, b) == bool(in_a & in_b)
    assert inside(a, b) == (in_a <= in_b)


@given(intervals, intervals)
def test_what_is_proposed_is_admissible(a: Interval, b: Interval) -> None:
    assert propose(a, b) in admissible(a, b)
    assert (propose(a, b) == "conflict") == (propose(b, a) == "conflict")


@pytest.mark.parametrize(
    ("a", "b", "relation"),
    [
        ("[5000, 5000]", "[5000, 5000]", "equal"),
        ("[5000, 5000]", "[5000, inf)", "narrower"),
        ("[5000, inf)", "[5000, 5000]", "compatible"),
        ("(280, inf)", "[284, 284]", "compatible"),
        ("[280, 280]", "(280, inf)", "conflict"),
        ("(8000000, inf)", "[4500000, 4500000]", "conflict"),
        ("(-inf, 6000]", "[0, inf)", "compatible"),
    ],
)
def test_examples(a: str, b: str, relation: str) -> None:
    assert propose(parse_interval(a), parse_interval(b)) == relation


def test_without_an_interval_nothing_can_be_compared_and_nothing_contradicts_compatible() -> None:
    a = parse_interval("[1, 1]")
    assert propose(None, a) == "not_comparable"
    assert "compatible" in admissible(a, None)
    assert "equal" not in admissible(None, None)


def test_numbers_in_conflict_may_not_be_called_compatible() -> None:
    a, b = parse_interval("[1, 1]"), parse_interval("[2, 2]")
    assert admissible(a, b) == {"conflict", "superseded", "not_comparable"}
