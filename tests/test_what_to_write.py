"""What a finding tells to write can be written: free ids, values that have the form of their field."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.checks_support import (
    ATTRIBUTIONS,
    ENTITIES,
    LEAKS,
    QUANTITIES,
    RETIRED,
    broken,
    found,
    replace,
    say,
    slugs,
)
from vouchbank.findings import Finding, Place
from vouchbank.language.amounts import is_share
from vouchbank.report.github import command
from vouchbank.report.human import plain
from vouchbank.report.run import Run
from vouchbank.report.sarif import sarif
from vouchbank.report.structured import as_json


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
    value = message.partition(" is ")[2].partition(", but")[0]
    replace(base, QUANTITIES, f"[{end}, {end}]", f"[{value}, {value}]")
    assert not {"number-contradicts-interval", "malformed-value"} & set(slugs(base))


def test_a_number_that_a_decimal_ends_is_not_rounded(base: Path) -> None:
    (message,) = share(base, "an eighth", "0.13")
    assert "'an eighth' is 0.125, but" in message


def test_an_end_in_other_digits_is_the_same_number_in_the_wrong_form(base: Path) -> None:
    replace(base, QUANTITIES, "[12, 12]", "[12, 12.0]")
    assert slugs(base) == ["interval-not-shortest"]


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


# --- departures of the gold -------------------------------------------------------------------------------

DECISIONS = "annotations/adjudication/000.toml"
UNEXPLAINED = "gold-not-explained"


def departing(tmp_path: Path, old: str, new: str) -> Path:
    """A corpus whose gold departs from two annotators in what is replaced, and in nothing else."""
    root = broken(UNEXPLAINED, tmp_path).root
    replace(root, ENTITIES, '"TIME"', '"DATE"')
    replace(root, ENTITIES, old, new)
    return root


def decide(root: Path, row: str) -> None:
    """Put a row at the end of the adjudication."""
    path = root / DECISIONS
    path.write_text(f"{path.read_text('utf-8')}\n{row}\n", "utf-8")


MONDAY = 'e1 = { q = "Monday", type = "DATE" }\n'


@pytest.mark.parametrize(
    ("new", "file", "rows"),
    [
        (MONDAY.replace("DATE", "TIME"), ENTITIES, ["field", "gold"]),
        (f'{MONDAY}e2 = {{ q = "boats", type = "PRODUCT", mention = "nominal", n = "1/2" }}\n', ENTITIES, ["gold"]),
        ("", DECISIONS, ["ids"]),
    ],
)
def test_what_a_departure_says_to_paste_explains_it(tmp_path: Path, new: str, file: str, rows: list[str]) -> None:
    root = departing(tmp_path, MONDAY, new)
    (finding,) = found(root)
    assert (finding.slug, finding.place.file) == (UNEXPLAINED, file)
    assert finding.help == f"add to the end of {DECISIONS}:"
    assert [line.split(" = ")[0] for line in finding.paste] == ["[[all_wrong]]", "layer", *rows, "reason"]
    decide(root, "\n".join(finding.paste))
    assert slugs(root) == ["malformed-adjudication"]
    replace(root, DECISIONS, '"…"', '"it is so"')
    assert slugs(root) == []


def test_a_row_whose_field_does_not_fit_is_named(tmp_path: Path) -> None:
    root = departing(tmp_path, MONDAY, MONDAY.replace("DATE", "TIME"))
    decide(root, '[[all_wrong]]\nlayer = "entities"\ngold = "e1"\nfield = "mention"\nreason = "a time"')
    (finding,) = found(root)
    assert (finding.slug, finding.help) == (UNEXPLAINED, "change the row to:")
    assert [(r.place.file, r.place.line) for r in finding.related] == [(DECISIONS, 8)]


def test_a_row_that_explains_nothing_is_a_finding_at_it(tmp_path: Path) -> None:
    root = departing(tmp_path, MONDAY, MONDAY)
    decide(root, '[[all_wrong]]\nlayer = "entities"\ngold = "e1"\nfield = "type"\nreason = "a time"')
    (finding,) = found(root)
    assert (finding.slug, finding.place.file, finding.place.line) == ("adjudication-of-no-difference", DECISIONS, 8)
    assert finding.message == "entities e1 type does not depart from what the annotators had"


def test_what_is_to_be_pasted_is_shown_and_obeyed_by_no_log() -> None:
    finding = Finding("a-slug", "wrong", Place("f"), "add:", paste=("[[row]]", "a = 1", "::set-env::\x1b"))
    assert plain(finding).endswith("= help: add:\n     | [[row]]\n     | a = 1\n     | ::set-env::\\x1b")
    assert command(finding).endswith("wrong%0Ahelp: add:%0A[[row]]%0Aa = 1%0A::set-env::\\x1b")


def test_what_is_to_be_pasted_stands_in_the_forms_for_machines() -> None:
    run = Run([Finding("a-slug", "wrong", Place("f"), "add:", paste=("[[row]]", "a = 1"))])
    assert json.loads(as_json(run))["findings"][0]["paste"] == ["[[row]]", "a = 1"]
    assert r"wrong\nHelp: add:\n[[row]]\na = 1" in sarif(run, "0.1.0")


# --- who annotated ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "said"), [("draft", []), ("complete", [("missing-field", 3)])])
def test_only_a_draft_is_by_nobody(status: str, said: list[tuple[str, int]], base: Path) -> None:
    replace(base, QUANTITIES, 'status = "complete"', f'status = "{status}"')
    replace(base, QUANTITIES, '"annotator-a"', '"unnamed"')
    assert [(f.slug, f.place.line) for f in found(base)] == said


def test_a_record_by_nobody_is_named(base: Path) -> None:
    replace(base, QUANTITIES, LEAKS, f'{LEAKS}by = "unnamed"\n')
    (finding,) = found(base)
    assert (finding.slug, finding.annotation, finding.help[:9]) == ("missing-field", "000-q3", "write by ")


# --- numbers of dates -------------------------------------------------------------------------------------


def test_the_number_of_a_date_is_listed_too(base: Path) -> None:
    say(base, "on Monday,", "in 2019,")
    replace(base, ENTITIES, '"Monday"', '"2019"')
    (finding,) = found(base)
    assert finding.slug == "number-not-accounted"
    assert finding.help.startswith("annotate a quantity, or list it: nq1 = {")
    replace(base, QUANTITIES, "[p3.q3]", '[p2]\nnq1 = { q = "2019", reason = "date" }\n\n[p3.q3]')
    assert slugs(base) == []


def test_numbers_are_asked_for_while_entities_are_a_draft(base: Path) -> None:
    say(base, "on Monday,", "in 2019,")
    replace(base, ENTITIES, 'status = "complete"', 'status = "draft"')
    replace(base, ENTITIES, '"Monday"', '"2019"')
    assert slugs(base) == ["number-not-accounted"]


# --- what is meant ----------------------------------------------------------------------------------------


def test_a_name_quoted_with_its_title_is_told_so(base: Path) -> None:
    replace(base, ENTITIES, '"Ada Brook", type', '"Mayor Ada Brook", type')
    (finding,) = of("title-misplaced", base)
    assert finding.message == "the name contains its title 'Mayor'"
    assert finding.help == "quote only the name in `q`, and the title in `title`"


def test_an_unknown_key_names_the_registry_and_the_section_to_add(base: Path) -> None:
    replace(
        base,
        ENTITIES,
        'e6 = { q = "Oxmere", type = "GPE", reading = "place", key = "oxmere"',
        'e6 = { q = "Oxmere", type = "GPE", reading = "place", key = "northport"',
    )
    (finding,) = of("row-missing", base)
    assert finding.message == "'northport' is not in annotations/registry.toml"
    assert finding.help == "run: vouchbank check --fix, which starts the row; or fix the key"


@pytest.mark.parametrize(
    ("words", "modifier", "number"),
    [("Between 35 and 40", "Between", "35 and 40"), ("40 or more", "or more", "40"), ("some dozens", "some", "dozens")],
)
def test_a_modifier_in_the_number_is_told_where_it_goes(words: str, modifier: str, number: str, base: Path) -> None:
    say(base, "counted 12 leaks", f"counted {words} leaks")
    replace(base, QUANTITIES, LEAKS, f'number = "{words}"\ninterval = "[35, 40]"\n')
    (finding,) = of("number-not-understood", base)
    assert finding.help == f'quote the modifier separately: modifier = "{modifier}", number = "{number}"'


def test_words_that_are_no_modifier_and_no_number_are_to_be_looked_at(base: Path) -> None:
    replace(base, QUANTITIES, LEAKS, LEAKS.replace('"12"', '"12 leaks in"'))
    (finding,) = of("number-not-understood", base)
    assert finding.help == "quote only the number"


@pytest.mark.parametrize(("words", "end"), [("half", "0.5"), ("two thirds", "0.67"), ("one in five", "0.2")])
def test_a_share_is_no_count(words: str, end: str, base: Path) -> None:
    say(base, "counted 12 leaks", f"counted {words} of leaks")
    record = f'number = "{words}"\ninterval = "[{end}, {end}]"\n'
    replace(base, QUANTITIES, LEAKS, f'{record}dimension = "count"\n')
    (finding,) = found(base)
    assert (finding.slug, finding.help) == ("factor-without-dimension", 'write dimension = "ratio"')
    replace(base, QUANTITIES, 'dimension = "count"\n', "")
    assert slugs(base) == []


@pytest.mark.parametrize("words", ["half a million", "third", "0.5", "2½", "12", "several"])
def test_what_is_more_than_a_part_or_may_be_is_no_share(words: str) -> None:
    assert not is_share(words)
