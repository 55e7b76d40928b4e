"""The schema is stated once; everything derived from it agrees with it, and a new layer needs nothing else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.checks_support import computed_columns
from vouchbank.checks import check
from vouchbank.corpus import Corpus, repository_root
from vouchbank.corpus.canonical import reformatted
from vouchbank.schema import Column, Kind, default_schema_folder, load_schema
from vouchbank.schema.derive import arrow_schema, features, pandera_schema, polars_schema, tag_names
from vouchbank.schema.dictionary import data_dictionary
from vouchbank.schema.source import (
    FILE_FIELDS,
    WAIVE,
    Validator,
    header_schema,
    is_fragment,
    record_schema,
)
from vouchbank.tables.make import make_tables

SCHEMA = load_schema(default_schema_folder())
TABLES = list(SCHEMA.tables.values())
LAYERS = list(SCHEMA.layers)
by_name = pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)


# --- schema/ itself -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SCHEMA.documents)
def test_every_schema_file_is_a_valid_json_schema(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMA.documents[name])


@by_name
def test_every_column_and_label_is_described(table: Any) -> None:
    for column in table.columns:
        assert column.description, f"{table.name}.{column.name}"
        assert all(label.description for label in column.labels)
        assert len(set(column.label_names)) == len(column.label_names)


@by_name
def test_what_a_table_names_of_itself_exists(table: Any) -> None:
    names = set(table.names)
    assert set(table.anchor) <= names
    assert not table.key or table.key in names
    for column in table.columns:
        assert set(column.hull) <= names
        assert column.default is None or not column.labels or column.default in column.label_names
        assert column.written in ("required", "optional", "inherited", "")
        if column.tags:
            assert set(column.tags.spans) <= set(SCHEMA.tables[column.tags.table].names)
    assert set(table.document["required"]) <= names
    assert (table.kind == "layer") == bool(table.prefix)


def test_no_two_layers_of_a_file_share_a_prefix() -> None:
    pairs = [(t.file, t.prefix) for t in LAYERS]
    assert len(set(pairs)) == len(pairs)


@pytest.mark.parametrize("table", LAYERS, ids=lambda t: t.name)
def test_every_required_column_of_a_layer_is_written_defaulted_or_computed(table: Any) -> None:
    made = computed_columns(table)
    for column in table.columns:
        if column.nullable or column.item is not None or column.name in made:
            continue
        assert column.written in ("required", "inherited") or column.default is not None, column.name
    unwritten = {c.name for c in table.columns if not c.written}
    assert unwritten <= made


# --- derived types ------------------------------------------------------------------------------------


@by_name
def test_arrow_polars_and_the_hub_have_the_same_types(table: Any) -> None:
    import polars
    import pyarrow

    arrow = arrow_schema(table)
    assert arrow.names == list(table.names)
    assert arrow.equals(features(table, SCHEMA).arrow_schema.remove_metadata())
    frame = polars.DataFrame(schema=polars_schema(table))
    same = {"string": polars.String, "int32": polars.Int32, "double": polars.Float64, "bool": polars.Boolean}
    stated = {"string": "string", "integer": "int32", "number": "double", "boolean": "bool"}
    for field in arrow:
        assert frame.schema[field.name] == same.get(str(field.type), frame.schema[field.name].base_type())
        written = table.document["properties"][field.name].get("type")
        assert written not in stated or str(field.type) == stated[written]
    assert pyarrow.schema(frame.to_arrow().schema).names == arrow.names


@pytest.mark.slow
@by_name
def test_pandera_states_the_nulls_types_labels_and_order_of_the_schema(table: Any) -> None:
    pandera = pandera_schema(table)
    assert list(pandera.columns) == list(table.names)
    assert pandera.strict is True
    assert pandera.ordered is True
    for column in table.columns:
        derived = pandera.columns[column.name]
        assert derived.nullable is column.nullable
        assert derived.unique is column.unique
        assert derived.dtype.type == polars_schema(table)[column.name]
        allowed = [c.statistics["allowed_values"] for c in derived.checks if "allowed_values" in (c.statistics or {})]
        assert [sorted(a) for a in allowed] == ([sorted(column.label_names)] if column.labels else [])


@pytest.mark.slow
def test_pandera_rejects_what_the_schema_rejects() -> None:
    import pandera.errors
    import polars

    table = SCHEMA.tables["registry"]
    row = {"key": "a-b", "name": "A", "type": "ORG", "qid": None, "qid_status": "unverified", "qid_source": None}
    row |= {"named": True, "reason": None, "aliases": [], "note": None}
    schema = pandera_schema(table)
    schema.validate(polars.DataFrame([row], schema=polars_schema(table)))
    for wrong in ({"key": "A B"}, {"name": None}, {"type": "ORGA"}, {"qid": "X1"}, {"qid_status": None}):
        frame = polars.DataFrame([row | wrong], schema=polars_schema(table))
        with pytest.raises((pandera.errors.SchemaError, pandera.errors.SchemaErrors)):
            schema.validate(frame, lazy=True)
    with pytest.raises((pandera.errors.SchemaError, pandera.errors.SchemaErrors)):
        schema.validate(polars.DataFrame([row, row], schema=polars_schema(table)), lazy=True)


def test_tags_are_o_and_then_a_beginning_and_an_inside_of_each_label() -> None:
    tokens = SCHEMA.tables["tokens"]
    entity = tag_names(tokens.column("entity_tags"), SCHEMA)
    assert entity[:3] == ["O", "B-PERSON", "I-PERSON"]
    assert len(entity) == 1 + 2 * len(SCHEMA.tables["entities"].column("type").labels)
    assert tag_names(tokens.column("attribution_tags"), SCHEMA)[1::2] == [
        "B-SOURCE",
        "B-CUE",
        "B-CONTENT",
        "B-ADDRESSEE",
    ]
    assert tag_names(tokens.column("text"), SCHEMA) == []
    assert features(tokens, SCHEMA)["entity_tags"].feature.names == entity


def test_the_data_dictionary_names_every_table_column_and_label() -> None:
    sections = data_dictionary(SCHEMA).split("\n## ")
    by_title = {section.partition("\n")[0]: section for section in sections[1:]}
    assert list(by_title) == list(SCHEMA.tables)
    for table in TABLES:
        for column in table.columns:
            assert f"| `{column.name}` |" in by_title[table.name]
            for label in column.labels:
                assert f"- `{label.name}`: {label.description}" in by_title[table.name]


def test_the_data_dictionary_says_what_a_span_is_and_what_stands_in_nested_records() -> None:
    text = data_dictionary(SCHEMA)
    opening, *sections = text.split("\n## ")
    assert "code points" in opening
    for name in ("start", "end", "text", "raw_start", "raw_end"):
        assert f"| `{name}` |" in opening
    figures = next(s for s in sections if s.startswith("figures\n"))
    assert "Fields of `figures.pairs`:" in figures
    assert "- `superseded`: The first is an older state of the second." in figures
    tokens = next(s for s in sections if s.startswith("tokens\n"))
    assert "Class names of `tokens.entity_tags`: 0 `O`, 1 `B-PERSON`, 2 `I-PERSON`" in tokens


def test_the_data_dictionary_does_not_repeat_a_table_that_is_nested() -> None:
    sections = data_dictionary(SCHEMA).split("\n## ")
    articles = next(s for s in sections if s.startswith("articles\n"))
    assert "| `quantities` | list of rows of `quantities` | yes |" in articles
    assert "Labels of `articles.quantities" not in articles


# --- what annotators write ----------------------------------------------------------------------------


@pytest.mark.parametrize("table", [t for t in TABLES if t.written], ids=lambda t: t.name)
def test_a_computed_column_is_never_accepted_in_a_source(table: Any) -> None:
    contents = record_schema(table)
    Draft202012Validator.check_schema(contents)
    known = set(contents["properties"]) - {"q", "n", WAIVE}
    assert known == {c.name for c in table.written if not (c.name == "span" and table.own_span)}
    for column in table.columns:
        if not column.written:
            errors = Validator(SCHEMA, contents).iter_errors({column.name: "x"})
            assert "additionalProperties" in {e.validator for e in errors}


QUOTES = [
    "words",
    {"q": "words"},
    {"q": "words", "n": "1/2"},
    {"q": "w", "p": "p7"},
    {"q": "w", "n": "2/10", "p": "p1"},
]
NO_QUOTES = [
    *("", 3, True, {}, {"n": "1/2"}, {"q": ""}, {"q": 3}, {"q": "w", "n": "0/1"}, {"q": "w", "n": "1"}),
    *({"q": "w", "n": "1/2\n"}, {"q": "w", "n": "٣/٤"}, {"q": "w", "x": "y"}, {"q": "w", "p": 7}),
]


def accepts(table: str, record: dict[str, Any]) -> bool:
    return bool(Validator(SCHEMA, record_schema(SCHEMA.tables[table])).is_valid(record))


@pytest.mark.parametrize("quote", QUOTES, ids=repr)
def test_every_form_of_quote_is_accepted(quote: Any) -> None:
    assert is_fragment(quote)
    assert accepts("attributions", {"source_kind": "named", "source": quote})
    assert accepts("attributions", {"source_kind": "named", "source": [quote, quote]})
    assert accepts("quantities", {"number": quote, "interval": "[1, 1]"})
    assert not accepts("quantities", {"number": [quote], "interval": "[1, 1]"})


@pytest.mark.parametrize("quote", NO_QUOTES, ids=repr)
def test_anything_else_is_no_quote(quote: Any) -> None:
    assert not is_fragment(quote)
    assert not accepts("attributions", {"source_kind": "named", "source": [quote]})
    assert not accepts("quantities", {"number": quote, "interval": "[1, 1]"})


def test_an_empty_list_of_quotes_is_refused() -> None:
    assert not accepts("attributions", {"source_kind": "named", "source": []})


def test_a_mention_has_its_quote_in_the_record_itself() -> None:
    assert accepts("entities", {"q": "Reuters", "type": "ORG"})
    assert accepts("entities", {"q": "Reuters", "n": "1/2", "type": "ORG"})
    for wrong in ({"type": "ORG"}, {"q": "", "type": "ORG"}, {"q": "x", "p": "p1", "type": "ORG"}):
        assert not accepts("entities", wrong)
    assert not accepts("entities", {"q": "x", "span": "x", "type": "ORG"})


@pytest.mark.parametrize(
    ("record", "valid"),
    [
        ({"parent": "a1"}, True),
        ({"parent": "004-a1"}, True),
        ({"about": ["a1", "004-a12"]}, True),
        ({"parent": "a0"}, False),
        ({"parent": "4-a1"}, True),
        ({"parent": "storm-in-oxmere-a1"}, True),
        ({"parent": "strike-f16-a1"}, False),
        ({"parent": "Storm-a1"}, False),
        ({"parent": "storm-in-oxmere"}, False),
        ({"parent": "A1"}, False),
        ({"parent": ["a1"]}, False),
        ({"about": "a1"}, False),
        ({"about": []}, False),
    ],
)
def test_a_reference_may_be_short(record: dict[str, Any], valid: bool) -> None:
    assert accepts("attributions", {"source_kind": "named", **record}) is valid


def test_references_from_the_whole_corpus_are_never_short() -> None:
    assert accepts("figures", {"label": "x", "members": ["004-q1", "004-q2"]})
    assert not accepts("figures", {"label": "x", "members": ["q1"]})


@pytest.mark.parametrize(
    ("table", "record", "valid"),
    [
        ("entities", {"q": "x", "type": "GPE"}, False),
        ("entities", {"q": "x", "type": "GPE", "reading": "place"}, True),
        ("entities", {"q": "x", "type": "ORG", "subtype": "vessel"}, False),
        ("entities", {"q": "x", "type": "PRODUCT", "subtype": "vessel"}, True),
        ("entities", {"q": "x", "type": "ORG", "title": "Mr"}, False),
        ("entities", {"q": "x", "type": "ORG", "value": "2025"}, False),
        ("entities", {"q": "x", "type": "DATE", "value": "2025-11"}, True),
        ("quantities", {"number": "x"}, True),  # its words may settle the interval; a rule asks for it where not
        ("quantities", {"number": "x", "vague": True}, True),
        ("quantities", {"number": "x", "interval": "[1, 2]"}, True),
        ("quantities", {"number": "x", "interval": "[1,2]"}, False),
        ("quantities", {"number": "x", "interval": "[1, 2]", "vouched_by_reason": "y"}, False),
        ("registry", {"name": "x", "type": "ORG", "qid_status": "verified"}, False),
        ("registry", {"name": "x", "type": "ORG", "qid_status": "none"}, False),
        ("registry", {"name": "x", "type": "ORG", "qid_status": "unverified"}, True),
    ],
)
def test_conditions_between_fields_hold_in_sources(table: str, record: dict[str, Any], valid: bool) -> None:
    assert accepts(table, record) is valid


def test_the_header_of_a_file_states_who_and_how() -> None:
    header = {"status": "draft", "guidelines": "0.3", "by": "annotator-a", "via": "hand"}
    assert Validator(SCHEMA, header_schema()).is_valid(header)
    for name in FILE_FIELDS:
        assert not Validator(SCHEMA, header_schema()).is_valid({k: v for k, v in header.items() if k != name})
    assert not Validator(SCHEMA, header_schema()).is_valid(header | {"odd": 1})


# --- published rows -----------------------------------------------------------------------------------


def without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: without_nulls(v) for k, v in value.items() if v is not None}
    return [without_nulls(v) for v in value] if isinstance(value, list) else value


@pytest.fixture(scope="module")
def published() -> dict[str, Any]:
    return make_tables(Corpus(repository_root()))


@pytest.mark.slow
@by_name
def test_every_published_row_is_valid_against_the_schema_of_its_table(table: Any, published: dict[str, Any]) -> None:
    check_row = Validator(SCHEMA, table.document)
    for row in json.loads(json.dumps(published[table.name].to_pylist())):
        assert [e.message for e in check_row.iter_errors(without_nulls(row))] == []
        assert list(row) == list(table.names)


@pytest.mark.slow
@by_name
def test_every_published_table_has_the_types_of_the_schema_and_passes_pandera(
    table: Any, published: dict[str, Any]
) -> None:
    import polars

    assert published[table.name].schema.equals(arrow_schema(table))
    frame = polars.DataFrame(published[table.name])
    pandera_schema(table).validate(frame, lazy=True)


# --- faults of schema/ --------------------------------------------------------------------------------


# --- a new layer --------------------------------------------------------------------------------------

EVENTS = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "events.json",
    "title": "Events",
    "description": "Something that happened.",
    "table": {
        "kind": "layer",
        "prefix": "ev",
        "file": "events",
        "layout": "table",
        "anchor": "span",
        "row": "an event",
    },
    "type": "object",
    "properties": {
        "id": {"$ref": "common.json#/$defs/annotation_id", "unique": True},
        "article_id": {"$ref": "common.json#/$defs/article_id", "references": "articles"},
        "paragraph_id": {"$ref": "common.json#/$defs/paragraph_id"},
        "span": {"$ref": "common.json#/$defs/span", "description": "The words that tell it.", "written": "required"},
        "class": {
            "description": "What kind of event.",
            "written": "optional",
            "default": "happening",
            "oneOf": [
                {"const": "happening", "description": "It takes place."},
                {"const": "plan", "description": "It is meant to."},
            ],
        },
        "places": {"$ref": "common.json#/$defs/spans", "description": "Where.", "written": "optional"},
        "who": {
            "description": "The mentions that take part.",
            "type": "array",
            "items": {"$ref": "common.json#/$defs/annotation_id", "references": ["entities"]},
            "written": "optional",
        },
        "by": {"$ref": "common.json#/$defs/by", "written": "inherited"},
        "via": {"$ref": "common.json#/$defs/via", "written": "inherited"},
        "sure": {"$ref": "common.json#/$defs/sure", "written": "optional"},
        "guidelines": {"$ref": "common.json#/$defs/guidelines", "written": "inherited"},
        "note": {"$ref": "common.json#/$defs/note", "written": "optional"},
    },
    "required": [
        *("id", "article_id", "paragraph_id", "span", "class", "places", "who", "by", "via", "sure", "guidelines")
    ],
    "additionalProperties": False,
}
RAW = "Rain stops the play\n\nReuters said that the match ended early on Monday, in Leeds and in York.\n"
HEADER = 'status = "complete"\nguidelines = "0.3"\nby = "annotator-a"\nvia = "hand"\n'
EVENTS_TOML = (
    HEADER
    + """
[p1.ev1]
q = "Rain"

[p2.ev2]
q = "ended"
class = "plan"
places = ["Leeds", "York"]
who = ["e1"]
"""
)
ENTITIES_TOML = HEADER + '\n[p2]\ne1 = { q = "Reuters", type = "ORG", key = "reuters" }\n'
REGISTRY_TOML = '[reuters]\nname = "Reuters"\ntype = "ORG"\nqid_status = "unverified"\naliases = []\n'


@pytest.fixture
def with_events(tmp_path: Path) -> Path:
    """A corpus of one small article whose schema has one layer more."""
    import hashlib

    from vouchbank.corpus.seeds import digest

    shutil.copytree(repository_root() / "schema", tmp_path / "schema")
    (tmp_path / "schema/events.json").write_text(json.dumps(EVENTS), "utf-8")
    for name in ("seeds/000", "annotations/000"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "seeds/000/raw.txt").write_text(RAW, "utf-8")
    paragraphs = [p for p in RAW.splitlines() if p]
    sha256 = hashlib.sha256(RAW.encode()).hexdigest()
    meta = f'seed_file = "000.txt"\nsha256 = "{sha256}"\nlanguage = "en"\n\n[paragraphs]\n'
    meta += "".join(f'p{i} = "{digest(p)}"\n' for i, p in enumerate(paragraphs, 1))
    (tmp_path / "seeds/000/meta.toml").write_text(meta, "utf-8")
    (tmp_path / "annotations/000/events.toml").write_text(EVENTS_TOML, "utf-8")
    (tmp_path / "annotations/000/entities.toml").write_text(ENTITIES_TOML, "utf-8")
    (tmp_path / "annotations/registry.toml").write_text(REGISTRY_TOML, "utf-8")
    return tmp_path


def test_a_new_layer_is_checked(with_events: Path) -> None:
    assert [str(f) for f in check(Corpus(with_events))] == []
    file = with_events / "annotations/000/events.toml"
    file.write_text(
        HEADER
        + """
[p2.ev1]
q = "endid"

[p2.ev2]
q = "said"
class = "plann"

[p2.ev3]
q = "ended"
who = ["e7"]
odd = 1
""",
        "utf-8",
    )
    found = {(f.slug, f.annotation, f.place.line) for f in check(Corpus(with_events))}
    assert found == {
        ("quote-not-found", "000-ev1", 7),
        ("unknown-label", "000-ev2", 11),
        ("unknown-reference", "000-ev3", 15),
        ("unknown-field", "000-ev3", 16),
    }


def test_a_new_layer_is_formatted(with_events: Path) -> None:
    file = with_events / "annotations/000/events.toml"
    assert list(reformatted(Corpus(with_events))) == []
    mixed = HEADER + "[p2]\nev2={who=['e1'],places=['Leeds','York'],class='plan',q='ended'}\n[p1]\nev1.q='Rain'\n"
    file.write_text(mixed, "utf-8")
    assert list(reformatted(Corpus(with_events))) == [("annotations/000/events.toml", EVENTS_TOML, "")]


@pytest.mark.slow
def test_a_new_layer_is_published(with_events: Path) -> None:
    import polars

    corpus = Corpus(with_events)
    table = corpus.schema.tables["events"]
    made = make_tables(corpus)
    rows = made["events"].to_pylist()
    assert [(r["id"], r["span"]["text"], r["class"], r["who"]) for r in rows] == [
        ("000-ev1", "Rain", "happening", []),
        ("000-ev2", "ended", "plan", ["000-e1"]),
    ]
    assert [p["text"] for p in rows[1]["places"]] == ["Leeds", "York"]
    assert RAW[rows[1]["span"]["raw_start"] : rows[1]["span"]["raw_end"]] == "ended"
    assert rows[0]["by"] == "annotator-a"
    assert made["events"].schema.equals(features(table, corpus.schema).arrow_schema.remove_metadata())
    pandera_schema(table).validate(polars.DataFrame(made["events"]), lazy=True)
    layers = {layer["layer"]: layer for layer in made["articles"].to_pylist()[0]["layers"]}
    assert layers["events"] == {"layer": "events", "status": "complete", "guidelines": "0.3", "annotations": 2}
    assert layers["quantities"]["status"] == "missing"


def test_a_new_layer_is_described_and_has_its_prefix(with_events: Path) -> None:
    schema = Corpus(with_events).schema
    text = data_dictionary(schema)
    assert "## events\n" in text
    assert "- `plan`: It is meant to." in text
    assert schema.by_prefix("events", "ev") is schema.tables["events"]


def test_a_column_knows_its_kind() -> None:
    column = SCHEMA.tables["attributions"].column("source")
    assert (column.kind, column.spans, column.span) == (Kind.LIST, True, False)
    assert isinstance(column, Column)


def test_the_meaning_of_figures_holds_of_those_with_one_member_and_says_which_of_two_relations_it_is() -> None:
    table = load_schema(default_schema_folder()).tables["figures"]
    assert "more than once" not in table.description
    pair = table.column("pairs").item
    assert pair is not None
    relation = next(c for c in pair.fields if c.name == "relation")
    said = {label.name: label.description for label in relation.labels}
    assert "a point lies inside a bound and both count the same thing" in said["compatible"]
    assert "inside a bare magnitude" in said["narrower"]
