"""Rules of ids, references and files, severities, and the data the rules read."""

from __future__ import annotations

from dataclasses import replace as changed
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.checks_support import (
    ATTRIBUTIONS,
    ENTITIES,
    FIXTURES,
    FLOORS,
    QUANTITIES,
    REGISTRY,
    RETIRED,
    TOY,
    broken,
    copied,
    found,
    replace,
    slugs,
)
from vouchbank.checks import CHECKS, check
from vouchbank.checks.numbers import FORMS
from vouchbank.checks.references import MOST_CIRCLES, circles
from vouchbank.corpus import Corpus
from vouchbank.findings import Fault, Place, Severity
from vouchbank.language import lexicon as lexicon_module
from vouchbank.language.lexicon import data

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
    assert [f.message for f in said] == ["['000-a1'] is too short: it must have at least 2 items"]


def test_what_leads_into_a_circle_is_no_part_of_it() -> None:
    assert list(circles({"a": ["b"], "b": ["c"], "c": ["b"], "d": ["b", "a"]})) == [["b", "c"]]


@given(st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdef"), max_size=3)))
def test_every_circle_can_be_walked_and_a_graph_without_one_has_none(edges: dict[str, list[str]]) -> None:
    found = list(circles(edges))
    for circle in found:
        assert circle[0] == min(circle)
        assert all(b in edges[a] for a, b in pairwise([*circle, circle[0]]))
    reached = {name: set(targets) for name, targets in edges.items()}
    for _ in reached:
        reached = {a: near.union(*(reached.get(b, ()) for b in near)) for a, near in reached.items()}
    assert bool(found) == any(name in near for name, near in reached.items())


def test_a_file_full_of_circles_is_told_of_the_first_ones() -> None:
    pairs = {f"{n}": [f"{n ^ 1}"] for n in range(2000)}
    assert len(list(circles(pairs))) == MOST_CIRCLES


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
    assert (finding.place.file, finding.message) == ("seeds/000/meta.toml", "000 was retired: 'Withdrawn.'")


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        (
            '[registry.oxmeer]\nreason = "A slip."\nsuccessor = "oxmere"\n',
            "refer to registry.oxmere; registry.oxmeer was retired: 'A slip.'",
        ),
        ('[registry.oxmeer]\nreason = "A slip."\n', "remove the reference; registry.oxmeer was retired: 'A slip.'"),
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
    found = [f.help.split(": ")[1].split(",")[0] for f in check(Corpus(base)) if f.slug == "annotation-without-article"]
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
        pytest.param(REGISTRY, "aliases = []", "aliases = [1, {}]", id="aliases are not text"),
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


def test_the_number_of_a_date_is_not_that_of_a_designator(tmp_path: Path) -> None:
    root = copied(TOY, tmp_path)
    file = "annotations/001/quantities.toml"
    replace(root, file, 'reason = "date"', 'reason = "designator"')
    assert [(f.slug, f.place.file) for f in found(root)] == [("reason-without-mention", file)]


# --- severity -------------------------------------------------------------------------------------------


def test_a_tolerated_file_has_warnings_and_every_other_one_errors() -> None:
    tolerant = changed(CHECKS["span-edge"], tolerated=(ENTITIES,))
    places = (Place(ENTITIES), Place(QUANTITIES))
    graded = [tolerant.finding(Fault("x", place)).severity for place in places]
    assert graded == [Severity.WARNING, Severity.ERROR]


@pytest.mark.slow
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
    assert set(modifiers) == set(FORMS)
    assert len(listed) == len(set(listed))


def test_the_words_of_the_lexicon_are_as_they_are_looked_up() -> None:
    lists = [words for section in data("lexicon").values() for words in section.values()]
    assert all(word == lexicon_module.plain(word) for words in lists for word in words)
    units = [word for words in data("units")["words"].values() for c in words.values() for word in c]
    assert all(len(word) < 3 or word == lexicon_module.plain(word) for word in units)  # "MM" is not "mm"
