"""What single rules find and leave alone: numbers, modifiers, units, dates, edges, cues, nesting, ids, names."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace as changed
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.checks_support import BASE, FIXTURES, TOY, broken, copied, replace
from vouchbank.checks import CHECKS, check
from vouchbank.checks import lexicon as lexicon_module
from vouchbank.checks.amounts import half_vague, is_factor, is_vague, readings, vague_floor
from vouchbank.checks.edtf import contradicts, possible
from vouchbank.checks.lexicon import abbreviated, data, modifier_kind
from vouchbank.checks.numbers import FORMS, SHAPES
from vouchbank.checks.references import circles
from vouchbank.checks.units import dimension_of, is_currency, meanings
from vouchbank.corpus import Corpus
from vouchbank.findings import Finding, Place, Severity
from vouchbank.layers.number_words import VAGUE
from vouchbank.rewrite import reformatted, with_paragraph_ids

ENTITIES = "annotations/000/entities.toml"
QUANTITIES = "annotations/000/quantities.toml"
ATTRIBUTIONS = "annotations/000/attributions.toml"
REGISTRY = "annotations/registry.toml"
RETIRED = "annotations/retired.toml"
FLOORS = "annotations/floors.toml"
META = "seeds/000/meta.toml"
LEAKS = 'number = "12"\ninterval = "[12, 12]"\n'


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return copied(BASE, tmp_path)


def say(root: Path, old: str, new: str) -> None:
    """Let the article say something else, and bring what is known of the seed up to date."""
    seed = root / "seeds/000/raw.txt"
    before = hashlib.sha256(seed.read_bytes()).hexdigest()
    replace(root, "seeds/000/raw.txt", old, new)
    replace(root, META, before, hashlib.sha256(seed.read_bytes()).hexdigest())
    meta = with_paragraph_ids(Corpus(root).article("000"))
    assert meta is not None
    (root / META).write_bytes(meta.encode())


def found(root: Path) -> list[Finding]:
    """The findings of the corpus in its canonical form."""
    for file, text, problem in reformatted(Corpus(root)):
        assert not problem, (file, problem)
        (root / file).write_bytes(text.encode())
    return check(Corpus(root))


def slugs(root: Path) -> list[str]:
    return [f.slug for f in found(root)]


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
        ("5 and 10", (5, 10)), ("minus 5", (-5,)), ("“40”", (40,)), ("zero", (0,)),
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


def test_a_bare_plural_magnitude_keeps_its_lower_bound() -> None:
    floors = {
        w: vague_floor(w) for w in ("millions", "tens of thousands", "hundreds of thousands", "dozens", "several")
    }
    assert list(floors.values()) == [1e6, 1e4, 1e5, 12, None]


def test_what_the_guidelines_leave_open_is_not_judged() -> None:
    half = "several hundred", "a few thousand", "many thousands", "several dozen", "a few hundred thousand"
    assert [half_vague(words) for words in half] == [True] * 5
    whole = "several", "several carriers", "several U.S", "a slew of", "many more", "several hundred men"
    assert [half_vague(words) for words in whole] == [False] * 6


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
        ("millions of", "", False), ("millions of", "[2000000, inf)", False), ("dozens of", "", True),
        ("dozens of", "[12, inf)", True), ("dozens of", "[24, inf)", False),
    ],
)  # fmt: skip
def test_the_bounds_of_a_vague_amount(base: Path, word: str, interval: str, right: bool) -> None:
    say(base, "counted 12", f"counted {word}")
    bound = f'interval = "{interval}"\n' if interval else ""
    replace(base, QUANTITIES, LEAKS, f'number = "{word.removesuffix(" of")}"\n{bound}vague = true\n')
    assert slugs(base) == ([] if right else ["vague-bounds"])


def test_a_vague_word_must_be_called_vague(base: Path) -> None:
    say(base, "counted 12", "counted millions of")
    replace(base, QUANTITIES, LEAKS, 'number = "millions"\ninterval = "[1000000, inf)"\n')
    assert slugs(base) == ["vague-word"]


def test_a_number_without_a_place_is_not_also_unaccounted(base: Path) -> None:
    replace(base, QUANTITIES, '"21"', '"22"')
    assert slugs(base) == ["quote-not-found"]


def test_a_content_without_a_place_does_not_leave_its_quotation_marks_behind(base: Path) -> None:
    replace(base, ATTRIBUTIONS, "“The dam will hold,”", "“The dam will burst,”")
    assert slugs(base) == ["quote-not-found"]


# --- units and dates ----------------------------------------------------------------------------------


def test_every_code_of_the_unit_words_is_a_code_of_its_dimension() -> None:
    words = data("units")["words"]
    wrong = [(d, c) for d, codes in words.items() for c in codes if dimension_of(c) != d]
    assert wrong == []
    assert all(is_currency(c) for codes in data("units")["iso4217"]["words"].values() for c in codes)


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
        ("dollars", "", "unit-contradicts-dimension"),
        ("percent", 'dimension = "percent"\n', ""),
        ("percent", 'dimension = "ratio"\n', "unit-contradicts-dimension"),
        ("tons", 'dimension = "mass"\nunit_code = "[ston_av]"\n', ""),
        ("tons", 'dimension = "mass"\nunit_code = "t"\n', ""),
        ("days", 'dimension = "duration"\nunit_code = "m"\n', "unit-contradicts-dimension"),
        ("crowns", 'dimension = "money"\n', ""),
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
2025 2025-09 2025-09-23 XXXX-10-28 2024-02-29 XXXX-02-29 2025-22 2025-XX-31 20XX 2025? XXXX-09/.. ../2025 2024/2025
2025-09/2025-09-14 2025/ 2025-1X-3X -0044-03-15
"""
IMPOSSIBLE = """
2025-13 2025-00 2025-02-30 2023-02-29 XXXX-02-30 2025-04-31 2025-09-00 2025-22-01 2025-9X .. ../.. 2025/2024 /
2025-09-23/2025-09-14 2025-09/XXXX-13 2025-XX-32 1900-02-29
"""


@pytest.mark.parametrize("value", POSSIBLE.split())
def test_a_date_of_the_calendar_is_possible(value: str) -> None:
    assert possible(value)


@pytest.mark.parametrize("value", IMPOSSIBLE.split())
def test_a_date_that_cannot_be_is_not(value: str) -> None:
    assert not possible(value)


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


# --- edges, names, titles -------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["U.S.", "the U.S.", "Acme Inc.", "Gerald R.", "Sept.", "at 9 a.m."])
def test_the_full_stop_of_an_abbreviation_stays(words: str) -> None:
    assert abbreviated(words)


def test_the_full_stop_of_a_sentence_does_not() -> None:
    assert not abbreviated("3 boats were lost.")


def test_an_official_name_keeps_its_determiner(base: Path) -> None:
    replace(base, ENTITIES, 'e4 = { q = "Lake Post"', 'e4 = { q = "the Lake Post"')
    assert slugs(base) == ["determiner-in-name"]
    replace(base, REGISTRY, 'name = "Lake Post"', 'name = "The Lake Post"')
    assert "determiner-in-name" not in slugs(base)


def test_a_name_that_begins_like_a_title_is_one_if_the_registry_says_so(base: Path) -> None:
    old = 'q = "Ada Brook", type = "PERSON", key = "ada-brook", title = "Mayor"'
    replace(base, ENTITIES, old, 'q = "Mayor Ada Brook", type = "PERSON", key = "ada-brook"')
    assert slugs(base) == ["title-in-name"]
    replace(base, REGISTRY, "aliases = []", 'aliases = ["Mayor Ada Brook"]')
    assert slugs(base) == []


def test_a_title_may_not_hold_a_name(base: Path) -> None:
    say(base, "Mayor Ada Brook", "Oxmere mayor Ada Brook")
    replace(base, ENTITIES, 'title = "Mayor"', 'title = "Oxmere mayor"')
    replace(base, ENTITIES, "e2 =", 'e7 = { q = "Oxmere", type = "GPE", reading = "place", key = "oxmere" }\ne2 =')
    replace(base, ATTRIBUTIONS, '"Mayor Ada Brook"', '"Oxmere mayor Ada Brook"')
    assert slugs(base) == ["title-misplaced"]


@pytest.mark.parametrize("source", ["Brook,", "told the Lake Post."])
def test_commas_and_full_stops_stay_outside(base: Path, source: str) -> None:
    say(base, "Brook told the Lake Post.", "Brook, then, told the Lake Post.")
    old, new = ('source = { q = "Brook", n = "2/2" }', 'source = "Brook,"')
    if source != "Brook,":
        old, new = 'addressee = "the Lake Post"', 'addressee = "the Lake Post."'
    replace(base, ATTRIBUTIONS, old, new)
    assert slugs(base) == ["punctuation-at-edge"]


# --- attributions ---------------------------------------------------------------------------------------


def test_a_colon_is_a_cue_of_punctuation(base: Path) -> None:
    say(base, "called the dam", ": the dam")
    replace(base, ATTRIBUTIONS, 'cue = "called"', 'cue = ":"\ncue_kind = "punctuation"')
    assert slugs(base) == []
    replace(base, ATTRIBUTIONS, 'cue_kind = "punctuation"\n', "")
    assert slugs(base) == ["cue-kind-contradicts-cue"]


@pytest.mark.parametrize(
    ("cue", "edge"),
    [
        ("told the Lake Post", "ends with 'Lake Post'"),
        ("Brook told", "begins with 'Brook'"),
        ("the Lake Post", "ends with 'Lake Post'"),
        ("the word", "begins with 'the'"),
        ("told the", ""),
        ("told", ""),
    ],
)
def test_a_cue_neither_begins_with_a_determiner_nor_begins_or_ends_with_a_mention(
    cue: str, edge: str, base: Path
) -> None:
    written = f'{{ q = "{cue}", n = "2/2" }}' if cue.startswith("Brook") else f'"{cue}"'
    say(base, "moved on Monday", "moved on Monday, the word by Brook told Oxmere")
    replace(base, ENTITIES, 'n = "2/2"', 'n = "3/3"')
    replace(base, ATTRIBUTIONS, '"Brook", n = "2/2"', '"Brook", n = "3/3"')
    replace(base, ATTRIBUTIONS, 'cue = "told"', f"cue = {written}")
    said = [f.message for f in check(Corpus(base)) if f.slug == "cue-edge"]
    assert said == [f"the cue {edge}"] * bool(edge)


def test_a_mention_inside_a_cue_or_around_it_is_none_of_its_edges(base: Path) -> None:
    replace(base, ATTRIBUTIONS, 'cue = "told"', 'cue = "told the Lake Post."')
    assert "cue-edge" not in slugs(base)


@pytest.mark.parametrize(
    ("kind", "right"), [("named", False), ("outlet", False), ("anonymous", True), ("role", True), ("collective", True)]
)
def test_a_reason_for_anonymity_stands_only_where_the_source_may_be_unknown(kind: str, right: bool, base: Path) -> None:
    replace(base, ATTRIBUTIONS, 'source_kind = "named"', f'source_kind = "{kind}"\nanonymity_reason = "on Monday"')
    assert ("anonymity-of-known" not in slugs(base)) == right


def test_without_a_cue_the_kind_is_none(base: Path) -> None:
    replace(base, ATTRIBUTIONS, 'cue = "called"\n', "")
    assert slugs(base) == ["cue-kind-contradicts-cue"]
    replace(base, ATTRIBUTIONS, 'content = "the dam', 'cue_kind = "none"\ncontent = "the dam')
    assert slugs(base) == []


def test_who_answers_needs_no_content(base: Path) -> None:
    say(base, "“a tired wall”", "a tired wall")
    replace(base, ATTRIBUTIONS, 'content = "the dam “a tired wall”"\n', "")
    assert slugs(base) == ["content-missing"]
    replace(base, ATTRIBUTIONS, 'cue = "called"\n', 'cue = "called"\nabout = ["a1"]\n')
    assert slugs(base) == []


def test_a_source_that_interrupts_its_content_is_not_inside_it(base: Path) -> None:
    say(base, "called the dam", "found, the Lake Post adds, the dam")
    record = 'content = ["found", "the dam “a tired wall”"]'
    replace(base, ATTRIBUTIONS, 'cue = "called"\ncontent = "the dam “a tired wall”"', f'cue = "adds"\n{record}')
    assert "content-holds-own-cue" not in slugs(base)
    replace(
        base, ATTRIBUTIONS, '["found", "the dam “a tired wall”"]', '"found, the Lake Post adds, the dam “a tired wall”"'
    )
    assert "content-holds-own-cue" in slugs(base)


def test_the_kind_of_source_is_implicit_without_a_source(base: Path) -> None:
    replace(base, ATTRIBUTIONS, 'source = "The Lake Post of Oxmere"\n', "")
    assert slugs(base) == ["source-kind-contradicts-source"]


@pytest.mark.parametrize(
    ("source", "linked"),
    [
        ("Mayor Ada Brook", True), ("Ada Brook", True), ("Lake Post", True), ("the Lake Post of Oxmere", True),
        ("Oxmere officials", False), ("an editor of the Lake Post", False), ("the Lake Post’s editor", False),
        ("Oxmere (a town)", True), ("Ada Brook and others", True),
    ],
)  # fmt: skip
def test_a_source_is_linked_by_the_mention_of_its_head(base: Path, source: str, linked: bool) -> None:
    say(base, "The Lake Post of Oxmere called", f"So {source} called")
    folder = base / "annotations/000"
    entities = re.sub(r"\[p3\][^\[]*", "[p3]\n", (folder / "entities.toml").read_text("utf-8"))
    for number, (name, rest) in enumerate(
        {
            "Ada Brook": 'type = "PERSON", key = "ada-brook"',
            "Lake Post": 'type = "ORG", key = "lake-post"',
            "Oxmere": 'type = "GPE", reading = "place", key = "oxmere"',
        }.items(),
        5,
    ):
        entities += f'e{number} = {{ q = "{name}", {rest} }}\n' if name in source else ""
    (folder / "entities.toml").write_text(entities, "utf-8")
    replace(base, ATTRIBUTIONS, '"The Lake Post of Oxmere"', f'"{source}"')
    assert ("source-not-linked" in slugs(base)) is not linked


def test_a_source_whose_mention_has_no_place_is_not_also_unlinked(base: Path) -> None:
    replace(base, ENTITIES, 'e5 = { q = "Lake Post"', 'e5 = { q = "Lakes Post"')
    assert slugs(base) == ["quote-not-found"]


def test_a_parent_in_another_article_is_none(base: Path) -> None:
    for folder in ("seeds", "annotations"):
        (base / folder / "001").mkdir()
        for path in (base / folder / "000").iterdir():
            (base / folder / "001" / path.name).write_bytes(path.read_bytes())
    replace(base, ATTRIBUTIONS, 'source_key = "lake-post"\n', 'source_key = "lake-post"\nparent = "001-a1"\n')
    assert slugs(base) == ["parent-without-child"]


# --- ids, references, files -----------------------------------------------------------------------------


def test_a_circle_of_any_length_is_one_circle() -> None:
    chain = {str(n): [str(n + 1)] for n in range(5000)}
    assert list(circles(chain)) == []
    (circle,) = circles({**chain, "5000": ["0"]})
    assert len(circle) == 5001


def test_a_claim_has_two_members_at_least(tmp_path: Path) -> None:
    root = copied(TOY, tmp_path)
    replace(root, "annotations/claims.toml", 'members = ["000-a1", "001-a1"]', 'members = ["000-a1"]')
    said = [f for f in found(root) if f.slug == "malformed-shared-record"]
    assert [f.message for f in said] == ["['000-a1'] is too short: at least 2 belong here"]


def test_what_leads_into_a_circle_is_no_part_of_it() -> None:
    assert list(circles({"a": ["b"], "b": ["c"], "c": ["b"], "d": ["b", "a"]})) == [["b", "c"]]


def test_a_circle_is_one_finding_and_a_chain_is_none(base: Path) -> None:
    replace(base, ATTRIBUTIONS, 'addressee = "the Lake Post"', 'addressee = "the Lake Post"\nabout = ["a1"]')
    replace(base, ATTRIBUTIONS, 'source_key = "lake-post"', 'source_key = "lake-post"\nabout = ["a2", "a1"]')
    assert slugs(base) == []
    replace(
        base, ATTRIBUTIONS, 'source_key = "ada-brook"\n\n[p2.a2]', 'source_key = "ada-brook"\nabout = ["a3"]\n\n[p2.a2]'
    )
    assert set(slugs(base)) == {"circular-reference"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[000-q9]\nreason = "Gone."\n', []),
        ('[000-q9]\nreason = "Gone."\nsuccessor = "000-q1"\n', []),
        ('[000-q8]\nreason = "Gone."\n[000-q9]\nreason = "Gone."\nsuccessor = "000-q8"\n', []),
        ('[000-q8]\nreason = "x"\nsuccessor = "000-q9"\n[000-q9]\nreason = "x"\nsuccessor = "000-q8"\n', 2),
        ('[000-q9]\nreason = "Gone."\nsuccessor = 5\n', ["malformed-retirement", "unknown-successor"]),
        ('[q9]\nreason = "Gone."\n', ["malformed-retirement"]),
        ("[000-q9]\nreason = []\n", ["malformed-retirement"]),
        ("000-q9 = 5\n", ["malformed-retirement"]),
        ('[001]\nreason = "Withdrawn."\n', []),
        ('[001]\nreason = "Withdrawn."\nsuccessor = "000"\n', []),
        ('[001]\nreason = "Withdrawn."\nsuccessor = "002"\n', ["unknown-successor"]),
        ('[001]\nreason = "x"\nsuccessor = "000-q1"\n', ["malformed-retirement"]),
        ('[000]\nreason = "Withdrawn."\n', ["retired-id-used"]),
        ('[001]\nreason = "x"\n[000-q9]\nreason = "Moved."\nsuccessor = "001-q1"\n', []),
        ('[registry.oxmeer]\nreason = "A slip."\nsuccessor = "oxmere"\n', []),
        ('[registry.oxmeer]\nreason = "A slip."\nsuccessor = "oxmire"\n', ["unknown-successor"]),
        ('[figures.oxmeer]\nreason = "A slip."\nsuccessor = "oxmere"\n', ["unknown-successor"]),
        ('[registry.oxmere]\nreason = "A slip."\n', ["retired-id-used"]),
        ('[figures.oxmere]\nreason = "A key of another table."\n', []),
        ('[claims.gone]\nreason = "One claim too many."\n', []),
        ("[registry.oxmeer]\n", ["malformed-retirement"]),
        ('[registry.Oxmeer]\nreason = "x"\n', ["malformed-retirement"]),
        ('[tokens.x]\nreason = "x"\n', ["malformed-retirement"]),
        ('registry = "x"\n', ["malformed-retirement"]),
        ("[000-q9\n", ["malformed-retirement"]),
        ("", []),
    ],
)
def test_the_list_of_retired_ids_of_any_form(base: Path, text: str, expected: list[str] | int) -> None:
    (base / RETIRED).write_text(text, "utf-8")
    wanted = ["unknown-successor"] * expected if isinstance(expected, int) else expected
    assert sorted(slugs(base)) == wanted


def test_an_article_that_is_retired_and_there_is_one_finding(base: Path) -> None:
    (base / RETIRED).write_text('[000]\nreason = "Withdrawn."\n', "utf-8")
    (finding,) = check(Corpus(base))
    assert (finding.place.file, finding.message) == ("seeds/000/meta.toml", "000 was retired: Withdrawn.")


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        ('[registry.oxmeer]\nreason = "A slip."\nsuccessor = "oxmere"\n', "(A slip.): refer to registry.oxmere"),
        ('[registry.oxmeer]\nreason = "A slip."\n', "registry.oxmeer was retired (A slip.): take the reference out"),
    ],
)
def test_a_reference_to_what_was_retired_says_why_and_what_is_there_instead(base: Path, listed: str, said: str) -> None:
    replace(base, ENTITIES, 'key = "oxmere"', 'key = "oxmeer"')
    (base / RETIRED).write_text(listed, "utf-8")
    (help_,) = (f.help for f in check(Corpus(base)) if f.slug == "unknown-reference")
    assert said in help_


def test_the_raw_work_and_the_adjudication_of_an_article_that_is_gone_are_found(base: Path) -> None:
    for name in ("001/quantities", "raw/annotator-a/001/entities", "raw/annotator-a/000/entities", "adjudication/001"):
        path = base / "annotations" / f"{name}.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("", "utf-8")
    found = [f.help.split(",")[0] for f in check(Corpus(base)) if f.slug == "annotation-without-article"]
    names = ("001", "adjudication/001.toml", "raw/annotator-a/001")
    assert found == [f"git rm -r annotations/{name}" for name in names]


def test_a_retired_list_that_is_no_utf8_is_a_finding(base: Path) -> None:
    (base / RETIRED).write_bytes(b"\xff")
    assert slugs(base) == ["malformed-retirement"]


@pytest.mark.parametrize(
    "text",
    ["[entities]\nexact_f1 = true\n", "[entity]\nexact_f1 = 0.5\n", "entities = 1\n", "[entities]\n", "[[", "x = []"],
)
def test_floors_of_any_form_are_findings(base: Path, text: str) -> None:
    (base / FLOORS).write_text(text, "utf-8")
    assert set(slugs(base)) == {"malformed-floor"}


def test_a_floor_that_is_held_is_no_finding(tmp_path: Path) -> None:
    root = broken("agreement-below-floor", tmp_path).root
    replace(root, FLOORS, "0.95", "0.90")
    assert slugs(root) == []


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        pytest.param(QUANTITIES, '[3, 3]"', '[3, 3]"\nvouched_by = 1', id="vouched_by is a number"),
        pytest.param(QUANTITIES, '[3, 3]"', '[3, 3]"\npart_of = [1, {}]', id="part_of holds a number and a table"),
        pytest.param(QUANTITIES, '[3, 3]"', '[3, 3]"\nas_of = []', id="as_of is a list"),
        pytest.param(QUANTITIES, '[3, 3]"', '[3, 3]"\ndimension = ["count"]', id="dimension is a list"),
        pytest.param(QUANTITIES, '[3, 3]"', '[3, 3]"\nunit_code = {}', id="unit_code is a table"),
        pytest.param(QUANTITIES, '[3, 3]"', '[3, 3]"\nvague = "yes"', id="vague is text"),
        pytest.param(QUANTITIES, '[3, 3]"', '[3, 3]"\nstatus = ["claimed"]', id="status is a list"),
        pytest.param(ATTRIBUTIONS, 'cue = "called"', "cue = 7", id="cue is a number"),
        pytest.param(ATTRIBUTIONS, 'cue = "called"', "cue = []", id="cue is empty"),
        pytest.param(ATTRIBUTIONS, 'cue = "called"', 'cue = "called"\nparent = ["a1"]', id="parent is a list"),
        pytest.param(ATTRIBUTIONS, 'cue = "called"', 'cue = "called"\npolarity = []', id="polarity is a list"),
        pytest.param(ATTRIBUTIONS, 'cue = "called"', 'cue = "called"\nabout = {}', id="about is a table"),
        pytest.param(ENTITIES, 'title = "Mayor"', "title = 1", id="title is a number"),
        pytest.param(ENTITIES, 'q = "Ada Brook"', "q = []", id="a title without a name"),
        pytest.param(ENTITIES, 'q = "Ada Brook"', 'q = " "', id="a name that is a space"),
        pytest.param(QUANTITIES, 'number = "12"', 'number = ["12"]', id="a number that is a list"),
        pytest.param(ENTITIES, 'type = "DATE"', 'type = "DATE", value = 2025', id="value is a number"),
        pytest.param(REGISTRY, "aliases = []", "aliases = [1, {}]", id="aliases are no text"),
        pytest.param(REGISTRY, "aliases = []", 'aliases = "x"', id="aliases is text"),
        pytest.param(REGISTRY, 'name = "Ada Brook"', "name = 5", id="name is a number"),
        pytest.param(REGISTRY, "aliases = []", "aliases = []\nqid = []", id="qid is a list"),
    ],
)
def test_a_value_of_any_form_gives_a_finding_and_no_exception(base: Path, file: str, old: str, new: str) -> None:
    replace(base, file, old, new)
    assert file in {f.place.file for f in check(Corpus(base))}


def test_a_merge_marker_hides_the_fault_of_syntax_it_makes(base: Path) -> None:
    replace(base, ENTITIES, "[p2]", "<<<<<<< HEAD\n[p2]\n=======\n[p2]\n>>>>>>> theirs")
    assert [f.slug for f in check(Corpus(base))] == ["merge-marker"]


def test_a_merge_marker_is_found_where_the_file_can_still_be_read(base: Path) -> None:
    note = "note = '''\n<<<<<<< HEAD\nx\n=======\ny\n>>>>>>> theirs\n'''\n"
    replace(base, QUANTITIES, 'measured = "leaks"\n', f'measured = "leaks"\n{note}')
    assert "merge-marker" in [f.slug for f in check(Corpus(base))]


def test_a_row_of_equals_signs_is_no_merge_marker(base: Path) -> None:
    note = "note = '''\nTitle\n=======\n'''\n"
    replace(base, QUANTITIES, 'measured = "leaks"\n', f'measured = "leaks"\n{note}')
    assert "merge-marker" not in [f.slug for f in check(Corpus(base))]


def test_a_hidden_character_is_found_behind_its_escape(base: Path) -> None:
    replace(base, QUANTITIES, 'measured = "leaks"\n', 'measured = "leaks"\nnote = "a\\u202Eb"\n')
    (finding,) = (f for f in check(Corpus(base)) if f.slug == "hidden-character")
    assert (finding.place.line, finding.annotation, "U+202E" in finding.message) == (21, "000-q3", True)


def test_joiners_of_emoji_are_no_hidden_characters(base: Path) -> None:
    replace(base, QUANTITIES, 'measured = "leaks"\n', 'measured = "leaks"\nnote = "👩\u200d🚒"\n')
    assert slugs(base) == []


def test_a_quote_in_parts_is_not_also_a_quote_that_is_not_found(tmp_path: Path) -> None:
    assert [f.slug for f in check(broken("not-nfc", tmp_path))] == ["not-nfc"]


def test_a_name_without_accents_is_still_a_name_of_its_row(base: Path) -> None:
    replace(base, REGISTRY, 'name = "Oxmere"', 'name = "Öxmère"')
    assert slugs(base) == []


# --- severity -------------------------------------------------------------------------------------------


def test_a_tolerated_file_has_warnings_and_every_other_one_errors() -> None:
    rule = changed(CHECKS["span-edge"], tolerated=(ENTITIES,))
    places = (Place(ENTITIES), Place(QUANTITIES))
    graded = [rule.graded(Finding("span-edge", "x", place)).severity for place in places]
    assert graded == [Severity.WARNING, Severity.ERROR]


def test_no_rule_tolerates_a_file_that_is_clean() -> None:
    unclean = {(f.slug, f.place.file) for f in check(Corpus(Path(__file__).parents[1]))}
    assert {(slug, file) for slug, rule in CHECKS.items() for file in rule.tolerated} <= unclean


@pytest.mark.parametrize("slug", [slug for slug in FIXTURES if CHECKS[slug].severity is Severity.WARNING])
def test_a_rule_of_judgement_only_warns(slug: str, tmp_path: Path) -> None:
    assert {f.severity for f in check(broken(slug, tmp_path)) if f.slug == slug} == {Severity.WARNING}


# --- data files -----------------------------------------------------------------------------------------


def test_every_kind_of_modifier_has_its_bounds_and_no_word_two_kinds() -> None:
    modifiers = data("lexicon")["modifiers"]
    listed = [word for words in modifiers.values() for word in words]
    assert set(modifiers) == set(SHAPES) == set(FORMS)
    assert len(listed) == len(set(listed))


def test_the_words_of_the_lexicon_are_as_they_are_looked_up() -> None:
    lists = [words for section in data("lexicon").values() for words in section.values()]
    assert all(word == lexicon_module.plain(word) for words in lists for word in words)
    assert all(
        word == lexicon_module.plain(word)
        for words in data("units")["words"].values()
        for c in words.values()
        for word in c
    )
