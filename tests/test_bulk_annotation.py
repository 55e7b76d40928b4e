"""Annotation of inputs: led to the clean text, judged by the rules of a corpus, and published as in a corpus."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bulk_support import LAYERS, REGISTRY, TEXT, Rows, findings, made, parquet, published, table
from vouchbank.bulk import ArticleResult, InputArticle, Options
from vouchbank.bulk.annotation import MOST_RECORDS
from vouchbank.bulk.articles import process_article
from vouchbank.bulk.input_findings import findings_schema
from vouchbank.bulk.input_rows import read_record
from vouchbank.bulk.resources import NoSuchFunctionError
from vouchbank.bulk.shards import article_schema
from vouchbank.corpus import Corpus, repository_root
from vouchbank.text import normalise

ROWS = published()
WITH_REGISTRY = Options(registry=REGISTRY)
BOATS = "Share this article\n\nFour  boats sank in the bay on Monday, officials said. The four were new.\n"
SECOND = {"start": BOATS.index("four"), "end": BOATS.index("four") + 4}


def of_layers(row: dict[str, Any], raw: bool = True) -> dict[str, Rows]:
    """The nested layers of a row without figures, which only a corpus has; without raw offsets, if they differ."""
    listed = {layer: deepcopy(row[layer]) for layer in LAYERS}
    for record in (record for held in listed.values() for record in held or ()):
        record.pop("figure_id", None)
        for span in () if raw else spans_of(record):
            span.update(raw_start=0, raw_end=0)
    return listed


def spans_of(record: dict[str, Any]) -> list[dict[str, Any]]:
    held = [value if isinstance(value, list) else [value] for value in record.values()]
    return [span for values in held for span in values if isinstance(span, dict) and "start" in span]


def result_of(row: dict[str, Any], options: Options = WITH_REGISTRY) -> ArticleResult:
    entry = read_record(row, ("articles.parquet", 0), options)
    assert entry.given is not None
    return process_article(entry.given, options)


def quantities(*records: Any, text: str = BOATS, options: Options | None = None) -> ArticleResult:
    return process_article(
        InputArticle("news.jsonl", 0, "a", text, layers={"quantities": [*records]}), options or Options()
    )


def checks(made_: ArticleResult) -> list[tuple[str, str]]:
    return [(found.path, found.check) for found in made_.found]


# --- what is published comes back ---------------------------------------------------------------------


@pytest.mark.slow
def test_the_published_articles_come_back_with_the_same_layers_and_no_findings(tmp_path: Path) -> None:
    made([parquet(tmp_path / "articles.parquet", ROWS)], tmp_path / "out", WITH_REGISTRY)
    out = table(tmp_path / "out/data")
    assert [row["article_id"] for row in out] == [row["article_id"] for row in ROWS]
    assert [of_layers(row, raw=False) for row in out] == [of_layers(row, raw=False) for row in ROWS]
    assert [row["paragraphs"] for row in out] == [row["paragraphs"] for row in ROWS]
    assert findings(tmp_path / "out") == []


def test_spans_of_the_raw_seeds_are_led_to_the_same_published_layers() -> None:
    compared = 0
    for article, row in zip(Corpus(repository_root()).articles, ROWS, strict=True):
        if normalise(article.seed.raw).text != row["text"]:
            continue  # corrections by hand
        given_row = {**deepcopy(row), "text": article.seed.raw}
        for span in (span for layer in LAYERS for record in row[layer] for span in spans_of(record)):
            assert span["raw_end"] > span["raw_start"]
        for record in (record for layer in LAYERS for record in given_row[layer]):
            for span in spans_of(record):
                span.update(start=span["raw_start"], end=span["raw_end"])
                del span["text"]
        result = result_of(given_row)
        assert result.found == ()
        assert of_layers(result.row or {}) == of_layers(row)
        compared += 1
    assert compared > 2


def test_without_a_registry_what_it_gives_is_null_and_the_rest_is_the_same() -> None:
    for row in ROWS:
        result = result_of(row, Options())
        assert result.found == ()
        assert result.row is not None
        assert {record["qid"] for record in result.row["entities"]} == {None}
        for mine, theirs in zip(result.row["attributions"], row["attributions"], strict=True):
            same = {name for name in mine if name not in ("speaks_for", "capacity") and not spans_in(mine[name])}
            assert {name: mine[name] for name in same} == {name: theirs[name] for name in same}


def spans_in(value: Any) -> bool:
    return bool(spans_of({"value": value}))


def test_an_article_may_be_called_by_its_address() -> None:
    address = "https://lake.example/a?id=7-q1"
    for row in ROWS:
        result = result_of({**row, "url": address}, Options(id="url", registry=REGISTRY))
        assert result.found == ()
        assert result.row is not None
        ids = [record["id"] for layer in LAYERS for record in result.row[layer]]
        assert ids == [f"{address}-{r['id'].removeprefix(row['article_id'] + '-')}" for x in LAYERS for r in row[x]]


# --- spans --------------------------------------------------------------------------------------------


def test_a_record_may_say_little_and_the_rest_is_computed_as_in_a_corpus() -> None:
    result = quantities({"number": {"start": 20, "end": 24}})
    assert result.row is not None
    (record,) = result.row["quantities"]
    assert (record["id"], record["lower"], record["upper"], record["paragraph_id"]) == ("a-q1", 4.0, 4.0, "p1")
    assert record["number"] == {"start": 0, "end": 4, "text": "Four", "raw_start": 20, "raw_end": 24}
    assert (record["by"], record["via"]) == ("input", "model")
    layers = {row["layer"]: (row["status"], row["annotations"]) for row in result.row["layers"]}
    assert (layers["quantities"], layers["entities"]) == (("selective", 1), ("missing", None))
    assert result.row["entities"] is None


@pytest.mark.parametrize(
    ("span", "why"),
    [
        ({"start": 20, "end": 999}, "ends at 999"),
        ({"start": -1, "end": 4}, "begins at -1"),
        ({"start": 24, "end": 20}, "is empty"),
        ({"start": 20, "end": 20}, "is empty"),
        ({"start": 20, "end": 24, "text": "Five"}, "not 'Five'"),
        ({"start": 20, "end": 23}, "inside a word"),
        ({"start": 0, "end": 5}, "was removed"),
        ({"start": 20.0, "end": 24}, "whole numbers"),
        ({"start": True, "end": 24}, "whole numbers"),
        ({"end": 24}, "whole numbers"),
        ("Four", "whole numbers"),
        ([1], "whole numbers"),
    ],
)
def test_a_span_without_a_place_is_a_finding_and_the_other_records_go_through(span: Any, why: str) -> None:
    good = {"number": SECOND}
    result = quantities({"number": span}, good)
    assert [(f.path.removesuffix("[0]"), f.check) for f in result.found][:1] == [
        ("quantities[0].number", "input-span-lost")
    ]
    assert why in result.found[0].message
    assert result.row is not None
    assert [record["number"]["text"] for record in result.row["quantities"]] == ["four"]


def test_a_span_between_the_halves_of_what_becomes_one_character_has_no_place() -> None:
    text = "Cafe\u0301 boats: 4 sank in the bay, officials said on Monday.\n"
    assert normalise(text).text.startswith("Café")
    result = process_article(
        InputArticle("x", 0, "a", text, layers={"entities": [{"span": {"start": 0, "end": 4}, "type": "ORG"}]}),
        Options(),
    )
    assert checks(result) == [("entities[0].span", "input-span-lost")]


def test_a_span_over_two_paragraphs_has_no_place() -> None:
    text = "Four boats sank, officials said.\n\nThe bay is deep, they said.\n"
    content = [{"start": 5, "end": 41}]
    result = process_article(
        InputArticle("x", 0, "a", text, layers={"attributions": [{"content": content}]}), Options()
    )
    assert checks(result) == [("attributions[0].content[0]", "input-span-lost")]
    assert "crosses the end of a paragraph" in result.found[0].message


WORDS = st.sampled_from(["Four", "boats", "sank", "12", "e\u0301", "“so”", "\U0001f6a2", "U.S.", "a", "the", "Monday."])
GAPS = st.sampled_from([" ", "  ", "\n", "\n\nShare this article\n\n", "\u00a0", "\r\n"])


@pytest.mark.slow
@given(st.lists(st.tuples(WORDS, GAPS), min_size=1, max_size=30), st.data())
@settings(max_examples=60, deadline=None)
def test_spans_that_survive_hold_the_same_words_in_both_texts(
    pieces: list[tuple[str, str]], data: st.DataObject
) -> None:
    text = "Rain stopped play on Monday.\n" + "".join(word + gap for word, gap in pieces)
    edges = st.integers(0, len(text))
    spans = data.draw(st.lists(st.tuples(edges, edges).map(sorted), min_size=1, max_size=6))
    records = [{"span": {"start": start, "end": end, "text": text[start:end]}, "type": "ORG"} for start, end in spans]
    result = process_article(InputArticle("x", 0, "a", text, layers={"entities": records}), Options(check=False))
    assert result.row is not None
    lost = {found.path for found in result.found}
    kept = [span for index, span in enumerate(spans) if f"entities[{index}].span" not in lost]
    assert len(kept) == len(result.row["entities"])
    clean = normalise(text)
    assert clean.text == result.row["text"]
    for record in result.row["entities"]:
        span = record["span"]
        assert clean.text[span["start"] : span["end"]] == span["text"]
        assert clean.map.to_text(span["raw_start"], span["raw_end"])[:2] == (span["start"], span["end"])
    found = sorted((record["span"]["start"], record["span"]["end"]) for record in result.row["entities"])
    assert found == sorted(tuple(clean.map.to_text(*span)[:2]) for span in kept)


# --- the rules of a corpus ----------------------------------------------------------------------------


def test_the_rules_of_a_corpus_judge_what_was_given_and_say_where() -> None:
    row = deepcopy(ROWS[4])
    first = row["quantities"][0]
    row["quantities"][0] = {**first, "interval": "[5, 5]"}
    row["quantities"][1] = {**row["quantities"][1], "dimension": "lenght"}
    row["attributions"][0] = {**row["attributions"][0], "parent": "a99"}
    found = checks(result_of(row))
    assert ("quantities[0].interval", "number-contradicts-interval") in found
    assert ("quantities[1].dimension", "unknown-label") in found
    assert ("attributions[0].parent", "unknown-reference") in found


def test_a_layer_that_says_it_is_complete_is_held_to_it() -> None:
    record = {"number": {"start": 20, "end": 24}}
    layers = {"quantities": [record], "non_quantities": []}
    stated = [{"layer": name, "status": "complete"} for name in layers]
    given_article = InputArticle("x", 0, "a", BOATS, layers={**layers, "layers": stated})
    assert "number-not-accounted" in {check for _, check in checks(process_article(given_article, Options()))}
    unstated = InputArticle("x", 0, "a", BOATS, layers=layers)
    assert "number-not-accounted" not in {check for _, check in checks(process_article(unstated, Options()))}


def test_of_a_draft_nothing_is_published() -> None:
    layers = {
        "quantities": [{"number": {"start": 20, "end": 24}}],
        "layers": [{"layer": "quantities", "status": "draft"}],
    }
    result = process_article(InputArticle("x", 0, "a", BOATS, layers=layers), Options())
    assert result.row is not None
    assert result.row["quantities"] is None
    assert {found.severity for found in result.found} <= {"warning"}


def test_references_follow_the_ids_that_the_input_gives() -> None:
    records = [
        {"id": "T1", "number": {"start": 20, "end": 24}},
        {"id": "T2", "number": SECOND, "part_of": ["T1"]},
    ]
    result = quantities(*records)
    assert result.row is not None
    assert [(r["id"], r["part_of"]) for r in result.row["quantities"]] == [("a-q1", []), ("a-q2", ["a-q1"])]


def test_an_id_that_stands_twice_is_a_finding_and_both_records_are_kept() -> None:
    result = quantities({"id": "q2", "number": {"start": 20, "end": 24}}, {"id": "q2", "number": SECOND})
    assert ("quantities[1].id", "input-annotation-twice") in checks(result)
    assert result.row is not None
    assert [record["id"] for record in result.row["quantities"]] == ["a-q2", "a-q3"]


def test_a_record_without_the_shape_of_its_table_is_a_finding_and_no_row() -> None:
    bad: list[dict[str, Any]] = [{"type": "TOWN"}, {"type": 7}, {"type": ["ORG"]}, {"note": {"a": 1}}, {"sure": "yes"}]
    span = {"span": {"start": 20, "end": 24}, "type": "CARDINAL"}
    for check in (True, False):
        records = [{**span, "type": "ORG"}, *({**span, "type": "ORG", **wrong} for wrong in bad), {"type": "ORG"}]
        result = process_article(InputArticle("x", 0, "a", BOATS, layers={"entities": records}), Options(check=check))
        assert result.row is not None
        assert [record["id"] for record in result.row["entities"]] == ["a-e1"]
        found = {found.path.split(".")[0] for found in result.found if found.check != "name-without-key"}
        assert found >= {f"entities[{index}]" for index in range(1, 7)}
        pyarrow.Table.from_pylist([result.row], schema=article_schema())


def test_half_of_a_character_in_a_value_or_a_name_costs_its_record() -> None:
    records = [{"number": SECOND, "note": "\ud800"}, {"number": SECOND, "\udfff": 1}, {"number": SECOND, "\x1b[2J": 1}]
    result = quantities(*records)
    assert ("quantities[0]", "input-not-text") in checks(result)
    assert ("quantities[1]", "input-not-text") in checks(result)
    assert ("quantities[2].\\x1b[2J", "unknown-field") in checks(result)
    pyarrow.Table.from_pylist([found.as_row for found in result.found], schema=findings_schema())
    assert result.row is not None
    assert result.row["quantities"] == []


def test_what_judges_pairs_does_not_meet_more_annotations_than_an_article_has() -> None:
    result = quantities(*[{"number": {"start": 20, "end": 24}}] * (MOST_RECORDS + 1))
    assert checks(result) == [("", "input-too-long")]
    assert result.row is not None
    assert result.row["quantities"] is None


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 2**70)
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["q1", "…"]),
    lambda held: (
        st.lists(held, max_size=3) | st.dictionaries(st.sampled_from(["start", "end", "text", "q"]), held, max_size=3)
    ),
    max_leaves=4,
)


@pytest.mark.system
@given(
    st.sampled_from(ROWS), st.lists(st.tuples(st.sampled_from(LAYERS), st.integers(0, 99), JSON), max_size=4), st.data()
)
@settings(max_examples=50, deadline=None)
def test_no_annotation_whatever_stops_an_article(row: dict[str, Any], changes: Any, data: st.DataObject) -> None:
    changed = {**row, "layers": data.draw(JSON), "paragraphs": data.draw(JSON)}
    for layer, index, value in changes:
        records = list(changed[layer]) or [{}]
        record = records[index % len(records)]
        name = data.draw(st.sampled_from([*record, "strange", ""])) if isinstance(record, dict) else ""
        records[index % len(records)] = {**record, name: value} if name else value
        changed[layer] = records
    result = result_of(changed)
    assert result.row is not None
    assert result.row["text"] == row["text"]
    pyarrow.Table.from_pylist([result.row], schema=article_schema())


# --- drafts by a function -----------------------------------------------------------------------------


def test_a_function_drafts_annotation_of_the_clean_text() -> None:
    result = process_article(InputArticle("x", 0, "a", BOATS), Options(draft="tests.bulk_support:drafted"))
    assert result.row is not None
    assert result.row["quantities"][0]["number"]["text"] == "Four"
    assert result.row["quantities"][0]["number"]["raw_start"] == 20
    brought = InputArticle("x", 0, "a", BOATS, layers={"quantities": [{"number": SECOND}]})
    kept = process_article(brought, Options(draft="tests.bulk_support:drafted")).row
    assert kept is not None
    assert kept["quantities"][0]["number"]["text"] == "four"


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("drafted", "Four boats refused to sail on Monday.", r"ValueError: '\x1b[2J'"),
        ("not_drafted", TEXT, "returned a str"),
    ],
)
def test_a_function_that_fails_costs_one_article_its_draft(name: str, text: str, why: str) -> None:
    result = process_article(InputArticle("x", 0, "a", text), Options(draft=f"tests.bulk_support:{name}"))
    assert checks(result) == [("", "input-draft-failed")]
    assert why in result.found[0].message
    assert result.row is not None
    assert result.row["quantities"] is None


@pytest.mark.parametrize("name", ["no_such_module:f", "json:no_such", "json", ":x", "json:__doc__"])
def test_a_function_that_cannot_be_imported_stops_the_run(name: str) -> None:
    with pytest.raises(NoSuchFunctionError):
        process_article(InputArticle("x", 0, "a", BOATS), Options(draft=name))
