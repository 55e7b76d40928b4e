"""Every fragment of a record gets its place in the article, or says why it has none."""

from __future__ import annotations

from typing import Any

import pytest

from vouchbank.corpus.anchors import AnchorFault
from vouchbank.corpus.records import Record
from vouchbank.corpus.resolve import Annotation, Unplaced, parts, place_of, resolve
from vouchbank.schema import default_schema_folder, load_schema
from vouchbank.spans import Paragraph, Span
from vouchbank.toml.reader import Document

SCHEMA = load_schema(default_schema_folder())
TEXT = "At least two officials told Reuters.\nThe officials said so, the officials repeated."
PARAGRAPHS = {
    "p1": Paragraph("p1", "body", Span(0, 36), TEXT[:36]),
    "p4": Paragraph("p4", "body", Span(37, len(TEXT)), TEXT[37:]),
}


def resolved(table: str, values: dict[str, Any], paragraph: str = "p1") -> Annotation:
    return resolve(Record(SCHEMA.tables[table], "000", paragraph, "x1", values, Document("f.toml")), PARAGRAPHS)


def words(annotation: Annotation, name: str) -> list[str]:
    return [span.of(TEXT) for span in annotation.spans[name]]


def test_a_mention_is_the_words_of_its_own_quote() -> None:
    annotation = resolved("entities", {"q": "Reuters", "type": "ORG"})
    assert words(annotation, "span") == ["Reuters"]
    assert annotation.first() == annotation.extent() == Span(28, 35)
    assert annotation.unplaced == ()


def test_the_occurrence_of_a_mention_stands_beside_its_quote() -> None:
    annotation = resolved("entities", {"q": "officials", "n": "2/2"}, "p4")
    assert annotation.spans["span"] == (Span(37 + 27, 37 + 36),)


def test_spans_are_counted_from_the_start_of_the_article() -> None:
    assert place_of("said so", "p4", PARAGRAPHS) == Span(37 + 14, 37 + 21)


def test_a_fragment_may_name_another_paragraph_of_the_article() -> None:
    annotation = resolved("quantities", {"number": "two", "measured": [{"p": "p4", "q": "The officials"}, "officials"]})
    assert words(annotation, "measured") == ["The officials", "officials"]
    assert annotation.unplaced == ()


def test_one_fragment_needs_no_list_and_fragments_keep_the_order_written() -> None:
    assert words(resolved("attributions", {"source": "Reuters"}), "source") == ["Reuters"]
    assert words(resolved("attributions", {"content": ["Reuters", "two"]}), "content") == ["Reuters", "two"]


def test_the_hull_of_a_quantity_reaches_over_modifier_number_and_unit() -> None:
    annotation = resolved("quantities", {"number": "two", "modifier": "At least", "measured": "officials"})
    assert words(annotation, "span") == ["At least two"]
    assert annotation.extent() == Span(0, 22)
    assert annotation.extent("measured") == Span(13, 22)
    assert annotation.first() == Span(0, 12)


def test_a_quantity_without_a_placed_part_has_no_hull() -> None:
    annotation = resolved("quantities", {"number": "nine"})
    assert annotation.spans["span"] == ()
    assert annotation.first() is None
    assert annotation.extent("span") is None


def test_an_attribution_is_ordered_by_the_first_and_longest_of_its_roles() -> None:
    values = {"source": "officials", "content": "officials told Reuters", "cue": "told", "anonymity_reason": "At least"}
    assert resolved("attributions", values).first() == Span(13, 35)


@pytest.mark.parametrize(
    ("values", "path", "quote", "paragraph", "kind"),
    [
        ({"cue": "denied"}, ("cue",), "denied", "p4", "not-found"),
        ({"source": "officials"}, ("source",), "officials", "p4", "ambiguous"),
        ({"source": {"q": "officials", "n": "1/3"}}, ("source",), "officials", "p4", "miscounted"),
        ({"content": ["said so", "The … repeated"]}, ("content", 1), "The … repeated", "p4", "elision"),
        ({"content": [{"p": "p2", "q": "x"}]}, ("content", 0), "x", "p2", "unknown-paragraph"),
    ],
)
def test_a_fragment_without_a_place_says_where_it_is_written_and_why(
    values: dict[str, Any], path: tuple, quote: str, paragraph: str, kind: str
) -> None:
    (unplaced,) = resolved("attributions", values, "p4").unplaced
    assert isinstance(unplaced, Unplaced)
    assert (unplaced.path, unplaced.quote, unplaced.paragraph) == (path, quote, paragraph)
    assert (unplaced.fault.kind if isinstance(unplaced.fault, AnchorFault) else unplaced.fault) == kind


def test_a_fragment_without_a_place_leaves_the_others_theirs() -> None:
    annotation = resolved("attributions", {"content": ["no", "said so", "never"]}, "p4")
    assert words(annotation, "content") == ["said so"]
    assert [u.path for u in annotation.unplaced] == [("content", 0), ("content", 2)]


def test_every_fragment_of_an_unknown_section_is_unplaced() -> None:
    annotation = resolved("entities", {"q": "Reuters"}, "p9")
    assert [(u.path, u.paragraph, u.fault) for u in annotation.unplaced] == [(("q",), "p9", "unknown-paragraph")]


@pytest.mark.parametrize(
    "value",
    [
        7,
        "",
        True,
        None,
        {},
        {"q": ""},
        {"q": 3},
        {"n": "1/1"},
        {"q": "two", "x": 1},
        {"q": "two", "n": "0/1"},
        [[]],
        [3],
    ],
)
def test_what_has_not_the_form_of_a_quote_is_left_to_the_checks_of_shape(value: Any) -> None:
    for table, name in (("quantities", "number"), ("quantities", "measured"), ("entities", "title")):
        annotation = resolved(table, {name: value})
        assert annotation.spans[name] == ()
        assert annotation.unplaced == ()


@pytest.mark.parametrize(
    "values", [{"q": 3}, {"q": ["two"]}, {"n": "1/1"}, {}, {"q": "two", "n": 1}, {"q": "two", "n": "x"}]
)
def test_a_mention_without_the_form_of_a_quote_has_no_span(values: dict[str, Any]) -> None:
    assert resolved("entities", values).spans["span"] == ()


def test_a_fragment_comes_apart_into_paragraph_words_and_occurrence() -> None:
    assert parts("so", "p4") == ("p4", "so", "")
    assert parts({"q": "so", "n": "1/2"}, "p4") == ("p4", "so", "1/2")
    assert parts({"q": "so", "p": "p1"}, "p4") == ("p1", "so", "")


def test_an_id_is_full_in_the_whole_corpus() -> None:
    assert resolved("entities", {"q": "two"}).id == "000-x1"
