"""What was probably meant: near names, and no far-off ones, with the labels and fields of the real schema."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouchbank.hints import LISTED, closest, near
from vouchbank.schema import default_schema_folder, load_schema
from vouchbank.schema.source import record_schema

TABLES = load_schema(default_schema_folder()).tables
LABELS = sorted({(t.name, c.name, c.label_names) for t in TABLES.values() for c in t.written if c.labels})


def labels(table: str, column: str) -> tuple[str, ...]:
    return TABLES[table].column(column).label_names


@pytest.mark.parametrize(
    ("table", "column", "given", "meant"),
    [
        ("entities", "type", "ORGA", "ORG"),
        ("entities", "type", "org", "ORG"),
        ("entities", "type", "ORGANIZATION", "ORG"),
        ("entities", "type", "LOCATION", "LOC"),
        ("entities", "type", "PER", "PERSON"),
        ("entities", "type", "TIEM", "TIME"),
        ("entities", "type", "work of art", "WORK_OF_ART"),
        ("entities", "reading", "goverment", "government"),
        ("entities", "reading", "organization", "organisation"),
        ("attributions", "source_kind", "anonymos", "anonymous"),
        ("attributions", "certainty", "certian", "certain"),
        ("attributions", "certainty", "possible ", "possible"),
        ("attributions", "polarity", "affirmed", "affirm"),
        ("quantities", "dimension", "percentage", "percent"),
    ],
)
def test_a_near_label_is_the_only_one_that_is_offered(table: str, column: str, given: str, meant: str) -> None:
    assert closest(given, labels(table, column)) == f"did you mean {meant!r}?"


@pytest.mark.parametrize(
    ("table", "column", "given"),
    [
        ("entities", "reading", "city"),
        ("entities", "reading", "town"),
        ("entities", "reading", "location"),
        ("entities", "type", "COUNTRY"),
        ("entities", "type", "DAY"),
        ("entities", "mention", "noun"),
        ("attributions", "certainty", "uncertain"),
        ("attributions", "source_kind", "unnamed"),
        ("attributions", "polarity", "negative"),
        ("quantities", "dimension", "rate"),
        ("quantities", "dimension", "%"),
    ],
)
def test_a_far_off_label_is_not_offered_but_all_are_listed(table: str, column: str, given: str) -> None:
    assert closest(given, labels(table, column)) == f"choose one of: {', '.join(labels(table, column))}"


@pytest.mark.parametrize(
    ("field", "meant"), [("titel", "title"), ("itle", "title"), ("Key", "key"), ("notes", "note"), ("typ", "type")]
)
def test_a_near_field_is_offered(field: str, meant: str) -> None:
    assert closest(field, record_schema(TABLES["entities"])["properties"]) == f"did you mean {meant!r}?"


@pytest.mark.parametrize("given", ["000-q9", "000-q33", "001-q3"])
def test_another_number_is_another_name(given: str) -> None:
    assert near(given, ["000-q3", "000-q4"]) == []


def test_names_as_near_as_each_other_are_all_offered_if_they_are_few() -> None:
    assert closest("doub", ["doubt", "double", "deny"]) == "did you mean 'doubt'?"
    assert closest("doubl", ["doubt", "double", "doubly"]) == "did you mean 'double' or 'doubly'?"
    assert near("x", ["a", "b"]) == []


def test_a_long_list_is_cut_and_says_where_the_whole_of_it_is() -> None:
    names = [f"name{chr(97 + i)}" for i in range(LISTED + 1)]
    said = closest("other", names)
    assert said.startswith("choose one of: namea, nameb, ")
    assert said.endswith(f", namel, … (all {LISTED + 1}: corpus/DICTIONARY.md)")
    assert "…" not in closest("other", names[:LISTED])


@pytest.mark.parametrize("given", [1, True, None, ["ORG"], {"a": "ORG"}, "x" * 100_000, ""])
def test_what_is_no_short_text_is_near_to_nothing(given: object) -> None:
    assert near(given, [*labels("entities", "type"), "x" * 100_001, ""]) == []


@given(st.text(max_size=70), st.sampled_from(LABELS))
def test_any_text_gets_a_hint_and_a_label_itself_is_nearest_to_itself(
    given: str, column: tuple[str, str, tuple[str, ...]]
) -> None:
    assert closest(given, column[2]).startswith(("did you mean ", "choose one of: "))
    assert all(near(label, column[2]) == [label] for label in column[2])
