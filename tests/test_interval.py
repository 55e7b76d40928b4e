"""Intervals as annotators write them, and as people read them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouchbank.language.interval import Interval, parse_interval
from vouchbank.schema import default_schema_folder, load_schema

PATTERN = load_schema(default_schema_folder()).tables["quantities"].column("interval").pattern


@pytest.mark.parametrize(
    ("written", "interval", "shown"),
    [
        ("[21, inf)", Interval(21, None, True, False), "≥ 21"),
        ("(8000000, inf)", Interval(8_000_000, None, False, False), "> 8,000,000"),
        ("(-inf, 6000]", Interval(None, 6000, False, True), "≤ 6,000"),
        ("(-inf, 6000)", Interval(None, 6000, False, False), "< 6,000"),
        ("[5000, 5000]", Interval(5000, 5000, True, True), "= 5,000"),
        ("[3, 5]", Interval(3, 5, True, True), "3 to 5"),
        ("[-2.5, 0.5]", Interval(-2.5, 0.5, True, True), "-2.5 to 0.5"),
        ("[0, 0]", Interval(0, 0, True, True), "= 0"),
        ("[0, inf)", Interval(0, None, True, False), "≥ 0"),
        ("(-inf, 0)", Interval(None, 0, False, False), "< 0"),
        ("(-inf, inf)", Interval(None, None, False, False), "any"),
        ("[1.50, 1.50]", Interval(1.5, 1.5, True, True), "= 1.5"),
    ],
)
def test_an_interval_is_read_and_shown(written: str, interval: Interval, shown: str) -> None:
    assert parse_interval(written) == interval
    assert str(interval) == shown
    assert re.search(PATTERN, written)


@pytest.mark.parametrize(
    "written",
    [
        *("", "21", "[21]", "[21,inf)", "[21,  inf)", "21, inf", "[a, b]", "[1, 2", "[1, 2]]", " [1, 2]", "[1, 2]\n"),
        *("[1e3, 2e3]", "[1_000, 2]", "[1,000, 2,000]", "[.5, 1]", "[1., 2]", "[+1, 2]", "[٣, ٤]", "[nan, nan]"),
        *("[inf, inf)", "(inf, inf)", "[1, -inf)", "[--1, 2]", "{1, 2}"),
    ],
)
def test_anything_else_is_no_interval(written: str) -> None:
    assert parse_interval(written) is None


@pytest.mark.parametrize(
    ("written", "empty"),
    [
        ("[2, 1]", True),
        ("[2, 2]", False),
        ("(2, 2]", True),
        ("[2, 2)", True),
        ("(2, 2)", True),
        ("(2, 3)", False),
        ("(-inf, 2)", False),
        ("(2, inf)", False),
    ],
)
def test_an_interval_without_a_number_is_empty(written: str, empty: bool) -> None:
    interval = parse_interval(written)
    assert interval is not None
    assert interval.empty is empty


def test_an_open_end_at_infinity_never_belongs_to_the_interval() -> None:
    interval = parse_interval("(-inf, inf)")
    assert interval == Interval(None, None, lower_closed=False, upper_closed=False)


number = st.one_of(st.integers(-(10**12), 10**12).map(str), st.decimals(-(10**6), 10**6, places=3).map("{:.3f}".format))


def test_infinity_is_open_whatever_its_bracket() -> None:
    assert parse_interval("[-inf, 5]") == Interval(None, 5, lower_closed=False, upper_closed=True)
    assert parse_interval("[5, inf]") == Interval(5, None, lower_closed=True, upper_closed=False)


@given(st.sampled_from("[("), number, number, st.sampled_from(")]"))
def test_every_interval_that_the_schema_allows_is_read(opening: str, low: str, high: str, closing: str) -> None:
    for written in (f"{opening}{low}, {high}{closing}", f"(-inf, {high}{closing}", f"{opening}{low}, inf)"):
        assert re.search(PATTERN, written)
        interval = parse_interval(written)
        assert interval is not None
        assert str(interval)
        assert interval.lower is None or interval.lower == float(low)
        assert interval.upper is None or interval.upper == float(high)


@given(st.text("[]()0123456789-.,inf "))
def test_what_is_read_is_what_the_schema_allows(written: str) -> None:
    if re.search(PATTERN, written):
        assert parse_interval(written) is not None
    elif parse_interval(written) is not None:
        assert "[-inf" in written or "inf]" in written, written


def test_a_number_too_large_to_hold_is_no_interval() -> None:
    assert parse_interval(f"[{'9' * 400}, inf)") is None
