"""Rules of numbers, modifiers, units and dates: what each notices and what it leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.checks_support import (
    ATTRIBUTIONS,
    LEAKS,
    QUANTITIES,
    replace,
    say,
    slugs,
)
from vouchbank.language.amounts import bounds, is_factor, is_vague, readings
from vouchbank.language.derived import AmountWords, derived, in_writing
from vouchbank.language.edtf import contradicts, is_edtf, possible
from vouchbank.language.interval import Interval, parse_interval
from vouchbank.language.lexicon import data, modifier_kind
from vouchbank.language.number_words import VAGUE
from vouchbank.language.units import dimension_of, is_currency, meanings

# --- words of numbers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("21", (21,)), ("5,000", (5000,)), ("1,234,567.5", (1234567.5,)), ("1.000.000", (1000000,)), ("4.5", (4.5,)),
        ("4.5 million", (4500000,)), ("4.5bn", (4500000000,)), ("10k", (10000,)), ("a", (1,)), ("seven", (7,)),
        ("Two", (2,)), ("twenty-five", (25,)), ("two hundred and five thousand", (205000,)), ("a dozen", (12,)),
        ("two million five hundred thousand", (2500000,)), ("half a million", (500000,)), ("2½", (2.5,)),
        ("one and a half million", (1500000,)), ("single", (1,)), ("doubled", (2,)), ("halving", (0.5,)),
        ("tripled", (3,)), ("twice", (2,)), ("tenfold", (10,)), ("two thirds", (2 / 3,)), ("a quarter", (0.25,)),
        ("three quarters", (0.75,)), ("one in four", (0.25,)), ("twenty-first", (21,)), ("21st", (21,)),
        ("10-15", (10, 15)), ("10–15", (10, 15)), ("ten to 12", (10, 12)), ("2 to 3 million", (2000000, 3000000)),
        ("minus 5", (-5,)), ("“40”", (40,)), ("zero", (0,)),
    ],
)  # fmt: skip
def test_the_words_of_a_number_are_read(words: str, values: tuple[float, ...]) -> None:
    assert values in [pytest.approx(one) for one in readings(words)]


@pytest.mark.parametrize(
    "words", ["", "a growing chorus", "-", "five ten", "7,9", "12,34", "and", "to", "several", "15 to 10"]
)
def test_words_that_are_no_number_have_no_reading(words: str) -> None:
    assert readings(words) == ()


@given(st.integers(0, 10**15))
def test_digits_are_read_with_and_without_separators(number: int) -> None:
    assert readings(str(number)) == readings(f"{number:,}") == ((float(number),),)


@given(st.text(max_size=60))
def test_no_words_stop_the_reading(words: str) -> None:
    assert all(len(one) in (1, 2) for one in readings(words))
    assert isinstance(is_vague(words), bool)
    assert modifier_kind(words) is None or isinstance(modifier_kind(words), tuple)
    assert isinstance(contradicts("2025-01-01", words), str)


def test_every_word_of_the_closed_list_is_vague_and_no_number() -> None:
    assert all(is_vague(word) and not readings(word) for word in VAGUE)


def test_two_numbers_with_and_are_a_range_only_between_them() -> None:
    words = "5 and 10", "1,000 and 1,200", "3.8 million and £4.2 million", "one hundred and one thousand"
    assert [readings(one, between=True) for one in words] == [
        ((5.0, 10.0),), ((1000.0, 1200.0),), ((3800000.0, 4200000.0),), ((100.0, 1000.0),),
    ]  # fmt: skip
    assert [readings(one) for one in words] == [(), (), (), ((101000.0,),)]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("millions", (1e6, None)), ("tens of thousands", (1e4, None)), ("hundreds of thousands", (1e5, None)),
        ("dozens", (12, None)), ("several hundred", (100, None)), ("a few thousand", (1000, None)),
        ("many thousands", (1000, None)), ("several dozen", (12, None)), ("a few hundred thousand", (1e5, None)),
        ("dozens of thousands", (12000, None)), ("double-digit", (10, 100)), ("six-figure", (1e5, 1e6)),
        ("triple digits", (100, 1000)), ("single-digit", (0, 10)), ("7-figure", (1e6, 1e7)),
    ],
)  # fmt: skip
def test_words_that_are_bounds_themselves(words: str, said: tuple[float, float | None]) -> None:
    assert bounds(words) == said
    assert not readings(words)
    assert is_vague(words) == (said[1] is None)


@pytest.mark.parametrize("words", ["several", "several carriers", "several U.S", "a slew of", "many more", "21"])
def test_other_words_have_no_bounds_of_their_own(words: str) -> None:
    assert bounds(words) is None


@pytest.mark.parametrize(
    ("modifier", "number", "unit", "settled"),
    [
        ("at least", "4.5 million", "", ("[4500000, inf)", "count", None)),
        ("between", "3.8 million and £4.2 million", "£", ("[3800000, 4200000]", "money", None)),
        ("", "3 to €5 million", "€", ("[3000000, 5000000]", "money", "EUR")),
        ("", "3km to 5", "km", ("[3, 5]", "length", "km")),
        ("", "10 per cent to 12", "per cent", ("[10, 12]", "percent", "%")),
        ("", "six-to-eight", "", ("[6, 8]", "count", None)), ("up to", "80 to 90", "", ("(-inf, 90]", "count", None)),
        ("", "third", "", (None, None, None)), ("", "two-thirds", "", (None, "ratio", None)),
        ("", "ten times more", "", ("[10, 10]", "multiplier", None)), ("", "four times", "", ("[4, 4]", None, None)),
        ("", "first", "", ("[1, 1]", "ordinal", None)),
        ("", "50 million", "$", ("[50000000, 50000000]", "money", None)),
        ("", "12", "pounds", ("[12, 12]", None, None)), ("", "12", "miles", ("[12, 12]", "length", None)),
        ("about", "several hundred", "", ("[100, inf)", "count", None)),
        ("up to", "several hundred", "", (None, "count", None)),
        ("a whopping", "70", "", (None, "count", None)), ("", "2-1", "", (None, None, None)),
        ("", "−4 to 3", "°C", ("[-4, 3]", "temperature", "Cel")), ("", "60s", "", ("[60, 70)", "count", None)),
    ],
)  # fmt: skip
def test_what_the_words_leave_no_choice_about(
    modifier: str, number: str, unit: str, settled: tuple[str | None, str | None, str | None]
) -> None:
    found = derived(AmountWords(modifier, number, unit))
    assert (found.get("interval"), found.get("dimension"), found.get("unit_code")) == settled


def test_whether_an_amount_is_approximate_or_vague_follows_too() -> None:
    pairs = ("about", "40"), ("nearly", "40"), ("at least about", "40"), ("", "several"), ("over", "40")
    found = [derived(AmountWords(*pair)) for pair in pairs]
    assert [one.get("approximate") for one in found] == [True, None, True, False, False]
    assert [one["vague"] for one in found] == [False, False, False, True, False]


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=10))
def test_what_is_derived_is_written_as_intervals_are(modifier: str, number: str, unit: str) -> None:
    interval = derived(AmountWords(modifier, number, unit)).get("interval")
    assert interval is None or in_writing(parse_interval(interval) or Interval(0, 0, True, True)) == interval


# --- number, modifier, interval --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("modifier", "interval", "approximate"),
    [
        ("at least", "[12, inf)", False), ("no less than", "[12, inf)", False), ("no fewer than", "[12, inf)", False),
        ("more than", "(12, inf)", False), ("over", "(12, inf)", False), ("up to", "(-inf, 12]", False),
        ("no more than", "(-inf, 12]", False), ("under", "(-inf, 12)", False), ("fewer than", "(-inf, 12)", False),
        ("about", "[12, 12]", True), ("some", "[12, 12]", True), ("roughly", "[12, 12]", True),
        ("approximately", "[12, 12]", True), ("at least about", "[12, inf)", True), ("nearly", "[12, 12]", True),
        ("nearly", "[12, 12]", False), ("a total of", "[12, 12]", False),
    ],
)  # fmt: skip
@pytest.mark.slow
def test_a_modifier_and_its_bounds_go_together(base: Path, modifier: str, interval: str, approximate: bool) -> None:
    say(base, "counted 12", f"counted {modifier} 12")
    more = "approximate = true\n" if approximate else ""
    record = f'modifier = "{modifier}"\nnumber = "12"\ninterval = "{interval}"\n{more}'
    replace(base, QUANTITIES, LEAKS, record)
    assert slugs(base) == []
    for other in ("[12, inf)", "(12, inf)", "(-inf, 12]", "(-inf, 12)", "[12, 12]"):
        if other != interval:
            replace(base, QUANTITIES, interval, other)
            assert slugs(base) == ["modifier-contradicts-bounds"]
            replace(base, QUANTITIES, other, interval)
    if modifier != "nearly":
        replace(base, QUANTITIES, 'number = "12"\n', f'number = "12"\napproximate = {str(not approximate).lower()}\n')
        text = (base / QUANTITIES).read_text("utf-8")
        (base / QUANTITIES).write_text(text.replace("approximate = true\n", "", 1) if approximate else text, "utf-8")
        assert slugs(base) == ["modifier-contradicts-approximate"]


def test_between_a_and_b_is_closed_at_both_ends(base: Path) -> None:
    say(base, "counted 12", "counted between 12 and 20")
    record = 'modifier = "between"\nnumber = "12 and 20"\ninterval = "[12, 20]"\n'
    replace(base, QUANTITIES, LEAKS, record)
    assert slugs(base) == []
    replace(base, QUANTITIES, "[12, 20]", "[12, 20)")
    assert slugs(base) == ["modifier-contradicts-bounds"]
    replace(base, QUANTITIES, "[12, 20)", "[12, 21]")
    assert slugs(base) == ["number-contradicts-interval"]


def test_a_wrong_value_is_not_also_a_wrong_bound(base: Path) -> None:
    replace(base, QUANTITIES, "[21, inf)", "(22, inf)")
    assert slugs(base) == ["number-contradicts-interval"]


@pytest.mark.parametrize(
    ("words", "interval"), [("twelve", "[12, 12]"), ("a dozen", "[12, 12]"), ("1,200", "[1200, 1200]")]
)
def test_a_number_in_words_is_compared_with_its_interval(base: Path, words: str, interval: str) -> None:
    say(base, "counted 12", f"counted {words}")
    replace(base, QUANTITIES, LEAKS, f'number = "{words}"\ninterval = "{interval}"\n')
    assert slugs(base) == []
    replace(base, QUANTITIES, interval, "[13, 13]")
    assert slugs(base) == ["number-contradicts-interval"]


def test_a_magnitude_in_the_unit_is_cut_from_its_number(base: Path) -> None:
    say(base, "counted 12 leaks", "counted 12 million dollars of leaks")
    record = 'number = "12"\nunit = "million dollars"\ninterval = "[12, 12]"\ndimension = "money"\nunit_code = "USD"\n'
    replace(base, QUANTITIES, LEAKS, record)
    assert slugs(base) == ["number-cut"]


def test_digits_cut_at_a_separator_are_found_once(base: Path) -> None:
    say(base, "counted 12", "counted 12,500")
    assert slugs(base) == ["number-cut"]


@pytest.mark.parametrize(
    ("word", "interval", "right"),
    [
        ("several", "", True), ("several", "[3, inf)", False), ("millions of", "[1000000, inf)", True),
        ("millions of", "", True), ("millions of", "[2000000, inf)", False), ("dozens of", "", True),
        ("dozens of", "[12, inf)", True), ("dozens of", "[24, inf)", False),
    ],
)  # fmt: skip
def test_the_bounds_of_a_vague_amount(base: Path, word: str, interval: str, right: bool) -> None:
    say(base, "counted 12", f"counted {word}")
    bound = f'interval = "{interval}"\n' if interval else ""
    replace(base, QUANTITIES, LEAKS, f'number = "{word.removesuffix(" of")}"\n{bound}vague = true\n')
    assert slugs(base) == ([] if right else ["vague-bounds"])


def test_a_vague_word_is_vague_unless_it_is_said_not_to_be(base: Path) -> None:
    say(base, "counted 12", "counted millions of")
    replace(base, QUANTITIES, LEAKS, 'number = "millions"\n')
    assert slugs(base) == []
    replace(base, QUANTITIES, '"millions"\n', '"millions"\nvague = false\n')
    assert slugs(base) == ["vague-word"]


def test_a_number_without_a_place_is_not_also_unaccounted(base: Path) -> None:
    replace(base, QUANTITIES, '"21"', '"22"')
    assert slugs(base) == ["quote-not-found"]


def test_a_content_without_a_place_does_not_leave_its_quotation_marks_behind(base: Path) -> None:
    replace(base, ATTRIBUTIONS, "“The dam will hold,”", "“The dam will burst,”")
    assert slugs(base) == ["quote-not-found"]


# --- units and dates ----------------------------------------------------------------------------------


def test_every_code_of_the_unit_words_is_a_code_of_its_dimension() -> None:
    listed = [(d, code) for d, words in data("units")["words"].items() for codes in words for code in codes.split()]
    assert [(d, c) for d, c in listed if not (is_currency(c) if d == "money" else dimension_of(c) == d)] == []
    assert len(listed) > 200


@pytest.mark.parametrize(
    "code", ["m", "km", "km2", "m/s", "km/h", "10.a", "kW.h", "[lb_av]", "%", "/min", "m-1", "Cel"]
)
def test_a_code_of_ucum_is_known(code: str) -> None:
    assert dimension_of(code)


@pytest.mark.parametrize("code", ["meter", "Km", "KG", "10", "", "m..s", "m/", "USD", "foot", "m" * 400, "m{", "$"])
def test_what_is_no_code_of_ucum_is_not(code: str) -> None:
    assert dimension_of(code) is None


@pytest.mark.parametrize(("word", "factor"), [("doubled", True), ("Tenfold", True), ("single", False), ("half", False)])
def test_a_factor_is_told_from_an_amount(word: str, factor: bool) -> None:
    assert is_factor(word) is factor


def test_money_has_its_family_of_codes() -> None:
    assert {"USD", "CAD", "AUD"} <= {code for dimension, code in meanings("$") if dimension == "money"}
    assert {d for d, _ in meanings("pounds")} == {"money", "mass"}
    assert not is_currency("usd")


@pytest.mark.parametrize(
    ("unit", "fields", "slug"),
    [
        ("meters", 'dimension = "length"\nunit_code = "m"\n', ""),
        ("dollars", 'dimension = "money"\nunit_code = "CAD"\n', ""),
        ("dollars", 'dimension = "money"\nunit_code = "EUR"\n', "unit-contradicts-code"),
        ("dollars", 'dimension = "money"\nunit_code = "$"\n', "unknown-unit-code"),
        ("dollars", 'dimension = "money"\n', "unit-code-missing"),
        ("dollars", 'dimension = "length"\nunit_code = "m"\n', "unit-contradicts-dimension"),
        ("dollars", "", "unit-code-missing"),
        ("meters", "", ""),
        ("euros", "", ""),
        ("dollars", 'dimension = "count"\n', "unit-contradicts-dimension"),
        ("percent", 'dimension = "percent"\n', ""),
        ("percent", 'dimension = "ratio"\n', "unit-contradicts-dimension"),
        ("tons", 'dimension = "mass"\nunit_code = "[ston_av]"\n', ""),
        ("tons", 'dimension = "mass"\nunit_code = "t"\n', ""),
        ("days", 'dimension = "duration"\nunit_code = "m"\n', "unit-contradicts-dimension"),
        ("cowries", 'dimension = "money"\n', ""),
        ("baskets", "", "unit-contradicts-dimension"),
        ("", 'unit_code = "m"\n', "unit-contradicts-dimension"),
        ("", 'dimension = "money"\nunit_code = "USD"\n', "unit-missing"),
    ],
)
def test_words_code_and_dimension_of_a_unit(base: Path, unit: str, fields: str, slug: str) -> None:
    say(base, "counted 12 leaks", f"counted 12 {unit} of leaks" if unit else "counted 12 more leaks")
    replace(base, QUANTITIES, LEAKS, LEAKS + (f'unit = "{unit}"\n' if unit else "") + fields)
    assert slugs(base) == ([slug] if slug else [])


POSSIBLE = """
2025 2025-09 2025-09-23 XXXX-10-28 2024-02-29 XXXX-02-29 2025-22 2025-XX-31 20XX 2025? ../2025 2024/2025
2025-09/2025-09-14 2025/ 2025-1X-3X -0044-03-15 2025-1X 19XX-02-29 2025-33 2025-41 ../20XX 2004-06/..
?2025-09-~14 {2023,2025-09} [2023..2025] {..2025-09-30} Y170000002 2025-09-23T09:30:01 2025-09-XX/2025-10-03
"""
IMPOSSIBLE = """
2025-13 2025-00 2025-02-30 2023-02-29 XXXX-02-30 2025-04-31 2025-09-00 2025-22-01 2025-9X .. ../.. 2025/2024 /
2025-09-23/2025-09-14 2025-09/XXXX-13 2025-XX-32 1900-02-29 2025-X4-31 2025-42 2025/2026/2027
XXXX-09/.. XXXX-09/ XXXX-21 2025-2X 2025-09-31/.. {2025-02-30} 2023-02-29T09:30:01 2025-W05 12025 SEPTEMBER
"""


@pytest.mark.parametrize("value", POSSIBLE.split())
def test_a_date_of_the_calendar_is_possible(value: str) -> None:
    assert possible(value)
    assert is_edtf(value)


@pytest.mark.parametrize("value", IMPOSSIBLE.split())
def test_a_date_that_cannot_be_is_not(value: str) -> None:
    assert not (possible(value) and is_edtf(value))


@pytest.mark.parametrize(
    ("words", "value", "part"),
    [
        ("Sept. 23, 2025", "2025-09-23", ""), ("Sept. 23, 2025", "2024-09-23", "year"),
        ("Sept. 23, 2025", "2025-10-23", "month"), ("Oct. 28", "XXXX-10-28", ""), ("Oct. 28", "XXXX-10-27", "day"),
        ("28 October", "XXXX-10-28", ""), ("28 October", "XXXX-10-08", "day"), ("2013", "2013", ""),
        ("2013", "2012", "year"), ("September", "XXXX-09", ""), ("September", "XXXX-08", "month"),
        ("last month", "2025-09", ""), ("Since September", "XXXX-09/..", ""), ("autumn 2025", "2025-23", ""),
    ],
)  # fmt: skip
def test_the_words_of_a_date_are_compared_with_its_value(words: str, value: str, part: str) -> None:
    assert contradicts(value, words) == part
