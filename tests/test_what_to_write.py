"""What a finding tells to write can be written: free ids, values that have the form of their field."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.checks_support import BASE, copied, replace
from tests.test_check_rules import ATTRIBUTIONS, ENTITIES, LEAKS, QUANTITIES, RETIRED, found, say, slugs
from vouchbank.findings import Finding


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return copied(BASE, tmp_path)


def of(slug: str, root: Path) -> list[Finding]:
    return [f for f in found(root) if f.slug == slug]


# --- fractions ------------------------------------------------------------------------------------------


def share(base: Path, words: str, end: str) -> list[str]:
    say(base, "counted 12 leaks", f"counted {words} of leaks")
    replace(base, QUANTITIES, LEAKS, f'number = "{words}"\ninterval = "[{end}, {end}]"\ndimension = "ratio"\n')
    return [f.message for f in of("number-contradicts-interval", base)]


@pytest.mark.parametrize("end", ["0.33", "0.333", "0.3333", "0.333333333"])
def test_a_third_is_rounded_to_any_digits_from_two(end: str, base: Path) -> None:
    assert share(base, "a third", end) == []


def test_two_thirds_are_rounded_up(base: Path) -> None:
    assert share(base, "two thirds", "0.67") == []


@pytest.mark.parametrize(
    ("words", "end"),
    [("a third", "0.3"), ("a third", "0.34"), ("a third", "0.330"), ("two thirds", "0.66"), ("a third", "0")],
)
def test_what_is_no_rounding_of_a_third_is_named_with_a_value_to_paste(words: str, end: str, base: Path) -> None:
    (message,) = share(base, words, end)
    value = message.partition(" is ")[2].partition(";")[0]
    replace(base, QUANTITIES, f"[{end}, {end}]", f"[{value}, {value}]")
    assert not {"number-contradicts-interval", "malformed-value"} & set(slugs(base))


def test_a_number_that_a_decimal_ends_is_not_rounded(base: Path) -> None:
    (message,) = share(base, "an eighth", "0.13")
    assert "'an eighth' is 0.125;" in message


def test_an_end_may_be_written_in_two_ways(base: Path) -> None:
    replace(base, QUANTITIES, "[12, 12]", "[12, 12.0]")
    assert slugs(base) == []


# --- free ids -------------------------------------------------------------------------------------------


def test_several_findings_propose_an_id_each_that_was_never_used(base: Path) -> None:
    (base / RETIRED).write_text('["000-nq3"]\nreason = "a slip"\n["001-nq9"]\nreason = "elsewhere"\n', "utf-8")
    say(base, "counted 12 leaks", "counted 12 leaks and 7 and 8")
    helps = [f.help for f in of("number-not-accounted", base)]
    assert ["nq4 = {" in helps[0], "nq5 = {" in helps[1]] == [True, True]


def test_a_quotation_proposes_the_next_non_attribution(base: Path) -> None:
    replace(base, ATTRIBUTIONS, "[p3.a3]", '[p3]\nna4 = { q = "“a tired wall”", reason = "scare_quote" }\n\n[p3.a3]')
    say(base, "12 leaks in it.", "12 “leaks” in it.")
    (finding,) = of("quotation-mark-not-accounted", base)
    assert "na5 = {" in finding.help


def test_two_ids_that_stand_twice_get_two_new_ones(base: Path) -> None:
    replace(base, ENTITIES, "e5 = ", "e1 = ")
    replace(base, ENTITIES, "e6 = ", "e2 = ")
    helps = [f.help for f in of("duplicate-id", base)]
    assert len(helps) == len(set(helps)) == 2
